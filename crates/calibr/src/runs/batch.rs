//! What one attempt at one batch has at hand, shared by writing, settling and reading back.

use std::sync::Arc;

use channel::{BulkPriceWriter, Channel, ChannelError, LiveReading, PriceReader, PriceWriter, VariantRef};
use kernel_core::{Ctx, Error, Result};
use kernel_db::TenantTx;
use kernel_jobs::{Job, hold_lease};

use super::store::{self, RunRecord};
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

/// A connection that can do what applying needs.
pub(super) struct Shop {
    connection: Arc<dyn Channel>,
}

impl Shop {
    /// A connection to use for a batch.
    pub fn new(connection: Arc<dyn Channel>) -> Self {
        Self { connection }
    }

    /// Live prices, in as many calls as one call takes variants.
    pub async fn read(&self, variants: &[VariantRef]) -> channel::Result<Vec<LiveReading>> {
        let reader: &dyn PriceReader = self
            .connection
            .price_reader()
            .ok_or_else(|| ChannelError::never("channel.no_reader", "This connector cannot read prices."))?;
        let mut live = Vec::with_capacity(variants.len());
        for part in variants.chunks(250) {
            live.extend(reader.read_prices(part).await?);
        }
        Ok(live)
    }

    /// The way to write in bulk, if the connector has one.
    pub fn bulk_writer(&self) -> Option<&dyn BulkPriceWriter> {
        self.connection.bulk_price_writer()
    }

    /// The way to write, if the connector has one.
    pub fn writer(&self) -> Result<&dyn PriceWriter> {
        self.connection
            .price_writer()
            .ok_or_else(|| Error::unprocessable("channel.no_writer", "This connector cannot write prices."))
    }
}
