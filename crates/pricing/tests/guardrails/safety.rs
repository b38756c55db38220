//! No written price ever lies outside a hard guardrail, whatever the rule; judged again here by plain fractions.

use num_bigint::BigInt;
use num_rational::Ratio;
use pricing::{Decision, GuardrailKind, MoreFacts, Row, Tax, VariantFacts, Verdict};
use proptest::prelude::*;

use crate::support::{context, guardrails, rule_set};

const LIMITS: &str = "near_zero: {}
slip: {}
floor: { price: 4.00 EUR }
ceiling: { price: 900.00 EUR }
minimum_margin: { percent: 12.5 }
below_cost: {}
map: { mode: hard }
msrp: { mode: hard }
maximum_move: { mode: hard, down_percent: 33.3, up_percent: 150 }";

fn ratio(number: i64) -> Ratio<BigInt> {
    Ratio::from_integer(number.into())
}

fn percent(tenths: i64) -> Ratio<BigInt> {
    Ratio::new(tenths.into(), 1_000.into())
}

/// The names of the limits that a price breaks.
fn broken(before: i64, after: i64, facts: &VariantFacts<'_>, tax_tenths: Option<i64>) -> Vec<&'static str> {
    let mut broken = Vec::new();
    let one = ratio(1);
    let net = ratio(after) / (&one + percent(tax_tenths.unwrap_or(0)));
    let mut note = |holds: bool, name| {
        if !holds {
            broken.push(name)
        }
    };
    note(after >= 2, "near_zero");
    let factor = |high: i64, low: i64| low > 0 && ratio(high) / ratio(low) < Ratio::new(19.into(), 2.into());
    note(factor(before.max(after), before.min(after)), "slip");
    note(facts.cost_minor.is_none_or(|cost| net >= ratio(cost)), "below_cost");
    let margin = facts.cost_minor.filter(|_| after > 0).map(|cost| &one - ratio(cost) / &net);
    note(margin.is_some_and(|margin| margin >= percent(125)), "minimum_margin");
    note(after >= 400, "floor");
    note(after <= 90_000, "ceiling");
    note(facts.more.map_minor.is_none_or(|map| after >= map), "map");
    note(facts.more.msrp_minor.is_none_or(|msrp| after <= msrp), "msrp");
    let stays = after == before;
    let moved = ratio(after) - ratio(before);
    let held = moved <= ratio(before) * percent(1_500) && moved >= -ratio(before) * percent(333);
    note(stays || held, "maximum_move");
    broken
}

fn steps() -> impl Strategy<Value = String> {
    prop_oneof![
        (-90_i64..400).prop_map(|percent| format!("{{ percent: {percent} }}")),
        (-5_000_i64..5_000).prop_map(|cents| format!(
            "{{ amount: {}{}.{:02} EUR }}",
            if cents < 0 { "-" } else { "" },
            cents.abs() / 100,
            cents.abs() % 100
        )),
        (1_i64..150_000).prop_map(|cents| format!("{{ set: {}.{:02} EUR }}", cents / 100, cents % 100)),
        (1_i64..300).prop_map(|tenths| format!(
            "{{ multiply: {}.{} }}",
            tenths / 10,
            tenths % 10 + i64::from(tenths < 10 && tenths % 10 == 0)
        )),
    ]
}

fn judged(row: &Row, kind: GuardrailKind) -> bool {
    row.guardrails.verdict(kind) == Verdict::Violated
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]
    #[test]
    fn what_is_written_holds_every_hard_guardrail(
        step in steps(),
        before in prop_oneof![0_i64..60, 100_i64..120_000],
        cost in prop::option::of(1_i64..80_000),
        map in prop::option::of(1_i64..50_000),
        msrp in prop::option::of(1_000_i64..90_000),
        tax in prop::option::of(0_i64..300),
    ) {
        let mut context = context("EUR");
        context.tax = tax.map(|tenths| Tax::new(&format!("{}.{}", tenths / 10, tenths % 10), true).expect("a tax"));
        let set = rule_set(&format!("steps: [{step}]"), &guardrails(LIMITS), &context);
        let more = MoreFacts { map_minor: map, msrp_minor: msrp, ..MoreFacts::default() };
        let facts = VariantFacts { price_minor: Some(before), cost_minor: cost, more: &more, ..VariantFacts::default() };
        let Decision::Row(row) = set.evaluate(&facts) else { panic!("everything is selected") };
        let Some(after) = row.after else { return Ok(()) };
        let expected = broken(before, after, &facts, tax);
        let mut found: Vec<&str> = GuardrailKind::ALL.iter().filter(|kind| judged(&row, **kind)).map(|kind| kind.code()).collect();
        let order = |name: &&str| ["near_zero", "slip", "below_cost", "minimum_margin", "floor", "ceiling", "map", "msrp", "maximum_move"].iter().position(|known| known == name);
        found.sort_by_key(order);
        prop_assert_eq!(&found, &expected);
        prop_assert_eq!(row.guardrails.violated().is_some(), !expected.is_empty());
        prop_assert!(!row.writes() || expected.is_empty());
    }
}
