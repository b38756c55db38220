//! The server: all in one (`up`), alone (`serve`), and the migrations.

mod backend;
mod demo;
mod listen;
mod setup;
mod telemetry;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use kernel_connect::{MasterKeys, Reach, Vault};
use kernel_core::SystemClock;
use kernel_db::Db;

use crate::app::App;
#[cfg(doc)]
use crate::app::CONNECTORS;
use crate::channels::Connector;
use backend::Backend;

/// Connections to Postgres.
const POOL: usize = 20;

/// Where the server keeps its data and how it listens.
#[derive(Debug, Clone)]
pub struct ServeArgs {
    /// Folder of the private Postgres, the demo's password and the keys.
    pub data: PathBuf,
    /// TCP port on the loopback address; 0 takes any.
    pub port: u16,
    /// Whether to start and fill a simulated shop.
    pub demo: bool,
    /// Logs as JSON lines instead of text.
    pub log_json: bool,
    /// How long jobs of a worker that died stay untouched.
    pub lease: Duration,
    /// What connects to shops: [`CONNECTORS`], or others.
    pub connectors: &'static [(&'static str, Connector)],
}

/// Starts everything and returns when it has been stopped.
///
/// # Errors
/// A part could not be started.
pub async fn up(args: ServeArgs) -> anyhow::Result<()> {
    telemetry::start(args.log_json);
    let listener = listen::bind(args.port).await?;
    let steps = setup::Steps::new();
    let backend = steps.run("Starting Postgres", Backend::open(&args.data)).await?;
    let result = async {
        steps.run("Bringing the database up to date", migrate_backend(&backend)).await?;
        let app = open_app(&args, &backend).await?;
        let demo = if args.demo { Some(demo::start(&app, &args.data, &steps).await?) } else { None };
        let welcome = match &demo {
            Some(demo) => demo.welcome.clone(),
            None => setup::first_admin(&app, &args.data).await?,
        };
        listen::serve(app, listener, args.lease, Some(welcome)).await
    }
    .await;
    backend.close().await;
    result
}

/// Starts the server and the worker against a migrated database.
///
/// # Errors
/// A part could not be started.
pub async fn serve(args: ServeArgs) -> anyhow::Result<()> {
    telemetry::start(args.log_json);
    let listener = listen::bind(args.port).await?;
    let backend = Backend::open(&args.data).await?;
    let result = async {
        let app = open_app(&args, &backend).await?;
        listen::serve(app, listener, args.lease, None).await
    }
    .await;
    backend.close().await;
    result
}

/// Brings the database to this version's schema.
///
/// # Errors
/// The database cannot be reached, or a migration failed.
pub async fn migrate(data: PathBuf) -> anyhow::Result<()> {
    telemetry::start(false);
    let backend = Backend::open(&data).await?;
    let result = migrate_backend(&backend).await;
    backend.close().await;
    let report = result?;
    if report.applied.is_empty() {
        eprintln!("The database is up to date at migration {}.", report.latest);
    } else {
        eprintln!("Applied {} migrations; the database is at {}.", report.applied.len(), report.latest);
    }
    Ok(())
}

async fn migrate_backend(backend: &Backend) -> anyhow::Result<kernel_db::MigrationReport> {
    kernel_db::migrate(backend.owner()).await.context("the database could not be migrated")
}

async fn open_app(args: &ServeArgs, backend: &Backend) -> anyhow::Result<App> {
    let db = Db::connect(backend.owner(), POOL).await?;
    db.check_schema().await?;
    kernel_events::open_log(&db).await.context("the event log could not be opened")?;
    std::fs::create_dir_all(&args.data).with_context(|| format!("cannot make {}", args.data.display()))?;
    let keys = MasterKeys::load(&args.data.join("master.key"))?;
    let mut app = App::with_connectors(db, Arc::new(SystemClock), Vault::new(keys), args.connectors);
    if std::env::var("CALIBR_WEBHOOKS_INSIDE").is_ok_and(|value| value == "1") {
        app.webhook_reach = Reach::Anywhere;
    }
    Ok(app)
}
