//! Guard code made wrong on purpose: every mutant of the list must be told from what reasoning foresees of the same rules,
//! or from the plain meaning of a guardrail that looks at the past; the code as it is must not.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::example::Example;
use super::meaning::Fact;
use super::state::{Domain, Linear, Search, State};
use super::walk::meanings;
use crate::evaluate::{Decision, Outcome};
use crate::mutant;
use crate::rule_set::Ready;
use crate::step::Exact;
use crate::{Guardrails, MoreFacts, PricePoint, PricingContext, Rule, RuleSet, Tax, VariantFacts};

/// Amounts of the scenarios run from zero to this, in cents.
const AMOUNT_MAX: i64 = 20;
/// What the competitor of every variant asks.
const COMPETITOR: i64 = 5;
const NOW: i64 = 1_800_000_000;
const DAY: i64 = 86_400;

const MUTANTS: [&str; 38] = [
    "limits.equal_contradict",
    "limits.skipped",
    "limits.high_ignored",
    "limits.last_low_wins",
    "limit.floor.one_less",
    "limit.ceiling.swapped",
    "limit.maximum_move.rounded_up",
    "limit.maximum_move.amount_ignored",
    "limit.maximum_move.down_ignored",
    "near_zero.at_zero",
    "slip.factor_95",
    "slip.at_the_factor",
    "slip.only_up",
    "below_cost.missing_passes",
    "below_cost.before_instead",
    "minimum_margin.missing_passes",
    "minimum_margin.as_markup",
    "cost.equal_stopped",
    "cost.tax_ignored",
    "cost.zero_known",
    "no_minimum.any_cost",
    "no_minimum.never_follows",
    "moves.down_rounded_down",
    "moves.up_rounded_up",
    "floor.at_the_floor",
    "ceiling.one_more",
    "map.other_way",
    "msrp.at_the_price",
    "moves.never_far",
    "moves.down_from_lowest",
    "moves.window_ignored",
    "moves.window_forgets_nothing",
    "moves.edge_forgotten",
    "minimum_interval.at_the_end",
    "guardrails.soft_ignored",
    "waiver.any_rule",
    "order.rounded_behind_limits",
    "order.guardrails_before_limits",
];

impl Ready {
    /// For the mutant that rounds behind the limits.
    pub(crate) fn rounded_again(&self, price: i64) -> i64 {
        self.grid.price(Exact::whole(price)).unwrap_or(price)
    }
}

/// Rules under guardrails, and what is asked about a variant beside its price.
struct Scenario {
    rules: Vec<Value>,
    guardrails: Value,
    tax: Option<&'static str>,
    waived: Option<(&'static str, &'static str)>,
    asked: Option<Fact<'static>>,
}

fn cents(minor: i64) -> String {
    format!("0.{minor:02} EUR")
}

fn rule(name: &str, steps: &Value, constraints: &Value) -> Value {
    json!({
        "schema": "rule.v1", "name": name, "select": { "all_variants": true },
        "steps": steps, "constraints": constraints, "rounding": { "step": "0.01" },
    })
}

/// Rules with limits, under no guardrails.
fn limit_scenarios() -> Vec<Scenario> {
    let limits = [
        json!({ "floor": cents(7), "ceiling": cents(13) }),
        json!({ "floor": cents(7), "ceiling": cents(7) }),
        json!({ "floor": cents(9), "maximum_move": { "percent": 50 } }),
        json!({ "maximum_move": { "percent": 33, "amount": cents(3) } }),
    ];
    let mut scenarios = Vec::new();
    for limits in limits {
        for step in [json!({ "percent": -90 }), json!({ "percent": 60 }), json!({ "set": cents(8) })] {
            let mut rule = rule("limited", &json!([step]), &limits);
            for rounding in [json!({ "step": "0.01" }), json!({ "step": "0.05" })] {
                rule["rounding"] = rounding;
                let guardrails = json!({ "schema": "guardrails.v1" });
                scenarios.push(Scenario {
                    rules: vec![rule.clone()],
                    guardrails,
                    tax: None,
                    waived: None,
                    asked: None,
                });
            }
        }
    }
    scenarios
}

