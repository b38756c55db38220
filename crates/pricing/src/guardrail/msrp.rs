//! No price above what the manufacturer suggests (MSRP).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::share::Share;
use super::{Guardrail, Mode, Planned, Setting, Verdict};
use crate::analyse::{Condition, Fact, RuleTraits, Sum};
use crate::compile::Compile;
use crate::trace::{Part, StepWriter};

/// Stops a price above the MSRP of the variant; a variant without one is not asked. Near: less than 5 % below it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Msrp {
    /// How strictly it holds; soft unless said otherwise.
    #[serde(default = "Mode::soft")]
    mode: Mode,
}

#[derive(Debug)]
pub(crate) struct ReadyMsrp;

impl Setting for Msrp {
    type Ready = ReadyMsrp;

    fn mode(&self) -> Mode {
        self.mode
    }

    fn ready(&self, _: &mut Compile) -> ReadyMsrp {
        ReadyMsrp
    }
}

impl Guardrail for ReadyMsrp {
    #[inline]
    fn judge(&self, planned: &Planned<'_>) -> Verdict {
        let Some(limit) = planned.facts.more.msrp_minor else { return Verdict::NotSet };
        let near = planned.after > (Share { part: 5, whole: 100 }).below(limit);
        Verdict::of(mutant!("msrp.at_the_price", planned.after <= limit, planned.after < limit), near)
    }

    fn passes(&self, _: &RuleTraits) -> Condition<'static> {
        Condition::Any(vec![
            Condition::Known(Fact::Msrp).negated(),
            Condition::NotNegative(Sum::of(0).plus(Fact::Msrp, 1).plus(Fact::After, -1)),
        ])
    }

    fn note(&self, planned: &Planned<'_>, step: &mut StepWriter<'_>) {
        step.value(&[Part::Money(planned.after)]);
        step.limit(&[Part::MoneyOrNone(planned.facts.more.msrp_minor)]);
        step.reason(&[Part::Word("not above the manufacturer's suggested price")]);
    }
}
