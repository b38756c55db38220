//! All SQL over `price_change_rows`.

use std::collections::HashMap;

use futures_util::TryStreamExt;
use kernel_core::{Error, Result, TenantId};
use kernel_db::{BulkInsert, DbError, Row, TenantTx};
use pricing::{
    Outcome, PackedTrace, PlanHasher, PlanRow, PlanSales, Reason, RuleSet, TraceTemplates, VariantFacts,
    Verdict, unpack_trace,
};
use uuid::Uuid;

use super::store::PriceChangeRecord;
use crate::catalog::RunningSales;
use crate::ids::{PriceChangeId, VariantId};

/// Rows that apply changes: in the shop, or only which sales run. Blocked and skipped rows never are.
const WRITES: &str = "(outcome in ('raise', 'cut') or (outcome = 'same'
     and (compare_at_before_minor, base_before_minor, base_compare_at_before_minor, sales_before)
       is distinct from (compare_at_after_minor, base_after_minor, base_compare_at_after_minor, sales_after)))";

/// A decided variant on its way into the plan.
pub(super) struct NewRow<'a> {
    pub place: i64,
    pub variant: Uuid,
    pub sku: &'a str,
    pub title: &'a str,
    pub row: &'a pricing::Row,
    /// The lowest price of the last 30 days, where the law asks for it.
    pub prior: Option<i64>,
    pub sales: Option<&'a RowSales>,
    pub trace: PackedTrace<'a>,
}

/// The sales that make a price what it is, before and after a row.
pub(super) struct RowSales {
    before: Option<RunningSales>,
    after: Option<RunningSales>,
}

impl RowSales {
    /// `None` where no sale runs before or after.
    pub(super) fn of(rules: &RuleSet, facts: &VariantFacts<'_>, row: &pricing::Row) -> Option<Self> {
        let running: Vec<String> = facts.more.running_sales.iter().map(str::to_owned).collect();
        let before = facts.more.base_minor.filter(|_| !running.is_empty());
        let before = before.map(|base_minor| RunningSales {
            base_minor,
            base_compare_at_minor: facts.more.base_compare_at_minor,
            sales: running,
        });
        let after = row.base.map(|base_minor| RunningSales {
            base_minor,
            base_compare_at_minor: facts.without_sales().compare_at_minor,
            sales: rules.sales(facts).into_iter().map(str::to_owned).collect(),
        });
        (before.is_some() || after.is_some()).then_some(Self { before, after })
    }

    /// Whether others run after the row than before.
    pub(super) fn changes(&self) -> bool {
        self.before != self.after
    }

    /// The row of the plan with its sales.
    pub(super) fn beside<'a>(&'a self, row: PlanRow<'a>) -> PlanRow<'a> {
        let sales_before = self.before.as_ref().map(plan_sales);
        PlanRow { sales_before, sales_after: self.after.as_ref().map(plan_sales), ..row }
    }
}

fn plan_sales(running: &RunningSales) -> PlanSales<'_> {
    PlanSales {
        base: running.base_minor,
        base_compare_at: running.base_compare_at_minor,
        hashes: &running.sales,
    }
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
        "trace_template",
        "trace_arguments",
        "violated",
        "near",
        "waived",
        "prior_minor",
        "base_before_minor",
        "sales_before",
        "base_after_minor",
        "sales_after",
        "base_compare_at_before_minor",
        "base_compare_at_after_minor",
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
    let before = new.sales.and_then(|sales| sales.before.as_ref());
    let after = new.sales.and_then(|sales| sales.after.as_ref());
    rows.row(&[
        &tenant.0,
        &id.0,
        &new.place,
        &new.variant,
        &new.sku,
        &new.title,
        &row.outcome.as_str(),
        &row.before,
        &row.after,
        &row.compare_at_before,
        &row.compare_at_after,
        &i64::from(row.rule_index),
        &(row.reason != Reason::AsRuled).then(|| row.reason.code()),
        &i64::from(new.trace.template),
        &new.trace.arguments,
        &guardrails(row, Verdict::Violated),
        &guardrails(row, Verdict::Near),
        &guardrails(row, Verdict::Waived),
        &new.prior,
        &before.map(|running| running.base_minor),
        &before.map(|running| &running.sales),
        &after.map(|running| running.base_minor),
        &after.map(|running| &running.sales),
        &before.and_then(|running| running.base_compare_at_minor),
        &after.and_then(|running| running.base_compare_at_minor),
    ])
    .await?;
    Ok(())
}

