//! How a connection fares, as the shop says now and as our own records show.

use kernel_core::{Ctx, Result};

use super::dto::{BudgetBody, ChannelHealth};
use super::store;
use crate::channels;
use crate::ids::ChannelId;
use crate::state::App;

/// Asks the shop and reads our records.
///
/// # Errors
/// There is no such channel (404). A shop that does not answer is no error.
pub(super) async fn health(app: &App, ctx: &Ctx, id: ChannelId) -> Result<ChannelHealth> {
    let tx = app.db.tenant_tx(ctx.tenant).await?;
    let record = channels::channel_by_id(&tx, id).await?;
    let signs = store::signs(&tx, id).await?;
    drop(tx);
    let connection = app.channels.open(ctx.tenant, id).await;
    let (mut scopes, mut missing, mut problem, mut budget) = (Vec::new(), Vec::new(), None, None);
    match connection {
        Ok(connection) => {
            if let Some(access) = connection.access() {
                match access.granted_scopes().await {
                    Ok(granted) => (missing, scopes) = (access.missing_scopes(&granted), granted),
                    Err(error) => problem = Some(error.message),
                }
                let left = access.budget();
                budget = Some(BudgetBody {
                    available: left.available,
                    maximum: left.maximum,
                    per_second: left.per_second,
                    per_write: left.per_write,
                });
            }
        }
        Err(error) => problem = Some(error.detail),
    }
    Ok(ChannelHealth {
        state: record.channel.state,
        answers: problem.is_none(),
        problem,
        budget,
        scopes,
        missing_scopes: missing,
        last_read_at: record.channel.ingested_at,
        last_write_at: signs.last_write_at,
        last_webhook_at: signs.last_webhook_at,
        webhook_lag_ms: signs.webhook_lag_ms,
        webhooks_waiting: signs.waiting,
    })
}
