//! Rolling back undoes applying: for random rules over random shops the shop is afterwards as it was, field by field,
//! and in between it has exactly what the plan says.

use std::cell::RefCell;
use std::collections::BTreeMap;

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::TestRunner;
use serde_json::{Value, json};
use simulators::shopify::{Catalogue, ProductRow, VariantRow};

use crate::support::{Shop, TestApp, gid, sim_config, writes};

/// A shop in a currency, and a rule for it.
#[derive(Debug, Clone)]
struct Case {
    currency: &'static str,
    /// Products as lists of price and compare-at price in minor units.
    products: Vec<Vec<(u32, Option<u32>)>>,
    rule: Value,
}

fn case() -> impl Strategy<Value = Case> {
    select(&["EUR", "JPY"][..]).prop_flat_map(|currency| {
        let price = prop_oneof![4 => 1_u32..60_000, 1 => 0_u32..4];
        let variant = (price.clone(), option::of(price));
        (vec(vec(variant, 1..4), 1..4), rule(currency)).prop_map(move |(products, rule)| Case {
            currency,
            products,
            rule,
        })
    })
}

fn rule(currency: &'static str) -> impl Strategy<Value = Value> {
    let digits = if currency == "JPY" { 0 } else { 2 };
    let amount = move |minor: i64| format!("{} {currency}", decimal(minor, digits));
    let selector = prop_oneof![
        3 => Just(json!({ "all_variants": true })),
        1 => Just(json!({ "tag": { "is": "even" } })),
        1 => (1_i64..60_000).prop_map(move |minor| json!({ "price": { "lt": amount(minor) } })),
        1 => any::<bool>().prop_map(|set| json!({ "compare_at": { "is_set": set } })),
    ];
    let step = prop_oneof![
        3 => (-9_000_i64..12_000).prop_map(|hundredths| json!({ "percent": decimal(hundredths, 2) })),
        1 => (500_i64..2_000).prop_map(|thousandths| json!({ "multiply": decimal(thousandths, 3) })),
        1 => (-900_i64..900).prop_map(move |minor| json!({ "amount": amount(minor) })),
        1 => (1_i64..60_000).prop_map(move |minor| json!({ "set": amount(minor) })),
    ];
    let ending = if currency == "JPY" { json!({ "ending": "80" }) } else { json!({ "ending": ".90" }) };
    let handling = select(&["keep", "set_to_before", "clear"][..]);
    (selector, vec(step, 1..3), any::<bool>(), handling).prop_map(move |(selector, steps, round, handling)| {
        let mut rule = json!({
            "schema": "rule.v1", "name": "random", "select": selector, "steps": steps, "compare_at": handling,
        });
        if round {
            rule["rounding"] = ending.clone();
        }
        rule
    })
}

/// A number of units with so many decimals.
fn decimal(number: i64, digits: usize) -> String {
    let sign = if number < 0 { "-" } else { "" };
    let text = format!("{:0>width$}", number.unsigned_abs(), width = digits + 1);
    let (whole, fraction) = text.split_at(text.len() - digits);
    if digits == 0 { format!("{sign}{whole}") } else { format!("{sign}{whole}.{fraction}") }
}

fn catalogue(case: &Case) -> Catalogue {
    let digits = if case.currency == "JPY" { 0 } else { 2 };
    let amount = |minor: u32| decimal(i64::from(minor), digits).parse().expect("an amount");
    let product = |(p, variants): (usize, &Vec<(u32, Option<u32>)>)| {
        let mut row = ProductRow::new(&format!("product-{p}"), &format!("Product {p}"));
        row.tags = if p % 2 == 0 { vec!["even".to_owned()] } else { Vec::new() };
        row.option_names = vec!["Size".to_owned()];
        let variant = |(v, (price, compare_at)): (usize, &(u32, Option<u32>))| VariantRow {
            option_values: vec![format!("Size {v}")],
            sku: Some(format!("S-{p}-{v}")),
            compare_at: compare_at.map(amount),
            ..VariantRow::new(amount(*price))
        };
        row.variants = variants.iter().enumerate().map(variant).collect();
        row
    };
    Catalogue::new(case.products.iter().enumerate().map(product).collect())
}

/// The shop's prices by SKU, in the words of the API.
fn prices(shop: &Shop, currency: &str) -> BTreeMap<String, (Value, Value)> {
    let amount = |text: String| {
        let text = if currency == "JPY" { text.trim_end_matches(".00").to_owned() } else { text };
        json!({ "amount": text, "currency": currency })
    };
    let pair = |variant: simulators::shopify::Variant| {
        let compare_at = variant.compare_at.map_or(Value::Null, |compare_at| amount(compare_at.to_string()));
        (variant.sku.expect("a SKU"), (amount(variant.price.to_string()), compare_at))
    };
    shop.variants().into_iter().map(pair).collect()
}

async fn check(app: &TestApp, case: &Case) -> Result<(), TestCaseError> {
    let mut config = sim_config(catalogue(case));
    config.currency = case.currency.to_owned();
    config.domain = format!("{}.myshopify.com", app.home.project);
    let shop = app.shop_of(&app.home, config).await;
    let (at_first, first_prices) = (shop.sim.state().without_times(), prices(&shop, case.currency));
    let plan = app.plan(case.rule.clone()).await;
    if app.state_of(&plan).await == "planned" {
        prop_assert_eq!(shop.sim.state().without_times(), at_first);
        return Ok(());
    }
    let mut planned = first_prices;
    for row in app.viewer().all(&plan.path("/rows?outcome=raise,cut,same")).await {
        let sku = row["sku"].as_str().expect("a SKU").to_owned();
        planned.insert(sku, (row["after"].clone(), row["compare_at_after"].clone()));
    }
    let run = app.approve_and_apply(&plan).await;
    prop_assert_eq!(&run["state"], "applied", "{}", run);
    prop_assert_eq!(&run["counts"]["verified"], &run["total"], "{}", run);
    prop_assert_eq!(prices(&shop, case.currency), planned, "the shop has what was planned");
    let back = app.roll_back(&plan).await;
    prop_assert_eq!(&back["counts"]["verified"], &run["total"], "{}", back);
    prop_assert_eq!(shop.sim.state().without_times(), at_first, "the shop is as it was");
    let journal = shop.sim.journal();
    for variant in shop.variants() {
        let id = gid(&variant);
        let count = writes(&journal).iter().filter(|(_, effect)| effect.variant_id == id).count();
        prop_assert!(count == 0 || count == 2, "{}: written {} times", id, count);
    }
    Ok(())
}

#[test]
fn rolling_back_undoes_applying() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let app = RefCell::new(runtime.block_on(TestApp::new()));
    let config = ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() };
    let outcome = TestRunner::new(config).run(&case(), |case| {
        let mut app = app.borrow_mut();
        // Each case has a project and a shop of its own.
        app.home.project = format!("case-{}", uuid::Uuid::now_v7().simple());
        runtime.block_on(async {
            app.home.add_project(&app.app, &app.home.project, case.currency).await;
            check(&app, &case).await
        })
    });
    outcome.unwrap_or_else(|error| panic!("{error}"));
    runtime.block_on(app.into_inner().finish());
}
