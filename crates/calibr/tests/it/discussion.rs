//! Talking about a price change: comments, a request for review, a request for changes, and the history of it all.

use serde_json::{Value, json};

use crate::support::{TestApp, goods};

fn rule() -> Value {
    json!({ "schema": "rule.v1", "name": "all", "select": { "all_variants": true }, "steps": [{ "percent": "-7" }] })
}

fn check<'a>(change: &'a Value, code: &str) -> Option<&'a Value> {
    change["checks"].as_array().expect("checks").iter().find(|check| check["code"] == code)
}

#[tokio::test]
async fn what_is_asked_for_stands_until_it_is_answered() {
    let app = TestApp::new().await;
    app.shop(goods(2, 1)).await;
    let plan = app.plan(rule()).await;
    let asked = app.editor().post(&plan.path("/request-review"), json!({ "note": " Before Friday? " })).await;
    let asked = asked.expect(200);
    assert_eq!(asked["review_requested"]["body"], "Before Friday?");
    assert_eq!((&asked["state"], &asked["changes_asked"]), (&json!("pending_approval"), &Value::Null));

    let body = json!({ "plan_hash": plan.hash, "reason": "Leave the mugs out." });
    let path = plan.path("/ask-for-changes");
    let asked = app.approver().post(&path, body.clone()).await.expect(200);
    assert_eq!(asked["changes_asked"]["body"], "Leave the mugs out.");
    assert_eq!(asked["changes_asked"]["author"], "approver@home.test");
    let shown = app.viewer().get(&plan.path("")).await.expect(200);
    let warning = check(&shown, "changes_asked").expect("a check");
    assert_eq!(warning["status"], "warn");
    assert_eq!(warning["detail"], "approver@home.test asked for changes: Leave the mugs out.");

    let answered = app.editor().post(&plan.path("/request-review"), json!({})).await.expect(200);
    assert_eq!((&answered["changes_asked"], check(&answered, "changes_asked")), (&Value::Null, None));
    assert_eq!(answered["review_requested"]["body"], Value::Null);
    app.approve(&plan).await;
    let before = app.dump().await;
    app.approver().post(&path, body).await.refused(409, "price_change.state");
    app.editor().post(&plan.path("/request-review"), json!({})).await.refused(409, "price_change.state");
    app.assert_unchanged(&before, "asking after the decision").await;
    app.finish().await;
}

#[tokio::test]
async fn only_others_ask_for_changes_of_the_plan_they_read_and_say_what() {
    let app = TestApp::new().await;
    app.shop(goods(1, 1)).await;
    let rule = app.push(rule()).await;
    let own =
        app.admin().post("/price-changes", json!({ "title": "Own", "rules": [rule] })).await.expect(201);
    let path = format!("/price-changes/{}/ask-for-changes", own["id"].as_str().expect("an id"));
    let body = |hash: &Value, reason: &str| json!({ "plan_hash": hash, "reason": reason });
    let before = app.dump().await;
    let hash = &own["plan_hash"];
    app.admin().post(&path, body(hash, "No.")).await.refused(403, "price_change.own");
    app.approver().post(&path, body(hash, "  ")).await.refused(422, "comment.empty");
    app.approver().post(&path, body(&json!("other"), "No.")).await.refused(412, "price_change.plan_mismatch");
    let comments = format!("/price-changes/{}/comments", own["id"].as_str().expect("an id"));
    for (text, code) in
        [("\n", "comment.empty"), ("a\0b", "comment.not_text"), (&"x".repeat(10_001), "comment.too_long")]
    {
        let problem = app.editor().post(&comments, json!({ "body": text })).await.refused(422, code);
        assert_eq!(problem["errors"][0]["pointer"], "/body");
    }
    app.assert_unchanged(&before, "refused words").await;
    app.editor().post(&comments, json!({ "body": "ä".repeat(10_000) })).await.expect(201);
    app.finish().await;
}

#[tokio::test]
async fn the_history_tells_all_that_was_said_and_done() {
    let app = TestApp::new().await;
    let _shop = app.shop(goods(2, 1)).await;
    let plan = app.plan(rule()).await;
    let other = app
        .plan(json!({ "schema": "rule.v1", "name": "tents", "steps": [{ "percent": "-3" }],
        "select": { "product_type": { "is": "Tents" } } }))
        .await;
    app.editor().post(&other.path("/comments"), json!({ "body": "Elsewhere." })).await.expect(201);
    for words in ["First.", "Second.\nWith a line."] {
        app.approver().post(&plan.path("/comments"), json!({ "body": words })).await.expect(201);
    }
    let said = app.viewer().all(&plan.path("/comments")).await;
    let bodies: Vec<_> = said.iter().map(|comment| &comment["body"]).collect();
    assert_eq!(bodies, ["First.", "Second.\nWith a line."]);
    let run = app.approve_and_apply(&plan).await;
    let activity = app.viewer().all(&plan.path("/activity")).await;
    let told: Vec<_> =
        activity.iter().rev().map(|record| record["action"].as_str().expect("a word")).collect();
    assert_eq!(
        told[..4],
        ["price_change.planned", "price_change.commented", "price_change.commented", "price_change.approved"]
    );
    assert!(told.contains(&"run.started") && told.contains(&"price_change.applied"), "{told:?}");
    let of_run = activity.iter().filter(|record| record["entity_id"] == run["id"]).count();
    assert!(of_run > 0, "{activity:?}");
    assert!(activity.iter().all(|record| record["reason"] != "Elsewhere."), "{activity:?}");
    app.log_settled().await;
    let events = app.viewer().all("/events?type=price_change.commented").await;
    assert_eq!(events.len(), 3);
    assert!(events.iter().all(|event| !event["payload"].to_string().contains("First")), "{events:?}");
    app.finish().await;
}
