//! The database layer against real Postgres.

mod bulk;
mod catalogue;
mod copied;
mod embedded;
mod migrations;
mod paging;
mod tenancy;
mod transactions;
