//! Linear inequalities over whole numbers, exact: whether they can all hold, and whole numbers for which they do.
//! Elimination after Fourier and Motzkin with tightening for whole numbers, then halving of ranges where that is not enough.

/// Number of a variable.
pub(super) type Variable = usize;

/// Most inequalities that elimination may derive; beyond that it stops and halving goes on.
const ROWS_MAX: usize = 160;
/// Most values tried to fill in one set of eliminated variables.
const TRIES_MAX: u32 = 64;

/// `terms + constant ≥ 0`. Terms are sorted by variable, none is zero.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Inequality {
    terms: Vec<(Variable, i128)>,
    constant: i128,
}

/// Inequalities, and for every variable the range in which it is looked for, ends included.
#[derive(Debug, Clone, Default)]
pub(super) struct System {
    pub(super) ranges: Vec<(i128, i128)>,
    rows: Vec<Inequality>,
}

/// How much may still be done.
#[derive(Debug, Clone, Copy)]
pub(super) struct Budget {
    left: u64,
}

/// What was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Answer {
    /// No whole numbers hold them all.
    Impossible,
    /// These hold them all.
    Point(Vec<i128>),
    /// The budget ran out.
    Undecided,
}

/// Stands for "no whole number is left".
struct Contradiction;

impl Budget {
    pub(super) fn new(steps: u64) -> Self {
        Self { left: steps }
    }

    /// Takes one step; false if none is left.
    pub(super) fn take(&mut self) -> bool {
        let some = self.left > 0;
        self.left = self.left.saturating_sub(1);
        some
    }

    pub(super) fn ran_out(&self) -> bool {
        self.left == 0
    }
}

impl Inequality {
    /// `None` if the numbers are too large to be kept.
    pub(super) fn new(terms: impl IntoIterator<Item = (Variable, i128)>, constant: i128) -> Option<Self> {
        let mut sorted: Vec<(Variable, i128)> = terms.into_iter().collect();
        sorted.sort_unstable_by_key(|(variable, _)| *variable);
        let mut merged: Vec<(Variable, i128)> = Vec::with_capacity(sorted.len());
        for (variable, factor) in sorted {
            match merged.last_mut() {
                Some((last, sum)) if *last == variable => *sum = sum.checked_add(factor)?,
                _ => merged.push((variable, factor)),
            }
        }
        merged.retain(|(_, factor)| *factor != 0);
        Some(Self { terms: merged, constant }.tightened())
    }

    /// Divided by what all factors share; for whole numbers the constant may then be rounded down.
    fn tightened(mut self) -> Self {
        let shared = self.terms.iter().fold(0, |shared, (_, factor)| gcd(shared, factor.unsigned_abs()));
        if let Ok(shared) = i128::try_from(shared)
            && shared > 1
        {
            self.terms.iter_mut().for_each(|(_, factor)| *factor /= shared);
            self.constant = self.constant.div_euclid(shared);
        }
        self
    }

    fn factor(&self, variable: Variable) -> i128 {
        self.terms.iter().find(|(v, _)| *v == variable).map_or(0, |(_, factor)| *factor)
    }

    /// The sum at a point; `None` if it is too large to be kept.
    fn at(&self, point: &[i128]) -> Option<i128> {
        self.terms.iter().try_fold(self.constant, |sum, (variable, factor)| {
            sum.checked_add(factor.checked_mul(point[*variable])?)
        })
    }

    /// The largest sum inside the ranges, without the term of one variable.
    fn largest(&self, ranges: &[(i128, i128)], without: Option<Variable>) -> Option<i128> {
        self.terms.iter().filter(|(variable, _)| Some(*variable) != without).try_fold(
            self.constant,
            |sum, (variable, factor)| {
                let (low, high) = ranges[*variable];
                sum.checked_add(factor.checked_mul(if *factor > 0 { high } else { low })?)
            },
        )
    }

    /// This and `other` added such that the variable, whose factors differ in sign, is gone.
    fn without(&self, other: &Self, variable: Variable) -> Option<Self> {
        let (mine, theirs) = (self.factor(variable).unsigned_abs(), other.factor(variable).unsigned_abs());
        let shared = gcd(mine, theirs);
        let (mine, theirs) = (i128::try_from(mine / shared).ok()?, i128::try_from(theirs / shared).ok()?);
        let scaled = |row: &Self, by: i128| {
            row.terms
                .iter()
                .map(|(variable, factor)| Some((*variable, factor.checked_mul(by)?)))
                .collect::<Option<Vec<_>>>()
        };
        let mut terms = scaled(self, theirs)?;
        terms.extend(scaled(other, mine)?);
        let constant = self.constant.checked_mul(theirs)?.checked_add(other.constant.checked_mul(mine)?)?;
        Self::new(terms, constant)
    }
}

fn gcd(mut a: u128, mut b: u128) -> u128 {
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a
}

