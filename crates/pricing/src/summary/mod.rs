//! The picture of many rows: counts, guardrails, the changes, prices, margin and revenue. Whole numbers only.

mod prices;
mod worth;

use crate::context::Tax;
use crate::evaluate::{Decision, Outcome, Row};
use crate::facts::VariantFacts;
use crate::guardrail::{GuardrailKind, Verdict};
pub use prices::PriceBin;
use prices::Prices;
use worth::Worth;
pub use worth::{Margin, Revenue, net_margin_basis_points};

/// Number of bins of the histogram: 5 % wide, the middle one around no change, the outermost open.
pub const HISTOGRAM_BINS: usize = 41;

const BIN_BASIS_POINTS: i64 = 500;

/// Collects rows.
#[derive(Debug, Clone)]
pub struct SummaryBuilder {
    counts: Counts,
    histogram: [u64; HISTOGRAM_BINS],
    histogram_blocked: [u64; HISTOGRAM_BINS],
    changes: Vec<i64>,
    largest: Option<LargestMove>,
    guardrails: [GuardrailCounts; GuardrailKind::ALL.len()],
    prices: Prices,
    worth: Worth,
    compare_at_too_low: u64,
    display_unreachable: u64,
}

/// How many rows a guardrail stopped, nearly stopped, or let pass by a waiver.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct GuardrailCounts {
    /// Stopped.
    pub violated: u64,
    /// Close to the limit.
    pub near: u64,
    /// Beyond the limit, and somebody allowed that for now.
    pub waived: u64,
}

/// How many variants came out how.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Prices that rise.
    pub raise: u64,
    /// Prices that fall.
    pub cut: u64,
    /// Selected, but the price stays.
    pub same: u64,
    /// Stopped by a guardrail.
    pub blocked: u64,
    /// Selected, but without a price to start from.
    pub skipped: u64,
    /// Not selected by any rule.
    pub not_selected: u64,
}

/// The row that moves farthest, in proportion.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LargestMove {
    /// The variant.
    pub key: u128,
    /// The price before, in minor units.
    pub before: i64,
    /// The price after, in minor units.
    pub after: i64,
    /// The change in basis points.
    pub basis_points: i64,
}

/// The picture of a preview or a plan. Changes are those of rows whose price rises or falls.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Summary {
    /// How many variants came out how.
    pub counts: Counts,
    /// The median change in basis points; of an even number of rows the lower of the two in the middle.
    pub median_basis_points: Option<i64>,
    /// The largest change, up or down; of equal ones the first.
    pub largest: Option<LargestMove>,
    /// Rows per bin, see [`bin_edges`].
    pub histogram: [u64; HISTOGRAM_BINS],
    /// Blocked rows per bin, by the change that the guardrail stopped; rows that never got so far as a price are in none.
    pub histogram_blocked: [u64; HISTOGRAM_BINS],
    /// What each guardrail said, in the order of [`GuardrailKind::ALL`].
    pub guardrails: [GuardrailCounts; GuardrailKind::ALL.len()],
    /// Prices of all selected variants before and after; one that is not written counts with its price before.
    pub prices: Vec<PriceBin>,
    /// Margin, where a cost is known.
    pub margin: Option<Margin>,
    /// Revenue, where sales are known.
    pub revenue: Option<Revenue>,
    /// Rows whose compare-at price would not stand above the price.
    pub compare_at_too_low: u64,
    /// Rows whose net price displays another price than the rounding wanted, because none displays that.
    pub display_unreachable: u64,
}

/// The change from `before` to `after` in basis points (hundredths of a percent), rounded half away from zero;
/// `None` if there is nothing above zero to compare with.
#[must_use]
pub fn change_basis_points(before: i64, after: i64) -> Option<i64> {
    if before <= 0 {
        return None;
    }
    let moved = (i128::from(after) - i128::from(before)) * 10_000;
    let half = i128::from(before) / 2;
    let away = if moved < 0 { moved - half } else { moved + half };
    i64::try_from(away / i128::from(before)).ok()
}

/// The edges of a bin in basis points, the lower included, the upper not; `None` where the bin is open.
#[must_use]
pub fn bin_edges(bin: usize) -> (Option<i64>, Option<i64>) {
    let middle = (bin as i64 - HISTOGRAM_BINS as i64 / 2) * BIN_BASIS_POINTS;
    let half = BIN_BASIS_POINTS / 2;
    ((bin > 0).then_some(middle - half), (bin + 1 < HISTOGRAM_BINS).then_some(middle + half))
}

