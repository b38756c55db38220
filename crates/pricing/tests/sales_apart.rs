//! What stands beside a price while a sale runs: which rules hold and in which order, what a rule without an end leaves, what
//! may return, and what is no edit.

use pricing::{
    Decision, GuardrailKind, Guardrails, MoreFacts, Outcome, PricePoint, PricingContext, Reason, Row, Rule,
    RuleSet, Tags, VariantFacts, Verdict,
};

const SCHEDULE: &str = "schedule: { zone: Etc/UTC, at: 2027-01-01 00:00, until: 2027-02-01 00:00 }\n";

fn rule(name: &str, rest: &str) -> Rule {
    let text = format!("schema: rule.v1\nname: {name}\nselect: {{ all_variants: true }}\n{rest}\n");
    Rule::from_yaml(&text).unwrap_or_else(|faults| panic!("{text}{faults:?}"))
}

fn sale(name: &str, rest: &str) -> Rule {
    rule(name, &format!("{SCHEDULE}{rest}"))
}

fn set(rules: &[&Rule], guardrails: &Guardrails) -> RuleSet {
    let instant = "2027-01-15T00:00:00Z".parse().expect("an instant");
    let context = PricingContext::base("EUR".parse().expect("a currency"), instant);
    let labelled: Vec<(&str, &Rule)> = rules.iter().map(|rule| (rule.name(), *rule)).collect();
    RuleSet::compile(&labelled, guardrails, &context).expect("compiles")
}

/// A variant in a sale, in cents.
#[derive(Clone, Copy)]
struct InSale<'a> {
    price: i64,
    compare_at: Option<i64>,
    base: (i64, Option<i64>),
    running: &'a [&'a Rule],
    cost: i64,
    history: &'a [PricePoint],
}

impl<'a> InSale<'a> {
    fn at(price: i64, base: i64, running: &'a [&'a Rule]) -> Self {
        Self { price, compare_at: None, base: (base, None), running, cost: 100, history: &[] }
    }

    fn with<T>(&self, look: impl FnOnce(&VariantFacts<'_>) -> T) -> T {
        let running: Vec<String> = self.running.iter().map(|rule| rule.content_hash()).collect();
        let more = MoreFacts {
            base_minor: Some(self.base.0),
            base_compare_at_minor: self.base.1,
            running_sales: Tags::List(&running),
            history: self.history,
            ..MoreFacts::default()
        };
        look(&VariantFacts {
            price_minor: Some(self.price),
            compare_at_minor: self.compare_at,
            cost_minor: Some(self.cost),
            more: &more,
            ..VariantFacts::default()
        })
    }

    fn row(&self, set: &RuleSet) -> Row {
        match self.with(|facts| set.evaluate(facts)) {
            Decision::Row(row) => row,
            Decision::NotSelected => panic!("selected"),
        }
    }

    fn names(&self, set: &RuleSet, rules: &[&Rule]) -> Vec<String> {
        let name = |hash: &str| rules.iter().find(|rule| rule.content_hash() == hash).expect("known").name();
        self.with(|facts| set.sales(facts).into_iter().map(|hash| name(hash).to_owned()).collect())
    }
}

#[test]
fn of_equal_priorities_that_run_the_order_beside_the_price_decides() {
    let (a, b, c) = (
        sale("a", "steps: [{ percent: -10 }]"),
        sale("b", "steps: [{ percent: -20 }]"),
        sale("c", "priority: -1\nsteps: [{ percent: -30 }]"),
    );
    for (running, price) in [([&a, &b], 9_000), ([&b, &a], 8_000)] {
        let variant = InSale::at(price, 10_000, &running);
        // A third sale is named; the two run, and their order in the set is another one for half of the variants.
        let rules = [&c, &a, &b];
        let mut set = set(&rules, &Guardrails::default());
        set.only_where_they_run(1);
        let row = variant.row(&set);
        assert_eq!((row.outcome, row.after), (Outcome::Same, Some(price)));
        let names = [running[0].name(), running[1].name(), "c"];
        assert_eq!(variant.names(&set, &rules), names, "those that wait are kept");
    }
}

#[test]
fn a_sale_that_runs_elsewhere_does_not_begin_here() {
    let (a, b) =
        (sale("a", "priority: 5\nsteps: [{ percent: -10 }]"), sale("b", "steps: [{ percent: -20 }]"));
    let mut set = set(&[&b, &a], &Guardrails::default());
    set.only_where_they_run(1);
    let facts = VariantFacts { price_minor: Some(10_000), ..VariantFacts::default() };
    let Decision::Row(row) = set.evaluate(&facts) else { panic!("selected") };
    assert_eq!((row.after, set.sales(&facts)), (Some(8_000), vec![b.content_hash().as_str()]));
    let running = [&a];
    let variant = InSale::at(9_000, 10_000, &running);
    assert_eq!(variant.row(&set).after, Some(9_000));
    assert_eq!(variant.names(&set, &[&a, &b]), ["a", "b"]);
}

#[test]
fn a_rule_without_an_end_holds_on_when_the_sale_ends() {
    let club = sale("club", "stack: true\nsteps: [{ amount: -5 EUR }]");
    let raise = rule("raise", "steps: [{ percent: 10 }]");
    let rules = [&raise, &club];
    let mut both = set(&rules, &Guardrails::default());
    let running = [&club];
    let variant = InSale::at(9_500, 10_000, &running);
    let row = variant.row(&both);
    assert_eq!((row.after, row.base), (Some(10_500), Some(10_000)));
    assert_eq!(variant.names(&both, &rules), ["raise", "club"]);
    both.only_where_they_run(0);
    both.end(&club.content_hash());
    let row = InSale::at(10_500, 10_000, &[&raise, &club]).row(&both);
    assert_eq!((row.after, row.base, row.reason), (Some(11_000), None, Reason::AsRuled));
}

