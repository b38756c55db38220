//! What people may do with a job: try a dead one again, cancel one that is open.

use kernel_core::{Ctx, Error, Result};
use kernel_db::{DbError, TenantTx};

use crate::JobId;
use crate::look::{JobRecord, job_lock};

/// Puts a dead or cancelled job back in its line, with all its attempts before it. Answers with the job as it was.
///
/// # Errors
/// `job.not_ended` (409) for one that is open, `job.done` (409) for one that did its work, `job.twice` (409) if another
/// job with its key is open; there is no such job (404).
pub async fn retry(ctx: &Ctx, tx: &TenantTx, id: JobId) -> Result<JobRecord> {
    let job = job_lock(tx, id).await?;
    match job.state.as_str() {
        "dead" | "cancelled" => {}
        "done" => {
            return Err(Error::conflict("job.done", "This job has done its work; nothing is left to try."));
        }
        state => {
            let detail = format!("This job is {state}, so it runs without being asked.");
            return Err(Error::conflict("job.not_ended", detail));
        }
    }
    let sql = "update jobs set state = 'queued', ready = true, attempts = 0, expiries = 0, finished_at = null, run_at = $3,
            rank = $3::timestamptz + (rank - run_at)
         where tenant_id = $1 and id = $2";
    tx.execute(sql, &[&tx.tenant().0, &id.0, &ctx.now()]).await.map_err(twice)?;
    tx.wake_on_commit();
    Ok(job)
}

fn twice(error: DbError) -> Error {
    match error.constraint() {
        Some("jobs_key_once") => {
            Error::conflict("job.twice", "Another job is open that does the same. Wait until it has ended.")
        }
        _ => error.into(),
    }
}

/// Ends an open job before it did its work. A worker that is at it loses its lease and commits nothing more. Answers with
/// the job as it was.
///
/// # Errors
/// `job.ended` (409): nothing is left to cancel; there is no such job (404).
pub async fn cancel(ctx: &Ctx, tx: &TenantTx, id: JobId) -> Result<JobRecord> {
    let job = job_lock(tx, id).await?;
    if !matches!(job.state.as_str(), "queued" | "running" | "dead") {
        let detail = format!("This job is {}, so there is nothing to cancel.", job.state);
        return Err(Error::conflict("job.ended", detail));
    }
    let sql = "update jobs set state = 'cancelled', ready = false, finished_at = $3, lease_owner = null, lease_until = null,
            slot = null
         where tenant_id = $1 and id = $2";
    tx.execute(sql, &[&tx.tenant().0, &id.0, &ctx.now()]).await?;
    Ok(job)
}
