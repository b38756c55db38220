//! What tests stand on: a fresh migrated database per test, actors, a clock that stands still, and the catalogue check.
//! A dev-dependency only.

mod actors;
mod catalogue;
mod cluster;
mod test_db;

pub use actors::{ctx, ctx_at, epoch, tenant, tenant_named};
pub use catalogue::{assert_append_only, assert_every_table_protected, catalogue_faults};
pub use cluster::server;
pub use test_db::{TestDb, connect, settled};

pub use kernel_core::FixedClock;
