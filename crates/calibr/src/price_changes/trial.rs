//! Trying guardrails on price changes of the past: which of the last ones they would have stopped. Holds the SQL that reads
//! them. Prices and their history are those of then; costs, tags and stock those of now.

use axum::Json;
use axum::extract::State;
use kernel_auth::{Permission, authorize};
use kernel_core::{Ctx, Error, Result, Role};
use kernel_db::{Row as DbRow, TenantTx};
use kernel_http::{ApiResult, Caller, Document, ListQuery, ProblemBody, ProjectParam};
use pricing::{DayTotals, Decision, MoreFacts, Needs, Outcome, PlanHeader, Snapshot, VariantFacts};
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use super::dto::{GuardrailTrial, TriedPriceChange};
use super::store::{self, PriceChangeRecord};
use crate::accounts::{self, dto::Project};
use crate::catalog;
use crate::guardrails::{self, Layer};
use crate::ids::PriceChangeId;
use crate::rules::{self, ReadyRules};
use crate::state::App;

const GUARDRAILS_READ: Permission = Permission::new("guardrails:read", Role::Viewer);
/// Price changes that are looked at.
const CHANGES: i64 = 10;
/// Rows of one that are looked at.
const ROWS_MAX: i64 = 20_000;

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(try_guardrails))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct Filter {
    /// Whose guardrails the document would be: `project`, which is meant if left out, or `tenant`.
    scope: Option<String>,
}

/// Which of the project's last ten price changes would have been stopped under these guardrails. Nothing is stored.
#[utoipa::path(post, path = "/api/v1/guardrails/try", tag = "guardrails",
    request_body(content((serde_json::Value = "application/json"), (String = "application/yaml")), description = "A document of schema `guardrails.v1`"),
    params(Filter, ProjectParam), responses(
    (status = 200, body = GuardrailTrial), (status = 403, body = ProblemBody), (status = 404, body = ProblemBody),
    (status = 422, body = ProblemBody)))]
async fn try_guardrails(
    State(app): State<App>,
    Caller(ctx): Caller,
    query: ListQuery<Filter>,
    document: Document,
) -> ApiResult<Json<GuardrailTrial>> {
    authorize(&ctx.actor, GUARDRAILS_READ)?;
    let layer = match query.filter.scope.as_deref() {
        None | Some("project") => Layer::Project,
        Some("tenant") => Layer::Tenant,
        Some(_) => {
            let detail = "The scope is `project` or `tenant`.";
            return Err(Error::invalid("guardrails.scope", detail)
                .at("/scope", "unknown_choice", detail)
                .into());
        }
    };
    let draft = guardrails::read_document(&document)?;
    let tx = app.db.repeatable_read(ctx.tenant).await?;
    let project = accounts::resolve_project(&tx, query.project.as_deref()).await?;
    let supposed = guardrails::supposed(&tx, &project, layer, draft, ctx.now()).await?;
    Ok(Json(tried(&app, &ctx, tx, &project, supposed).await?))
}

/// A row as it was planned.
struct Planned {
    variant: u128,
    before_minor: Option<i64>,
    compare_at_before_minor: Option<i64>,
    was_blocked: bool,
}

async fn tried(
    app: &App,
    ctx: &Ctx,
    tx: TenantTx,
    project: &Project,
    supposed: pricing::Guardrails,
) -> Result<GuardrailTrial> {
    let now = accounts::pricing_context(project, ctx.now());
    pricing::RuleSet::compile(&[], &supposed, &now).map_err(rules::invalid)?;
    let snapshot = catalog::snapshot(app, &tx, project.id).await?;
    // Those of base prices: the snapshot holds no others.
    let sql = "select id from price_changes
         where tenant_id = $1 and project_id = $2 and surface = $4 order by id desc limit $3";
    let ids = tx.query(sql, &[&tx.tenant().0, &project.id.0, &CHANGES, &catalog::BASE]).await?;
    let mut price_changes = Vec::new();
    for id in ids.iter().map(|row| PriceChangeId(row.get("id"))) {
        let record = store::price_change_by_id(&tx, id).await?;
        let mut named = Vec::new();
        for planned in store::planned_rules(&tx, id).await? {
            named.push(rules::load_version(&tx, planned.rule_id, planned.version).await?.named());
        }
        let header: PlanHeader = serde_json::from_str(&record.plan_header).map_err(Error::internal)?;
        let context = accounts::pricing_context(project, header.instant);
        let rows = planned_rows(&tx, id).await?;
        let ready = ReadyRules::compile(&named, &[], &[], &supposed, &context);
        let snapshot = std::sync::Arc::clone(&snapshot);
        let judging =
            tokio::task::spawn_blocking(move || judged(record, ready.ok().as_ref(), &snapshot, &rows));
        price_changes.push(judging.await.map_err(Error::internal)?);
    }
    let stopped = price_changes.iter().filter(|tried| tried.would_stop).count() as u64;
    Ok(GuardrailTrial { stopped, looked_at: price_changes.len() as u64, price_changes })
}

