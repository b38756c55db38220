//! Migrations: forward-only SQL files, embedded in the binary, recorded with their hash in `schema_migrations`.
//! Also makes the two roles every connection runs as, which are shared by all databases of a server.

mod files;
mod roles;

use tokio_postgres::error::SqlState;
use tokio_postgres::{Client, Config, NoTls};

pub use files::{Migration, MigrationError, Migrations};

use crate::config::with_settings;
use crate::{DbError, DbResult, IntoConfig};

/// Two processes that migrate one database wait for each other on this number.
const MIGRATION_LOCK: i64 = 0x0063_616c_6962_7201;

/// The oldest server whose features Calibr relies on.
const OLDEST_SERVER: i32 = 150_000;

/// What [`migrate`] did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MigrationReport {
    /// File names applied now, in order.
    pub applied: Vec<String>,
    /// The number the database is at.
    pub latest: i32,
}

/// Brings the database of `owner` (who may create roles, or finds them there) to this binary's schema. Makes the
/// database too if it is missing. Safe to run from several processes at once.
///
/// # Errors
/// The server is too old or refuses, or the files and the database disagree; see [`MigrationError`].
pub async fn migrate(owner: impl IntoConfig) -> Result<MigrationReport, MigrationError> {
    Migrations::embedded().apply(owner).await
}

impl Migrations {
    /// Applies these migrations; see [`migrate`].
    ///
    /// # Errors
    /// See [`migrate`].
    pub async fn apply(&self, owner: impl IntoConfig) -> Result<MigrationReport, MigrationError> {
        let settings = [("timezone", "UTC"), ("client_min_messages", "warning")];
        let config = with_settings(owner.into_config()?, &settings)?;
        let mut client = connect_or_create(&config).await?;
        check_version(&client).await?;
        // Held until the connection closes, which it does on every way out of this function.
        client.execute("select pg_advisory_lock($1)", &[&MIGRATION_LOCK]).await.map_err(DbError::from)?;
        roles::ensure(&client).await?;
        let recorded = recorded(&client).await?;
        let mut applied = Vec::new();
        for migration in self.pending(&recorded)? {
            apply_one(&mut client, migration).await?;
            tracing::info!(file = migration.file_name(), "Applied a migration.");
            applied.push(migration.file_name().to_owned());
        }
        Ok(MigrationReport { applied, latest: self.latest() })
    }
}

async fn connect_or_create(config: &Config) -> DbResult<Client> {
    match connect(config).await {
        Err(DbError::Postgres(error)) if error.code() == Some(&SqlState::INVALID_CATALOG_NAME) => {
            create_database(config).await?;
            connect(config).await
        }
        other => other,
    }
}

/// Opens a connection whose task ends when the client is dropped.
pub(crate) async fn connect(config: &Config) -> DbResult<Client> {
    let (client, connection) = config.connect(NoTls).await?;
    tokio::spawn(async move {
        if let Err(error) = connection.await {
            tracing::debug!(%error, "A database connection ended.");
        }
    });
    Ok(client)
}

async fn create_database(config: &Config) -> DbResult<()> {
    let name = config.get_dbname().or(config.get_user()).unwrap_or("calibr").replace('"', "\"\"");
    let mut neighbour = config.clone();
    neighbour.dbname("postgres");
    let client = connect(&neighbour).await?;
    match client.batch_execute(&format!("create database \"{name}\"")).await {
        // Somebody else was faster.
        Err(error) if error.code() == Some(&SqlState::DUPLICATE_DATABASE) => Ok(()),
        Err(error) if error.code() == Some(&SqlState::UNIQUE_VIOLATION) => Ok(()),
        other => Ok(other?),
    }
}

async fn check_version(client: &Client) -> DbResult<()> {
    let row = client.query_one("select current_setting('server_version_num')::int", &[]).await?;
    let version: i32 = row.get(0);
    if version >= OLDEST_SERVER {
        return Ok(());
    }
    Err(DbError::Setup(format!(
        "This server is Postgres {}; Calibr needs 15 or newer. Point DATABASE_URL at a newer server, or leave it \
         out to use the private one.",
        version / 10_000
    )))
}

/// Number and hash of every applied file, in order.
async fn recorded(client: &Client) -> DbResult<Vec<(i32, String, String)>> {
    client
        .batch_execute(
            "create table if not exists schema_migrations (
                 number int primary key,
                 name text not null,
                 sha256 text not null,
                 applied_at timestamptz not null default now()
             );
             grant select on schema_migrations to calibr_app",
        )
        .await?;
    let rows =
        client.query("select number, name, sha256 from schema_migrations order by number", &[]).await?;
    Ok(rows.iter().map(|row| (row.get(0), row.get(1), row.get(2))).collect())
}

async fn apply_one(client: &mut Client, migration: &Migration) -> Result<(), MigrationError> {
    let failed = |source: tokio_postgres::Error| MigrationError::Failed {
        file: migration.file_name().to_owned(),
        server: source.as_db_error().map_or_else(|| source.to_string(), ToString::to_string),
        source,
    };
    let tx = client.transaction().await.map_err(failed)?;
    tx.batch_execute("set local lock_timeout = '10s'").await.map_err(failed)?;
    tx.batch_execute(migration.sql()).await.map_err(failed)?;
    tx.execute(
        "insert into schema_migrations (number, name, sha256) values ($1, $2, $3)",
        &[&migration.number(), &migration.file_name(), &migration.sha256()],
    )
    .await
    .map_err(failed)?;
    tx.commit().await.map_err(failed)
}
