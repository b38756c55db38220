//! Every variant of a small domain, with texts of which no rule can tell others apart.

use pricing::{Example, Guardrails, PricingContext, Rule, RuleSet, Tax};
use serde_json::Value;

use crate::generate::{Generated, OPTIONAL_FACTS};

pub const ALPHABET: [char; 3] = ['a', 'b', 'z'];

pub fn compile(generated: &Generated) -> (Vec<Rule>, Guardrails, PricingContext) {
    let rules = generated
        .rules
        .iter()
        .map(|rule| Rule::from_json(&rule.to_string()).unwrap_or_else(|e| panic!("{rule}: {e:?}")))
        .collect();
    let guardrails = Guardrails::from_json(&generated.guardrails.to_string())
        .unwrap_or_else(|e| panic!("{}: {e:?}", generated.guardrails));
    let mut context = PricingContext::base("EUR".parse().expect("a currency"), jiff::Timestamp::UNIX_EPOCH);
    context.tax = generated.tax.map(|(rate, include)| Tax::new(rate, include).expect("a rate"));
    (rules, guardrails, context)
}

pub fn rule_set(generated: &Generated) -> RuleSet {
    let (rules, guardrails, context) = compile(generated);
    let labelled: Vec<(&str, &Rule)> = rules.iter().map(|rule| ("generated", rule)).collect();
    RuleSet::compile(&labelled, &guardrails, &context).unwrap_or_else(|e| panic!("{generated:?}: {e:?}"))
}

/// The first variant of the domain that passes `test`, of those that differ in something the set asks about.
/// `asks_cost`: whether somebody beside the set asks about the cost.
pub fn find(
    generated: &Generated,
    asks_cost: bool,
    mut test: impl FnMut(&Example) -> bool,
) -> Option<Example> {
    let mut variants = vec![Example::default()];
    for (field, texts) in fields(generated) {
        variants = product(&variants, &texts, |variant, texts| match field {
            "tag" => variant.tags.clone_from(texts),
            "vendor" => variant.vendor = texts.first().cloned().unwrap_or_default(),
            _ => variant.sku = texts.first().cloned().unwrap_or_default(),
        });
    }
    let asked = asked(generated, asks_cost);
    variants.into_iter().find_map(|mut variant| {
        (-1..=generated.amount_max).find_map(|price| {
            variant.price_minor = (price >= 0).then_some(price);
            find_among(&mut variant, &asked, generated.amount_max, &mut test).then(|| variant.clone())
        })
    })
}

/// The optional numbers that a set asks about.
fn asked(generated: &Generated, asks_cost: bool) -> Vec<&'static str> {
    OPTIONAL_FACTS.into_iter().filter(|fact| generated.asks(fact) || (asks_cost && *fact == "cost")).collect()
}

fn find_among(
    variant: &mut Example,
    asked: &[&str],
    max: i64,
    test: &mut impl FnMut(&Example) -> bool,
) -> bool {
    let Some((first, rest)) = asked.split_first() else { return test(variant) };
    (-1..=max).any(|amount| {
        let place = match *first {
            "compare_at" => &mut variant.compare_at_minor,
            "cost" => &mut variant.cost_minor,
            "map" => &mut variant.map_minor,
            _ => &mut variant.msrp_minor,
        };
        *place = (amount >= 0).then_some(amount);
        find_among(variant, rest, max, test)
    })
}

fn product<T>(variants: &[Example], values: &[T], set: impl Fn(&mut Example, &T)) -> Vec<Example> {
    let with = |(variant, value): (&Example, &T)| {
        let mut variant = variant.clone();
        set(&mut variant, value);
        variant
    };
    variants.iter().flat_map(|variant| values.iter().map(move |value| (variant, value))).map(with).collect()
}

/// The texts worth trying for each field: one for every combination of answers to the tests of the set.
fn fields(generated: &Generated) -> Vec<(&'static str, Vec<Vec<String>>)> {
    let mut fields = Vec::new();
    for field in ["tag", "vendor", "sku"] {
        let mut tests = Vec::new();
        generated.rules.iter().for_each(|rule| collect(&rule["select"], field, &mut tests));
        let mut single: Vec<(Vec<bool>, String)> = Vec::new();
        if tests.is_empty() {
            continue;
        }
        for text in texts().into_iter().filter(|text| field != "tag" || !text.is_empty()) {
            let answers: Vec<bool> = tests.iter().map(|test| tells(test, &text)).collect();
            if !single.iter().any(|(known, _)| *known == answers) {
                single.push((answers, text));
            }
        }
        if field == "tag" {
            fields.push((field, lists(&single, tests.len())));
        } else {
            fields.push((field, single.into_iter().map(|(_, text)| vec![text]).collect()));
        }
    }
    fields
}

/// Lists of tags, one for every combination of answers that any list gives.
fn lists(single: &[(Vec<bool>, String)], tests: usize) -> Vec<Vec<String>> {
    let mut lists = vec![(vec![false; tests], Vec::new())];
    for (answers, text) in single {
        for place in 0..lists.len() {
            let (known, texts): &(Vec<bool>, Vec<String>) = &lists[place];
            let joined: Vec<bool> = known.iter().zip(answers).map(|(one, other)| *one || *other).collect();
            let texts: Vec<String> = texts.iter().chain([text]).cloned().collect();
            if !lists.iter().any(|(known, _)| *known == joined) {
                lists.push((joined, texts));
            }
        }
    }
    lists.into_iter().map(|(_, texts)| texts).collect()
}

