//! The application as tests see it: a database of its own, the server on a real port, a job runner, the people of two
//! tenants, simulated shops, and a clock that only the test moves.

mod actor;
mod data;
mod dump;
mod flow;
pub mod operations;
mod people;
mod receiver;
mod shop;
mod watch;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use calibr::app::App;
use calibr::channels::Connector;
use jiff::{SignedDuration, Span, Timestamp};
use kernel_connect::{MasterKeys, Reach, Vault};
use kernel_core::{Clock, Role};
use kernel_db::Db;
use kernel_events::RelayConfig;
use kernel_jobs::RunnerConfig;
use kernel_test::{FixedClock, TestDb, epoch};
use serde_json::Value;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

pub use actor::{Actor, Answer};
pub use data::{catalogs, csv_of};
pub use flow::Plan;
pub use people::{PASSWORD, Tenant};
pub use receiver::Receiver;
pub use shop::{CURT, Shop, gid, goods, sim_config, writes};
use watch::Watch;

/// What comes by itself long after a run.
const AFTERCARE: &str = "kind in ('price_changes.return', 'runs.reconcile', 'runs.sweep')";

/// A condition that does not come true within this time is a failure.
const DEADLINE: Duration = Duration::from_secs(90);
/// How often a condition is looked at.
const LOOK_EVERY: Duration = Duration::from_millis(10);
/// How often the runner looks for due jobs. It is woken for new ones and when the time that all wait for has passed.
const WORK_EVERY: Duration = Duration::from_millis(100);

/// The keys are the same in every process.
fn vault() -> Vault {
    let keys = MasterKeys::parse("QkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkI=", "test").expect("a key");
    Vault::new(keys)
}

/// The application under test. End each test with [`TestApp::finish`].
pub struct TestApp {
    pub app: App,
    pub clock: FixedClock,
    /// A connection that row-level security does not hold, for looking.
    pub owner: tokio_postgres::Client,
    /// The tenant most tests act in.
    pub home: Tenant,
    /// Another tenant on the same server.
    pub other: Tenant,
    pub host: String,
    http: reqwest::Client,
    shutdown: CancellationToken,
    runner: Option<JoinHandle<()>>,
    looks_after: AtomicBool,
    watch: Watch,
    db: TestDb,
}

impl TestApp {
    /// Starts everything with the product's own connectors.
    pub async fn new() -> Self {
        Self::start(|db, clock, vault| {
            let mut app = App::new(db, clock, vault);
            // Receivers of tests are on this machine.
            app.webhook_reach = Reach::Anywhere;
            app
        })
        .await
    }

    /// The same with webhooks that reach only the public internet, as they do unless told otherwise.
    pub async fn with_guarded_webhooks() -> Self {
        Self::start(App::new).await
    }

