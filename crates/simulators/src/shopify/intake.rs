//! Turns the rows of a catalogue into the shop's products: ids, positions, times.

use super::catalogue::{Catalogue, ProductRow, VariantRow};
use super::money::to_stored;
use super::shop::{Product, Shop, Variant};

/// The first number given to a product, a variant and an inventory item; recorded stores are of this size.
const FIRST_PRODUCT_ID: u64 = 8_970_000_000_001;
const FIRST_VARIANT_ID: u64 = 48_540_000_000_001;
const FIRST_ITEM_ID: u64 = 50_640_000_000_001;

/// The products of a new shop.
pub(crate) fn products_of(catalogue: &Catalogue, now_s: i64) -> Vec<Product> {
    let mut next = NextIds { product: FIRST_PRODUCT_ID, variant: FIRST_VARIANT_ID, item: FIRST_ITEM_ID };
    catalogue.products.iter().map(|row| next.product_of(row, now_s)).collect()
}

/// A product that comes later, with numbers that the shop has never given.
pub(crate) fn new_product(mut row: ProductRow, shop: &mut Shop, now_s: i64) -> Product {
    let product = *row.id.get_or_insert_with(|| shop.new_product_id());
    for variant in &mut row.variants {
        let (id, item) = shop.new_variant_ids();
        variant.id.get_or_insert(id);
        variant.inventory_item_id.get_or_insert(item);
    }
    NextIds { product, variant: FIRST_VARIANT_ID, item: FIRST_ITEM_ID }.product_of(&row, now_s)
}

/// The counters from which rows without a number get one.
struct NextIds {
    product: u64,
    variant: u64,
    item: u64,
}

impl NextIds {
    fn product_of(&mut self, row: &ProductRow, now_s: i64) -> Product {
        let id = row.id.unwrap_or_else(|| take(&mut self.product));
        let mut tags = row.tags.clone();
        tags.sort_by_key(|tag| tag.to_lowercase());
        let numbered = (1_u64..).zip(&row.variants);
        let variants =
            numbered.map(|(position, variant)| self.variant_of(variant, position, now_s)).collect();
        Product {
            id,
            handle: row.handle.clone(),
            title: row.title.clone(),
            description_html: row.description_html.clone(),
            vendor: row.vendor.clone(),
            product_type: row.product_type.clone(),
            tags,
            status: row.status.clone(),
            option_names: row.option_names.clone(),
            unused_option_values: row.unused_option_values.clone(),
            created_at: row.created_at.unwrap_or(now_s),
            updated_at: row.updated_at.unwrap_or(now_s),
            variants,
        }
    }

    fn variant_of(&mut self, row: &VariantRow, position: u64, now_s: i64) -> Variant {
        Variant {
            id: row.id.unwrap_or_else(|| take(&mut self.variant)),
            inventory_item_id: row.inventory_item_id.unwrap_or_else(|| take(&mut self.item)),
            position,
            option_values: row.option_values.clone(),
            sku: row.sku.clone(),
            barcode: row.barcode.clone(),
            price: to_stored(row.price),
            compare_at: row.compare_at.map(to_stored),
            cost: row.cost,
            inventory_quantity: row.inventory_quantity,
            tracked: row.tracked,
            details: row.details.clone(),
            created_at: now_s,
            updated_at: now_s,
        }
    }
}

fn take(counter: &mut u64) -> u64 {
    let taken = *counter;
    *counter += 1;
    taken
}
