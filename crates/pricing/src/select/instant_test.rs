//! Comparisons with an instant: before or after one, or older and younger than a span counted back from the computation.

use std::fmt;

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::number::ReadyNumber;
use crate::compile::Compile;

/// Longest span, in any unit; more is a slip of the finger.
const SPAN_MAX: u32 = 100_000;

/// One comparison with an instant. A missing instant passes none.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum InstantTest {
    /// Later than this instant.
    After(Instant),
    /// Earlier than this instant.
    Before(Instant),
    /// Whether there is an instant at all.
    IsSet(bool),
    /// Longer ago than this.
    OlderThan(Span),
    /// At most this long ago.
    Within(Span),
}

/// A whole second with its offset from UTC: `2026-11-20T13:00:00Z`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Instant(Timestamp);

/// A length of time such as `90 days`. A day has 24 hours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Span {
    count: u32,
    unit: Unit,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Unit {
    Hours,
    Days,
    Weeks,
}

impl InstantTest {
    pub(super) fn ready(&self, compile: &mut Compile) -> ReadyNumber {
        let now = compile.context().map_or(0, |context| context.instant.as_second());
        let edge = |span: &Span| i128::from(now) - i128::from(span.seconds());
        match self {
            Self::After(instant) => ReadyNumber::Range(instant.seconds() + 1, i128::MAX),
            Self::Before(instant) => ReadyNumber::Range(i128::MIN, instant.seconds() - 1),
            Self::IsSet(set) => ReadyNumber::IsSet(*set),
            Self::OlderThan(span) => ReadyNumber::Range(i128::MIN, edge(span) - 1),
            Self::Within(span) => ReadyNumber::Range(edge(span), i128::MAX),
        }
    }
}

/// An instant of the trace, or the words for none.
pub(super) fn seen(what: &str, seconds: Option<i64>) -> String {
    match seconds.map(Timestamp::from_second) {
        Some(Ok(instant)) => format!("{what} {instant}"),
        Some(Err(_)) => format!("{what} outside the calendar"),
        None => format!("nobody knows when it was {what}"),
    }
}

impl Instant {
    /// Seconds since 1970.
    pub(crate) fn second(self) -> i64 {
        self.0.as_second()
    }

    fn seconds(self) -> i128 {
        i128::from(self.0.as_second())
    }

    fn parse(text: &str) -> Result<Self, String> {
        let shown: String = text.chars().take(40).collect();
        match text.parse::<Timestamp>() {
            Ok(instant) if instant.subsec_nanosecond() == 0 => Ok(Self(instant)),
            Ok(_) => Err(format!("`{shown}` has a fraction of a second; write whole seconds")),
            Err(_) => Err(format!(
                "`{shown}` is not an instant; write date, time and offset such as 2026-11-20T13:00:00Z"
            )),
        }
    }
}

impl Span {
    fn seconds(self) -> u64 {
        let unit = match self.unit {
            Unit::Hours => 3_600,
            Unit::Days => 86_400,
            Unit::Weeks => 604_800,
        };
        u64::from(self.count) * unit
    }

    fn parse(text: &str) -> Result<Self, String> {
        let shown: String = text.chars().take(40).collect();
        let refused =
            || format!("`{shown}` is not a span; write a number and hours, days or weeks, such as 90 days");
        let (count, unit) = text.split_once(' ').ok_or_else(refused)?;
        let unit = match unit.trim_start() {
            "hour" | "hours" => Unit::Hours,
            "day" | "days" => Unit::Days,
            "week" | "weeks" => Unit::Weeks,
            _ => return Err(refused()),
        };
        let digits = !count.is_empty() && count.bytes().all(|byte| byte.is_ascii_digit());
        match count.parse() {
            Ok(count) if digits && (1..=SPAN_MAX).contains(&count) => Ok(Self { count, unit }),
            _ if digits => Err(format!("`{shown}` is not between 1 and {SPAN_MAX}")),
            _ => Err(refused()),
        }
    }
}

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let unit = match self.unit {
            Unit::Hours => "hour",
            Unit::Days => "day",
            Unit::Weeks => "week",
        };
        write!(f, "{} {unit}{}", self.count, if self.count == 1 { "" } else { "s" })
    }
}

impl Serialize for Span {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Span {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        Self::parse(&String::deserialize(d)?).map_err(D::Error::custom)
    }
}

impl JsonSchema for Span {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Span".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "description": "A length of time such as `90 days`. A day has 24 hours.",
            "type": "string",
            "pattern": "^[0-9]{1,6} +(hours?|days?|weeks?)$",
        })
    }
}

impl Serialize for Instant {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Instant {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        Self::parse(&String::deserialize(d)?).map_err(D::Error::custom)
    }
}

impl JsonSchema for Instant {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Instant".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "description": "A whole second with its offset from UTC, such as `2026-11-20T13:00:00Z`.",
            "type": "string",
            "format": "date-time",
        })
    }
}
