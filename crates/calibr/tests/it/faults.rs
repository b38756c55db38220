//! Applying and rolling back while the shop loses answers, throttles, is edited, loses variants or locks us out.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use calibr::channels::Connector;
use connector_shopify::{ShopifyClient, ShopifyConfig};
use kernel_connect::{HttpLimits, SystemTime};
use serde_json::{Value, json};
use simulators::shopify::{CallOutcome, Fault, FaultKind, VariantEdit};

use crate::support::{Shop, TestApp, gid, goods, writes};

const WRITE: &str = "productVariantsBulkUpdate";
const READ: &str = "ReadPrices";

/// The product's connector with less patience.
const IMPATIENT: &[(&str, Connector)] = &[("shopify", |base_url, token| {
    let mut config = ShopifyConfig::new(base_url, token);
    config.limits = HttpLimits { total_timeout_ms: 400, ..HttpLimits::default() };
    Ok(Arc::new(ShopifyClient::new(config, Arc::new(SystemTime::start()))?))
})];

fn rule(percent: &str) -> Value {
    json!({
        "schema": "rule.v1", "name": "all", "select": { "all_variants": true }, "steps": [{ "percent": percent }],
    })
}

/// Targets by SKU.
async fn by_sku(app: &TestApp, run: &Value) -> BTreeMap<String, Value> {
    let targets = app.targets(run).await;
    targets.into_iter().map(|target| (target["sku"].as_str().expect("a SKU").to_owned(), target)).collect()
}

/// What the shop has is what each applied target says, and no variant was changed twice or to different prices.
async fn shop_agrees(app: &TestApp, shop: &Shop, run: &Value) {
    let targets = app.targets(run).await;
    for target in targets.iter().filter(|target| target["state"] == "applied") {
        let (price, compare_at) = shop.price_of(target["sku"].as_str().expect("a SKU"));
        assert_eq!(target["after"]["amount"], price);
        assert_eq!(target["compare_at_after"]["amount"].as_str(), compare_at.as_deref());
    }
    let journal = shop.sim.journal();
    let mut effects: BTreeMap<&str, Vec<_>> = BTreeMap::new();
    for (_, effect) in writes(&journal) {
        effects.entry(&effect.variant_id).or_default().push(effect);
    }
    for (variant, effects) in effects {
        assert_eq!(effects.iter().filter(|effect| effect.changed).count(), 1, "{variant}: {effects:#?}");
        let prices: BTreeSet<_> = effects.iter().map(|effect| &effect.new_price).collect();
        assert_eq!(prices.len(), 1, "{variant}: {effects:#?}");
    }
}

#[tokio::test]
async fn lost_answers_throttling_and_edits_leave_every_other_row_applied() {
    let app = TestApp::new().await;
    let shop = app.shop(goods(60, 2)).await;
    let plan = app.plan(rule("-7")).await;
    app.approve(&plan).await;
    let edited = shop.sim.edit_share(20, 7).expect("edits");
    let edited: BTreeMap<String, Option<String>> =
        edited.into_iter().map(|effect| (effect.variant_id, effect.new_price)).collect();
    assert!((1..20).contains(&edited.len()), "{edited:?}");
    shop.sim.add_fault(Fault::seeded(FaultKind::TimeoutAfterCommit { hold_ms: 0 }, WRITE, 100, 11));
    shop.sim.add_fault(Fault::seeded(FaultKind::Throttle, WRITE, 50, 5));
    shop.sim.add_fault(Fault::seeded(FaultKind::Throttle, READ, 100, 3));
    let run_id = app.apply(&plan).await;
    let run = app.settled(&run_id).await;
    shop.sim.clear_faults();
    assert_eq!(run["state"], "partially_applied", "{run}");

    let journal = shop.sim.journal();
    let count = |outcome| journal.iter().filter(|entry| entry.outcome == outcome).count();
    assert!(count(CallOutcome::Dropped) >= 3, "too few answers were lost to prove anything");
    assert!(count(CallOutcome::Throttled) >= 2, "too few calls were throttled to prove anything");
    let targets = by_sku(&app, &run).await;
    for variant in shop.variants() {
        let target = &targets[variant.sku.as_deref().expect("a SKU")];
        match edited.get(&gid(&variant)) {
            Some(price) => {
                assert_eq!(target["state"], "conflict", "{target}");
                assert_eq!(target["reason_code"], "conflict.price_moved");
                assert_eq!(Some(variant.price.to_string()), *price, "the merchant's price stays");
                assert_eq!(target["observed"]["amount"].as_str(), price.as_deref());
            }
            None => assert_eq!(
                (&target["state"], &target["verified"]),
                (&json!("applied"), &json!(true)),
                "{target}"
            ),
        }
    }
    assert!(writes(&journal).iter().all(|(_, effect)| !edited.contains_key(&effect.variant_id)));
    shop_agrees(&app, &shop, &run).await;
    assert_eq!(app.audit("price.applied").await.len(), 120 - edited.len());
    assert_eq!(app.audit("price.conflict").await.len(), edited.len());
    app.finish().await;
}

