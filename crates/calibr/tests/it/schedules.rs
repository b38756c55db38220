//! What the clock sets off: approved price changes start at their instant, and sales end by themselves with what the prices
//! are without them.

use serde_json::{Value, json};
use simulators::shopify::{Fault, FaultKind, VariantEdit};

use crate::support::{Plan, Shop, TestApp, gid, goods, writes};

/// A sale of two days from the instant at which the tests begin.
fn sale(name: &str, percent: &str, until: &str) -> Value {
    json!({
        "schema": "rule.v1", "name": name, "select": { "all_variants": true }, "steps": [{ "percent": percent }],
        "compare_at": "set_to_before",
        "schedule": { "zone": "Europe/Berlin", "at": "2026-11-01 00:00", "until": until },
    })
}

async fn planned(app: &TestApp, new: Value) -> Plan {
    let planned = app.editor().post("/price-changes", new).await.expect(201);
    let text = |field: &str| planned[field].as_str().expect("a text").to_owned();
    Plan { id: text("id"), hash: text("plan_hash") }
}

fn prices(shop: &Shop) -> Vec<String> {
    shop.variants().iter().map(|variant| variant.price.to_string()).collect()
}

#[tokio::test]
async fn an_approved_plan_for_an_instant_starts_by_itself() {
    let app = TestApp::new().await;
    let shop = app.shop(goods(3, 2)).await;
    let rule = app.push(json!({
        "schema": "rule.v1", "name": "later", "select": { "all_variants": true }, "steps": [{ "percent": "-7" }],
    })).await;
    let plan =
        planned(&app, json!({ "title": "Later", "rules": [rule], "at": "2026-11-02T12:00:00Z" })).await;
    app.approve(&plan).await;
    assert_eq!(app.state_of(&plan).await, "scheduled");
    app.editor().post(&plan.path("/apply"), plan.signed()).await.refused(409, "price_change.not_due");
    app.minutes_pass(179);
    assert!(writes(&shop.sim.journal()).is_empty());
    app.jobs_done().await;
    assert_eq!(app.state_of(&plan).await, "applied");
    let runs = app.viewer().all("/runs").await;
    assert_eq!((runs.len(), &runs[0]["actor"]), (1, &json!("system:price_changes.start")));
    assert_eq!(runs[0]["created_at"], "2026-11-02T12:00:00Z");
    assert_eq!(app.audit("price_change.scheduled").await.len(), 1);
    app.finish().await;
}

#[tokio::test]
async fn a_scheduled_start_can_be_called_off_and_is_stale_if_prices_moved() {
    let app = TestApp::new().await;
    let shop = app.shop(goods(3, 2)).await;
    let rule = |name: &str, kind: &str| {
        json!({
            "schema": "rule.v1", "name": name, "select": { "product_type": { "is": kind } }, "steps": [{ "percent": "-7" }],
        })
    };
    let (off, moved) = (app.push(rule("off", "Tents")).await, app.push(rule("moved", "Mugs")).await);
    let at = |rule: &str| json!({ "title": "Later", "rules": [rule], "at": "2026-11-02T12:00:00Z" });
    let off = planned(&app, at(&off)).await;
    let moved = planned(&app, at(&moved)).await;
    app.approve(&off).await;
    app.approve(&moved).await;
    let no = json!({ "plan_hash": off.hash, "comment": "Not this week." });
    app.approver().post(&off.path("/reject"), no).await.expect(200);
    let variants = shop.variants();
    let mug = variants.iter().find(|variant| variant.sku.as_deref() == Some("S-1-0")).expect("a mug");
    shop.sim.edit(&[VariantEdit::price(&gid(mug), "12.34")]).expect("an edit");
    app.ingest(&shop).await;
    app.jobs_done().await;
    assert_eq!(app.state_of(&off).await, "rejected");
    assert_eq!(app.state_of(&moved).await, "stale");
    assert!(app.audit("price_change.stale").await[0]["reason"].as_str().expect("why").contains("moved"));
    assert!(writes(&shop.sim.journal()).is_empty());
    app.finish().await;
}

