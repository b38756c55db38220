//! A second implementation of docs/rules.md: slow, plain, with big rationals in major units, on the bare JSON of a rule.
//! It shares no code with the engine and knows nothing of its formulas.

use num_bigint::BigInt;
use num_rational::Ratio;
use serde_json::Value;

/// Exact number of any size.
pub type Number = Ratio<BigInt>;

/// A variant with its own texts. Amounts are minor units.
#[derive(Debug, Clone)]
pub struct Variant {
    pub sku: String,
    pub title: String,
    pub vendor: String,
    pub product_type: String,
    pub tags: Vec<String>,
    pub price: Option<i64>,
    pub compare_at: Option<i64>,
}

/// How a selected variant comes out.
#[derive(Debug, PartialEq)]
pub struct Verdict {
    pub rule: usize,
    pub outcome: &'static str,
    pub reason: String,
    pub after: Option<BigInt>,
    pub compare_at_after: Option<i64>,
    /// The exact value behind each step.
    pub values: Vec<Number>,
}

pub fn whole(number: i64) -> Number {
    Number::from_integer(number.into())
}

fn ten_to(power: usize) -> Number {
    Number::from_integer(BigInt::from(10).pow(power as u32))
}

/// Reads `-12.5`.
pub fn decimal(text: &str) -> Number {
    let (digits, decimals) = match text.split_once('.') {
        Some((before, after)) => (format!("{before}{after}"), after.len()),
        None => (text.to_owned(), 0),
    };
    Number::from_integer(digits.parse().expect("digits")) / ten_to(decimals)
}

fn number(value: &Value) -> Number {
    match value {
        Value::String(text) => decimal(text),
        other => decimal(&other.to_string()),
    }
}

/// `19.90 EUR` or `{"amount": …}`, in major units.
fn amount(value: &Value) -> Number {
    match value {
        Value::String(text) => decimal(text.split(' ').next().expect("a number")),
        other => number(&other["amount"]),
    }
}

fn only(value: &Value) -> (&str, &Value) {
    let (word, content) = value.as_object().expect("a map").iter().next().expect("one entry");
    (word, content)
}

/// What the rules say; `None` if none selects the variant.
pub fn evaluate(rules: &[Value], currency: &str, minor_digits: usize, variant: &Variant) -> Option<Verdict> {
    let mut best: Option<usize> = None;
    for (place, rule) in rules.iter().enumerate() {
        let priority = |place: usize| rules[place]["priority"].as_i64().unwrap_or(0);
        let better = best.is_none_or(|known| priority(place) > priority(known));
        if better && selects(&rule["select"], minor_digits, variant) {
            best = Some(place);
        }
    }
    best.map(|rule| decide(&rules[rule], rule, currency, minor_digits, variant))
}

fn selects(selector: &Value, minor_digits: usize, variant: &Variant) -> bool {
    let major = |minor: Option<i64>| minor.map(|minor| whole(minor) / ten_to(minor_digits));
    match only(selector) {
        ("all_variants", _) => true,
        ("all", parts) => {
            parts.as_array().expect("a list").iter().all(|part| selects(part, minor_digits, variant))
        }
        ("any", parts) => {
            parts.as_array().expect("a list").iter().any(|part| selects(part, minor_digits, variant))
        }
        ("not", part) => !selects(part, minor_digits, variant),
        ("tag", test) => variant.tags.iter().any(|tag| text_passes(test, tag)),
        ("vendor", test) => text_passes(test, &variant.vendor),
        ("product_type", test) => text_passes(test, &variant.product_type),
        ("sku", test) => text_passes(test, &variant.sku),
        ("title", test) => text_passes(test, &variant.title),
        ("price", test) => amount_passes(test, major(variant.price)),
        ("compare_at", test) => amount_passes(test, major(variant.compare_at)),
        (other, _) => panic!("no predicate {other}"),
    }
}

fn text_passes(test: &Value, text: &str) -> bool {
    let (word, wanted) = only(test);
    let part = || wanted.as_str().expect("text");
    match word {
        "is" => text == part(),
        "in" => wanted.as_array().expect("a list").iter().any(|one| one == text),
        "contains" => (0..=text.len()).any(|at| text.is_char_boundary(at) && text[at..].starts_with(part())),
        "starts_with" => text.len() >= part().len() && text.as_bytes()[..part().len()] == *part().as_bytes(),
        "ends_with" => {
            text.len() >= part().len() && text.as_bytes()[text.len() - part().len()..] == *part().as_bytes()
        }
        other => panic!("no comparison {other}"),
    }
}

fn amount_passes(test: &Value, found: Option<Number>) -> bool {
    let (word, wanted) = only(test);
    if word == "is_set" {
        return wanted.as_bool().expect("a truth value") == found.is_some();
    }
    let Some(found) = found else { return false };
    match word {
        "is" => found == amount(wanted),
        "gt" => found > amount(wanted),
        "gte" => found >= amount(wanted),
        "lt" => found < amount(wanted),
        "lte" => found <= amount(wanted),
        "between" => found >= amount(&wanted[0]) && found <= amount(&wanted[1]),
        other => panic!("no comparison {other}"),
    }
}

