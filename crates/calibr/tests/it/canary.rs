//! First waves: a few prices are written and watched; then the rest follows, or what was written is taken back, or the run
//! pauses for a person to look.

use serde_json::{Value, json};
use simulators::shopify::{Fault, FaultKind, VariantEdit};

use crate::support::{Plan, Shop, TestApp, gid, goods, writes};

fn rule() -> Value {
    json!({
        "schema": "rule.v1", "name": "all", "select": { "all_variants": true }, "steps": [{ "percent": "-7" }],
    })
}

/// Ten products, a tenth of which is written first; watched for half an hour from when it is written.
async fn first_wave(app: &TestApp) -> (Shop, Plan, String) {
    let shop = app.shop(goods(10, 2)).await;
    let plan = app.plan(rule()).await;
    app.approve(&plan).await;
    let run = begin(app, &plan, json!({ "percent": 10, "wait": "30m" })).await;
    (shop, plan, run)
}

async fn begin(app: &TestApp, plan: &Plan, canary: Value) -> String {
    let body = json!({ "plan_hash": plan.hash, "canary": canary });
    let run = app.editor().post(&plan.path("/apply"), body).await.expect(202);
    let run = run["id"].as_str().expect("an id").to_owned();
    app.wait_until("select exists (select 1 from rule_runs where stage = 'soak')").await;
    run
}

async fn run_of(app: &TestApp, run: &str) -> Value {
    app.viewer().get(&format!("/runs/{run}")).await.expect(200)
}

fn prices(shop: &Shop) -> Vec<String> {
    shop.variants().iter().map(|variant| variant.price.to_string()).collect()
}

#[tokio::test]
async fn a_first_wave_that_goes_well_is_followed_by_the_rest() {
    let app = TestApp::new().await;
    let (shop, plan, run) = first_wave(&app).await;
    let soaking = run_of(&app, &run).await;
    assert_eq!((&soaking["state"], &soaking["stage"]), (&json!("applying"), &json!("soak")));
    assert_eq!((&soaking["canary"]["targets"], &soaking["counts"]["applied"]), (&json!(2), &json!(2)));
    assert_eq!(soaking["canary"]["watched_until"], "2026-11-02T09:30:00Z");
    // Not a minute earlier.
    app.minutes_pass(29);
    assert_eq!(writes(&shop.sim.journal()).len(), 2);
    let ended = app.settled(&run).await;
    assert_eq!((&ended["state"], &ended["stage"]), (&json!("applied"), &json!("rest")), "{ended}");
    assert_eq!((&ended["canary"]["verdict"], &ended["counts"]["verified"]), (&json!("pass"), &json!(20)));
    assert!(app.now() >= "2026-11-02T09:30:00Z".parse().expect("an instant"));
    assert_eq!(app.state_of(&plan).await, "applied");
    assert_eq!(app.audit("run.canary_checked").await[0]["after"]["verdict"], "pass");
    app.finish().await;
}

#[tokio::test]
async fn a_first_wave_that_drifts_is_taken_back_but_for_what_was_edited() {
    let app = TestApp::new().await;
    let (shop, plan, run) = first_wave(&app).await;
    let at_first = app.targets(&run_of(&app, &run).await).await;
    let variants = shop.variants();
    let written = at_first.iter().find(|target| target["state"] == "applied").expect("one was written");
    let edited = variants.iter().find(|v| v.sku.as_deref() == written["sku"].as_str()).expect("it is there");
    shop.sim.edit(&[VariantEdit::price(&gid(edited), "55.55")]).expect("an edit");
    app.jobs_done().await;
    let ended = run_of(&app, &run).await;
    assert_eq!(ended["canary"]["verdict"], "fail", "{ended}");
    assert!(ended["canary"]["reason"].as_str().expect("a reason").contains("changed in the shop"), "{ended}");
    let skipped = app.viewer().all(&format!("/runs/{run}/targets?state=skipped")).await;
    assert_eq!(skipped.len(), 18, "the rest was never written");
    assert!(skipped.iter().all(|target| target["reason_code"] == "canary.failed"));
    // The way back went by itself, and left the merchant's price alone.
    assert_eq!(app.state_of(&plan).await, "rolled_back");
    assert_eq!(shop.price_of(written["sku"].as_str().expect("a SKU")).0, "55.55");
    let moved = at_first.iter().filter(|target| target["sku"] != written["sku"]);
    for target in moved {
        let sku = target["sku"].as_str().expect("a SKU");
        assert_eq!(Some(shop.price_of(sku).0.as_str()), target["before"]["amount"].as_str(), "{sku}");
    }
    assert_eq!(app.audit("drift.found").await.len(), 1);
    assert_eq!(app.audit("run.canary_failed").await.len(), 1);
    app.finish().await;
}

