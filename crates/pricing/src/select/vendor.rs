//! Selects by the vendor.

use kernel_core::Currency;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Predicate;
use super::text_test::{ReadyText, TextTest};
use crate::analyse::{Condition, TextField};
use crate::compile::Compile;
use crate::facts::VariantFacts;
use crate::snapshot::SharedText;

/// The vendor of the product.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub(crate) struct Vendor(TextTest);

impl Predicate for Vendor {
    type Ready = ReadyText;
    const SHARED: Option<SharedText> = Some(SharedText::Vendor);

    fn ready(&self, compile: &mut Compile) -> ReadyText {
        self.0.ready(compile)
    }

    fn holds(ready: &ReadyText, facts: &VariantFacts<'_>) -> bool {
        ready.holds(facts.vendor)
    }

    fn condition(ready: &ReadyText) -> Condition<'_> {
        ready.condition(TextField::Vendor)
    }

    fn seen(_: &ReadyText, facts: &VariantFacts<'_>, _: Currency) -> String {
        format!("vendor is `{}`", facts.vendor)
    }
}
