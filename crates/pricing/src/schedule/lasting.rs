//! How long something lasts: days of the calendar, then hours and minutes that pass.

use std::borrow::Cow;
use std::fmt;

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use schemars::JsonSchema;
use serde::de::Visitor;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

const MINUTES_PER_DAY: u32 = 24 * 60;

/// Longest duration: ten years are no sale.
const DAYS_MAX: u32 = 3_660;

/// `2h`, `1h 30m`, `1d`, `1w`. A day ends at the same time of the next day, however long that day is; hours and
/// minutes are time that passes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Lasting {
    days: u32,
    minutes: u32,
}

impl Lasting {
    pub(super) fn from_minutes(minutes: u32) -> Self {
        Self { days: minutes / MINUTES_PER_DAY, minutes: minutes % MINUTES_PER_DAY }
    }

    /// In days of 24 hours.
    pub(super) fn minutes_at_most(self) -> u32 {
        self.days * MINUTES_PER_DAY + self.minutes
    }

    /// The end of what starts at `instant`, when the clock shows `clock`.
    pub(super) fn end(self, instant: Timestamp, clock: DateTime, zone: &TimeZone) -> Option<Timestamp> {
        let days_later = if self.days == 0 {
            instant
        } else {
            super::tick::instant(zone, clock.checked_add(jiff::Span::new().days(i64::from(self.days))).ok()?)?
        };
        Timestamp::from_second(days_later.as_second() + i64::from(self.minutes) * 60).ok()
    }

    fn parse(text: &str) -> Result<Self, String> {
        let shown: String = text.chars().take(40).collect();
        let refused = || format!("`{shown}` is not a duration; write it like 2h, 1h 30m or 3d");
        let (mut days, mut minutes, mut smallest_so_far) = (0_u32, 0_u32, u32::MAX);
        for word in text.split_ascii_whitespace() {
            let (number, unit) = word.split_at(word.find(|c: char| !c.is_ascii_digit()).ok_or_else(refused)?);
            let minutes_each = match unit {
                "w" => 7 * MINUTES_PER_DAY,
                "d" => MINUTES_PER_DAY,
                "h" => 60,
                "m" => 1,
                _ => return Err(refused()),
            };
            let number: u32 = number.parse().map_err(|_| refused())?;
            let all = number.checked_mul(minutes_each).filter(|all| *all <= DAYS_MAX * MINUTES_PER_DAY);
            let all = all.ok_or_else(|| format!("`{shown}` is longer than {DAYS_MAX} days"))?;
            if minutes_each >= smallest_so_far {
                return Err(refused());
            }
            smallest_so_far = minutes_each;
            if minutes_each >= MINUTES_PER_DAY { days += all / MINUTES_PER_DAY } else { minutes += all }
        }
        match days * MINUTES_PER_DAY + minutes {
            0 => Err(format!("`{shown}` is no time at all; write it like 2h, 1h 30m or 3d")),
            all if all > DAYS_MAX * MINUTES_PER_DAY => {
                Err(format!("`{shown}` is longer than {DAYS_MAX} days"))
            }
            _ => Ok(Self { days, minutes }),
        }
    }
}

impl fmt::Display for Lasting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let parts = [(self.days, 'd'), (self.minutes / 60, 'h'), (self.minutes % 60, 'm')];
        let mut between = "";
        for (number, unit) in parts.into_iter().filter(|(number, _)| *number > 0) {
            write!(f, "{between}{number}{unit}")?;
            between = " ";
        }
        Ok(())
    }
}

impl Serialize for Lasting {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Lasting {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        d.deserialize_str(LastingVisitor)
    }
}

struct LastingVisitor;

impl Visitor<'_> for LastingVisitor {
    type Value = Lasting;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a duration such as 2h")
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Lasting, E> {
        Lasting::parse(text).map_err(E::custom)
    }
}

impl JsonSchema for Lasting {
    fn schema_name() -> Cow<'static, str> {
        "Lasting".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "description": "A duration such as `2h`, `1h 30m`, `3d` or `1w`. Days are days of the calendar.",
            "type": "string",
            "pattern": "^[0-9]+[wdhm]( +[0-9]+[wdhm])*$",
        })
    }
}
