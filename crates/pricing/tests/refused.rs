//! Refused rules: what, where, and how to mend it.

use insta::assert_snapshot;
use kernel_core::FieldError;
use pricing::{Guardrails, PricingContext, Rule, RuleSet};

/// A rule around the lines under test, which stand in its lines 3 and after.
fn yaml(lines: &str) -> String {
    format!("schema: rule.v1\nname: test\n{lines}\n")
}

fn shown(faults: &[FieldError]) -> String {
    faults.iter().map(|f| format!("{} [{}] {}", f.pointer, f.code, f.detail)).collect::<Vec<_>>().join("\n")
}

fn refused(lines: &str) -> String {
    match Rule::from_yaml(&yaml(lines)) {
        Ok(rule) => panic!("taken: {}", rule.canonical_json()),
        Err(faults) => shown(&faults),
    }
}

fn refused_json(text: &str) -> String {
    shown(&Rule::from_json(text).expect_err("must be refused"))
}

const EVERYTHING: &str = "select: { all_variants: true }";

#[test]
fn unknown_fields_are_refused_with_the_nearest_word() {
    assert_snapshot!(refused("select: { all_variants: true }\nstep: []"), @"/step [unknown_field] line 4, column 1: `step` is not known here; did you mean `steps`? Known are `schema`, `name`, `description`, `priority`, `group`, `stack`, `schedule`, `select`, `steps`, `rounding`, `constraints`, `compare_at`, `tests`");
    assert_snapshot!(refused("select:\n  all:\n    - vendr: { is: Fjell }"), @"/select/all/0/vendr [unknown_choice] line 5, column 7: `vendr` is not known here; did you mean `vendor`? Known are `all`, `all_variants`, `any`, `not`, `channel`, `collection`, `compare_at`, `competitor`, `competitor_position`, `cost`, `created_at`, `custom`, `inventory`, `map`, `margin`, `market`, `msrp`, `price`, `product_type`, `sku`, `tag`, `title`, `updated_at`, `vendor`");
    assert_snapshot!(refused("select:\n  all:\n    - tag: { equals: tent }"), @"/select/all/0/tag/equals [unknown_choice] line 5, column 14: `equals` is not known here; known are `contains`, `ends_with`, `in`, `is`, `is_set`, `matches`, `not_in`, `starts_with`");
    assert_snapshot!(refused(&format!("{EVERYTHING}\nconstraints:\n  floor: 5 EUR\n  margin: 8")), @"/constraints/margin [unknown_field] line 6, column 3: `margin` is not known here; known are `ceiling`, `floor`, `maximum_move`, `minimum_margin`");
    assert_snapshot!(refused(&format!("{EVERYTHING}\nsteps:\n  - percent: 5\n  - round: 1")), @"/steps/1/round [unknown_choice] line 6, column 5: `round` is not known here; known are `amount`, `beat`, `from`, `if`, `margin`, `markup`, `match`, `multiply`, `percent`, `set`, `tiers`");
    assert_snapshot!(refused(&format!("{EVERYTHING}\ncompare_at: drop")), @"/compare_at [unknown_choice] line 4, column 1: `drop` is not known here; known are `clear`, `keep`, `percent_above`, `set_to_before`");
    assert_snapshot!(refused(&format!("{EVERYTHING}\nsteps: [{{ set: {{ amount: 5, currency: EUR, tax: 1 }} }}]")), @"/steps/0/set/tax [unknown_field] line 4, column 44: `tax` is not known here; known are `amount`, `currency`");
}

