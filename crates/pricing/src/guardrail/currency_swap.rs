//! A price that really is in another currency than its surface is not computed with as if it were not.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Guardrail, Mode, Planned, Setting, Verdict};
use crate::analyse::{Condition, RuleTraits};
use crate::compile::Compile;
use crate::trace::{Part, StepWriter};

/// Stops a row whose price before came in another currency than the surface's. Nothing is near.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CurrencySwap {
    /// How strictly it holds; hard unless said otherwise.
    #[serde(default = "Mode::hard")]
    mode: Mode,
}

impl CurrencySwap {
    pub(super) const BUILT_IN: Self = Self { mode: Mode::Hard };
}

#[derive(Debug)]
pub(crate) struct ReadyCurrencySwap;

impl Setting for CurrencySwap {
    type Ready = ReadyCurrencySwap;

    fn mode(&self) -> Mode {
        self.mode
    }

    fn ready(&self, _: &mut Compile) -> ReadyCurrencySwap {
        ReadyCurrencySwap
    }
}

impl Guardrail for ReadyCurrencySwap {
    #[inline]
    fn judge(&self, planned: &Planned<'_>) -> Verdict {
        Verdict::of(planned.facts.more.other_currency.is_none(), false)
    }

    fn passes(&self, _: &RuleTraits) -> Condition<'static> {
        // Reasoning looks at variants whose price is in the currency of the surface; others are always stopped.
        Condition::Always(true)
    }

    fn note(&self, planned: &Planned<'_>, step: &mut StepWriter<'_>) {
        let expected = planned.context.currency;
        let found = planned.facts.more.other_currency.unwrap_or(expected);
        step.value(&[Part::Word(found.code())]).limit(&[Part::Word(expected.code())]);
        step.reason(&[Part::Word("the currency of the price before is that of the surface")]);
    }
}
