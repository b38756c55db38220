//! Selects by the margin that the price now leaves: what remains of the net price after the cost, in percent of it.

use kernel_core::Currency;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Predicate;
use super::number_test::NumberTest;
use super::share::{self, ReadyShare};
use crate::analyse::{Condition, Fact};
use crate::compile::Compile;
use crate::context::TaxFactor;
use crate::facts::VariantFacts;

/// Percent of the net price that remains after the cost. Without a cost, or at a price of zero, there is no margin.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub(crate) struct Margin(NumberTest);

/// The comparison, with the tax that the price includes.
#[derive(Debug)]
pub(crate) struct ReadyMargin {
    share: ReadyShare,
    tax: TaxFactor,
}

impl Predicate for Margin {
    type Ready = ReadyMargin;

    fn ready(&self, compile: &mut Compile) -> ReadyMargin {
        let tax = compile.included_tax();
        // The margin is p where (100 − p) × net = 100 × cost, and net = price × without / with.
        let share = ReadyShare::new(&self.0, compile, |percent, hundred| {
            ((hundred - percent) * tax.without, -hundred * tax.with)
        });
        ReadyMargin { share, tax }
    }

    fn holds(ready: &ReadyMargin, facts: &VariantFacts<'_>) -> bool {
        ready.share.holds(facts.price_minor.filter(|price| *price > 0), facts.cost_minor)
    }

    fn condition(ready: &ReadyMargin) -> Condition<'_> {
        ready.share.condition(Fact::Cost, Fact::Price)
    }

    fn seen(ready: &ReadyMargin, facts: &VariantFacts<'_>, _: Currency) -> String {
        match (facts.price_minor.filter(|price| *price > 0), facts.cost_minor) {
            (Some(price), Some(cost)) => {
                let net = i128::from(price) * ready.tax.without;
                share::seen("margin", net - i128::from(cost) * ready.tax.with, net)
            }
            _ => "margin is not known".to_owned(),
        }
    }
}
