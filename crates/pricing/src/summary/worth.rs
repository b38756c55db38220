//! What a plan is worth: margin where costs are known, revenue where sales are. Sums are exact and rounded once.

use crate::context::{Tax, TaxFactor};
use crate::facts::VariantFacts;

/// Sums over all selected variants, each counted once.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Worth {
    selected: u64,
    with_cost: u64,
    cost: i128,
    price_before: i128,
    price_after: i128,
    with_sales: u64,
    revenue_before: i128,
    revenue_after: i128,
}

/// Margin of all selected variants with a known cost, in basis points of the price without tax.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Margin {
    /// Before; `None` where all prices are zero.
    pub before: Option<i64>,
    /// After.
    pub after: Option<i64>,
    /// Share of selected variants whose cost is known, in basis points.
    pub known: i64,
}

/// Revenue of 30 days at the units sold lately, in minor units.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Revenue {
    /// At the prices before.
    pub before: i64,
    /// At the prices after.
    pub after: i64,
    /// Share of selected variants whose sales are known, in basis points.
    pub known: i64,
}

impl Worth {
    #[inline]
    pub(super) fn push(&mut self, facts: &VariantFacts<'_>, before: i64, after: i64) {
        let (before, after) = (i128::from(before), i128::from(after));
        self.selected += 1;
        if let Some(cost) = facts.cost_minor {
            self.with_cost += 1;
            self.cost += i128::from(cost);
            self.price_before += before;
            self.price_after += after;
        }
        if let Some(units) = facts.more.units_sold_30d {
            self.with_sales += 1;
            self.revenue_before += before * i128::from(units);
            self.revenue_after += after * i128::from(units);
        }
    }

    pub(super) fn margin(&self, tax: Option<Tax>) -> Option<Margin> {
        let margin = |price| margin(price, self.cost, TaxFactor::included(tax));
        (self.with_cost > 0).then(|| Margin {
            before: margin(self.price_before),
            after: margin(self.price_after),
            known: share(self.with_cost, self.selected),
        })
    }

    pub(super) fn revenue(&self) -> Option<Revenue> {
        let whole = |sum: i128| i64::try_from(sum).unwrap_or(i64::MAX);
        (self.with_sales > 0).then(|| Revenue {
            before: whole(self.revenue_before),
            after: whole(self.revenue_after),
            known: share(self.with_sales, self.selected),
        })
    }
}

/// The margin that a price leaves, less its tax, in basis points, rounded half away from zero; `None` where there is no price.
#[must_use]
pub fn net_margin_basis_points(price: i64, cost: i64, tax: TaxFactor) -> Option<i64> {
    margin(price.into(), cost.into(), tax)
}

fn margin(price: i128, cost: i128, tax: TaxFactor) -> Option<i64> {
    let net = price * tax.without;
    basis_points(net - cost * tax.with, net)
}

fn share(part: u64, whole: u64) -> i64 {
    basis_points(part.into(), whole.into()).unwrap_or(0)
}

/// `part / whole` in basis points, rounded half away from zero.
fn basis_points(part: i128, whole: i128) -> Option<i64> {
    if whole <= 0 {
        return None;
    }
    let scaled = part.checked_mul(10_000)?;
    let half = whole / 2;
    i64::try_from((if scaled < 0 { scaled - half } else { scaled + half }) / whole).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::MoreFacts;

    #[test]
    fn margin_is_of_the_price_without_tax_and_says_how_much_is_known() {
        let mut worth = Worth::default();
        worth.push(&VariantFacts { cost_minor: Some(5_000), ..VariantFacts::default() }, 11_900, 9_520);
        worth.push(&VariantFacts::default(), 100, 100);
        let gross = Tax::new("19", true).expect("a tax");
        let margin = |before, after| Some(Margin { before: Some(before), after: Some(after), known: 5_000 });
        assert_eq!(worth.margin(Some(gross)), margin(5_000, 3_750));
        // 50 of 119 and of 95.20, as if there were no tax.
        assert_eq!(worth.margin(None), margin(5_798, 4_748));
        assert_eq!(Worth::default().margin(None), None);
    }

    #[test]
    fn revenue_counts_units() {
        let mut worth = Worth::default();
        let more = MoreFacts { units_sold_30d: Some(3), ..MoreFacts::default() };
        worth.push(&VariantFacts { more: &more, ..VariantFacts::default() }, 1_000, 900);
        assert_eq!(worth.revenue(), Some(Revenue { before: 3_000, after: 2_700, known: 10_000 }));
    }
}
