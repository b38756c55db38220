//! What the API shows of runs and targets. Shared with the command line.

use jiff::Timestamp;
use kernel_core::Money;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::ids::{ChannelId, PriceChangeId, RunId, TargetId, VariantId};
use crate::price_changes::dto::PriceChange;

/// One execution of a price change, or the way back.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct Run {
    /// Id.
    pub id: RunId,
    /// `apply` or `roll_back`.
    pub kind: String,
    /// `queued`, `applying`, `paused`, `stopping`, `applied`, `partially_applied`, `failed` or `rolled_back`.
    pub state: String,
    /// Which part is written: `all`, or with a first wave `canary`, `soak` (nothing, while it is watched) and `rest`.
    #[serde(default)]
    pub stage: String,
    /// The first wave, if it was asked for.
    pub canary: Option<Canary>,
    /// Why it is paused, or was stopped.
    pub note: Option<String>,
    /// The price change.
    pub price_change_id: PriceChangeId,
    /// Its title.
    pub title: String,
    /// For a roll back: the run it reverses.
    pub reverses_run_id: Option<RunId>,
    /// The channel it writes to.
    pub channel: String,
    /// Id of that channel.
    pub channel_id: ChannelId,
    /// Whether it writes in the shop's bulk operations, so that prices are settled many at a time.
    #[serde(default)]
    pub in_bulk: bool,
    /// How far the shop is with the bulk operations under way; absent unless one is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub operation: Option<Operation>,
    /// The price list that it writes, by the name of its surface; absent for the base prices.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub surface: Option<String>,
    /// All targets.
    pub total: u64,
    /// Targets by state.
    pub counts: TargetCounts,
    /// Who started it.
    pub actor: String,
    /// When it was asked for.
    pub created_at: Timestamp,
    /// When every target was settled.
    pub finished_at: Option<Timestamp>,
    /// Whether nothing will change any more without a new act.
    pub settled: bool,
}

/// What came of asking to apply.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(untagged)]
pub enum Applied {
    /// The run that was started.
    Run(Box<Run>),
    /// The price change, which starts by itself.
    Scheduled(Box<PriceChange>),
}

/// How far the shop is with bulk operations that it carries out. What they did is settled when they end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Operation {
    /// Products whose prices it has written, or refused.
    pub products_done: u64,
    /// Products that it was given.
    pub products: u64,
}

/// The first wave of a run: a few prices that are watched before the rest is written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Canary {
    /// The share of the targets that was asked for, in percent, unless variants were named.
    pub percent: Option<u8>,
    /// How many targets are in it.
    pub targets: u64,
    /// How long it is watched, in seconds.
    pub wait_s: i64,
    /// When it will have been watched long enough; known once all of it is written.
    pub watched_until: Option<Timestamp>,
    /// What was found: `pass`, `fail` or `inconclusive`.
    pub verdict: Option<String>,
    /// Why, unless it passed.
    pub reason: Option<String>,
}

/// Why somebody pauses or stops a run.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ControlRequest {
    /// Why; goes into the audit.
    #[serde(default)]
    pub reason: Option<String>,
}

/// Targets by state.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TargetCounts {
    /// Waiting.
    pub queued: u64,
    /// Intent stored, outcome not yet.
    pub applying: u64,
    /// Written and confirmed.
    pub applied: u64,
    /// Refused by the shop.
    pub failed: u64,
    /// The shop had another price than planned; nothing was written.
    pub conflict: u64,
    /// Nothing to do.
    pub skipped: u64,
    /// Written, and taken back since.
    pub rolled_back: u64,
    /// Of the applied: read back from the shop and found equal.
    pub verified: u64,
}

/// One row of a run.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct Target {
    /// Id.
    pub id: TargetId,
    /// The variant.
    pub variant_id: VariantId,
    /// SKU when planned.
    pub sku: String,
    /// Product and variant title when planned.
    pub title: String,
    /// `queued`, `applying`, `applied`, `failed`, `conflict`, `skipped` or `rolled_back`.
    pub state: String,
    /// The price that must be there before we write.
    pub before: Money,
    /// The price we write.
    pub after: Money,
    /// The compare-at price before.
    pub compare_at_before: Option<Money>,
    /// The compare-at price after.
    pub compare_at_after: Option<Money>,
    /// What the shop had when we last looked.
    pub observed: Option<Money>,
    /// What the shop had as compare-at price when we last looked.
    pub compare_at_observed: Option<Money>,
    /// Stable code of the reason, such as `conflict.price_moved`.
    pub reason_code: Option<String>,
    /// The reason for people.
    pub reason: Option<String>,
    /// How often it was tried.
    pub attempts: i64,
    /// When it was settled.
    pub settled_at: Option<Timestamp>,
    /// Whether reading back found what we wrote.
    pub verified: bool,
}

/// Why targets of a run ended as they did, or wait.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct Reasons {
    /// At most 50, the most frequent first.
    pub data: Vec<Reason>,
}

/// Targets of a run that share a state and a reason.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct Reason {
    /// The state that they share.
    pub state: String,
    /// The code that they share.
    pub reason_code: String,
    /// The reason for people, of one of them; the others may name other prices.
    pub reason: Option<String>,
    /// How many they are.
    pub count: i64,
}

/// What rolling a run back would do, as far as Calibr knows. Each price is read and compared again before it is written.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct RollBackPreview {
    /// Prices that go back to what they were.
    pub prices: u64,
    /// Prices that were changed since, and are left alone.
    pub changed: u64,
    /// Prices that may or may not have been written; they go back where they were.
    pub unsure: u64,
    /// The first 100 of those that were changed since.
    pub changed_since: Vec<ChangedSince>,
}

/// A price that rolling a run back would look at.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct TakenBack {
    /// The variant.
    pub variant_id: VariantId,
    /// SKU when planned.
    pub sku: String,
    /// Product and variant title when planned.
    pub title: String,
    /// `goes_back`, `changed` (since, and is left alone) or `unsure` (may or may not have been written).
    pub state: String,
    /// What the run wrote, or was about to.
    pub written: Money,
    /// What is there now; absent where the shop no longer has the variant.
    pub now: Option<Money>,
    /// What it was before the run.
    pub back_to: Money,
    /// The compare-at price before the run.
    pub compare_at_back_to: Option<Money>,
}

/// A price that was changed after a run wrote it.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct ChangedSince {
    /// The variant.
    pub variant_id: VariantId,
    /// SKU when planned.
    pub sku: String,
    /// Product and variant title when planned.
    pub title: String,
    /// What the run wrote.
    pub written: Money,
    /// What is there now; absent where the shop no longer has the variant.
    pub now: Option<Money>,
}
