//! A price about ten times the one before, or a tenth of it, is a slipped decimal point until somebody says otherwise.

use super::{Guardrail, Verdict};
use crate::evaluate::Case;
use crate::trace::{Part, StepWriter};

/// Blocks a move by a factor of 9.5 or more, up or down. A price before of zero gives nothing to compare with and blocks.
#[derive(Debug)]
pub(crate) struct Slip;

impl Guardrail for Slip {
    #[inline]
    fn judge(&self, case: &Case<'_>, after: i64) -> Verdict {
        let (before, after) = (i128::from(case.before), i128::from(after));
        if 2 * after < 19 * before && 19 * after > 2 * before { Verdict::Passed } else { Verdict::Violated }
    }

    fn note(&self, _: &Case<'_>, after: i64, step: &mut StepWriter<'_>) {
        step.value(&[Part::Money(after)]).limit(&[Part::Word("9.5")]);
        step.reason(&[Part::Word("moves by a factor below")]);
    }
}
