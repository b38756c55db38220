//! No price below the lowest that the manufacturer lets people advertise (MAP).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::share::Share;
use super::{Guardrail, Mode, Planned, Setting, Verdict};
use crate::analyse::{Condition, Fact, RuleTraits, Sum};
use crate::compile::Compile;
use crate::trace::{Part, StepWriter};

/// Stops a price below the MAP of the variant; a variant without one is not asked. Near: less than 5 % above it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Map {
    /// How strictly it holds; soft unless said otherwise.
    #[serde(default = "Mode::soft")]
    mode: Mode,
}

#[derive(Debug)]
pub(crate) struct ReadyMap;

impl Setting for Map {
    type Ready = ReadyMap;

    fn mode(&self) -> Mode {
        self.mode
    }

    fn ready(&self, _: &mut Compile) -> ReadyMap {
        ReadyMap
    }
}

impl Guardrail for ReadyMap {
    #[inline]
    fn judge(&self, planned: &Planned<'_>) -> Verdict {
        let Some(limit) = planned.facts.more.map_minor else { return Verdict::NotSet };
        let near = planned.after < (Share { part: 5, whole: 100 }).above(limit);
        Verdict::of(mutant!("map.other_way", planned.after >= limit, planned.after <= limit), near)
    }

    fn passes(&self, _: &RuleTraits) -> Condition<'static> {
        Condition::Any(vec![
            Condition::Known(Fact::Map).negated(),
            Condition::NotNegative(Sum::of(0).plus(Fact::After, 1).plus(Fact::Map, -1)),
        ])
    }

    fn note(&self, planned: &Planned<'_>, step: &mut StepWriter<'_>) {
        step.value(&[Part::Money(planned.after)]);
        step.limit(&[Part::MoneyOrNone(planned.facts.more.map_minor)]);
        step.reason(&[Part::Word("not below the lowest advertised price")]);
    }
}
