//! Knowing beforehand: what can and cannot happen under a set of rules, without running them on every variant.

#![allow(dead_code, unused_imports)]

mod meaning;

pub(crate) use meaning::{Bound, Condition, Fact, Side, Sum, TextField};
