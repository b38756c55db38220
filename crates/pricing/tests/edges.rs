//! The exact edges of what the rules promise, and input that no one should write.

use kernel_core::Currency;
use pricing::{
    Decision, GuardrailKind, Guardrails, LimitKind, Outcome, PricingContext, Row, Rule, RuleSet, Tags,
    VariantFacts, Verdict,
};
use proptest::prelude::*;

fn rule_set(lines: &str) -> RuleSet {
    let text = format!("schema: rule.v1\nname: edge\n{lines}\n");
    let rule = Rule::from_yaml(&text).unwrap_or_else(|faults| panic!("{text}{faults:?}"));
    let euro: Currency = "EUR".parse().expect("a currency");
    let context = PricingContext::base(euro, "2026-11-20T12:00:00Z".parse().expect("an instant"));
    RuleSet::compile(&[("edge", &rule)], &Guardrails::default(), &context).expect("compiles")
}

fn row(lines: &str, price: i64, compare_at: Option<i64>) -> Row {
    let facts =
        VariantFacts { price_minor: Some(price), compare_at_minor: compare_at, ..VariantFacts::default() };
    match rule_set(&format!("select: {{ all_variants: true }}\n{lines}")).evaluate(&facts) {
        Decision::Row(row) => row,
        Decision::NotSelected => panic!("everything is selected"),
    }
}

fn code(lines: &str, price: i64) -> &'static str {
    row(lines, price, None).reason.code()
}

#[test]
fn a_slip_starts_at_nine_and_a_half_either_way() {
    assert_eq!(code("steps: [{ set: 190.00 EUR }]", 2_000), "blocked.slip");
    assert_eq!(code("steps: [{ set: 189.99 EUR }]", 2_000), "as_ruled");
    assert_eq!(code("steps: [{ set: 20.00 EUR }]", 19_000), "blocked.slip");
    assert_eq!(code("steps: [{ set: 20.01 EUR }]", 19_000), "as_ruled");
    assert_eq!(code("steps: [{ multiply: 10 }]", i64::MAX / 20), "blocked.slip");
}

#[test]
fn a_cent_is_too_low_and_two_are_a_price() {
    assert_eq!(code("steps: [{ amount: -0.01 EUR }]", 2), "blocked.near_zero");
    assert_eq!(code("steps: [{ amount: -0.01 EUR }]", 3), "as_ruled");
    assert_eq!(code("steps: [{ percent: 0 }]", 0), "blocked.near_zero");
    assert_eq!(code("steps: [{ set: 5 EUR }]", 0), "blocked.slip");
}

#[test]
fn a_compare_at_that_does_not_stand_above_the_price_is_told() {
    let warned = |compare_at| row("steps: [{ percent: 10 }]", 1_000, compare_at).compare_at_too_low;
    assert_eq!([Some(1_099), Some(1_100), Some(1_101), None].map(warned), [true, true, false, false]);
}

#[test]
fn clearing_compare_at_writes_though_the_price_stays() {
    let cleared = row("compare_at: clear", 1_000, Some(1_500));
    assert_eq!((cleared.outcome, cleared.compare_at_after, cleared.writes()), (Outcome::Same, None, true));
    let nothing = row("compare_at: clear", 1_000, None);
    assert_eq!((nothing.outcome, nothing.writes()), (Outcome::Same, false));
    let blocked = row("steps: [{ multiply: 10 }]\ncompare_at: clear", 1_000, Some(1_500));
    assert_eq!(
        (blocked.outcome, blocked.compare_at_after, blocked.writes()),
        (Outcome::Blocked, Some(1_500), false)
    );
    assert!(row("steps: [{ percent: 1 }]", 1_000, None).writes());
}

