//! Takes due jobs, keeps their leases alive while handlers work, and puts them down again.

use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use backon::{BackoffBuilder, ExponentialBuilder};
use jiff::{SignedDuration, Timestamp};
use kernel_core::failpoint::{carry, failpoint};
use kernel_core::{Clock, Ctx, Error, Result};
use kernel_db::Db;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::claim::{Claim, Claimed, claim};
use crate::lease::{self, PutDown};
use crate::turns::Turns;
use crate::{Job, Outcome, schedules, upkeep};

/// After so many attempts that ended in an error a job is dead: a fault of ours that waiting does not mend.
const ATTEMPTS_MAX: i32 = 25;
/// Looks at the lines in which another worker was faster each time; then it is busy enough to wait for the next.
const LOOKS_MAX: usize = 4;
/// How often old endings are looked for.
const CLEAR_AWAY_EVERY: SignedDuration = SignedDuration::from_mins(10);

/// What a handler is: a function from the application's state, a context and a job to an outcome.
pub type Handler<S> = fn(S, Ctx, Job) -> Pin<Box<dyn Future<Output = Result<Outcome>> + Send>>;

/// How a runner works.
#[derive(Debug, Clone)]
pub struct RunnerConfig {
    /// How long a lease lasts without a heartbeat, and so how long the jobs of a worker that died stay untouched.
    /// It may be short: a handler whose lease was taken over is refused by [`crate::hold_lease`].
    pub lease: Duration,
    /// How often to look for due jobs.
    pub poll: Duration,
    /// How many jobs at once.
    pub concurrency: usize,
    /// How long running jobs may take to end after a shutdown was asked for.
    pub grace: Duration,
    /// How long jobs that were done or cancelled stay to be looked at. Dead ones stay until somebody decides.
    pub kept: Duration,
}

impl Default for RunnerConfig {
    fn default() -> Self {
        Self {
            lease: Duration::from_secs(15),
            poll: Duration::from_millis(200),
            concurrency: 8,
            grace: Duration::from_secs(8),
            kept: Duration::from_secs(7 * 24 * 3600),
        }
    }
}

/// A job runner of this process.
pub struct Runner<S: 'static> {
    db: Db,
    clock: Arc<dyn Clock>,
    state: S,
    handlers: &'static [(&'static str, Handler<S>)],
    config: RunnerConfig,
    owner: Uuid,
    turns: Mutex<Turns>,
    /// Nothing stood in a line before it when last looked: forgotten at each upkeep, and when a look gives less than was
    /// asked for.
    floor: Mutex<Option<Timestamp>>,
    cleared_away: Mutex<Timestamp>,
}

