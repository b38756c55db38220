//! Pausing, resuming and stopping a run while the shop holds a write: what is in hand is not sent, what was sent is found
//! out, and nothing is written twice.

use serde_json::{Value, json};
use simulators::shopify::{Fault, FaultKind, VariantEdit};

use crate::support::{Plan, Shop, TestApp, gid, goods, writes};

const WRITE: &str = "productVariantsBulkUpdate";

fn rule() -> Value {
    json!({
        "schema": "rule.v1", "name": "all", "select": { "all_variants": true }, "steps": [{ "percent": "-7" }],
    })
}

/// A run of six products whose third write the shop holds.
async fn held(app: &TestApp) -> (Shop, Plan, String) {
    let shop = app.shop(goods(6, 2)).await;
    let plan = app.plan(rule()).await;
    app.approve(&plan).await;
    let held = Fault::once(FaultKind::HoldAfterCommit { hold_ms: None }, WRITE);
    shop.sim.add_fault(Fault { skip: 2, ..held });
    let run = app.apply(&plan).await;
    shop.sim.wait_held(1).await;
    (shop, plan, run)
}

async fn act(app: &TestApp, run: &str, verb: &str) -> Value {
    let answer = app.editor().post(&format!("/runs/{run}/{verb}"), json!({})).await;
    assert!(answer.status == 200 || answer.status == 202, "{answer:?}");
    answer.json()
}

async fn run_of(app: &TestApp, run: &str) -> Value {
    app.viewer().get(&format!("/runs/{run}")).await.expect(200)
}

/// How many of the shop's prices changed, each once.
fn changed(shop: &Shop) -> usize {
    let journal = shop.sim.journal();
    let mut variants: Vec<String> =
        writes(&journal).iter().filter(|(_, e)| e.changed).map(|(_, e)| e.variant_id.clone()).collect();
    let all = variants.len();
    variants.sort();
    variants.dedup();
    assert_eq!(variants.len(), all, "a price was changed twice");
    all
}

#[tokio::test]
async fn a_paused_run_sends_nothing_more_and_goes_on_where_it_stood() {
    let app = TestApp::new().await;
    let (shop, plan, run) = held(&app).await;
    let reason = json!({ "reason": "The phone rings." });
    let paused = app.editor().post(&format!("/runs/{run}/pause"), reason).await.expect(200);
    assert_eq!((&paused["state"], &paused["note"]), (&json!("paused"), &json!("The phone rings.")));
    shop.sim.release();
    app.jobs_done().await;
    let now = run_of(&app, &run).await;
    assert_eq!((&now["state"], &now["settled"]), (&json!("paused"), &json!(false)));
    // The held write had left, and is told; the other three products wait.
    assert_eq!((&now["counts"]["applied"], &now["counts"]["queued"]), (&json!(6), &json!(6)), "{now}");
    assert_eq!(changed(&shop), 6);
    assert_eq!(app.state_of(&plan).await, "applying");
    app.editor().post(&format!("/runs/{run}/pause"), json!({})).await.refused(409, "run.state");
    app.editor().post(&format!("/runs/{run}/rollback"), json!({})).await.refused(409, "run.not_applied");

    act(&app, &run, "resume").await;
    let ended = app.settled(&run).await;
    assert_eq!((&ended["state"], &ended["counts"]["verified"]), (&json!("applied"), &json!(12)), "{ended}");
    assert_eq!(changed(&shop), 12);
    assert_eq!(app.audit("price.applied").await.len(), 12);
    assert_eq!(app.audit("run.paused").await[0]["reason"], "The phone rings.");
    assert_eq!(app.audit("run.resumed").await.len(), 1);
    for verb in ["pause", "resume", "stop"] {
        app.editor().post(&format!("/runs/{run}/{verb}"), json!({})).await.refused(409, "run.settled");
    }
    app.finish().await;
}

#[tokio::test]
async fn a_run_resumed_while_its_old_job_is_still_at_it_writes_each_price_once() {
    let app = TestApp::new().await;
    let (shop, _, run) = held(&app).await;
    act(&app, &run, "pause").await;
    // The job of before still waits for the shop when its batch is given to another.
    act(&app, &run, "resume").await;
    app.wait_until("select exists (select 1 from jobs where state = 'running' and attempts = 1 and payload ->> 'generation' = '2')")
        .await;
    shop.sim.release();
    let ended = app.settled(&run).await;
    assert_eq!((&ended["state"], &ended["counts"]["applied"]), (&json!("applied"), &json!(12)), "{ended}");
    assert_eq!(changed(&shop), 12);
    assert_eq!(app.audit("price.applied").await.len(), 12);
    app.finish().await;
}

