//! The guardrails that look at a whole plan, at their exact edges.

use insta::assert_snapshot;
use pricing::{DayTotals, Guardrails, MoreFacts, PlanVerdict, VariantFacts, Verdict, Verdict::*};
use proptest::prelude::*;

use crate::support::{context, guardrails, plan, shop};

fn only(lines: &str, some: &str, prices: &[i64], today: &DayTotals) -> PlanVerdict {
    let (_, verdicts) = plan(lines, &guardrails(some), &context("EUR"), &shop(prices.iter().copied()), today);
    assert_eq!(verdicts.0.len(), 1);
    verdicts.0.into_iter().next().expect("one")
}

fn collapse(prices: &[i64]) -> Verdict {
    only("steps: [{ set: 10.00 EUR }]", "collapse: {}", prices, &DayTotals::default()).verdict
}

#[test]
fn twenty_different_prices_that_become_one_are_a_collapse() {
    let prices = |count: i64| (0..count).map(|place| 1_100 + place * 10).collect::<Vec<_>>();
    assert_eq!(collapse(&prices(20)), Violated);
    assert_eq!(collapse(&prices(19)), Near);
    assert_eq!(collapse(&prices(16)), Near);
    assert_eq!(collapse(&prices(15)), Passed);
    assert_eq!(collapse(&[1_100; 500]), Passed, "many rows, one price before");
}

#[test]
fn rounding_neighbours_together_is_no_collapse() {
    let close: Vec<i64> = (0..100).map(|place| 1_901 + place).collect();
    let rounded = "steps: [{ percent: 0 }]\nrounding: { ending: 9.99 }";
    assert_eq!(only(rounded, "collapse: {}", &close, &DayTotals::default()).verdict, Passed);
    let strict = "collapse: { spread_percent: 0 }";
    assert_eq!(only(rounded, strict, &close, &DayTotals::default()).verdict, Violated);
}

#[test]
fn a_collapse_counts_in_proportion_to_what_moves() {
    let capped = |low: i64| {
        let mut prices: Vec<i64> = (0..20).map(|place| 20_000 + place * 1_000).collect();
        // Each of these goes to a price of its own.
        prices.extend((0..low).map(|place| 1_000 + place));
        only(
            "steps: [{ percent: 10 }]\nconstraints: { ceiling: 150.00 EUR }",
            "collapse: {}",
            &prices,
            &DayTotals::default(),
        )
    };
    assert_eq!(capped(80).verdict, Violated, "20 of 100 rows");
    assert_eq!(capped(81).verdict, Near, "20 of 101 rows");
    assert_eq!(capped(105).verdict, Near, "20 of 125 rows are four fifths of the share");
    assert_eq!(capped(106).verdict, Passed);
    assert_snapshot!(capped(80).words, @"20 different prices would all become 150.00 EUR; narrow the rule's selection, or compute from the price before");
    assert_snapshot!(capped(80).value, @"20 different prices and 20.00 % of the rows");
}

#[test]
fn rows_of_a_day_are_counted_over_all_changes() {
    let verdict = |earlier: u64, some: &str| {
        let today = DayTotals { rows: earlier, ..DayTotals::default() };
        only("steps: [{ percent: 5 }]", some, &[1_000; 10], &today).verdict
    };
    assert_eq!(
        [0, 22, 23, 30, 31].map(|rows| verdict(rows, "blast_radius: { rows: 40 }")),
        [Passed, Near, Near, Near, Violated]
    );
    assert_eq!(verdict(21, "blast_radius: { rows: 40 }"), Passed);
    // Of ten variants in the catalogue; 3 of 10 is 30 %.
    let share = |moving: usize, some: &str| {
        let mut prices = vec![1_000; moving];
        prices.extend(vec![0; 10 - moving]);
        only("steps: [{ percent: 5 }]", some, &prices, &DayTotals::default()).verdict
    };
    let some = "blast_radius: { percent_of_catalogue: 30 }";
    assert_eq!([2, 3, 4].map(|moving| share(moving, some)), [Passed, Near, Violated]);
    let large = "blast_radius: { percent_of_catalogue: 30, at_least_rows: 5 }";
    assert_eq!([4, 5].map(|moving| share(moving, large)), [Passed, Violated]);
}

#[test]
fn revenue_at_risk_is_what_was_sold_at_the_price_before() {
    let more = |units| MoreFacts { units_sold_30d: units, ..MoreFacts::default() };
    let known = more(Some(3));
    let unknown = more(None);
    let verdict = |second: &MoreFacts<'static>, some: &str, earlier: i128| {
        let variant = |more| VariantFacts { price_minor: Some(1_000), more, ..VariantFacts::default() };
        let rows = [variant(&known), variant(second)];
        let today = DayTotals { revenue_minor: earlier, ..DayTotals::default() };
        let (_, verdicts) =
            plan("steps: [{ percent: 5 }]", &guardrails(some), &context("EUR"), &rows, &today);
        verdicts.0[0].verdict
    };
    // Twice three sold at 10.00 are 60.00.
    assert_eq!(verdict(&known, "blast_radius: { revenue: 80.00 EUR }", 0), Passed);
    assert_eq!(verdict(&known, "blast_radius: { revenue: 75.00 EUR }", 0), Near);
    assert_eq!(verdict(&known, "blast_radius: { revenue: 60.00 EUR }", 0), Near);
    assert_eq!(verdict(&known, "blast_radius: { revenue: 60.00 EUR }", 1), Violated);
    assert_eq!(verdict(&known, "blast_radius: { revenue: 59.99 EUR }", 0), Violated);
    assert_eq!(verdict(&unknown, "blast_radius: { revenue: 80.00 EUR }", 0), Violated, "cannot be told");
    assert_eq!(verdict(&unknown, "blast_radius: { revenue: 80.00 EUR, missing_sales: pass }", 0), Passed);
}

