//! All SQL over `price_change_starts`.

use kernel_core::{Ctx, Error, Result};
use kernel_db::TenantTx;

use super::NewStart;
use crate::ids::PriceChangeId;
use crate::price_changes::dto::Scheduled;

/// Stores a start of a locked price change and gives its ordinal.
pub(super) async fn start_insert(ctx: &Ctx, tx: &TenantTx, id: PriceChangeId, new: &NewStart) -> Result<i64> {
    let canary = new.canary.as_ref().map(serde_json::to_value).transpose().map_err(Error::internal)?;
    let row = tx
        .query_one(
            "insert into price_change_starts (tenant_id, price_change_id, ordinal, starts_at, local, time_zone, canary,
                scheduled_by_id, scheduled_by, scheduled_at)
             select $1, $2, coalesce(max(ordinal), 0) + 1, $3, $4, $5, $6, $7, $8, $9
             from price_change_starts where tenant_id = $1 and price_change_id = $2
             returning ordinal",
            &[
                &tx.tenant().0,
                &id.0,
                &new.starts_at,
                &new.at.as_ref().map(|at| &at.local),
                &new.at.as_ref().map(|at| &at.time_zone),
                &canary,
                &ctx.actor.user().map(|user| user.0),
                &ctx.actor.label,
                &ctx.now(),
            ],
        )
        .await?;
    Ok(row.get("ordinal"))
}

/// The start that has not ended, with its ordinal.
pub(in super::super) async fn open_start(
    tx: &TenantTx,
    id: PriceChangeId,
) -> Result<Option<(i64, Scheduled)>> {
    let sql = "select ordinal, starts_at, local, time_zone, canary, scheduled_by, scheduled_at from price_change_starts
         where tenant_id = $1 and price_change_id = $2 and ended_at is null";
    let Some(row) = tx.query_opt(sql, &[&tx.tenant().0, &id.0]).await? else { return Ok(None) };
    let canary: Option<serde_json::Value> = row.get("canary");
    let scheduled = Scheduled {
        starts_at: row.get("starts_at"),
        local: row.get("local"),
        time_zone: row.get("time_zone"),
        canary: canary.map(serde_json::from_value).transpose().map_err(Error::internal)?,
        scheduled_by: row.get("scheduled_by"),
        scheduled_at: row.get("scheduled_at"),
    };
    Ok(Some((row.get("ordinal"), scheduled)))
}

/// Ends the start that is open, if one is: `started`, `called_off` or `not_started`.
pub(in super::super) async fn end_start(
    ctx: &Ctx,
    tx: &TenantTx,
    id: PriceChangeId,
    outcome: &str,
    reason: Option<&str>,
) -> Result<()> {
    let sql = "update price_change_starts set ended_at = $3, outcome = $4, reason = $5
         where tenant_id = $1 and price_change_id = $2 and ended_at is null";
    tx.execute(sql, &[&tx.tenant().0, &id.0, &ctx.now(), &outcome, &reason]).await?;
    Ok(())
}
