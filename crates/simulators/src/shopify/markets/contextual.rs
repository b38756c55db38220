//! What a buyer in a country pays: the prices of the catalog of its market, converted where they are not fixed.

use rust_decimal::{Decimal, RoundingStrategy};
use serde_json::{Map, Value, json};

use super::super::connection::Page;
use super::super::errors::FieldError;
use super::super::money::{amount_string, to_stored};
use super::super::objects::{Object, Resolution, Resolved, World};
use super::super::shop::{Product, Variant};
use super::{FixedPrice, Market, PriceList};

/// Where the buyer is and what holds there.
struct Context<'a> {
    market: Option<&'a Market>,
    list: Option<&'a PriceList>,
}

/// A price as a buyer sees it.
struct Seen {
    price: Decimal,
    compare_at: Option<Decimal>,
    currency: String,
}

/// `ProductVariant.contextualPricing`.
pub(crate) fn variant_pricing<'a>(
    world: &World<'a>,
    variant: &Variant,
    arguments: &Map<String, Value>,
) -> Resolution<'a> {
    let context = context_of(world, arguments)?;
    Ok(pricing(&seen(world, &context, variant)))
}

/// `Product.contextualPricing`.
pub(crate) fn product_pricing<'a>(
    world: &World<'a>,
    product: &Product,
    arguments: &Map<String, Value>,
) -> Resolution<'a> {
    let context = context_of(world, arguments)?;
    let prices: Vec<Seen> = product.variants.iter().map(|variant| seen(world, &context, variant)).collect();
    let (Some(least), Some(most)) =
        (prices.iter().min_by_key(|seen| seen.price), prices.iter().max_by_key(|seen| seen.price))
    else {
        return Err(FieldError::Unsupported("the contextual price of a product without variants".to_owned()));
    };
    let range = vec![
        ("minVariantPrice", money(least.price, &least.currency)),
        ("maxVariantPrice", money(most.price, &most.currency)),
    ];
    Ok(Resolved::plain(vec![
        ("fixedQuantityRulesCount", json!(0).into()),
        ("priceRange", Resolved::plain(range)),
        ("minVariantPricing", pricing(least)),
        ("maxVariantPricing", pricing(most)),
    ]))
}

/// A `MoneyV2` in any currency.
pub(super) fn money<'a>(amount: Decimal, currency: &str) -> Resolved<'a> {
    Resolved::plain(vec![
        ("amount", json!(amount_string(amount)).into()),
        ("currencyCode", json!(currency).into()),
    ])
}

/// A connection without elements, whatever page of it is asked for.
pub(super) fn nothing<'a>() -> Resolved<'a> {
    Resolved::Object(Object::Connection(Page { items: Vec::new(), has_next: false, has_previous: false }))
}

fn context_of<'a>(world: &World<'a>, arguments: &Map<String, Value>) -> Result<Context<'a>, FieldError> {
    let context = arguments.get("context").cloned().unwrap_or_default();
    let other = ["companyLocationId", "locationId"].into_iter().find(|name| context[*name].is_string());
    if let Some(name) = other {
        return Err(FieldError::Unsupported(format!("contextual pricing by {name}")));
    }
    let country = context["country"].as_str().unwrap_or_default();
    let markets = &*world.registry.markets;
    let sells_there = |market: &&Market| {
        market.status == "ACTIVE" && market.regions.iter().any(|region| region.code == country)
    };
    let market = markets.markets.values().find(sells_there);
    let catalogs = markets.catalogs.values().filter(|catalog| {
        catalog.status == "ACTIVE" && market.is_some_and(|market| catalog.markets.contains(&market.id))
    });
    let list = catalogs.filter_map(|catalog| markets.price_list(catalog.price_list?)).next();
    Ok(Context { market, list })
}

fn seen(world: &World<'_>, context: &Context<'_>, variant: &Variant) -> Seen {
    if let Some(list) = context.list
        && let Some(FixedPrice { price, compare_at }) =
            world.registry.markets.fixed_price(list.id, variant.id).cloned()
    {
        return Seen { price, compare_at, currency: list.currency.clone() };
    }
    let converted = |amount: Decimal| {
        let amount = context.list.map_or(amount, |list| list.adjusted(amount));
        match context.market.and_then(|market| market.currency.as_ref()) {
            Some(currency) if currency.rounding && currency.code != world.settings.currency => {
                let whole = RoundingStrategy::MidpointAwayFromZero;
                (amount * currency.rate).round_dp_with_strategy(0, whole)
            }
            Some(currency) => to_stored(amount * currency.rate),
            None => to_stored(amount),
        }
    };
    let kept = |_: &Decimal| !context.list.is_some_and(|list| list.nullifies_compare_at);
    let currency = context.market.and_then(|market| market.currency.as_ref());
    Seen {
        price: converted(variant.price),
        compare_at: variant.compare_at.filter(kept).map(converted),
        currency: currency.map_or(&world.settings.currency, |currency| &currency.code).clone(),
    }
}

fn pricing<'a>(seen: &Seen) -> Resolved<'a> {
    let compare_at = seen.compare_at.map_or_else(Resolved::null, |amount| money(amount, &seen.currency));
    let rule =
        vec![("minimum", json!(1).into()), ("maximum", Resolved::null()), ("increment", json!(1).into())];
    Resolved::plain(vec![
        ("price", money(seen.price, &seen.currency)),
        ("compareAtPrice", compare_at),
        ("unitPrice", Resolved::null()),
        ("quantityRule", Resolved::plain(rule)),
        ("quantityPriceBreaks", nothing()),
    ])
}
