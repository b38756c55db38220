//! Adds or takes away a fixed amount.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Formula, Transform};
use crate::compile::Compile;

/// Amount to add; negative takes away.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
#[schemars(rename = "AmountStep")]
pub(crate) struct Amount(crate::amount::Amount);

impl Transform for Amount {
    fn append(&self, formula: Formula, compile: &mut Compile) -> Option<Formula> {
        formula.plus(compile.minor(&self.0))
    }

    fn words(&self) -> String {
        format!("{}{}", if self.0.0.amount_minor > 0 { "+" } else { "" }, self.0)
    }
}