/// The guardrails that gave this verdict; `None` for none, which takes no room.
fn guardrails(row: &pricing::Row, verdict: Verdict) -> Option<Vec<&'static str>> {
    let mut given = row.guardrails.iter().filter(|(_, found)| *found == verdict).map(|(kind, _)| kind.code());
    let first = given.next()?;
    Some(std::iter::once(first).chain(given).collect())
}

/// Stores the templates that the rows' traces refer to.
pub(super) async fn templates_insert(
    tx: &TenantTx,
    id: PriceChangeId,
    templates: &TraceTemplates,
) -> Result<()> {
    tx.execute(
        "insert into price_change_traces (tenant_id, price_change_id, template, text)
         select $1, $2, t.place - 1, t.text from unnest($3::text[]) with ordinality as t (text, place)",
        &[&tx.tenant().0, &id.0, &templates.texts()],
    )
    .await?;
    Ok(())
}

/// How many rows to be applied start from a price, or from sales, that the catalogue no longer has.
///
/// # Errors
/// The database refused.
pub(super) async fn rows_moved(tx: &TenantTx, record: &PriceChangeRecord) -> Result<i64> {
    let is_most = record.rows_written.saturating_mul(4) >= record.catalogue_variants;
    let held = "price_versions pv where pv.tenant_id = $1 and pv.surface = $3 and pv.valid_to is null";
    // A few prices are looked up one by one, and most of a catalogue is read at once. On tables that were never analysed, as
    // after a first import, a join left to itself may read the whole catalogue for each row: it may loop over neither.
    let now = match is_most {
        true => format!("(select * from {held}) pv on pv.variant_id = r.variant_id"),
        false => {
            format!("lateral (select * from {held} and pv.variant_id = r.variant_id limit 1) pv on true")
        }
    };
    let sql = format!(
        "select count(*) from price_change_rows r left join {now}
         where r.tenant_id = $1 and r.price_change_id = $2 and {WRITES}
           and (pv.unit_amount_minor, pv.compare_at_minor, pv.base_minor, pv.base_compare_at_minor, pv.sales)
             is distinct from (r.before_minor, r.compare_at_before_minor, r.base_before_minor,
               r.base_compare_at_before_minor, r.sales_before)"
    );
    let may_loop = "select set_config('enable_nestloop', $1, true)";
    if is_most {
        tx.execute(may_loop, &[&"off"]).await?;
    }
    let moved = tx.query_one(&sql, &[&tx.tenant().0, &record.id.0, &record.surface]).await?.get(0);
    if is_most {
        tx.execute(may_loop, &[&"on"]).await?;
    }
    Ok(moved)
}

pub(super) async fn plan_hash_recomputed(tx: &TenantTx, record: &PriceChangeRecord) -> Result<String> {
    let rows = tx
        .query_stream(
            "select variant_id, rule_ordinal, outcome, before_minor, after_minor, compare_at_before_minor, \
                compare_at_after_minor, prior_minor, base_before_minor, base_compare_at_before_minor, sales_before, \
                base_after_minor, base_compare_at_after_minor, sales_after, trace_template, trace_arguments
             from price_change_rows where tenant_id = $1 and price_change_id = $2 order by row",
            &[&tx.tenant().0, &record.id.0],
        )
        .await?;
    let mut rows = std::pin::pin!(rows);
    let mut hasher = PlanHasher::new(&record.plan_header);
    while let Some(row) = rows.try_next().await.map_err(DbError::from)? {
        let sales = RowSales { before: stored_sales(&row, "before"), after: stored_sales(&row, "after") };
        hasher.push(&sales.beside(PlanRow {
            key: row.get::<_, Uuid>("variant_id").as_u128(),
            rule_index: u32::try_from(row.get::<_, i64>("rule_ordinal")).map_err(Error::internal)?,
            outcome: outcome(row.get("outcome"))?,
            before: row.get("before_minor"),
            after: row.get("after_minor"),
            compare_at_before: row.get("compare_at_before_minor"),
            compare_at_after: row.get("compare_at_after_minor"),
            prior: row.get("prior_minor"),
            sales_before: None,
            sales_after: None,
            trace: PackedTrace {
                template: u32::try_from(row.get::<_, i64>("trace_template")).map_err(Error::internal)?,
                arguments: row.get("trace_arguments"),
            },
        }));
    }
    let sql = "select text from price_change_traces where tenant_id = $1 and price_change_id = $2 order by template";
    let templates = tx.query(sql, &[&tx.tenant().0, &record.id.0]).await?;
    let templates: Vec<&str> = templates.iter().map(|row| row.get("text")).collect();
    Ok(hasher.finish(&templates).to_string())
}

