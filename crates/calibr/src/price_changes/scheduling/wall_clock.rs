//! Which instant a clock on the wall means: exactly one, or words that say why not. Pure.

use jiff::civil::DateTime;
use jiff::tz::{AmbiguousOffset, AmbiguousZoned};
use jiff::{SignedDuration, Timestamp, Zoned};
use kernel_core::{Error, Result};

use crate::price_changes::dto::{Disambiguation, StartAt};

/// How a clock on the wall is written: the minute is enough for people.
const CLOCK: &str = "%Y-%m-%dT%H:%M";
/// What is further away is more likely a mistyped year than a plan.
const AHEAD_MAX: SignedDuration = SignedDuration::from_hours(366 * 24);

/// The instant that is meant, which is still to come.
///
/// # Errors
/// `price_change.at` (422) on the field that is at fault: what is no time or no zone, a time that the zone skips or has
/// twice without a word which is meant, and one that is past or more than a year away.
pub fn instant_of(at: &StartAt, now: Timestamp) -> Result<Timestamp> {
    let Some(zone) = kernel_core::time_zone(&at.time_zone) else {
        let detail = format!("`{}` is not a time zone; name one such as Europe/Paris.", short(&at.time_zone));
        return Err(refused("/at/time_zone", "unknown_zone", detail));
    };
    let read = DateTime::strptime(CLOCK, &at.local).ok();
    let Some(clock) = read.filter(|clock| clock.strftime(CLOCK).to_string() == at.local) else {
        let detail = format!(
            "`{}` is not a date with a time; write it like 2026-11-27T09:00, without an offset.",
            short(&at.local)
        );
        return Err(refused("/at/local", "not_a_time", detail));
    };
    let meant = one_of(at, zone.to_ambiguous_zoned(clock))?;
    if meant.timestamp() <= now {
        let there = now.to_zoned(zone).strftime(CLOCK).to_string();
        let detail =
            format!("That is past: it is {there} in {}. Name a later time, or apply now.", at.time_zone);
        return Err(refused("/at/local", "out_of_range", detail));
    }
    if meant.timestamp().duration_since(now) > AHEAD_MAX {
        let detail = "That is more than a year away. Name a time within a year.".to_owned();
        return Err(refused("/at/local", "out_of_range", detail));
    }
    Ok(meant.timestamp())
}

/// The one reading of a time, or the one that was asked for of two.
fn one_of(at: &StartAt, ambiguous: AmbiguousZoned) -> Result<Zoned> {
    let far = |_| refused("/at/local", "out_of_range", "That time cannot be computed.".to_owned());
    let (code, why) = match ambiguous.offset() {
        AmbiguousOffset::Unambiguous { .. } => return ambiguous.unambiguous().map_err(far),
        AmbiguousOffset::Gap { .. } => ("time_in_gap", "does not exist"),
        AmbiguousOffset::Fold { .. } => ("time_in_overlap", "happens twice"),
    };
    match at.disambiguation {
        Disambiguation::Earlier => ambiguous.earlier().map_err(far),
        Disambiguation::Later => ambiguous.later().map_err(far),
        Disambiguation::Reject => {
            let written = |zoned: Zoned| zoned.strftime("%Y-%m-%dT%H:%M%:z").to_string();
            let earlier = written(ambiguous.clone().earlier().map_err(far)?);
            let later = written(ambiguous.later().map_err(far)?);
            let detail = format!(
                "{} {why} in {}, where the clocks change then. Say `earlier` for {earlier} or `later` for {later}, or name \
                 another time.",
                at.local, at.time_zone
            );
            Err(refused("/at/local", code, detail))
        }
    }
}

fn refused(pointer: &str, code: &str, detail: String) -> Error {
    Error::unprocessable("price_change.at", detail.clone()).at(pointer, code, detail)
}

