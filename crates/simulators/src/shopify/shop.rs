//! The shop's data: products, variants, and the few ways in which they change.

use std::borrow::Cow;
use std::collections::HashMap;

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::catalogue::Catalogue;
use super::intake::products_of;

/// A product as the shop holds it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Product {
    /// The number in `gid://shopify/Product/…`.
    pub id: u64,
    /// The URL handle.
    pub handle: String,
    /// The title.
    pub title: String,
    /// The description, HTML.
    pub description_html: String,
    /// The vendor.
    pub vendor: String,
    /// The free-text product type.
    pub product_type: String,
    /// The tags, sorted without regard to case.
    pub tags: Vec<String>,
    /// `ACTIVE`, `ARCHIVED`, `DRAFT` or `UNLISTED`.
    pub status: String,
    /// The options' names.
    pub option_names: Vec<String>,
    /// Values of each option that no variant has.
    pub unused_option_values: Vec<Vec<String>>,
    /// Seconds since the epoch.
    pub created_at: i64,
    /// Seconds since the epoch; moves when any variant changes.
    pub updated_at: i64,
    /// The variants, by position.
    pub variants: Vec<Variant>,
}

/// A variant as the shop holds it, its inventory item included.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Variant {
    /// The number in `gid://shopify/ProductVariant/…`.
    pub id: u64,
    /// The number in `gid://shopify/InventoryItem/…`.
    pub inventory_item_id: u64,
    /// From 1 upwards.
    pub position: u64,
    /// One value per option of the product.
    pub option_values: Vec<String>,
    /// The SKU, if any.
    pub sku: Option<String>,
    /// The barcode, if any.
    pub barcode: Option<String>,
    /// The price in the shop's currency, two decimals.
    pub price: Decimal,
    /// The compare-at price in the shop's currency, two decimals.
    pub compare_at: Option<Decimal>,
    /// The cost per item.
    pub cost: Option<Decimal>,
    /// Pieces available.
    pub inventory_quantity: i64,
    /// Whether pieces are counted.
    pub tracked: bool,
    /// What a pricing app hardly reads but a write may set.
    pub details: VariantDetails,
    /// Seconds since the epoch.
    pub created_at: i64,
    /// Seconds since the epoch.
    pub updated_at: i64,
}

/// The less travelled fields of a variant, named as in the API.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct VariantDetails {
    /// Whether tax is charged.
    pub taxable: bool,
    /// The tax code of a third-party tax service.
    pub tax_code: String,
    /// `DENY` or `CONTINUE`.
    pub inventory_policy: String,
    /// Whether the variant is sold only as part of a bundle.
    pub requires_components: bool,
    /// Whether the unit price is shown.
    pub show_unit_price: bool,
    /// `UnitPriceMeasurement` as the API writes it.
    pub unit_price_measurement: Value,
    /// Whether the item is shipped.
    pub requires_shipping: bool,
    /// ISO country code.
    pub country_code_of_origin: Option<String>,
    /// ISO province code.
    pub province_code_of_origin: Option<String>,
    /// Digits only, as the shop stores it.
    pub harmonized_system_code: Option<String>,
    /// `Weight` as the API writes it.
    pub weight: Value,
}

impl Default for VariantDetails {
    fn default() -> Self {
        Self {
            taxable: true,
            tax_code: String::new(),
            inventory_policy: "DENY".to_owned(),
            requires_components: false,
            show_unit_price: false,
            unit_price_measurement: serde_json::json!({
                "quantityValue": 0, "quantityUnit": null, "referenceValue": 0, "referenceUnit": null,
            }),
            requires_shipping: true,
            country_code_of_origin: None,
            province_code_of_origin: None,
            harmonized_system_code: None,
            weight: serde_json::json!({ "unit": "KILOGRAMS", "value": 0 }),
        }
    }
}

impl Variant {
    /// The title that the shop derives from the options.
    pub fn title(&self) -> String {
        self.option_values.join(" / ")
    }
}

impl Product {
    /// Whether any variant's pieces are counted.
    pub fn tracks_inventory(&self) -> bool {
        self.variants.iter().any(|variant| variant.tracked)
    }