#[tokio::test]
async fn a_stopped_run_ends_with_what_it_wrote_and_can_be_taken_back() {
    let app = TestApp::new().await;
    let (shop, plan, run) = held(&app).await;
    let before: Vec<_> = shop.variants().iter().skip(6).map(|variant| variant.price.to_string()).collect();
    let stopping = act(&app, &run, "stop").await;
    assert_eq!(stopping["state"], "stopping");
    shop.sim.release();
    let ended = app.settled(&run).await;
    assert_eq!(ended["state"], "partially_applied", "{ended}");
    assert_eq!((&ended["counts"]["applied"], &ended["counts"]["skipped"]), (&json!(6), &json!(6)));
    let after: Vec<_> = shop.variants().iter().skip(6).map(|variant| variant.price.to_string()).collect();
    assert_eq!(before, after, "nothing was written after the stop");
    let skipped = app.viewer().all(&format!("/runs/{run}/targets?state=skipped")).await;
    assert!(skipped.iter().all(|target| target["reason_code"] == "run.stopped"), "{skipped:#?}");
    let reasons = app.viewer().get(&format!("/runs/{run}/reasons")).await.expect(200);
    assert_eq!(reasons["data"].as_array().expect("a list").len(), 1, "{reasons}");
    let reason = &reasons["data"][0];
    assert_eq!((&reason["state"], &reason["count"]), (&json!("skipped"), &json!(6)), "{reason}");
    assert_eq!((&reason["reason_code"], &reason["reason"]), (&json!("run.stopped"), &skipped[0]["reason"]));
    let by_code =
        async |code| app.viewer().all(&format!("/runs/{run}/targets?reason_code={code}")).await.len();
    assert_eq!((by_code("run.stopped").await, by_code("canary.failed").await), (6, 0));
    assert_eq!((app.audit("price.skipped").await.len(), app.audit("run.stopped").await.len()), (6, 1));
    assert_eq!(app.state_of(&plan).await, "partially_applied");
    app.editor()
        .post(&format!("/runs/{run}/retry-failed"), json!({}))
        .await
        .refused(409, "run.nothing_failed");
    let back = app.roll_back(&plan).await;
    assert_eq!((&back["state"], &back["counts"]["applied"]), (&json!("applied"), &json!(6)), "{back}");
    app.finish().await;
}

#[tokio::test]
async fn a_paused_run_can_be_stopped_and_frees_its_shop() {
    let app = TestApp::new().await;
    let (shop, _, run) = held(&app).await;
    act(&app, &run, "pause").await;
    shop.sim.release();
    app.jobs_done().await;
    let path = format!("/channels/{}/ingest", shop.channel);
    app.editor().post(&path, json!({})).await.refused(409, "channel.busy");
    act(&app, &run, "stop").await;
    let ended = app.settled(&run).await;
    assert_eq!((&ended["state"], &ended["counts"]["applied"]), (&json!("partially_applied"), &json!(6)));
    app.ingest(&shop).await;
    app.finish().await;
}

#[tokio::test]
async fn a_run_that_wrote_nothing_yet_ends_at_once_when_it_is_stopped() {
    let app = TestApp::new().await;
    let shop = app.shop(goods(3, 1)).await;
    let plan = app.plan(rule()).await;
    app.approve(&plan).await;
    shop.sim.add_fault(Fault::once(FaultKind::HoldBeforeCommit { hold_ms: None }, "ReadPrices"));
    let run = app.apply(&plan).await;
    shop.sim.wait_held(1).await;
    let stopped = act(&app, &run, "stop").await;
    assert_eq!((&stopped["state"], &stopped["settled"]), (&json!("failed"), &json!(true)), "{stopped}");
    shop.sim.release();
    app.jobs_done().await;
    assert_eq!((changed(&shop), run_of(&app, &run).await["counts"]["skipped"].clone()), (0, json!(3)));
    assert_eq!(app.state_of(&plan).await, "failed");
    app.finish().await;
}

#[tokio::test]
async fn what_a_pause_has_overtaken_does_not_go_on() {
    let app = TestApp::new().await;
    let (shop, _, run) = held(&app).await;
    act(&app, &run, "pause").await;
    shop.sim.release();
    app.jobs_done().await;
    // Meanwhile somebody tells costs under which the rest would be sold at a loss.
    let waiting = app.viewer().all(&format!("/runs/{run}/targets?state=queued")).await;
    let rows: String = waiting
        .iter()
        .map(|target| format!("{},9999.00\n", target["variant_id"].as_str().expect("an id")))
        .collect();
    let csv = format!("variant_id,cost\n{rows}");
    app.editor().post_text("/catalog/facts?project=demo", "text/csv", csv).await.expect(201);
    let refused = app.editor().post(&format!("/runs/{run}/resume"), json!({})).await;
    let problem = refused.refused(409, "run.overtaken");
    assert!(problem["detail"].as_str().expect("a text").contains("below cost"), "{problem}");
    act(&app, &run, "stop").await;
    let ended = app.settled(&run).await;
    assert_eq!(ended["counts"]["skipped"], 6, "{ended}");
    app.finish().await;
}