async fn planned_rows(tx: &TenantTx, id: PriceChangeId) -> Result<Vec<Planned>> {
    let sql = "select variant_id, before_minor, compare_at_before_minor, outcome = 'blocked' as was_blocked
         from price_change_rows where tenant_id = $1 and price_change_id = $2 order by row limit $3";
    let read = |row: &DbRow| Planned {
        variant: row.get::<_, Uuid>("variant_id").as_u128(),
        before_minor: row.get("before_minor"),
        compare_at_before_minor: row.get("compare_at_before_minor"),
        was_blocked: row.get("was_blocked"),
    };
    Ok(tx.query(sql, &[&tx.tenant().0, &id.0, &ROWS_MAX]).await?.iter().map(read).collect())
}

fn judged(
    record: PriceChangeRecord,
    ready: Option<&ReadyRules>,
    snapshot: &Snapshot,
    rows: &[Planned],
) -> TriedPriceChange {
    let blocked_then = rows.iter().filter(|row| row.was_blocked).count() as u64;
    let (mut blocked_now, mut stopped_by) = (0, Vec::new());
    // Rules that no longer hold together with the guardrails could not have been planned.
    let contradiction = ready.is_none();
    if let Some(ready) = ready {
        let mut aggregate = ready.rules().aggregate();
        for row in rows {
            let Some(place) = snapshot.place_of(row.variant) else { continue };
            let judge = |facts: &VariantFacts<'_>| {
                as_then(facts, row, &record, |facts| {
                    let decision = ready.decide(facts);
                    aggregate.push(&decision, facts);
                    matches!(decision, Decision::Row(row) if row.outcome == Outcome::Blocked)
                })
            };
            blocked_now += u64::from(snapshot.with_facts(place, Needs::History, judge).unwrap_or_default());
        }
        if i64::try_from(rows.len()).is_ok_and(|rows| rows < ROWS_MAX) {
            let whole = record.catalogue_variants.unsigned_abs();
            let verdicts = rules::plan_verdicts(&aggregate.finish(&DayTotals::default(), whole));
            let violated = verdicts.into_iter().filter(|verdict| verdict.verdict == "violated");
            stopped_by.extend(violated.map(|verdict| verdict.guardrail));
        }
    }
    TriedPriceChange {
        would_stop: contradiction || !stopped_by.is_empty() || blocked_now > blocked_then,
        id: record.id,
        title: record.title,
        planned_at: record.planned_at,
        rows_looked_at: rows.len() as u64,
        rows_blocked_then: blocked_then,
        rows_blocked_now: blocked_now,
        stopped_by,
        contradiction,
    }
}

/// The facts of a variant with the prices that it had when the row was planned. Which sales ran then is not remembered.
fn as_then<T>(
    facts: &VariantFacts<'_>,
    row: &Planned,
    record: &PriceChangeRecord,
    look: impl FnOnce(&VariantFacts<'_>) -> T,
) -> T {
    let known = facts.more.history;
    let planned_at = record.planned_at.as_second();
    let held = known.partition_point(|point| point.from <= planned_at);
    let more = MoreFacts {
        history: &known[..held],
        base_minor: None,
        base_compare_at_minor: None,
        running_sales: MoreFacts::NONE.running_sales,
        ..*facts.more
    };
    look(&VariantFacts {
        price_minor: row.before_minor,
        compare_at_minor: row.compare_at_before_minor,
        more: &more,
        ..*facts
    })
}
