//! Selects by the market that sees the surface. The same for every variant, so it is decided once.

use kernel_core::Currency;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Predicate;
use super::text_test::TextTest;
use crate::analyse::Condition;
use crate::compile::Compile;
use crate::facts::VariantFacts;

/// The name of the market; the shop's base price has none.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub(crate) struct Market(TextTest);

/// Whether the market passes, and what it is.
#[derive(Debug)]
pub(crate) struct ReadyMarket {
    passes: bool,
    seen: String,
}

impl Predicate for Market {
    type Ready = ReadyMarket;

    fn ready(&self, compile: &mut Compile) -> ReadyMarket {
        let test = self.0.ready(compile);
        let market = compile.context().and_then(|context| context.market.as_deref());
        let seen = match market {
            Some(market) => format!("market is `{market}`"),
            None => "there is no market".to_owned(),
        };
        ReadyMarket { passes: test.holds(market.unwrap_or_default()), seen }
    }

    fn holds(ready: &ReadyMarket, _: &VariantFacts<'_>) -> bool {
        ready.passes
    }

    fn condition(ready: &ReadyMarket) -> Condition<'_> {
        Condition::Always(ready.passes)
    }

    fn seen(ready: &ReadyMarket, _: &VariantFacts<'_>, _: Currency) -> String {
        ready.seen.clone()
    }
}