#[test]
fn a_common_factor_needs_nine_of_ten_rows() {
    let verdict = |slipped: usize, others: usize| {
        let mut prices: Vec<i64> = vec![1_000; slipped];
        prices.extend(vec![80_000; others]);
        // 10.00 becomes 1000.00, and 800.00 too.
        only("steps: [{ set: 1000.00 EUR }]", "common_factor: {}", &prices, &DayTotals::default())
    };
    assert_eq!(verdict(90, 10).verdict, Violated);
    assert_eq!(verdict(89, 11).verdict, Near);
    assert_eq!(verdict(50, 50).verdict, Near);
    assert_eq!(verdict(49, 51).verdict, Passed);
    assert_eq!(verdict(19, 0).verdict, Passed, "few rows are slips, each for itself");
    assert_snapshot!(verdict(90, 10).value, @"90.00 % of the rows by about 100");
}

#[test]
fn the_defaults_stop_a_large_part_of_a_large_shop() {
    let verdicts = |moving: i64, still: usize| {
        let prices = (0..moving).map(|place| 1_000 + place).chain(vec![0; still]);
        plan(
            "steps: [{ percent: 5 }]",
            &Guardrails::built_in(),
            &context("EUR"),
            &shop(prices),
            &DayTotals::default(),
        )
        .1
    };
    assert_eq!(verdicts(999, 1).need_waivers().count(), 0, "less than a thousand");
    assert_eq!(verdicts(1_000, 2_334).need_waivers().count(), 0, "29.99 %");
    let large = verdicts(1_001, 2_334);
    let words: Vec<&str> = large.need_waivers().map(|verdict| verdict.value.as_str()).collect();
    assert_eq!(words, ["30.01 % of the catalogue"]);
    let limits: Vec<&str> = large.need_waivers().map(|verdict| verdict.limit.as_str()).collect();
    assert_eq!(limits, ["30.00 % of the catalogue, from 1000 rows on"]);
    assert!(large.stops().is_none(), "a waiver can let it pass");
}

proptest! {
    /// Against counting every price that rows go to.
    #[test]
    fn the_collapsed_price_is_found(targets in prop::collection::vec((0_usize..6, 0_i64..40), 1..200), percent in 1_i64..100, distinct in 2_u64..8) {
        let ends = [5_000_i64, 6_000, 7_000, 8_000, 9_000, 9_900];
        let rules: Vec<String> = ends.iter().map(|end| format!("{end}")).collect();
        prop_assert_eq!(rules.len(), 6);
        let moves: Vec<(i64, i64)> = targets.iter().map(|(end, before)| (10_000 + before * 100, ends[*end])).collect();
        let expected = ends.iter().any(|end| {
            let befores: Vec<i64> = moves.iter().filter(|(_, after)| after == end).map(|(before, _)| *before).collect();
            let different = befores.iter().collect::<std::collections::BTreeSet<_>>().len() as u64;
            befores.len() as i64 * 100 >= percent * moves.len() as i64 && different >= distinct
        });
        let some = guardrails(&format!("collapse: {{ distinct_prices: {distinct}, percent_of_rows: {percent}, spread_percent: 0 }}"));
        let found = collapse_of(&moves, &some);
        prop_assert_eq!(found.verdict == Violated, expected, "{:?}", found);
    }
}

/// One rule for each price that rows go to, told apart by the vendor.
fn collapse_of(moves: &[(i64, i64)], some: &Guardrails) -> PlanVerdict {
    let ends: std::collections::BTreeSet<i64> = moves.iter().map(|(_, after)| *after).collect();
    let rules: Vec<pricing::Rule> = ends
        .iter()
        .map(|end| {
            let text = format!(
                "schema: rule.v1\nname: to {end}\nselect: {{ vendor: {{ is: \"{end}\" }} }}\nsteps: [{{ set: {}.00 EUR }}]\n",
                end / 100
            );
            pricing::Rule::from_yaml(&text).expect("a rule")
        })
        .collect();
    let labelled: Vec<(&str, &pricing::Rule)> = rules.iter().map(|rule| (rule.name(), rule)).collect();
    let set = pricing::RuleSet::compile(&labelled, some, &context("EUR")).expect("compiles");
    let mut aggregate = set.aggregate();
    for (before, after) in moves {
        let vendor = after.to_string();
        let facts = VariantFacts { vendor: &vendor, price_minor: Some(*before), ..VariantFacts::default() };
        aggregate.push(&set.evaluate(&facts), &facts);
    }
    aggregate.finish(&DayTotals::default(), moves.len() as u64).0.remove(0)
}
