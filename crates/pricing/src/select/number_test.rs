//! Comparisons with a plain number: pieces, or percent.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::number::ReadyNumber;
use crate::compile::Compile;
use crate::decimal::Decimal;

/// One comparison with a number.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum NumberTest {
    /// From the first to the second, both included.
    Between([Decimal; 2]),
    /// Above this.
    Gt(Decimal),
    /// This or above.
    Gte(Decimal),
    /// Exactly this.
    Is(Decimal),
    /// Whether there is a number at all.
    IsSet(bool),
    /// Below this.
    Lt(Decimal),
    /// This or below.
    Lte(Decimal),
}

/// The comparison as bounds: each with whether it is included. `None` on a side is open.
pub(super) enum Bounds {
    IsSet(bool),
    Between { low: Option<(Decimal, bool)>, high: Option<(Decimal, bool)> },
}

impl NumberTest {
    /// Checks that no number has more decimals than this and that a range runs upward.
    pub(super) fn bounds(&self, decimals_max: u32, compile: &mut Compile) -> Bounds {
        let mut check = |word: &str, number: &Decimal| {
            if number.scale() > decimals_max {
                let kind = match decimals_max {
                    0 => "must be a whole number".to_owned(),
                    most => format!("has more than {most} decimals"),
                };
                compile.inside(word, |c| c.fault("wrong_decimals", format!("{number} {kind}")));
            }
            *number
        };
        let (low, high) = match self {
            Self::IsSet(set) => return Bounds::IsSet(*set),
            Self::Between([low, high]) => {
                let ends = (check("between/0", low), check("between/1", high));
                if low.exceeds(*high) {
                    compile.inside("between", |c| {
                        c.fault(
                            "wrong_order",
                            format!("runs from {low} down to {high}; write the lower first"),
                        )
                    });
                }
                (Some((ends.0, true)), Some((ends.1, true)))
            }
            Self::Gt(number) => (Some((check("gt", number), false)), None),
            Self::Gte(number) => (Some((check("gte", number), true)), None),
            Self::Is(number) => {
                let is = check("is", number);
                (Some((is, true)), Some((is, true)))
            }
            Self::Lt(number) => (None, Some((check("lt", number), false))),
            Self::Lte(number) => (None, Some((check("lte", number), true))),
        };
        Bounds::Between { low, high }
    }

    /// Ready for a whole number.
    pub(super) fn ready_whole(&self, compile: &mut Compile) -> ReadyNumber {
        match self.bounds(0, compile) {
            Bounds::IsSet(set) => ReadyNumber::IsSet(set),
            Bounds::Between { low, high } => {
                let low = low.map_or(i128::MIN, |(number, included)| {
                    i128::from(number.units()) + i128::from(!included)
                });
                let high = high.map_or(i128::MAX, |(number, included)| {
                    i128::from(number.units()) - i128::from(!included)
                });
                ReadyNumber::Range(low, high)
            }
        }
    }
}
