//! Many different prices that become one: a cap, a `set` or a lookup that reached farther than it should.

use std::collections::HashSet;

use kernel_core::Money;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{DayTotals, Judged, PlanGuardrail, Seen, percent_text};
use crate::compile::Compile;
use crate::context::PricingContext;
use crate::decimal::Decimal;
use crate::guardrail::share::Share;
use crate::guardrail::{Mode, Setting, Verdict};

/// Stops a plan in which many different prices become one and the same: at least `distinct_prices` of them, at least
/// `percent_of_rows` of the rows that move, and lying at least `spread_percent` apart, which tells a collapse from rounding.
/// Near: four fifths of both numbers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Collapse {
    /// How strictly it holds; hard unless said otherwise.
    #[serde(default = "Mode::hard")]
    mode: Mode,
    /// So many different prices before; 20 unless said otherwise.
    #[serde(default = "distinct_prices")]
    #[schemars(range(min = 2, max = 1_000_000))]
    distinct_prices: i32,
    /// So much of the rows that move, in percent; 20 unless said otherwise.
    #[serde(default = "percent_of_rows")]
    percent_of_rows: Decimal,
    /// The highest of the prices before lies so many percent above the lowest; 10 unless said otherwise.
    #[serde(default = "spread_percent")]
    spread_percent: Decimal,
}

fn distinct_prices() -> i32 {
    20
}

fn percent_of_rows() -> Decimal {
    Decimal::whole(20)
}

fn spread_percent() -> Decimal {
    Decimal::whole(10)
}

impl Collapse {
    pub(in crate::guardrail) fn built_in() -> Self {
        Self {
            mode: Mode::Hard,
            distinct_prices: distinct_prices(),
            percent_of_rows: percent_of_rows(),
            spread_percent: spread_percent(),
        }
    }
}

#[derive(Debug)]
pub(crate) struct ReadyCollapse {
    distinct_prices: u64,
    share: Share,
    spread: Share,
}

impl Setting for Collapse {
    type Ready = ReadyCollapse;

    fn mode(&self) -> Mode {
        self.mode
    }

    fn ready(&self, compile: &mut Compile) -> ReadyCollapse {
        if !(2..=1_000_000).contains(&self.distinct_prices) {
            let detail = format!("{} prices is not between 2 and 1000000", self.distinct_prices);
            compile.inside("distinct_prices", |c| c.fault("out_of_range", detail));
        }
        let (share, spread) = (Share::of(self.percent_of_rows), Share::of(self.spread_percent));
        // Below one percent there could be more such prices than can be found in one pass.
        if share.part * 100 < share.whole || share.part > share.whole {
            let detail = format!("{} percent is not between 1 and 100", self.percent_of_rows);
            compile.inside("percent_of_rows", |c| c.fault("out_of_range", detail));
        }
        if spread.part < 0 {
            let detail = format!("{} percent is below zero", self.spread_percent);
            compile.inside("spread_percent", |c| c.fault("out_of_range", detail));
        }
        ReadyCollapse { distinct_prices: u64::from(self.distinct_prices.unsigned_abs()), share, spread }
    }
}

/// One price that rows get, and what they had before.
struct Target {
    price: i64,
    rows: u64,
    distinct: u64,
    spread_enough: bool,
}

impl ReadyCollapse {
    /// The prices that at least four fifths of the share could go to: every price held by more than one in `places + 1`
    /// rows survives when rows of different prices cancel each other out.
    fn candidates(&self, moves: &[(i64, i64)]) -> Vec<i64> {
        let near = self.share.four_fifths();
        let places = usize::try_from(near.whole / near.part.max(1)).unwrap_or(usize::MAX).clamp(1, 200);
        let mut held: Vec<(i64, u64)> = Vec::with_capacity(places);
        for (_, after) in moves {
            if let Some((_, count)) = held.iter_mut().find(|(price, _)| price == after) {
                *count += 1;
            } else if held.len() < places {
                held.push((*after, 1));
            } else {
                held.iter_mut().for_each(|(_, count)| *count -= 1);
                held.retain(|(_, count)| *count > 0);
            }
        }
        held.into_iter().map(|(price, _)| price).collect()
    }

    fn target(&self, price: i64, moves: &[(i64, i64)]) -> Target {
        let mut befores = HashSet::new();
        let (mut rows, mut lowest, mut highest) = (0, i64::MAX, i64::MIN);
        for (before, _) in moves.iter().filter(|(_, after)| *after == price) {
            rows += 1;
            befores.insert(*before);
            (lowest, highest) = (lowest.min(*before), highest.max(*before));
        }
        let spread_enough = rows > 0 && highest >= self.spread.above(lowest);
        Target { price, rows, distinct: befores.len() as u64, spread_enough }
    }

    fn verdict(&self, target: &Target, moved: u64) -> Verdict {
        let reached = |share: Share, fifths: u64| {
            let rows = i128::from(target.rows) * share.whole >= share.part * i128::from(moved);
            rows && 5 * target.distinct >= fifths * self.distinct_prices && target.spread_enough
        };
        Verdict::of(!reached(self.share, 5), reached(self.share.four_fifths(), 4))
    }
}

impl PlanGuardrail for ReadyCollapse {
    fn judge(&self, seen: &Seen, _: &DayTotals, context: &PricingContext) -> Judged {
        let targets = self.candidates(&seen.moves).into_iter().map(|price| self.target(price, &seen.moves));
        let rank = |target: &Target| match self.verdict(target, seen.moved) {
            Verdict::Violated => 2,
            Verdict::Near => 1,
            _ => 0,
        };
        let worst = targets.max_by_key(|target| (rank(target), target.distinct, target.rows, target.price));
        let limit = format!(
            "{} different prices and {} % of the rows",
            self.distinct_prices,
            percent_text(self.share.part as u64, self.share.whole as u64)
        );
        let Some(worst) = worst else {
            let words = "no price moves".to_owned();
            let value = "0 different prices".to_owned();
            return Judged { verdict: Verdict::Passed, value, limit, words, rows: 0, price_minor: None };
        };
        let verdict = self.verdict(&worst, seen.moved);
        let price = Money::from_minor(worst.price, context.currency);
        let words = match verdict {
            Verdict::Violated => format!(
                "{} different prices would all become {price}; narrow the rule's selection, or compute from the price before",
                worst.distinct
            ),
            _ => format!("the price that most different prices go to is {price}"),
        };
        Judged {
            verdict,
            value: format!(
                "{} different prices and {} % of the rows",
                worst.distinct,
                percent_text(worst.rows, seen.moved)
            ),
            limit,
            words,
            rows: worst.rows,
            price_minor: Some(worst.price),
        }
    }
}
