//! Guardrails: limits of a tenant or project that hold whatever a rule says, one file each. They never move a price, they
//! stop the row, or under `plan/` the whole plan. A new guardrail is one file, its `mod` line, and one line in the list below.

mod below_cost;
mod built_in;
mod ceiling;
mod currency_swap;
mod document;
mod floor;
mod freeze;
mod map;
mod maximum_move;
mod maximum_move_day;
mod maximum_move_week;
mod minimum_interval;
mod minimum_margin;
mod moves;
mod msrp;
mod near_zero;
mod no_minimum;
mod omnibus;
mod plan;
mod prices;
mod share;
mod slip;
mod verdict;
mod waiver;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::analyse::{Condition, RuleTraits};
use crate::compile::Compile;
use crate::context::PricingContext;
use crate::facts::VariantFacts;
use crate::read::given;
use crate::rule::Rule;
use crate::trace::StepWriter;
pub use document::{Guardrails, UnknownGuardrail};
pub use plan::{Aggregate, DayTotals, PlanVerdict, PlanVerdicts};
pub use verdict::{GuardrailResults, Mode, Verdict};
use waiver::{Waived, Waiver};

/// Version of how guardrails judge; part of every trace and of every plan's hash.
pub const GUARDRAIL_VERSION: &str = "4";

/// One row that is about to be written.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Planned<'a> {
    /// The price before, in minor units; not negative.
    pub(crate) before: i64,
    /// The price that would be written.
    pub(crate) after: i64,
    /// The compare-at price that would stand beside it.
    pub(crate) compare_at_after: Option<i64>,
    /// Whether the price is taken from somebody else's.
    pub(crate) follows: bool,
    /// Whether a limit of the rule holds the price up, whatever it is computed from.
    pub(crate) has_minimum: bool,
    /// Place of the rule that decided.
    pub(crate) rule_index: u32,
    /// The price without sales, where the row only ends some.
    pub(crate) returns_to: Option<i64>,
    /// Everything known about the variant.
    pub(crate) facts: &'a VariantFacts<'a>,
    /// Where and when.
    pub(crate) context: &'a PricingContext,
}

impl Planned<'_> {
    /// Whether applying the row would write anything.
    #[inline]
    pub(crate) fn writes(&self) -> bool {
        self.after != self.before || self.compare_at_after != self.facts.compare_at_minor
    }

    /// Whether the price only goes back towards what it was before the sale that ends.
    #[inline]
    pub(crate) fn returns(&self) -> bool {
        self.returns_to.is_some_and(|base| self.before < self.after && self.after <= base)
    }
}

/// One guardrail, ready to run.
pub(crate) trait Guardrail {
    /// Whether the row may be written. Must not allocate.
    fn judge(&self, planned: &Planned<'_>) -> Verdict;

    /// When a row of this rule is not stopped, for reasoning about rules without running them. What depends on the history
    /// of a price is stated for a price that never moved, since a history only narrows what is allowed.
    fn passes(&self, rule: &RuleTraits) -> Condition<'static>;

    /// What was measured, the limit, and why, for the trace.
    fn note(&self, planned: &Planned<'_>, step: &mut StepWriter<'_>);
}

/// A guardrail as a document writes it.
pub(crate) trait Setting {
    /// The guardrail, ready to run.
    type Ready: std::fmt::Debug;

    /// How strictly it holds.
    fn mode(&self) -> Mode;

