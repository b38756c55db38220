//! Which prices count: the whole days of the calendar before a reduction, and the lowest price in force in them.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};

use crate::facts::PricePoint;

/// Seconds in the longest step back that is made when a calendar cannot be asked.
const DAY_SECONDS: i64 = 86_400;

/// The start of the window that ends at `end`: the start of the day that lies `days` days before the day of `end`,
/// in the zone where that is earliest. Seconds since 1970.
pub(super) fn start(zones: &[TimeZone], end: i64, days: u16) -> i64 {
    let fallback = end - (i64::from(days) + 1) * DAY_SECONDS;
    zones.iter().map(|zone| start_in(zone, end, days).unwrap_or(fallback)).min().unwrap_or(fallback)
}

fn start_in(zone: &TimeZone, end: i64, days: u16) -> Option<i64> {
    let day = local_day(zone, end)?.checked_sub(Span::new().days(i64::from(days))).ok()?;
    start_of(zone, day)
}

/// The last instant at which something that began at `start` is not older than so many days or months, in the zone
/// where that is earliest.
pub(super) fn last_instant(zones: &[TimeZone], start: i64, length: Span) -> i64 {
    let one = |zone: &TimeZone| {
        let clock = zone.to_datetime(Timestamp::from_second(start).ok()?).checked_add(length).ok()?;
        Some(zone.to_ambiguous_timestamp(clock).compatible().ok()?.as_second())
    };
    zones.iter().filter_map(one).min().unwrap_or(start)
}

fn local_day(zone: &TimeZone, second: i64) -> Option<Date> {
    Some(zone.to_datetime(Timestamp::from_second(second).ok()?).date())
}

fn start_of(zone: &TimeZone, day: Date) -> Option<i64> {
    let midnight = day.to_datetime(jiff::civil::Time::midnight());
    // Where the clocks are put forward over midnight the day begins with the first instant after it.
    Some(zone.to_ambiguous_timestamp(midnight).compatible().ok()?.as_second())
}

/// What is known of the prices in a window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Known {
    /// The lowest price in force at any time of the window.
    pub(super) lowest_minor: Option<i64>,
    /// The price in force when the window ends.
    pub(super) last_minor: Option<i64>,
    /// From when on prices are known without a hole, seconds since 1970; what lies before the window is not looked at.
    pub(super) since: i64,
}

/// Looks from `start` up to, but without, `end`. A price that began earlier and still held at `start` counts; one that
/// held for no time does not.
pub(super) fn look(history: &[PricePoint], start: i64, end: i64) -> Known {
    let mut known = Known { lowest_minor: None, last_minor: None, since: end };
    let mut until = end;
    for point in history.iter().rev() {
        if point.from >= until {
            continue;
        }
        known.lowest_minor =
            Some(known.lowest_minor.map_or(point.price_minor, |low| low.min(point.price_minor)));
        known.last_minor = known.last_minor.or(Some(point.price_minor));
        known.since = point.from;
        until = point.from;
        if point.from <= start {
            break;
        }
    }
    known
}
