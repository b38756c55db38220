//! No price that moves too far in one change.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::moves::{Baseline, Moves, ReadyMoves};
use super::{Guardrail, Mode, Planned, Setting, Verdict};
use crate::analyse::{Condition, RuleTraits};
use crate::compile::Compile;
use crate::trace::StepWriter;

/// Stops a row that moves farther in one change than allowed, measured from the price before.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub(crate) struct MaximumMove(pub(super) Moves);

#[derive(Debug)]
pub(crate) struct ReadyMaximumMove(ReadyMoves);

impl Setting for MaximumMove {
    type Ready = ReadyMaximumMove;

    fn mode(&self) -> Mode {
        self.0.mode
    }

    fn ready(&self, compile: &mut Compile) -> ReadyMaximumMove {
        ReadyMaximumMove(self.0.ready(compile))
    }
}

impl Guardrail for ReadyMaximumMove {
    #[inline]
    fn judge(&self, planned: &Planned<'_>) -> Verdict {
        self.0.judge(planned, Baseline::before(planned))
    }

    fn passes(&self, _: &RuleTraits) -> Condition<'static> {
        self.0.passes()
    }

    fn note(&self, planned: &Planned<'_>, step: &mut StepWriter<'_>) {
        self.0.note(planned, Baseline::before(planned), " from the price before", step);
    }
}
