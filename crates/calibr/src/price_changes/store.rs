//! All SQL over price changes, their rules and decisions; rows are in `rows.rs`.

use jiff::Timestamp;
use kernel_audit::Change;
use kernel_core::{Ctx, Currency, Error, ProjectId, Result, UserId};
use kernel_db::paging::{Page, PageRequest};
use kernel_db::{Row, TenantTx};
use kernel_events::Event;
use pricing::{DayTotals, PlanHash};
use serde::Serialize;
use serde_json::{Value, json};
use uuid::Uuid;

use super::dto::{Decision, PlanRequest, PlannedRule, PriceChangeSummary, RunRef};
use super::model::State;
use super::scheduling;
use crate::catalog::BASE;
use crate::ids::{PriceChangeId, RuleId, RunId};
use crate::rules::LoadedRule;
use crate::rules::dto::PlanVerdict;

/// A price change as it is stored.
#[derive(Debug, Clone)]
pub struct PriceChangeRecord {
    /// Id.
    pub id: PriceChangeId,
    /// The project.
    pub project: ProjectId,
    /// What people read in lists.
    pub title: String,
    /// Why.
    pub note: Option<String>,
    /// State.
    pub state: State,
    /// SHA-256 of the plan in hexadecimal.
    pub plan_hash: String,
    /// The hashed header, byte for byte.
    pub plan_header: String,
    /// The price surface, by its name.
    pub surface: String,
    /// Currency of every row.
    pub currency: Currency,
    /// When it was planned.
    pub planned_at: Timestamp,
    /// Who planned it.
    pub author_id: UserId,
    /// Who planned it, for people.
    pub author: String,
    /// What was asked for: a [`super::dto::PlanRequest`].
    pub request: Option<Value>,
    /// Counts, spread, extremes.
    pub impact: Value,
    /// What the guardrails say that look at the whole plan.
    pub verdicts: Value,
    /// How many rows apply will change, in the shop or only in which sales run.
    pub rows_to_apply: i64,
    /// How many of them change something in the shop.
    pub rows_written: i64,
    /// How many rows a guardrail stopped.
    pub rows_blocked: i64,
    /// What the rows to apply put at risk: 30 days' units at the price before, in minor units.
    pub revenue_minor: i64,
    /// Rows to apply whose sales nobody told.
    pub rows_without_sales: i64,
    /// How many variants the project had, of which the rows are a share.
    pub catalogue_variants: i64,
}

impl PriceChangeRecord {
    /// Whether it was planned for an instant that somebody named, at which it starts by itself.
    ///
    /// # Errors
    /// The stored request is unreadable.
    pub(super) fn has_instant(&self) -> Result<bool> {
        let request: Option<PlanRequest> =
            self.request.clone().map(serde_json::from_value).transpose().map_err(Error::internal)?;
        Ok(request.is_some_and(|request| request.at.is_some()))
    }

    /// What the guardrails say that stop the whole plan.
    ///
    /// # Errors
    /// The stored verdicts are unreadable.
    pub(super) fn stopped(&self) -> Result<Vec<PlanVerdict>> {
        let verdicts: Vec<PlanVerdict> =
            serde_json::from_value(self.verdicts.clone()).map_err(Error::internal)?;
        Ok(verdicts.into_iter().filter(|verdict| verdict.verdict == "violated").collect())
    }
}

const COLUMNS: &str = "id, project_id, title, note, state, plan_hash, plan_header, currency, planned_at, author_id, author, \
     request, impact, verdicts, rows_to_apply, rows_blocked, revenue_minor, rows_without_sales, catalogue_variants, \
     rows_written, surface";

pub(super) async fn price_change_insert(
    tx: &TenantTx,
    record: &PriceChangeRecord,
    watermark: i64,
) -> Result<()> {
    let sql = format!(
        "insert into price_changes (tenant_id, catalogue_watermark, {COLUMNS})
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23)"
    );
    tx.execute(
        &sql,
        &[
            &tx.tenant().0,
            &watermark,
            &record.id.0,
            &record.project.0,
            &record.title,
            &record.note,
            &record.state.as_str(),
            &record.plan_hash,
            &record.plan_header,
            &record.currency.code(),
            &record.planned_at,
            &record.author_id.0,
            &record.author,
            &record.request,
            &record.impact,
            &record.verdicts,
            &record.rows_to_apply,
            &record.rows_blocked,
            &record.revenue_minor,
            &record.rows_without_sales,
            &record.catalogue_variants,
            &record.rows_written,
            &record.surface,
        ],
    )
    .await?;
    Ok(())
}

