//! Against a real server that is killed and started again in the middle of a stream: nothing is lost, and with an inbox
//! by event id everything is seen once and in order.

use std::collections::{BTreeMap, BTreeSet};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use async_nats::jetstream;
use async_nats::jetstream::consumer::pull;
use futures_util::StreamExt;
use kernel_core::{Ctx, Role};
use kernel_db::Db;
use kernel_events::{Consumer, Event, Relay, RelayConfig, append};
use kernel_nats::{Nats, NatsConfig};
use kernel_test::{FixedClock, TestDb};
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

const EVENTS: usize = 600;
const THINGS: usize = 23;
/// A condition that does not come true within this time is a failure.
const DEADLINE: Duration = Duration::from_secs(90);

/// A server on a port of its own whose streams outlive it.
struct Server {
    program: PathBuf,
    config: PathBuf,
    store: PathBuf,
    port: u16,
    running: Child,
}

impl Server {
    fn start(folder: &Path) -> Option<Self> {
        let Some(program) = find() else {
            let missing = "there is no nats-server (Debian: apt-get install nats-server)";
            assert!(std::env::var("CI").as_deref() != Ok("true"), "{missing}");
            eprintln!("not run: {missing}");
            return None;
        };
        let port =
            TcpListener::bind("127.0.0.1:0").expect("a free port").local_addr().expect("an address").port();
        let config = folder.join("nats.conf");
        let store = folder.join("store");
        // Versions before 2.10 have no such word and write each message through to the system anyway.
        for sync in ["sync_interval: always", ""] {
            let text = format!(
                "listen: \"127.0.0.1:{port}\"\njetstream {{ store_dir: \"{}\"\n {sync} }}\n",
                store.display()
            );
            std::fs::write(&config, text).expect("a file");
            let tested =
                Command::new(&program).args(["-t", "-c"]).arg(&config).output().expect("the program runs");
            if tested.status.success() {
                break;
            }
        }
        let running = run(&program, &config);
        Some(Self { program, config, store, port, running })
    }

    fn url(&self) -> String {
        format!("nats://127.0.0.1:{}", self.port)
    }

    /// As a failing machine does it.
    fn kill_and_start_again(&mut self) {
        self.kill();
        self.running = run(&self.program, &self.config);
    }

    /// As a machine whose disk is new.
    fn lose_the_store_and_start_again(&mut self) {
        self.kill();
        std::fs::remove_dir_all(&self.store).expect("a store");
        self.running = run(&self.program, &self.config);
    }

    fn kill(&mut self) {
        self.running.kill().expect("SIGKILL");
        self.running.wait().expect("its end");
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.running.kill().ok();
        self.running.wait().ok();
    }
}

fn run(program: &Path, config: &Path) -> Child {
    let mut command = Command::new(program);
    command.arg("-c").arg(config).stdout(Stdio::null()).stderr(Stdio::null());
    command.spawn().expect("the server starts")
}

fn find() -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders = std::env::split_paths(&path).chain(["/usr/sbin", "/usr/local/bin"].map(PathBuf::from));
    folders.map(|folder| folder.join("nats-server")).find(|program| program.is_file())
}

/// Appends the events `from..to`, some to each transaction.
async fn tell(db: &Db, ctx: &Ctx, from: usize, to: usize) {
    for numbers in (from..to).collect::<Vec<_>>().chunks(7) {
        let events: Vec<Event> = numbers
            .iter()
            .map(|n| Event {
                key: format!("n/{n}"),
                kind: "number.told",
                entity_type: "thing",
                entity_id: format!("t{}", n % THINGS),
                payload: json!({ "number": n }),
            })
            .collect();
        let tx = db.tenant_tx(ctx.tenant).await.expect("a transaction");
        append(ctx, &tx, &events).await.expect("appended");
        tx.commit().await.expect("a commit");
    }
}

/// Somebody who follows the stream with an inbox by event id.
#[derive(Default)]
struct Follower {
    inbox: BTreeSet<String>,
    /// Numbers by thing, in the order they were first seen.
    seen: BTreeMap<String, Vec<u64>>,
    messages: usize,
}

impl Follower {
    fn take(&mut self, headers: Option<&async_nats::HeaderMap>, body: &[u8]) {
        self.messages += 1;
        let id = headers.and_then(|headers| headers.get("Calibr-Event-Id")).expect("an id").to_string();
        if self.inbox.insert(id.clone()) {
            let body: Value = serde_json::from_slice(body).expect("JSON");
            assert_eq!(
                (body["type"].as_str(), body["data"]["id"].as_str()),
                (Some("number.told"), Some(&*id))
            );
            let number = body["data"]["payload"]["number"].as_u64().expect("a number");
            let thing = body["data"]["entity_id"].as_str().expect("a thing").to_owned();
            self.seen.entry(thing).or_default().push(number);
        }
    }

