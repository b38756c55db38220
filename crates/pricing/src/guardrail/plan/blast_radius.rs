//! How much one day may move, over all changes together.

use kernel_core::Money;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{DayTotals, Judged, PlanGuardrail, Seen, percent_text};
use crate::compile::Compile;
use crate::context::PricingContext;
use crate::decimal::Decimal;
use crate::guardrail::below_cost::MissingData;
use crate::guardrail::prices::Prices;
use crate::guardrail::share::{Share, check_percent};
use crate::guardrail::{Mode, Setting, Verdict};
use crate::read::given;

/// Stops a plan with which the rows moved on one day, over all changes together, become too many: more than `rows`; or more
/// than `percent_of_catalogue`, where that is at least `at_least_rows`; or rows whose revenue of the last 30 days (units sold
/// at the price before) is more than `revenue`. Near: four fifths of a limit.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct BlastRadius {
    /// How strictly it holds; soft unless said otherwise.
    #[serde(default = "Mode::soft")]
    mode: Mode,
    /// At most so many rows a day.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1))]
    rows: Option<i32>,
    /// At most so much of the catalogue a day, in percent.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    percent_of_catalogue: Option<Decimal>,
    /// The percentage does not count below so many rows; 0 unless said otherwise.
    #[serde(default)]
    #[schemars(range(min = 0))]
    at_least_rows: i32,
    /// At most so much revenue of the last 30 days, for each currency.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    revenue: Option<Prices>,
    /// What happens where `revenue` is set and the sales of rows are not known; `block` unless said otherwise.
    #[serde(default = "block")]
    missing_sales: MissingData,
}

fn block() -> MissingData {
    MissingData::Block
}

impl BlastRadius {
    /// Three tenths of the catalogue, from a thousand rows on.
    pub(in crate::guardrail) fn built_in() -> Self {
        Self {
            mode: Mode::Soft,
            rows: None,
            percent_of_catalogue: Some(Decimal::whole(30)),
            at_least_rows: 1_000,
            revenue: None,
            missing_sales: block(),
        }
    }
}

#[derive(Debug)]
pub(crate) struct ReadyBlastRadius {
    rows: Option<u64>,
    share: Option<Share>,
    at_least_rows: u64,
    revenue_minor: Option<i64>,
    missing_sales: MissingData,
}

impl Setting for BlastRadius {
    type Ready = ReadyBlastRadius;

    fn mode(&self) -> Mode {
        self.mode
    }

    fn ready(&self, compile: &mut Compile) -> ReadyBlastRadius {
        let limits_nothing =
            self.rows.is_none() && self.percent_of_catalogue.is_none() && self.revenue.is_none();
        if limits_nothing && self.mode != Mode::Off {
            compile.fault("empty", "limits nothing; write `rows`, `percent_of_catalogue` or `revenue`");
        }
        if self.rows.is_some_and(|rows| rows < 1) {
            compile.inside("rows", |c| c.fault("not_positive", "must be above zero"));
        }
        if self.at_least_rows < 0 {
            compile.inside("at_least_rows", |c| c.fault("out_of_range", "must not be below zero"));
        }
        if let Some(percent) = self.percent_of_catalogue {
            compile.inside("percent_of_catalogue", |c| check_percent(percent, Some(100), c));
        }
        ReadyBlastRadius {
            rows: self.rows.map(|rows| u64::from(rows.unsigned_abs())),
            share: self.percent_of_catalogue.map(Share::of),
            at_least_rows: u64::from(self.at_least_rows.unsigned_abs()),
            revenue_minor: self.revenue.as_ref().map(|prices| compile.inside("revenue", |c| prices.minor(c))),
            missing_sales: self.missing_sales,
        }
    }
}

/// One limit held against what was measured.
struct Held {
    verdict: Verdict,
    value: String,
    limit: String,
    words: &'static str,
}

impl ReadyBlastRadius {
    fn held(&self, totals: &DayTotals, context: &PricingContext) -> Vec<Held> {
        let over_rows = self.rows.map(|limit| Held {
            verdict: Verdict::of(totals.rows <= limit, totals.rows * 5 >= limit * 4),
            value: format!("{} rows", totals.rows),
            limit: format!("{limit} rows"),
            words: "more rows would move today than are allowed",
        });
        let over_share = self.share.map(|share| self.share_held(share, totals));
        let over_revenue = self.revenue_minor.map(|limit| self.revenue_held(limit, totals, context));
        [over_rows, over_share, over_revenue].into_iter().flatten().collect()
    }

    fn share_held(&self, share: Share, totals: &DayTotals) -> Held {
        let (rows, variants) = (i128::from(totals.rows), i128::from(totals.catalogue_variants));
        let counts = totals.rows >= self.at_least_rows;
        let near = share.four_fifths();
        let from = match self.at_least_rows {
            0 => String::new(),
            rows => format!(", from {rows} rows on"),
        };
        Held {
            verdict: Verdict::of(
                !counts || rows * share.whole <= share.part * variants,
                counts && rows * near.whole >= near.part * variants,
            ),
            value: format!("{} % of the catalogue", percent_text(totals.rows, totals.catalogue_variants)),
            limit: format!(
                "{} % of the catalogue{from}",
                percent_text(share.part.unsigned_abs() as u64, share.whole.unsigned_abs() as u64)
            ),
            words: "a larger part of the catalogue would move today than is allowed",
        }
    }

    fn revenue_held(&self, limit: i64, totals: &DayTotals, context: &PricingContext) -> Held {
        let unknown = self.missing_sales == MissingData::Block && totals.rows_without_sales > 0;
        let revenue = totals.revenue_minor;
        let shown = i64::try_from(revenue).unwrap_or(i64::MAX);
        Held {
            verdict: Verdict::of(
                !unknown && revenue <= i128::from(limit),
                revenue.saturating_mul(5) >= i128::from(limit) * 4,
            ),
            value: format!(
                "{} of revenue, {} rows without sales data",
                Money::from_minor(shown, context.currency),
                totals.rows_without_sales
            ),
            limit: format!("{} of revenue", Money::from_minor(limit, context.currency)),
            words: if unknown {
                "the sales of some rows are not known, so the revenue at risk cannot be told"
            } else {
                "more revenue would be at risk today than is allowed"
            },
        }
    }
}

impl PlanGuardrail for ReadyBlastRadius {
    fn judge(&self, seen: &Seen, totals: &DayTotals, context: &PricingContext) -> Judged {
        let rank = |held: &Held| match held.verdict {
            Verdict::Violated => 2,
            Verdict::Near => 1,
            _ => 0,
        };
        // Of equally bad ones the first: rows, then share, then revenue.
        let worst = self.held(totals, context).into_iter().rev().max_by_key(rank);
        let Some(worst) = worst else {
            let none = String::new;
            return Judged {
                verdict: Verdict::Passed,
                value: none(),
                limit: none(),
                words: none(),
                rows: 0,
                price_minor: None,
            };
        };
        let words = match worst.verdict {
            Verdict::Violated => format!(
                "{}, counted over all changes of the day; wait for another day, narrow the rules, or ask for a waiver",
                worst.words
            ),
            _ => "inside what may move on one day, counted over all changes".to_owned(),
        };
        let (verdict, value, limit) = (worst.verdict, worst.value, worst.limit);
        Judged { verdict, value, limit, words, rows: seen.totals.rows, price_minor: None }
    }
}
