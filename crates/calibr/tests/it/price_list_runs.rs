//! Plans and runs over a price list: written, read back and taken back exactly, with the shop's journal as judge.

use serde_json::{Value, json};
use simulators::shopify::{Fault, FaultKind, JournalEntry, ListEffect, Source, VariantEdit};

use crate::price_lists::{ABROAD, GERMANY, fix, free, held, in_eur, mutate, shop};
use crate::support::{Answer, Plan, Shop, TestApp, gid};

pub fn cut(select: Value) -> Value {
    json!({ "schema": "rule.v1", "name": "cut", "select": select, "steps": [{ "percent": "-5" }] })
}

fn all() -> Value {
    json!({ "all_variants": true })
}

/// Asks for a plan over a surface.
async fn ask(app: &TestApp, surface: &str, rule: Value) -> Answer {
    let rule = app.push(rule).await;
    let path = format!("/price-changes?project={}", app.home.project);
    app.editor().post(&path, json!({ "title": "Test", "rules": [rule], "surface": surface })).await
}

/// The plan, and how it is shown.
pub async fn plan_on(app: &TestApp, surface: &str, rule: Value) -> (Plan, Value) {
    let shown = ask(app, surface, rule).await.expect(201);
    let text = |field: &str| shown[field].as_str().expect("a text").to_owned();
    (Plan { id: text("id"), hash: text("plan_hash") }, shown)
}

/// What Calibr wrote to price lists, in order.
fn list_writes(shop: &Shop) -> Vec<ListEffect> {
    let is_ours = |entry: &JournalEntry| {
        let name = entry.operation_name.as_deref().unwrap_or_default();
        entry.source == Source::Api && ["FixListPrices", "FreeListPrices"].contains(&name)
    };
    shop.sim.journal().into_iter().filter(is_ours).flat_map(|entry| entry.list_effects).collect()
}

/// Whether the shop has no price of its own for a SKU in Germany, or which.
pub fn fixed(shop: &Shop, sku: &str) -> Option<String> {
    let state = shop.sim.state();
    let variant = shop.variants().into_iter().find(|variant| variant.sku.as_deref() == Some(sku)).expect(sku);
    state.markets.fixed_price(GERMANY, variant.id).map(|fixed| fixed.price.to_string())
}

pub fn count(run: &Value, state: &str) -> u64 {
    run["counts"][state].as_u64().expect("a count")
}

#[tokio::test]
async fn a_list_is_written_and_taken_back_exactly() {
    let app = TestApp::new().await;
    let shop = shop(&app).await;
    let (before, rows_before) = (shop.sim.state().without_times(), held(&app, "germany").await);
    let (plan, shown) = plan_on(&app, "germany", cut(all())).await;
    assert_eq!((&shown["surface"], &shown["currency"]), (&json!("germany"), &json!("EUR")));
    assert_eq!(shown["rows_to_apply"], 6);
    let run = app.approve_and_apply(&plan).await;
    assert_eq!((&run["state"], &run["surface"]), (&json!("applied"), &json!("germany")), "{run}");
    assert_eq!((count(&run, "applied"), count(&run, "verified")), (6, 6), "{run}");

    let written = list_writes(&shop);
    assert_eq!(written.len(), 6, "each row once");
    for target in app.targets(&run).await {
        let variant = shop.variants().into_iter().find(|v| v.sku.as_deref() == target["sku"].as_str());
        let id = gid(&variant.expect("a variant"));
        let effect = written.iter().find(|effect| effect.variant_id == id).expect("written");
        assert_eq!(effect.new_price.as_deref(), target["after"]["amount"].as_str());
        assert_eq!(effect.new_compare_at.as_deref(), target["compare_at_after"]["amount"].as_str());
        // Only one of them had a price of its own before.
        assert_eq!(effect.old_price.is_some(), target["sku"] == "S-0-0");
    }
    assert_eq!(shop.sim.state().without_times().products, before.products, "base prices are untouched");
    let now = held(&app, "germany").await;
    assert!(now.iter().all(|(_, _, _, relative)| !relative), "{now:?}");
    assert_eq!(now[0].2, 1425);
    let told = app.audit("price.applied").await;
    assert_eq!((told.len(), &told[0]["after"]["surface"]), (6, &json!("germany")), "{told:?}");

    let variant = app.viewer().all("/catalog/variants?sku=S-0-0").await[0]["id"].clone();
    let prices = format!("/variants/{}/prices?surface=germany", variant.as_str().expect("an id"));
    let prices = app.viewer().all(&prices).await;
    let amounts: Vec<_> = prices.iter().map(|price| &price["price"]["amount"]).collect();
    assert_eq!(amounts, ["14.25", "15.00", "18.00"]);
    let (id, run_id) = (variant.as_str().expect("an id"), run["id"].as_str().expect("an id"));
    the_price_of_a_list_is_explained(&app, id, (&plan, run_id)).await;

    let back = app.roll_back(&plan).await;
    assert_eq!((&back["state"], count(&back, "verified")), (&json!("applied"), 6), "{back}");
    assert_eq!(shop.sim.state().without_times(), before, "five rows follow the base price again");
    assert_eq!(held(&app, "germany").await, rows_before);
    assert_eq!(app.state_of(&plan).await, "rolled_back");
    app.finish().await;
}

