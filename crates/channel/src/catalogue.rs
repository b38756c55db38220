//! What is sold, in words that fit every vendor, and the capability to read all of it.

use std::fmt;

use jiff::Timestamp;
use kernel_core::{Currency, Money};
use serde::{Deserialize, Serialize};

use crate::{BoxFuture, Hear, Result};

macro_rules! vendor_id {
    ($name:ident, $what:literal) => {
        #[doc = concat!("The vendor's own id of ", $what, ", opaque to us; at most a few hundred bytes.")]
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub String);

        impl $name {
            /// The id as text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                Self(text.to_owned())
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

vendor_id!(ProductRef, "a product");
vendor_id!(VariantRef, "a variant");
vendor_id!(PriceListRef, "a price list");

/// Whether a product is for sale.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProductStatus {
    /// For sale.
    Active,
    /// Not yet for sale.
    Draft,
    /// No longer for sale.
    Archived,
    /// For sale to whoever has the link.
    Unlisted,
    /// A state this version does not know.
    Other,
}

/// One option of a variant, such as Size = Small.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct OptionValue {
    /// The option's name.
    pub name: String,
    /// The value this variant has.
    pub value: String,
}

/// A product with all its variants.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChannelProduct {
    /// The vendor's id.
    pub id: ProductRef,
    /// The part of the address that names it; unique in a shop.
    pub handle: String,
    /// Shown name.
    pub title: String,
    /// Brand; may be empty.
    pub vendor: String,
    /// Kind of product; may be empty.
    pub product_type: String,
    /// Tags in the vendor's order.
    pub tags: Vec<String>,
    /// Whether it is for sale.
    pub status: ProductStatus,
    /// All variants, in the vendor's order.
    pub variants: Vec<ChannelVariant>,
    /// When the vendor says it last changed; `None` where the source does not tell.
    pub updated_at: Option<Timestamp>,
}

/// The unit that has a SKU and prices.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChannelVariant {
    /// The vendor's id.
    pub id: VariantRef,
    /// Stock keeping unit; may be absent and need not be unique.
    pub sku: Option<String>,
    /// Shown name, such as `Red / Small`.
    pub title: String,
    /// Its options; empty for a product without choices.
    pub options: Vec<OptionValue>,
    /// Barcode.
    pub barcode: Option<String>,
    /// The base price.
    pub price: Money,
    /// The struck-through price.
    pub compare_at: Option<Money>,
    /// What one piece costs the merchant.
    pub cost: Option<Money>,
    /// Pieces available; may be negative.
    pub inventory_quantity: Option<i64>,
}

/// Who a shop says it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShopInfo {
    /// The vendor's permanent name of the shop, such as `some-shop.myshopify.com`.
    pub domain: String,
    /// Shown name.
    pub name: String,
    /// Currency of all base prices.
    pub currency: Currency,
    /// IANA name of the shop's time zone.
    pub time_zone: String,
}

/// A part of the catalogue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CataloguePage {
    /// Whole products; no product spreads over two pages.
    pub products: Vec<ChannelProduct>,
    /// What could not be taken, so that nothing goes missing in silence.
    pub left_out: Vec<LeftOut>,
    /// Where the next page starts; `None` after the last.
    pub next_cursor: Option<String>,
}

/// A variant that the vendor has and we cannot represent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeftOut {
    /// The product it belongs to.
    pub product: ProductRef,
    /// The variant.
    pub variant: VariantRef,
    /// Why, and how to mend it.
    pub reason: String,
}

/// Reads the catalogue page by page.
pub trait CatalogueSource: Send + Sync {
    /// The page at `cursor`, or the first. A cursor is only good for the reading it came from. `hear` is told how many of
    /// all products and variants, counted together, the vendor has gathered where a page has to wait for that.
    ///
    /// # Errors
    /// The vendor refused or did not answer, or its answer cannot be taken without losing something.
    fn page<'a>(&'a self, cursor: Option<String>, hear: Hear<'a>) -> BoxFuture<'a, Result<CataloguePage>>;
}
