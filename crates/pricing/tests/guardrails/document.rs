//! The document: read strictly, written canonically, laid over one another, refused with what to mend.

use insta::assert_snapshot;
use pricing::{GuardrailKind, Guardrails, RuleSet};

use crate::support::{Try, context, guardrails, rule};

fn refused(lines: &str) -> String {
    let text = format!("schema: guardrails.v1\n{lines}\n");
    let faults = Guardrails::from_yaml(&text).expect_err("must be refused");
    faults.iter().map(|f| format!("{} [{}] {}", f.pointer, f.code, f.detail)).collect::<Vec<_>>().join("\n")
}

#[test]
fn mistakes_say_where_they_are_and_how_to_mend_them() {
    assert_snapshot!(refused("near_zer: {}"), @"/near_zer [unknown_field] line 2, column 1: `near_zer` is not known here; did you mean `near_zero`? Known are `schema`, `currency_swap`, `near_zero`, `slip`, `no_minimum`, `below_cost`, `minimum_margin`, `floor`, `ceiling`, `map`, `msrp`, `omnibus`, `maximum_move`, `maximum_move_day`, `maximum_move_week`, `minimum_interval`, `freeze`, `collapse`, `common_factor`, `blast_radius`");
    assert_snapshot!(refused("floor: { price: 5 }"), @"/floor/price [invalid_value] line 2, column 10: `5` does not say its currency; write an amount such as 19.90 EUR");
    assert_snapshot!(refused("floor: {}"), @"/floor [missing_field] line 2, column 1: `price` is missing; write an amount such as 5.00 EUR, or `mode: off`");
    assert_snapshot!(refused("floor:"), @"/floor [no_value] line 2, column 1: has no value; write a map of fields or remove the field");
    assert_snapshot!(refused("slip: { mode: loud }"), @"/slip/mode [unknown_choice] line 2, column 9: `loud` is not known here; known are `hard`, `soft`, `off`");
    assert_snapshot!(refused("floor: { price: [5 EUR, 6 EUR, -1 USD] }"), @r#"
    /floor/price [repeated] line 2, column 10: there are two amounts in EUR
    /floor/price [not_positive] line 2, column 10: -1.00 USD must be above zero
    "#);
    assert_snapshot!(refused("floor: { price: [] }"), @"/floor/price [empty] line 2, column 10: is empty; write an amount such as 5.00 EUR");
    assert_snapshot!(refused("minimum_margin: { percent: 100 }"), @"/minimum_margin/percent [out_of_range] line 2, column 19: a margin of 100 percent is not above 0 and below 100");
    assert_snapshot!(refused("maximum_move: { down_percent: 100 }"), @"/maximum_move/down_percent [out_of_range] line 2, column 17: 100 percent limits nothing; write less than 100");
    assert_snapshot!(refused("maximum_move_week: {}"), @"/maximum_move_week [empty] line 2, column 1: limits nothing; write `down_percent`, `up_percent` or both");
    assert_snapshot!(refused("minimum_interval: { hours: 0 }"), @"/minimum_interval/hours [out_of_range] line 2, column 21: 0 hours is not between 1 and 8784");
    assert_snapshot!(refused("freeze: { windows: [{ when: { zone: Europe/Berlin, at: 2027-03-28 02:30 } }] }"), @"/freeze/windows/0/when/at [time_in_gap] line 2, column 52: 2027-03-28 02:30 does not exist in Europe/Berlin, the clocks are put forward over it; write 2027-03-28 01:30+01:00 or 2027-03-28 03:30+02:00");
    assert_snapshot!(refused("freeze: { windows: [] }"), @"/freeze [missing_field] line 2, column 1: `windows` is missing; write 1 to 100 windows, each with `when`, or `mode: off`");
    let unknown = refused("omnibus: { country: XX }");
    assert!(
        unknown.starts_with("/omnibus/country [invalid_value] line 2, column 12: `XX` is not a country"),
        "{unknown}"
    );
    assert_snapshot!(refused("blast_radius: { at_least_rows: -1 }"), @r#"
    /blast_radius [empty] line 2, column 1: limits nothing; write `rows`, `percent_of_catalogue` or `revenue`
    /blast_radius/at_least_rows [out_of_range] line 2, column 17: must not be below zero
    "#);
    assert_snapshot!(refused("collapse: { distinct_prices: 1, percent_of_rows: 0.5 }"), @r#"
    /collapse/distinct_prices [out_of_range] line 2, column 13: 1 prices is not between 2 and 1000000
    /collapse/percent_of_rows [out_of_range] line 2, column 33: 0.5 percent is not between 1 and 100
    "#);
}

#[test]
fn contradictions_are_refused() {
    assert_snapshot!(refused("floor: { price: [9 EUR, 9 USD] }\nceiling: { price: [10 EUR, 8 USD] }"), @"/floor/price [limits_contradict] line 2, column 10: the floor 9.00 USD lies above the ceiling 8.00 USD; no price can hold both");
    guardrails("floor: { mode: off, price: 9 EUR }\nceiling: { price: 8 EUR }");
}

#[test]
fn what_is_off_needs_no_limit() {
    guardrails(
        "floor: { mode: off }\nminimum_margin: { mode: off }\nmaximum_move: { mode: off }\nblast_radius: { mode: off }\nminimum_interval: { mode: off }",
    );
}

#[test]
fn documents_replace_guardrails_as_a_whole() {
    let tenant = guardrails("maximum_move: { down_percent: 50, up_percent: 100 }\nfloor: { price: 2 EUR }");
    let project = guardrails("maximum_move: { mode: hard, down_percent: 30 }\nslip: { mode: off }");
    let both = project.over(&tenant.over(&Guardrails::built_in()));
    assert_snapshot!(both.canonical_json(), @r#"{"schema":"guardrails.v1","currency_swap":{"mode":"hard"},"near_zero":{"mode":"hard"},"slip":{"mode":"off"},"no_minimum":{"mode":"hard"},"below_cost":{"mode":"hard","missing_cost":"pass"},"floor":{"mode":"hard","price":[{"amount":"2.00","currency":"EUR"}]},"maximum_move":{"mode":"hard","down_percent":"30"},"maximum_move_day":{"mode":"soft","down_percent":"50","up_percent":"100"},"collapse":{"mode":"hard","distinct_prices":20,"percent_of_rows":"20","spread_percent":"10"},"common_factor":{"mode":"hard"},"blast_radius":{"mode":"soft","percent_of_catalogue":"30","at_least_rows":1000,"missing_sales":"block"}}"#);
    let unchanged = Guardrails::from_json(&both.canonical_json()).expect("reads what it writes");
    assert_eq!((&unchanged, unchanged.content_hash()), (&both, both.content_hash()));
    assert_ne!(both.content_hash(), tenant.content_hash());
    assert_eq!(guardrails("").over(&tenant), tenant);
}

#[test]
fn layers_that_contradict_are_found_when_they_meet() {
    let both = guardrails("ceiling: { price: 5 EUR }").over(&guardrails("floor: { price: 6 EUR }"));
    let faults = RuleSet::compile(&[("r", &rule("steps: [{ percent: 1 }]"))], &both, &context("EUR"))
        .expect_err("refused");
    assert_eq!(faults[0].pointer, "/guardrails/floor/price");
    assert_eq!(both.faults().len(), 1);
}

#[test]
fn a_limit_in_another_currency_is_no_limit_and_refused() {
    let floor = guardrails("floor: { price: [5 EUR, 700 JPY] }");
    let compile = |code| {
        RuleSet::compile(&[("r", &rule("steps: [{ percent: 1 }]"))], &floor, &context(code)).map(|_| ())
    };
    assert_eq!((compile("EUR"), compile("JPY")), (Ok(()), Ok(())));
    let faults = compile("USD").expect_err("refused");
    assert_eq!(
        (faults[0].pointer.as_str(), faults[0].code.as_str()),
        ("/guardrails/floor/price", "currency_missing")
    );
    let mut yen = Try::under(floor);
    yen.context = context("JPY");
    assert_eq!(yen.verdict(GuardrailKind::Floor, 800, 699), pricing::Verdict::Violated);
}

#[test]
fn a_fresh_tenant_has_what_the_guide_names() {
    let modes: Vec<String> = Guardrails::built_in()
        .modes()
        .iter()
        .map(|(code, mode)| format!("{code} {}", mode.as_str()))
        .collect();
    assert_snapshot!(modes.join(", "), @r#"currency_swap hard, near_zero hard, slip hard, no_minimum hard, below_cost hard, maximum_move soft, maximum_move_day soft, collapse hard, common_factor hard, blast_radius soft"#);
}

#[test]
fn the_guide_names_every_guardrail_and_shows_a_document_that_holds() {
    let guide = include_str!("../../../../docs/guardrails.md");
    let example =
        guide.split("```yaml\n").nth(1).and_then(|rest| rest.split("```").next()).expect("an example");
    let read = Guardrails::from_yaml(example).unwrap_or_else(|faults| panic!("{faults:?}"));
    RuleSet::compile(&[], &read.over(&Guardrails::built_in()), &context("EUR")).expect("it holds together");
    let fresh = guide.split("## What a new tenant has").nth(1).and_then(|rest| rest.split("\n## ").next());
    let fresh = fresh.expect("the chapter on new tenants");
    for (code, mode) in Guardrails::built_in().modes() {
        assert!(fresh.contains(&format!("| `{code}` | {} |", mode.as_str())), "{code}");
    }
    let rows = GuardrailKind::ALL.iter().map(|kind| kind.code());
    for code in rows.chain(pricing::PlanGuardrailKind::ALL.iter().map(|kind| kind.code())) {
        assert!(guide.matches(&format!("`{code}`")).count() > 0, "{code}");
    }
}
