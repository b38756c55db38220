//! Every way through a set of rules: which rule decides, what it computes, rounding, limits, guardrails. The same order as
//! `evaluate`, over all variants at once. What is too large to be a price is left out, since it is never written.

use super::meaning::{Bound, Change, Condition, Fact, RuleTraits, Side, Sum};
use super::state::{Linear, Search, State, Then, assume, every};
use crate::context::TaxFactor;
use crate::rounding::TO_MINOR_UNIT;
use crate::rule_set::{CompiledRule, RuleSet};
use crate::step::{Grid, Toward};

/// What the rules of a set mean.
pub(super) struct Meanings<'r> {
    set: &'r RuleSet,
    /// In the order in which they are asked.
    pub(super) rules: Vec<RuleMeaning<'r>>,
}

/// What one rule means.
pub(super) struct RuleMeaning<'r> {
    pub(super) rule: &'r CompiledRule,
    pub(super) selects: Condition<'r>,
    changes: Vec<Change<'r>>,
    bounds: Vec<Bound<'r>>,
}

/// Rules that take part together, by their places: the one that decides first, those that stack behind it.
#[derive(Debug, Clone, Default)]
struct Picked {
    decides: Option<usize>,
    stacked: Vec<usize>,
    groups: Vec<u32>,
}

/// Goes on with the places of the rules that take part.
type ThenTeam<'c, 'r> = &'c mut dyn FnMut(&mut Search, &[usize], State<'r>);

/// What every rule of the set means.
pub(super) fn meanings<'r>(set: &'r RuleSet) -> Meanings<'r> {
    let meaning = |rule: &'r CompiledRule| {
        let ready = &rule.ready;
        let mut bounds = Vec::new();
        ready.limits.each(|_, limit| bounds.extend(limit.bounds()));
        RuleMeaning { rule, selects: ready.matcher.condition(), changes: ready.program.changes(), bounds }
    };
    Meanings { set, rules: set.rules.iter().map(meaning).collect() }
}

impl<'r> Meanings<'r> {
    /// Whether the rule at one place keeps the rule at a later place from variants that both select.
    pub(super) fn takes_from(&self, first: usize, later: usize) -> bool {
        let [first, later] = [first, later].map(|place| self.rules[place].rule);
        let same_group = first.group.is_some() && first.group == later.group;
        first.in_force && (!(first.stack || later.stack) || (same_group && self.set.stacks))
    }

    /// Goes on with every way in which rules take part.
    pub(super) fn teams(&self, search: &mut Search, state: State<'r>, then: ThenTeam<'_, 'r>) {
        self.teams_from(search, state, 0, &Picked::default(), then);
    }

    fn teams_from(
        &self,
        search: &mut Search,
        state: State<'r>,
        place: usize,
        picked: &Picked,
        then: ThenTeam<'_, 'r>,
    ) {
        let Some(RuleMeaning { rule, selects, .. }) = self.rules.get(place) else {
            let team: Vec<usize> = picked.decides.into_iter().chain(picked.stacked.iter().copied()).collect();
            if !team.is_empty() {
                then(search, &team, state);
            }
            return;
        };
        let taken = rule.group.is_some_and(|group| picked.groups.contains(&group));
        let late = !rule.stack && picked.decides.is_some();
        if !rule.in_force || taken || (late && rule.group.is_none()) {
            return self.teams_from(search, state, place + 1, picked, then);
        }
        let mut with = picked.clone();
        with.groups.extend(rule.group);
        match rule.stack {
            true => with.stacked.push(place),
            false => with.decides = with.decides.or(Some(place)),
        }
        assume(search, state.clone(), selects, true, &mut |search, state| {
            // Without rules that stack, the first that selects the variant ends the asking.
            let next = if self.set.stacks { place + 1 } else { self.rules.len() };
            self.teams_from(search, state, next, &with, then);
        });
        assume(search, state, selects, false, &mut |search, state| {
            self.teams_from(search, state, place + 1, picked, then);
        });
    }

    /// Goes on with every way in which these rules give a price that is written: other than the price before, and not
    /// stopped. The price stands as [`Fact::After`].
    pub(super) fn written(
        &self,
        search: &mut Search,
        mut state: State<'r>,
        team: &[usize],
        then: Then<'_, 'r>,
    ) {
        let Some(before) = state.fact(Fact::Price) else { return };
        state.value = (before.clone(), 1);
        let team: Vec<&RuleMeaning<'r>> = team.iter().map(|place| &self.rules[*place]).collect();
        let Some(first) = team.first() else { return };
        let changes: Vec<&Change<'r>> = team.iter().flat_map(|rule| &rule.changes).collect();
        let bounds: Vec<&Bound<'r>> = team.iter().flat_map(|rule| &rule.bounds).collect();
        let passes: Vec<Condition<'r>> = self.set.guardrails.passes(&RuleTraits {
            follows: team.iter().any(|rule| rule.rule.ready.follows),
            has_minimum: team.iter().any(|rule| rule.rule.ready.limits.has_minimum()),
            rule_index: first.rule.index,
        });
        let rounding = team.iter().rev().find(|rule| rule.rule.ready.rounds);
        let (grid, tax) = match rounding {
            Some(rule) => (rule.rule.ready.grid, self.set.context.displayed_tax()),
            None => (TO_MINOR_UNIT, TaxFactor::NONE),
        };
        changed(search, state, &changes, &mut |search, state| {
            kept(search, state, grid, tax, &mut |search, state, price| {
                limited(search, state, &bounds, price, &mut |search, mut state, price| {
                    state.know(Fact::After, price.clone());
                    // A result below zero is never written, whatever the guardrails say.
                    if !state.require(&price) {
                        return;
                    }
                    every(search, state, &passes, true, &mut |search, state| {
                        moved(search, state, &before, &price, then);
                    });
                });
            });
        });
    }
}

/// The rounded price as the shop keeps it: where people see another, the one nearest to what is rounded for them.
fn kept<'r>(search: &mut Search, mut state: State<'r>, grid: Grid, tax: TaxFactor, then: ThenPrice<'_, 'r>) {
    if tax == TaxFactor::NONE {
        return rounded(search, state, grid, then);
    }
    let (value, over) = &state.value;
    let shown = value.combined(tax.with, &Linear::default(), 0).zip(over.checked_mul(tax.without));
    let Some(shown) = shown else { return search.unclear = true };
    state.value = shown;
    rounded(search, state, grid, &mut |search, mut state, shown| {
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

fn changed<'r>(search: &mut Search, mut state: State<'r>, changes: &[&Change<'r>], then: Then<'_, 'r>) {
    let Some((first, rest)) = changes.split_first() else { return then(search, state) };
    match *first {
        Change::Becomes { sum, over } => {
            let missing =
                sum.terms.iter().any(|(fact, _)| *fact != Fact::Value && state.fact(*fact).is_none());
            if missing {
                return;
            }
            let value =
                state.result(sum).and_then(|(linear, divisor)| Some((linear, divisor.checked_mul(*over)?)));
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
        changed(search, state, &changes.iter().collect::<Vec<_>>(), then);
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
    bounds: &[&Bound<'r>],
    price: Linear,
    then: ThenPrice<'_, 'r>,
) {
    let mut sums = Vec::with_capacity(bounds.len());
    for bound in bounds {
        let needed = bound.above_zero.map(|fact| state.sum(&Sum::of(-1).plus(fact, 1)));
        if needed.is_some_and(|needed| needed.is_none_or(|row| !state.require(&row))) {
            return;
        }
        match state.sum(&bound.sum) {
            Some(sum) => sums.push((*bound, sum)),
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
