//! Scenarios that are alike in all countries, each told for one: windows and their edges, pauses, missing history.

use crate::scenario::{Scenario, plan};

const PRIOR: &str = "lawful.prior_price";
const BELOW: &str = "lawful.below_prior_price";
const TOO_HIGH: &str = "unlawful.compare_at_above_prior_price";
const NO_CUT: &str = "unlawful.not_below_prior_price";
const SHORT: &str = "unknown.history_too_short";

pub fn all() -> Vec<Scenario> {
    let mut all = windows();
    all.extend(pauses());
    all.extend(clocks());
    all.extend(missing());
    all
}

fn windows() -> Vec<Scenario> {
    let stable = [("2027-01-01", 100_00, None)];
    let dip = [("2027-01-01", 100_00, None), ("2027-11-10", 70_00, None), ("2027-11-12", 100_00, None)];
    vec![
        plan("DE", "a stable price", &stable, "2027-11-26", 80_00, 100_00).gives(PRIOR, 100_00, 20_00),
        plan("DE", "a third off is rounded down", &stable, "2027-11-26", 66_67, 100_00)
            .gives(PRIOR, 100_00, 33_33),
        plan("DE", "no compare-at", &stable, "2027-11-26", 80_00, None).is("lawful.not_announced"),
        plan("DE", "compare-at equal to the price", &stable, "2027-11-26", 80_00, 80_00)
            .is("lawful.not_announced"),
        plan("DE", "less is shown than is given", &stable, "2027-11-26", 80_00, 90_00)
            .gives(BELOW, 100_00, 20_00),
        plan("DE", "one cent too much is shown", &stable, "2027-11-26", 80_00, 100_01)
            .gives(TOO_HIGH, 100_00, 20_00),
        // The case before the Court: 1.69 shown, 1.29 now, and 1.29 had been the lowest price already.
        plan(
            "DE",
            "the bananas of C-330/23",
            &[("2022-08-01", 1_69, None), ("2022-09-26", 1_29, None), ("2022-10-03", 1_69, None)],
            "2022-10-17",
            1_29,
            1_69,
        )
        .gives(NO_CUT, 1_29, 0),
        plan("DE", "a short dip in the window", &dip, "2027-11-26", 60_00, 100_00)
            .gives(TOO_HIGH, 70_00, 14_28),
        plan("DE", "the dip is shown", &dip, "2027-11-26", 60_00, 70_00).gives(PRIOR, 70_00, 14_28),
        plan("DE", "the dip was cheaper than the sale", &dip, "2027-11-26", 80_00, 100_00)
            .gives(NO_CUT, 70_00, -14_29),
        plan("DE", "the last day of the dip is the first of the window", &dip, "2027-12-11", 60_00, 100_00)
            .gives(TOO_HIGH, 70_00, 14_28),
        plan("DE", "the dip is one day too old", &dip, "2027-12-12", 60_00, 100_00)
            .gives(PRIOR, 100_00, 40_00),
        plan(
            "DE",
            "the day counts as a whole though the sale starts at noon",
            &dip,
            "2027-12-11T12:00:00+01:00",
            60_00,
            100_00,
        )
        .gives(TOO_HIGH, 70_00, 14_28),
        plan(
            "DE",
            "a price of long ago that still held when the window began",
            &[("2027-01-01", 50_00, None), ("2027-10-28", 100_00, None)],
            "2027-11-26",
            80_00,
            100_00,
        )
        .gives(NO_CUT, 50_00, -60_00),
        plan(
            "DE",
            "a price that held for no time",
            &[("2027-01-01", 100_00, None), ("2027-11-10", 1_00, None), ("2027-11-10", 100_00, None)],
            "2027-11-26",
            80_00,
            100_00,
        )
        .gives(PRIOR, 100_00, 20_00),
        plan(
            "DE",
            "raised shortly before to be lowered",
            &[("2027-01-01", 100_00, None), ("2027-11-20", 140_00, None)],
            "2027-11-26",
            105_00,
            140_00,
        )
        .gives(NO_CUT, 100_00, -5_00),
        plan(
            "EU",
            "what the plan shows later is not yet history",
            &[("2027-01-01", 100_00, None), ("2027-11-26", 80_00, Some(100_00)), ("2027-12-01", 10_00, None)],
            "2027-11-26",
            80_00,
            100_00,
        )
        .gives(PRIOR, 100_00, 20_00),
    ]
}