impl System {
    /// A new variable with its range.
    pub(super) fn variable(&mut self, low: i128, high: i128) -> Variable {
        self.ranges.push((low, high));
        self.ranges.len() - 1
    }

    /// Adds `terms + constant ≥ 0`; false if that can be seen not to hold. Numbers too large to be kept add nothing: the
    /// system then says less than it could.
    #[must_use]
    pub(super) fn require(
        &mut self,
        terms: impl IntoIterator<Item = (Variable, i128)>,
        constant: i128,
    ) -> bool {
        let Some(row) = Inequality::new(terms, constant) else { return true };
        if row.largest(&self.ranges, None).is_some_and(|largest| largest < 0) {
            return false;
        }
        self.rows.push(row);
        true
    }

    /// Whether all inequalities can hold.
    pub(super) fn solve(mut self, budget: &mut Budget) -> Answer {
        if !budget.take() {
            return Answer::Undecided;
        }
        if self.propagate().is_err() {
            return Answer::Impossible;
        }
        let Ok(order) = self.eliminate() else { return Answer::Impossible };
        let mut point = vec![0; self.ranges.len()];
        let mut tries = TRIES_MAX;
        if self.fill(&order, order.len(), &mut point, &mut tries) {
            return Answer::Point(point);
        }
        let widest = (0..self.ranges.len()).max_by_key(|v| self.ranges[*v].1 - self.ranges[*v].0);
        let Some(widest) = widest.filter(|v| self.ranges[*v].0 < self.ranges[*v].1) else {
            return Answer::Impossible;
        };
        let (low, high) = self.ranges[widest];
        let middle = low + (high - low) / 2;
        let mut upper = self.clone();
        (self.ranges[widest].1, upper.ranges[widest].0) = (middle, middle + 1);
        match self.solve(budget) {
            Answer::Impossible => upper.solve(budget),
            found => found,
        }
    }

    /// Narrows the ranges by each inequality on its own, a few rounds long.
    fn propagate(&mut self) -> Result<(), Contradiction> {
        for _ in 0..6 {
            let mut narrowed = false;
            for row in &self.rows {
                if row.largest(&self.ranges, None).is_some_and(|largest| largest < 0) {
                    return Err(Contradiction);
                }
                for (variable, factor) in &row.terms {
                    let Some(others) = row.largest(&self.ranges, Some(*variable)) else { continue };
                    let (low, high) = &mut self.ranges[*variable];
                    let before = (*low, *high);
                    match *factor > 0 {
                        true => *low = (*low).max(-others.div_euclid(*factor)),
                        false => *high = (*high).min(others.div_euclid(-*factor)),
                    }
                    if *low > *high {
                        return Err(Contradiction);
                    }
                    narrowed |= before != (*low, *high);
                }
            }
            if !narrowed {
                break;
            }
        }
        Ok(())
    }

    /// Eliminates one variable after the other. Of each: the inequalities that spoke of it and of later ones only.
    fn eliminate(&self) -> Result<Vec<(Variable, Vec<Inequality>)>, Contradiction> {
        let mut rows = self.rows.clone();
        for (variable, (low, high)) in self.ranges.iter().enumerate() {
            rows.push(Inequality { terms: vec![(variable, 1)], constant: -low });
            rows.push(Inequality { terms: vec![(variable, -1)], constant: *high });
        }
        let mut left: Vec<Variable> = (0..self.ranges.len()).collect();
        let mut order = Vec::with_capacity(left.len());
        while let Some(place) = (0..left.len()).min_by_key(|place| cost(&rows, left[*place])) {
            let variable = left.swap_remove(place);
            let (with, mut without): (Vec<_>, Vec<_>) =
                rows.into_iter().partition(|row| row.factor(variable) != 0);
            let (lows, highs): (Vec<_>, Vec<_>) = with.iter().partition(|row| row.factor(variable) > 0);
            for low in &lows {
                for high in &highs {
                    let derived = low.without(high, variable);
                    let Some(derived) = derived.filter(|_| without.len() < ROWS_MAX) else { continue };
                    if derived.terms.is_empty() && derived.constant < 0 {
                        return Err(Contradiction);
                    }
                    keep(&mut without, derived);
                }
            }
            rows = without;
            order.push((variable, with));
        }
        Ok(order)
    }

    /// Fills in the eliminated variables from the last to the first, trying a few values of each.
    fn fill(
        &self,
        order: &[(Variable, Vec<Inequality>)],
        left: usize,
        point: &mut [i128],
        tries: &mut u32,
    ) -> bool {
        let Some(at) = left.checked_sub(1) else {
            return self.rows.iter().all(|row| row.at(point).is_some_and(|sum| sum >= 0));
        };
        let (variable, rows) = &order[at];
        let Some((low, high)) = self.range_left(*variable, rows, point) else { return false };
        let middle = low + (high - low) / 2;
        let mut tried: Vec<i128> = Vec::with_capacity(5);
        for value in [middle, low, high, low + 1, high - 1] {
            if value < low || value > high || tried.contains(&value) {
                continue;
            }
            if *tries == 0 {
                return false;
            }
            *tries -= 1;
            tried.push(value);
            point[*variable] = value;
            if self.fill(order, at, point, tries) {
                return true;
            }
        }
        false
    }

