//! The engine against a naive second implementation with big rationals, over random rules and variants.

mod generate;
mod naive;
mod schema;

use generate::{Case, case};
use kernel_core::Currency;
use naive::{Number, Variant};
use pricing::{
    Decision, GuardrailKind, Guardrails, Outcome, PricingContext, Reason, Rule, RuleSet, Tags, Trace, Tracer,
    VariantFacts, unpack_trace,
};
use proptest::prelude::*;

/// From here on the engine may say that a price is too large where bigger numbers could still hold it.
const LARGE_PRICE: i64 = 1_000_000_000_000;

fn facts<'a>(variant: &'a Variant, lines: &'a str) -> VariantFacts<'a> {
    VariantFacts {
        key: 7,
        sku: &variant.sku,
        title: &variant.title,
        vendor: &variant.vendor,
        product_type: &variant.product_type,
        tags: if lines.is_empty() { Tags::List(&variant.tags) } else { Tags::Lines(lines) },
        price_minor: variant.price,
        compare_at_minor: variant.compare_at,
        ..VariantFacts::default()
    }
}

fn read(case: &Case) -> Vec<Rule> {
    let read = |rule: &serde_json::Value| {
        Rule::from_json(&rule.to_string()).unwrap_or_else(|e| panic!("{rule}: {e:?}"))
    };
    case.rules.iter().map(read).collect()
}

fn compile(case: &Case, rules: &[Rule]) -> RuleSet {
    let labelled: Vec<(&str, &Rule)> = rules.iter().map(|rule| ("random v1", rule)).collect();
    let currency: Currency = case.unit.code.parse().expect("a currency");
    let context = PricingContext::base(currency, "2026-11-20T12:00:00Z".parse().expect("an instant"));
    RuleSet::compile(&labelled, &Guardrails::default(), &context)
        .unwrap_or_else(|e| panic!("{:?}: {e:?}", case.rules))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_500, ..ProptestConfig::default() })]

    #[test]
    fn the_engine_agrees_with_the_naive_implementation(case in case()) {
        let rules = read(&case);
        let set = compile(&case, &rules);
        let mut tracer = Tracer::default();
        for variant in &case.variants {
            let facts = facts(variant, "");
            check_packed(&set, &facts, &mut tracer)?;
            let expected = naive::evaluate(&case.rules, case.unit.code, case.unit.digits as usize, variant);
            let found = set.evaluate(&facts);
            let trace = set.explain(&facts);
            match (&expected, &found) {
                (None, Decision::NotSelected) => prop_assert_eq!(&*trace.outcome, "not_selected"),
                (Some(expected), Decision::Row(row)) => {
                    let large = variant.price.is_some_and(|price| price >= LARGE_PRICE);
                    if large && row.reason.code() == "blocked.too_large" {
                        continue;
                    }
                    prop_assert_eq!(row.reason.code(), expected.reason.as_str(), "{}", trace.to_text());
                    prop_assert_eq!(row.after.map(Into::into), expected.after.clone(), "{}", trace.to_text());
                    prop_assert_eq!(row.outcome.as_str(), expected.outcome, "{}", trace.to_text());
                    prop_assert_eq!(row.compare_at_after, expected.compare_at_after);
                    prop_assert_eq!(row.rule_index as usize, expected.rule);
                    prop_assert_eq!((row.before, row.compare_at_before), (variant.price, variant.compare_at));
                    check_trace(&trace, row, &expected.values)?;
                }
                _ => prop_assert!(false, "{expected:?} {found:?}\n{}", trace.to_text()),
            }
        }
    }

    #[test]
    fn the_shape_of_the_tags_makes_no_difference(case in case()) {
        let rules = read(&case);
        let set = compile(&case, &rules);
        for variant in case.variants.iter().filter(|variant| !variant.tags.is_empty()) {
            let variant = Variant { tags: variant.tags.iter().map(|tag| format!("{tag}.")).collect(), ..variant.clone() };
            let lines = variant.tags.join("\n");
            prop_assert_eq!(set.evaluate(&facts(&variant, &lines)), set.evaluate(&facts(&variant, "")));
        }
    }

    #[test]
    fn yaml_json_and_the_canonical_form_are_the_same_rule(case in case()) {
        for (document, rule) in case.rules.iter().zip(read(&case)) {
            let text = serde_json::to_string_pretty(document).expect("JSON");
            prop_assert_eq!(Rule::from_yaml(&text), Ok(rule.clone()));
            let canonical = rule.canonical_json();
            let again = Rule::from_json(&canonical).expect("the canonical form is a rule");
            prop_assert_eq!(again.canonical_json(), canonical.clone());
            prop_assert_eq!(again.content_hash(), rule.content_hash());
            prop_assert_eq!(serde_json::from_str::<Rule>(&canonical).expect("plain serde reads it too"), rule);
        }
    }
}

