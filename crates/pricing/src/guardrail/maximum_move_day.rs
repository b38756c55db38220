//! No price that moves too far in a day, however many small moves it takes.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::moves::{Baseline, Moves, ReadyMoves};
use super::{Guardrail, Mode, Planned, Setting, Verdict};
use crate::analyse::{Condition, RuleTraits};
use crate::compile::Compile;
use crate::trace::StepWriter;

/// Stops a row that lies too far from any price that held in the last 24 hours.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub(crate) struct MaximumMoveDay(pub(super) Moves);

#[derive(Debug)]
pub(crate) struct ReadyMaximumMoveDay(ReadyMoves);

const DAY_SECONDS: i64 = 24 * 60 * 60;

impl Setting for MaximumMoveDay {
    type Ready = ReadyMaximumMoveDay;

    fn mode(&self) -> Mode {
        self.0.mode
    }

    fn ready(&self, compile: &mut Compile) -> ReadyMaximumMoveDay {
        ReadyMaximumMoveDay(self.0.ready(compile))
    }
}

impl Guardrail for ReadyMaximumMoveDay {
    #[inline]
    fn judge(&self, planned: &Planned<'_>) -> Verdict {
        self.0.judge(planned, Baseline::over(planned, DAY_SECONDS))
    }

    fn passes(&self, _: &RuleTraits) -> Condition<'static> {
        self.0.passes()
    }

    fn note(&self, planned: &Planned<'_>, step: &mut StepWriter<'_>) {
        self.0.note(
            planned,
            Baseline::over(planned, DAY_SECONDS),
            " from every price of the last 24 hours",
            step,
        );
    }
}
