//! Putting jobs in the queue, in the caller's transaction.

use jiff::{SignedDuration, Timestamp};
use kernel_core::{Ctx, Error, Result};
use kernel_db::TenantTx;
use serde_json::Value;
use uuid::Uuid;

use crate::JobId;

/// A job to be done.
#[derive(Debug, Clone)]
pub struct NewJob {
    /// Which handler it is for.
    pub kind: &'static str,
    /// What to do.
    pub payload: Value,
    /// Not before this instant.
    pub run_at: Timestamp,
    /// How long others of its tenant may go before it.
    pub priority: Priority,
    /// What it takes of its tenant's share, in units that all jobs count alike; from 1.
    pub weight: u32,
    /// How many of its kin may run at once.
    pub limit: Option<Limit>,
    /// While a job with this key is open in the tenant, another with the same key is not enqueued.
    pub key: Option<String>,
}

/// How many jobs with one key may run at once, such as those that speak to one account of a vendor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limit {
    /// What they share.
    pub key: String,
    /// How many at once, from 1.
    pub running: u32,
}

/// Who goes first within a tenant. A lower priority yields for a while, not for ever: a job takes its place in the line
/// as if it had come later by that time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Priority {
    /// Somebody waits for it.
    Interactive,
    /// What was asked for; yields one minute.
    Normal,
    /// Upkeep; yields fifteen minutes.
    Background,
}

impl Priority {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Interactive => "interactive",
            Self::Normal => "normal",
            Self::Background => "background",
        }
    }

    fn yields(self) -> SignedDuration {
        match self {
            Self::Interactive => SignedDuration::ZERO,
            Self::Normal => SignedDuration::from_mins(1),
            Self::Background => SignedDuration::from_mins(15),
        }
    }
}

impl NewJob {
    /// A job of normal priority and weight 1, without a limit.
    #[must_use]
    pub fn new(kind: &'static str, payload: Value, run_at: Timestamp) -> Self {
        Self { kind, payload, run_at, priority: Priority::Normal, weight: 1, limit: None, key: None }
    }

    fn rank(&self) -> Result<Timestamp> {
        self.run_at.checked_add(self.priority.yields()).map_err(Error::internal)
    }
}

/// Enqueues jobs in the caller's transaction; they exist when it commits.
///
/// # Errors
/// The database refused.
pub async fn enqueue(ctx: &Ctx, tx: &TenantTx, jobs: &[NewJob]) -> Result<()> {
    let ids: Vec<Uuid> = jobs.iter().map(|_| JobId::new().0).collect();
    let kinds: Vec<&str> = jobs.iter().map(|j| j.kind).collect();
    let payloads: Vec<&Value> = jobs.iter().map(|j| &j.payload).collect();
    let run_ats: Vec<Timestamp> = jobs.iter().map(|j| j.run_at).collect();
    let ranks: Vec<Timestamp> = jobs.iter().map(NewJob::rank).collect::<Result<_>>()?;
    let priorities: Vec<&str> = jobs.iter().map(|j| j.priority.as_str()).collect();
    let weights: Vec<i64> = jobs.iter().map(|j| i64::from(j.weight.max(1))).collect();
    let limits: Vec<&str> = jobs.iter().map(|j| limit(j).map_or("", |limit| &limit.key)).collect();
    let running: Vec<Option<i32>> = jobs.iter().map(running).collect();
    let keys: Vec<Option<&str>> = jobs.iter().map(|j| j.key.as_deref()).collect();
    tx.execute(
        "insert into jobs (tenant_id, correlation_id, created_at, ready, id, kind, payload, run_at, rank, priority, weight, \
            limit_key, limit_running, key)
         select $1, $2, $3, j.run_at <= $3, j.*
         from unnest($4::uuid[], $5::text[], $6::jsonb[], $7::timestamptz[], $8::timestamptz[], $9::text[], $10::bigint[], \
            $11::text[], $12::integer[], $13::text[])
            as j (id, kind, payload, run_at, rank, priority, weight, limit_key, limit_running, key)
         on conflict (tenant_id, key) where state in ('queued', 'running') and key is not null do nothing",
        &[
            &ctx.tenant.0,
            &ctx.correlation_id.0,
            &ctx.now(),
            &ids,
            &kinds,
            &payloads,
            &run_ats,
            &ranks,
            &priorities,
            &weights,
            &limits,
            &running,
            &keys,
        ],
    )
    .await?;
    tx.wake_on_commit();
    Ok(())
}

/// The empty key is that of the line without a limit.
fn limit(job: &NewJob) -> Option<&Limit> {
    job.limit.as_ref().filter(|limit| !limit.key.is_empty())
}

fn running(job: &NewJob) -> Option<i32> {
    limit(job).map(|limit| i32::try_from(limit.running.max(1)).unwrap_or(i32::MAX))
}
