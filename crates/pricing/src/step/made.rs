//! Steps that are checked and ready to be laid out as a program.

use std::sync::Arc;

use super::source::Source;
use crate::analyse::{Condition, Sum};
use crate::facts::VariantFacts;
use crate::select::Matcher;
use crate::snapshot::Needs;

/// One step, checked.
#[derive(Debug)]
pub(crate) enum Made {
    /// Linear in what it starts from.
    Move(Move),
    /// The first branch whose question holds goes on; with none of them, nothing happens.
    Branch(Branch),
}

/// `start × units / over + plus`.
#[derive(Debug)]
pub(crate) struct Move {
    pub(super) kind: &'static str,
    pub(super) words: Arc<str>,
    pub(super) start: Start,
    /// Factor and divisor, both above zero.
    pub(super) times: (i128, i128),
    /// In minor units.
    pub(super) plus: i64,
}

/// What a move starts from.
#[derive(Debug, Clone)]
pub(crate) enum Start {
    /// An amount in minor units.
    Constant(i64),
    Source(Source),
}

/// Ways to go on, in the order in which they are asked.
#[derive(Debug)]
pub(crate) struct Branch {
    pub(super) kind: &'static str,
    pub(super) ways: Vec<(Question, Vec<Made>)>,
    /// What must be known to choose.
    pub(super) asks: Source,
}

/// Whether a way is taken, and its words for the trace.
#[derive(Debug, Clone)]
pub(crate) struct Question {
    pub(super) test: Test,
    pub(super) words: Arc<str>,
}

/// Whether a way is taken.
#[derive(Debug, Clone)]
pub(crate) enum Test {
    /// Always.
    Otherwise,
    /// The selector holds.
    Matches(Arc<Matcher>),
    /// The amount is below this, in minor units.
    Below(Source, i64),
}

impl Question {
    /// How much of a variant it asks.
    pub(super) fn needs(&self) -> Needs {
        match &self.test {
            Test::Otherwise => Needs::Basics,
            Test::Matches(matcher) => matcher.needs(),
            Test::Below(source, _) => source.needs(),
        }
    }
}

impl Test {
    #[inline]
    pub(super) fn holds(&self, before: i64, facts: &VariantFacts<'_>) -> bool {
        match self {
            Self::Otherwise => true,
            Self::Matches(matcher) => matcher.holds(facts),
            Self::Below(source, minor) => source.amount(before, facts).is_ok_and(|amount| amount < *minor),
        }
    }

    /// What it means, for reasoning about rules without running them.
    pub(super) fn condition(&self) -> Condition<'_> {
        match self {
            Self::Otherwise => Condition::Always(true),
            Self::Matches(matcher) => matcher.condition(),
            Self::Below(source, minor) => {
                let fact = match source {
                    Source::Value => crate::analyse::Fact::Price,
                    other => other.fact(),
                };
                Condition::NotNegative(Sum::of(i128::from(*minor) - 1).plus(fact, -1))
            }
        }
    }
}

impl Move {
    /// The value so far, multiplied.
    pub(super) fn times(kind: &'static str, words: String, units: i128, over: i128) -> Made {
        Self::of(kind, words, Start::Source(Source::Value), (units, over), 0)
    }

    /// Something else, multiplied and with an amount added.
    pub(super) fn of(
        kind: &'static str,
        words: String,
        start: Start,
        times: (i128, i128),
        plus: i64,
    ) -> Made {
        Made::Move(Self { kind, words: words.into(), start, times, plus })
    }
}
