//! Knowing beforehand: what can and cannot happen under a set of rules, without running them on every variant.

#![allow(dead_code, unused_imports)]

mod example;
mod linear;
mod meaning;
mod prove;
mod state;
mod texts;
mod walk;

pub use example::Example;
pub(crate) use meaning::{Bound, Change, Condition, Fact, RuleTraits, Side, Sum, TextField};
pub use prove::{Effort, Proof, Property, Refutation};
pub use state::Domain;
