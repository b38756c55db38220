//! The fields of markets, catalogs and price lists, and the lists of them.

use serde_json::{Map, Value, json};

use super::super::connection::{Entry, SortValue};
use super::super::errors::FieldError;
use super::super::gid::gid;
use super::super::lists::{connection, limited_count};
use super::super::objects::{Object, Resolution, Resolved, World, count};
use super::super::shop::{Product, Variant};
use super::super::stored::or_null;
use super::contextual::{money, nothing};
use super::write::{CATALOGS, number_of};
use super::{Market, MarketCatalog, MarketRegion, PriceList};

/// A field; `None` when it is not simulated.
type Field<'a> = Result<Option<Resolved<'a>>, FieldError>;
type Arguments = Map<String, Value>;

impl<'a> World<'a> {
    /// What hangs at the root of a query; `None` when it is no field of these.
    pub(crate) fn market_roots(&self, field: &str, arguments: &Arguments) -> Field<'a> {
        match field {
            "market" | "markets" => self.settings.require(field, "read_markets")?,
            "catalog" | "catalogs" | "catalogsCount" | "priceList" | "priceLists" => {
                self.settings.require(field, "read_products")?;
            }
            _ => return Ok(None),
        }
        let markets = &*self.registry.markets;
        let id = arguments.get("id").and_then(Value::as_str).unwrap_or_default();
        Ok(Some(match field {
            "market" => or_null(markets.market(number_of(id, &["Market"])?).map(Object::Market)),
            "markets" => {
                refuse_query(field, arguments)?;
                market_list(markets.markets.values(), arguments)?
            }
            "catalog" => or_null(markets.catalog(number_of(id, CATALOGS)?).map(Object::Catalog)),
            "catalogs" => catalog_list(self.catalogs(arguments)?.into_iter(), arguments)?,
            "catalogsCount" => limited_count(self.catalogs(arguments)?.len(), arguments),
            "priceList" => or_null(markets.price_list(number_of(id, &["PriceList"])?).map(Object::PriceList)),
            _ => price_list_list(markets.price_lists.values(), arguments)?,
        }))
    }

    fn catalogs(&self, arguments: &Arguments) -> Result<Vec<&'a MarketCatalog>, FieldError> {
        let markets = &*self.registry.markets;
        let mut found: Vec<&MarketCatalog> = markets.catalogs.values().collect();
        match arguments.get("type").and_then(Value::as_str) {
            Some("MARKET") => found.retain(|catalog| !catalog.for_companies),
            Some("COMPANY_LOCATION") => found.retain(|catalog| catalog.for_companies),
            Some(other) => return Err(FieldError::Unsupported(format!("catalogs of type {other}"))),
            None => {}
        }
        for term in words(arguments) {
            match term.split_once(':') {
                Some(("title", wanted)) => {
                    let wanted = wanted.to_lowercase();
                    found.retain(|catalog| {
                        catalog.title.to_lowercase().split_whitespace().any(|word| word == wanted)
                    });
                }
                Some(("status", wanted)) => {
                    found.retain(|catalog| catalog.status.eq_ignore_ascii_case(wanted));
                }
                _ => return Err(FieldError::Unsupported(format!("the filter {term:?} of catalogs"))),
            }
        }
        Ok(found)
    }

    pub(crate) fn market_field(&self, market: &'a Market, field: &str, arguments: &Arguments) -> Field<'a> {
        let json = match field {
            "id" => json!(gid("Market", market.id)),
            "name" => json!(market.name),
            "handle" => json!(market.handle),
            "status" => json!(market.status),
            "enabled" => json!(market.status == "ACTIVE"),
            "type" => json!(if market.regions.is_empty() { "NONE" } else { "REGION" }),
            "priceInclusions" => Value::Null,
            "conditions" if market.regions.is_empty() => Value::Null,
            "conditions" => {
                let condition = Resolved::Object(Object::RegionsCondition(market));
                return Ok(Some(Resolved::plain(vec![
                    ("conditionTypes", Resolved::List(vec![json!("REGION").into()])),
                    ("regionsCondition", condition),
                ])));
            }
            "currencySettings" => {
                let Some(currency) = &market.currency else { return Ok(Some(Resolved::null())) };
                return Ok(Some(Resolved::plain(vec![
                    ("baseCurrency", currency_setting(&currency.code)?),
                    ("localCurrencies", json!(false).into()),
                    ("roundingEnabled", json!(currency.rounding).into()),
                ])));
            }
            "catalogs" => {
                let of_market = self.registry.markets.catalogs.values();
                let of_market = of_market.filter(|catalog| catalog.markets.contains(&market.id));
                return catalog_list(of_market, arguments).map(Some);
            }
            _ => return Ok(None),
        };
        Ok(Some(json.into()))
    }

    pub(crate) fn regions_condition(
        &self,
        market: &'a Market,
        field: &str,
        arguments: &Arguments,
    ) -> Field<'a> {
        match field {
            "applicationLevel" => Ok(Some(json!("SPECIFIED").into())),
            "regions" => {
                let entry = |region: &'a MarketRegion| {
                    let value = number(region.id);
                    Entry { value, id: region.id, item: Object::MarketRegion(market, region) }
                };
                connection(market.regions.iter().map(entry).collect(), arguments).map(Some)
            }
            _ => Ok(None),
        }
    }

    pub(crate) fn market_region(&self, market: &Market, region: &MarketRegion, field: &str) -> Field<'a> {
        Ok(Some(match field {
            "id" => json!(gid("MarketRegionCountry", region.id)).into(),
            "name" => json!(region.name).into(),
            "code" => json!(region.code).into(),
            "currency" => {
                let currency = market.currency.as_ref().map(|currency| &currency.code);
                currency_setting(currency.unwrap_or(&self.settings.currency))?
            }
            _ => return Ok(None),
        }))
    }

    pub(crate) fn catalog_field(
        &self,
        catalog: &'a MarketCatalog,
        field: &str,
        arguments: &Arguments,
    ) -> Field<'a> {
        let markets = &*self.registry.markets;
        let served = || catalog.markets.iter().filter_map(|id| markets.market(*id));
        Ok(Some(match field {
            "id" => json!(gid(catalog.kind(), catalog.id)).into(),
            "title" => json!(catalog.title).into(),
            "status" => json!(catalog.status).into(),
            "operations" => Resolved::List(Vec::new()),
            "priceList" => {
                or_null(catalog.price_list.and_then(|id| markets.price_list(id)).map(Object::PriceList))
            }
            "publication" => match catalog.publication {
                Some(id) => Resolved::plain(vec![
                    ("id", json!(gid("Publication", id)).into()),
                    ("autoPublish", json!(true).into()),
                ]),
                None => Resolved::null(),
            },
            "markets" => market_list(served(), arguments)?,
            "marketsCount" => count(served().count() as u64, "EXACT"),
            _ => return Ok(None),
        }))
    }

    pub(crate) fn price_list_field(
        &self,
        list: &'a PriceList,
        field: &str,
        arguments: &Arguments,
        path: &[Value],
    ) -> Field<'a> {
        let markets = &*self.registry.markets;
        Ok(Some(match field {
            "id" => json!(gid("PriceList", list.id)).into(),
            "name" => json!(list.name).into(),
            "currency" => json!(list.currency).into(),
            "fixedPricesCount" => {
                let rows = markets.fixed.get(&list.id).into_iter().flat_map(|rows| rows.keys());
                json!(rows.filter(|variant| self.shop.variant(**variant).is_some()).count()).into()
            }
            "parent" => parent(list)?,
            "catalog" => or_null(markets.catalog_of(list.id).map(Object::Catalog)),
            "prices" => self.list_prices(list, arguments, path)?,
            _ => return Ok(None),
        }))
    }

    fn list_prices(&self, list: &'a PriceList, arguments: &Arguments, path: &[Value]) -> Resolution<'a> {
        let mut rows: Vec<(&Product, &Variant)> = Vec::new();
        let all = self.shop.products().iter();
        rows.extend(all.flat_map(|product| product.variants.iter().map(move |variant| (product, variant))));
        let markets = &*self.registry.markets;
        let is_fixed = |variant: &Variant| markets.fixed_price(list.id, variant.id).is_some();
        match arguments.get("originType").and_then(Value::as_str) {
            Some("FIXED") => rows.retain(|(_, variant)| is_fixed(variant)),
            Some(_) => rows.retain(|(_, variant)| !is_fixed(variant)),
            None => {}
        }
        for term in words(arguments) {
            match term.split_once(':') {
                Some((field @ ("variant_id" | "product_id"), wanted)) => {
                    if wanted.parse::<u64>().is_err() {
                        self.search.borrow_mut().push(not_a_number(path, field, wanted));
                    }
                    rows.retain(|(product, variant)| {
                        let id = if field == "variant_id" { variant.id } else { product.id };
                        id.to_string() == wanted
                    });
                }
                _ => {
                    return Err(FieldError::Unsupported(format!("the filter {term:?} of PriceList.prices")));
                }
            }
        }
        let entry = |(product, variant): (&'a Product, &'a Variant)| {
            let item = Object::ListPrice(list, product, variant);
            Entry { value: number(variant.id), id: variant.id, item }
        };
        connection(rows.into_iter().map(entry).collect(), arguments)
    }

    pub(crate) fn list_price(
        &self,
        list: &PriceList,
        product: &'a Product,
        variant: &'a Variant,
        field: &str,
    ) -> Option<Resolved<'a>> {
        let fixed = self.registry.markets.fixed_price(list.id, variant.id);
        // Recorded: a relative price is in the shop's currency, whatever the list's is.
        let currency = if fixed.is_some() { &list.currency } else { &self.settings.currency };
        let row = fixed.cloned().unwrap_or_else(|| list.relative(variant.price, variant.compare_at));
        Some(match field {
            "price" => money(row.price, currency),
            "compareAtPrice" => row.compare_at.map_or_else(Resolved::null, |amount| money(amount, currency)),
            "originType" => json!(if fixed.is_some() { "FIXED" } else { "RELATIVE" }).into(),
            "variant" => Resolved::Object(Object::Variant(product, variant)),
            "quantityPriceBreaks" => nothing(),
            _ => return None,
        })
    }
}