    /// Checks it and makes it ready. What is missing is a fault only where [`Self::mode`] is not off.
    fn ready(&self, compile: &mut Compile) -> Self::Ready;
}

/// A guardrail that is on.
#[derive(Debug)]
pub(crate) struct Active<G> {
    pub(crate) guardrail: G,
    pub(crate) soft: bool,
    pub(crate) waived: Waived,
}

impl<G: Guardrail> Active<G> {
    #[inline]
    fn judge(&self, planned: &Planned<'_>) -> Verdict {
        match self.guardrail.judge(planned) {
            Verdict::Violated if self.waived.covers(planned.rule_index) => Verdict::Waived,
            verdict => verdict,
        }
    }
}

macro_rules! guardrails {
    (row { $($file:ident: $name:ident,)* } plan { $($plan_file:ident: $plan_name:ident,)* }) => {
        /// Which guardrail of a row.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[allow(missing_docs)]
        pub enum GuardrailKind {
            $($name,)*
        }

        impl GuardrailKind {
            /// All guardrails of a row, in the order in which they are asked.
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

        /// Which guardrail of a whole plan.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[allow(missing_docs)]
        pub enum PlanGuardrailKind {
            $($plan_name,)*
        }

        impl PlanGuardrailKind {
            /// All guardrails of a plan, in the order in which they are asked.
            pub const ALL: &[Self] = &[$(Self::$plan_name,)*];

            /// The word used in settings and verdicts.
            #[must_use]
            pub fn code(self) -> &'static str {
                match self {
                    $(Self::$plan_name => stringify!($plan_file),)*
                }
            }
        }

        /// The limits that hold whatever a rule says.
        #[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
        #[serde(deny_unknown_fields)]
        #[schemars(rename = "guardrails.v1", title = "Calibr guardrails, version 1")]
        #[allow(missing_docs)]
        pub(crate) struct Document {
            /// Which contract the document follows.
            schema: SchemaId,
            $(
                #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
                pub(crate) $file: Option<$file::$name>,
            )*
            $(
                #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
                pub(crate) $plan_file: Option<plan::$plan_file::$plan_name>,
            )*
        }

        /// All guardrails of a row, ready to run.
        #[derive(Debug)]
        pub(crate) struct ReadyGuardrails {
            soft: u32,
            $($file: Option<Active<<$file::$name as Setting>::Ready>>,)*
            plan: ReadyPlanGuardrails,
        }

        /// All guardrails of a plan, ready to run.
        #[derive(Debug)]
        pub(crate) struct ReadyPlanGuardrails {
            $($plan_file: Option<Active<<plan::$plan_file::$plan_name as Setting>::Ready>>,)*
        }

        impl ReadyPlanGuardrails {
            /// Visits every guardrail that is on, in order: which, whether it is soft, whether it is waived.
            fn each(&self, mut visit: impl FnMut(PlanGuardrailKind, &dyn plan::PlanGuardrail, bool, bool)) {
                $(if let Some(active) = &self.$plan_file {
                    visit(PlanGuardrailKind::$plan_name, &active.guardrail, active.soft, active.is_waived());
                })*
            }
        }

        impl Document {
            /// A document that says nothing.
            pub(crate) const EMPTY: Self = Self { schema: SchemaId::V1, $($file: None,)* $($plan_file: None,)* };

            /// What this document does not say, `base` says.
            pub(crate) fn over(&self, base: &Self) -> Self {
                Self {
                    schema: SchemaId::V1,
                    $($file: self.$file.as_ref().or(base.$file.as_ref()).cloned(),)*
                    $($plan_file: self.$plan_file.as_ref().or(base.$plan_file.as_ref()).cloned(),)*
                }
            }

            /// The guardrails that the document speaks of, with how strictly they hold.
            pub(crate) fn modes(&self) -> Vec<(&'static str, Mode)> {
                let mut modes = Vec::new();
                $(modes.extend(self.$file.as_ref().map(|setting| (stringify!($file), setting.mode())));)*
                $(modes.extend(self.$plan_file.as_ref().map(|setting| (stringify!($plan_file), setting.mode())));)*
                modes
            }

            fn ready_each(&self, rules: &[(&str, &Rule)], waivers: &[Waiver], compile: &mut Compile) -> ReadyGuardrails {
                let mut ready = ReadyGuardrails {
                    soft: 0,
                    $($file: active(stringify!($file), self.$file.as_ref(), rules, waivers, compile),)*
                    plan: ReadyPlanGuardrails {
                        $($plan_file: active(stringify!($plan_file), self.$plan_file.as_ref(), rules, waivers, compile),)*
                    },
                };
                $(if ready.$file.as_ref().is_some_and(|active| active.soft) {
                    ready.soft |= 1 << GuardrailKind::$name as u32;
                })*
                ready
            }
        }

        impl ReadyGuardrails {
            /// Visits every guardrail that is on, in order.
            #[inline]
            pub(crate) fn each(&self, mut visit: impl FnMut(GuardrailKind, &dyn Guardrail)) {
                $(if let Some(active) = &self.$file {
                    visit(GuardrailKind::$name, &active.guardrail);
                })*
            }

            /// When a row of this rule is not stopped: one condition for each guardrail that is on and not waived for it.
            pub(crate) fn passes(&self, rule: &RuleTraits) -> Vec<Condition<'static>> {
                let mut conditions = Vec::new();
                $(if let Some(active) = &self.$file
                    && !active.waived.covers(rule.rule_index)
                {
                    conditions.push(active.guardrail.passes(rule));
                })*
                conditions
            }

            /// What every guardrail says. Does not allocate.
            #[inline]
            pub(crate) fn judge(&self, planned: &Planned<'_>) -> GuardrailResults {
                let verdicts = [$(self.$file.as_ref().map_or(Verdict::NotSet, |active| active.judge(planned)),)*];
                GuardrailResults { verdicts, soft: self.soft }
            }
        }
    };
}

guardrails! {
    row {
    currency_swap: CurrencySwap,
    near_zero: NearZero,
    slip: Slip,
    no_minimum: NoMinimum,
    below_cost: BelowCost,
    minimum_margin: MinimumMargin,
    floor: Floor,
    ceiling: Ceiling,
    map: Map,
    msrp: Msrp,
    omnibus: Omnibus,
    maximum_move: MaximumMove,
    maximum_move_day: MaximumMoveDay,
    maximum_move_week: MaximumMoveWeek,
    minimum_interval: MinimumInterval,
    freeze: Freeze,
    }
    plan {
        collapse: Collapse,
        common_factor: CommonFactor,
        blast_radius: BlastRadius,
    }
}

/// The name of the contract.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "GuardrailsSchemaId")]
pub(crate) enum SchemaId {
    /// The first version.
    #[serde(rename = "guardrails.v1")]
    V1,
}

/// Notes that a guardrail which is on lacks a field; `instead` keeps the walk going.
fn missing<T>(mode: Mode, field: &str, write: &str, instead: T, compile: &mut Compile) -> T {
    if mode != Mode::Off {
        compile.fault("missing_field", format!("`{field}` is missing; write {write}, or `mode: off`"));
    }
    instead
}

fn active<S: Setting>(
    code: &'static str,
    setting: Option<&S>,
    rules: &[(&str, &Rule)],
    waivers: &[Waiver],
    compile: &mut Compile,
) -> Option<Active<S::Ready>> {
    let setting = setting?;
    let guardrail = compile.inside(code, |c| setting.ready(c));
    let soft = match setting.mode() {
        Mode::Off => return None,
        Mode::Hard => false,
        Mode::Soft => true,
    };
    let waived = if soft { waiver::waived(code, rules, waivers, compile.context()) } else { Waived::Nowhere };
    Some(Active { guardrail, soft, waived })
}
