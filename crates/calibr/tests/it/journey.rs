//! A price from a rule to the shop and back, with everything that must be told about it on the way.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};
use simulators::shopify::CallOutcome;

use crate::support::{Plan, Shop, TestApp, gid, goods, writes};

/// 10 % off what is on sale, ending in .90; the compare-at price is nobody's business.
fn sale() -> Value {
    json!({
        "schema": "rule.v1", "name": "sale", "select": { "tag": { "is": "sale" } },
        "steps": [{ "percent": "-10" }, { "amount": "-0.50 EUR" }], "rounding": { "ending": ".90" },
        "constraints": { "floor": "5 EUR" },
    })
}

/// The catalogue's ids by SKU.
async fn ids_by_sku(app: &TestApp) -> BTreeMap<String, String> {
    let text = |variant: &Value, field: &str| variant[field].as_str().expect("a text").to_owned();
    let variants = app.viewer().all("/catalog/variants").await;
    variants.iter().map(|variant| (text(variant, "sku"), text(variant, "id"))).collect()
}

fn money(amount: &str) -> Value {
    json!({ "amount": amount, "currency": "EUR" })
}

#[tokio::test]
async fn a_price_travels_to_the_shop_and_back() {
    let app = TestApp::new().await;
    let shop = app.shop(goods(6, 3)).await;
    let at_first = shop.sim.state().without_times();
    let ingested_at = app.now();
    app.hours_pass(1);

    let plan = app.plan(sale()).await;
    let own = app.editor().post(&plan.path("/approve"), plan.signed()).await;
    own.refused(403, "role.missing");
    app.approve(&plan).await;
    app.hours_pass(1);
    let journal_before = shop.sim.journal().len();
    let run_id = app.apply(&plan).await;
    let run = app.settled(&run_id).await;
    assert_eq!((&run["state"], &run["total"]), (&json!("applied"), &json!(9)), "{run}");
    assert_eq!((&run["counts"]["applied"], &run["counts"]["verified"]), (&json!(9), &json!(9)), "{run}");
    assert_eq!(app.state_of(&plan).await, "applied");

    each_changed_variant_was_written_once(&app, &shop, &plan, journal_before).await;
    every_price_is_explained_as_it_was_decided(&app, &plan, &run_id).await;
    prices_have_a_history(&app, ingested_at).await;
    audit_and_writes_tell_the_same(&app, &shop, "price.applied", journal_before).await;

    app.hours_pass(1);
    let journal_before = shop.sim.journal().len();
    let back = app.roll_back(&plan).await;
    assert_eq!((&back["kind"], &back["state"]), (&json!("roll_back"), &json!("applied")), "{back}");
    assert_eq!(back["reverses_run_id"], run["id"]);
    assert_eq!(shop.sim.state().without_times(), at_first, "the shop is as it was, field by field");
    assert_eq!(app.state_of(&plan).await, "rolled_back");
    audit_and_writes_tell_the_same(&app, &shop, "price.rolled_back", journal_before).await;
    let sources = price_sources(&app, "S-0-0").await;
    assert_eq!(sources, ["roll_back", "price_change", "ingest"]);
    app.finish().await;
}

/// The journal judges: one effect for each variant on sale, none for others, and compare-at never mentioned.
async fn each_changed_variant_was_written_once(app: &TestApp, shop: &Shop, plan: &Plan, since: usize) {
    let journal = shop.sim.journal();
    let writes = writes(&journal[since..]);
    assert!(writes.iter().all(|(entry, effect)| entry.outcome == CallOutcome::Ok && effect.changed));
    let written: BTreeSet<&str> = writes.iter().map(|(_, effect)| effect.variant_id.as_str()).collect();
    assert_eq!(written.len(), writes.len(), "a variant was written twice");
    let on_sale = shop.sim.state().products.into_iter().filter(|product| product.tags == ["sale"]);
    let on_sale: BTreeSet<String> = on_sale.flat_map(|product| product.variants).map(|v| gid(&v)).collect();
    assert_eq!(written, on_sale.iter().map(String::as_str).collect());
    for (entry, effect) in &writes {
        assert_eq!(effect.old_compare_at, effect.new_compare_at);
        for variant in entry.variables["variants"].as_array().expect("variants") {
            let keys: BTreeSet<&str> =
                variant.as_object().expect("an object").keys().map(String::as_str).collect();
            assert_eq!(keys, BTreeSet::from(["id", "price"]), "nothing but the price is sent");
        }
    }
    let rows = app.viewer().all(&plan.path("/rows?outcome=raise,cut")).await;
    for row in rows {
        let (price, _) = shop.price_of(row["sku"].as_str().expect("a SKU"));
        assert_eq!(row["after"], money(&price), "the shop has what was planned");
    }
}

