//! Acts at the wrong time, on another plan, or twice: refused by the state of the price change, which stays as it was.

use serde_json::{Value, json};
use simulators::shopify::{Fault, FaultKind, VariantEdit};

use crate::support::{Plan, TestApp, goods, writes};

fn rule(name: &str, select: Value) -> Value {
    json!({ "schema": "rule.v1", "name": name, "select": select, "steps": [{ "percent": "-7" }] })
}

fn everything() -> Value {
    rule("all", json!({ "all_variants": true }))
}

/// Another plan's hash.
fn forged(plan: &Plan) -> Value {
    let hash: String = plan.hash.chars().map(|c| if c == 'a' { 'b' } else { 'a' }).collect();
    json!({ "plan_hash": hash })
}

#[tokio::test]
async fn only_the_plan_that_was_read_can_be_decided_and_applied() {
    let app = TestApp::new().await;
    let shop = app.shop(goods(2, 1)).await;
    let plan = app.plan(everything()).await;
    let other = app.plan(rule("tents", json!({ "product_type": { "is": "Tents" } }))).await;
    let before = app.dump().await;
    for body in [forged(&plan), other.signed(), json!({ "plan_hash": "" })] {
        let approve = app.approver().post(&plan.path("/approve"), body.clone()).await;
        let problem = approve.refused(412, "price_change.plan_mismatch");
        assert_eq!(problem["errors"][0]["pointer"], "/plan_hash");
        let no = json!({ "plan_hash": body["plan_hash"], "comment": "No." });
        app.approver().post(&plan.path("/reject"), no).await.refused(412, "price_change.plan_mismatch");
    }
    app.assert_unchanged(&before, "a decision on another plan").await;
    app.approve(&plan).await;
    let before = app.dump().await;
    for body in [forged(&plan), other.signed()] {
        let apply = app.editor().post(&plan.path("/apply"), body).await;
        apply.refused(412, "price_change.plan_mismatch");
    }
    app.assert_unchanged(&before, "applying another plan").await;
    assert!(writes(&shop.sim.journal()).is_empty());
    app.finish().await;
}

#[tokio::test]
async fn acts_out_of_turn_are_refused() {
    let app = TestApp::new().await;
    let shop = app.shop(goods(2, 1)).await;
    let plan = app.plan(everything()).await;
    let editor = app.editor();
    let apply = || async { editor.post(&plan.path("/apply"), plan.signed()).await };
    let roll_back = || async { editor.post(&plan.path("/rollback"), json!({})).await };
    let approve = || async { app.admin().post(&plan.path("/approve"), plan.signed()).await };
    let reject = |comment: &'static str| {
        let body = json!({ "plan_hash": plan.hash, "comment": comment });
        async { app.admin().post(&plan.path("/reject"), body).await }
    };

    let before = app.dump().await;
    apply().await.refused(409, "price_change.not_approved");
    roll_back().await.refused(409, "run.not_applied");
    assert_eq!(reject("  ").await.refused(422, "price_change.comment")["errors"][0]["pointer"], "/comment");
    app.assert_unchanged(&before, "acts before the approval").await;

    app.approve(&plan).await;
    let before = app.dump().await;
    approve().await.refused(409, "price_change.state");
    roll_back().await.refused(409, "run.not_applied");
    app.assert_unchanged(&before, "acts after the approval").await;

    let run = apply().await.expect(202);
    let run = app.settled(run["id"].as_str().expect("an id")).await;
    let run_path = format!("/runs/{}", run["id"].as_str().expect("an id"));
    let before = app.dump().await;
    apply().await.refused(409, "price_change.not_approved");
    approve().await.refused(409, "price_change.state");
    reject("Too late.").await.refused(409, "price_change.state");
    editor.post(&format!("{run_path}/retry-failed"), json!({})).await.refused(409, "run.nothing_failed");
    app.assert_unchanged(&before, "acts after the run").await;

    let back = app.roll_back(&plan).await;
    let written = writes(&shop.sim.journal()).len();
    let before = app.dump().await;
    roll_back().await.refused(409, "run.not_applied");
    editor.post(&format!("{run_path}/rollback"), json!({})).await.refused(409, "run.not_applied");
    let back_path = format!("/runs/{}/rollback", back["id"].as_str().expect("an id"));
    editor.post(&back_path, json!({})).await.refused(409, "run.not_applied");
    apply().await.refused(409, "price_change.not_approved");
    app.assert_unchanged(&before, "acts after the way back").await;
    assert_eq!(writes(&shop.sim.journal()).len(), written);
    app.finish().await;
}

