//! What may be written after `every`, and the canonical way to write a schedule.

use pricing::Schedule;
use serde_json::json;

use crate::{instant, schedule, timetable};

/// The next three times after Wednesday 2027-12-01 10:20 in UTC.
fn next(every: &str) -> Vec<String> {
    let table = timetable(json!({ "zone": "UTC", "every": every }));
    let windows = table.preview(instant("2027-12-01T10:20:00Z"), 3);
    windows.iter().map(|w| w.starts_at.strftime("%a %F %H:%M").to_string()).collect()
}

#[test]
fn words_and_cron_say_the_same() {
    for (words, cron, expected) in [
        ("minute", "* * * * *", ["Wed 2027-12-01 10:21", "Wed 2027-12-01 10:22", "Wed 2027-12-01 10:23"]),
        (
            "15 minutes",
            "*/15 * * * *",
            ["Wed 2027-12-01 10:30", "Wed 2027-12-01 10:45", "Wed 2027-12-01 11:00"],
        ),
        ("hour", "0 * * * *", ["Wed 2027-12-01 11:00", "Wed 2027-12-01 12:00", "Wed 2027-12-01 13:00"]),
        ("6 hours", "0 */6 * * *", ["Wed 2027-12-01 12:00", "Wed 2027-12-01 18:00", "Thu 2027-12-02 00:00"]),
        (
            "day at 06:00",
            "0 6 * * *",
            ["Thu 2027-12-02 06:00", "Fri 2027-12-03 06:00", "Sat 2027-12-04 06:00"],
        ),
        (
            "every day at 06:00 and 18:00",
            "0 6,18 * * *",
            ["Wed 2027-12-01 18:00", "Thu 2027-12-02 06:00", "Thu 2027-12-02 18:00"],
        ),
        (
            "weekday at 06:00",
            "0 6 * * 1-5",
            ["Thu 2027-12-02 06:00", "Fri 2027-12-03 06:00", "Mon 2027-12-06 06:00"],
        ),
        (
            "weekend at 10:00",
            "0 10 * * sat,sun",
            ["Sat 2027-12-04 10:00", "Sun 2027-12-05 10:00", "Sat 2027-12-11 10:00"],
        ),
        (
            "Monday at 00:05",
            "5 0 * * 1",
            ["Mon 2027-12-06 00:05", "Mon 2027-12-13 00:05", "Mon 2027-12-20 00:05"],
        ),
        (
            "monday, thursday, and sunday at 08:00",
            "0 8 * * 0,1,4",
            ["Thu 2027-12-02 08:00", "Sun 2027-12-05 08:00", "Mon 2027-12-06 08:00"],
        ),
        (
            "friday to monday at 12:00",
            "0 12 * * 5-7,1",
            ["Fri 2027-12-03 12:00", "Sat 2027-12-04 12:00", "Sun 2027-12-05 12:00"],
        ),
        (
            "month on day 1 at 00:00",
            "0 0 1 * *",
            ["Sat 2028-01-01 00:00", "Tue 2028-02-01 00:00", "Wed 2028-03-01 00:00"],
        ),
    ] {
        assert_eq!(next(words), expected, "{words}");
        assert_eq!(next(cron), expected, "{cron}");
    }
}

#[test]
fn what_only_words_can_say() {
    assert_eq!(
        next("first monday at 08:00"),
        ["Mon 2027-12-06 08:00", "Mon 2028-01-03 08:00", "Mon 2028-02-07 08:00"]
    );
    assert_eq!(
        next("third thursday of the month at 08:00"),
        ["Thu 2027-12-16 08:00", "Thu 2028-01-20 08:00", "Thu 2028-02-17 08:00"]
    );
    assert_eq!(
        next("last friday of month at 17:30"),
        ["Fri 2027-12-31 17:30", "Fri 2028-01-28 17:30", "Fri 2028-02-25 17:30"]
    );
    assert_eq!(
        next("month on the last day at 23:00"),
        ["Fri 2027-12-31 23:00", "Mon 2028-01-31 23:00", "Tue 2028-02-29 23:00"]
    );
}

#[test]
fn what_only_cron_can_say() {
    assert_eq!(
        next("30 9-17/4 * jan-mar mon"),
        ["Mon 2028-01-03 09:30", "Mon 2028-01-03 13:30", "Mon 2028-01-03 17:30"]
    );
    assert_eq!(next("0 0 29 2 *"), ["Tue 2028-02-29 00:00", "Sun 2032-02-29 00:00", "Fri 2036-02-29 00:00"]);
    assert_eq!(next("0 0 31 * *"), ["Fri 2027-12-31 00:00", "Mon 2028-01-31 00:00", "Fri 2028-03-31 00:00"]);
}

#[test]
fn there_is_one_way_to_write_it() {
    let canonical = |document| serde_json::to_string(&schedule(&document)).expect("JSON");
    let written = json!({ "zone": "Europe/Berlin", "every": "Every  Weekday at 06:00", "for": "1w 90m" });
    assert_eq!(
        canonical(written),
        r#"{"zone":"Europe/Berlin","every":"weekday at 06:00","for":"7d 1h 30m"}"#
    );
    let once =
        json!({ "until": "2027-10-31T02:30+02:00", "at": "2027-10-01T00:00", "zone": "Europe/Berlin" });
    let text = canonical(once);
    assert_eq!(text, r#"{"zone":"Europe/Berlin","at":"2027-10-01 00:00","until":"2027-10-31 02:30+02:00"}"#);
    let again: Schedule = serde_json::from_str(&text).expect("reads what it writes");
    assert_eq!(serde_json::to_string(&again).expect("JSON"), text);
}

#[test]
fn the_time_zone_data_is_new_enough_for_2027() {
    assert!(pricing::time_zone_data_version() >= "2026a", "{}", pricing::time_zone_data_version());
}
