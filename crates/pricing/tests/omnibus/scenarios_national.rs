//! Scenarios in which Member States differ: steps of one reduction, new arrivals, goods that perish.

use crate::scenario::{Scenario, plan};

const PRIOR: &str = "lawful.prior_price";
const TOO_HIGH: &str = "unlawful.compare_at_above_prior_price";
const SHORT: &str = "unknown.history_too_short";
const NEW: &str = "unknown.new_arrival";

pub fn all() -> Vec<Scenario> {
    let mut all = steps();
    all.extend(limits_of_steps());
    all.extend(new_arrivals());
    all.extend(perishables());
    all
}

/// 100.00, then 20 % off, then 30 % off; now 50 % off without a pause.
fn steps() -> Vec<Scenario> {
    let stepped = [
        ("2027-01-01", 100_00, None),
        ("2027-11-05", 80_00, Some(100_00)),
        ("2027-11-15", 70_00, Some(100_00)),
    ];
    let third = |country| plan(country, "a third step", &stepped, "2027-11-26", 50_00, 100_00);
    vec![
        third("AT").gives(PRIOR, 100_00, 50_00),
        third("BE").gives(PRIOR, 100_00, 50_00),
        third("CZ").gives(PRIOR, 100_00, 50_00),
        third("DE").gives(PRIOR, 100_00, 50_00),
        third("FR").gives(PRIOR, 100_00, 50_00),
        third("IT").gives(PRIOR, 100_00, 50_00),
        third("NL").gives(PRIOR, 100_00, 50_00),
        third("SE").gives(PRIOR, 100_00, 50_00),
        // No option taken, or none that could be checked: the step before is the prior price.
        third("EU").gives(TOO_HIGH, 70_00, 28_57),
        third("ES").gives(TOO_HIGH, 70_00, 28_57),
        third("PL").gives(TOO_HIGH, 70_00, 28_57),
        plan("PL", "a third step from the second", &stepped, "2027-11-26", 50_00, 70_00)
            .gives(PRIOR, 70_00, 28_57),
        plan("PL", "the second step goes on", &stepped, "2027-11-26", 70_00, 80_00)
            .gives(PRIOR, 80_00, 12_50),
    ]
}

fn limits_of_steps() -> Vec<Scenario> {
    let first = |from| [("2027-01-01", 100_00, None), (from, 80_00, Some(100_00))];
    let deeper =
        |country, name, at: &'static str| plan(country, name, &first("2027-11-05"), at, 50_00, 100_00);
    vec![
        deeper("BE", "on the thirtieth day", "2027-12-05").gives(PRIOR, 100_00, 50_00),
        deeper("BE", "after thirty days", "2027-12-06").gives(TOO_HIGH, 80_00, 37_50),
        deeper("SE", "on the thirtieth day", "2027-12-05").gives(PRIOR, 100_00, 50_00),
        deeper("SE", "after thirty days", "2027-12-06").gives(TOO_HIGH, 80_00, 37_50),
        deeper("NL", "three months later", "2028-02-05").gives(PRIOR, 100_00, 50_00),
        deeper("NL", "three months and a day later", "2028-02-06").gives(TOO_HIGH, 80_00, 37_50),
        deeper("DE", "half a year later", "2028-03-05").gives(PRIOR, 100_00, 50_00),
        plan("NL", "going on after three months", &first("2027-11-05"), "2028-03-01", 80_00, 100_00)
            .gives(PRIOR, 100_00, 20_00),
    ]
}

/// Offered since 10 November.
fn new_arrivals() -> Vec<Scenario> {
    let history = [("2027-11-10", 100_00, None), ("2027-11-14", 90_00, None), ("2027-11-16", 100_00, None)];
    let new = |country, name, at: &'static str, compare_at: i64| {
        plan(country, name, &history, at, 70_00, compare_at).offered_since("2027-11-10")
    };
    vec![
        new("AT", "since it is offered", "2027-11-26", 90_00).gives(PRIOR, 90_00, 22_22),
        new("CZ", "since it is offered", "2027-11-26", 90_00).gives(PRIOR, 90_00, 22_22),
        new("IT", "since it is offered", "2027-11-26", 90_00).gives(PRIOR, 90_00, 22_22),
        new("PL", "since it is offered", "2027-11-26", 90_00).gives(PRIOR, 90_00, 22_22),
        new("PL", "more than since it is offered", "2027-11-26", 100_00).gives(TOO_HIGH, 90_00, 22_22),
        new("BE", "sixteen days are at least seven", "2027-11-26", 90_00).gives(PRIOR, 90_00, 22_22),
        new("BE", "six days are too few", "2027-11-16", 90_00).is(NEW),
        new("BE", "seven days are enough", "2027-11-17", 90_00).gives(PRIOR, 90_00, 22_22),
        new("DE", "the ordinance is silent", "2027-11-26", 90_00).is(NEW),
        new("EU", "not every state allows it", "2027-11-26", 90_00).is(NEW),
        new("EU", "unlawful everywhere", "2027-11-26", 100_00).is(TOO_HIGH),
        plan("PL", "offered for long, known for short", &history, "2027-11-26", 70_00, 90_00)
            .offered_since("2027-01-01")
            .is(SHORT),
        plan("PL", "the first days on the market are not known", &history, "2027-11-26", 70_00, 90_00)
            .offered_since("2027-11-08")
            .is(SHORT),
        plan("PL", "sold before it was offered", &history, "2027-11-26", 70_00, 90_00)
            .offered_since("2027-11-11")
            .is(SHORT),
        plan("PL", "entered the evening before", &history, "2027-11-26", 70_00, 90_00)
            .offered_since("2027-11-09T18:00:00Z")
            .gives(PRIOR, 90_00, 22_22),
    ]
}

/// A dip to 60.00 in the window, then 100.00, then a first step to 80.00; now 50.00.
fn perishables() -> Vec<Scenario> {
    let history = [
        ("2027-01-01", 100_00, None),
        ("2027-11-10", 60_00, None),
        ("2027-11-12", 100_00, None),
        ("2027-11-25", 80_00, Some(100_00)),
    ];
    let ripe = |country, name, compare_at: i64| {
        plan(country, name, &history, "2027-11-26", 50_00, compare_at).perishable()
    };
    vec![
        ripe("AT", "exempt", 100_00).is("lawful.perishable"),
        ripe("CZ", "exempt", 100_00).is("lawful.perishable"),
        ripe("DE", "exempt", 100_00).is("lawful.perishable"),
        ripe("FR", "exempt", 100_00).is("lawful.perishable"),
        ripe("IT", "exempt", 100_00).is("lawful.perishable"),
        ripe("SE", "exempt", 100_00).is("lawful.perishable"),
        ripe("NL", "the price before, of the first of the steps", 100_00).gives(PRIOR, 100_00, 50_00),
        ripe("PL", "the price before the first step", 100_00).gives(PRIOR, 100_00, 50_00),
        ripe("PL", "more than before the first step", 110_00).gives(TOO_HIGH, 100_00, 50_00),
        ripe("EU", "as all goods", 100_00).gives(TOO_HIGH, 60_00, 16_66),
        ripe("BE", "as all goods", 60_00).gives(PRIOR, 60_00, 16_66),
        plan("PL", "nothing is known", &[], "2027-11-26", 50_00, 60_00).perishable().is("unknown.no_history"),
        plan("PL", "one day is enough", &[("2027-11-25", 80_00, None)], "2027-11-26", 50_00, 80_00)
            .perishable()
            .gives(PRIOR, 80_00, 37_50),
    ]
}
