//! Jobs as people look at them.

use jiff::Timestamp;
use kernel_core::{CorrelationId, Error, Result};
use kernel_db::paging::{Page, PageRequest};
use kernel_db::{Row, TenantTx};
use serde::Serialize;
use serde_json::Value;
use uuid::Uuid;

use crate::JobId;

/// A job as it is stored.
#[derive(Debug, Clone, PartialEq)]
pub struct JobRecord {
    /// Id.
    pub id: JobId,
    /// Which handler it is for.
    pub kind: String,
    /// `queued`, `running`, `done`, `dead` or `cancelled`.
    pub state: String,
    /// `interactive`, `normal` or `background`.
    pub priority: String,
    /// What to do.
    pub payload: Value,
    /// Not before this instant.
    pub run_at: Timestamp,
    /// How often it was started.
    pub attempts: i32,
    /// Until when its worker holds it.
    pub lease_until: Option<Timestamp>,
    /// What it shares with the jobs that it does not run beside.
    pub limit_key: Option<String>,
    /// Why the last attempt failed.
    pub last_error: Option<String>,
    /// The intention it carries on.
    pub correlation_id: CorrelationId,
    /// When it was enqueued.
    pub created_at: Timestamp,
    /// When it ended.
    pub finished_at: Option<Timestamp>,
}

/// Which jobs to list.
#[derive(Debug, Clone, Default, Serialize)]
pub struct JobFilter {
    /// Only these states.
    pub states: Option<Vec<String>>,
    /// Only this kind.
    pub kind: Option<String>,
}

const COLUMNS: &str = "id, kind, state, priority, payload, run_at, attempts, lease_until, limit_key, last_error, \
     correlation_id, created_at, finished_at";

/// The tenant's jobs, newest first.
///
/// # Errors
/// The cursor is of another list, or the database refused.
pub async fn job_list(tx: &TenantTx, filter: &JobFilter, page: &PageRequest) -> Result<Page<JobRecord>> {
    let after: Option<Uuid> = page.after(filter)?;
    let sql = format!(
        "select {COLUMNS} from jobs where tenant_id = $1 and ($2::uuid is null or id < $2)
            and ($3::text[] is null or state = any($3)) and ($4::text is null or kind = $4)
         order by id desc limit $5"
    );
    let rows =
        tx.query_list(&sql, &[&tx.tenant().0, &after, &filter.states, &filter.kind, &page.fetch()]).await?;
    Ok(Page::from_rows(rows.iter().map(read).collect(), page, filter, |job: &JobRecord| job.id.0))
}

/// The job with this id.
///
/// # Errors
/// There is none (404).
pub async fn job_by_id(tx: &TenantTx, id: JobId) -> Result<JobRecord> {
    let sql = format!("select {COLUMNS} from jobs where tenant_id = $1 and id = $2");
    let row = tx.query_opt(&sql, &[&tx.tenant().0, &id.0]).await?;
    row.as_ref().map(read).ok_or_else(|| Error::not_found("job", id))
}

/// The newest job of a kind with this payload that has not done its work: one that is open, if any, or dead or cancelled.
///
/// # Errors
/// The database refused.
pub async fn job_not_done(tx: &TenantTx, kind: &str, payload: &Value) -> Result<Option<JobRecord>> {
    let sql = format!(
        "select {COLUMNS} from jobs where tenant_id = $1 and kind = $2 and payload = $3 and state <> 'done'
         order by state in ('queued', 'running') desc, id desc limit 1"
    );
    Ok(tx.query_opt(&sql, &[&tx.tenant().0, &kind, payload]).await?.as_ref().map(read))
}

/// The job, held until the transaction ends.
pub(crate) async fn job_lock(tx: &TenantTx, id: JobId) -> Result<JobRecord> {
    let sql = format!("select {COLUMNS} from jobs where tenant_id = $1 and id = $2 for update");
    let row = tx.query_opt(&sql, &[&tx.tenant().0, &id.0]).await?;
    row.as_ref().map(read).ok_or_else(|| Error::not_found("job", id))
}

fn read(row: &Row) -> JobRecord {
    let limit_key: String = row.get("limit_key");
    JobRecord {
        id: JobId(row.get("id")),
        kind: row.get("kind"),
        state: row.get("state"),
        priority: row.get("priority"),
        payload: row.get("payload"),
        run_at: row.get("run_at"),
        attempts: row.get("attempts"),
        lease_until: row.get("lease_until"),
        limit_key: (!limit_key.is_empty()).then_some(limit_key),
        last_error: row.get("last_error"),
        correlation_id: CorrelationId(row.get("correlation_id")),
        created_at: row.get("created_at"),
        finished_at: row.get("finished_at"),
    }
}
