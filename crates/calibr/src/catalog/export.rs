//! Products as Shopify's product CSV: the whole catalogue, or the products of a price change with its prices.
//! Holds the SQL that streams them.

use std::collections::HashMap;
use std::io::Write;

use channel::{ChannelProduct, ChannelVariant, ProductRef, ProductStatus, VariantRef};
use connector_shopify::csv::{CsvExport, ExportColumns, ExportError};
use futures_util::TryStreamExt;
use kernel_core::{Currency, Error, Money, ProjectId, Result};
use kernel_db::{DbError, Row, TenantTx};
use uuid::Uuid;

use super::BASE;

/// Prices that stand in for those of the catalogue, by variant, in minor units: price and compare-at price.
pub type PriceOverrides = HashMap<Uuid, (i64, Option<i64>)>;

/// What to write.
pub struct Export<'a> {
    /// The project.
    pub project: ProjectId,
    /// Which columns.
    pub columns: ExportColumns,
    /// Without overrides the whole catalogue; with them the products they touch, with all their variants, since an
    /// importer takes a missing variant for a deleted one.
    pub overrides: Option<&'a PriceOverrides>,
}

/// Writes products to `file`, oldest first, holding one at a time.
///
/// # Errors
/// `export.unrepresentable` (422): a product has something the CSV has no place for.
pub async fn export_products<W: Write>(tx: &TenantTx, export: Export<'_>, file: W) -> Result<W> {
    let touched: Option<Vec<Uuid>> = export.overrides.map(|overrides| overrides.keys().copied().collect());
    let rows = tx
        .query_stream(
            "select p.id as product_id, p.handle, p.title as product_title, p.vendor, p.product_type, p.tags, p.status,
                v.id, v.title, v.sku, v.barcode, v.options, v.cost_minor, v.inventory_quantity,
                pv.currency, pv.unit_amount_minor, pv.compare_at_minor
             from products p
             join variants v on v.tenant_id = p.tenant_id and v.product_id = p.id
             join price_versions pv on pv.tenant_id = v.tenant_id and pv.variant_id = v.id and pv.surface = $3
                and pv.valid_to is null
             where p.tenant_id = $1 and p.project_id = $2 and ($4::uuid[] is null or p.id in
                (select t.product_id from variants t where t.tenant_id = $1 and t.id = any($4)))
             order by p.id, v.position, v.id",
            &[&tx.tenant().0, &export.project.0, &BASE, &touched],
        )
        .await?;
    let mut rows = std::pin::pin!(rows);
    let mut csv = CsvExport::new(file, export.columns).map_err(refused)?;
    let mut open: Option<(Uuid, ChannelProduct)> = None;
    while let Some(row) = rows.try_next().await.map_err(DbError::from)? {
        let product_id: Uuid = row.get("product_id");
        if open.as_ref().is_none_or(|(id, _)| *id != product_id)
            && let Some((_, ended)) = open.replace((product_id, product(&row)))
        {
            csv.write(&ended).map_err(refused)?;
        }
        if let Some((_, product)) = &mut open {
            product.variants.push(variant(&row, export.overrides)?);
        }
    }
    if let Some((_, ended)) = open {
        csv.write(&ended).map_err(refused)?;
    }
    csv.finish().map_err(refused)
}

fn refused(error: ExportError) -> Error {
    match error {
        ExportError::Write(error) => Error::internal(error),
        ExportError::Unrepresentable { .. } => {
            Error::unprocessable("export.unrepresentable", error.to_string())
        }
    }
}

fn product(row: &Row) -> ChannelProduct {
    ChannelProduct {
        id: ProductRef(row.get::<_, Uuid>("product_id").to_string()),
        handle: row.get("handle"),
        title: row.get("product_title"),
        vendor: row.get("vendor"),
        product_type: row.get("product_type"),
        tags: row.get("tags"),
        status: match row.get::<_, &str>("status") {
            "active" => ProductStatus::Active,
            "draft" => ProductStatus::Draft,
            "archived" => ProductStatus::Archived,
            "unlisted" => ProductStatus::Unlisted,
            _ => ProductStatus::Other,
        },
        variants: Vec::new(),
        updated_at: None,
    }
}

fn variant(row: &Row, overrides: Option<&PriceOverrides>) -> Result<ChannelVariant> {
    let id: Uuid = row.get("id");
    let currency: Currency = row.get::<_, &str>("currency").parse().map_err(Error::internal)?;
    let money = |minor: i64| Money::from_minor(minor, currency);
    let now = (row.get("unit_amount_minor"), row.get("compare_at_minor"));
    let (price, compare_at) = overrides.and_then(|overrides| overrides.get(&id)).copied().unwrap_or(now);
    let text = |column: &str| Some(row.get::<_, String>(column)).filter(|text| !text.is_empty());
    Ok(ChannelVariant {
        id: VariantRef(id.to_string()),
        sku: text("sku"),
        title: row.get("title"),
        options: serde_json::from_value(row.get("options")).map_err(Error::internal)?,
        barcode: text("barcode"),
        price: money(price),
        compare_at: compare_at.map(money),
        cost: row.get::<_, Option<i64>>("cost_minor").map(money),
        inventory_quantity: row.get("inventory_quantity"),
    })
}
