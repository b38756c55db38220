//! Durable jobs: enqueued in the caller's transaction, leased with a fence that only grows, retried with backoff.
//! Owns the table `jobs`. A job may run more than once; its handler must bear that, and checks its lease before it commits.

mod runner;
mod store;

pub use runner::{Handler, Runner, RunnerConfig, backoff};
pub use store::{LEASE_LOST, NewJob, enqueue, hold_lease};

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
