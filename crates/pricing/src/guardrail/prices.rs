//! Prices in a guardrail: one per currency, since a tenant's guardrails hold on surfaces of several currencies.

use std::fmt;

use kernel_core::Currency;
use schemars::JsonSchema;
use serde::de::value::{MapAccessDeserializer, StrDeserializer};
use serde::de::{MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};

use crate::amount::Amount;
use crate::compile::Compile;

/// One amount such as `5.00 EUR`, or a list with one for each currency. Canonically the list.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(transparent)]
pub(crate) struct Prices(Vec<Amount>);

impl Prices {
    /// The amount for the surface's currency in minor units; any of them when the document is looked at on its own.
    /// Every amount must be above zero.
    pub(super) fn minor(&self, compile: &mut Compile) -> i64 {
        let mut seen: Vec<Currency> = Vec::new();
        for amount in &self.0 {
            if amount.0.amount_minor <= 0 {
                compile.fault("not_positive", format!("{amount} must be above zero"));
            }
            if seen.contains(&amount.0.currency) {
                compile.fault("repeated", format!("there are two amounts in {}", amount.0.currency));
            }
            seen.push(amount.0.currency);
        }
        let surface = compile.surface_currency();
        let fitting =
            self.0.iter().find(|amount| surface.is_none_or(|currency| currency == amount.0.currency));
        match (fitting, surface) {
            (Some(amount), _) => amount.0.amount_minor,
            (None, Some(currency)) => {
                let detail = format!(
                    "says nothing for {currency}, the currency of this price surface; add an amount in {currency}, or turn the guardrail off for this project"
                );
                compile.fault("currency_missing", detail);
                1
            }
            (None, None) => {
                compile.fault("empty", "is empty; write an amount such as 5.00 EUR");
                1
            }
        }
    }

    /// The amount in a currency, in minor units.
    pub(super) fn in_currency(&self, currency: Currency) -> Option<&Amount> {
        self.0.iter().find(|amount| amount.0.currency == currency)
    }

    /// Every amount.
    pub(super) fn iter(&self) -> impl Iterator<Item = &Amount> {
        self.0.iter()
    }
}

impl<'de> Deserialize<'de> for Prices {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        d.deserialize_any(PricesVisitor)
    }
}

struct PricesVisitor;

impl<'de> Visitor<'de> for PricesVisitor {
    type Value = Prices;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an amount with its currency such as 5.00 EUR, or a list of them")
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Prices, E> {
        Amount::deserialize(StrDeserializer::new(text)).map(|amount| Prices(vec![amount]))
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Prices, A::Error> {
        Amount::deserialize(MapAccessDeserializer::new(map)).map(|amount| Prices(vec![amount]))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Prices, A::Error> {
        let mut amounts = Vec::new();
        while let Some(amount) = items.next_element()? {
            amounts.push(amount);
        }
        Ok(Prices(amounts))
    }
}

impl JsonSchema for Prices {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Prices".into()
    }

    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        let amount = generator.subschema_for::<Amount>();
        schemars::json_schema!({
            "description": "An amount, or a list with one amount for each currency.",
            "anyOf": [amount, { "type": "array", "items": amount, "minItems": 1 }],
        })
    }
}
