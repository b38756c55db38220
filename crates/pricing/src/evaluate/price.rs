//! The price that the rules of a team compute: steps, rounding, tax.

use super::Reason;
use super::team::Team;
use crate::context::TaxFactor;
use crate::decimal::Decimal;
use crate::facts::VariantFacts;
use crate::rounding::TO_MINOR_UNIT;
use crate::rule_set::RuleSet;
use crate::step::{Exact, Grid};

/// A rounded price.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Rounded {
    /// What the shop keeps.
    pub(super) price: i64,
    /// What the rounding gave: the same, or where net prices are kept what people see.
    pub(super) wanted: i64,
    /// What people see is not what the rounding gave.
    pub(super) unreachable: bool,
}

/// How the last rounding among the rules of a team works.
#[derive(Debug, Clone, Copy)]
pub(super) struct TeamRounding {
    pub(super) grid: Grid,
    /// The tax between what is kept and what the rounding is about; none if they are the same.
    pub(super) displayed: TaxFactor,
}

impl RuleSet {
    /// The rounding that holds for a team.
    pub(super) fn rounding_of(&self, team: &Team<'_>) -> TeamRounding {
        let last = team.iter().filter(|rule| rule.ready.rounds).last();
        match last {
            Some(rule) => TeamRounding { grid: rule.ready.grid, displayed: self.context.displayed_tax() },
            None => TeamRounding { grid: TO_MINOR_UNIT, displayed: TaxFactor::NONE },
        }
    }

    /// The rounded price; the inner `None`: too large. `facts` has the price that the rules start from.
    #[inline]
    pub(super) fn price(
        &self,
        team: &Team<'_>,
        before: i64,
        facts: &VariantFacts<'_>,
    ) -> Result<Option<Rounded>, Reason> {
        if !team.is_single() {
            return self.price_of_several(team, before, facts);
        }
        let rule = &team.first().ready;
        let price = rule.program.end(before, facts).price(before, facts)?;
        Ok(match (price, rule.displayed) {
            (Some(price), TaxFactor::NONE) => Some(Rounded { price, wanted: price, unreachable: false }),
            (Some(displayed), tax) => net(displayed, tax),
            (None, _) => None,
        })
    }

    fn price_of_several(
        &self,
        team: &Team<'_>,
        before: i64,
        facts: &VariantFacts<'_>,
    ) -> Result<Option<Rounded>, Reason> {
        let mut value = Some(Exact::whole(before));
        for rule in team.iter() {
            let end = rule.ready.program.end(before, facts);
            // What is missing is told also where the numbers have become too large before.
            let next = end.exact(before, value.unwrap_or(Exact::whole(before)), facts)?;
            value = value.and(next);
        }
        let rounding = self.rounding_of(team);
        let displayed = value.and_then(|value| value.times(rounding.displayed));
        let Some(price) = displayed.and_then(|value| rounding.grid.price(value)) else { return Ok(None) };
        Ok(match rounding.displayed {
            TaxFactor::NONE => Some(Rounded { price, wanted: price, unreachable: false }),
            tax => net(price, tax),
        })
    }

    /// The price so many percent above another, rounded as given; `None`: too large.
    pub(super) fn above(&self, price: i64, percent: Decimal, rounding: TeamRounding) -> Option<i64> {
        let hundred = 100 * 10_i128.pow(percent.scale());
        let units = i128::from(price).checked_mul(hundred + i128::from(percent.units()))?;
        let value = Exact::new(units, hundred).times(rounding.displayed)?;
        let price = rounding.grid.price(value)?;
        match rounding.displayed {
            TaxFactor::NONE => Some(price),
            tax => Some(net(price, tax)?.price),
        }
    }
}

/// The net price that displays `displayed`; if none does, the one nearest to it. `None`: too large.
fn net(displayed: i64, tax: TaxFactor) -> Option<Rounded> {
    let price = i64::try_from(nearest(i128::from(displayed), tax.without, tax.with)?).ok()?;
    let shown = nearest(i128::from(price), tax.with, tax.without)?;
    Some(Rounded { price, wanted: displayed, unreachable: shown != i128::from(displayed) })
}

/// `minor × units / over`, to the nearest; a tie goes up.
fn nearest(minor: i128, units: i128, over: i128) -> Option<i128> {
    Some(minor.checked_mul(2 * units)?.checked_add(over)?.div_euclid(2 * over))
}

/// What people see of a net price, in minor units; `None` if it is too large.
pub(super) fn displayed(price: i64, tax: TaxFactor) -> Option<i64> {
    i64::try_from(nearest(i128::from(price), tax.with, tax.without)?).ok()
}
