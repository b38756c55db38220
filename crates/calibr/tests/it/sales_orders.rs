//! Two sales that start and end in every order, with somebody's edit in the shop between them, through API, run and shop:
//! whichever priority they have, whether they stack, and whatever becomes of the compare-at price. Held against an oracle
//! of its own. One shop has a variant for each order and pair of sales, so that one plan does what many would.

use std::collections::HashMap;

use serde_json::{Value, json};
use simulators::shopify::{Catalogue, ProductRow, VariantEdit, VariantRow};

use crate::support::{Plan, Shop, TestApp, gid};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Event {
    Start(usize),
    End(usize),
    Edit,
}

const EVENTS: [Event; 5] = [Event::Start(0), Event::Start(1), Event::End(0), Event::End(1), Event::Edit];
const PERCENT: [i64; 2] = [-20, -10];
const ABOVE: i64 = 30;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum CompareAt {
    SetToBefore,
    PercentAbove,
    Keep,
}

/// What two sales are to each other.
#[derive(Debug, Clone, Copy)]
struct Pair {
    priority: [i64; 2],
    stack: [bool; 2],
    compare_at: [CompareAt; 2],
}

/// One variant in the eyes of the oracle. Amounts are cents.
#[derive(Debug, Clone)]
struct Standing {
    order: [Event; 5],
    pair: usize,
    /// Price and compare-at price without sales.
    base: (i64, Option<i64>),
    /// The sales that hold, the one asked first in front.
    running: Vec<usize>,
    shown: (i64, Option<i64>),
}

impl Standing {
    /// Whether anything is to change.
    fn happens(&mut self, event: Event, pair: &Pair) -> bool {
        match event {
            Event::Start(sale) => {
                // Of equal priorities the one that is named goes before those that run already.
                let later = |other: &usize| pair.priority[*other] <= pair.priority[sale];
                let place = self.running.iter().position(later).unwrap_or(self.running.len());
                self.running.insert(place, sale);
            }
            Event::End(sale) if self.running.contains(&sale) => self.running.retain(|other| *other != sale),
            Event::End(_) => return false,
            // What somebody set in the shop is the price without sales from then on.
            Event::Edit => {
                self.base = (edited(self), self.shown.1);
                self.running.clear();
            }
        }
        self.shown = resolved(self.base, &self.running, pair);
        true
    }
}

/// A price that no sale gives.
fn edited(standing: &Standing) -> i64 {
    standing.base.0 - 113
}

/// What the sales make of a price and a compare-at price.
fn resolved(base: (i64, Option<i64>), running: &[usize], pair: &Pair) -> (i64, Option<i64>) {
    let decides = running.iter().copied().find(|sale| !pair.stack[*sale]);
    let on_top = running.iter().copied().filter(|sale| pair.stack[*sale]);
    let team: Vec<usize> = decides.into_iter().chain(on_top).collect();
    let percent = |hundredths: i128, percent: i64| hundredths * i128::from(100 + percent);
    let half_up =
        |value: i128, over: i128| i64::try_from((2 * value + over).div_euclid(2 * over)).expect("small");
    let value = team.iter().fold(i128::from(base.0), |value, sale| percent(value, PERCENT[*sale]));
    let price = half_up(value, 100_i128.pow(u32::try_from(team.len()).expect("two at most")));
    let wish = team.iter().map(|sale| pair.compare_at[*sale]).find(|wish| *wish != CompareAt::Keep);
    let compare_at = match wish {
        Some(CompareAt::SetToBefore) if price < base.0 => Some(base.0),
        Some(CompareAt::PercentAbove) => Some(half_up(percent(price.into(), ABOVE), 100)),
        _ => base.1,
    };
    (price, compare_at)
}

fn orders() -> Vec<[Event; 5]> {
    let mut orders = Vec::new();
    for code in 0..5_usize.pow(5) {
        let order = [0, 1, 2, 3, 4].map(|digit| EVENTS[code / 5_usize.pow(digit) % 5]);
        let place = |event| order.iter().position(|one| *one == event);
        let [Some(start_a), Some(start_b), Some(end_a), Some(end_b), Some(_)] = EVENTS.map(place) else {
            continue;
        };
        if start_a < end_a && start_b < end_b {
            orders.push(order);
        }
    }
    assert_eq!(orders.len(), 30);
    orders
}

