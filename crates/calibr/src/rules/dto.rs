//! What the API shows of rules and previews. Shared with the command line.

use jiff::Timestamp;
use kernel_core::{FieldError, Money};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::ids::{RuleId, VariantId};

/// A rule with its newest version.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct Rule {
    /// Id.
    pub id: RuleId,
    /// Name, unique in the project.
    pub name: String,
    /// Number of the newest version, from 1.
    pub version: i64,
    /// SHA-256 over the canonical bytes of that version, in hexadecimal.
    pub content_hash: String,
    /// The document of that version (schema `rule.v1`).
    pub document: serde_json::Value,
    /// Who made that version.
    pub created_by: String,
    /// When that version was made.
    pub created_at: Timestamp,
}

/// One immutable version of a rule.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct RuleVersion {
    /// Number, from 1.
    pub version: i64,
    /// SHA-256 over the canonical bytes, in hexadecimal.
    pub content_hash: String,
    /// The document (schema `rule.v1`).
    pub document: serde_json::Value,
    /// Who made it.
    pub created_by: String,
    /// When.
    pub created_at: Timestamp,
}

/// What pushing a rule did.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct PushedRule {
    /// The rule as it stands now.
    pub rule: Rule,
    /// `created`, `new_version` or `unchanged`.
    pub outcome: String,
}

/// Whether a rule document can be used.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct Validation {
    /// Whether it can be used.
    pub valid: bool,
    /// Every fault: where, what, how to mend it.
    pub errors: Vec<FieldError>,
}

/// How many rows came out how.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Counts {
    /// Prices that rise.
    pub raise: u64,
    /// Prices that fall.
    pub cut: u64,
    /// Selected, but the price stays.
    pub same: u64,
    /// Stopped by a guardrail; never written.
    pub blocked: u64,
    /// Selected, but without the data to decide; never written.
    pub skipped: u64,
    /// Not selected by any rule.
    pub not_selected: u64,
}

/// The picture of a plan: counts, spread and extremes, computed by the server.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct Impact {
    /// How many rows came out how.
    pub counts: Counts,
    /// Median change over rows that rise or fall, in percent with two decimals, such as `-11.80`.
    pub median_change_pct: Option<String>,
    /// The change farthest from zero, in percent with two decimals.
    pub largest_change_pct: Option<String>,
    /// Bins of the change in percent, in order.
    pub histogram: Vec<Bin>,
}

/// One bin of a histogram: `from_pct ≤ change < to_pct`. The outermost bins are open.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct Bin {
    /// Lower edge in percent; empty for the lowest bin.
    pub from_pct: Option<String>,
    /// Upper edge in percent; empty for the highest bin.
    pub to_pct: Option<String>,
    /// Rows in it that rise or fall.
    pub count: u64,
}

/// One variant in a preview.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct PreviewRow {
    /// The variant.
    pub variant_id: VariantId,
    /// SKU.
    pub sku: String,
    /// Product and variant title.
    pub title: String,
    /// `raise`, `cut`, `same`, `blocked` or `skipped`.
    pub outcome: String,
    /// The price now.
    pub before: Option<Money>,
    /// The price that would be.
    pub after: Option<Money>,
    /// The change in percent with two decimals.
    pub change_pct: Option<String>,
    /// Why it was blocked or skipped.
    pub reason: Option<String>,
}

/// What a rule would do now. Nothing is stored.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct Preview {
    /// Counts, spread, extremes.
    pub impact: Impact,
    /// The 20 largest changes.
    pub worst: Vec<PreviewRow>,
    /// The first 50 selected variants.
    pub sample: Vec<PreviewRow>,
}