#[tokio::test]
async fn a_rejected_plan_stays_rejected_and_says_why() {
    let app = TestApp::new().await;
    app.shop(goods(1, 1)).await;
    let plan = app.plan(everything()).await;
    let no = json!({ "plan_hash": plan.hash, "comment": "Not before Friday." });
    let rejected = app.approver().post(&plan.path("/reject"), no).await.expect(200);
    assert_eq!((&rejected["state"], &rejected["allowed"]), (&json!("rejected"), &json!([])));
    assert_eq!(rejected["decisions"][0]["comment"], "Not before Friday.");
    assert_eq!(app.audit("price_change.rejected").await[0]["reason"], "Not before Friday.");
    let before = app.dump().await;
    app.admin().post(&plan.path("/approve"), plan.signed()).await.refused(409, "price_change.state");
    app.editor().post(&plan.path("/apply"), plan.signed()).await.refused(409, "price_change.not_approved");
    app.assert_unchanged(&before, "acts on a rejected plan").await;
    app.finish().await;
}

#[tokio::test]
async fn a_plan_that_changes_nothing_cannot_be_approved() {
    let app = TestApp::new().await;
    app.shop(goods(1, 1)).await;
    let plan = app.plan(rule("none", json!({ "tag": { "is": "nowhere" } }))).await;
    assert_eq!(app.state_of(&plan).await, "planned");
    let before = app.dump().await;
    app.approver().post(&plan.path("/approve"), plan.signed()).await.refused(409, "price_change.state");
    app.editor().post(&plan.path("/apply"), plan.signed()).await.refused(409, "price_change.not_approved");
    app.assert_unchanged(&before, "acts on a plan without rows").await;
    app.finish().await;
}

/// Plans over two variants, of which the shop's merchant moves one and Calibr notices.
async fn overtaken(approved: bool) -> (TestApp, crate::support::Shop, Plan) {
    let app = TestApp::new().await;
    let shop = app.shop(goods(2, 1)).await;
    let plan = app.plan(everything()).await;
    if approved {
        app.approve(&plan).await;
    }
    shop.sim.edit(&[VariantEdit::price("S-1-0", "55.55")]).expect("an edit");
    app.ingest(&shop).await;
    (app, shop, plan)
}

#[tokio::test]
async fn a_plan_overtaken_before_its_approval_is_stale_for_good() {
    becomes_stale_for_good(false).await;
}

#[tokio::test]
async fn a_plan_overtaken_before_it_is_applied_is_stale_for_good() {
    becomes_stale_for_good(true).await;
}

