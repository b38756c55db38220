//! The limits that a rule sets for its own result, one file each. They win over the rounding: a price beyond a limit is
//! moved to it. A new limit is one file, its `mod` line, and one line in the list below.

mod ceiling;
mod floor;
mod maximum_move;
mod minimum_margin;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::analyse::Bound;
use crate::compile::Compile;
use crate::evaluate::{Case, Reason};
use crate::guardrail::Verdict;
use crate::read::given;
use crate::trace::StepWriter;

/// One limit, ready to run.
pub(crate) trait Limit {
    /// The prices allowed, ends included. `None`: data is missing to tell, so the row is blocked. Must not allocate.
    fn range(&self, case: &Case<'_>) -> Option<(i64, i64)>;

    /// What it means, for reasoning about rules without running them: the same prices as `range` allows.
    fn bounds(&self) -> Vec<Bound<'static>>;

    /// The limit and why, for the trace.
    fn note(&self, case: &Case<'_>, step: &mut StepWriter<'_>);
}

/// A limit as a rule writes it.
pub(crate) trait Constraint {
    /// The limit, ready to run.
    type Ready: Limit + std::fmt::Debug;

    /// Checks the limit and makes it ready.
    fn ready(&self, compile: &mut Compile) -> Self::Ready;
}

macro_rules! limits {
    ($($file:ident: $name:ident,)*) => {
        /// Which limit of a rule.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        #[allow(missing_docs)]
        pub enum LimitKind {
            $($name,)*
        }

        impl LimitKind {
            /// All limits, in the order in which they are asked.
            pub const ALL: &[Self] = &[$(Self::$name,)*];

            /// The word used in rules, traces and reasons.
            #[must_use]
            pub fn code(self) -> &'static str {
                match self {
                    $(Self::$name => stringify!($file),)*
                }
            }

            /// The reason of a row that was moved to this limit.
            pub(crate) fn limited_code(self) -> &'static str {
                match self {
                    $(Self::$name => concat!("limited.", stringify!($file)),)*
                }
            }

            /// The reason of a row for which data is missing to tell whether the limit holds.
            pub(crate) fn unknown_code(self) -> &'static str {
                match self {
                    $(Self::$name => concat!("blocked.", stringify!($file), "_unknown"),)*
                }
            }
        }

        /// The limits of a rule. They win over the rounding.
        #[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
        #[serde(deny_unknown_fields)]
        #[allow(missing_docs)]
        pub(crate) struct Constraints {
            $(
                #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
                $file: Option<$file::$name>,
            )*
        }

        /// All limits of a rule, ready to run.
        #[derive(Debug, Default)]
        pub(crate) struct Limits {
            $($file: Option<<$file::$name as Constraint>::Ready>,)*
        }

        impl Constraints {
            /// Whether no limit is set.
            pub(crate) fn is_empty(&self) -> bool {
                *self == Self::default()
            }

            fn ready_each(&self, compile: &mut Compile) -> Limits {
                Limits {
                    $($file: self.$file.as_ref().map(|limit| compile.inside(stringify!($file), |c| limit.ready(c))),)*
                }
            }
        }

        impl Limits {
            /// Visits every limit that is set, in order.
            #[inline]
            pub(crate) fn each(&self, mut visit: impl FnMut(LimitKind, &dyn Limit)) {
                $(if let Some(limit) = &self.$file {
                    visit(LimitKind::$name, limit);
                })*
            }

            /// Whether every limit that is set allows the price. Does not allocate.
            #[inline]
            fn all_allow(&self, case: &Case<'_>, price: i64) -> bool {
                $(self.$file.as_ref().is_none_or(|limit| allows(limit, case, price)) &&)*
                true
            }

            /// Narrows `range` by every limit that is set; the first for which data is missing is the error.
            fn narrow(&self, case: &Case<'_>, range: &mut (i64, i64)) -> Result<(), LimitKind> {
                $(if let Some(limit) = &self.$file {
                    let (low, high) = limit.range(case).ok_or(LimitKind::$name)?;
                    *range = (mutant!("limits.last_low_wins", range.0.max(low), low), range.1.min(high));
                })*
                Ok(())
            }
        }
    };
}

limits! {
    ceiling: Ceiling,
    floor: Floor,
    maximum_move: MaximumMove,
    minimum_margin: MinimumMargin,
}

impl Constraints {
    /// Checks the limits, also against one another, and makes them ready.
    pub(crate) fn ready(&self, compile: &mut Compile) -> Limits {
        let ready = self.ready_each(compile);
        if let (Some(floor), Some(ceiling)) = (&self.floor, &self.ceiling)
            && floor.0.0.amount_minor > ceiling.0.0.amount_minor
        {
            let detail =
                format!("the floor {} lies above the ceiling {}; no price can hold both", floor.0, ceiling.0);
            compile.inside("floor", |c| c.fault("limits_contradict", detail));
        }
        ready
    }
}

impl Limits {
    /// Whether a limit holds the price up, whatever it is computed from.
    pub(crate) fn has_minimum(&self) -> bool {
        self.floor.is_some() || self.minimum_margin.is_some()
    }
}

/// What the limits of the rules made of a price.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limited {
    /// The price inside the limits; of limits that contradict, or lack data, the price as it came.
    pub(crate) after: i64,
    /// Why it is not the price that came; `AsRuled` if it is.
    pub(crate) reason: Reason,
}

/// Moves a price into the limits of all rules that took part.
pub(crate) fn limited<'r>(
    all: impl Iterator<Item = &'r Limits> + Clone,
    case: &Case<'_>,
    price: i64,
) -> Limited {
    if all.clone().all(|limits| limits.all_allow(case, price)) {
        return Limited { after: price, reason: Reason::AsRuled };
    }
    let mut range = (i64::MIN, i64::MAX);
    for limits in all.clone() {
        if let Err(kind) = limits.narrow(case, &mut range) {
            return Limited { after: price, reason: Reason::LimitUnknown(kind) };
        }
    }
    let (low, high) = range;
    if mutant!("limits.equal_contradict", low > high, low >= high) {
        return Limited { after: price, reason: Reason::LimitsContradict };
    }
    let after = mutant!("limits.skipped", price.clamp(low, high), price);
    let mut reason = Reason::AsRuled;
    for limits in all {
        limits.each(|kind, limit| {
            let edge = limit.range(case).map(|(low, high)| if price < after { low } else { high });
            let touches = edge == Some(after);
            if reason == Reason::AsRuled && touches && !allows(limit, case, price) {
                reason = Reason::Limited(kind);
            }
        });
    }
    Limited { after, reason }
}

/// What one limit said, for the trace.
pub(crate) fn verdict(limit: &dyn Limit, case: &Case<'_>, rounded: i64, limited: &Limited) -> Verdict {
    match (allows(limit, case, rounded), limited.reason) {
        (true, _) => Verdict::Passed,
        (false, Reason::LimitsContradict | Reason::LimitUnknown(_)) => Verdict::Violated,
        (false, _) => Verdict::Limited,
    }
}

#[inline]
fn allows(limit: &(impl Limit + ?Sized), case: &Case<'_>, price: i64) -> bool {
    limit
        .range(case)
        .is_some_and(|(low, high)| low <= price && mutant!("limits.high_ignored", price <= high, true))
}
