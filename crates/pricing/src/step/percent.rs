//! Raises or cuts by a percentage.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Formula, Transform};
use crate::compile::Compile;
use crate::decimal::Decimal;

/// Percent to add; negative cuts. Above -100.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub(crate) struct Percent(Decimal);

impl Transform for Percent {
    fn append(&self, formula: Formula, compile: &mut Compile) -> Option<Formula> {
        let hundred = 100 * 10_i128.pow(self.0.scale());
        let factor = hundred + i128::from(self.0.units());
        if factor <= 0 {
            compile
                .fault("out_of_range", format!("{} percent leaves no price; write more than -100", self.0));
            return Some(formula);
        }
        formula.times(factor, self.0.scale() + 2)
    }

    fn words(&self) -> String {
        format!("{}{} %", if self.0.units() > 0 { "+" } else { "" }, self.0)
    }
}
