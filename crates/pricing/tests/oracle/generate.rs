//! Random rules over the whole language, and random variants that touch their edges.

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Value, json};

use crate::naive::{Surface, Variant};

/// A currency and its minor digits.
#[derive(Debug, Clone, Copy)]
pub struct Unit {
    pub code: &'static str,
    pub digits: u32,
}

const UNITS: [Unit; 5] = [
    Unit { code: "CHF", digits: 2 },
    Unit { code: "EUR", digits: 2 },
    Unit { code: "JPY", digits: 0 },
    Unit { code: "KWD", digits: 3 },
    Unit { code: "CLF", digits: 4 },
];

const WORDS: [&str; 7] = ["", "a", "ab", "Ab", "b", "Zelt für 2", "ab-2"];

/// Taxes, and whether prices include them.
const TAXES: [Option<(&str, bool)>; 6] = [
    None,
    Some(("19", true)),
    Some(("8.1", true)),
    Some(("19", false)),
    Some(("8.1", false)),
    Some(("0", false)),
];

/// A rule set on one surface with variants to run it on.
#[derive(Debug, Clone)]
pub struct Case {
    pub unit: Unit,
    pub surface: Surface,
    pub rules: Vec<Value>,
    pub variants: Vec<Variant>,
}

pub fn case() -> impl Strategy<Value = Case> {
    (select(&UNITS[..]), select(&TAXES[..]), select(&[None, Some("a"), Some("ab")][..])).prop_flat_map(
        |(unit, tax, market)| {
            let surface = Surface { code: unit.code, digits: unit.digits as usize, tax, market };
            (vec(rule(unit), 1..4), vec(variant(), 1..12)).prop_map(move |(rules, variants)| Case {
                unit,
                surface,
                rules,
                variants,
            })
        },
    )
}

fn rule(unit: Unit) -> impl Strategy<Value = Value> {
    let parts = (selector(unit), steps(unit), option::of(rounding(unit)), constraints(unit));
    let handling = prop_oneof![
        3 => select(&["keep", "set_to_before", "clear"][..]).prop_map(|word| json!(word)),
        1 => (1_i64..90_000).prop_map(|thousandths| json!({ "percent_above": decimal(thousandths, 3) })),
    ];
    let together = (option::weighted(0.3, select(&["a", "b"][..])), prop::bool::weighted(0.2));
    (parts, handling, -1..2, together).prop_map(
        |((selector, steps, rounding, constraints), handling, priority, (group, stack))| {
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
            if let Some(group) = group {
                rule["group"] = json!(group);
            }
            if stack {
                rule["stack"] = json!(true);
            }
            rule["constraints"] = constraints;
            rule["compare_at"] = handling;
            rule
        },
    )
}

fn selector(unit: Unit) -> impl Strategy<Value = Value> {
    let fields = ["tag", "vendor", "product_type", "sku", "title", "collection", "channel", "market"];
    let text = (select(fields.to_vec()), text_test());
    let custom = (select(&["a", "b"][..]), text_test());
    let money = (select(&["price", "compare_at", "cost", "competitor", "msrp", "map"][..]), money_test(unit));
    let share = (select(&["margin", "competitor_position"][..]), number_test(-150_000..150_000, 3));
    let instant = (select(&["created_at", "updated_at"][..]), instant_test());
    let leaf = prop_oneof![
        4 => Just(json!({ "all_variants": true })),
        3 => text.prop_map(|(field, test)| json!({ field: test })),
        1 => custom.prop_map(|(key, mut test)| {
            test["key"] = json!(key);
            json!({ "custom": test })
        }),
        3 => money.prop_map(|(field, test)| json!({ field: test })),
        2 => share.prop_map(|(field, test)| json!({ field: test })),
        1 => number_test(-3..30, 0).prop_map(|test| json!({ "inventory": test })),
        1 => instant.prop_map(|(field, test)| json!({ field: test })),
    ];
    leaf.prop_recursive(3, 12, 3, |inner| {
        prop_oneof![
            vec(inner.clone(), 1..4).prop_map(|parts| json!({ "all": parts })),
            vec(inner.clone(), 1..4).prop_map(|parts| json!({ "any": parts })),
            inner.prop_map(|part| json!({ "not": part })),
        ]
    })
}

