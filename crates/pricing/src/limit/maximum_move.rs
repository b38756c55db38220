//! No price farther from the price before than a percentage or an amount.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Constraint, Limit};
use crate::amount::Amount;
use crate::analyse::{Bound, Fact, Sum};
use crate::compile::Compile;
use crate::decimal::Decimal;
use crate::evaluate::Case;
use crate::read::given;
use crate::trace::{Part, StepWriter};

/// How far a price may move, up or down; a larger move ends at the limit. Of two limits the stricter holds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct MaximumMove {
    /// At most this amount.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    amount: Option<Amount>,
    /// At most this percentage of the price before.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    percent: Option<Decimal>,
}

/// The allowed distance: `amount` minor units and `part / whole` of the price before.
#[derive(Debug)]
pub(crate) struct ReadyMaximumMove {
    amount: i64,
    part: i64,
    whole: i64,
    percent: Option<Box<str>>,
}

impl Constraint for MaximumMove {
    type Ready = ReadyMaximumMove;

    fn ready(&self, compile: &mut Compile) -> ReadyMaximumMove {
        if self.amount.is_none() && self.percent.is_none() {
            compile.fault("empty", "limits nothing; write `percent`, `amount` or both");
        }
        let amount =
            self.amount.as_ref().map(|amount| compile.inside("amount", |c| c.positive_minor(amount)));
        if self.percent.is_some_and(|percent| percent.units() <= 0) {
            compile.inside("percent", |c| {
                c.fault("not_positive", "must be above zero; it limits both directions")
            });
        }
        let (part, whole) = match self.percent {
            Some(percent) => (percent.units(), 100 * 10_i64.pow(percent.scale())),
            None => (1, 0),
        };
        ReadyMaximumMove {
            amount: amount.unwrap_or(i64::MAX),
            part,
            whole,
            percent: self.percent.map(|p| p.to_string().into()),
        }
    }
}

impl ReadyMaximumMove {
    /// The largest allowed distance in whole minor units. A `whole` of zero stands for no percentage.
    fn distance(&self, before: i64) -> i64 {
        if self.whole == 0 {
            return self.amount;
        }
        let share = i128::from(self.part) * i128::from(before);
        let share = mutant!(
            "limit.maximum_move.rounded_up",
            share / i128::from(self.whole),
            share / i128::from(self.whole) + 1
        );
        i64::try_from(share).unwrap_or(i64::MAX).min(mutant!(
            "limit.maximum_move.amount_ignored",
            self.amount,
            i64::MAX
        ))
    }
}

impl Limit for ReadyMaximumMove {
    #[inline]
    fn range(&self, case: &Case<'_>) -> Option<(i64, i64)> {
        let distance = self.distance(case.before);
        Some((
            mutant!("limit.maximum_move.down_ignored", case.before.saturating_sub(distance), i64::MIN),
            case.before.saturating_add(distance),
        ))
    }

    fn bounds(&self) -> Vec<Bound<'static>> {
        let (amount, part, whole) = (i128::from(self.amount), i128::from(self.part), i128::from(self.whole));
        let mut bounds = Vec::new();
        if self.amount < i64::MAX {
            bounds.push(Bound::low(1, Sum::of(-amount).plus(Fact::Price, 1)));
            bounds.push(Bound::high(1, Sum::of(amount).plus(Fact::Price, 1)));
        }
        if whole > 0 {
            bounds.push(Bound::low(whole, Sum::of(0).plus(Fact::Price, whole - part)));
            bounds.push(Bound::high(whole, Sum::of(0).plus(Fact::Price, whole + part)));
        }
        bounds
    }

    fn note(&self, case: &Case<'_>, step: &mut StepWriter<'_>) {
        step.limit(&[Part::Money(self.distance(case.before))]);
        match &self.percent {
            Some(percent) => {
                step.reason(&[Part::Word("moves by at most "), Part::Word(percent), Part::Word(" %:")])
            }
            None => step.reason(&[Part::Word("moves by at most")]),
        };
    }
}
