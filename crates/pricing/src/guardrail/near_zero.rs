//! A price of nothing, or of one cent, is a mistake until somebody says otherwise.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Guardrail, Mode, Planned, Setting, Verdict};
use crate::analyse::{Condition, Fact, RuleTraits};
use crate::compile::Compile;
use crate::trace::{Part, StepWriter};

/// The highest price that counts as nothing, in minor units.
const NOTHING_MAX: i64 = 1;
/// Prices up to this are near, in minor units.
const NEAR_MAX: i64 = 10;

/// Stops a price of one minor unit or less.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NearZero {
    /// How strictly it holds; hard unless said otherwise.
    #[serde(default = "Mode::hard")]
    mode: Mode,
}

impl NearZero {
    pub(super) const BUILT_IN: Self = Self { mode: Mode::Hard };
}

#[derive(Debug)]
pub(crate) struct ReadyNearZero;

impl Setting for NearZero {
    type Ready = ReadyNearZero;

    fn mode(&self) -> Mode {
        self.mode
    }

    fn ready(&self, _: &mut Compile) -> ReadyNearZero {
        ReadyNearZero
    }
}

impl Guardrail for ReadyNearZero {
    #[inline]
    fn judge(&self, planned: &Planned<'_>) -> Verdict {
        Verdict::of(planned.after > mutant!("near_zero.at_zero", NOTHING_MAX, 0), planned.after <= NEAR_MAX)
    }

    fn passes(&self, _: &RuleTraits) -> Condition<'static> {
        Condition::at_least(Fact::After, i128::from(NOTHING_MAX) + 1)
    }

    fn note(&self, planned: &Planned<'_>, step: &mut StepWriter<'_>) {
        step.value(&[Part::Money(planned.after)]).limit(&[Part::Money(NOTHING_MAX)]);
        step.reason(&[Part::Word("above")]);
    }
}