#[test]
fn an_empty_selector_selects_nothing_by_accident_never() {
    assert_snapshot!(refused("steps: [{ percent: 5 }]"), @" [missing_field] line 1, column 1: `select` is missing; add it");
    assert_snapshot!(refused("select: {}\nsteps: [{ percent: 5 }]"), @"/select [empty] line 3, column 1: is empty; write one of `all`, `all_variants`, `any`, `not`, `channel`, `collection`, `compare_at`, `competitor`, `competitor_position`, `cost`, `created_at`, `custom`, `inventory`, `map`, `margin`, `market`, `msrp`, `price`, `product_type`, `sku`, `tag`, `title`, `updated_at`, `vendor`");
    assert_snapshot!(refused("select:\nsteps: [{ percent: 5 }]"), @"/select [empty] line 3, column 1: has no value; write one of `all`, `all_variants`, `any`, `not`, `channel`, `collection`, `compare_at`, `competitor`, `competitor_position`, `cost`, `created_at`, `custom`, `inventory`, `map`, `margin`, `market`, `msrp`, `price`, `product_type`, `sku`, `tag`, `title`, `updated_at`, `vendor`");
    assert_snapshot!(refused("select: { all: [] }\nsteps: [{ percent: 5 }]"), @"/select/all [empty] line 3, column 11: is empty; write at least one predicate, or `all_variants: true` if every variant is meant");
    assert_snapshot!(refused("select: { not: { any: [] } }\nsteps: [{ percent: 5 }]"), @"/select/not/any [empty] line 3, column 18: is empty; write at least one predicate, or `all_variants: true` if every variant is meant");
    assert_snapshot!(refused("select: { all_variants: false }\nsteps: [{ percent: 5 }]"), @"/select/all_variants [invalid_value] line 3, column 11: only `true` can be said here; to select fewer variants write predicates instead");
    assert_snapshot!(refused("select: { tag: { in: [] } }\nsteps: [{ percent: 5 }]"), @"/select/tag/in [empty] line 3, column 18: is empty; write at least one text");
    assert_snapshot!(refused("select: { title: { contains: \"\" } }\nsteps: [{ percent: 5 }]"), @"/select/title/contains [empty] line 3, column 20: is empty and would match every text; write at least one letter");
    assert_snapshot!(refused("select:\n  tag: { is: tent }\n  vendor: { is: Fjell }\nsteps: [{ percent: 5 }]"), @"/select/vendor [more_than_one] line 5, column 3: only one may stand here; to combine several, give each its own item of a list");
}

