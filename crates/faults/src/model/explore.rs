//! Visits every state breadth first, judges each end, and tells the shortest way to the first that is bad.

use std::collections::{HashSet, VecDeque};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::rc::Rc;

use super::state::State;
use super::steps::{Step, successors};
use super::{Flaw, Scenario};
use crate::judge::{Violation, judge};

/// What exploring found.
#[derive(Debug, Clone, Default)]
pub struct Explored {
    /// States visited.
    pub states: usize,
    /// States in which everything has come to rest.
    pub ends: usize,
    /// What does not hold in the first bad end, and how to get there. Empty if there is none.
    pub bad: Vec<Violation>,
    /// The steps to the bad end.
    pub way: Vec<String>,
}

/// A state and the way to it.
struct Node {
    state: State,
    trail: Option<Rc<Trail>>,
}

struct Trail {
    step: Step,
    before: Option<Rc<Trail>>,
}

/// Explores a scenario with the protocol as it is, or with one flaw in it. Stops at the first bad end.
#[must_use]
pub fn explore(scenario: &Scenario, flaw: Option<Flaw>) -> Explored {
    let mut explored = Explored::default();
    let first = State::first(scenario);
    let mut seen: HashSet<u64> = HashSet::from([fingerprint(&first)]);
    let mut waiting = VecDeque::from([Node { state: first, trail: None }]);
    while let Some(node) = waiting.pop_front() {
        explored.states += 1;
        if node.state.is_quiet() {
            explored.ends += 1;
            explored.bad = judge(&node.state.told());
        }
        let next = successors(&node.state, scenario, flaw);
        if next.is_empty() && !node.state.is_quiet() {
            let what = format!("nothing can move: {:?}", node.state);
            explored.bad.push(Violation { invariant: "ended", what });
        }
        if !explored.bad.is_empty() {
            explored.way = way(node.trail.as_ref());
            return explored;
        }
        for (step, mut state) in next {
            state.make_canonical();
            if seen.insert(fingerprint(&state)) {
                let trail = Some(Rc::new(Trail { step, before: node.trail.clone() }));
                waiting.push_back(Node { state, trail });
            }
        }
    }
    explored
}

/// Two states with one fingerprint are taken for the same; among millions of 64 bits that does not happen.
fn fingerprint(state: &State) -> u64 {
    let mut hasher = DefaultHasher::new();
    state.hash(&mut hasher);
    hasher.finish()
}

fn way(trail: Option<&Rc<Trail>>) -> Vec<String> {
    let mut steps: Vec<String> = std::iter::successors(trail, |trail| trail.before.as_ref())
        .map(|trail| format!("{:?}", trail.step))
        .collect();
    steps.reverse();
    steps
}
