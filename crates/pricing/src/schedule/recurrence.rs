//! The text of `every`: five fields of cron, or words such as `weekday at 06:00`.

use std::borrow::Cow;
use std::fmt;

use schemars::JsonSchema;
use serde::de::Visitor;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::pattern::Pattern;
use super::{cron, words};

/// Longest text that is read.
const CHARACTERS_MAX: usize = 200;

/// When something happens again, as it was written (in small letters, single spaces) and as it was understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Recurrence {
    text: String,
    pattern: Pattern,
}

impl Recurrence {
    pub(super) fn pattern(&self) -> &Pattern {
        &self.pattern
    }

    fn parse(written: &str) -> Result<Self, String> {
        if written.len() > CHARACTERS_MAX {
            return Err(format!("is longer than {CHARACTERS_MAX} characters"));
        }
        let lower = written.to_ascii_lowercase();
        let mut words: Vec<&str> = lower.split_ascii_whitespace().collect();
        if words.first() == Some(&"every") {
            words.remove(0);
        }
        let text = words.join(" ");
        let number = |word: &&str| word.starts_with(|c: char| c == '*' || c.is_ascii_digit());
        let is_cron = words.first().is_some_and(number)
            && (words.get(1).is_some_and(number) || words.first().is_some_and(|word| word.starts_with('*')));
        let pattern = if is_cron { cron::parse(&words)? } else { words::parse(&text)? };
        Ok(Self { text, pattern })
    }
}

impl Serialize for Recurrence {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.serialize_str(&self.text)
    }
}

impl<'de> Deserialize<'de> for Recurrence {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        d.deserialize_str(RecurrenceVisitor)
    }
}

struct RecurrenceVisitor;

impl Visitor<'_> for RecurrenceVisitor {
    type Value = Recurrence;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("words such as `weekday at 06:00`, or five fields of cron")
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Recurrence, E> {
        Recurrence::parse(text).map_err(E::custom)
    }
}

impl JsonSchema for Recurrence {
    fn schema_name() -> Cow<'static, str> {
        "Recurrence".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "description": "When something happens again: words such as `weekday at 06:00`, `friday at 17:00`, `first monday at 08:00`, `month on day 1 at 00:00`, `15 minutes`, or the five fields of cron such as `0 6 * * 1-5`.",
            "type": "string",
            "minLength": 1,
            "maxLength": CHARACTERS_MAX,
        })
    }
}