fn market_list<'a>(markets: impl Iterator<Item = &'a Market>, arguments: &Arguments) -> Resolution<'a> {
    let by_id = arguments.get("sortKey").and_then(Value::as_str) == Some("ID");
    let entry = |market: &'a Market| {
        let value = if by_id { number(market.id) } else { text(&market.name) };
        Entry { value, id: market.id, item: Object::Market(market) }
    };
    connection(markets.map(entry).collect(), arguments)
}

fn catalog_list<'a>(
    catalogs: impl Iterator<Item = &'a MarketCatalog>,
    arguments: &Arguments,
) -> Resolution<'a> {
    let by_title = arguments.get("sortKey").and_then(Value::as_str) == Some("TITLE");
    let entry = |catalog: &'a MarketCatalog| {
        let value = if by_title { text(&catalog.title) } else { number(catalog.id) };
        Entry { value, id: catalog.id, item: Object::Catalog(catalog) }
    };
    connection(catalogs.map(entry).collect(), arguments)
}

fn price_list_list<'a>(lists: impl Iterator<Item = &'a PriceList>, arguments: &Arguments) -> Resolution<'a> {
    let by_name = arguments.get("sortKey").and_then(Value::as_str) == Some("NAME");
    let entry = |list: &'a PriceList| {
        let value = if by_name { text(&list.name) } else { number(list.id) };
        Entry { value, id: list.id, item: Object::PriceList(list) }
    };
    connection(lists.map(entry).collect(), arguments)
}