/// Every priority with every way of stacking; `round` turns what becomes of the compare-at price.
fn pairs(round: usize) -> Vec<Pair> {
    let wishes = [CompareAt::SetToBefore, CompareAt::PercentAbove, CompareAt::Keep];
    let mut pairs: Vec<Pair> = Vec::new();
    for priority in [[2, 1], [1, 1], [1, 2]] {
        for stack in [[false, false], [true, false], [false, true], [true, true]] {
            let number = pairs.len();
            let compare_at = [wishes[(number + round) % 3], wishes[(number / 4 + round) % 3]];
            pairs.push(Pair { priority, stack, compare_at });
        }
    }
    pairs
}

fn rule(sale: usize, number: usize, pair: &Pair) -> Value {
    let compare_at = match pair.compare_at[sale] {
        CompareAt::SetToBefore => json!("set_to_before"),
        CompareAt::PercentAbove => json!({ "percent_above": ABOVE.to_string() }),
        CompareAt::Keep => json!("keep"),
    };
    json!({
        "schema": "rule.v1", "name": format!("{} {number}", ["first", "second"][sale]),
        "priority": pair.priority[sale], "stack": pair.stack[sale],
        "select": { "sku": { "starts_with": format!("pair-{number}-") } },
        "steps": [{ "percent": PERCENT[sale].to_string() }], "compare_at": compare_at,
        "schedule": { "zone": "Europe/Berlin", "at": "2026-11-01 00:00", "until": "2027-11-01 00:00" },
    })
}

/// A product for each order, with a variant for each pair of sales, and as much that no sale is about.
fn catalogue(standings: &[Standing]) -> Catalogue {
    let text = |cents: i64| format!("{}.{:02}", cents / 100, cents % 100);
    let row = |sku: String, (price, compare_at): (i64, Option<i64>)| VariantRow {
        option_values: vec![sku.clone()],
        sku: Some(sku),
        compare_at: compare_at.map(|cents| text(cents).parse().expect("an amount")),
        cost: Some(text(price / 4).parse().expect("an amount")),
        ..VariantRow::new(text(price).parse().expect("an amount"))
    };
    let product = |name: String, variants: Vec<VariantRow>| {
        let mut product = ProductRow::new(&name, &name);
        product.option_names = vec!["Size".to_owned()];
        product.variants = variants;
        product
    };
    let orders = standings.chunk_by(|one, other| one.order == other.order).enumerate();
    let products = orders.flat_map(|(order, standings)| {
        let about = standings.iter().map(|standing| row(sku(standing), standing.base)).collect();
        let others = (0..standings.len()).map(|number| row(format!("other-{order}-{number}"), (5_000, None)));
        [product(format!("sale-{order}"), about), product(format!("other-{order}"), others.collect())]
    });
    Catalogue::new(products.collect())
}

/// Rules select by what stands before the order.
fn sku(standing: &Standing) -> String {
    format!("pair-{}-{:?}", standing.pair, standing.order)
}

struct World {
    app: TestApp,
    shop: Shop,
    /// Calibr's ids of the variants by SKU.
    ids: HashMap<String, Value>,
    /// Ids of the first and the second rule of each pair.
    rules: [Vec<String>; 2],
}

impl World {
    async fn new(standings: &[Standing], pairs: &[Pair]) -> Self {
        let app = TestApp::new().await;
        let shop = app.shop(catalogue(standings)).await;
        let listed = app.viewer().all("/catalog/variants").await;
        let ids =
            listed.iter().map(|one| (one["sku"].as_str().expect("a SKU").to_owned(), one["id"].clone()));
        let ids = ids.collect();
        let mut rules = [Vec::new(), Vec::new()];
        for (number, pair) in pairs.iter().enumerate() {
            for (sale, rules) in rules.iter_mut().enumerate() {
                rules.push(app.push(rule(sale, number, pair)).await);
            }
        }
        Self { app, shop, ids, rules }
    }

