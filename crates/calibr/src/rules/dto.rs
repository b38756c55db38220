//! What the API shows of rules and previews. Shared with the command line.

use jiff::Timestamp;
use kernel_core::Money;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::ids::{PriceChangeId, RuleId, VariantId};

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
    /// The newest price change that was planned with it, in whichever version.
    #[serde(default)]
    pub last_use: Option<RuleUse>,
}

/// A price change that was planned with a rule.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct RuleUse {
    /// The price change.
    pub price_change_id: PriceChangeId,
    /// Its title.
    pub title: String,
    /// The version of the rule that it was planned with.
    pub version: i64,
    /// The state of the price change, such as `applied`.
    pub state: String,
    /// How many prices it writes, by all its rules.
    pub rows_to_apply: u64,
    /// When it was planned.
    pub planned_at: Timestamp,
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

/// How the test cases of a rule went.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct RuleTests {
    /// How many are not as expected.
    pub failed: usize,
    /// Every test case, in the order of the document.
    pub tests: Vec<RuleTested>,
}

/// How one test case went.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct RuleTested {
    /// What it is about; without a name its place in the list, from 1.
    pub name: String,
    /// What is not as expected, a sentence each; none if it passed.
    pub problems: Vec<String>,
}

impl From<Vec<pricing::TestResult>> for RuleTests {
    fn from(results: Vec<pricing::TestResult>) -> Self {
        let failed = results.iter().filter(|result| !result.problems.is_empty()).count();
        let tested =
            |result: pricing::TestResult| RuleTested { name: result.name, problems: result.problems };
        Self { failed, tests: results.into_iter().map(tested).collect() }
    }
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
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
pub struct Impact {
    /// How many rows came out how.
    pub counts: Counts,
    /// Median change over rows that rise or fall, in percent with two decimals, such as `-11.80`.
    pub median_change_pct: Option<String>,
    /// The change farthest from zero, in percent with two decimals.
    pub largest_change_pct: Option<String>,
    /// Bins of the change in percent, in order.
    pub histogram: Vec<Bin>,
    /// What each guardrail said, those with nothing to say left out.
    #[serde(default)]
    pub guardrails: Vec<GuardrailCount>,
    /// How many selected variants cost how much, before and after: 40 bins, each a fixed factor wider than the one below.
    #[serde(default)]
    pub prices: Vec<PriceBin>,
    /// Margin before and after; empty where no cost is known.
    #[serde(default)]
    pub margin: Option<MarginImpact>,
    /// Revenue of 30 days before and after at the units sold lately; empty where no sales are known.
    #[serde(default)]
    pub revenue: Option<RevenueImpact>,
    /// Rows whose compare-at price would not stand above the price.
    #[serde(default)]
    pub compare_at_too_low: u64,
    /// Rows whose ending cannot be shown with tax by any price without it.
    #[serde(default)]
    pub ending_missed: u64,
}

/// How many rows one guardrail stopped, nearly stopped, or let pass by a waiver.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct GuardrailCount {
    /// Which guardrail, such as `below_cost`.
    pub guardrail: String,
    /// Rows it stops.
    pub violated: u64,
    /// Rows close to its limit.
    pub near: u64,
    /// Rows that pass by a waiver.
    pub waived: u64,
}

/// Selected variants by price: `from ≤ price < to`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PriceBin {
    /// Lower edge.
    pub from: Money,
    /// Upper edge; of the highest bin everything above is counted in it.
    pub to: Money,
    /// Variants before.
    pub before: u64,
    /// Variants after.
    pub after: u64,
}

/// Margin of all selected variants with a known cost, each counted once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct MarginImpact {
    /// Margin before, in percent of the net price with two decimals.
    pub before_pct: Option<String>,
    /// Margin after.
    pub after_pct: Option<String>,
    /// Share of selected variants whose cost is known, in percent.
    pub cost_known_pct: String,
}

/// Revenue of 30 days at the units sold lately: what is at risk.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RevenueImpact {
    /// At the prices before.
    pub before: Money,
    /// At the prices after, if as many were sold.
    pub after: Money,
    /// Share of selected variants whose sales are known, in percent.
    pub sales_known_pct: String,
}

