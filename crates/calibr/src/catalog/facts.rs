//! The catalogue as the engine reads it: every variant of a project with its current price, in one snapshot,
//! by SQL of its own.

use std::pin::Pin;

use futures_util::{Stream, TryStreamExt};
use kernel_core::{ProjectId, Result};
use kernel_db::{DbError, Row, TenantTx};
use uuid::Uuid;

use super::BASE;

/// A variant with what rules can ask about it.
#[derive(Debug, Clone)]
pub struct CatalogueRow {
    /// The variant.
    pub variant_id: Uuid,
    /// SKU.
    pub sku: String,
    /// Product and variant title.
    pub title: String,
    /// Vendor.
    pub vendor: String,
    /// Product type.
    pub product_type: String,
    /// Tags.
    pub tags: Vec<String>,
    /// Price in minor units of the project's currency.
    pub price_minor: Option<i64>,
    /// Compare-at price in minor units.
    pub compare_at_minor: Option<i64>,
}

/// Every variant of the project, oldest first, as they arrive.
///
/// # Errors
/// The database refused; errors can also come with a row.
pub async fn catalogue_rows(
    tx: &TenantTx,
    project: ProjectId,
) -> Result<Pin<Box<dyn Stream<Item = Result<CatalogueRow>> + Send>>> {
    let rows = tx
        .query_stream(
            "select v.id, v.sku, v.title, p.title as product_title, p.vendor, p.product_type, p.tags,
                pv.unit_amount_minor, pv.compare_at_minor
             from variants v
             join products p on p.tenant_id = v.tenant_id and p.id = v.product_id
             left join price_versions pv on pv.tenant_id = v.tenant_id and pv.variant_id = v.id
                and pv.surface = $3 and pv.valid_to is null
             where v.tenant_id = $1 and v.project_id = $2
             order by v.id",
            &[&tx.tenant().0, &project.0, &BASE],
        )
        .await?;
    Ok(Box::pin(rows.map_ok(|row| read(&row)).map_err(|error| DbError::from(error).into())))
}

/// Marks the instant in commit order that a snapshot shows: every transaction before it is seen.
///
/// # Errors
/// The database refused.
pub async fn watermark(tx: &TenantTx) -> Result<i64> {
    let sql = "select pg_snapshot_xmin(pg_current_snapshot())::text::bigint as watermark";
    Ok(tx.query_one(sql, &[]).await?.get("watermark"))
}

fn read(row: &Row) -> CatalogueRow {
    CatalogueRow {
        variant_id: row.get("id"),
        sku: row.get("sku"),
        title: full_title(row.get("product_title"), row.get("title")),
        vendor: row.get("vendor"),
        product_type: row.get("product_type"),
        tags: row.get("tags"),
        price_minor: row.get("unit_amount_minor"),
        compare_at_minor: row.get("compare_at_minor"),
    }
}

/// Product and variant title as people read them.
pub(super) fn full_title(product: &str, variant: &str) -> String {
    if variant.is_empty() { product.to_owned() } else { format!("{product} – {variant}") }
}
