//! Limits that hold whatever the steps and the rounding say, one file each: those a rule sets, and those that always hold.
//! A new guardrail is one file, its `mod` line, and one line in the list below.

mod ceiling;
mod floor;
mod maximum_move;
mod near_zero;
mod slip;

use kernel_core::Currency;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::compile::Compile;
use crate::evaluate::Reason;
use crate::read::given;

/// Version of the limits that always hold; part of every plan's hash.
pub const GUARDRAIL_VERSION: &str = "1";

/// One limit, ready to run.
pub(crate) trait Guardrail {
    /// Whether the price may go from `before` to `after`. Must not allocate.
    fn holds(&self, before: i64, after: i64) -> bool;

    /// The prices allowed, ends included. `None`: nothing nearby would be right, so the row is blocked instead.
    fn range(&self, before: i64) -> Option<(i64, i64)>;

    /// The limit in words, for the trace: "not below 10.00 EUR".
    fn words(&self, before: i64, currency: Currency) -> String;
}

/// A limit that a rule sets.
pub(crate) trait Constraint {
    /// The limit, ready to run.
    type Ready: Guardrail + std::fmt::Debug;

    /// Checks the limit and makes it ready.
    fn ready(&self, compile: &mut Compile) -> Self::Ready;
}

/// What a guardrail said of one row.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Verdict {
    /// The rule does not set this limit.
    #[default]
    NotSet,
    /// The price is inside.
    Passed,
    /// The price was moved to the limit.
    Limited,
    /// The price may not be.
    Blocked,
}

impl Verdict {
    /// The word used in the trace and the API.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NotSet => "not_set",
            Self::Passed => "passed",
            Self::Limited => "limited",
            Self::Blocked => "blocked",
        }
    }
}

macro_rules! guardrails {
    (by_rule { $($rule:ident: $rule_type:ident,)* } always { $($always:ident: $always_type:ident,)* }) => {
        /// Which guardrail.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        #[allow(missing_docs)]
        pub enum GuardrailKind {
            $($rule_type,)*
            $($always_type,)*
        }

        impl GuardrailKind {
            /// All guardrails, in the order in which they are asked.
            pub const ALL: &[Self] = &[$(Self::$rule_type,)* $(Self::$always_type,)*];

            /// The word used in rules, traces and reasons.
            #[must_use]
            pub fn code(self) -> &'static str {
                match self {
                    $(Self::$rule_type => stringify!($rule),)*
                    $(Self::$always_type => stringify!($always),)*
                }
            }

            /// The reason of a row that was moved to this limit.
            pub(crate) fn limited_code(self) -> &'static str {
                match self {
                    $(Self::$rule_type => concat!("limited.", stringify!($rule)),)*
                    $(Self::$always_type => concat!("limited.", stringify!($always)),)*
                }
            }

            /// The reason of a row that this limit stops.
            pub(crate) fn blocked_code(self) -> &'static str {
                match self {
                    $(Self::$rule_type => concat!("blocked.", stringify!($rule)),)*
                    $(Self::$always_type => concat!("blocked.", stringify!($always)),)*
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
                $rule: Option<$rule::$rule_type>,
            )*
        }

        /// All limits of a rule, ready to run.
        #[derive(Debug)]
        pub(crate) struct Guardrails {
            $($rule: Option<<$rule::$rule_type as Constraint>::Ready>,)*
            $($always: $always::$always_type,)*
            /// What a row gets that holds them all.
            passed: GuardrailResults,
        }

        impl Constraints {
            /// Whether no limit is set.
            pub(crate) fn is_empty(&self) -> bool {
                *self == Self::default()
            }

            fn ready_each(&self, compile: &mut Compile) -> Guardrails {
                let mut guardrails = Guardrails {
                    $($rule: self.$rule.as_ref().map(|limit| compile.inside(stringify!($rule), |c| limit.ready(c))),)*
                    $($always: $always::$always_type,)*
                    passed: GuardrailResults::default(),
                };
                guardrails.passed = guardrails.results(|_| Verdict::Passed);
                guardrails
            }
        }

        impl Guardrails {
            /// Visits every limit that is set, in order.
            #[inline]
            pub(crate) fn each(&self, mut visit: impl FnMut(GuardrailKind, &dyn Guardrail)) {
                $(if let Some(limit) = &self.$rule {
                    visit(GuardrailKind::$rule_type, limit);
                })*
                $(visit(GuardrailKind::$always_type, &self.$always);)*
            }

            /// Whether every limit holds. Does not allocate.
            #[inline]
            pub(crate) fn all_hold(&self, before: i64, after: i64) -> bool {
                $(self.$rule.as_ref().is_none_or(|limit| limit.holds(before, after)) &&)*
                $(self.$always.holds(before, after) &&)*
                true
            }
        }
    };
}

guardrails! {
    by_rule {
        ceiling: Ceiling,
        floor: Floor,
        maximum_move: MaximumMove,
    }
    always {
        near_zero: NearZero,
        slip: Slip,
    }
}

impl Constraints {
    /// Checks the limits, also against one another, and makes them ready.
    pub(crate) fn ready(&self, compile: &mut Compile) -> Guardrails {
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

/// A price after the guardrails.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Guarded {
    pub(crate) after: i64,
    pub(crate) reason: Reason,
    pub(crate) results: GuardrailResults,
}

impl Guardrails {
    /// Holds a price against every limit: first it is moved into the range of those that have one, then it must pass all.
    pub(crate) fn guard(&self, before: i64, price: i64) -> Guarded {
        if self.all_hold(before, price) {
            return Guarded {
                after: price,
                reason: Reason::AsRuled,
                results: self.results(|_| Verdict::Passed),
            };
        }
        let (mut low, mut high) = (i64::MIN, i64::MAX);
        self.each(|_, limit| {
            if let Some((from, to)) = limit.range(before) {
                (low, high) = (low.max(from), high.min(to));
            }
        });
        if low > high {
            let verdict = |limit: &dyn Guardrail| {
                if limit.holds(before, price) { Verdict::Passed } else { Verdict::Blocked }
            };
            return Guarded {
                after: price,
                reason: Reason::LimitsContradict,
                results: self.results(verdict),
            };
        }
        let after = price.clamp(low, high);
        let results = self.results(|limit| match (limit.holds(before, after), limit.holds(before, price)) {
            (true, true) => Verdict::Passed,
            (true, false) if limit.range(before).is_some() => Verdict::Limited,
            (true, false) => Verdict::Passed,
            (false, _) => Verdict::Blocked,
        });
        Guarded { after, reason: self.reason(before, after, &results), results }
    }

    fn results(&self, verdict: impl Fn(&dyn Guardrail) -> Verdict) -> GuardrailResults {
        let mut results = GuardrailResults::default();
        self.each(|kind, limit| results.0[kind as usize] = verdict(limit));
        results
    }

    /// The first limit that blocks; else the limit on which the price came to lie.
    fn reason(&self, before: i64, after: i64, results: &GuardrailResults) -> Reason {
        if let Some((kind, _)) = results.iter().find(|(_, verdict)| *verdict == Verdict::Blocked) {
            return Reason::Blocked(kind);
        }
        let mut reason = Reason::AsRuled;
        self.each(|kind, limit| {
            let touches = limit.range(before).is_some_and(|(low, high)| after == low || after == high);
            if reason == Reason::AsRuled && touches && results.verdict(kind) == Verdict::Limited {
                reason = Reason::Limited(kind);
            }
        });
        reason
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
}
