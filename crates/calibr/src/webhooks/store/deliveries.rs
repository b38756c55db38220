//! All SQL over `webhook_deliveries` and `webhook_attempts`.

use jiff::Timestamp;
use kernel_core::{Ctx, Error, Result};
use kernel_db::paging::{Page, PageRequest};
use kernel_db::{Row, TenantTx};
use kernel_events::{EventId, Logged, ReplayId};
use uuid::Uuid;

use crate::ids::{WebhookDeliveryId, WebhookId};
use crate::webhooks::dto::WebhookDelivery;
use crate::webhooks::model::Reply;

/// A delivery to be entered.
pub(in crate::webhooks) struct NewDelivery<'a> {
    pub id: WebhookDeliveryId,
    pub endpoint: WebhookId,
    pub event: &'a Logged,
    pub replay: Option<ReplayId>,
}

const COLUMNS: &str = "d.id, d.endpoint_id, d.event_id, d.type, d.state, d.attempts, d.created_at, d.next_at, \
    d.ended_at, a.status, a.error, d.note";

const FROM: &str = "from webhook_deliveries d
    left join webhook_attempts a on a.tenant_id = d.tenant_id and a.delivery_id = d.id and a.number = d.attempts";

/// Enters deliveries that are not there yet, and says which, and to which endpoint.
pub(in crate::webhooks) async fn deliveries_insert(
    ctx: &Ctx,
    tx: &TenantTx,
    new: &[NewDelivery<'_>],
) -> Result<Vec<(WebhookDeliveryId, WebhookId)>> {
    if new.is_empty() {
        return Ok(Vec::new());
    }
    let ids: Vec<Uuid> = new.iter().map(|n| n.id.0).collect();
    let endpoints: Vec<Uuid> = new.iter().map(|n| n.endpoint.0).collect();
    let events: Vec<Uuid> = new.iter().map(|n| n.event.id.0).collect();
    let positions: Vec<i64> = new.iter().map(|n| n.event.place.position).collect();
    let occurred_ats: Vec<Timestamp> = new.iter().map(|n| n.event.occurred_at).collect();
    let kinds: Vec<&str> = new.iter().map(|n| n.event.kind.as_str()).collect();
    let replays: Vec<Uuid> = new.iter().map(|n| n.replay.map_or(Uuid::nil(), |replay| replay.0)).collect();
    let rows = tx
        .query(
            "insert into webhook_deliveries (tenant_id, created_at, next_at, id, endpoint_id, event_id, position,
                occurred_at, type, replay_id)
             select $1, $2, $2, d.*
             from unnest($3::uuid[], $4::uuid[], $5::uuid[], $6::bigint[], $7::timestamptz[], $8::text[], $9::uuid[])
                as d
             on conflict on constraint webhook_deliveries_once do nothing returning id, endpoint_id",
            &[
                &tx.tenant().0,
                &ctx.now(),
                &ids,
                &endpoints,
                &events,
                &positions,
                &occurred_ats,
                &kinds,
                &replays,
            ],
        )
        .await?;
    Ok(rows.iter().map(|row| (WebhookDeliveryId(row.get(0)), WebhookId(row.get(1)))).collect())
}

pub(in crate::webhooks) async fn delivery_by_id(
    tx: &TenantTx,
    id: WebhookDeliveryId,
) -> Result<WebhookDelivery> {
    delivery(tx, id, "").await
}

/// The same, kept from changing until the transaction ends.
pub(in crate::webhooks) async fn delivery_lock(
    tx: &TenantTx,
    id: WebhookDeliveryId,
) -> Result<WebhookDelivery> {
    delivery(tx, id, "for update of d").await
}

async fn delivery(tx: &TenantTx, id: WebhookDeliveryId, lock: &str) -> Result<WebhookDelivery> {
    let sql = format!("select {COLUMNS} {FROM} where d.tenant_id = $1 and d.id = $2 {lock}");
    let row = tx.query_opt(&sql, &[&tx.tenant().0, &id.0]).await?;
    row.map(|row| read(&row)).ok_or_else(|| Error::not_found("delivery", id))
}

