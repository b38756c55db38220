//! Every way through a set of rules: which rule decides, what it computes, rounding, limits, guardrails. The same order as
//! `evaluate`, over all variants at once. What is too large to be a price is left out, since it is never written.

use super::meaning::{Bound, Change, Condition, Fact, RuleTraits, Side, Sum};
use super::state::{Linear, Search, State, Then, assume, every};
use crate::context::TaxFactor;
use crate::rounding::TO_MINOR_UNIT;
use crate::rule_set::{CompiledRule, RuleSet};
use crate::step::{Grid, Toward};

/// What one rule means.
pub(super) struct RuleMeaning<'r> {
    /// Place in the list that was compiled.
    pub(super) index: u32,
    pub(super) selects: Condition<'r>,
    changes: Vec<Change<'r>>,
    grid: Grid,
    /// The tax between what the shop keeps and what the rounding is about.
    displayed: TaxFactor,
    bounds: Vec<Bound<'r>>,
    passes: Vec<Condition<'r>>,
}

/// What every rule of the set means, in the order in which they are asked.
pub(super) fn meanings(set: &RuleSet) -> Vec<RuleMeaning<'_>> {
    set.rules.iter().filter(|rule| rule.in_force).map(|rule| meaning(set, rule)).collect()
}

fn meaning<'r>(set: &'r RuleSet, rule: &'r CompiledRule) -> RuleMeaning<'r> {
    let ready = &rule.ready;
    let traits = RuleTraits {
        follows: ready.follows,
        has_minimum: ready.limits.has_minimum(),
        rule_index: rule.index,
        context: &set.context,
    };
    let mut bounds = Vec::new();
    ready.limits.each(|_, limit| bounds.extend(limit.bounds()));
    RuleMeaning {
        index: rule.index,
        selects: ready.matcher.condition(),
        changes: ready.program.changes(),
        grid: ready.grid,
        displayed: ready.displayed,
        bounds,
        passes: set.guardrails.passes(&traits),
    }
}

/// Goes on with every way in which a rule of the set decides, naming its place in `rules`.
pub(super) fn deciding<'r>(
    search: &mut Search,
    state: State<'r>,
    rules: &[RuleMeaning<'r>],
    then: &mut dyn FnMut(&mut Search, usize, State<'r>),
) {
    deciding_from(search, state, rules, 0, then);
}

fn deciding_from<'r>(
    search: &mut Search,
    state: State<'r>,
    rules: &[RuleMeaning<'r>],
    place: usize,
    then: &mut dyn FnMut(&mut Search, usize, State<'r>),
) {
    let Some(rule) = rules.get(place) else { return };
    assume(search, state.clone(), &rule.selects, true, &mut |search, state| then(search, place, state));
    assume(search, state, &rule.selects, false, &mut |search, state| {
        deciding_from(search, state, rules, place + 1, then);
    });
}

/// Goes on with every way in which the rule gives a price that is written: other than the price before, and not stopped.
/// The price stands as [`Fact::After`].
pub(super) fn written<'r>(
    search: &mut Search,
    mut state: State<'r>,
    rule: &RuleMeaning<'r>,
    then: Then<'_, 'r>,
) {
    let Some(before) = state.fact(Fact::Price) else { return };
    state.value = (before.clone(), 1);
    changed(search, state, &rule.changes, &mut |search, state| {
        kept(search, state, rule, &mut |search, state, price| {
            limited(search, state, &rule.bounds, price, &mut |search, mut state, price| {
                state.know(Fact::After, price.clone());
                // A result below zero is never written, whatever the guardrails say.
                if !state.require(&price) {
                    return;
                }
                every(search, state, &rule.passes, true, &mut |search, state| {
                    moved(search, state, &before, &price, then);
                });
            });
        });
    });
}

/// The rounded price as the shop keeps it: where people see another, the one nearest to what is rounded for them.
fn kept<'r>(search: &mut Search, mut state: State<'r>, rule: &RuleMeaning<'r>, then: ThenPrice<'_, 'r>) {
    let tax = rule.displayed;
    if tax == TaxFactor::NONE {
        return rounded(search, state, rule.grid, then);
    }
    let (value, over) = &state.value;
    let shown = value.combined(tax.with, &Linear::default(), 0).zip(over.checked_mul(tax.without));
    let Some(shown) = shown else { return search.unclear = true };
    state.value = shown;
    rounded(search, state, rule.grid, &mut |search, mut state, shown| {
        let Some(net) = shown.combined(tax.without, &Linear::default(), 0) else {
            return search.unclear = true;
        };
        state.value = (net, tax.with);
        rounded(search, state, TO_MINOR_UNIT, then);
    });
}

/// Goes on with a price of its own.
type ThenPrice<'c, 'r> = &'c mut dyn FnMut(&mut Search, State<'r>, Linear);

