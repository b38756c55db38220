//! Test cases inside a rule: what they catch, and that they change nothing that the rule means.

use pricing::{Guardrails, PricingContext, Rule};

const RULE: &str = "
schema: rule.v1
name: Tents
schedule: { zone: Europe/Berlin, at: 2027-01-01 00:00, until: 2027-02-01 00:00 }
select: { all: [{ tag: { is: tent } }, { custom: { key: season, is: winter } }, { inventory: { gte: 1 } }] }
steps: [{ margin: 50 }]
rounding: { ending: .99 }
constraints: { floor: 20 EUR }
compare_at: set_to_before
";

fn context() -> PricingContext {
    let instant = "2026-11-20T12:00:00Z".parse().expect("an instant");
    PricingContext::base("EUR".parse().expect("a currency"), instant)
}

fn rule(tests: &str) -> Rule {
    let text = format!("{RULE}tests:\n{tests}");
    Rule::from_yaml(&text).unwrap_or_else(|faults| panic!("{text}{faults:?}"))
}

fn problems(test: &str) -> Vec<String> {
    let results = rule(test).run_tests(&Guardrails::default(), &context()).expect("suits the surface");
    results.into_iter().flat_map(|result| result.problems).collect()
}

const GIVEN: &str = "  - given: { tags: [tent], custom: { season: winter }, inventory: 3, cost: 15 EUR, price: 40 EUR }\n    ";

#[test]
fn what_comes_out_as_expected_passes() {
    let all = "expect: { price: 29.99 EUR, compare_at: 40 EUR, outcome: cut, reason: as_ruled }";
    assert_eq!(problems(&format!("{GIVEN}{all}")), [""; 0]);
    assert_eq!(problems("  - { given: { price: 5 EUR }, expect: { outcome: not_selected } }"), [""; 0]);
    let skipped = "  - given: { tags: [tent], custom: { season: winter }, inventory: 3, price: 40 EUR }\n    \
                   expect: { outcome: skipped, reason: skipped.no_cost }";
    assert_eq!(problems(skipped), [""; 0]);
}

#[test]
fn every_difference_is_told() {
    let wrong = "expect: { price: 30 EUR, compare_at: 41 EUR, outcome: raise, reason: limited.floor }";
    let expected = [
        "outcome: expected raise, found cut",
        "price: expected 30.00 EUR, found 29.99 EUR",
        "compare-at price: expected 41.00 EUR, found 40.00 EUR",
        "reason: expected limited.floor, found as_ruled",
    ];
    assert_eq!(problems(&format!("{GIVEN}{wrong}")), expected);
    let unselected = problems("  - { given: { price: 5 EUR }, expect: { price: 5 EUR } }");
    assert_eq!(unselected, ["price: expected 5.00 EUR, found none"]);
}

#[test]
fn a_price_that_a_guardrail_stops_is_not_what_a_test_expects() {
    let slipped = GIVEN.replace("price: 40 EUR", "price: 2 EUR");
    let stopped = problems(&format!("{slipped}expect: {{ price: 29.99 EUR }}"));
    assert_eq!(stopped, ["price: expected 29.99 EUR, found blocked (blocked.slip)"]);
    assert_eq!(problems(&format!("{slipped}expect: {{ price: 29.99 EUR, outcome: blocked }}")), [""; 0]);
}

#[test]
fn tests_are_part_of_the_document_and_not_of_what_it_means() {
    let plain = Rule::from_yaml(RULE).expect("a rule");
    let tested = rule(&format!("{GIVEN}expect: {{ outcome: cut }}"));
    assert_eq!(plain.content_hash(), tested.content_hash());
    assert_ne!(plain.canonical_json(), tested.canonical_json());
    assert_eq!(Rule::from_json(&tested.canonical_json()), Ok(tested));
}

#[test]
fn tests_that_say_nothing_or_speak_of_other_money_are_refused() {
    let refused = |tests: &str| {
        let faults = Rule::from_yaml(&format!("{RULE}tests:\n{tests}")).expect_err("refused");
        faults.into_iter().map(|fault| (fault.pointer, fault.code)).collect::<Vec<_>>()
    };
    let pair = |pointer: &str, code: &str| vec![(pointer.to_owned(), code.to_owned())];
    assert_eq!(refused("  - { given: {}, expect: {} }"), pair("/tests/0/expect", "empty"));
    let other = refused("  - { given: { price: 5 USD }, expect: { outcome: same } }");
    assert_eq!(other, pair("/tests/0/given/price", "currency_mismatch"));
    let unknown = refused("  - { given: { prize: 5 EUR }, expect: { outcome: same } }");
    assert_eq!(unknown, pair("/tests/0/given/prize", "unknown_field"));
}