#[tokio::test]
async fn a_scheduled_start_waits_while_another_run_has_the_shop() {
    let app = TestApp::new().await;
    let shop = app.shop(goods(8, 1)).await;
    let rule = |name: &str, kind: &str| {
        json!({
            "schema": "rule.v1", "name": name, "select": { "product_type": { "is": kind } }, "steps": [{ "percent": "-7" }],
        })
    };
    let later = app.push(rule("later", "Tents")).await;
    let later =
        planned(&app, json!({ "title": "Later", "rules": [later], "at": "2026-11-02T10:00:00Z" })).await;
    app.approve(&later).await;
    let now = app.plan(rule("now", "Mugs")).await;
    app.approve(&now).await;
    shop.sim
        .add_fault(Fault::once(FaultKind::HoldAfterCommit { hold_ms: None }, "productVariantsBulkUpdate"));
    let run = app.apply(&now).await;
    shop.sim.wait_held(1).await;
    app.editor().post(&format!("/runs/{run}/pause"), json!({})).await.expect(200);
    shop.sim.release();
    app.wait_until("select not exists (select 1 from jobs where state = 'running')").await;
    app.minutes_pass(60);
    app.wait_until(
        "select exists (select 1 from jobs where kind = 'price_changes.start' and fence = 1 and state = 'queued')",
    )
    .await;
    assert_eq!(app.state_of(&later).await, "scheduled");
    app.editor().post(&format!("/runs/{run}/resume"), json!({})).await.expect(202);
    app.settled(&run).await;
    assert_eq!(app.state_of(&later).await, "applied");
    app.finish().await;
}

#[tokio::test]
async fn a_sale_ends_by_itself_and_prices_return_to_what_they_are_without_it() {
    let app = TestApp::new().await;
    app.look_after_runs();
    let shop = app.shop(goods(3, 2)).await;
    let before = prices(&shop);
    let rule = app.push(sale("two days", "-10", "2026-11-04 00:00")).await;
    let plan = planned(&app, json!({ "title": "Two days", "rules": [rule] })).await;
    let run = app.approve_and_apply(&plan).await;
    assert_eq!(run["state"], "applied");
    let reduced = prices(&shop);
    assert!(before.iter().zip(&reduced).all(|(before, reduced)| before != reduced));
    // One of them is edited during the sale: that is somebody's decision, and stays.
    let variants = shop.variants();
    shop.sim.edit(&[VariantEdit::price(&gid(&variants[0]), "77.77")]).expect("an edit");
    app.ingest(&shop).await;

    app.minutes_pass(37 * 60 + 59);
    app.jobs_done().await;
    assert_eq!(prices(&shop)[1..], reduced[1..], "not a minute before its end");
    app.minutes_pass(1);
    app.jobs_done().await;
    let after = prices(&shop);
    assert_eq!((&after[0], &after[1..]), (&"77.77".to_owned(), &before[1..]));
    let changes = app.viewer().all("/price-changes").await;
    let end =
        changes.iter().find(|change| change["title"] == "End of Two days" && change["state"] == "applied");
    let end = app
        .viewer()
        .get(&format!("/price-changes/{}", end.expect("the return")["id"].as_str().expect("an id")))
        .await
        .expect(200);
    assert_eq!(end["decisions"][0]["actor"], "system:price_changes.return", "{end}");
    assert!(end["decisions"][0]["comment"].as_str().expect("why").contains(&plan.id));
    app.finish().await;
}

#[tokio::test]
async fn a_sale_that_was_taken_back_has_nothing_to_end() {
    let app = TestApp::new().await;
    app.look_after_runs();
    let shop = app.shop(goods(2, 1)).await;
    let before = prices(&shop);
    let rule = app.push(sale("short", "-10", "2026-11-03 00:00")).await;
    let plan = planned(&app, json!({ "title": "Short", "rules": [rule] })).await;
    app.approve_and_apply(&plan).await;
    app.roll_back(&plan).await;
    let so_far = writes(&shop.sim.journal()).len();
    app.hours_pass(48);
    app.jobs_done().await;
    assert_eq!((prices(&shop), writes(&shop.sim.journal()).len()), (before, so_far));
    assert_eq!(app.viewer().all("/price-changes").await.len(), 1);
    app.finish().await;
}
