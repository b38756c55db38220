//! Audit and event of what happens to a run.

use kernel_audit::Change;
use kernel_core::{Ctx, Result};
use kernel_db::TenantTx;
use kernel_events::Event;

use super::store::RunRecord;

/// Audit and event for something that happened to a run.
pub(super) async fn tell(
    ctx: &Ctx,
    tx: &TenantTx,
    action: &'static str,
    run: &RunRecord,
    after: serde_json::Value,
) -> Result<()> {
    let change = Change {
        action,
        entity_type: "run",
        entity_id: run.id.to_string(),
        before: None,
        after: Some(after.clone()),
        reason: None,
    };
    kernel_audit::record(ctx, tx, &[change]).await?;
    let event = Event {
        key: format!("{action}/{}/{}", run.id, ctx.request_id),
        kind: action,
        entity_type: "run",
        entity_id: run.id.to_string(),
        payload: after,
    };
    Ok(kernel_events::append(ctx, tx, &[event]).await?)
}
