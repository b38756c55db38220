//! What is known of a variant on one way through the rules: numbers by inequalities, texts by tests, what is missing.

use super::example::Example;
use super::linear::{Answer, Budget, System, Variable};
use super::meaning::{Condition, Fact, Sum, TextField};
use super::spell::Spelled;
use super::texts::{TextLiteral, witness};

/// In which numbers variants are looked for. Amounts are minor units.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Domain {
    /// Amounts run from zero to this.
    pub amount_minor_max: i64,
    /// Stock runs from minus this to this.
    pub count_max: i64,
    /// Instants run from 1970 to this, in seconds.
    pub instant_max: i64,
}

impl Default for Domain {
    /// Amounts up to ten thousand million major units of two digits, a thousand million pieces, instants up to the year 2242.
    fn default() -> Self {
        Self { amount_minor_max: 1_000_000_000_000, count_max: 1_000_000_000, instant_max: 1 << 33 }
    }
}

/// A sum over variables.
#[derive(Debug, Clone, Default)]
pub(super) struct Linear {
    pub(super) terms: Vec<(Variable, i128)>,
    pub(super) constant: i128,
}

impl Linear {
    pub(super) fn of(variable: Variable) -> Self {
        Self { terms: vec![(variable, 1)], constant: 0 }
    }

    pub(super) fn number(constant: i128) -> Self {
        Self { terms: Vec::new(), constant }
    }

    /// `self × factor + other × other_factor`; `None` if the numbers are too large to be kept.
    pub(super) fn combined(&self, factor: i128, other: &Self, other_factor: i128) -> Option<Self> {
        let scaled = |one: &Self, by: i128| {
            one.terms.iter().map(|(v, f)| Some((*v, f.checked_mul(by)?))).collect::<Option<Vec<_>>>()
        };
        let mut terms = scaled(self, factor)?;
        terms.extend(scaled(other, other_factor)?);
        let constant =
            self.constant.checked_mul(factor)?.checked_add(other.constant.checked_mul(other_factor)?)?;
        Some(Self { terms, constant })
    }

    fn at(&self, point: &[i128]) -> Option<i128> {
        self.terms.iter().try_fold(self.constant, |sum, (v, f)| sum.checked_add(f.checked_mul(point[*v])?))
    }
}

/// What is known so far.
#[derive(Debug, Clone)]
pub(super) struct State<'r> {
    pub(super) system: System,
    domain: Domain,
    /// What the steps made of the price so far: a sum, and by what it is divided.
    pub(super) value: (Linear, i128),
    known: Vec<(Fact<'r>, Linear)>,
    missing: Vec<Fact<'r>>,
    texts: Vec<TextLiteral<'r>>,
}

/// Goes on with a state that is still possible as far as can be seen at once.
pub(super) type Then<'c, 'r> = &'c mut dyn FnMut(&mut Search, State<'r>);

/// How much may still be looked at, and whether the looking has an end already.
#[derive(Debug)]
pub(super) struct Search {
    pub(super) budget: Budget,
    /// What was looked for is found.
    pub(super) found: bool,
    /// Something could not be told.
    pub(super) unclear: bool,
}

impl Search {
    pub(super) fn new(steps: u64) -> Self {
        Self { budget: Budget::new(steps), found: false, unclear: false }
    }

    /// Whether to go on; takes one step.
    fn goes_on(&mut self) -> bool {
        !self.found && self.budget.take()
    }
}

impl<'r> State<'r> {
    pub(super) fn new(domain: Domain) -> Self {
        Self {
            system: System::default(),
            domain,
            value: (Linear::default(), 1),
            known: Vec::new(),
            missing: Vec::new(),
            texts: Vec::new(),
        }
    }

    /// The fact as a known number; `None` if it is missing.
    pub(super) fn fact(&mut self, fact: Fact<'r>) -> Option<Linear> {
        if let Some((_, linear)) = self.known.iter().find(|(known, _)| *known == fact) {
            return Some(linear.clone());
        }
        if self.missing.contains(&fact) {
            return None;
        }
        let (low, high) = match fact {
            Fact::Inventory => (-self.domain.count_max, self.domain.count_max),
            Fact::CreatedAt | Fact::UpdatedAt => (0, self.domain.instant_max),
            Fact::After
            | Fact::CompareAt
            | Fact::Competitor
            | Fact::Cost
            | Fact::Map
            | Fact::Msrp
            | Fact::Price
            | Fact::Surface(_)
            | Fact::Value => (0, self.domain.amount_minor_max),
        };
        let variable = self.system.variable(low.into(), high.into());
        self.know(fact, Linear::of(variable));
        Some(Linear::of(variable))
    }

