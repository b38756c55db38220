//! What a catalogue can be narrowed by, with counts. All SQL that counts so.

use kernel_core::{ProjectId, Result};
use kernel_db::TenantTx;

use super::dto::{Facet, Facets};
use super::store::{VariantFilter, contains};

/// Values of one facet that are told, the most frequent first.
const VALUES_MAX: i64 = 100;

/// Counts variants by vendor, product type and tag. Each facet is counted under the other filters, not its own, so that it
/// says what choosing another value would give.
pub(super) async fn facets(tx: &TenantTx, project: ProjectId, filter: &VariantFilter) -> Result<Facets> {
    let without_vendor = VariantFilter { vendor: None, ..filter.clone() };
    let without_type = VariantFilter { product_type: None, ..filter.clone() };
    let without_tag = VariantFilter { tag: None, ..filter.clone() };
    Ok(Facets {
        vendors: facet(tx, project, &without_vendor, "p.vendor").await?,
        product_types: facet(tx, project, &without_type, "p.product_type").await?,
        tags: facet(tx, project, &without_tag, "unnest(p.tags)").await?,
    })
}

async fn facet(
    tx: &TenantTx,
    project: ProjectId,
    filter: &VariantFilter,
    expression: &str,
) -> Result<Vec<Facet>> {
    let sql = format!(
        "select value, count(*) as variants from (
            select {expression} as value from variants v
            join products p on p.tenant_id = v.tenant_id and p.id = v.product_id
            where v.tenant_id = $1 and v.project_id = $2
              and ($3::text is null or v.sku ilike $3 or v.title ilike $3 or p.title ilike $3 or p.vendor ilike $3)
              and ($4::text is null or v.sku = $4) and ($5::text is null or p.vendor = $5)
              and ($6::text is null or p.product_type = $6) and ($7::text is null or $7 = any(p.tags))) as found
         where value <> '' group by value order by variants desc, value collate \"C\" limit $8"
    );
    let rows = tx
        .query_list(
            &sql,
            &[
                &tx.tenant().0,
                &project.0,
                &contains(filter.q.as_deref()),
                &filter.sku,
                &filter.vendor,
                &filter.product_type,
                &filter.tag,
                &VALUES_MAX,
            ],
        )
        .await?;
    let read = |row: &kernel_db::Row| Facet {
        value: row.get("value"),
        count: row.get::<_, i64>("variants").unsigned_abs(),
    };
    Ok(rows.iter().map(read).collect())
}
