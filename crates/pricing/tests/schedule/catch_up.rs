//! Windows, what comes next, and what somebody who slept has missed.

use jiff::ToSpan;
use pricing::{Change, ChangeKind, Window};
use serde_json::json;

use crate::{instant, timetable, window};

fn change(at: &str, kind: ChangeKind) -> Change {
    Change { at: instant(at), kind }
}

#[test]
fn a_sale_starts_and_returns_by_itself() {
    let sale =
        timetable(json!({ "zone": "Europe/Berlin", "at": "2027-11-26 00:00", "until": "2027-11-30 00:00" }));
    let (start, end) = ("2027-11-25T23:00:00Z", "2027-11-29T23:00:00Z");
    assert!(sale.returns());
    assert_eq!(sale.window_at(instant(start)), Some(window(start, end)));
    assert_eq!(sale.window_at(instant(end)), None);
    assert!(
        !sale.is_active(instant(start) - 1.nanosecond()) && sale.is_active(instant(end) - 1.nanosecond())
    );
    let changes: Vec<_> = sale.changes_after(instant("2027-01-01T00:00:00Z")).collect();
    assert_eq!(changes, [change(start, ChangeKind::Starts), change(end, ChangeKind::Ends)]);
    assert_eq!(sale.preview(instant("2027-01-01T00:00:00Z"), 5), [window(start, end)]);
}

#[test]
fn without_until_it_stays() {
    let price = timetable(json!({ "zone": "Asia/Tokyo", "at": "2027-04-01 09:00" }));
    let start = instant("2027-04-01T00:00:00Z");
    assert!(!price.returns());
    assert_eq!(price.window_at(start + 87_600.hours()), Some(Window { starts_at: start, ends_at: None }));
    assert_eq!(price.next_change(start), None);
}

#[test]
fn a_happy_hour_opens_and_closes_within_its_bounds() {
    let happy = timetable(json!({
        "zone": "Europe/Berlin", "every": "weekday at 17:00", "for": "2h",
        "at": "2027-03-25 00:00", "until": "2027-03-30 18:00",
    }));
    let windows = happy.preview(instant("2027-01-01T00:00:00Z"), 10);
    assert_eq!(
        windows,
        [
            window("2027-03-25T16:00:00Z", "2027-03-25T18:00:00Z"),
            window("2027-03-26T16:00:00Z", "2027-03-26T18:00:00Z"),
            window("2027-03-29T15:00:00Z", "2027-03-29T17:00:00Z"),
            // Cut off where the repetition ends.
            window("2027-03-30T15:00:00Z", "2027-03-30T16:00:00Z"),
        ]
    );
    assert!(!happy.is_active(instant("2027-03-24T16:30:00Z")), "before `at`");
    assert!(!happy.is_active(instant("2027-03-31T15:30:00Z")), "after `until`");
    assert_eq!(happy.next_change(instant("2027-03-30T16:00:00Z")), None);
}

#[test]
fn without_for_each_time_lasts_until_the_next() {
    let nightly = timetable(json!({ "zone": "UTC", "every": "day at 03:00", "until": "2027-05-03 12:00" }));
    assert_eq!(
        nightly.window_at(instant("2027-05-01T23:00:00Z")),
        Some(window("2027-05-01T03:00:00Z", "2027-05-02T03:00:00Z"))
    );
    let changes: Vec<_> = nightly.changes_after(instant("2027-05-01T04:00:00Z")).collect();
    assert_eq!(
        changes,
        [
            change("2027-05-02T03:00:00Z", ChangeKind::Starts),
            change("2027-05-03T03:00:00Z", ChangeKind::Starts),
            change("2027-05-03T12:00:00Z", ChangeKind::Ends),
        ]
    );
}

#[test]
fn who_slept_does_the_last_thing_only() {
    let happy = timetable(json!({ "zone": "UTC", "every": "day at 17:00", "for": "2h" }));
    let slept = |last: &str, now: &str| happy.ticks_between(instant(last), instant(now));
    let nothing = slept("2027-06-01T12:00:00Z", "2027-06-01T16:59:59Z");
    assert_eq!((nothing.missed.len(), nothing.counts, nothing.more), (0, None, false));
    let opens = slept("2027-06-01T12:00:00Z", "2027-06-01T17:00:00Z");
    assert_eq!(opens.counts, Some(change("2027-06-01T17:00:00Z", ChangeKind::Starts)));
    let again = slept("2027-06-01T17:00:00Z", "2027-06-01T17:00:00Z");
    assert_eq!(again.counts, None, "what was seen is not seen again");
    let over = slept("2027-06-01T12:00:00Z", "2027-06-03T18:00:00Z");
    let kinds: Vec<_> = over.missed.iter().map(|change| change.kind).collect();
    assert_eq!(
        kinds,
        [ChangeKind::Starts, ChangeKind::Ends, ChangeKind::Starts, ChangeKind::Ends, ChangeKind::Starts]
    );
    assert_eq!(over.counts, Some(change("2027-06-03T17:00:00Z", ChangeKind::Starts)));
    let through = slept("2027-06-01T12:00:00Z", "2027-06-01T23:00:00Z");
    assert_eq!(through.counts, Some(change("2027-06-01T19:00:00Z", ChangeKind::Ends)));
}

#[test]
fn a_sleep_of_years_stays_small_and_right() {
    let often = timetable(json!({ "zone": "Europe/Berlin", "every": "5 minutes", "for": "1m" }));
    let years = often.ticks_between(instant("2020-01-01T00:00:00Z"), instant("2027-06-01T12:03:00Z"));
    assert_eq!((years.missed.len(), years.more), (1_000, true));
    assert_eq!(years.missed[0], change("2020-01-01T00:01:00Z", ChangeKind::Ends));
    assert_eq!(years.counts, Some(change("2027-06-01T12:01:00Z", ChangeKind::Ends)));
}

#[test]
fn a_repetition_that_begins_on_its_time_begins_with_it() {
    let bounded = timetable(json!({
        "zone": "Europe/Berlin", "every": "day at 02:30", "for": "1h",
        "at": "2027-03-27 02:30", "until": "2027-03-29 02:30",
    }));
    assert_eq!(
        bounded.preview(instant("2027-01-01T00:00:00Z"), 5),
        [
            window("2027-03-27T01:30:00Z", "2027-03-27T02:30:00Z"),
            // In the gap: the first instant after it.
            window("2027-03-28T01:00:00Z", "2027-03-28T02:00:00Z"),
        ],
        "the one that stands exactly on `until` no longer comes"
    );
    assert!(bounded.is_active(instant("2027-03-27T01:30:00Z")));
    let after_the_gap = timetable(json!({
        "zone": "Europe/Berlin", "every": "day at 02:30", "at": "2027-03-28 03:00",
    }));
    let first = after_the_gap.next_change(instant("2027-01-01T00:00:00Z"));
    assert_eq!(first, Some(change("2027-03-28T01:00:00Z", ChangeKind::Starts)), "what the gap put off comes");
}
