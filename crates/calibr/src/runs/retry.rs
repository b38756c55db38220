//! Trying failed targets again, in the same run. Conflicts are not retried: their price moved, so the plan is wrong.

use kernel_auth::authorize;
use kernel_core::{Ctx, Error, Result, failpoint};

use super::parked;
use super::start::enqueue;
use super::store::{self, RunRecord};
use super::tell::tell;
use crate::channels::expect_writable;
use crate::ids::RunId;
use crate::price_changes::{self, State};
use crate::state::App;

/// Puts refused targets of a settled run back in the queue.
///
/// # Errors
/// `run.active`, `run.rolled_back`, `run.superseded`, `run.nothing_failed`, `channel.busy`,
/// `channel.disconnected`, `channel.scopes` (409).
pub(super) async fn retry_failed(app: &App, ctx: &Ctx, id: RunId) -> Result<()> {
    authorize(&ctx.actor, price_changes::PRICE_CHANGES_APPLY)?;
    let tx = app.db.tenant_tx(ctx.tenant).await?;
    let run = store::run_lock(&tx, id).await?;
    if !run.is_settled() {
        return Err(Error::conflict("run.active", "This run is still at work. Wait until it has ended."));
    }
    if run.state == "rolled_back" {
        let detail =
            "This run was taken back, so nothing of it is tried again. Plan a new price change instead.";
        return Err(Error::conflict("run.rolled_back", detail));
    }
    if store::is_superseded(&tx, &run).await? {
        let detail = "A later run of this price change took over. Look at that one.";
        return Err(Error::conflict("run.superseded", detail));
    }
    expect_writable(&tx, run.channel).await?;
    store::channel_claim(&tx, run.channel, &run.channel_name).await?;
    let batches = parked::targets_requeue_failed(&tx, id).await?;
    if batches.is_empty() {
        let detail = "Nothing failed in this run. Conflicts need a new plan, since their price moved.";
        return Err(Error::conflict("run.nothing_failed", detail));
    }
    let run = RunRecord { generation: run.generation + 1, state: "applying".to_owned(), note: None, ..run };
    store::run_control(&tx, &run).await?;
    store::run_set_state(&tx, &run, "applying", None).await?;
    let plan = price_changes::price_change_lock(&tx, run.price_change).await?;
    let to = if run.reverses.is_some() { State::RollingBack } else { State::Applying };
    price_changes::transition(ctx, &tx, &plan, to, None).await?;
    enqueue(ctx, &tx, &run, &batches).await?;
    tell(ctx, &tx, "run.retried", &run, serde_json::json!({ "batches": batches.len() })).await?;
    failpoint("runs.retry.before_commit").await?;
    tx.commit().await?;
    failpoint("runs.retry.after_commit").await
}
