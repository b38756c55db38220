//! Work in the background as people see it: what waits, runs, or gave up and why; trying again, cancelling; schedules.
//! Owns no table: jobs and schedules are kernel-jobs'. Events out: `job.retried`, `job.cancelled`. Audit: the same.

mod act;
mod api;
pub mod dto;

pub use api::routes;
