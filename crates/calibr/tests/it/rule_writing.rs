//! Two people who write one rule, and the test cases that a rule brings along.

use serde_json::{Value, json};

use crate::support::{TestApp, goods};

fn rule(percent: &str) -> Value {
    json!({ "schema": "rule.v1", "name": "sale", "select": { "all_variants": true }, "steps": [{ "percent": percent }] })
}

#[tokio::test]
async fn of_two_writers_the_second_is_told_of_the_first() {
    let app = TestApp::new().await;
    let id = app.push(rule("-10")).await;
    let editor = app.editor();
    let first = editor.post_over("/rules", rule("-11"), "\"v1\"").await.expect(200);
    assert_eq!((&first["outcome"], &first["rule"]["version"]), (&json!("new_version"), &json!(2)));

    let second = editor.post_over("/rules", rule("-12"), "\"v1\"").await;
    let problem = second.refused(412, "rule.changed");
    assert_eq!(problem["current_version"], 2);
    assert!(problem["detail"].as_str().is_some_and(|detail| detail.contains("pushed v2")), "{problem}");
    let stored = editor.get(&format!("/rules/{id}")).await.expect(200);
    assert_eq!((&stored["version"], &stored["content_hash"]), (&json!(2), &first["rule"]["content_hash"]));

    let knowing = editor.post_over("/rules", rule("-12"), "\"v2\"").await.expect(200);
    assert_eq!(knowing["rule"]["version"], 3);
    let unchecked = editor.post("/rules", rule("-13")).await.expect(200);
    assert_eq!(unchecked["rule"]["version"], 4);
    assert_eq!(app.audit("rule.pushed").await.len(), 4);
    app.finish().await;
}

#[tokio::test]
async fn a_version_that_cannot_be_meant_is_refused() {
    let app = TestApp::new().await;
    app.editor().post_over("/rules", rule("-10"), "\"v1\"").await.refused(412, "rule.changed");
    app.editor().post_over("/rules", rule("-10"), "v1").await.refused(400, "if_match.invalid");
    assert_eq!(app.editor().all("/rules").await.len(), 0);
    app.editor().post_over("/rules", rule("-10"), "\"v0\"").await.expect(201);
    app.editor().post_over("/rules", rule("-11"), "\"v0\"").await.refused(412, "rule.changed");
    app.finish().await;
}

#[tokio::test]
async fn test_cases_are_run_and_say_what_is_not_as_expected() {
    let app = TestApp::new().await;
    let mut tested = rule("-20");
    tested["schedule"] = json!({ "zone": "UTC", "at": "2000-01-01 00:00", "until": "2000-01-02 00:00" });
    tested["tests"] = json!([
        { "name": "right", "given": { "price": "25.00 EUR" }, "expect": { "price": "20.00 EUR", "outcome": "cut" } },
        { "given": { "price": "25.00 EUR" }, "expect": { "price": "19.00 EUR" } },
        { "given": {}, "expect": { "outcome": "skipped", "reason": "skipped.no_price" } },
    ]);
    let answer = app.viewer().post("/rules/test", tested).await.expect(200);
    let expected = json!({ "failed": 1, "tests": [
        { "name": "right", "problems": [] },
        { "name": "2", "problems": ["price: expected 19.00 EUR, found 20.00 EUR"] },
        { "name": "3", "problems": [] },
    ] });
    assert_eq!(answer, expected);
    app.viewer().post("/rules/test", json!({ "schema": "rule.v1" })).await.refused(422, "rule.invalid");
    app.finish().await;
}

#[tokio::test]
async fn a_rule_says_what_came_of_it_last() {
    let app = TestApp::new().await;
    let _shop = app.shop(goods(2, 2)).await;
    app.push(json!({ "schema": "rule.v1", "name": "unused", "select": { "all_variants": true }, "steps": [{ "percent": "-5" }] }))
        .await;
    let first = app.plan(rule("-10")).await;
    app.approve_and_apply(&first).await;
    let second = app.plan(rule("-11")).await;
    let rules = app.viewer().all("/rules").await;
    let last_use =
        |name: &str| rules.iter().find(|rule| rule["name"] == name).expect(name)["last_use"].clone();
    assert_eq!(last_use("unused"), Value::Null);
    let shown = last_use("sale");
    let facts = ["price_change_id", "version", "state", "rows_to_apply"].map(|key| shown[key].clone());
    assert_eq!(facts, [json!(second.id), json!(2), json!("pending_approval"), json!(4)]);

    app.approve(&second).await;
    let id = rules.iter().find(|rule| rule["name"] == "sale").expect("it is there")["id"].clone();
    let one = app.viewer().get(&format!("/rules/{}", id.as_str().expect("an id"))).await.expect(200);
    assert_eq!(one["last_use"]["state"], "approved");
    app.finish().await;
}
