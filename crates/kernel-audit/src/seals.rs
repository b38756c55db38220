//! All SQL over `audit_seals`: what was sealed, and reading it beside the records that are there now.

use std::collections::HashMap;

use jiff::Timestamp;
use kernel_core::{Ctx, Error, Result};
use kernel_db::{DbResult, Row, TenantTx};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::chain::{self, GENESIS, Hash};
use crate::{AuditId, AuditRecord, read};

/// Records under one seal at most.
const SIZE_MAX: i64 = 5_000;
/// Seals made at once at most; the rest waits for the next time.
const SEALS_MAX: usize = 200;
/// After so many seals those that came late are looked for again, and after so long without any.
const LATE_EVERY: i64 = 32;
const QUIET_MS: u64 = 60 * 1000;
/// How long a transaction may hold a record back until others that came later are sealed. Ids tell when they were made.
const LATE_MS: u64 = 60 * 60 * 1000;

/// A seal as it is stored, with the records under it that are still there, in its order.
#[derive(Debug, Clone)]
pub struct Sealed {
    /// Its number, from 1.
    pub ordinal: i64,
    /// What it says.
    pub root: String,
    /// What it says of itself and all before it.
    pub head: String,
    /// When it was made.
    pub sealed_at: Timestamp,
    /// The ids of its records, each with its leaf.
    pub leaves: Vec<(Uuid, Hash)>,
    /// The records, as they are now; `None` where there is none any more.
    pub records: Vec<Option<AuditRecord>>,
}

/// What the leaf of a record is made from.
#[must_use]
pub fn body(record: &AuditRecord) -> Value {
    json!({
        "id": record.id, "recorded_at": record.recorded_at, "actor": record.actor, "action": record.action,
        "entity_type": record.entity_type, "entity_id": record.entity_id, "before": record.before,
        "after": record.after, "reason": record.reason, "request_id": record.request_id,
        "correlation_id": record.correlation_id,
    })
}

/// How far back to look for records to seal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LookBack {
    /// As far as anything may come late: every visible record is sealed afterwards.
    Far,
    /// To the newest seal, and now and then further: cheap enough to be done for every few events.
    Near,
}

/// Puts records that are visible and under no seal under one. The caller commits.
///
/// # Errors
/// The database refused.
pub async fn seal(ctx: &Ctx, tx: &TenantTx, look_back: LookBack) -> Result<()> {
    let key = format!("audit seals of {}", tx.tenant());
    tx.execute("select pg_advisory_xact_lock(hashtextextended($1, 0))", &[&key]).await?;
    let last = tx
        .query_opt(
            "select ordinal, head from audit_seals where tenant_id = $1 order by ordinal desc limit 1",
            &[&tx.tenant().0],
        )
        .await?;
    let mut ordinal: i64 = last.as_ref().map_or(0, |row| row.get("ordinal"));
    let mut head: Hash = match &last {
        Some(row) => hash(row.get("head"))?,
        None => GENESIS,
    };
    for _ in 0..SEALS_MAX {
        let newest = newest(tx).await?;
        let quiet = newest.is_none_or(|newest| millis(AuditId::new().0) > millis(newest) + QUIET_MS);
        let far = look_back == LookBack::Far || quiet || ordinal % LATE_EVERY == 0;
        let records = unsealed(tx, if far { late(newest) } else { newest.unwrap_or_default() }).await?;
        if records.is_empty() {
            break;
        }
        let leaves: Vec<Hash> = records.iter().map(|record| chain::leaf(&body(record))).collect();
        let root = chain::root(&leaves);
        head = chain::head(&head, leaves.len(), &root);
        ordinal += 1;
        let ids: Vec<Uuid> = records.iter().map(|record| record.id.0).collect();
        tx.execute(
            "insert into audit_seals (tenant_id, ordinal, record_ids, leaves, root, head, newest_id, sealed_at)
             values ($1, $2, $3, $4, $5, $6, $7, $8)",
            &[
                &tx.tenant().0,
                &ordinal,
                &ids,
                &leaves.concat(),
                &root.as_slice(),
                &head.as_slice(),
                &ids.iter().max(),
                &ctx.now(),
            ],
        )
        .await?;
    }
    Ok(())
}

