//! The law of announced reductions: scenarios with numbers, a naive oracle, random histories, and no allocation.
#![expect(clippy::inconsistent_digit_grouping, reason = "cents are set apart from whole euros")]

mod allocation;
mod documents;
mod naive;
mod random;
mod scenario;
mod scenarios_edges;
mod scenarios_national;

use scenario::Scenario;

#[test]
fn every_scenario_is_judged_as_written_and_as_the_oracle_does() {
    let all: Vec<Scenario> = scenarios_edges::all().into_iter().chain(scenarios_national::all()).collect();
    assert!(all.len() >= 30, "{}", all.len());
    for scenario in &all {
        scenario.check();
    }
}
