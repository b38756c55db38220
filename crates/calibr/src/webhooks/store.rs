//! All SQL over endpoints and their secrets; that over deliveries stands in `store/deliveries.rs`.

mod deliveries;

use std::collections::BTreeSet;

use jiff::Timestamp;
use kernel_core::{Ctx, Error, Result};
use kernel_db::paging::{Page, PageRequest};
use kernel_db::{Db, Row, TenantTx};
use uuid::Uuid;

use super::dto::Webhook;
use super::model::DELETED;
use crate::ids::WebhookId;

pub(super) use deliveries::{
    NewDelivery, attempt_insert, deliveries_drop, deliveries_insert, delivery_by_id, delivery_end,
    delivery_list, delivery_lock, delivery_postpone, delivery_restart, event_of,
};

const COLUMNS: &str =
    "id, url, description, event_types, state, reason, failing_since, created_by, created_at";

pub(super) async fn endpoint_insert(tx: &TenantTx, webhook: &Webhook) -> Result<()> {
    let Webhook { id, url, description, event_types, created_by, created_at, .. } = webhook;
    tx.execute(
        "insert into webhook_endpoints (tenant_id, id, url, description, event_types, created_by, created_at)
         values ($1, $2, $3, $4, $5, $6, $7)",
        &[&tx.tenant().0, &id.0, url, description, event_types, created_by, created_at],
    )
    .await?;
    Ok(())
}

/// The endpoint, also one that was deleted.
pub(super) async fn endpoint_any(tx: &TenantTx, id: WebhookId) -> Result<Webhook> {
    endpoint(tx, id, "").await
}

/// The same, kept from changing until the transaction ends.
pub(super) async fn endpoint_lock_any(tx: &TenantTx, id: WebhookId) -> Result<Webhook> {
    endpoint(tx, id, "for update").await
}

/// The endpoint, kept from changing until the transaction ends. One that was deleted is not there.
pub(super) async fn endpoint_lock(tx: &TenantTx, id: WebhookId) -> Result<Webhook> {
    let webhook = endpoint_lock_any(tx, id).await?;
    if webhook.state == DELETED { Err(Error::not_found("webhook", id)) } else { Ok(webhook) }
}

async fn endpoint(tx: &TenantTx, id: WebhookId, lock: &str) -> Result<Webhook> {
    let sql = format!("select {COLUMNS} from webhook_endpoints where tenant_id = $1 and id = $2 {lock}");
    let row = tx.query_opt(&sql, &[&tx.tenant().0, &id.0]).await?;
    row.map(|row| read(&row)).ok_or_else(|| Error::not_found("webhook", id))
}

pub(super) async fn endpoint_list(tx: &TenantTx, page: &PageRequest) -> Result<Page<Webhook>> {
    let after: Option<Uuid> = page.after(&"webhooks")?;
    let sql = format!(
        "select {COLUMNS} from webhook_endpoints where tenant_id = $1 and ($2::uuid is null or id > $2)
            and state <> 'deleted'
         order by id limit $3"
    );
    let rows = tx.query_list(&sql, &[&tx.tenant().0, &after, &page.fetch()]).await?;
    Ok(Page::from_rows(rows.iter().map(read).collect(), page, &"webhooks", |webhook| webhook.id.0))
}

pub(super) async fn endpoints_enabled(tx: &TenantTx) -> Result<Vec<Webhook>> {
    let sql = format!(
        "select {COLUMNS} from webhook_endpoints where tenant_id = $1 and state = 'enabled' order by id"
    );
    Ok(tx.query(&sql, &[&tx.tenant().0]).await?.iter().map(read).collect())
}

/// Tenants with an endpoint that is switched on.
pub(super) async fn tenants_with_endpoints(db: &Db) -> Result<BTreeSet<Uuid>> {
    let tx = db.dispatch_tx().await?;
    let sql = "select distinct tenant_id from webhook_endpoints where state = 'enabled'";
    let rows = tx.query(sql, &[]).await?;
    tx.commit().await?;
    Ok(rows.iter().map(|row| row.get(0)).collect())
}

pub(super) async fn endpoint_set_state(
    tx: &TenantTx,
    id: WebhookId,
    state: &str,
    reason: Option<&str>,
) -> Result<Webhook> {
    let sql = format!(
        "update webhook_endpoints set state = $3, reason = $4, failing_since = null
         where tenant_id = $1 and id = $2 returning {COLUMNS}"
    );
    Ok(read(&tx.query_one(&sql, &[&tx.tenant().0, &id.0, &state, &reason]).await?))
}

pub(super) async fn endpoint_set_failing_since(
    tx: &TenantTx,
    id: WebhookId,
    since: Option<Timestamp>,
) -> Result<()> {
    let sql = "update webhook_endpoints set failing_since = $3
         where tenant_id = $1 and id = $2 and failing_since is distinct from $3";
    tx.execute(sql, &[&tx.tenant().0, &id.0, &since]).await?;
    Ok(())
}

fn read(row: &Row) -> Webhook {
    Webhook {
        id: WebhookId(row.get(0)),
        url: row.get(1),
        description: row.get(2),
        event_types: row.get(3),
        state: row.get(4),
        reason: row.get(5),
        failing_since: row.get(6),
        created_by: row.get(7),
        created_at: row.get(8),
    }
}

pub(super) async fn secret_insert(ctx: &Ctx, tx: &TenantTx, id: WebhookId, sealed: &[u8]) -> Result<()> {
    let sql = "insert into webhook_secrets (tenant_id, endpoint_id, id, sealed, created_at)
         values ($1, $2, $3, $4, $5)";
    tx.execute(sql, &[&tx.tenant().0, &id.0, &Uuid::now_v7(), &sealed, &ctx.now()]).await?;
    Ok(())
}

/// Lets the current secret end at an instant, and says whether there was one.
pub(super) async fn secrets_end(tx: &TenantTx, id: WebhookId, until: Timestamp) -> Result<bool> {
    let sql = "update webhook_secrets set ends_at = $3
         where tenant_id = $1 and endpoint_id = $2 and ends_at is null";
    Ok(tx.execute(sql, &[&tx.tenant().0, &id.0, &until]).await? > 0)
}

/// Forgets every secret of an endpoint.
pub(super) async fn secrets_forget(tx: &TenantTx, id: WebhookId) -> Result<()> {
    let sql = "delete from webhook_secrets where tenant_id = $1 and endpoint_id = $2";
    tx.execute(sql, &[&tx.tenant().0, &id.0]).await?;
    Ok(())
}

/// Sealed secrets that sign at an instant, the newest first.
pub(super) async fn secrets_valid(tx: &TenantTx, id: WebhookId, now: Timestamp) -> Result<Vec<Vec<u8>>> {
    let sql = "select sealed from webhook_secrets
         where tenant_id = $1 and endpoint_id = $2 and (ends_at is null or ends_at > $3) order by id desc";
    Ok(tx.query(sql, &[&tx.tenant().0, &id.0, &now]).await?.iter().map(|row| row.get(0)).collect())
}
