//! What the API shows of price changes and their rows. Shared with the command line.

use jiff::Timestamp;
use kernel_core::{Currency, Money};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::ids::{CommentId, PriceChangeId, RuleId, RunId, VariantId};
use crate::rules::dto::{Impact, PlanVerdict};

/// Asking for a plan.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewPriceChange {
    /// What people will read in lists.
    pub title: String,
    /// Why; goes into the audit.
    #[serde(default)]
    pub note: Option<String>,
    /// The rules to run, in their newest versions.
    pub rules: Vec<RuleId>,
    /// The instant to compute prices for; now unless said. A plan for later can be applied from then on.
    #[serde(default)]
    pub at: Option<Timestamp>,
    /// Sales to end: their variants get the price that the other rules give without them.
    #[serde(default)]
    pub ends: Vec<RuleId>,
    /// Variants to leave out, such as those a guardrail stopped in an earlier plan.
    #[serde(default)]
    pub exclude: Vec<VariantId>,
    /// The price surface whose prices are planned, by its name; the shop's base prices unless said.
    #[serde(default)]
    pub surface: Option<String>,
    /// A price change that waits for its approval or its start, and which this one takes the place of if it has anything to apply: the
    /// other one becomes `stale`.
    #[serde(default)]
    pub replaces: Option<PriceChangeId>,
}

/// A price change by name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PriceChangeRef {
    /// Id.
    pub id: PriceChangeId,
    /// Its title.
    pub title: String,
}

/// What a plan was asked for, with which it can be asked for again.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct PlanRequest {
    /// The rules to run.
    pub rules: Vec<RuleId>,
    /// The instant to compute prices for, if not that of planning.
    pub at: Option<Timestamp>,
    /// Sales to end.
    pub ends: Vec<RuleId>,
    /// Variants left out.
    pub exclude: Vec<VariantId>,
    /// The price surface, if not the base prices.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub surface: Option<String>,
}

/// The governed unit: frozen rows, their guardrail results, approvals, state.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct PriceChange {
    /// Id.
    pub id: PriceChangeId,
    /// What people read in lists.
    pub title: String,
    /// Why.
    pub note: Option<String>,
    /// `planned`, `pending_approval`, `approved`, `scheduled`, `applying`, `applied`, `partially_applied`, `failed`,
    /// `rejected`, `stale`, `rolling_back` or `rolled_back`.
    pub state: String,
    /// SHA-256 over the canonical bytes of the plan. Approval signs it, apply checks it.
    pub plan_hash: String,
    /// The price list whose prices these are, by the name of its surface; absent for the base prices.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub surface: Option<String>,
    /// Currency of every row.
    pub currency: Currency,
    /// When it was planned.
    pub planned_at: Timestamp,
    /// Who planned it.
    pub author: String,
    /// What was asked for; absent from plans made before it was kept.
    pub request: Option<PlanRequest>,
    /// The rule versions that decided: those asked for, then those of running sales.
    pub rules: Vec<PlannedRule>,
    /// Counts, spread, extremes.
    pub impact: Impact,
    /// What the guardrails say that look at the whole plan. A violated hard one keeps it from being applied.
    pub verdicts: Vec<PlanVerdict>,
    /// How many rows apply will write: those that rise or fall.
    pub rows_to_apply: u64,
    /// Approvals and rejections.
    pub decisions: Vec<Decision>,
    /// Whether it can be approved and applied, with every reason.
    pub checks: Vec<Check>,
    /// What the caller may do now: any of `approve`, `reject`, `request_review`, `ask_for_changes`, `apply`, `unschedule`,
    /// `export`, `roll_back`, `retry_failed`.
    pub allowed: Vec<String>,
    /// Its runs, newest first.
    pub runs: Vec<RunRef>,
    /// The price change whose place it took.
    #[serde(default)]
    pub replaces: Option<PriceChangeRef>,
    /// The newest price change that took its place.
    #[serde(default)]
    pub replaced_by: Option<PriceChangeRef>,
    /// When it starts by itself, while it is `scheduled`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scheduled: Option<Scheduled>,
    /// The newest request for review.
    #[serde(default)]
    pub review_requested: Option<Comment>,
    /// What an approver asked for, until review is requested again.
    #[serde(default)]
    pub changes_asked: Option<Comment>,
}

/// Something said of a price change.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct Comment {
    /// Id.
    pub id: CommentId,
    /// `comment`, `review_requested` or `changes_asked`.
    pub kind: String,
    /// Who said it.
    pub author: String,
    /// Plain text; a request for review may have none.
    pub body: Option<String>,
    /// When.
    pub created_at: Timestamp,
}

