//! No price above a ceiling.

use kernel_core::{Currency, Money};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Constraint, Guardrail};
use crate::amount::Amount;
use crate::compile::Compile;

/// The highest price allowed; a higher result is lowered to it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub(crate) struct Ceiling(pub(super) Amount);

/// The ceiling in minor units.
#[derive(Debug)]
pub(crate) struct ReadyCeiling(i64);

impl Constraint for Ceiling {
    type Ready = ReadyCeiling;

    fn ready(&self, compile: &mut Compile) -> ReadyCeiling {
        ReadyCeiling(compile.positive_minor(&self.0))
    }
}

impl Guardrail for ReadyCeiling {
    fn holds(&self, _: i64, after: i64) -> bool {
        after <= self.0
    }

    fn range(&self, _: i64) -> Option<(i64, i64)> {
        Some((i64::MIN, self.0))
    }

    fn words(&self, _: i64, currency: Currency) -> String {
        format!("not above {}", Money::from_minor(self.0, currency))
    }
}
