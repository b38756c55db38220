//! The event log for people and programs: reading it, how its consumers fare, dead letters, replays. The tables are the
//! kernel's. Events out: `consumer.forgotten`, `dead_letter.retried`, `dead_letter.dropped`, `dead_letters.retried`,
//! `dead_letters.drained`, `replay.requested`.
//! Audit: the same.

mod act;
mod api;
mod drained;
pub mod dto;
mod stream;

pub use api::routes;
pub use drained::reporting;
