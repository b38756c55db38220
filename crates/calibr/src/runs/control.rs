//! Pausing, resuming and stopping a run. Whoever pauses or stops waits for no job: what is in hand is not sent any more,
//! and what has been sent is still found out.

use kernel_auth::authorize;
use kernel_core::{Ctx, Error, Result, failpoint};
use kernel_db::TenantTx;
use serde_json::json;

use super::dto::ControlRequest;
use super::start::{enqueue, wave_of};
use super::store::{self, RunRecord};
use super::tell::{tell_because, tell_targets};
use super::{finish, parked, watch};
use crate::ids::RunId;
use crate::price_changes::{self, PRICE_CHANGES_APPLY};
use crate::state::App;

/// Why targets of a stopped run stay unwritten.
pub(super) const STOPPED: (&str, &str) =
    ("run.stopped", "The run was stopped before this price was written; nothing was written.");

/// Keeps a run from writing until it is resumed. Its shop stays taken.
///
/// # Errors
/// `run.settled`, `run.state` (409).
pub(super) async fn pause(app: &App, ctx: &Ctx, id: RunId, request: ControlRequest) -> Result<()> {
    authorize(&ctx.actor, PRICE_CHANGES_APPLY)?;
    let tx = app.db.tenant_tx(ctx.tenant).await?;
    let run = store::run_lock(&tx, id).await?;
    expect(&run, &["queued", "applying"], "paused")?;
    set_paused(ctx, &tx, run, reason(request)).await?;
    failpoint("runs.pause.before_commit").await?;
    tx.commit().await?;
    failpoint("runs.pause.after_commit").await
}

/// Pauses a locked run.
pub(super) async fn set_paused(ctx: &Ctx, tx: &TenantTx, run: RunRecord, why: Option<String>) -> Result<()> {
    let paused = RunRecord { state: "paused".to_owned(), note: why.clone(), ..run };
    store::run_control(tx, &paused).await?;
    tell_because(ctx, tx, "run.paused", &paused, json!({ "state": "paused" }), why).await
}

/// Lets a paused run go on. What stood still is judged anew first, since time has passed.
///
/// # Errors
/// `run.settled`, `run.state` (409); `run.overtaken` (409): the rest would come out otherwise now.
pub(super) async fn resume(app: &App, ctx: &Ctx, id: RunId) -> Result<()> {
    authorize(&ctx.actor, PRICE_CHANGES_APPLY)?;
    let tx = app.db.tenant_tx(ctx.tenant).await?;
    let run = store::run_by_id(&tx, id).await?;
    let waiting = super::targets::variants_waiting(&tx, id).await?;
    drop(tx);
    let overtaken = match run.reverses {
        None => price_changes::rest_overtaken(app, ctx, run.price_change, &waiting).await?,
        Some(_) => None,
    };
    let tx = app.db.tenant_tx(ctx.tenant).await?;
    let (_, run) = store::run_lock_both(&tx, id).await?;
    expect(&run, &["paused"], "resumed")?;
    if let Some(why) = overtaken {
        let detail = format!("{why} Stop the run, and plan the rest again.");
        return Err(Error::conflict("run.overtaken", detail));
    }
    go_on(ctx, &tx, run).await?;
    failpoint("runs.resume.before_commit").await?;
    tx.commit().await?;
    failpoint("runs.resume.after_commit").await
}

/// A locked run goes on where it stood. After a first wave that nobody could judge, a person has judged it now.
async fn go_on(ctx: &Ctx, tx: &TenantTx, mut run: RunRecord) -> Result<()> {
    let judged = run.canary.as_ref().is_some_and(|canary| canary.verdict.is_some());
    if run.stage == "soak" && judged {
        "rest".clone_into(&mut run.stage);
    }
    run.generation += 1;
    run.note = None;
    "applying".clone_into(&mut run.state);
    store::run_control(tx, &run).await?;
    if run.stage == "soak" {
        watch::enqueue(ctx, tx, &run).await?;
    } else {
        let batches = parked::targets_release(tx, run.id, wave_of(&run.stage)).await?;
        enqueue(ctx, tx, &run, &batches).await?;
    }
    tell_because(ctx, tx, "run.resumed", &run, json!({ "state": "applying" }), None).await?;
    // A first wave may have been written completely while the run stood still.
    finish::advance(ctx, tx, run.id).await
}

/// Ends a run without writing anything more. What has been sent is found out and told; the rest is skipped.
///
/// # Errors
/// `run.settled`, `run.state` (409).
pub(super) async fn stop(app: &App, ctx: &Ctx, id: RunId, request: ControlRequest) -> Result<()> {
    authorize(&ctx.actor, PRICE_CHANGES_APPLY)?;
    let tx = app.db.tenant_tx(ctx.tenant).await?;
    let (_, run) = store::run_lock_both(&tx, id).await?;
    expect(&run, &["queued", "applying", "paused"], "stopped")?;
    end_here(ctx, &tx, run, "run.stopped", STOPPED, reason(request)).await?;
    failpoint("runs.stop.before_commit").await?;
    tx.commit().await?;
    failpoint("runs.stop.after_commit").await
}

/// A locked run writes nothing more: what has not left is skipped, what has is read, and then it ends.
pub(super) async fn end_here(
    ctx: &Ctx,
    tx: &TenantTx,
    mut run: RunRecord,
    action: &'static str,
    skipped: (&'static str, &'static str),
    why: Option<String>,
) -> Result<()> {
    run.generation += 1;
    run.note.clone_from(&why);
    "stopping".clone_into(&mut run.state);
    if run.stage != "all" {
        "rest".clone_into(&mut run.stage);
    }
    store::run_control(tx, &run).await?;
    let left = parked::targets_skip_unsent(tx, run.id, skipped, ctx.now()).await?;
    tell_targets(ctx, tx, &run, "price.skipped", &left).await?;
    let batches = parked::targets_release(tx, run.id, None).await?;
    enqueue(ctx, tx, &run, &batches).await?;
    tell_because(ctx, tx, action, &run, json!({ "state": "stopping", "skipped": left.len() }), why).await?;
    finish::advance(ctx, tx, run.id).await
}

fn expect(run: &RunRecord, states: &[&str], verb: &str) -> Result<()> {
    if states.contains(&run.state.as_str()) {
        return Ok(());
    }
    if run.is_settled() {
        let detail = format!("This run has ended, so it cannot be {verb}.");
        return Err(Error::conflict("run.settled", detail));
    }
    Err(Error::conflict("run.state", format!("This run is {}, so it cannot be {verb}.", run.state)))
}

fn reason(request: ControlRequest) -> Option<String> {
    request.reason.map(|reason| reason.trim().to_owned()).filter(|reason| !reason.is_empty())
}
