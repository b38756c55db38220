//! No price above a ceiling.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Constraint, Limit};
use crate::amount::Amount;
use crate::analyse::{Bound, Sum};
use crate::compile::Compile;
use crate::evaluate::Case;
use crate::trace::{Part, StepWriter};

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

impl Limit for ReadyCeiling {
    #[inline]
    fn range(&self, _: &Case<'_>) -> Option<(i64, i64)> {
        mutant!("limit.ceiling.swapped", Some((i64::MIN, self.0)), Some((self.0, i64::MAX)))
    }

    fn bounds(&self) -> Vec<Bound<'static>> {
        vec![Bound::high(1, Sum::of(self.0.into()))]
    }

    fn note(&self, _: &Case<'_>, step: &mut StepWriter<'_>) {
        step.limit(&[Part::Money(self.0)]).reason(&[Part::Word("not above")]);
    }
}
