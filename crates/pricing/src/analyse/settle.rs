//! Two rules applied in turn, each to what the other left: whether the price comes to rest.

use crate::evaluate::Decision;
use crate::facts::{MoreFacts, VariantFacts};
use crate::rule_set::RuleSet;

/// Most rounds before a price counts as drifting.
const ROUNDS_MAX: usize = 64;
/// A price beyond this drifts, in minor units: it would only come to rest where it is too large to be a price.
const PRICE_MAX: i64 = 1_000_000_000_000_000;

/// How two rules that are applied in turn end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Settling {
    /// Neither moves the price any more.
    Rests,
    /// They push it to and fro: these prices come again and again, in this order.
    FlipFlops(Vec<i64>),
    /// It goes on moving without coming back, as far as was looked.
    Drifts,
}

/// Applies the two in turn. The history of the price is left out: it delays a move, but does not end it.
pub(super) fn settle(one: &RuleSet, other: &RuleSet, facts: &VariantFacts<'_>) -> Settling {
    let more = MoreFacts { history: &[], ..*facts.more };
    let mut facts = VariantFacts { more: &more, ..*facts };
    // What each round found, and the two prices that it left; without a price nothing moves.
    let mut rounds = Vec::new();
    let mut prices = Vec::new();
    for _ in 0..ROUNDS_MAX {
        let start = (facts.price_minor, facts.compare_at_minor);
        if let Some(first) = rounds.iter().position(|round| *round == start) {
            return Settling::FlipFlops(cycle(&prices[2 * first..]));
        }
        rounds.push(start);
        let mut rests = true;
        for set in [one, other] {
            rests &= !apply(set, &mut facts);
            prices.extend(facts.price_minor);
        }
        if facts.price_minor.is_some_and(|price| price > PRICE_MAX) {
            return Settling::Drifts;
        }
        if rests {
            return Settling::Rests;
        }
    }
    Settling::Drifts
}

/// Without the same price twice in a row.
fn cycle(prices: &[i64]) -> Vec<i64> {
    let mut cycle = prices.to_vec();
    cycle.dedup();
    if cycle.len() > 1 && cycle.first() == cycle.last() {
        cycle.pop();
    }
    cycle
}

/// Writes what the rules say; whether that changed anything.
fn apply(set: &RuleSet, facts: &mut VariantFacts<'_>) -> bool {
    let Decision::Row(row) = set.evaluate(facts) else { return false };
    if !row.writes() {
        return false;
    }
    (facts.price_minor, facts.compare_at_minor) = (row.after, row.compare_at_after);
    true
}