/// Saying something about a price change.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewComment {
    /// Plain text, up to 10,000 characters.
    pub body: String,
}

/// Asking others to decide.
#[derive(Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReviewRequest {
    /// What they should look at.
    #[serde(default)]
    pub note: Option<String>,
}

/// Asking the author for another plan.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangesRequest {
    /// The hash of the plan that was read.
    pub plan_hash: String,
    /// What should change.
    pub reason: String,
}

/// A line of a list of price changes.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct PriceChangeSummary {
    /// Id.
    pub id: PriceChangeId,
    /// What people read in lists.
    pub title: String,
    /// The price list whose prices these are, by the name of its surface; absent for the base prices.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub surface: Option<String>,
    /// State.
    pub state: String,
    /// When it was planned.
    pub planned_at: Timestamp,
    /// Who planned it.
    pub author: String,
    /// How many rows apply will write.
    pub rows_to_apply: u64,
    /// How many rows a guardrail stopped.
    pub rows_blocked: u64,
    /// When it starts by itself, while it is `scheduled`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub starts_at: Option<Timestamp>,
}

/// A start that waits for its instant.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct Scheduled {
    /// The instant.
    pub starts_at: Timestamp,
    /// The clock on the wall that was named; absent where the plan was made for an instant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub local: Option<String>,
    /// The zone of that clock.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time_zone: Option<String>,
    /// The first wave that it begins with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub canary: Option<CanaryRequest>,
    /// Who scheduled it; for a plan made for an instant, who approved it.
    pub scheduled_by: String,
    /// When that was.
    pub scheduled_at: Timestamp,
}

/// A rule version in a plan.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct PlannedRule {
    /// The rule.
    pub rule_id: RuleId,
    /// Its name.
    pub name: String,
    /// The version that was used.
    pub version: i64,
    /// SHA-256 over its canonical bytes.
    pub content_hash: String,
}

/// An approval or a rejection.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct Decision {
    /// `approved` or `rejected`.
    pub decision: String,
    /// Who.
    pub actor: String,
    /// When.
    pub decided_at: Timestamp,
    /// Why.
    pub comment: Option<String>,
}

/// One reason for or against applying.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct Check {
    /// Stable code: `fresh`, `violations`, `approvals`, `rows`, `replaced`, `changes_asked`, `guardrail.…`; those with which applying it now would be
    /// refused (`channel.…`, `price_change.not_due`, `price_change.guardrail`); `outcome` once it is over.
    pub code: String,
    /// `pass`, `wait`, `warn` or `block`.
    pub status: String,
    /// For people.
    pub detail: String,
}

/// A run of the price change.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct RunRef {
    /// Id.
    pub id: RunId,
    /// `apply` or `roll_back`.
    pub kind: String,
    /// State of the run.
    pub state: String,
}

/// Approving or rejecting. The plan hash says which plan was read.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DecisionRequest {
    /// The hash of the plan that was read.
    pub plan_hash: String,
    /// Why; required for a rejection.
    #[serde(default)]
    pub comment: Option<String>,
}

/// Applying an approved plan.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ApplyRequest {
    /// The hash of the approved plan.
    pub plan_hash: String,
    /// Write a few prices first and watch them before the rest.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub canary: Option<CanaryRequest>,
    /// Do not apply now but then, by itself: the price change becomes `scheduled`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<StartAt>,
}

/// When to start, by a clock on the wall.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct StartAt {
    /// Date and time to the minute as the clocks of the zone show it, such as `2026-11-27T09:00`.
    pub local: String,
    /// The zone by its IANA name, such as `Europe/Paris`.
    pub time_zone: String,
    /// Which instant is meant where the clocks change, and the time does not exist or exists twice; unless said, such a time
    /// is refused.
    #[serde(default)]
    pub disambiguation: Disambiguation,
}

/// Which instant a time means that does not exist or exists twice.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Disambiguation {
    /// Neither; it is refused.
    #[default]
    Reject,
    /// The earlier of the two.
    Earlier,
    /// The later of the two.
    Later,
}

/// Why somebody calls a start off.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UnscheduleRequest {
    /// Why; goes into the audit.
    #[serde(default)]
    pub reason: Option<String>,
}