/// As decided on the list, and apart from the base price.
async fn the_price_of_a_list_is_explained(app: &TestApp, variant: &str, (plan, run): (&Plan, &str)) {
    let path = format!("/variants/{variant}/explain");
    let explained = app.viewer().get(&format!("{path}?surface=germany")).await.expect(200);
    assert_eq!(
        (&explained["surface"], &explained["price"]["price"]["amount"]),
        (&json!("germany"), &json!("14.25"))
    );
    assert_eq!((&explained["rule"], &explained["run_id"]), (&json!("cut v1"), &json!(run)));
    assert_eq!(explained["price_change_id"], plan.id);
    let rows = app.viewer().all(&plan.path("/rows?include=trace")).await;
    let row = rows.iter().find(|row| row["variant_id"] == variant).expect("a row");
    assert!(row["trace"].is_string() && explained["trace"] == row["trace"], "{explained}");
    let base = app.viewer().get(&path).await.expect(200);
    assert_eq!((&base["surface"], &base["price"]["price"]["amount"]), (&json!("base"), &json!("20.00")));
    assert!(base["trace"].is_null() && base["run_id"].is_null(), "{base}");
    app.viewer().get(&format!("{path}?surface=germny")).await.refused(422, "surface.unknown");
    app.viewer()
        .get(&format!("/variants/{variant}/prices?surface=germny"))
        .await
        .refused(422, "surface.unknown");
    let (exit, text) = app.viewer().cli(&["explain", "S-0-0", "--surface", "germany"]).await;
    assert!(exit == Some(0) && text.contains("· germany ·") && text.contains("= 14.25 EUR"), "{text}");
    let (exit, text) = app.viewer().cli(&["price", "history", "S-0-1", "--surface", "germany"]).await;
    assert!(exit == Some(0) && text.contains("follows base price"), "{text}");
}

#[tokio::test]
async fn a_merchants_edit_in_the_list_is_a_conflict_and_stays() {
    let app = TestApp::new().await;
    let shop = shop(&app).await;
    let (plan, _) = plan_on(&app, "germany", cut(all())).await;
    app.approve(&plan).await;
    fix(&shop, "S-0-0", "16.00", "Germany");
    // To the very price that is shown, but from now on it does not follow the base price any more.
    fix(&shop, "S-1-0", "20.47", "Germany");
    let run_id = app.apply(&plan).await;
    let run = app.settled(&run_id).await;
    assert_eq!((&run["state"], count(&run, "conflict")), (&json!("partially_applied"), 2), "{run}");
    let targets = app.targets(&run).await;
    let code = |sku: &str| {
        let target = targets.iter().find(|target| target["sku"] == sku).expect(sku);
        target["reason_code"].as_str().unwrap_or_default().to_owned()
    };
    assert_eq!(code("S-0-0"), "conflict.price_moved");
    assert_eq!(code("S-1-0"), "conflict.origin_moved");
    assert_eq!(list_writes(&shop).len(), 4);

    // Meanwhile one of ours is freed, and another set: neither is ours to take back.
    free(&shop, "S-0-1", "Germany");
    fix(&shop, "S-1-1", "3.00", "Germany");
    let back = app.roll_back(&plan).await;
    assert_eq!(count(&back, "conflict"), 1, "{back}");
    let rows = ["S-0-0", "S-0-1", "S-1-0", "S-1-1", "S-2-0", "S-2-1"].map(|sku| fixed(&shop, sku));
    let expected = [Some("16.00"), None, Some("20.47"), Some("3.00"), None, None];
    assert_eq!(rows, expected.map(|price: Option<&str>| price.map(str::to_owned)));
    app.finish().await;
}

async fn in_canada(shop: &Shop) {
    let update = format!(
        "priceListUpdate(id: \"gid://shopify/PriceList/{GERMANY}\", input: {{ currency: CAD }})
            {{ userErrors {{ code }} }}"
    );
    mutate(shop, &update).await;
}

