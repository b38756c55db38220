//! A database with a tenant, a clock that stands still, and handlers that note what they see.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use jiff::Span;
use kernel_core::{Ctx, Error, Role, TenantId};
use kernel_jobs::{Handler, Job, NewJob, Outcome, Runner, RunnerConfig, enqueue};
use kernel_test::{FixedClock, TestDb};
use serde_json::json;
use tokio::sync::Semaphore;
use tokio_postgres::types::ToSql;

/// What the handlers of these tests see and note.
#[derive(Clone)]
pub struct Notes {
    pub runs: Arc<AtomicUsize>,
    pub held: Arc<Mutex<Vec<Job>>>,
    /// A `blocks` job ends when it gets a permit.
    pub gate: Arc<Semaphore>,
}

const HANDLERS: &[(&str, Handler<Notes>)] = &[
    ("blocks", |notes, _, job| {
        Box::pin(async move {
            notes.held.lock().expect("no panic").push(job);
            notes.gate.acquire().await.expect("the gate stays").forget();
            Ok(Outcome::Done)
        })
    }),
    ("fails", |notes, _, _| {
        Box::pin(async move {
            notes.runs.fetch_add(1, Ordering::SeqCst);
            Err(Error::internal("on purpose"))
        })
    }),
    ("panics", |_, _, _| Box::pin(async { panic!("on purpose") })),
    ("waits", |notes, ctx, job| {
        Box::pin(async move {
            notes.held.lock().expect("no panic").push(job);
            let at = ctx.now().checked_add(Span::new().minutes(1)).expect("an instant");
            Ok(Outcome::Again { at, counts: false, reason: "not yet".to_owned() })
        })
    }),
    ("works", |notes, _, job| {
        Box::pin(async move {
            notes.runs.fetch_add(1, Ordering::SeqCst);
            notes.held.lock().expect("no panic").push(job);
            Ok(Outcome::Done)
        })
    }),
];

pub struct World {
    pub db: TestDb,
    pub clock: FixedClock,
    pub ctx: Ctx,
    pub notes: Notes,
}

impl World {
    pub async fn new() -> Self {
        let db = TestDb::with_pool_size(8).await;
        let tenant: TenantId = kernel_test::tenant(&db.db).await;
        let clock = FixedClock::at(kernel_test::epoch());
        let ctx = kernel_test::ctx_at(tenant, Role::Admin, &clock);
        let notes = Notes { runs: Arc::default(), held: Arc::default(), gate: Arc::new(Semaphore::new(0)) };
        Self { db, clock, ctx, notes }
    }

    /// Somebody of another tenant.
    pub async fn other(&self) -> Ctx {
        let tenant = kernel_test::tenant(&self.db.db).await;
        kernel_test::ctx_at(tenant, Role::Admin, &self.clock)
    }

    pub fn runner(&self) -> Arc<Runner<Notes>> {
        Arc::new(self.runner_with(RunnerConfig::default()))
    }

    pub fn runner_with(&self, config: RunnerConfig) -> Runner<Notes> {
        let config = RunnerConfig { lease: Duration::from_secs(30), ..config };
        let clock = Arc::new(self.clock.clone());
        Runner::new(self.db.db.clone(), clock, self.notes.clone(), HANDLERS, config)
    }

    pub async fn enqueue(&self, kind: &'static str) {
        self.enqueue_all(&self.ctx, &[self.job(kind)]).await;
    }

    pub async fn enqueue_all(&self, ctx: &Ctx, jobs: &[NewJob]) {
        let tx = self.db.db.tenant_tx(ctx.tenant).await.expect("a transaction");
        enqueue(ctx, &tx, jobs).await.expect("enqueued");
        tx.commit().await.expect("a commit");
    }

    /// A job that is due.
    pub fn job(&self, kind: &'static str) -> NewJob {
        NewJob::new(kind, json!({}), self.ctx.now())
    }

    /// State, attempts and fence of the only job.
    pub async fn only_job(&self) -> (String, i32, i64) {
        let owner = self.db.owner().await;
        let row = owner.query_one("select state, attempts, fence from jobs", &[]).await.expect("a job");
        (row.get(0), row.get(1), row.get(2))
    }

    /// A number that the owner counts.
    pub async fn count(&self, sql: &str, params: &[&(dyn ToSql + Sync)]) -> i64 {
        self.db.owner().await.query_one(sql, params).await.expect("a count").get(0)
    }

    /// Waits until `sql` counts `wanted`.
    pub async fn until(&self, sql: &str, wanted: i64) {
        let waiting = async {
            while self.count(sql, &[]).await != wanted {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        tokio::time::timeout(Duration::from_secs(60), waiting).await.expect(sql);
    }

    pub fn runs(&self) -> usize {
        self.notes.runs.load(Ordering::SeqCst)
    }

    /// The jobs in the order in which they were begun.
    pub fn begun(&self) -> Vec<Job> {
        self.notes.held.lock().expect("no panic").clone()
    }
}