fn number(id: u64) -> SortValue {
    SortValue::Number(id.cast_signed())
}

fn text(words: &str) -> SortValue {
    SortValue::Text(words.to_lowercase())
}

fn words(arguments: &Arguments) -> impl Iterator<Item = &str> {
    arguments.get("query").and_then(Value::as_str).unwrap_or_default().split_whitespace()
}

fn refuse_query(field: &str, arguments: &Arguments) -> Result<(), FieldError> {
    match words(arguments).next() {
        Some(term) => Err(FieldError::Unsupported(format!("the filter {term:?} of {field}"))),
        None => Ok(()),
    }
}

fn parent<'a>(list: &PriceList) -> Resolution<'a> {
    let kind = if list.decreases { "PERCENTAGE_DECREASE" } else { "PERCENTAGE_INCREASE" };
    let value: Value = serde_json::from_str(&list.percent.abs().normalize().to_string())
        .map_err(|_| FieldError::Unsupported(format!("an adjustment by {}", list.percent)))?;
    let mode = if list.nullifies_compare_at { "NULLIFY" } else { "ADJUSTED" };
    let adjustment = Resolved::plain(vec![("type", json!(kind).into()), ("value", value.into())]);
    let settings = Resolved::plain(vec![("compareAtMode", json!(mode).into())]);
    Ok(Resolved::plain(vec![("adjustment", adjustment), ("settings", settings)]))
}

fn currency_setting<'a>(code: &str) -> Resolution<'a> {
    let name = match code {
        "CAD" => "Canadian Dollar",
        "EUR" => "Euro",
        "GBP" => "British Pound",
        "MXN" => "Mexican Peso",
        "USD" => "United States Dollar",
        _ => return Err(FieldError::Unsupported(format!("the name of the currency {code}"))),
    };
    Ok(Resolved::plain(vec![
        ("currencyCode", json!(code).into()),
        ("currencyName", json!(name).into()),
        ("enabled", json!(true).into()),
    ]))
}

/// The entry of `extensions.search` for a gid where a number belongs.
fn not_a_number(path: &[Value], field: &str, wanted: &str) -> Value {
    let message = format!("Input `{wanted}` is not an accepted value.");
    json!({
        "path": path,
        "query": format!("{field}:{wanted}"),
        "parsed": { "field": field, "match_all": wanted },
        "warnings": [{ "field": field, "message": message, "code": "invalid_value" }],
    })
}
