//! The picture of many rows, against sorting and counting everything by hand.

use std::collections::HashMap;

use num_bigint::BigInt;
use num_rational::Ratio;
use pricing::{
    Decision, GuardrailResults, HISTOGRAM_BINS, Outcome, Reason, Row, Summary, SummaryBuilder, VariantFacts,
    bin_edges, change_basis_points,
};
use proptest::prelude::*;

fn row(before: i64, after: i64) -> Decision {
    let outcome = match after.cmp(&before) {
        std::cmp::Ordering::Less => Outcome::Cut,
        std::cmp::Ordering::Equal => Outcome::Same,
        std::cmp::Ordering::Greater => Outcome::Raise,
    };
    with_outcome(outcome, before, after)
}

fn with_outcome(outcome: Outcome, before: i64, after: i64) -> Decision {
    Decision::Row(Row {
        outcome,
        reason: Reason::AsRuled,
        before: Some(before),
        after: Some(after),
        compare_at_before: None,
        compare_at_after: None,
        rule_index: 0,
        base: None,
        guardrails: GuardrailResults::default(),
        compare_at_too_low: false,
        display_unreachable: false,
    })
}

fn summary(decisions: &[Decision]) -> Summary {
    let mut builder = SummaryBuilder::default();
    for (key, decision) in (0_u128..).zip(decisions) {
        builder.push(&VariantFacts { key, ..VariantFacts::default() }, decision);
    }
    builder.finish(None)
}

#[test]
fn outcomes_are_counted_and_only_moves_are_drawn() {
    let summary = summary(&[
        row(1000, 900),
        row(1000, 1100),
        row(1000, 1300),
        row(1000, 1000),
        with_outcome(Outcome::Blocked, 1000, 1),
        with_outcome(Outcome::Blocked, 0, 1),
        with_outcome(Outcome::Skipped, 0, 0),
        Decision::NotSelected,
        Decision::NotSelected,
    ]);
    let counts = summary.counts;
    assert_eq!((counts.cut, counts.raise, counts.same), (1, 2, 1));
    assert_eq!((counts.blocked, counts.skipped, counts.not_selected), (2, 1, 2));
    assert_eq!(summary.median_basis_points, Some(1000));
    let largest = summary.largest.expect("something moves");
    assert_eq!((largest.key, largest.before, largest.after, largest.basis_points), (2, 1000, 1300, 3000));
    assert_eq!(filled(&summary.histogram), HashMap::from([(18, 1), (22, 1), (26, 1)]));
    assert_eq!(
        filled(&summary.histogram_blocked),
        HashMap::from([(0, 1)]),
        "from a price of zero nothing has a place"
    );
}

fn filled(bins: &[u64]) -> HashMap<usize, u64> {
    bins.iter().copied().enumerate().filter(|(_, n)| *n > 0).collect()
}

#[test]
fn nothing_moves_gives_no_median() {
    let empty = summary(&[Decision::NotSelected, row(5, 5)]);
    assert_eq!((empty.median_basis_points, empty.largest), (None, None));
    assert_eq!(empty.histogram, [0; HISTOGRAM_BINS]);
}

#[test]
fn bins_meet_without_gap_and_the_outermost_are_open() {
    assert_eq!(bin_edges(0), (None, Some(-9750)));
    assert_eq!(bin_edges(20), (Some(-250), Some(250)));
    assert_eq!(bin_edges(40), (Some(9750), None));
    for bin in 1..HISTOGRAM_BINS {
        assert_eq!(bin_edges(bin - 1).1, bin_edges(bin).0);
    }
}

fn exact_basis_points(before: i64, after: i64) -> Ratio<BigInt> {
    Ratio::new((BigInt::from(after) - before) * 10_000, before.into())
}

proptest! {
    #[test]
    fn changes_are_rounded_half_away_from_zero(before in 1..i64::MAX, after in 0..i64::MAX) {
        let exact = exact_basis_points(before, after);
        let expected = i64::try_from(exact.round().to_integer()).ok();
        prop_assert_eq!(change_basis_points(before, after), expected);
        prop_assert_eq!(change_basis_points(0, after), None);
    }

    #[test]
    fn median_largest_and_bins_agree_with_brute_force(moves in prop::collection::vec((1_i64..400, 1_i64..900), 0..60)) {
        let decisions: Vec<Decision> = moves.iter().map(|(before, after)| row(*before, *after)).collect();
        let found = summary(&decisions);
        let moving: Vec<(i64, i64)> = moves.iter().copied().filter(|(before, after)| before != after).collect();
        let mut changes: Vec<i64> = moving.iter().filter_map(|(b, a)| change_basis_points(*b, *a)).collect();
        prop_assert_eq!(found.largest.map(|l| l.basis_points.abs()), changes.iter().map(|c| c.abs()).max());
        changes.sort_unstable();
        prop_assert_eq!(found.median_basis_points, changes.get(changes.len().saturating_sub(1) / 2).copied());
        for (bin, count) in found.histogram.iter().enumerate() {
            let (from, to) = bin_edges(bin);
            let inside = |(before, after): &&(i64, i64)| {
                let exact = exact_basis_points(*before, *after);
                from.is_none_or(|from| exact >= Ratio::from_integer(from.into()))
                    && to.is_none_or(|to| exact < Ratio::from_integer(to.into()))
            };
            prop_assert_eq!(*count, moving.iter().filter(inside).count() as u64, "bin {}", bin);
        }
    }
}