pub(super) async fn rules_insert(tx: &TenantTx, id: PriceChangeId, rules: &[LoadedRule]) -> Result<()> {
    let rule_ids: Vec<Uuid> = rules.iter().map(|rule| rule.id.0).collect();
    let versions: Vec<i64> = rules.iter().map(|rule| rule.version).collect();
    tx.execute(
        "insert into price_change_rules (tenant_id, price_change_id, ordinal, rule_id, version)
         select $1, $2, r.place - 1, r.rule_id, r.version
         from unnest($3::uuid[], $4::bigint[]) with ordinality as r (rule_id, version, place)",
        &[&tx.tenant().0, &id.0, &rule_ids, &versions],
    )
    .await?;
    Ok(())
}

/// What a finished plan adds to its record.
pub(super) struct Frozen {
    pub state: State,
    pub plan_hash: PlanHash,
    pub impact: serde_json::Value,
    pub verdicts: serde_json::Value,
    pub totals: DayTotals,
    pub rows_to_apply: i64,
    pub rows_blocked: i64,
}

pub(super) async fn plan_complete(tx: &TenantTx, id: PriceChangeId, frozen: &Frozen) -> Result<()> {
    tx.execute(
        "update price_changes set state = $3, plan_hash = $4, impact = $5, verdicts = $6, rows_to_apply = $7, rows_blocked = $8, \
            revenue_minor = $9, rows_without_sales = $10, rows_written = $11
         where tenant_id = $1 and id = $2",
        &[
            &tx.tenant().0,
            &id.0,
            &frozen.state.as_str(),
            &frozen.plan_hash.to_string(),
            &frozen.impact,
            &frozen.verdicts,
            &frozen.rows_to_apply,
            &frozen.rows_blocked,
            &i64::try_from(frozen.totals.revenue_minor).unwrap_or(i64::MAX),
            &i64::try_from(frozen.totals.rows_without_sales).map_err(Error::internal)?,
            &i64::try_from(frozen.totals.rows).map_err(Error::internal)?,
        ],
    )
    .await?;
    Ok(())
}

pub(super) async fn price_change_by_id(tx: &TenantTx, id: PriceChangeId) -> Result<PriceChangeRecord> {
    let sql = format!("select {COLUMNS} from price_changes where tenant_id = $1 and id = $2");
    let row = tx.query_opt(&sql, &[&tx.tenant().0, &id.0]).await?;
    read(&row.ok_or_else(|| Error::not_found("price change", id))?)
}

/// The price change, held until the transaction ends, so that its state changes in turn.
///
/// # Errors
/// There is none (404).
pub async fn price_change_lock(tx: &TenantTx, id: PriceChangeId) -> Result<PriceChangeRecord> {
    let sql = format!("select {COLUMNS} from price_changes where tenant_id = $1 and id = $2 for update");
    let row = tx.query_opt(&sql, &[&tx.tenant().0, &id.0]).await?;
    read(&row.ok_or_else(|| Error::not_found("price change", id))?)
}

/// Moves a locked price change to another state, with audit and event.
///
/// # Errors
/// That state may not follow, or the database refused.
pub async fn transition(
    ctx: &Ctx,
    tx: &TenantTx,
    record: &PriceChangeRecord,
    to: State,
    reason: Option<&str>,
) -> Result<()> {
    transition_told(ctx, tx, record, Step { to, reason, told: None }).await
}

/// A move to another state.
pub(super) struct Step<'a> {
    pub to: State,
    pub reason: Option<&'a str>,
    /// What audit and event say beside the state, with its name.
    pub told: Option<(&'static str, Value)>,
}

/// The same with more to tell.
pub(super) async fn transition_told(
    ctx: &Ctx,
    tx: &TenantTx,
    record: &PriceChangeRecord,
    step: Step<'_>,
) -> Result<()> {
    let Step { to, reason, told } = step;
    if !record.state.may_become(to) {
        let (from, to) = (record.state.as_str(), to.as_str());
        return Err(Error::internal(format!("{} went from {from} to {to}", record.id)));
    }
    let sql = "update price_changes set state = $3 where tenant_id = $1 and id = $2";
    tx.execute(sql, &[&tx.tenant().0, &record.id.0, &to.as_str()]).await?;
    if record.state == State::Scheduled {
        scheduling::end_start(ctx, tx, record.id, start_outcome(to), reason).await?;
    }
    let action = action(record.state, to);
    let mut after = json!({ "state": to.as_str(), "plan_hash": record.plan_hash });
    let mut payload = json!({ "from": record.state.as_str(), "to": to.as_str() });
    if let Some((name, value)) = told {
        after[name] = value.clone();
        payload[name] = value;
    }
    let change = Change {
        action,
        entity_type: "price_change",
        entity_id: record.id.to_string(),
        before: Some(json!({ "state": record.state.as_str() })),
        after: Some(after),
        reason: reason.map(ToOwned::to_owned),
    };
    kernel_audit::record(ctx, tx, &[change]).await?;
    let event = Event {
        key: format!("{action}/{}/{}", record.id, ctx.request_id),
        kind: action,
        entity_type: "price_change",
        entity_id: record.id.to_string(),
        payload,
    };
    Ok(kernel_events::append(ctx, tx, &[event]).await?)
}