    /// The same with other connectors.
    pub async fn with_connectors(connectors: &'static [(&'static str, Connector)]) -> Self {
        Self::start(|db, clock, vault| App::with_connectors(db, clock, vault, connectors)).await
    }

    async fn start(make: impl FnOnce(Db, Arc<dyn Clock>, Vault) -> App) -> Self {
        let watch = Watch::start();
        rustls::crypto::ring::default_provider().install_default().ok();
        let db = TestDb::with_pool_size(12).await;
        let clock = FixedClock::at(epoch());
        let app = make(db.db.clone(), Arc::new(clock.clone()), vault());
        let home = people::tenant(&app, "home", "demo", "EUR").await;
        let other = people::tenant(&app, "other", "zweite", "EUR").await;
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let host = format!("http://{}", listener.local_addr().expect("an address"));
        let router = app.clone().router();
        tokio::spawn(async move { axum::serve(listener, router).await });
        let shutdown = CancellationToken::new();
        let config = RunnerConfig { poll: WORK_EVERY, ..RunnerConfig::default() };
        let runner = Some(tokio::spawn(app.runner(config).run(shutdown.clone())));
        let owner = db.owner().await;
        let http = reqwest::Client::builder().no_proxy().build().expect("a client");
        let looks_after = AtomicBool::new(false);
        Self { app, clock, owner, home, other, host, http, shutdown, runner, looks_after, watch, db }
    }

    /// Another process on the same database, with a pool of so many connections. It serves nothing and runs no job.
    pub async fn another_process(&self, pool_size: usize) -> App {
        let db = Db::connect(&self.db.config, pool_size).await.expect("the same database");
        App::new(db, Arc::new(self.clock.clone()), vault())
    }

    /// Somebody of `tenant` with `role`.
    pub fn person(&self, tenant: &Tenant, role: Role) -> Actor<'_> {
        Actor::with_token(self, tenant.token(role))
    }

    pub fn viewer(&self) -> Actor<'_> {
        self.person(&self.home, Role::Viewer)
    }

    /// Who plans.
    pub fn editor(&self) -> Actor<'_> {
        self.person(&self.home, Role::Editor)
    }

    /// Who approves.
    pub fn approver(&self) -> Actor<'_> {
        self.person(&self.home, Role::Approver)
    }

    pub fn admin(&self) -> Actor<'_> {
        self.person(&self.home, Role::Admin)
    }

    /// Nobody.
    pub fn anon(&self) -> Actor<'_> {
        Actor::anonymous(self)
    }

    /// A token of the home tenant's admin with only these scopes.
    pub async fn token(&self, scopes: &[&str]) -> Actor<'_> {
        let body = serde_json::json!({ "name": "narrow", "scopes": scopes });
        let created = self.admin().post("/tokens", body).await.expect(201);
        Actor::with_token(self, created["secret"].as_str().expect("a secret"))
    }

    /// Lets happen what comes by itself long after a run: reading its prices again, and the returns of sales. Most tests
    /// let hours pass for other reasons, with shops that are closed by then.
    pub fn look_after_runs(&self) {
        self.looks_after.store(true, Ordering::SeqCst);
    }

    /// Lets hours pass.
    pub fn hours_pass(&self, hours: i64) {
        self.clock.advance(Span::new().hours(hours));
    }

    /// Lets minutes pass.
    pub fn minutes_pass(&self, minutes: i64) {
        self.clock.advance(Span::new().minutes(minutes));
    }

    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Waits until `run` is settled and no job is left; moves the clock to the next job whenever all of them wait.
    pub async fn settled(&self, run: &str) -> Value {
        self.jobs_done().await;
        let run = self.viewer().get(&format!("/runs/{run}")).await.expect(200);
        assert_eq!(run["settled"], true, "no job is left, but the run is not settled: {run}");
        run
    }

    /// Waits until everything that is committed can be read in the event log.
    pub async fn log_settled(&self) {
        self.db.settled().await;
    }

    /// Delivers what stands in the event log to the application's consumers.
    pub async fn events_delivered(&self) {
        self.log_settled().await;
        self.app.relay(RelayConfig::default(), Vec::new()).run_due().await.expect("delivered");
    }

    /// Waits until every job is done; see [`Self::settled`].
    pub async fn jobs_done(&self) {
        let started = Instant::now();
        while !self.look_at_jobs().await {
            assert!(started.elapsed() < DEADLINE, "jobs are still open: {}", self.open_jobs().await);
            tokio::time::sleep(LOOK_EVERY).await;
        }
        self.forget_aftercare().await;
    }

    /// What comes by itself long after a run is not waited for, and left out unless a test asks for it.
    async fn forget_aftercare(&self) {
        if self.looks_after.load(Ordering::SeqCst) {
            return;
        }
        let sql = format!(
            "delete from jobs where state = 'queued' and {AFTERCARE}; delete from job_schedules where {AFTERCARE}"
        );
        self.owner.batch_execute(&sql).await.expect("no aftercare");
    }

    /// Waits until `sql`, which gives one boolean, is true.
    pub async fn wait_until(&self, sql: &str) {
        let started = Instant::now();
        while !self.owner.query_one(sql, &[]).await.expect("a condition").get::<_, bool>(0) {
            assert!(started.elapsed() < DEADLINE, "never came true: {sql}");
            tokio::time::sleep(LOOK_EVERY).await;
        }
    }

    /// Whether all jobs are over. Time that they all wait for passes at once.
    async fn look_at_jobs(&self) -> bool {
        // What comes by itself much later is not waited for, unless its time has come.
        let sql = format!(
            "select count(*) filter (where state in ('queued', 'running'))
                    + (select count(*) from job_schedules where next_at <= $1) as open,
                count(*) filter (where state = 'running' or state = 'queued' and run_at <= $1)
                    + (select count(*) from job_schedules where next_at <= $1) as due,
                min(run_at) filter (where state = 'queued') as next
             from jobs where not (state = 'queued' and run_at > $1 and {AFTERCARE})"
        );
        let row = self.owner.query_one(&sql, &[&self.clock.now()]).await.expect("the jobs");
        let (open, due): (i64, i64) = (row.get("open"), row.get("due"));
        if let (0, Some(next)) = (due, row.get::<_, Option<Timestamp>>("next")) {
            let wait: SignedDuration = next.duration_since(self.clock.now());
            self.clock.advance(Span::try_from(wait).expect("a span"));
            self.wake_the_runner().await;
        }
        open == 0
    }

    async fn wake_the_runner(&self) {
        let tx = self.app.db.tenant_tx(self.home.id).await.expect("a transaction");
        tx.wake_on_commit();
        tx.commit().await.expect("a commit");
    }

    async fn open_jobs(&self) -> String {
        let sql = "select coalesce(string_agg(concat_ws(' ', kind, payload, state, attempts, run_at, last_error), '; '), '')
             from jobs where state <> 'done'";
        let sql = format!("{sql} and not (state = 'queued' and {AFTERCARE})");
        self.owner.query_one(&sql, &[]).await.expect("the jobs").get(0)
    }

    /// Takes note that an error or warning with `text` in it was logged, which would otherwise fail the test.
    pub fn expect_logged(&self, text: &str) {
        self.watch.expect_logged(text);
    }

    /// Ends the application and fails if it left a job behind, panicked, or logged an error.
    pub async fn finish(mut self) {
        self.jobs_done().await;
        assert_eq!(self.open_jobs().await, "", "a job was left behind");
        self.shutdown.cancel();
        let runner = self.runner.take().expect("finish comes once");
        runner.await.expect("the runner ends");
        self.watch.assert_quiet();
    }
}

impl Drop for TestApp {
    fn drop(&mut self) {
        let finished = self.runner.is_none();
        assert!(finished || std::thread::panicking(), "end the test with `finish`");
    }
}