async fn becomes_stale_for_good(approved: bool) {
    let (app, shop, plan) = overtaken(approved).await;
    let shown = app.approver().get(&plan.path("")).await.expect(200);
    assert_eq!(shown["checks"][0]["status"], "block", "{shown}");
    let before = app.dump().await;
    let act = if approved {
        app.editor().post(&plan.path("/apply"), plan.signed()).await
    } else {
        app.approver().post(&plan.path("/approve"), plan.signed()).await
    };
    let problem = act.refused(412, "price_change.stale");
    assert!(problem["detail"].as_str().is_some_and(|d| d.contains("1 planned price moved")), "{problem}");
    assert_eq!(app.state_of(&plan).await, "stale");
    let noted = ["price_changes", "audit_records", "event_log"];
    app.assert_unchanged_but(&before, &noted, "acting on a stale plan").await;
    assert_eq!(app.audit("price_change.stale").await.len(), 1);
    let why = app.approver().get(&plan.path("")).await.expect(200)["checks"][0]["detail"].clone();
    assert_eq!(why, "1 planned price moved since this was planned. Plan again.");
    // Putting the price back does not bring it back to life.
    shop.sim.edit(&[VariantEdit::price("S-1-0", "21.37")]).expect("an edit");
    app.ingest(&shop).await;
    app.approver().post(&plan.path("/approve"), plan.signed()).await.refused(409, "price_change.state");
    app.editor().post(&plan.path("/apply"), plan.signed()).await.refused(409, "price_change.not_approved");
    assert!(writes(&shop.sim.journal()).is_empty());
    app.finish().await;
}

#[tokio::test]
async fn an_edit_that_the_rules_do_not_touch_leaves_a_plan_fresh() {
    let app = TestApp::new().await;
    let shop = app.shop(goods(2, 1)).await;
    let plan = app.plan(rule("tents", json!({ "product_type": { "is": "Tents" } }))).await;
    shop.sim.edit(&[VariantEdit::price("S-1-0", "55.55")]).expect("an edit");
    app.ingest(&shop).await;
    let run = app.approve_and_apply(&plan).await;
    assert_eq!(run["state"], "applied");
    assert_eq!(shop.price_of("S-1-0").0, "55.55");
    app.finish().await;
}

#[tokio::test]
async fn a_plan_of_a_few_prices_is_overtaken_by_theirs_alone() {
    let app = TestApp::new().await;
    let shop = app.shop(goods(9, 1)).await;
    let plan = app.plan(rule("few", json!({ "sku": { "is": "S-1-0" } }))).await;
    shop.sim.edit(&[VariantEdit::price("S-2-0", "55.55")]).expect("an edit");
    app.ingest(&shop).await;
    app.approve(&plan).await;
    shop.sim.edit(&[VariantEdit::price("S-1-0", "66.66")]).expect("an edit");
    app.ingest(&shop).await;
    app.editor().post(&plan.path("/apply"), plan.signed()).await.refused(412, "price_change.stale");
    assert!(writes(&shop.sim.journal()).is_empty());
    app.finish().await;
}

#[tokio::test]
async fn a_shop_is_written_to_by_one_run_at_a_time() {
    let app = TestApp::new().await;
    let shop = app.shop(goods(3, 1)).await;
    let tents = app.plan(rule("tents", json!({ "product_type": { "is": "Tents" } }))).await;
    let mugs = app.plan(rule("mugs", json!({ "product_type": { "is": "Mugs" } }))).await;
    app.approve(&tents).await;
    app.approve(&mugs).await;
    shop.sim
        .add_fault(Fault::once(FaultKind::HoldBeforeCommit { hold_ms: None }, "productVariantsBulkUpdate"));
    let run = app.apply(&tents).await;
    shop.sim.wait_held(1).await;
    let before = app.dump().await;
    app.editor().post(&mugs.path("/apply"), mugs.signed()).await.refused(409, "channel.busy");
    app.editor().post(&tents.path("/rollback"), json!({})).await.refused(409, "run.not_applied");
    let retry = app.editor().post(&format!("/runs/{run}/retry-failed"), json!({})).await;
    retry.refused(409, "run.active");
    app.assert_unchanged_but(&before, &["jobs"], "a second run").await;
    shop.sim.release();
    app.settled(&run).await;
    assert_eq!(app.state_of(&mugs).await, "approved", "it can still be applied");
    let run = app.apply(&mugs).await;
    assert_eq!(app.settled(&run).await["state"], "applied");
    app.finish().await;
}

