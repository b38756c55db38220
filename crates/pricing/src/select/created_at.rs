//! Selects by when the product was made.

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

/// When the product was made.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub(crate) struct CreatedAt(InstantTest);

impl Predicate for CreatedAt {
    type Ready = ReadyNumber;
    const NEEDS: Needs = Needs::More;

    fn ready(&self, compile: &mut Compile) -> ReadyNumber {
        self.0.ready(compile)
    }

    fn holds(ready: &ReadyNumber, facts: &VariantFacts<'_>) -> bool {
        ready.holds(facts.more.created_at)
    }

    fn condition(ready: &ReadyNumber) -> Condition<'_> {
        ready.condition(Fact::CreatedAt)
    }

    fn seen(_: &ReadyNumber, facts: &VariantFacts<'_>, _: Currency) -> String {
        instant_test::seen("created", facts.more.created_at)
    }
}
