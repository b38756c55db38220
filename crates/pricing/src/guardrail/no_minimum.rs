//! A price taken from somebody else's, with nothing of ours that holds it up, follows them down to nothing.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Guardrail, Mode, Planned, Setting, Verdict};
use crate::analyse::{Condition, Fact, RuleTraits};
use crate::compile::Compile;
use crate::trace::{Part, StepWriter};

/// Stops a row whose rule follows somebody else's price without a minimum: no floor and no minimum margin, of the rule or
/// as a guardrail, and no known cost above zero that the guardrail `below_cost` could hold it against. Nothing is near.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NoMinimum {
    /// How strictly it holds; hard unless said otherwise.
    #[serde(default = "Mode::hard")]
    mode: Mode,
}

impl NoMinimum {
    pub(super) const BUILT_IN: Self = Self { mode: Mode::Hard };
}

/// Which other guardrails hold prices up.
#[derive(Debug)]
pub(crate) struct ReadyNoMinimum {
    pub(super) others_hold: bool,
    pub(super) cost_holds: bool,
}

impl Setting for NoMinimum {
    type Ready = ReadyNoMinimum;

    fn mode(&self) -> Mode {
        self.mode
    }

    fn ready(&self, _: &mut Compile) -> ReadyNoMinimum {
        ReadyNoMinimum { others_hold: false, cost_holds: false }
    }
}

impl ReadyNoMinimum {
    /// What holds the price up.
    #[inline]
    fn minimum(&self, planned: &Planned<'_>) -> Option<&'static str> {
        match () {
            () if mutant!("no_minimum.never_follows", !planned.follows, true) => {
                Some("the price follows nobody else's")
            }
            () if planned.has_minimum => Some("a limit of the rule"),
            () if self.others_hold => Some("a guardrail"),
            () if self.cost_holds
                && mutant!("no_minimum.any_cost", planned.facts.known_cost().is_some(), true) =>
            {
                Some("the cost")
            }
            () => None,
        }
    }
}

impl Guardrail for ReadyNoMinimum {
    #[inline]
    fn judge(&self, planned: &Planned<'_>) -> Verdict {
        Verdict::of(self.minimum(planned).is_some(), false)
    }

    fn passes(&self, rule: &RuleTraits) -> Condition<'static> {
        if !rule.follows || rule.has_minimum || self.others_hold {
            return Condition::Always(true);
        }
        if self.cost_holds { Condition::at_least(Fact::Cost, 1) } else { Condition::Always(false) }
    }

    fn note(&self, planned: &Planned<'_>, step: &mut StepWriter<'_>) {
        step.value(&[Part::Word(self.minimum(planned).unwrap_or("nothing"))]);
        step.reason(&[Part::Word("something must hold up a price that follows somebody else's")]);
    }
}
