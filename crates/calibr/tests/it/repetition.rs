//! Requests that are sent again: the work is done once, and the first answer comes back.

use reqwest::Method;
use serde_json::{Value, json};
use simulators::shopify::{Fault, FaultKind};

use crate::support::{CURT, TestApp, goods};

fn rule(percent: &str) -> Value {
    json!({
        "schema": "rule.v1", "name": "all", "select": { "all_variants": true }, "steps": [{ "percent": percent }],
    })
}

#[tokio::test]
async fn the_same_request_again_gets_the_same_answer() {
    let app = TestApp::new().await;
    let first = app.editor().post_with_key("/rules", rule("5"), "one").await;
    assert_eq!((first.status, first.header("idempotency-replayed")), (201, None));
    let before = app.dump().await;
    let second = app.editor().post_with_key("/rules", rule("5"), "one").await;
    assert_eq!((second.status, second.header("idempotency-replayed")), (201, Some("true")));
    assert_eq!(second.text, first.text);
    assert_eq!(second.header("content-type"), first.header("content-type"));
    assert_ne!(second.header("request-id"), first.header("request-id"), "it is a request of its own");
    app.assert_unchanged(&before, "a repeated request").await;
    app.finish().await;
}

#[tokio::test]
async fn a_repeated_apply_says_where_its_run_is() {
    let app = TestApp::new().await;
    let _shop = app.shop(goods(1, 1)).await;
    let plan = app.plan(rule("5")).await;
    app.approve(&plan).await;
    let send = || async { app.editor().post_with_key(&plan.path("/apply"), plan.signed(), "one").await };
    let (first, second) = (send().await, send().await);
    let run = first.json()["id"].as_str().expect("an id").to_owned();
    assert_eq!(first.header("location"), Some(format!("/api/v1/runs/{run}").as_str()));
    assert_eq!(second.header("location"), first.header("location"));
    app.finish().await;
}

#[tokio::test]
async fn a_key_belongs_to_one_request() {
    let app = TestApp::new().await;
    app.editor().post_with_key("/rules", rule("5"), "one").await.expect(201);
    let before = app.dump().await;
    let other_body = app.editor().post_with_key("/rules", rule("6"), "one").await;
    other_body.refused(422, "idempotency.mismatch");
    let other_operation = app.editor().post_with_key("/price-changes", rule("5"), "one").await;
    other_operation.refused(422, "idempotency.mismatch");
    let somebody_else = app.admin().post_with_key("/rules", rule("5"), "one").await;
    somebody_else.refused(422, "idempotency.mismatch");
    app.assert_unchanged(&before, "a key used for something else").await;
    // Another tenant's key is another key.
    let theirs =
        app.person(&app.other, kernel_core::Role::Editor).post_with_key("/rules", rule("6"), "one").await;
    theirs.expect(201);
    app.finish().await;
}

#[tokio::test]
async fn a_refusal_is_repeated_as_it_was() {
    let app = TestApp::new().await;
    let mut wrong = rule("5");
    wrong["steep"] = json!(1);
    let first = app.editor().post_with_key("/rules", wrong.clone(), "one").await;
    let second = app.editor().post_with_key("/rules", wrong, "one").await;
    assert_eq!(second.header("idempotency-replayed"), Some("true"));
    first.refused(422, "rule.invalid");
    assert_eq!(second.refused(422, "rule.invalid")["errors"][0]["pointer"], "/steep");
    app.finish().await;
}

#[tokio::test]
async fn a_request_without_a_usable_key_is_not_begun() {
    let app = TestApp::new().await;
    let before = app.dump().await;
    for key in [None, Some(String::new()), Some("k".repeat(256))] {
        let mut request = app.editor().request(Method::POST, "/rules").json(&rule("5"));
        if let Some(key) = key {
            request = request.header("idempotency-key", key);
        }
        app.editor().send(request).await.refused(400, "idempotency.missing");
    }
    let import = app.editor().request(Method::POST, "/catalog/imports").body("Handle,Variant Price\na,1\n");
    app.editor().send(import).await.refused(400, "idempotency.missing");
    app.assert_unchanged(&before, "a request without a key").await;
    app.finish().await;
}

#[tokio::test]
async fn a_request_still_under_way_is_not_begun_again() {
    let app = TestApp::new().await;
    let shop = app.shop(goods(2, 1)).await;
    let path = format!("/channels/{}/ingest", shop.channel);
    shop.sim.add_fault(Fault::once(FaultKind::HoldBeforeCommit { hold_ms: None }, "ReadProducts"));
    let editor = app.editor();
    let first = editor.post_with_key(&path, json!({}), "one");
    let meanwhile = async {
        shop.sim.wait_held(1).await;
        let second = app.editor().post_with_key(&path, json!({}), "one").await;
        shop.sim.release();
        second
    };
    let (first, second) = tokio::join!(first, meanwhile);
    second.refused(409, "idempotency.in_flight");
    let report = first.expect(200);
    let third = app.editor().post_with_key(&path, json!({}), "one").await;
    assert_eq!(third.header("idempotency-replayed"), Some("true"));
    assert_eq!(third.json(), report);
    app.finish().await;
}

#[tokio::test]
async fn a_request_whose_caller_went_away_is_finished_and_answered_when_asked_again() {
    let app = TestApp::new().await;
    let shop = app.shop(goods(2, 1)).await;
    let imports = app.audit("catalog.imported").await.len();
    let path = format!("/channels/{}/ingest", shop.channel);
    shop.sim.add_fault(Fault::once(FaultKind::HoldBeforeCommit { hold_ms: None }, "ReadProducts"));
    let editor = app.editor();
    tokio::select! {
        answer = editor.post_with_key(&path, json!({}), "one") => panic!("{answer:?}"),
        _ = shop.sim.wait_held(1) => {}
    }
    shop.sim.release();
    app.wait_until("select status is not null from idempotency_keys where key = 'one'").await;
    let again = app.editor().post_with_key(&path, json!({}), "one").await;
    assert_eq!((again.status, again.header("idempotency-replayed")), (200, Some("true")));
    assert_eq!(app.audit("catalog.imported").await.len(), imports + 1, "the work was done once");
    app.finish().await;
}

#[tokio::test]
async fn a_failure_of_ours_or_the_shops_may_be_tried_again_with_the_same_key() {
    let app = TestApp::with_connectors(CURT).await;
    let shop = app.shop(goods(2, 1)).await;
    let path = format!("/channels/{}/ingest", shop.channel);
    shop.sim.add_fault(Fault::once(FaultKind::HttpErrorBeforeCommit { status: 502 }, "ReadProducts"));
    let before = app.dump().await;
    let first = app.editor().post_with_key(&path, json!({}), "one").await;
    assert_eq!(first.header("retry-after"), Some("2"));
    first.refused(503, "channel.unavailable");
    app.assert_unchanged(&before, "an ingest that broke off").await;
    let second = app.editor().post_with_key(&path, json!({}), "one").await;
    assert_eq!((second.status, second.header("idempotency-replayed")), (200, None));
    app.expect_logged("channel.unavailable");
    app.finish().await;
}

#[tokio::test]
async fn after_a_week_a_key_is_free_again() {
    let app = TestApp::new().await;
    app.editor().post_with_key("/rules", rule("5"), "one").await.expect(201);
    app.hours_pass(7 * 24 + 1);
    let again = app.editor().post_with_key("/rules", rule("6"), "one").await;
    assert_eq!((again.status, again.header("idempotency-replayed")), (200, None), "{again:?}");
    app.finish().await;
}
