//! Rules and their immutable, content-hashed versions, and what a rule would do now.
//! Owns `rules` and `rule_versions`. Events out: `rule.pushed`. Audit: the same.

pub mod analyse;
mod api;
mod compile;
mod diff;
pub mod dto;
mod impact;
mod look;
mod picked;
mod preview;
mod push;
mod ready;
mod simulate;
mod store;

pub use api::routes;
pub(crate) use diff::difference;
pub use impact::{impact, pct_of, percent, plan_verdicts};
pub(crate) use preview::{holds_at, next_in_force};
pub use push::push_rule;
pub use ready::{Named, ReadyRules, running_sales};
pub use store::{LoadedRule, load_newest, load_version};

use kernel_core::{Error, FieldError};

/// A rule document that cannot be used.
pub(crate) fn invalid(faults: Vec<FieldError>) -> Error {
    let first =
        faults.first().map(|fault| format!(" {}: {}", fault.pointer, fault.detail)).unwrap_or_default();
    let detail = match faults.len() {
        1 => format!("The rule cannot be used.{first}"),
        n => format!("The rule cannot be used; {n} places need mending. The first:{first}"),
    };
    Error::unprocessable("rule.invalid", detail).with_fields(faults)
}
