//! Ending a run when its last target is settled, and with it a stage of its price change.

use kernel_core::{Ctx, Result};
use kernel_db::TenantTx;
use serde_json::json;

use super::model::end_state;
use super::store::{self, RunRecord};
use super::targets;
use super::tell::tell;
use crate::ids::RunId;
use crate::price_changes::{self, State};

/// Ends the run if no target is open. Whoever settles the last target gets here; the lock makes it one of them.
///
/// # Errors
/// The database refused.
pub(super) async fn finish_if_settled(ctx: &Ctx, tx: &TenantTx, id: RunId) -> Result<()> {
    // The run that is taken back is locked before the one that does it, as starting a roll back does.
    let original = match store::run_by_id(tx, id).await?.reverses {
        Some(reversed) => Some(store::run_lock(tx, reversed).await?),
        None => None,
    };
    let run = store::run_lock(tx, id).await?;
    if run.is_settled() || targets::has_open_targets(tx, id, None).await? {
        return Ok(());
    }
    let counts = targets::counts(tx, id).await?;
    // On the way back a skipped price is one that was as before already.
    let skipped = if original.is_some() { 0 } else { counts.skipped };
    let not_applied = counts.failed + counts.conflict + skipped;
    let state = end_state(counts.applied as i64, not_applied as i64);
    store::run_set_state(tx, &run, state, Some(ctx.now())).await?;
    tell(ctx, tx, "run.finished", &run, json!({ "kind": run.kind, "state": state, "counts": counts }))
        .await?;
    let to = match &original {
        Some(original) => ended_roll_back(ctx, tx, original, counts.failed).await?,
        None => State::parse(state).unwrap_or(State::Failed),
    };
    // After the runs, as everywhere: two that lock in different orders would wait for each other.
    let plan = price_changes::price_change_lock(tx, run.price_change).await?;
    price_changes::transition(ctx, tx, &plan, to, None).await
}

/// Rows that somebody changed since are no longer ours, so they do not keep the change from being taken back; rows the
/// shop refused are still ours.
async fn ended_roll_back(ctx: &Ctx, tx: &TenantTx, original: &RunRecord, failed: u64) -> Result<State> {
    if failed > 0 {
        return Ok(State::PartiallyApplied);
    }
    store::run_set_state(tx, original, "rolled_back", original.finished_at.or(Some(ctx.now()))).await?;
    tell(ctx, tx, "run.rolled_back", original, json!({ "state": "rolled_back" })).await?;
    Ok(State::RolledBack)
}
