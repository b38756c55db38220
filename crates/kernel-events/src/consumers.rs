//! The rows of `event_consumers`: who reads for a consumer, how far it is, and how it fares.

use jiff::{SignedDuration, Timestamp};
use kernel_core::{Error, ErrorKind, Result};
use kernel_db::{DbResult, DispatchTx, Queries, TenantTx};
use uuid::Uuid;

use crate::place::Place;
use crate::rates::MARKED;

/// Counting stops here: whoever is so far behind is far behind.
const BEHIND_COUNTED: i64 = 100_000;

/// Whoever was heard of within this time may only be starting anew, or is run by a server that is.
const QUIET_FOR: SignedDuration = SignedDuration::from_hours(1);

/// A consumer that this process reads for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Hold {
    pub fence: i64,
    pub until: Timestamp,
    pub place: Place,
    /// How many times in a row nothing could be delivered.
    pub failures: i32,
}

/// What a batch did to a consumer.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    pub delivered: i64,
    pub retried: i64,
    pub died: i64,
}

/// Takes the consumer's lease, also from a process that let it run out; `None` while another holds it.
pub(crate) async fn claim(
    tx: &DispatchTx,
    name: &str,
    owner: Uuid,
    now: Timestamp,
    until: Timestamp,
) -> DbResult<Option<Hold>> {
    tx.execute("insert into event_consumers (name) values ($1) on conflict do nothing", &[&name]).await?;
    let row = tx
        .query_opt(
            "update event_consumers set fence = fence + 1, lease_owner = $2, lease_until = $4, heard_at = $3
             where name = $1 and (lease_owner = $2 or lease_until is null or lease_until < $3)
             returning fence, epoch, tx_id, position, failures",
            &[&name, &owner, &now, &until],
        )
        .await?;
    Ok(row.map(|row| Hold {
        fence: row.get(0),
        until,
        place: Place { epoch: row.get(1), tx_id: row.get(2), position: row.get(3) },
        failures: row.get(4),
    }))
}

/// Moves the consumer to `hold.place` and prolongs its lease, in the transaction that stores what became of a batch.
///
/// # Errors
/// `consumer.lease_lost`: another process reads for it now; nothing may be committed.
pub(crate) async fn advance(
    tx: &DispatchTx,
    name: &str,
    hold: &Hold,
    tally: Tally,
    now: Timestamp,
) -> Result<()> {
    let moved = tx
        .execute(
            &format!(
                "update event_consumers c set epoch = $3, tx_id = $4, position = $5, lease_until = $6,
                    delivered = delivered + $7, retried = retried + $8, died = died + $9, failures = 0,
                    last_error = null, last_delivery_at = case when $7 > 0 then $10 else last_delivery_at end, {MARKED}
                 where name = $1 and fence = $2"
            ),
            &[
                &name,
                &hold.fence,
                &hold.place.epoch,
                &hold.place.tx_id,
                &hold.place.position,
                &hold.until,
                &tally.delivered,
                &tally.retried,
                &tally.died,
                &now,
            ],
        )
        .await?;
    if moved == 1 { Ok(()) } else { Err(lease_lost()) }
}

/// Notes that nothing could be delivered, and prolongs the lease.
pub(crate) async fn note_failure(tx: &DispatchTx, name: &str, hold: &Hold, error: &str) -> Result<()> {
    let sql = "update event_consumers set failures = failures + 1, last_error = $3, lease_until = $4
         where name = $1 and fence = $2";
    let noted = tx.execute(sql, &[&name, &hold.fence, &error, &hold.until]).await?;
    if noted == 1 { Ok(()) } else { Err(lease_lost()) }
}

/// Gives the lease back, whatever its fence: whoever was cut off while it took the lease does not know it.
pub(crate) async fn release(tx: &DispatchTx, name: &str, owner: Uuid) -> DbResult<()> {
    let sql = "update event_consumers set lease_owner = null, lease_until = null where name = $1 and lease_owner = $2";
    tx.execute(sql, &[&name, &owner]).await?;
    Ok(())
}

pub(crate) const LEASE_LOST: &str = "consumer.lease_lost";

fn lease_lost() -> Error {
    Error::new(ErrorKind::Conflict, LEASE_LOST, "Another process reads for this consumer now.")
}