/// What became of a start when its price change went on to this state.
fn start_outcome(to: State) -> &'static str {
    match to {
        State::Applying => "started",
        State::Stale => "not_started",
        _ => "called_off",
    }
}

fn action(from: State, to: State) -> &'static str {
    match to {
        State::Approved if from == State::Scheduled => "price_change.unscheduled",
        State::Planned => "price_change.planned",
        State::PendingApproval => "price_change.approval_requested",
        State::Approved => "price_change.approved",
        State::Scheduled => "price_change.scheduled",
        State::Applying => "price_change.applying",
        State::Applied => "price_change.applied",
        State::PartiallyApplied => "price_change.partially_applied",
        State::Failed => "price_change.failed",
        State::Rejected => "price_change.rejected",
        State::Stale => "price_change.stale",
        State::RollingBack => "price_change.rolling_back",
        State::RolledBack => "price_change.rolled_back",
    }
}

pub(super) async fn decision_insert(
    ctx: &Ctx,
    tx: &TenantTx,
    record: &PriceChangeRecord,
    actor: UserId,
    decision: &str,
    comment: Option<&str>,
) -> Result<()> {
    tx.execute(
        "insert into price_change_decisions (tenant_id, price_change_id, actor_id, actor, decision, plan_hash, comment, \
            decided_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8)",
        &[
            &tx.tenant().0,
            &record.id.0,
            &actor.0,
            &ctx.actor.label,
            &decision,
            &record.plan_hash,
            &comment,
            &ctx.now(),
        ],
    )
    .await?;
    Ok(())
}

/// Which price changes to list.
#[derive(Debug, Clone, Serialize)]
pub(super) struct ListFilter {
    pub project: ProjectId,
    pub states: Option<Vec<String>>,
}

pub(super) async fn price_change_list(
    tx: &TenantTx,
    filter: &ListFilter,
    page: &PageRequest,
) -> Result<Page<PriceChangeSummary>> {
    let after: Option<Uuid> = page.after(filter)?;
    let rows = tx
        .query_list(
            "select id, title, state, planned_at, author, rows_to_apply, rows_blocked, surface,
                (select starts_at from price_change_starts s where s.tenant_id = c.tenant_id and s.price_change_id = c.id
                    and s.ended_at is null) as starts_at
             from price_changes c
             where tenant_id = $1 and project_id = $2 and ($3::uuid is null or id < $3)
               and ($4::text[] is null or state = any($4))
             order by id desc limit $5",
            &[&tx.tenant().0, &filter.project.0, &after, &filter.states, &page.fetch()],
        )
        .await?;
    let summaries = rows.iter().map(|row| PriceChangeSummary {
        id: PriceChangeId(row.get("id")),
        title: row.get("title"),
        surface: beside_base(row.get("surface")),
        state: row.get("state"),
        planned_at: row.get("planned_at"),
        author: row.get("author"),
        rows_to_apply: row.get::<_, i64>("rows_to_apply").unsigned_abs(),
        rows_blocked: row.get::<_, i64>("rows_blocked").unsigned_abs(),
        starts_at: row.get("starts_at"),
    });
    Ok(Page::from_rows(summaries.collect(), page, filter, |summary| summary.id.0))
}

pub(super) async fn planned_rules(tx: &TenantTx, id: PriceChangeId) -> Result<Vec<PlannedRule>> {
    let rows = tx
        .query(
            "select p.rule_id, r.name, p.version, v.content_hash from price_change_rules p
             join rules r on r.tenant_id = p.tenant_id and r.id = p.rule_id
             join rule_versions v on v.tenant_id = p.tenant_id and v.rule_id = p.rule_id and v.version = p.version
             where p.tenant_id = $1 and p.price_change_id = $2 order by p.ordinal",
            &[&tx.tenant().0, &id.0],
        )
        .await?;
    let read = |row: &Row| PlannedRule {
        rule_id: RuleId(row.get("rule_id")),
        name: row.get("name"),
        version: row.get("version"),
        content_hash: row.get("content_hash"),
    };
    Ok(rows.iter().map(read).collect())
}

