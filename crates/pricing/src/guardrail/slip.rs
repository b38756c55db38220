//! A price about ten times the one before, or a tenth of it, is a slipped decimal point until somebody says otherwise.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Guardrail, Mode, Planned, Setting, Verdict};
use crate::analyse::{Condition, Fact, RuleTraits, Sum};
use crate::compile::Compile;
use crate::trace::{Part, StepWriter};

/// Stops a move by a factor of 9.5 or more, up or down. A price before of zero gives nothing to compare with and is stopped.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Slip {
    /// How strictly it holds; hard unless said otherwise.
    #[serde(default = "Mode::hard")]
    mode: Mode,
}

impl Slip {
    pub(super) const BUILT_IN: Self = Self { mode: Mode::Hard };
}

#[derive(Debug)]
pub(crate) struct ReadySlip;

impl Setting for Slip {
    type Ready = ReadySlip;

    fn mode(&self) -> Mode {
        self.mode
    }

    fn ready(&self, _: &mut Compile) -> ReadySlip {
        ReadySlip
    }
}

/// Whether one price lies less than `twentieths / 20` times above the other.
#[inline]
fn within(low: i64, high: i64, twentieths: i128) -> bool {
    mutant!(
        "slip.at_the_factor",
        20 * i128::from(high) < twentieths * i128::from(low),
        20 * i128::from(high) <= twentieths * i128::from(low)
    )
}

impl Guardrail for ReadySlip {
    #[inline]
    fn judge(&self, planned: &Planned<'_>) -> Verdict {
        if planned.returns() {
            return Verdict::Passed;
        }
        let low = planned.before.min(planned.after);
        let high = mutant!("slip.only_up", planned.before.max(planned.after), planned.after);
        Verdict::of(within(low, high, mutant!("slip.factor_95", 190, 1900)), !within(low, high, 95))
    }

    fn passes(&self, _: &RuleTraits) -> Condition<'static> {
        let below = |low, high| Condition::NotNegative(Sum::of(-1).plus(low, 190).plus(high, -20));
        Condition::All(vec![below(Fact::Price, Fact::After), below(Fact::After, Fact::Price)])
    }

    fn note(&self, planned: &Planned<'_>, step: &mut StepWriter<'_>) {
        if planned.returns() {
            step.value(&[Part::Money(planned.after)]);
            step.limit(&[Part::Word("up to "), Part::MoneyOrNone(planned.returns_to)]);
            step.reason(&[Part::Word("returns towards the price without the sale that ends:")]);
            return;
        }
        step.value(&[Part::Money(planned.after)]).limit(&[Part::Word("9.5")]);
        step.reason(&[Part::Word(looks_like(planned.before, planned.after))]);
    }
}

/// The mistake that a move looks like.
fn looks_like(before: i64, after: i64) -> &'static str {
    let about = |low: i64, high: i64, factor: i128| {
        let (low, high) = (i128::from(low) * factor, i128::from(high));
        100 * high >= 95 * low && 100 * high <= 105 * low
    };
    match (before, after) {
        _ if before <= 0 || after <= 0 => "moves by a factor below",
        _ if about(before, after, 10) => "about 10 times the price before; moves by a factor below",
        _ if about(before, after, 100) => "about 100 times the price before; moves by a factor below",
        _ if about(before, after, 1_000) => "about 1000 times the price before; moves by a factor below",
        _ if about(after, before, 10) => "about a 10th of the price before; moves by a factor below",
        _ if about(after, before, 100) => "about a 100th of the price before; moves by a factor below",
        _ if about(after, before, 1_000) => "about a 1000th of the price before; moves by a factor below",
        _ => "moves by a factor below",
    }
}
