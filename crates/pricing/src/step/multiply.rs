//! Multiplies by a factor.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Made, Move, Transform};
use crate::compile::Compile;
use crate::decimal::Decimal;

/// Factor to multiply by, above zero.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub(crate) struct Multiply(Decimal);

impl Transform for Multiply {
    fn ready(&self, compile: &mut Compile) -> Option<Made> {
        if self.0.units() <= 0 {
            compile.fault("not_positive", format!("the factor {} must be above zero", self.0));
            return None;
        }
        let over = 10_i128.pow(self.0.scale());
        Some(Move::times("multiply", format!("× {}", self.0), i128::from(self.0.units()), over))
    }
}
