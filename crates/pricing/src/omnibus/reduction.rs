//! When the reduction that a planned price announces began: now, or with the first step of one that runs already.

use jiff::Span;
use jiff::tz::TimeZone;

use super::country::Progressive;
use super::window;
use crate::facts::PricePoint;

/// When the reduction began, in seconds since 1970, not after `announced_at`.
///
/// A price that stays as it is, still announced, goes on with the reduction it belongs to. A lower one does too where
/// the country lets reductions grow. A higher one, or one after a pause in which nothing was announced, begins anew.
pub(super) fn began_at(
    history: &[PricePoint],
    price_minor: i64,
    announced_at: i64,
    progressive: Progressive,
    zones: &[TimeZone],
) -> i64 {
    let same = run_start(history, announced_at, price_minor, |earlier, later| earlier == later);
    if progressive == Progressive::No {
        return same;
    }
    let first = run_start(history, announced_at, price_minor, |earlier, later| earlier >= later);
    if first == same {
        return same;
    }
    let last_instant = match progressive {
        Progressive::No => first,
        Progressive::Unlimited => i64::MAX,
        Progressive::Days(days) => window::last_instant(zones, first, Span::new().days(i64::from(days))),
        Progressive::Months(months) => {
            window::last_instant(zones, first, Span::new().months(i64::from(months)))
        }
    };
    if announced_at <= last_instant { first } else { same }
}

/// The start of the run of announced prices that ends at `announced_at` and in which each price may follow the one
/// before.
fn run_start(
    history: &[PricePoint],
    announced_at: i64,
    price_minor: i64,
    may_follow: impl Fn(i64, i64) -> bool,
) -> i64 {
    let (mut start, mut later) = (announced_at, price_minor);
    for point in history.iter().rev() {
        // Not yet in force, or replaced in the same instant: nobody ever saw it.
        if point.from >= start {
            continue;
        }
        let announced = point.compare_at_minor.is_some_and(|compare_at| compare_at > point.price_minor);
        if !announced || !may_follow(point.price_minor, later) {
            break;
        }
        (start, later) = (point.from, point.price_minor);
    }
    start
}
