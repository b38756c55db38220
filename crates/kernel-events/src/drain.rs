//! One consumer's way through the log: what failed and is due, then replays, then what is new. Every batch is handed
//! to the sink first and then entered in one commit under the fence, so a crash in between delivers it again.

use std::sync::Arc;
use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};
use kernel_core::{Clock, Error, ErrorKind, Result, failpoint};
use kernel_db::{Db, DbResult, DispatchTx};
use tokio::task::JoinSet;
use uuid::Uuid;

use crate::consumers::{self, Hold, LEASE_LOST};
use crate::ledger::{self, Blocked, wait_after};
use crate::pace::{Lane, Paces};
use crate::place::Place;
use crate::read::{self, Logged};
use crate::relay::{Consumer, RelayConfig};
use crate::replays::{self, ReplayId, Running};
use crate::sink::{Delivery, Thing, Verdict, chain};

/// With so many deliveries open, what is new stays in the log.
const OPEN_MOST: i64 = 10_000;
/// Code of the error that says that a sink did not answer in time.
const TIMEOUT: &str = "consumer.timeout";

/// The state of reading for one consumer.
pub(crate) struct Drain {
    db: Db,
    clock: Arc<dyn Clock>,
    consumer: Arc<Consumer>,
    config: RelayConfig,
    owner: Uuid,
    hold: Option<Hold>,
    /// What the next pass is to look at, read while the batch before it was delivered, and from which place on.
    ahead: Option<(Place, Looked)>,
    paces: Paces,
    /// What was due took too long, so that what is new goes first once.
    new_goes_first: bool,
}

/// What a pass looks at first.
struct Looked {
    due: Vec<Delivery>,
    replay: Option<(Running, Vec<Logged>)>,
    blocked: Blocked,
    open: i64,
    fresh: Vec<Logged>,
}

impl Drain {
    pub fn new(
        db: Db,
        clock: Arc<dyn Clock>,
        consumer: Arc<Consumer>,
        config: RelayConfig,
        owner: Uuid,
    ) -> Self {
        let paces = Paces::of_batches(usize::try_from(config.batch).unwrap_or(1));
        Self { db, clock, consumer, config, owner, hold: None, ahead: None, paces, new_goes_first: false }
    }

    /// Goes one step on. `false` if there was nothing to do, or another process reads for this consumer.
    ///
    /// # Errors
    /// The database or the sink is away; how long to wait is what [`Self::wait`] says.
    pub async fn pass(&mut self) -> Result<bool> {
        let result = self.try_pass().await;
        if let Err(error) = &result {
            self.ahead = None;
            if error.code == LEASE_LOST {
                self.hold = None;
                return Ok(false);
            }
            if error.code == TIMEOUT {
                // Whoever waited for it as long as that need not wait again before half of it is tried.
                tracing::warn!(consumer = self.consumer.name, "{error} Trying with half of it.");
                return Ok(true);
            }
        }
        result
    }

    async fn try_pass(&mut self) -> Result<bool> {
        let Some(hold) = self.held().await? else { return Ok(false) };
        let mut looked = self.look(&hold).await?;
        let passed_over = std::mem::take(&mut self.new_goes_first);
        if !passed_over && self.again(hold, &looked.due).await? {
            // What is blocked may be something else now.
            return Ok(true);
        }
        let replayed = self.replay(&mut looked).await?;
        Ok(self.fresh(looked).await? || replayed || passed_over)
    }

    /// How long to wait after a pass that failed.
    pub fn wait(&self) -> Duration {
        let failures = self.hold.map_or(1, |hold| hold.failures.max(1));
        wait_after(failures).unsigned_abs()
    }

    /// Gives the lease back.
    pub async fn release(&mut self) -> Result<()> {
        self.hold = None;
        let tx = self.db.dispatch_tx().await?;
        consumers::release(&tx, self.consumer.name, self.owner).await?;
        Ok(tx.commit().await?)
    }

    /// The lease, taken anew when less than half of it is left.
    async fn held(&mut self) -> Result<Option<Hold>> {
        let now = self.clock.now();
        let half = SignedDuration::try_from(self.config.lease / 2).map_err(Error::internal)?;
        if let Some(hold) = self.hold
            && hold.until > now.checked_add(half).map_err(Error::internal)?
        {
            return Ok(Some(hold));
        }
        let tx = self.db.dispatch_tx().await?;
        let until = self.lease_from(now)?;
        let claimed = consumers::claim(&tx, self.consumer.name, self.owner, now, until).await?;
        failpoint("events.hold.before_commit").await?;
        tx.commit().await?;
        failpoint("events.hold.after_commit").await?;
        self.ahead = self.ahead.take().filter(|(place, _)| claimed.is_some_and(|hold| hold.place == *place));
        self.hold = claimed;
        Ok(claimed)
    }

