//! Reading the audit, sealing it and going through its chain. The records and seals are the kernel's; each use case writes
//! its records beside its change. A consumer of the event log, `audit`, seals them.

mod api;
mod chain;
pub mod dto;

pub use api::routes;
pub use chain::consumer;