/// A price that is set, under one guardrail each.
fn guardrail_scenarios() -> Vec<Scenario> {
    let guardrails = [
        (json!({ "near_zero": {} }), None, None),
        (json!({ "slip": { "mode": "soft" } }), None, None),
        (json!({ "below_cost": { "missing_cost": "block" } }), Some("50"), Some(Fact::Cost)),
        (json!({ "below_cost": { "missing_cost": "pass" } }), None, Some(Fact::Cost)),
        (json!({ "minimum_margin": { "percent": 50 } }), Some("19"), Some(Fact::Cost)),
        (json!({ "floor": { "mode": "hard", "price": cents(7) } }), None, None),
        (json!({ "ceiling": { "mode": "hard", "price": cents(7) } }), None, None),
        (json!({ "map": { "mode": "hard" } }), None, Some(Fact::Map)),
        (json!({ "msrp": { "mode": "hard" } }), None, Some(Fact::Msrp)),
        (json!({ "maximum_move": { "mode": "hard", "down_percent": 33, "up_percent": 33 } }), None, None),
    ];
    let mut scenarios = Vec::new();
    for (mut guardrails, tax, asked) in guardrails {
        guardrails["schema"] = json!("guardrails.v1");
        for price in [1, 2, 6, 7, 8, 11, 19] {
            let limits = if price == 2 { json!({ "floor": cents(8) }) } else { json!({}) };
            let rules = vec![rule("set", &json!([{ "set": cents(price) }]), &limits)];
            let guardrails = guardrails.clone();
            scenarios.push(Scenario { rules, guardrails, tax, waived: None, asked });
        }
    }
    scenarios
}

/// Prices that follow a competitor, with and without what holds them up.
fn following_scenarios() -> Vec<Scenario> {
    let limits = [json!({}), json!({ "minimum_margin": { "percent": 50 } }), json!({ "floor": cents(3) })];
    let settings = [json!({ "no_minimum": {} }), json!({ "no_minimum": {}, "below_cost": {} })];
    let mut scenarios = Vec::new();
    for limits in limits {
        for settings in &settings {
            for steps in [json!([{ "match": "competitor" }]), json!([{ "percent": -20 }])] {
                let mut guardrails = settings.clone();
                guardrails["schema"] = json!("guardrails.v1");
                let rules = vec![rule("following", &steps, &limits)];
                scenarios.push(Scenario {
                    rules,
                    guardrails,
                    tax: None,
                    waived: None,
                    asked: Some(Fact::Cost),
                });
            }
        }
    }
    scenarios
}

/// Two rules of which one may pass what a soft guardrail stops.
fn waiver_scenario() -> Scenario {
    let mut first = rule("waived", &json!([{ "set": cents(2) }]), &json!({}));
    first["select"] = json!({ "price": { "lt": cents(10) } });
    Scenario {
        rules: vec![first, rule("held", &json!([{ "set": cents(3) }]), &json!({}))],
        guardrails: json!({ "schema": "guardrails.v1", "floor": { "mode": "soft", "price": cents(5) } }),
        tax: None,
        waived: Some(("floor", "waived")),
        asked: None,
    }
}

impl Scenario {
    fn compile(&self) -> RuleSet {
        let rules: Vec<Rule> =
            self.rules.iter().map(|rule| Rule::from_json(&rule.to_string()).expect("a rule")).collect();
        let labelled: Vec<(&str, &Rule)> = rules.iter().map(|rule| (rule.name(), rule)).collect();
        let mut guardrails = Guardrails::from_json(&self.guardrails.to_string()).expect("guardrails");
        if let Some((code, rule)) = self.waived {
            guardrails.waive(code, Some(rule), Timestamp::MAX).expect("a guardrail");
        }
        let now = Timestamp::from_second(NOW).expect("an instant");
        let mut context = PricingContext::base("EUR".parse().expect("a currency"), now);
        context.tax = self.tax.map(|rate| Tax::new(rate, true).expect("a rate"));
        RuleSet::compile(&labelled, &guardrails, &context).expect("compiles")
    }

    fn variants(&self) -> Vec<Example> {
        let amounts = || std::iter::once(None).chain((0..=AMOUNT_MAX).map(Some));
        let asked: Vec<Option<i64>> = if self.asked.is_some() { amounts().collect() } else { vec![None] };
        let mut variants = Vec::new();
        for price_minor in amounts() {
            for number in &asked {
                let competitor_minor = Some(COMPETITOR);
                let mut variant = Example { price_minor, competitor_minor, ..Example::default() };
                if let (Some(fact), Some(number)) = (self.asked, number) {
                    variant.set(fact, *number);
                }
                variants.push(variant);
            }
        }
        variants
    }
}

/// The price that the engine writes.
fn found(set: &RuleSet, facts: &VariantFacts<'_>) -> Option<i64> {
    match set.evaluate(facts) {
        Decision::Row(row) if matches!(row.outcome, Outcome::Raise | Outcome::Cut) => row.after,
        _ => None,
    }
}

