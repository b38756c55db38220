//! The document that says which country's law is checked and what happens then: the field `omnibus` of `guardrails.v1`.

use std::borrow::Cow;
use std::fmt;

use schemars::JsonSchema;
use serde::de::Visitor;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::country::{COUNTRIES, Country};

/// How announced reductions are checked.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Omnibus")]
pub struct Settings {
    /// Whose law.
    #[serde(default)]
    pub country: CountryCode,
    /// What happens to a row that would announce an unlawful reduction.
    #[serde(default)]
    pub mode: Mode,
    /// What happens to a row of which too little is known.
    #[serde(default)]
    pub unknown: Unknown,
}

/// What happens to a row that would announce an unlawful reduction.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "OmnibusMode")]
pub enum Mode {
    /// It is stopped.
    #[default]
    Block,
    /// It is let through and told.
    Warn,
    /// Nothing is checked.
    Off,
}

/// What happens to a row of which too little is known.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "OmnibusUnknown")]
pub enum Unknown {
    /// It is stopped.
    Block,
    /// It is let through and told: otherwise a shop could announce nothing in its first month here.
    #[default]
    Warn,
}

/// A country of the table, by its code; `EU` if nothing is said.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct CountryCode(&'static Country);

impl CountryCode {
    /// The country with that code.
    #[must_use]
    pub fn new(code: &str) -> Option<Self> {
        Country::by_code(code).map(Self)
    }

    /// What the country has chosen.
    #[must_use]
    pub fn country(self) -> &'static Country {
        self.0
    }
}

impl Default for CountryCode {
    fn default() -> Self {
        Self(Country::default_country())
    }
}

impl fmt::Debug for CountryCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.code)
    }
}

impl Serialize for CountryCode {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.serialize_str(self.0.code)
    }
}

impl<'de> Deserialize<'de> for CountryCode {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        d.deserialize_str(CountryVisitor)
    }
}

struct CountryVisitor;

impl Visitor<'_> for CountryVisitor {
    type Value = CountryCode;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the code of a Member State such as DE, or EU")
    }

    fn visit_str<E: serde::de::Error>(self, code: &str) -> Result<CountryCode, E> {
        CountryCode::new(code).ok_or_else(|| {
            let shown: String = code.chars().take(20).collect();
            let known: Vec<&str> = COUNTRIES.iter().map(|country| country.code).collect();
            E::custom(format!(
                "`{shown}` is not a country whose law is known here; write one of {}",
                known.join(", ")
            ))
        })
    }
}

impl JsonSchema for CountryCode {
    fn schema_name() -> Cow<'static, str> {
        "OmnibusCountry".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        let codes: Vec<&str> = COUNTRIES.iter().map(|country| country.code).collect();
        schemars::json_schema!({
            "description": "A Member State by its ISO 3166-1 code, or `EU` for the Directive without what only some of them grant.",
            "type": "string",
            "enum": codes,
        })
    }
}
