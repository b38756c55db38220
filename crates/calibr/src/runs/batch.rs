//! What one attempt at one batch has at hand, shared by writing, settling and reading back.

use channel::{BulkPriceWriter, ChannelError, LiveReading, ProductRef, VariantRef, WriteOutcome};
use kernel_core::{Ctx, Currency, Result};
use kernel_db::TenantTx;
use kernel_jobs::{Job, hold_lease};

use super::model::{OpenTarget, list_write_of, write_of};
use super::store::{self, RunRecord};
use crate::channels::LivePrices;
use crate::state::App;

/// The kind of job.
pub const APPLY_BATCH: &str = "runs.apply_batch";

/// One attempt at one batch. Its context bears the name of whoever started the run, so that the audit says who.
pub(super) struct Batch<'a> {
    pub app: &'a App,
    pub ctx: Ctx,
    pub job: &'a Job,
    pub run: RunRecord,
    pub number: i64,
}

impl Batch<'_> {
    /// Makes sure, inside a transaction that will commit something, that this job may still speak for its run, and answers
    /// with the run's state, which stays until the transaction ends.
    ///
    /// # Errors
    /// `job.lease_lost`, `run.sent_home`.
    pub async fn hold(&self, tx: &TenantTx) -> Result<String> {
        hold_lease(tx, self.job).await?;
        store::run_share(tx, self.run.id, self.run.generation).await
    }
}

/// Where a run reads and writes: the shop's base prices, or one of its price lists.
pub(super) struct Shop(LivePrices);

impl Shop {
    /// The shop of a run.
    ///
    /// # Errors
    /// The connection cannot be opened, or the database refused.
    pub async fn of(app: &App, ctx: &Ctx, run: &RunRecord) -> Result<Self> {
        let live = LivePrices::of(app, ctx, run.channel, &run.surface).await?;
        Ok(Self(live.in_currency(run.currency)))
    }

    /// What the shop has of these targets now, in their order.
    pub async fn read(&self, targets: &[OpenTarget]) -> channel::Result<Vec<LiveReading>> {
        let asked = |target: &OpenTarget| (target.variant.clone(), target.product.clone());
        self.0.read(&targets.iter().map(asked).collect::<Vec<_>>()).await
    }

    /// Writes targets of one product that are all to be set, or all to follow the base price.
    pub async fn write(
        &self,
        product: &ProductRef,
        targets: &[OpenTarget],
        currency: Currency,
    ) -> channel::Result<Vec<WriteOutcome>> {
        let Some(list) = &self.0.list else {
            let writer = self.0.connection.price_writer().ok_or_else(|| {
                ChannelError::never("channel.no_writer", "This connector cannot write prices.")
            })?;
            let writes: Vec<_> = targets.iter().map(|target| write_of(target, currency)).collect();
            return writer.write_prices(product, &writes).await;
        };
        if targets.iter().all(|target| target.after.relative) {
            let variants: Vec<VariantRef> = targets.iter().map(|target| target.variant.clone()).collect();
            return self.0.lists()?.free_list_prices(list, &variants).await;
        }
        let writes: Vec<_> = targets.iter().map(|target| list_write_of(target, currency)).collect();
        self.0.lists()?.fix_list_prices(list, &writes).await
    }

    /// The way to write in bulk, if there is one: price lists have none.
    pub fn bulk_writer(&self) -> Option<&dyn BulkPriceWriter> {
        self.0.connection.bulk_price_writer().filter(|_| self.0.list.is_none())
    }
}
