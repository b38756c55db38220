//! Knowing beforehand: what can and cannot happen under a set of rules, without running them on every variant.

mod conflicts;
mod example;
mod linear;
mod meaning;
#[cfg(test)]
mod mutants;
mod prove;
mod reach;
mod settle;
mod shift;
mod spell;
mod state;
mod texts;
mod walk;

pub use conflicts::{ConflictEffort, ConflictReport, Conflicts, PairReport, RuleReport};
pub use example::Example;
pub(crate) use meaning::{Bound, Change, Condition, Fact, RuleTraits, Sum, TextField};
pub use prove::{Effort, Proof, Property, Refutation};
pub use reach::Reach;
pub use shift::Shift;
pub use state::Domain;