fn moved<'r>(search: &mut Search, state: State<'r>, before: &Linear, price: &Linear, then: Then<'_, 'r>) {
    for (one, other) in [(before, price), (price, before)] {
        let mut state = state.clone();
        let Some(distance) = one.combined(1, other, -1) else { return search.unclear = true };
        if distance.combined(1, &Linear::number(-1), 1).is_some_and(|less| state.require(&less)) {
            then(search, state);
        }
    }
}

fn changed<'r>(search: &mut Search, mut state: State<'r>, changes: &[Change<'r>], then: Then<'_, 'r>) {
    let Some((first, rest)) = changes.split_first() else { return then(search, state) };
    match first {
        Change::Becomes { sum, over } => {
            let missing =
                sum.terms.iter().any(|(fact, _)| *fact != Fact::Value && state.fact(*fact).is_none());
            if missing {
                return;
            }
            let value =
                state.sum(sum).and_then(|(linear, divisor)| Some((linear, divisor.checked_mul(*over)?)));
            match value {
                Some(value) => state.value = value,
                None => return search.unclear = true,
            }
            changed(search, state, rest, then);
        }
        Change::First(choices) => first_of(search, state, choices, &mut |search, state| {
            changed(search, state, rest, then);
        }),
    }
}

fn first_of<'r>(
    search: &mut Search,
    state: State<'r>,
    choices: &[(Condition<'r>, Vec<Change<'r>>)],
    then: Then<'_, 'r>,
) {
    let Some(((condition, changes), rest)) = choices.split_first() else { return then(search, state) };
    assume(search, state.clone(), condition, true, &mut |search, state| {
        changed(search, state, changes, then);
    });
    assume(search, state, condition, false, &mut |search, state| first_of(search, state, rest, then));
}

/// The value on the grid: `step × k + offset` for the whole number `k` that the rounding asks for.
fn rounded<'r>(search: &mut Search, mut state: State<'r>, grid: Grid, then: ThenPrice<'_, 'r>) {
    let (step, offset) = (i128::from(grid.step), i128::from(grid.offset));
    let most = i128::from(i64::MAX) / step + 1;
    let multiple = Linear::of(state.system.variable(-most, most));
    let rows = || {
        let (value, over) = &state.value;
        // Twice everything, so that half a step is a whole number.
        let distance = value.combined(1, &Linear::number(*over), -offset)?.combined(
            2,
            &multiple,
            -2 * step.checked_mul(*over)?,
        )?;
        let whole = step.checked_mul(*over)?.checked_mul(2)?;
        let (least, below) = match grid.toward {
            Toward::Down => (0, whole),
            Toward::Nearest => (-(whole / 2), whole / 2),
            Toward::Up => (2 - whole, 2),
        };
        let not_less = distance.combined(1, &Linear::number(least), -1)?;
        Some((not_less, distance.combined(-1, &Linear::number(below - 1), 1)?))
    };
    let Some((not_less, below)) = rows() else { return search.unclear = true };
    let price = multiple.combined(step, &Linear::number(offset), 1);
    if state.require(&not_less)
        && state.require(&below)
        && let Some(price) = price
    {
        then(search, state, price);
    }
}

/// The price inside the limits: as it came, or moved to the bound that is the farthest in. Limits that contradict give none.
fn limited<'r>(
    search: &mut Search,
    mut state: State<'r>,
    bounds: &[Bound<'r>],
    price: Linear,
    then: ThenPrice<'_, 'r>,
) {
    let mut sums = Vec::with_capacity(bounds.len());
    for bound in bounds {
        match state.sum(&bound.sum) {
            Some((sum, _)) => sums.push((bound, sum)),
            None => return,
        }
    }
    let holds = |state: &mut State<'r>, price: &Linear, side: Option<Side>| {
        sums.iter().filter(|(bound, _)| side.is_none_or(|side| side == bound.side)).all(|(bound, sum)| {
            let sign = if bound.side == Side::Low { 1 } else { -1 };
            price.combined(sign * bound.times, sum, -sign).is_none_or(|row| state.require(&row))
        })
    };
    let mut as_it_came = state.clone();
    if holds(&mut as_it_came, &price, None) {
        then(search, as_it_came, price.clone());
    }
    for (bound, sum) in &sums {
        let mut state = state.clone();
        let limit = Linear::of(state.system.variable(i64::MIN.into(), i64::MAX.into()));
        let sign = if bound.side == Side::Low { 1 } else { -1 };
        // The bound allows this price and not the one beyond it, and the price that came lies beyond.
        let beyond = limit.combined(sign * bound.times, sum, -sign);
        let beyond = beyond.and_then(|row| row.combined(1, &Linear::number(bound.times), -1));
        let past =
            limit.combined(sign, &price, -sign).and_then(|row| row.combined(1, &Linear::number(-1), 1));
        let (Some(beyond), Some(past)) = (beyond, past) else { return search.unclear = true };
        if state.require_negative(&beyond) && state.require(&past) && holds(&mut state, &limit, None) {
            then(search, state, limit);
        }
    }
}
