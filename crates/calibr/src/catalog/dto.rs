//! What the API shows of products, variants and prices. Shared with the command line.

use std::collections::BTreeMap;

use jiff::Timestamp;
use kernel_core::{Currency, FieldError, Money};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::ids::{ChannelId, ImportId, PriceChangeId, PriceVersionId, ProductId, RunId, VariantId};

/// What is sold.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct Product {
    /// Id.
    pub id: ProductId,
    /// Short name in the shop's addresses.
    pub handle: String,
    /// Title.
    pub title: String,
    /// Vendor or brand.
    pub vendor: String,
    /// Product type.
    pub product_type: String,
    /// Tags, sorted.
    pub tags: Vec<String>,
    /// `active`, `draft` or `archived`.
    pub status: String,
    /// How many variants it has.
    pub variants_count: i64,
}

/// The unit that has a SKU and a price.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct Variant {
    /// Id.
    pub id: VariantId,
    /// Its product.
    pub product_id: ProductId,
    /// The product's title.
    pub product_title: String,
    /// The variant's own title, such as `Large / Blue`; empty when the product has a single variant.
    pub title: String,
    /// SKU; may be empty and need not be unique.
    pub sku: String,
    /// Vendor of the product.
    pub vendor: String,
    /// Type of the product.
    pub product_type: String,
    /// Tags of the product, sorted.
    pub tags: Vec<String>,
    /// The price now.
    pub price: Option<Money>,
    /// The compare-at price now.
    pub compare_at: Option<Money>,
    /// Cost per item.
    pub cost: Option<Money>,
    /// Pieces in stock; empty if nobody counts.
    pub inventory: Option<i64>,
    /// The manufacturer's suggested retail price.
    pub msrp: Option<Money>,
    /// The lowest price the manufacturer lets people advertise.
    pub map: Option<Money>,
    /// The lowest price of a competitor.
    pub competitor_lowest: Option<Money>,
    /// Pieces sold in the last 30 days.
    pub units_sold_30d: Option<i64>,
    /// Handles of the product's collections, sorted.
    #[serde(default)]
    pub collections: Vec<String>,
    /// When the product was made.
    pub created_at: Option<Timestamp>,
    /// Custom fields.
    #[serde(default)]
    pub custom: BTreeMap<String, String>,
    /// Ids in connected channels, by channel id.
    pub channel_refs: BTreeMap<String, String>,
    /// When the price last changed, as far as Calibr knows.
    pub price_since: Option<Timestamp>,
    /// Why it has this price: `import`, `ingest`, `price_change`, `roll_back` or `history`.
    pub price_source: Option<String>,
}

/// One price of one variant for a span of time.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct PriceVersion {
    /// Id.
    pub id: PriceVersionId,
    /// The price.
    pub price: Money,
    /// The compare-at price.
    pub compare_at: Option<Money>,
    /// From when.
    pub valid_from: Timestamp,
    /// Until when; empty for the price now.
    pub valid_to: Option<Timestamp>,
    /// `import`, `ingest`, `price_change`, `roll_back`, or `history` where it was told later.
    pub source: String,
    /// The import, channel or run it came from.
    pub source_id: Option<String>,
    /// Who caused it.
    pub actor: String,
    /// Whether it is of a row of a price list that follows the base price, by a rule of the shop.
    #[serde(default)]
    pub relative: bool,
    /// The price change behind it, in the list of a variant's prices.
    #[serde(default)]
    pub because: Option<PriceReason>,
}

/// The price change that made a price what it is.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct PriceReason {
    /// The run that wrote it.
    pub run_id: RunId,
    /// The price change.
    pub price_change_id: PriceChangeId,
    /// Its title.
    pub title: String,
    /// Its note.
    pub note: Option<String>,
    /// The rule that decided, as `name v3`.
    pub rule: Option<String>,
}

/// What a catalogue can be narrowed by.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct Facets {
    /// Vendors, the most frequent hundred.
    pub vendors: Vec<Facet>,
    /// Product types, the same.
    pub product_types: Vec<Facet>,
    /// Tags, the same.
    pub tags: Vec<Facet>,
}

/// One value and what it would leave.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Facet {
    /// The value.
    pub value: String,
    /// Variants that have it.
    pub count: u64,
}

/// Why a variant has the price it has at an instant.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct Explanation {
    /// The variant.
    pub variant: Variant,
    /// Where the price is shown: `base`, or the price surface of a price list.
    pub surface: String,
    /// The instant that was asked for.
    pub at: Timestamp,
    /// The price at that instant; empty if there was none yet.
    pub price: Option<PriceVersion>,
    /// The explain trace, as it was decided: the stored JSON text, byte for byte.
    pub trace: Option<String>,
    /// The price change, where one decided the price.
    pub price_change_id: Option<String>,
    /// The run that wrote it.
    pub run_id: Option<String>,
    /// The rule, as `name v3`.
    pub rule: Option<String>,
    /// Who approved it.
    pub approved_by: Vec<String>,
}

/// Where prices are shown: the shop's base prices, or one of its price lists.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct PriceSurface {
    /// What plans and rules call it; `base` for the base prices. It stays when the merchant renames the list.
    pub name: String,
    /// What the merchant calls it.
    pub title: String,
    /// Currency of its prices.
    pub currency: Currency,
    /// The shop whose list it is; absent for the base prices.
    pub channel_id: Option<ChannelId>,
    /// Variants with a price of their own in the list, when it was last read.
    pub fixed_rows: Option<u64>,
    /// Variants whose price in the list followed the base price.
    pub relative_rows: Option<u64>,
    /// When the list was last read.
    pub read_at: Option<Timestamp>,
    /// When the shop was first seen without the list.
    pub gone_at: Option<Timestamp>,
}

/// What an import or ingest took, changed and refused.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct ImportReport {
    /// Id.
    pub id: ImportId,
    /// Products read.
    pub products: u64,
    /// Variants read.
    pub variants: u64,
    /// Variants seen for the first time.
    pub variants_new: u64,
    /// Variants whose price or compare-at price changed.
    pub prices_changed: u64,
    /// Price lists read.
    #[serde(default)]
    pub price_lists: u64,
    /// Rows refused; nothing of them was taken.
    pub refused_count: u64,
    /// The first 1,000 refused rows: line, what is wrong, how to mend it.
    pub refused: Vec<FieldError>,
    /// The first 1,000 values that were read differently than written (a decimal comma, say).
    pub changed: Vec<FieldError>,
}

/// What an uploaded file of facts or past prices changed.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct UploadReport {
    /// Id.
    pub id: ImportId,
    /// Rows read.
    pub rows: u64,
    /// Rows that changed something.
    pub taken: u64,
    /// Rows that said what was known already.
    pub unchanged: u64,
    /// Rows refused; nothing of them was taken.
    pub refused_count: u64,
    /// What is wrong with the first 1,000 of them: line, column, and how to mend it.
    pub refused: Vec<FieldError>,
}
