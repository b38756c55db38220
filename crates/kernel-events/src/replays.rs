//! Replays: a span of a tenant's events, delivered once more to one consumer.

use jiff::Timestamp;
use kernel_core::{Ctx, Error, Result, TenantId, define_id};
use kernel_db::paging::{Page, PageRequest};
use kernel_db::{DbResult, DispatchTx, Row, TenantTx};
use serde::Serialize;
use uuid::Uuid;

use crate::consumers::consumer_exists;
use crate::place::Place;
use crate::read::{BELOW_WATERMARK, COLUMNS, Logged, along_the_index, read};

define_id!(ReplayId, "rpl", "one replay of events to a consumer");

/// What to replay.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewReplay {
    /// To which consumer.
    pub consumer: String,
    /// From this position on.
    pub from_position: i64,
    /// To this position, included.
    pub to_position: i64,
}

/// A replay and how far it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Replay {
    /// Id.
    pub id: ReplayId,
    /// To which consumer.
    pub consumer: String,
    /// From this position on.
    pub from_position: i64,
    /// To this position, included.
    pub to_position: i64,
    /// Events handed over so far.
    pub delivered: i64,
    /// Who asked for it.
    pub requested_by: String,
    /// When it was asked for.
    pub created_at: Timestamp,
    /// When the last event was handed over.
    pub finished_at: Option<Timestamp>,
}

/// Asks for a replay. It is delivered beside what is new.
///
/// # Errors
/// `replay.span` (422): the span is empty; there is no such consumer (404).
pub async fn request_replay(ctx: &Ctx, tx: &TenantTx, new: &NewReplay) -> Result<Replay> {
    if new.from_position < 1 || new.to_position < new.from_position {
        let detail = "A span runs from a position, the first of which is 1, to the same or a later one.";
        return Err(Error::unprocessable("replay.span", detail).at("/to_position", "invalid_value", detail));
    }
    if !consumer_exists(tx, &new.consumer).await? {
        return Err(Error::not_found("consumer", &new.consumer));
    }
    let sql = format!(
        "insert into event_replays (tenant_id, id, consumer, from_position, to_position, requested_by, created_at)
         values ($1, $2, $3, $4, $5, $6, $7) returning {SHOWN}"
    );
    let id = ReplayId::new().0;
    let row = tx
        .query_one(
            &sql,
            &[
                &tx.tenant().0,
                &id,
                &new.consumer,
                &new.from_position,
                &new.to_position,
                &ctx.actor.label,
                &ctx.now(),
            ],
        )
        .await?;
    Ok(show(&row))
}

/// Replays, newest first.
///
/// # Errors
/// The cursor is not from this list, or the database refused.
pub async fn replays(tx: &TenantTx, page: &PageRequest) -> Result<Page<Replay>> {
    let after: Option<Uuid> = page.after(&"replays")?;
    let sql = format!(
        "select {SHOWN} from event_replays where tenant_id = $1 and ($2::uuid is null or id < $2)
         order by id desc limit $3"
    );
    let rows = tx.query_list(&sql, &[&tx.tenant().0, &after, &page.fetch()]).await?;
    Ok(Page::from_rows(rows.iter().map(show).collect(), page, &"replays", |replay| replay.id.0))
}

const SHOWN: &str =
    "id, consumer, from_position, to_position, delivered, requested_by, created_at, finished_at";

fn show(row: &Row) -> Replay {
    Replay {
        id: ReplayId(row.get(0)),
        consumer: row.get(1),
        from_position: row.get(2),
        to_position: row.get(3),
        delivered: row.get(4),
        requested_by: row.get(5),
        created_at: row.get(6),
        finished_at: row.get(7),
    }
}

/// A replay that is not finished.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Running {
    pub id: ReplayId,
    pub tenant: TenantId,
    from_position: i64,
    to_position: i64,
    place: Place,
}

/// The consumer's oldest replay that is not finished.
pub(crate) async fn next(tx: &DispatchTx, consumer: &str) -> DbResult<Option<Running>> {
    let sql = "select id, tenant_id, from_position, to_position, epoch, tx_id, position from event_replays
         where consumer = $1 and finished_at is null order by id limit 1";
    let row = tx.query_opt(sql, &[&consumer]).await?;
    Ok(row.map(|row| Running {
        id: ReplayId(row.get(0)),
        tenant: TenantId(row.get(1)),
        from_position: row.get(2),
        to_position: row.get(3),
        place: Place { epoch: row.get(4), tx_id: row.get(5), position: row.get(6) },
    }))
}

/// The next events of a replay.
pub(crate) async fn batch(tx: &DispatchTx, running: &Running, limit: i64) -> DbResult<Vec<Logged>> {
    along_the_index(tx).await?;
    let sql = format!(
        "select {COLUMNS} from event_log e
         where e.tenant_id = $1 and e.position between $2 and $3
           and (e.epoch, e.tx_id, e.position) > ($4, $5, $6) and {BELOW_WATERMARK}
         order by e.epoch, e.tx_id, e.position limit $7"
    );
    let Running { tenant, from_position, to_position, place, .. } = running;
    let rows = tx
        .query(
            &sql,
            &[&tenant.0, from_position, to_position, &place.epoch, &place.tx_id, &place.position, &limit],
        )
        .await?;
    Ok(rows.iter().map(read).collect())
}

/// Moves a replay on behind `handed`, the last of so many events; one that was not moved by an event is finished.
pub(crate) async fn advance(
    tx: &DispatchTx,
    running: &Running,
    handed: Option<(Place, usize)>,
    now: Timestamp,
) -> DbResult<()> {
    let (place, count) = handed.unwrap_or((running.place, 0));
    let finished_at = handed.is_none().then_some(now);
    let count = i64::try_from(count).unwrap_or(i64::MAX);
    let sql = "update event_replays set epoch = $3, tx_id = $4, position = $5, delivered = delivered + $6,
            finished_at = $7
         where tenant_id = $1 and id = $2";
    tx.execute(
        sql,
        &[
            &running.tenant.0,
            &running.id.0,
            &place.epoch,
            &place.tx_id,
            &place.position,
            &count,
            &finished_at,
        ],
    )
    .await?;
    Ok(())
}
