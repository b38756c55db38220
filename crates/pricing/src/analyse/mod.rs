//! Knowing beforehand: what can and cannot happen under a set of rules, without running them on every variant.

#![allow(dead_code, unused_imports)]

mod example;
mod linear;
mod meaning;
mod state;
mod texts;

pub(crate) use meaning::{Bound, Condition, Fact, RuleTraits, Side, Sum, TextField};
