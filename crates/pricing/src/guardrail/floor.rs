//! No price below an amount.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::prices::Prices;
use super::share::Share;
use super::{Guardrail, Mode, Planned, Setting, Verdict, missing};
use crate::analyse::{Condition, Fact, RuleTraits};
use crate::compile::Compile;
use crate::read::given;
use crate::trace::{Part, StepWriter};

/// Stops a price below an amount. Near: less than 5 % above it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Floor {
    /// How strictly it holds; hard unless said otherwise.
    #[serde(default = "Mode::hard")]
    mode: Mode,
    /// The lowest price allowed, for each currency.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub(super) price: Option<Prices>,
}

/// The floor, and where near begins, in minor units.
#[derive(Debug)]
pub(crate) struct ReadyFloor {
    price: i64,
    near_below: i64,
}

impl Setting for Floor {
    type Ready = ReadyFloor;

    fn mode(&self) -> Mode {
        self.mode
    }

    fn ready(&self, compile: &mut Compile) -> ReadyFloor {
        let price = match &self.price {
            Some(price) => compile.inside("price", |c| price.minor(c)),
            None => missing(self.mode, "price", "an amount such as 5.00 EUR", 1, compile),
        };
        ReadyFloor { price, near_below: (Share { part: 5, whole: 100 }).above(price) }
    }
}

impl Guardrail for ReadyFloor {
    #[inline]
    fn judge(&self, planned: &Planned<'_>) -> Verdict {
        Verdict::of(
            mutant!("floor.at_the_floor", planned.after >= self.price, planned.after > self.price),
            planned.after < self.near_below,
        )
    }

    fn passes(&self, _: &RuleTraits) -> Condition<'static> {
        Condition::at_least(Fact::After, self.price.into())
    }

    fn note(&self, planned: &Planned<'_>, step: &mut StepWriter<'_>) {
        step.value(&[Part::Money(planned.after)]).limit(&[Part::Money(self.price)]);
        step.reason(&[Part::Word("not below")]);
    }
}
