//! Calibr's engine: the rule, a preview, and a plan with its traces and its hash.

use std::hint::black_box;

use jiff::Timestamp;
use pricing::{
    Decision, Guardrails, Outcome, PlanHasher, PlanRow, PricingContext, Rule, RuleSet, Snapshot,
    SnapshotBuilder, SummaryBuilder, Tracer, VariantFacts,
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
compare_at: set_to_before
";

const GUARDRAILS: &str = "
schema: guardrails.v1
slip: {}
minimum_margin: { percent: 20 }
floor: { price: 18 EUR }
maximum_move: { down_percent: 14, up_percent: 10 }
";

/// The rule and the guardrails that every peer repeats.
pub fn rules() -> RuleSet {
    let rule = Rule::from_yaml(RULE).expect("the bench's rule is valid");
    let context = PricingContext::base("EUR".parse().expect("a currency"), Timestamp::UNIX_EPOCH);
    let guardrails = Guardrails::from_yaml(GUARDRAILS).expect("the bench's guardrails are valid");
    RuleSet::compile(&[("bench", &rule)], &guardrails, &context).expect("it compiles")
}

/// The catalogue as the server keeps it in memory.
pub fn snapshot(facts: &[VariantFacts<'_>]) -> Snapshot {
    let mut builder = SnapshotBuilder::default();
    facts.iter().for_each(|variant| builder.push(variant));
    builder.finish()
}

/// Prices every variant.
pub fn tally(rules: &RuleSet, facts: &[VariantFacts<'_>]) -> Tally {
    let mut tally = Tally::default();
    facts.iter().for_each(|variant| count(&mut tally, rules, variant));
    tally
}

/// The same out of the columns of a snapshot.
pub fn tally_snapshot(rules: &RuleSet, snapshot: &Snapshot) -> Tally {
    let mut tally = Tally::default();
    rules.for_each_candidate(snapshot, |_, variant| count(&mut tally, rules, variant));
    tally
}

#[inline]
fn count(tally: &mut Tally, rules: &RuleSet, variant: &VariantFacts<'_>) {
    let Decision::Row(row) = rules.evaluate(variant) else { return };
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

/// Out of a snapshot with everything that a preview shows: counts, histogram, median, largest move.
pub fn summary(rules: &RuleSet, snapshot: &Snapshot) -> Option<i64> {
    let mut summary = SummaryBuilder::default();
    let mut others = snapshot.len();
    rules.for_each_candidate(snapshot, |_, variant| {
        others -= 1;
        summary.push(variant, &rules.evaluate(variant));
    });
    summary.push_not_selected(others);
    summary.finish(None).median_basis_points
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