/// The trace is the stored one byte for byte, its steps lead from the price before to the price after.
async fn every_price_is_explained_as_it_was_decided(app: &TestApp, plan: &Plan, run: &str) {
    let stored = "select t.text, r.trace_arguments from price_change_rows r
        join price_change_traces t on t.price_change_id = r.price_change_id and t.template = r.trace_template
        where r.sku = $1";
    for row in app.viewer().all(&plan.path("/rows?include=trace")).await {
        let variant = row["variant_id"].as_str().expect("an id");
        let explained = app.viewer().get(&format!("/variants/{variant}/explain")).await.expect(200);
        let kept = app.owner.query_one(stored, &[&row["sku"].as_str()]).await.expect("a row");
        let kept = pricing::unpack_trace(kept.get(0), kept.get(1)).expect("arguments that fit");
        assert_eq!(explained["trace"].as_str(), Some(kept.as_str()));
        assert_eq!(row["trace"].as_str(), Some(kept.as_str()));
        assert_eq!(explained["rule"], "sale v1");
        assert_eq!(explained["price_change_id"], plan.id);
        assert_eq!(explained["run_id"], run);
        assert_eq!(explained["approved_by"], json!(["approver@home.test"]));
        assert_eq!(explained["price"]["price"], row["after"]);

        let trace: Value = serde_json::from_str(&kept).expect("a trace");
        let steps = trace["steps"].as_array().expect("steps");
        let kinds: Vec<&str> = steps.iter().filter_map(|step| step["kind"].as_str()).collect();
        for told in ["select", "percent", "amount", "rounding", "floor", "slip", "compare_at"] {
            assert!(kinds.contains(&told), "the trace does not tell {told}: {kinds:?}");
        }
        assert_eq!(trace["before"], row["before"]["amount"]);
        assert_eq!(trace["after"], row["after"]["amount"]);
        assert_eq!(trace["after"].as_str(), Some(by_hand(&trace["before"]).as_str()));
    }
}

/// The rule of [`sale`] in plain cents: the ending nearest to 90 % less 0.50, of two equally near the higher.
fn by_hand(before: &Value) -> String {
    let cents: i64 = before.as_str().expect("an amount").replace('.', "").parse().expect("cents");
    let tenths = cents * 9 - 500;
    let candidates = (0..200).map(|whole| whole * 100 + 90);
    let nearest = candidates.min_by_key(|ending| ((ending * 10 - tenths).abs(), -ending)).expect("one");
    format!("{}.{:02}", nearest / 100, nearest % 100)
}

async fn prices_have_a_history(app: &TestApp, ingested_at: jiff::Timestamp) {
    let ids = ids_by_sku(app).await;
    assert_eq!(price_sources(app, "S-0-0").await, ["price_change", "ingest"]);
    assert_eq!(price_sources(app, "S-1-0").await, ["ingest"], "not on sale");
    let prices = format!("/variants/{}/prices", ids["S-0-0"]);
    let versions = app.viewer().all(&prices).await;
    assert_eq!(versions[0]["price"], money("17.90"));
    assert_eq!(versions[0]["compare_at"], money("30.00"));
    assert_eq!(versions[0]["valid_to"], Value::Null);
    assert_eq!(versions[0]["actor"], "editor@home.test");
    assert_eq!(versions[1]["price"], money("20.00"));
    assert_eq!(versions[1]["valid_to"], versions[0]["valid_from"], "no gap and no overlap");
    let then = app.viewer().get(&format!("{prices}?at={ingested_at}")).await.expect(200);
    assert_eq!(then["data"], json!([versions[1]]));
    let explain = format!("/variants/{}/explain?at={ingested_at}", ids["S-0-0"]);
    let explained = app.viewer().get(&explain).await.expect(200);
    assert_eq!((&explained["price"], &explained["trace"]), (&versions[1], &Value::Null));
    let before_time = app.viewer().get(&format!("{prices}?at=2001-01-01T00:00:00Z")).await.expect(200);
    assert_eq!(before_time["data"], json!([]));
}

