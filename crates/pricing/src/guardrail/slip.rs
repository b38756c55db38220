//! A price about ten times the one before, or a tenth of it, is a slipped decimal point until somebody says otherwise.

use kernel_core::Currency;

use super::Guardrail;

/// Blocks a move by a factor of 9.5 or more, up or down. A price before of zero gives nothing to compare with and blocks.
#[derive(Debug)]
pub(crate) struct Slip;

impl Guardrail for Slip {
    fn holds(&self, before: i64, after: i64) -> bool {
        let (before, after) = (i128::from(before), i128::from(after));
        2 * after < 19 * before && 19 * after > 2 * before
    }

    fn range(&self, _: i64) -> Option<(i64, i64)> {
        None
    }

    fn words(&self, _: i64, _: Currency) -> String {
        "moves by a factor below 9.5".to_owned()
    }
}
