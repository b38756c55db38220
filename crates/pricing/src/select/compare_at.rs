//! Selects by the compare-at price.

use kernel_core::Currency;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Predicate;
use super::money_test::{self, MoneyTest};
use super::number::ReadyNumber;
use crate::analyse::{Condition, Fact};
use crate::compile::Compile;
use crate::facts::VariantFacts;

/// The compare-at price before the rule.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub(crate) struct CompareAt(MoneyTest);

impl Predicate for CompareAt {
    type Ready = ReadyNumber;

    fn ready(&self, compile: &mut Compile) -> ReadyNumber {
        self.0.ready(compile)
    }

    fn holds(ready: &ReadyNumber, facts: &VariantFacts<'_>) -> bool {
        ready.holds(facts.compare_at_minor)
    }

    fn condition(ready: &ReadyNumber) -> Condition<'_> {
        ready.condition(Fact::CompareAt)
    }

    fn seen(_: &ReadyNumber, facts: &VariantFacts<'_>, currency: Currency) -> String {
        money_test::seen("compare-at price", facts.compare_at_minor, currency)
    }
}