/// Where the prices of a SKU come from, newest first.
async fn price_sources(app: &TestApp, sku: &str) -> Vec<String> {
    let id = &ids_by_sku(app).await[sku];
    let versions = app.viewer().all(&format!("/variants/{id}/prices")).await;
    versions.iter().map(|version| version["source"].as_str().expect("a source").to_owned()).collect()
}

/// One audit record for each accepted write, with its values, and no more.
async fn audit_and_writes_tell_the_same(app: &TestApp, shop: &Shop, action: &str, since: usize) {
    let refs: BTreeMap<String, String> = {
        let variants = app.viewer().all("/catalog/variants").await;
        let pair = |variant: &Value| {
            let external = variant["channel_refs"][&shop.channel].as_str().expect("a reference").to_owned();
            (variant["id"].as_str().expect("an id").to_owned(), external)
        };
        variants.iter().map(pair).collect()
    };
    let told = app.audit(action).await.into_iter().map(|record| {
        assert_eq!(record["entity_type"], "variant");
        assert_eq!(record["actor"], "editor@home.test");
        let amount = |side: &str| record[side]["price"]["amount"].as_str().expect("an amount").to_owned();
        (refs[record["entity_id"].as_str().expect("an id")].clone(), amount("before"), amount("after"))
    });
    let journal = shop.sim.journal();
    let written = writes(&journal[since..]).into_iter().map(|(_, effect)| {
        (effect.variant_id.clone(), effect.old_price.clone(), effect.new_price.clone().expect("a price"))
    });
    let (mut told, mut written): (Vec<_>, Vec<_>) = (told.collect(), written.collect());
    told.sort();
    written.sort();
    assert_eq!(told, written);
}

#[tokio::test]
async fn an_author_who_may_approve_cannot_approve_their_own_plan() {
    let app = TestApp::new().await;
    app.shop(goods(1, 1)).await;
    let rule = app.push(sale()).await;
    let new = json!({ "title": "Mine", "rules": [rule] });
    let planned = app.admin().post("/price-changes", new).await.expect(201);
    assert_eq!(planned["state"], "pending_approval");
    assert_eq!(planned["allowed"], json!(["reject", "request_review"]), "the author may only withdraw it");
    let path = format!("/price-changes/{}", planned["id"].as_str().expect("an id"));
    let signed = json!({ "plan_hash": planned["plan_hash"] });
    let before = app.dump().await;
    app.admin().post(&format!("{path}/approve"), signed.clone()).await.refused(403, "price_change.own");
    // A token of the author is the author.
    let token = app.token(&["price_changes:approve"]).await;
    let answer = token.post(&format!("{path}/approve"), signed.clone()).await;
    answer.refused(403, "price_change.own");
    let tokens = ["api_tokens", "audit_records"];
    app.assert_unchanged_but(&before, &tokens, "approving one's own plan").await;
    let approved = app.approver().post(&format!("{path}/approve"), signed).await.expect(200);
    assert_eq!(approved["state"], "approved");
    app.finish().await;
}

#[tokio::test]
async fn compare_at_is_set_cleared_and_brought_back() {
    let app = TestApp::new().await;
    let shop = app.shop(goods(2, 3)).await;
    let at_first = shop.sim.state().without_times();
    for (compare_at, name) in [("set_to_before", "set"), ("clear", "clear")] {
        let plan = app
            .plan(json!({
                "schema": "rule.v1", "name": name, "select": { "all_variants": true },
                "steps": [{ "percent": "-5" }], "compare_at": compare_at,
            }))
            .await;
        let before = shop.variants();
        let run = app.approve_and_apply(&plan).await;
        assert_eq!(run["counts"]["verified"], 6, "{run}");
        for (was, is) in before.iter().zip(shop.variants()) {
            let expected = (compare_at == "set_to_before").then_some(was.price);
            assert_eq!(is.compare_at, expected, "{:?}", is.sku);
        }
        app.roll_back(&plan).await;
        assert_eq!(shop.sim.state().without_times(), at_first, "{compare_at}");
    }
    app.finish().await;
}
