//! Selects by the stock.

use kernel_core::Currency;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Predicate;
use super::number::ReadyNumber;
use super::number_test::NumberTest;
use crate::analyse::{Condition, Fact};
use crate::compile::Compile;
use crate::facts::VariantFacts;
use crate::snapshot::Needs;

/// How many are in stock.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub(crate) struct Inventory(NumberTest);

impl Predicate for Inventory {
    type Ready = ReadyNumber;
    const NEEDS: Needs = Needs::More;

    fn ready(&self, compile: &mut Compile) -> ReadyNumber {
        self.0.ready_whole(compile)
    }

    fn holds(ready: &ReadyNumber, facts: &VariantFacts<'_>) -> bool {
        ready.holds(facts.more.inventory)
    }

    fn condition(ready: &ReadyNumber) -> Condition<'_> {
        ready.condition(Fact::Inventory)
    }

    fn seen(_: &ReadyNumber, facts: &VariantFacts<'_>, _: Currency) -> String {
        match facts.more.inventory {
            Some(pieces) => format!("inventory is {pieces}"),
            None => "inventory is not known".to_owned(),
        }
    }
}