/// Comparisons with a number of so many decimals.
fn number_test(range: std::ops::Range<i64>, scale: u32) -> impl Strategy<Value = Value> {
    let single = (select(&["is", "gt", "gte", "lt", "lte"][..]), range.clone());
    prop_oneof![
        4 => single.prop_map(move |(word, units)| json!({ word: decimal(units, scale) })),
        1 => (range.clone(), range).prop_map(move |(a, b)| {
            json!({ "between": [decimal(a.min(b), scale), decimal(a.max(b), scale)] })
        }),
        1 => any::<bool>().prop_map(|set| json!({ "is_set": set })),
    ]
}

fn instant_test() -> impl Strategy<Value = Value> {
    let span = (1..5_u32, select(&["hours", "days", "weeks"][..]));
    prop_oneof![
        2 => (select(&["older_than", "within"][..]), span)
            .prop_map(|(word, (count, unit))| json!({ word: format!("{count} {unit}") })),
        2 => (select(&["before", "after"][..]), 10..20_u32)
            .prop_map(|(word, day)| json!({ word: format!("2026-11-{day}T12:00:00Z") })),
        1 => any::<bool>().prop_map(|set| json!({ "is_set": set })),
    ]
}

fn text_test() -> impl Strategy<Value = Value> {
    let word = || select(&WORDS[..]);
    let part = || select(&WORDS[1..]);
    let pattern = "[ab*?2-]{1,5}";
    prop_oneof![
        any::<bool>().prop_map(|set| json!({ "is_set": set })),
        vec(word(), 1..12).prop_map(|words| json!({ "not_in": words })),
        pattern.prop_map(|pattern| json!({ "matches": pattern })),
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
        1 => ending(unit).prop_map(|ending| json!({ "ends_in": ending })),
        1 => any::<bool>().prop_map(|set| json!({ "is_set": set })),
    ]
}

/// Steps, some of them with steps inside.
fn steps(unit: Unit) -> impl Strategy<Value = Vec<Value>> {
    let simple = move || vec(step(unit), 0..3);
    let branch = move || {
        (selector(unit), vec(step(unit), 1..3), simple()).prop_map(|(when, then, otherwise)| {
            let mut branch = json!({ "when": when, "then": then });
            if !otherwise.is_empty() {
                branch["else"] = json!(otherwise);
            }
            json!({ "if": branch })
        })
    };
    let bands = (vec((1_i64..3_000, simple()), 1..4), option::of(simple()));
    let tiers = (bands, option::of(select(&["price", "cost"][..]))).prop_map(move |((bands, last), by)| {
        let mut below = 0;
        let mut list: Vec<Value> = Vec::new();
        for (further, steps) in bands {
            below += further;
            list.push(json!({ "below": amount(below, unit), "steps": steps }));
        }
        if let Some(steps) = last {
            list.push(json!({ "steps": steps }));
        }
        let mut tiers = json!({ "bands": list });
        if let Some(by) = by {
            tiers["by"] = json!(by);
        }
        json!({ "tiers": tiers })
    });
    let any = prop_oneof![6 => step(unit).boxed(), 1 => branch().boxed(), 1 => tiers.boxed()];
    vec(any, 0..4)
}

fn step(unit: Unit) -> impl Strategy<Value = Value> {
    prop_oneof![
        4 => (-99_999_i64..200_000).prop_map(|thousandths| json!({ "percent": decimal(thousandths, 3) })),
        2 => (1_i64..4_000).prop_map(|thousandths| json!({ "multiply": decimal(thousandths, 3) })),
        1 => (1_i64..12).prop_map(|factor| json!({ "multiply": factor })),
        2 => (-5_000_i64..5_000).prop_map(move |minor| json!({ "amount": amount(minor, unit) })),
        1 => (1_i64..100_000).prop_map(move |minor| json!({ "set": amount(minor, unit) })),
        1 => select(&["compare_at", "cost", "competitor", "msrp", "map"][..]).prop_map(|from| json!({ "from": from })),
        1 => Just(json!({ "from": { "surface": "pos" } })),
        1 => (0_i64..99_999).prop_map(|thousandths| json!({ "margin": decimal(thousandths, 3) })),
        1 => (0_i64..200_000).prop_map(|thousandths| json!({ "markup": decimal(thousandths, 3) })),
        1 => reference().prop_map(|reference| json!({ "match": reference })),
        1 => (reference(), 1_i64..10_000).prop_map(|(reference, hundredths)| {
            json!({ "beat": { "reference": reference, "by": format!("{} %", decimal(hundredths.min(9_999), 2)) } })
        }),
        1 => (reference(), 1_i64..500).prop_map(move |(reference, minor)| {
            json!({ "beat": { "reference": reference, "by": amount(minor, unit) } })
        }),
    ]
}

