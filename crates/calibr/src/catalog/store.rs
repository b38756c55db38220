//! Reading the catalogue: all statements that only read.

use jiff::Timestamp;
use kernel_core::{Currency, Error, Money, ProjectId, Result};
use kernel_db::paging::{Page, PageRequest};
use kernel_db::{Row, TenantTx};
use serde::{Deserialize, Serialize};
use utoipa::IntoParams;
use uuid::Uuid;

use super::BASE;
use super::dto::{PriceReason, PriceVersion, Product, Variant};
use crate::ids::{ChannelId, PriceChangeId, PriceVersionId, ProductId, RunId, VariantId};

/// Which variants to list. Empty fields do not narrow.
#[derive(Debug, Clone, Default, Serialize, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct VariantFilter {
    /// Part of a SKU, title or vendor, whatever the case.
    pub q: Option<String>,
    /// SKU, exactly.
    pub sku: Option<String>,
    /// Vendor, exactly.
    pub vendor: Option<String>,
    /// Product type, exactly.
    pub product_type: Option<String>,
    /// A tag, exactly.
    pub tag: Option<String>,
}

/// Which products to list.
#[derive(Debug, Clone, Default, Serialize, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct ProductFilter {
    /// Part of a handle, title or vendor, whatever the case.
    pub q: Option<String>,
}

pub(super) async fn product_list(
    tx: &TenantTx,
    project: ProjectId,
    filter: &ProductFilter,
    page: &PageRequest,
) -> Result<Page<Product>> {
    let place = ("products", project, filter);
    let after: Option<Uuid> = page.after(&place)?;
    let rows = tx
        .query_list(
            "select p.id, p.handle, p.title, p.vendor, p.product_type, p.tags, p.status,
                (select count(*) from variants v where v.tenant_id = p.tenant_id and v.product_id = p.id) as variants
             from products p
             where p.tenant_id = $1 and p.project_id = $2 and ($3::uuid is null or p.id > $3)
               and ($4::text is null or p.handle ilike $4 or p.title ilike $4 or p.vendor ilike $4)
             order by p.id limit $5",
            &[&tx.tenant().0, &project.0, &after, &contains(filter.q.as_deref()), &page.fetch()],
        )
        .await?;
    let products = rows.iter().map(|row| Product {
        id: ProductId(row.get("id")),
        handle: row.get("handle"),
        title: row.get("title"),
        vendor: row.get("vendor"),
        product_type: row.get("product_type"),
        tags: row.get("tags"),
        status: row.get("status"),
        variants_count: row.get("variants"),
    });
    Ok(Page::from_rows(products.collect(), page, &place, |product| product.id.0))
}

/// Each price is looked up by itself: on tables that were never analysed, as after a first import, a join may read a whole
/// tenant for each variant.
const VARIANT_SELECT: &str =
    "select v.id, v.product_id, p.title as product_title, v.title, v.sku, p.vendor, p.product_type,
        p.tags, p.collections, p.created_at, v.cost_minor, v.inventory_quantity, v.units_sold_30d, v.custom,
        array(select r.kind from reference_prices r
            where r.tenant_id = v.tenant_id and r.variant_id = v.id order by r.kind) as reference_kinds,
        array(select r.amount_minor from reference_prices r
            where r.tenant_id = v.tenant_id and r.variant_id = v.id order by r.kind) as reference_amounts,
        j.currency as project_currency, pv.currency, pv.unit_amount_minor, pv.compare_at_minor,
        pv.valid_from, pv.source,
        coalesce((select array_agg(r.channel_id order by r.channel_id) from channel_refs r
            where r.tenant_id = v.tenant_id and r.variant_id = v.id), '{}') as ref_channels,
        coalesce((select array_agg(r.external_variant_id order by r.channel_id) from channel_refs r
            where r.tenant_id = v.tenant_id and r.variant_id = v.id), '{}') as ref_ids
     from variants v
     join products p on p.tenant_id = v.tenant_id and p.id = v.product_id
     join projects j on j.tenant_id = v.tenant_id and j.id = v.project_id
     left join lateral (
        select currency, unit_amount_minor, compare_at_minor, valid_from, source from price_versions
        where tenant_id = v.tenant_id and variant_id = v.id and surface = $2 and valid_to is null limit 1) pv on true";