    /// Follows until so many events were seen.
    async fn until(&mut self, url: &str, count: usize) {
        let started = Instant::now();
        while self.inbox.len() < count {
            assert!(started.elapsed() < DEADLINE, "only {} of {count} events came", self.inbox.len());
            if let Err(error) = self.follow(url, count).await {
                eprintln!("followed no further, beginning anew: {error}");
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        }
    }

    async fn follow(&mut self, url: &str, count: usize) -> Result<(), async_nats::Error> {
        let jetstream = jetstream::new(async_nats::connect(url).await?);
        let stream = jetstream.get_stream("CALIBR").await?;
        let config = pull::Config { durable_name: Some("follower".to_owned()), ..pull::Config::default() };
        let consumer = stream.get_or_create_consumer("follower", config).await?;
        while self.inbox.len() < count {
            let mut batch = consumer.fetch().max_messages(50).messages().await?;
            while let Some(message) = batch.next().await {
                let message = message?;
                self.take(message.headers.as_ref(), &message.payload);
                message.ack().await?;
            }
        }
        Ok(())
    }
}

/// Publishes what is told until it is told to stop.
async fn relay(
    world: &TestDb,
    clock: &FixedClock,
    server: &Server,
    shutdown: &CancellationToken,
) -> tokio::task::JoinHandle<()> {
    let nats = Nats::connect(NatsConfig::new(server.url())).await.expect("an address");
    let consumers = vec![Consumer::new("nats", Arc::new(nats))];
    let config = RelayConfig { batch: 20, poll: Duration::from_millis(10), ..RelayConfig::default() };
    let relay = Relay::new(world.db.clone(), Arc::new(clock.clone()), consumers, config);
    tokio::spawn(relay.run(shutdown.clone()))
}

async fn blames_no_event(world: &TestDb) {
    let blamed = "select count(*) from dlq_event_log";
    let blamed: i64 = world.owner().await.query_one(blamed, &[]).await.expect("a count").get(0);
    assert_eq!(blamed, 0, "an absence of the server was blamed on events");
}

#[tokio::test]
async fn a_server_killed_in_the_middle_loses_and_repeats_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let Some(mut server) = Server::start(folder.path()) else { return };
    let world = TestDb::with_pool_size(8).await;
    let clock = FixedClock::at(kernel_test::epoch());
    let ctx = kernel_test::ctx_at(kernel_test::tenant(&world.db).await, Role::Admin, &clock);
    tell(&world.db, &ctx, 0, EVENTS / 2).await;

    let shutdown = CancellationToken::new();
    let relaying = relay(&world, &clock, &server, &shutdown).await;

    let mut follower = Follower::default();
    follower.until(&server.url(), 40).await;
    server.kill_and_start_again();
    tell(&world.db, &ctx, EVENTS / 2, EVENTS).await;
    follower.until(&server.url(), EVENTS / 2 + 40).await;
    server.kill_and_start_again();
    follower.until(&server.url(), EVENTS).await;
    shutdown.cancel();
    relaying.await.expect("the relay ends");

    assert_eq!(follower.inbox.len(), EVENTS);
    for (thing, numbers) in &follower.seen {
        assert!(numbers.windows(2).all(|pair| pair[0] < pair[1]), "{thing} came out of order: {numbers:?}");
    }
    blames_no_event(&world).await;
    println!("{} messages for {EVENTS} events", follower.messages);
}

#[tokio::test]
async fn a_server_that_comes_back_without_its_store_gets_the_stream_anew() {
    let folder = tempfile::tempdir().expect("a folder");
    let Some(mut server) = Server::start(folder.path()) else { return };
    let world = TestDb::with_pool_size(8).await;
    let clock = FixedClock::at(kernel_test::epoch());
    let ctx = kernel_test::ctx_at(kernel_test::tenant(&world.db).await, Role::Admin, &clock);
    tell(&world.db, &ctx, 0, 30).await;
    let shutdown = CancellationToken::new();
    let relaying = relay(&world, &clock, &server, &shutdown).await;

    let mut follower = Follower::default();
    follower.until(&server.url(), 30).await;
    server.lose_the_store_and_start_again();
    tell(&world.db, &ctx, 30, 60).await;
    follower.until(&server.url(), 60).await;
    shutdown.cancel();
    relaying.await.expect("the relay ends");
    blames_no_event(&world).await;
}