    /// The fact is this.
    pub(super) fn know(&mut self, fact: Fact<'r>, linear: Linear) {
        self.known.push((fact, linear));
    }

    /// The sum over variables, every fact in it known; `None` if one is missing or the numbers are too large. Questions
    /// that a step asks about the value look at the price before.
    pub(super) fn sum(&mut self, sum: &Sum<'r>) -> Option<Linear> {
        let price = match sum.terms.iter().any(|(fact, _)| *fact == Fact::Value) {
            true => self.fact(Fact::Price)?,
            false => Linear::default(),
        };
        Some(self.sum_over(sum, (price, 1))?.0)
    }

    /// The same for what a step makes of the value so far, and by what it is divided.
    pub(super) fn result(&mut self, sum: &Sum<'r>) -> Option<(Linear, i128)> {
        let value = match sum.terms.iter().any(|(fact, _)| *fact == Fact::Value) {
            true => self.value.clone(),
            false => (Linear::default(), 1),
        };
        self.sum_over(sum, value)
    }

    fn sum_over(&mut self, sum: &Sum<'r>, (value, over): (Linear, i128)) -> Option<(Linear, i128)> {
        let start = Linear::number(sum.constant.checked_mul(over)?);
        let linear = sum.terms.iter().try_fold(start, |sum, (fact, factor)| match fact {
            Fact::Value => sum.combined(1, &value, *factor),
            _ => sum.combined(1, &self.fact(*fact)?, factor.checked_mul(over)?),
        })?;
        Some((linear, over))
    }

    /// Requires `linear ≥ 0`; false if that can be seen not to hold.
    #[must_use]
    pub(super) fn require(&mut self, linear: &Linear) -> bool {
        self.system.require(linear.terms.iter().copied(), linear.constant)
    }

    /// Requires `linear < 0`; false if that can be seen not to hold.
    #[must_use]
    pub(super) fn require_negative(&mut self, linear: &Linear) -> bool {
        linear.combined(-1, &Linear::number(-1), 1).is_none_or(|negated| self.require(&negated))
    }

    /// The fact is missing; false if it is known.
    pub(super) fn lacks(&mut self, fact: Fact<'r>) -> bool {
        if fact == Fact::Value || self.known.iter().any(|(known, _)| *known == fact) {
            return false;
        }
        self.missing.push(fact);
        true
    }

    fn says(&mut self, literal: TextLiteral<'r>) -> bool {
        self.texts.push(literal);
        witness(literal.field, &self.texts) != Spelled::Impossible
    }

    /// A number that the fact can be.
    #[cfg(test)]
    pub(super) fn number(&self, fact: Fact<'r>, budget: &mut Budget) -> Option<i64> {
        let Answer::Point(point) = self.system.clone().solve(budget) else { return None };
        let (_, linear) = self.known.iter().find(|(known, _)| *known == fact)?;
        linear.at(&point).and_then(|number| i64::try_from(number).ok())
    }

    /// A variant of which all this is true.
    pub(super) fn example(&self, budget: &mut Budget) -> Result<Example, Answer> {
        let point = match self.system.clone().solve(budget) {
            Answer::Point(point) => point,
            other => return Err(other),
        };
        let mut example = Example::default();
        for (fact, linear) in &self.known {
            let number = linear.at(&point).and_then(|number| i64::try_from(number).ok());
            example.set(*fact, number.ok_or(Answer::Undecided)?);
        }
        let mut fields: Vec<TextField<'r>> = self.texts.iter().map(|literal| literal.field).collect();
        fields.sort_unstable();
        fields.dedup();
        for field in fields {
            match witness(field, &self.texts) {
                Spelled::Found(texts) => example.set_texts(field, texts),
                Spelled::Impossible => return Err(Answer::Impossible),
                Spelled::Unclear => return Err(Answer::Undecided),
            }
        }
        Ok(example)
    }
}

