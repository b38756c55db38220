//! Selects by the collections.

use kernel_core::Currency;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Predicate;
use super::text_test::{self, ReadyText, TextTest};
use crate::analyse::{Condition, TextField};
use crate::compile::Compile;
use crate::facts::VariantFacts;
use crate::snapshot::{Needs, SharedText};

/// The handles of the collections that the product is in: holds if any passes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub(crate) struct Collection(TextTest);

impl Predicate for Collection {
    type Ready = ReadyText;
    const NEEDS: Needs = Needs::More;
    const SHARED: Option<SharedText> = Some(SharedText::Collections);

    fn ready(&self, compile: &mut Compile) -> ReadyText {
        self.0.ready(compile)
    }

    fn holds(ready: &ReadyText, facts: &VariantFacts<'_>) -> bool {
        ready.holds_any(&facts.more.collections)
    }

    fn condition(ready: &ReadyText) -> Condition<'_> {
        ready.condition(TextField::Collection)
    }

    fn seen(_: &ReadyText, facts: &VariantFacts<'_>, _: Currency) -> String {
        text_test::seen_list("collections", &facts.more.collections)
    }
}