/// What a guardrail that looks at the whole plan says of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PlanVerdict {
    /// Which guardrail: `blast_radius`, `collapse`, …
    pub guardrail: String,
    /// `hard` or `soft`.
    pub mode: String,
    /// `passed`, `near`, `violated` or `waived`.
    pub verdict: String,
    /// What was measured, in words: `41 % of the catalogue`.
    pub value: String,
    /// The limit, in words.
    pub limit: String,
    /// For people: what is wrong and what to do.
    pub detail: String,
    /// How many rows it concerns.
    pub rows: u64,
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
    /// Rows in it that a guardrail stops; zero in plans made before these were counted.
    #[serde(default)]
    pub blocked: u64,
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
    /// Compare-at price now.
    pub compare_at_before: Option<Money>,
    /// Compare-at price that would be.
    pub compare_at_after: Option<Money>,
    /// Guardrails that stop it.
    pub violated: Vec<String>,
    /// Guardrails whose limit is near.
    pub near: Vec<String>,
    /// Guardrails it passes by a waiver.
    pub waived: Vec<String>,
    /// The lowest price of the last 30 days, where the law on price reductions asks for it.
    pub prior_price: Option<Money>,
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
    /// What the guardrails say that look at the whole.
    pub verdicts: Vec<PlanVerdict>,
    /// How many variants the catalogue has.
    pub variants: u64,
}

/// How the outcome differs between the newest stored version of a rule and a document. Nothing is stored.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct RuleDiff {
    /// The stored rule of that name; empty if there is none.
    pub rule_id: Option<RuleId>,
    /// The name of the rule.
    pub name: String,
    /// The newest stored version; empty if there is none.
    pub version: Option<i64>,
    /// Whether the document is that version.
    pub unchanged: bool,
    /// Whether the document's schedule holds now. Where it does not, both are compared as if in force at `at`.
    pub in_force: bool,
    /// The instant for which both are compared: now, or when the document's schedule next begins.
    pub at: Timestamp,
    /// Whether the document has another schedule than that version; its prices may be the same.
    pub reschedules: bool,
    /// What differs.
    #[serde(flatten)]
    pub difference: Difference,
}

/// How two rules differ in what they would write.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct Difference {
    /// How many variants differ how.
    pub counts: DiffCounts,
    /// How many variants the catalogue has.
    pub variants: u64,
    /// The 20 variants whose prices differ most.
    pub worst: Vec<DiffRow>,
    /// The first 50 variants that differ.
    pub sample: Vec<DiffRow>,
}

/// How many variants differ how. Moving is being written: another price, or another compare-at price.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct DiffCounts {
    /// The document would move them, the stored version would not.
    pub moves_newly: u64,
    /// The stored version would move them, the document would not.
    pub moves_no_longer: u64,
    /// Both would move them, to different prices.
    pub moves_otherwise: u64,
    /// Both would move them to the same price.
    pub moves_the_same: u64,
    /// A guardrail would stop them under the document, and not under the stored version; some of those stand above too.
    pub stopped_newly: u64,
}

/// One variant that differs.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct DiffRow {
    /// The variant.
    pub variant_id: VariantId,
    /// SKU.
    pub sku: String,
    /// Product and variant title.
    pub title: String,
    /// How it differs: `newly`, `no_longer`, `otherwise`, or only `stopped`.
    pub change: String,
    /// The price now.
    pub price: Option<Money>,
    /// The price with which the stored version would leave it.
    pub stored: Option<Money>,
    /// The price with which the document would leave it.
    pub sent: Option<Money>,
    /// `raise`, `cut`, `same`, `blocked`, `skipped` or `not_selected` under the stored version.
    pub stored_outcome: String,
    /// The same under the document.
    pub sent_outcome: String,
    /// From the one price to the other, in percent with two decimals.
    pub change_pct: Option<String>,
    /// Why the document blocks or skips it, or which limit bent the result.
    pub reason: Option<String>,
}
