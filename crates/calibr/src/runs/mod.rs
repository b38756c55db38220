//! Runs: writing an approved price change to the shop, target by target, and taking it back.
//! Owns `rule_runs` and `rule_targets`. Jobs: `runs.apply_batch`, `runs.check_canary`, `runs.reconcile`, `runs.sweep`.
//! Events out: `run.started`, `.progress`, `.paused`, `.resumed`, `.stopped`, `.canary_written`, `.canary_checked`, `.canary_failed`,
//! `.retried`, `.finished`, `.rolled_back`, `.reconciled`, `price.applied`, `price.failed`, `price.conflict`, `price.skipped`,
//! `price.rolled_back`, `price.sales_changed` (the shop keeps its price, other sales run beside it).
//! Audit: the same, one record for each settled target.
//!
//! Each target goes: intent → read → compare → write → result, audit and event in one commit → read back.

mod aftercare;
mod api;
mod apply;
mod back_preview;
mod batch;
mod bulk;
mod canary;
mod control;
pub mod dto;
mod finish;
mod follow;
/// Open to the bench that measures how fast results are recorded.
#[doc(hidden)]
pub mod measured;
/// Open to the exhaustive model of the protocol, which must decide as the product does.
#[doc(hidden)]
pub mod model;
mod parked;
mod reasons;
mod retry;
mod roll_back;
mod schedule;
mod settle;
mod start;
mod store;
mod target_list;
mod targets;
mod tell;
mod verify;
mod watch;

pub use aftercare::{RECONCILE, SWEEP, reconcile, sweep};
pub use api::routes;
pub use apply::apply_batch;
pub use batch::APPLY_BATCH;
pub use schedule::{return_sale, start_due};
pub use store::run_by_id;
pub use watch::{CHECK_CANARY, check_canary};
