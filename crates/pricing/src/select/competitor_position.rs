//! Selects by how far the price now lies above or below a competitor's lowest, in percent of that.

use kernel_core::Currency;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Predicate;
use super::number_test::NumberTest;
use super::share::{self, ReadyShare};
use crate::analyse::{Condition, Fact};
use crate::compile::Compile;
use crate::facts::VariantFacts;
use crate::snapshot::Needs;

/// Percent by which the price lies above (negative: below) the lowest price of a competitor.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub(crate) struct CompetitorPosition(NumberTest);

fn competitor(facts: &VariantFacts<'_>) -> Option<i64> {
    facts.more.competitor_minor.filter(|price| *price > 0)
}

impl Predicate for CompetitorPosition {
    type Ready = ReadyShare;
    const NEEDS: Needs = Needs::More;

    fn ready(&self, compile: &mut Compile) -> ReadyShare {
        ReadyShare::new(&self.0, compile, |percent, hundred| (hundred, -(hundred + percent)))
    }

    fn holds(ready: &ReadyShare, facts: &VariantFacts<'_>) -> bool {
        ready.holds(facts.price_minor, competitor(facts))
    }

    fn condition(ready: &ReadyShare) -> Condition<'_> {
        ready.condition(Fact::Competitor, Fact::Competitor)
    }

    fn seen(_: &ReadyShare, facts: &VariantFacts<'_>, _: Currency) -> String {
        match (facts.price_minor, competitor(facts)) {
            (Some(price), Some(other)) => {
                let other = i128::from(other);
                share::seen("position to the competitor", i128::from(price) - other, other)
            }
            _ => "position to the competitor is not known".to_owned(),
        }
    }
}
