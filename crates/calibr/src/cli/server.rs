//! `up`, `serve` and `migrate`: the commands that are the server.

use std::path::PathBuf;
use std::time::Duration;

use super::exit::{CliError, Exit, Result};

/// Arguments of `up`.
#[derive(Debug, clap::Args)]
pub struct UpArgs {
    /// Do not start a simulated shop
    #[arg(long)]
    no_demo: bool,
    #[command(flatten)]
    place: Place,
}

/// Arguments of `serve`.
#[derive(Debug, clap::Args)]
pub struct ServeArgs {
    #[command(flatten)]
    place: Place,
}

/// Arguments of `migrate`.
#[derive(Debug, clap::Args)]
pub struct MigrateArgs {
    /// Folder of the private Postgres
    #[arg(long, default_value = ".calibr", value_name = "DIR", env = "CALIBR_DATA", hide_env_values = true)]
    data: PathBuf,
}

#[derive(Debug, clap::Args)]
struct Place {
    /// Folder for everything that lasts
    #[arg(long, default_value = ".calibr", value_name = "DIR", env = "CALIBR_DATA", hide_env_values = true)]
    data: PathBuf,
    /// Port on this machine
    #[arg(long, default_value_t = 7400)]
    port: u16,
    /// Logs as JSON lines
    #[arg(long)]
    log_json: bool,
    /// After how long the work of a server that died is taken over
    #[arg(long, default_value_t = 15, value_name = "SECONDS", env = "CALIBR_LEASE_SECONDS", hide_env = true,
        hide_short_help = true, value_parser = clap::value_parser!(u64).range(1..=600))]
    lease_seconds: u64,
}

impl Place {
    fn with_demo(self, demo: bool) -> crate::server::ServeArgs {
        crate::server::ServeArgs {
            data: self.data,
            port: self.port,
            demo,
            log_json: self.log_json,
            lease: Duration::from_secs(self.lease_seconds),
            connectors: crate::app::CONNECTORS,
        }
    }
}

/// Starts everything.
///
/// # Errors
/// A part could not be started.
pub async fn up(args: UpArgs) -> Result {
    let demo = !args.no_demo;
    ended(crate::server::up(args.place.with_demo(demo)).await)
}

/// Starts the server.
///
/// # Errors
/// A part could not be started.
pub async fn serve(args: ServeArgs) -> Result {
    ended(crate::server::serve(args.place.with_demo(false)).await)
}

/// Migrates the database.
///
/// # Errors
/// The database cannot be reached, or a migration failed.
pub async fn migrate(args: MigrateArgs) -> Result {
    ended(crate::server::migrate(args.data).await)
}

fn ended(result: anyhow::Result<()>) -> Result {
    match result {
        Ok(()) => Ok(Exit::Done),
        Err(error) => Err(CliError::failed("server", format!("{error:#}"))),
    }
}
