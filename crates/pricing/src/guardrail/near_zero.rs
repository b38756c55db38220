//! A price of nothing, or of one cent, is a mistake until somebody says otherwise.

use kernel_core::{Currency, Money};

use super::Guardrail;

/// Blocks a price of one minor unit or less.
#[derive(Debug)]
pub(crate) struct NearZero;

impl Guardrail for NearZero {
    fn holds(&self, _: i64, after: i64) -> bool {
        after > 1
    }

    fn range(&self, _: i64) -> Option<(i64, i64)> {
        None
    }

    fn words(&self, _: i64, currency: Currency) -> String {
        format!("above {}", Money::from_minor(1, currency))
    }
}
