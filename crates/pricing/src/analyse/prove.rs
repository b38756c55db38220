//! Proofs: "these rules can never write such a price", or a variant for which they really do.

use super::example::Example;
use super::linear::Answer;
use super::meaning::{Condition, Fact, Sum};
use super::state::{Domain, Search, State, assume};
use super::walk::meanings;
use crate::context::PricingContext;
use crate::decimal::Decimal;
use crate::evaluate::{Decision, Outcome};
use crate::rule_set::RuleSet;

/// What every price that is written must hold. A price that stays, or a row that is stopped, writes none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Property(Kind);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Floor(i64),
    Ceiling(i64),
    NotBelowCost,
    MinimumMargin(Decimal),
    MaximumMove(Decimal),
}

/// What can be said of a property.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Proof {
    /// No variant of the domain gets a price that breaks it.
    Holds,
    /// This variant does.
    Refuted(Box<Refutation>),
    /// The budget ran out before all ways through the rules were looked at.
    Undecided,
}

/// A variant that shows how a property is broken; evaluating it gives this price.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refutation {
    /// The variant.
    pub variant: Example,
    /// The price that the rules write, in minor units.
    pub after_minor: i64,
    /// Place of the rule that decides, in the list that was compiled.
    pub rule_index: u32,
}

/// How far a proof looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Effort {
    /// In which numbers variants are looked for.
    pub domain: Domain,
    /// Most steps of reasoning before giving up.
    pub steps_max: u64,
}

impl Default for Effort {
    fn default() -> Self {
        Self { domain: Domain::default(), steps_max: 200_000 }
    }
}

impl Property {
    /// Never below this price, in minor units.
    #[must_use]
    pub fn floor(minor: i64) -> Self {
        Self(Kind::Floor(minor))
    }

    /// Never above this price, in minor units.
    #[must_use]
    pub fn ceiling(minor: i64) -> Self {
        Self(Kind::Ceiling(minor))
    }

    /// Without tax never below the cost, where the cost is known.
    #[must_use]
    pub fn not_below_cost() -> Self {
        Self(Kind::NotBelowCost)
    }

    /// Never a margin under so many percent of the price without tax, where the cost is known.
    ///
    /// # Errors
    /// A sentence that says what is wrong with the percentage: it must be a decimal number, zero or more, below 100.
    pub fn minimum_margin(percent: &str) -> Result<Self, String> {
        let percent = not_negative(percent)?;
        if i128::from(percent.units()) >= 100 * 10_i128.pow(percent.scale()) {
            return Err(format!("a margin of {percent} percent is not below 100"));
        }
        Ok(Self(Kind::MinimumMargin(percent)))
    }

    /// Never farther from the price before than so many percent of it.
    ///
    /// # Errors
    /// A sentence that says what is wrong with the percentage: it must be a decimal number, zero or more.
    pub fn maximum_move(percent: &str) -> Result<Self, String> {
        Ok(Self(Kind::MaximumMove(not_negative(percent)?)))
    }

    /// Whether a price that is written breaks the property. Amounts are minor units.
    #[must_use]
    pub fn broken_by(&self, before: i64, after: i64, cost: Option<i64>, context: &PricingContext) -> bool {
        let [before, after] = [before, after].map(i128::from);
        let (net, gross) = net_of_gross(context);
        match self.0 {
            Kind::Floor(minor) => after < i128::from(minor),
            Kind::Ceiling(minor) => after > i128::from(minor),
            Kind::NotBelowCost => cost.is_some_and(|cost| after * net < i128::from(cost) * gross),
            Kind::MinimumMargin(percent) => cost.is_some_and(|cost| {
                let (part, whole) = share(percent);
                (after * net).checked_mul(whole - part) < (i128::from(cost) * gross).checked_mul(whole)
            }),
            Kind::MaximumMove(percent) => {
                let (part, whole) = share(percent);
                (after - before).abs() * whole > before * part
            }
        }
    }

