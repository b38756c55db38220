//! How far the catalogue has got, by SQL of its own, and how variants are called.

use kernel_core::Result;
use kernel_db::TenantTx;

/// Marks the instant in commit order that a snapshot shows: every transaction before it is seen.
///
/// # Errors
/// The database refused.
pub async fn watermark(tx: &TenantTx) -> Result<i64> {
    let sql = "select pg_snapshot_xmin(pg_current_snapshot())::text::bigint as watermark";
    Ok(tx.query_one(sql, &[]).await?.get("watermark"))
}

/// Product and variant title as people read them.
pub(super) fn full_title(product: &str, variant: &str) -> String {
    if variant.is_empty() { product.to_owned() } else { format!("{product} – {variant}") }
}
