//! A catalogue out of a linear congruence, the same on every run.

use pricing::{MoreFacts, Tags, VariantFacts};

const VENDORS: [&str; 8] =
    ["Fjell", "Nordlys", "Havn", "Skog", "Elv", "Bergtatt Outdoor", "Lysverk", "Kyst & Co"];
const TYPES: [&str; 6] = ["Tent", "Sleeping bag", "Stove", "Jacket", "Lamp", "Backpack"];
const TAGS: [&str; 10] =
    ["outdoor", "winter", "sale", "new", "clearance", "eco", "summer", "two-person", "bestseller", "gift"];

struct Product {
    vendor: String,
    product_type: String,
    tags: String,
}

struct Variant {
    product: usize,
    sku: String,
    title: String,
    price_minor: Option<i64>,
    compare_at_minor: Option<i64>,
    cost_minor: Option<i64>,
}

pub struct Catalogue {
    products: Vec<Product>,
    variants: Vec<Variant>,
}

impl Catalogue {
    /// How many variants each product has.
    pub const VARIANTS_PER_PRODUCT: usize = 5;

    /// The same catalogue on every run: a linear congruence stands in for chance.
    pub fn new(variants: usize) -> Self {
        let mut state = 0x2545_f491_4f6c_dd1d_u64;
        let mut chance = |below: u64| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) % below
        };
        let products = (0..variants.div_ceil(Self::VARIANTS_PER_PRODUCT)).map(|_| {
            let tags: Vec<&str> = TAGS.into_iter().filter(|_| chance(3) == 0).collect();
            Product {
                vendor: VENDORS[chance(8) as usize].to_owned(),
                product_type: TYPES[chance(6) as usize].to_owned(),
                tags: tags.join("\n"),
            }
        });
        let products = products.collect();
        let variants = (0..variants).map(|number| {
            let price = 500 + chance(60_000) as i64;
            Variant {
                product: number / Self::VARIANTS_PER_PRODUCT,
                sku: format!("SKU-{number:07}"),
                title: format!(
                    "Product {} / size {}",
                    number / Self::VARIANTS_PER_PRODUCT,
                    number % Self::VARIANTS_PER_PRODUCT
                ),
                price_minor: (chance(100) > 0).then_some(price),
                compare_at_minor: (chance(4) == 0).then_some(price + 1_000),
                // Nearly all costs are known; most leave a fair margin, a few hardly any.
                cost_minor: (chance(20) > 0).then_some(price * (35 + chance(55) as i64) / 100),
            }
        });
        Self { products, variants: variants.collect() }
    }

    pub fn facts(&self) -> Vec<VariantFacts<'_>> {
        let facts = self.variants.iter().enumerate().map(|(key, variant)| {
            let product = &self.products[variant.product];
            VariantFacts {
                key: key as u128,
                sku: &variant.sku,
                title: &variant.title,
                vendor: &product.vendor,
                product_type: &product.product_type,
                tags: Tags::Lines(&product.tags),
                price_minor: variant.price_minor,
                compare_at_minor: variant.compare_at_minor,
                cost_minor: variant.cost_minor,
                more: MoreFacts::NONE,
            }
        });
        facts.collect()
    }
}
