//! Settling targets: result, price history, audit and event in one commit, under the job's fence.

use kernel_core::{Money, Result, failpoint};
use uuid::Uuid;

use super::batch::Batch;
use super::control::STOPPED;
use super::model::{Kind, OpenTarget, Settlement};
use super::targets::{self, Settled, SettledTarget};
use super::tell::{progress, tell_targets};
use crate::catalog::{NewPrice, Origin, record_prices};
use crate::price_changes;

/// A target and how it ends.
pub(super) struct Ending {
    pub target: OpenTarget,
    pub settlement: Settlement,
}

/// Commits how targets ended. A worker whose lease was taken over commits nothing.
///
/// # Errors
/// `job.lease_lost`, or the database refused.
pub(super) async fn settle(batch: &Batch<'_>, endings: Vec<Ending>) -> Result<()> {
    if endings.is_empty() {
        return Ok(());
    }
    let (ctx, run) = (&batch.ctx, &batch.run);
    let tx = batch.app.db.tenant_tx(ctx.tenant).await?;
    batch.hold(&tx).await?;
    let settled: Vec<Settled> = endings.iter().map(settled).collect();
    let targets =
        targets::targets_settle(&tx, run.id, batch.number, batch.job.fence, &settled, ctx.now()).await?;
    let applied: Vec<&SettledTarget> = targets.iter().filter(|target| target.state == "applied").collect();
    let money = |minor: i64| Money::from_minor(minor, run.currency);
    let is_undone = matches!(run.direction(), Kind::RollBack);
    let variants: Vec<Uuid> = applied.iter().map(|target| target.variant.0).collect();
    let mut sales = price_changes::sales_of(&tx, run.price_change, &variants, is_undone).await?;
    let prices: Vec<NewPrice> = applied
        .iter()
        .map(|target| NewPrice {
            variant: target.variant,
            price: money(target.after.price_minor),
            compare_at: target.after.compare_at_minor.map(money),
            running: sales.remove(&target.variant.0),
            relative: target.after.relative,
        })
        .collect();
    let source = match run.direction() {
        Kind::RollBack => "roll_back",
        Kind::Apply => "price_change",
    };
    let run_id = run.id.to_string();
    let origin = Origin { surface: &run.surface, source, source_id: &run_id, actor: &run.actor };
    record_prices(ctx, &tx, origin, &prices).await?;
    if let Some(reversed) = run.reverses {
        let is_back = |target: &&SettledTarget| match target.state.as_str() {
            "applied" => true,
            "skipped" => target.code.as_deref() != Some(STOPPED.0),
            _ => false,
        };
        let back = targets.iter().filter(is_back);
        let variants: Vec<Uuid> = back.map(|target| target.variant.0).collect();
        targets::targets_rolled_back(&tx, reversed, &variants).await?;
    }
    // One entry of the run itself for each commit, which moves on whoever follows it.
    progress(ctx, &tx, run, targets.len()).await?;
    for action in ACTIONS {
        let is_told_so = |target: &&SettledTarget| action_of(target, run.direction()) == action;
        let ended: Vec<SettledTarget> = targets.iter().filter(is_told_so).cloned().collect();
        tell_targets(ctx, &tx, run, action, &ended).await?;
    }
    failpoint("runs.settle.before_commit").await?;
    tx.commit().await?;
    failpoint("runs.settle.after_commit").await
}

fn settled(ending: &Ending) -> Settled {
    let row = ending.target.row;
    match &ending.settlement {
        Settlement::Applied => {
            Settled { row, state: "applied", observed: Some(ending.target.after), code: None, reason: None }
        }
        Settlement::Conflict { observed, code } => Settled {
            row,
            state: "conflict",
            observed: *observed,
            code: Some((*code).to_owned()),
            reason: Some(conflict_reason(code, ending.target.sent_at.is_some()).to_owned()),
        },
        Settlement::Unneeded => Settled {
            row,
            state: "skipped",
            observed: Some(ending.target.after),
            code: Some("roll_back.unneeded".to_owned()),
            reason: Some("The shop has the price of before already.".to_owned()),
        },
        Settlement::Stopped => Settled {
            row,
            state: "skipped",
            observed: None,
            code: Some(STOPPED.0.to_owned()),
            reason: Some(STOPPED.1.to_owned()),
        },
        Settlement::Failed { code, reason } => Settled {
            row,
            state: "failed",
            observed: None,
            code: Some(code.clone()),
            reason: Some(reason.clone()),
        },
    }
}

fn conflict_reason(code: &str, may_be_ours: bool) -> &'static str {
    match code {
        "conflict.already_there" => "Somebody set this very price already; Calibr wrote nothing.",
        "conflict.origin_moved" => {
            "Somebody gave this row of the price list a price of its own, or took it away; nothing was written."
        }
        "conflict.currency" => "The shop's price is in another currency; nothing was written.",
        _ if may_be_ours => {
            "An answer of the shop was lost, and the price there now is neither the old nor the new one."
        }
        "conflict.compare_at_moved" => {
            "Somebody changed the compare-at price in the shop; nothing was written."
        }
        _ => "Somebody changed the price in the shop; nothing was written.",
    }
}

const ACTIONS: [&str; 6] = [
    "price.applied",
    "price.rolled_back",
    "price.sales_changed",
    "price.conflict",
    "price.skipped",
    "price.failed",
];

fn action_of(target: &SettledTarget, direction: Kind) -> &'static str {
    match (target.state.as_str(), direction) {
        ("applied", _) if target.before == target.after => "price.sales_changed",
        ("applied", Kind::Apply) => "price.applied",
        ("applied", Kind::RollBack) => "price.rolled_back",
        ("conflict", _) => "price.conflict",
        ("skipped", _) => "price.skipped",
        _ => "price.failed",
    }
}
