//! An amount of money in a rule. It always says its currency: `19.90 EUR`.

use std::fmt;

use kernel_core::Money;
use schemars::JsonSchema;
use serde::de::value::MapAccessDeserializer;
use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};

use crate::decimal::Decimal;

/// Money as a rule writes it: `19.90 EUR`, or the object that the API shows. Canonically the object.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub(crate) struct Amount(pub(crate) Money);

impl Amount {
    fn parse(text: &str) -> Result<Self, String> {
        let Some((number, code)) = text.split_once(' ') else {
            return Err(format!("`{text}` does not say its currency; write an amount such as 19.90 EUR"));
        };
        Self::from_parts(number, code.trim_start())
    }

    fn from_parts(number: &str, code: &str) -> Result<Self, String> {
        let currency = code.parse().map_err(|e: kernel_core::MoneyError| e.to_string())?;
        let plain = Decimal::parse(number)?.to_string();
        Money::parse(&plain, currency).map(Self).map_err(|e| e.to_string())
    }
}

impl fmt::Display for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AmountObject {
    amount: Decimal,
    currency: String,
}

impl<'de> Deserialize<'de> for Amount {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        d.deserialize_any(AmountVisitor)
    }
}

struct AmountVisitor;

impl<'de> Visitor<'de> for AmountVisitor {
    type Value = Amount;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an amount with its currency such as 19.90 EUR")
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Amount, E> {
        Amount::parse(text).map_err(E::custom)
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Amount, A::Error> {
        let object = AmountObject::deserialize(MapAccessDeserializer::new(map))?;
        Amount::from_parts(&object.amount.to_string(), &object.currency).map_err(serde::de::Error::custom)
    }
}

impl JsonSchema for Amount {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Amount".into()
    }

    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        let decimal = generator.subschema_for::<Decimal>();
        schemars::json_schema!({
            "description": "An amount of money with its ISO 4217 currency: text such as `19.90 EUR`, or an object.",
            "anyOf": [
                { "type": "string", "pattern": r"^[-+−]?[0-9]+(\.[0-9]+)? +[A-Z]{3}$" },
                {
                    "type": "object",
                    "properties": {
                        "amount": decimal,
                        "currency": { "type": "string", "pattern": "^[A-Z]{3}$" },
                    },
                    "required": ["amount", "currency"],
                    "additionalProperties": false,
                },
            ],
        })
    }
}
