//! How far the catalogue has got, by SQL of its own.

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
