//! Comparisons of an amount that may be missing. A missing amount passes no comparison, only `is_set: false`.

use kernel_core::{Currency, Money};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::number::ReadyNumber;
use crate::amount::Amount;
use crate::compile::Compile;
use crate::ending::Ending;

/// One comparison with an amount.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum MoneyTest {
    /// From the first to the second, both included.
    Between([Amount; 2]),
    /// Its last digits are these: `.99`, `9.90` or `90`.
    EndsIn(Ending),
    /// Above this.
    Gt(Amount),
    /// This or above.
    Gte(Amount),
    /// Exactly this.
    Is(Amount),
    /// Whether there is an amount at all.
    IsSet(bool),
    /// Below this.
    Lt(Amount),
    /// This or below.
    Lte(Amount),
}

impl MoneyTest {
    pub(super) fn ready(&self, compile: &mut Compile) -> ReadyNumber {
        let bound =
            |word: &str, amount, compile: &mut Compile| i128::from(compile.inside(word, |c| c.minor(amount)));
        match self {
            Self::Between(ends) => compile.inside("between", |c| between(ends, c)),
            Self::EndsIn(ending) => {
                let currency = compile.surface_currency();
                let (modulus, residue) = compile.inside("ends_in", |c| ending.ready(currency, "", c));
                ReadyNumber::Residue { modulus, residue }
            }
            Self::Gt(amount) => ReadyNumber::Range(bound("gt", amount, compile) + 1, i128::MAX),
            Self::Gte(amount) => ReadyNumber::Range(bound("gte", amount, compile), i128::MAX),
            Self::Is(amount) => {
                let minor = bound("is", amount, compile);
                ReadyNumber::Range(minor, minor)
            }
            Self::IsSet(set) => ReadyNumber::IsSet(*set),
            Self::Lt(amount) => ReadyNumber::Range(i128::MIN, bound("lt", amount, compile) - 1),
            Self::Lte(amount) => ReadyNumber::Range(i128::MIN, bound("lte", amount, compile)),
        }
    }
}

fn between(ends: &[Amount; 2], compile: &mut Compile) -> ReadyNumber {
    let [from, to] = [0, 1].map(|place: usize| i128::from(compile.inside(place, |c| c.minor(&ends[place]))));
    if from > to {
        compile.fault(
            "wrong_order",
            format!("runs from {} down to {}; write the lower amount first", ends[0], ends[1]),
        );
    }
    ReadyNumber::Range(from, to)
}

/// An amount of the trace, or the words for none.
pub(super) fn seen(what: &str, amount_minor: Option<i64>, currency: Currency) -> String {
    match amount_minor {
        Some(minor) => format!("{what} is {}", Money::from_minor(minor, currency)),
        None => format!("{what} is not set"),
    }
}