/// What a text adds to the answer to a test, of one text or of many.
fn tells(test: &Value, text: &str) -> bool {
    let negated = test["not_in"].is_array() || test["is_set"] == false;
    passes(test, text) != negated
}

fn collect<'v>(selector: &'v Value, field: &str, tests: &mut Vec<&'v Value>) {
    match selector {
        Value::Object(fields) => {
            for (key, part) in fields {
                if key == field { tests.push(part) } else { collect(part, field, tests) }
            }
        }
        Value::Array(parts) => parts.iter().for_each(|part| collect(part, field, tests)),
        _ => {}
    }
}

/// A text test in the plainest words.
pub fn passes(test: &Value, text: &str) -> bool {
    let (word, value) = test.as_object().and_then(|test| test.iter().next()).expect("one comparison");
    let part = value.as_str().unwrap_or_default();
    let pieces = |length: usize| {
        (0..=text.len().saturating_sub(length)).map(move |at| &text[at..(at + length).min(text.len())])
    };
    match word.as_str() {
        "is" => text == part,
        "in" => value.as_array().expect("a list").iter().any(|one| one == text),
        "is_set" => text.is_empty() != value.as_bool().expect("true or false"),
        "matches" => follows(part.as_bytes(), text.as_bytes()),
        "not_in" => !value.as_array().expect("a list").iter().any(|one| one == text),
        "contains" => pieces(part.len()).any(|piece| piece == part),
        "starts_with" => pieces(part.len()).next() == Some(part),
        "ends_with" => pieces(part.len()).next_back() == Some(part),
        other => panic!("{other} is not known here"),
    }
}

fn follows(pattern: &[u8], text: &[u8]) -> bool {
    match (pattern.split_first(), text.split_first()) {
        (None, _) => text.is_empty(),
        (Some((b'*', rest)), _) => (0..=text.len()).any(|skip| follows(rest, &text[skip..])),
        (Some((wanted, rest)), Some((letter, others))) => {
            (*wanted == b'?' || wanted == letter) && follows(rest, others)
        }
        (Some(_), None) => false,
    }
}

/// A selector in the plainest words.
/// `tax` is what prices include, in percent.
pub fn selects(selector: &Value, variant: &Example, tax: i64) -> bool {
    let (word, value) = selector.as_object().and_then(|one| one.iter().next()).expect("one word");
    let mut parts = value.as_array().into_iter().flatten();
    match word.as_str() {
        "all_variants" => true,
        "all" => parts.all(|part| selects(part, variant, tax)),
        "any" => parts.any(|part| selects(part, variant, tax)),
        "not" => !selects(value, variant, tax),
        // Of several texts none may pass what is negated.
        "tag" if value["not_in"].is_array() => variant.tags.iter().all(|tag| passes(value, tag)),
        "tag" if value["is_set"] == false => variant.tags.is_empty(),
        "tag" => variant.tags.iter().any(|tag| passes(value, tag)),
        "vendor" => passes(value, &variant.vendor),
        "sku" => passes(value, &variant.sku),
        "price" => compares(value, variant.price_minor),
        "compare_at" => compares(value, variant.compare_at_minor),
        "cost" => compares(value, variant.cost_minor),
        "margin" => margin(value, variant, tax),
        other => panic!("{other} is not known here"),
    }
}

/// The margin in percent of the price without tax.
fn margin(test: &Value, variant: &Example, tax: i64) -> bool {
    let (word, value) = test.as_object().and_then(|test| test.iter().next()).expect("one comparison");
    let percent: i64 = value.as_str().and_then(|text| text.parse().ok()).expect("a percentage");
    let (Some(price), Some(cost)) = (variant.price_minor, variant.cost_minor) else { return false };
    if price <= 0 {
        return false;
    }
    // Both sides of (net − cost) / net ≥ percent / 100 times 100 × (100 + tax) × net, with net = price × 100 / (100 + tax).
    let at_least = (price * 100 - cost * (100 + tax)) * 100 >= percent * price * 100;
    at_least == (word == "gte")
}

fn compares(test: &Value, minor: Option<i64>) -> bool {
    let (word, value) = test.as_object().and_then(|test| test.iter().next()).expect("one comparison");
    if word == "is_set" {
        return minor.is_some() == value.as_bool().expect("true or false");
    }
    let Some(minor) = minor else { return false };
    let amount = |value: &Value| {
        let text = value.as_str().and_then(|text| text.strip_suffix(" EUR")).expect("an amount");
        text.replace('.', "").parse::<i64>().expect("an amount")
    };
    match word.as_str() {
        "between" => amount(&value[0]) <= minor && minor <= amount(&value[1]),
        "is" => minor == amount(value),
        "gt" => minor > amount(value),
        "gte" => minor >= amount(value),
        "lt" => minor < amount(value),
        "lte" => minor <= amount(value),
        other => panic!("{other} is not known here"),
    }
}

/// Every text of up to five letters of the alphabet.
fn texts() -> Vec<String> {
    let mut all = vec![String::new()];
    let mut from = 0;
    for _ in 0..5 {
        let to = all.len();
        for place in from..to {
            all.extend(ALPHABET.map(|letter| format!("{}{letter}", all[place])));
        }
        from = to;
    }
    all
}
