//! Markets, their catalogs and the price lists of those: fixed prices per variant, all others relative to the shop's own.
//!
//! Real exchange rates and rounding rules are not known; a market carries a rate of its own and rounds to whole units.

mod change;
mod check;
mod contextual;
mod fixed;
mod objects;
mod write;

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::money::to_stored;

pub(crate) use change::MarketsChange;
pub(crate) use contextual::{product_pricing, variant_pricing};
pub(crate) use fixed::{plan_list_edit, put, run as run_fixed};
pub(crate) use write::run as run_write;

/// All markets, catalogs and price lists of a shop, by the numbers in their gids.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Markets {
    markets: BTreeMap<u64, Market>,
    catalogs: BTreeMap<u64, MarketCatalog>,
    price_lists: BTreeMap<u64, PriceList>,
    /// Fixed prices by list and variant.
    fixed: BTreeMap<u64, BTreeMap<u64, FixedPrice>>,
    last_id: u64,
}

/// One market.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Market {
    /// The number in `gid://shopify/Market/…`.
    pub id: u64,
    /// The name.
    pub name: String,
    /// The handle.
    pub handle: String,
    /// `ACTIVE` or `DRAFT`.
    pub status: String,
    /// The countries it sells to.
    pub regions: Vec<MarketRegion>,
    /// Its currency; `None`: the shop's.
    pub currency: Option<MarketCurrency>,
}

/// A country of a market.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MarketRegion {
    /// The number in `gid://shopify/MarketRegionCountry/…`.
    pub id: u64,
    /// The ISO code of the country.
    pub code: String,
    /// The name of the country.
    pub name: String,
}

/// In which money a market sells.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MarketCurrency {
    /// The ISO code.
    pub code: String,
    /// Units of it for one unit of the shop's currency.
    pub rate: Decimal,
    /// Whether converted prices are rounded to whole units.
    pub rounding: bool,
}

/// One catalog: which price list holds in which markets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MarketCatalog {
    /// The number in its gid.
    pub id: u64,
    /// Whether companies buy from it instead of markets: a `CompanyLocationCatalog`.
    pub for_companies: bool,
    /// The title.
    pub title: String,
    /// `ACTIVE`, `ARCHIVED` or `DRAFT`.
    pub status: String,
    /// Numbers of the markets it serves.
    pub markets: Vec<u64>,
    /// The number of its price list.
    pub price_list: Option<u64>,
    /// The number of its publication.
    pub publication: Option<u64>,
}

/// One price list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PriceList {
    /// The number in `gid://shopify/PriceList/…`.
    pub id: u64,
    /// The name, unique in the shop.
    pub name: String,
    /// The currency of its fixed prices.
    pub currency: String,
    /// How far relative prices are from the shop's own, in percent: negative for a decrease.
    pub percent: Decimal,
    /// Whether `percent` was set as a decrease; zero alone does not tell.
    pub decreases: bool,
    /// Whether relative prices have no compare-at price.
    pub nullifies_compare_at: bool,
}

/// What a price list says about one variant, in its own currency.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FixedPrice {
    /// The price, two decimals.
    pub price: Decimal,
    /// The compare-at price, two decimals.
    pub compare_at: Option<Decimal>,
}

impl Market {
    /// An active market without regions in the shop's currency.
    pub fn new(id: u64, name: &str) -> Self {
        let handle = name.to_lowercase().split_whitespace().collect::<Vec<_>>().join("-");
        let (regions, currency) = (Vec::new(), None);
        Self { id, name: name.to_owned(), handle, status: "ACTIVE".to_owned(), regions, currency }
    }
}

impl MarketCatalog {
    /// An active catalog without markets and price list.
    pub fn new(id: u64, title: &str) -> Self {
        let (title, status) = (title.to_owned(), "ACTIVE".to_owned());
        let (markets, price_list, publication) = (Vec::new(), None, None);
        Self { id, for_companies: false, title, status, markets, price_list, publication }
    }

    /// The kind in its gid.
    pub(crate) fn kind(&self) -> &'static str {
        if self.for_companies { "CompanyLocationCatalog" } else { "MarketCatalog" }
    }
}

impl PriceList {
    /// A list whose relative prices are so many percent below the shop's own.
    pub fn decreasing(id: u64, name: &str, currency: &str, percent: Decimal) -> Self {
        let (name, currency) = (name.to_owned(), currency.to_owned());
        Self { id, name, currency, percent: -percent, decreases: true, nullifies_compare_at: false }
    }

    /// What the list makes of an amount of the shop, before rounding.
    fn adjusted(&self, amount: Decimal) -> Decimal {
        amount * (Decimal::ONE_HUNDRED + self.percent) / Decimal::ONE_HUNDRED
    }

    /// The relative price of a variant, in the shop's currency.
    fn relative(&self, price: Decimal, compare_at: Option<Decimal>) -> FixedPrice {
        let compare_at = compare_at.filter(|_| !self.nullifies_compare_at);
        FixedPrice {
            price: to_stored(self.adjusted(price)),
            compare_at: compare_at.map(|amount| to_stored(self.adjusted(amount))),
        }
    }
}

impl Markets {
    /// The same with one more market.
    #[must_use]
    pub fn with_market(mut self, market: Market) -> Self {
        self.markets.insert(market.id, market);
        self
    }

    /// The same with one more catalog.
    #[must_use]
    pub fn with_catalog(mut self, catalog: MarketCatalog) -> Self {
        self.catalogs.insert(catalog.id, catalog);
        self
    }

    /// The same with one more price list.
    #[must_use]
    pub fn with_price_list(mut self, list: PriceList) -> Self {
        self.price_lists.insert(list.id, list);
        self
    }

    /// The same with a fixed price of a variant in a list.
    #[must_use]
    pub fn with_fixed_price(mut self, list: u64, variant: u64, price: FixedPrice) -> Self {
        self.fixed.entry(list).or_default().insert(variant, price);
        self
    }

    /// Whether there is a market with this number.
    pub fn has_market(&self, id: u64) -> bool {
        self.markets.contains_key(&id)
    }

    /// Whether there is a catalog with this number.
    pub fn has_catalog(&self, id: u64) -> bool {
        self.catalogs.contains_key(&id)
    }

    /// Whether there is a price list with this number.
    pub fn has_price_list(&self, id: u64) -> bool {
        self.price_lists.contains_key(&id)
    }

    /// Whether there is nothing.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// The fixed price of a variant in a list; `None` when it is relative.
    pub fn fixed_price(&self, list: u64, variant: u64) -> Option<&FixedPrice> {
        self.fixed.get(&list)?.get(&variant)
    }

    pub(crate) fn market(&self, id: u64) -> Option<&Market> {
        self.markets.get(&id)
    }

    pub(crate) fn catalog(&self, id: u64) -> Option<&MarketCatalog> {
        self.catalogs.get(&id)
    }

    pub(crate) fn price_list(&self, id: u64) -> Option<&PriceList> {
        self.price_lists.get(&id)
    }

    /// The catalog that a price list belongs to.
    fn catalog_of(&self, list: u64) -> Option<&MarketCatalog> {
        self.catalogs.values().find(|catalog| catalog.price_list == Some(list))
    }

    fn next_id(&mut self, first: u64) -> u64 {
        self.last_id += 32_768;
        first + self.last_id
    }
}
