//! Comparisons of a proportion between the price and another amount, such as the margin, without dividing.

use super::number_test::{Bounds, NumberTest};
use crate::analyse::{Condition, Fact, Sum};
use crate::compile::Compile;
use crate::decimal::Decimal;

/// Most decimals of a percentage; so every product stays far inside 128 bits.
const DECIMALS_MAX: u32 = 4;
/// Largest percentage either way.
const PERCENT_MAX: i64 = 10_000;

/// A comparison of a proportion, ready to run.
#[derive(Debug)]
pub(crate) enum ReadyShare {
    /// Whether the proportion is known at all.
    IsSet(bool),
    /// All of these hold.
    Lines(Box<[Line]>),
}

/// Holds where `price × of_price + other × of_other` reaches `least`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Line {
    of_price: i128,
    of_other: i128,
    least: i128,
}

impl ReadyShare {
    /// `edge` gives, for a percentage as units and the number that 100 % has, the factors of price and other amount
    /// whose sum is zero where the proportion is exactly that, and positive above.
    pub(super) fn new(
        test: &NumberTest,
        compile: &mut Compile,
        edge: impl Fn(i128, i128) -> (i128, i128),
    ) -> Self {
        let (low, high) = match test.bounds(DECIMALS_MAX, compile) {
            Bounds::IsSet(set) => return Self::IsSet(set),
            Bounds::Between { low, high } => (low, high),
        };
        let mut line = |(percent, included): (Decimal, bool), sign: i128| {
            if i128::from(percent.units()).abs() > i128::from(PERCENT_MAX) * 10_i128.pow(percent.scale()) {
                let detail = format!("{percent} percent is beyond {PERCENT_MAX} either way");
                compile.fault("out_of_range", detail);
                return Line { of_price: 0, of_other: 0, least: 0 };
            }
            let (of_price, of_other) =
                edge(i128::from(percent.units()), 100 * 10_i128.pow(percent.scale().min(DECIMALS_MAX)));
            Line { of_price: sign * of_price, of_other: sign * of_other, least: i128::from(!included) }
        };
        Self::Lines(
            [low.map(|low| line(low, 1)), high.map(|high| line(high, -1))].into_iter().flatten().collect(),
        )
    }

    /// `price` and `other` are missing where the proportion cannot be told.
    pub(super) fn holds(&self, price: Option<i64>, other: Option<i64>) -> bool {
        match (self, price.zip(other)) {
            (Self::IsSet(set), known) => known.is_some() == *set,
            (Self::Lines(_), None) => false,
            (Self::Lines(lines), Some((price, other))) => lines.iter().all(|line| {
                line.of_price * i128::from(price) + line.of_other * i128::from(other) >= line.least
            }),
        }
    }

    /// What it means, where `positive` is the amount that must be above zero for the proportion to be known.
    pub(super) fn condition<'r>(&self, other: Fact<'r>, positive: Fact<'r>) -> Condition<'r> {
        let known =
            || vec![Condition::Known(Fact::Price), Condition::Known(other), Condition::at_least(positive, 1)];
        match self {
            Self::IsSet(true) => Condition::All(known()),
            Self::IsSet(false) => Condition::All(known()).negated(),
            Self::Lines(lines) => {
                let lines = lines.iter().map(|line| {
                    let sum =
                        Sum::of(-line.least).plus(Fact::Price, line.of_price).plus(other, line.of_other);
                    Condition::NotNegative(sum)
                });
                Condition::All(known().into_iter().chain(lines).collect())
            }
        }
    }
}

/// The proportion `part / whole` in percent for the trace, to two decimals.
pub(super) fn seen(what: &str, part: i128, whole: i128) -> String {
    let hundredths = (part * 10_000).div_euclid(whole);
    format!("{what} is about {} %", crate::decimal::decimal_text(hundredths, 2, 0))
}