#[tokio::test]
async fn a_write_whose_answer_never_comes_is_found_by_reading() {
    let app = TestApp::with_connectors(IMPATIENT).await;
    let shop = app.shop(goods(2, 2)).await;
    let plan = app.plan(rule("-7")).await;
    app.approve(&plan).await;
    shop.sim.add_fault(Fault::once(FaultKind::HoldAfterCommit { hold_ms: None }, WRITE));
    let run_id = app.apply(&plan).await;
    shop.sim.wait_held(1).await;
    let run = app.settled(&run_id).await;
    assert_eq!((&run["state"], &run["counts"]["verified"]), (&json!("applied"), &json!(4)), "{run}");
    shop.sim.release();
    shop_agrees(&app, &shop, &run).await;
    assert_eq!(writes(&shop.sim.journal()).len(), 4, "nothing was sent again");
    app.finish().await;
}

#[tokio::test]
async fn a_late_write_is_waited_for() {
    let app = TestApp::with_connectors(IMPATIENT).await;
    let shop = app.shop(goods(1, 2)).await;
    let plan = app.plan(rule("-7")).await;
    app.approve(&plan).await;
    shop.sim.add_fault(Fault::once(FaultKind::HoldBeforeCommit { hold_ms: None }, WRITE));
    let run_id = app.apply(&plan).await;
    shop.sim.wait_held(1).await;
    // We have given up waiting; the write still lies with the vendor.
    app.wait_until("select exists (select from jobs where state = 'queued' and attempts = 1)").await;
    assert!(writes(&shop.sim.journal()).is_empty());
    shop.sim.release();
    shop.sim.wait_journal(|journal| (writes(journal).len() == 2).then_some(())).await;
    let run = app.settled(&run_id).await;
    assert_eq!(run["counts"]["verified"], 2, "{run}");
    assert_eq!(writes(&shop.sim.journal()).len(), 2, "nothing was sent again");
    app.finish().await;
}

#[tokio::test]
async fn a_deleted_variant_does_not_keep_the_others_from_being_applied() {
    let app = TestApp::new().await;
    let shop = app.shop(goods(2, 4)).await;
    let plan = app.plan(rule("-7")).await;
    app.approve(&plan).await;
    let gone =
        |sku: &str| shop.variants().iter().find(|v| v.sku.as_deref() == Some(sku)).map(gid).expect(sku);
    let edits = vec![VariantEdit::delete(&gone("S-1-2"))];
    shop.sim.edit(&[VariantEdit::delete(&gone("S-0-1"))]).expect("an edit");
    // This one goes between our reading and our writing.
    shop.sim.add_fault(Fault::once(FaultKind::MerchantEdit { edits }, READ));
    let run_id = app.apply(&plan).await;
    let run = app.settled(&run_id).await;
    assert_eq!(run["state"], "partially_applied", "{run}");
    for (sku, target) in by_sku(&app, &run).await {
        match sku.as_str() {
            "S-0-1" => {
                assert_eq!(
                    (&target["state"], &target["reason_code"]),
                    (&json!("failed"), &json!("variant.gone"))
                );
            }
            "S-1-2" => assert_eq!(target["state"], "failed", "{target}"),
            _ => assert_eq!(
                (&target["state"], &target["verified"]),
                (&json!("applied"), &json!(true)),
                "{target}"
            ),
        }
    }
    shop_agrees(&app, &shop, &run).await;
    app.finish().await;
}

