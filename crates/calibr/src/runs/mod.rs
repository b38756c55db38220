//! Runs: writing an approved price change to the shop, target by target, and taking it back.
//! Owns `rule_runs` and `rule_targets`. Jobs: `runs.apply_batch`.
//! Events out: `run.started`, `run.retried`, `run.finished`, `run.rolled_back`, `price.applied`, `price.failed`, `price.conflict`, `price.skipped`,
//! `price.drifted`, `price.rolled_back`, `price.sales_changed` (the shop keeps its price, other sales run beside it).
//! Audit: the same, one record for each settled target.
//!
//! Each target goes: intent → read → compare → write → result, audit and event in one commit → read back.

mod api;
mod apply;
mod batch;
pub mod dto;
mod finish;
/// Open to the exhaustive model of the protocol, which must decide as the product does.
#[doc(hidden)]
pub mod model;
mod retry;
mod roll_back;
mod settle;
mod start;
mod store;
mod targets;
mod tell;
mod verify;

pub use api::routes;
pub use apply::apply_batch;
pub use batch::APPLY_BATCH;
pub use store::run_by_id;
