//! One variant through the rules: select → steps → rounding → limits → guardrails → compare-at → classification.
//! Preview, plan and explain run this same code; only what they write down differs.

mod notes;
mod price;
mod row;
mod sale;
mod team;

pub(crate) use team::TEAM_MAX;

use crate::facts::VariantFacts;
use crate::guardrail::{GuardrailKind, GuardrailResults};
use crate::limit::LimitKind;
use crate::rule_set::RuleSet;
use crate::trace::{PackedTrace, Recorder, Silent, Trace, Tracer, unpack_trace};

/// What the rules say of one variant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// No rule selects it.
    NotSelected,
    /// A rule selects it.
    Row(Row),
}

/// The row of a plan. Amounts are minor units of the surface's currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Row {
    /// How it came out.
    pub outcome: Outcome,
    /// Why.
    pub reason: Reason,
    /// The price before.
    pub before: Option<i64>,
    /// The price that the rule gives. For a blocked row the price that may not be; it is never written.
    pub after: Option<i64>,
    /// The compare-at price before.
    pub compare_at_before: Option<i64>,
    /// The compare-at price after.
    pub compare_at_after: Option<i64>,
    /// Place of the rule that decided, in the list that was compiled; where only stacking rules took part, of the first.
    pub rule_index: u32,
    /// What a sale that took part started from: to be kept beside the price until no sale runs any more.
    pub base: Option<i64>,
    /// What each guardrail said.
    pub guardrails: GuardrailResults,
    /// The struck-through price would not stand above the price: shops show no reduction then, some refuse it.
    pub compare_at_too_low: bool,
    /// The shop keeps net prices and none of them displays the price that the rounding wanted; the nearest is taken.
    pub display_unreachable: bool,
}

/// How a selected variant came out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// The price rises.
    Raise,
    /// The price falls.
    Cut,
    /// The price stays; the compare-at price may still change.
    Same,
    /// A guardrail stops it.
    Blocked,
    /// There is nothing to compute from, or somebody else's price to keep.
    Skipped,
}

/// Why a row came out as it did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// The rule was followed to the end.
    AsRuled,
    /// The result was moved to a limit of the rule.
    Limited(LimitKind),
    /// Data is missing to tell whether a limit of the rule holds.
    LimitUnknown(LimitKind),
    /// A guardrail stops the result.
    Blocked(GuardrailKind),
    /// The limits leave no price that holds them all.
    LimitsContradict,
    /// The result is too large to be a price.
    TooLarge,
    /// The variant has no price on this surface.
    NoPrice,
    /// The variant's price is below zero.
    NegativePrice,
    /// The result is below zero, and no guardrail stopped it.
    BelowZero,
    /// A step starts from the compare-at price, and there is none.
    NoCompareAt,
    /// A step starts from a competitor's price, and none is known.
    NoCompetitor,
    /// A step starts from the cost, and it is not known.
    NoCost,
    /// A step starts from the lowest advertised price allowed, and it is not known.
    NoMap,
    /// A step starts from the suggested retail price, and it is not known.
    NoMsrp,
    /// A step starts from the price on another surface, and there is none.
    NoSurfacePrice,
    /// The last sale has ended: the price is what it is without it.
    SaleEnded,
    /// A sale runs, but the price is not what it gives: somebody or something changed it since.
    EditedSince,
    /// A sale runs that is not among the rules, so nobody can tell what the price would be.
    UnknownSale,
}

impl Outcome {
    /// The word used in the database, the API and the trace.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Raise => "raise",
            Self::Cut => "cut",
            Self::Same => "same",
            Self::Blocked => "blocked",
            Self::Skipped => "skipped",
        }
    }
}

impl Reason {
    /// Stable code, such as `limited.floor`.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::AsRuled => "as_ruled",
            Self::Limited(kind) => kind.limited_code(),
            Self::LimitUnknown(kind) => kind.unknown_code(),
            Self::Blocked(kind) => kind.blocked_code(),
            Self::LimitsContradict => "blocked.limits_contradict",
            Self::TooLarge => "blocked.too_large",
            Self::NoPrice => "skipped.no_price",
            Self::NegativePrice => "skipped.negative_price",
            Self::BelowZero => "blocked.below_zero",
            Self::NoCompareAt => "skipped.no_compare_at",
            Self::NoCompetitor => "skipped.no_competitor",
            Self::NoCost => "skipped.no_cost",
            Self::NoMap => "skipped.no_map",
            Self::NoMsrp => "skipped.no_msrp",
            Self::NoSurfacePrice => "skipped.no_surface_price",
            Self::SaleEnded => "sale_ended",
            Self::EditedSince => "skipped.edited_since",
            Self::UnknownSale => "skipped.unknown_sale",
        }
    }
}

impl Row {
    /// Whether applying the row would write anything: the price or the compare-at price.
    #[must_use]
    pub fn writes(&self) -> bool {
        match self.outcome {
            Outcome::Raise | Outcome::Cut => true,
            Outcome::Same => self.compare_at_before != self.compare_at_after,
            Outcome::Blocked | Outcome::Skipped => false,
        }
    }
}

/// The row that limits look at.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Case<'a> {
    /// The price that the rules start from, in minor units; not negative. While a sale runs, the price without it.
    pub(crate) before: i64,
    /// Everything known about the variant.
    pub(crate) facts: &'a VariantFacts<'a>,
}

/// What a row starts from.
#[derive(Debug, Clone, Copy)]
struct Start<'a> {
    /// The variant as it is now.
    facts: &'a VariantFacts<'a>,
    /// The variant as the rules see it: without the sales that run.
    view: &'a VariantFacts<'a>,
    /// The price without sales, where the row only ends some.
    returns_to: Option<i64>,
}

impl<'a> Start<'a> {
    /// Where no sale runs.
    fn of(facts: &'a VariantFacts<'a>) -> Self {
        Self { facts, view: facts, returns_to: None }
    }
}

impl RuleSet {
    /// What the rules say of one variant. Exact, without allocation.
    #[must_use]
    pub fn evaluate(&self, facts: &VariantFacts<'_>) -> Decision {
        self.run(facts, &mut Silent)
    }

    /// The same, with every step written down.
    #[must_use]
    pub fn explain(&self, facts: &VariantFacts<'_>) -> Trace {
        let mut tracer = Tracer::default();
        let (_, packed) = self.evaluate_and_pack(facts, &mut tracer);
        let arguments = packed.arguments.to_vec();
        let json = unpack_trace(&tracer.templates().texts()[0], &arguments).expect("packed a moment ago");
        Trace::from_json(&json).expect("a packed trace is a trace")
    }

    /// The decision and its trace from one run, as a plan stores them.
    pub fn evaluate_and_pack<'t>(
        &self,
        facts: &VariantFacts<'_>,
        tracer: &'t mut Tracer,
    ) -> (Decision, PackedTrace<'t>) {
        let decision = self.run(facts, tracer.begin(self, facts));
        (decision, tracer.finish(self, &decision))
    }

    fn run<R: Recorder>(&self, facts: &VariantFacts<'_>, recorder: &mut R) -> Decision {
        if facts.more.base_minor.is_some() || facts.more.running_sales.any(|sale| !sale.is_empty()) {
            return self.run_in_sale(facts, recorder);
        }
        match self.team(facts, recorder) {
            Some(team) => Decision::Row(self.row(&team, &Start::of(facts), recorder)),
            None => Decision::NotSelected,
        }
    }
}
