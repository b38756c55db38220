//! No price below a floor.

use kernel_core::{Currency, Money};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Constraint, Guardrail};
use crate::amount::Amount;
use crate::compile::Compile;

/// The lowest price allowed; a lower result is raised to it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub(crate) struct Floor(pub(super) Amount);

/// The floor in minor units.
#[derive(Debug)]
pub(crate) struct ReadyFloor(i64);

impl Constraint for Floor {
    type Ready = ReadyFloor;

    fn ready(&self, compile: &mut Compile) -> ReadyFloor {
        ReadyFloor(compile.positive_minor(&self.0))
    }
}

impl Guardrail for ReadyFloor {
    fn holds(&self, _: i64, after: i64) -> bool {
        after >= self.0
    }

    fn range(&self, _: i64) -> Option<(i64, i64)> {
        Some((self.0, i64::MAX))
    }

    fn words(&self, _: i64, currency: Currency) -> String {
        format!("not below {}", Money::from_minor(self.0, currency))
    }
}
