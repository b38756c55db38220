//! Reading back what was written. What differs was changed by somebody since: that is drift, which `drifts` notes and tells.

use channel::LiveReading;
use jiff::SignedDuration;
use kernel_core::{Result, failpoint};

use super::batch::{Batch, Shop};
use super::model::{Amounts, OpenTarget};
use super::targets;
use crate::drifts;

/// A shop that cannot be read now is asked again after this time.
const PAUSE: SignedDuration = SignedDuration::from_secs(2);
/// Writes stand whether or not they can be read back; after so many attempts they stay unverified for good.
const ATTEMPTS_MAX: i32 = 6;

/// Targets read back and told in one commit.
const READ_BACK_AT_ONCE: usize = 500;

/// Reads back a batch's writes. Answers with a pause if the shop cannot be read now.
///
/// # Errors
/// `job.lease_lost`, or the database refused.
pub(super) async fn read_back(batch: &Batch<'_>, shop: &Shop) -> Result<Option<SignedDuration>> {
    let tx = batch.app.db.tenant_tx(batch.ctx.tenant).await?;
    let targets = targets::targets_unverified(&tx, batch.run.id, batch.number).await?;
    drop(tx);
    for part in targets.chunks(READ_BACK_AT_ONCE) {
        failpoint("runs.verify.before_read").await?;
        match shop.read(part).await {
            Ok(live) => compare(batch, part, live).await?,
            Err(error) => {
                tracing::info!(run = %batch.run.id, error = %error, "Writes could not be read back yet.");
                if batch.job.attempts < ATTEMPTS_MAX {
                    return Ok(Some(PAUSE));
                }
                leave_unverified(batch).await?;
                return Ok(None);
            }
        }
    }
    Ok(None)
}

/// Notes what the shop has of each target.
async fn compare(batch: &Batch<'_>, targets: &[OpenTarget], live: Vec<LiveReading>) -> Result<()> {
    failpoint("runs.verify.after_read").await?;
    let mut equal = Vec::new();
    let (mut drifted, mut differing) = (Vec::new(), Vec::new());
    for (target, (_, live)) in targets.iter().zip(live) {
        let observed = live.as_ref().map(Amounts::shown);
        if observed == Some(target.after) {
            equal.push(target.row);
        } else {
            drifted.push((target.row, observed));
            differing.push(target.variant.clone());
        }
    }
    let tx = batch.app.db.tenant_tx(batch.ctx.tenant).await?;
    batch.hold(&tx).await?;
    targets::targets_verified(&tx, batch.run.id, batch.number, &equal, &drifted).await?;
    failpoint("runs.verify.before_commit").await?;
    tx.commit().await?;
    failpoint("runs.verify.after_commit").await?;
    let place = (batch.run.channel, batch.run.surface.as_str());
    if let Err(error) = drifts::examine_written(batch.app, &batch.ctx, place, &differing).await? {
        tracing::info!(run = %batch.run.id, error = %error, "What differs is left to the next look at the run.");
    }
    Ok(())
}

async fn leave_unverified(batch: &Batch<'_>) -> Result<()> {
    let tx = batch.app.db.tenant_tx(batch.ctx.tenant).await?;
    batch.hold(&tx).await?;
    targets::targets_leave_unverified(&tx, batch.run.id, batch.number).await?;
    failpoint("runs.unverified.before_commit").await?;
    tx.commit().await?;
    failpoint("runs.unverified.after_commit").await
}
