//! All SQL over price changes, their rules, rows and decisions.

use futures_util::TryStreamExt;
use jiff::Timestamp;
use kernel_audit::Change;
use kernel_core::{Ctx, Currency, Error, ProjectId, Result, TenantId, UserId};
use kernel_db::paging::{Page, PageRequest};
use kernel_db::{BulkInsert, DbError, Row, TenantTx};
use kernel_events::Event;
use pricing::{Outcome, PlanHash, PlanHasher, PlanRow};
use serde::Serialize;
use serde_json::{Value, json};
use uuid::Uuid;

use super::dto::{Decision, PlannedRule, PriceChangeSummary, RunRef};
use super::model::State;
use crate::catalog::{BASE, CatalogueRow};
use crate::ids::{PriceChangeId, RuleId, RunId, VariantId};
use crate::rules::LoadedRule;

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
    /// Currency of every row.
    pub currency: Currency,
    /// When it was planned.
    pub planned_at: Timestamp,
    /// Who planned it.
    pub author_id: UserId,
    /// Who planned it, for people.
    pub author: String,
    /// Counts, spread, extremes.
    pub impact: Value,
    /// How many rows apply will write.
    pub rows_to_apply: i64,
    /// How many rows a guardrail stopped.
    pub rows_blocked: i64,
}

const COLUMNS: &str = "id, project_id, title, note, state, plan_hash, plan_header, currency, planned_at, author_id, author, \
     impact, rows_to_apply, rows_blocked";

/// What applying a row would write. Blocked and skipped rows never are.
const WRITES: &str = "(outcome in ('raise', 'cut')
     or (outcome = 'same' and compare_at_before_minor is distinct from compare_at_after_minor))";

pub(super) async fn price_change_insert(
    tx: &TenantTx,
    record: &PriceChangeRecord,
    watermark: i64,
) -> Result<()> {
    let sql = format!(
        "insert into price_changes (tenant_id, catalogue_watermark, {COLUMNS})
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)"
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
            &record.impact,
            &record.rows_to_apply,
            &record.rows_blocked,
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

/// A decided variant on its way into the plan.
pub(super) struct NewRow<'a> {
    pub place: i64,
    pub variant: &'a CatalogueRow,
    pub row: &'a pricing::Row,
    pub reason: Option<&'a str>,
    pub trace: &'a str,
}

pub(super) async fn rows_begin(tx: &TenantTx) -> Result<BulkInsert<'_>> {
    let columns = [
        "tenant_id",
        "price_change_id",
        "row",
        "variant_id",
        "sku",
        "title",
        "outcome",
        "before_minor",
        "after_minor",
        "compare_at_before_minor",
        "compare_at_after_minor",
        "rule_ordinal",
        "reason",
        "trace",
    ];
    Ok(tx.bulk_insert("price_change_rows", &columns, "").await?)
}

pub(super) async fn row_add(
    rows: &mut BulkInsert<'_>,
    tenant: TenantId,
    id: PriceChangeId,
    new: &NewRow<'_>,
) -> Result<()> {
    let row = new.row;
    rows.row(&[
        &tenant.0,
        &id.0,
        &new.place,
        &new.variant.variant_id,
        &new.variant.sku,
        &new.variant.title,
        &row.outcome.as_str(),
        &row.before,
        &row.after,
        &row.compare_at_before,
        &row.compare_at_after,
        &i64::from(row.rule_index),
        &new.reason,
        &new.trace,
    ])
    .await?;
    Ok(())
}

/// What a finished plan adds to its record.
pub(super) struct Frozen {
    pub state: State,
    pub plan_hash: PlanHash,
    pub impact: serde_json::Value,
    pub rows_to_apply: i64,
    pub rows_blocked: i64,
}

