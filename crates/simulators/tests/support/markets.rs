//! Seeding a shop with the markets, catalogs and price lists that a recorded answer speaks of.

use rust_decimal::{Decimal, RoundingStrategy};
use serde_json::Value;
use simulators::shopify::{
    Catalogue, Market, MarketCatalog, MarketCurrency, MarketRegion, Markets, PriceList,
};

use crate::recorded::{catalogue_of, elements, number};
use crate::support::amount;

/// The products, markets, catalogs and price lists of an answer, with the same ids.
pub fn seed_of(answer: &Value) -> Catalogue {
    let mut catalogue = catalogue_of(answer);
    let mut markets = Markets::default();
    collect(answer, &mut markets, &mut catalogue);
    catalogue.with_markets(markets)
}

fn collect(value: &Value, markets: &mut Markets, catalogue: &mut Catalogue) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| collect(item, markets, catalogue)),
        Value::Object(fields) => {
            if let (Some(id), Some(name)) = (number(&value["id"], "Market"), value["name"].as_str()) {
                let known = value["conditions"].is_object() || !markets.has_market(id);
                add(markets, |all| if known { all.with_market(market(id, name, value)) } else { all });
            }
            add_catalog(value, None, markets);
            if let (Some(id), Some(currency)) =
                (number(&value["id"], "PriceList"), value["currency"].as_str())
            {
                let list = price_list(id, currency, value);
                let known = value["parent"].is_object();
                price_rows(value, &list, catalogue);
                add(
                    markets,
                    |all| if known || !all.has_price_list(id) { all.with_price_list(list) } else { all },
                );
                add_catalog(&value["catalog"], Some(id), markets);
            }
            fields.values().for_each(|field| collect(field, markets, catalogue));
        }
        _ => {}
    }
}

/// Adds a catalog, unless it is known and this answer has no more of it.
fn add_catalog(value: &Value, list: Option<u64>, markets: &mut Markets) {
    let companies = number(&value["id"], "CompanyLocationCatalog");
    let Some(id) = number(&value["id"], "MarketCatalog").or(companies) else { return };
    let found = catalog(id, value);
    let price_list = found.price_list.or(list);
    let catalog = MarketCatalog { for_companies: companies.is_some(), price_list, ..found };
    if value["markets"].is_object() || !markets.has_catalog(id) {
        add(markets, |all| all.with_catalog(catalog));
    }
}

fn add(markets: &mut Markets, change: impl FnOnce(Markets) -> Markets) {
    *markets = change(std::mem::take(markets));
}

fn text(value: &Value) -> Option<String> {
    value.as_str().map(str::to_owned)
}

fn market(id: u64, name: &str, value: &Value) -> Market {
    let fresh = Market::new(id, name);
    let currency = &value["currencySettings"];
    let region = |region: Value| {
        let of = |name: &str| text(&region[name]).unwrap_or_default();
        let id = number(&region["id"], "MarketRegionCountry").expect("a region");
        MarketRegion { id, code: of("code"), name: of("name") }
    };
    let condition = &value["conditions"]["regionsCondition"]["regions"];
    let mut regions: Vec<MarketRegion> = elements(condition).into_iter().map(region).collect();
    let unseen = value["type"] == "REGION" && regions.is_empty();
    if unseen || condition["pageInfo"]["hasNextPage"] == true {
        regions.push(MarketRegion { id: u64::MAX >> 16, code: "ZZ".to_owned(), name: "Next".to_owned() });
    }
    Market {
        handle: text(&value["handle"]).unwrap_or(fresh.handle),
        status: text(&value["status"]).unwrap_or(fresh.status),
        regions,
        currency: text(&currency["baseCurrency"]["currencyCode"]).map(|code| MarketCurrency {
            code,
            rate: Decimal::ONE,
            rounding: currency["roundingEnabled"].as_bool().unwrap_or_default(),
        }),
        ..Market::new(id, name)
    }
}

fn catalog(id: u64, value: &Value) -> MarketCatalog {
    let fresh = MarketCatalog::new(id, value["title"].as_str().unwrap_or_default());
    let markets = elements(&value["markets"]);
    MarketCatalog {
        status: text(&value["status"]).unwrap_or(fresh.status),
        markets: markets.iter().filter_map(|market| number(&market["id"], "Market")).collect(),
        price_list: number(&value["priceList"]["id"], "PriceList"),
        publication: number(&value["publication"]["id"], "Publication"),
        ..MarketCatalog::new(id, &fresh.title)
    }
}

fn price_list(id: u64, currency: &str, value: &Value) -> PriceList {
    let adjustment = &value["parent"]["adjustment"];
    let percent =
        if adjustment["value"].is_number() { adjustment["value"].to_string() } else { "5".to_owned() };
    let name = value["name"].as_str().unwrap_or_default();
    assert_ne!(adjustment["type"], "PERCENTAGE_INCREASE", "no recording has one");
    PriceList::decreasing(id, name, currency, amount(&percent))
}

/// Gives the variants of a list's relative rows the prices that they are relative to.
fn price_rows(value: &Value, list: &PriceList, catalogue: &mut Catalogue) {
    let edges = value["prices"]["edges"].as_array().into_iter().flatten();
    for row in edges.map(|edge| &edge["node"]).filter(|row| row["originType"] == "RELATIVE") {
        let Some(id) = number(&row["variant"]["id"], "ProductVariant") else { continue };
        let seen = amount(row["price"]["amount"].as_str().expect("an amount"));
        let share = (Decimal::ONE_HUNDRED + list.percent) / Decimal::ONE_HUNDRED;
        let price = (seen / share).round_dp_with_strategy(2, RoundingStrategy::MidpointAwayFromZero);
        let variants = catalogue.products.iter_mut().flat_map(|product| &mut product.variants);
        variants.filter(|variant| variant.id == Some(id)).for_each(|variant| variant.price = price);
    }
}
