//! Rule sets, guardrails and properties over small numbers and few words.

use serde_json::{Value, json};

use crate::random::Random;

/// Rules and guardrails as documents, the rules in the order in which they are compiled.
#[derive(Debug, Clone)]
pub struct Generated {
    pub rules: Vec<Value>,
    pub guardrails: Value,
    /// How large amounts are in this set; the domain in which it is tried.
    pub amount_max: i64,
    pub tax: Option<(&'static str, bool)>,
}

/// The optional numbers of a variant that a set may ask about.
pub const OPTIONAL_FACTS: [&str; 4] = ["compare_at", "cost", "map", "msrp"];

const PATTERNS: [&str; 6] = ["*", "a*", "a?", "?*b", "*a?b*", "??"];
const WORDS: [&str; 6] = ["a", "b", "ab", "ba", "aa", ""];

pub fn amount(minor: i64) -> String {
    let sign = if minor < 0 { "-" } else { "" };
    format!("{sign}{}.{:02} EUR", minor.abs() / 100, minor.abs() % 100)
}

impl Generated {
    /// The tax that prices include, in percent.
    pub fn included_tax(&self) -> i64 {
        self.tax.filter(|(_, include)| *include).map_or(0, |(rate, _)| rate.parse().expect("a whole number"))
    }