/// Deliveries to an endpoint, newest first.
pub(in crate::webhooks) async fn delivery_list(
    tx: &TenantTx,
    endpoint: WebhookId,
    state: Option<&str>,
    page: &PageRequest,
) -> Result<Page<WebhookDelivery>> {
    let filter = ("webhook_deliveries", endpoint, state);
    let after: Option<Uuid> = page.after(&filter)?;
    let sql = format!(
        "select {COLUMNS} {FROM}
         where d.tenant_id = $1 and d.endpoint_id = $2 and ($3::text is null or d.state = $3)
           and ($4::uuid is null or d.id < $4)
         order by d.id desc limit $5"
    );
    let rows = tx.query_list(&sql, &[&tx.tenant().0, &endpoint.0, &state, &after, &page.fetch()]).await?;
    Ok(Page::from_rows(rows.iter().map(read).collect(), page, &filter, |delivery| delivery.id.0))
}

/// The event of a delivery; `None` once the log no longer keeps it.
pub(in crate::webhooks) async fn event_of(tx: &TenantTx, id: WebhookDeliveryId) -> Result<Option<Logged>> {
    let sql = "select position, occurred_at from webhook_deliveries where tenant_id = $1 and id = $2";
    let row = tx.query_opt(sql, &[&tx.tenant().0, &id.0]).await?;
    let row = row.ok_or_else(|| Error::not_found("delivery", id))?;
    Ok(kernel_events::event_at(tx, row.get(0), row.get(1)).await?)
}

/// Notes an attempt, and says how many there were since the delivery was set going.
pub(in crate::webhooks) async fn attempt_insert(
    tx: &TenantTx,
    id: WebhookDeliveryId,
    reply: &Reply,
    at: Timestamp,
    duration_ms: i32,
) -> Result<i32> {
    let status = reply.status.map(i32::from);
    let row = tx
        .query_one(
            "with tried as (
                update webhook_deliveries set attempts = attempts + 1, tries = tries + 1, next_at = null
                where tenant_id = $1 and id = $2 returning attempts, tries),
             noted as (
                insert into webhook_attempts (tenant_id, delivery_id, number, at, duration_ms, status, error)
                select $1, $2, attempts, $3, $4, $5, $6 from tried)
             select tries from tried",
            &[&tx.tenant().0, &id.0, &at, &duration_ms, &status, &reply.error],
        )
        .await?;
    Ok(row.get(0))
}

pub(in crate::webhooks) async fn delivery_postpone(
    tx: &TenantTx,
    id: WebhookDeliveryId,
    at: Timestamp,
) -> Result<()> {
    let sql = "update webhook_deliveries set next_at = $3 where tenant_id = $1 and id = $2";
    tx.execute(sql, &[&tx.tenant().0, &id.0, &at]).await?;
    Ok(())
}

pub(in crate::webhooks) async fn delivery_end(
    tx: &TenantTx,
    id: WebhookDeliveryId,
    state: &str,
    at: Timestamp,
) -> Result<()> {
    let sql = "update webhook_deliveries set state = $3, ended_at = $4, next_at = null
         where tenant_id = $1 and id = $2";
    tx.execute(sql, &[&tx.tenant().0, &id.0, &state, &at]).await?;
    Ok(())
}

/// Drops what is on its way to an endpoint, and says how much that was.
pub(in crate::webhooks) async fn deliveries_drop(
    tx: &TenantTx,
    endpoint: WebhookId,
    note: &str,
    at: Timestamp,
) -> Result<u64> {
    let sql = "update webhook_deliveries set state = 'dropped', note = $3, ended_at = $4, next_at = null
         where tenant_id = $1 and endpoint_id = $2 and state = 'pending'";
    Ok(tx.execute(sql, &[&tx.tenant().0, &endpoint.0, &note, &at]).await?)
}

pub(in crate::webhooks) async fn delivery_restart(
    ctx: &Ctx,
    tx: &TenantTx,
    id: WebhookDeliveryId,
) -> Result<()> {
    let sql = "update webhook_deliveries set state = 'pending', tries = 0, next_at = $3, ended_at = null
         where tenant_id = $1 and id = $2";
    tx.execute(sql, &[&tx.tenant().0, &id.0, &ctx.now()]).await?;
    Ok(())
}

fn read(row: &Row) -> WebhookDelivery {
    WebhookDelivery {
        id: WebhookDeliveryId(row.get(0)),
        webhook_id: WebhookId(row.get(1)),
        event_id: EventId(row.get(2)),
        r#type: row.get(3),
        state: row.get(4),
        attempts: row.get(5),
        created_at: row.get(6),
        next_at: row.get(7),
        ended_at: row.get(8),
        last_status: row.get(9),
        last_error: row.get(10),
        note: row.get(11),
    }
}
