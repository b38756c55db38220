//! No price that moves again too soon after it last moved.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Guardrail, Mode, Planned, Setting, Verdict, missing};
use crate::analyse::{Condition, RuleTraits};
use crate::compile::Compile;
use crate::facts::PricePoint;
use crate::read::given;
use crate::trace::{Part, StepWriter};

const HOUR_SECONDS: i64 = 60 * 60;
/// Longest interval, a year: what is longer is meant as a freeze.
const HOURS_MAX: i32 = 366 * 24;

/// Stops a row whose price moved less than so many hours ago, so that rules cannot push a price to and fro. What is known
/// of the first price of a history is not a move. Near: less than a quarter more than the hours.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct MinimumInterval {
    /// How strictly it holds; soft unless said otherwise.
    #[serde(default = "Mode::soft")]
    mode: Mode,
    /// Hours that must lie between two moves.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = 8784))]
    hours: Option<i32>,
}

#[derive(Debug)]
pub(crate) struct ReadyMinimumInterval {
    hours: i32,
}

impl Setting for MinimumInterval {
    type Ready = ReadyMinimumInterval;

    fn mode(&self) -> Mode {
        self.mode
    }

    fn ready(&self, compile: &mut Compile) -> ReadyMinimumInterval {
        let Some(hours) = self.hours else {
            missing(self.mode, "hours", "a number of hours such as 24", (), compile);
            return ReadyMinimumInterval { hours: 1 };
        };
        if !(1..=HOURS_MAX).contains(&hours) {
            let detail = format!("{hours} hours is not between 1 and {HOURS_MAX}");
            compile.inside("hours", |c| c.fault("out_of_range", detail));
        }
        ReadyMinimumInterval { hours }
    }
}

/// Seconds since the price last moved; `None` if no move is known.
#[inline]
fn seconds_since_move(planned: &Planned<'_>) -> Option<i64> {
    let history = planned.facts.more.history;
    let moved = |pair: &&[PricePoint]| pair[0].price_minor != pair[1].price_minor;
    let last = history.windows(2).rev().find(moved)?;
    Some(planned.context.instant.as_second().saturating_sub(last[1].from))
}

impl Guardrail for ReadyMinimumInterval {
    #[inline]
    fn judge(&self, planned: &Planned<'_>) -> Verdict {
        if planned.after == planned.before {
            return Verdict::Passed;
        }
        let Some(passed) = seconds_since_move(planned) else { return Verdict::Passed };
        let needed = i64::from(self.hours) * HOUR_SECONDS;
        Verdict::of(
            mutant!("minimum_interval.at_the_end", passed >= needed, passed > needed),
            passed.saturating_mul(4) < needed * 5,
        )
    }

    fn passes(&self, _: &RuleTraits) -> Condition<'static> {
        Condition::Always(true)
    }

    fn note(&self, planned: &Planned<'_>, step: &mut StepWriter<'_>) {
        let hour = |seconds: i64, scale| Part::Number { units: i128::from(seconds), scale, decimals_min: 0 };
        match seconds_since_move(planned) {
            Some(passed) => {
                let tenths = passed.saturating_mul(10).div_euclid(HOUR_SECONDS);
                step.value(&[hour(tenths, 1), Part::Word(" hours")])
            }
            None => step.value(&[Part::Word("no move known")]),
        };
        step.limit(&[hour(i64::from(self.hours), 0), Part::Word(" hours")]);
        step.reason(&[Part::Word("since the price last moved at least")]);
    }
}
