//! Settling targets: result, price history, audit and event in one commit, under the job's fence.

use kernel_audit::Change;
use kernel_core::{Money, Result};
use kernel_events::Event;
use kernel_jobs::hold_lease;
use serde_json::{Value, json};
use uuid::Uuid;

use super::batch::Batch;
use super::model::{Amounts, OpenTarget, Settlement};
use super::store::{self, Settled, SettledTarget};
use crate::catalog::{NewPrice, Origin, record_prices};

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
    hold_lease(&tx, batch.job).await?;
    let settled: Vec<Settled> = endings.iter().map(settled).collect();
    let targets = store::targets_settle(&tx, run.id, batch.job.fence, &settled, ctx.now()).await?;
    let applied: Vec<&SettledTarget> = targets.iter().filter(|target| target.state == "applied").collect();
    let money = |minor: i64| Money::from_minor(minor, run.currency);
    let prices: Vec<NewPrice> = applied
        .iter()
        .map(|target| NewPrice {
            variant: target.variant,
            price: money(target.after.price_minor),
            compare_at: target.after.compare_at_minor.map(money),
        })
        .collect();
    let rolling_back = run.reverses.is_some();
    let source = if rolling_back { "roll_back" } else { "price_change" };
    let run_id = run.id.to_string();
    let origin = Origin { source, source_id: &run_id, actor: &run.actor };
    record_prices(ctx, &tx, origin, &prices).await?;
    if let Some(reversed) = run.reverses {
        let variants: Vec<Uuid> = applied.iter().map(|target| target.variant.0).collect();
        store::targets_rolled_back(&tx, reversed, &variants).await?;
    }
    let changes: Vec<Change> = targets.iter().map(|t| change(batch, t, rolling_back)).collect();
    kernel_audit::record(ctx, &tx, &changes).await?;
    let events: Vec<Event> = targets.iter().map(|t| event(batch, t, rolling_back)).collect();
    kernel_events::append(ctx, &tx, &events).await?;
    Ok(tx.commit().await?)
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
            observed: Some(*observed),
            code: Some((*code).to_owned()),
            reason: Some(conflict_reason(code).to_owned()),
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

fn conflict_reason(code: &str) -> &'static str {
    match code {
        "conflict.already_there" => "Somebody set this very price already; Calibr wrote nothing.",
        "conflict.compare_at_moved" => {
            "Somebody changed the compare-at price in the shop; nothing was written."
        }
        "conflict.currency" => "The shop's price is in another currency; nothing was written.",
        _ => "Somebody changed the price in the shop; nothing was written.",
    }
}

fn action(state: &str, rolling_back: bool) -> &'static str {
    match (state, rolling_back) {
        ("applied", false) => "price.applied",
        ("applied", true) => "price.rolled_back",
        ("conflict", _) => "price.conflict",
        _ => "price.failed",
    }
}

fn change(batch: &Batch<'_>, target: &SettledTarget, rolling_back: bool) -> Change {
    let shown = |amounts: Amounts| shown(batch, amounts);
    let after = match target.state.as_str() {
        "applied" => shown(target.after),
        _ => json!({
            "planned": shown(target.after), "observed": target.observed.map(shown), "code": target.code,
        }),
    };
    Change {
        action: action(&target.state, rolling_back),
        entity_type: "variant",
        entity_id: target.variant.to_string(),
        before: Some(shown(target.before)),
        after: Some(after),
        reason: target.reason.clone().or_else(|| Some(format!("{} {}", batch.run.kind, batch.run.id))),
    }
}

fn event(batch: &Batch<'_>, target: &SettledTarget, rolling_back: bool) -> Event {
    let kind = action(&target.state, rolling_back);
    Event {
        key: format!("{kind}/{}/{}", target.id, target.attempts),
        kind,
        entity_type: "variant",
        entity_id: target.variant.to_string(),
        payload: json!({
            "run_id": batch.run.id, "price_change_id": batch.run.price_change, "before": shown(batch, target.before),
            "after": shown(batch, target.after), "observed": target.observed.map(|o| shown(batch, o)),
            "code": target.code,
        }),
    }
}

fn shown(batch: &Batch<'_>, amounts: Amounts) -> Value {
    let money = |minor: i64| Money::from_minor(minor, batch.run.currency);
    json!({ "price": money(amounts.price_minor), "compare_at": amounts.compare_at_minor.map(money) })
}
