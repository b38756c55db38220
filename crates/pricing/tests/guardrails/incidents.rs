//! Seven accidents that really happened to shops, replayed under what a fresh tenant has.

use pricing::{
    DayTotals, GuardrailKind, Guardrails, Mode, MoreFacts, Outcome, PlanGuardrailKind, Row, VariantFacts,
    Verdict,
};

use crate::support::{context, guardrails, plan, shop};

/// Rows and the name of the guardrail that stops every one of them.
fn all_stopped(rows: &[Row]) -> GuardrailKind {
    let first = rows[0].guardrails.violated().expect("stopped");
    for row in rows {
        assert_eq!((row.outcome, row.writes()), (Outcome::Blocked, false));
        assert_eq!(row.guardrails.violated(), Some(first));
        assert!(!row.guardrails.waivers_would_free(), "nobody can waive it");
        assert_eq!(row.reason.code(), format!("blocked.{}", first.code()));
    }
    first
}

#[test]
fn a_cap_of_49_95_on_everything() {
    let prices = (0..4_000).map(|place| 500 + place * 97 % 190_000);
    let (rows, verdicts) = plan(
        "steps: [{ percent: 0 }]\nconstraints: { ceiling: 49.95 USD }",
        &Guardrails::built_in(),
        &context("USD"),
        &shop(prices),
        &DayTotals::default(),
    );
    assert!(rows.iter().any(Row::writes), "single rows may pass; the plan may not");
    let stop = verdicts.stops().expect("the plan is stopped");
    assert_eq!((stop.kind, stop.mode), (PlanGuardrailKind::Collapse, Mode::Hard));
    assert_eq!(stop.price_minor, Some(4_995));
    assert!(stop.words.contains("49.95 USD"), "{}", stop.words);
}

#[test]
fn a_price_of_one_penny() {
    let (rows, _) = plan(
        "steps: [{ set: 0.01 GBP }]",
        &Guardrails::built_in(),
        &context("GBP"),
        &shop([7, 8, 9]),
        &DayTotals::default(),
    );
    assert_eq!(all_stopped(&rows), GuardrailKind::NearZero);
    let (rows, _) = plan(
        "steps: [{ set: 0.01 GBP }]",
        &Guardrails::built_in(),
        &context("GBP"),
        &shop([1_999, 24_900, 120_000]),
        &DayTotals::default(),
    );
    assert_eq!(all_stopped(&rows), GuardrailKind::NearZero);
}

#[test]
fn a_minimum_that_was_left_blank() {
    let more = MoreFacts { competitor_minor: Some(400), ..MoreFacts::default() };
    let variant = VariantFacts { price_minor: Some(700), more: &more, ..VariantFacts::default() };
    for step in ["match: competitor", "beat: { reference: competitor, by: 1 % }"] {
        let lines = format!("steps: [{{ {step} }}]");
        let try_with = |constraints: &str, cost_minor, guardrails: &Guardrails| {
            let shop = [VariantFacts { cost_minor, ..variant }];
            let lines = format!("{lines}\n{constraints}");
            plan(&lines, guardrails, &context("EUR"), &shop, &DayTotals::default()).0
        };
        let fresh = Guardrails::built_in();
        assert_eq!(all_stopped(&try_with("", None, &fresh)), GuardrailKind::NoMinimum);
        assert_eq!(all_stopped(&try_with("", Some(0), &fresh)), GuardrailKind::NoMinimum, "a blank cost");
        let margin = try_with("constraints: { minimum_margin: { percent: 10 } }", Some(0), &fresh);
        assert_eq!(margin[0].reason.code(), "blocked.minimum_margin_unknown");
        assert_eq!(
            all_stopped(&try_with("constraints: { ceiling: 9 EUR }", None, &fresh)),
            GuardrailKind::NoMinimum
        );
        assert!(try_with("constraints: { floor: 3 EUR }", None, &fresh)[0].writes());
        assert!(try_with("", Some(300), &fresh)[0].writes(), "the cost holds it up");
        assert_eq!(try_with("", Some(500), &fresh)[0].reason.code(), "blocked.below_cost");
        let floor = guardrails("floor: { price: 3.00 EUR }").over(&fresh);
        assert!(try_with("", None, &floor)[0].writes());
    }
}

#[test]
fn every_price_divided_by_100() {
    let (rows, verdicts) = plan(
        "steps: [{ multiply: 0.01 }]",
        &Guardrails::built_in(),
        &context("EUR"),
        &shop((0..200).map(|place| 1_990 + place * 311)),
        &DayTotals::default(),
    );
    assert_eq!(all_stopped(&rows), GuardrailKind::Slip);
    assert_eq!(verdicts.stops().map(|stop| stop.kind), Some(PlanGuardrailKind::CommonFactor));
}

#[test]
fn every_price_divided_by_1000() {
    let (rows, verdicts) = plan(
        "steps: [{ multiply: 0.001 }]",
        &Guardrails::built_in(),
        &context("EUR"),
        &shop((0..200).map(|place| 199_000 + place * 3_110)),
        &DayTotals::default(),
    );
    assert_eq!(all_stopped(&rows), GuardrailKind::Slip);
    let stop = verdicts.stops().expect("the plan is stopped");
    assert_eq!(stop.kind, PlanGuardrailKind::CommonFactor);
    assert!(stop.value.ends_with("1/1000"), "{}", stop.value);
}

#[test]
fn from_1899_99_to_38_45() {
    let (rows, _) = plan(
        "steps: [{ set: 38.45 USD }]",
        &Guardrails::built_in(),
        &context("USD"),
        &shop([189_999]),
        &DayTotals::default(),
    );
    assert_eq!(all_stopped(&rows), GuardrailKind::Slip);
}

#[test]
fn a_slipped_decimal_point() {
    for lines in ["steps: [{ set: 19.99 EUR }]", "steps: [{ set: 1999.00 EUR }]"] {
        let (rows, _) =
            plan(lines, &Guardrails::built_in(), &context("EUR"), &shop([19_990]), &DayTotals::default());
        assert_eq!(all_stopped(&rows), GuardrailKind::Slip);
    }
}

#[test]
fn without_guardrails_each_of_them_would_have_been_written() {
    for (lines, price) in [
        ("steps: [{ set: 0.01 EUR }]", 7),
        ("steps: [{ multiply: 0.01 }]", 1_990),
        ("steps: [{ multiply: 0.001 }]", 199_000),
        ("steps: [{ set: 38.45 EUR }]", 189_999),
        ("steps: [{ set: 19.99 EUR }]", 19_990),
    ] {
        let none = Guardrails::none();
        let (rows, verdicts) = plan(lines, &none, &context("EUR"), &shop([price]), &DayTotals::default());
        assert!(rows[0].writes(), "{lines}");
        assert_eq!(verdicts.0, []);
    }
}

#[test]
fn a_sale_on_a_part_of_the_shop_passes() {
    let prices: Vec<i64> = (0..300).map(|place| 990 + place * 373 % 40_000).collect();
    for percent in [-10, -20, -30] {
        let (rows, verdicts) = plan(
            &format!("steps: [{{ percent: {percent} }}]\nrounding: {{ ending: .99 }}"),
            &Guardrails::built_in(),
            &context("EUR"),
            &shop(prices.iter().copied()),
            &DayTotals::default(),
        );
        assert!(rows.iter().all(|row| row.guardrails.violated().is_none()));
        assert!(verdicts.0.iter().all(|verdict| verdict.verdict == Verdict::Passed), "{verdicts:?}");
    }
}
