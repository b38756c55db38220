//! The database: the pool, tenant-scoped transactions (the only way to a row), migrations, paging,
//! and the private Postgres that Calibr runs when it is given none.

mod bulk;
mod config;
mod copied;
mod db;
mod embedded;
mod error;
mod migrate;
pub mod paging;
mod queries;
mod tx;

pub use bulk::BulkInsert;
pub use config::{IntoConfig, url_of};
pub use copied::{CopiedColumn, CopiedRow};
pub use db::Db;
pub use embedded::{EmbeddedConfig, EmbeddedError, EmbeddedPostgres};
pub use error::{DbError, DbResult};
pub use migrate::{Migration, MigrationError, MigrationReport, Migrations, migrate};
pub use queries::Queries;
pub use tx::{DispatchTx, SignInTx, TenantTx};

pub use tokio_postgres::{Config, NoTls, Row, RowStream, types};

/// The role of every pooled connection: owns nothing, cannot bypass row-level security.
pub const APP_ROLE: &str = "calibr_app";
/// The role of [`DispatchTx`]: sees rows of all tenants in the few tables that grant it.
pub const DISPATCH_ROLE: &str = "calibr_dispatch";
