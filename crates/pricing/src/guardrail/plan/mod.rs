//! Guardrails that look at a whole plan, one file each: a violated hard one keeps the plan from being approved or applied,
//! a violated soft one asks for a waiver.

pub(super) mod blast_radius;
pub(super) mod collapse;
pub(super) mod common_factor;
mod seen;

use super::{Active, Mode, PlanGuardrailKind, ReadyPlanGuardrails, Verdict};
use crate::context::PricingContext;
use crate::evaluate::Decision;
use crate::facts::VariantFacts;
use crate::rule_set::RuleSet;
pub use seen::DayTotals;
use seen::Seen;

/// One guardrail of a plan, ready to run.
pub(crate) trait PlanGuardrail {
    /// What it says of everything that was seen, together with what was done before on the same day.
    fn judge(&self, seen: &Seen, totals: &DayTotals, context: &PricingContext) -> Judged;
}

/// What one guardrail found, before its mode and waivers are looked at.
#[derive(Debug)]
pub(crate) struct Judged {
    pub(crate) verdict: Verdict,
    pub(crate) value: String,
    pub(crate) limit: String,
    pub(crate) words: String,
    pub(crate) rows: u64,
    pub(crate) price_minor: Option<i64>,
}

/// What a guardrail said of a plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlanVerdict {
    /// Which guardrail.
    pub kind: PlanGuardrailKind,
    /// Hard or soft.
    pub mode: Mode,
    /// Passed, near, violated or waived.
    pub verdict: Verdict,
    /// What was measured, in words.
    pub value: String,
    /// What it was held against, in words.
    pub limit: String,
    /// For people: what is wrong and what to do, or why it is fine.
    pub words: String,
    /// How many rows it concerns.
    pub rows: u64,
    /// The price that the rows collapse to, in minor units, where that is what it is about.
    pub price_minor: Option<i64>,
}

/// What all guardrails of a plan said, in their order; those that are off left out.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PlanVerdicts(pub Vec<PlanVerdict>);

impl PlanVerdicts {
    /// The verdict that keeps the plan from being applied whatever anybody waives.
    #[must_use]
    pub fn stops(&self) -> Option<&PlanVerdict> {
        self.violated().find(|verdict| verdict.mode == Mode::Hard)
    }

    /// Verdicts that ask for a waiver.
    pub fn need_waivers(&self) -> impl Iterator<Item = &PlanVerdict> {
        self.violated().filter(|verdict| verdict.mode == Mode::Soft)
    }

    fn violated(&self) -> impl Iterator<Item = &PlanVerdict> {
        self.0.iter().filter(|verdict| verdict.verdict == Verdict::Violated)
    }
}

/// Collects the decisions of a plan for the guardrails that look at the whole.
#[derive(Debug)]
pub struct Aggregate<'r> {
    guardrails: &'r ReadyPlanGuardrails,
    context: &'r PricingContext,
    seen: Seen,
}

impl RuleSet {
    /// Starts collecting for the guardrails that look at the whole plan.
    #[must_use]
    pub fn aggregate(&self) -> Aggregate<'_> {
        let guardrails = &self.guardrails.plan;
        let seen = Seen::new(guardrails.collapse.is_some());
        Aggregate { guardrails, context: &self.context, seen }
    }
}

impl Aggregate<'_> {
    /// Adds what the rules say of one variant.
    #[inline]
    pub fn push(&mut self, decision: &Decision, facts: &VariantFacts<'_>) {
        if let Decision::Row(row) = decision {
            self.seen.push(row, facts);
        }
    }

    /// What this plan adds to the totals of its day.
    #[must_use]
    pub fn totals(&self) -> DayTotals {
        self.seen.totals
    }

    /// The verdicts. `today` is what plans approved or applied earlier on the same day move, without this one;
    /// `catalogue_variants` is how many variants there are in all.
    #[must_use]
    pub fn finish(&self, today: &DayTotals, catalogue_variants: u64) -> PlanVerdicts {
        let totals = DayTotals { catalogue_variants, ..today.plus(&self.seen.totals) };
        let mut verdicts = Vec::new();
        self.guardrails.each(|kind, guardrail, soft, waived| {
            let judged = guardrail.judge(&self.seen, &totals, self.context);
            let waives = waived && judged.verdict == Verdict::Violated;
            verdicts.push(PlanVerdict {
                kind,
                mode: if soft { Mode::Soft } else { Mode::Hard },
                verdict: if waives { Verdict::Waived } else { judged.verdict },
                value: judged.value,
                limit: judged.limit,
                words: judged.words,
                rows: judged.rows,
                price_minor: judged.price_minor,
            });
        });
        PlanVerdicts(verdicts)
    }
}

impl<G> Active<G> {
    /// Whether a waiver for everything holds: one for a single rule does not reach a whole plan.
    pub(super) fn is_waived(&self) -> bool {
        self.waived == super::Waived::Everywhere
    }
}

/// `part` of `whole` in percent with two decimals, rounded down; all of nothing.
fn percent_text(part: u64, whole: u64) -> String {
    let basis_points = (u128::from(part) * 10_000).checked_div(u128::from(whole)).unwrap_or(10_000);
    format!("{}.{:02}", basis_points / 100, basis_points % 100)
}
