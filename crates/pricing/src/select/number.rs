//! A comparison with a whole number that may be missing, ready to run. A missing number passes no comparison.

use crate::analyse::{Condition, Fact};

/// A comparison ready to run.
#[derive(Debug, Clone, Copy)]
pub(crate) enum ReadyNumber {
    /// Whether there is a number at all.
    IsSet(bool),
    /// Both ends included; wider than the number so that "above the largest" is empty.
    Range(i128, i128),
    /// This much behind a multiple of `modulus`.
    Residue { modulus: i64, residue: i64 },
}

impl ReadyNumber {
    #[inline]
    pub(super) fn holds(self, number: Option<i64>) -> bool {
        match (self, number) {
            (Self::IsSet(set), number) => number.is_some() == set,
            (_, None) => false,
            (Self::Range(from, to), Some(number)) => (from..=to).contains(&i128::from(number)),
            (Self::Residue { modulus, residue }, Some(number)) => number.rem_euclid(modulus) == residue,
        }
    }

    /// What it means for a fact.
    pub(super) fn condition<'r>(self, fact: Fact<'r>) -> Condition<'r> {
        match self {
            Self::IsSet(true) => Condition::Known(fact),
            Self::IsSet(false) => Condition::Known(fact).negated(),
            Self::Range(from, to) => {
                let from = (from > i128::MIN).then(|| Condition::at_least(fact, from));
                let to = (to < i128::MAX).then(|| Condition::at_most(fact, to));
                Condition::All([from, to].into_iter().flatten().collect())
            }
            Self::Residue { modulus, residue } => {
                Condition::Residue { fact, modulus, from: residue, to: residue }
            }
        }
    }
}
