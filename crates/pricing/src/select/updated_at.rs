//! Selects by when the product last changed.

use kernel_core::Currency;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Predicate;
use super::instant_test::{self, InstantTest};
use super::number::ReadyNumber;
use crate::analyse::{Condition, Fact};
use crate::compile::Compile;
use crate::facts::VariantFacts;
use crate::snapshot::Needs;

/// When the product last changed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub(crate) struct UpdatedAt(InstantTest);

impl Predicate for UpdatedAt {
    type Ready = ReadyNumber;
    const NEEDS: Needs = Needs::More;

    fn ready(&self, compile: &mut Compile) -> ReadyNumber {
        self.0.ready(compile)
    }

    fn holds(ready: &ReadyNumber, facts: &VariantFacts<'_>) -> bool {
        ready.holds(facts.more.updated_at)
    }

    fn condition(ready: &ReadyNumber) -> Condition<'_> {
        ready.condition(Fact::UpdatedAt)
    }

    fn seen(_: &ReadyNumber, facts: &VariantFacts<'_>, _: Currency) -> String {
        instant_test::seen("updated", facts.more.updated_at)
    }
}
