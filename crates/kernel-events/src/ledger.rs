//! The books of deliveries that did not go through: `event_deliveries` while they are tried, `dlq_event_log` once they
//! gave up. What goes through at once leaves no row.

use std::collections::HashSet;
use std::time::Duration;

use backon::{BackoffBuilder, ExponentialBuilder};
use jiff::{SignedDuration, Timestamp};
use kernel_core::{Error, Result};
use kernel_db::{DbResult, DispatchTx, Row};
use uuid::Uuid;

use crate::consumers::Tally;
use crate::dead_letters::DeadLetterId;
use crate::place::TxId;
use crate::read::{COLUMNS, WIDTH, read};
use crate::replays::ReplayId;
use crate::sink::{Delivery, Thing, Verdict};

/// The longest wait between two attempts.
const LONGEST: Duration = Duration::from_secs(300);

/// How long to wait before the next attempt: a second, doubled each time up to five minutes, with jitter.
pub(crate) fn wait_after(attempts: i32) -> SignedDuration {
    let step = usize::try_from(attempts.saturating_sub(1)).unwrap_or(0);
    let delays = ExponentialBuilder::default()
        .with_min_delay(Duration::from_secs(1))
        .with_max_delay(LONGEST)
        .with_max_times(step + 1)
        .with_jitter();
    let delay = delays.build().nth(step).unwrap_or(LONGEST);
    SignedDuration::try_from(delay).unwrap_or(SignedDuration::from_mins(5))
}

/// Things of which a delivery is open, so that later events of theirs must wait.
#[derive(Debug, Default)]
pub(crate) struct Blocked(HashSet<(Uuid, Uuid, String, String)>);

impl Blocked {
    /// Whether a delivery must wait.
    pub fn holds(&self, thing: Thing<'_>) -> bool {
        !self.0.is_empty()
            && self.0.contains(&(
                id_of(thing.replay),
                thing.tenant.0,
                thing.entity_type.to_owned(),
                thing.entity_id.to_owned(),
            ))
    }
}

/// Everything that blocks, and how many deliveries are open.
pub(crate) async fn blocked(tx: &DispatchTx, consumer: &str) -> DbResult<(Blocked, i64)> {
    let sql = "select replay_id, tenant_id, entity_type, entity_id, count(*) from event_deliveries
         where consumer = $1 group by 1, 2, 3, 4";
    let rows = tx.query(sql, &[&consumer]).await?;
    let open = rows.iter().map(|row| row.get::<_, i64>(4)).sum();
    Ok((Blocked(rows.iter().map(|row| (row.get(0), row.get(1), row.get(2), row.get(3))).collect()), open))
}

/// Deliveries to be tried now, in the order of the log: those whose time has come and what waits behind them.
pub(crate) async fn due(
    tx: &DispatchTx,
    consumer: &str,
    now: Timestamp,
    limit: i64,
) -> DbResult<Vec<Delivery>> {
    let sql = format!(
        "with heads as (
            select distinct on (replay_id, tenant_id, entity_type, entity_id)
                replay_id, tenant_id, entity_type, entity_id, due_at
            from event_deliveries where consumer = $1
            order by replay_id, tenant_id, entity_type, entity_id, epoch, tx_id, position)
         select {COLUMNS}, d.replay_id, d.attempts
         from heads h
         join event_deliveries d on d.consumer = $1 and d.replay_id = h.replay_id and d.tenant_id = h.tenant_id
            and d.entity_type = h.entity_type and d.entity_id = h.entity_id
         join event_log e on e.tenant_id = d.tenant_id and e.position = d.position and e.occurred_at = d.occurred_at
         where h.due_at <= $2
         order by d.epoch, d.tx_id, d.position limit $3"
    );
    let rows = tx.query(&sql, &[&consumer, &now, &limit]).await?;
    Ok(rows.iter().map(read_delivery).collect())
}

fn read_delivery(row: &Row) -> Delivery {
    let replay: Uuid = row.get(WIDTH);
    let replay = (!replay.is_nil()).then_some(ReplayId(replay));
    Delivery { event: read(row), attempts: row.get(WIDTH + 1), replay }
}