    /// Pieces over all counted variants.
    pub fn total_inventory(&self) -> i64 {
        self.variants.iter().filter(|variant| variant.tracked).map(|variant| variant.inventory_quantity).sum()
    }
}

/// All products of the shop, findable by the numbers in their gids.
#[derive(Debug, Clone, Default)]
pub(crate) struct Shop {
    products: Vec<Product>,
    product_index: HashMap<u64, usize>,
    /// Variant and inventory-item numbers come from different ranges and share no map.
    variant_index: HashMap<u64, usize>,
    item_index: HashMap<u64, u64>,
    /// Writes that searches do not see yet, by variant.
    unindexed: HashMap<u64, Unindexed>,
    /// Whole products that were written and that searches do not see yet.
    unindexed_products: HashMap<u64, UnindexedProduct>,
    search_lag_s: i64,
    /// The highest numbers that were ever given: none is given twice.
    last: LastIds,
}

/// The highest number of each kind.
#[derive(Debug, Clone, Copy, Default)]
struct LastIds {
    product: u64,
    variant: u64,
    item: u64,
}

/// Recorded stores count upwards in steps of this size.
const ID_STEP: u64 = 32_768;

/// What searches still see of a variant and its product.
#[derive(Debug, Clone)]
struct Unindexed {
    visible_at_s: i64,
    before: Variant,
    product_updated_at: i64,
}

/// What searches still see of a product that was written as a whole; `None`: it is new to them.
#[derive(Debug, Clone)]
struct UnindexedProduct {
    visible_at_s: i64,
    before: Option<Product>,
}

impl Shop {
    pub(crate) fn new(catalogue: &Catalogue, now_s: i64, search_lag_s: i64) -> Self {
        let mut shop = Self { products: products_of(catalogue, now_s), search_lag_s, ..Self::default() };
        for position in 0..shop.products.len() {
            shop.index(position);
        }
        shop
    }

    fn index(&mut self, position: usize) {
        let (product, last) = (&self.products[position], &mut self.last);
        self.product_index.insert(product.id, position);
        last.product = last.product.max(product.id);
        for variant in &product.variants {
            self.variant_index.insert(variant.id, position);
            self.item_index.insert(variant.inventory_item_id, variant.id);
            last.variant = last.variant.max(variant.id);
            last.item = last.item.max(variant.inventory_item_id);
        }
    }

    fn forget_variants(&mut self, position: usize) {
        for variant in &self.products[position].variants {
            self.variant_index.remove(&variant.id);
            self.item_index.remove(&variant.inventory_item_id);
        }
    }

    /// A number for a new product.
    pub(crate) fn new_product_id(&mut self) -> u64 {
        self.last.product += ID_STEP;
        self.last.product
    }

    /// Numbers for a new variant and its inventory item.
    pub(crate) fn new_variant_ids(&mut self) -> (u64, u64) {
        self.last.variant += ID_STEP;
        self.last.item += ID_STEP;
        (self.last.variant, self.last.item)
    }

    pub(crate) fn products(&self) -> &[Product] {
        &self.products
    }

    pub(crate) fn product(&self, id: u64) -> Option<&Product> {
        self.product_index.get(&id).map(|position| &self.products[*position])
    }

    pub(crate) fn variant(&self, id: u64) -> Option<(&Product, &Variant)> {
        let product = &self.products[*self.variant_index.get(&id)?];
        product.variants.iter().find(|variant| variant.id == id).map(|variant| (product, variant))
    }

    pub(crate) fn variant_of_item(&self, item_id: u64) -> Option<(&Product, &Variant)> {
        self.variant(*self.item_index.get(&item_id)?)
    }

    pub(crate) fn product_by_handle(&self, handle: &str) -> Option<&Product> {
        self.products.iter().find(|product| product.handle == handle)
    }

    pub(crate) fn variant_by_sku(&self, sku: &str) -> Option<&Variant> {
        let variants = || self.products.iter().flat_map(|product| &product.variants);
        variants().find(|variant| variant.sku.as_deref() == Some(sku))
    }

