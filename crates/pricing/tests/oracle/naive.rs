//! A second implementation of docs/rules.md: slow, plain, with big rationals in major units, on the bare JSON of a rule.
//! It shares no code with the engine and knows nothing of its formulas. Which rules are asked of what stands in `asks`.

use num_bigint::BigInt;
use num_rational::Ratio;
use serde_json::Value;

use crate::asks::selects;

/// Exact number of any size.
pub type Number = Ratio<BigInt>;

/// A variant with its own texts. Amounts are minor units, instants seconds.
#[derive(Debug, Clone)]
pub struct Variant {
    pub sku: String,
    pub title: String,
    pub vendor: String,
    pub product_type: String,
    pub tags: Vec<String>,
    pub collections: Vec<String>,
    pub channels: Vec<String>,
    pub custom: Vec<String>,
    pub price: Option<i64>,
    pub compare_at: Option<i64>,
    pub cost: Option<i64>,
    pub competitor: Option<i64>,
    pub msrp: Option<i64>,
    pub map: Option<i64>,
    pub on_pos: Option<i64>,
    pub inventory: Option<i64>,
    pub created_at: Option<i64>,
    pub updated_at: Option<i64>,
}

/// Where prices are computed.
#[derive(Debug, Clone, Copy)]
pub struct Surface {
    pub code: &'static str,
    pub digits: usize,
    /// The rate in percent, and whether prices include it.
    pub tax: Option<(&'static str, bool)>,
    pub market: Option<&'static str>,
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
    pub unreachable: bool,
}

pub fn whole(number: i64) -> Number {
    Number::from_integer(number.into())
}

pub fn ten_to(power: usize) -> Number {
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

pub fn number(value: &Value) -> Number {
    match value {
        Value::String(text) => decimal(text),
        other => decimal(&other.to_string()),
    }
}

/// `19.90 EUR` or `{"amount": …}`, in major units.
pub fn amount(value: &Value) -> Number {
    match value {
        Value::String(text) => decimal(text.split(' ').next().expect("a number")),
        other => number(&other["amount"]),
    }
}

pub fn only(value: &Value) -> (&str, &Value) {
    let (word, content) = value.as_object().expect("a map").iter().next().expect("one entry");
    (word, content)
}

impl Surface {
    pub fn major(&self, minor: Option<i64>) -> Option<Number> {
        minor.map(|minor| whole(minor) / ten_to(self.digits))
    }

    fn unit(&self) -> Number {
        whole(1) / ten_to(self.digits)
    }

    fn rate(&self) -> Number {
        whole(1) + self.tax.map_or(whole(0), |(rate, _)| decimal(rate) / whole(100))
    }

    /// What lies between a net price and what the shop keeps.
    pub fn included(&self) -> Number {
        if self.tax.is_some_and(|(_, included)| included) { self.rate() } else { whole(1) }
    }

    /// What people see of a net price, where the shop keeps those.
    fn displayed(&self) -> Option<Number> {
        self.tax.filter(|(_, included)| !included).map(|_| self.rate()).filter(|rate| *rate != whole(1))
    }

    fn at_unit(&self, value: &Number) -> Number {
        half_up(&(value / self.unit())) * self.unit()
    }
}

fn half_up(value: &Number) -> Number {
    (value + Number::new(1.into(), 2.into())).floor()
}

/// The rules that take part, in the order in which they apply.
fn team(rules: &[Value], surface: &Surface, variant: &Variant) -> Vec<usize> {
    let mut places: Vec<usize> = (0..rules.len()).collect();
    places.sort_by_key(|place| -rules[*place]["priority"].as_i64().unwrap_or(0));
    places.retain(|place| selects(&rules[*place]["select"], surface, variant));
    let mut groups: Vec<&str> = Vec::new();
    places.retain(|place| match rules[*place]["group"].as_str() {
        Some(group) if groups.contains(&group) => false,
        Some(group) => {
            groups.push(group);
            true
        }
        None => true,
    });
    let stacks = |place: &usize| rules[*place]["stack"] == true;
    let decides = places.iter().copied().find(|place| !stacks(place));
    decides.into_iter().chain(places.into_iter().filter(stacks)).collect()
}

/// What the rules say; `None` if none selects the variant.
pub fn evaluate(rules: &[Value], surface: &Surface, variant: &Variant) -> Option<Verdict> {
    let team = team(rules, surface, variant);
    let first = *team.first()?;
    let rules: Vec<&Value> = team.iter().map(|place| &rules[*place]).collect();
    let mut verdict = Verdict {
        rule: first,
        outcome: "skipped",
        reason: String::new(),
        after: None,
        compare_at_after: variant.compare_at,
        values: Vec::new(),
        unreachable: false,
    };
    verdict.reason = match decide(&rules, surface, variant, &mut verdict) {
        Ok(reason) | Err(reason) => reason,
    };
    if verdict.reason.starts_with("blocked") {
        verdict.outcome = "blocked";
    }
    Some(verdict)
}

/// Fills in the verdict; the reason, or the reason why it ends early.
fn decide(
    rules: &[&Value],
    surface: &Surface,
    variant: &Variant,
    verdict: &mut Verdict,
) -> Result<String, String> {
    let before = match surface.major(variant.price) {
        None => return Err("skipped.no_price".to_owned()),
        Some(price) if price < whole(0) => return Err("skipped.negative_price".to_owned()),
        Some(price) => price,
    };
    let unit = surface.unit();
    let mut value = before.clone();
    let mut values = Vec::new();
    for rule in rules {
        value = walk(&rule["steps"], value, &before, surface, variant, &mut values)?;
    }
    verdict.values = values;
    let rounding = rules.iter().rev().map(|rule| &rule["rounding"]).find(|rounding| !rounding.is_null());
    let (price, unreachable) = priced(rounding, surface, &value);
    if &price / &unit > whole(i64::MAX) {
        return Err("blocked.too_large".to_owned());
    }
    let limited = limited(rules, &before, surface, variant, &price);
    let (after, reason) = limited.map_err(|reason| {
        verdict.after = Some((&price / &unit).to_integer());
        verdict.unreachable = unreachable;
        reason.to_owned()
    })?;
    verdict.after = Some((&after / &unit).to_integer());
    verdict.unreachable = unreachable && after == price;
    if after <= unit {
        return Err("blocked.near_zero".to_owned());
    }
    let limit = decimal("9.5");
    if before == whole(0) || &after / &before >= limit || &before / &after >= limit {
        return Err("blocked.slip".to_owned());
    }
    let handling = rules.iter().map(|rule| &rule["compare_at"]).find(|handling| *handling != "keep");
    verdict.compare_at_after = match handling {
        Some(Value::String(word)) if word == "clear" => None,
        Some(Value::String(_)) if after < before => variant.price,
        Some(Value::Object(fields)) => {
            let above = &after * (whole(1) + number(&fields["percent_above"]) / whole(100));
            let (above, _) = priced(rounding, surface, &above);
            i64::try_from((above / &unit).to_integer()).ok()
        }
        _ => variant.compare_at,
    };
    verdict.outcome = match after.cmp(&before) {
        std::cmp::Ordering::Greater => "raise",
        std::cmp::Ordering::Less => "cut",
        std::cmp::Ordering::Equal => "same",
    };
    Ok(reason)
}

/// The value behind the steps; every value on the way goes to `values`.
fn walk(
    steps: &Value,
    mut value: Number,
    before: &Number,
    surface: &Surface,
    variant: &Variant,
    values: &mut Vec<Number>,
) -> Result<Number, String> {
    let known = |name: &str| {
        let minor = match name {
            "compare_at" => variant.compare_at,
            "competitor" => variant.competitor,
            "cost" => variant.cost,
            "map" => variant.map,
            "msrp" => variant.msrp,
            _ => variant.on_pos,
        };
        surface.major(minor.filter(|minor| *minor >= 0)).ok_or_else(|| format!("skipped.no_{name}"))
    };
    let part = |percent: &Value| number(percent) / whole(100);
    for step in steps.as_array().map_or(&[][..], Vec::as_slice) {
        value = match only(step) {
            ("percent", percent) => &value + &value * part(percent),
            ("multiply", factor) => &value * number(factor),
            ("amount", change) => &value + amount(change),
            ("set", price) => amount(price),
            ("from", Value::String(name)) => known(name)?,
            ("from", _) => known("surface_price")?,
            ("match", name) => known(name.as_str().expect("a word"))?,
            ("margin", percent) => known("cost")? / (whole(1) - part(percent)) * surface.included(),
            ("markup", percent) => known("cost")? * (whole(1) + part(percent)) * surface.included(),
            ("beat", beat) => {
                let other = known(beat["reference"].as_str().expect("a word"))?;
                match beat["by"].as_str().and_then(|by| by.strip_suffix(" %")) {
                    Some(percent) => &other - &other * decimal(percent) / whole(100),
                    None => other - amount(&beat["by"]),
                }
            }
            ("if", branch) => {
                let way = if selects(&branch["when"], surface, variant) { "then" } else { "else" };
                value = walk(&branch[way], value, before, surface, variant, values)?;
                continue;
            }
            ("tiers", tiers) => {
                let by = if tiers["by"] == "cost" { known("cost")? } else { before.clone() };
                let bands = tiers["bands"].as_array().expect("bands");
                let inside = |band: &&Value| band.get("below").is_none_or(|below| by < amount(below));
                if let Some(band) = bands.iter().find(inside) {
                    value = walk(&band["steps"], value, before, surface, variant, values)?;
                }
                continue;
            }
            (other, _) => panic!("no step {other}"),
        };
        values.push(value.clone());
    }
    Ok(value)
}

/// The rounded price as the shop keeps it, and whether people see another than the rounding wanted.
fn priced(rounding: Option<&Value>, surface: &Surface, exact: &Number) -> (Number, bool) {
    let Some(rounding) = rounding else { return (surface.at_unit(exact), false) };
    let Some(rate) = surface.displayed() else { return (rounded(rounding, surface, exact), false) };
    let wanted = rounded(rounding, surface, &(exact * &rate));
    let net = surface.at_unit(&(&wanted / &rate));
    let shown = surface.at_unit(&(&net * &rate));
    (net, shown != wanted)
}

fn rounded(general: &Value, surface: &Surface, exact: &Number) -> Number {
    let rounding = general["per_currency"].get(surface.code).unwrap_or(general);
    let (distance, ending) = match (rounding.get("step"), rounding.get("ending")) {
        (Some(step), _) => (number(step), whole(0)),
        (None, Some(ending)) => ends_in(ending),
        _ => panic!("a rounding without step and ending"),
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

/// How far apart amounts with this ending are, and the ending.
pub fn ends_in(ending: &Value) -> (Number, Number) {
    let text = ending.as_str().expect("an ending is text");
    let digits_before = text.split('.').next().expect("a part").len();
    (ten_to(digits_before), decimal(&format!("0{text}")))
}

/// The price inside the limits that the rules set, and the reason.
fn limited(
    rules: &[&Value],
    before: &Number,
    surface: &Surface,
    variant: &Variant,
    price: &Number,
) -> Result<(Number, String), &'static str> {
    let unit = surface.unit();
    let mut lowest: Vec<(&str, Number)> = Vec::new();
    let mut highest: Vec<(&str, Number)> = Vec::new();
    for constraints in rules.iter().map(|rule| &rule["constraints"]) {
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
            lowest.push(("maximum_move", ((before - &distance) / &unit).ceil() * &unit));
            highest.push(("maximum_move", ((before + &distance) / &unit).floor() * &unit));
        }
        if let Some(limit) = constraints.get("minimum_margin") {
            let cost = surface.major(variant.cost.filter(|cost| *cost > 0));
            let cost = cost.ok_or("blocked.minimum_margin_unknown")?;
            let least = cost / (whole(1) - number(&limit["percent"]) / whole(100)) * surface.included();
            lowest.push(("minimum_margin", (least / &unit).ceil() * &unit));
        }
    }
    let low = lowest.iter().map(|(_, edge)| edge).max();
    let high = highest.iter().map(|(_, edge)| edge).min();
    if let (Some(low), Some(high)) = (low, high)
        && low > high
    {
        return Err("blocked.limits_contradict");
    }
    let by = |edges: &[(&str, Number)], edge: &Number| {
        let name = edges.iter().find(|(_, one)| one == edge).expect("an edge").0;
        Ok((edge.clone(), format!("limited.{name}")))
    };
    match (low, high) {
        (Some(low), _) if price < low => by(&lowest, low),
        (_, Some(high)) if price > high => by(&highest, high),
        _ => Ok((price.clone(), "as_ruled".to_owned())),
    }
}