#[tokio::test]
async fn a_list_that_changed_its_currency_is_not_written() {
    let app = TestApp::new().await;
    let shop = shop(&app).await;
    let (plan, _) = plan_on(&app, "germany", cut(all())).await;
    let (waits, _) = plan_on(&app, "germany", cut(json!({ "sku": { "is": "S-0-0" } }))).await;
    app.approve(&plan).await;
    in_canada(&shop).await;
    let run_id = app.apply(&plan).await;
    let run = app.settled(&run_id).await;
    assert_eq!((&run["state"], count(&run, "failed")), (&json!("failed"), 6), "{run}");
    let targets = app.targets(&run).await;
    assert_eq!(targets[0]["reason_code"], "shopify.price_list_currency");
    let reason = targets[0]["reason"].as_str().expect("a reason");
    assert!(reason.contains("in CAD now and no longer in EUR"), "{reason}");
    assert!(list_writes(&shop).is_empty());

    app.ingest(&shop).await;
    let refused = app.approver().post(&waits.path("/approve"), waits.signed()).await;
    let refused = refused.refused(412, "price_change.stale");
    assert!(refused["detail"].as_str().expect("a detail").contains("in CAD now"), "{refused}");
    app.finish().await;
}

#[tokio::test]
async fn lost_answers_are_found_out_by_reading() {
    let app = TestApp::new().await;
    let shop = shop(&app).await;
    let before = shop.sim.state().without_times();
    let (plan, _) = plan_on(&app, "germany", cut(all())).await;
    app.approve(&plan).await;
    shop.sim.add_fault(Fault::once(FaultKind::HttpErrorAfterCommit { status: 502 }, "FixListPrices"));
    shop.sim.add_fault(Fault::once(FaultKind::HttpErrorBeforeCommit { status: 502 }, "FixListPrices"));
    let run_id = app.apply(&plan).await;
    let run = app.settled(&run_id).await;
    assert_eq!((&run["state"], count(&run, "verified")), (&json!("applied"), 6), "{run}");
    assert_eq!(list_writes(&shop).len(), 6, "each row once, whatever was answered");
    shop.sim.add_fault(Fault::once(FaultKind::HttpErrorAfterCommit { status: 502 }, "FreeListPrices"));
    let back = app.roll_back(&plan).await;
    assert_eq!((&back["state"], count(&back, "applied")), (&json!("applied"), 6), "{back}");
    assert_eq!(shop.sim.state().without_times(), before);
    assert_eq!(list_writes(&shop).len(), 12);
    app.finish().await;
}

#[tokio::test]
async fn a_row_that_the_shop_refuses_does_not_hold_up_the_others() {
    let app = TestApp::new().await;
    let shop = shop(&app).await;
    let (plan, _) = plan_on(&app, "germany", cut(all())).await;
    app.approve(&plan).await;
    shop.sim.edit(&[VariantEdit::delete("S-1-1")]).expect("deleted");
    let run_id = app.apply(&plan).await;
    let run = app.settled(&run_id).await;
    assert_eq!((count(&run, "applied"), count(&run, "failed")), (5, 1), "{run}");
    let targets = app.targets(&run).await;
    let gone = targets.iter().find(|target| target["sku"] == "S-1-1").expect("a target");
    assert_eq!(gone["reason_code"], "variant.gone");
    app.finish().await;
}

#[tokio::test]
async fn a_list_in_another_currency_is_planned_in_its_own() {
    let app = TestApp::new().await;
    let shop = shop(&app).await;
    let (plan, shown) = plan_on(&app, "abroad", cut(all())).await;
    let counts = &shown["impact"]["counts"];
    // Five rows follow the base price and are told in euros: no price to begin with.
    assert_eq!(
        (&shown["currency"], &counts["cut"], &counts["skipped"]),
        (&json!("USD"), &json!(1), &json!(5))
    );
    // Costs are told in euros, which no dollars are held against.
    let (here, _) = plan_on(&app, "germany", cut(all())).await;
    for (plan, has_margin) in [(&here, true), (&plan, false)] {
        let rows = app.viewer().all(&plan.path("/rows?sort=-margin_pct")).await;
        assert_eq!(rows[0]["margin_pct"].is_string(), has_margin, "{}", rows[0]);
        let spread = app.viewer().get(&plan.path("/rows/margins")).await.expect(200);
        assert_eq!(spread["cells"].as_array().expect("cells").is_empty(), !has_margin, "{spread}");
    }
    let run = app.approve_and_apply(&plan).await;
    assert_eq!((&run["state"], count(&run, "applied")), (&json!("applied"), 1), "{run}");
    assert_eq!(held(&app, "abroad").await, [("S-0-1".to_owned(), "USD".to_owned(), 949, false)]);
    assert_eq!(list_writes(&shop)[0].price_list_id, format!("gid://shopify/PriceList/{ABROAD}"));

    let in_euros =
        json!({ "schema": "rule.v1", "name": "euros", "select": all(), "steps": [{ "set": "5.00 EUR" }] });
    assert_eq!(ask(&app, "abroad", in_euros).await.status, 422, "nothing is converted in silence");
    app.finish().await;
}

