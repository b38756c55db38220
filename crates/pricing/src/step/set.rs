//! Sets the price, whatever it was.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Made, Move, Start, Transform};
use crate::amount::Amount;
use crate::compile::Compile;

/// The price to start from instead of the present one, above zero.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub(crate) struct Set(Amount);

impl Transform for Set {
    fn ready(&self, compile: &mut Compile) -> Option<Made> {
        let start = Start::Constant(compile.positive_minor(&self.0));
        Some(Move::of("set", format!("set to {}", self.0), start, (1, 1), 0))
    }
}
