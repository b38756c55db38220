//! What selectors allow, for any variant whatever: which rule can take part at all, and which two can select the same variant.

use super::example::Example;
use super::linear::Answer;
use super::state::{Domain, Search, State, assume};
use super::walk::{Meanings, RuleMeaning};

/// Whether there can be such a variant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reach {
    /// Such as this one.
    Possible(Box<Example>),
    /// There is none in the domain.
    Impossible,
    /// The budget ran out.
    Undecided,
}

impl Reach {
    /// From what a search found, and whether it looked everywhere.
    fn of(found: Option<Example>, search: &Search) -> Self {
        match found {
            Some(example) => Self::Possible(Box::new(example)),
            None if search.unclear || search.budget.ran_out() => Self::Undecided,
            None => Self::Impossible,
        }
    }
}

/// Whether the rule at this place can take part.
pub(super) fn takes_part(rules: &Meanings<'_>, place: usize, domain: Domain, steps_max: u64) -> Reach {
    let mut search = Search::new(steps_max);
    let mut found = None;
    rules.teams(&mut search, State::new(domain), &mut |search, team, state| {
        if team.contains(&place) {
            take(search, &state, &mut found);
        }
    });
    Reach::of(found, &search)
}

/// Whether there can be a variant that the rule at one place selects and the other selects too, or does not.
pub(super) fn both(
    rules: &[RuleMeaning<'_>],
    one: usize,
    other: (usize, bool),
    domain: Domain,
    steps_max: u64,
) -> Reach {
    let mut search = Search::new(steps_max);
    let mut found = None;
    let state = State::new(domain);
    let (other, wanted) = other;
    assume(&mut search, state, &rules[one].selects, true, &mut |search, state| {
        assume(search, state, &rules[other].selects, wanted, &mut |search, state| {
            take(search, &state, &mut found);
        });
    });
    Reach::of(found, &search)
}

fn take(search: &mut Search, state: &State<'_>, found: &mut Option<Example>) {
    match state.example(&mut search.budget) {
        Ok(example) => (*found, search.found) = (Some(example), true),
        Err(Answer::Impossible) => {}
        Err(_) => search.unclear = true,
    }
}
