//! The protocol survives every order of events of a small world; each known-bad variant of it is caught.

use faults::model::{Flaw, Scenario, explore};

/// One target, everything that can go wrong with it.
const ONE: Scenario = Scenario { items: 1, roll_back: false, crashes: 2, edits: 1, mishaps: 2 };
/// Two targets in one call.
const TWO: Scenario = Scenario { items: 2, roll_back: false, crashes: 1, edits: 1, mishaps: 1 };
/// There and back.
const BACK: Scenario = Scenario { items: 1, roll_back: true, crashes: 1, edits: 1, mishaps: 1 };

#[test]
fn the_protocol_holds_in_every_order_of_events() {
    for scenario in [ONE, TWO, BACK] {
        let explored = explore(&scenario, None);
        println!("{scenario:?}: {} states, {} ends", explored.states, explored.ends);
        assert!(explored.bad.is_empty(), "{:?}\n{}", explored.bad, explored.way.join("\n"));
        assert!(explored.ends > 1000, "{explored:?}");
    }
}

#[test]
fn every_known_bad_variant_is_caught() {
    for flaw in Flaw::ALL {
        let mut found = [ONE, BACK].into_iter().map(|scenario| explore(&scenario, Some(flaw)));
        let caught = found.find(|explored| !explored.bad.is_empty());
        let caught = caught.unwrap_or_else(|| panic!("{flaw:?} was not caught"));
        println!(
            "{flaw:?}: {} after {} steps: {}",
            caught.bad[0].invariant,
            caught.way.len(),
            caught.way.join(", ")
        );
    }
}
