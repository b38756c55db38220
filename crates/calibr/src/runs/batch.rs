//! What one attempt at one batch has at hand, shared by writing, settling and reading back.

use std::collections::HashMap;
use std::sync::Arc;

use channel::{
    BulkPriceWriter, Channel, ChannelError, LiveReading, PriceList, PriceLists, ProductRef, VariantRef,
};
use channel::{PriceReader, WriteOutcome};
use kernel_core::{Ctx, Currency, Result};
use kernel_db::TenantTx;
use kernel_jobs::{Job, hold_lease};

use super::model::{OpenTarget, list_write_of, write_of};
use super::store::{self, RunRecord};
use crate::catalog::{BASE, list_of};
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
pub(super) struct Shop {
    connection: Arc<dyn Channel>,
    list: Option<PriceList>,
}

impl Shop {
    /// The shop of a run.
    ///
    /// # Errors
    /// The connection cannot be opened, or the database refused.
    pub async fn of(app: &App, ctx: &Ctx, run: &RunRecord) -> Result<Self> {
        let connection = app.channels.open(ctx.tenant, run.channel).await?;
        let list = match run.surface.as_str() {
            BASE => None,
            name => {
                let tx = app.db.tenant_tx(ctx.tenant).await?;
                // Reading refuses a list that is in another currency by now.
                Some(PriceList { currency: run.currency, ..list_of(&tx, run.channel, name).await? })
            }
        };
        Ok(Self { connection, list })
    }

    /// What the shop has of these targets now, in their order.
    pub async fn read(&self, targets: &[OpenTarget]) -> channel::Result<Vec<LiveReading>> {
        if let Some(list) = &self.list {
            return self.read_list(list, targets).await;
        }
        let reader: &dyn PriceReader = self
            .connection
            .price_reader()
            .ok_or_else(|| ChannelError::never("channel.no_reader", "This connector cannot read prices."))?;
        let variants: Vec<VariantRef> = targets.iter().map(|target| target.variant.clone()).collect();
        let mut live = Vec::with_capacity(variants.len());
        for part in variants.chunks(250) {
            live.extend(reader.read_prices(part).await?);
        }
        Ok(live)
    }

    async fn read_list(&self, list: &PriceList, targets: &[OpenTarget]) -> channel::Result<Vec<LiveReading>> {
        let mut products: Vec<ProductRef> = targets.iter().map(|target| target.product.clone()).collect();
        products.sort_unstable();
        products.dedup();
        let rows = self.lists()?.list_prices(list, &products).await?;
        let rows: HashMap<VariantRef, _> = rows.into_iter().map(|row| (row.variant.clone(), row)).collect();
        let reading = |target: &OpenTarget| (target.variant.clone(), rows.get(&target.variant).cloned());
        Ok(targets.iter().map(reading).collect())
    }

    /// Writes targets of one product that are all to be set, or all to follow the base price.
    pub async fn write(
        &self,
        product: &ProductRef,
        targets: &[OpenTarget],
        currency: Currency,
    ) -> channel::Result<Vec<WriteOutcome>> {
        let Some(list) = &self.list else {
            let writer = self.connection.price_writer().ok_or_else(|| {
                ChannelError::never("channel.no_writer", "This connector cannot write prices.")
            })?;
            let writes: Vec<_> = targets.iter().map(|target| write_of(target, currency)).collect();
            return writer.write_prices(product, &writes).await;
        };
        if targets.iter().all(|target| target.after.relative) {
            let variants: Vec<VariantRef> = targets.iter().map(|target| target.variant.clone()).collect();
            return self.lists()?.free_list_prices(list, &variants).await;
        }
        let writes: Vec<_> = targets.iter().map(|target| list_write_of(target, currency)).collect();
        self.lists()?.fix_list_prices(list, &writes).await
    }

    /// The way to write in bulk, if there is one: price lists have none.
    pub fn bulk_writer(&self) -> Option<&dyn BulkPriceWriter> {
        self.connection.bulk_price_writer().filter(|_| self.list.is_none())
    }

    fn lists(&self) -> channel::Result<&dyn PriceLists> {
        let missing = || ChannelError::never("channel.no_price_lists", "This connector has no price lists.");
        self.connection.price_lists().ok_or_else(missing)
    }
}
