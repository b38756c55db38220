//! How far a price may move, shared by the guardrails that limit moves: per change, per day, per week.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::share::{Share, check_percent};
use super::{Mode, Planned, Verdict};
use crate::analyse::{Condition, Fact, Sum};
use crate::compile::Compile;
use crate::decimal::Decimal;
use crate::facts::PricePoint;
use crate::read::given;
use crate::trace::{Part, StepWriter};

/// How far a price may move. Near: four fifths of it used.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Moves {
    /// How strictly it holds; soft unless said otherwise.
    #[serde(default = "Mode::soft")]
    pub(super) mode: Mode,
    /// At most so many percent down; above 0 and below 100.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub(super) down_percent: Option<Decimal>,
    /// At most so many percent up; above 0.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub(super) up_percent: Option<Decimal>,
}

/// The same, ready to run.
#[derive(Debug)]
pub(crate) struct ReadyMoves {
    down: Option<Share>,
    up: Option<Share>,
    words: Box<str>,
}

/// The lowest and the highest price from which a move is measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Baseline {
    pub(super) lowest: i64,
    pub(super) highest: i64,
}

impl Moves {
    pub(super) fn ready(&self, compile: &mut Compile) -> ReadyMoves {
        if self.mode != Mode::Off && self.down_percent.is_none() && self.up_percent.is_none() {
            compile.fault("empty", "limits nothing; write `down_percent`, `up_percent` or both");
        }
        if let Some(percent) = self.down_percent {
            compile.inside("down_percent", |c| check_percent(percent, Some(100), c));
        }
        if let Some(percent) = self.up_percent {
            compile.inside("up_percent", |c| check_percent(percent, None, c));
        }
        let down = self.down_percent.map(|percent| format!("{percent} % down"));
        let up = self.up_percent.map(|percent| format!("{percent} % up"));
        let both: Vec<String> = down.into_iter().chain(up).collect();
        ReadyMoves {
            down: self.down_percent.map(Share::of),
            up: self.up_percent.map(Share::of),
            words: both.join(" and ").into(),
        }
    }
}

impl ReadyMoves {
    /// The prices allowed, ends included.
    #[inline]
    fn range(&self, baseline: Baseline) -> (i64, i64) {
        let low = self.down.map_or(i64::MIN, |share| {
            share.below(mutant!("moves.down_from_lowest", baseline.highest, baseline.lowest))
        });
        (low, self.up.map_or(i64::MAX, |share| share.above(baseline.lowest)))
    }

    /// What a row that moves from `baseline` gets. A row whose price stays passes.
    #[inline]
    pub(super) fn judge(&self, planned: &Planned<'_>, baseline: Baseline) -> Verdict {
        let after = planned.after;
        if mutant!("moves.never_far", after == planned.before, after <= planned.before) {
            return Verdict::Passed;
        }
        // A price that may stand without the sale may stand again; what goes beyond is measured like any other move.
        if planned.returns() {
            return Verdict::Passed;
        }
        let (low, high) = self.range(baseline);
        let near_down = self.down.is_some_and(|down| after <= down.four_fifths().below(baseline.highest));
        let near_up = self.up.is_some_and(|up| after >= up.four_fifths().above(baseline.lowest));
        Verdict::of(low <= after && after <= high, near_down || near_up)
    }

    /// When a row passes whose price never moved before.
    pub(super) fn passes(&self) -> Condition<'static> {
        let down = self
            .down
            .map(|Share { part, whole }| Sum::of(0).plus(Fact::After, whole).plus(Fact::Price, part - whole));
        let up = self.up.map(|Share { part, whole }| {
            Sum::of(0).plus(Fact::Price, whole + part).plus(Fact::After, -whole)
        });
        let inside = down.into_iter().chain(up).map(Condition::NotNegative).collect();
        Condition::Any(vec![Condition::same(Fact::Price, Fact::After), Condition::All(inside)])
    }

    /// The price, between which it may lie, and from when it is measured.
    pub(super) fn note(
        &self,
        planned: &Planned<'_>,
        baseline: Baseline,
        measured: &'static str,
        step: &mut StepWriter<'_>,
    ) {
        if planned.returns() {
            step.value(&[Part::Money(planned.after)]);
            step.limit(&[Part::Word("up to "), Part::MoneyOrNone(planned.returns_to)]);
            step.reason(&[Part::Word("returns towards the price without the sale that ends:")]);
            return;
        }
        let (low, high) = self.range(baseline);
        let bound =
            |price: i64, none: i64| if price == none { Part::Word("any") } else { Part::Money(price) };
        step.value(&[Part::Money(planned.after)]);
        step.limit(&[bound(low, i64::MIN), Part::Word(" to "), bound(high, i64::MAX)]);
        step.reason(&[
            Part::Word("moves by at most "),
            Part::Word(&self.words),
            Part::Word(measured),
            Part::Word(":"),
        ]);
    }
}

impl Baseline {
    /// Measured from the price before alone.
    #[inline]
    pub(super) fn before(planned: &Planned<'_>) -> Self {
        Self { lowest: planned.before, highest: planned.before }
    }

    /// Measured from every price that held in the `seconds` until the instant, and from the price before.
    /// What many small moves add up to is measured from where they began, and what goes down and up again from both ends.
    #[inline]
    pub(super) fn over(planned: &Planned<'_>, seconds: i64) -> Self {
        let mut baseline = Self::before(planned);
        let now = planned.context.instant.as_second();
        let start = now.saturating_sub(seconds);
        for PricePoint { from, price_minor, .. } in planned.facts.more.history.iter().rev() {
            if mutant!("moves.edge_forgotten", *from > now, *from > now || *from <= start) {
                continue;
            }
            if mutant!("moves.window_ignored", false, true) {
                break;
            }
            baseline.lowest = baseline.lowest.min(*price_minor);
            baseline.highest = baseline.highest.max(*price_minor);
            // A price that began before the window still held at its start; older ones did not.
            if mutant!("moves.window_forgets_nothing", *from <= start, false) {
                break;
            }
        }
        baseline
    }
}
