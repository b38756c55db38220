//! Jobs that only say when they began, their runner, and the waits between asking for a job and its start.

use std::sync::Arc;
use std::time::{Duration, Instant};

use kernel_core::{Actor, Clock, Ctx, SystemClock, TenantId};
use kernel_db::Db;
use kernel_jobs::{Handler, NewJob, Outcome, Runner, RunnerConfig, enqueue};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

/// Which handler the jobs are for.
pub const KIND: &str = "bench";

/// A job began.
pub struct Began {
    pub tenant: TenantId,
    /// What its payload says.
    pub place: u64,
    pub at: Instant,
}

/// What the handler needs: where to tell, and how long a job takes.
#[derive(Clone)]
struct Told {
    to: UnboundedSender<Began>,
    takes: Duration,
}

const HANDLERS: &[(&str, Handler<Told>)] = &[(KIND, |told, _, job| {
    Box::pin(async move {
        let place = job.payload["place"].as_u64().unwrap_or_default();
        told.to.send(Began { tenant: job.tenant, place, at: Instant::now() }).ok();
        if !told.takes.is_zero() {
            tokio::time::sleep(told.takes).await;
        }
        Ok(Outcome::Done)
    })
})];

/// A runner at work, until it is stopped.
pub struct AtWork {
    pub began: UnboundedReceiver<Began>,
    shutdown: CancellationToken,
    running: JoinHandle<()>,
}

impl AtWork {
    pub fn start(db: &Db, takes: Duration) -> Self {
        let (to, began) = unbounded_channel();
        let clock: Arc<dyn Clock> = Arc::new(SystemClock);
        let told = Told { to, takes };
        let runner = Runner::new(db.clone(), clock, told, HANDLERS, RunnerConfig::default());
        let shutdown = CancellationToken::new();
        let running = tokio::spawn(runner.run(shutdown.clone()));
        Self { began, shutdown, running }
    }

    pub async fn stop(self) {
        self.shutdown.cancel();
        self.running.await.expect("the runner ends");
    }

    /// Waits for so many beginnings.
    pub async fn next(&mut self, count: usize) -> Vec<Began> {
        let mut began = Vec::with_capacity(count);
        while began.len() < count {
            began.push(self.began.recv().await.expect("the runner works"));
        }
        began
    }
}

/// Tenants without anything but their names.
pub async fn tenants(db: &Db, count: usize) -> Vec<Ctx> {
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let mut all = Vec::new();
    for place in 0..count {
        let ctx = Ctx::new(TenantId::new(), Actor::system("bench"), Arc::clone(&clock));
        let tx = db.tenant_tx(ctx.tenant).await.expect("a transaction");
        let slug = format!("bench-{place}-{}", Uuid::now_v7().simple());
        calibr::accounts::create_tenant(&ctx, &tx, &slug, "Bench").await.expect("a tenant");
        tx.commit().await.expect("a commit");
        all.push(ctx);
    }
    all
}

/// Asks for `count` jobs in one commit.
pub async fn ask(ctx: &Ctx, db: &Db, count: usize) {
    let job = |place: usize| NewJob::new(KIND, serde_json::json!({ "place": place }), ctx.now());
    let jobs: Vec<NewJob> = (0..count).map(job).collect();
    let tx = db.tenant_tx(ctx.tenant).await.expect("a transaction");
    enqueue(ctx, &tx, &jobs).await.expect("the jobs are taken");
    tx.commit().await.expect("a commit");
}

/// The least wait that so many in a hundred do not exceed.
pub fn percentile(waits: &[f64], percent: usize) -> f64 {
    let mut sorted = waits.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted[(sorted.len() * percent).div_ceil(100).max(1) - 1]
}

/// Median and p99 in milliseconds.
pub fn shown(waits_ms: &[f64]) -> serde_json::Value {
    let rounded = |value: f64| (value * 1_000.0).round() / 1_000.0;
    serde_json::json!({ "p50": rounded(percentile(waits_ms, 50)), "p99": rounded(percentile(waits_ms, 99)) })
}
