//! No price whose margin is smaller than a percentage of the price without tax.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::share::{NetAgainstCost, Share, margin_basis_points};
use super::{Guardrail, Mode, Planned, Setting, Verdict, missing};
use crate::analyse::{Condition, Fact, RuleTraits};
use crate::compile::Compile;
use crate::decimal::Decimal;
use crate::read::given;
use crate::trace::{Part, StepWriter};

/// Stops a price whose margin (price without tax, less cost, in percent of the price without tax) is too small. Where the
/// cost is not known the row is stopped. Near: less than two percentage points above.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct MinimumMargin {
    /// How strictly it holds; hard unless said otherwise.
    #[serde(default = "Mode::hard")]
    mode: Mode,
    /// The smallest margin allowed, above 0 and below 100.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    percent: Option<Decimal>,
}

#[derive(Debug)]
pub(crate) struct ReadyMinimumMargin {
    enough: NetAgainstCost,
    /// `None` where two points more would be the whole price: then everything allowed is near.
    plenty: Option<NetAgainstCost>,
    percent: Box<str>,
}

impl Setting for MinimumMargin {
    type Ready = ReadyMinimumMargin;

    fn mode(&self) -> Mode {
        self.mode
    }

    fn ready(&self, compile: &mut Compile) -> ReadyMinimumMargin {
        if let Some(percent) = self.percent {
            compile.inside("percent", |c| check(percent, c));
        } else {
            missing(self.mode, "percent", "a percentage such as 20", (), compile);
        }
        let share = self.percent.map_or(Share { part: 0, whole: 100 }, Share::of);
        let more = Share { part: share.part + share.whole / 50, whole: share.whole };
        ReadyMinimumMargin {
            enough: NetAgainstCost::with_margin(share, compile.context()),
            plenty: (more.part < more.whole).then(|| NetAgainstCost::with_margin(more, compile.context())),
            percent: self.percent.map(|percent| percent.to_string()).unwrap_or_default().into(),
        }
    }
}

fn check(percent: Decimal, compile: &mut Compile) {
    let whole = 100 * 10_i128.pow(percent.scale());
    if percent.units() <= 0 || i128::from(percent.units()) >= whole {
        let detail = format!("a margin of {percent} percent is not above 0 and below 100");
        compile.fault("out_of_range", detail);
    }
}

impl Guardrail for ReadyMinimumMargin {
    #[inline]
    fn judge(&self, planned: &Planned<'_>) -> Verdict {
        let Some(cost) = planned.facts.known_cost() else {
            return mutant!("minimum_margin.missing_passes", Verdict::Violated, Verdict::Passed);
        };
        let plenty = self.plenty.is_some_and(|plenty| plenty.holds(planned.after, cost));
        Verdict::of(self.enough.holds(planned.after, cost), !plenty)
    }

    fn passes(&self, _: &RuleTraits) -> Condition<'static> {
        Condition::All(vec![Condition::at_least(Fact::Cost, 1), self.enough.condition()])
    }

    fn note(&self, planned: &Planned<'_>, step: &mut StepWriter<'_>) {
        let margin = planned
            .facts
            .known_cost()
            .and_then(|cost| margin_basis_points(planned.after, cost, planned.context));
        match margin {
            Some(units) => step.value(&[Part::Number { units, scale: 2, decimals_min: 2 }, Part::Word(" %")]),
            None => step.value(&[Part::Word("unknown")]),
        };
        step.limit(&[Part::Word(&self.percent), Part::Word(" %")]);
        step.reason(&[Part::Word(match planned.facts.known_cost() {
            Some(_) => "a margin of at least",
            None => "the cost is not known; a margin of at least",
        })]);
    }
}
