//! What is refused, and what is told to mend it.

use insta::assert_snapshot;
use serde_json::{Value, json};

use crate::refused;

fn berlin(fields: Value) -> String {
    let mut document = json!({ "zone": "Europe/Berlin" });
    let target = document.as_object_mut().expect("an object");
    target.extend(fields.as_object().expect("an object").clone());
    refused(&document)
}

fn every(text: &str) -> String {
    berlin(json!({ "every": text }))
}

#[test]
fn clocks_that_change_are_asked_about() {
    assert_snapshot!(berlin(json!({ "at": "2027-03-28 02:30" })), @"/at [time_in_gap] 2027-03-28 02:30 does not exist in Europe/Berlin, the clocks are put forward over it; write 2027-03-28 01:30+01:00 or 2027-03-28 03:30+02:00");
    assert_snapshot!(berlin(json!({ "at": "2027-10-31 02:30" })), @"/at [time_in_overlap] 2027-10-31 02:30 happens twice in Europe/Berlin, the clocks are put back over it; write 2027-10-31 02:30+02:00 or 2027-10-31 02:30+01:00");
    assert_snapshot!(berlin(json!({ "at": "2027-10-31 02:30+03:00" })), @"/at [time_in_overlap] 2027-10-31 02:30 happens twice in Europe/Berlin, the clocks are put back over it; write 2027-10-31 02:30+02:00 or 2027-10-31 02:30+01:00");
    assert_snapshot!(berlin(json!({ "at": "2027-03-28 02:30+01:00" })), @"/at [time_in_gap] 2027-03-28 02:30 does not exist in Europe/Berlin, the clocks are put forward over it; write 2027-03-28 01:30+01:00 or 2027-03-28 03:30+02:00");
    assert_snapshot!(berlin(json!({ "at": "2027-07-01 12:00+01:00" })), @"/at [wrong_offset] Europe/Berlin does not have this offset then; write 2027-07-01 12:00+02:00");
    assert_snapshot!(berlin(json!({ "at": "2027-03-28 02:30", "until": "2027-10-31 02:30" })), @r#"
    /at [time_in_gap] 2027-03-28 02:30 does not exist in Europe/Berlin, the clocks are put forward over it; write 2027-03-28 01:30+01:00 or 2027-03-28 03:30+02:00
    /until [time_in_overlap] 2027-10-31 02:30 happens twice in Europe/Berlin, the clocks are put back over it; write 2027-10-31 02:30+02:00 or 2027-10-31 02:30+01:00
    "#);
}

#[test]
fn zones_are_known_exactly() {
    for (zone, mend) in [
        ("Europe/Berln", "did you mean `Europe/Berlin`?"),
        ("europe/berlin", "did you mean `Europe/Berlin`?"),
        ("Berlin", "did you mean `Europe/Berlin`?"),
        ("New York", "did you mean `America/New_York`?"),
        ("America/Los Angeles", "did you mean `America/Los_Angeles`?"),
        ("Mars/Olympus_Mons", "write an IANA name such as `Europe/Berlin`"),
        ("", "write an IANA name such as `Europe/Berlin`"),
    ] {
        let told = refused(&json!({ "zone": zone, "at": "2027-01-01 00:00" }));
        assert_eq!(told, format!("/zone [unknown_zone] `{zone}` is not a time zone; {mend}"));
    }
    assert_snapshot!(refused(&json!({ "at": "2027-01-01 00:00" })), @"missing field `zone`");
}

#[test]
fn bounds_must_make_sense() {
    assert_snapshot!(berlin(json!({})), @" [empty] says nothing about when; write `at`, or `every` for what happens again and again");
    assert_snapshot!(berlin(json!({ "until": "2027-01-01 00:00" })), @" [empty] says nothing about when; write `at`, or `every` for what happens again and again");
    assert_snapshot!(berlin(json!({ "at": "2027-01-02 00:00", "until": "2027-01-01 00:00" })), @"/until [ends_before_start] does not lie after `at`; write a later time");
    assert_snapshot!(berlin(json!({ "at": "2027-01-01 00:00", "until": "2027-01-01 00:00" })), @"/until [ends_before_start] does not lie after `at`; write a later time");
    // On the wall the end stands before the start, but it is the second of the two passes.
    let twice =
        json!({ "zone": "Europe/Berlin", "at": "2027-10-31 02:50+02:00", "until": "2027-10-31 02:10+01:00" });
    assert!(crate::schedule(&twice).timetable().is_ok());
    assert_snapshot!(berlin(json!({ "at": "2027-01-01 00:00", "for": "2h" })), @"/for [not_recurring] belongs to `every`; to end something that happens once write `until`");
    assert_snapshot!(berlin(json!({ "every": "monday at 06:00", "at": "2027-01-05 00:00", "until": "2027-01-11 06:00" })), @"/every [never] never comes between `at` and `until`; write other bounds or another time");
}

#[test]
fn a_window_is_not_longer_than_its_period() {
    assert_snapshot!(berlin(json!({ "every": "hour", "for": "61m" })), @"/for [window_too_long] 1h 1m is longer than the 1h from one time to the next; write at most 1h");
    assert_snapshot!(berlin(json!({ "every": "weekday at 06:00", "for": "2d" })), @"/for [window_too_long] 2d is longer than the 1d from one time to the next; write at most 1d");
    assert_snapshot!(berlin(json!({ "every": "monday at 06:00", "for": "8d" })), @"/for [window_too_long] 8d is longer than the 7d from one time to the next; write at most 7d");
    assert_snapshot!(berlin(json!({ "every": "day at 06:00 and 07:30", "for": "2h" })), @"/for [window_too_long] 2h is longer than the 1h 30m from one time to the next; write at most 1h 30m");
    assert_snapshot!(berlin(json!({ "every": "0 0 1 * *", "for": "29d" })), @"/for [window_too_long] 29d is longer than the 28d from one time to the next; write at most 28d");
    assert_snapshot!(berlin(json!({ "every": "0 0 29 2 *", "for": "1500d" })), @"/for [window_too_long] 1500d is longer than the 1461d from one time to the next; write at most 1461d");
    for (text, lasting) in [
        ("hour", "1h"),
        ("monday at 06:00", "1w"),
        ("0 0 1 * *", "28d"),
        ("0 0 29 2 *", "1461d"),
        ("weekend at 10:00", "24h"),
    ] {
        let document = json!({ "zone": "Europe/Berlin", "every": text, "for": lasting });
        assert!(crate::schedule(&document).timetable().is_ok(), "{document}");
    }
}

#[test]
fn times_are_written_one_way() {
    assert_snapshot!(berlin(json!({ "at": "2027-11-26" })), @"`2027-11-26` has no time; write `2027-11-26 00:00` for the start of that day");
    for text in [
        "26.11.2027 00:00",
        "2027-11-26 24:00",
        "2027-11-26 9:00",
        "2027-02-29 00:00",
        "2027-11-26 00:00Z",
        "2027-11-26 00:00:00",
        "2027-11-26 00:00+1:00",
        "2027-11-26 00:00+01:60",
        "tomorrow",
        "",
        "1969-07-20 20:17",
        "２027-11-26 00:00",
        "2027-11-26 00:0é",
    ] {
        let told = berlin(json!({ "at": text }));
        assert!(told.contains("is not a date with a time; write it like 2027-11-26 00:00"), "{text}: {told}");
    }
    assert!(berlin(json!({ "at": null })).contains("null"));
    assert!(berlin(json!({ "at": "2027-01-01 00:00", "untill": "2027-01-02 00:00" })).contains("untill"));
}

#[test]
fn durations_are_written_one_way() {
    for text in ["2", "h", "2 h", "2hours", "1h 1h", "30m 1h", "-1h", "1.5h", "", "PT2H"] {
        let told = berlin(json!({ "every": "day at 06:00", "for": text }));
        assert!(told.contains("write it like 2h, 1h 30m or 3d"), "{text}: {told}");
    }
    assert_snapshot!(berlin(json!({ "every": "day at 06:00", "for": "0h" })), @"`0h` is no time at all; write it like 2h, 1h 30m or 3d");
    assert_snapshot!(berlin(json!({ "every": "day at 06:00", "for": "99999999999d" })), @"`99999999999d` is not a duration; write it like 2h, 1h 30m or 3d");
    assert_snapshot!(berlin(json!({ "every": "day at 06:00", "for": "600w" })), @"`600w` is longer than 3660 days");
}

#[test]
fn words_that_are_not_known_name_the_nearest() {
    assert_snapshot!(every("wekday at 06:00"), @"`wekday` is not known here; did you mean `weekday`?");
    assert_snapshot!(every("firts monday at 06:00"), @"`firts` is not known here; did you mean `first`?");
    assert_snapshot!(every("first mondya at 06:00"), @"`mondya` is not known here; did you mean `monday`?");
    assert_snapshot!(every("blue moon"), @"`blue` is not known here; write `day`, `weekday`, `monday`, `first monday`, `month on day 1`, `15 minutes` or the five fields of cron");
    assert_snapshot!(every("weekday"), @"does not say the time; write it like `weekday at 06:00`");
    assert_snapshot!(every("monday 06:00"), @"`06:00` is not known here; write `at` and a time such as `at 06:00`");
    assert_snapshot!(every("monday at 6am"), @"`6am` is not a time; write it like 06:00 or 17:30");
    assert_snapshot!(every("day at 24:00"), @"`24:00` is not a time; write it like 06:00 or 17:30");
    assert_snapshot!(every("day at 06:00 and"), @"ends where a time such as 06:00 is expected");
    assert_snapshot!(every("day at 06:00 on the moon"), @"`on` and what follows is not understood; remove it");
    assert_snapshot!(every("month on day 31 at 00:00"), @"not every month has a day 31; write `month on the last day`, or a day up to 28");
    assert_snapshot!(every("month on the first day at 00:00"), @"`first` stands where `last` is expected");
    assert_snapshot!(every("7 minutes"), @"7 minutes do not divide 60 evenly; write a number that does");
    assert_snapshot!(every("15 bananas"), @"`15` of what? write it like `15 minutes` or `2 hours`");
    assert_snapshot!(every(""), @"says nothing; write it like `weekday at 06:00`");
}

#[test]
fn cron_that_programs_read_differently_is_refused() {
    assert_snapshot!(every("0 6 * *"), @"cron has five fields (minute, hour, day of the month, month, day of the week), not 4; words such as `weekday at 06:00` are read too");
    assert_snapshot!(every("0 0 6 * * *"), @"cron has five fields (minute, hour, day of the month, month, day of the week), not 6; words such as `weekday at 06:00` are read too");
    assert_snapshot!(every("0 6 1 * 1"), @"a day of the month and a day of the week together mean either to some programs and both to others; leave one as `*`, or write `first monday at 06:00`");
    assert_snapshot!(every("60 6 * * *"), @"`60` is not a minute; write 0 to 59");
    assert_snapshot!(every("0 6 * * 8"), @"`8` is not a day of the week; write 0 to 7");
    assert_snapshot!(every("0 6 * foo *"), @"`foo` is not a month; write 1 to 12");
    assert_snapshot!(every("5/15 * * * *"), @"`5/15` steps from one minute; write `*/…` or a span such as `a-b/…`");
    assert_snapshot!(every("*/0 * * * *"), @"`*/0` has no step that can be used");
    assert_snapshot!(every("*/99999999999 * * * *"), @"`*/99999999999` has no step that can be used");
    assert_snapshot!(every("30-10 * * * *"), @"`30-10` runs backwards; write two spans with a comma");
    assert_snapshot!(every("0 0 30 2 *"), @"`0 0 30 2 *` never comes: no month has that day");
    assert_snapshot!(every("0 0 31 4,6 *"), @"`0 0 31 4,6 *` never comes: no month has that day");
    assert_snapshot!(every("* * * * ,"), @"`` is not a day of the week; write 0 to 7");
}
