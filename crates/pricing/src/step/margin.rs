//! A price that leaves a margin: this part of the net price remains after the cost. Where prices include tax, it is added.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::source::Source;
use super::{Made, Move, Start, Transform};
use crate::compile::Compile;
use crate::decimal::Decimal;

/// Percent of the net price that shall remain after the cost: from 0 to below 100.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
#[schemars(rename = "MarginStep")]
pub(crate) struct Margin(Decimal);

impl Transform for Margin {
    fn ready(&self, compile: &mut Compile) -> Option<Made> {
        let tax = compile.included_tax();
        let hundred = 100 * 10_i128.pow(self.0.scale());
        let left = hundred - i128::from(self.0.units());
        if self.0.units() < 0 || left <= 0 {
            let detail = format!("a margin of {} percent is not between 0 and 100 (not reached)", self.0);
            compile.fault("out_of_range", detail);
            return None;
        }
        let times = (hundred * tax.with, left * tax.without);
        let words = format!("the cost, to a margin of {} %", self.0);
        Some(Move::of("margin", words, Start::Source(Source::Cost), times, 0))
    }
}
