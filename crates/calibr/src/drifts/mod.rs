//! Drift: what a shop shows and we do not hold. Found by a webhook's hint, by a sweep, or by a run that looks at what it
//! wrote, always by reading the shop; told apart from the echo of our own writes by comparing prices. Owns `price_drifts` and `drift_policies`.
//! Jobs: `drifts.sweep`. Events out and audit: `drift.found`, `drift.ended`, `drift.adopted`, `drift.put_back`,
//! `drift_policy.set`.
//!
//! States: open → ended (the shop has our price again) | adopted (we hold the shop's) | put_back (a price change is
//! planned, to be approved like any other).

mod api;
pub mod dto;
mod examine;
mod model;
mod policy;
mod settle;
mod store;
mod sweep;
mod sweep_list;
mod tell;

pub use api::routes;
pub use examine::{Differing, Examined, examine_product, examine_written};
pub use model::Amounts;
pub use sweep::{SWEEP, sweep_job, sweep_nightly, sweep_no_more};
