//! The prices of a plan as a file that Shopify's importer accepts, for a shop without any app installed.

use connector_shopify::csv::ExportColumns;
use kernel_core::{Ctx, Error, ErrorKind, Result};

use super::model::{State, prices};
use super::rows;
use super::store;
use crate::catalog::{Export, PriceOverrides, export_products};
use crate::ids::PriceChangeId;
use crate::state::App;

/// The file's bytes: every product with a row to be written, with all its variants.
pub(super) async fn export(app: &App, ctx: &Ctx, id: PriceChangeId) -> Result<Vec<u8>> {
    let tx = app.db.repeatable_read(ctx.tenant).await?;
    let record = store::price_change_by_id(&tx, id).await?;
    if matches!(record.state, State::Stale | State::Rejected | State::RollingBack | State::RolledBack) {
        let detail = format!(
            "This price change is {}; its prices are not to be used. Plan again.",
            record.state.as_str()
        );
        return Err(Error::conflict("price_change.state", detail));
    }
    let moved = if record.state.awaits_apply() { rows::rows_moved(&tx, id).await? } else { 0 };
    if moved > 0 {
        let words = prices(moved);
        let detail =
            format!("{moved} planned {words} moved since this was planned. Plan again before exporting.");
        return Err(Error::new(ErrorKind::Stale, "price_change.stale", detail));
    }
    let rows = rows::rows_to_apply(&tx, id).await?;
    let overrides: PriceOverrides =
        rows.iter().map(|row| (row.variant.0, (row.after_minor, row.compare_at_after_minor))).collect();
    let export =
        Export { project: record.project, columns: ExportColumns::Prices, overrides: Some(&overrides) };
    export_products(&tx, export, Vec::new()).await
}
