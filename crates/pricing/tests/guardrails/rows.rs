//! Each guardrail of a row at its exact edges: passed, near, violated.

use insta::assert_snapshot;
use pricing::GuardrailKind::{self, *};
use pricing::{Decision, Guardrails, MoreFacts, PricePoint, Tax, VariantFacts, Verdict, Verdict::*};

use crate::support::{DAY, HOUR, NOW, Try, context, currency, guardrails, rule_set};

fn at(case: &Try<'_>, kind: GuardrailKind, before: i64, prices: &[i64]) -> Vec<Verdict> {
    prices.iter().map(|after| case.verdict(kind, before, *after)).collect()
}

#[test]
fn near_zero() {
    let case = Try::of("near_zero: {}");
    assert_eq!(at(&case, NearZero, 20, &[1, 2, 10, 11]), [Violated, Near, Near, Passed]);
    assert_eq!(case.verdict(NearZero, 0, 0), Violated);
}

#[test]
fn slip() {
    let case = Try::of("slip: {}");
    let up = [19_000, 18_999, 9_500, 9_499];
    assert_eq!(at(&case, Slip, 2_000, &up), [Violated, Near, Near, Passed]);
    assert_eq!(at(&case, Slip, 19_000, &[2_000, 2_001, 4_000, 4_001]), [Violated, Near, Near, Passed]);
    assert_eq!(case.verdict(Slip, 0, 5), Violated);
    assert_snapshot!(case.trace("slip", 1_999, 20), @"violated | 0.20 | 9.5 | about a 100th of the price before; moves by a factor below");
}

#[test]
fn floor_and_ceiling() {
    let case = Try::of("floor: { price: 10.00 EUR }\nceiling: { price: 100.00 EUR }");
    assert_eq!(at(&case, Floor, 1_200, &[999, 1_000, 1_049, 1_050]), [Violated, Near, Near, Passed]);
    assert_eq!(at(&case, Ceiling, 9_000, &[10_001, 10_000, 9_501, 9_500]), [Violated, Near, Near, Passed]);
    assert_snapshot!(case.trace("floor", 1_200, 999), @"violated | 9.99 | 10.00 | not below");
    assert_snapshot!(case.trace("ceiling", 9_000, 9_600), @"near | 96.00 | 100.00 | not above");
}

#[test]
fn margins_are_of_the_price_without_tax() {
    let mut case = Try::of("minimum_margin: { percent: 20 }");
    assert_eq!(case.verdict(MinimumMargin, 1_000, 1_100), Violated, "a missing cost stops the row");
    case.cost = Some(800);
    // 20 % of 10.00 is 2.00; 22 % is reached at 8.00 / 0.78 = 10.2564.
    assert_eq!(at(&case, MinimumMargin, 1_100, &[999, 1_000, 1_025, 1_026]), [Violated, Near, Near, Passed]);
    case.context.tax = Some(Tax::new("25", true).expect("a tax"));
    // With 25 % inside, 12.50 shown is 10.00 without tax; 12.8205 is the price of 22 %.
    assert_eq!(
        at(&case, MinimumMargin, 1_300, &[1_249, 1_250, 1_282, 1_283]),
        [Violated, Near, Near, Passed]
    );
    case.context.tax = Some(Tax::new("25", false).expect("a tax"));
    assert_eq!(at(&case, MinimumMargin, 1_100, &[999, 1_000]), [Violated, Near]);
    assert_snapshot!(case.trace("minimum_margin", 1_100, 999), @"violated | 19.91 % | 20 % | a margin of at least");
}

#[test]
fn nothing_is_sold_below_cost() {
    let mut case = Try::of("below_cost: {}");
    assert_eq!(case.verdict(BelowCost, 1_000, 900), Passed, "not known, not stopped");
    assert_snapshot!(case.trace("below_cost", 1_000, 900), @"passed | 9.00 | unknown | the cost is not known");
    case.cost = Some(1_000);
    assert_eq!(at(&case, BelowCost, 1_100, &[999, 1_000, 1_049, 1_050]), [Violated, Near, Near, Passed]);
    case.context.tax = Some(Tax::new("19", true).expect("a tax"));
    assert_eq!(at(&case, BelowCost, 1_300, &[1_189, 1_190, 1_249, 1_250]), [Violated, Near, Near, Passed]);
    let strict = Try::of("below_cost: { missing_cost: block }");
    assert_eq!(strict.verdict(BelowCost, 1_000, 900), Violated);
}

#[test]
fn a_cost_of_zero_is_not_known() {
    let mut case = Try::of("minimum_margin: { percent: 20 }");
    case.cost = Some(0);
    assert_eq!(case.verdict(MinimumMargin, 1_000, 1_100), Violated);
    assert_snapshot!(case.trace("minimum_margin", 1_000, 1_100), @"violated | unknown | 20 % | the cost is not known; a margin of at least");
    let mut strict = Try::of("below_cost: { missing_cost: block }");
    strict.cost = Some(0);
    assert_eq!(strict.verdict(BelowCost, 1_000, 900), Violated);
    strict.cost = Some(1);
    assert_eq!(strict.verdict(BelowCost, 1_000, 900), Passed);
}

