//! Dead letters: deliveries that gave up, listed, retried and dropped by people. Audit is the caller's.

use jiff::Timestamp;
use kernel_core::{Ctx, Error, Result, define_id};
use kernel_db::paging::{Page, PageRequest};
use kernel_db::{Row, TenantTx};
use serde::Serialize;
use uuid::Uuid;

use crate::ledger::REOPEN;
use crate::log::EventId;

define_id!(DeadLetterId, "dlq", "a delivery that gave up");

/// Retried at once by one call; more take another.
const RETRIED_MOST: i64 = 10_000;

/// A delivery that gave up. It goes `dead → retrying → settled`, back to `dead`, or `dead → dropped`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeadLetter {
    /// Id.
    pub id: DeadLetterId,
    /// Which consumer did not take it.
    pub consumer: String,
    /// The event.
    pub event_id: EventId,
    /// Where it stands in the log.
    pub position: i64,
    /// What happened.
    pub kind: String,
    /// Kind of the thing.
    pub entity_type: String,
    /// Id of the thing.
    pub entity_id: String,
    /// `dead`, `retrying`, `settled` or `dropped`.
    pub state: String,
    /// How often it was tried.
    pub attempts: i32,
    /// Why it gave up the last time.
    pub reason: String,
    /// When it gave up the last time.
    pub died_at: Timestamp,
    /// What was said when it was dropped.
    pub note: Option<String>,
    /// Who retried or dropped it.
    pub decided_by: Option<String>,
    /// When it was retried, settled or dropped.
    pub decided_at: Option<Timestamp>,
}

/// Which to list. Empty fields do not narrow.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct DeadLetterFilter {
    /// Of this consumer.
    pub consumer: Option<String>,
    /// In this state.
    pub state: Option<String>,
}

const SHOWN: &str = "id, consumer, event_id, position, type, entity_type, entity_id, state, attempts, reason, \
    died_at, note, decided_by, decided_at";

/// Lists dead letters, newest first.
///
/// # Errors
/// The cursor is not for this filter, or the database refused.
pub async fn dead_letters(
    tx: &TenantTx,
    filter: &DeadLetterFilter,
    page: &PageRequest,
) -> Result<Page<DeadLetter>> {
    let after: Option<Uuid> = page.after(filter)?;
    let sql = format!(
        "select {SHOWN} from dlq_event_log
         where tenant_id = $1 and ($2::text is null or consumer = $2) and ($3::text is null or state = $3)
           and ($4::uuid is null or id < $4)
         order by id desc limit $5"
    );
    let params: [&(dyn kernel_db::types::ToSql + Sync); 5] =
        [&tx.tenant().0, &filter.consumer, &filter.state, &after, &page.fetch()];
    let rows = tx.query_list(&sql, &params).await?;
    Ok(Page::from_rows(rows.iter().map(read).collect(), page, filter, |letter| letter.id.0))
}

/// Has a dead letter delivered again. One that is being retried already stays as it is.
///
/// # Errors
/// There is none (404); `dead_letter.settled` or `dead_letter.dropped` (409): nothing is left to retry.
pub async fn retry_dead_letter(ctx: &Ctx, tx: &TenantTx, id: DeadLetterId) -> Result<DeadLetter> {
    let letter = lock(tx, id).await?;
    match letter.state.as_str() {
        "retrying" => return Ok(letter),
        "dead" => {}
        _ => return Err(over(&letter)),
    }
    retry(ctx, tx, &[id.0]).await?;
    lock(tx, id).await
}

/// Has the dead letters of a consumer delivered again, in the order of the log, and says which; 10,000 at most.
///
/// # Errors
/// The database refused.
pub async fn retry_dead_letters(ctx: &Ctx, tx: &TenantTx, consumer: &str) -> Result<Vec<DeadLetterId>> {
    let sql = "select id from dlq_event_log where tenant_id = $1 and consumer = $2 and state = 'dead'
         order by epoch, tx_id, position limit $3 for update";
    let rows = tx.query(sql, &[&tx.tenant().0, &consumer, &RETRIED_MOST]).await?;
    let ids: Vec<Uuid> = rows.iter().map(|row| row.get(0)).collect();
    retry(ctx, tx, &ids).await?;
    Ok(ids.into_iter().map(DeadLetterId).collect())
}

/// Gives a dead letter up for good.
///
/// # Errors
/// There is none (404); `dead_letter.settled`, `dead_letter.dropped` or `dead_letter.retrying` (409).
pub async fn drop_dead_letter(ctx: &Ctx, tx: &TenantTx, id: DeadLetterId, note: &str) -> Result<DeadLetter> {
    let letter = lock(tx, id).await?;
    if letter.state != "dead" {
        return Err(over(&letter));
    }
    let sql = format!(
        "update dlq_event_log set state = 'dropped', note = $3, decided_by = $4, decided_at = $5
         where tenant_id = $1 and id = $2 returning {SHOWN}"
    );
    let params: [&(dyn kernel_db::types::ToSql + Sync); 5] =
        [&tx.tenant().0, &id.0, &note, &ctx.actor.label, &ctx.now()];
    Ok(read(&tx.query_one(&sql, &params).await?))
}

async fn retry(ctx: &Ctx, tx: &TenantTx, ids: &[Uuid]) -> Result<()> {
    tx.execute(REOPEN, &[&tx.tenant().0, &ids, &ctx.now()]).await?;
    let sql =
        "update dlq_event_log set state = 'retrying', retries = retries + 1, decided_by = $3, decided_at = $4
         where tenant_id = $1 and id = any($2)";
    tx.execute(sql, &[&tx.tenant().0, &ids, &ctx.actor.label, &ctx.now()]).await?;
    Ok(())
}

async fn lock(tx: &TenantTx, id: DeadLetterId) -> Result<DeadLetter> {
    let sql = format!("select {SHOWN} from dlq_event_log where tenant_id = $1 and id = $2 for update");
    let row = tx.query_opt(&sql, &[&tx.tenant().0, &id.0]).await?;
    row.map(|row| read(&row)).ok_or_else(|| Error::not_found("dead letter", id))
}

fn over(letter: &DeadLetter) -> Error {
    let when = letter.decided_at.map(|at| format!(" at {at}")).unwrap_or_default();
    match letter.state.as_str() {
        "settled" => {
            let detail = format!("This was retried and delivered{when}; nothing is left to do.");
            Error::conflict("dead_letter.settled", detail)
        }
        "dropped" => {
            let detail = format!(
                "This was dropped{when}, so it cannot be delivered any more. Replay its position to deliver it anew."
            );
            Error::conflict("dead_letter.dropped", detail)
        }
        _ => {
            let detail = "This is being delivered again; wait until that has gone through or failed.";
            Error::conflict("dead_letter.retrying", detail)
        }
    }
}

fn read(row: &Row) -> DeadLetter {
    DeadLetter {
        id: DeadLetterId(row.get(0)),
        consumer: row.get(1),
        event_id: EventId(row.get(2)),
        position: row.get(3),
        kind: row.get(4),
        entity_type: row.get(5),
        entity_id: row.get(6),
        state: row.get(7),
        attempts: row.get(8),
        reason: row.get(9),
        died_at: row.get(10),
        note: row.get(11),
        decided_by: row.get(12),
        decided_at: row.get(13),
    }
}
