//! Calibr's engine: the rule, a preview, and a plan with its traces and its hash.

use std::hint::black_box;

use jiff::Timestamp;
use pricing::{
    Decision, Guardrails, Outcome, PlanHasher, PlanRow, PricingContext, Rule, RuleSet, SummaryBuilder,
    Tracer, VariantFacts,
};

use crate::tally::Tally;

const RULE: &str = "
schema: rule.v1
name: Preview bench
select:
  all:
    - tag: { is: sale }
    - vendor: { in: [Fjell, Nordlys, Havn, Skog, Elv] }
    - price: { gte: 20 EUR }
steps: [{ percent: -12.5 }, { amount: -0.50 EUR }]
rounding: { ending: .99 }
constraints: { floor: 15 EUR, ceiling: 400 EUR, maximum_move: { percent: 30 } }
compare_at: set_to_before
";

/// The rule that every peer repeats.
pub fn rules() -> RuleSet {
    let rule = Rule::from_yaml(RULE).expect("the bench's rule is valid");
    let context = PricingContext::base("EUR".parse().expect("a currency"), Timestamp::UNIX_EPOCH);
    RuleSet::compile(&[("bench", &rule)], &Guardrails::default(), &context).expect("it compiles")
}

/// Prices every variant.
pub fn tally(rules: &RuleSet, facts: &[VariantFacts<'_>]) -> Tally {
    let mut tally = Tally::default();
    for variant in facts {
        let Decision::Row(row) = rules.evaluate(variant) else { continue };
        match row.outcome {
            Outcome::Raise => tally.raise += 1,
            Outcome::Cut => tally.cut += 1,
            Outcome::Same => tally.same += 1,
            Outcome::Blocked => tally.blocked += 1,
            Outcome::Skipped => tally.skipped += 1,
        }
        tally.after_sum += row.after.unwrap_or(0);
        tally.compare_at_sum += row.compare_at_after.unwrap_or(0);
    }
    tally
}

/// The same with everything that a preview shows: counts, histogram, median, largest move.
pub fn summary(rules: &RuleSet, facts: &[VariantFacts<'_>]) -> Option<i64> {
    let mut summary = SummaryBuilder::default();
    for variant in facts {
        summary.push(variant.key, &rules.evaluate(variant));
    }
    summary.finish().median_basis_points
}

/// Evaluates, explains and hashes every selected variant, as planning does. Gives the rows and the bytes of their packed
/// traces.
pub fn plan(rules: &RuleSet, facts: &[VariantFacts<'_>]) -> (usize, usize) {
    let (mut hasher, mut tracer) = (PlanHasher::new("{}"), Tracer::default());
    let (mut rows, mut bytes) = (0, 0);
    for variant in facts {
        let (Decision::Row(row), trace) = rules.evaluate_and_pack(variant, &mut tracer) else { continue };
        hasher.push(&PlanRow::new(variant.key, &row, trace));
        (rows, bytes) = (rows + 1, bytes + trace.arguments.len());
    }
    black_box(hasher.finish(tracer.templates().texts()));
    (rows, bytes)
}
