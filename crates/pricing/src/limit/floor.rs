//! No price below a floor.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Constraint, Limit};
use crate::amount::Amount;
use crate::analyse::{Bound, Sum};
use crate::compile::Compile;
use crate::evaluate::Case;
use crate::trace::{Part, StepWriter};

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

impl Limit for ReadyFloor {
    #[inline]
    fn range(&self, _: &Case<'_>) -> Option<(i64, i64)> {
        Some((mutant!("limit.floor.one_less", self.0, self.0 - 1), i64::MAX))
    }

    fn bounds(&self) -> Vec<Bound<'static>> {
        vec![Bound::low(1, Sum::of(self.0.into()))]
    }

    fn note(&self, _: &Case<'_>, step: &mut StepWriter<'_>) {
        step.limit(&[Part::Money(self.0)]).reason(&[Part::Word("not below")]);
    }
}
