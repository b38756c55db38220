//! The protocol survives every order of events of a small world; each known-bad variant of it is caught.

use faults::model::{Flaw, Scenario, explore};

/// One target; workers die or stop twice.
const STOPS: Scenario =
    Scenario { items: 1, roll_back: false, crashes: 2, edits: 1, mishaps: 1, bulk: false };
/// One target; calls go wrong twice.
const MISHAPS: Scenario =
    Scenario { items: 1, roll_back: false, crashes: 1, edits: 1, mishaps: 2, bulk: false };
/// Two targets in one call, there and back.
const BACK: Scenario = Scenario { items: 2, roll_back: true, crashes: 1, edits: 1, mishaps: 1, bulk: false };
/// Two targets in one operation.
const BULK: Scenario = Scenario { items: 2, roll_back: false, crashes: 1, edits: 1, mishaps: 1, bulk: true };

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
fn the_protocol_holds_in_operations() {
    holds(&BULK);
}

#[test]
fn every_known_bad_variant_is_caught() {
    for flaw in Flaw::ALL {
        let scenarios: &[Scenario] = if flaw.is_of_operations() { &[BULK] } else { &[STOPS, BACK] };
        let mut found = scenarios.iter().map(|scenario| explore(scenario, Some(flaw)));
        let caught = found.find(|explored| !explored.bad.is_empty());
        let caught = caught.unwrap_or_else(|| panic!("{flaw:?} was not caught"));
        let names: Vec<&str> = caught.bad.iter().map(|violation| violation.invariant).collect();
        println!("{flaw:?}: {} after {} steps", names.join(", "), caught.way.len());
    }
}
