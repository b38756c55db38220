//! Random rules over the whole language, and random variants that touch their edges.

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Value, json};

use crate::naive::Variant;

/// A currency and its minor digits.
#[derive(Debug, Clone, Copy)]
pub struct Unit {
    pub code: &'static str,
    pub digits: u32,
}

const UNITS: [Unit; 4] = [
    Unit { code: "EUR", digits: 2 },
    Unit { code: "JPY", digits: 0 },
    Unit { code: "KWD", digits: 3 },
    Unit { code: "CLF", digits: 4 },
];

const WORDS: [&str; 7] = ["", "a", "ab", "Ab", "b", "Zelt für 2", "ab-2"];

/// A rule set in one currency with variants to run it on.
#[derive(Debug, Clone)]
pub struct Case {
    pub unit: Unit,
    pub rules: Vec<Value>,
    pub variants: Vec<Variant>,
}

pub fn case() -> impl Strategy<Value = Case> {
    select(&UNITS[..]).prop_flat_map(|unit| {
        (vec(rule(unit), 1..4), vec(variant(), 1..12)).prop_map(move |(rules, variants)| Case {
            unit,
            rules,
            variants,
        })
    })
}

fn rule(unit: Unit) -> impl Strategy<Value = Value> {
    let parts = (selector(unit), vec(step(unit), 0..5), option::of(rounding(unit)), constraints(unit));
    let handling = select(&["keep", "set_to_before", "clear"][..]);
    (parts, handling, -1..2).prop_map(|((selector, steps, rounding, constraints), handling, priority)| {
        let mut rule =
            json!({ "schema": "rule.v1", "name": "random", "select": selector, "priority": priority });
        if steps.is_empty() && rounding.is_none() && constraints == json!({}) {
            rule["steps"] = json!([{ "percent": "0" }]);
        } else {
            rule["steps"] = Value::Array(steps);
        }
        if let Some(rounding) = rounding {
            rule["rounding"] = rounding;
        }
        rule["constraints"] = constraints;
        rule["compare_at"] = json!(handling);
        rule
    })
}

fn selector(unit: Unit) -> impl Strategy<Value = Value> {
    let text = (select(&["tag", "vendor", "product_type", "sku", "title"][..]), text_test());
    let money = (select(&["price", "compare_at"][..]), money_test(unit));
    let leaf = prop_oneof![
        2 => Just(json!({ "all_variants": true })),
        2 => text.prop_map(|(field, test)| json!({ field: test })),
        2 => money.prop_map(|(field, test)| json!({ field: test })),
    ];
    leaf.prop_recursive(3, 12, 3, |inner| {
        prop_oneof![
            vec(inner.clone(), 1..4).prop_map(|parts| json!({ "all": parts })),
            vec(inner.clone(), 1..4).prop_map(|parts| json!({ "any": parts })),
            inner.prop_map(|part| json!({ "not": part })),
        ]
    })
}

fn text_test() -> impl Strategy<Value = Value> {
    let word = || select(&WORDS[..]);
    let part = || select(&WORDS[1..]);
    prop_oneof![
        word().prop_map(|word| json!({ "is": word })),
        vec(word(), 1..12).prop_map(|words| json!({ "in": words })),
        part().prop_map(|word| json!({ "contains": word })),
        part().prop_map(|word| json!({ "starts_with": word })),
        part().prop_map(|word| json!({ "ends_with": word })),
    ]
}

fn money_test(unit: Unit) -> impl Strategy<Value = Value> {
    let single = (select(&["is", "gt", "gte", "lt", "lte"][..]), edge_price());
    prop_oneof![
        4 => single.prop_map(move |(word, minor)| json!({ word: amount(minor, unit) })),
        1 => (edge_price(), edge_price())
            .prop_map(move |(a, b)| json!({ "between": [amount(a.min(b), unit), amount(a.max(b), unit)] })),
        1 => any::<bool>().prop_map(|set| json!({ "is_set": set })),
    ]
}

fn step(unit: Unit) -> impl Strategy<Value = Value> {
    prop_oneof![
        4 => (-99_999_i64..200_000).prop_map(|thousandths| json!({ "percent": decimal(thousandths, 3) })),
        2 => (1_i64..4_000).prop_map(|thousandths| json!({ "multiply": decimal(thousandths, 3) })),
        1 => (1_i64..12).prop_map(|factor| json!({ "multiply": factor })),
        2 => (-5_000_i64..5_000).prop_map(move |minor| json!({ "amount": amount(minor, unit) })),
        1 => (1_i64..100_000).prop_map(move |minor| json!({ "set": amount(minor, unit) })),
    ]
}

