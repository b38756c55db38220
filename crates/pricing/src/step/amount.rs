//! Adds or takes away a fixed amount.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::source::Source;
use super::{Made, Move, Start, Transform};
use crate::compile::Compile;

/// Amount to add; negative takes away.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
#[schemars(rename = "AmountStep")]
pub(crate) struct Amount(crate::amount::Amount);

impl Transform for Amount {
    fn ready(&self, compile: &mut Compile) -> Option<Made> {
        let words = format!("{}{}", if self.0.0.amount_minor > 0 { "+" } else { "" }, self.0);
        Some(Move::of("amount", words, Start::Source(Source::Value), (1, 1), compile.minor(&self.0)))
    }
}
