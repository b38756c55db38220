//! Audit records: who changed what, from what to what, when and why; written with the change, never altered.
//! Owns the tables `audit_records` and `audit_seals`. Holds all SQL over the records.

pub mod chain;
mod seals;
mod verify;

use jiff::Timestamp;
use kernel_core::{Ctx, Result, define_id};
use kernel_db::paging::{Page, PageRequest};
use kernel_db::{DbResult, Row, TenantTx};
use serde::Serialize;
use serde_json::Value;
use uuid::Uuid;

pub use seals::{LookBack, Sealed, body, next, seal, waiting};
pub use verify::{Break, Claim, Segment, Verification, Walk, verify};

define_id!(AuditId, "aud", "one audit record");

/// One state change to be recorded.
#[derive(Debug, Clone, PartialEq)]
pub struct Change {
    /// What was done, such as `order.cancelled`.
    pub action: &'static str,
    /// Kind of the thing.
    pub entity_type: &'static str,
    /// Id of the thing.
    pub entity_id: String,
    /// The state before, where there was one.
    pub before: Option<Value>,
    /// The state after, where there is one.
    pub after: Option<Value>,
    /// Why, in the actor's words.
    pub reason: Option<String>,
}

/// A record as it was written.
#[derive(Debug, Clone, PartialEq)]
pub struct AuditRecord {
    /// Id; records sort by it.
    pub id: AuditId,
    /// When.
    pub recorded_at: Timestamp,
    /// Who, for people.
    pub actor: String,
    /// What was done.
    pub action: String,
    /// Kind of the thing.
    pub entity_type: String,
    /// Id of the thing.
    pub entity_id: String,
    /// The state before.
    pub before: Option<Value>,
    /// The state after.
    pub after: Option<Value>,
    /// Why.
    pub reason: Option<String>,
    /// The request.
    pub request_id: Uuid,
    /// The intention.
    pub correlation_id: Uuid,
}

/// Which records to list. Empty fields do not narrow.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct AuditFilter {
    /// Who, exactly.
    pub actor: Option<String>,
    /// What was done, exactly.
    pub action: Option<String>,
    /// Kind of the thing.
    pub entity_type: Option<String>,
    /// Id of the thing.
    pub entity_id: Option<String>,
    /// The intention.
    pub correlation_id: Option<Uuid>,
    /// Words in who, what, the thing's id or the reason, whatever the case.
    pub words: Option<String>,
    /// From this instant on.
    pub from: Option<Timestamp>,
    /// Before this instant.
    pub to: Option<Timestamp>,
}

/// Records changes in the caller's transaction.
///
/// # Errors
/// The database refused.
pub async fn record(ctx: &Ctx, tx: &TenantTx, changes: &[Change]) -> DbResult<()> {
    if changes.is_empty() {
        return Ok(());
    }
    let ids: Vec<Uuid> = changes.iter().map(|_| AuditId::new().0).collect();
    let actions: Vec<&str> = changes.iter().map(|c| c.action).collect();
    let entity_types: Vec<&str> = changes.iter().map(|c| c.entity_type).collect();
    let entity_ids: Vec<&str> = changes.iter().map(|c| c.entity_id.as_str()).collect();
    let befores: Vec<Option<&Value>> = changes.iter().map(|c| c.before.as_ref()).collect();
    let afters: Vec<Option<&Value>> = changes.iter().map(|c| c.after.as_ref()).collect();
    let reasons: Vec<Option<&str>> = changes.iter().map(|c| c.reason.as_deref()).collect();
    tx.execute(
        "insert into audit_records (tenant_id, id, recorded_at, actor_user_id, actor, action, entity_type, entity_id, \
            before, after, reason, request_id, correlation_id)
         select $1, c.id, $2, $3, $4, c.action, c.entity_type, c.entity_id, c.before, c.after, c.reason, $5, $6
         from unnest($7::uuid[], $8::text[], $9::text[], $10::text[], $11::jsonb[], $12::jsonb[], $13::text[])
            as c (id, action, entity_type, entity_id, before, after, reason)",
        &[
            &ctx.tenant.0,
            &ctx.now(),
            &ctx.actor.user().map(|user| user.0),
            &ctx.actor.label,
            &ctx.request_id.0,
            &ctx.correlation_id.0,
            &ids,
            &actions,
            &entity_types,
            &entity_ids,
            &befores,
            &afters,
            &reasons,
        ],
    )
    .await?;
    Ok(())
}

