//! The worked examples of docs/rules.md: every rule in it is read, every table behind a rule is evaluated.

use std::collections::HashMap;

use jiff::Timestamp;
use kernel_core::{Currency, Money};
use pricing::{Decision, Guardrails, MoreFacts, PricingContext, Rule, RuleSet, Tags, Tax, VariantFacts};

const DOCUMENT: &str = include_str!("../../../docs/rules.md");

/// Rules that stand directly behind one another, and the table behind the last of them.
struct Example {
    rules: Vec<Rule>,
    rows: Vec<HashMap<String, String>>,
}

fn examples() -> Vec<Example> {
    let mut examples = Vec::new();
    let mut rules = Vec::new();
    for part in DOCUMENT.split("```yaml rule\n").skip(1) {
        let (yaml, rest) = part.split_once("```").expect("the block ends");
        rules.push(Rule::from_yaml(yaml).unwrap_or_else(|faults| panic!("{yaml}\n{faults:?}")));
        if rest.trim().is_empty() {
            continue;
        }
        let mut table = rest.trim_start().lines().take_while(|line| line.starts_with('|'));
        let cells = |line: &str| -> Vec<String> {
            line.trim_matches('|').split('|').map(|cell| cell.trim().to_owned()).collect()
        };
        let head = cells(table.next().expect("a table follows the rule"));
        let rows = table.skip(1).map(|line| head.iter().cloned().zip(cells(line)).collect()).collect();
        examples.push(Example { rules: std::mem::take(&mut rules), rows });
    }
    examples
}

#[test]
fn every_worked_example_comes_out_as_written() {
    let examples = examples();
    assert!(examples.len() >= 4, "the document has lost its examples");
    for Example { rules, rows } in &examples {
        assert!(!rows.is_empty(), "{} has no rows", rules[0].name());
        for row in rows {
            check(rules, row);
        }
        for rule in rules {
            let euro = "EUR".parse().expect("a currency");
            let results = rule.run_tests(&Guardrails::default(), &context(euro, |_| String::new()));
            for result in results.into_iter().flatten() {
                assert_eq!(result.problems, [""; 0], "{}: {}", rule.name(), result.name);
            }
        }
    }
}

fn context(currency: Currency, cell: impl Fn(&str) -> String) -> PricingContext {
    let instant = cell("instant");
    let instant = if instant.is_empty() { "2026-11-20T12:00:00Z" } else { &instant };
    let mut context = PricingContext::base(currency, instant.parse().expect("an instant"));
    if let Some((rate, included)) = cell("tax").split_once(" % ") {
        context.tax = Some(Tax::new(rate, included == "included").expect("a tax"));
    }
    context
}

