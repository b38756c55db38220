//! A tenant with a log, a sink whose failures the test decides, and an oracle that reads the log in its own way.

use std::collections::{BTreeMap, BTreeSet};
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex};

use jiff::Span;
use kernel_core::{Clock, Ctx, Error, Result, Role, TenantId};
use kernel_db::Db;
use kernel_events::{Consumer, Delivery, Event, InOrder, Relay, RelayConfig, append, first_time};
use kernel_test::{FixedClock, TestDb};
use serde_json::json;

pub struct World {
    pub db: TestDb,
    pub clock: FixedClock,
    pub ctx: Ctx,
}

impl World {
    pub async fn new() -> Self {
        let db = TestDb::with_pool_size(8).await;
        let tenant = kernel_test::tenant(&db.db).await;
        let clock = FixedClock::at(kernel_test::epoch());
        let ctx = kernel_test::ctx_at(tenant, Role::Admin, &clock);
        Self { db, clock, ctx }
    }

    pub fn db(&self) -> &Db {
        &self.db.db
    }

    /// One more tenant.
    pub async fn other(&self) -> Ctx {
        let tenant = kernel_test::tenant(self.db()).await;
        kernel_test::ctx_at(tenant, Role::Admin, &self.clock)
    }

    /// Appends `words` as events of the things they name before the colon, each in a transaction of its own, and
    /// waits until the watermark has passed them.
    pub async fn tell(&self, words: &[&str]) {
        tell(self.db(), &self.ctx, words).await;
        self.db.settled().await;
    }

    pub fn relay(&self, consumers: Vec<Consumer>) -> Relay {
        self.relay_of(consumers, 4)
    }

    /// A relay with batches of another size.
    pub fn relay_of(&self, consumers: Vec<Consumer>, batch: i64) -> Relay {
        let config = RelayConfig { batch, ..RelayConfig::default() };
        Relay::new(self.db().clone(), Arc::new(self.clock.clone()), consumers, config)
    }

    pub fn seconds_pass(&self, seconds: i64) {
        self.clock.advance(Span::new().seconds(seconds));
    }

    /// One number from the database, as its owner sees it.
    pub async fn number(&self, sql: &str) -> i64 {
        self.db.owner().await.query_one(sql, &[]).await.expect("a number").get(0)
    }
}

/// The same without the wait, for whoever keeps a transaction open or tells it to another database.
pub async fn tell(db: &Db, ctx: &Ctx, words: &[&str]) {
    for word in words {
        let tx = db.tenant_tx(ctx.tenant).await.expect("a transaction");
        append(ctx, &tx, &[event(word)]).await.expect("appended");
        tx.commit().await.expect("a commit");
    }
}

/// `thing:word` as an event with the word in it.
pub fn event(word: &str) -> Event {
    let (thing, _) = word.split_once(':').expect("thing:word");
    Event {
        key: word.to_owned(),
        kind: "word.said",
        entity_type: "thing",
        entity_id: thing.to_owned(),
        payload: json!({ "word": word }),
    }
}

/// What a sink got and keeps, and what it refuses.
#[derive(Clone, Default)]
pub struct Ear {
    /// Every attempt, in order.
    pub heard: Arc<Mutex<Vec<String>>>,
    /// What was taken, in order.
    pub taken: Arc<Mutex<Vec<String>>>,
    /// Words that fail.
    pub sore: Arc<Mutex<BTreeSet<String>>>,
    /// Words that are refused for good.
    pub absurd: Arc<Mutex<BTreeSet<String>>>,
}

impl Ear {
    pub fn consumer(&self, name: &'static str) -> Consumer {
        let ear = self.clone();
        let handle = move |delivery: Delivery| -> Pin<Box<dyn Future<Output = Result<()>> + Send>> {
            let ear = ear.clone();
            Box::pin(async move { ear.hear(&delivery) })
        };
        Consumer { attempts_max: 3, ..Consumer::new(name, Arc::new(InOrder(handle))) }
    }

    fn hear(&self, delivery: &Delivery) -> Result<()> {
        let word = delivery.event.payload()["word"].as_str().expect("a word").to_owned();
        self.heard.lock().expect("no panic").push(word.clone());
        if self.sore.lock().expect("no panic").contains(&word) {
            return Err(Error::internal(format!("{word} hurts")));
        }
        if self.absurd.lock().expect("no panic").contains(&word) {
            return Err(Error::invalid("absurd", format!("{word} makes no sense")));
        }
        self.taken.lock().expect("no panic").push(word);
        Ok(())
    }

    pub fn hurt(&self, words: &[&str]) {
        *self.sore.lock().expect("no panic") = words.iter().map(ToString::to_string).collect();
    }

    pub fn heal(&self) {
        self.sore.lock().expect("no panic").clear();
    }

    pub fn taken(&self) -> Vec<String> {
        self.taken.lock().expect("no panic").clone()
    }

    /// What was taken of each thing, in order.
    pub fn by_thing(&self) -> BTreeMap<String, Vec<String>> {
        by_thing(&self.taken())
    }
}

pub fn by_thing(words: &[String]) -> BTreeMap<String, Vec<String>> {
    let mut things: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for word in words {
        things.entry(word.split(':').next().unwrap_or_default().to_owned()).or_default().push(word.clone());
    }
    things
}

/// A consumer that keeps a sum per thing in the database, exactly once by its inbox. The table is made as the owner.
pub async fn sums(world: &World, poison: Arc<Mutex<bool>>) -> Consumer {
    let owner = world.db.owner().await;
    owner
        .batch_execute(
            "create table sums (tenant_id uuid, thing text, total bigint, primary key (tenant_id, thing));
             grant select, insert, update on sums to calibr_app",
        )
        .await
        .expect("a table");
    let (db, clock) = (world.db().clone(), world.clock.clone());
    let handle = move |delivery: Delivery| -> Pin<Box<dyn Future<Output = Result<()>> + Send>> {
        let (db, clock, poison) = (db.clone(), clock.clone(), Arc::clone(&poison));
        Box::pin(async move {
            if *poison.lock().expect("no panic") {
                return Err(Error::internal("poisoned"));
            }
            add(&db, &clock, &delivery).await
        })
    };
    Consumer { attempts_max: 3, ..Consumer::new("sums", Arc::new(InOrder(handle))) }
}

async fn add(db: &Db, clock: &FixedClock, delivery: &Delivery) -> Result<()> {
    let tenant: TenantId = delivery.event.tenant;
    let ctx = Ctx::for_job(
        tenant,
        "sums",
        kernel_core::CorrelationId(delivery.event.correlation_id),
        Arc::new(clock.clone()) as Arc<dyn Clock>,
    );
    let tx = db.tenant_tx(tenant).await?;
    if first_time(&ctx, &tx, "sums", delivery).await? {
        let word = delivery.event.payload()["word"].as_str().expect("a word").to_owned();
        let amount: i64 = word.rsplit(':').next().expect("a number").parse().expect("a number");
        tx.execute(
            "insert into sums values ($1, $2, $3) on conflict (tenant_id, thing) do update
             set total = sums.total + excluded.total",
            &[&tenant.0, &delivery.event.entity_id, &amount],
        )
        .await?;
    }
    Ok(tx.commit().await?)
}