    async fn look(&mut self, hold: &Hold) -> DbResult<Looked> {
        match self.ahead.take() {
            Some((place, looked)) if place == hold.place => Ok(looked),
            _ => look(&self.db, self.consumer.name, hold.place, self.config.batch, self.clock.now()).await,
        }
    }

    /// Tries again what is due.
    async fn again(&mut self, hold: Hold, due: &[Delivery]) -> Result<bool> {
        let (due, _) = due.split_at(self.paces.most_of(due));
        if due.is_empty() {
            return Ok(false);
        }
        let verdicts = self.hand_over(Lane::Due, due).await?;
        let outcomes: Vec<_> = due.iter().zip(verdicts).collect();
        self.enter(hold, &outcomes, true, None).await?;
        Ok(true)
    }

    async fn replay(&mut self, looked: &mut Looked) -> Result<bool> {
        let (Some((running, mut events)), Some(hold)) = (looked.replay.take(), self.hold) else {
            return Ok(false);
        };
        events.truncate(self.paces.most(Lane::Replay));
        let handed = events.last().map(|last| (last.place, events.len()));
        let (now, behind) = split(events, Some(running.id), &looked.blocked);
        let verdicts = self.hand_over(Lane::Replay, &now).await?;
        let outcomes = outcomes(&now, verdicts, &behind);
        self.enter(hold, &outcomes, false, Some((&running, handed))).await?;
        Ok(true)
    }

    /// Delivers what is new, and looks meanwhile at what comes next, in a task that ends with this one.
    async fn fresh(&mut self, mut looked: Looked) -> Result<bool> {
        let is_cut = looked.fresh.len() > self.paces.most(Lane::New);
        looked.fresh.truncate(self.paces.most(Lane::New));
        let (Some(last), Some(hold)) = (looked.fresh.last(), self.hold) else { return Ok(false) };
        if looked.open >= OPEN_MOST {
            return Ok(false);
        }
        let (place, full) =
            (last.place, is_cut || looked.fresh.len() >= usize::try_from(self.config.batch).unwrap_or(1));
        let mut ahead = JoinSet::new();
        if full {
            let (db, name, limit) = (self.db.clone(), self.consumer.name, self.config.batch);
            let now = self.clock.now();
            ahead.spawn(async move { look(&db, name, place, limit, now).await });
        }
        let (now, behind) = split(looked.fresh, None, &looked.blocked);
        let verdicts = self.hand_over(Lane::New, &now).await?;
        let is_settled = behind.is_empty() && verdicts.iter().all(|verdict| *verdict == Verdict::Settled);
        let outcomes = outcomes(&now, verdicts, &behind);
        self.enter(Hold { place, ..hold }, &outcomes, false, None).await?;
        let next = ahead.join_next().await.transpose().map_err(Error::internal)?.transpose()?;
        // The look did not see what was entered meanwhile, unless that was nothing.
        self.ahead = next.filter(|next| is_settled && !next.fresh.is_empty()).map(|next| (place, next));
        Ok(true)
    }

    /// Hands a batch to the sink. One that takes longer than half a lease is given up, so that nobody else begins the same
    /// meanwhile, and comes again in halves; a single event that takes so long has failed.
    async fn hand_over(&mut self, lane: Lane, batch: &[Delivery]) -> Result<Vec<Verdict>> {
        if batch.is_empty() {
            return Ok(Vec::new());
        }
        let limit = self.config.lease / 2;
        failpoint("events.deliver.before").await?;
        let begun = Instant::now();
        let settled = tokio::time::timeout(limit, self.consumer.sink.deliver(batch)).await;
        failpoint("events.deliver.after").await?;
        let name = self.consumer.name;
        let Ok(verdicts) = settled else {
            self.new_goes_first = lane == Lane::Due;
            if self.paces.took_too_long(lane, batch) {
                return Ok(vec![Verdict::Failed(format!("{name} did not take it within {limit:?}."))]);
            }
            let detail = format!("{name} did not take a batch of {} events within {limit:?}.", batch.len());
            return self.note_failure(Error::new(ErrorKind::Unavailable, TIMEOUT, detail)).await;
        };
        match verdicts {
            Ok(verdicts) if verdicts.len() == batch.len() => {
                self.paces.went_through(lane, batch, begun.elapsed(), limit);
                Ok(verdicts)
            }
            Ok(verdicts) => {
                let told = format!("a sink answered {} verdicts for {} events", verdicts.len(), batch.len());
                self.note_failure(Error::internal(told)).await
            }
            Err(error) => self.note_failure(error).await,
        }
    }

