//! What the API shows of drift. Shared with the command line.

use jiff::Timestamp;
use kernel_core::Money;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::ids::{ChannelId, DriftId, PriceChangeId, VariantId};

/// A price that a shop shows and we do not hold.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct Drift {
    /// Id.
    pub id: DriftId,
    /// The shop.
    pub channel: ChannelId,
    /// Where the shop shows the price: `base`, or the price surface of one of its price lists.
    pub surface: String,
    /// The variant.
    pub variant: VariantId,
    /// Its SKU; may be empty.
    pub sku: String,
    /// Product and variant title.
    pub title: String,
    /// `open`, `ended`, `adopted` or `put_back`.
    pub state: String,
    /// The price we held when it was found.
    pub expected: Money,
    /// The compare-at price we held.
    pub expected_compare_at: Option<Money>,
    /// Whether the row of the price list followed the base price when it was found.
    pub expected_relative: bool,
    /// The price in the shop; none when the shop no longer has the variant, or the price list no price in its currency.
    pub found: Option<Money>,
    /// The compare-at price in the shop.
    pub found_compare_at: Option<Money>,
    /// Whether the row of the price list follows the base price in the shop.
    pub found_relative: bool,
    /// `webhook`, `sweep`, or `run`: one that looked again at what it wrote.
    pub found_by: String,
    /// When it was first seen.
    pub first_seen_at: Timestamp,
    /// When it was last seen.
    pub last_seen_at: Timestamp,
    /// When it was settled.
    pub settled_at: Option<Timestamp>,
    /// Who settled it.
    pub settled_by: Option<String>,
    /// The price change that puts the price back.
    pub price_change: Option<PriceChangeId>,
}

/// Which drifts to settle.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DriftIds {
    /// Ids of open drifts, 1 to 100, each once. To be put back, all of one price surface.
    pub drifts: Vec<DriftId>,
}

/// What was settled.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct SettledDrifts {
    /// How many drifts.
    pub count: u64,
    /// The price change that puts them back, if that was asked for.
    pub price_change: Option<PriceChangeId>,
}

/// What a project does about drift.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DriftPolicy {
    /// `hold`: report and wait for a person. `adopt`: take the shop's price as ours. `put_back`: plan a price change that
    /// sets our price again, to be approved like any other; whoever set the policy is its author.
    pub policy: String,
}

/// A sweep that was asked for.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct Sweep {
    /// How many variants will be compared, on each price surface.
    pub variants: u64,
}
