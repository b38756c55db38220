//! What a simulated shop starts with: products and variants, built by hand in tests or read from a product CSV.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::markets::Markets;
use super::shop::VariantDetails;

/// The products a shop is created with, in the order in which the vendor would have created them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Catalogue {
    /// The products.
    pub products: Vec<ProductRow>,
    /// Markets, catalogs and price lists.
    #[serde(default, skip_serializing_if = "Markets::is_empty")]
    pub markets: Markets,
}

/// One product before the shop has given it what the row leaves open.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProductRow {
    /// The number in the product's gid; the shop counts upwards when absent.
    pub id: Option<u64>,
    /// The URL handle, unique in the shop.
    pub handle: String,
    /// The title.
    pub title: String,
    /// The description, HTML.
    pub description_html: String,
    /// The vendor.
    pub vendor: String,
    /// The free-text product type.
    pub product_type: String,
    /// The tags; the shop sorts them.
    pub tags: Vec<String>,
    /// `ACTIVE`, `ARCHIVED`, `DRAFT` or `UNLISTED`.
    pub status: String,
    /// Names of one to three options; `Title` for a product without choices.
    pub option_names: Vec<String>,
    /// Values of each option that no variant has; may be shorter than `option_names`.
    pub unused_option_values: Vec<Vec<String>>,
    /// Seconds since the epoch; the start of the shop when absent.
    pub created_at: Option<i64>,
    /// Seconds since the epoch; the start of the shop when absent.
    pub updated_at: Option<i64>,
    /// At least one variant.
    pub variants: Vec<VariantRow>,
}

/// One variant of a [`ProductRow`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VariantRow {
    /// The number in the variant's gid; the shop counts upwards when absent.
    pub id: Option<u64>,
    /// The number in the inventory item's gid; the shop counts upwards when absent.
    pub inventory_item_id: Option<u64>,
    /// One value per option name.
    pub option_values: Vec<String>,
    /// The SKU, if any.
    pub sku: Option<String>,
    /// The barcode, if any.
    pub barcode: Option<String>,
    /// The price in the shop's currency.
    pub price: Decimal,
    /// The compare-at price, if any.
    pub compare_at: Option<Decimal>,
    /// The cost per item, if known.
    pub cost: Option<Decimal>,
    /// Pieces available.
    pub inventory_quantity: i64,
    /// Whether the shop counts pieces of this variant.
    pub tracked: bool,
    /// The less travelled fields.
    pub details: VariantDetails,
}

impl ProductRow {
    /// An active product without choices, tags or variants; fill in the rest.
    pub fn new(handle: &str, title: &str) -> Self {
        Self {
            id: None,
            handle: handle.to_owned(),
            title: title.to_owned(),
            description_html: String::new(),
            vendor: String::new(),
            product_type: String::new(),
            tags: Vec::new(),
            status: "ACTIVE".to_owned(),
            option_names: vec!["Title".to_owned()],
            unused_option_values: Vec::new(),
            created_at: None,
            updated_at: None,
            variants: Vec::new(),
        }
    }

    /// The same product with one more variant.
    #[must_use]
    pub fn with_variant(mut self, variant: VariantRow) -> Self {
        self.variants.push(variant);
        self
    }
}

impl VariantRow {
    /// An untracked variant called `Default Title` with a price and nothing else.
    pub fn new(price: Decimal) -> Self {
        Self {
            id: None,
            inventory_item_id: None,
            option_values: vec!["Default Title".to_owned()],
            sku: None,
            barcode: None,
            price,
            compare_at: None,
            cost: None,
            inventory_quantity: 0,
            tracked: false,
            details: VariantDetails::default(),
        }
    }
}

impl Catalogue {
    /// A catalogue of these products.
    pub fn new(products: Vec<ProductRow>) -> Self {
        Self { products, markets: Markets::default() }
    }

    /// The same products sold in these markets.
    #[must_use]
    pub fn with_markets(self, markets: Markets) -> Self {
        Self { markets, ..self }
    }

    /// The demo shop that is part of the repository: outdoor goods, prices in EUR.
    ///
    /// # Errors
    /// None in a build whose tests pass: the file is part of the binary.
    pub fn demo() -> anyhow::Result<Self> {
        Self::from_csv(include_bytes!("../../demo/outdoor.csv").as_slice())
    }

    /// How many variants all products have together.
    pub fn variant_count(&self) -> usize {
        self.products.iter().map(|product| product.variants.len()).sum()
    }
}
