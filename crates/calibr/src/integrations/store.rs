//! All SQL over `channel_hooks` and `shop_notices`, and what health reads beside them.

use jiff::Timestamp;
use kernel_core::{Ctx, Result};
use kernel_db::TenantTx;

use crate::ids::{ChannelId, NoticeId};

/// A notice as it came.
pub(super) struct NewNotice {
    pub id: NoticeId,
    pub channel: ChannelId,
    pub topic: String,
    pub webhook_id: String,
    pub event_id: Option<String>,
    pub body_digest: Vec<u8>,
    pub subject: Option<String>,
    pub triggered_at: Option<Timestamp>,
    pub state: &'static str,
    pub outcome: &'static str,
}

/// A notice that is to be followed.
pub(super) struct Notice {
    pub channel: ChannelId,
    pub topic: String,
    pub subject: Option<String>,
    pub received_at: Timestamp,
}

/// What health shows of a shop's webhooks and runs.
pub(super) struct Signs {
    pub last_webhook_at: Option<Timestamp>,
    pub webhook_lag_ms: Option<i64>,
    pub waiting: i64,
    pub last_write_at: Option<Timestamp>,
}

pub(super) async fn hook_find(tx: &TenantTx, channel: ChannelId) -> Result<Option<Vec<u8>>> {
    let sql = "select path_digest from channel_hooks where tenant_id = $1 and channel_id = $2";
    Ok(tx.query_opt(sql, &[&tx.tenant().0, &channel.0]).await?.map(|row| row.get("path_digest")))
}

pub(super) async fn hook_upsert(ctx: &Ctx, tx: &TenantTx, channel: ChannelId, digest: &[u8]) -> Result<()> {
    tx.execute(
        "insert into channel_hooks (tenant_id, channel_id, path_digest, created_at) values ($1, $2, $3, $4)
         on conflict (tenant_id, channel_id) do update
            set path_digest = excluded.path_digest, created_at = excluded.created_at",
        &[&ctx.tenant.0, &channel.0, &digest, &ctx.now()],
    )
    .await?;
    Ok(())
}

pub(super) async fn hook_delete(tx: &TenantTx, channel: ChannelId) -> Result<()> {
    let sql = "delete from channel_hooks where tenant_id = $1 and channel_id = $2";
    tx.execute(sql, &[&tx.tenant().0, &channel.0]).await?;
    Ok(())
}

/// Stores a notice; `false` if it came before, under its id or with its body.
pub(super) async fn notice_insert(ctx: &Ctx, tx: &TenantTx, notice: &NewNotice) -> Result<bool> {
    let count = tx
        .execute(
            "insert into shop_notices (tenant_id, id, channel_id, topic, webhook_id, event_id, body_digest, subject,
                triggered_at, received_at, state, outcome)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) on conflict do nothing",
            &[
                &ctx.tenant.0,
                &notice.id.0,
                &notice.channel.0,
                &notice.topic,
                &notice.webhook_id,
                &notice.event_id,
                &notice.body_digest,
                &notice.subject,
                &notice.triggered_at,
                &ctx.now(),
                &notice.state,
                &notice.outcome,
            ],
        )
        .await?;
    Ok(count == 1)
}

/// The notice, if it still waits.
pub(super) async fn notice_waiting(tx: &TenantTx, id: NoticeId) -> Result<Option<Notice>> {
    let sql = "select channel_id, topic, subject, received_at from shop_notices
         where tenant_id = $1 and id = $2 and state = 'waiting' for update";
    let row = tx.query_opt(sql, &[&tx.tenant().0, &id.0]).await?;
    Ok(row.map(|row| Notice {
        channel: ChannelId(row.get("channel_id")),
        topic: row.get("topic"),
        subject: row.get("subject"),
        received_at: row.get("received_at"),
    }))
}

/// Ends a notice, and forgets those of the same shop that came before an instant.
pub(super) async fn notice_end(
    tx: &TenantTx,
    id: NoticeId,
    channel: ChannelId,
    outcome: &str,
    forget_before: Timestamp,
) -> Result<()> {
    let sql = "update shop_notices set state = 'done', outcome = $3 where tenant_id = $1 and id = $2";
    tx.execute(sql, &[&tx.tenant().0, &id.0, &outcome]).await?;
    let sql = "delete from shop_notices where tenant_id = $1 and channel_id = $2 and received_at < $3";
    tx.execute(sql, &[&tx.tenant().0, &channel.0, &forget_before]).await?;
    Ok(())
}

pub(super) async fn signs(tx: &TenantTx, channel: ChannelId) -> Result<Signs> {
    let row = tx
        .query_one(
            "select (select max(settled_at) from rule_targets t join rule_runs u
                        on u.tenant_id = t.tenant_id and u.id = t.run_id
                     where t.tenant_id = $1 and u.channel_id = $2 and t.state in ('applied', 'rolled_back')) as last_write_at,
                    (select count(*) from shop_notices
                     where tenant_id = $1 and channel_id = $2 and state = 'waiting') as waiting,
                    n.received_at,
                    greatest(0, extract(epoch from n.received_at - n.triggered_at) * 1000)::bigint as lag_ms
             from (select 1) one left join lateral (
                select received_at, triggered_at from shop_notices where tenant_id = $1 and channel_id = $2
                order by received_at desc limit 1) n on true",
            &[&tx.tenant().0, &channel.0],
        )
        .await?;
    Ok(Signs {
        last_webhook_at: row.get("received_at"),
        webhook_lag_ms: row.get("lag_ms"),
        waiting: row.get("waiting"),
        last_write_at: row.get("last_write_at"),
    })
}
