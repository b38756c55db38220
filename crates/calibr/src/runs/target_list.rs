//! The targets of a run as people look at them. SQL over `rule_targets`.

use kernel_core::{Currency, Money, Result};
use kernel_db::paging::{Page, PageRequest};
use kernel_db::{Row, TenantTx};
use serde::Serialize;

use super::dto::Target;
use super::targets::{read_amounts, read_observed};
use crate::ids::{RunId, TargetId, VariantId};

/// Which targets to list.
#[derive(Debug, Clone, Serialize)]
pub(super) struct TargetFilter {
    pub run: RunId,
    pub states: Option<Vec<String>>,
    pub q: Option<String>,
    pub reason_code: Option<String>,
}

pub(super) async fn target_list(
    tx: &TenantTx,
    currency: Currency,
    filter: &TargetFilter,
    page: &PageRequest,
) -> Result<Page<Target>> {
    let after: Option<i64> = page.after(filter)?;
    let pattern = crate::catalog::contains(filter.q.as_deref());
    let rows = tx
        .query_list(
            "select * from rule_targets
             where tenant_id = $1 and run_id = $2 and ($3::bigint is null or row > $3)
               and ($4::text[] is null or state = any($4)) and ($5::text is null or sku ilike $5 or title ilike $5)
               and ($6::text is null or reason_code = $6)
             order by row limit $7",
            &[&tx.tenant().0, &filter.run.0, &after, &filter.states, &pattern, &filter.reason_code, &page.fetch()],
        )
        .await?;
    let targets: Vec<(i64, Target)> =
        rows.iter().map(|row| (row.get("row"), read_target(row, currency))).collect();
    Ok(Page::from_rows(targets, page, filter, |(row, _)| *row).map(|(_, target)| target))
}

fn read_target(row: &Row, currency: Currency) -> Target {
    let money = |minor: i64| Money::from_minor(minor, currency);
    let (before, after) = read_amounts(row);
    let observed = read_observed(row);
    Target {
        id: TargetId(row.get("id")),
        variant_id: VariantId(row.get("variant_id")),
        sku: row.get("sku"),
        title: row.get("title"),
        state: row.get("state"),
        before: money(before.price_minor),
        after: money(after.price_minor),
        compare_at_before: before.compare_at_minor.map(money),
        compare_at_after: after.compare_at_minor.map(money),
        observed: observed.map(|o| money(o.price_minor)),
        compare_at_observed: observed.and_then(|o| o.compare_at_minor).map(money),
        reason_code: row.get("reason_code"),
        reason: row.get("reason"),
        attempts: row.get("attempts"),
        settled_at: row.get("settled_at"),
        verified: row.get("verified"),
    }
}
