//! The event log and deliveries that gave up, over the API.

use std::collections::BTreeMap;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::{Duration, Instant};

use kernel_core::{Error, Result, Role};
use kernel_events::{Consumer, Delivery, InOrder, Relay, RelayConfig};
use serde_json::json;
use tokio_util::sync::CancellationToken;

use crate::support::TestApp;
use crate::support::operations::{rule, waiver};

/// Delivers to a consumer that refuses requests for waivers if told so.
async fn deliver(app: &TestApp, refuses: bool) {
    let handle = move |delivery: Delivery| -> Pin<Box<dyn Future<Output = Result<()>> + Send>> {
        let refused = refuses && delivery.event.kind == "waiver.requested";
        Box::pin(async move {
            if refused { Err(Error::invalid("test.refused", "It is refused.")) } else { Ok(()) }
        })
    };
    let consumer = Consumer::new("picky", Arc::new(InOrder(handle)));
    let (db, clock) = (app.app.db.clone(), Arc::clone(&app.app.clock));
    let relay = Relay::new(db, clock, vec![consumer], RelayConfig::default());
    app.log_settled().await;
    relay.run_due().await.expect("delivered");
}

#[tokio::test]
async fn the_log_is_listed_newest_first_and_read_on_oldest_first() {
    let app = TestApp::new().await;
    for _ in 0..3 {
        app.editor().post("/waivers", waiver()).await.expect(201);
    }
    app.log_settled().await;
    let newest = app.viewer().get("/events?type=waiver.requested").await.expect(200);
    let positions: Vec<i64> =
        newest["data"].as_array().unwrap().iter().map(|event| event["position"].as_i64().unwrap()).collect();
    assert!(positions.len() == 3 && positions.windows(2).all(|pair| pair[0] > pair[1]), "{positions:?}");
    let oldest = newest["data"][2]["id"].as_str().expect("an id");
    let after = app.viewer().all(&format!("/events?after={oldest}")).await;
    let read_on: Vec<i64> = after.iter().map(|event| event["position"].as_i64().unwrap()).collect();
    assert_eq!(read_on, [positions[1], positions[0]]);
    let event = &newest["data"][0];
    assert_eq!(event["actor"], "editor@home.test");
    assert!(event["request_id"].as_str().unwrap().starts_with("req_"));
    let none = app.person(&app.other, Role::Viewer).get("/events?type=waiver.requested").await.expect(200);
    assert_eq!(none["data"], json!([]));
    app.person(&app.other, Role::Viewer)
        .get(&format!("/events?after={oldest}"))
        .await
        .refused(404, "not_found");
    app.finish().await;
}

#[tokio::test]
async fn a_dead_letter_is_seen_retried_and_dropped_with_audit() {
    let app = TestApp::new().await;
    for _ in 0..3 {
        app.editor().post("/waivers", waiver()).await.expect(201);
    }
    deliver(&app, true).await;
    app.expect_logged("Deliveries gave up");
    let consumers = app.viewer().get("/events/consumers").await.expect(200);
    assert_eq!(
        (&consumers["data"][0]["name"], &consumers["data"][0]["dead"], &consumers["data"][0]["behind"]),
        (&json!("picky"), &json!(3), &json!(0))
    );
    assert!(consumers["data"][0]["per_minute"].as_i64().is_some_and(|rate| rate >= 3), "{consumers}");
    let letters = app.viewer().all("/dlq?consumer=picky&state=dead").await;
    assert_eq!((letters.len(), letters[0]["reason"].as_str()), (3, Some("It is refused.")));
    let id = |place: usize| letters[place]["id"].as_str().expect("an id").to_owned();

    app.editor().post(&format!("/dlq/{}/retry", id(0)), json!({})).await.refused(403, "role.missing");
    let empty = json!({ "note": " " });
    app.admin().post(&format!("/dlq/{}/drop", id(0)), empty).await.refused(422, "dead_letter.note");
    let note = json!({ "note": "It never mattered." });
    let dropped = app.admin().post(&format!("/dlq/{}/drop", id(0)), note.clone()).await.expect(200);
    assert_eq!(
        (dropped["state"].as_str(), dropped["decided_by"].as_str()),
        (Some("dropped"), Some("admin@home.test"))
    );
    app.admin().post(&format!("/dlq/{}/retry", id(0)), json!({})).await.refused(409, "dead_letter.dropped");

    let retried = app.admin().post(&format!("/dlq/{}/retry", id(1)), json!({})).await.expect(200);
    assert_eq!(retried["state"], "retrying");
    app.admin().post(&format!("/dlq/{}/drop", id(1)), note).await.refused(409, "dead_letter.retrying");
    let all = app.admin().post("/dlq/retry", json!({ "consumer": "picky" })).await.expect(200);
    assert_eq!(all["retried"], 1);
    app.admin().post("/dlq/retry", json!({ "consumer": "nobody" })).await.refused(404, "not_found");
    deliver(&app, false).await;
    assert_eq!(app.viewer().all("/dlq?state=settled").await.len(), 2);
    app.admin().post(&format!("/dlq/{}/retry", id(1)), json!({})).await.refused(409, "dead_letter.settled");

    let audit = app.viewer().all("/audit?action=dead_letter.dropped").await;
    assert_eq!((audit.len(), audit[0]["reason"].as_str()), (1, Some("It never mattered.")));
    let drained = app.viewer().all("/audit?action=dead_letters.retried").await;
    assert_eq!((drained.len(), &drained[0]["after"]["retried"]), (1, &json!(1)));
    app.finish().await;
}