    /// When a written price breaks it.
    fn broken(&self, context: &PricingContext) -> Condition<'static> {
        let (net, gross) = net_of_gross(context);
        let negative = |sum| Condition::NotNegative(sum).negated();
        match self.0 {
            Kind::Floor(minor) => Condition::at_least(Fact::After, minor.into()).negated(),
            Kind::Ceiling(minor) => Condition::at_most(Fact::After, minor.into()).negated(),
            Kind::NotBelowCost => Condition::All(vec![
                Condition::Known(Fact::Cost),
                negative(Sum::of(0).plus(Fact::After, net).plus(Fact::Cost, -gross)),
            ]),
            Kind::MinimumMargin(percent) => {
                let (part, whole) = share(percent);
                let sum = Sum::of(0).plus(Fact::After, net * (whole - part)).plus(Fact::Cost, -gross * whole);
                Condition::All(vec![Condition::Known(Fact::Cost), negative(sum)])
            }
            Kind::MaximumMove(percent) => {
                let (part, whole) = share(percent);
                let inside = [1, -1].map(|sign| {
                    Sum::of(0).plus(Fact::Price, part + sign * whole).plus(Fact::After, -sign * whole)
                });
                Condition::All(inside.map(Condition::NotNegative).into()).negated()
            }
        }
    }
}

fn not_negative(percent: &str) -> Result<Decimal, String> {
    let parsed = Decimal::parse(percent)?;
    if parsed.units() < 0 {
        return Err(format!("{percent} percent is below zero"));
    }
    Ok(parsed)
}

fn share(percent: Decimal) -> (i128, i128) {
    (i128::from(percent.units()), 100 * 10_i128.pow(percent.scale()))
}

/// Net and gross price in proportion.
fn net_of_gross(context: &PricingContext) -> (i128, i128) {
    match context.tax {
        Some(tax) if tax.prices_include => {
            let hundred = 100 * 10_i128.pow(tax.rate.scale());
            (hundred, hundred + i128::from(tax.rate.units()))
        }
        _ => (1, 1),
    }
}

impl RuleSet {
    /// Whether the rules can write a price that breaks the property, for any variant of the domain on which no sale runs.
    /// Variants have their price in the surface's currency and a history in which it never moved: others are only stopped
    /// more often.
    #[must_use]
    pub fn prove(&self, property: &Property, effort: &Effort) -> Proof {
        let rules = meanings(self);
        let broken = property.broken(&self.context);
        let mut search = Search::new(effort.steps_max);
        let mut refutation = None;
        rules.teams(&mut search, State::new(effort.domain), &mut |search, team, state| {
            rules.written(search, state, team, &mut |search, state| {
                assume(search, state, &broken, true, &mut |search, state| match state
                    .example(&mut search.budget)
                {
                    Ok(variant) => match self.refutes(property, variant) {
                        Some(found) => (refutation, search.found) = (Some(found), true),
                        None => search.unclear = true,
                    },
                    Err(Answer::Impossible) => {}
                    Err(_) => search.unclear = true,
                });
            });
        });
        match refutation {
            Some(found) => Proof::Refuted(Box::new(found)),
            None if search.unclear || search.budget.ran_out() => Proof::Undecided,
            None => Proof::Holds,
        }
    }

    /// The refutation that a variant is, as the engine itself sees it.
    fn refutes(&self, property: &Property, variant: Example) -> Option<Refutation> {
        let Decision::Row(row) = variant.with_facts(|facts| self.evaluate(facts)) else { return None };
        let (Outcome::Raise | Outcome::Cut, Some(before), Some(after)) = (row.outcome, row.before, row.after)
        else {
            return None;
        };
        property.broken_by(before, after, variant.cost_minor, &self.context).then_some(Refutation {
            variant,
            after_minor: after,
            rule_index: row.rule_index,
        })
    }
}
