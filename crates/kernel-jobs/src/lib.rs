//! Durable jobs: enqueued in the caller's transaction, leased with a fence that only grows, retried with backoff.
//! Owns the tables `jobs` and `job_schedules`. A job may run more than once; its handler must bear that, and checks its
//! lease before it commits.
//!
//! States: queued → running → done | dead | cancelled; a lease that runs out and a retry lead back to queued,
//! but for a job of which very many leases in a row ran out: it is dead.

mod claim;
mod control;
mod enqueue;
mod lease;
mod look;
mod runner;
mod schedules;
mod turns;
mod upkeep;

pub use control::{cancel, retry};
pub use enqueue::{Limit, NewJob, Priority, enqueue};
pub use lease::{LEASE_LOST, hold_lease};
pub use look::{JobFilter, JobRecord, job_by_id, job_list, job_not_done};
pub use runner::{Handler, Runner, RunnerConfig, backoff};
pub use schedules::{NewSchedule, ScheduleRecord, schedule, schedule_list, unschedule};

use jiff::Timestamp;
use kernel_core::{CorrelationId, TenantId, define_id};

define_id!(JobId, "job", "one job");

/// A job as its handler gets it.
#[derive(Debug, Clone)]
pub struct Job {
    /// Id.
    pub id: JobId,
    /// The tenant it works for.
    pub tenant: TenantId,
    /// Which handler it is for.
    pub kind: String,
    /// What to do, as enqueued.
    pub payload: serde_json::Value,
    /// How often it was started, this time included.
    pub attempts: i32,
    /// Grows with every lease; whoever holds an older one may not commit.
    pub fence: i64,
    /// The intention it carries on.
    pub correlation_id: CorrelationId,
}

/// How an attempt ended. An error means: again later, with backoff.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// Nothing is left to do.
    Done,
    /// To be run again at an instant.
    Again {
        /// When.
        at: Timestamp,
        /// Whether the attempt counts: `false` where waiting is in order, such as a vendor that named the time.
        counts: bool,
        /// Why, for the log.
        reason: String,
    },
}
