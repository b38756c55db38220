//! The database layer against real Postgres.

mod tenancy;
