//! A price some percent above the cost. Where prices include tax, it is added.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::source::Source;
use super::{Made, Move, Start, Transform};
use crate::compile::Compile;
use crate::decimal::Decimal;

/// Percent of the cost to add to it: zero or more.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
#[schemars(rename = "MarkupStep")]
pub(crate) struct Markup(Decimal);

impl Transform for Markup {
    fn ready(&self, compile: &mut Compile) -> Option<Made> {
        let tax = compile.included_tax();
        let hundred = 100 * 10_i128.pow(self.0.scale());
        if self.0.units() < 0 {
            let detail = format!("a markup of {} percent sells below cost; write zero or more", self.0);
            compile.fault("out_of_range", detail);
            return None;
        }
        let times = ((hundred + i128::from(self.0.units())) * tax.with, hundred * tax.without);
        let words = format!("the cost + {} %", self.0);
        Some(Move::of("markup", words, Start::Source(Source::Cost), times, 0))
    }
}
