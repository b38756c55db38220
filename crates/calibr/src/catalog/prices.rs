//! Price versions: closing the price that was and opening the one that is.
//! All SQL that writes `price_versions`, but for old prices that are told later (`history`).

use std::collections::BTreeMap;

use kernel_core::{Ctx, Money, ProjectId, Result};
use kernel_db::TenantTx;
use uuid::Uuid;

use super::BASE;
use super::changed::Touched;
use crate::ids::{PriceVersionId, VariantId};

/// A price that holds from now on.
#[derive(Debug, Clone)]
pub struct NewPrice {
    /// The variant.
    pub variant: VariantId,
    /// The price.
    pub price: Money,
    /// The compare-at price.
    pub compare_at: Option<Money>,
    /// The sales that make the price what it is, if any run.
    pub running: Option<RunningSales>,
    /// Whether it follows the base price, which only prices of a price list do.
    pub relative: bool,
}

/// Sales that run, and what the price is without them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunningSales {
    /// The price without them, in minor units of the price's currency.
    pub base_minor: i64,
    /// The compare-at price without them, in the same units.
    pub base_compare_at_minor: Option<i64>,
    /// Content hashes of the rules that hold meanwhile, in the order in which they are asked; at least one.
    pub sales: Vec<String>,
}

/// Where prices are shown, and where they come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Origin<'a> {
    /// The price surface, such as [`BASE`].
    pub surface: &'a str,
    /// `import`, `ingest`, `price_change` or `roll_back`.
    pub source: &'a str,
    /// The import, channel or run.
    pub source_id: &'a str,
    /// Who caused it.
    pub actor: &'a str,
}

/// Ends the current price of each variant on a surface and starts the new one, and tells that they changed. With a base
/// price end the prices of price lists that followed it: what they are now only the shop can tell.
///
/// # Errors
/// The database refused.
pub async fn record_prices(ctx: &Ctx, tx: &TenantTx, origin: Origin<'_>, prices: &[NewPrice]) -> Result<()> {
    if prices.is_empty() {
        return Ok(());
    }
    let variants: Vec<Uuid> = prices.iter().map(|p| p.variant.0).collect();
    write_prices(ctx, tx, origin, prices).await?;
    tell_changed(ctx, tx, &variants).await
}

/// Ends the current prices of variants on the surface of a price list, which shows none of them any more.
///
/// # Errors
/// The database refused.
pub async fn end_prices(ctx: &Ctx, tx: &TenantTx, list: &str, variants: &[Uuid]) -> Result<()> {
    let sql = "update price_versions set valid_to = greatest($4, valid_from)
         where tenant_id = $1 and surface = $2 and variant_id = any($3) and valid_to is null";
    tx.execute(sql, &[&ctx.tenant.0, &list, &variants, &ctx.now()]).await?;
    tell_changed(ctx, tx, variants).await
}

async fn tell_changed(ctx: &Ctx, tx: &TenantTx, variants: &[Uuid]) -> Result<()> {
    let sql = "select id, project_id from variants where tenant_id = $1 and id = any($2)";
    let mut touched: BTreeMap<Uuid, Touched> = BTreeMap::new();
    for row in tx.query(sql, &[&ctx.tenant.0, &variants]).await? {
        touched.entry(row.get("project_id")).or_default().add([row.get("id")]);
    }
    for (project, touched) in touched {
        touched.tell(ctx, tx, ProjectId(project)).await?;
    }
    Ok(())
}

/// The same without telling, for an import, which tells of everything it did at its end.
///
/// # Errors
/// The database refused.
pub(super) async fn write_prices(
    ctx: &Ctx,
    tx: &TenantTx,
    origin: Origin<'_>,
    prices: &[NewPrice],
) -> Result<()> {
    if prices.is_empty() {
        return Ok(());
    }
    let now = ctx.now();
    let variants: Vec<Uuid> = prices.iter().map(|p| p.variant.0).collect();
    // Two that record prices of the same variants take turns, always in the same order.
    let lock = "select 1 from variants where tenant_id = $1 and id = any($2) order by id for no key update";
    tx.execute(lock, &[&ctx.tenant.0, &variants]).await?;
    tx.execute(
        "update price_versions set valid_to = greatest($4, valid_from)
         where tenant_id = $1 and (surface = $2 or relative and $5) and variant_id = any($3) and valid_to is null",
        &[&ctx.tenant.0, &origin.surface, &variants, &now, &(origin.surface == BASE)],
    )
    .await?;
    let ids: Vec<Uuid> = prices.iter().map(|_| PriceVersionId::new().0).collect();
    let currencies: Vec<&str> = prices.iter().map(|p| p.price.currency.code()).collect();
    let amounts: Vec<i64> = prices.iter().map(|p| p.price.amount_minor).collect();
    let compare_ats: Vec<Option<i64>> = prices.iter().map(|p| p.compare_at.map(|c| c.amount_minor)).collect();
    let bases: Vec<Option<i64>> = prices.iter().map(|p| Some(p.running.as_ref()?.base_minor)).collect();
    let base_compare_ats: Vec<Option<i64>> =
        prices.iter().map(|p| p.running.as_ref()?.base_compare_at_minor).collect();
    let relative: Vec<bool> = prices.iter().map(|p| p.relative).collect();
    let sales: Vec<Option<String>> =
        prices.iter().map(|p| Some(p.running.as_ref()?.sales.join("\n"))).collect();
    tx.execute(
        "insert into price_versions (tenant_id, id, variant_id, surface, currency, unit_amount_minor, compare_at_minor, \
            valid_from, source, source_id, actor, base_minor, sales, base_compare_at_minor, relative)
         select $1, p.id, p.variant_id, $2, p.currency, p.amount, p.compare_at, $3, $4, $5, $6, p.base,
            string_to_array(p.sales, E'\\n'), p.base_compare_at, p.relative
         from unnest($7::uuid[], $8::uuid[], $9::text[], $10::bigint[], $11::bigint[], $12::bigint[], $13::text[],
            $14::bigint[], $15::bool[]) as p (id, variant_id, currency, amount, compare_at, base, sales, base_compare_at,
            relative)",
        &[
            &ctx.tenant.0,
            &origin.surface,
            &now,
            &origin.source,
            &origin.source_id,
            &origin.actor,
            &ids,
            &variants,
            &currencies,
            &amounts,
            &compare_ats,
            &bases,
            &sales,
            &base_compare_ats,
            &relative,
        ],
    )
    .await?;
    Ok(())
}

/// The price a variant has now, in minor units of its currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CurrentPrice {
    /// The variant.
    pub variant: VariantId,
    /// The price.
    pub amount_minor: i64,
    /// The compare-at price.
    pub compare_at_minor: Option<i64>,
}

/// The current prices of `variants` on the base surface; those without a price are left out.
///
/// # Errors
/// The database refused.
pub async fn current_prices(tx: &TenantTx, variants: &[Uuid]) -> Result<Vec<CurrentPrice>> {
    let rows = tx
        .query(
            "select variant_id, unit_amount_minor, compare_at_minor from price_versions
             where tenant_id = $1 and surface = $2 and variant_id = any($3) and valid_to is null",
            &[&tx.tenant().0, &BASE, &variants],
        )
        .await?;
    let read = |row: &kernel_db::Row| CurrentPrice {
        variant: VariantId(row.get("variant_id")),
        amount_minor: row.get("unit_amount_minor"),
        compare_at_minor: row.get("compare_at_minor"),
    };
    Ok(rows.iter().map(read).collect())
}