/// Goes on with every way in which the condition comes out as wanted. The ways exclude one another and leave none out.
pub(super) fn assume<'r>(
    search: &mut Search,
    mut state: State<'r>,
    condition: &Condition<'r>,
    wanted: bool,
    then: Then<'_, 'r>,
) {
    if !search.goes_on() {
        return;
    }
    match condition {
        Condition::Always(holds) if *holds == wanted => then(search, state),
        Condition::Always(_) => {}
        Condition::All(parts) if wanted => every(search, state, parts, true, then),
        Condition::All(parts) => some(search, state, parts, false, then),
        Condition::Any(parts) if wanted => some(search, state, parts, true, then),
        Condition::Any(parts) => every(search, state, parts, false, then),
        Condition::Not(part) => assume(search, state, part, !wanted, then),
        Condition::Known(fact) => {
            let possible = if wanted { state.fact(*fact).is_some() } else { state.lacks(*fact) };
            if possible {
                then(search, state);
            }
        }
        Condition::NotNegative(sum) => {
            let facts: Vec<Fact<'r>> = sum.terms.iter().map(|(fact, _)| *fact).collect();
            if !wanted {
                one_missing(search, &state, &facts, then);
            }
            let Some(linear) = state.sum(sum) else { return };
            let possible = if wanted { state.require(&linear) } else { state.require_negative(&linear) };
            if possible {
                then(search, state);
            }
        }
        Condition::Residue { fact, modulus, from, to } => {
            if !wanted {
                one_missing(search, &state, &[*fact], then);
            }
            let modulus = i128::from(*modulus);
            let ranges = match wanted {
                true => vec![(i128::from(*from), i128::from(*to))],
                false => vec![(0, i128::from(*from) - 1), (i128::from(*to) + 1, modulus - 1)],
            };
            for (low, high) in ranges.into_iter().filter(|(low, high)| low <= high) {
                let mut state = state.clone();
                if state.fact(*fact).is_some_and(|number| residue(&mut state, &number, modulus, low, high)) {
                    then(search, state);
                }
            }
        }
        Condition::Text { field, test } => {
            if state.says(TextLiteral { field: *field, test: Some(test), wanted }) {
                then(search, state);
            }
        }
        Condition::HasText(field) => {
            if state.says(TextLiteral { field: *field, test: None, wanted }) {
                then(search, state);
            }
        }
    }
}

/// `number = modulus × k + rest` with the rest from `low` to `high`.
fn residue(state: &mut State<'_>, number: &Linear, modulus: i128, low: i128, high: i128) -> bool {
    let most = i128::from(i64::MAX) / modulus + 1;
    let multiple = Linear::of(state.system.variable(-most, most));
    let rest = number.combined(1, &multiple, -modulus);
    let above = rest.as_ref().and_then(|rest| rest.combined(1, &Linear::number(low), -1));
    let below = rest.as_ref().and_then(|rest| rest.combined(-1, &Linear::number(high), 1));
    [above, below].into_iter().flatten().all(|row| state.require(&row))
}

/// Goes on with each of the facts missing, those before it known.
fn one_missing<'r>(search: &mut Search, state: &State<'r>, facts: &[Fact<'r>], then: Then<'_, 'r>) {
    let mut known = state.clone();
    for fact in facts {
        let mut state = known.clone();
        if state.lacks(*fact) {
            then(search, state);
        }
        if known.fact(*fact).is_none() {
            return;
        }
    }
}

/// Every part comes out as wanted.
pub(super) fn every<'r>(
    search: &mut Search,
    state: State<'r>,
    parts: &[Condition<'r>],
    wanted: bool,
    then: Then<'_, 'r>,
) {
    match parts.split_first() {
        None => then(search, state),
        Some((first, rest)) => assume(search, state, first, wanted, &mut |search, state| {
            every(search, state, rest, wanted, then);
        }),
    }
}

/// A first part comes out as wanted, those before it do not.
fn some<'r>(
    search: &mut Search,
    state: State<'r>,
    parts: &[Condition<'r>],
    wanted: bool,
    then: Then<'_, 'r>,
) {
    if let Some((first, rest)) = parts.split_first() {
        assume(search, state.clone(), first, wanted, then);
        if !rest.is_empty() {
            assume(search, state, first, !wanted, &mut |search, state| {
                some(search, state, rest, wanted, then);
            });
        }
    }
}
