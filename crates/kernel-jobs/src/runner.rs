//! Takes due jobs, keeps their leases alive while handlers work, and puts them down again.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::{Duration, Instant};

use backon::{BackoffBuilder, ExponentialBuilder};
use jiff::{SignedDuration, Timestamp};
use kernel_core::failpoint::{carry, failpoint};
use kernel_core::{Clock, Ctx, Error, Result};
use kernel_db::Db;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::store::{self, PutDown};
use crate::{Job, Outcome};

/// After so many attempts that ended in an error a job is dead: a fault of ours that waiting does not mend.
const ATTEMPTS_MAX: i32 = 25;

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
}

impl Default for RunnerConfig {
    fn default() -> Self {
        Self {
            lease: Duration::from_secs(15),
            poll: Duration::from_millis(200),
            concurrency: 8,
            grace: Duration::from_secs(8),
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
        Self { db, clock, state, handlers, config, owner: Uuid::now_v7() }
    }

    /// Works until `shutdown`, then lets running jobs end within the grace and returns the rest to the queue.
    pub async fn run(self, shutdown: CancellationToken) {
        let runner = Arc::new(self);
        let mut running = JoinSet::new();
        while !shutdown.is_cancelled() {
            let free = runner.config.concurrency.saturating_sub(running.len());
            let claimed = if free == 0 { Vec::new() } else { runner.claim(free).await };
            let idle = claimed.is_empty();
            for job in claimed {
                running.spawn(Arc::clone(&runner).attempt(job, shutdown.clone()));
            }
            if idle {
                tokio::select! {
                    () = shutdown.cancelled() => {}
                    () = tokio::time::sleep(runner.config.poll) => {}
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
            let claimed = self.try_claim(1).await?;
            let Some(job) = claimed.into_iter().next() else { return Ok(attempts) };
            Arc::clone(self).attempt(job, CancellationToken::new()).await;
            attempts += 1;
        }
    }

    async fn claim(&self, limit: usize) -> Vec<Job> {
        self.try_claim(limit).await.unwrap_or_else(|error| {
            tracing::warn!(
                error = &error as &dyn std::error::Error,
                "Jobs could not be taken; trying again."
            );
            Vec::new()
        })
    }

    async fn try_claim(&self, limit: usize) -> Result<Vec<Job>> {
        let now = self.clock.now();
        let tx = self.db.dispatch_tx().await?;
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let jobs = store::claim(&tx, self.owner, now, self.lease_from(now)?, limit).await?;
        failpoint("jobs.claim.before_commit").await?;
        tx.commit().await?;
        failpoint("jobs.claim.after_commit").await?;
        Ok(jobs)
    }

    async fn attempt(self: Arc<Self>, job: Job, shutdown: CancellationToken) {
        let outcome = tokio::select! {
            outcome = self.work(&job) => outcome,
            () = self.keep_lease(&job) => Err(store::lease_lost()),
            () = self.grace_over(&shutdown) => Ok(Outcome::Again {
                at: self.clock.now(),
                counts: false,
                reason: "shutdown".into(),
            }),
        };
        if outcome.as_ref().is_err_and(|error| error.code == store::LEASE_LOST) {
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
        let held = store::heartbeat(&tx, job, self.lease_from(self.clock.now())?).await?;
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
            Ok(Outcome::Done) => store::put_down(&tx, job, PutDown::Done { at: now }).await?,
            Ok(Outcome::Again { at, counts, reason }) => {
                tracing::debug!(job = %job.id, reason, "A job goes on later.");
                store::put_down(&tx, job, PutDown::Again { at, counts, error: None }).await?;
            }
            Err(error) => {
                let text = chain(&error);
                let dead = job.attempts >= ATTEMPTS_MAX;
                tracing::warn!(job = %job.id, kind = job.kind, attempts = job.attempts, dead, error = text, "A job failed.");
                let how = if dead {
                    PutDown::Dead { at: now, error: &text }
                } else {
                    PutDown::Again {
                        at: now.checked_add(backoff(job.attempts)).map_err(Error::internal)?,
                        counts: true,
                        error: Some(&text),
                    }
                };
                store::put_down(&tx, job, how).await?;
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
