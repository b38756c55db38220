//! Sales that start and end in every order, with somebody's edit between them: in the end the price is what the rules that
//! still hold make of the price without sales, or an open conflict. Held against a resolver of its own.

use kernel_core::Currency;
use num_rational::Ratio;
use pricing::{
    Decision, Guardrails, MoreFacts, Outcome, PricingContext, Reason, Rule, RuleSet, Tags, VariantFacts,
};

type Number = Ratio<i64>;
/// Price and compare-at price in cents.
type Prices = (i64, Option<i64>);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Event {
    StartA,
    StartB,
    EndA,
    EndB,
    Edit,
}

/// What a sale does.
#[derive(Debug, Clone, Copy)]
enum Change {
    Percent(i64),
    Amount(i64),
    Set(i64),
}

#[derive(Debug, Clone, Copy)]
struct Sale {
    change: Change,
    priority: i64,
    stack: bool,
    floor: i64,
    /// In percent of the price that the rules start from.
    move_max: i64,
    /// Selects prices from here on.
    from: i64,
    compare_at: CompareAt,
}

/// What a sale does with the compare-at price.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum CompareAt {
    Keep,
    SetToBefore,
    /// 30 % above the price.
    Above,
}

/// What is kept of the variant: its price, and beside it what a sale started from and which take part.
#[derive(Debug, Clone, PartialEq)]
struct Kept {
    price: i64,
    compare_at: Option<i64>,
    base: Option<i64>,
    base_compare_at: Option<i64>,
    running: Vec<String>,
}

fn orders() -> Vec<[Event; 5]> {
    use Event::{Edit, EndA, EndB, StartA, StartB};
    let all = [StartA, StartB, EndA, EndB, Edit];
    let mut orders = Vec::new();
    for code in 0..5_usize.pow(5) {
        let order = [0, 1, 2, 3, 4].map(|digit| all[code / 5_usize.pow(digit) % 5]);
        let place = |event| order.iter().position(|one| *one == event);
        let (Some(start_a), Some(start_b)) = (place(StartA), place(StartB)) else { continue };
        let (Some(end_a), Some(end_b), Some(_)) = (place(EndA), place(EndB), place(Edit)) else { continue };
        if start_a < end_a && start_b < end_b {
            orders.push(order);
        }
    }
    orders
}

fn rule(name: &str, sale: Sale, from: usize, to: usize) -> Rule {
    let euros = |cents: i64| format!("{}.{:02} EUR", cents / 100, cents % 100);
    let step = match sale.change {
        Change::Percent(percent) => format!("percent: {percent}"),
        Change::Amount(cents) => format!("amount: -{}", euros(-cents)),
        Change::Set(cents) => format!("set: {}", euros(cents)),
    };
    let text = format!(
        "schema: rule.v1\nname: {name}\npriority: {}\nstack: {}\nselect: {{ price: {{ gte: {} }} }}\nsteps: [{{ {step} }}]\n\
         constraints: {{ floor: {}, maximum_move: {{ percent: {} }} }}\n\
         compare_at: {}\n\
         schedule: {{ zone: Etc/UTC, at: 2027-01-01 0{from}:00, until: 2027-01-01 0{to}:00 }}\n",
        sale.priority,
        sale.stack,
        euros(sale.from),
        euros(sale.floor),
        sale.move_max,
        match sale.compare_at {
            CompareAt::Keep => "keep",
            CompareAt::SetToBefore => "set_to_before",
            CompareAt::Above => "{ percent_above: 30 }",
        },
    );
    Rule::from_yaml(&text).unwrap_or_else(|faults| panic!("{text}{faults:?}"))
}

/// The price and compare-at price that these sales make of `base`, by another way than the engine's.
fn resolved((base, base_compare_at): Prices, sales: &[Sale]) -> Prices {
    let mut asked: Vec<Sale> = sales.iter().copied().filter(|sale| base >= sale.from).collect();
    asked.sort_by_key(|sale| -sale.priority);
    let decides = asked.iter().copied().find(|sale| !sale.stack);
    let part: Vec<Sale> =
        decides.into_iter().chain(asked.iter().copied().filter(|sale| sale.stack)).collect();
    let mut value = Number::from_integer(base);
    for sale in &part {
        value = match sale.change {
            Change::Percent(percent) => value * Number::new(100 + percent, 100),
            Change::Amount(cents) => value + cents,
            Change::Set(cents) => Number::from_integer(cents),
        };
    }
    let mut price = (value + Number::new(1, 2)).floor().to_integer();
    for sale in &part {
        price = price.max(base - base * sale.move_max / 100).min(base + base * sale.move_max / 100);
    }
    let price = part.iter().fold(price, |price, sale| price.max(sale.floor));
    let wish = part.iter().map(|sale| sale.compare_at).find(|wish| *wish != CompareAt::Keep);
    let compare_at = match wish {
        Some(CompareAt::SetToBefore) if price < base => Some(base),
        Some(CompareAt::Above) => Some((price * 13 + 5) / 10),
        _ => base_compare_at,
    };
    (price, compare_at)
}

/// What the engine says of the variant, and the sales that take part.
fn decide(rules: &[Rule; 2], kept: &Kept, hour: usize) -> (Decision, Vec<String>) {
    let euro: Currency = "EUR".parse().expect("a currency");
    let instant = format!("2027-01-01T0{hour}:00:00Z").parse().expect("an instant");
    let context = PricingContext::base(euro, instant);
    let labelled = [("a", &rules[0]), ("b", &rules[1])];
    let set = RuleSet::compile(&labelled, &Guardrails::default(), &context).expect("compiles");
    let more = MoreFacts {
        base_minor: kept.base,
        base_compare_at_minor: kept.base_compare_at,
        running_sales: Tags::List(&kept.running),
        ..MoreFacts::default()
    };
    let facts = VariantFacts {
        price_minor: Some(kept.price),
        compare_at_minor: kept.compare_at,
        more: &more,
        ..VariantFacts::default()
    };
    (set.evaluate(&facts), set.sales(&facts).into_iter().map(str::to_owned).collect())
}

