//! `cargo xtask bench shopify-bucket`: how much of a shop's cost bucket, and of what comes back into it meanwhile, applying
//! 5,000 prices uses, beside a client that sends as fast as it can and backs off when it is refused, at the same simulated
//! shop on the Plus plan. Then 100 prices, end to end, at a full bucket. Prints one line of JSON.

mod support;

use std::sync::Arc;

use calibr::channels::Connector;
use connector_shopify::{ShopifyClient, ShopifyConfig};
use kernel_connect::SystemTime;
use serde_json::json;
use simulators::shopify::{Catalogue, Config, Handle, ProductRow, Simulator, VariantRow};
use support::bucket::{Use, retry_only};
use support::served::Served;
use support::{Postgres, Times, argument};

/// Variants of the short run.
const FEW: usize = 100;

/// The product's connector, but for bulk operations: those go past the bucket, and this is about its use.
const CONNECTORS: &[(&str, Connector)] = &[("shopify", |base_url, token| {
    let mut config = ShopifyConfig::new(base_url, token);
    config.bulk_after_ms = u64::MAX;
    (config.products_per_page, config.variants_per_page) = (250, 1);
    config.bulk_write_after_ms = u64::MAX;
    Ok(Arc::new(ShopifyClient::new(config, Arc::new(SystemTime::start()))?))
})];

#[tokio::main]
async fn main() {
    let (variants, rate, rounds) = (argument(1, 5_000), argument(2, 1_000) as u64, argument(3, 7));
    let sim = shop(variants, rate).await;
    let postgres = Postgres::start().await;
    let (app, ctx) = postgres.app_with(CONNECTORS).await;
    let served = Served::start(&app, &ctx, true).await;
    let channel = served.connect("calibr-demo.myshopify.com", &sim.url, &sim.token).await;
    served.ingest(&channel).await;

    let plan = served.approved(&rule("all", &json!({ "all_variants": true }), 3)).await;
    start_afresh(&sim).await;
    let began = std::time::Instant::now();
    let run = served.apply(&plan).await;
    let run = served.settled(&run).await;
    let ours = Use::of(&sim.journal(), began.elapsed(), rate);
    assert_eq!(run["counts"]["applied"], variants, "not everything was applied: {run}");

    let mut few = Times::default();
    for _ in 0..rounds {
        let plan = served.approved(&rule("few", &json!({ "tag": { "is": "few" } }), 1)).await;
        start_afresh(&sim).await;
        let run = few.time_async(async { served.settled(&served.apply(&plan).await).await }).await;
        assert_eq!(run["counts"]["applied"], FEW.min(variants), "not everything was applied: {run}");
    }

    // Last, since it leaves prices that the catalogue does not know.
    start_afresh(&sim).await;
    let began = std::time::Instant::now();
    retry_only(&sim).await;
    let retrying = Use::of(&sim.journal(), began.elapsed(), rate);
    println!(
        "{}",
        json!({
            "bench": "shopify-bucket", "variants": variants, "points_per_s": rate, "bucket": rate * 20,
            "utilisation": ours.utilisation(), "throttled_share": ours.throttled_share(), "ours": ours.shown(),
            "retry_only": retrying.shown(), "few": FEW.min(variants), "rounds_few": rounds, "unit_few": "s",
            "ours_few": few.shown(1.0),
        })
    );
    served.stop().await;
    drop(app);
    postgres.stop().await;
}

/// One variant in each product: then every price is a call of its own, as many as there can be.
async fn shop(variants: usize, rate: u64) -> Handle {
    let product = |number: usize| {
        let mut row = ProductRow::new(&format!("product-{number}"), &format!("Product {number}"));
        if number < FEW {
            row.tags = vec!["few".to_owned()];
        }
        let price = format!("{}.{:02}", 20 + number / 100, number % 100);
        row.with_variant(VariantRow::new(price.parse().expect("an amount")))
    };
    let catalogue = Catalogue::new((0..variants).map(product).collect());
    Simulator::start(Config { rate, ..Config::new(catalogue) }).await.expect("a shop")
}

/// The bucket is full, the journal empty.
async fn start_afresh(sim: &Handle) {
    let reset = reqwest::Client::new().post(format!("{}/__sim/reset", sim.url)).json(&json!({}));
    assert!(reset.send().await.expect("the shop answers").status().is_success());
}

fn rule(name: &str, select: &serde_json::Value, percent: u32) -> serde_json::Value {
    json!({ "schema": "rule.v1", "name": name, "select": select, "steps": [{ "percent": percent.to_string() }] })
}
