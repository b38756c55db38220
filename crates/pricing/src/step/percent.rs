//! Raises or cuts by a percentage.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Made, Move, Transform};
use crate::compile::Compile;
use crate::decimal::Decimal;

/// Percent to add; negative cuts. Above -100.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub(crate) struct Percent(Decimal);

impl Transform for Percent {
    fn ready(&self, compile: &mut Compile) -> Option<Made> {
        let hundred = 100 * 10_i128.pow(self.0.scale());
        let factor = hundred + i128::from(self.0.units());
        if factor <= 0 {
            let detail = format!("{} percent leaves no price; write more than -100", self.0);
            compile.fault("out_of_range", detail);
            return None;
        }
        let words = format!("{}{} %", if self.0.units() > 0 { "+" } else { "" }, self.0);
        Some(Move::times("percent", words, factor, hundred))
    }
}
