//! The private Postgres that Calibr runs in its data folder when it is given no server: made once, reached only by a
//! Unix socket, dies with this process, stopped cleanly. Needs no administrator.
//!
//! In `<data folder>/postgres`: `cluster/` (Postgres' own), `socket/`, `server.log`. Beside it `postgres.lock`.

#[cfg(unix)]
mod account;
#[cfg(unix)]
mod binaries;
#[cfg(unix)]
mod cluster;
#[cfg(unix)]
mod folder;
#[cfg(unix)]
mod server;

use std::path::{Path, PathBuf};

use tokio_postgres::Config;

use crate::url_of;

/// The database user and the database of the private server.
const OWNER: &str = "calibr";

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
pub enum EmbeddedError {
    /// No usable Postgres on this machine.
    #[error("no Postgres {wanted} was found; {mend}")]
    NoBinaries {
        /// Which versions would do.
        wanted: String,
        /// Where it was looked for, and what to do.
        mend: String,
    },
    /// Another process uses the data folder.
    #[error(
        "the data folder {} is in use by process {pid}; stop that one first, or choose another folder",
        folder.display()
    )]
    InUse {
        /// The data folder.
        folder: PathBuf,
        /// The process that holds the lock.
        pid: String,
    },
    /// Postgres refuses to run as root and the account it would run under cannot get at its files.
    #[error("{0}")]
    Unreachable(String),
    /// Postgres itself refused; the end of its log says why.
    #[error("Postgres did not {action}; the end of {}:\n{tail}", log.display())]
    Server {
        /// `start` or `stop`, or what was being done.
        action: &'static str,
        /// The log file.
        log: PathBuf,
        /// Its last lines.
        tail: String,
    },
    /// A file or a program could not be used.
    #[error("{what}: {source}")]
    Io {
        /// What was tried.
        what: String,
        /// The cause.
        source: std::io::Error,
    },
    /// This system has no Unix sockets or signals.
    #[error("the private Postgres runs on Linux and macOS only; set DATABASE_URL to a Postgres 15 or newer")]
    Unsupported,
}

impl EmbeddedError {
    #[cfg(unix)]
    fn io(what: impl Into<String>) -> impl FnOnce(std::io::Error) -> Self {
        let what = what.into();
        |source| Self::Io { what, source }
    }
}

/// A running private Postgres. It stops when this is dropped, and when this process dies.
#[derive(Debug)]
pub struct EmbeddedPostgres {
    config: Config,
    folder: PathBuf,
    #[cfg(unix)]
    server: server::Server,
    #[cfg(unix)]
    _lock: folder::Lock,
}

impl EmbeddedPostgres {
    /// Starts it and waits until it takes connections. The first start in a folder makes the cluster (seconds); one
    /// after a crash waits for the recovery.
    ///
    /// # Errors
    /// See [`EmbeddedError`]; each says how to mend it.
    pub async fn start(config: EmbeddedConfig) -> Result<Self, EmbeddedError> {
        blocking(move || Self::start_blocking(&config)).await
    }

    /// How to connect as the owner. The database named here is made by [`crate::migrate`].
    #[must_use]
    pub fn config(&self) -> Config {
        self.config.clone()
    }

    /// The same as a URL, for other programs.
    #[must_use]
    pub fn url(&self) -> String {
        url_of(&self.config)
    }

    /// The folder with everything the server writes; not inside the data folder if that cannot be reached by the
    /// account that Postgres runs under.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Stops it cleanly and waits until it has: open transactions are rolled back, everything committed is kept.
    ///
    /// # Errors
    /// It did not stop within half a minute.
    pub async fn stop(self) -> Result<(), EmbeddedError> {
        blocking(move || self.stop_blocking()).await
    }
}

#[cfg(unix)]
impl EmbeddedPostgres {
    /// The process id of the server.
    #[must_use]
    pub fn pid(&self) -> u32 {
        self.server.pid()
    }

    fn start_blocking(config: &EmbeddedConfig) -> Result<Self, EmbeddedError> {
        std::fs::create_dir_all(&config.data_dir)
            .map_err(EmbeddedError::io(format!("cannot make {}", config.data_dir.display())))?;
        let data_dir = std::fs::canonicalize(&config.data_dir)
            .map_err(EmbeddedError::io(format!("cannot use {}", config.data_dir.display())))?;
        let lock = folder::Lock::take(&data_dir)?;
        let folder = folder::prepare(&data_dir)?;
        let binaries = binaries::find(folder.version()?, folder.account)?;
        cluster::stop_orphan(&folder)?;
        cluster::initialise(&folder, &binaries, config.throw_away)?;
        let server = server::Server::start(&folder, &binaries, config.throw_away)?;
        let mut connection = Config::new();
        connection.host_path(&folder.socket).user(OWNER).dbname(OWNER);
        Ok(Self { config: connection, folder: folder.root, server, _lock: lock })
    }

    fn stop_blocking(mut self) -> Result<(), EmbeddedError> {
        self.server.stop()
    }
}

#[cfg(not(unix))]
impl EmbeddedPostgres {
    fn start_blocking(_config: &EmbeddedConfig) -> Result<Self, EmbeddedError> {
        Err(EmbeddedError::Unsupported)
    }

    fn stop_blocking(self) -> Result<(), EmbeddedError> {
        Err(EmbeddedError::Unsupported)
    }
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, EmbeddedError> + Send + 'static,
) -> Result<T, EmbeddedError> {
    tokio::task::spawn_blocking(work)
        .await
        .unwrap_or_else(|panic| std::panic::resume_unwind(panic.into_panic()))
}