/// How a consumer fares with one tenant's events, or with all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConsumerStatus {
    /// Its name.
    pub name: String,
    /// Events not yet delivered for the first time; counted up to 100,000.
    pub behind: i64,
    /// Age in seconds of the oldest event that waits, for the first delivery or another; 0 if none does.
    pub age_s: i64,
    /// Deliveries that are tried again later, or wait behind one that is.
    pub retrying: i64,
    /// Dead letters that nobody has dealt with.
    pub dead: i64,
    /// Why nothing can be delivered at present, if so.
    pub last_error: Option<String>,
    /// When something was last delivered to it, of whatever tenant.
    pub last_delivery_at: Option<Timestamp>,
    /// Seconds since a server last read for it; `None` if none did since that is noted.
    pub silent_s: Option<i64>,
}

/// How every consumer fares with this tenant's events, by name.
///
/// # Errors
/// The database refused.
pub async fn statuses(tx: &TenantTx, now: Timestamp) -> DbResult<Vec<ConsumerStatus>> {
    status_rows(tx, Some(tx.tenant().0), now).await
}

/// Whether there is a consumer of this name.
///
/// # Errors
/// The database refused.
pub async fn consumer_exists(tx: &TenantTx, name: &str) -> DbResult<bool> {
    Ok(tx.query_opt("select 1 from event_consumers where name = $1", &[&name]).await?.is_some())
}

/// Forgets a consumer that no server runs any more: the log need not be kept for it. What was open of it is dropped by
/// [`crate::keep`]. A server that runs it after all begins at the start of the log.
///
/// # Errors
/// `consumer.in_use` (409): a server holds it, or did within the last hour; there is none (404).
pub async fn forget_consumer(tx: &TenantTx, name: &str, now: Timestamp) -> Result<()> {
    if !consumer_exists(tx, name).await? {
        return Err(Error::not_found("consumer", name));
    }
    let quiet_since = now.checked_sub(QUIET_FOR).map_err(Error::internal)?;
    let sql = "delete from event_consumers where name = $1 and (lease_until is null or lease_until < $2)
         and (heard_at is null or heard_at < $3)";
    if tx.execute(sql, &[&name, &now, &quiet_since]).await? == 0 {
        let detail = "A server reads for this consumer, or did within the last hour. Stop running it first.";
        return Err(Error::conflict("consumer.in_use", detail));
    }
    Ok(())
}

/// The same over the events of `tenant`, or over all that the transaction sees.
pub(crate) async fn status_rows(
    tx: &Queries,
    tenant: Option<Uuid>,
    now: Timestamp,
) -> DbResult<Vec<ConsumerStatus>> {
    let rows = tx
        .query(
            "select c.name, c.last_error, c.last_delivery_at, waiting.behind, retries.open, dead.open,
                extract(epoch from $2::timestamptz - least(waiting.oldest, retries.oldest))::bigint,
                extract(epoch from $2::timestamptz - c.heard_at)::bigint
             from event_consumers c
             cross join lateral (
                select count(*) as behind, min(e.occurred_at) as oldest from (
                    select e.occurred_at from event_log e
                    where (e.epoch, e.tx_id, e.position) > (c.epoch, c.tx_id, c.position)
                      and ($1::uuid is null or e.tenant_id = $1)
                    order by e.epoch, e.tx_id, e.position limit $3) e) waiting
             cross join lateral (
                select count(*) as open, min(d.occurred_at) as oldest from event_deliveries d
                where d.consumer = c.name and ($1::uuid is null or d.tenant_id = $1)) retries
             cross join lateral (
                select count(*) as open from dlq_event_log l
                where l.consumer = c.name and l.state = 'dead' and ($1::uuid is null or l.tenant_id = $1)) dead
             order by c.name",
            &[&tenant, &now, &BEHIND_COUNTED],
        )
        .await?;
    Ok(rows
        .iter()
        .map(|row| ConsumerStatus {
            name: row.get(0),
            last_error: row.get(1),
            last_delivery_at: row.get(2),
            behind: row.get(3),
            retrying: row.get(4),
            dead: row.get(5),
            age_s: row.get::<_, Option<i64>>(6).unwrap_or(0).max(0),
            silent_s: row.get::<_, Option<i64>>(7).map(|seconds| seconds.max(0)),
        })
        .collect())
}
