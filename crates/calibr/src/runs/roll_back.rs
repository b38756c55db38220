//! Rolling back: a run whose targets go from what we wrote to what was there before, by the same protocol.
//! A price that somebody changed since is a conflict, and stays.

use kernel_auth::authorize;
use kernel_core::{Ctx, Error, Result, failpoint};
use kernel_db::TenantTx;

use super::bulk;
use super::start::{begin, new_run};
use super::store;
use super::targets;
use crate::channels::expect_writable;
use crate::ids::{PriceChangeId, RunId};
use crate::price_changes::{self, State};
use crate::state::App;

/// Takes back what a run wrote.
///
/// # Errors
/// `run.not_applied` (409): it is a roll back itself, still at work, taken back already, or wrote nothing;
/// `channel.busy`, `channel.disconnected`, `channel.scopes` (409).
pub(super) async fn roll_back_run(app: &App, ctx: &Ctx, id: RunId) -> Result<RunId> {
    authorize(&ctx.actor, price_changes::PRICE_CHANGES_APPLY)?;
    let tx = app.db.tenant_tx(ctx.tenant).await?;
    expect_writable(&tx, store::run_by_id(&tx, id).await?.channel).await?;
    let run = roll_back(app, ctx, &tx, id).await?;
    failpoint("runs.roll_back.before_commit").await?;
    tx.commit().await?;
    failpoint("runs.roll_back.after_commit").await?;
    Ok(run)
}

/// Takes back what the newest apply run of a price change wrote.
///
/// # Errors
/// See [`roll_back_run`].
pub(super) async fn roll_back_price_change(app: &App, ctx: &Ctx, id: PriceChangeId) -> Result<RunId> {
    authorize(&ctx.actor, price_changes::PRICE_CHANGES_APPLY)?;
    let tx = app.db.tenant_tx(ctx.tenant).await?;
    // The run is locked before its price change, as everywhere.
    let Some(newest) = store::newest_apply_run(&tx, id).await? else {
        price_changes::price_change_lock(&tx, id).await?;
        return Err(not_applied("It was never applied."));
    };
    expect_writable(&tx, store::run_by_id(&tx, newest).await?.channel).await?;
    let run = roll_back(app, ctx, &tx, newest).await?;
    failpoint("runs.roll_back.before_commit").await?;
    tx.commit().await?;
    failpoint("runs.roll_back.after_commit").await?;
    Ok(run)
}

pub(super) async fn roll_back(app: &App, ctx: &Ctx, tx: &TenantTx, id: RunId) -> Result<RunId> {
    let run = store::run_lock(tx, id).await?;
    if run.kind != "apply" {
        return Err(not_applied("This run is a roll back itself. Plan a new price change instead."));
    }
    if !run.is_settled() {
        return Err(not_applied("This run is still at work."));
    }
    let targets = targets::targets_to_roll_back(tx, id).await?;
    if targets.is_empty() {
        return Err(not_applied("Nothing that this run wrote is left to take back."));
    }
    let plan = price_changes::price_change_lock(tx, run.price_change).await?;
    if !plan.state.may_become(State::RollingBack) {
        let detail = format!("Another run of this price change is at work: it is {}.", plan.state.as_str());
        return Err(Error::conflict("channel.busy", detail));
    }
    let mut back = new_run(ctx, &plan, run.channel, run.channel_name.clone(), "roll_back", Some(id));
    back.in_bulk = bulk::pays_off(app, tx, &back, &targets).await;
    price_changes::transition(ctx, tx, &plan, State::RollingBack, None).await?;
    let back_id = back.id;
    begin(ctx, tx, back, targets).await?;
    Ok(back_id)
}

fn not_applied(detail: &str) -> Error {
    Error::conflict("run.not_applied", format!("There is nothing to roll back. {detail}"))
}
