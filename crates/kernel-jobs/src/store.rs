//! The statements over `jobs`.

use jiff::Timestamp;
use kernel_core::{CorrelationId, Ctx, Error, ErrorKind, Result, TenantId};
use kernel_db::{DbResult, DispatchTx, Row, TenantTx};
use serde_json::Value;
use uuid::Uuid;

use crate::{Job, JobId};

/// A job to be done.
#[derive(Debug, Clone)]
pub struct NewJob {
    /// Which handler it is for.
    pub kind: &'static str,
    /// What to do.
    pub payload: Value,
    /// Not before this instant.
    pub run_at: Timestamp,
}

/// Enqueues jobs in the caller's transaction; they exist when it commits.
///
/// # Errors
/// The database refused.
pub async fn enqueue(ctx: &Ctx, tx: &TenantTx, jobs: &[NewJob]) -> DbResult<()> {
    let ids: Vec<Uuid> = jobs.iter().map(|_| JobId::new().0).collect();
    let kinds: Vec<&str> = jobs.iter().map(|j| j.kind).collect();
    let payloads: Vec<&Value> = jobs.iter().map(|j| &j.payload).collect();
    let run_ats: Vec<Timestamp> = jobs.iter().map(|j| j.run_at).collect();
    tx.execute(
        "insert into jobs (tenant_id, id, kind, payload, run_at, correlation_id, created_at)
         select $1, j.id, j.kind, j.payload, j.run_at, $2, $3
         from unnest($4::uuid[], $5::text[], $6::jsonb[], $7::timestamptz[]) as j (id, kind, payload, run_at)",
        &[&ctx.tenant.0, &ctx.correlation_id.0, &ctx.now(), &ids, &kinds, &payloads, &run_ats],
    )
    .await?;
    Ok(())
}

/// Makes sure, inside the transaction that will commit the job's result, that the lease is still held.
///
/// # Errors
/// `job.lease_lost`: another worker took the job over; nothing may be committed.
pub async fn hold_lease(tx: &TenantTx, job: &Job) -> Result<()> {
    let held = tx
        .query_opt(
            "select 1 from jobs where tenant_id = $1 and id = $2 and fence = $3 and state = 'running' for update",
            &[&tx.tenant().0, &job.id.0, &job.fence],
        )
        .await?;
    match held {
        Some(_) => Ok(()),
        None => Err(lease_lost()),
    }
}

/// Code of the error of a worker whose job was taken over.
pub const LEASE_LOST: &str = "job.lease_lost";

pub(crate) fn lease_lost() -> Error {
    Error::new(ErrorKind::Conflict, LEASE_LOST, "Another worker took this job over.")
}

/// Leases up to `limit` jobs that are due, or whose lease ran out.
pub(crate) async fn claim(
    tx: &DispatchTx,
    owner: Uuid,
    now: Timestamp,
    until: Timestamp,
    limit: i64,
) -> DbResult<Vec<Job>> {
    let rows = tx
        .query(
            "with due as (
                select tenant_id, id from jobs
                where (state = 'queued' and run_at <= $2) or (state = 'running' and lease_until < $2)
                order by run_at limit $4 for update skip locked)
             update jobs set state = 'running', fence = jobs.fence + 1, attempts = jobs.attempts + 1,
                lease_owner = $1, lease_until = $3
             from due where jobs.tenant_id = due.tenant_id and jobs.id = due.id
             returning jobs.tenant_id, jobs.id, kind, payload, attempts, fence, correlation_id",
            &[&owner, &now, &until, &limit],
        )
        .await?;
    Ok(rows.iter().map(read).collect())
}

/// Prolongs the lease; `false` if it is no longer ours.
pub(crate) async fn heartbeat(tx: &DispatchTx, job: &Job, until: Timestamp) -> DbResult<bool> {
    let sql = "update jobs set lease_until = $4 where tenant_id = $1 and id = $2 and fence = $3 and state = 'running'";
    Ok(tx.execute(sql, &[&job.tenant.0, &job.id.0, &job.fence, &until]).await? == 1)
}

/// How a job is put down after an attempt.
pub(crate) enum PutDown<'a> {
    Done { at: Timestamp },
    Again { at: Timestamp, counts: bool, error: Option<&'a str> },
    Dead { at: Timestamp, error: &'a str },
}

/// Ends an attempt, unless another worker took the job over.
pub(crate) async fn put_down(tx: &DispatchTx, job: &Job, how: PutDown<'_>) -> DbResult<()> {
    let (state, run_at, error, finished_at, uncounted) = match how {
        PutDown::Done { at } => ("done", None, None, Some(at), 0),
        PutDown::Again { at, counts, error } => ("queued", Some(at), error, None, i32::from(!counts)),
        PutDown::Dead { at, error } => ("dead", None, Some(error), Some(at), 0),
    };
    tx.execute(
        "update jobs set state = $4, run_at = coalesce($5, run_at), last_error = $6, finished_at = $7,
            attempts = attempts - $8, lease_owner = null, lease_until = null
         where tenant_id = $1 and id = $2 and fence = $3 and state = 'running'",
        &[&job.tenant.0, &job.id.0, &job.fence, &state, &run_at, &error, &finished_at, &uncounted],
    )
    .await?;
    Ok(())
}

fn read(row: &Row) -> Job {
    Job {
        id: JobId(row.get("id")),
        tenant: TenantId(row.get("tenant_id")),
        kind: row.get("kind"),
        payload: row.get("payload"),
        attempts: row.get("attempts"),
        fence: row.get("fence"),
        correlation_id: CorrelationId(row.get("correlation_id")),
    }
}