fn pauses() -> Vec<Scenario> {
    let sale = |end: &'static str| {
        [("2027-01-01", 100_00, None), ("2027-11-01", 80_00, Some(100_00)), (end, 100_00, None)]
    };
    vec![
        plan("DE", "after a pause the old sale counts", &sale("2027-11-15"), "2027-11-26", 70_00, 100_00)
            .gives(TOO_HIGH, 80_00, 12_50),
        plan(
            "DE",
            "after a pause the old sale is the prior price",
            &sale("2027-11-15"),
            "2027-11-26",
            70_00,
            80_00,
        )
        .gives(PRIOR, 80_00, 12_50),
        plan("DE", "after a long pause it is forgotten", &sale("2027-11-15"), "2027-12-15", 70_00, 100_00)
            .gives(PRIOR, 100_00, 30_00),
        plan(
            "DE",
            "a pause in which only the announcement was missing",
            &[
                ("2027-01-01", 100_00, None),
                ("2027-11-01", 80_00, Some(100_00)),
                ("2027-11-10", 80_00, None),
                ("2027-11-12", 80_00, Some(100_00)),
            ],
            "2027-11-26",
            70_00,
            100_00,
        )
        .gives(TOO_HIGH, 80_00, 12_50),
        plan(
            "EU",
            "going on at the same price is the same reduction",
            &[("2027-01-01", 100_00, None), ("2027-11-01", 80_00, Some(100_00))],
            "2028-01-20",
            80_00,
            100_00,
        )
        .gives(PRIOR, 100_00, 20_00),
        plan(
            "DE",
            "a smaller reduction is a new one",
            &[("2027-01-01", 100_00, None), ("2027-11-01", 70_00, Some(100_00))],
            "2027-11-26",
            90_00,
            100_00,
        )
        .gives(NO_CUT, 70_00, -28_58),
        plan(
            "DE",
            "a reduction that went up once began there",
            &[
                ("2027-01-01", 100_00, None),
                ("2027-11-01", 70_00, Some(100_00)),
                ("2027-11-10", 90_00, Some(100_00)),
            ],
            "2027-11-26",
            60_00,
            100_00,
        )
        .gives(TOO_HIGH, 70_00, 14_28),
    ]
}

/// The window is counted in days of the calendar: on 31 October 2027 a day has 25 hours.
fn clocks() -> Vec<Scenario> {
    let dip =
        |end: &'static str| [("2027-01-01", 100_00, None), ("2027-10-20", 70_00, None), (end, 100_00, None)];
    vec![
        plan("DE", "until the midnight before", &dip("2027-10-26T22:00:00Z"), "2027-11-26", 60_00, 100_00)
            .gives(PRIOR, 100_00, 40_00),
        plan(
            "DE",
            "an hour longer, in summer time",
            &dip("2027-10-26T23:00:00Z"),
            "2027-11-26",
            60_00,
            100_00,
        )
        .gives(TOO_HIGH, 70_00, 14_28),
        plan(
            "EU",
            "Berlin's midnight is not yet the Azores'",
            &dip("2027-10-26T22:00:00Z"),
            "2027-11-26",
            60_00,
            100_00,
        )
        .gives(TOO_HIGH, 70_00, 14_28),
        plan(
            "EU",
            "the midnight before on the Azores",
            &dip("2027-10-25T22:00:00Z"),
            "2027-11-26",
            60_00,
            100_00,
        )
        .gives(PRIOR, 100_00, 40_00),
        plan(
            "EU",
            "midnight on the Azores, when Helsinki's day is three hours old",
            &dip("2027-10-26T22:00:00Z"),
            "2027-11-26T01:00:00Z",
            60_00,
            100_00,
        )
        .gives(TOO_HIGH, 70_00, 14_28),
        plan(
            "EU",
            "the midnight before in Helsinki",
            &dip("2027-10-26T21:00:00Z"),
            "2027-11-26T01:00:00Z",
            60_00,
            100_00,
        )
        .gives(PRIOR, 100_00, 40_00),
        plan(
            "ES",
            "the Canaries are an hour behind",
            &dip("2027-10-26T22:00:00Z"),
            "2027-11-26",
            60_00,
            100_00,
        )
        .gives(TOO_HIGH, 70_00, 14_28),
    ]
}

fn missing() -> Vec<Scenario> {
    let recent = [("2027-11-10", 100_00, None)];
    vec![
        plan("DE", "nothing is known", &[], "2027-11-26", 80_00, 100_00).is("unknown.no_history"),
        plan("DE", "two weeks are known", &recent, "2027-11-26", 80_00, 100_00).is(SHORT),
        plan("DE", "two weeks are enough to see that it is unlawful", &recent, "2027-11-26", 80_00, 120_00)
            .is(TOO_HIGH),
        plan(
            "DE",
            "exactly thirty days are known",
            &[("2027-10-26T22:00:00Z", 100_00, None)],
            "2027-11-26",
            80_00,
            100_00,
        )
        .gives(PRIOR, 100_00, 20_00),
        plan(
            "DE",
            "an hour less is known",
            &[("2027-10-26T23:00:00Z", 100_00, None)],
            "2027-11-26",
            80_00,
            100_00,
        )
        .is(SHORT),
        plan(
            "EU",
            "known from this instant on",
            &[("2027-11-26", 100_00, None)],
            "2027-11-26",
            80_00,
            100_00,
        )
        .is("unknown.no_history"),
    ]
}