fn reference() -> impl Strategy<Value = &'static str> {
    select(&["competitor", "msrp", "map"][..])
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

fn ending(unit: Unit) -> impl Strategy<Value = String> {
    (0_usize..4, 0..=unit.digits as usize, 0_u32..10_000_000).prop_map(|(whole, fraction, seed)| {
        let digits = format!("{seed:07}");
        let whole = if whole + fraction == 0 { 2 } else { whole };
        let before = match &digits[..whole] {
            "0" if fraction > 0 => "7",
            digits => digits,
        };
        let point = if fraction > 0 { "." } else { "" };
        format!("{before}{point}{}", &digits[3..3 + fraction])
    })
}

fn grid(unit: Unit) -> impl Strategy<Value = Value> {
    let step = (1_i64..3_000).prop_map(move |minor| json!({ "step": decimal(minor, unit.digits) }));
    let ending = ending(unit).prop_map(|ending| json!({ "ending": ending }));
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
    let margin = option::weighted(0.2, 0_i64..99_999);
    (ends, moves, margin).prop_map(move |((floor, extra), (percent, fixed), margin)| {
        let mut constraints = json!({});
        if let Some(floor) = floor {
            constraints["floor"] = amount(floor, unit);
        }
        if let Some(extra) = extra {
            constraints["ceiling"] = amount(floor.unwrap_or(0) + extra, unit);
        }
        if let Some(thousandths) = margin {
            constraints["minimum_margin"]["percent"] = json!(decimal(thousandths, 3));
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
    (any::<u64>(), option::weighted(0.95, price())).prop_map(|(seed, price)| {
        let mut random = Random(seed | 1);
        Variant { price, ..random.variant() }
    })
}

/// Random variants without the cost of strategies.
pub struct Random(pub u64);

impl Random {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) % bound
    }

    fn word(&mut self) -> String {
        WORDS[self.below(WORDS.len() as u64) as usize].to_owned()
    }

    fn words(&mut self) -> Vec<String> {
        (0..self.below(4)).map(|_| self.word()).collect()
    }

    fn amount(&mut self) -> Option<i64> {
        const EDGES: [i64; 10] = [0, 1, 2, 99, 100, 101, 1_990, 1_999, 2_000, 990];
        match self.below(10) {
            0..=2 => None,
            3..=4 => Some(EDGES[self.below(10) as usize]),
            5..=8 => Some(self.below(5_000) as i64),
            _ => Some(self.below(1_000_000) as i64),
        }
    }

    /// A selector that looks at one text that variants share, and at nothing else.
    pub fn shared(&mut self) -> Value {
        let places = ["vendor", "product_type", "tag", "collection", "channel", "custom"];
        let place = places[self.below(6) as usize];
        let test = |random: &mut Self| {
            let mut test = json!({ "in": [random.word(), random.word()] });
            if place == "custom" {
                test["key"] = "a".into();
            }
            json!({ place: test })
        };
        match self.below(4) {
            0 => json!({ "not": test(self) }),
            1 => json!({ "any": [test(self), test(self)] }),
            _ => test(self),
        }
    }

    pub fn variant(&mut self) -> Variant {
        let price = self.amount().or_else(|| Some(self.below(3_000) as i64));
        let noon = 1_795_176_000;
        Variant {
            sku: self.word(),
            title: self.word(),
            vendor: self.word(),
            product_type: self.word(),
            tags: self.words(),
            collections: self.words(),
            channels: self.words(),
            custom: (0..self.below(3))
                .map(|_| format!("{}={}", ["a", "b", "ab"][self.below(3) as usize], self.word()))
                .collect(),
            price: if self.below(30) == 0 { None } else { price },
            compare_at: self.amount(),
            cost: self.amount().map(|cost| cost / 2),
            competitor: self.amount(),
            msrp: self.amount(),
            map: self.amount(),
            on_pos: self.amount(),
            inventory: (self.below(5) > 0).then(|| self.below(40) as i64 - 5),
            created_at: (self.below(5) > 0)
                .then(|| noon - 86_400 * self.below(20) as i64 + self.below(3) as i64 - 1),
            updated_at: (self.below(5) > 0)
                .then(|| noon - 3_600 * self.below(8) as i64 + self.below(3) as i64 - 1),
        }
    }
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