#[tokio::test]
async fn guardrails_hold_on_a_list_and_rules_know_where_they_are() {
    let app = TestApp::new().await;
    let _shop = shop(&app).await;
    let slip =
        json!({ "schema": "rule.v1", "name": "slip", "select": all(), "steps": [{ "percent": "-95" }] });
    let (_, shown) = plan_on(&app, "germany", slip).await;
    assert_eq!((&shown["rows_to_apply"], &shown["impact"]["counts"]["blocked"]), (&json!(0), &json!(6)));
    let here = cut(json!({ "market": { "is": "germany" } }));
    let (_, shown) = plan_on(&app, "germany", here.clone()).await;
    assert_eq!(shown["rows_to_apply"], 6);
    let (_, shown) = plan_on(&app, "base", here).await;
    assert_eq!((&shown["rows_to_apply"], &shown["surface"]), (&json!(0), &Value::Null));
    // Of another surface in the same currency the prices are known.
    let from_base = json!({ "schema": "rule.v1", "name": "from base", "select": { "sku": { "is": "S-1-0" } },
        "steps": [{ "from": { "surface": "base" } }, { "percent": "-15" }] });
    let (plan, _) = plan_on(&app, "germany", from_base).await;
    let rows = app.viewer().all(&plan.path("/rows")).await;
    assert_eq!(rows[0]["after"]["amount"], "19.33", "15 % below the base price of 22.74: {rows:?}");
    app.finish().await;
}

#[tokio::test]
async fn what_a_list_cannot_have_is_refused() {
    let app = TestApp::new().await;
    let shop = shop(&app).await;
    let problem = ask(&app, "nowhere", cut(all())).await.refused(422, "surface.unknown");
    assert_eq!(problem["errors"][0]["pointer"], "/surface", "{problem}");
    let sale = json!({ "schema": "rule.v1", "name": "sale", "select": all(), "steps": [{ "percent": "-5" }],
        "schedule": { "zone": "Europe/Berlin", "at": "2026-01-01 00:00", "until": "2030-12-01 00:00" } });
    ask(&app, "germany", sale).await.refused(422, "price_change.surface_sale");
    let (plan, shown) = plan_on(&app, "germany", cut(all())).await;
    app.approve(&plan).await;
    let allowed = app.editor().get(&plan.path("")).await.expect(200)["allowed"].clone();
    assert_eq!(allowed, json!(["apply"]), "{shown}");
    app.editor().get(&plan.path("/export")).await.refused(422, "price_change.surface");

    let theirs = json!({ "title": "Test", "rules": [app.push_as(&app.other, cut(all())).await], "surface": "germany" });
    let path = format!("/price-changes?project={}", app.other.project);
    let editor = app.person(&app.other, kernel_core::Role::Editor);
    editor.post(&path, theirs).await.refused(422, "surface.unknown");

    let delete =
        format!("priceListDelete(id: \"gid://shopify/PriceList/{GERMANY}\") {{ userErrors {{ code }} }}");
    mutate(&shop, &delete).await;
    app.ingest(&shop).await;
    ask(&app, "germany", cut(all())).await.refused(409, "surface.gone");
    let refused = app.editor().post(&plan.path("/apply"), plan.signed()).await;
    refused.refused(412, "price_change.stale");
    app.finish().await;
}

#[tokio::test]
async fn a_plan_of_a_list_is_overtaken_when_the_base_price_moves() {
    let app = TestApp::new().await;
    let shop = shop(&app).await;
    let (plan, _) = plan_on(&app, "germany", cut(json!({ "sku": { "in": ["S-0-1", "S-1-0"] } }))).await;
    app.approve(&plan).await;
    shop.sim.edit(&[VariantEdit::price("S-1-0", "30.00")]).expect("an edit");
    // Nobody told Calibr yet: the shop shows another price than planned, and it stays.
    let run_id = app.apply(&plan).await;
    let run = app.settled(&run_id).await;
    assert_eq!((count(&run, "applied"), count(&run, "conflict")), (1, 1), "{run}");
    app.ingest(&shop).await;
    let rows = held(&app, "germany").await;
    assert_eq!(rows[1..3], in_eur(&[("S-0-1", 1827, false), ("S-1-0", 2700, true)]));
    app.finish().await;
}
