//! The database of a world: one of many in the tests' Postgres, or in a Postgres of its own that can be killed.

use anyhow::Context as _;
use kernel_db::{Config, Db, EmbeddedConfig, EmbeddedPostgres, NoTls, migrate};
use kernel_test::TestDb;
use tempfile::TempDir;
use tokio_postgres::Client;

use super::notes::HARNESS;

/// Connections of the harness' own application, which only prepares.
const POOL_SIZE: usize = 2;

/// A migrated database.
pub(super) struct Database {
    pub config: Config,
    pub db: Db,
    place: Place,
}

enum Place {
    /// Dropped with this value.
    Shared(#[allow(dead_code)] TestDb),
    Own {
        /// Absent for a moment while it is started again.
        postgres: Option<EmbeddedPostgres>,
        folder: TempDir,
    },
}

impl Database {
    /// In the Postgres of all tests.
    pub async fn shared() -> Self {
        let test = TestDb::with_pool_size(POOL_SIZE).await;
        Self { config: test.config.clone(), db: test.db.clone(), place: Place::Shared(test) }
    }

    /// In a Postgres of its own, which keeps what was committed when it is killed.
    pub async fn own() -> anyhow::Result<Self> {
        let folder = tempfile::tempdir()?;
        let postgres = started(&folder).await?;
        let config = postgres.config();
        migrate(&config).await.context("the migrations fail")?;
        let db = Db::connect(&config, POOL_SIZE).await?;
        Ok(Self { config, db, place: Place::Own { postgres: Some(postgres), folder } })
    }

    /// The process of a Postgres of its own.
    pub fn pid(&self) -> Option<u32> {
        match &self.place {
            Place::Shared(_) => None,
            Place::Own { postgres, .. } => postgres.as_ref().map(EmbeddedPostgres::pid),
        }
    }

    /// Starts the Postgres that was killed; what was committed is recovered.
    pub async fn comes_back(&mut self) -> anyhow::Result<()> {
        let Place::Own { postgres, folder } = &mut self.place else {
            anyhow::bail!("the Postgres of others was killed")
        };
        drop(postgres.take());
        *postgres = Some(started(folder).await?);
        Ok(())
    }

    /// A connection as the owner, which nobody cuts.
    pub async fn owner(&self) -> anyhow::Result<Client> {
        let mut config = self.config.clone();
        config.application_name(HARNESS);
        let (client, connection) = config.connect(NoTls).await?;
        // Ends when the client is dropped, or with an error when its database is.
        tokio::spawn(connection);
        Ok(client)
    }
}

async fn started(folder: &TempDir) -> anyhow::Result<EmbeddedPostgres> {
    let config = EmbeddedConfig { data_dir: folder.path().to_owned(), throw_away: false };
    Ok(EmbeddedPostgres::start(config).await?)
}
