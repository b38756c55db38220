//! Selects by the channels.

use kernel_core::Currency;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Predicate;
use super::text_test::{self, ReadyText, TextTest};
use crate::analyse::{Condition, TextField};
use crate::compile::Compile;
use crate::facts::VariantFacts;
use crate::snapshot::{Needs, SharedText};

/// The names of the channels in which the variant is sold: holds if any passes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub(crate) struct Channel(TextTest);

impl Predicate for Channel {
    type Ready = ReadyText;
    const NEEDS: Needs = Needs::More;
    const SHARED: Option<SharedText> = Some(SharedText::Channels);

    fn ready(&self, compile: &mut Compile) -> ReadyText {
        self.0.ready(compile)
    }

    fn holds(ready: &ReadyText, facts: &VariantFacts<'_>) -> bool {
        ready.holds_any(&facts.more.channels)
    }

    fn condition(ready: &ReadyText) -> Condition<'_> {
        ready.condition(TextField::Channel)
    }

    fn seen(_: &ReadyText, facts: &VariantFacts<'_>, _: Currency) -> String {
        text_test::seen_list("channels", &facts.more.channels)
    }
}
