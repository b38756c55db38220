//! What a plan does as a whole, collected row by row without asking again.

use crate::evaluate::{Outcome, Row};
use crate::facts::VariantFacts;

/// Factors that a slipped decimal point or minor units for major ones make, each up and down.
pub(super) const FACTORS: [i64; 3] = [10, 100, 1_000];

/// What plans move on one day. Amounts are minor units of the surface's currency.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct DayTotals {
    /// Rows that write something.
    pub rows: u64,
    /// Revenue at risk: of each of these rows the units sold in the last 30 days at the price before.
    pub revenue_minor: i128,
    /// Rows whose sales nobody told.
    pub rows_without_sales: u64,
    /// Variants in the catalogue, whether they move or not.
    pub catalogue_variants: u64,
}

/// What a plan does as a whole.
#[derive(Debug)]
pub(crate) struct Seen {
    pub(super) totals: DayTotals,
    /// Price before and after of every row that the rules would move, stopped ones too.
    pub(super) moves: Vec<(i64, i64)>,
    /// How many rows the rules would move, stopped ones too.
    pub(super) moved: u64,
    /// How many of them go up by about each factor, and down.
    pub(super) by_factor: [[u64; 2]; FACTORS.len()],
    keeps_moves: bool,
}

impl DayTotals {
    /// Both together, over one catalogue.
    #[must_use]
    pub fn plus(&self, other: &Self) -> Self {
        Self {
            rows: self.rows + other.rows,
            revenue_minor: self.revenue_minor.saturating_add(other.revenue_minor),
            rows_without_sales: self.rows_without_sales + other.rows_without_sales,
            catalogue_variants: self.catalogue_variants.max(other.catalogue_variants),
        }
    }
}

impl Seen {
    pub(super) fn new(keeps_moves: bool) -> Self {
        Self {
            totals: DayTotals::default(),
            moves: Vec::new(),
            moved: 0,
            by_factor: [[0; 2]; FACTORS.len()],
            keeps_moves,
        }
    }

    pub(super) fn push(&mut self, row: &Row, facts: &VariantFacts<'_>) {
        if row.writes() {
            self.totals.rows += 1;
            match (facts.more.units_sold_30d, row.before) {
                (Some(units), Some(before)) => {
                    let revenue = i128::from(units.max(0)) * i128::from(before);
                    self.totals.revenue_minor = self.totals.revenue_minor.saturating_add(revenue);
                }
                _ => self.totals.rows_without_sales += 1,
            }
        }
        // What a guardrail stops counts too: the accident is the same, and is named even where little of it would get through.
        let moves = matches!(row.outcome, Outcome::Raise | Outcome::Cut | Outcome::Blocked);
        if let (true, Some(before), Some(after)) = (moves, row.before, row.after)
            && before != after
        {
            self.push_move(before, after);
        }
    }

    fn push_move(&mut self, before: i64, after: i64) {
        self.moved += 1;
        if self.keeps_moves {
            self.moves.push((before, after));
        }
        let (low, high) = (i128::from(before.min(after)), i128::from(before.max(after)));
        if low <= 0 || high < 9 * low {
            return;
        }
        for (factor, counts) in FACTORS.iter().zip(&mut self.by_factor) {
            let about = low * i128::from(*factor);
            if 100 * high >= 95 * about && 100 * high <= 105 * about {
                counts[usize::from(after < before)] += 1;
            }
        }
    }
}