fn check(rules: &[Rule], row: &HashMap<String, String>) {
    let cell = |name: &str| row.get(name).map_or("", String::as_str);
    let currency: Currency =
        if cell("currency").is_empty() { "EUR" } else { cell("currency") }.parse().expect("a currency");
    let minor =
        |text: &str| (!text.is_empty()).then(|| Money::parse(text, currency).expect(text).amount_minor);
    let list = |name: &str| cell(name).replace(", ", "\n");
    let [tags, collections, custom] = [list("tags"), list("collections"), list("custom")];
    let number = |name: &str| (!cell(name).is_empty()).then(|| cell(name).parse().expect(name));
    let seconds = |name: &str| {
        (!cell(name).is_empty()).then(|| cell(name).parse::<Timestamp>().expect(name).as_second())
    };
    let running: Vec<String> = cell("running")
        .split(", ")
        .filter_map(|name| rules.iter().find(|rule| rule.name() == name))
        .map(Rule::content_hash)
        .collect();
    let surfaces: Vec<(&str, i64)> =
        minor(cell("price on pos")).map(|price| ("pos", price)).into_iter().collect();
    let more = MoreFacts {
        collections: Tags::Lines(&collections),
        custom: Tags::Lines(&custom),
        inventory: number("inventory"),
        created_at: seconds("created"),
        competitor_minor: minor(cell("competitor")),
        msrp_minor: minor(cell("msrp")),
        map_minor: minor(cell("map")),
        surfaces: &surfaces,
        base_minor: minor(cell("without sales")),
        base_compare_at_minor: minor(cell("compare-at without sales")),
        running_sales: Tags::List(&running),
        ..MoreFacts::default()
    };
    let facts = VariantFacts {
        sku: cell("sku"),
        vendor: cell("vendor"),
        product_type: cell("product type"),
        tags: Tags::Lines(&tags),
        price_minor: minor(cell("price")),
        compare_at_minor: minor(cell("compare-at")),
        cost_minor: minor(cell("cost")),
        more: &more,
        ..VariantFacts::default()
    };
    let context = context(currency, |name| cell(name).to_owned());
    let labelled: Vec<(&str, &Rule)> = rules.iter().map(|rule| (rule.name(), rule)).collect();
    let set = RuleSet::compile(&labelled, &Guardrails::default(), &context)
        .unwrap_or_else(|faults| panic!("{}: {faults:?}", rules[0].name()));
    let context = format!("{}: {row:?}\n{}", rules[0].name(), set.explain(&facts).to_text());
    match set.evaluate(&facts) {
        Decision::NotSelected => assert_eq!(cell("outcome"), "not selected", "{context}"),
        Decision::Row(found) => {
            assert_eq!(found.outcome.as_str(), cell("outcome"), "{context}");
            assert_eq!(found.after, minor(cell("new price")), "{context}");
            assert_eq!(found.reason.code(), cell("reason"), "{context}");
            if row.contains_key("new compare-at") {
                assert_eq!(found.compare_at_after, minor(cell("new compare-at")), "{context}");
            }
            if row.contains_key("reported") {
                let reported = if found.display_unreachable { "display unreachable" } else { "" };
                assert_eq!(reported, cell("reported"), "{context}");
            }
        }
    }
}

#[test]
fn every_field_of_the_schema_is_in_the_document() {
    let schema: serde_json::Value = serde_json::from_str(&Rule::json_schema()).expect("a schema");
    let fields = schema["properties"].as_object().expect("fields");
    for definition in ["Selector", "Step", "TextTest", "MoneyTest", "NumberTest", "InstantTest"] {
        let choices = schema["$defs"][definition]["oneOf"].as_array().expect(definition);
        for choice in choices {
            let word = choice["required"][0].as_str().expect("one word each");
            assert!(DOCUMENT.contains(&format!("`{word}")), "docs/rules.md does not explain `{word}`");
        }
    }
    for word in
        fields.keys().chain(schema["$defs"]["Constraints"]["properties"].as_object().expect("limits").keys())
    {
        assert!(DOCUMENT.contains(&format!("`{word}")), "docs/rules.md does not explain `{word}`");
    }
}

#[test]
fn every_reason_is_in_the_document() {
    use pricing::{GuardrailKind, LimitKind, Reason};
    let limits = LimitKind::ALL.iter().map(|kind| Reason::Limited(*kind));
    let always = [GuardrailKind::NearZero, GuardrailKind::Slip].map(Reason::Blocked);
    let others = [
        Reason::AsRuled,
        Reason::LimitsContradict,
        Reason::TooLarge,
        Reason::BelowZero,
        Reason::NoPrice,
        Reason::NegativePrice,
        Reason::NoCompareAt,
        Reason::NoCompetitor,
        Reason::NoCost,
        Reason::NoMap,
        Reason::NoMsrp,
        Reason::NoSurfacePrice,
        Reason::SaleEnded,
        Reason::EditedSince,
        Reason::UnknownSale,
        Reason::LimitUnknown(LimitKind::MinimumMargin),
    ];
    for reason in limits.chain(always).chain(others) {
        assert!(
            DOCUMENT.contains(&format!("`{}`", reason.code())),
            "docs/rules.md does not explain {}",
            reason.code()
        );
    }
}
