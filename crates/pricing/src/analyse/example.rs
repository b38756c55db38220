//! A variant that is made up to show something, with its own copy of everything.

use super::meaning::{Fact, TextField};
use crate::facts::{MoreFacts, Tags, VariantFacts};

/// A variant that shows what can happen. Amounts are minor units, instants seconds since 1970; what has no part in it is
/// left empty.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Example {
    /// SKU.
    pub sku: String,
    /// Product and variant title.
    pub title: String,
    /// Vendor.
    pub vendor: String,
    /// Product type.
    pub product_type: String,
    /// Tags of the product.
    pub tags: Vec<String>,
    /// Handles of the collections.
    pub collections: Vec<String>,
    /// Names of the channels.
    pub channels: Vec<String>,
    /// Custom fields, each `key=value`.
    pub custom: Vec<String>,
    /// The price before.
    pub price_minor: Option<i64>,
    /// The compare-at price before.
    pub compare_at_minor: Option<i64>,
    /// What one costs the merchant.
    pub cost_minor: Option<i64>,
    /// How many are in stock.
    pub inventory: Option<i64>,
    /// When the product was made.
    pub created_at: Option<i64>,
    /// When the product last changed.
    pub updated_at: Option<i64>,
    /// The lowest price of a competitor.
    pub competitor_minor: Option<i64>,
    /// The manufacturer's suggested retail price.
    pub msrp_minor: Option<i64>,
    /// The lowest price the manufacturer lets people advertise.
    pub map_minor: Option<i64>,
    /// Prices on other surfaces.
    pub surfaces: Vec<(String, i64)>,
    /// Units sold in the last 30 days.
    pub units_sold_30d: Option<i64>,
    /// The price without the sales that run.
    pub base_minor: Option<i64>,
}

impl Example {
    /// Calls back with the variant as the rules see it.
    pub fn with_facts<T>(&self, look: impl FnOnce(&VariantFacts<'_>) -> T) -> T {
        let surfaces: Vec<(&str, i64)> =
            self.surfaces.iter().map(|(name, minor)| (name.as_str(), *minor)).collect();
        let more = MoreFacts {
            collections: Tags::List(&self.collections),
            channels: Tags::List(&self.channels),
            custom: Tags::List(&self.custom),
            inventory: self.inventory,
            created_at: self.created_at,
            updated_at: self.updated_at,
            competitor_minor: self.competitor_minor,
            msrp_minor: self.msrp_minor,
            map_minor: self.map_minor,
            surfaces: &surfaces,
            units_sold_30d: self.units_sold_30d,
            base_minor: self.base_minor,
            ..MoreFacts::default()
        };
        look(&VariantFacts {
            key: 0,
            sku: &self.sku,
            title: &self.title,
            vendor: &self.vendor,
            product_type: &self.product_type,
            tags: Tags::List(&self.tags),
            price_minor: self.price_minor,
            compare_at_minor: self.compare_at_minor,
            cost_minor: self.cost_minor,
            more: &more,
        })
    }

    /// Fills in a number.
    pub(super) fn set(&mut self, fact: Fact<'_>, number: i64) {
        let place = match fact {
            Fact::Price => &mut self.price_minor,
            Fact::After | Fact::Value => return,
            Fact::CompareAt => &mut self.compare_at_minor,
            Fact::Cost => &mut self.cost_minor,
            Fact::Inventory => &mut self.inventory,
            Fact::CreatedAt => &mut self.created_at,
            Fact::UpdatedAt => &mut self.updated_at,
            Fact::Competitor => &mut self.competitor_minor,
            Fact::Msrp => &mut self.msrp_minor,
            Fact::Map => &mut self.map_minor,
            Fact::Surface(name) => return self.surfaces.push((name.to_owned(), number)),
        };
        *place = Some(number);
    }

    /// Fills in the texts of a field.
    pub(super) fn set_texts(&mut self, field: TextField<'_>, texts: Vec<String>) {
        let first = || texts.first().cloned().unwrap_or_default();
        match field {
            TextField::Sku => self.sku = first(),
            TextField::Title => self.title = first(),
            TextField::Vendor => self.vendor = first(),
            TextField::ProductType => self.product_type = first(),
            TextField::Tag => self.tags = texts,
            TextField::Collection => self.collections = texts,
            TextField::Channel => self.channels = texts,
            TextField::Custom(key) => self.custom.extend(texts.iter().map(|text| format!("{key}={text}"))),
        }
    }
}
