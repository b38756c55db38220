//! Multiplies by a factor.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Formula, Transform};
use crate::compile::Compile;
use crate::decimal::Decimal;

/// Factor to multiply by, above zero.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub(crate) struct Multiply(Decimal);

impl Transform for Multiply {
    fn append(&self, formula: Formula, compile: &mut Compile) -> Option<Formula> {
        if self.0.units() <= 0 {
            compile.fault("not_positive", format!("the factor {} must be above zero", self.0));
            return Some(formula);
        }
        formula.times(i128::from(self.0.units()), self.0.scale())
    }

    fn words(&self) -> String {
        format!("× {}", self.0)
    }
}