    async fn note_failure(&mut self, error: Error) -> Result<Vec<Verdict>> {
        if let Some(hold) = &mut self.hold {
            hold.failures = hold.failures.saturating_add(1);
            hold.until = lease_from(self.clock.now(), self.config.lease)?;
            let tx = self.db.dispatch_tx().await?;
            consumers::note_failure(&tx, self.consumer.name, hold, &chain(&error)).await?;
            tx.commit().await?;
        }
        Err(error)
    }

    /// Enters what became of a batch and moves the cursor, all in one commit under the fence.
    async fn enter(
        &mut self,
        hold: Hold,
        outcomes: &[(&Delivery, Verdict)],
        known: bool,
        replayed: Option<(&Running, Option<(Place, usize)>)>,
    ) -> Result<()> {
        let now = self.clock.now();
        let hold = Hold { until: self.lease_from(now)?, failures: 0, ..hold };
        let name = self.consumer.name;
        let tx: DispatchTx = self.db.dispatch_tx().await?;
        let tally = ledger::enter(&tx, name, outcomes, known, self.consumer.attempts_max, now).await?;
        if let Some((running, handed)) = replayed {
            replays::advance(&tx, running, handed, now).await?;
        }
        consumers::advance(&tx, name, &hold, tally, now).await?;
        failpoint("events.enter.before_commit").await?;
        tx.commit().await?;
        failpoint("events.enter.after_commit").await?;
        self.hold = Some(hold);
        for (counter, count) in [
            ("calibr_events_delivered_total", tally.delivered),
            ("calibr_events_retried_total", tally.retried),
            ("calibr_events_died_total", tally.died),
        ] {
            metrics::counter!(counter, "consumer" => name).increment(count.unsigned_abs());
        }
        if tally.died > 0 {
            tracing::warn!(
                consumer = name,
                died = tally.died,
                "Deliveries gave up; see `calibr events dead`."
            );
        }
        Ok(())
    }

    fn lease_from(&self, now: Timestamp) -> Result<Timestamp> {
        lease_from(now, self.config.lease)
    }
}

/// Everything that a pass from `place` on decides by.
async fn look(db: &Db, name: &str, place: Place, limit: i64, now: Timestamp) -> DbResult<Looked> {
    let tx = db.dispatch_tx().await?;
    let (blocked, open) = ledger::blocked(&tx, name).await?;
    let due = match open {
        0 => Vec::new(),
        _ => ledger::due(&tx, name, now, limit).await?,
    };
    let replay = match replays::next(&tx, name).await? {
        None => None,
        Some(running) => {
            let events = replays::batch(&tx, &running, limit).await?;
            Some((running, events))
        }
    };
    let fresh = read::after(&tx, place, limit).await?;
    tx.commit().await?;
    Ok(Looked { due, replay, blocked, open, fresh })
}

fn lease_from(now: Timestamp, lease: Duration) -> Result<Timestamp> {
    let lease = SignedDuration::try_from(lease).map_err(Error::internal)?;
    now.checked_add(lease).map_err(Error::internal)
}

/// What can be delivered now, and what must wait behind an open delivery of the same thing.
fn split(events: Vec<Logged>, replay: Option<ReplayId>, blocked: &Blocked) -> (Vec<Delivery>, Vec<Delivery>) {
    let deliveries = events.into_iter().map(|event| Delivery { event, attempts: 0, replay });
    deliveries.partition(|delivery| !blocked.holds(Thing::of(delivery)))
}

fn outcomes<'a>(
    now: &'a [Delivery],
    verdicts: Vec<Verdict>,
    behind: &'a [Delivery],
) -> Vec<(&'a Delivery, Verdict)> {
    let waiting = behind.iter().map(|delivery| (delivery, Verdict::Held));
    now.iter().zip(verdicts).chain(waiting).collect()
}
