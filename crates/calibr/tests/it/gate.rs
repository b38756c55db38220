//! What was fine when it was planned and approved, and is not when it would be applied.

use jiff::SignedDuration;
use serde_json::{Value, json};
use simulators::shopify::{Config, Fault, FaultKind};

use crate::support::{Plan, TestApp, csv_of, sim_config};

fn cut(name: &str, sku: &str, percent: &str) -> Value {
    json!({ "schema": "rule.v1", "name": name, "select": { "sku": { "is": sku } }, "steps": [{ "percent": percent }] })
}

async fn catalogue(app: &TestApp, products: usize) {
    app.editor().post_text("/catalog/imports", "text/csv", csv_of("g", 0, products)).await.expect(201);
}

async fn facts(app: &TestApp, csv: &str) {
    app.editor().post_text("/catalog/facts", "text/csv", csv.to_owned()).await.expect(201);
}

/// Taking the plan out as a file passes the same gate as applying it, and needs no shop.
async fn stopped_as_stale(app: &TestApp, plan: &Plan, words: &str) {
    let problem = app.editor().get(&plan.path("/export")).await.refused(412, "price_change.stale");
    let detail = problem["detail"].as_str().expect("words");
    assert!(detail.contains(words), "{detail}");
    assert_eq!(app.state_of(plan).await, "stale");
}

#[tokio::test]
async fn a_freeze_that_begins_after_the_approval_stops_what_was_approved() {
    let app = TestApp::new().await;
    catalogue(&app, 2).await;
    let (from, until) =
        (app.now() + SignedDuration::from_hours(10), app.now() + SignedDuration::from_hours(20));
    let local =
        |instant: jiff::Timestamp| instant.to_zoned(jiff::tz::TimeZone::UTC).strftime("%F %H:%M").to_string();
    let freeze = json!({ "schema": "guardrails.v1", "freeze": {
        "windows": [{ "when": { "zone": "UTC", "at": local(from), "until": local(until) }, "reason": "Black Week" }] } });
    app.admin().post("/guardrails", freeze).await.expect(201);
    let early = app.plan(cut("early", "g-0", "-10")).await;
    app.approve(&early).await;
    let late = app.plan(cut("late", "g-1", "-10")).await;
    app.approve(&late).await;
    assert_eq!(app.editor().get(&early.path("/export")).await.status, 200, "before the freeze");
    app.hours_pass(11);
    stopped_as_stale(&app, &late, "g-1, is stopped by the guardrail freeze").await;
    app.finish().await;
}

#[tokio::test]
async fn a_cost_that_rises_after_the_approval_stops_what_was_approved() {
    let app = TestApp::new().await;
    catalogue(&app, 2).await;
    facts(&app, "sku,cost\ng-0,1.00\n").await;
    let plan = app.plan(cut("cheaper", "g-0", "-10")).await;
    let other = app.plan(cut("other", "g-1", "-10")).await;
    app.approve(&plan).await;
    facts(&app, "sku,cost\ng-0,900.00\n").await;
    stopped_as_stale(&app, &plan, "stopped by the guardrail below cost").await;
    // What nothing speaks against passes all the same.
    app.approve(&other).await;
    app.finish().await;
}

#[tokio::test]
async fn a_sale_that_is_over_is_not_begun() {
    let app = TestApp::new().await;
    catalogue(&app, 1).await;
    let mut rule = cut("short sale", "g-0", "-10");
    let local = |hours: i64| {
        let instant = app.now() + SignedDuration::from_hours(hours);
        instant.to_zoned(jiff::tz::TimeZone::UTC).strftime("%F %H:%M").to_string()
    };
    rule["schedule"] = json!({ "zone": "UTC", "at": local(-2), "until": local(5) });
    let plan = app.plan(rule).await;
    app.approve(&plan).await;
    app.hours_pass(6);
    stopped_as_stale(&app, &plan, "not selected").await;
    app.finish().await;
}