fn decide(rule: &Value, place: usize, currency: &str, minor_digits: usize, variant: &Variant) -> Verdict {
    let unwritten = |outcome, reason: &str, after, values| Verdict {
        rule: place,
        outcome,
        reason: reason.to_owned(),
        after,
        compare_at_after: variant.compare_at,
        values,
    };
    let before_minor = match variant.price {
        None => return unwritten("skipped", "skipped.no_price", None, Vec::new()),
        Some(minor) if minor < 0 => return unwritten("skipped", "skipped.negative_price", None, Vec::new()),
        Some(minor) => minor,
    };
    let unit = whole(1) / ten_to(minor_digits);
    let before = whole(before_minor) * &unit;
    let values = stepped(rule, &before);
    let exact = values.last().unwrap_or(&before);
    let rounded = rounded(rule, currency, &unit, exact);
    if &rounded / &unit > whole(i64::MAX) {
        return unwritten("blocked", "blocked.too_large", None, values);
    }
    let (after, reason) = limited(rule, &before, &unit, &rounded);
    let after_minor = Some((&after / &unit).to_integer());
    if reason == "blocked.limits_contradict" {
        return unwritten("blocked", &reason, after_minor, values);
    }
    if after <= unit {
        return unwritten("blocked", "blocked.near_zero", after_minor, values);
    }
    let limit = decimal("9.5");
    if before == whole(0) || &after / &before >= limit || &before / &after >= limit {
        return unwritten("blocked", "blocked.slip", after_minor, values);
    }
    let compare_at_after = match rule["compare_at"].as_str() {
        Some("clear") => None,
        Some("set_to_before") if after < before => Some(before_minor),
        _ => variant.compare_at,
    };
    let outcome = if after > before {
        "raise"
    } else if after < before {
        "cut"
    } else {
        "same"
    };
    Verdict { rule: place, outcome, reason, after: after_minor, compare_at_after, values }
}

fn stepped(rule: &Value, before: &Number) -> Vec<Number> {
    let mut value = before.clone();
    let mut values = Vec::new();
    for step in rule["steps"].as_array().map_or(&[][..], Vec::as_slice) {
        value = match only(step) {
            ("percent", percent) => &value + &value * number(percent) / whole(100),
            ("multiply", factor) => &value * number(factor),
            ("amount", change) => &value + amount(change),
            ("set", price) => amount(price),
            (other, _) => panic!("no step {other}"),
        };
        values.push(value.clone());
    }
    values
}

fn rounded(rule: &Value, currency: &str, unit: &Number, exact: &Number) -> Number {
    let general = &rule["rounding"];
    let rounding = general["per_currency"].get(currency).unwrap_or(general);
    let (distance, ending) = match (rounding.get("step"), rounding.get("ending")) {
        (Some(step), None) => (number(step), whole(0)),
        (None, Some(ending)) => {
            let text = ending.as_str().expect("an ending is text");
            let digits_before = text.split('.').next().expect("a part").len();
            (ten_to(digits_before), decimal(&format!("0{text}")))
        }
        _ => (unit.clone(), whole(0)),
    };
    let lower = &ending + ((exact - &ending) / &distance).floor() * &distance;
    let upper = if lower == *exact { lower.clone() } else { &lower + &distance };
    match rounding["mode"].as_str() {
        Some("down") => lower,
        Some("up") => upper,
        _ if exact - &lower < &upper - exact => lower,
        _ => upper,
    }
}

/// The price inside the limits that the rule sets, and the reason.
fn limited(rule: &Value, before: &Number, unit: &Number, price: &Number) -> (Number, String) {
    let constraints = &rule["constraints"];
    let mut lowest: Vec<(&str, Number)> = Vec::new();
    let mut highest: Vec<(&str, Number)> = Vec::new();
    if let Some(ceiling) = constraints.get("ceiling") {
        highest.push(("ceiling", amount(ceiling)));
    }
    if let Some(floor) = constraints.get("floor") {
        lowest.push(("floor", amount(floor)));
    }
    if let Some(limit) = constraints.get("maximum_move") {
        let share = limit.get("percent").map(|percent| before * number(percent) / whole(100));
        let fixed = limit.get("amount").map(amount);
        let distance = [share, fixed].into_iter().flatten().min().expect("one of the two");
        lowest.push(("maximum_move", ((before - &distance) / unit).ceil() * unit));
        highest.push(("maximum_move", ((before + &distance) / unit).floor() * unit));
    }
    let low = lowest.iter().map(|(_, edge)| edge).max();
    let high = highest.iter().map(|(_, edge)| edge).min();
    if let (Some(low), Some(high)) = (low, high)
        && low > high
    {
        return (price.clone(), contradiction(price, low, high));
    }
    let by = |edges: &[(&str, Number)], edge: &Number| {
        let name = edges.iter().find(|(_, one)| one == edge).expect("an edge").0;
        (edge.clone(), format!("limited.{name}"))
    };
    match (low, high) {
        (Some(low), _) if price < low => by(&lowest, low),
        (_, Some(high)) if price > high => by(&highest, high),
        _ => (price.clone(), "as_ruled".to_owned()),
    }
}

fn contradiction(price: &Number, low: &Number, high: &Number) -> String {
    assert!(price < low || price > high, "no price lies inside limits that contradict");
    "blocked.limits_contradict".to_owned()
}
