//! The engine against a naive second implementation with big rationals, over random rules and variants.

mod asks;
mod generate;
mod naive;
mod schema;

use std::collections::BTreeSet;

use generate::{Case, Random, case};
use jiff::Timestamp;
use kernel_core::Currency;
use naive::{Number, Variant};
use pricing::{
    Decision, GuardrailKind, Guardrails, MoreFacts, Outcome, PricingContext, Reason, Rule, RuleSet, Snapshot,
    SnapshotBuilder, Tags, Tax, Trace, Tracer, VariantFacts, unpack_trace,
};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use serde_json::json;

/// From here on the engine may say that a price is too large where bigger numbers could still hold it.
const LARGE_PRICE: i64 = 1_000_000_000_000;

/// The lists of a variant in the shape of the engine, one text per line.
struct Lines {
    custom: String,
    surfaces: Vec<(&'static str, i64)>,
}

fn lines(variant: &Variant) -> Lines {
    Lines {
        custom: variant.custom.join("\n"),
        surfaces: variant.on_pos.map(|price| ("pos", price)).into_iter().collect(),
    }
}

fn more<'a>(variant: &'a Variant, lines: &'a Lines) -> MoreFacts<'a> {
    MoreFacts {
        collections: Tags::List(&variant.collections),
        channels: Tags::List(&variant.channels),
        custom: Tags::Lines(&lines.custom),
        inventory: variant.inventory,
        created_at: variant.created_at,
        updated_at: variant.updated_at,
        competitor_minor: variant.competitor,
        msrp_minor: variant.msrp,
        map_minor: variant.map,
        surfaces: &lines.surfaces,
        ..MoreFacts::default()
    }
}

fn facts<'a>(variant: &'a Variant, more: &'a MoreFacts<'a>, tags: &'a str) -> VariantFacts<'a> {
    VariantFacts {
        key: 7,
        sku: &variant.sku,
        title: &variant.title,
        vendor: &variant.vendor,
        product_type: &variant.product_type,
        tags: if tags.is_empty() { Tags::List(&variant.tags) } else { Tags::Lines(tags) },
        price_minor: variant.price,
        compare_at_minor: variant.compare_at,
        cost_minor: variant.cost,
        more,
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
    let mut context = PricingContext::base(currency, Timestamp::from_second(asks::NOW).expect("an instant"));
    context.market = case.surface.market.map(str::to_owned);
    context.tax = case.surface.tax.map(|(rate, included)| Tax::new(rate, included).expect("a tax"));
    RuleSet::compile(&labelled, &Guardrails::default(), &context)
        .unwrap_or_else(|e| panic!("{:?}: {e:?}", case.rules))
}

/// Whether the two agree; `false` where the engine may say that numbers became too large.
fn agrees(case: &Case, set: &RuleSet, variant: &Variant) -> bool {
    let lines = lines(variant);
    let more = more(variant, &lines);
    let facts = facts(variant, &more, "");
    let expected = naive::evaluate(&case.rules, &case.surface, variant);
    let decision = set.evaluate(&facts);
    let told = || format!("{:?}\n{}\n{variant:?}\n{expected:?}", case.rules, set.explain(&facts).to_text());
    match (&expected, &decision) {
        (None, Decision::NotSelected) => true,
        (Some(expected), Decision::Row(row)) => {
            let large = variant.price.is_some_and(|price| price >= LARGE_PRICE);
            let several = case.rules.iter().any(|rule| rule["stack"] == true);
            if (large || several) && row.reason == Reason::TooLarge {
                return false;
            }
            assert_eq!(row.reason.code(), expected.reason, "{}", told());
            assert_eq!(row.after.map(Into::into), expected.after, "{}", told());
            assert_eq!(row.outcome.as_str(), expected.outcome, "{}", told());
            assert_eq!(row.compare_at_after, expected.compare_at_after, "{}", told());
            assert_eq!(row.rule_index as usize, expected.rule, "{}", told());
            assert_eq!(row.display_unreachable, expected.unreachable, "{}", told());
            assert_eq!((row.before, row.compare_at_before), (variant.price, variant.compare_at));
            true
        }
        _ => panic!("{}", told()),
    }
}

/// Variants that share texts, as those of a product do, and a catalogue of them.
fn catalogue(random: &mut Random, variants: u128, sale: &str) -> Snapshot {
    let few: Vec<Variant> = (0..12).map(|_| random.variant()).collect();
    let variants: Vec<Variant> = (0..variants)
        .map(|number| {
            let texts = few[(number % 11) as usize].clone();
            let Variant { price, compare_at, cost, .. } = random.variant();
            Variant { price, compare_at, cost, ..texts }
        })
        .collect();
    let mut builder = SnapshotBuilder::default();
    for (key, variant) in (0..).zip(&variants) {
        let lines = lines(variant);
        let mut more = more(variant, &lines);
        more.base_minor = (key % 17 == 3).then_some(900);
        more.running_sales = if key % 17 == 3 { Tags::Lines(sale) } else { Tags::default() };
        builder.push(&VariantFacts { key, ..facts(variant, &more, "") });
    }
    builder.finish()
}

#[test]
fn whoever_is_not_asked_is_not_selected() {
    let mut runner = TestRunner::deterministic();
    let mut random = Random(0x51_7cc1_b727_220a);
    let (mut asked, mut all, mut sales) = (0_usize, 0_usize, 0_usize);
    for _ in 0..300 {
        let mut case = case().new_tree(&mut runner).expect("a case").current();
        for rule in &mut case.rules {
            rule["select"] =
                json!({ "all": [random.shared(), rule["select"], { "all": [random.shared()] }] });
        }
        let rules = read(&case);
        let mut set = compile(&case, &rules);
        // The last one is a sale that counts only where it runs already: whatever any selector says.
        set.only_where_they_run(u32::try_from(rules.len() - 1).expect("few"));
        let snapshot = catalogue(&mut random, 1_300, &rules[rules.len() - 1].content_hash());
        let mut expected = Vec::new();
        let mut place = 0;
        snapshot.for_each(set.needs(), |facts| {
            if let decision @ Decision::Row(_) = set.evaluate(facts) {
                expected.push((place, facts.key, decision));
                sales += usize::from(facts.more.base_minor.is_some());
            }
            place += 1;
        });
        let mut found = Vec::new();
        set.for_each_candidate(&snapshot, |place, facts| {
            asked += 1;
            if let decision @ Decision::Row(_) = set.evaluate(facts) {
                found.push((place, facts.key, decision));
            }
        });
        assert!(found == expected, "{:?}", case.rules);
        all += snapshot.len();
    }
    assert!(asked * 10 < all * 7, "{asked} of {all} were asked: nothing was told from shared texts");
    assert!(sales > 100, "only {sales} rows came from sales");
}

/// Draws rule sets as the properties below do, but variants without their cost, so that a million pairs take seconds.
#[test]
fn the_engine_agrees_on_a_million_pairs_of_rule_and_variant() {
    const SETS: usize = 2_500;
    let strategy = case();
    let mut runner = TestRunner::deterministic();
    let mut random = Random(0x9e37_79b9_7f4a_7c15);
    let (mut pairs, mut agreed, mut asked) = (0_usize, 0_usize, 0_usize);
    let mut seen = BTreeSet::new();
    let mut set_number = 0;
    while set_number < SETS || pairs < 1_000_000 {
        let case = strategy.new_tree(&mut runner).expect("a case").current();
        let rules = read(&case);
        let set = compile(&case, &rules);
        for _ in 0..200 {
            let variant = random.variant();
            agreed += usize::from(agrees(&case, &set, &variant));
            seen.extend(come_to(&set, &variant));
            asked += 1;
            pairs += rules.len();
        }
        set_number += 1;
    }
    assert!(agreed * 1_000 > asked * 990, "{agreed} of {asked} were small enough to be compared");
    let missed: Vec<&str> = COMES_UP.iter().copied().filter(|one| !seen.contains(one)).collect();
    assert_eq!(missed, [""; 0], "the random rules and variants no longer come to these");
}

/// What the random pairs must come to, so that agreeing says something.
const COMES_UP: [&str; 19] = [
    "as_ruled",
    "limited.ceiling",
    "limited.floor",
    "limited.maximum_move",
    "limited.minimum_margin",
    "blocked.near_zero",
    "blocked.slip",
    "blocked.limits_contradict",
    "blocked.minimum_margin_unknown",
    "skipped.no_price",
    "skipped.no_cost",
    "skipped.no_compare_at",
    "skipped.no_competitor",
    "skipped.no_msrp",
    "skipped.no_map",
    "skipped.no_surface_price",
    "not_selected",
    "display_unreachable",
    "compare_at_too_low",
];

/// What an evaluation comes to, by the words above.
fn come_to(set: &RuleSet, variant: &Variant) -> Vec<&'static str> {
    let lines = lines(variant);
    let more = more(variant, &lines);
    let Decision::Row(row) = set.evaluate(&facts(variant, &more, "")) else { return vec!["not_selected"] };
    let flags =
        [(row.display_unreachable, "display_unreachable"), (row.compare_at_too_low, "compare_at_too_low")];
    let flags = flags.into_iter().filter(|(set, _)| *set).map(|(_, word)| word);
    std::iter::once(row.reason.code()).chain(flags).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 600, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_engine_agrees_with_the_naive_implementation(case in case()) {
        let rules = read(&case);
        let set = compile(&case, &rules);
        let mut tracer = Tracer::default();
        for variant in &case.variants {
            let lines = lines(variant);
            let more = more(variant, &lines);
            let facts = facts(variant, &more, "");
            check_packed(&set, &facts, &mut tracer)?;
            if !agrees(&case, &set, variant) {
                continue;
            }
            let trace = set.explain(&facts);
            match (set.evaluate(&facts), naive::evaluate(&case.rules, &case.surface, variant)) {
                (Decision::Row(row), Some(expected)) => check_trace(&trace, &row, &expected.values)?,
                _ => prop_assert_eq!(&*trace.outcome, "not_selected"),
            }
        }
    }

    #[test]
    fn the_shape_of_the_tags_makes_no_difference(case in case()) {
        let rules = read(&case);
        let set = compile(&case, &rules);
        for variant in case.variants.iter().filter(|variant| !variant.tags.is_empty()) {
            let variant = Variant { tags: variant.tags.iter().map(|tag| format!("{tag}.")).collect(), ..variant.clone() };
            let tags = variant.tags.join("\n");
            let lines = lines(&variant);
            let more = more(&variant, &lines);
            prop_assert_eq!(set.evaluate(&facts(&variant, &more, &tags)), set.evaluate(&facts(&variant, &more, "")));
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
    let kinds = ["percent", "multiply", "amount", "set", "from", "margin", "markup", "match", "beat"];
    let steps: Vec<_> = trace.steps.iter().filter(|step| kinds.contains(&&*step.kind)).collect();
    if row.outcome == Outcome::Skipped {
        return Ok(());
    }
    prop_assert_eq!(steps.len(), values.len());
    let mut input = trace.before.clone();
    for (step, value) in steps.iter().zip(values) {
        prop_assert_eq!(&step.input, &input);
        let output = step.output.clone().unwrap_or_default();
        match output.strip_suffix('…') {
            Some(cut) => {
                let rest = value - naive::decimal(cut);
                prop_assert!(
                    rest > naive::whole(0) && rest < naive::decimal("0.000000001"),
                    "{output} for {value}"
                );
            }
            None => prop_assert_eq!(&naive::decimal(&output), value),
        }
        input = Some(output);
    }
    let first = trace.steps.iter().find(|step| step.kind == "display" || step.kind == "rounding");
    prop_assert_eq!(first.and_then(|step| step.input.clone()), input);
    for (kind, verdict) in row.guardrails.iter() {
        let step = trace.steps.iter().find(|step| step.kind == kind.code());
        prop_assert_eq!(step.and_then(|step| step.verdict.as_deref()), Some(verdict.as_str()));
    }
    let asked =
        row.after.is_some() && !matches!(row.reason, Reason::LimitsContradict | Reason::LimitUnknown(_));
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
