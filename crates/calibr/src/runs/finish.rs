//! Moving a run on when its last open target is settled: to watching its first wave, or to its end and with it to the
//! next state of its price change.

use jiff::SignedDuration;
use kernel_core::{Ctx, Error, Result};
use kernel_db::TenantTx;
use serde_json::json;

use super::model::end_state;
use super::start::wave_of;
use super::store::{self, RunRecord};
use super::tell::tell;
use super::{aftercare, parked, targets, watch};
use crate::ids::RunId;
use crate::price_changes::{self, State};

/// Moves the run on if no target of its stage is open. Whoever settles the last target gets here; the lock makes it one.
///
/// # Errors
/// The database refused.
pub(super) async fn advance(ctx: &Ctx, tx: &TenantTx, id: RunId) -> Result<()> {
    let (original, run) = store::run_lock_both(tx, id).await?;
    if run.is_settled() || targets::has_open_targets(tx, id, None, wave_of(&run.stage)).await? {
        return Ok(());
    }
    match run.stage.as_str() {
        "canary" if run.state != "paused" => begin_to_watch(ctx, tx, run).await,
        "canary" | "soak" => Ok(()),
        _ => end(ctx, tx, run, original.as_ref()).await,
    }
}

/// The first wave is written: it is left alone for a while, and then looked at.
async fn begin_to_watch(ctx: &Ctx, tx: &TenantTx, mut run: RunRecord) -> Result<()> {
    let wait = SignedDuration::from_secs(run.canary.as_ref().map_or(0, |canary| canary.wait_s));
    let until = ctx.now().checked_add(wait).map_err(Error::internal)?;
    if let Some(canary) = &mut run.canary {
        canary.watched_until = Some(until);
    }
    "soak".clone_into(&mut run.stage);
    store::run_control(tx, &run).await?;
    watch::enqueue(ctx, tx, &run).await?;
    tell(ctx, tx, "run.canary_written", &run, json!({ "stage": "soak", "watched_until": until })).await
}

async fn end(ctx: &Ctx, tx: &TenantTx, run: RunRecord, original: Option<&RunRecord>) -> Result<()> {
    let counts = targets::counts(tx, run.id).await?;
    // On the way back a skipped price is one that was as before already, unless the way back was stopped.
    let stopped = parked::targets_stopped(tx, run.id).await?;
    let skipped = if original.is_some() { stopped } else { counts.skipped };
    let not_applied = counts.failed + counts.conflict + skipped;
    let state = end_state(counts.applied as i64, not_applied as i64);
    store::run_set_state(tx, &run, state, Some(ctx.now())).await?;
    tell(ctx, tx, "run.finished", &run, json!({ "kind": run.kind, "state": state, "counts": counts }))
        .await?;
    aftercare::begin(ctx, tx, &run, counts.applied).await?;
    let to = match original {
        Some(original) => ended_roll_back(ctx, tx, original, counts.failed + stopped).await?,
        None => State::parse(state).unwrap_or(State::Failed),
    };
    // After the runs, as everywhere: two that lock in different orders would wait for each other.
    let plan = price_changes::price_change_lock(tx, run.price_change).await?;
    price_changes::transition(ctx, tx, &plan, to, None).await
}

/// Rows that somebody changed since are no longer ours, so they do not keep the change from being taken back; rows the
/// shop refused, or that were not come to, are still ours.
async fn ended_roll_back(ctx: &Ctx, tx: &TenantTx, original: &RunRecord, still_ours: u64) -> Result<State> {
    if still_ours > 0 {
        return Ok(State::PartiallyApplied);
    }
    store::run_set_state(tx, original, "rolled_back", original.finished_at.or(Some(ctx.now()))).await?;
    tell(ctx, tx, "run.rolled_back", original, json!({ "state": "rolled_back" })).await?;
    Ok(State::RolledBack)
}
