//! Whether a plan would come out now as it was approved: its rules over the catalogue, the history and the clock as they
//! are. What time or somebody else has changed since (a freeze that began, a cost that rose, a sale that is over, prices
//! that moved there and back) may stop a price that was fine when it was planned.

use std::collections::HashSet;

use jiff::Timestamp;
use kernel_core::{Ctx, Error, Result};
use kernel_db::TenantTx;
use pricing::{Decision, Outcome, PlanHeader, Row, Snapshot};

use super::dto::{PlanRequest, PlannedRule};
use super::gate::surface_of;
use super::model::prices;
use super::rows::{self, RowToApply};
use super::store::{self, PriceChangeRecord};
use crate::accounts;
use crate::catalog;
use crate::guardrails;
use crate::ids::PriceChangeId;
use crate::rules::{self, ReadyRules};
use crate::state::App;
use uuid::Uuid;

/// Why the prices to be written are not those that the same rules give at `at`, which is now or to come; `None` if they are.
/// Nothing is locked.
///
/// # Errors
/// There is no such price change (404), or the database refused.
pub(super) async fn overtaken(
    app: &App,
    ctx: &Ctx,
    id: PriceChangeId,
    at: Timestamp,
) -> Result<Option<String>> {
    let reading = app.db.repeatable_read(ctx.tenant).await?;
    let record = store::price_change_by_id(&reading, id).await?;
    if !record.state.awaits_apply() {
        return Ok(None);
    }
    let rows = rows::rows_to_apply(&reading, id).await?;
    otherwise(app, reading, record, rows, at).await
}

/// The same for the rest of a plan that is being written: these variants, which are not.
///
/// # Errors
/// There is no such price change (404), or the database refused.
pub async fn rest_overtaken(
    app: &App,
    ctx: &Ctx,
    id: PriceChangeId,
    waiting: &[Uuid],
) -> Result<Option<String>> {
    let reading = app.db.repeatable_read(ctx.tenant).await?;
    let record = store::price_change_by_id(&reading, id).await?;
    let waiting: HashSet<Uuid> = waiting.iter().copied().collect();
    let mut rows = rows::rows_to_apply(&reading, id).await?;
    rows.retain(|row| waiting.contains(&row.variant.0));
    otherwise(app, reading, record, rows, ctx.now()).await
}

async fn otherwise(
    app: &App,
    reading: TenantTx,
    record: PriceChangeRecord,
    rows: Vec<RowToApply>,
    at: Timestamp,
) -> Result<Option<String>> {
    let id = record.id;
    let project = accounts::project_by_id(&reading, record.project).await?;
    let surface = match surface_of(&reading, &project, &record).await? {
        Ok(surface) => surface,
        Err(why) => return Ok(Some(why)),
    };
    let snapshot = catalog::surface_snapshot(app, &reading, project.id, &surface).await?;
    let planned = store::planned_rules(&reading, id).await?;
    let request: Option<PlanRequest> =
        record.request.map(serde_json::from_value).transpose().map_err(Error::internal)?;
    let asked = request.as_ref().map_or(planned.len(), |request| request.rules.len());
    let mut named = Vec::new();
    for PlannedRule { rule_id, version, .. } in planned.iter().take(asked) {
        named.push(rules::load_version(&reading, *rule_id, *version).await?.named());
    }
    let running = rules::running_sales(&reading, project.id, &snapshot, &named).await?;
    let header: PlanHeader = serde_json::from_str(&record.plan_header).map_err(Error::internal)?;
    let context = surface.context(&project, header.instant.max(at));
    let effective = guardrails::effective(&reading, &project, at).await?;
    let ends = request.map(|request| request.ends).unwrap_or_default();
    let Ok(ready) = ReadyRules::compile(&named, &running, &ends, &effective.guardrails, &context) else {
        return Ok(Some("The rules no longer hold together with the guardrails.".to_owned()));
    };
    drop(reading);
    let judging = tokio::task::spawn_blocking(move || judged(&ready, &snapshot, &rows));
    judging.await.map_err(Error::internal)
}

fn judged(rules: &ReadyRules, snapshot: &Snapshot, rows: &[RowToApply]) -> Option<String> {
    let needs = rules.rules().needs();
    let mut first = None;
    let mut others = 0_u64;
    for row in rows {
        let place = snapshot.place_of(row.variant.0.as_u128());
        let decision = place
            .and_then(|place| snapshot.with_facts(place, needs, |facts| rules.decide(facts)))
            .unwrap_or(Decision::NotSelected);
        match difference(row, &decision) {
            None => {}
            Some(why) if first.is_none() => first = Some((row, why)),
            Some(_) => others += 1,
        }
    }
    let (row, why) = first?;
    let count = others + 1;
    let whose = if row.sku.is_empty() { &row.title } else { &row.sku };
    Some(format!(
        "{count} planned {} would come out otherwise now. The first, {whose}, {why}.",
        prices(count)
    ))
}

/// What becomes of the row now, where that is not what was planned.
fn difference(planned: &RowToApply, decision: &Decision) -> Option<String> {
    match decision {
        Decision::NotSelected => Some("is not selected by these rules any more".to_owned()),
        Decision::Row(Row { outcome: Outcome::Blocked, reason, .. }) => {
            let guardrail = reason.code().trim_start_matches("blocked.").replace('_', " ");
            Some(format!("is stopped by the guardrail {guardrail}"))
        }
        Decision::Row(row)
            if (row.after, row.compare_at_after)
                == (Some(planned.after_minor), planned.compare_at_after_minor) =>
        {
            None
        }
        Decision::Row(_) => Some("gets another price".to_owned()),
    }
}