#[tokio::test]
async fn what_is_left_out_still_counts_as_catalogue_when_a_plan_is_approved() {
    let app = TestApp::new().await;
    catalogue(&app, 100).await;
    let limit = json!({ "schema": "guardrails.v1", "blast_radius": { "percent_of_catalogue": 30, "at_least_rows": 1 } });
    app.admin().post("/guardrails", limit).await.expect(201);
    let variants = app.viewer().all("/catalog/variants").await;
    let rule = json!({ "schema": "rule.v1", "name": "some", "select": { "all_variants": true }, "steps": [{ "percent": "-1" }] });
    let rule = app.push(rule).await;
    let exclude: Vec<Value> = variants.iter().skip(20).map(|variant| variant["id"].clone()).collect();
    let new = json!({ "title": "Some", "rules": [rule], "exclude": exclude });
    let planned = app.editor().post("/price-changes", new).await.expect(201);
    let text = |field: &str| planned[field].as_str().expect("a text").to_owned();
    let plan = Plan { id: text("id"), hash: text("plan_hash") };
    assert!(
        planned["rows_to_apply"]
            .as_u64()
            .is_some_and(|rows| rows > 0 && rows * 10 < variants.len() as u64 * 3)
    );
    app.approve(&plan).await;
    app.finish().await;
}

/// What the price change says would refuse it, as (status, code).
async fn hindrances(app: &TestApp, plan: &Plan) -> Vec<(String, String)> {
    let shown = app.editor().get(&plan.path("")).await.expect(200);
    let checks = shown["checks"].as_array().expect("a list").iter();
    let text = |check: &Value, key: &str| check[key].as_str().expect("a text").to_owned();
    let hindering = checks.filter(|check| text(check, "code").contains('.'));
    hindering.map(|check| (text(check, "status"), text(check, "code"))).collect()
}

/// What is told beforehand is what applying answers; what passes by itself may be asked for, what does not may not.
async fn refused_as_told(app: &TestApp, plan: &Plan, status: &str, code: &str) {
    assert_eq!(hindrances(app, plan).await, [(status.to_owned(), code.to_owned())]);
    let shown = app.editor().get(&plan.path("")).await.expect(200);
    let may = shown["allowed"].as_array().expect("a list").contains(&json!("apply"));
    assert_eq!(may, status == "wait");
    app.editor().post(&plan.path("/apply"), plan.signed()).await.refused(409, code);
}

#[tokio::test]
async fn what_the_shop_would_refuse_is_told_before_anybody_asks() {
    let app = TestApp::new().await;
    let shop = app.shop(crate::support::goods(4, 1)).await;
    let first = app.plan(cut("first", "S-0-0", "-10")).await;
    let second = app.plan(cut("second", "S-1-0", "-10")).await;
    app.approve(&first).await;
    app.approve(&second).await;
    assert_eq!(hindrances(&app, &second).await, []);
    shop.sim
        .add_fault(Fault::once(FaultKind::HoldBeforeCommit { hold_ms: None }, "productVariantsBulkUpdate"));
    let run = app.apply(&first).await;
    shop.sim.wait_held(1).await;
    refused_as_told(&app, &second, "wait", "channel.busy").await;
    shop.sim.release();
    assert_eq!(app.settled(&run).await["state"], "applied");
    assert_eq!(hindrances(&app, &second).await, []);

    let other = sim_config(crate::support::goods(1, 1));
    app.shop_of(&app.home, Config { domain: "other.myshopify.com".to_owned(), ..other }).await;
    refused_as_told(&app, &second, "block", "channel.several").await;
    drop(shop);
    app.finish().await;
}

#[tokio::test]
async fn without_a_shop_a_plan_says_so() {
    let app = TestApp::new().await;
    catalogue(&app, 1).await;
    let plan = app.plan(cut("no shop", "g-0", "-10")).await;
    app.approve(&plan).await;
    refused_as_told(&app, &plan, "block", "channel.none").await;
    app.finish().await;
}

#[tokio::test]
async fn approvals_of_several_days_are_not_applied_on_one() {
    let app = TestApp::new().await;
    let shop = app.shop(crate::support::goods(4, 1)).await;
    let limit = json!({ "schema": "guardrails.v1", "blast_radius": { "rows": 1 } });
    app.admin().post("/guardrails", limit).await.expect(201);
    let mut plans = Vec::new();
    for place in 0..2 {
        let plan = app.plan(cut(&format!("day {place}"), &format!("S-{place}-0"), "-10")).await;
        app.approve(&plan).await;
        plans.push(plan);
        app.hours_pass(30);
    }
    let run = app.apply(&plans[0]).await;
    assert_eq!(app.settled(&run).await["state"], "applied");
    refused_as_told(&app, &plans[1], "wait", "price_change.guardrail").await;
    app.hours_pass(25);
    assert_eq!(hindrances(&app, &plans[1]).await, []);
    let run = app.apply(&plans[1]).await;
    assert_eq!(app.settled(&run).await["state"], "applied");
    drop(shop);
    app.finish().await;
}