/// Runs one order; whether the edit is recorded as a price of its own, or only seen in the price.
fn run(order: [Event; 5], sales: [Sale; 2], first: Prices, (edited, recorded): (i64, bool)) -> (Kept, bool) {
    let hour = |event| order.iter().position(|one| *one == event).expect("every event is there");
    let rules = [
        rule("a", sales[0], hour(Event::StartA), hour(Event::EndA)),
        rule("b", sales[1], hour(Event::StartB), hour(Event::EndB)),
    ];
    let as_set = |(price, compare_at)| Kept {
        price,
        compare_at,
        base: None,
        base_compare_at: None,
        running: Vec::new(),
    };
    let mut kept = as_set(first);
    let (mut without, mut conflict) = (first, false);
    for (now, event) in order.into_iter().enumerate() {
        let context = || format!("{order:?} {sales:?} {edited} {recorded} at {now}: {kept:?}");
        if event == Event::Edit {
            let in_sale = !kept.running.is_empty();
            conflict = in_sale && !recorded && edited != kept.price;
            if recorded || !in_sale {
                without = (edited, kept.compare_at);
                kept = as_set(without);
            } else {
                kept.price = edited;
            }
            continue;
        }
        let (decision, taking_part) = decide(&rules, &kept, now);
        let Decision::Row(row) = decision else {
            assert!(kept.running.is_empty(), "{}", context());
            continue;
        };
        if conflict {
            assert_eq!((row.outcome, row.reason), (Outcome::Skipped, Reason::EditedSince), "{}", context());
            continue;
        }
        let in_force: Vec<Sale> = [(Event::StartA, Event::EndA), (Event::StartB, Event::EndB)]
            .into_iter()
            .zip(sales)
            .filter(|((start, end), _)| hour(*start) <= now && now < hour(*end))
            .map(|(_, sale)| sale)
            .collect();
        let after = (row.after.expect("a price"), row.compare_at_after);
        assert_eq!(after, resolved(without, &in_force), "{} {row:?}", context());
        assert_eq!(row.base, (!taking_part.is_empty()).then_some(without.0), "{}", context());
        let base_compare_at = row.base.and(without.1);
        let (price, compare_at) = after;
        kept = Kept { price, compare_at, base: row.base, base_compare_at, running: taking_part };
    }
    if !conflict {
        assert_eq!(kept, as_set(without), "{order:?} {sales:?}");
    }
    (kept, conflict)
}

#[test]
fn whatever_the_order_the_price_returns_or_the_conflict_stays_open() {
    let orders = orders();
    assert_eq!(orders.len(), 30);
    let first = Sale {
        change: Change::Percent(-20),
        priority: 0,
        stack: false,
        floor: 100,
        move_max: 60,
        from: 5_000,
        compare_at: CompareAt::Keep,
    };
    let wishes = [CompareAt::Keep, CompareAt::SetToBefore, CompareAt::Above];
    let mut round = 0;
    let (mut returned, mut open) = (0, 0);
    for order in orders {
        for (priority_a, priority_b) in [(1, 2), (2, 1), (1, 1)] {
            for (stack_a, stack_b) in [(false, false), (true, false), (false, true), (true, true)] {
                for change in [Change::Percent(-35), Change::Amount(-1_234), Change::Set(7_777)] {
                    for (floor, move_max, from) in [(100, 60, 100), (7_000, 60, 9_000), (100, 10, 100)] {
                        for (edited, recorded) in [(8_500, true), (8_500, false), (8_000, false)] {
                            // Whatever becomes of the compare-at price does not depend on the rest.
                            round += 1;
                            let compare_at = [wishes[round % 3], wishes[round / 3 % 3]];
                            let before = (10_000, [None, Some(12_000)][round / 9 % 2]);
                            let a = Sale {
                                priority: priority_a,
                                stack: stack_a,
                                compare_at: compare_at[0],
                                ..first
                            };
                            let b = Sale {
                                change,
                                priority: priority_b,
                                stack: stack_b,
                                floor,
                                move_max,
                                from,
                                compare_at: compare_at[1],
                            };
                            match run(order, [a, b], before, (edited, recorded)) {
                                (_, false) => returned += 1,
                                (kept, true) => {
                                    assert_eq!(kept.price, edited, "nobody's price is overwritten");
                                    open += 1;
                                }
                            }
                        }
                    }
                }
            }
        }
    }
    assert!(returned > 1_000 && open > 1_000, "{returned} returned, {open} open");
}

#[test]
fn a_sale_that_nobody_knows_keeps_its_price() {
    let kept = Kept {
        price: 8_000,
        compare_at: None,
        base: Some(10_000),
        base_compare_at: None,
        running: vec!["f".repeat(64)],
    };
    let sale = Sale {
        change: Change::Percent(-10),
        priority: 0,
        stack: false,
        floor: 100,
        move_max: 60,
        from: 100,
        compare_at: CompareAt::Keep,
    };
    let rules = [rule("a", sale, 0, 9), rule("b", sale, 0, 9)];
    let (Decision::Row(row), _) = decide(&rules, &kept, 1) else { panic!("selected") };
    assert_eq!((row.outcome, row.reason, row.writes()), (Outcome::Skipped, Reason::UnknownSale, false));
}