#[test]
fn only_limits_that_are_set_are_told() {
    let set = rule_set(
        "select: { all_variants: true }\nsteps: [{ percent: -50 }]\nconstraints: { floor: 8 EUR, ceiling: 90 EUR }",
    );
    let facts = VariantFacts { price_minor: Some(1_000), ..VariantFacts::default() };
    let trace = set.explain(&facts);
    let told: Vec<(&str, &str)> = trace
        .steps
        .iter()
        .filter_map(|step| Some((step.kind.as_str(), step.verdict.as_deref()?)))
        .filter(|(kind, _)| LimitKind::ALL.iter().any(|limit| limit.code() == *kind))
        .collect();
    assert_eq!(told, [("ceiling", "passed"), ("floor", "limited")]);
    let Decision::Row(row) = set.evaluate(&facts) else { panic!("selected") };
    assert_eq!(row.guardrails.verdict(GuardrailKind::NearZero), Verdict::Passed);
    assert_eq!(row.guardrails.verdict(GuardrailKind::Slip), Verdict::Passed);
}

#[test]
fn each_line_is_a_tag_and_no_line_is_none() {
    let selected = |lines: &str, tags| {
        let set = rule_set(&format!("select: {{ tag: {lines} }}\nsteps: [{{ percent: 1 }}]"));
        set.evaluate(&VariantFacts { tags, ..VariantFacts::default() }) != Decision::NotSelected
    };
    for last in ["a\nb\nsale", "sale", "sale\nb", "a\nsale\nb"] {
        assert!(selected("{ is: sale }", Tags::Lines(last)), "{last:?}");
        assert!(selected("{ in: [x, sale] }", Tags::Lines(last)), "{last:?}");
    }
    for other in ["", "sales", "wholesale", "sal", "a\nSale"] {
        assert!(!selected("{ is: sale }", Tags::Lines(other)), "{other:?}");
    }
    assert!(!selected("{ is: \"\" }", Tags::Lines("")));
}

#[test]
fn line_ends_and_byte_order_marks_of_other_systems_are_read() {
    let text = "schema: rule.v1\r\nname: from afar\r\nselect: { all_variants: true }\r\nsteps:\r\n  - percent: 5\r\n";
    let rule = Rule::from_yaml(text).expect("carriage returns");
    assert_eq!(Rule::from_yaml(&format!("\u{feff}{text}")).expect("byte-order mark"), rule);
    let json = rule.canonical_json();
    assert_eq!(Rule::from_json(&format!("\u{feff}{json}")).expect("byte-order mark"), rule);
}

#[test]
fn enormous_input_is_refused_quickly_and_briefly() {
    let many: String = (0..200_000).map(|field| format!("f{field}: 1\n")).collect();
    let long = format!("schema: rule.v1\n{}: 1\n", "x".repeat(500_000));
    let deep = "[".repeat(100_000);
    let keyed = "{\"a\":".repeat(100_000);
    for text in [many, long, deep.clone(), "- ".repeat(50_000)] {
        let faults = Rule::from_yaml(&text).expect_err("not a rule");
        assert!(
            faults.iter().all(|fault| fault.detail.len() < 1_000),
            "{} characters",
            faults[0].detail.len()
        );
    }
    for text in [deep, keyed] {
        let faults = Rule::from_json(&text).expect_err("not a rule");
        assert!(faults.iter().all(|fault| fault.detail.len() < 1_000));
    }
}

const WHOLE: &str = r#"schema: rule.v1
name: "wh\u00f6le"
select: { any: [{ tag: { in: [a, 'b'] } }, { not: { price: { between: [1 EUR, 2 EUR] } } }] }
steps:
  - percent: -12.5
  - set: { amount: "5", currency: EUR }
rounding: { ending: .99, per_currency: { JPY: { step: 10 } } }
constraints:
  maximum_move: { percent: 5 }
"#;

proptest! {
    #[test]
    fn no_text_makes_the_readers_fail_badly(text in "\\PC*", cut in 0..WHOLE.len(), junk in "[-:{}\\[\\]&*!|>'\"#%@`,? \n\t0-9a-z]{0,6}") {
        let cut = (0..=cut).rev().find(|at| WHOLE.is_char_boundary(*at)).unwrap_or(0);
        for text in [text, format!("{}{junk}{}", &WHOLE[..cut], &WHOLE[cut..]), format!("{}{junk}", &WHOLE[..cut])] {
            for read in [Rule::from_yaml(&text), Rule::from_json(&text)] {
                if let Err(faults) = read {
                    prop_assert!(!faults.is_empty() && faults.iter().all(|fault| !fault.detail.is_empty()));
                }
            }
        }
    }
}
