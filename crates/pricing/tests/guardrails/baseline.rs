//! Many small moves, whatever their order, do not get farther in a day or week than one move may.

use jiff::Timestamp;
use pricing::{Decision, MoreFacts, PricePoint, RuleSet, VariantFacts};
use proptest::prelude::*;

use crate::support::{DAY, HOUR, NOW, context, guardrails, rule};

const START: i64 = 100_000;

/// Sets the prices one after another as far as the guardrails let it; answers what held from when.
fn walked(some: &str, wishes: &[(i64, i64)]) -> Vec<PricePoint> {
    let point = |from, price_minor| PricePoint { from, price_minor, compare_at_minor: None };
    let mut history = vec![point(NOW - 100 * DAY, START)];
    let mut now = NOW;
    for (seconds, wish) in wishes {
        now += seconds;
        let mut context = context("EUR");
        context.instant = Timestamp::from_second(now).expect("an instant");
        let to = rule(&format!("steps: [{{ set: {}.{:02} EUR }}]", wish / 100, wish % 100));
        let set = RuleSet::compile(&[("to", &to)], &guardrails(some), &context).expect("compiles");
        let price = history.last().expect("never empty").price_minor;
        let more = MoreFacts { history: &history, ..MoreFacts::default() };
        let facts = VariantFacts { price_minor: Some(price), more: &more, ..VariantFacts::default() };
        let Decision::Row(row) = set.evaluate(&facts) else { panic!("everything is selected") };
        if row.writes() {
            history.push(point(now, *wish));
        }
    }
    history
}

/// Every price against every other that held at any time less than `window` before it began.
fn farthest(history: &[PricePoint], window: i64) -> (i64, i64) {
    let (mut down, mut up) = (0, 0);
    for (place, later) in history.iter().enumerate() {
        for (before, earlier) in history[..place].iter().enumerate() {
            let ended = history[before + 1].from;
            if ended > later.from - window {
                let basis_points = (later.price_minor - earlier.price_minor) * 10_000 / earlier.price_minor;
                down = down.max(-basis_points);
                up = up.max(basis_points);
            }
        }
    }
    (down, up)
}

#[test]
fn one_percent_a_minute_stops_at_the_limit_of_the_day() {
    let mut wishes = Vec::new();
    let mut price = START;
    for _ in 0..200 {
        price = price * 99 / 100;
        wishes.push((60, price));
    }
    let history = walked("maximum_move_day: { down_percent: 20, up_percent: 20 }", &wishes);
    let lowest = history.iter().map(|point| point.price_minor).min().expect("prices");
    assert!((80_000..81_000).contains(&lowest), "{lowest}");
    let freely = walked("near_zero: {}", &wishes);
    assert!(freely.last().expect("prices").price_minor < 20_000, "one step alone is never far");
}

#[test]
fn down_up_down_gains_nothing() {
    let wishes: Vec<(i64, i64)> =
        [90_000, 108_000, 87_000, 104_000, 81_000, 97_000, 78_000].map(|to| (HOUR, to)).to_vec();
    let history = walked("maximum_move_day: { down_percent: 20, up_percent: 20 }", &wishes);
    let prices: Vec<i64> = history.iter().map(|point| point.price_minor).collect();
    // 87.00 lies within 20 % of 108.00; then 104.00 within 20 % above 87.00; 81.00 is 25 % below 108.00.
    assert_eq!(prices, [100_000, 90_000, 108_000, 87_000, 104_000, 97_000]);
}

#[test]
fn the_next_day_begins_anew() {
    let wishes = [(HOUR, 80_000), (DAY - 1, 64_000), (1, 64_000)];
    let history = walked("maximum_move_day: { down_percent: 20 }", &wishes);
    assert_eq!(history.last().map(|point| (point.from, point.price_minor)), Some((NOW + HOUR + DAY, 64_000)));
}

proptest! {
    #[test]
    fn no_sequence_of_moves_evades(
        wishes in prop::collection::vec((1_i64..3 * DAY, 30_000_i64..300_000), 1..30),
        down in 1_i64..60,
        up in 1_i64..150,
    ) {
        for (kind, window) in [("maximum_move_day", DAY), ("maximum_move_week", 7 * DAY)] {
            let history = walked(&format!("{kind}: {{ down_percent: {down}, up_percent: {up} }}"), &wishes);
            let (farthest_down, farthest_up) = farthest(&history, window);
            prop_assert!(farthest_down <= down * 100 && farthest_up <= up * 100, "{history:?}");
        }
    }
}
