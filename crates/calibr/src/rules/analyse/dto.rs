//! What the API shows of conflicts between rules and of proofs about them. Shared with the command line.

use kernel_core::Money;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::ids::{RuleId, VariantId};

/// Which rules are meant: stored ones, documents, or with neither every rule of the project.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RuleChoice {
    /// Stored rules, each in its newest version.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rules: Vec<RuleId>,
    /// Documents of schema `rule.v1` that need not be stored, asked behind the stored ones.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub documents: Vec<serde_json::Value>,
}

/// A question about every price that rules could ever write.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ProofRequest {
    /// Stored rules, each in its newest version.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rules: Vec<RuleId>,
    /// Documents of schema `rule.v1` that need not be stored, asked behind the stored ones.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub documents: Vec<serde_json::Value>,
    /// What every written price must hold.
    pub property: PropertyAsked,
}

/// What every written price must hold.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PropertyAsked {
    /// Not below this amount.
    Floor(Money),
    /// Not above this amount.
    Ceiling(Money),
    /// Without tax not below the cost, where the cost is known; `true`.
    NotBelowCost(bool),
    /// Not with a smaller margin, in percent of the price without tax, where the cost is known.
    MinimumMargin(String),
    /// Not farther from the price before, in percent of it.
    MaximumMove(String),
}

/// The answer to a [`ProofRequest`].
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct Proof {
    /// `holds`, `refuted` or `undecided`.
    pub answer: String,
    /// If it is refuted: a variant that shows it.
    pub counterexample: Option<Counterexample>,
}

/// A variant for which the rules write a price that they must not.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct Counterexample {
    /// The variant.
    pub variant: ExampleVariant,
    /// The price that is written.
    pub after: Money,
    /// The rule that decides.
    pub rule: String,
}

/// A variant that is made up to show something; what has no part in it is left out.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct ExampleVariant {
    /// The texts and lists that matter, by the word that selects them: `sku`, `title`, `vendor`, `product_type`, `tag`,
    /// `collection`, `channel`, `custom`.
    pub texts: std::collections::BTreeMap<String, Vec<String>>,
    /// The amounts that matter: `price`, `compare_at`, `cost`, `competitor`, `msrp`, `map`, `base`, or `surface NAME`.
    pub amounts: std::collections::BTreeMap<String, Money>,
    /// The other numbers that matter: `inventory`, `units_sold_30d`, and `created_at` and `updated_at` in seconds since 1970.
    pub numbers: std::collections::BTreeMap<String, i64>,
}

/// What is found among rules.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct Conflicts {
    /// How many variants of the catalogue were looked at.
    pub variants: u64,
    /// Each rule among the others, in the order given.
    pub rules: Vec<RuleConflicts>,
    /// Each two rules that select the same variants or could, or whose prices do not come to rest.
    pub pairs: Vec<PairConflicts>,
}

/// One rule among the others.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct RuleConflicts {
    /// The rule, such as `black-week v3`.
    pub rule: String,
    /// How many variants it selects.
    pub selects: u64,
    /// On how many of them it takes part: it decides, or comes on top.
    pub takes_part: u64,
    /// Whether its schedule holds now; otherwise it is not asked.
    pub in_force: bool,
    /// Whether there can be any variant that it selects.
    pub can_select: Possibility,
    /// Whether there can be any variant on which it takes part.
    pub can_take_part: Possibility,
    /// If it never takes part: rules that alone take every variant from it.
    pub covered_by: Vec<String>,
}

/// Two rules.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct PairConflicts {
    /// The one that is asked first.
    pub first: String,
    /// The other.
    pub second: String,
    /// How many variants both select.
    pub overlap: u64,
    /// On how many of these the first takes part and the second does not.
    pub first_wins: u64,
    /// On how many of these the second takes part and the first does not.
    pub second_wins: u64,
    /// On how many of these both take part; on those that are left, neither does.
    pub together: u64,
    /// Some of these variants.
    pub examples: Vec<VariantId>,
    /// Whether there can be any variant that both select.
    pub can_overlap: Possibility,
    /// On how many variants they were applied in turn.
    pub tried: u64,
    /// On how many of these they push the price to and fro.
    pub flip_flops: u64,
    /// On how many of these the price goes on moving without coming back.
    pub drifts: u64,
    /// A variant on which they push the price to and fro.
    pub flip_flop: Option<FlipFlop>,
}

/// A variant on which two rules push the price to and fro.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct FlipFlop {
    /// The variant.
    pub variant_id: VariantId,
    /// The prices that come again and again, in this order.
    pub prices: Vec<Money>,
}

/// Whether there can be such a variant, whatever the catalogue.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct Possibility {
    /// `possible`, `impossible` or `undecided`.
    pub answer: String,
    /// If it is possible: such a variant.
    pub example: Option<ExampleVariant>,
}