fn short(text: &str) -> String {
    text.chars().take(40).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(local: &str, time_zone: &str, disambiguation: Disambiguation) -> StartAt {
        StartAt { local: local.to_owned(), time_zone: time_zone.to_owned(), disambiguation }
    }

    fn read(local: &str, time_zone: &str, disambiguation: Disambiguation) -> Result<String> {
        let now = "2026-10-01T00:00:00Z".parse().expect("an instant");
        instant_of(&at(local, time_zone, disambiguation), now).map(|instant| instant.to_string())
    }

    #[test]
    fn a_clock_on_the_wall_means_the_instant_of_its_zone() {
        for (local, zone, instant) in [
            ("2026-11-27T09:00", "Europe/Paris", "2026-11-27T08:00:00Z"),
            ("2027-06-27T09:00", "Europe/Paris", "2027-06-27T07:00:00Z"),
            ("2026-11-27T09:00", "America/New_York", "2026-11-27T14:00:00Z"),
            ("2026-11-27T09:00", "Asia/Kathmandu", "2026-11-27T03:15:00Z"),
            ("2026-11-27T09:00", "UTC", "2026-11-27T09:00:00Z"),
        ] {
            assert_eq!(
                read(local, zone, Disambiguation::Reject).expect("an instant"),
                instant,
                "{local} {zone}"
            );
        }
    }

    #[test]
    fn a_time_that_does_not_exist_or_exists_twice_needs_a_word() {
        let (gap, fold) = ("2027-03-28T02:30", "2026-10-25T02:30");
        for (local, code, says) in
            [(gap, "time_in_gap", "does not exist"), (fold, "time_in_overlap", "happens twice")]
        {
            let error = read(local, "Europe/Paris", Disambiguation::Reject).expect_err("no single instant");
            assert!(error.detail.contains(says) && error.detail.contains("`earlier`"), "{}", error.detail);
            assert_eq!(
                (error.fields[0].pointer.as_str(), error.fields[0].code.as_str()),
                ("/at/local", code)
            );
        }
        let meant = |local, which| read(local, "Europe/Paris", which).expect("an instant");
        assert_eq!(meant(gap, Disambiguation::Earlier), "2027-03-28T00:30:00Z");
        assert_eq!(meant(gap, Disambiguation::Later), "2027-03-28T01:30:00Z");
        assert_eq!(meant(fold, Disambiguation::Earlier), "2026-10-25T00:30:00Z");
        assert_eq!(meant(fold, Disambiguation::Later), "2026-10-25T01:30:00Z");
    }

    #[test]
    fn what_is_no_time_no_zone_past_or_far_is_refused_on_its_field() {
        for (local, zone, pointer) in [
            ("2026-11-27T09:00", "Mars/Base", "/at/time_zone"),
            ("2026-11-27T09:00", "europe/paris", "/at/time_zone"),
            ("2026-11-27T09:00", "", "/at/time_zone"),
            ("2026-11-27", "Europe/Paris", "/at/local"),
            ("2026-02-30T09:00", "Europe/Paris", "/at/local"),
            ("2026-11-27T09:00Z", "Europe/Paris", "/at/local"),
            ("2026-11-27T09:00+01:00", "Europe/Paris", "/at/local"),
            ("2026-11-27 09:00", "Europe/Paris", "/at/local"),
            ("+2026-1-27T09:00", "Europe/Paris", "/at/local"),
            ("tomorrow", "Europe/Paris", "/at/local"),
            ("", "Europe/Paris", "/at/local"),
            ("2026-10-01T02:00", "Europe/Paris", "/at/local"),
            ("2027-11-27T09:00", "Europe/Paris", "/at/local"),
            ("9999-12-31T23:59", "Pacific/Honolulu", "/at/local"),
        ] {
            let error = read(local, zone, Disambiguation::Reject).expect_err(local);
            assert_eq!(
                (error.code, error.fields[0].pointer.as_str()),
                ("price_change.at", pointer),
                "{local}"
            );
        }
        let now = "2026-10-01T00:00:00Z".parse().expect("an instant");
        let next = at("2026-10-01T02:01", "Europe/Paris", Disambiguation::Reject);
        assert!(instant_of(&next, now).is_ok(), "the next minute is to come");
    }
}
