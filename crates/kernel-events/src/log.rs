//! Appending to the log in the transaction of the change itself.

use std::collections::HashSet;

use kernel_core::{Ctx, define_id};
use kernel_db::{DbResult, TenantTx};
use uuid::Uuid;

define_id!(EventId, "evt", "one event");

/// Something that happened to one thing.
#[derive(Debug, Clone, PartialEq)]
pub struct Event {
    /// Deduplicates within the tenant: appending the same key again within 30 days changes nothing.
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

/// Appends events in the caller's transaction, in the order given, skipping keys that are already there. Whoever changes
/// a thing while holding it and tells of it before letting go finds its events in the log in that order.
///
/// # Errors
/// The database refused, also if it was restored from another server and [`crate::open_log`] has not been called.
pub async fn append(ctx: &Ctx, tx: &TenantTx, events: &[Event]) -> DbResult<()> {
    if events.is_empty() {
        return Ok(());
    }
    let mut seen = HashSet::new();
    let events: Vec<&Event> = events.iter().filter(|event| seen.insert(event.key.as_str())).collect();
    let ids: Vec<Uuid> = events.iter().map(|_| EventId::new().0).collect();
    let keys: Vec<&str> = events.iter().map(|e| e.key.as_str()).collect();
    let kinds: Vec<&str> = events.iter().map(|e| e.kind).collect();
    let entity_types: Vec<&str> = events.iter().map(|e| e.entity_type).collect();
    let entity_ids: Vec<&str> = events.iter().map(|e| e.entity_id.as_str()).collect();
    let payloads: Vec<&serde_json::Value> = events.iter().map(|e| &e.payload).collect();
    tx.execute(
        "with fresh as (
            insert into event_keys (tenant_id, event_key, kept_since)
            select $1, key, $11 from unnest($3::text[]) as key
            on conflict do nothing returning event_key),
         -- Transactions younger than this one that told of a thing while this one waited for it.
         younger as (
            select entity_type, entity_id, max(tx_id) as tx_id from event_log
            where tenant_id = $1 and epoch = (select calibr_event_epoch()) and tx_id > pg_current_xact_id()
            group by entity_type, entity_id)
         insert into event_log (tenant_id, id, epoch, tx_id, written_by, event_key, type, entity_type, entity_id, payload, \
            actor, request_id, correlation_id, occurred_at)
         select $1, e.id, (select calibr_event_epoch()), coalesce(y.tx_id, pg_current_xact_id()), \
            case when y.tx_id is not null then pg_current_xact_id() end, \
            e.key, e.kind, e.entity_type, e.entity_id, e.payload, $8, $9, $10, $11
         from unnest($2::uuid[], $3::text[], $4::text[], $5::text[], $6::text[], $7::jsonb[])
            with ordinality as e (id, key, kind, entity_type, entity_id, payload, place)
         left join younger y on y.entity_type = e.entity_type and y.entity_id = e.entity_id
         where e.key in (select event_key from fresh)
         order by e.place",
        &[
            &ctx.tenant.0,
            &ids,
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

/// The place of the newest event about a thing that this transaction sees.
///
/// # Errors
/// The database refused.
pub async fn last_place(tx: &TenantTx, entity_type: &str, entity_id: &str) -> DbResult<Option<i64>> {
    let sql = "select position from event_log where tenant_id = $1 and entity_type = $2 and entity_id = $3
         order by position desc limit 1";
    Ok(tx.query_opt(sql, &[&tx.tenant().0, &entity_type, &entity_id]).await?.map(|row| row.get("position")))
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
    // Transaction ids of earlier lives of the log say nothing to a snapshot of this one, which shows them all.
    let rows = tx
        .query(
            "select payload from event_log
             where tenant_id = $1 and entity_type = 'project' and entity_id = $2 and type = $3
               and epoch = (select calibr_event_epoch())
               and tx_id >= pg_snapshot_xmin($4::text::pg_snapshot)
               and not pg_visible_in_snapshot(coalesce(written_by, tx_id), $4::text::pg_snapshot)
             order by position",
            &[&tx.tenant().0, &project, &kind, &seen],
        )
        .await?;
    Ok(rows.iter().map(|row| row.get("payload")).collect())
}
