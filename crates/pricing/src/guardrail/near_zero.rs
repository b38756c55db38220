//! A price of nothing, or of one cent, is a mistake until somebody says otherwise.

use super::{Guardrail, Verdict};
use crate::evaluate::Case;
use crate::trace::{Part, StepWriter};

/// Blocks a price of one minor unit or less.
#[derive(Debug)]
pub(crate) struct NearZero;

impl Guardrail for NearZero {
    #[inline]
    fn judge(&self, _: &Case<'_>, after: i64) -> Verdict {
        if after > 1 { Verdict::Passed } else { Verdict::Violated }
    }

    fn note(&self, _: &Case<'_>, after: i64, step: &mut StepWriter<'_>) {
        step.value(&[Part::Money(after)]).limit(&[Part::Money(1)]).reason(&[Part::Word("above")]);
    }
}