#[tokio::test]
async fn a_first_wave_that_the_shop_refuses_is_taken_back() {
    let app = TestApp::new().await;
    let shop = app.shop(goods(10, 2)).await;
    let before = prices(&shop);
    let plan = app.plan(rule()).await;
    app.approve(&plan).await;
    let refused = Fault::once(FaultKind::HttpErrorBeforeCommit { status: 403 }, "productVariantsBulkUpdate");
    shop.sim.add_fault(Fault { skip: 1, ..refused });
    let run = begin(&app, &plan, json!({ "percent": 20, "wait": "10m" })).await;
    app.jobs_done().await;
    let ended = run_of(&app, &run).await;
    assert_eq!(
        (&ended["canary"]["verdict"], &ended["counts"]["failed"]),
        (&json!("fail"), &json!(2)),
        "{ended}"
    );
    assert_eq!((prices(&shop), app.state_of(&plan).await), (before, "rolled_back".to_owned()));
    app.finish().await;
}

#[tokio::test]
async fn a_first_wave_under_which_costs_rise_is_taken_back() {
    let app = TestApp::new().await;
    let (shop, plan, run) = first_wave(&app).await;
    let waiting = app.viewer().all(&format!("/runs/{run}/targets?state=queued")).await;
    let variant = waiting[0]["variant_id"].as_str().expect("an id");
    let csv = format!("variant_id,cost\n{variant},9999.00\n");
    app.editor().post_text("/catalog/facts?project=demo", "text/csv", csv).await.expect(201);
    app.jobs_done().await;
    let ended = run_of(&app, &run).await;
    assert_eq!(ended["canary"]["verdict"], "fail", "{ended}");
    assert!(ended["canary"]["reason"].as_str().expect("a reason").contains("below cost"), "{ended}");
    assert_eq!(app.state_of(&plan).await, "rolled_back");
    assert_eq!(writes(&shop.sim.journal()).len(), 4, "two there and two back");
    app.finish().await;
}

#[tokio::test]
async fn a_first_wave_that_nobody_can_judge_pauses_and_a_person_decides() {
    let app = TestApp::new().await;
    let (shop, plan, run) = first_wave(&app).await;
    shop.sim.set_revoked(true);
    app.jobs_done().await;
    let paused = run_of(&app, &run).await;
    assert_eq!((&paused["state"], &paused["canary"]["verdict"]), (&json!("paused"), &json!("inconclusive")));
    assert!(paused["note"].as_str().expect("a note").contains("could not be read"), "{paused}");
    assert_eq!(writes(&shop.sim.journal()).len(), 2);
    shop.sim.set_revoked(false);
    app.editor().post(&format!("/runs/{run}/resume"), json!({})).await.expect(202);
    let ended = app.settled(&run).await;
    assert_eq!((&ended["state"], &ended["counts"]["applied"]), (&json!("applied"), &json!(20)), "{ended}");
    assert_eq!(app.state_of(&plan).await, "applied");
    app.finish().await;
}

