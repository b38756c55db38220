//! The private Postgres that Calibr runs in its data folder when it is given no server.

use std::path::PathBuf;

use tokio_postgres::Config;

/// What to start.
#[derive(Debug, Clone)]
pub struct EmbeddedConfig {
    /// The folder that holds the cluster; made if missing.
    pub data_dir: PathBuf,
    /// For tests: no fsync, nothing survives a crash.
    pub throw_away: bool,
}

/// Why the private Postgres did not start or stop.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct EmbeddedError(String);

/// A running private Postgres. It stops when this is dropped, or when the process dies.
#[derive(Debug)]
pub struct EmbeddedPostgres {
    config: Config,
}

impl EmbeddedPostgres {
    /// Starts it and waits until it takes connections.
    ///
    /// # Errors
    /// See [`EmbeddedError`].
    pub async fn start(_config: EmbeddedConfig) -> Result<Self, EmbeddedError> {
        Err(EmbeddedError("not yet".to_owned()))
    }

    /// How to connect as the owner; the database named here is made by `migrate`.
    #[must_use]
    pub fn config(&self) -> Config {
        self.config.clone()
    }

    /// The same as a URL, for other programs.
    #[must_use]
    pub fn url(&self) -> String {
        String::new()
    }

    /// Stops it cleanly and waits until it has.
    ///
    /// # Errors
    /// It did not stop in time.
    pub async fn stop(self) -> Result<(), EmbeddedError> {
        Ok(())
    }
}
