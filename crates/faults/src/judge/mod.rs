//! The judge: what must hold of every history, whatever was broken in it. It shares no code with what it judges.

mod books;
mod case;
mod delivery;
mod shop;

use std::fmt;

use crate::history::History;
use case::Case;

/// One thing that does not hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// The name of the invariant.
    pub invariant: &'static str,
    /// Where, in a sentence.
    pub what: String,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.invariant, self.what)
    }
}

/// What cannot be ruled out while shops have no compare-and-set, and so is counted and not held against anybody.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Excused {
    /// The longest time between reading a price and a write based on it, in milliseconds.
    pub window_ms_max: Option<i64>,
    /// Edits inside such a time that the write went over.
    pub overwritten_in_window: usize,
    /// Edits that set exactly the planned price of before or after while a write of ours was open.
    pub looked_like_ours: usize,
}

type Invariant = fn(&Case<'_>) -> Vec<String>;

/// The name of every invariant.
pub fn invariants() -> impl Iterator<Item = &'static str> {
    INVARIANTS.iter().map(|(name, _)| *name)
}

const INVARIANTS: [(&str, Invariant); 15] = [
    ("as_told", shop::as_told),
    ("drift_known", books::drift_known),
    ("edit_kept", shop::edit_kept),
    ("ended", books::ended),
    ("events_kept", delivery::events_kept),
    ("fenced", shop::fenced),
    ("journal_whole", shop::journal_whole),
    ("no_blind_repeat", shop::no_blind_repeat),
    ("one_change_per_target", shop::one_change_per_target),
    ("one_to_one", books::one_to_one),
    ("order_kept", delivery::order_kept),
    ("planned", shop::planned),
    ("recovered", delivery::recovered),
    ("replay_equal", delivery::replay_equal),
    ("tenants_apart", books::tenants_apart),
];

/// Everything that does not hold of a history.
#[must_use]
pub fn judge(history: &History) -> Vec<Violation> {
    let case = Case::of(history);
    let named = |(invariant, check): &(&'static str, Invariant)| {
        let invariant = *invariant;
        check(&case).into_iter().map(move |what| Violation { invariant, what }).collect::<Vec<_>>()
    };
    INVARIANTS.iter().flat_map(named).collect()
}

/// What happened that no protocol over a shop without compare-and-set can rule out.
#[must_use]
pub fn excused(history: &History) -> Excused {
    shop::excused(&Case::of(history))
}