    /// What happens to the variants with these numbers.
    async fn act(&self, event: Event, standings: &[Standing], numbers: &[usize]) {
        let (rules, ends): (&[String], &[String]) = match event {
            Event::Start(sale) => (&self.rules[sale], &[]),
            Event::End(sale) => (&[], &self.rules[sale]),
            Event::Edit => return self.edit(standings, numbers).await,
        };
        let others = (0..standings.len()).filter(|number| !numbers.contains(number));
        let exclude: Vec<&Value> = others.map(|number| &self.ids[&sku(&standings[number])]).collect();
        let new = json!({ "title": format!("{event:?}"), "rules": rules, "ends": ends, "exclude": exclude });
        let planned = self.app.editor().post("/price-changes", new).await.expect(201);
        let text = |field: &str| planned[field].as_str().expect("a text").to_owned();
        let plan = Plan { id: text("id"), hash: text("plan_hash") };
        assert_eq!(
            planned["impact"]["counts"]["blocked"], 0,
            "{event:?} {}",
            planned["impact"]["guardrails"]
        );
        let run = self.app.approve_and_apply(&plan).await;
        assert_eq!(run["state"], "applied", "{run}");
        self.app.hours_pass(30);
    }

    async fn edit(&self, standings: &[Standing], numbers: &[usize]) {
        let variants = self.shop.variants();
        let edit = |number: &usize| {
            let sku = sku(&standings[*number]);
            let variant =
                variants.iter().find(|variant| variant.sku.as_ref() == Some(&sku)).expect("a variant");
            let cents = edited(&standings[*number]);
            VariantEdit::price(&gid(variant), &format!("{}.{:02}", cents / 100, cents % 100))
        };
        let edits: Vec<VariantEdit> = numbers.iter().map(edit).collect();
        self.shop.sim.edit(&edits).expect("edits");
        self.app.ingest(&self.shop).await;
    }

    fn assert_shown(&self, standings: &[Standing], pairs: &[Pair], slot: usize) {
        let cents = |text: String| text.replace('.', "").parse::<i64>().expect("cents");
        let variants = self.shop.variants();
        let shown: HashMap<&str, (i64, Option<i64>)> = variants
            .iter()
            .map(|one| {
                let compare_at = one.compare_at.map(|amount| cents(amount.to_string()));
                (one.sku.as_deref().expect("a SKU"), (cents(one.price.to_string()), compare_at))
            })
            .collect();
        for standing in standings {
            let found = shown[sku(standing).as_str()];
            assert_eq!(found, standing.shown, "at {slot}: {standing:?} {:?}", pairs[standing.pair]);
        }
    }
}

async fn every_order(round: usize) {
    let pairs = pairs(round);
    let mut standings = Vec::new();
    for order in orders() {
        for pair in 0..pairs.len() {
            let number = i64::try_from(standings.len()).expect("few");
            let base = (4_000 + 37 * number, (number % 2 == 0).then_some(6_000 + 41 * number));
            standings.push(Standing { order, pair, base, running: Vec::new(), shown: base });
        }
    }
    let at_first = standings.clone();
    let world = World::new(&standings, &pairs).await;
    for slot in 0..5 {
        for event in EVENTS {
            let numbers: Vec<usize> =
                (0..standings.len()).filter(|number| standings[*number].order[slot] == event).collect();
            if numbers.is_empty() {
                continue;
            }
            let before = standings.clone();
            let mut any = false;
            for number in &numbers {
                let standing = &mut standings[*number];
                any |= standing.happens(event, &pairs[standing.pair]);
            }
            if any {
                world.act(event, &before, &numbers).await;
            }
        }
        world.assert_shown(&standings, &pairs, slot);
    }
    for (standing, first) in standings.iter().zip(&at_first) {
        let is_back = standing.running.is_empty() && (standing.shown == standing.base);
        assert!(is_back && (standing.base == first.base) != standing.order.contains(&Event::Edit));
    }
    world.app.finish().await;
}

#[tokio::test]
async fn every_order_gives_what_the_sales_that_hold_make_of_the_price() {
    every_order(0).await;
}

#[tokio::test]
async fn every_order_with_other_compare_at_prices() {
    every_order(1).await;
}

#[tokio::test]
async fn every_order_with_still_other_compare_at_prices() {
    every_order(2).await;
}
