//! What the other changes of a day move. SQL of its own, over what price changes and runs have written.

use jiff::{SignedDuration, Timestamp};
use kernel_core::{Error, ProjectId, Result};
use kernel_db::TenantTx;
use pricing::DayTotals;

/// How far back the changes of a day count. A moving day cannot be evaded around midnight.
const DAY: SignedDuration = SignedDuration::from_hours(24);

/// Which other price changes of a day count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Others {
    /// Those that began to be written, whenever they were approved: what one about to be written must find room beside.
    Started,
    /// Those that somebody approved too, which may begin at any time: what one to be approved must find room beside.
    ApprovedOrStarted,
}

/// What price changes of one surface of a project move in the 24 hours before `now`. Each surface has a currency and a
/// share of the catalogue of its own.
///
/// # Errors
/// The database refused.
pub async fn day_totals(
    tx: &TenantTx,
    (project, surface): (ProjectId, &str),
    now: Timestamp,
    others: Others,
) -> Result<DayTotals> {
    let row = tx
        .query_one(
            "select coalesce(sum(rows_written), 0)::bigint as rows, coalesce(sum(revenue_minor), 0)::text as revenue,
                coalesce(sum(rows_without_sales), 0)::bigint as rows_without_sales
             from price_changes c
             where c.tenant_id = $1 and c.project_id = $2 and c.surface = $5 and (
               c.state in ('applying', 'applied', 'partially_applied')
               and exists (select 1 from rule_runs r where r.tenant_id = c.tenant_id
                   and r.price_change_id = c.id and r.kind = 'apply' and r.created_at > $3)
               or $4 and c.state in ('approved', 'scheduled')
               and exists (select 1 from price_change_decisions d where d.tenant_id = c.tenant_id
                   and d.price_change_id = c.id and d.decision = 'approved' and d.decided_at > $3))",
            &[&tx.tenant().0, &project.0, &(now - DAY), &(others == Others::ApprovedOrStarted), &surface],
        )
        .await?;
    Ok(DayTotals {
        rows: row.get::<_, i64>("rows").unsigned_abs(),
        revenue_minor: row.get::<_, &str>("revenue").parse().map_err(Error::internal)?,
        rows_without_sales: row.get::<_, i64>("rows_without_sales").unsigned_abs(),
        catalogue_variants: 0,
    })
}
