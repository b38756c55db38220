//! The naive side of selectors: which variants a rule means.

use serde_json::Value;

use crate::naive::{Number, Surface, Variant, amount, ends_in, number, only, whole};

/// The instant for which everything is computed: 2026-11-20T12:00:00Z.
pub const NOW: i64 = 1_795_176_000;

pub fn selects(selector: &Value, surface: &Surface, variant: &Variant) -> bool {
    let list = |parts: &'_ Value| parts.as_array().expect("a list").clone();
    let amount_of = |minor| surface.major(minor);
    match only(selector) {
        ("all_variants", _) => true,
        ("all", parts) => list(parts).iter().all(|part| selects(part, surface, variant)),
        ("any", parts) => list(parts).iter().any(|part| selects(part, surface, variant)),
        ("not", part) => !selects(part, surface, variant),
        ("tag", test) => list_passes(only(test), &variant.tags),
        ("collection", test) => list_passes(only(test), &variant.collections),
        ("channel", test) => list_passes(only(test), &variant.channels),
        ("custom", test) => custom_passes(test, variant),
        ("vendor", test) => text_passes(only(test), &variant.vendor),
        ("product_type", test) => text_passes(only(test), &variant.product_type),
        ("sku", test) => text_passes(only(test), &variant.sku),
        ("title", test) => text_passes(only(test), &variant.title),
        ("market", test) => text_passes(only(test), surface.market.unwrap_or("")),
        ("price", test) => amount_passes(test, amount_of(variant.price)),
        ("compare_at", test) => amount_passes(test, amount_of(variant.compare_at)),
        ("cost", test) => amount_passes(test, amount_of(variant.cost)),
        ("competitor", test) => amount_passes(test, amount_of(variant.competitor)),
        ("msrp", test) => amount_passes(test, amount_of(variant.msrp)),
        ("map", test) => amount_passes(test, amount_of(variant.map)),
        ("inventory", test) => compared(test, variant.inventory.map(whole), number),
        ("created_at", test) => instant_passes(test, variant.created_at),
        ("updated_at", test) => instant_passes(test, variant.updated_at),
        ("margin", test) => {
            let net =
                amount_of(variant.price.filter(|price| *price > 0)).map(|price| price / surface.included());
            let margin = net.zip(amount_of(variant.cost)).map(|(net, cost)| (&net - cost) / net * whole(100));
            compared(test, margin, number)
        }
        ("competitor_position", test) => {
            let other = amount_of(variant.competitor.filter(|other| *other > 0));
            let pair = amount_of(variant.price).zip(other);
            compared(test, pair.map(|(price, other)| (price - &other) / other * whole(100)), number)
        }
        (other, _) => panic!("no predicate {other}"),
    }
}

fn list_passes((word, wanted): (&str, &Value), texts: &[String]) -> bool {
    match word {
        "is_set" => texts.iter().any(|text| !text.is_empty()) == wanted.as_bool().expect("a truth value"),
        "not_in" => !texts.iter().any(|text| text_passes(("in", wanted), text)),
        _ => texts.iter().any(|text| text_passes((word, wanted), text)),
    }
}

fn custom_passes(test: &Value, variant: &Variant) -> bool {
    let fields = test.as_object().expect("fields");
    let start = format!("{}=", fields["key"].as_str().expect("text"));
    let values: Vec<String> =
        variant.custom.iter().filter_map(|entry| entry.strip_prefix(&start)).map(str::to_owned).collect();
    let (word, wanted) = fields.iter().find(|(word, _)| *word != "key").expect("a comparison");
    list_passes((word, wanted), &values)
}

fn text_passes((word, wanted): (&str, &Value), text: &str) -> bool {
    let part = || wanted.as_str().expect("text");
    match word {
        "is" => text == part(),
        "is_set" => text.is_empty() != wanted.as_bool().expect("a truth value"),
        "in" => wanted.as_array().expect("a list").iter().any(|one| one == text),
        "not_in" => wanted.as_array().expect("a list").iter().all(|one| one != text),
        "contains" => (0..=text.len()).any(|at| text.is_char_boundary(at) && text[at..].starts_with(part())),
        "starts_with" => text.len() >= part().len() && text.as_bytes()[..part().len()] == *part().as_bytes(),
        "ends_with" => {
            text.len() >= part().len() && text.as_bytes()[text.len() - part().len()..] == *part().as_bytes()
        }
        "matches" => {
            let letters = |text: &str| text.chars().collect::<Vec<_>>();
            follows(&letters(part()), &letters(text))
        }
        other => panic!("no comparison {other}"),
    }
}

/// The definition of a pattern, letter by letter.
fn follows(pattern: &[char], text: &[char]) -> bool {
    match (pattern.split_first(), text.split_first()) {
        (None, _) => text.is_empty(),
        (Some(('*', rest)), _) => (0..=text.len()).any(|skip| follows(rest, &text[skip..])),
        (Some(('?', rest)), Some((_, others))) => follows(rest, others),
        (Some((wanted, rest)), Some((letter, others))) => wanted == letter && follows(rest, others),
        (Some(_), None) => false,
    }
}

fn amount_passes(test: &Value, found: Option<Number>) -> bool {
    match (only(test), &found) {
        (("ends_in", ending), Some(found)) => {
            let (distance, ending) = ends_in(ending);
            ((found - ending) / distance).is_integer()
        }
        (("ends_in", _), None) => false,
        _ => compared(test, found, amount),
    }
}

fn compared(test: &Value, found: Option<Number>, read: fn(&Value) -> Number) -> bool {
    let (word, wanted) = only(test);
    if word == "is_set" {
        return wanted.as_bool().expect("a truth value") == found.is_some();
    }
    let Some(found) = found else { return false };
    match word {
        "is" => found == read(wanted),
        "gt" => found > read(wanted),
        "gte" => found >= read(wanted),
        "lt" => found < read(wanted),
        "lte" => found <= read(wanted),
        "between" => found >= read(&wanted[0]) && found <= read(&wanted[1]),
        other => panic!("no comparison {other}"),
    }
}

fn instant_passes(test: &Value, found: Option<i64>) -> bool {
    let (word, wanted) = only(test);
    if word == "is_set" {
        return wanted.as_bool().expect("a truth value") == found.is_some();
    }
    let Some(found) = found else { return false };
    let text = wanted.as_str().expect("text");
    // Written so by the generator: a day of November 2026 at noon, or a span of few units.
    let day = || text[8..10].parse::<i64>().expect("a day");
    let at = || NOW + (day() - 20) * 86_400;
    let span = || {
        let (count, unit) = text.split_once(' ').expect("two words");
        let unit = match unit {
            "hours" => 3_600,
            "days" => 24 * 3_600,
            _ => 7 * 24 * 3_600,
        };
        count.parse::<i64>().expect("a number") * unit
    };
    match word {
        "before" => found < at(),
        "after" => found > at(),
        "older_than" => NOW - found > span(),
        "within" => NOW - found <= span(),
        other => panic!("no comparison {other}"),
    }
}