/// Lists records, newest first.
///
/// # Errors
/// The cursor is not for this filter, or the database refused.
pub async fn list(tx: &TenantTx, filter: &AuditFilter, page: &PageRequest) -> Result<Page<AuditRecord>> {
    let after: Option<Uuid> = page.after(filter)?;
    let words = filter.words.as_deref().map(pattern);
    let rows = tx
        .query_list(
            "select id, recorded_at, actor, action, entity_type, entity_id, before, after, reason, request_id, \
                correlation_id
             from audit_records
             where tenant_id = $1 and ($2::text is null or actor = $2) and ($3::text is null or action = $3)
               and ($4::text is null or entity_type = $4) and ($5::text is null or entity_id = $5)
               and ($6::uuid is null or correlation_id = $6) and ($7::timestamptz is null or recorded_at >= $7)
               and ($8::timestamptz is null or recorded_at < $8) and ($9::uuid is null or id < $9)
               and ($11::text is null or actor ilike $11 or action ilike $11 or entity_id ilike $11 or reason ilike $11)
             order by id desc limit $10",
            &[
                &tx.tenant().0,
                &filter.actor,
                &filter.action,
                &filter.entity_type,
                &filter.entity_id,
                &filter.correlation_id,
                &filter.from,
                &filter.to,
                &after,
                &page.fetch(),
                &words,
            ],
        )
        .await?;
    Ok(Page::from_rows(rows.iter().map(read).collect(), page, filter, |record| record.id.0))
}

/// Lists the records about some things, each a kind and an id, newest first.
///
/// # Errors
/// The cursor is not for these things, or the database refused.
pub async fn about(
    tx: &TenantTx,
    things: &[(&str, String)],
    page: &PageRequest,
) -> Result<Page<AuditRecord>> {
    // More things may come while somebody reads on; the first one says whose history it is.
    let filter = things.first();
    let after: Option<Uuid> = page.after(&filter)?;
    let entity_types: Vec<&str> = things.iter().map(|(kind, _)| *kind).collect();
    let entity_ids: Vec<&str> = things.iter().map(|(_, id)| id.as_str()).collect();
    let rows = tx
        .query_list(
            "select a.id, recorded_at, actor, action, a.entity_type, a.entity_id, before, after, reason, request_id, \
                correlation_id
             from unnest($2::text[], $3::text[]) as t (entity_type, entity_id)
             join audit_records a on a.tenant_id = $1 and a.entity_type = t.entity_type and a.entity_id = t.entity_id
             where $4::uuid is null or a.id < $4
             order by a.id desc limit $5",
            &[&tx.tenant().0, &entity_types, &entity_ids, &after, &page.fetch()],
        )
        .await?;
    Ok(Page::from_rows(rows.iter().map(read).collect(), page, &filter, |record| record.id.0))
}

/// A pattern for `ilike` that finds the text anywhere, with its own wildcards taken literally.
fn pattern(words: &str) -> String {
    format!("%{}%", words.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_"))
}

fn read(row: &Row) -> AuditRecord {
    AuditRecord {
        id: AuditId(row.get("id")),
        recorded_at: row.get("recorded_at"),
        actor: row.get("actor"),
        action: row.get("action"),
        entity_type: row.get("entity_type"),
        entity_id: row.get("entity_id"),
        before: row.get("before"),
        after: row.get("after"),
        reason: row.get("reason"),
        request_id: row.get("request_id"),
        correlation_id: row.get("correlation_id"),
    }
}