pub(super) async fn plan_complete(tx: &TenantTx, id: PriceChangeId, frozen: &Frozen) -> Result<()> {
    tx.execute(
        "update price_changes set state = $3, plan_hash = $4, impact = $5, rows_to_apply = $6, rows_blocked = $7
         where tenant_id = $1 and id = $2",
        &[
            &tx.tenant().0,
            &id.0,
            &frozen.state.as_str(),
            &frozen.plan_hash.to_string(),
            &frozen.impact,
            &frozen.rows_to_apply,
            &frozen.rows_blocked,
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
    if !record.state.may_become(to) {
        let (from, to) = (record.state.as_str(), to.as_str());
        return Err(Error::internal(format!("{} went from {from} to {to}", record.id)));
    }
    let sql = "update price_changes set state = $3 where tenant_id = $1 and id = $2";
    tx.execute(sql, &[&tx.tenant().0, &record.id.0, &to.as_str()]).await?;
    let action = action(to);
    let change = Change {
        action,
        entity_type: "price_change",
        entity_id: record.id.to_string(),
        before: Some(json!({ "state": record.state.as_str() })),
        after: Some(json!({ "state": to.as_str(), "plan_hash": record.plan_hash })),
        reason: reason.map(ToOwned::to_owned),
    };
    kernel_audit::record(ctx, tx, &[change]).await?;
    let event = Event {
        key: format!("{action}/{}/{}", record.id, ctx.request_id),
        kind: action,
        entity_type: "price_change",
        entity_id: record.id.to_string(),
        payload: json!({ "from": record.state.as_str(), "to": to.as_str() }),
    };
    Ok(kernel_events::append(ctx, tx, &[event]).await?)
}

fn action(to: State) -> &'static str {
    match to {
        State::Planned => "price_change.planned",
        State::PendingApproval => "price_change.approval_requested",
        State::Approved => "price_change.approved",
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

/// How many rows to be written start from a price that the catalogue no longer has.
pub(super) async fn rows_moved(tx: &TenantTx, id: PriceChangeId) -> Result<i64> {
    let sql = format!(
        "select count(*) from price_change_rows r
         left join price_versions pv on pv.tenant_id = r.tenant_id and pv.variant_id = r.variant_id
            and pv.surface = $3 and pv.valid_to is null
         where r.tenant_id = $1 and r.price_change_id = $2 and {WRITES}
           and (pv.unit_amount_minor is distinct from r.before_minor
             or pv.compare_at_minor is distinct from r.compare_at_before_minor)"
    );
    Ok(tx.query_one(&sql, &[&tx.tenant().0, &id.0, &BASE]).await?.get(0))
}

pub(super) async fn plan_hash_recomputed(tx: &TenantTx, record: &PriceChangeRecord) -> Result<String> {
    let rows = tx
        .query_stream(
            "select variant_id, rule_ordinal, outcome, before_minor, after_minor, compare_at_before_minor, \
                compare_at_after_minor, trace
             from price_change_rows where tenant_id = $1 and price_change_id = $2 order by row",
            &[&tx.tenant().0, &record.id.0],
        )
        .await?;
    let mut rows = std::pin::pin!(rows);
    let mut hasher = PlanHasher::new(&record.plan_header);
    while let Some(row) = rows.try_next().await.map_err(DbError::from)? {
        hasher.push(&PlanRow {
            key: row.get::<_, Uuid>("variant_id").as_u128(),
            rule_index: u32::try_from(row.get::<_, i64>("rule_ordinal")).map_err(Error::internal)?,
            outcome: outcome(row.get("outcome"))?,
            before: row.get("before_minor"),
            after: row.get("after_minor"),
            compare_at_before: row.get("compare_at_before_minor"),
            compare_at_after: row.get("compare_at_after_minor"),
            trace: row.get("trace"),
        });
    }
    Ok(hasher.finish().to_string())
}

fn outcome(word: &str) -> Result<Outcome> {
    let all = [Outcome::Raise, Outcome::Cut, Outcome::Same, Outcome::Blocked, Outcome::Skipped];
    all.into_iter()
        .find(|o| o.as_str() == word)
        .ok_or_else(|| Error::internal(format!("unknown outcome {word}")))
}

/// A row that apply writes, in minor units of the price change's currency.
#[derive(Debug, Clone)]
pub struct RowToApply {
    /// Place in the plan.
    pub row: i64,
    /// The variant.
    pub variant: VariantId,
    /// SKU when planned.
    pub sku: String,
    /// Title when planned.
    pub title: String,
    /// The price planned from.
    pub before_minor: i64,
    /// The price to write.
    pub after_minor: i64,
    /// The compare-at price planned from.
    pub compare_at_before_minor: Option<i64>,
    /// The compare-at price to have afterwards.
    pub compare_at_after_minor: Option<i64>,
}

/// The rows that apply writes, in plan order.
///
/// # Errors
/// The database refused.
pub async fn rows_to_apply(tx: &TenantTx, id: PriceChangeId) -> Result<Vec<RowToApply>> {
    let sql = format!(
        "select row, variant_id, sku, title, before_minor, after_minor, compare_at_before_minor, compare_at_after_minor
         from price_change_rows r where tenant_id = $1 and price_change_id = $2 and {WRITES} order by row"
    );
    let rows = tx.query(&sql, &[&tx.tenant().0, &id.0]).await?;
    let read = |row: &Row| RowToApply {
        row: row.get("row"),
        variant: VariantId(row.get("variant_id")),
        sku: row.get("sku"),
        title: row.get("title"),
        before_minor: row.get("before_minor"),
        after_minor: row.get("after_minor"),
        compare_at_before_minor: row.get("compare_at_before_minor"),
        compare_at_after_minor: row.get("compare_at_after_minor"),
    };
    Ok(rows.iter().map(read).collect())
}

/// A stored row with its trace.
#[derive(Debug, Clone)]
pub struct StoredRow {
    /// Place in the plan.
    pub row: i64,
    /// The variant.
    pub variant: VariantId,
    /// SKU when planned.
    pub sku: String,
    /// Title when planned.
    pub title: String,
    /// How it came out.
    pub outcome: String,
    /// Prices before and after, and compare-at prices before and after, in minor units.
    pub amounts_minor: [Option<i64>; 4],
    /// Place of the rule that decided.
    pub rule_ordinal: i64,
    /// Why it is not as ruled.
    pub reason: Option<String>,
    /// The explain trace, byte for byte.
    pub trace: String,
}

/// Which rows to list.
#[derive(Debug, Clone, Serialize)]
pub(super) struct RowFilter {
    pub id: PriceChangeId,
    pub outcomes: Option<Vec<String>>,
    pub q: Option<String>,
    pub variant: Option<VariantId>,
}

const ROW_COLUMNS: &str = "row, variant_id, sku, title, outcome, before_minor, after_minor, compare_at_before_minor, \
     compare_at_after_minor, rule_ordinal, reason, trace";

pub(super) async fn row_list(
    tx: &TenantTx,
    filter: &RowFilter,
    page: &PageRequest,
) -> Result<Page<StoredRow>> {
    let after: Option<i64> = page.after(filter)?;
    let pattern = crate::catalog::contains(filter.q.as_deref());
    let sql = format!(
        "select {ROW_COLUMNS} from price_change_rows
         where tenant_id = $1 and price_change_id = $2 and ($3::bigint is null or row > $3)
           and ($4::text[] is null or outcome = any($4)) and ($5::text is null or sku ilike $5 or title ilike $5)
           and ($6::uuid is null or variant_id = $6)
         order by row limit $7"
    );
    let rows = tx
        .query(
            &sql,
            &[
                &tx.tenant().0,
                &filter.id.0,
                &after,
                &filter.outcomes,
                &pattern,
                &filter.variant.map(|v| v.0),
                &page.fetch(),
            ],
        )
        .await?;
    Ok(Page::from_rows(rows.iter().map(read_row).collect(), page, filter, |row| row.row))
}

/// The row of one variant, if the plan selected it.
///
/// # Errors
/// The database refused.
pub async fn row_of_variant(
    tx: &TenantTx,
    id: PriceChangeId,
    variant: VariantId,
) -> Result<Option<StoredRow>> {
    let sql = format!(
        "select {ROW_COLUMNS} from price_change_rows where tenant_id = $1 and price_change_id = $2 and variant_id = $3"
    );
    Ok(tx.query_opt(&sql, &[&tx.tenant().0, &id.0, &variant.0]).await?.as_ref().map(read_row))
}

fn read_row(row: &Row) -> StoredRow {
    let columns = ["before_minor", "after_minor", "compare_at_before_minor", "compare_at_after_minor"];
    StoredRow {
        row: row.get("row"),
        variant: VariantId(row.get("variant_id")),
        sku: row.get("sku"),
        title: row.get("title"),
        outcome: row.get("outcome"),
        amounts_minor: columns.map(|column| row.get(column)),
        rule_ordinal: row.get("rule_ordinal"),
        reason: row.get("reason"),
        trace: row.get("trace"),
    }
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
        .query(
            "select id, title, state, planned_at, author, rows_to_apply, rows_blocked from price_changes
             where tenant_id = $1 and project_id = $2 and ($3::uuid is null or id < $3)
               and ($4::text[] is null or state = any($4))
             order by id desc limit $5",
            &[&tx.tenant().0, &filter.project.0, &after, &filter.states, &page.fetch()],
        )
        .await?;
    let summaries = rows.iter().map(|row| PriceChangeSummary {
        id: PriceChangeId(row.get("id")),
        title: row.get("title"),
        state: row.get("state"),
        planned_at: row.get("planned_at"),
        author: row.get("author"),
        rows_to_apply: row.get::<_, i64>("rows_to_apply").unsigned_abs(),
        rows_blocked: row.get::<_, i64>("rows_blocked").unsigned_abs(),
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

pub(super) async fn has_channel(tx: &TenantTx, project: ProjectId) -> Result<bool> {
    let sql = "select exists (select 1 from channels where tenant_id = $1 and project_id = $2)";
    Ok(tx.query_one(sql, &[&tx.tenant().0, &project.0]).await?.get(0))
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
        impact: row.get("impact"),
        rows_to_apply: row.get("rows_to_apply"),
        rows_blocked: row.get("rows_blocked"),
    })
}