    /// The values that the inequalities leave to a variable, given those filled in already.
    fn range_left(
        &self,
        variable: Variable,
        rows: &[Inequality],
        point: &mut [i128],
    ) -> Option<(i128, i128)> {
        let (mut low, mut high) = self.ranges[variable];
        point[variable] = 0;
        for row in rows {
            let (factor, others) = (row.factor(variable), row.at(point)?);
            match factor > 0 {
                true => low = low.max(-others.div_euclid(factor)),
                false => high = high.min(others.div_euclid(-factor)),
            }
        }
        (low <= high).then_some((low, high))
    }
}

/// What eliminating a variable costs: those whose factors are one come first, since they lose nothing for whole numbers.
fn cost(rows: &[Inequality], variable: Variable) -> (bool, usize) {
    let (mut lows, mut highs, mut units) = (0, 0, (true, true));
    for factor in rows.iter().map(|row| row.factor(variable)) {
        match factor.signum() {
            1 => (lows, units.0) = (lows + 1, units.0 && factor == 1),
            -1 => (highs, units.1) = (highs + 1, units.1 && factor == -1),
            _ => {}
        }
    }
    (!(units.0 || units.1), lows * highs)
}

/// Keeps an inequality unless one with the same terms says as much already.
fn keep(rows: &mut Vec<Inequality>, row: Inequality) {
    if row.terms.is_empty() {
        return;
    }
    match rows.iter_mut().find(|known| known.terms == row.terms) {
        Some(known) => known.constant = known.constant.min(row.constant),
        None => rows.push(row),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    type Terms = Vec<(Variable, i128)>;

    fn brute_force(ranges: &[(i128, i128)], rows: &[(Terms, i128)], point: &mut Vec<i128>) -> bool {
        match ranges.get(point.len()) {
            None => rows.iter().all(|(terms, constant)| {
                terms.iter().map(|(variable, factor)| factor * point[*variable]).sum::<i128>() + constant >= 0
            }),
            Some((low, high)) => (*low..=*high).any(|value| {
                point.push(value);
                let found = brute_force(ranges, rows, point);
                point.pop();
                found
            }),
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 3_000, ..ProptestConfig::default() })]

        #[test]
        fn small_systems_agree_with_trying_every_number(
            ranges in prop::collection::vec((-4_i128..4, 0_i128..7), 1..4),
            rows in prop::collection::vec((prop::collection::vec((0_usize..4, -9_i128..10), 1..4), -30_i128..30), 1..7),
        ) {
            let ranges: Vec<(i128, i128)> = ranges.iter().map(|(low, size)| (*low, low + size)).collect();
            let rows: Vec<(Terms, i128)> = rows
                .into_iter()
                .map(|(terms, constant)| (terms.into_iter().map(|(v, f)| (v % ranges.len(), f)).collect(), constant))
                .collect();
            let mut system = System { ranges: ranges.clone(), rows: Vec::new() };
            let possible = rows.iter().all(|(terms, constant)| system.require(terms.clone(), *constant));
            let answer = if possible { system.solve(&mut Budget::new(100_000)) } else { Answer::Impossible };
            let expected = brute_force(&ranges, &rows, &mut Vec::new());
            match answer {
                Answer::Impossible => prop_assert!(!expected),
                Answer::Undecided => prop_assert!(false, "undecided"),
                Answer::Point(point) => {
                    prop_assert!(expected);
                    for (place, (low, high)) in ranges.iter().enumerate() {
                        prop_assert!(*low <= point[place] && point[place] <= *high);
                    }
                    for (terms, constant) in &rows {
                        prop_assert!(terms.iter().map(|(v, f)| f * point[*v]).sum::<i128>() + constant >= 0);
                    }
                }
            }
        }
    }

    #[test]
    fn what_runs_along_a_diagonal_is_decided_at_once() {
        let mut system = System::default();
        let [price, cost] = [0, 1].map(|_| system.variable(0, 1_000_000_000_000));
        assert!(system.require([(price, 1), (cost, -1)], 0));
        assert!(system.require([(price, -1), (cost, 1)], -1));
        assert_eq!(system.solve(&mut Budget::new(1)), Answer::Impossible);
    }

    #[test]
    fn without_a_budget_nothing_is_said() {
        assert_eq!(System::default().solve(&mut Budget::new(0)), Answer::Undecided);
    }
}
