//! Guardrails of a tenant and its projects in versions, and waivers that let what a soft one stops pass for a time.
//! Owns `guardrail_versions` and `guardrail_waivers`. A waiver goes `requested → approved → ended`, and expires by itself.
//! Events out: `guardrails.pushed`, `waiver.requested`, `waiver.approved`, `waiver.ended`. Audit: the same.

mod api;
mod day;
pub mod dto;
mod effective;
mod push;
mod store;
mod waivers;

pub use api::{read_document, routes};
pub use day::{Others, day_totals};
pub use effective::{Effective, Layer, effective, supposed};
