//! The home page: what waits for whom, what runs, and how far a project has come. And which build answers.

use kernel_core::Role;
use serde_json::{Value, json};
use simulators::shopify::VariantEdit;

use crate::support::{TestApp, goods};

fn rule(percent: &str) -> Value {
    json!({ "schema": "rule.v1", "name": "all", "select": { "all_variants": true }, "steps": [{ "percent": percent }] })
}

async fn home(app: &TestApp, role: Role) -> Value {
    app.person(&app.home, role).get("/home").await.expect(200)
}

fn done(home: &Value) -> Vec<&str> {
    let steps = home["first_steps"].as_object().expect("steps");
    steps.iter().filter(|(_, done)| **done == json!(true)).map(|(step, _)| step.as_str()).collect()
}

#[tokio::test]
async fn a_project_is_led_from_its_shop_to_the_way_back() {
    let app = TestApp::new().await;
    assert_eq!(done(&home(&app, Role::Viewer).await), ["has_second_person"]);
    let _shop = app.shop(goods(2, 1)).await;
    assert_eq!(done(&home(&app, Role::Viewer).await), ["has_catalogue", "has_channel", "has_second_person"]);
    let plan = app.plan(rule("-7")).await;
    let (editor, approver) = (home(&app, Role::Editor).await, home(&app, Role::Approver).await);
    assert_eq!(done(&editor).len(), 5, "{editor}");
    assert_eq!(editor["needs_you"]["approvals_count"], 0, "an editor approves nothing");
    assert_eq!(approver["needs_you"]["approvals"][0]["id"], json!(plan.id));
    assert_eq!(approver["needs_you"]["approvals_count"], 1);
    let run = app.approve_and_apply(&plan).await;
    let applied = home(&app, Role::Approver).await;
    assert_eq!(applied["needs_you"]["approvals_count"], 0);
    assert_eq!((&applied["runs_of_week"][0]["id"], &applied["runs_now"]), (&run["id"], &json!([])));
    assert_eq!(done(&applied).len(), 7, "{applied}");
    app.roll_back(&plan).await;
    let back = home(&app, Role::Viewer).await;
    assert_eq!(done(&back).len(), 8, "{back}");
    assert_eq!(back["runs_of_week"].as_array().map(Vec::len), Some(2));
    app.hours_pass(24 * 8);
    assert_eq!(home(&app, Role::Viewer).await["runs_of_week"], json!([]));
    app.finish().await;
}

#[tokio::test]
async fn what_went_wrong_waits_until_it_is_dealt_with() {
    let app = TestApp::new().await;
    let shop = app.shop(goods(2, 1)).await;
    let own = app.push(rule("-7")).await;
    let own =
        app.approver().post("/price-changes", json!({ "title": "Own", "rules": [own] })).await.expect(201);
    let needs = home(&app, Role::Approver).await["needs_you"].clone();
    assert_eq!(needs["approvals_count"], 0, "nobody approves a plan of their own");
    let path = format!("/price-changes/{}/ask-for-changes", own["id"].as_str().expect("an id"));
    let asked = json!({ "plan_hash": own["plan_hash"], "reason": "Less." });
    app.admin().post(&path, asked).await.expect(200);
    let needs = home(&app, Role::Approver).await["needs_you"].clone();
    assert_eq!(needs["changes_asked"][0]["id"], own["id"]);
    assert_eq!(home(&app, Role::Admin).await["needs_you"]["changes_asked"], json!([]));

    let plan = app.plan(rule("-5")).await;
    shop.sim.edit(&[VariantEdit::price("S-0-0", "99.00")]).expect("edited");
    let run = app.approve_and_apply(&plan).await;
    assert_eq!(run["state"], "partially_applied", "{run}");
    let channel = &shop.channel;
    app.editor().post(&format!("/channels/{channel}/sweep"), json!({})).await.expect(202);
    app.jobs_done().await;
    let needs = home(&app, Role::Viewer).await["needs_you"].clone();
    assert_eq!(needs["unfinished"][0]["id"], run["id"], "{needs}");
    assert_eq!((&needs["unfinished_count"], &needs["drifts_open"]), (&json!(1), &json!(1)), "{needs}");
    let theirs = app.person(&app.other, Role::Admin).get("/home").await.expect(200);
    assert_eq!(
        (&theirs["needs_you"]["unfinished_count"], &theirs["needs_you"]["drifts_open"]),
        (&json!(0), &json!(0))
    );
    app.finish().await;
}

#[tokio::test]
async fn every_answer_names_the_build() {
    let app = TestApp::new().await;
    let answer = app.anon().get("/version").await;
    let named = answer.header("calibr-build").expect("a build").to_owned();
    let version = answer.expect(200);
    assert_eq!(version["build"], json!(named));
    assert!(named.starts_with(&format!("{}+", version["version"].as_str().expect("a version"))), "{named}");
    for path in ["/rules", "/nothing", "/api/health"] {
        assert_eq!(app.anon().get(path).await.header("calibr-build"), Some(named.as_str()), "{path}");
    }
    app.finish().await;
}