#[tokio::test]
async fn an_edit_during_a_pause_is_a_conflict_and_stays() {
    let app = TestApp::new().await;
    let (shop, _, run) = held(&app).await;
    act(&app, &run, "pause").await;
    shop.sim.release();
    app.jobs_done().await;
    let variants = shop.variants();
    let edited = variants.last().expect("a variant");
    shop.sim.edit(&[VariantEdit::price(&gid(edited), "33.33")]).expect("an edit");
    act(&app, &run, "resume").await;
    let ended = app.settled(&run).await;
    assert_eq!((&ended["state"], &ended["counts"]["conflict"]), (&json!("partially_applied"), &json!(1)));
    assert_eq!(shop.price_of(edited.sku.as_deref().expect("a SKU")).0, "33.33");
    app.finish().await;
}

#[tokio::test]
async fn the_way_back_can_be_stopped_and_taken_up_again() {
    let app = TestApp::new().await;
    let shop = app.shop(goods(4, 1)).await;
    let before: Vec<_> = shop.variants().iter().map(|variant| variant.price.to_string()).collect();
    let plan = app.plan(rule()).await;
    app.approve_and_apply(&plan).await;
    let held = Fault::once(FaultKind::HoldAfterCommit { hold_ms: None }, WRITE);
    shop.sim.add_fault(Fault { skip: 1, ..held });
    let back = app.editor().post(&plan.path("/rollback"), json!({})).await.expect(202);
    let back = back["id"].as_str().expect("an id").to_owned();
    shop.sim.wait_held(1).await;
    act(&app, &back, "stop").await;
    shop.sim.release();
    let ended = app.settled(&back).await;
    assert_eq!((&ended["state"], &ended["counts"]["applied"]), (&json!("partially_applied"), &json!(2)));
    assert_eq!(app.state_of(&plan).await, "partially_applied", "two prices are still ours");
    let again = app.roll_back(&plan).await;
    assert_eq!(again["counts"]["applied"], 2, "{again}");
    let after: Vec<_> = shop.variants().iter().map(|variant| variant.price.to_string()).collect();
    assert_eq!((before, app.state_of(&plan).await), (after, "rolled_back".to_owned()));
    app.finish().await;
}

#[tokio::test]
async fn the_command_line_pauses_resumes_stops_and_says_what_comes_next() {
    let app = TestApp::new().await;
    let (shop, _, run) = held(&app).await;
    let editor = app.editor();
    let (code, text) = editor.cli(&["run", "pause", &run, "-m", "The phone rings."]).await;
    assert_eq!(code, Some(0), "{text}");
    assert!(text.contains("Paused: ") && text.contains("The phone rings."), "{text}");
    assert!(
        text.contains(&format!("run resume {run}")) && text.contains(&format!("run stop {run}")),
        "{text}"
    );
    shop.sim.release();
    app.jobs_done().await;
    let (code, text) = editor.cli(&["run", "resume", &run, "--detach"]).await;
    assert_eq!(code, Some(0), "{text}");
    app.settled(&run).await;
    let (code, text) = editor.cli(&["run", "stop", &run]).await;
    assert!(code != Some(0) && text.contains("has ended"), "{text}");
    let (code, text) = editor.cli(&["run", "show", &run]).await;
    assert!(code == Some(0) && text.contains("12 read back and found equal"), "{text}");
    let (code, text) = editor.cli(&["jobs", "ls", "--kind", "runs.apply_batch"]).await;
    assert!(code == Some(0) && text.contains("done"), "{text}");
    app.finish().await;
}

#[tokio::test]
async fn the_command_line_stops_a_run_and_what_was_written_stays() {
    let app = TestApp::new().await;
    let (shop, plan, run) = held(&app).await;
    let (code, text) = app.editor().cli(&["run", "stop", &run, "-m", "Wrong day."]).await;
    assert!(code == Some(0) && text.contains("Wrong day."), "{text}");
    shop.sim.release();
    let ended = app.settled(&run).await;
    assert_eq!(ended["state"], "partially_applied", "{ended}");
    let written = changed(&shop);
    assert!((1..12).contains(&written), "{written} prices were written");
    assert_eq!(ended["counts"]["applied"], written);
    assert_eq!(app.state_of(&plan).await, "partially_applied");
    app.finish().await;
}

#[tokio::test]
async fn the_command_line_tries_again_what_the_shop_refused() {
    let app = TestApp::new().await;
    let shop = app.shop(goods(3, 1)).await;
    let plan = app.plan(rule()).await;
    app.approve(&plan).await;
    shop.sim.add_fault(Fault::once(FaultKind::HoldAfterCommit { hold_ms: None }, WRITE));
    let run = app.apply(&plan).await;
    shop.sim.wait_held(1).await;
    shop.sim.set_revoked(true);
    shop.sim.release();
    assert_eq!(app.settled(&run).await["counts"]["failed"], 2);
    shop.sim.set_revoked(false);
    let (code, text) = app.editor().cli(&["run", "retry-failed", &run, "--detach"]).await;
    assert_eq!(code, Some(0), "{text}");
    app.jobs_done().await;
    let ended = run_of(&app, &run).await;
    assert_eq!((&ended["state"], &ended["counts"]["applied"]), (&json!("applied"), &json!(3)), "{ended}");
    assert_eq!(changed(&shop), 3);
    app.finish().await;
}
