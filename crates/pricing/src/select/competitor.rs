//! Selects by the lowest price of a competitor.

use kernel_core::Currency;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Predicate;
use super::money_test::{self, MoneyTest};
use super::number::ReadyNumber;
use crate::analyse::{Condition, Fact};
use crate::compile::Compile;
use crate::facts::VariantFacts;
use crate::snapshot::Needs;

/// The lowest price of a competitor.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub(crate) struct Competitor(MoneyTest);

impl Predicate for Competitor {
    type Ready = ReadyNumber;
    const NEEDS: Needs = Needs::More;

    fn ready(&self, compile: &mut Compile) -> ReadyNumber {
        self.0.ready(compile)
    }

    fn holds(ready: &ReadyNumber, facts: &VariantFacts<'_>) -> bool {
        ready.holds(facts.more.competitor_minor)
    }

    fn condition(ready: &ReadyNumber) -> Condition<'_> {
        ready.condition(Fact::Competitor)
    }

    fn seen(_: &ReadyNumber, facts: &VariantFacts<'_>, currency: Currency) -> String {
        money_test::seen("competitor's lowest price", facts.more.competitor_minor, currency)
    }
}