/// The sales on one side of a stored row.
fn stored_sales(row: &Row, side: &str) -> Option<RunningSales> {
    Some(RunningSales {
        base_minor: row.get::<_, Option<i64>>(format!("base_{side}_minor").as_str())?,
        base_compare_at_minor: row.get(format!("base_compare_at_{side}_minor").as_str()),
        sales: row.get(format!("sales_{side}").as_str()),
    })
}

fn outcome(word: &str) -> Result<Outcome> {
    let all = [Outcome::Raise, Outcome::Cut, Outcome::Same, Outcome::Blocked, Outcome::Skipped];
    all.into_iter()
        .find(|o| o.as_str() == word)
        .ok_or_else(|| Error::internal(format!("unknown outcome {word}")))
}

/// A row that apply changes, in minor units of the price change's currency.
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

/// The rows that apply changes, in plan order.
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

/// The sales that make the prices of `variants` what they are once the plan is applied (`is_undone`: taken back).
///
/// # Errors
/// The database refused.
pub async fn sales_of(
    tx: &TenantTx,
    id: PriceChangeId,
    variants: &[Uuid],
    is_undone: bool,
) -> Result<HashMap<Uuid, RunningSales>> {
    let side = if is_undone { "before" } else { "after" };
    // One look for each variant: without statistics, as of a plan of just now, the planner would read the whole plan.
    let sql = format!(
        "select r.* from unnest($3::uuid[]) as v (id) cross join lateral (
            select variant_id, base_{side}_minor, base_compare_at_{side}_minor, sales_{side} from price_change_rows
            where tenant_id = $1 and price_change_id = $2 and variant_id = v.id limit 1) r
         where r.base_{side}_minor is not null"
    );
    let rows = tx.query(&sql, &[&tx.tenant().0, &id.0, &variants]).await?;
    let read = |row: &Row| Some((row.get("variant_id"), stored_sales(row, side)?));
    Ok(rows.iter().filter_map(read).collect())
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
    /// Guardrails that stop it.
    pub violated: Option<Vec<String>>,
    /// Guardrails whose limit is near.
    pub near: Option<Vec<String>>,
    /// Guardrails it passes by a waiver.
    pub waived: Option<Vec<String>>,
    /// The lowest price of the last 30 days, in minor units, where the law asks for it.
    pub prior_minor: Option<i64>,
    /// What the variant costs now, in minor units.
    pub cost_minor: Option<i64>,
    /// The explain trace, byte for byte.
    pub trace: String,
}

/// What a stored row is read from: `r`, its trace's template `t`, and the cost of its variant.
pub(super) const COLUMNS: &str = "r.row, r.variant_id, r.sku, r.title, r.outcome, r.before_minor, r.after_minor, \
    r.compare_at_before_minor, r.compare_at_after_minor, r.rule_ordinal, r.reason, r.violated, r.near, r.waived, r.prior_minor, \
    r.trace_arguments, t.text as template";

/// The template of the trace of `r`.
pub(super) const TEMPLATE: &str = "join price_change_traces t on t.tenant_id = r.tenant_id \
    and t.price_change_id = r.price_change_id and t.template = r.trace_template";

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
        "select {COLUMNS}, v.cost_minor from price_change_rows r {TEMPLATE}
         left join variants v on v.tenant_id = r.tenant_id and v.id = r.variant_id
         where r.tenant_id = $1 and r.price_change_id = $2 and r.variant_id = $3"
    );
    tx.query_opt(&sql, &[&tx.tenant().0, &id.0, &variant.0]).await?.as_ref().map(read_row).transpose()
}

/// Reads [`COLUMNS`] and the cost.
///
/// # Errors
/// The stored trace cannot be unpacked.
pub(super) fn read_row(row: &Row) -> Result<StoredRow> {
    let columns = ["before_minor", "after_minor", "compare_at_before_minor", "compare_at_after_minor"];
    let trace = unpack_trace(row.get("template"), row.get("trace_arguments")).map_err(Error::internal)?;
    Ok(StoredRow {
        row: row.get("row"),
        variant: VariantId(row.get("variant_id")),
        sku: row.get("sku"),
        title: row.get("title"),
        outcome: row.get("outcome"),
        amounts_minor: columns.map(|column| row.get(column)),
        rule_ordinal: row.get("rule_ordinal"),
        reason: row.get("reason"),
        violated: row.get("violated"),
        near: row.get("near"),
        waived: row.get("waived"),
        prior_minor: row.get("prior_minor"),
        cost_minor: row.get("cost_minor"),
        trace,
    })
}