#[tokio::test]
async fn the_numbers_of_a_consumer_stand_in_the_metrics() {
    let app = TestApp::new().await;
    let handle = |delivery: Delivery| -> Pin<Box<dyn Future<Output = Result<()>> + Send>> {
        let kind = delivery.event.kind;
        Box::pin(async move {
            match kind.as_str() {
                "waiver.requested" => Err(Error::invalid("test.refused", "It is refused.")),
                "rule.pushed" => Err(Error::internal("It is not taken now.")),
                _ => Ok(()),
            }
        })
    };
    // Of a name of its own, since the metrics are those of all tests of this process.
    let measured = || Consumer::new("measured", Arc::new(InOrder(handle)));
    let relay = |consumers| {
        let (db, clock) = (app.app.db.clone(), Arc::clone(&app.app.clock));
        Relay::new(db, clock, consumers, RelayConfig::default())
    };
    kernel_http::install_metrics();
    app.editor().post("/waivers", waiver()).await.expect(201);
    app.editor().post("/waivers", waiver()).await.expect(201);
    app.editor().post("/rules", rule("numbers")).await.expect(201);
    app.log_settled().await;
    let taken = "select count(*) from event_log where type not in ('waiver.requested', 'rule.pushed')";
    let taken: i64 = app.owner.query_one(taken, &[]).await.expect("a count").get(0);
    relay(vec![measured()]).run_due().await.expect("delivered");
    app.expect_logged("Deliveries gave up");

    // Nobody reads these three any more.
    for _ in 0..3 {
        app.editor().post("/waivers", waiver()).await.expect(201);
    }
    app.log_settled().await;
    app.hours_pass(1);
    let stop = CancellationToken::new();
    let measuring = tokio::spawn(relay(Vec::new()).run(stop.clone()));
    let started = Instant::now();
    while !numbers(&app).await.contains_key("dead") {
        assert!(started.elapsed() < Duration::from_secs(30), "nothing is measured");
        tokio::task::yield_now().await;
    }
    stop.cancel();
    measuring.await.expect("it ends");
    let told = [
        ("age_seconds", 3_600),
        ("behind", 3),
        ("dead", 2),
        ("delivered_total", taken),
        ("died_total", 2),
        ("retried_total", 1),
        ("retrying", 1),
    ];
    let told = told.map(|(name, number)| (name.to_owned(), number));
    assert_eq!(numbers(&app).await, BTreeMap::from(told));
    app.finish().await;
}

/// What the metrics say of the consumer `measured`.
async fn numbers(app: &TestApp) -> BTreeMap<String, i64> {
    let metrics = app.anon().get("/api/metrics").await.text;
    let lines = metrics.lines().filter_map(|line| line.strip_prefix("calibr_events_"));
    let own = lines.filter_map(|line| line.split_once("{consumer=\"measured\"} "));
    own.map(|(name, number)| (name.to_owned(), number.parse().expect("a number"))).collect()
}