/// The bin of a change, by the exact proportion and not by its rounded basis points.
fn bin(before: i64, after: i64) -> usize {
    let (before, after) = (i128::from(before), i128::from(after));
    let half = i128::from(BIN_BASIS_POINTS / 2);
    let place = ((after - before) * 10_000 + half * before).div_euclid(before * i128::from(BIN_BASIS_POINTS));
    let outermost = (HISTOGRAM_BINS / 2) as i128;
    (place.clamp(-outermost, outermost) + outermost) as usize
}

impl Default for SummaryBuilder {
    fn default() -> Self {
        Self {
            counts: Counts::default(),
            histogram: [0; HISTOGRAM_BINS],
            histogram_blocked: [0; HISTOGRAM_BINS],
            changes: Vec::new(),
            largest: None,
            guardrails: Default::default(),
            prices: Prices::default(),
            worth: Worth::default(),
            compare_at_too_low: 0,
            display_unreachable: 0,
        }
    }
}

impl SummaryBuilder {
    /// Adds what was decided of a variant.
    pub fn push(&mut self, facts: &VariantFacts<'_>, decision: &Decision) {
        let Decision::Row(row) = decision else { return self.push_not_selected(1) };
        let counter = match row.outcome {
            Outcome::Raise => &mut self.counts.raise,
            Outcome::Cut => &mut self.counts.cut,
            Outcome::Same => &mut self.counts.same,
            Outcome::Blocked => &mut self.counts.blocked,
            Outcome::Skipped => &mut self.counts.skipped,
        };
        *counter += 1;
        self.compare_at_too_low += u64::from(row.compare_at_too_low);
        self.display_unreachable += u64::from(row.display_unreachable);
        self.push_guardrails(row);
        let Some(before) = row.before else { return };
        let after = match row.outcome {
            Outcome::Raise | Outcome::Cut => row.after.unwrap_or(before),
            Outcome::Same | Outcome::Blocked | Outcome::Skipped => before,
        };
        self.prices.push(before, after);
        self.worth.push(facts, before, after);
        if let (Outcome::Blocked, Some(wanted), 1..) = (row.outcome, row.after, before) {
            self.histogram_blocked[bin(before, wanted)] += 1;
        }
        if after != before {
            self.push_change(facts.key, before, after);
        }
    }

    /// Adds so many variants that no rule selects.
    pub fn push_not_selected(&mut self, variants: usize) {
        self.counts.not_selected += variants as u64;
    }

    fn push_guardrails(&mut self, row: &Row) {
        for (kind, verdict) in row.guardrails.iter() {
            let counts = &mut self.guardrails[kind as usize];
            match verdict {
                Verdict::Violated => counts.violated += 1,
                Verdict::Near => counts.near += 1,
                Verdict::Waived => counts.waived += 1,
                Verdict::NotSet | Verdict::Passed | Verdict::Limited => {}
            }
        }
    }

    fn push_change(&mut self, key: u128, before: i64, after: i64) {
        let Some(basis_points) = change_basis_points(before, after) else { return };
        self.changes.push(basis_points);
        self.histogram[bin(before, after)] += 1;
        let farther =
            |largest: &LargestMove| basis_points.unsigned_abs() > largest.basis_points.unsigned_abs();
        if self.largest.as_ref().is_none_or(farther) {
            self.largest = Some(LargestMove { key, before, after, basis_points });
        }
    }

    /// The picture of everything added; `tax` is that of the surface.
    #[must_use]
    pub fn finish(mut self, tax: Option<Tax>) -> Summary {
        let middle = self.changes.len().saturating_sub(1) / 2;
        let median = (!self.changes.is_empty()).then(|| *self.changes.select_nth_unstable(middle).1);
        Summary {
            counts: self.counts,
            median_basis_points: median,
            largest: self.largest,
            histogram: self.histogram,
            histogram_blocked: self.histogram_blocked,
            guardrails: self.guardrails,
            prices: self.prices.finish(),
            margin: self.worth.margin(tax),
            revenue: self.worth.revenue(),
            compare_at_too_low: self.compare_at_too_low,
            display_unreachable: self.display_unreachable,
        }
    }
}