/// Records after an id and under no seal, oldest first. Those that are older than what may come late are left to
/// [`strangers`].
async fn unsealed(tx: &TenantTx, after: Uuid) -> DbResult<Vec<AuditRecord>> {
    let rows = tx
        .query(
            "select id, recorded_at, actor, action, entity_type, entity_id, before, after, reason, request_id, \
                correlation_id
             from audit_records
             where tenant_id = $1 and id > $2 and id not in (
                select unnest(record_ids) from audit_seals where tenant_id = $1 and newest_id > $2)
             order by id limit $3",
            &[&tx.tenant().0, &after, &SIZE_MAX],
        )
        .await?;
    Ok(rows.iter().map(read).collect())
}

async fn newest(tx: &TenantTx) -> DbResult<Option<Uuid>> {
    let sql = "select newest_id from audit_seals where tenant_id = $1 order by newest_id desc limit 1";
    Ok(tx.query_opt(sql, &[&tx.tenant().0]).await?.map(|row| row.get("newest_id")))
}

/// The smallest id that a record may have which comes late.
fn late(newest: Option<Uuid>) -> Uuid {
    let Some(newest) = newest else { return Uuid::nil() };
    Uuid::from_u128(u128::from(millis(newest).saturating_sub(LATE_MS)) << 80)
}

/// When an id was made, in milliseconds since 1970; version 7 begins with it.
fn millis(id: Uuid) -> u64 {
    u64::try_from(id.as_u128() >> 80).unwrap_or_default()
}

/// Records that no seal knows although later ones are sealed for long: they were not there then. With how many are under
/// no seal yet for a good reason.
///
/// # Errors
/// The database refused.
pub(crate) async fn strangers(tx: &TenantTx) -> DbResult<(Vec<Uuid>, u64)> {
    let after = late(newest(tx).await?);
    let rows = tx
        .query(
            "with sealed as materialized (select unnest(record_ids) as id from audit_seals where tenant_id = $1)
             select r.id, r.id <= $2 as late from audit_records r
             where r.tenant_id = $1 and not exists (select 1 from sealed s where s.id = r.id) order by r.id",
            &[&tx.tenant().0, &after],
        )
        .await?;
    let strange: Vec<Uuid> =
        rows.iter().filter(|row| row.get::<_, bool>("late")).map(|row| row.get("id")).collect();
    let waiting = rows.len() - strange.len();
    Ok((strange, waiting as u64))
}

/// The next seal after a number, with its records.
///
/// # Errors
/// The database refused, or a stored digest is none.
pub async fn next(tx: &TenantTx, after: i64) -> Result<Option<Sealed>> {
    let row = tx
        .query_opt(
            "select ordinal, record_ids, leaves, root, head, sealed_at from audit_seals
             where tenant_id = $1 and ordinal > $2 order by ordinal limit 1",
            &[&tx.tenant().0, &after],
        )
        .await?;
    let Some(row) = row else { return Ok(None) };
    let ids: Vec<Uuid> = row.get("record_ids");
    let leaves: &[u8] = row.get("leaves");
    let found = tx
        .query(
            "select id, recorded_at, actor, action, entity_type, entity_id, before, after, reason, request_id, \
                correlation_id
             from audit_records where tenant_id = $1 and id = any($2)",
            &[&tx.tenant().0, &ids],
        )
        .await?;
    let mut found: HashMap<Uuid, AuditRecord> =
        found.iter().map(read).map(|record| (record.id.0, record)).collect();
    let records = ids.iter().map(|id| found.remove(id)).collect();
    // A row that somebody cut short has leaves that fit no record, which is what is to be found out.
    let mut leaves = leaves.chunks_exact(32).map(|leaf| Hash::try_from(leaf).unwrap_or(GENESIS));
    let leaves = ids.into_iter().map(|id| (id, leaves.next().unwrap_or(GENESIS))).collect();
    Ok(Some(Sealed { leaves, records, ..read_seal(&row) }))
}

fn read_seal(row: &Row) -> Sealed {
    Sealed {
        ordinal: row.get("ordinal"),
        root: chain::hex(row.get("root")),
        head: chain::hex(row.get("head")),
        sealed_at: row.get("sealed_at"),
        leaves: Vec::new(),
        records: Vec::new(),
    }
}

/// Records that are under no seal yet, oldest first: what was written since the last one.
///
/// # Errors
/// The database refused.
pub async fn waiting(tx: &TenantTx) -> DbResult<Vec<AuditRecord>> {
    unsealed(tx, late(newest(tx).await?)).await
}

fn hash(bytes: &[u8]) -> Result<Hash> {
    bytes.try_into().map_err(|_| Error::internal("a seal of the audit holds no digest"))
}

/// The id of a record as people read it.
pub(crate) fn named(id: Uuid) -> String {
    AuditId(id).to_string()
}