#[tokio::test]
async fn a_withdrawn_token_fails_in_the_shops_words_and_can_be_tried_again() {
    let app = TestApp::new().await;
    let shop = app.shop(goods(3, 1)).await;
    let plan = app.plan(rule("-7")).await;
    app.approve(&plan).await;
    shop.sim.add_fault(Fault::once(FaultKind::HoldAfterCommit { hold_ms: None }, WRITE));
    let run_id = app.apply(&plan).await;
    shop.sim.wait_held(1).await;
    shop.sim.set_revoked(true);
    shop.sim.release();
    let run = app.settled(&run_id).await;
    assert_eq!(run["state"], "partially_applied", "{run}");
    assert_eq!((&run["counts"]["applied"], &run["counts"]["failed"]), (&json!(1), &json!(2)), "{run}");
    for target in app.targets(&run).await.iter().filter(|target| target["state"] == "failed") {
        assert_eq!(target["reason_code"], "shopify.unauthorized");
        let reason = target["reason"].as_str().expect("a reason");
        assert!(reason.contains("Invalid API key or access token"), "{reason}");
    }
    shop.sim.set_revoked(false);
    let shown = app.editor().get(&plan.path("")).await.expect(200);
    assert_eq!(shown["allowed"], json!(["export", "roll_back", "retry_failed"]));
    let run = app.retry_failed(&run_id).await;
    assert_eq!((&run["state"], &run["counts"]["applied"]), (&json!("applied"), &json!(3)), "{run}");
    assert_eq!(app.state_of(&plan).await, "applied");
    shop_agrees(&app, &shop, &run).await;
    let again = app.editor().post(&format!("/runs/{run_id}/retry-failed"), json!({})).await;
    again.refused(409, "run.nothing_failed");
    app.finish().await;
}

#[tokio::test]
async fn a_price_edited_since_is_not_rolled_back() {
    let app = TestApp::new().await;
    let shop = app.shop(goods(2, 2)).await;
    let at_first = shop.variants();
    let plan = app.plan(rule("12")).await;
    app.approve_and_apply(&plan).await;
    shop.sim.edit(&[VariantEdit::price("S-0-1", "77.77")]).expect("an edit");
    shop.sim.add_fault(Fault::once(FaultKind::TimeoutAfterCommit { hold_ms: 0 }, WRITE));
    let back = app.roll_back(&plan).await;
    assert_eq!(back["state"], "partially_applied", "{back}");
    let conflict = &by_sku(&app, &back).await["S-0-1"];
    assert_eq!((&conflict["state"], &conflict["observed"]["amount"]), (&json!("conflict"), &json!("77.77")));
    for (was, is) in at_first.iter().zip(shop.variants()) {
        let expected =
            if is.sku.as_deref() == Some("S-0-1") { "77.77".to_owned() } else { was.price.to_string() };
        assert_eq!((is.price.to_string(), is.compare_at), (expected, was.compare_at));
    }
    assert_eq!(app.state_of(&plan).await, "rolled_back", "what is no longer ours does not count");
    app.finish().await;
}

#[tokio::test]
async fn what_failed_in_a_run_that_was_taken_back_is_not_tried_again() {
    let app = TestApp::new().await;
    let shop = app.shop(goods(2, 1)).await;
    let plan = app.plan(rule("12")).await;
    app.approve(&plan).await;
    shop.sim.add_fault(Fault::once(FaultKind::HttpErrorBeforeCommit { status: 403 }, WRITE));
    let run_id = app.apply(&plan).await;
    let run = app.settled(&run_id).await;
    assert_eq!((&run["counts"]["applied"], &run["counts"]["failed"]), (&json!(1), &json!(1)), "{run}");
    app.roll_back(&plan).await;
    let state = shop.sim.state();
    let before = app.dump().await;
    let again = app.editor().post(&format!("/runs/{run_id}/retry-failed"), json!({})).await;
    again.refused(409, "run.rolled_back");
    app.assert_unchanged(&before, "retrying what was taken back").await;
    assert_eq!(shop.sim.state(), state);
    app.finish().await;
}