/// A first wave, which is watched for write errors, guardrails and drift. If all is well the rest follows; if not, what
/// was written is taken back; if nobody can tell, the run pauses.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CanaryRequest {
    /// Share of the prices in percent, 1 to 99. Products are not torn apart.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub percent: Option<u8>,
    /// These variants, in place of a share.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub variants: Vec<VariantId>,
    /// How long to watch, such as `10m` or `1h`, up to 7 days; 10 minutes unless said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wait: Option<String>,
}

/// How many rows of a plan have which outcome.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RowCounts {
    /// All.
    pub total: u64,
    /// Prices that rise.
    pub raise: u64,
    /// Prices that fall.
    pub cut: u64,
    /// Prices that stay.
    pub same: u64,
    /// Prices that a guardrail stops.
    pub blocked: u64,
    /// Variants that could not be priced.
    pub skipped: u64,
}

/// Rows counted by their change and by the margin afterwards, as a grid. What lies beyond its edges is counted at the edge.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct MarginSpread {
    /// The cells that hold any row: changes from -100 to 200 percent, margins from -100 to 100, each five wide and high.
    pub cells: Vec<MarginCell>,
    /// Rows that lie beyond those edges.
    pub beyond: u64,
    /// Rows that have no place, since a price or the cost is not known, or told in another currency.
    pub without: u64,
}

/// The rows of one cell: `from_pct ≤ percentage < to_pct`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct MarginCell {
    /// Lower edge of the change in percent.
    pub change_from_pct: String,
    /// Upper edge of the change.
    pub change_to_pct: String,
    /// Lower edge of the margin afterwards in percent of the price without tax, by the cost and the tax that are known now.
    pub margin_from_pct: String,
    /// Upper edge of the margin; one of exactly 100 is counted below it.
    pub margin_to_pct: String,
    /// Rows in it that no guardrail stops.
    pub rows: u64,
    /// Rows in it that a guardrail stops.
    pub blocked: u64,
}

/// One frozen row of a plan.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct PriceChangeRow {
    /// Place in the plan, from 1.
    pub row: i64,
    /// The variant.
    pub variant_id: VariantId,
    /// SKU when planned.
    pub sku: String,
    /// Product and variant title when planned.
    pub title: String,
    /// `raise`, `cut`, `same`, `blocked` or `skipped`.
    pub outcome: String,
    /// Price before.
    pub before: Option<Money>,
    /// Price after.
    pub after: Option<Money>,
    /// Compare-at price before.
    pub compare_at_before: Option<Money>,
    /// Compare-at price after.
    pub compare_at_after: Option<Money>,
    /// The change in percent with two decimals.
    pub change_pct: Option<String>,
    /// The margin afterwards in percent of the price without tax, with two decimals, by the cost and the tax that are known now;
    /// empty where the cost is not known, or told in another currency.
    #[serde(default)]
    pub margin_pct: Option<String>,
    /// The rule that decided, as `name v3`.
    pub rule: String,
    /// Why it was blocked or skipped, or which limit bent the result.
    pub reason: Option<String>,
    /// Guardrails that stop it.
    pub violated: Vec<String>,
    /// Guardrails whose limit is near.
    pub near: Vec<String>,
    /// Guardrails it passes by a waiver.
    pub waived: Vec<String>,
    /// The lowest price of the last 30 days, where the law on price reductions asks for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub prior_price: Option<Money>,
    /// The explain trace, with `include=trace`: the stored JSON text, byte for byte.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trace: Option<String>,
}

/// What guardrails would have done to the last price changes.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct GuardrailTrial {
    /// How many would have been stopped, as a whole or in more rows than then.
    pub stopped: u64,
    /// How many were looked at: the last ten, or all if there are fewer.
    pub looked_at: u64,
    /// Each of them, newest first.
    pub price_changes: Vec<TriedPriceChange>,
}

/// A price change of the past under other guardrails.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct TriedPriceChange {
    /// The price change.
    pub id: PriceChangeId,
    /// Its title.
    pub title: String,
    /// When it was planned.
    pub planned_at: Timestamp,
    /// Whether these guardrails would have stopped it, or more of its rows.
    pub would_stop: bool,
    /// Rows that were looked at, 20,000 at most. Guardrails over the whole plan are only tried on all of its rows.
    pub rows_looked_at: u64,
    /// Of those, rows that a guardrail stopped then.
    pub rows_blocked_then: u64,
    /// Of those, rows that these guardrails would stop.
    pub rows_blocked_now: u64,
    /// Guardrails over the whole plan that would stop it.
    pub stopped_by: Vec<String>,
    /// Whether its rules contradict these guardrails, so that it could not have been planned.
    pub contradiction: bool,
}