fn rounding(unit: Unit) -> impl Strategy<Value = Value> {
    let others: Vec<Unit> = UNITS.into_iter().filter(|other| other.code != unit.code).collect();
    (
        grid(unit),
        option::of(grid(unit)),
        option::of(select(others).prop_flat_map(|other| (Just(other.code), grid(other)))),
    )
        .prop_map(move |(mut general, own, other)| {
            if let Some(own) = own {
                general["per_currency"][unit.code] = own;
            }
            if let Some((code, other)) = other {
                general["per_currency"][code] = other;
            }
            general
        })
}

fn grid(unit: Unit) -> impl Strategy<Value = Value> {
    let step = (1_i64..3_000).prop_map(move |minor| json!({ "step": decimal(minor, unit.digits) }));
    let ending =
        (0_usize..4, 0..=unit.digits as usize, 0_u32..10_000_000).prop_map(|(whole, fraction, seed)| {
            let digits = format!("{seed:07}");
            let whole = if whole + fraction == 0 { 2 } else { whole };
            let before = match &digits[..whole] {
                "0" if fraction > 0 => "7",
                digits => digits,
            };
            let point = if fraction > 0 { "." } else { "" };
            json!({ "ending": format!("{before}{point}{}", &digits[3..3 + fraction]) })
        });
    (prop_oneof![step, ending], option::of(select(&["up", "down", "nearest"][..]))).prop_map(
        |(mut grid, mode)| {
            if let Some(mode) = mode {
                grid["mode"] = json!(mode);
            }
            grid
        },
    )
}

fn constraints(unit: Unit) -> impl Strategy<Value = Value> {
    let ends = (option::of(1_i64..8_000), option::of(1_i64..8_000));
    let moves = (option::of(1_i64..60_000), option::of(1_i64..4_000));
    (ends, moves).prop_map(move |((floor, extra), (percent, fixed))| {
        let mut constraints = json!({});
        if let Some(floor) = floor {
            constraints["floor"] = amount(floor, unit);
        }
        if let Some(extra) = extra {
            constraints["ceiling"] = amount(floor.unwrap_or(0) + extra, unit);
        }
        if let Some(thousandths) = percent {
            constraints["maximum_move"]["percent"] = json!(decimal(thousandths, 3));
        }
        if let Some(fixed) = fixed {
            constraints["maximum_move"]["amount"] = amount(fixed, unit);
        }
        constraints
    })
}

fn variant() -> impl Strategy<Value = Variant> {
    let word = || select(&WORDS[..]).prop_map(str::to_owned);
    let texts = (word(), word(), word(), word(), vec(word(), 0..4));
    (texts, option::weighted(0.95, price()), option::of(edge_price())).prop_map(
        |(texts, price, compare_at)| {
            let (sku, title, vendor, product_type, tags) = texts;
            Variant { sku, title, vendor, product_type, tags, price, compare_at }
        },
    )
}

fn edge_price() -> impl Strategy<Value = i64> {
    prop_oneof![select(vec![0_i64, 1, 2, 99, 100, 101, 1990, 1999, 2000]), 0_i64..5_000, 0_i64..1_000_000]
}

fn price() -> impl Strategy<Value = i64> {
    let extreme = select(vec![-1, i64::MIN, i64::MAX, i64::MAX / 2, 1 << 53, 1_000_000_000_000_000]);
    prop_oneof![12 => edge_price(), 4 => 0_i64..1_000_000_000_000, 1 => extreme]
}

/// `units / 10^scale` as text.
fn decimal(units: i64, scale: u32) -> String {
    let digits = format!("{:0width$}", units.unsigned_abs(), width = scale as usize + 1);
    let (whole, fraction) = digits.split_at(digits.len() - scale as usize);
    let sign = if units < 0 { "-" } else { "" };
    if fraction.is_empty() { format!("{sign}{whole}") } else { format!("{sign}{whole}.{fraction}") }
}

/// An amount in one of its two spellings.
fn amount(minor: i64, unit: Unit) -> Value {
    let number = decimal(minor, unit.digits);
    match minor % 2 {
        0 => json!(format!("{number} {}", unit.code)),
        _ => json!({ "amount": number, "currency": unit.code }),
    }
}
