//! After a run its prices are read again: after five minutes, after an hour, and every night for 30 days. What somebody
//! changed is told once and left alone.

use serde_json::{Value, json};
use simulators::shopify::{Fault, FaultKind, VariantEdit};

use crate::support::{Shop, TestApp, gid, goods, writes};

fn rule() -> Value {
    json!({
        "schema": "rule.v1", "name": "all", "select": { "all_variants": true }, "steps": [{ "percent": "-7" }],
    })
}

fn edit(shop: &Shop, sku: &str, price: &str) {
    let variants = shop.variants();
    let variant = variants.iter().find(|variant| variant.sku.as_deref() == Some(sku)).expect(sku);
    shop.sim.edit(&[VariantEdit::price(&gid(variant), price)]).expect("an edit");
}

/// What the looks at runs have found so far: compared and drifted.
async fn looks(app: &TestApp) -> Vec<(u64, u64)> {
    let number = |record: &Value, field: &str| record["after"][field].as_u64().expect("a number");
    let records = app.audit("run.reconciled").await;
    records.iter().map(|record| (number(record, "compared"), number(record, "drifted"))).collect()
}

#[tokio::test]
async fn a_run_is_read_again_and_an_edit_is_told_once_and_stays() {
    let app = TestApp::new().await;
    app.look_after_runs();
    let shop = app.shop(goods(3, 2)).await;
    let plan = app.plan(rule()).await;
    let run = app.approve_and_apply(&plan).await;
    assert_eq!(looks(&app).await, []);
    app.minutes_pass(5);
    app.jobs_done().await;
    assert_eq!(looks(&app).await, [(6, 0)]);

    edit(&shop, "S-1-1", "44.44");
    app.minutes_pass(55);
    app.jobs_done().await;
    assert_eq!(looks(&app).await, [(6, 0), (6, 1)]);
    let drifted = app.audit("drift.found").await;
    assert_eq!((drifted.len(), &drifted[0]["after"]["found"]["price_minor"]), (1, &json!(4444)));
    assert_eq!(drifted[0]["after"]["found_by"], "run");
    let targets = app.targets(&run).await;
    let target = targets.iter().find(|target| target["sku"] == "S-1-1").expect("a target");
    assert_eq!(
        (&target["reason_code"], &target["observed"]["amount"]),
        (&json!("drift.since"), &json!("44.44"))
    );

    // The first night it is no news any more; the second it has moved again.
    app.hours_pass(24);
    app.jobs_done().await;
    assert_eq!((looks(&app).await.len(), app.audit("drift.found").await.len()), (3, 1));
    edit(&shop, "S-1-1", "45.45");
    app.hours_pass(24);
    app.jobs_done().await;
    assert_eq!((looks(&app).await.len(), app.audit("drift.found").await.len()), (4, 2));
    assert_eq!(shop.price_of("S-1-1").0, "45.45", "it is never overwritten");
    assert_eq!(writes(&shop.sim.journal()).len(), 6);
    let told = "select count(*) from event_log where type = 'drift.found'";
    assert_eq!(app.owner.query_one(told, &[]).await.expect("a count").get::<_, i64>(0), 2);
    app.finish().await;
}

#[tokio::test]
async fn prices_that_came_later_are_not_taken_for_drift() {
    let app = TestApp::new().await;
    app.look_after_runs();
    let shop = app.shop(goods(2, 2)).await;
    let plan = app.plan(rule()).await;
    app.approve_and_apply(&plan).await;
    // Somebody edits, and the catalogue learns of it: that price is known, and no longer the run's.
    edit(&shop, "S-0-0", "44.44");
    app.ingest(&shop).await;
    app.minutes_pass(5);
    app.jobs_done().await;
    assert_eq!(looks(&app).await, [(3, 0)]);
    app.finish().await;
}

#[tokio::test]
async fn the_nightly_look_ends_after_thirty_days() {
    let app = TestApp::new().await;
    app.look_after_runs();
    let _shop = app.shop(goods(1, 1)).await;
    let plan = app.plan(rule()).await;
    app.approve_and_apply(&plan).await;
    let schedules = app.viewer().all("/schedules").await;
    assert_eq!((schedules.len(), &schedules[0]["kind"]), (1, &json!("runs.sweep")));
    assert_eq!(
        (&schedules[0]["zone"], &schedules[0]["next_at"]),
        (&json!("Europe/Berlin"), &json!("2026-11-03T03:17:00Z"))
    );
    app.hours_pass(2);
    app.jobs_done().await;
    for night in 0..30 {
        assert_eq!(looks(&app).await.len(), 2 + night);
        app.hours_pass(24);
        app.jobs_done().await;
    }
    assert_eq!(looks(&app).await.len(), 2 + 29, "the thirtieth night is a few hours too late");
    assert_eq!(app.viewer().all("/schedules").await, Vec::<Value>::new());
    app.finish().await;
}

#[tokio::test]
async fn a_run_that_cannot_be_read_tonight_keeps_no_other_from_being_looked_at_and_told_once() {
    let app = TestApp::new().await;
    app.look_after_runs();
    let shop = app.shop(goods(3, 2)).await;
    for sku in ["S-0-0", "S-1-0"] {
        let rule = json!({ "schema": "rule.v1", "name": sku, "select": { "sku": { "is": sku } }, "steps": [{ "percent": "-7" }] });
        let plan = app.plan(rule).await;
        app.approve_and_apply(&plan).await;
    }
    app.minutes_pass(61);
    app.jobs_done().await;
    let before = looks(&app).await.len();
    // The first of the night is read, the second refused.
    let refused = Fault::once(FaultKind::HttpErrorBeforeCommit { status: 403 }, "nodes");
    shop.sim.add_fault(Fault { skip: 1, ..refused });
    app.hours_pass(24);
    app.jobs_done().await;
    assert_eq!(looks(&app).await.len(), before + 1, "the first is told of");
    app.minutes_pass(10);
    app.jobs_done().await;
    assert_eq!(looks(&app).await.len(), before + 2, "each is told of once");
    app.expect_logged("could not be read again");
    app.finish().await;
}

#[tokio::test]
async fn a_shop_that_shut_us_out_is_not_looked_at() {
    let app = TestApp::new().await;
    app.look_after_runs();
    let shop = app.shop(goods(2, 1)).await;
    let plan = app.plan(rule()).await;
    app.approve_and_apply(&plan).await;
    let channels = "update channels set state = 'disconnected'";
    app.owner.execute(channels, &[]).await.expect("an update");
    let calls = shop.sim.journal().len();
    app.minutes_pass(61);
    app.jobs_done().await;
    app.hours_pass(24);
    app.jobs_done().await;
    assert_eq!((looks(&app).await, shop.sim.journal().len()), (vec![], calls));
    let dead = "select count(*) from jobs where state = 'dead' or attempts > 1";
    assert_eq!(app.owner.query_one(dead, &[]).await.expect("a count").get::<_, i64>(0), 0);
    app.finish().await;
}
