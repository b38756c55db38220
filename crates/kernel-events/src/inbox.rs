//! The inbox of a consumer inside Calibr: deliveries come at least once, their effect happens once.

use kernel_core::Ctx;
use kernel_db::{DbResult, TenantTx};
use uuid::Uuid;

use crate::sink::Delivery;

/// Notes a delivery as taken in by `consumer`, in the transaction of its effect. `false` if it was taken in before, so
/// that there is nothing to do. In a replay each event counts anew.
///
/// # Errors
/// The database refused.
pub async fn first_time(ctx: &Ctx, tx: &TenantTx, consumer: &str, delivery: &Delivery) -> DbResult<bool> {
    let replay = delivery.replay.map_or(Uuid::nil(), |replay| replay.0);
    let sql = "insert into event_inbox (tenant_id, consumer, replay_id, event_id, taken_at)
         values ($1, $2, $3, $4, $5) on conflict do nothing";
    let params: [&(dyn kernel_db::types::ToSql + Sync); 5] =
        [&tx.tenant().0, &consumer, &replay, &delivery.event.id.0, &ctx.now()];
    Ok(tx.execute(sql, &params).await? == 1)
}
