//! The lease of one job: proving it, prolonging it, and putting the job down.

use jiff::Timestamp;
use kernel_core::{Error, ErrorKind, Result};
use kernel_db::{DbResult, DispatchTx, TenantTx};

use crate::Job;

/// Code of the error of a worker whose job was taken over.
pub const LEASE_LOST: &str = "job.lease_lost";

/// Makes sure, inside the transaction that will commit the job's result, that the lease is still held.
///
/// # Errors
/// `job.lease_lost`: another worker took the job over, or somebody cancelled it; nothing may be committed.
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

pub(crate) fn lease_lost() -> Error {
    Error::new(ErrorKind::Conflict, LEASE_LOST, "Another worker took this job over.")
}

/// Prolongs the lease; `false` if it is no longer ours.
pub(crate) async fn heartbeat(tx: &DispatchTx, job: &Job, until: Timestamp) -> DbResult<bool> {
    let sql = "update jobs set lease_until = $4 where tenant_id = $1 and id = $2 and fence = $3 and state = 'running'";
    Ok(tx.execute(sql, &[&job.tenant.0, &job.id.0, &job.fence, &until]).await? == 1)
}

/// How a job is put down after an attempt.
pub(crate) enum PutDown<'a> {
    Done,
    Again { at: Timestamp, counts: bool, error: Option<&'a str> },
    Dead { error: &'a str },
}

/// Ends an attempt, unless another worker took the job over.
pub(crate) async fn put_down(tx: &DispatchTx, job: &Job, now: Timestamp, how: PutDown<'_>) -> DbResult<()> {
    let (state, run_at, error, finished_at, uncounted) = match how {
        PutDown::Done => ("done", None, None, Some(now), 0),
        PutDown::Again { at, counts, error } => ("queued", Some(at), error, None, i32::from(!counts)),
        PutDown::Dead { error } => ("dead", None, Some(error), Some(now), 0),
    };
    tx.execute(
        "update jobs set state = $4, run_at = coalesce($5, run_at), rank = coalesce($5, run_at) + (rank - run_at),
            ready = coalesce($5 <= $9, false), last_error = $6, finished_at = $7, attempts = attempts - $8, expiries = 0,
            lease_owner = null, lease_until = null, slot = null
         where tenant_id = $1 and id = $2 and fence = $3 and state = 'running'",
        &[
            &job.tenant.0,
            &job.id.0,
            &job.fence,
            &state,
            &run_at,
            &error,
            &finished_at,
            &uncounted,
            &now,
        ],
    )
    .await?;
    Ok(())
}
