//! The home page: what waits for its reader, what runs now, what the last week brought, and how far a new project has come.
//! Owns no table; it reads what other features keep.

mod api;
pub mod dto;
mod store;

pub use api::routes;