#[test]
fn what_manufacturers_ask_for() {
    let mut case = Try::of("map: { mode: hard }\nmsrp: { mode: hard }");
    assert_eq!((case.verdict(Map, 900, 800), case.verdict(Msrp, 900, 1_000)), (NotSet, NotSet));
    case.more = MoreFacts { map_minor: Some(1_000), msrp_minor: Some(2_000), ..MoreFacts::default() };
    assert_eq!(at(&case, Map, 1_200, &[999, 1_000, 1_049, 1_050]), [Violated, Near, Near, Passed]);
    assert_eq!(at(&case, Msrp, 1_200, &[2_001, 2_000, 1_901, 1_900]), [Violated, Near, Near, Passed]);
    assert_eq!(case.row(1_200, 999).reason.code(), "blocked.map");
}

#[test]
fn a_single_move() {
    let case = Try::of("maximum_move: { down_percent: 50, up_percent: 100 }");
    assert_eq!(at(&case, MaximumMove, 1_000, &[499, 500, 600, 601]), [Violated, Near, Near, Passed]);
    assert_eq!(at(&case, MaximumMove, 1_000, &[2_001, 2_000, 1_800, 1_799]), [Violated, Near, Near, Passed]);
    // Half of 9.99 is 4.995: 4.99 would be more than half away.
    assert_eq!(at(&case, MaximumMove, 999, &[499, 500]), [Violated, Near]);
    let down = Try::of("maximum_move: { down_percent: 12.5 }");
    assert_eq!(at(&down, MaximumMove, 1_000, &[874, 875, 9_000]), [Violated, Near, Passed]);
    assert_snapshot!(down.trace("maximum_move", 1_000, 874), @"violated | 8.74 | 8.75 to any | moves by at most 12.5 % down from the price before:");
}

#[test]
fn moves_of_a_day_are_measured_from_every_price_that_held() {
    let point = |hours: i64, price_minor| PricePoint {
        from: NOW - hours * HOUR,
        price_minor,
        compare_at_minor: None,
    };
    let history = [point(90, 5_000), point(30, 1_000), point(10, 900), point(5, 700)];
    let mut case = Try::of("maximum_move_day: { down_percent: 40, up_percent: 50 }");
    case.more = MoreFacts { history: &history, ..MoreFacts::default() };
    // 10.00 held when the day began, 50.00 did not any more; 7.00 is the lowest.
    assert_eq!(at(&case, MaximumMoveDay, 700, &[599, 600]), [Violated, Near]);
    assert_eq!(at(&case, MaximumMoveDay, 700, &[1_050, 1_051]), [Near, Violated]);
    assert_eq!(case.verdict(MaximumMoveDay, 700, 700), Passed, "what stays does not move");
    let mut week = Try::of("maximum_move_week: { down_percent: 40, up_percent: 50 }");
    week.more = MoreFacts { history: &history, ..MoreFacts::default() };
    assert_eq!(week.verdict(MaximumMoveWeek, 700, 650), Violated, "50.00 held this week");
    let edge = [point(48, 5_000), point(24, 1_000)];
    case.more = MoreFacts { history: &edge, ..MoreFacts::default() };
    assert_eq!(case.verdict(MaximumMoveDay, 1_000, 600), Near, "50.00 ended just as the day began");
}

#[test]
fn a_price_rests_after_a_move() {
    let mut case = Try::of("minimum_interval: { hours: 24 }");
    let moved = |ago: i64| {
        [(NOW - 40 * DAY, 900), (NOW - ago, 1_000), (NOW - ago.min(2 * HOUR), 1_000)]
            .map(|(from, price_minor)| PricePoint { from, price_minor, compare_at_minor: Some(from) })
    };
    for (ago, expected) in
        [(24 * HOUR - 1, Violated), (24 * HOUR, Near), (30 * HOUR - 1, Near), (30 * HOUR, Passed)]
    {
        let history = moved(ago);
        case.more.history = &[];
        let case = Try {
            more: MoreFacts { history: &history, ..case.more },
            guardrails: case.guardrails.clone(),
            context: case.context.clone(),
            cost: None,
        };
        assert_eq!(case.verdict(MinimumInterval, 1_000, 990), expected, "{ago}");
        assert_eq!(case.verdict(MinimumInterval, 1_000, 1_000), Passed);
    }
    assert_eq!(case.verdict(MinimumInterval, 1_000, 990), Passed, "no move known");
}

#[test]
fn a_price_in_another_currency_is_not_computed_with() {
    let mut case = Try::under(Guardrails::built_in());
    case.more.other_currency = Some(currency("JPY"));
    let row = case.row(1_000, 900);
    assert_eq!(row.reason.code(), "blocked.currency_swap");
    assert_snapshot!(case.trace("currency_swap", 1_000, 900), @"violated | JPY | EUR | the currency of the price before is that of the surface");
}

