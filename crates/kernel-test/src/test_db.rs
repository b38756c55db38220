//! One database per test, cloned from a template that was migrated once.

use std::sync::OnceLock;
use std::sync::mpsc::{Sender, channel};
use std::time::Duration;

use kernel_db::{Config, Db, Migrations, NoTls};
use tokio_postgres::Client;

use crate::cluster;

/// Processes that make the template wait for each other on this number (in the database `postgres`).
const TEMPLATE_LOCK: i64 = 0x0063_616c_6962_7202;

/// Connections of a test's pool: enough for concurrency, few enough for many tests at once.
const POOL_SIZE: usize = 4;

/// A fresh, migrated, empty database. It is dropped with this value.
pub struct TestDb {
    /// The application's pool: role `calibr_app`.
    pub db: Db,
    /// How to connect as the owner.
    pub config: Config,
    /// The same as a URL, for processes under test.
    pub url: String,
    name: String,
}

impl TestDb {
    /// Clones the template; makes it first if this is the first test of these migrations.
    ///
    /// # Panics
    /// Postgres cannot be started, or a migration fails.
    pub async fn new() -> Self {
        Self::with_pool_size(POOL_SIZE).await
    }

    /// The same with a pool of another size.
    ///
    /// # Panics
    /// See [`Self::new`].
    pub async fn with_pool_size(pool_size: usize) -> Self {
        let server = cluster::server().await;
        let name = format!("t_{}", uuid::Uuid::now_v7().simple());
        clone_template(&server, &name).await;
        let mut config = server;
        config.dbname(&name);
        let db = Db::connect(&config, pool_size).await.expect("a migrated database");
        let url = kernel_db::url_of(&config);
        Self { db, config, url, name }
    }

    /// A connection as the owner, which row-level security does not hold. For looking, and for what migrations do.
    ///
    /// # Panics
    /// The server is gone.
    pub async fn owner(&self) -> Client {
        connect(&self.config).await
    }

    /// See [`settled`].
    ///
    /// # Panics
    /// See [`settled`].
    pub async fn settled(&self) {
        settled(&self.config).await;
    }
}

/// Waits until no transaction of now is open any more, in whichever database of the server: until then the event log
/// gives out nothing that was committed after one of them began, and tests beside this one begin many.
///
/// # Panics
/// The server is gone, or somebody keeps a transaction open for ten minutes.
pub async fn settled(config: &Config) {
    let server = connect(config).await;
    let begun = "select pg_snapshot_xmax(pg_current_snapshot())::text";
    let begun: String = server.query_one(begun, &[]).await.expect("a snapshot").get(0);
    let over = "select pg_snapshot_xmin(pg_current_snapshot()) >= $1::text::xid8";
    for _ in 0..60_000 {
        if server.query_one(over, &[&begun]).await.expect("a snapshot").get(0) {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("a transaction from before {begun} is still open");
}

impl Drop for TestDb {
    /// Left to a thread, since the test's runtime ends with the test.
    fn drop(&mut self) {
        static REMOVER: OnceLock<Sender<(Config, String)>> = OnceLock::new();
        let remover = REMOVER.get_or_init(start_remover);
        if remover.send((self.config.clone(), self.name.clone())).is_err() {
            eprintln!("the test database {} stays behind", self.name);
        }
    }
}

/// What it does not get to before the process ends goes with the throw-away server.
fn start_remover() -> Sender<(Config, String)> {
    let (sender, names) = channel::<(Config, String)>();
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        for (config, name) in names {
            runtime.block_on(remove(config, &name));
        }
    });
    sender
}

async fn remove(mut server: Config, name: &str) {
    server.dbname("postgres");
    let client = connect(&server).await;
    if let Err(error) = client.batch_execute(&format!("drop database if exists {name} with (force)")).await {
        eprintln!("the test database {name} stays behind: {error}");
    }
}

/// A connection to any database of the test server, as its owner.
///
/// # Panics
/// There is no such database.
pub async fn connect(config: &Config) -> Client {
    let (client, connection) = config.connect(NoTls).await.expect("the test server answers");
    // Ends when the client is dropped, or with an error when its database is.
    tokio::spawn(connection);
    client
}

async fn clone_template(server: &Config, name: &str) {
    let template = format!("calibr_template_{}", Migrations::embedded().fingerprint());
    let client = connect(server).await;
    client.execute("select pg_advisory_lock($1)", &[&TEMPLATE_LOCK]).await.expect("the template lock");
    let sql = "select 1 from pg_database where datname = $1 and datistemplate";
    if client.query_opt(sql, &[&template]).await.expect("the list of databases").is_none() {
        make_template(server, &client, &template).await;
    }
    let create = format!("create database {name} template {template}");
    client.batch_execute(&create).await.expect("a clone of the template");
}

/// A half-made template of a killed process is not marked as one and is made anew.
async fn make_template(server: &Config, client: &Client, template: &str) {
    let drop_half_made = format!("drop database if exists {template} with (force)");
    client.batch_execute(&drop_half_made).await.expect("no half-made template");
    let mut config = server.clone();
    config.dbname(template);
    kernel_db::migrate(&config).await.unwrap_or_else(|error| panic!("the migrations fail: {error}"));
    let done = format!("alter database {template} with is_template true allow_connections false");
    client.batch_execute(&done).await.expect("a template");
}