impl<S: Clone + Send + Sync + 'static> Runner<S> {
    /// A runner that gives `state` to `handlers`.
    pub fn new(
        db: Db,
        clock: Arc<dyn Clock>,
        state: S,
        handlers: &'static [(&'static str, Handler<S>)],
        config: RunnerConfig,
    ) -> Self {
        let turns = Mutex::new(Turns::beginning_after(Uuid::new_v4()));
        let cleared_away = Mutex::new(Timestamp::MIN);
        Self {
            db,
            clock,
            state,
            handlers,
            config,
            owner: Uuid::now_v7(),
            turns,
            floor: Mutex::default(),
            cleared_away,
        }
    }

    /// Works until `shutdown`, then lets running jobs end within the grace and returns the rest to the queue.
    pub async fn run(self, shutdown: CancellationToken) {
        let runner = Arc::new(self);
        let mut running = JoinSet::new();
        let mut next_upkeep = Instant::now();
        while !shutdown.is_cancelled() {
            if next_upkeep <= Instant::now() {
                next_upkeep = Instant::now() + runner.config.poll;
                runner.told(runner.upkeep().await);
            }
            let free = runner.config.concurrency.saturating_sub(running.len());
            let claimed = if free == 0 { Vec::new() } else { runner.told(runner.take(free).await) };
            let idle = claimed.len() < free || free == 0;
            for job in claimed {
                running.spawn(Arc::clone(&runner).attempt(job, shutdown.clone()));
            }
            if idle {
                tokio::select! {
                    () = shutdown.cancelled() => {}
                    () = tokio::time::sleep_until(next_upkeep.into()) => {}
                    () = runner.db.woken() => {}
                    Some(_) = running.join_next() => {}
                }
            }
            while running.try_join_next().is_some() {}
        }
        while running.join_next().await.is_some() {}
    }

    /// Runs the jobs that are due now, one after the other, until none is. For tests with a clock of their own.
    ///
    /// # Errors
    /// The database refused.
    pub async fn run_due(self: &Arc<Self>) -> Result<usize> {
        let mut attempts = 0;
        loop {
            self.upkeep().await?;
            let Some(job) = self.take(1).await?.pop() else { return Ok(attempts) };
            Arc::clone(self).attempt(job, CancellationToken::new()).await;
            attempts += 1;
        }
    }

    /// What a step of the loop gave; a database that does not answer is asked again at the next.
    fn told<T: Default>(&self, result: Result<T>) -> T {
        result.unwrap_or_else(|error| {
            tracing::warn!(
                error = &error as &dyn std::error::Error,
                "Jobs could not be taken; trying again."
            );
            T::default()
        })
    }

    /// Brings due jobs into their lines, enqueues what schedules say, and now and then clears away old endings.
    async fn upkeep(&self) -> Result<()> {
        self.set_floor(None);
        let now = self.clock.now();
        let tx = self.db.dispatch_tx().await?;
        schedules::tick(&tx, now).await?;
        let deadly = upkeep::bring_round(&tx, now).await?;
        if self.is_time_to_clear_away(now) {
            let kept = SignedDuration::try_from(self.config.kept).map_err(Error::internal)?;
            upkeep::clear_away(&tx, now, kept).await?;
        }
        tx.commit().await?;
        for upkeep::Deadly { id, kind } in deadly {
            tracing::error!(job = %id, kind, "A job is dead: no worker lived to say how it went.");
        }
        Ok(())
    }

    fn is_time_to_clear_away(&self, now: Timestamp) -> bool {
        let mut last = self.cleared_away.lock().unwrap_or_else(PoisonError::into_inner);
        let is_time = now.duration_since(*last) >= CLEAR_AWAY_EVERY;
        if is_time {
            *last = now;
        }
        is_time
    }

    /// Leases up to `limit` jobs, each tenant in turn.
    async fn take(&self, limit: usize) -> Result<Vec<Job>> {
        for _ in 0..LOOKS_MAX {
            let now = self.clock.now();
            let tx = self.db.dispatch_tx().await?;
            let wanted = Claim {
                owner: self.owner,
                now,
                until: self.lease_from(now)?,
                limit: i64::try_from(limit).unwrap_or(i64::MAX),
                floor: *self.floor.lock().unwrap_or_else(PoisonError::into_inner),
            };
            let (last_served, owed) = {
                let turns = self.turns();
                (turns.last_served(), turns.owed())
            };
            match claim(&tx, &wanted, last_served, &owed).await? {
                Claimed::NothingWaits if wanted.floor.is_none() => return Ok(Vec::new()),
                Claimed::NothingWaits => self.set_floor(None),
                Claimed::SlotTaken => continue,
                Claimed::Looked { jobs, .. } if jobs.len() < limit && wanted.floor.is_some() => {
                    self.set_floor(None)
                }
                Claimed::Looked { last, floor, jobs } => {
                    failpoint("jobs.claim.before_commit").await?;
                    tx.commit().await?;
                    failpoint("jobs.claim.after_commit").await?;
                    // A line that waits for slots would be looked at twice each time.
                    self.set_floor(floor.filter(|_| jobs.len() >= limit));
                    let mut turns = self.turns();
                    if jobs.is_empty() {
                        turns.passed_over(last);
                    }
                    let served: Vec<_> =
                        jobs.iter().map(|taken| (taken.job.tenant.0, taken.begins, taken.weight)).collect();
                    turns.served(&served);
                    return Ok(jobs.into_iter().map(|taken| taken.job).collect());
                }
            }
        }
        Ok(Vec::new())
    }

    fn set_floor(&self, floor: Option<Timestamp>) {
        *self.floor.lock().unwrap_or_else(PoisonError::into_inner) = floor;
    }

    fn turns(&self) -> std::sync::MutexGuard<'_, Turns> {
        self.turns.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn attempt(self: Arc<Self>, job: Job, shutdown: CancellationToken) {
        let outcome = tokio::select! {
            outcome = self.work(&job) => outcome,
            () = self.keep_lease(&job) => Err(lease::lease_lost()),
            () = self.grace_over(&shutdown) => Ok(Outcome::Again {
                at: self.clock.now(),
                counts: false,
                reason: "shutdown".into(),
            }),
        };
        if outcome.as_ref().is_err_and(|error| error.code == lease::LEASE_LOST) {
            tracing::warn!(job = %job.id, kind = job.kind, "The lease was lost; the attempt is given up.");
            return;
        }
        if let Err(error) = self.put_down(&job, outcome).await {
            tracing::warn!(
                job = %job.id,
                error = &error as &dyn std::error::Error,
                "The end of a job could not be stored; it runs again when its lease ends."
            );
        }
    }

    /// A handler that panics is an error like any other.
    async fn work(&self, job: &Job) -> Result<Outcome> {
        let handler = self.handlers.iter().find(|(kind, _)| *kind == job.kind);
        let (_, handler) =
            handler.ok_or_else(|| Error::internal(format!("no handler for jobs of kind {}", job.kind)))?;
        let ctx = Ctx::for_job(job.tenant, &job.kind, job.correlation_id, Arc::clone(&self.clock));
        let mut task = AbortOnDrop(tokio::spawn(carry(handler(self.state.clone(), ctx, job.clone()))));
        (&mut task.0).await.map_err(Error::internal)?
    }

    /// Ends only when the lease is lost: taken over, or run out without a heartbeat that reached the database.
    async fn keep_lease(&self, job: &Job) {
        let mut held_since = Instant::now();
        while held_since.elapsed() < self.config.lease {
            tokio::time::sleep(self.config.lease / 3).await;
            let asked = Instant::now();
            match self.heartbeat(job).await {
                Ok(true) => held_since = asked,
                Ok(false) => return,
                Err(error) => {
                    tracing::warn!(job = %job.id, error = &error as &dyn std::error::Error, "A heartbeat failed.");
                }
            }
        }
    }

    async fn heartbeat(&self, job: &Job) -> Result<bool> {
        let tx = self.db.dispatch_tx().await?;
        let held = lease::heartbeat(&tx, job, self.lease_from(self.clock.now())?).await?;
        failpoint("jobs.heartbeat.before_commit").await?;
        tx.commit().await?;
        failpoint("jobs.heartbeat.after_commit").await?;
        Ok(held)
    }

    async fn grace_over(&self, shutdown: &CancellationToken) {
        shutdown.cancelled().await;
        tokio::time::sleep(self.config.grace).await;
    }

    async fn put_down(&self, job: &Job, outcome: Result<Outcome>) -> Result<()> {
        let now = self.clock.now();
        let tx = self.db.dispatch_tx().await?;
        match outcome {
            Ok(Outcome::Done) => lease::put_down(&tx, job, now, PutDown::Done).await?,
            Ok(Outcome::Again { at, counts, reason }) => {
                tracing::debug!(job = %job.id, reason, "A job goes on later.");
                lease::put_down(&tx, job, now, PutDown::Again { at, counts, error: None }).await?;
            }
            Err(error) => {
                let text = chain(&error);
                let dead = job.attempts >= ATTEMPTS_MAX;
                tracing::warn!(job = %job.id, kind = job.kind, attempts = job.attempts, dead, error = text, "A job failed.");
                let how = if dead {
                    PutDown::Dead { error: &text }
                } else {
                    PutDown::Again {
                        at: now.checked_add(backoff(job.attempts)).map_err(Error::internal)?,
                        counts: true,
                        error: Some(&text),
                    }
                };
                lease::put_down(&tx, job, now, how).await?;
            }
        }
        failpoint("jobs.put_down.before_commit").await?;
        tx.commit().await?;
        failpoint("jobs.put_down.after_commit").await
    }

    fn lease_from(&self, now: Timestamp) -> Result<Timestamp> {
        let lease = SignedDuration::try_from(self.config.lease).map_err(Error::internal)?;
        now.checked_add(lease).map_err(Error::internal)
    }
}

/// A handler must not outlive its attempt, or it would go on without a lease.
struct AbortOnDrop<T>(tokio::task::JoinHandle<T>);

impl<T> Drop for AbortOnDrop<T> {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// How long to wait after the given number of attempts: one second, doubled each time up to five minutes, with jitter.
#[must_use]
pub fn backoff(attempts: i32) -> SignedDuration {
    const LONGEST: Duration = Duration::from_secs(300);
    let delays = ExponentialBuilder::default()
        .with_min_delay(Duration::from_secs(1))
        .with_max_delay(LONGEST)
        .with_max_times(ATTEMPTS_MAX as usize + 1)
        .with_jitter();
    let step = usize::try_from(attempts.saturating_sub(1)).unwrap_or(0);
    let delay = delays.build().nth(step).unwrap_or(LONGEST);
    SignedDuration::try_from(delay).unwrap_or(SignedDuration::from_mins(5))
}

fn chain(error: &(dyn std::error::Error + 'static)) -> String {
    let causes = std::iter::successors(Some(error), |e| e.source());
    causes.map(ToString::to_string).collect::<Vec<_>>().join(": ")
}