#[tokio::test]
async fn a_pause_while_it_is_watched_outlasts_the_watching() {
    let app = TestApp::new().await;
    let (shop, _, run) = first_wave(&app).await;
    app.editor().post(&format!("/runs/{run}/pause"), json!({})).await.expect(200);
    app.minutes_pass(31);
    app.jobs_done().await;
    let paused = run_of(&app, &run).await;
    assert_eq!((&paused["state"], &paused["canary"]["verdict"]), (&json!("paused"), &json!("pass")));
    assert_eq!(writes(&shop.sim.journal()).len(), 2);
    app.editor().post(&format!("/runs/{run}/resume"), json!({})).await.expect(202);
    assert_eq!(app.settled(&run).await["counts"]["applied"], 20);
    app.finish().await;
}

#[tokio::test]
async fn a_stop_while_it_is_watched_ends_the_run() {
    let app = TestApp::new().await;
    let (shop, plan, run) = first_wave(&app).await;
    app.editor().post(&format!("/runs/{run}/stop"), json!({})).await.expect(202);
    let ended = app.settled(&run).await;
    assert_eq!((&ended["state"], &ended["counts"]["skipped"]), (&json!("partially_applied"), &json!(18)));
    assert_eq!(
        (writes(&shop.sim.journal()).len(), app.state_of(&plan).await),
        (2, "partially_applied".to_owned())
    );
    app.finish().await;
}

#[tokio::test]
async fn named_variants_go_first_and_nonsense_is_refused() {
    let app = TestApp::new().await;
    let shop = app.shop(goods(4, 2)).await;
    let plan = app.plan(rule()).await;
    app.approve(&plan).await;
    for (canary, code) in [
        (json!({ "percent": 0 }), "canary.percent"),
        (json!({}), "canary.percent"),
        (json!({ "percent": 5, "wait": "soon" }), "canary.wait"),
        (json!({ "percent": 5, "variants": ["var_01m7y4tcxwej3r97ce3p8msv9p"] }), "canary.variants"),
        (json!({ "variants": ["var_01m7y4tcxwej3r97ce3p8msv9p"] }), "canary.variants"),
    ] {
        let body = json!({ "plan_hash": plan.hash, "canary": canary });
        app.editor().post(&plan.path("/apply"), body).await.refused(422, code);
    }
    let rows = app.viewer().all(&plan.path("/rows")).await;
    let first = rows.iter().find(|row| row["sku"] == "S-2-1").expect("a row");
    let run = begin(&app, &plan, json!({ "variants": [first["variant_id"]], "wait": "0s" })).await;
    let applied = app.viewer().all(&format!("/runs/{run}/targets?state=applied")).await;
    let journal = shop.sim.journal();
    let first_written = writes(&journal)[0].1.variant_id.clone();
    let variants = shop.variants();
    let named = variants.iter().find(|variant| variant.sku.as_deref() == Some("S-2-1")).expect("S-2-1");
    assert_eq!((first_written, applied.is_empty()), (gid(named), false));
    assert_eq!(app.settled(&run).await["counts"]["applied"], 8);
    app.finish().await;
}

#[tokio::test]
async fn the_command_line_asks_for_a_first_wave() {
    let app = TestApp::new().await;
    let _shop = app.shop(goods(10, 2)).await;
    let plan = app.plan(rule()).await;
    app.approve(&plan).await;
    let editor = app.editor();
    let wave = ["--canary", "10%", "--canary-wait", "1h"];
    let (code, text) = editor.cli(&[&["apply", &plan.id, "--yes", "--detach"][..], &wave].concat()).await;
    assert_eq!(code, Some(0), "{text}");
    app.wait_until("select exists (select 1 from rule_runs where stage = 'soak')").await;
    let run = app.viewer().all("/runs").await.remove(0);
    let id = run["id"].as_str().expect("an id").to_owned();
    let (_, text) = editor.cli(&["run", "show", &id]).await;
    assert!(text.contains("2 prices, watched until 2026-11-02 10:00:00 UTC"), "{text}");
    app.settled(&id).await;
    let (_, text) = editor.cli(&["run", "show", &id]).await;
    assert!(text.contains("2 prices, pass"), "{text}");
    app.finish().await;
}
