//! Sales that begin, overlap and end in a shop: what is left is what the remaining rules give, computed anew.

use serde_json::{Value, json};
use simulators::shopify::VariantEdit;

use crate::support::{Plan, Shop, TestApp, gid, goods};

fn sale(name: &str, priority: i32, percent: &str, product_type: &str) -> Value {
    json!({
        "schema": "rule.v1", "name": name, "priority": priority, "select": { "product_type": { "is": product_type } },
        "steps": [{ "percent": percent }], "compare_at": "set_to_before",
        "schedule": { "zone": "Europe/Berlin", "at": "2026-11-01 00:00", "until": "2026-12-01 00:00" },
    })
}

/// Plans, approves and applies; gives the plan.
async fn done(app: &TestApp, new: Value) -> Plan {
    let planned = app.editor().post("/price-changes", new).await.expect(201);
    let text = |field: &str| planned[field].as_str().expect("a text").to_owned();
    let plan = Plan { id: text("id"), hash: text("plan_hash") };
    let run = app.approve_and_apply(&plan).await;
    assert_eq!(run["state"], "applied", "{run}");
    app.hours_pass(30);
    plan
}

async fn begin(app: &TestApp, rule: Value) -> (String, Plan) {
    let id = app.push(rule).await;
    let plan = done(app, json!({ "title": "begin", "rules": [id] })).await;
    (id, plan)
}

async fn end(app: &TestApp, rule: &str) -> Plan {
    done(app, json!({ "title": "end", "rules": [], "ends": [rule] })).await
}

fn cents(shop: &Shop, sku: &str) -> i64 {
    shop.price_of(sku).0.replace('.', "").parse().expect("cents")
}

#[tokio::test]
async fn the_sale_that_ends_first_leaves_what_the_other_gives() {
    let app = TestApp::new().await;
    let shop = app.shop(goods(4, 2)).await;
    let at_first = shop.price_of("S-0-0");
    let base = cents(&shop, "S-0-0");
    let (tents, _) = begin(&app, sale("tents", 1, "-10", "Tents")).await;
    assert_eq!(cents(&shop, "S-0-0"), (base * 9 + 5) / 10);
    // Of two sales the one with the higher priority decides, from the price without either.
    let (more, _) = begin(&app, sale("more", 2, "-20", "Tents")).await;
    assert_eq!(cents(&shop, "S-0-0"), (base * 8 + 5) / 10);
    end(&app, &more).await;
    assert_eq!(cents(&shop, "S-0-0"), (base * 9 + 5) / 10, "what the other sale gives, computed anew");
    let last = end(&app, &tents).await;
    assert_eq!(cents(&shop, "S-0-0"), base);
    app.roll_back(&last).await;
    assert_eq!(cents(&shop, "S-0-0"), (base * 9 + 5) / 10);
    // What was rolled back runs again, so it can end again.
    app.hours_pass(30);
    end(&app, &tents).await;
    assert_eq!(shop.price_of("S-0-0").0, at_first.0);
    app.finish().await;
}

#[tokio::test]
async fn an_edit_during_a_sale_stays_when_it_ends() {
    let app = TestApp::new().await;
    let shop = app.shop(goods(4, 2)).await;
    let (tents, _) = begin(&app, sale("tents", 1, "-10", "Tents")).await;
    let variants = shop.variants();
    let edited = variants.iter().find(|variant| variant.sku.as_deref() == Some("S-0-0")).expect("S-0-0");
    shop.sim.edit(&[VariantEdit::price(&gid(edited), "77.77")]).expect("an edit");
    app.ingest(&shop).await;
    end(&app, &tents).await;
    assert_eq!(shop.price_of("S-0-0").0, "77.77", "an edit is never overwritten");
    app.finish().await;
}

#[tokio::test]
async fn only_what_runs_can_end_and_nothing_is_planned_for_the_past() {
    let app = TestApp::new().await;
    let _shop = app.shop(goods(2, 1)).await;
    let id = app.push(sale("tents", 1, "-10", "Tents")).await;
    let new = json!({ "title": "end", "rules": [], "ends": [id] });
    app.editor().post("/price-changes", new).await.refused(422, "price_change.ends");
    let past = json!({ "title": "past", "rules": [id], "at": "2026-11-01T00:00:00Z" });
    app.editor().post("/price-changes", past).await.refused(422, "price_change.at");
    let early = json!({ "title": "early", "rules": [id], "at": "2026-11-20T00:00:00Z" });
    let planned = app.editor().post("/price-changes", early).await.expect(201);
    let plan = Plan {
        id: planned["id"].as_str().expect("an id").to_owned(),
        hash: planned["plan_hash"].as_str().expect("a hash").to_owned(),
    };
    app.approve(&plan).await;
    app.editor().post(&plan.path("/apply"), plan.signed()).await.refused(409, "price_change.not_due");
    app.finish().await;
}
