//! Audit records and events about connections.

use kernel_audit::Change;
use kernel_core::{Ctx, Result};
use kernel_db::TenantTx;
use kernel_events::Event;
use serde_json::Value;

use crate::ids::ChannelId;

/// Records what happened to a channel.
pub(super) async fn tell(
    ctx: &Ctx,
    tx: &TenantTx,
    action: &'static str,
    channel: ChannelId,
    shown: Value,
) -> Result<()> {
    let change = Change {
        action,
        entity_type: "channel",
        entity_id: channel.to_string(),
        before: None,
        after: Some(shown.clone()),
        reason: None,
    };
    kernel_audit::record(ctx, tx, &[change]).await?;
    let event = Event {
        key: format!("{action}/{channel}/{}", ctx.now().as_microsecond()),
        kind: action,
        entity_type: "channel",
        entity_id: channel.to_string(),
        payload: shown,
    };
    Ok(kernel_events::append(ctx, tx, &[event]).await?)
}
