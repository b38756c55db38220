//! Percentages and margins as exact comparisons of whole numbers.

use crate::analyse::{Condition, Fact, Sum};
use crate::compile::Compile;
use crate::context::{PricingContext, TaxFactor};
use crate::decimal::Decimal;

/// `part / whole`, of a percentage.
#[derive(Debug, Clone, Copy)]
pub(super) struct Share {
    pub(super) part: i128,
    pub(super) whole: i128,
}

impl Share {
    /// A percentage of what it is taken of.
    pub(super) fn of(percent: Decimal) -> Self {
        Self { part: i128::from(percent.units()), whole: 100 * 10_i128.pow(percent.scale()) }
    }

    /// The lowest whole number that lies at most this share below `base`.
    #[inline]
    pub(super) fn below(self, base: i64) -> i64 {
        let numerator = i128::from(base) * (self.whole - self.part);
        mutant!(
            "moves.down_rounded_down",
            clamped(-self.times_whole(-numerator)),
            clamped(self.times_whole(numerator))
        )
    }

    /// The highest whole number that lies at most this share above `base`.
    #[inline]
    pub(super) fn above(self, base: i64) -> i64 {
        let numerator = i128::from(base).checked_mul(self.whole + self.part);
        numerator.map_or(i64::MAX, |numerator| {
            let whole = self.times_whole(numerator);
            clamped(mutant!("moves.up_rounded_up", whole, whole + 1))
        })
    }

    /// How often the whole goes into a number, rounded down. Division of long numbers takes long and is seldom needed.
    #[inline]
    fn times_whole(self, numerator: i128) -> i128 {
        match (i64::try_from(numerator), i64::try_from(self.whole)) {
            (Ok(numerator), Ok(whole)) => numerator.div_euclid(whole).into(),
            _ => numerator.div_euclid(self.whole),
        }
    }

    /// Four fifths of this share: from there on a move is near the limit.
    pub(super) fn four_fifths(self) -> Self {
        Self { part: self.part * 4, whole: self.whole * 5 }
    }
}

fn clamped(number: i128) -> i64 {
    i64::try_from(number).unwrap_or(if number < 0 { i64::MIN } else { i64::MAX })
}

/// Checks that a percentage is above zero, and below `limit` where there is one.
pub(super) fn check_percent(percent: Decimal, limit: Option<i64>, compile: &mut Compile) {
    if percent.units() <= 0 {
        compile.fault("not_positive", format!("{percent} percent must be above zero"));
    }
    if let Some(limit) = limit
        && i128::from(percent.units()) >= i128::from(limit) * 10_i128.pow(percent.scale())
    {
        compile.fault("out_of_range", format!("{percent} percent limits nothing; write less than {limit}"));
    }
}

/// Holds a price against a cost: `price × price_factor` against `cost × cost_factor`, where the net price, which is
/// without tax, must hold the cost and a margin in percent of itself.
#[derive(Debug, Clone, Copy)]
pub(super) struct NetAgainstCost {
    price_factor: i128,
    cost_factor: i128,
}

impl NetAgainstCost {
    /// For a margin in percent of the net price, below 100. Prices are net unless the tax is known and they include it.
    pub(super) fn with_margin(percent: Share, context: Option<&PricingContext>) -> Self {
        let (net, gross) = net_of_gross(context);
        let kept = mutant!(
            "minimum_margin.as_markup",
            percent.whole - percent.part,
            percent.whole * percent.whole / (percent.whole + percent.part)
        );
        Self::reduced(net * kept, gross * percent.whole)
    }

    /// For a net price that lies `percent` above the cost.
    pub(super) fn with_markup(percent: Share, context: Option<&PricingContext>) -> Self {
        let (net, gross) = net_of_gross(context);
        Self::reduced(net * percent.whole, gross * (percent.whole + percent.part))
    }

    fn reduced(price_factor: i128, cost_factor: i128) -> Self {
        let (mut a, mut b) = (price_factor, cost_factor);
        while b != 0 {
            (a, b) = (b, a % b);
        }
        let divisor = a.abs().max(1);
        Self { price_factor: price_factor / divisor, cost_factor: cost_factor / divisor }
    }

    /// When the price that the rules give holds the cost and the margin.
    pub(super) fn condition(&self) -> Condition<'static> {
        let sum = Sum::of(0).plus(Fact::After, self.price_factor).plus(Fact::Cost, -self.cost_factor);
        Condition::NotNegative(sum)
    }

    /// Whether the price holds the cost and the margin. Numbers too large to tell do not hold.
    #[inline]
    pub(super) fn holds(&self, price: i64, cost: i64) -> bool {
        let price = i128::from(price).checked_mul(self.price_factor);
        let cost = i128::from(cost).checked_mul(self.cost_factor);
        matches!((price, cost), (Some(price), Some(cost)) if mutant!("cost.equal_stopped", price >= cost, price > cost))
    }
}

/// Net price and gross price in proportion.
pub(super) fn net_of_gross(context: Option<&PricingContext>) -> (i128, i128) {
    let tax = TaxFactor::included(context.and_then(|context| context.tax));
    (mutant!("cost.tax_ignored", tax.without, tax.with), tax.with)
}

/// The margin in hundredths of a percent of the net price, rounded down; `None` where there is no price.
pub(super) fn margin_basis_points(price: i64, cost: i64, context: &PricingContext) -> Option<i128> {
    let (net, gross) = net_of_gross(Some(context));
    let net = i128::from(price).checked_mul(net)?;
    let cost = i128::from(cost).checked_mul(gross)?;
    if net <= 0 {
        return None;
    }
    Some((net - cost).checked_mul(10_000)?.div_euclid(net))
}
