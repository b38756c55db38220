//! No price that leaves less than a margin.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Constraint, Limit};
use crate::analyse::{Bound, Fact, Sum};
use crate::compile::Compile;
use crate::decimal::Decimal;
use crate::evaluate::Case;
use crate::trace::{Part, StepWriter};

/// Most decimals of the percentage; so every product stays inside 128 bits.
const DECIMALS_MAX: u32 = 4;

/// What must remain of the net price after the cost; a lower result is raised until it does. Without a cost above zero the row
/// is blocked.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct MinimumMargin {
    /// Percent of the net price, from 0 to below 100.
    percent: Decimal,
}

/// The lowest price is `cost × units / over`, rounded up.
#[derive(Debug)]
pub(crate) struct ReadyMinimumMargin {
    units: i128,
    over: i128,
    percent: Box<str>,
}

impl Constraint for MinimumMargin {
    type Ready = ReadyMinimumMargin;

    fn ready(&self, compile: &mut Compile) -> ReadyMinimumMargin {
        let hundred = 100 * 10_i128.pow(self.percent.scale());
        let left = hundred - i128::from(self.percent.units());
        let percent = self.percent.to_string().into();
        if self.percent.units() < 0 || left <= 0 || self.percent.scale() > DECIMALS_MAX {
            let detail = format!(
                "a margin of {percent} percent is not between 0 and 100 (not reached) with at most {DECIMALS_MAX} decimals"
            );
            compile.inside("percent", |c| c.fault("out_of_range", detail));
            return ReadyMinimumMargin { units: 1, over: 1, percent };
        }
        let tax = compile.included_tax();
        ReadyMinimumMargin { units: hundred * tax.with, over: left * tax.without, percent }
    }
}

impl ReadyMinimumMargin {
    fn lowest(&self, case: &Case<'_>) -> Option<i64> {
        let cost = i128::from(case.facts.known_cost()?);
        let lowest = (cost * self.units + self.over - 1).div_euclid(self.over);
        Some(i64::try_from(lowest).unwrap_or(i64::MAX))
    }
}

impl Limit for ReadyMinimumMargin {
    #[inline]
    fn range(&self, case: &Case<'_>) -> Option<(i64, i64)> {
        Some((self.lowest(case)?, i64::MAX))
    }

    fn bounds(&self) -> Vec<Bound<'static>> {
        vec![Bound::low(self.over, Sum::of(0).plus(Fact::Cost, self.units)).needing(Fact::Cost)]
    }

    fn note(&self, case: &Case<'_>, step: &mut StepWriter<'_>) {
        match self.lowest(case) {
            Some(lowest) => step.limit(&[Part::Money(lowest)]).reason(&[
                Part::Word("leaves a margin of at least "),
                Part::Word(&self.percent),
                Part::Word(" %, so not below"),
            ]),
            None => step.reason(&[
                Part::Word("leaves a margin of at least "),
                Part::Word(&self.percent),
                Part::Word(" %, but the cost is not known"),
            ]),
        };
    }
}
