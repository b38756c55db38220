//! The relay: delivers the log to the consumers of this process, each at its own pace. Several processes may run the
//! same consumers; a lease decides which of them reads.

use std::sync::Arc;
use std::time::Duration;

use kernel_core::{Clock, Error, Result};
use kernel_db::Db;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::consumers::status_rows;
use crate::drain::Drain;
use crate::drained::{Reporting, unreported};
use crate::sink::Sink;

/// How long giving a lease back may take; what is not given back ends by itself.
const RELEASE_WITHIN: Duration = Duration::from_secs(2);
/// How often lag and age are measured.
const MEASURED_EVERY: Duration = Duration::from_secs(10);

/// Somebody who follows the log from its beginning.
#[derive(Clone)]
pub struct Consumer {
    /// The name that its cursor is kept under; never reused for something else.
    pub name: &'static str,
    /// After so many attempts a delivery becomes a dead letter.
    pub attempts_max: i32,
    /// What takes the events.
    pub sink: Arc<dyn Sink>,
}

impl Consumer {
    /// A consumer that tries each event 12 times, over about half an hour.
    pub fn new(name: &'static str, sink: Arc<dyn Sink>) -> Self {
        Self { name, attempts_max: 12, sink }
    }
}

/// How a relay works.
#[derive(Debug, Clone, Copy)]
pub struct RelayConfig {
    /// How often to look for new events.
    pub poll: Duration,
    /// How long the consumers of a process that died stay untouched. A batch may take half of it.
    pub lease: Duration,
    /// Events per batch.
    pub batch: i64,
    /// How long a batch that is under way may take to end after a shutdown was asked for. Then it is given up, and comes
    /// again.
    pub grace: Duration,
}

impl Default for RelayConfig {
    fn default() -> Self {
        Self {
            poll: Duration::from_millis(250),
            lease: Duration::from_secs(30),
            batch: 1_000,
            grace: Duration::from_secs(6),
        }
    }
}

/// Delivers events to the consumers of this process.
pub struct Relay {
    db: Db,
    clock: Arc<dyn Clock>,
    consumers: Vec<Arc<Consumer>>,
    config: RelayConfig,
    owner: Uuid,
    reporting: Option<Reporting>,
}

impl Relay {
    /// A relay for these consumers.
    #[must_use]
    pub fn new(db: Db, clock: Arc<dyn Clock>, consumers: Vec<Consumer>, config: RelayConfig) -> Self {
        let consumers = consumers.into_iter().map(Arc::new).collect();
        Self { db, clock, consumers, config, owner: Uuid::now_v7(), reporting: None }
    }

    /// The same, which has it told when a consumer of a tenant has no open dead letter left.
    #[must_use]
    pub fn reporting(self, reporting: Reporting) -> Self {
        Self { reporting: Some(reporting), ..self }
    }

    /// Delivers until `shutdown`, lets batches that are under way end within the grace, and gives the leases back.
    pub async fn run(self, shutdown: CancellationToken) {
        let mut running = JoinSet::new();
        for consumer in &self.consumers {
            running.spawn(follow(self.drain(consumer), consumer.name, self.config, shutdown.clone()));
        }
        tokio::select! {
            () = shutdown.cancelled() => {}
            () = self.look_after() => {}
        }
        while running.join_next().await.is_some() {}
    }

    /// Measures and reports, for ever.
    async fn look_after(&self) {
        loop {
            self.measure().await;
            if let Err(error) = self.report().await {
                tracing::warn!(
                    error = &error as &dyn std::error::Error,
                    "What became of dead letters could not be reported; trying again."
                );
            }
            tokio::time::sleep(MEASURED_EVERY).await;
        }
    }

    /// Delivers what can be delivered now, until nothing is left to do. For tests with a clock of their own.
    ///
    /// # Errors
    /// The database or a sink is away.
    pub async fn run_due(&self) -> Result<()> {
        for consumer in &self.consumers {
            let mut drain = self.drain(consumer);
            while drain.pass().await? {}
            drain.release().await?;
        }
        self.report().await
    }

    async fn report(&self) -> Result<()> {
        let Some(reporting) = &self.reporting else { return Ok(()) };
        let tx = self.db.dispatch_tx().await?;
        let unreported = unreported(&tx).await?;
        tx.commit().await?;
        for (tenant, consumer) in unreported {
            reporting(tenant, consumer).await?;
        }
        Ok(())
    }

    fn drain(&self, consumer: &Arc<Consumer>) -> Drain {
        Drain::new(self.db.clone(), Arc::clone(&self.clock), Arc::clone(consumer), self.config, self.owner)
    }

    async fn measure(&self) {
        let measured = async {
            let tx = self.db.dispatch_tx().await?;
            status_rows(&tx, None, self.clock.now()).await
        };
        match measured.await {
            Ok(statuses) => {
                for status in statuses {
                    for (gauge, value) in [
                        ("calibr_events_behind", status.behind),
                        ("calibr_events_age_seconds", status.age_s),
                        ("calibr_events_retrying", status.retrying),
                        ("calibr_events_dead", status.dead),
                    ] {
                        // Gauges are floats by their nature; these are counts far below 2^53.
                        #[allow(clippy::cast_precision_loss)]
                        metrics::gauge!(gauge, "consumer" => status.name.clone()).set(value as f64);
                    }
                }
            }
            Err(error) => {
                tracing::warn!(
                    error = &error as &dyn std::error::Error,
                    "The lag of consumers could not be measured."
                );
            }
        }
    }
}

async fn follow(mut drain: Drain, name: &'static str, config: RelayConfig, shutdown: CancellationToken) {
    tokio::select! {
        () = deliver(&mut drain, name, config.poll, &shutdown) => {}
        () = grace_over(config.grace, &shutdown) => {
            tracing::warn!(consumer = name, "A batch did not end before the server; it comes again.");
        }
    }
    let released = tokio::time::timeout(RELEASE_WITHIN, drain.release()).await;
    if let Err(error) = released.unwrap_or_else(|elapsed| Err(Error::internal(elapsed))) {
        tracing::warn!(
            consumer = name,
            error = &error as &dyn std::error::Error,
            "A consumer's lease was not given back; it ends by itself."
        );
    }
}

async fn grace_over(grace: Duration, shutdown: &CancellationToken) {
    shutdown.cancelled().await;
    tokio::time::sleep(grace).await;
}

/// Goes step by step until `shutdown`.
async fn deliver(drain: &mut Drain, name: &'static str, poll: Duration, shutdown: &CancellationToken) {
    while !shutdown.is_cancelled() {
        let wait = match drain.pass().await {
            Ok(true) => continue,
            Ok(false) => poll,
            Err(error) => {
                let wait = drain.wait();
                tracing::warn!(
                    consumer = name,
                    wait_ms = u64::try_from(wait.as_millis()).unwrap_or(u64::MAX),
                    error = &error as &dyn std::error::Error,
                    "Events could not be delivered; trying again."
                );
                wait
            }
        };
        tokio::select! {
            () = shutdown.cancelled() => {}
            () = tokio::time::sleep(wait) => {}
        }
    }
}
