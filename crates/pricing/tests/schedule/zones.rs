//! Both days on which clocks change, in every zone of the table.

use jiff::ToSpan;
use pricing::ChangeKind;
use serde_json::json;

use crate::table::{CHANGES, Kind, UNCHANGING};
use crate::{instant, refused, timetable};

#[test]
fn a_time_that_never_or_twice_comes_is_refused_with_what_it_could_mean() {
    for case in CHANGES {
        let told = refused(&json!({ "zone": case.zone, "at": case.clock }));
        let code = match case.kind {
            Kind::Gap => "time_in_gap",
            Kind::Overlap => "time_in_overlap",
        };
        let mend = format!("write {} or {}", case.means[0], case.means[1]);
        assert!(told.starts_with(&format!("/at [{code}] {} ", case.clock)), "{told}");
        assert!(told.ends_with(&mend), "{told}: expected {mend}");
        let until = json!({ "zone": case.zone, "at": "2025-01-01 00:00", "until": case.clock });
        assert!(refused(&until).starts_with(&format!("/until [{code}] ")));
    }
}

#[test]
fn each_reading_with_its_offset_is_one_exact_instant() {
    for case in CHANGES {
        for (means, expected) in case.means.iter().zip(case.instants) {
            let once = timetable(json!({ "zone": case.zone, "at": means }));
            let at = instant(expected);
            assert_eq!(once.next_change(at - 1.second()).map(|c| c.at), Some(at), "{} {means}", case.zone);
            assert_eq!(once.next_change(at), None, "{} {means}", case.zone);
            assert!(once.is_active(at) && !once.is_active(at - 1.second()));
        }
    }
}

#[test]
fn what_comes_back_runs_once_on_a_day_of_change() {
    for case in CHANGES {
        let (_, time) = case.clock.split_once(' ').expect("a time");
        let daily = timetable(json!({ "zone": case.zone, "every": format!("day at {time}"), "for": "10m" }));
        let tick = instant(case.tick);
        let window = daily.window_at(tick).unwrap_or_else(|| panic!("{} at {tick}", case.zone));
        assert_eq!((window.starts_at, window.ends_at), (tick, Some(tick + 10.minutes())), "{}", case.zone);
        let around = daily.ticks_between(tick - 4.hours(), tick + 4.hours()).missed;
        let starts: Vec<_> = around.iter().filter(|c| c.kind == ChangeKind::Starts).map(|c| c.at).collect();
        assert_eq!(starts, [tick], "{}", case.zone);
    }
}

#[test]
fn noon_stays_noon_before_and_after() {
    for case in CHANGES {
        let daily = timetable(json!({ "zone": case.zone, "every": "0 12 * * *" }));
        let before = instant(case.noons[0]) - 1.hour();
        let found: Vec<_> = daily.preview(before, 3).iter().map(|w| w.starts_at.to_string()).collect();
        assert_eq!(found, case.noons, "{}", case.zone);
    }
}

#[test]
fn a_day_lasts_until_the_same_time_and_hours_last_their_time() {
    for case in CHANGES {
        let from_noon = |lasting: &str| {
            let document = json!({ "zone": case.zone, "every": "day at 12:00", "for": lasting });
            timetable(document).window_at(instant(case.noons[0])).expect("noon")
        };
        assert_eq!(from_noon("1d").ends_at, Some(instant(case.noons[1])), "{}", case.zone);
        let passed = instant(case.noons[0]) + 24.hours();
        assert_eq!(from_noon("23h").ends_at, Some(passed - 1.hour()).min(Some(instant(case.noons[1]))));
        // Fewer hours pass when the clock goes forward, and the next noon takes over.
        assert_eq!(from_noon("24h").ends_at, Some(passed.min(instant(case.noons[1]))), "{}", case.zone);
    }
}

#[test]
fn where_no_clock_changes_nothing_is_special() {
    for [zone, march, october] in UNCHANGING {
        for (clock, expected) in [("2027-03-28 02:30", march), ("2027-10-31 02:30", october)] {
            let once = timetable(json!({ "zone": zone, "at": clock }));
            assert_eq!(
                once.next_change(instant("2027-01-01T00:00:00Z")).map(|c| c.at),
                Some(instant(expected))
            );
            let daily = timetable(json!({ "zone": zone, "every": "day at 02:30" }));
            let found = daily.preview(instant(expected) - 1.second(), 2);
            assert_eq!(found[0].starts_at, instant(expected), "{zone}");
            assert_eq!(found[1].starts_at, instant(expected) + 24.hours(), "{zone}");
        }
    }
}

#[test]
fn a_quarter_of_an_hour_skips_the_repeated_hour_and_does_not_double_after_the_gap() {
    let quarters = timetable(json!({ "zone": "Europe/Berlin", "every": "15 minutes" }));
    let starts = |from: &str, to: &str| -> Vec<String> {
        let found = quarters.ticks_between(instant(from), instant(to)).missed;
        found.iter().map(|change| change.at.to_string()).collect()
    };
    let gap = ["00:45:00", "01:00:00", "01:15:00"].map(|time| format!("2027-03-28T{time}Z"));
    assert_eq!(starts("2027-03-28T00:30:00Z", "2027-03-28T01:15:00Z"), gap);
    let overlap = ["00:30:00", "00:45:00", "02:00:00"].map(|time| format!("2027-10-31T{time}Z"));
    assert_eq!(starts("2027-10-31T00:15:00Z", "2027-10-31T02:00:00Z"), overlap);
}

#[test]
fn a_zone_that_left_out_a_whole_day_goes_on_after_it() {
    let daily = timetable(json!({ "zone": "Pacific/Apia", "every": "day at 09:00" }));
    let found = daily.preview(instant("2011-12-29T00:00:00Z"), 3);
    let found = found.iter().map(|window| window.starts_at.to_string()).collect::<Vec<_>>();
    // The 29th at -10, then 30 December does not exist: its tick runs when the 31st begins, at +14.
    assert_eq!(found, ["2011-12-29T19:00:00Z", "2011-12-30T10:00:00Z", "2011-12-30T19:00:00Z"]);
}
