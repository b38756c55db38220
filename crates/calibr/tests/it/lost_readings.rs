//! Shops whose answers to readings are lost: what is read ends whole, or not at all. Pauses between attempts pass at once.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use calibr::channels::Connector;
use connector_shopify::{ShopifyClient, ShopifyConfig};
use kernel_connect::{Credential, MonotonicTime};
use serde_json::{Value, json};
use simulators::shopify::{Config, Fault, FaultKind, Markets, PriceList};

use crate::support::{Shop, TestApp, goods, sim_config};

/// As often as a reading is asked for in all.
const ASKED: u64 = 5;
const LOST: [FaultKind; 2] =
    [FaultKind::HttpErrorBeforeCommit { status: 502 }, FaultKind::TimeoutBeforeCommit { hold_ms: 0 }];

const HURRIED: &[(&str, Connector)] = &[("shopify", connect)];

fn connect(base_url: &str, token: Credential) -> channel::Result<Arc<dyn channel::Channel>> {
    let config = ShopifyConfig { products_per_page: 20, ..ShopifyConfig::new(base_url, token) };
    Ok(Arc::new(ShopifyClient::new(config, Arc::new(Hurried::default()))?))
}

/// Time that only passes by being waited for, which takes none.
#[derive(Default)]
struct Hurried(AtomicU64);

impl MonotonicTime for Hurried {
    fn now_ms(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }

    fn wait(&self, ms: u64) -> Pin<Box<dyn Future<Output = ()> + Send + '_>> {
        self.0.fetch_add(ms, Ordering::Relaxed);
        Box::pin(tokio::task::yield_now())
    }
}

/// A shop of 60 products in three pages, with a price list, that was read in before its merchant changed some prices.
async fn changed_shop() -> (TestApp, Shop, usize) {
    let app = TestApp::with_connectors(HURRIED).await;
    let list = PriceList::decreasing(7, "Abroad", "USD", 10.into());
    let mut config: Config = sim_config(goods(60, 2));
    config.catalogue.markets = Markets::default().with_price_list(list);
    let shop = app.shop_of(&app.home, config).await;
    let edited = shop.sim.edit_share(300, 5).expect("edits").len();
    assert!(edited > 20, "{edited}");
    (app, shop, edited)
}

fn fails(shop: &Shop, fault: &FaultKind, operation: &str, skip: u64, times: u64) {
    shop.sim.add_fault(Fault { skip, ..Fault::once(fault.clone(), operation).times(times) });
}

async fn outlives(fault: &FaultKind) {
    let (app, shop, edited) = changed_shop().await;
    // The second page, the lists and the rows of one are lost as often as may be.
    fails(&shop, fault, "ReadProducts", 1, ASKED - 1);
    fails(&shop, fault, "ReadPriceLists", 0, ASKED - 1);
    fails(&shop, fault, "ReadListPrices", 0, ASKED - 1);
    let path = format!("/channels/{}/ingest", shop.channel);
    let report = app.editor().post(&path, json!({})).await.expect(200);
    assert_eq!(
        (&report["products"], &report["variants"], &report["prices_changed"], &report["refused_count"]),
        (&json!(60), &json!(120), &json!(edited), &json!(0)),
        "{report}"
    );
    let asked = shop.sim.journal().into_iter().filter(|call| !call.faults.is_empty()).count() as u64;
    assert_eq!(asked, 3 * (ASKED - 1));
    app.finish().await;
}

#[tokio::test]
async fn an_ingest_outlives_a_failing_gateway_and_is_whole() {
    outlives(&LOST[0]).await;
}

#[tokio::test]
async fn an_ingest_outlives_broken_connections_and_is_whole() {
    outlives(&LOST[1]).await;
}

/// All answers to `operation` are lost, after the first so many.
async fn takes_nothing(operation: &str, skip: u64) {
    let (app, shop, edited) = changed_shop().await;
    fails(&shop, &LOST[0], operation, skip, ASKED);
    let before = app.dump().await;
    let path = format!("/channels/{}/ingest", shop.channel);
    app.editor().post_with_key(&path, json!({}), "one").await.refused(503, "channel.unavailable");
    app.assert_unchanged(&before, "an ingest that broke off").await;
    app.expect_logged("channel.unavailable");
    let report: Value = app.editor().post_with_key(&path, json!({}), "one").await.expect(200);
    assert_eq!(report["prices_changed"], json!(edited), "the shop has recovered: {report}");
    app.finish().await;
}

#[tokio::test]
async fn an_ingest_that_loses_a_page_takes_nothing() {
    takes_nothing("ReadProducts", 1).await;
}

#[tokio::test]
async fn an_ingest_that_loses_the_price_lists_takes_nothing() {
    takes_nothing("ReadPriceLists", 0).await;
}

#[tokio::test]
async fn an_ingest_that_loses_the_rows_of_a_list_takes_nothing() {
    takes_nothing("ReadListPrices", 0).await;
}

#[tokio::test]
async fn a_run_reads_again_in_the_same_attempt_and_writes_once() {
    let app = TestApp::with_connectors(HURRIED).await;
    let shop = app.shop(goods(4, 2)).await;
    let rule = json!({ "schema": "rule.v1", "name": "all", "select": { "all_variants": true }, "steps": [{ "percent": "-7" }] });
    let plan = app.plan(rule).await;
    app.approve(&plan).await;
    // The comparison before writing, and the reading back after it.
    fails(&shop, &LOST[0], "ReadPrices", 0, ASKED - 1);
    fails(&shop, &LOST[1], "ReadPrices", ASKED, ASKED - 1);
    let run = app.apply(&plan).await;
    let run = app.settled(&run).await;
    assert_eq!((&run["state"], &run["counts"]["verified"]), (&json!("applied"), &json!(8)), "{run}");
    let sql = "select max(attempts) from jobs where kind = 'runs.apply_batch'";
    let attempts: i32 = app.owner.query_one(sql, &[]).await.expect("the job").get(0);
    assert_eq!(attempts, 1, "no second attempt was needed");
    let calls = |operation: &str| {
        shop.sim.journal().iter().filter(|call| call.operation_name.as_deref() == Some(operation)).count()
            as u64
    };
    assert_eq!(calls("WritePrices"), 4, "one for each product");
    assert_eq!(calls("ReadPrices"), 2 + 2 * (ASKED - 1));
    app.finish().await;
}
