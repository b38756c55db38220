//! A batch without a shop, for the bench of what is recorded: intended, settled as written, and laid to rest, by the same
//! functions as any other.

use kernel_core::{Ctx, Error, Result};
use kernel_jobs::Job;

use super::apply;
use super::batch::Batch;
use super::bulk::SETTLED_AT_ONCE;
use super::finish;
use super::model::{OpenTarget, Settlement};
use super::settle::{Ending, settle};
use super::targets;
use crate::state::App;

/// A batch whose intents are stored.
pub struct Intended<'a> {
    batch: Batch<'a>,
    targets: Vec<OpenTarget>,
}

impl<'a> Intended<'a> {
    /// Stores the intents of the batch that a leased job is for.
    ///
    /// # Errors
    /// The job is for something else, its lease is gone or its run over, or the database refused.
    pub async fn of(app: &'a App, ctx: &Ctx, job: &'a Job) -> Result<Self> {
        let payload = serde_json::from_value(job.payload.clone()).map_err(Error::internal)?;
        let opened = apply::open(app, ctx, job, &payload).await?;
        let (batch, targets) = opened.ok_or_else(|| Error::internal("the run is over"))?;
        Ok(Self { batch, targets })
    }

    /// Settles every target as if the shop had written it, as many in one commit as after a bulk operation; gives how many.
    ///
    /// # Errors
    /// `job.lease_lost`, or the database refused.
    pub async fn settle(&mut self) -> Result<usize> {
        let targets = std::mem::take(&mut self.targets);
        let count = targets.len();
        let written = |target| Ending { target, settlement: Settlement::Applied };
        let mut endings = targets.into_iter().map(written).peekable();
        while endings.peek().is_some() {
            settle(&self.batch, endings.by_ref().take(SETTLED_AT_ONCE).collect()).await?;
        }
        Ok(count)
    }

    /// Gives up reading back, and ends the run after its last batch.
    ///
    /// # Errors
    /// The database refused.
    pub async fn rest(self) -> Result<()> {
        let Batch { app, ctx, run, number, .. } = &self.batch;
        let tx = app.db.tenant_tx(ctx.tenant).await?;
        targets::targets_leave_unverified(&tx, run.id, *number).await?;
        finish::advance(ctx, &tx, run.id).await?;
        Ok(tx.commit().await?)
    }
}
