//! Guardrails that look at a whole plan, from the plan to its approval, and what makes a plan stale.

use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::support::{Plan, TestApp, csv_of};

fn rule(name: &str, select: Value, step: Value) -> Value {
    json!({ "schema": "rule.v1", "name": name, "select": select, "steps": [step] })
}

fn only(sku: &str) -> Value {
    json!({ "sku": { "is": sku } })
}

async fn catalogue(app: &TestApp, products: usize) {
    app.editor().post_text("/catalog/imports", "text/csv", csv_of("g", 0, products)).await.expect(201);
}

fn check<'v>(shown: &'v Value, code: &str) -> &'v Value {
    let checks = shown["checks"].as_array().expect("checks");
    checks.iter().find(|check| check["code"] == code).unwrap_or(&Value::Null)
}

#[tokio::test]
async fn a_cap_on_everything_is_a_collapse_that_nobody_can_approve() {
    let app = TestApp::new().await;
    catalogue(&app, 400).await;
    let cap = json!({
        "schema": "rule.v1", "name": "cap", "select": { "all_variants": true }, "constraints": { "ceiling": "10.50 EUR" },
    });
    let preview = app.viewer().post("/rules/preview", cap.clone()).await.expect(200);
    let plan = app.plan(cap).await;
    let shown = app.viewer().get(&plan.path("")).await.expect(200);
    assert_eq!(preview["verdicts"], shown["verdicts"]);
    let verdicts = shown["verdicts"].as_array().expect("verdicts");
    let collapse = verdicts.iter().find(|verdict| verdict["guardrail"] == "collapse").expect("collapse");
    assert_eq!((&collapse["verdict"], &collapse["mode"]), (&json!("violated"), &json!("hard")), "{collapse}");
    assert_eq!(check(&shown, "guardrail.collapse")["status"], "block");
    assert_eq!((&shown["state"], &shown["allowed"]), (&json!("planned"), &json!([])));
    app.approver().post(&plan.path("/approve"), plan.signed()).await.refused(409, "price_change.state");
    app.finish().await;
}

#[tokio::test]
async fn what_was_approved_for_the_same_day_leaves_less_room() {
    let app = TestApp::new().await;
    catalogue(&app, 4).await;
    let limit = json!({ "schema": "guardrails.v1", "blast_radius": { "rows": 1 } });
    app.admin().post("/guardrails", limit).await.expect(201);
    let first = app.plan(rule("one", only("g-0"), json!({ "percent": "-10" }))).await;
    let second = app.plan(rule("two", only("g-1"), json!({ "percent": "-10" }))).await;
    app.approve(&first).await;
    let late = app.approver().post(&second.path("/approve"), second.signed()).await;
    late.refused(409, "price_change.guardrail");
    let third = app.plan(rule("three", only("g-2"), json!({ "percent": "-10" }))).await;
    assert_eq!(app.state_of(&third).await, "planned", "the plan itself says so already");
    app.hours_pass(25);
    app.approve(&second).await;
    app.finish().await;
}

#[tokio::test]
async fn a_plan_is_bound_to_its_guardrails_its_waivers_and_the_tax() {
    let app = TestApp::new().await;
    catalogue(&app, 4).await;
    let cut = |name: &str, sku: &str| rule(name, only(sku), json!({ "percent": "-60" }));
    let stopped = app.plan(cut("stopped", "g-0")).await;
    let row = app.viewer().all(&stopped.path("/rows")).await.remove(0);
    assert_eq!(
        (&row["reason"], &row["violated"][0]),
        (&json!("blocked.maximum_move"), &json!("maximum_move"))
    );
    let waivers = ["maximum_move", "maximum_move_day"];
    let mut ids = Vec::new();
    for guardrail in waivers {
        let until = app.now() + SignedDuration::from_hours(48);
        let new = json!({ "guardrail": guardrail, "reason": "The end of the season.", "valid_until": until });
        let waiver = app.editor().post("/waivers", new).await.expect(201);
        let id = waiver["id"].as_str().expect("an id").to_owned();
        app.approver().post(&format!("/waivers/{id}/approve"), json!({})).await.expect(200);
        ids.push(id);
    }
    let waived = app.plan(cut("waived", "g-1")).await;
    let row = app.viewer().all(&waived.path("/rows")).await.remove(0);
    assert_eq!((&row["outcome"], &row["waived"][0]), (&json!("cut"), &json!("maximum_move")));
    app.approver().post(&format!("/waivers/{}/end", ids[0]), json!({})).await.expect(200);
    stale(&app, &waived).await;

    let taxed = app.plan(rule("taxed", only("g-2"), json!({ "percent": "-1" }))).await;
    let path = format!("/projects/{}", app.home.project);
    app.admin().patch_over(&path, json!({ "tax_rate_pct": "19" }), "\"v1\"").await.expect(200);
    stale(&app, &taxed).await;

    let guarded = app.plan(rule("guarded", only("g-3"), json!({ "percent": "-1" }))).await;
    let floor = json!({ "schema": "guardrails.v1", "floor": { "price": "1.00 EUR" } });
    app.admin().post("/guardrails", floor).await.expect(201);
    stale(&app, &guarded).await;
    app.finish().await;
}

#[tokio::test]
async fn a_plan_keeps_what_it_was_asked_for() {
    let app = TestApp::new().await;
    catalogue(&app, 2).await;
    let all = app.plan(rule("all", json!({ "all_variants": true }), json!({ "percent": "-1" }))).await;
    let first = app.viewer().get(&all.path("")).await.expect(200);
    let rows = app.viewer().all(&all.path("/rows")).await;
    let variant = rows[0]["variant_id"].clone();
    let asked =
        json!({ "rules": [first["rules"][0]["rule_id"]], "at": null, "ends": [], "exclude": [variant] });
    let mut new = asked.clone();
    new["title"] = json!("Without one");
    let without = app.editor().post("/price-changes", new).await.expect(201);
    assert_eq!(without["request"], asked);
    let without = Plan { id: without["id"].as_str().expect("an id").to_owned(), hash: String::new() };
    let left = app.viewer().all(&without.path("/rows")).await;
    assert_eq!(left.len() + 1, rows.len());
    assert!(left.iter().all(|row| row["variant_id"] != variant));
    app.finish().await;
}

async fn stale(app: &TestApp, plan: &Plan) {
    app.approver().post(&plan.path("/approve"), plan.signed()).await.refused(412, "price_change.stale");
    assert_eq!(app.state_of(plan).await, "stale");
}
