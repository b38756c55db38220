//! Trying a job again and cancelling one, with audit and event.

use kernel_audit::Change;
use kernel_auth::{Permission, authorize};
use kernel_core::{Ctx, Error, Result, Role};
use kernel_db::TenantTx;
use kernel_events::Event;
use kernel_jobs::{JobId, JobRecord};
use serde_json::json;

use crate::state::App;

const JOBS_WRITE: Permission = Permission::new("jobs:write", Role::Admin);

/// Work that a run waits for, and would wait for without end.
const NEEDED: [&str; 2] = ["runs.apply_batch", "runs.check_canary"];

/// Puts a dead or cancelled job back in the queue.
///
/// # Errors
/// `job.not_ended`, `job.done` or `job.twice` (409).
pub(super) async fn retry(app: &App, ctx: &Ctx, id: JobId) -> Result<()> {
    authorize(&ctx.actor, JOBS_WRITE)?;
    let tx = app.db.tenant_tx(ctx.tenant).await?;
    let before = kernel_jobs::retry(ctx, &tx, id).await?;
    tell(ctx, &tx, "job.retried", &before, "queued").await?;
    Ok(tx.commit().await?)
}

/// Ends an open job before it did its work.
///
/// # Errors
/// `job.ended` (409), `job.needed` (409) where a run waits for it.
pub(super) async fn cancel(app: &App, ctx: &Ctx, id: JobId) -> Result<()> {
    authorize(&ctx.actor, JOBS_WRITE)?;
    let tx = app.db.tenant_tx(ctx.tenant).await?;
    let before = kernel_jobs::cancel(ctx, &tx, id).await?;
    if NEEDED.contains(&before.kind.as_str()) {
        let detail = "A run waits for this job. Stop the run instead: it then writes nothing more, and ends.";
        return Err(Error::conflict("job.needed", detail));
    }
    tell(ctx, &tx, "job.cancelled", &before, "cancelled").await?;
    Ok(tx.commit().await?)
}

async fn tell(ctx: &Ctx, tx: &TenantTx, action: &'static str, before: &JobRecord, state: &str) -> Result<()> {
    let shown = json!({ "state": before.state, "kind": before.kind, "attempts": before.attempts,
        "last_error": before.last_error });
    let after = json!({ "state": state, "kind": before.kind });
    let change = Change {
        action,
        entity_type: "job",
        entity_id: before.id.to_string(),
        before: Some(shown),
        after: Some(after.clone()),
        reason: None,
    };
    kernel_audit::record(ctx, tx, &[change]).await?;
    let event = Event {
        key: format!("{action}/{}/{}", before.id, ctx.request_id),
        kind: action,
        entity_type: "job",
        entity_id: before.id.to_string(),
        payload: after,
    };
    Ok(kernel_events::append(ctx, tx, &[event]).await?)
}