#[tokio::test]
async fn consumers_that_are_in_use_are_not_forgotten_and_others_with_audit() {
    let app = TestApp::new().await;
    deliver(&app, false).await;
    let path = "/events/consumers/picky";
    app.editor().delete(path).await.refused(403, "role.missing");
    app.admin().delete(path).await.refused(409, "consumer.in_use");
    app.hours_pass(2);
    let consumers = app.viewer().get("/events/consumers").await.expect(200);
    let picky = &consumers["data"][0];
    assert_eq!((&picky["name"], &picky["silent_s"]), (&json!("picky"), &json!(7_200)));
    app.admin().delete(path).await.expect(204);
    app.admin().delete(path).await.refused(404, "not_found");
    assert_eq!(app.viewer().get("/events/consumers").await.expect(200)["data"], json!([]));
    let audit = app.viewer().all("/audit?action=consumer.forgotten").await;
    assert_eq!((audit.len(), &audit[0]["entity_id"]), (1, &json!("picky")));
    app.finish().await;
}

#[tokio::test]
async fn when_the_last_dead_letter_is_dealt_with_one_record_says_what_became_of_all() {
    let app = TestApp::new().await;
    for _ in 0..3 {
        app.editor().post("/waivers", waiver()).await.expect(201);
    }
    let since = app.now();
    deliver(&app, true).await;
    app.expect_logged("Deliveries gave up");
    let letters = app.viewer().all("/dlq?consumer=picky").await;
    let path =
        |place: usize, verb: &str| format!("/dlq/{}/{verb}", letters[place]["id"].as_str().expect("an id"));
    let note = json!({ "note": "It never mattered." });
    app.hours_pass(1);
    // The first is retried in vain and dropped then, the others are retried and go through.
    app.admin().post(&path(0, "retry"), json!({})).await.expect(200);
    deliver(&app, true).await;
    app.expect_logged("Deliveries gave up");
    app.admin().post(&path(0, "drop"), note.clone()).await.expect(200);
    app.events_delivered().await;
    assert!(app.audit("dead_letters.drained").await.is_empty(), "two are still open");
    app.admin().post("/dlq/retry", json!({ "consumer": "picky" })).await.expect(200);
    deliver(&app, false).await;
    app.events_delivered().await;
    app.events_delivered().await;
    let told = app.audit("dead_letters.drained").await;
    let expected = json!({
        "consumer": "picky", "letters": 3, "retried": 3, "settled": 2, "dropped": 1,
        "decided_by": ["admin@home.test"], "since": since,
    });
    assert_eq!((told.len(), &told[0]["after"]), (1, &expected));
    assert_eq!(told[0]["actor"], "system:events");

    // Whoever drops the last one sees the record at once, under their own name; what was told is not told again.
    app.editor().post("/waivers", waiver()).await.expect(201);
    let since = app.now();
    deliver(&app, true).await;
    app.expect_logged("Deliveries gave up");
    let letter = app.viewer().all("/dlq?state=dead").await.remove(0);
    let path = format!("/dlq/{}/drop", letter["id"].as_str().expect("an id"));
    app.admin().post(&path, note).await.expect(200);
    let told = app.audit("dead_letters.drained").await;
    let numbers = |name: &str| told[1]["after"][name].as_i64();
    assert_eq!([numbers("letters"), numbers("dropped"), numbers("retried")], [Some(1), Some(1), Some(0)]);
    assert_eq!((&told[1]["actor"], &told[1]["after"]["since"]), (&json!("admin@home.test"), &json!(since)));
    let events = "select count(*) from event_log where type = 'dead_letters.drained'";
    assert_eq!(app.owner.query_one(events, &[]).await.expect("a count").get::<_, i64>(0), 2);
    app.finish().await;
}

#[tokio::test]
async fn a_replay_is_asked_for_and_followed() {
    let app = TestApp::new().await;
    app.editor().post("/waivers", waiver()).await.expect(201);
    deliver(&app, false).await;
    let span = |from: i64, to: i64| json!({ "consumer": "picky", "from_position": from, "to_position": to });
    app.admin().post("/events/replays", span(5, 4)).await.refused(422, "replay.span");
    let asked = app.admin().post("/events/replays", span(1, 1_000_000)).await.expect(201);
    assert_eq!((asked["delivered"].as_i64(), asked["finished_at"].is_null()), (Some(0), true));
    deliver(&app, false).await;
    let told = app.viewer().all("/events/replays").await.remove(0);
    assert!(told["delivered"].as_i64().unwrap() >= 1 && told["finished_at"].is_string(), "{told}");
    app.finish().await;
}