/// Approvals and rejections, oldest first.
///
/// # Errors
/// The database refused.
pub async fn decisions(tx: &TenantTx, id: PriceChangeId) -> Result<Vec<Decision>> {
    let rows = tx
        .query(
            "select decision, actor, decided_at, comment from price_change_decisions
             where tenant_id = $1 and price_change_id = $2 order by decided_at",
            &[&tx.tenant().0, &id.0],
        )
        .await?;
    let read = |row: &Row| Decision {
        decision: row.get("decision"),
        actor: row.get("actor"),
        decided_at: row.get("decided_at"),
        comment: row.get("comment"),
    };
    Ok(rows.iter().map(read).collect())
}

/// Who approved a price change.
pub(super) async fn approver_of(tx: &TenantTx, id: PriceChangeId) -> Result<Option<UserId>> {
    let sql = "select actor_id from price_change_decisions
         where tenant_id = $1 and price_change_id = $2 and decision = 'approved' order by decided_at desc limit 1";
    Ok(tx.query_opt(sql, &[&tx.tenant().0, &id.0]).await?.map(|row| UserId(row.get("actor_id"))))
}

/// Whether a plan that ends the sales of a rule is being written, or about to be.
pub(super) async fn is_ending(tx: &TenantTx, project: ProjectId, rule: RuleId) -> Result<bool> {
    let sql = "select exists (select 1 from price_changes where tenant_id = $1 and project_id = $2
            and state in ('scheduled', 'applying') and request -> 'ends' @> to_jsonb($3::text))";
    Ok(tx.query_one(sql, &[&tx.tenant().0, &project.0, &rule.to_string()]).await?.get(0))
}

/// The runs of a price change and how they stand.
pub(super) struct Runs {
    /// Newest first.
    pub refs: Vec<RunRef>,
    /// Targets of the newest run that the shop refused.
    pub failed: u64,
    /// Whether something of the newest apply run is, or may be, in the shop still.
    pub is_written: bool,
}

pub(super) async fn runs_of(tx: &TenantTx, id: PriceChangeId) -> Result<Runs> {
    let rows = tx
        .query(
            "select r.id, r.kind, r.state,
                (select count(*) from rule_targets t where t.tenant_id = r.tenant_id and t.run_id = r.id
                    and t.state = 'failed') as failed,
                exists (select 1 from rule_targets t where t.tenant_id = r.tenant_id and t.run_id = r.id
                    and (t.state = 'applied' or t.state in ('failed', 'conflict') and t.sent_at is not null)) as is_written
             from rule_runs r where r.tenant_id = $1 and r.price_change_id = $2 order by r.id desc",
            &[&tx.tenant().0, &id.0],
        )
        .await?;
    let newest_apply = rows.iter().find(|row| row.get::<_, &str>("kind") == "apply");
    let read =
        |row: &Row| RunRef { id: RunId(row.get("id")), kind: row.get("kind"), state: row.get("state") };
    Ok(Runs {
        refs: rows.iter().map(read).collect(),
        failed: rows.first().map_or(0, |row| row.get::<_, i64>("failed").unsigned_abs()),
        is_written: newest_apply.is_some_and(|row| row.get("is_written")),
    })
}

/// A surface as it is shown: the base prices need no word.
pub(super) fn beside_base(surface: String) -> Option<String> {
    (surface != BASE).then_some(surface)
}

fn read(row: &Row) -> Result<PriceChangeRecord> {
    let state: &str = row.get("state");
    let currency: &str = row.get("currency");
    Ok(PriceChangeRecord {
        id: PriceChangeId(row.get("id")),
        project: ProjectId(row.get("project_id")),
        title: row.get("title"),
        note: row.get("note"),
        state: State::parse(state).ok_or_else(|| Error::internal(format!("unknown state {state}")))?,
        plan_hash: row.get("plan_hash"),
        plan_header: row.get("plan_header"),
        currency: currency.parse().map_err(Error::internal)?,
        planned_at: row.get("planned_at"),
        author_id: UserId(row.get("author_id")),
        author: row.get("author"),
        request: row.get("request"),
        impact: row.get("impact"),
        verdicts: row.get("verdicts"),
        rows_to_apply: row.get("rows_to_apply"),
        rows_blocked: row.get("rows_blocked"),
        revenue_minor: row.get("revenue_minor"),
        rows_without_sales: row.get("rows_without_sales"),
        catalogue_variants: row.get("catalogue_variants"),
        rows_written: row.get("rows_written"),
        surface: row.get("surface"),
    })
}
