//! What the API shows of jobs and schedules. Shared with the command line.

use jiff::Timestamp;
use kernel_core::CorrelationId;
use kernel_jobs::JobId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A piece of work in the background.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct Job {
    /// Id.
    pub id: JobId,
    /// What kind of work, such as `runs.apply_batch`.
    pub kind: String,
    /// `queued`, `running`, `done`, `dead` (it gave up) or `cancelled`.
    pub state: String,
    /// `interactive`, `normal` or `background`.
    pub priority: String,
    /// What to do, in the words of its kind.
    pub payload: serde_json::Value,
    /// Not before this instant.
    pub run_at: Timestamp,
    /// How often it was started.
    pub attempts: u32,
    /// Until when its worker holds it.
    pub lease_until: Option<Timestamp>,
    /// What it shares with jobs of which only so many run at once, such as a shop.
    pub limit_key: Option<String>,
    /// Why the last attempt failed.
    pub last_error: Option<String>,
    /// The intention it carries on.
    #[schema(value_type = String)]
    pub correlation_id: CorrelationId,
    /// When it was enqueued.
    pub created_at: Timestamp,
    /// When it ended.
    pub finished_at: Option<Timestamp>,
}

/// Work that is enqueued again and again.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct Schedule {
    /// Its name.
    pub name: String,
    /// What kind of work.
    pub kind: String,
    /// Five fields of cron: minute, hour, day of the month, month, day of the week.
    pub cron: String,
    /// The zone whose clocks are meant.
    pub zone: String,
    /// When it enqueues next.
    pub next_at: Timestamp,
    /// When it enqueued last.
    pub last_at: Option<Timestamp>,
}
