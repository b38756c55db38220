//! The pure pricing engine: rules, guardrails, rounding, plan and explain.
//! No I/O, no clock, no float: the same input gives the same output on any machine. The reference is `docs/rules.md`.

#[macro_use]
mod mutant;

mod amount;
mod analyse;
mod compare_at;
mod compile;
mod context;
mod decimal;
mod ending;
mod evaluate;
mod facts;
mod guardrail;
mod limit;
pub mod omnibus;
mod plan;
mod read;
mod rounding;
mod rule;
mod rule_set;
mod rule_test;
mod schedule;
mod screen;
mod select;
mod snapshot;
mod step;
mod summary;
mod trace;

pub use analyse::{
    ConflictEffort, ConflictReport, Conflicts, Domain, Effort, Example, PairReport, Proof, Property, Reach,
    Refutation, RuleReport, Shift,
};
pub use context::{PricingContext, Tax, TaxFactor};
pub use evaluate::{Decision, Outcome, Reason, Row};
pub use facts::{MoreFacts, PricePoint, Tags, VariantFacts};
pub use guardrail::{
    Aggregate, DayTotals, GUARDRAIL_VERSION, GuardrailKind, GuardrailResults, Guardrails, Mode,
    PlanGuardrailKind, PlanVerdict, PlanVerdicts, UnknownGuardrail, Verdict,
};
pub use limit::LimitKind;
pub use plan::{PlanHash, PlanHashError, PlanHasher, PlanHeader, PlanRow, PlanRule, PlanSales};
pub use rule::Rule;
pub use rule_set::RuleSet;
pub use rule_test::TestResult;
pub use schedule::{CatchUp, Change, ChangeKind, Schedule, Timetable, Window, time_zone_data_version};
pub use snapshot::{Needs, Snapshot, SnapshotBuilder, SnapshotChange};
pub use summary::{
    Counts, GuardrailCounts, HISTOGRAM_BINS, LargestMove, Margin, PriceBin, Revenue, Summary, SummaryBuilder,
    bin_edges, change_basis_points, net_margin_basis_points,
};
pub use trace::{PackedTrace, Trace, TraceError, TraceStep, TraceTemplates, Tracer, unpack_trace};

/// Version of the arithmetic and the order of evaluation; part of every trace and of every plan's hash.
pub const ENGINE_VERSION: &str = "3";
