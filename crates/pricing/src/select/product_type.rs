//! Selects by the product type.

use kernel_core::Currency;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Predicate;
use super::text_test::{ReadyText, TextTest};
use crate::analyse::{Condition, TextField};
use crate::compile::Compile;
use crate::facts::VariantFacts;
use crate::snapshot::SharedText;

/// The product type.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub(crate) struct ProductType(TextTest);

impl Predicate for ProductType {
    type Ready = ReadyText;
    const SHARED: Option<SharedText> = Some(SharedText::ProductType);

    fn ready(&self, compile: &mut Compile) -> ReadyText {
        self.0.ready(compile)
    }

    fn holds(ready: &ReadyText, facts: &VariantFacts<'_>) -> bool {
        ready.holds(facts.product_type)
    }

    fn condition(ready: &ReadyText) -> Condition<'_> {
        ready.condition(TextField::ProductType)
    }

    fn seen(_: &ReadyText, facts: &VariantFacts<'_>, _: Currency) -> String {
        format!("product type is `{}`", facts.product_type)
    }
}
