//! The prices of a plan as a file that Shopify's importer accepts, for a shop without any app installed. Whoever takes
//! the file changes prices with it, so it passes the same gate as apply, and the audit says who took it.

use connector_shopify::csv::ExportColumns;
use kernel_audit::Change;
use kernel_auth::authorize;
use kernel_core::{Ctx, Error, Result};
use kernel_db::TenantTx;
use serde_json::json;

use super::decide::approved_plan;
use super::model::State;
use super::scheduling::Start;
use super::store::{self, PriceChangeRecord};
use super::{PRICE_CHANGES_APPLY, rows};
use crate::catalog::{BASE, Export, PriceOverrides, export_products};
use crate::ids::PriceChangeId;
use crate::state::App;

/// The file's bytes: every product with a row to be written, with all its variants.
///
/// # Errors
/// As [`approved_plan`], unless the plan was applied already: then these are the prices that were written.
/// `price_change.surface` (422): they are those of a price list, for which such a file has no place.
pub(super) async fn export(app: &App, ctx: &Ctx, id: PriceChangeId) -> Result<Vec<u8>> {
    authorize(&ctx.actor, PRICE_CHANGES_APPLY)?;
    let (tx, record) = usable_plan(app, ctx, id).await?;
    let rows = rows::rows_to_apply(&tx, id).await?;
    let overrides: PriceOverrides =
        rows.iter().map(|row| (row.variant.0, (row.after_minor, row.compare_at_after_minor))).collect();
    let export =
        Export { project: record.project, columns: ExportColumns::Prices, overrides: Some(&overrides) };
    let file = export_products(&tx, export, Vec::new()).await?;
    let change = Change {
        action: "price_change.exported",
        entity_type: "price_change",
        entity_id: id.to_string(),
        before: None,
        after: Some(json!({ "plan_hash": record.plan_hash, "rows": rows.len() })),
        reason: None,
    };
    kernel_audit::record(ctx, &tx, &[change]).await?;
    tx.commit().await?;
    Ok(file)
}

async fn usable_plan(app: &App, ctx: &Ctx, id: PriceChangeId) -> Result<(TenantTx, PriceChangeRecord)> {
    let tx = app.db.tenant_tx(ctx.tenant).await?;
    let record = store::price_change_by_id(&tx, id).await?;
    if record.surface != BASE {
        let detail = "These are prices of a price list; a product file holds base prices only.";
        return Err(Error::unprocessable("price_change.surface", detail));
    }
    if matches!(record.state, State::Applying | State::Applied | State::PartiallyApplied) {
        return Ok((tx, record));
    }
    drop(tx);
    approved_plan(app, ctx, id, &record.plan_hash, Start::Now).await
}
