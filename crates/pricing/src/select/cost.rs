//! Selects by the cost.

use kernel_core::Currency;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Predicate;
use super::money_test::{self, MoneyTest};
use super::number::ReadyNumber;
use crate::analyse::{Condition, Fact};
use crate::compile::Compile;
use crate::facts::VariantFacts;

/// What one costs the merchant, without tax.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub(crate) struct Cost(MoneyTest);

impl Predicate for Cost {
    type Ready = ReadyNumber;

    fn ready(&self, compile: &mut Compile) -> ReadyNumber {
        self.0.ready(compile)
    }

    fn holds(ready: &ReadyNumber, facts: &VariantFacts<'_>) -> bool {
        ready.holds(facts.cost_minor)
    }

    fn condition(ready: &ReadyNumber) -> Condition<'_> {
        ready.condition(Fact::Cost)
    }

    fn seen(_: &ReadyNumber, facts: &VariantFacts<'_>, currency: Currency) -> String {
        money_test::seen("cost", facts.cost_minor, currency)
    }
}