#[tokio::test]
async fn without_a_shop_a_plan_can_be_exported_but_not_applied() {
    let app = TestApp::new().await;
    let csv = crate::support::csv_of("thing", 1, 2);
    app.editor().post_text("/catalog/imports", "text/csv", csv).await.expect(201);
    let plan = app.plan(everything()).await;
    app.approve(&plan).await;
    let before = app.dump().await;
    app.editor().post(&plan.path("/apply"), plan.signed()).await.refused(409, "channel.none");
    app.assert_unchanged(&before, "applying without a shop").await;
    app.viewer().get(&plan.path("/export")).await.refused(403, "role.missing");
    let export = app.editor().get(&plan.path("/export")).await;
    assert_eq!((export.status, export.header("content-type")), (200, Some("text/csv; charset=utf-8")));
    assert!(export.text.contains("9.31") && export.text.contains("9.32"), "{}", export.text);
    let taken = app.audit("price_change.exported").await;
    assert_eq!((taken.len(), &taken[0]["entity_id"]), (1, &json!(plan.id)));
    let declined = json!({ "plan_hash": plan.hash, "comment": "Not this week." });
    let shown = app.approver().post(&plan.path("/reject"), declined).await.expect(200);
    assert_eq!(shown["state"], "rejected", "an approval can be taken back");
    app.editor().get(&plan.path("/export")).await.refused(409, "price_change.not_approved");
    app.finish().await;
}

#[tokio::test]
async fn a_plan_in_the_place_of_another_is_the_only_one_that_can_be_approved() {
    let app = TestApp::new().await;
    let _shop = app.shop(goods(2, 1)).await;
    let old = app.plan(everything()).await;
    let id = app.push(everything()).await;
    let variant = app.viewer().all("/catalog/variants").await[0]["id"].clone();
    let again = |replaces: &str, exclude: Value| json!({ "title": "Without one", "rules": [id], "exclude": exclude, "replaces": replaces });

    // What has nothing to apply takes nobody's place.
    let all: Vec<Value> =
        app.viewer().all("/catalog/variants").await.iter().map(|variant| variant["id"].clone()).collect();
    let empty = app.editor().post("/price-changes", again(&old.id, json!(all))).await.expect(201);
    assert_eq!((&empty["state"], &empty["replaces"]), (&json!("planned"), &Value::Null));
    assert_eq!(app.state_of(&old).await, "pending_approval");

    let new = app.editor().post("/price-changes", again(&old.id, json!([variant]))).await.expect(201);
    assert_eq!((&new["replaces"]["id"], &new["rows_to_apply"]), (&json!(old.id), &json!(1)));
    let shown = app.viewer().get(&old.path("")).await.expect(200);
    assert_eq!((&shown["state"], &shown["replaced_by"]["id"]), (&json!("stale"), &new["id"]));
    assert_eq!(
        (&shown["checks"][0]["code"], shown["checks"].as_array().map(Vec::len)),
        (&json!("replaced"), Some(1))
    );
    app.approver().post(&old.path("/approve"), old.signed()).await.refused(409, "price_change.state");
    assert_eq!(app.audit("price_change.stale").await[0]["reason"], "Without one was planned in its place.");

    let plan = Plan {
        id: new["id"].as_str().expect("an id").into(),
        hash: new["plan_hash"].as_str().expect("a hash").into(),
    };
    let run = app.approve_and_apply(&plan).await;
    assert_eq!(run["state"], "applied");
    // What was applied stays applied.
    let later = app.editor().post("/price-changes", again(&plan.id, json!([]))).await.expect(201);
    assert_eq!(
        (&later["replaces"]["id"], app.state_of(&plan).await),
        (&json!(plan.id), "applied".to_owned())
    );
    let stranger = "pch_00000000000000000000000001";
    app.editor().post("/price-changes", again(stranger, json!([]))).await.refused(404, "not_found");
    app.finish().await;
}