pub(super) async fn variant_list(
    tx: &TenantTx,
    project: ProjectId,
    filter: &VariantFilter,
    page: &PageRequest,
) -> Result<Page<Variant>> {
    let place = ("variants", project, filter);
    let after: Option<Uuid> = page.after(&place)?;
    let sql = format!(
        "{VARIANT_SELECT}
         where v.tenant_id = $1 and v.project_id = $3 and ($4::uuid is null or v.id > $4)
           and ($5::text is null or v.sku ilike $5 or v.title ilike $5 or p.title ilike $5 or p.vendor ilike $5)
           and ($6::text is null or v.sku = $6) and ($7::text is null or p.vendor = $7)
           and ($8::text is null or p.product_type = $8) and ($9::text is null or $9 = any(p.tags))
         order by v.id limit $10"
    );
    let rows = tx
        .query_list(
            &sql,
            &[
                &tx.tenant().0,
                &BASE,
                &project.0,
                &after,
                &contains(filter.q.as_deref()),
                &filter.sku,
                &filter.vendor,
                &filter.product_type,
                &filter.tag,
                &page.fetch(),
            ],
        )
        .await?;
    let variants: Result<Vec<Variant>> = rows.iter().map(read_variant).collect();
    Ok(Page::from_rows(variants?, page, &place, |variant| variant.id.0))
}

/// The variant with this id.
///
/// # Errors
/// There is none (404).
pub async fn variant_by_id(tx: &TenantTx, id: VariantId) -> Result<Variant> {
    let sql = format!("{VARIANT_SELECT} where v.tenant_id = $1 and v.id = $3");
    let row = tx.query_opt(&sql, &[&tx.tenant().0, &BASE, &id.0]).await?;
    read_variant(&row.ok_or_else(|| Error::not_found("variant", id))?)
}

const PRICE_COLUMNS: &str = "id, currency, unit_amount_minor, compare_at_minor, valid_from, valid_to, source, source_id, actor, relative";

/// The price of a variant on a surface that held at an instant, if there was one yet.
///
/// # Errors
/// The database refused.
pub async fn price_at(
    tx: &TenantTx,
    (variant, surface): (VariantId, &str),
    at: Timestamp,
) -> Result<Option<PriceVersion>> {
    let sql = format!(
        "select {PRICE_COLUMNS} from price_versions
         where tenant_id = $1 and variant_id = $2 and surface = $3 and valid_from <= $4
           and (valid_to is null or valid_to > $4)
         order by valid_from desc, id desc limit 1"
    );
    let row = tx.query_opt(&sql, &[&tx.tenant().0, &variant.0, &surface, &at]).await?;
    row.as_ref().map(read_price).transpose()
}

pub(super) async fn price_list(
    tx: &TenantTx,
    (variant, surface): (VariantId, &str),
    page: &PageRequest,
) -> Result<Page<PriceVersion>> {
    let filter = ("prices by time", variant, surface);
    // Not by id alone: prices of the past may have been told last.
    let after: Option<(Timestamp, Uuid)> = page.after(&filter)?;
    let (from, id) = after.unzip();
    let sql = format!(
        "select {PRICE_COLUMNS} from price_versions
         where tenant_id = $1 and variant_id = $2 and surface = $3
           and ($4::timestamptz is null or (valid_from, id) < ($4, $5::uuid))
         order by valid_from desc, id desc limit $6"
    );
    let rows =
        tx.query_list(&sql, &[&tx.tenant().0, &variant.0, &surface, &from, &id, &page.fetch()]).await?;
    let prices: Result<Vec<PriceVersion>> = rows.iter().map(read_price).collect();
    Ok(Page::from_rows(prices?, page, &filter, |price| (price.valid_from, price.id.0)))
}

/// Says of each price which price change made it, where one did.
///
/// # Errors
/// The database refused.
pub(super) async fn explain_prices(
    tx: &TenantTx,
    variant: VariantId,
    prices: &mut [PriceVersion],
) -> Result<()> {
    let run_of = |price: &PriceVersion| price.source_id.as_deref()?.parse::<RunId>().ok();
    let runs: Vec<Uuid> = prices.iter().filter_map(run_of).map(|run| run.0).collect();
    if runs.is_empty() {
        return Ok(());
    }
    let rows = tx
        .query(
            "select r.id, r.price_change_id, p.title, p.note, u.name || ' v' || o.version as rule
             from rule_runs r
             join price_changes p on p.tenant_id = r.tenant_id and p.id = r.price_change_id
             left join price_change_rows w on w.tenant_id = p.tenant_id and w.price_change_id = p.id
                and w.variant_id = $2
             left join price_change_rules o on o.tenant_id = p.tenant_id and o.price_change_id = p.id
                and o.ordinal = w.rule_ordinal
             left join rules u on u.tenant_id = o.tenant_id and u.id = o.rule_id
             where r.tenant_id = $1 and r.id = any($3)",
            &[&tx.tenant().0, &variant.0, &runs],
        )
        .await?;
    let read = |row: &Row| PriceReason {
        run_id: RunId(row.get("id")),
        price_change_id: PriceChangeId(row.get("price_change_id")),
        title: row.get("title"),
        note: row.get("note"),
        rule: row.get("rule"),
    };
    let reasons: Vec<PriceReason> = rows.iter().map(read).collect();
    for price in prices {
        let run = run_of(price);
        price.because = reasons.iter().find(|reason| Some(reason.run_id) == run).cloned();
    }
    Ok(())
}

