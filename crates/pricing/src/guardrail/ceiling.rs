//! No price above an amount.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::prices::Prices;
use super::share::Share;
use super::{Guardrail, Mode, Planned, Setting, Verdict, missing};
use crate::analyse::{Condition, Fact, RuleTraits};
use crate::compile::Compile;
use crate::read::given;
use crate::trace::{Part, StepWriter};

/// Stops a price above an amount. Near: less than 5 % below it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Ceiling {
    /// How strictly it holds; hard unless said otherwise.
    #[serde(default = "Mode::hard")]
    mode: Mode,
    /// The highest price allowed, for each currency.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub(super) price: Option<Prices>,
}

/// The ceiling, and where near begins, in minor units.
#[derive(Debug)]
pub(crate) struct ReadyCeiling {
    price: i64,
    near_above: i64,
}

impl Setting for Ceiling {
    type Ready = ReadyCeiling;

    fn mode(&self) -> Mode {
        self.mode
    }

    fn ready(&self, compile: &mut Compile) -> ReadyCeiling {
        let price = match &self.price {
            Some(price) => compile.inside("price", |c| price.minor(c)),
            None => missing(self.mode, "price", "an amount such as 500.00 EUR", i64::MAX, compile),
        };
        ReadyCeiling { price, near_above: (Share { part: 5, whole: 100 }).below(price) }
    }
}

impl Guardrail for ReadyCeiling {
    #[inline]
    fn judge(&self, planned: &Planned<'_>) -> Verdict {
        Verdict::of(
            planned.after <= mutant!("ceiling.one_more", self.price, self.price + 1),
            planned.after > self.near_above,
        )
    }

    fn passes(&self, _: &RuleTraits) -> Condition<'static> {
        Condition::at_most(Fact::After, self.price.into())
    }

    fn note(&self, planned: &Planned<'_>, step: &mut StepWriter<'_>) {
        step.value(&[Part::Money(planned.after)]).limit(&[Part::Money(self.price)]);
        step.reason(&[Part::Word("not above")]);
    }
}
