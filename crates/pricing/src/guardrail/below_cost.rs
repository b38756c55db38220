//! No price below cost.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::share::{NetAgainstCost, Share};
use super::{Guardrail, Mode, Planned, Setting, Verdict};
use crate::analyse::{Condition, Fact, RuleTraits};
use crate::compile::Compile;
use crate::trace::{Part, StepWriter};

/// Stops a price that without tax lies below the cost. Near: less than 5 % above the cost.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct BelowCost {
    /// How strictly it holds; hard unless said otherwise.
    #[serde(default = "Mode::hard")]
    mode: Mode,
    /// What happens where the cost is not known.
    #[serde(default)]
    missing_cost: MissingData,
}

/// What happens to a row where a guardrail cannot tell.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum MissingData {
    /// The row is stopped.
    Block,
    /// The row passes, and its trace says that this could not be told.
    #[default]
    Pass,
}

impl BelowCost {
    pub(super) const BUILT_IN: Self = Self { mode: Mode::Hard, missing_cost: MissingData::Pass };
}

#[derive(Debug)]
pub(crate) struct ReadyBelowCost {
    enough: NetAgainstCost,
    plenty: NetAgainstCost,
    unknown: Verdict,
}

impl Setting for BelowCost {
    type Ready = ReadyBelowCost;

    fn mode(&self) -> Mode {
        self.mode
    }

    fn ready(&self, compile: &mut Compile) -> ReadyBelowCost {
        let markup =
            |percent| NetAgainstCost::with_markup(Share { part: percent, whole: 100 }, compile.context());
        let unknown = match self.missing_cost {
            MissingData::Block => Verdict::Violated,
            MissingData::Pass => Verdict::Passed,
        };
        ReadyBelowCost { enough: markup(0), plenty: markup(5), unknown }
    }
}

impl Guardrail for ReadyBelowCost {
    #[inline]
    fn judge(&self, planned: &Planned<'_>) -> Verdict {
        let Some(cost) = planned.facts.known_cost() else {
            return mutant!("below_cost.missing_passes", self.unknown, Verdict::Passed);
        };
        Verdict::of(
            mutant!(
                "below_cost.before_instead",
                self.enough.holds(planned.after, cost),
                self.enough.holds(planned.before, cost)
            ),
            !self.plenty.holds(planned.after, cost),
        )
    }

    fn passes(&self, _: &RuleTraits) -> Condition<'static> {
        let enough = self.enough.condition();
        match self.unknown {
            Verdict::Violated => Condition::All(vec![Condition::at_least(Fact::Cost, 1), enough]),
            _ => Condition::Any(vec![Condition::at_least(Fact::Cost, 1).negated(), enough]),
        }
    }

    fn note(&self, planned: &Planned<'_>, step: &mut StepWriter<'_>) {
        step.value(&[Part::Money(planned.after)]);
        match planned.facts.known_cost() {
            Some(cost) => {
                step.limit(&[Part::Money(cost)]).reason(&[Part::Word("without tax not below the cost")])
            }
            None => step.limit(&[Part::Word("unknown")]).reason(&[Part::Word("the cost is not known")]),
        };
    }
}
