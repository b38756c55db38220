//! Comparisons of an amount that may be missing. A missing amount passes no comparison, only `is_set: false`.

use kernel_core::{Currency, Money};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::amount::Amount;
use crate::analyse::{Condition, Fact};
use crate::compile::Compile;

/// One comparison with an amount.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum MoneyTest {
    /// From the first to the second, both included.
    Between([Amount; 2]),
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

/// A comparison ready to run.
#[derive(Debug, Clone, Copy)]
pub(crate) enum ReadyMoney {
    IsSet(bool),
    /// Both ends included, minor units; wider than an amount so that "above the largest" is empty.
    Range(i128, i128),
}

impl MoneyTest {
    pub(super) fn ready(&self, compile: &mut Compile) -> ReadyMoney {
        let mut bound = |word: &str, amount| i128::from(compile.inside(word, |c| c.minor(amount)));
        match self {
            Self::Between(ends) => compile.inside("between", |c| between(ends, c)),
            Self::Gt(amount) => ReadyMoney::Range(bound("gt", amount) + 1, i128::MAX),
            Self::Gte(amount) => ReadyMoney::Range(bound("gte", amount), i128::MAX),
            Self::Is(amount) => {
                let minor = bound("is", amount);
                ReadyMoney::Range(minor, minor)
            }
            Self::IsSet(set) => ReadyMoney::IsSet(*set),
            Self::Lt(amount) => ReadyMoney::Range(i128::MIN, bound("lt", amount) - 1),
            Self::Lte(amount) => ReadyMoney::Range(i128::MIN, bound("lte", amount)),
        }
    }
}

fn between(ends: &[Amount; 2], compile: &mut Compile) -> ReadyMoney {
    let [from, to] = [0, 1].map(|place: usize| i128::from(compile.inside(place, |c| c.minor(&ends[place]))));
    if from > to {
        compile.fault(
            "wrong_order",
            format!("runs from {} down to {}; write the lower amount first", ends[0], ends[1]),
        );
    }
    ReadyMoney::Range(from, to)
}

impl ReadyMoney {
    pub(super) fn holds(self, amount_minor: Option<i64>) -> bool {
        match (self, amount_minor) {
            (Self::IsSet(set), amount) => amount.is_some() == set,
            (Self::Range(from, to), Some(amount)) => (from..=to).contains(&i128::from(amount)),
            (Self::Range(..), None) => false,
        }
    }

    /// What it means for a fact.
    pub(super) fn condition<'r>(self, fact: Fact<'r>) -> Condition<'r> {
        match self {
            Self::IsSet(true) => Condition::Known(fact),
            Self::IsSet(false) => Condition::Known(fact).negated(),
            Self::Range(from, to) => Condition::All(
                [
                    (from > i128::MIN).then(|| Condition::at_least(fact, from)),
                    (to < i128::MAX).then(|| Condition::at_most(fact, to)),
                ]
                .into_iter()
                .flatten()
                .collect(),
            ),
        }
    }
}

/// An amount of the trace, or the words for none.
pub(super) fn seen(what: &str, amount_minor: Option<i64>, currency: Currency) -> String {
    match amount_minor {
        Some(minor) => format!("{what} is {}", Money::from_minor(minor, currency)),
        None => format!("{what} is not set"),
    }
}