/// Enters what became of deliveries. `known` says that they stand in the books already.
pub(crate) async fn enter(
    tx: &DispatchTx,
    consumer: &str,
    outcomes: &[(&Delivery, Verdict)],
    known: bool,
    attempts_max: i32,
    now: Timestamp,
) -> Result<Tally> {
    let (mut over, mut open, mut dead) = (Keys::default(), Open::default(), Dead::default());
    let mut tally = Tally::default();
    for (delivery, verdict) in outcomes {
        let attempts = delivery.attempts + 1;
        match verdict {
            Verdict::Settled => {
                tally.delivered += 1;
                over.push(delivery);
            }
            Verdict::Held => open.push(delivery, delivery.attempts, now, None),
            Verdict::Failed(reason) if attempts < attempts_max => {
                tally.retried += 1;
                let due_at = now.checked_add(wait_after(attempts)).map_err(Error::internal)?;
                open.push(delivery, attempts, due_at, Some(reason));
            }
            Verdict::Failed(reason) | Verdict::Refused(reason) => {
                tally.died += 1;
                over.push(delivery);
                dead.push(delivery, attempts, reason);
            }
        }
    }
    if known {
        over.strike(tx, consumer).await?;
        over.settle(tx, consumer, now).await?;
    }
    open.keep(tx, consumer).await?;
    dead.bury(tx, consumer, now).await?;
    Ok(tally)
}

/// Deliveries named by what is unique about them, column by column.
#[derive(Default)]
struct Keys {
    tenants: Vec<Uuid>,
    replays: Vec<Uuid>,
    positions: Vec<i64>,
}

impl Keys {
    fn push(&mut self, delivery: &Delivery) {
        self.tenants.push(delivery.event.tenant.0);
        self.replays.push(id_of(delivery.replay));
        self.positions.push(delivery.event.place.position);
    }

    async fn strike(&self, tx: &DispatchTx, consumer: &str) -> DbResult<()> {
        let sql = "delete from event_deliveries d
             using unnest($2::uuid[], $3::uuid[], $4::bigint[]) as k (tenant_id, replay_id, position)
             where d.consumer = $1 and d.tenant_id = k.tenant_id and d.replay_id = k.replay_id
               and d.position = k.position";
        tx.execute(sql, &[&consumer, &self.tenants, &self.replays, &self.positions]).await?;
        Ok(())
    }

    /// Dead letters that were retried and went through; those that died again are entered anew afterwards.
    async fn settle(&self, tx: &DispatchTx, consumer: &str, now: Timestamp) -> DbResult<()> {
        let sql = "update dlq_event_log l set state = 'settled', decided_at = $5
             from unnest($2::uuid[], $3::uuid[], $4::bigint[]) as k (tenant_id, replay_id, position)
             where l.consumer = $1 and l.tenant_id = k.tenant_id and l.replay_id = k.replay_id
               and l.position = k.position and l.state = 'retrying'";
        tx.execute(sql, &[&consumer, &self.tenants, &self.replays, &self.positions, &now]).await?;
        Ok(())
    }
}

/// What of the event is kept with its delivery, column by column.
#[derive(Default)]
struct Events<'a> {
    keys: Keys,
    epochs: Vec<i32>,
    tx_ids: Vec<TxId>,
    ids: Vec<Uuid>,
    occurred_ats: Vec<Timestamp>,
    kinds: Vec<&'a str>,
    entity_types: Vec<&'a str>,
    entity_ids: Vec<&'a str>,
    attempts: Vec<i32>,
    reasons: Vec<Option<&'a str>>,
}

impl<'a> Events<'a> {
    fn push(&mut self, delivery: &'a Delivery, attempts: i32, reason: Option<&'a str>) {
        let event = &delivery.event;
        self.keys.push(delivery);
        self.epochs.push(event.place.epoch);
        self.tx_ids.push(event.place.tx_id);
        self.ids.push(event.id.0);
        self.occurred_ats.push(event.occurred_at);
        self.kinds.push(&event.kind);
        self.entity_types.push(&event.entity_type);
        self.entity_ids.push(&event.entity_id);
        self.attempts.push(attempts);
        self.reasons.push(reason);
    }
}

/// Deliveries to be tried later.
#[derive(Default)]
struct Open<'a> {
    events: Events<'a>,
    due_ats: Vec<Timestamp>,
}

impl<'a> Open<'a> {
    fn push(&mut self, delivery: &'a Delivery, attempts: i32, due_at: Timestamp, reason: Option<&'a String>) {
        self.events.push(delivery, attempts, reason.map(String::as_str));
        self.due_ats.push(due_at);
    }