fn rule_schema() -> serde_json::Value {
    serde_json::from_str(&Rule::json_schema()).expect("the schema is JSON")
}

proptest! {
    #[test]
    fn the_schema_takes_what_the_reader_takes(case in case()) {
        for (document, rule) in case.rules.iter().zip(read(&case)) {
            prop_assert_eq!(schema::violation(&rule_schema(), document), None);
            let canonical = serde_json::from_str(&rule.canonical_json()).expect("JSON");
            prop_assert_eq!(schema::violation(&rule_schema(), &canonical), None);
        }
    }

    #[test]
    fn the_schema_refuses_a_broken_shape_as_the_reader_does(case in case(), place in any::<prop::sample::Index>(), kind in 0..4) {
        let mut document = case.rules[0].clone();
        let places = places(&document, String::new());
        let pointer = place.get(&places);
        let target = document.pointer_mut(pointer).expect("a place of this document");
        match (kind, target) {
            (0, serde_json::Value::Object(fields)) => drop(fields.insert("surprise".to_owned(), true.into())),
            (1, serde_json::Value::Object(fields)) => drop(fields.remove(&fields.keys().next().cloned().unwrap_or_default())),
            (2, target) => *target = serde_json::Value::Null,
            (_, target) => *target = serde_json::json!([[]]),
        }
        let refused_by_schema = schema::violation(&rule_schema(), &document).is_some();
        let refused_by_reader = Rule::from_json(&document.to_string()).is_err();
        prop_assert!(!refused_by_schema || refused_by_reader, "only the schema refuses {document}");
        prop_assert!(refused_by_schema || !refused_by_reader || kind == 1, "only the reader refuses {document}");
    }
}

/// The pointers of everything in a document.
fn places(node: &serde_json::Value, pointer: String) -> Vec<String> {
    let children: Vec<String> = match node {
        serde_json::Value::Object(fields) => {
            fields.iter().flat_map(|(key, child)| places(child, format!("{pointer}/{key}"))).collect()
        }
        serde_json::Value::Array(items) => items
            .iter()
            .enumerate()
            .flat_map(|(key, child)| places(child, format!("{pointer}/{key}")))
            .collect(),
        _ => Vec::new(),
    };
    std::iter::once(pointer).chain(children).collect()
}

/// The trace tells the same story: each value exactly, the outcome, the limits.
fn check_trace(trace: &Trace, row: &pricing::Row, values: &[Number]) -> Result<(), TestCaseError> {
    prop_assert_eq!(&*trace.outcome, row.outcome.as_str());
    prop_assert_eq!(trace.reason.as_deref(), Some(row.reason.code()));
    let kinds = ["percent", "multiply", "amount", "set"];
    let steps: Vec<_> = trace.steps.iter().filter(|step| kinds.contains(&&*step.kind)).collect();
    prop_assert_eq!(steps.len(), values.len());
    let mut input = trace.before.clone();
    for (step, value) in steps.iter().zip(values) {
        prop_assert_eq!(&step.input, &input);
        let output = step.output.clone().unwrap_or_default();
        prop_assert_eq!(&naive::decimal(&output), value);
        input = Some(output);
    }
    if row.outcome == Outcome::Skipped {
        return Ok(());
    }
    let rounding = trace.steps.iter().find(|step| step.kind == "rounding");
    prop_assert_eq!(rounding.and_then(|step| step.input.clone()), input);
    for (kind, verdict) in row.guardrails.iter() {
        let step = trace.steps.iter().find(|step| step.kind == kind.code());
        prop_assert_eq!(step.and_then(|step| step.verdict.as_deref()), Some(verdict.as_str()));
    }
    let asked = row.after.is_some() && row.reason != Reason::LimitsContradict;
    let always = [GuardrailKind::NearZero, GuardrailKind::Slip];
    prop_assert!(!asked || always.iter().all(|kind| row.guardrails.iter().any(|(set, _)| set == *kind)));
    Ok(())
}

/// A stored trace is filled to the very bytes of its canonical form, and tells the decision that was made without it.
fn check_packed(set: &RuleSet, facts: &VariantFacts<'_>, tracer: &mut Tracer) -> Result<(), TestCaseError> {
    let (decision, packed) = set.evaluate_and_pack(facts, tracer);
    let (template, arguments) = (packed.template as usize, packed.arguments.to_vec());
    let json = unpack_trace(&tracer.templates().texts()[template], &arguments).expect("packed a moment ago");
    let trace = Trace::from_json(&json).unwrap_or_else(|e| panic!("{e}: {json}"));
    prop_assert_eq!(trace.canonical_json(), json);
    prop_assert_eq!(trace, set.explain(facts));
    prop_assert_eq!(decision, set.evaluate(facts));
    Ok(())
}