    /// Puts a new state of an existing variant in place. Returns whether anything but its time changed.
    pub(crate) fn replace_variant(&mut self, mut after: Variant, now_s: i64) -> bool {
        let Some(position) = self.variant_index.get(&after.id) else { return false };
        let product = &mut self.products[*position];
        let Some(slot) = product.variants.iter_mut().find(|variant| variant.id == after.id) else {
            return false;
        };
        after.updated_at = slot.updated_at;
        if *slot == after {
            return false;
        }
        after.updated_at = now_s;
        let before = std::mem::replace(slot, after);
        let product_updated_at = std::mem::replace(&mut product.updated_at, now_s);
        self.keep_for_searches(before, product_updated_at, now_s);
        true
    }

    fn keep_for_searches(&mut self, before: Variant, product_updated_at: i64, now_s: i64) {
        let visible_at_s = now_s + self.search_lag_s;
        self.unindexed.retain(|_, unindexed| unindexed.visible_at_s > now_s);
        let fresh = || Unindexed { visible_at_s, before: before.clone(), product_updated_at };
        self.unindexed.entry(before.id).or_insert_with(fresh).visible_at_s = visible_at_s;
    }

    /// Puts a whole product in place: a new one, or over what it was.
    pub(crate) fn put_product(&mut self, after: Product, now_s: i64) {
        let known = self.product_index.get(&after.id).copied();
        let before =
            known.and_then(|position| self.as_indexed(&self.products[position], now_s).map(Cow::into_owned));
        let visible_at_s = now_s + self.search_lag_s;
        self.unindexed_products.retain(|_, unindexed| unindexed.visible_at_s > now_s);
        let fresh = UnindexedProduct { visible_at_s, before };
        self.unindexed_products.entry(after.id).or_insert(fresh).visible_at_s = visible_at_s;
        let position = known.unwrap_or(self.products.len());
        if known.is_some() {
            self.forget_variants(position);
            self.products[position] = after;
        } else {
            self.products.push(after);
        }
        self.index(position);
    }

    /// Removes a product with its variants. Returns what it was.
    pub(crate) fn remove_product(&mut self, id: u64) -> Option<Product> {
        let position = self.product_index.remove(&id)?;
        self.forget_variants(position);
        let gone = self.products.remove(position);
        // Those behind it have moved up.
        for position in position..self.products.len() {
            self.index(position);
        }
        Some(gone)
    }

    /// A product as searches see it: recent writes come through only after a while, new products not until then.
    pub(crate) fn as_indexed<'s>(&self, product: &'s Product, now_s: i64) -> Option<Cow<'s, Product>> {
        let unseen = self.unindexed_products.get(&product.id).filter(|one| one.visible_at_s > now_s);
        if let Some(unseen) = unseen {
            let mut before = unseen.before.clone()?;
            before.variants.retain(|one| product.variants.iter().any(|variant| variant.id == one.id));
            return Some(Cow::Owned(before));
        }
        Some(self.with_unindexed_variants(product, now_s))
    }

    fn with_unindexed_variants<'s>(&self, product: &'s Product, now_s: i64) -> Cow<'s, Product> {
        let hidden = |variant: &Variant| {
            let unindexed = self.unindexed.get(&variant.id)?;
            (unindexed.visible_at_s > now_s).then_some(unindexed)
        };
        if self.unindexed.is_empty() || !product.variants.iter().any(|variant| hidden(variant).is_some()) {
            return Cow::Borrowed(product);
        }
        let mut indexed = product.clone();
        for slot in &mut indexed.variants {
            if let Some(unindexed) = hidden(slot) {
                indexed.updated_at = indexed.updated_at.min(unindexed.product_updated_at);
                *slot = unindexed.before.clone();
            }
        }
        Cow::Owned(indexed)
    }

    /// Removes a variant. Returns what it was.
    pub(crate) fn delete_variant(&mut self, id: u64, now_s: i64) -> Option<Variant> {
        let product = &mut self.products[self.variant_index.remove(&id)?];
        let place = product.variants.iter().position(|variant| variant.id == id)?;
        let gone = product.variants.remove(place);
        for (position, variant) in (1_u64..).zip(&mut product.variants) {
            variant.position = position;
        }
        product.updated_at = now_s;
        self.item_index.remove(&gone.inventory_item_id);
        Some(gone)
    }
}
