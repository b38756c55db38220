//! Guardrails: limits of a tenant or project that hold whatever a rule says, one file each. They never move a price, they
//! stop the row. A new guardrail is one file, its `mod` line, and one line in the list below.

mod near_zero;
mod slip;

use crate::evaluate::Case;
use crate::trace::StepWriter;

/// Version of how guardrails judge; part of every trace and of every plan's hash.
pub const GUARDRAIL_VERSION: &str = "2";

/// One guardrail, ready to run.
pub(crate) trait Guardrail {
    /// Whether the row may go on with the price `after`. Must not allocate.
    fn judge(&self, case: &Case<'_>, after: i64) -> Verdict;

    /// What was measured, the limit, and why, for the trace.
    fn note(&self, case: &Case<'_>, after: i64, step: &mut StepWriter<'_>);
}

/// What a limit or guardrail said of one row.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Verdict {
    /// It is not set.
    #[default]
    NotSet,
    /// The price is inside.
    Passed,
    /// The price is inside, but close to the limit.
    Near,
    /// The price was moved to the limit.
    Limited,
    /// The price is outside, and somebody allowed that for now.
    Waived,
    /// The price may not be.
    Violated,
}

impl Verdict {
    /// The word used in the trace and the API.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NotSet => "not_set",
            Self::Passed => "passed",
            Self::Near => "near",
            Self::Limited => "limited",
            Self::Waived => "waived",
            Self::Violated => "violated",
        }
    }
}

macro_rules! guardrails {
    ($($file:ident: $name:ident,)*) => {
        /// Which guardrail.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        #[allow(missing_docs)]
        pub enum GuardrailKind {
            $($name,)*
        }

        impl GuardrailKind {
            /// All guardrails, in the order in which they are asked.
            pub const ALL: &[Self] = &[$(Self::$name,)*];

            /// The word used in settings, traces and reasons.
            #[must_use]
            pub fn code(self) -> &'static str {
                match self {
                    $(Self::$name => stringify!($file),)*
                }
            }

            /// The reason of a row that this guardrail stops.
            pub(crate) fn blocked_code(self) -> &'static str {
                match self {
                    $(Self::$name => concat!("blocked.", stringify!($file)),)*
                }
            }
        }

        /// All guardrails, ready to run.
        #[derive(Debug)]
        pub(crate) struct ReadyGuardrails {
            $($file: $file::$name,)*
        }

        impl ReadyGuardrails {
            /// Visits every guardrail, in order.
            #[inline]
            pub(crate) fn each(&self, mut visit: impl FnMut(GuardrailKind, &dyn Guardrail)) {
                $(visit(GuardrailKind::$name, &self.$file);)*
            }

            /// What every guardrail says. Does not allocate.
            #[inline]
            pub(crate) fn judge(&self, case: &Case<'_>, after: i64) -> GuardrailResults {
                GuardrailResults([$(self.$file.judge(case, after),)*])
            }
        }
    };
}

guardrails! {
    near_zero: NearZero,
    slip: Slip,
}

/// The guardrails of a project: a document of the contract `guardrails.v1`.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Guardrails {}

impl Guardrails {
    pub(crate) fn ready(&self) -> ReadyGuardrails {
        ReadyGuardrails { near_zero: near_zero::NearZero, slip: slip::Slip }
    }
}

/// What all guardrails said of one row, without allocation.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct GuardrailResults([Verdict; GuardrailKind::ALL.len()]);

impl GuardrailResults {
    /// What one guardrail said.
    #[must_use]
    pub fn verdict(&self, kind: GuardrailKind) -> Verdict {
        self.0[kind as usize]
    }

    /// Every guardrail that is set, with what it said.
    pub fn iter(&self) -> impl Iterator<Item = (GuardrailKind, Verdict)> + '_ {
        let set = |(_, verdict): &(GuardrailKind, Verdict)| *verdict != Verdict::NotSet;
        GuardrailKind::ALL.iter().map(|kind| (*kind, self.verdict(*kind))).filter(set)
    }

    /// The first guardrail that stops the row.
    #[must_use]
    pub fn violated(&self) -> Option<GuardrailKind> {
        self.iter().find(|(_, verdict)| *verdict == Verdict::Violated).map(|(kind, _)| kind)
    }
}