    async fn keep(&self, tx: &DispatchTx, consumer: &str) -> DbResult<()> {
        let events = &self.events;
        if events.ids.is_empty() {
            return Ok(());
        }
        let sql = "insert into event_deliveries (consumer, tenant_id, replay_id, position, epoch, tx_id, event_id,
                occurred_at, entity_type, entity_id, attempts, reason, due_at)
             select $1, d.*
             from unnest($2::uuid[], $3::uuid[], $4::bigint[], $5::int[], $6::xid8[], $7::uuid[], $8::timestamptz[],
                $9::text[], $10::text[], $11::int[], $12::text[], $13::timestamptz[]) as d
             on conflict (tenant_id, consumer, replay_id, position) do update
             set attempts = excluded.attempts, due_at = excluded.due_at,
                reason = coalesce(excluded.reason, event_deliveries.reason)";
        tx.execute(
            sql,
            &[
                &consumer,
                &events.keys.tenants,
                &events.keys.replays,
                &events.keys.positions,
                &events.epochs,
                &events.tx_ids,
                &events.ids,
                &events.occurred_ats,
                &events.entity_types,
                &events.entity_ids,
                &events.attempts,
                &events.reasons,
                &self.due_ats,
            ],
        )
        .await?;
        Ok(())
    }
}

/// Deliveries that gave up.
#[derive(Default)]
struct Dead<'a>(Events<'a>);

impl<'a> Dead<'a> {
    fn push(&mut self, delivery: &'a Delivery, attempts: i32, reason: &'a str) {
        self.0.push(delivery, attempts, Some(reason));
    }

    async fn bury(&self, tx: &DispatchTx, consumer: &str, now: Timestamp) -> DbResult<()> {
        let events = &self.0;
        if events.ids.is_empty() {
            return Ok(());
        }
        let letters: Vec<Uuid> = events.ids.iter().map(|_| DeadLetterId::new().0).collect();
        // What was reported and gives up once more, as after a restore, is reported anew.
        let sql = "insert into dlq_event_log (consumer, died_at, first_died_at, tenant_id, replay_id, position, epoch, tx_id, event_id,
                occurred_at, type, entity_type, entity_id, attempts, reason, id)
             select $1, $2, $2, d.*
             from unnest($3::uuid[], $4::uuid[], $5::bigint[], $6::int[], $7::xid8[], $8::uuid[], $9::timestamptz[],
                $10::text[], $11::text[], $12::text[], $13::int[], $14::text[], $15::uuid[]) as d
             on conflict on constraint dlq_event_log_delivery_unique do update
             set state = 'dead', attempts = dlq_event_log.attempts + excluded.attempts, reason = excluded.reason,
                died_at = excluded.died_at, decided_at = null, decided_by = null, reported_at = null,
                retries = case when dlq_event_log.reported_at is null then dlq_event_log.retries else 0 end,
                first_died_at = case when dlq_event_log.reported_at is null then dlq_event_log.first_died_at
                    else excluded.first_died_at end";
        tx.execute(
            sql,
            &[
                &consumer,
                &now,
                &events.keys.tenants,
                &events.keys.replays,
                &events.keys.positions,
                &events.epochs,
                &events.tx_ids,
                &events.ids,
                &events.occurred_ats,
                &events.kinds,
                &events.entity_types,
                &events.entity_ids,
                &events.attempts,
                &events.reasons,
                &letters,
            ],
        )
        .await?;
        Ok(())
    }
}

/// Zero stands for no replay, since a primary key knows no null.
pub(crate) fn id_of(replay: Option<ReplayId>) -> Uuid {
    replay.map_or(Uuid::nil(), |replay| replay.0)
}

/// Puts dead letters of one tenant back among the deliveries to be tried, at once and with all attempts anew.
pub(crate) const REOPEN: &str =
    "insert into event_deliveries (consumer, tenant_id, replay_id, position, epoch, tx_id, event_id, occurred_at,
        entity_type, entity_id, attempts, due_at, reason)
     select consumer, tenant_id, replay_id, position, epoch, tx_id, event_id, occurred_at, entity_type, entity_id, 0,
        $3, reason
     from dlq_event_log where tenant_id = $1 and id = any($2)
     on conflict do nothing";
