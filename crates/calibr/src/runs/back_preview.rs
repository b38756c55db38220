//! What taking a run back would do, before anybody does it. SQL over `rule_targets` beside what we know of the shop.

use kernel_core::{Currency, Money, Result};
use kernel_db::paging::{Page, PageRequest};
use kernel_db::{Row, TenantTx};
use serde::Serialize;

use super::dto::{ChangedSince, RollBackPreview, TakenBack};
use super::store::RunRecord;
use super::targets::{OURS, read_amounts};
use crate::catalog::BASE;
use crate::ids::{RunId, VariantId};

/// What a price may become when a run is taken back.
pub(super) const STATES: [&str; 3] = ["goes_back", "changed", "unsure"];

/// So many prices that changed since are named; the others are counted.
const NAMED_MAX: i64 = 100;

/// What a run wrote and nobody took back, beside what we know to be there now: what an open drift found, or else the price
/// that holds. Drift is watched on base prices.
const THERE_NOW: &str = "left join price_versions pv on pv.tenant_id = t.tenant_id and pv.variant_id = t.variant_id and pv.surface = $3
        and pv.valid_to is null
     left join price_drifts d on d.tenant_id = t.tenant_id and d.variant_id = t.variant_id and d.channel_id = $4
        and d.state = 'open' and $3 = $5";

/// Whether that is what the run wrote.
const IS_OURS: &str = "(d.id is null and pv.unit_amount_minor is not distinct from t.after_minor
        and pv.compare_at_minor is not distinct from t.compare_at_after_minor and pv.relative is not distinct from t.after_relative)";

/// What rolling `run` back would do as far as we know. Each price is read and compared again before it is written, so what
/// changes meanwhile is left alone too.
pub(super) async fn preview(tx: &TenantTx, run: &RunRecord) -> Result<RollBackPreview> {
    let to_take_back = format!(
        "from (select * from rule_targets where tenant_id = $1 and run_id = $2 and {OURS}) t {THERE_NOW}"
    );
    let counts = format!(
        "select count(*) filter (where t.state = 'applied' and {IS_OURS}) as prices,
            count(*) filter (where t.state = 'applied' and not {IS_OURS}) as changed,
            count(*) filter (where t.state <> 'applied') as unsure {to_take_back}"
    );
    let named = format!(
        "select t.*, case when d.id is null then pv.unit_amount_minor else d.found_minor end as now_minor
         {to_take_back} where t.state = 'applied' and not {IS_OURS} order by t.row limit {NAMED_MAX}"
    );
    let (tenant, id, surface, channel) = (tx.tenant().0, run.id.0, &run.surface, run.channel.0);
    let counted = tx.query_one(&counts, &[&tenant, &id, surface, &channel, &BASE]).await?;
    let rows = tx.query(&named, &[&tenant, &id, surface, &channel, &BASE]).await?;
    let count = |name| counted.get::<_, i64>(name).unsigned_abs();
    Ok(RollBackPreview {
        prices: count("prices"),
        changed: count("changed"),
        unsure: count("unsure"),
        changed_since: rows.iter().map(|row| read_changed(row, run.currency)).collect(),
    })
}

/// Which prices of a roll back to list.
#[derive(Debug, Clone, Serialize)]
pub(super) struct BackFilter {
    pub run: RunId,
    pub states: Option<Vec<String>>,
    pub q: Option<String>,
}

/// Every price that rolling `run` back would look at, in plan order.
pub(super) async fn prices(
    tx: &TenantTx,
    run: &RunRecord,
    filter: &BackFilter,
    page: &PageRequest,
) -> Result<Page<TakenBack>> {
    let after: Option<i64> = page.after(filter)?;
    let pattern = crate::catalog::contains(filter.q.as_deref());
    let sql = format!(
        "select * from (
            select t.*, case when d.id is null then pv.unit_amount_minor else d.found_minor end as now_minor,
                case when t.state <> 'applied' then 'unsure' when {IS_OURS} then 'goes_back' else 'changed' end as becomes
            from (select * from rule_targets where tenant_id = $1 and run_id = $2 and {OURS}
                and ($6::bigint is null or row > $6)
                and ($7::text is null or sku ilike $7 or title ilike $7)) t {THERE_NOW}) b
         where $8::text[] is null or becomes = any($8)
         order by row limit $9"
    );
    let (tenant, id, surface, channel) = (tx.tenant().0, run.id.0, &run.surface, run.channel.0);
    let rows = tx
        .query_list(
            &sql,
            &[&tenant, &id, surface, &channel, &BASE, &after, &pattern, &filter.states, &page.fetch()],
        )
        .await?;
    let rows: Vec<(i64, TakenBack)> =
        rows.iter().map(|row| (row.get("row"), read_taken_back(row, run.currency))).collect();
    Ok(Page::from_rows(rows, page, filter, |(row, _)| *row).map(|(_, price)| price))
}

fn read_taken_back(row: &Row, currency: Currency) -> TakenBack {
    let money = |minor: i64| Money::from_minor(minor, currency);
    let (before, written) = read_amounts(row);
    TakenBack {
        variant_id: VariantId(row.get("variant_id")),
        sku: row.get("sku"),
        title: row.get("title"),
        state: row.get("becomes"),
        written: money(written.price_minor),
        now: row.get::<_, Option<i64>>("now_minor").map(money),
        back_to: money(before.price_minor),
        compare_at_back_to: before.compare_at_minor.map(money),
    }
}

fn read_changed(row: &Row, currency: Currency) -> ChangedSince {
    let money = |minor: i64| Money::from_minor(minor, currency);
    let (_, written) = read_amounts(row);
    ChangedSince {
        variant_id: VariantId(row.get("variant_id")),
        sku: row.get("sku"),
        title: row.get("title"),
        written: money(written.price_minor),
        now: row.get::<_, Option<i64>>("now_minor").map(money),
    }
}
