//! Timetables against walking minute by minute: what a clock on the wall shows is read forward only.

use std::collections::BTreeSet;

use jiff::Timestamp;
use jiff::civil::DateTime;
use pricing::Timetable;
use proptest::prelude::*;
use serde_json::json;

use crate::{instant, timetable};

/// The first instant at which the clock of the zone shows or has passed each wanted time for the first time.
fn walked(
    table: &Timetable,
    wanted: impl Fn(DateTime) -> bool,
    from: Timestamp,
    minutes: i64,
) -> Vec<Timestamp> {
    let mut found = BTreeSet::new();
    let start = from.as_second() - 1_500 * 60;
    let mut passed = table.zone().to_datetime(Timestamp::from_second(start - 60).expect("a time"));
    for second in (start..from.as_second() + minutes * 60).step_by(60) {
        let now = Timestamp::from_second(second).expect("a time");
        let shown = table.zone().to_datetime(now);
        while passed < shown {
            passed = passed.checked_add(jiff::Span::new().minutes(1)).expect("a time");
            if wanted(passed) && now >= from {
                found.insert(now);
            }
        }
    }
    found.into_iter().collect()
}

const ZONES: [&str; 8] = [
    "Europe/Berlin",
    "Australia/Lord_Howe",
    "Pacific/Chatham",
    "America/Santiago",
    "Africa/Casablanca",
    "Antarctica/Troll",
    "America/Havana",
    "Asia/Kathmandu",
];

/// Days near which clocks change somewhere above.
const DAYS: [&str; 6] = ["2027-02-06", "2027-03-13", "2027-03-27", "2027-04-03", "2027-10-30", "2027-09-04"];

proptest! {
    #![proptest_config(ProptestConfig { cases: 120, ..ProptestConfig::default() })]

    #[test]
    fn every_tick_is_where_the_walk_finds_it(
        zone in prop::sample::select(&ZONES),
        day in prop::sample::select(&DAYS),
        minute_step in prop::sample::select(&[5_i8, 7, 20, 60]),
        hour in prop::option::of(0_i8..24),
        weekdays in prop::collection::btree_set(0_i8..7, 1..4),
        any_day in any::<bool>(),
        offset in 0_i64..2_000,
    ) {
        let hours = hour.map_or("*".to_owned(), |hour| hour.to_string());
        let list = weekdays.iter().map(ToString::to_string).collect::<Vec<_>>().join(",");
        let days = if any_day { "*".to_owned() } else { list };
        let minutes = if minute_step == 60 { "30".to_owned() } else { format!("*/{minute_step}") };
        let table = timetable(json!({ "zone": zone, "every": format!("{minutes} {hours} * * {days}") }));
        let wanted = |clock: DateTime| {
            let minute = if minute_step == 60 { clock.minute() == 30 } else { clock.minute() % minute_step == 0 };
            let weekday = clock.weekday().to_sunday_zero_offset();
            minute && hour.is_none_or(|hour| clock.hour() == hour) && (any_day || weekdays.contains(&weekday))
        };
        let from = Timestamp::from_second(instant(&format!("{day}T00:00:00Z")).as_second() + offset * 60).expect("a time");
        let length = 3_000;
        let expected = walked(&table, wanted, from, length);
        let before = Timestamp::from_second(from.as_second() - 1).expect("a time");
        let end = Timestamp::from_second(from.as_second() + length * 60 - 1).expect("a time");
        let found: Vec<Timestamp> = table.ticks_between(before, end).missed.iter().map(|change| change.at).collect();
        prop_assert_eq!(&found, &expected);
        // Looking back from any instant finds the same ticks as looking forward.
        for pair in expected.windows(2) {
            let middle = Timestamp::from_second((pair[0].as_second() + pair[1].as_second()) / 2).expect("a time");
            prop_assert_eq!(table.window_at(pair[0]).map(|w| (w.starts_at, w.ends_at)), Some((pair[0], Some(pair[1]))));
            prop_assert_eq!(table.window_at(middle).map(|w| w.starts_at), Some(pair[0]));
        }
    }

    #[test]
    fn a_window_is_open_from_its_tick_until_its_time_is_over(
        zone in prop::sample::select(&ZONES),
        day in prop::sample::select(&DAYS),
        time in 0_i8..24,
        hours in 1_i64..24,
        offset in 0_i64..2_880,
    ) {
        let document = json!({ "zone": zone, "every": format!("day at {time:02}:30"), "for": format!("{hours}h") });
        let table = timetable(document);
        let wanted = |clock: DateTime| clock.hour() == time && clock.minute() == 30;
        let midnight = instant(&format!("{day}T00:00:00Z"));
        let ticks = walked(&table, wanted, midnight, 4 * 1_440);
        let now = Timestamp::from_second(midnight.as_second() + 1_440 * 60 + offset * 60).expect("a time");
        let begun = ticks.iter().rev().find(|tick| **tick <= now);
        let open = begun.is_some_and(|tick| now.as_second() < tick.as_second() + hours * 3_600);
        prop_assert_eq!(table.is_active(now), open, "{} of {:?}", now, ticks);
        let next = table.next_change(now).expect("it goes on");
        let edges = ticks.iter().flat_map(|tick| [tick.as_second(), tick.as_second() + hours * 3_600]);
        let expected = edges.filter(|edge| *edge > now.as_second()).min();
        prop_assert_eq!(Some(next.at.as_second()), expected);
    }
}
