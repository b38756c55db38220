//! The server: all in one (`up`), alone (`serve`), and the migrations.

use std::path::PathBuf;

/// Where the server keeps its data and how it listens.
#[derive(Debug, Clone)]
pub struct ServeArgs {
    /// Folder of the private Postgres, the demo's password and the keys.
    pub data: PathBuf,
    /// TCP port on the loopback address.
    pub port: u16,
    /// Whether to start and fill a simulated shop.
    pub demo: bool,
    /// Logs as JSON lines instead of text.
    pub log_json: bool,
}

/// Starts everything and returns when it has been stopped.
///
/// # Errors
/// A part could not be started.
pub async fn up(_args: ServeArgs) -> anyhow::Result<()> {
    anyhow::bail!("this build has no server")
}

/// Starts the server against an existing database.
///
/// # Errors
/// A part could not be started.
pub async fn serve(_args: ServeArgs) -> anyhow::Result<()> {
    anyhow::bail!("this build has no server")
}

/// Brings the database to this version's schema.
///
/// # Errors
/// The database cannot be reached, or a migration failed.
pub async fn migrate(_data: PathBuf) -> anyhow::Result<()> {
    anyhow::bail!("this build has no server")
}
