//! A time as a clock on the wall shows it, with its offset where one is needed to say which of two is meant.

use std::borrow::Cow;
use std::fmt;

use jiff::Timestamp;
use jiff::civil::{DateTime, date};
use jiff::tz::{AmbiguousOffset, Offset, TimeZone};
use schemars::JsonSchema;
use serde::de::Visitor;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::zone::ZoneName;
use crate::compile::Compile;

/// `2027-11-26 00:00`, or `2027-10-31 02:30+02:00` where the clocks change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct WallClock {
    clock: DateTime,
    offset_minutes: Option<i32>,
}

impl WallClock {
    fn parse(text: &str) -> Result<Self, String> {
        let refused = || {
            let shown: String = text.chars().take(40).collect();
            let mend = if text.len() == 10 {
                format!("`{shown}` has no time; write `{shown} 00:00` for the start of that day")
            } else {
                format!("`{shown}` is not a date with a time; write it like 2027-11-26 00:00")
            };
            Err(mend)
        };
        let Some((clock, offset)) = text.split_at_checked(16) else { return refused() };
        let (Some(clock), Some(offset_minutes)) = (parse_clock(clock), parse_offset(offset)) else {
            return refused();
        };
        Ok(Self { clock, offset_minutes })
    }

    /// The one instant that is meant. In a gap or an overlap of the zone without an offset it is refused, and so is
    /// an offset that the zone does not have then.
    pub(super) fn ready(&self, name: &ZoneName, zone: &TimeZone, compile: &mut Compile) -> Option<Timestamp> {
        let found = zone.to_ambiguous_timestamp(self.clock).offset();
        let given = self.offset_minutes.and_then(|minutes| Offset::from_seconds(minutes * 60).ok());
        let fits = |offset: Offset| match self.offset_minutes {
            Some(_) => given == Some(offset),
            None => false,
        };
        let meant = match found {
            AmbiguousOffset::Unambiguous { offset } if given.is_none() || fits(offset) => Some(offset),
            AmbiguousOffset::Fold { before, .. } if fits(before) => Some(before),
            AmbiguousOffset::Fold { after, .. } if fits(after) => Some(after),
            _ => None,
        };
        if let Some(offset) = meant {
            return self.at(offset).or_else(|| {
                compile.fault("out_of_range", format!("{self} lies outside the years that can be computed"));
                None
            });
        }
        let (code, detail) = self.refusal(found, name.as_str());
        compile.fault(code, detail);
        None
    }

    fn at(&self, offset: Offset) -> Option<Timestamp> {
        offset.to_timestamp(self.clock).ok()
    }

    fn refusal(&self, found: AmbiguousOffset, zone: &str) -> (&'static str, String) {
        // In a gap both readings land on another time of the clock: the earlier instant under the offset from
        // before the change, the later one under the offset after it.
        let shown = |read_with: Offset, shown_with: Offset| match self.at(read_with) {
            Some(instant) => written(instant, shown_with),
            None => self.to_string(),
        };
        match found {
            AmbiguousOffset::Unambiguous { offset } => {
                let right = shown(offset, offset);
                ("wrong_offset", format!("{zone} does not have this offset then; write {right}"))
            }
            AmbiguousOffset::Gap { before, after } => {
                let (first, second) = (shown(after, before), shown(before, after));
                let detail = format!(
                    "{} does not exist in {zone}, the clocks are put forward over it; write {first} or {second}",
                    plain(self.clock)
                );
                ("time_in_gap", detail)
            }
            AmbiguousOffset::Fold { before, after } => {
                let (first, second) = (shown(before, before), shown(after, after));
                let detail = format!(
                    "{} happens twice in {zone}, the clocks are put back over it; write {first} or {second}",
                    plain(self.clock)
                );
                ("time_in_overlap", detail)
            }
        }
    }
}

/// `YYYY-MM-DD hh:mm`, with a space or a `T` between.
fn parse_clock(text: &str) -> Option<DateTime> {
    let bytes = text.as_bytes();
    let shape = bytes.iter().enumerate().all(|(place, byte)| match place {
        4 | 7 => *byte == b'-',
        10 => matches!(byte, b' ' | b'T'),
        13 => *byte == b':',
        _ => byte.is_ascii_digit(),
    });
    if !shape || bytes.len() != 16 {
        return None;
    }
    let year: i16 = text[..4].parse().ok()?;
    let number = |from: usize| text[from..from + 2].parse::<i8>().ok();
    let day =
        jiff::civil::Date::new(year, number(5)?, number(8)?).ok().filter(|day| *day >= date(1970, 1, 2))?;
    Some(day.to_datetime(jiff::civil::Time::new(number(11)?, number(14)?, 0, 0).ok()?))
}

/// Nothing, or `+hh:mm`: the minutes east of Greenwich.
#[expect(clippy::option_option, reason = "not readable, not given, given")]
fn parse_offset(text: &str) -> Option<Option<i32>> {
    if text.is_empty() {
        return Some(None);
    }
    let sign = match text.as_bytes()[0] {
        b'+' => 1,
        b'-' => -1,
        _ => return None,
    };
    let (hours, minutes) = text[1..].split_once(':')?;
    let part = |text: &str, below: i32| {
        let plain = text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_digit());
        text.parse::<i32>().ok().filter(|number| plain && *number < below)
    };
    Some(Some(sign * (part(hours, 24)? * 60 + part(minutes, 60)?)))
}

fn plain(clock: DateTime) -> String {
    let (year, month, day) = (clock.year(), clock.month(), clock.day());
    format!("{year:04}-{month:02}-{day:02} {:02}:{:02}", clock.hour(), clock.minute())
}

fn written(instant: Timestamp, offset: Offset) -> String {
    format!("{}{}", plain(offset.to_datetime(instant)), signed(offset.seconds() / 60))
}

fn signed(offset_minutes: i32) -> String {
    let sign = if offset_minutes < 0 { '-' } else { '+' };
    let minutes = offset_minutes.abs();
    format!("{sign}{:02}:{:02}", minutes / 60, minutes % 60)
}

impl fmt::Display for WallClock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&plain(self.clock))?;
        self.offset_minutes.map_or(Ok(()), |minutes| f.write_str(&signed(minutes)))
    }
}

impl Serialize for WallClock {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for WallClock {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        d.deserialize_str(WallClockVisitor)
    }
}

struct WallClockVisitor;

impl Visitor<'_> for WallClockVisitor {
    type Value = WallClock;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a date with a time such as 2027-11-26 00:00")
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<WallClock, E> {
        WallClock::parse(text).map_err(E::custom)
    }
}

impl JsonSchema for WallClock {
    fn schema_name() -> Cow<'static, str> {
        "WallClock".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "description": "A date with a time in the schedule's zone, such as `2027-11-26 00:00`; where the clocks change with its offset, such as `2027-10-31 02:30+02:00`.",
            "type": "string",
            "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}[ T][0-9]{2}:[0-9]{2}([+-][0-9]{2}:[0-9]{2})?$",
        })
    }
}
