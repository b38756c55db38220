//! The protocol survives every order of events of a small world; each known-bad variant of it is caught.

use faults::model::{Flaw, Scenario, explore};

/// One target; workers die or stop twice.
const STOPS: Scenario = Scenario { items: 1, roll_back: false, crashes: 2, edits: 1, mishaps: 1 };
/// One target; calls go wrong twice.
const MISHAPS: Scenario = Scenario { items: 1, roll_back: false, crashes: 1, edits: 1, mishaps: 2 };
/// Two targets in one call, there and back.
const BACK: Scenario = Scenario { items: 2, roll_back: true, crashes: 1, edits: 1, mishaps: 1 };

fn holds(scenario: &Scenario) {
    let explored = explore(scenario, None);
    println!("{scenario:?}: {} states, {} ends", explored.states, explored.ends);
    assert!(explored.bad.is_empty(), "{:?}\n{}", explored.bad, explored.way.join("\n"));
    assert!(explored.ends > 500, "{} ends", explored.ends);
}

#[test]
fn the_protocol_holds_however_workers_die_and_stop() {
    holds(&STOPS);
}

#[test]
fn the_protocol_holds_however_calls_go_wrong() {
    holds(&MISHAPS);
}

#[test]
fn the_protocol_holds_on_the_way_back() {
    holds(&BACK);
}

#[test]
fn every_known_bad_variant_is_caught() {
    for flaw in Flaw::ALL {
        let mut found = [STOPS, BACK].iter().map(|scenario| explore(scenario, Some(flaw)));
        let caught = found.find(|explored| !explored.bad.is_empty());
        let caught = caught.unwrap_or_else(|| panic!("{flaw:?} was not caught"));
        let names: Vec<&str> = caught.bad.iter().map(|violation| violation.invariant).collect();
        println!("{flaw:?}: {} after {} steps", names.join(", "), caught.way.len());
    }
}