    /// Whether the set asks about an optional number.
    pub fn asks(&self, fact: &str) -> bool {
        let text = format!("{:?} {}", self.rules, self.guardrails);
        text.contains(&format!("\"{fact}\""))
            || (fact == "cost"
                && (text.contains("cost") || text.contains("margin") || text.contains("markup")))
    }
}

/// Amounts in rules and guardrails go up to this.
const RULE_AMOUNT_MAX: i64 = 9;

pub fn generated(random: &mut Random) -> Generated {
    let field = random.pick(&["tag", "vendor", "sku"]);
    let rules = (0..random.between(1, 3)).map(|_| rule(random, field, RULE_AMOUNT_MAX)).collect();
    let tax = random.pick(&[None, None, Some(("19", true)), Some(("50", true)), Some(("10", false))]);
    let mut generated =
        Generated { rules, guardrails: guardrails(random, RULE_AMOUNT_MAX), amount_max: 0, tax };
    let asked = OPTIONAL_FACTS.into_iter().filter(|fact| generated.asks(fact)).count();
    generated.amount_max = [24, 12, 7, 5, 4][asked];
    generated
}

fn rule(random: &mut Random, field: &str, max: i64) -> Value {
    let mut rule = json!({
        "schema": "rule.v1",
        "name": "generated",
        "priority": random.between(0, 1),
        "select": selector(random, field, max, 2),
        "steps": steps(random, max),
    });
    if random.one_in(5) {
        rule["group"] = json!("one");
    }
    if random.one_in(5) {
        rule["stack"] = json!(true);
    }
    if random.one_in(2) {
        rule["rounding"] = rounding(random);
    }
    let limits = limits(random, max);
    if limits != json!({}) {
        rule["constraints"] = limits;
    }
    rule
}

fn selector(random: &mut Random, field: &str, max: i64, depth: i64) -> Value {
    let parts = |random: &mut Random| {
        (0..random.between(1, 2)).map(|_| selector(random, field, max, depth - 1)).collect::<Vec<_>>()
    };
    match random.between(if depth > 0 { 0 } else { 3 }, 11) {
        9 => json!({ "cost": money_test(random, max) }),
        10 => json!({ "margin": { random.pick(&["gte", "lt"]): random.pick(&["0", "25", "50"]) } }),
        0 => json!({ "all": parts(random) }),
        1 => json!({ "any": parts(random) }),
        2 => json!({ "not": selector(random, field, max, depth - 1) }),
        3 => json!({ "all_variants": true }),
        4 | 5 => json!({ field: text_test(random) }),
        6 => json!({ "compare_at": money_test(random, max) }),
        _ => json!({ "price": money_test(random, max) }),
    }
}

fn text_test(random: &mut Random) -> Value {
    let word = random.pick(&WORDS);
    let part = random.pick(&WORDS[..5]);
    match random.between(0, 8) {
        0 => json!({ "is": word }),
        5 => json!({ "not_in": [word, random.pick(&WORDS)] }),
        6 => json!({ "is_set": random.one_in(2) }),
        7 | 8 => json!({ "matches": random.pick(&PATTERNS) }),
        1 => json!({ "in": [word, random.pick(&WORDS)] }),
        2 => json!({ "contains": part }),
        3 => json!({ "starts_with": part }),
        _ => json!({ "ends_with": part }),
    }
}

fn money_test(random: &mut Random, max: i64) -> Value {
    let (low, high) = (random.between(0, max), random.between(0, max));
    match random.between(0, 6) {
        0 => json!({ "is": amount(low) }),
        1 => json!({ "between": [amount(low.min(high)), amount(low.max(high))] }),
        2 => json!({ "is_set": random.one_in(2) }),
        _ => json!({ random.pick(&["gt", "gte", "lt", "lte"]): amount(low) }),
    }
}

fn steps(random: &mut Random, max: i64) -> Value {
    let steps = (0..random.between(1, 2)).map(|_| match random.between(0, 14) {
        0..=9 => plain_step(random, max),
        10 => json!({ random.pick(&["margin", "markup"]): random.pick(&["20", "50"]) }),
        11 => json!({ "from": random.pick(&["compare_at", "cost", "msrp"]) }),
        12 => json!({ "beat": { "reference": "map", "by": random.pick(&["10 %", "0.01 EUR"]) } }),
        13 => {
            let below = amount(random.between(1, max));
            let [low, high] = [(), ()].map(|()| json!([plain_step(random, max)]));
            let by = random.pick(&["price", "cost"]);
            json!({ "tiers": { "by": by, "bands": [{ "below": below, "steps": low }, { "steps": high }] } })
        }
        _ => {
            let when = json!({ random.pick(&["price", "cost"]): money_test(random, max) });
            json!({ "if": { "when": when, "then": [plain_step(random, max)], "else": [plain_step(random, max)] } })
        }
    });
    steps.collect()
}

fn plain_step(random: &mut Random, max: i64) -> Value {
    match random.between(0, 6) {
        0 => json!({ "set": amount(random.between(1, max)) }),
        1 => json!({ "multiply": random.pick(&["0.5", "1.5", "2", "3", "0.9", "1.19"]) }),
        2 | 3 => json!({ "amount": amount(random.between(-3, 3)) }),
        _ => json!({ "percent": random.pick(&["-50", "-33", "-10", "-12.5", "5", "20", "100", "900"]) }),
    }
}

fn rounding(random: &mut Random) -> Value {
    let mode = random.pick(&["up", "down", "nearest"]);
    match random.between(0, 2) {
        0 => json!({ "step": random.pick(&["0.02", "0.03", "0.05"]), "mode": mode }),
        1 => json!({ "step": "0.01", "mode": mode }),
        _ => json!({ "ending": random.pick(&[".04", ".07", ".00"]), "mode": mode }),
    }
}

fn limits(random: &mut Random, max: i64) -> Value {
    let mut limits = json!({});
    let floor = random.between(1, max);
    if random.one_in(3) {
        limits["floor"] = json!(amount(floor));
    }
    if random.one_in(3) {
        limits["ceiling"] = json!(amount(random.between(floor, max + 2)));
    }
    if random.one_in(3) {
        limits["maximum_move"]["percent"] = json!(random.pick(&["10", "25", "50", "33.3", "150"]));
    }
    if random.one_in(8) {
        limits["minimum_margin"] = json!({ "percent": random.pick(&["10", "50"]) });
    }
    if random.one_in(4) {
        limits["maximum_move"]["amount"] = json!(amount(random.between(1, 4)));
    }
    limits
}

fn guardrails(random: &mut Random, max: i64) -> Value {
    let mut all = json!({ "schema": "guardrails.v1" });
    let mode = |random: &mut Random| random.pick(&["hard", "soft"]);
    if random.one_in(2) {
        all["near_zero"] = json!({ "mode": mode(random) });
    }
    if random.one_in(2) {
        all["slip"] = json!({ "mode": mode(random) });
    }
    if random.one_in(4) {
        all["below_cost"] = json!({ "mode": mode(random), "missing_cost": random.pick(&["block", "pass"]) });
    }
    if random.one_in(5) {
        all["minimum_margin"] = json!({ "mode": mode(random), "percent": random.pick(&["10", "25", "50"]) });
    }
    if random.one_in(5) {
        all["floor"] = json!({ "mode": mode(random), "price": amount(random.between(1, max / 2)) });
    }
    if random.one_in(5) {
        all["ceiling"] = json!({ "mode": mode(random), "price": amount(random.between(max / 2, max)) });
    }
    for kind in ["map", "msrp"] {
        if random.one_in(8) {
            all[kind] = json!({ "mode": mode(random) });
        }
    }
    if random.one_in(5) {
        let (down, up) = (random.pick(&["5", "30", "50", "80"]), random.pick(&["5", "40", "100"]));
        let kind = random.pick(&["maximum_move", "maximum_move_day"]);
        all[kind] = json!({ "mode": mode(random), "down_percent": down, "up_percent": up });
    }
    all
}