/// The price that reasoning foresees for one variant.
fn foreseen(set: &RuleSet, variant: &Example) -> Option<i64> {
    let mut state = State::new(Domain::default());
    let numbers = [
        (Fact::Price, variant.price_minor),
        (Fact::Competitor, variant.competitor_minor),
        (Fact::Cost, variant.cost_minor),
        (Fact::Map, variant.map_minor),
        (Fact::Msrp, variant.msrp_minor),
    ];
    for (fact, number) in numbers {
        match number {
            Some(number) => state.know(fact, Linear::number(number.into())),
            None => assert!(state.lacks(fact)),
        }
    }
    let rules = meanings(set);
    let mut prices = Vec::new();
    let mut search = Search::new(100_000);
    rules.teams(&mut search, state, &mut |search, team, state| {
        rules.written(search, state, team, &mut |search, state| {
            prices.extend(state.number(Fact::After, &mut search.budget));
        });
    });
    assert!(!search.unclear && !search.budget.ran_out());
    // Two limits may move a price to the same place.
    prices.dedup();
    assert!(prices.len() <= 1, "{variant:?} {prices:?}");
    prices.pop()
}

/// A scenario with every variant, and the price that is foreseen of it.
type Foretold = (Scenario, Vec<(Example, Option<i64>)>);

/// Scenarios with every variant, and what is foreseen of it.
fn expected() -> Vec<Foretold> {
    let scenarios = limit_scenarios().into_iter().chain(guardrail_scenarios());
    let scenarios = scenarios.chain(following_scenarios()).chain([waiver_scenario()]);
    let foretold = |scenario: Scenario| {
        let set = scenario.compile();
        let variants = scenario.variants().into_iter();
        let told = variants.map(|variant| (variant.clone(), foreseen(&set, &variant))).collect();
        (scenario, told)
    };
    scenarios.map(foretold).collect()
}

fn agrees(scenarios: &[Foretold]) -> bool {
    scenarios.iter().all(|(scenario, variants)| {
        let set = scenario.compile();
        variants.iter().all(|(variant, told)| variant.with_facts(|facts| found(&set, facts)) == *told)
    })
}

/// Histories of up to three prices around the edges of a day, the last in force now.
fn histories() -> Vec<Vec<PricePoint>> {
    let instants = [NOW - 3 * DAY, NOW - DAY - 1, NOW - DAY, NOW - DAY + 1, NOW - 5, NOW];
    let mut histories: Vec<Vec<PricePoint>> = vec![Vec::new()];
    for from in instants {
        for place in 0..histories.len() {
            for price_minor in [8, 10, 13] {
                let mut longer = histories[place].clone();
                longer.push(PricePoint { from, price_minor, compare_at_minor: None });
                if longer.len() <= 3 {
                    histories.push(longer);
                }
            }
        }
    }
    histories
}

/// Whether the price may move to `after`, in plain words.
fn may_move(history: &[PricePoint], before: i64, after: i64, kind: &str) -> bool {
    if kind == "minimum_interval" {
        let moves = history.windows(2).filter(|two| two[0].price_minor != two[1].price_minor);
        return moves.map(|two| two[1].from).max().is_none_or(|moved| NOW - moved >= DAY);
    }
    let held = |place: usize| history.get(place + 1).is_none_or(|next| next.from > NOW - DAY);
    let in_window = (0..history.len()).filter(|place| held(*place)).map(|place| history[place].price_minor);
    in_window.chain([before]).all(|price| after * 100 >= price * 80 && after * 100 <= price * 120)
}

fn past_agrees() -> bool {
    let histories = histories();
    let settings = [
        ("minimum_interval", json!({ "mode": "hard", "hours": 24 })),
        ("maximum_move_day", json!({ "mode": "hard", "down_percent": 20, "up_percent": 20 })),
    ];
    settings.into_iter().all(|(kind, setting)| {
        let mut guardrails = json!({ "schema": "guardrails.v1" });
        guardrails[kind] = setting;
        (6..=16).all(|after| {
            let rules = vec![rule("set", &json!([{ "set": cents(after) }]), &json!({}))];
            let guardrails = guardrails.clone();
            let set = Scenario { rules, guardrails, tax: None, waived: None, asked: None }.compile();
            histories.iter().all(|history| {
                let before = history.last().map_or(10, |last| last.price_minor);
                let more = MoreFacts { history, ..MoreFacts::default() };
                let facts =
                    VariantFacts { price_minor: Some(before), more: &more, ..VariantFacts::default() };
                let allowed = before != after && may_move(history, before, after, kind);
                found(&set, &facts) == allowed.then_some(after)
            })
        })
    })
}

#[test]
fn every_mutant_of_the_guard_code_is_refuted() {
    let scenarios = expected();
    assert!(agrees(&scenarios) && past_agrees(), "the code as it is");
    let mut survivors = Vec::new();
    for id in MUTANTS {
        let (survives, reached) = mutant::with(id, || agrees(&scenarios) && past_agrees());
        if survives || !reached {
            survivors.push((id, reached));
        }
    }
    assert_eq!(survivors, [], "mutants that nobody notices, and whether their place was come by");
}
