//! From a time on the wall to its instant when nobody is there to ask: after a gap, and the first of an overlap.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::{AmbiguousOffset, TimeZone};

/// The instant of a recurring time. In a gap it is the first instant after the gap; of an overlap it is the first.
/// Never earlier for a later `clock`.
pub(super) fn instant(zone: &TimeZone, clock: DateTime) -> Option<Timestamp> {
    match zone.to_ambiguous_timestamp(clock).offset() {
        AmbiguousOffset::Unambiguous { offset } => offset.to_timestamp(clock).ok(),
        AmbiguousOffset::Fold { before, .. } => before.to_timestamp(clock).ok(),
        AmbiguousOffset::Gap { before, after } => {
            let still_before = after.to_timestamp(clock).ok()?;
            zone.following(still_before)
                .find(|change| change.offset() != before)
                .map(|change| change.timestamp())
        }
    }
}

/// The latest time on the wall that can belong to an instant up to `instant`: in the second pass of an overlap the
/// end of the first pass.
pub(super) fn latest_clock(zone: &TimeZone, instant: Timestamp) -> DateTime {
    let clock = zone.to_datetime(instant);
    match zone.to_ambiguous_timestamp(clock).offset() {
        AmbiguousOffset::Fold { before, after } => {
            let seconds = i64::from(before.seconds() - after.seconds());
            clock.checked_add(jiff::Span::new().seconds(seconds)).unwrap_or(clock)
        }
        _ => clock,
    }
}
