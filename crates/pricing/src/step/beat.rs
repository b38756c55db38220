//! Goes below somebody else's price, by a percentage or an amount.

use std::fmt;

use schemars::JsonSchema;
use serde::de::value::{MapAccessDeserializer, StrDeserializer};
use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::source::{Reference, Source};
use super::{Made, Move, Start, Transform};
use crate::amount::Amount;
use crate::compile::Compile;
use crate::decimal::Decimal;

/// Whose price to go below, and by how much.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Beat {
    /// How far below: `1 %` or `0.10 EUR`.
    by: By,
    /// Whose price.
    reference: Reference,
}

/// A percentage such as `1 %`, or an amount.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum By {
    Percent(Decimal),
    Amount(Amount),
}

impl Transform for Beat {
    fn ready(&self, compile: &mut Compile) -> Option<Made> {
        let source = Source::from(self.reference);
        let words = format!("{} − {}", source.words(), self.by);
        let (times, plus) = compile.inside("by", |compile| match &self.by {
            By::Percent(percent) => {
                let hundred = 100 * 10_i128.pow(percent.scale());
                let left = hundred - i128::from(percent.units());
                if left <= 0 || percent.units() <= 0 {
                    compile.fault("out_of_range", format!("{percent} % is not between 0 and 100"));
                    return None;
                }
                Some(((left, hundred), 0))
            }
            By::Amount(amount) => Some(((1, 1), compile.positive_minor(amount).saturating_neg())),
        })?;
        Some(Move::of("beat", words, Start::Source(source), times, plus))
    }
}

impl fmt::Display for By {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Percent(percent) => write!(f, "{percent} %"),
            Self::Amount(amount) => amount.fmt(f),
        }
    }
}

impl Serialize for By {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Percent(_) => s.collect_str(self),
            Self::Amount(amount) => amount.serialize(s),
        }
    }
}

impl<'de> Deserialize<'de> for By {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        d.deserialize_any(ByVisitor)
    }
}

struct ByVisitor;

impl<'de> Visitor<'de> for ByVisitor {
    type Value = By;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a percentage such as 1 % or an amount such as 0.10 EUR")
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<By, E> {
        match text.strip_suffix('%') {
            Some(percent) => Decimal::parse(percent.trim_end()).map(By::Percent).map_err(E::custom),
            None => Amount::deserialize(StrDeserializer::new(text)).map(By::Amount),
        }
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<By, A::Error> {
        Amount::deserialize(MapAccessDeserializer::new(map)).map(By::Amount)
    }
}

impl JsonSchema for By {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "By".into()
    }

    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        let amount = generator.subschema_for::<Amount>();
        schemars::json_schema!({
            "description": "A percentage such as `1 %`, or an amount such as `0.10 EUR`.",
            "anyOf": [{ "type": "string", "pattern": r"^[0-9]+(\.[0-9]+)? *%$" }, amount],
        })
    }
}