#[test]
fn blank_values_are_not_no_limit() {
    assert_snapshot!(refused(&format!("{EVERYTHING}\nsteps: [{{ percent: 5 }}]\nconstraints:\n  floor:")), @"/constraints/floor [no_value] line 6, column 3: has no value; write an amount with its currency such as 19.90 EUR or remove the field");
    assert_snapshot!(refused(&format!("{EVERYTHING}\nsteps: [{{ percent: 5 }}]\nconstraints:\n  maximum_move: {{}}")), @"/constraints/maximum_move [empty] line 6, column 3: limits nothing; write `percent`, `amount` or both");
    assert_snapshot!(refused_json(r#"{"schema":"rule.v1","name":"n","select":{"all_variants":true},"rounding":null}"#), @"/rounding [no_value] line 1, column 74: has no value; write a map of fields or remove the field");
    assert_snapshot!(refused(EVERYTHING), @" [empty] line 1, column 1: the rule changes nothing; write `steps`, `rounding`, `constraints` or `compare_at`");
}

#[test]
fn numbers_and_amounts_say_what_they_are() {
    let step = |step: &str| refused(&format!("{EVERYTHING}\nsteps:\n  - {step}"));
    assert_snapshot!(step("percent: 12,5"), @"/steps/0/percent [invalid_value] line 5, column 5: `12,5` is not a decimal number; use a point before the decimals and no separator of thousands");
    assert_snapshot!(step("percent: -12.5%"), @"/steps/0/percent [invalid_value] line 5, column 5: `-12.5%` is not a decimal number; leave off the percent sign");
    assert_snapshot!(step("percent: 1e3"), @"/steps/0/percent [invalid_value] line 5, column 5: `1e3` is not a decimal number; write digits with a point before the decimals, such as -12.5");
    assert_snapshot!(step("percent: [5]"), @"/steps/0/percent [wrong_type] line 5, column 5: a list stands where a decimal number such as -12.5 is expected");
    assert_snapshot!(step("percent: -100"), @"/steps/0/percent [out_of_range] line 5, column 5: -100 percent leaves no price; write more than -100");
    assert_snapshot!(step("multiply: 0"), @"/steps/0/multiply [not_positive] line 5, column 5: the factor 0 must be above zero");
    assert_snapshot!(step("set: 0 EUR"), @"/steps/0/set [not_positive] line 5, column 5: 0.00 EUR must be above zero");
    assert_snapshot!(step("amount: 5"), @"/steps/0/amount [invalid_value] line 5, column 5: `5` does not say its currency; write an amount such as 19.90 EUR");
    assert_snapshot!(step("amount: 5.001 EUR"), @"/steps/0/amount [invalid_value] line 5, column 5: `5.001` has more decimals than EUR has (2)");
    assert_snapshot!(step("amount: 5 EURO"), @"/steps/0/amount [invalid_value] line 5, column 5: `EURO` is not a currency code of ISO 4217; write three letters such as EUR");
    assert_snapshot!(step("percent: 0.1234567891"), @"/steps/0/percent [invalid_value] line 5, column 5: `0.1234567891` has more than 9 decimals; round it yourself");
    assert_snapshot!(refused(&format!("{EVERYTHING}\nsteps: []\nrounding: {{ ending: 0.99 }}")), @"/rounding/ending [ambiguous] line 5, column 13: `0.99` could mean each whole unit or each ten; write `.99` for each whole unit");
    assert_snapshot!(refused(&format!("{EVERYTHING}\nrounding: {{ ending: .99, step: 1 }}")), @"/rounding [one_of] line 4, column 1: needs either `step` or `ending`, one of the two");
    assert_snapshot!(refused(&format!("{EVERYTHING}\nrounding: {{ ending: abc, per_currency: {{ JPY: {{ step: 0.5 }}, XXY: {{ step: 1 }} }} }}")), @r#"
    /rounding/ending [invalid_value] line 4, column 13: `abc` is not an ending; write the last digits such as .99, 9.90 or 90
    /rounding/per_currency/JPY/step [wrong_decimals] line 4, column 49: `0.5` has more decimals than JPY has (0); write another under `per_currency: { JPY: … }`
    /rounding/per_currency/XXY [unknown_currency] line 4, column 62: `XXY` is not a currency code of ISO 4217; write three letters such as EUR
    "#);
}

#[test]
fn what_would_explode_is_refused_with_its_bound() {
    let select = |select: &str| refused(&format!("select: {select}\nsteps: [{{ percent: 1 }}]"));
    let nested = format!("{}{{ tag: {{ is: a }} }}{}", "{ not: ".repeat(13), " }".repeat(13));
    assert_snapshot!(select(&nested).split(" [").nth(1).expect("a fault"), @"too_deep] line 3, column 95: nested deeper than 12 levels; write it flatter");
    let many = format!("{{ any: [{}] }}", "{ tag: { is: a } }, ".repeat(500));
    assert_snapshot!(select(&many), @"/select/any/499 [too_many] line 3, column 9997: a rule has at most 500 predicates and steps; split it into several");
    assert_snapshot!(select("{ title: { matches: \"*a*a*a*a*a*a*a*a*a\" } }"), @"/select/title/matches [too_long] line 3, column 20: a pattern has at most 100 letters and 8 stars");
    let branch = "{ if: { when: { tag: { is: a } }, then: [{ percent: 1 }] } }, ".repeat(9);
    assert_snapshot!(refused(&format!("{EVERYTHING}\nsteps: [{branch}]")), @"/steps [too_many] line 4, column 1: branches behind branches multiply to more than 256 ways; write several rules");
    let precise = "{ percent: 0.123456789 }, ".repeat(6);
    assert_snapshot!(refused(&format!("{EVERYTHING}\nsteps: [{precise}]")), @"/steps [too_precise] line 4, column 1: the steps together need more digits than are kept; write fewer decimals");
}

#[test]
fn steps_and_limits_from_cost_keep_their_bounds() {
    let step = |step: &str| refused(&format!("{EVERYTHING}\nsteps:\n  - {step}"));
    assert_snapshot!(step("margin: 100"), @"/steps/0/margin [out_of_range] line 5, column 5: a margin of 100 percent is not between 0 and 100 (not reached)");
    assert_snapshot!(step("markup: -1"), @"/steps/0/markup [out_of_range] line 5, column 5: a markup of -1 percent sells below cost; write zero or more");
    assert_snapshot!(step("beat: { reference: competitor, by: 100 % }"), @"/steps/0/beat/by [out_of_range] line 5, column 36: 100 % is not between 0 and 100");
    assert_snapshot!(step("beat: { reference: rival, by: 1 % }"), @"/steps/0/beat/reference [unknown_choice] line 5, column 13: `rival` is not known here; known are `competitor`, `map`, `msrp`");
    assert_snapshot!(step("from: { surface: \"\" }"), @"/steps/0/from/surface [empty] line 5, column 13: is empty; write the name of a surface");
    assert_snapshot!(step("tiers: { bands: [{ steps: [] }, { below: 5 EUR, steps: [] }] }"), @"/steps/0/tiers/bands/0 [missing_field] line 5, column 22: `below` is missing; only the last band may be without it");
    assert_snapshot!(step("tiers: { bands: [{ below: 5 EUR, steps: [] }, { below: 4 EUR, steps: [] }] }"), @"/steps/0/tiers/bands/1/below [wrong_order] line 5, column 53: 4.00 EUR does not lie above the band before; write rising bands");
    assert_snapshot!(step("if: { when: { tag: { is: a } }, then: [] }"), @"/steps/0/if/then [empty] line 5, column 37: is empty; write at least one step");
    assert_snapshot!(refused(&format!("{EVERYTHING}\nconstraints: {{ minimum_margin: {{ percent: 100 }} }}")), @"/constraints/minimum_margin/percent [out_of_range] line 4, column 34: a margin of 100 percent is not between 0 and 100 (not reached) with at most 4 decimals");
    assert_snapshot!(refused(&format!("{EVERYTHING}\ncompare_at: {{ percent_above: 0 }}")), @"/compare_at/percent_above [out_of_range] line 4, column 15: 0 is not above 0 and at most 10000 percent");
    assert_snapshot!(refused(&format!("{EVERYTHING}\nstack: true\ngroup: \"\"\nsteps: [{{ percent: 1 }}]")), @"/group [invalid_value] line 5, column 1: a name has 1 to 120 characters in one line");
}

#[test]
fn questions_without_an_answer_are_refused() {
    let select = |select: &str| refused(&format!("select: {select}\nsteps: [{{ percent: 1 }}]"));
    assert_snapshot!(select("{ created_at: { older_than: 90 } }"), @"/select/created_at/older_than [invalid_value] line 3, column 25: `90` is not a span; write a number and hours, days or weeks, such as 90 days");
    assert_snapshot!(select("{ created_at: { after: 2026-11-20 } }"), @"/select/created_at/after [invalid_value] line 3, column 25: `2026-11-20` is not an instant; write date, time and offset such as 2026-11-20T13:00:00Z");
    assert_snapshot!(select("{ inventory: { gte: 1.5 } }"), @"/select/inventory/gte [wrong_decimals] line 3, column 24: 1.5 must be a whole number");
    assert_snapshot!(select("{ margin: { between: [30, 20] } }"), @"/select/margin/between [wrong_order] line 3, column 21: runs from 30 down to 20; write the lower first");
    assert_snapshot!(select("{ margin: { gte: 0.12345 } }"), @"/select/margin/gte [wrong_decimals] line 3, column 21: 0.12345 has more than 4 decimals");
    assert_snapshot!(select("{ custom: { key: a=b, is: c } }"), @"/select/custom/key [invalid_value] line 3, column 21: a key has letters, and no `=`");
    assert_snapshot!(select("{ custom: { key: season } }"), @"/select/custom [empty] line 3, column 11: needs one comparison beside `key`, such as `is: autumn`");
    assert_snapshot!(select("{ custom: { key: season, is: a, contains: b } }"), @"/select/custom [more_than_one] line 3, column 11: needs one comparison beside `key`, such as `is: autumn`");
    assert_snapshot!(select("{ price: { ends_in: 0.99 } }"), @"/select/price/ends_in [ambiguous] line 3, column 20: `0.99` could mean each whole unit or each ten; write `.99` for each whole unit");
}

#[test]
fn a_schedule_without_an_instant_is_refused() {
    let at = refused(&format!(
        "{EVERYTHING}\nsteps: [{{ percent: 1 }}]\nschedule: {{ zone: Europe/Berlin, at: 2027-03-28 02:30 }}"
    ));
    assert!(at.starts_with("/schedule/at [time_in_gap] line 5"), "{at}");
    assert!(at.contains("+01:00") && at.contains("+02:00"), "{at}");
}

#[test]
fn every_fault_of_meaning_is_told_at_once() {
    assert_snapshot!(refused(
        "select: { all: [] }\nsteps:\n  - percent: -200\n  - amount: 5 USD\n  - amount: 5 EUR\nconstraints:\n  floor: 9 USD\n  ceiling: 5 USD"
    ), @r#"
    /select/all [empty] line 3, column 11: is empty; write at least one predicate, or `all_variants: true` if every variant is meant
    /steps/0/percent [out_of_range] line 5, column 5: -200 percent leaves no price; write more than -100
    /steps/2/amount [currency_mismatch] line 7, column 5: 5.00 EUR is in another currency than the USD above; a rule keeps to one currency
    /constraints/floor [limits_contradict] line 9, column 3: the floor 9.00 USD lies above the ceiling 5.00 USD; no price can hold both
    "#);
}

#[test]
fn yaml_that_surprises_is_refused() {
    assert_snapshot!(refused("select: &a { all_variants: true }\nsteps: *a"), @"/select [yaml.anchor] line 3, column 9: anchors are not read; write the value out");
    assert_snapshot!(refused("select: !!map { all_variants: true }"), @"/select [yaml.tag] line 3, column 9: type tags are not read; remove it");
    assert_snapshot!(refused("name: again\nselect: { all_variants: true }"), @"/name [repeated_field] line 3, column 1: `name` stands here twice; keep one");
    assert_snapshot!(refused("select: { all_variants: true }\n---\nname: second"), @" [yaml.documents] line 5, column 1: a second document starts here; put each rule in its own file");
    assert_snapshot!(refused("select: [ }"), @" [yaml.syntax] line 3, column 11: not YAML: while parsing a node, did not find expected node content");
    assert_snapshot!(shown(&Rule::from_yaml("# nothing\n").expect_err("empty")), @" [yaml.empty] the text holds no rule");
    let deep = format!("select: {}tag: {{ is: a }}{}", "{ not: ".repeat(80), " }".repeat(80));
    assert_snapshot!(refused(&deep).split(" [").nth(1).expect("a fault"), @"too_deep] line 3, column 457: nested deeper than 64 levels");
}

#[test]
fn json_keeps_its_digits_and_its_lines() {
    assert_snapshot!(refused_json("{"), @" [json.syntax] not JSON: EOF while parsing an object at line 1 column 1");
    assert_snapshot!(refused_json("{\n  \"schema\": \"rule.v1\",\n  \"schema\": \"rule.v1\"\n}"), @"/schema [repeated_field] line 3, column 13: `schema` stands here twice; keep one");
    assert_snapshot!(refused_json("{\n \"schema\": \"rule.v1\",\n \"name\": 5,\n \"select\": {\"all_variants\": true}\n}"), @"/name [wrong_type] line 3, column 10: the number 5 stands where text is expected; put it in quotes");
    assert_snapshot!(refused_json("{\"schema\": \"rule.v2\", \"name\": \"n\", \"select\": {\"all_variants\": true}}"), @"/schema [unknown_choice] line 1, column 12: `rule.v2` is not known here; did you mean `rule.v1`? Known are `rule.v1`");
    let exact = r#"{"schema":"rule.v1","name":"n","select":{"all_variants":true},"steps":[{"percent":-33.333333333}]}"#;
    let rule = Rule::from_json(exact).expect("nine decimals fit");
    assert!(rule.canonical_json().contains(r#""percent":"-33.333333333""#), "{}", rule.canonical_json());
    let plain_serde = serde_json::from_str::<Rule>(exact).expect_err("a binary fraction is refused");
    assert_snapshot!(plain_serde.to_string(), @"`-33.333333333` came as a binary fraction; write it in quotes to keep it exact at line 1 column 95");
}

#[test]
fn a_surface_in_another_currency_is_an_error_not_a_skip() {
    let text = yaml(
        "select: { price: { lt: 5 EUR } }\nsteps: [{ amount: -1 EUR }]\nconstraints: { floor: 2 EUR }\nrounding: { ending: .99 }",
    );
    let rule = Rule::from_yaml(&text).expect("valid on its own");
    let instant = "2026-11-20T12:00:00Z".parse().expect("an instant");
    let compile = |code: &str| {
        let context = PricingContext::base(code.parse().expect("a currency"), instant);
        RuleSet::compile(&[("sale v2", &rule)], &Guardrails::default(), &context)
    };
    assert!(compile("EUR").is_ok());
    assert_snapshot!(shown(&compile("JPY").expect_err("wrong currency")), @r#"
    /rules/0/select/price/lt [currency_mismatch] rule `sale v2`: 5.00 EUR is not in JPY, the currency of this price surface; write the amount in JPY
    /rules/0/rounding/ending [wrong_decimals] rule `sale v2`: `0.99` has more decimals than JPY has (0); write another under `per_currency: { JPY: … }`
    /rules/0/steps/0/amount [currency_mismatch] rule `sale v2`: -1.00 EUR is not in JPY, the currency of this price surface; write the amount in JPY
    /rules/0/constraints/floor [currency_mismatch] rule `sale v2`: 2.00 EUR is not in JPY, the currency of this price surface; write the amount in JPY
    "#);
}

#[test]
fn yaml_words_stay_words() {
    let rule = Rule::from_yaml(&yaml(
        "select: { sku: { in: [no, 0012, 1.50, true] } }\nsteps: [{ percent: −12.50 }]",
    ));
    assert_snapshot!(rule.expect("a rule").canonical_json(), @r#"{"schema":"rule.v1","name":"test","priority":0,"select":{"sku":{"in":["no","0012","1.50","true"]}},"steps":[{"percent":"-12.5"}],"compare_at":"keep"}"#);
}
