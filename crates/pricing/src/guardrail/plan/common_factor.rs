//! Nearly all rows move by the same factor of about 10, 100 or 1000: minor units for major ones, or another currency.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::seen::FACTORS;
use super::{DayTotals, Judged, PlanGuardrail, Seen, percent_text};
use crate::compile::Compile;
use crate::context::PricingContext;
use crate::guardrail::{Mode, Setting, Verdict};

/// Fewer rows are slips, each for itself.
const ROWS_MIN: u64 = 20;

/// Stops a plan of at least 20 moves in which nine of ten rows go up or down by about (within 5 %) the same factor of 10, 100 or
/// 1000. Near: half of the rows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CommonFactor {
    /// How strictly it holds; hard unless said otherwise.
    #[serde(default = "Mode::hard")]
    mode: Mode,
}

impl CommonFactor {
    pub(in crate::guardrail) const BUILT_IN: Self = Self { mode: Mode::Hard };
}

#[derive(Debug)]
pub(crate) struct ReadyCommonFactor;

impl Setting for CommonFactor {
    type Ready = ReadyCommonFactor;

    fn mode(&self) -> Mode {
        self.mode
    }

    fn ready(&self, _: &mut Compile) -> ReadyCommonFactor {
        ReadyCommonFactor
    }
}

impl PlanGuardrail for ReadyCommonFactor {
    fn judge(&self, seen: &Seen, _: &DayTotals, _: &PricingContext) -> Judged {
        let directions = ["", "1/"];
        let counted = FACTORS.iter().zip(seen.by_factor).flat_map(|(factor, counts)| {
            directions.into_iter().zip(counts).map(move |(over, rows)| (rows, over, *factor))
        });
        let (rows, over, factor) = counted.max_by_key(|(rows, ..)| *rows).unwrap_or_default();
        let enough = rows >= ROWS_MIN;
        let verdict = Verdict::of(!(enough && rows * 10 >= seen.moved * 9), enough && rows * 2 >= seen.moved);
        let words = match verdict {
            Verdict::Violated => format!(
                "nearly every price would be about {over}{factor} of what it was; look whether minor units were read as major ones, or another currency"
            ),
            _ => "prices do not move by one factor of 10, 100 or 1000 together".to_owned(),
        };
        let limit = "90.00 % of the rows".to_owned();
        if rows == 0 {
            let value = "0.00 % of the rows".to_owned();
            return Judged { verdict, value, limit, words, rows, price_minor: None };
        }
        let value = format!("{} % of the rows by about {over}{factor}", percent_text(rows, seen.moved));
        Judged { verdict, value, limit, words, rows, price_minor: None }
    }
}
