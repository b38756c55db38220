//! Selects by the tags.

use kernel_core::Currency;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Predicate;
use super::text_test::{ReadyText, TextTest};
use crate::analyse::{Condition, TextField};
use crate::compile::Compile;
use crate::facts::VariantFacts;

/// The tags of the product: holds if any tag passes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub(crate) struct Tag(TextTest);

impl Predicate for Tag {
    type Ready = ReadyText;

    fn ready(&self, compile: &mut Compile) -> ReadyText {
        self.0.ready(compile)
    }

    fn holds(ready: &ReadyText, facts: &VariantFacts<'_>) -> bool {
        ready.holds_any(&facts.tags)
    }

    fn condition(ready: &ReadyText) -> Condition<'_> {
        Condition::Text { field: TextField::Tag, test: ready }
    }

    fn seen(facts: &VariantFacts<'_>, _: Currency) -> String {
        let mut seen = String::new();
        facts.tags.any(|tag| {
            seen.push_str(if seen.is_empty() { "tags are `" } else { "`, `" });
            seen.push_str(tag);
            false
        });
        if seen.is_empty() { "there are no tags".to_owned() } else { seen + "`" }
    }
}
