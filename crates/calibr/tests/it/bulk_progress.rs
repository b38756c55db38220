//! How far the shop's bulk operations are, for those who wait for a run or for a catalogue.

use std::sync::Arc;

use calibr::channels::Connector;
use connector_shopify::{ShopifyClient, ShopifyConfig};
use kernel_connect::SystemTime;
use serde_json::{Value, json};
use simulators::shopify::{Config, Fault, FaultKind};

use crate::bulk_runs::{ALWAYS, Case, OPERATION, stuck};
use crate::support::{TestApp, goods, sim_config};

/// The product's connector, which takes a catalogue for large that is more than the shop's bucket holds.
const IN_BULK: &[(&str, Connector)] = &[("shopify", |base_url, token| {
    let config =
        ShopifyConfig { bulk_after_ms: 0, products_per_page: 1, ..ShopifyConfig::new(base_url, token) };
    Ok(Arc::new(ShopifyClient::new(config, Arc::new(SystemTime::start()))?))
})];

/// The next that a stream says of its run.
async fn next_told(stream: &mut reqwest::Response) -> Value {
    let mut text = String::new();
    loop {
        let chunk = stream.chunk().await.expect("the stream goes on").expect("more comes");
        text.push_str(std::str::from_utf8(&chunk).expect("text"));
        let whole = text.split_once("\n\n").map(|(block, _)| block.to_owned());
        let data =
            |block: &str| block.lines().find_map(|line| line.strip_prefix("data: ").map(str::to_owned));
        if let Some(data) = whole.as_deref().and_then(data) {
            return serde_json::from_str(&data).expect("a run");
        }
    }
}

#[tokio::test]
async fn how_far_an_operation_is_can_be_followed() {
    let case = Case::of(ALWAYS, goods(40, 3)).await;
    case.fault(FaultKind::BulkHolds { after_rows: 15 }, OPERATION);
    let run = case.app.apply(&case.plan).await;
    case.app.wait_until("select exists (select from channel_progress where done = 15)").await;
    let viewer = case.app.viewer();
    let shown = viewer.get(&format!("/runs/{run}")).await.expect(200);
    let operation = json!({ "products_done": 15, "products": 40 });
    assert_eq!((&shown["operation"], &shown["counts"]["applying"]), (&operation, &json!(120)), "{shown}");
    // Whoever comes back is told too, although the log has nothing new.
    let events = || viewer.request(reqwest::Method::GET, &format!("/runs/{run}/events"));
    for heard in [None, Some(i64::MAX.to_string())] {
        let request = heard.iter().fold(events(), |request, heard| request.header("last-event-id", heard));
        let mut stream = request.send().await.expect("a stream");
        assert_eq!(next_told(&mut stream).await["operation"], operation, "{heard:?}");
    }
    case.shop.sim.release();
    let run = case.app.settled(&run).await;
    assert_eq!((run["state"].as_str(), run.get("operation")), (Some("applied"), None), "{run}");
    let left: i64 =
        case.app.owner.query_one("select count(*) from channel_progress", &[]).await.expect("a count").get(0);
    assert_eq!(left, 0);
    case.books_agree(&run, 120).await;
    case.app.finish().await;
}

/// A worker that died over an operation left word of how far it was.
#[tokio::test]
async fn what_a_dead_worker_told_is_forgotten() {
    let (case, run) = stuck().await;
    let left = format!(
        "insert into channel_progress (tenant_id, channel_id, work, part, stage, done, expected, noted_at)
         select r.tenant_id, r.channel_id, '{run}', min(t.batch), 'writing', 7, 30, r.created_at
         from rule_runs r join rule_targets t on t.run_id = r.id group by r.tenant_id, r.channel_id, r.created_at"
    );
    case.app.owner.execute(&left, &[]).await.expect("word of it");
    let shown = case.app.viewer().get(&format!("/runs/{run}")).await.expect(200);
    assert_eq!(shown["operation"], json!({ "products_done": 7, "products": 30 }));
    case.app.minutes_pass(10);
    case.app.wait_until("select not exists (select from channel_progress)").await;
    case.shop.sim.release();
    case.shop.sim.wait_bulk_over().await;
    case.app.settled(&run).await;
    case.app.finish().await;
}

#[tokio::test]
async fn how_far_a_reading_is_stands_with_its_shop() {
    let app = TestApp::with_connectors(IN_BULK).await;
    let shop = app.shop_of(&app.home, Config { rate: 100, ..sim_config(goods(120, 2)) }).await;
    let path = format!("/channels?project={}", app.home.project);
    let reading = async || app.viewer().all(&path).await[0].get("reading").cloned();
    assert_eq!(reading().await, None);
    shop.sim.add_fault(Fault::once(FaultKind::BulkHolds { after_rows: 200 }, "bulk_query"));
    let watched = async {
        app.wait_until("select exists (select from channel_progress where done = 200)").await;
        let seen = reading().await;
        let others = app.person(&app.other, kernel_core::Role::Viewer).all("/channels").await;
        // A server that died leaves word that soon counts no more.
        app.minutes_pass(5);
        let later = reading().await;
        shop.sim.release();
        (seen, later, others)
    };
    let (_, (seen, later, others)) = tokio::join!(app.ingest(&shop), watched);
    assert_eq!(seen, Some(json!({ "stage": "gathering", "done": 200, "expected": 360 })));
    assert_eq!((later, others.len(), reading().await), (None, 0, None));
    app.finish().await;
}
