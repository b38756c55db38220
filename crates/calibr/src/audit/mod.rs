//! Reading the audit. The records themselves are the kernel's, written by each use case beside its change.

mod api;
pub mod dto;

pub use api::routes;
