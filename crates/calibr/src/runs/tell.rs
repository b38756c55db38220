//! Audit and events of what happens to a run and its targets.

use kernel_audit::Change;
use kernel_core::{Ctx, Money, Result};
use kernel_db::TenantTx;
use kernel_events::Event;

use serde_json::{Value, json};

use super::model::Amounts;
use super::store::RunRecord;
use super::targets::SettledTarget;
use crate::catalog::BASE;

/// Audit and event for something that happened to a run.
pub(super) async fn tell(
    ctx: &Ctx,
    tx: &TenantTx,
    action: &'static str,
    run: &RunRecord,
    after: Value,
) -> Result<()> {
    tell_because(ctx, tx, action, run, after, None).await
}

/// The same with the reason that somebody gave.
pub(super) async fn tell_because(
    ctx: &Ctx,
    tx: &TenantTx,
    action: &'static str,
    run: &RunRecord,
    after: Value,
    reason: Option<String>,
) -> Result<()> {
    let change = Change {
        action,
        entity_type: "run",
        entity_id: run.id.to_string(),
        before: None,
        after: Some(after.clone()),
        reason,
    };
    kernel_audit::record(ctx, tx, &[change]).await?;
    let event = Event {
        key: format!("{action}/{}/{}", run.id, ctx.request_id),
        kind: action,
        entity_type: "run",
        entity_id: run.id.to_string(),
        payload: after,
    };
    Ok(kernel_events::append(ctx, tx, &[event]).await?)
}

/// An event that a run got on. No state changes, so the audit has nothing of it.
pub(super) async fn progress(ctx: &Ctx, tx: &TenantTx, run: &RunRecord, settled: usize) -> Result<()> {
    let event = Event {
        key: format!("run.progress/{}/{}/{}", run.id, ctx.request_id, uuid::Uuid::now_v7()),
        kind: "run.progress",
        entity_type: "run",
        entity_id: run.id.to_string(),
        payload: json!({ "settled": settled }),
    };
    Ok(kernel_events::append(ctx, tx, &[event]).await?)
}

/// One audit record and one event for each of these targets.
pub(super) async fn tell_targets(
    ctx: &Ctx,
    tx: &TenantTx,
    run: &RunRecord,
    action: &'static str,
    targets: &[SettledTarget],
) -> Result<()> {
    let changes: Vec<Change> = targets.iter().map(|target| change(run, action, target)).collect();
    kernel_audit::record(ctx, tx, &changes).await?;
    let events: Vec<Event> = targets.iter().map(|target| event(run, action, target)).collect();
    Ok(kernel_events::append(ctx, tx, &events).await?)
}

fn change(run: &RunRecord, action: &'static str, target: &SettledTarget) -> Change {
    let shown = |amounts: Amounts| shown(run, amounts);
    let after = match action {
        "price.applied" | "price.rolled_back" | "price.sales_changed" => shown(target.after),
        _ => json!({
            "planned": shown(target.after), "observed": target.observed.map(shown), "code": target.code,
        }),
    };
    Change {
        action,
        entity_type: "variant",
        entity_id: target.variant.to_string(),
        before: Some(shown(target.before)),
        after: Some(after),
        reason: target.reason.clone().or_else(|| Some(format!("{} {}", run.kind, run.id))),
    }
}

fn event(run: &RunRecord, action: &'static str, target: &SettledTarget) -> Event {
    Event {
        // A price is settled once per attempt.
        key: format!("{action}/{}/{}", target.id, target.attempts),
        kind: action,
        entity_type: "variant",
        entity_id: target.variant.to_string(),
        payload: json!({
            "run_id": run.id, "price_change_id": run.price_change, "before": shown(run, target.before),
            "after": shown(run, target.after), "observed": target.observed.map(|o| shown(run, o)),
            "code": target.code,
        }),
    }
}

fn shown(run: &RunRecord, amounts: Amounts) -> Value {
    let money = |minor: i64| Money::from_minor(minor, run.currency);
    let mut shown =
        json!({ "price": money(amounts.price_minor), "compare_at": amounts.compare_at_minor.map(money) });
    if run.surface != BASE {
        shown["surface"] = json!(run.surface);
        shown["relative"] = json!(amounts.relative);
    }
    shown
}
