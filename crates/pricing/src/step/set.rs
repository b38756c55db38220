//! Sets the price, whatever it was.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Formula, Transform};
use crate::amount::Amount;
use crate::compile::Compile;

/// The price to start from instead of the present one, above zero.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub(crate) struct Set(Amount);

impl Transform for Set {
    fn append(&self, _: Formula, compile: &mut Compile) -> Option<Formula> {
        Some(Formula::constant(compile.positive_minor(&self.0)))
    }

    fn words(&self) -> String {
        format!("set to {}", self.0)
    }
}