/// What a variant is called in a channel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExternalRef {
    /// Our id.
    pub variant: VariantId,
    /// The vendor's id of the variant.
    pub external_variant_id: String,
    /// The vendor's id of its product.
    pub external_product_id: String,
}

/// The ids of `variants` in a channel; those the channel does not have are left out.
///
/// # Errors
/// The database refused.
pub async fn external_refs(tx: &TenantTx, channel: ChannelId, variants: &[Uuid]) -> Result<Vec<ExternalRef>> {
    let rows = tx
        .query(
            "select variant_id, external_variant_id, external_product_id from channel_refs
             where tenant_id = $1 and channel_id = $2 and variant_id = any($3)",
            &[&tx.tenant().0, &channel.0, &variants],
        )
        .await?;
    let read = |row: &Row| ExternalRef {
        variant: VariantId(row.get("variant_id")),
        external_variant_id: row.get("external_variant_id"),
        external_product_id: row.get("external_product_id"),
    };
    Ok(rows.iter().map(read).collect())
}

/// A pattern for `ilike` that finds the text anywhere, with its own wildcards taken literally.
pub(crate) fn contains(text: Option<&str>) -> Option<String> {
    let text = text?.trim();
    let escaped = text.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
    (!text.is_empty()).then(|| format!("%{escaped}%"))
}

fn read_variant(row: &Row) -> Result<Variant> {
    let project_currency = currency(row.get("project_currency"))?;
    let price_currency = row.get::<_, Option<&str>>("currency").map(currency).transpose()?;
    let money = |column: &str, currency: Option<Currency>| {
        Some(Money::from_minor(row.get::<_, Option<i64>>(column)?, currency?))
    };
    let references: Vec<(String, i64)> = {
        let kinds: Vec<String> = row.get("reference_kinds");
        kinds.into_iter().zip(row.get::<_, Vec<i64>>("reference_amounts")).collect()
    };
    let reference = |kind: &str| {
        let found = references.iter().find(|(known, _)| known == kind);
        found.map(|(_, minor)| Money::from_minor(*minor, project_currency))
    };
    let custom: Vec<String> = row.get("custom");
    let custom = custom.iter().filter_map(|field| field.split_once('='));
    let channels: Vec<Uuid> = row.get("ref_channels");
    let external_ids: Vec<String> = row.get("ref_ids");
    let channel_refs = channels.into_iter().map(|id| ChannelId(id).to_string()).zip(external_ids).collect();
    Ok(Variant {
        id: VariantId(row.get("id")),
        product_id: ProductId(row.get("product_id")),
        product_title: row.get("product_title"),
        title: row.get("title"),
        sku: row.get("sku"),
        vendor: row.get("vendor"),
        product_type: row.get("product_type"),
        tags: row.get("tags"),
        price: money("unit_amount_minor", price_currency),
        compare_at: money("compare_at_minor", price_currency),
        cost: money("cost_minor", Some(project_currency)),
        inventory: row.get("inventory_quantity"),
        msrp: reference("msrp"),
        map: reference("map"),
        competitor_lowest: reference("competitor_lowest"),
        units_sold_30d: row.get("units_sold_30d"),
        collections: row.get("collections"),
        created_at: row.get("created_at"),
        custom: custom.map(|(key, value)| (key.to_owned(), value.to_owned())).collect(),
        channel_refs,
        price_since: row.get("valid_from"),
        price_source: row.get("source"),
    })
}

fn read_price(row: &Row) -> Result<PriceVersion> {
    let currency = currency(row.get("currency"))?;
    let compare_at: Option<i64> = row.get("compare_at_minor");
    Ok(PriceVersion {
        id: PriceVersionId(row.get("id")),
        price: Money::from_minor(row.get("unit_amount_minor"), currency),
        compare_at: compare_at.map(|minor| Money::from_minor(minor, currency)),
        valid_from: row.get("valid_from"),
        valid_to: row.get("valid_to"),
        source: row.get("source"),
        source_id: row.get("source_id"),
        actor: row.get("actor"),
        relative: row.get("relative"),
        because: None,
    })
}

fn currency(code: &str) -> Result<Currency> {
    code.parse().map_err(Error::internal)
}
