//! The event log: what happened, appended in the transaction of the change itself, never altered.
//! Owns the table `event_log`. Delivery to consumers reads it by transaction id, since commit order differs from position.

use kernel_core::Ctx;
use kernel_db::{DbResult, TenantTx};

/// Something that happened to one thing.
#[derive(Debug, Clone, PartialEq)]
pub struct Event {
    /// Deduplicates within the tenant: appending the same key again changes nothing.
    pub key: String,
    /// What happened, such as `order.placed`.
    pub kind: &'static str,
    /// Kind of the thing.
    pub entity_type: &'static str,
    /// Id of the thing.
    pub entity_id: String,
    /// What a consumer needs to know; no secrets, no personal data.
    pub payload: serde_json::Value,
}

/// Appends events in the caller's transaction, in the order given, skipping keys that are already there.
///
/// # Errors
/// The database refused.
pub async fn append(ctx: &Ctx, tx: &TenantTx, events: &[Event]) -> DbResult<()> {
    if events.is_empty() {
        return Ok(());
    }
    let keys: Vec<&str> = events.iter().map(|e| e.key.as_str()).collect();
    let kinds: Vec<&str> = events.iter().map(|e| e.kind).collect();
    let entity_types: Vec<&str> = events.iter().map(|e| e.entity_type).collect();
    let entity_ids: Vec<&str> = events.iter().map(|e| e.entity_id.as_str()).collect();
    let payloads: Vec<&serde_json::Value> = events.iter().map(|e| &e.payload).collect();
    tx.execute(
        "insert into event_log (tenant_id, event_key, type, entity_type, entity_id, payload, actor, request_id, \
            correlation_id, occurred_at)
         select $1, e.key, e.kind, e.entity_type, e.entity_id, e.payload, $7, $8, $9, $10
         from unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::jsonb[])
            with ordinality as e (key, kind, entity_type, entity_id, payload, place)
         order by e.place
         on conflict on constraint event_log_key_unique do nothing",
        &[
            &ctx.tenant.0,
            &keys,
            &kinds,
            &entity_types,
            &entity_ids,
            &payloads,
            &ctx.actor.label,
            &ctx.request_id.0,
            &ctx.correlation_id.0,
            &ctx.now(),
        ],
    )
    .await?;
    Ok(())
}

/// Payloads of the events of one kind about a project that this transaction sees and `seen` did not show, oldest
/// position first. `seen` is what `pg_current_snapshot()` said in an earlier transaction. Exact whatever the order of
/// commits: an event counts as new if its transaction had not been committed then.
///
/// # Errors
/// The database refused, for instance since `seen` is no snapshot.
pub async fn unseen(
    tx: &TenantTx,
    kind: &str,
    project: &str,
    seen: &str,
) -> DbResult<Vec<serde_json::Value>> {
    let rows = tx
        .query(
            "select payload from event_log
             where tenant_id = $1 and entity_type = 'project' and entity_id = $2 and type = $3
               and tx_id >= pg_snapshot_xmin($4::text::pg_snapshot)
               and not pg_visible_in_snapshot(tx_id, $4::text::pg_snapshot)
             order by position",
            &[&tx.tenant().0, &project, &kind, &seen],
        )
        .await?;
    Ok(rows.iter().map(|row| row.get("payload")).collect())
}
