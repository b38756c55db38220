//! Selects by the tags.

use kernel_core::Currency;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Predicate;
use super::text_test::{self, ReadyText, TextTest};
use crate::analyse::{Condition, TextField};
use crate::compile::Compile;
use crate::facts::VariantFacts;
use crate::snapshot::SharedText;

/// The tags of the product: holds if any tag passes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub(crate) struct Tag(TextTest);

impl Predicate for Tag {
    type Ready = ReadyText;
    const SHARED: Option<SharedText> = Some(SharedText::Tags);

    fn ready(&self, compile: &mut Compile) -> ReadyText {
        self.0.ready(compile)
    }

    fn holds(ready: &ReadyText, facts: &VariantFacts<'_>) -> bool {
        ready.holds_any(&facts.tags)
    }

    fn condition(ready: &ReadyText) -> Condition<'_> {
        ready.condition(TextField::Tag)
    }

    fn seen(_: &ReadyText, facts: &VariantFacts<'_>, _: Currency) -> String {
        text_test::seen_list("tags", &facts.tags)
    }
}