fn frozen(zone: &str, from: &str, until: &str) -> Verdict {
    let window = format!("{{ zone: {zone}, at: {from}, until: {until} }}");
    Try::of(&format!("freeze: {{ windows: [{{ when: {window}, reason: Stocktaking }}] }}"))
        .verdict(Freeze, 1_000, 990)
}

#[test]
fn nothing_is_written_in_a_freeze() {
    // Now is 2027-01-15 08:00 in London, 09:00 in Berlin.
    assert_eq!(frozen("Europe/London", "2027-01-15 08:00", "2027-01-15 09:00"), Violated);
    assert_eq!(frozen("Europe/London", "2027-01-15 07:00", "2027-01-15 08:00"), Passed);
    assert_eq!(frozen("Europe/Berlin", "2027-01-15 08:00", "2027-01-15 09:00"), Passed);
    assert_eq!(frozen("Europe/Berlin", "2027-01-16 09:00", "2027-01-17 09:00"), Near);
    assert_eq!(frozen("Europe/Berlin", "2027-01-16 09:01", "2027-01-17 09:00"), Passed);
    let weekly =
        Try::of("freeze: { windows: [{ when: { zone: Europe/London, every: \"0 6 * * 5\", for: 3h } }] }");
    assert_eq!(weekly.row(1_000, 990).reason.code(), "blocked.freeze", "a Friday");
    assert_eq!(weekly.verdict(Freeze, 1_000, 1_000), Passed, "what stays is not written");
    let named = Try::of(
        "freeze: { windows: [{ when: { zone: Europe/London, at: 2027-01-01 00:00, until: 2027-02-01 00:00 }, reason: Moving house }] }",
    );
    assert_snapshot!(named.trace("freeze", 1_000, 990), @"violated | frozen | - | nothing is written during a freeze: Moving house");
}

#[test]
fn reductions_are_announced_by_the_law_of_the_country() {
    let history = [
        PricePoint { from: NOW - 100 * DAY, price_minor: 2_000, compare_at_minor: None },
        PricePoint { from: NOW - 20 * DAY, price_minor: 1_500, compare_at_minor: None },
        PricePoint { from: NOW - 10 * DAY, price_minor: 2_000, compare_at_minor: None },
    ];
    let verdict = |lines: &str, country: Option<&str>, compare_at: &str| {
        let mut context = context("EUR");
        context.country = country.map(str::to_owned);
        let set = rule_set(
            &format!("steps: [{{ set: 12.00 EUR }}]\ncompare_at: {compare_at}"),
            &guardrails(lines),
            &context,
        );
        let more = MoreFacts { history: &history, ..MoreFacts::default() };
        let facts = VariantFacts {
            price_minor: Some(2_000),
            more: &more,
            vendor: "Molkerei",
            ..VariantFacts::default()
        };
        let Decision::Row(row) = set.evaluate(&facts) else { panic!("everything is selected") };
        let prior = set.prior_price(&facts, &row);
        (row.guardrails.verdict(Omnibus), prior)
    };
    // 15.00 held in the last 30 days, so 20.00 may not be struck through.
    assert_eq!(verdict("omnibus: { country: DE }", None, "set_to_before"), (Violated, Some(1_500)));
    assert_eq!(verdict("omnibus: { mode: warn }", None, "set_to_before"), (Near, Some(1_500)));
    assert_eq!(verdict("omnibus: {}", Some("US"), "set_to_before"), (NotSet, None));
    assert_eq!(verdict("omnibus: {}", Some("DE"), "keep"), (Passed, None), "nothing is announced");
    let dairy = "omnibus: { country: DE, perishable: { vendor: { is: Molkerei } } }";
    assert_eq!(verdict(dairy, None, "set_to_before"), (Passed, None), "goods that perish are exempt there");
    assert_eq!(verdict(dairy, Some("EU"), "set_to_before").0, Violated, "the market's law counts first");
    let wine = "omnibus: { country: DE, perishable: { vendor: { is: Weingut } } }";
    assert_eq!(verdict(wine, None, "set_to_before").0, Violated);
    assert_eq!(verdict("omnibus: { mode: off }", None, "set_to_before"), (NotSet, None));
}

#[test]
fn hard_guardrails_are_named_before_soft_ones() {
    let mut case = Try::of("floor: { mode: soft, price: 9.00 EUR }\nceiling: { price: 8.00 USD }").guardrails;
    case = guardrails(
        "ceiling: { price: 8.00 EUR }\nfloor: { mode: soft, price: 7.90 EUR }\nmap: { mode: hard }",
    )
    .over(&case);
    let mut case = Try::under(case);
    case.more.map_minor = Some(750);
    let row = case.row(800, 700);
    assert_eq!(row.guardrails.stopping().collect::<Vec<_>>(), [Floor, Map]);
    assert_eq!(row.reason.code(), "blocked.map");
    assert!(!row.guardrails.waivers_would_free());
    let soft_only = case.row(800, 760);
    assert_eq!(soft_only.reason.code(), "blocked.floor");
    assert!(soft_only.guardrails.waivers_would_free());
}