#[test]
fn of_a_group_the_next_counts_when_the_first_ends() {
    let first = sale("first", "priority: 2\ngroup: g\nsteps: [{ percent: -20 }]");
    let second = sale("second", "priority: 1\ngroup: g\nstack: true\nsteps: [{ percent: -10 }]");
    let rules = [&second, &first];
    let mut both = set(&rules, &Guardrails::default());
    let running = [&first];
    let variant = InSale::at(8_000, 10_000, &running);
    assert_eq!(variant.row(&both).after, Some(8_000));
    assert_eq!(variant.names(&both, &rules), ["first", "second"]);
    both.end(&first.content_hash());
    assert_eq!(InSale::at(8_000, 10_000, &[&first, &second]).row(&both).after, Some(9_000));
}

#[test]
fn the_compare_at_price_comes_back_and_none_is_invented() {
    let above = sale("above", "steps: [{ percent: -20 }]\ncompare_at: { percent_above: 30 }");
    let mut ended = set(&[&above], &Guardrails::default());
    ended.end(&above.content_hash());
    let running = [&above];
    let variant = |base_compare_at| InSale {
        compare_at: Some(10_400),
        base: (10_000, base_compare_at),
        ..InSale::at(8_000, 10_000, &running)
    };
    for base_compare_at in [None, Some(12_000), Some(9_000)] {
        let row = variant(base_compare_at).row(&ended);
        assert_eq!((row.after, row.compare_at_after), (Some(10_000), base_compare_at));
    }
    // A rule that keeps the compare-at price keeps the one without the sale.
    let keeps = rule("keeps", "constraints: { ceiling: 95 EUR }");
    let mut keeping = set(&[&keeps, &above], &Guardrails::default());
    keeping.end(&above.content_hash());
    let row = variant(None).row(&keeping);
    assert_eq!((row.after, row.compare_at_after), (Some(9_500), None));
    // So do selectors and steps.
    let from = rule("from", "steps: [{ from: compare_at }]");
    let mut from_it = set(&[&from, &above], &Guardrails::default());
    from_it.end(&above.content_hash());
    assert_eq!(variant(Some(12_000)).row(&from_it).after, Some(12_000));
    assert_eq!(variant(None).row(&from_it).reason, Reason::NoCompareAt);
}

fn built_in() -> Guardrails {
    Guardrails::built_in()
}

#[test]
fn what_only_ends_a_sale_may_return_however_far_it_went() {
    let deep = sale("deep", "priority: 2\nsteps: [{ percent: -60 }]");
    let mild = sale("mild", "priority: 1\nsteps: [{ percent: -5 }]");
    let after_deep = |rules: &[&Rule], running: &[&Rule], price: i64| {
        let mut set = set(rules, &built_in());
        set.end(&deep.content_hash());
        set.prices_are_of_sales();
        let day_ago = "2027-01-14T12:00:00Z".parse::<jiff::Timestamp>().expect("an instant").as_second();
        let history = [(day_ago - 9_000, 10_000), (day_ago, price)];
        let history =
            history.map(|(from, price_minor)| PricePoint { from, price_minor, compare_at_minor: None });
        InSale { history: &history, ..InSale::at(price, 10_000, running) }.row(&set)
    };
    // Up by 150 %, twice what the guardrails of a fresh tenant allow, for the change and for the day.
    let row = after_deep(&[&deep], &[&deep], 4_000);
    assert_eq!((row.outcome, row.after), (Outcome::Raise, Some(10_000)));
    for kind in [GuardrailKind::MaximumMove, GuardrailKind::MaximumMoveDay] {
        assert_eq!(row.guardrails.verdict(kind), Verdict::Passed);
    }
    // Towards it as well.
    let row = after_deep(&[&deep, &mild], &[&deep, &mild], 4_000);
    assert_eq!((row.outcome, row.after), (Outcome::Raise, Some(9_500)));
    // Even ten times, which two sales after each other reach.
    assert_eq!(after_deep(&[&deep], &[&deep], 900).outcome, Outcome::Raise);
    // What begins meanwhile, or goes beyond, is a move like any other.
    let begins = after_deep(&[&mild, &deep], &[&deep], 4_000);
    assert_eq!(begins.reason, Reason::Blocked(GuardrailKind::MaximumMove));
    let beyond = sale("beyond", "steps: [{ percent: 1 }]");
    let row = after_deep(&[&deep, &beyond], &[&deep, &beyond], 4_000);
    assert_eq!(row.reason, Reason::Blocked(GuardrailKind::MaximumMove));
    // Where no sale ends, a cost that moved since is a move too.
    let cost = sale("cost", "steps: [{ markup: 0 }]");
    let mut moved = set(&[&cost], &built_in());
    moved.prices_are_of_sales();
    let row = InSale { cost: 9_900, ..InSale::at(4_000, 10_000, &[&cost]) }.row(&moved);
    assert_eq!(row.reason, Reason::Blocked(GuardrailKind::MaximumMove));
}

#[test]
fn a_cost_that_moved_during_the_sale_is_no_edit() {
    let cost = sale("cost", "steps: [{ markup: 50 }]");
    let mut ended = set(&[&cost], &Guardrails::default());
    ended.end(&cost.content_hash());
    let running = [&cost];
    let variant = InSale { cost: 5_500, ..InSale::at(7_500, 10_000, &running) };
    assert_eq!(variant.row(&ended).reason, Reason::EditedSince, "nobody said where the price comes from");
    ended.prices_are_of_sales();
    assert_eq!((variant.row(&ended).after, variant.row(&ended).reason), (Some(10_000), Reason::SaleEnded));
}
