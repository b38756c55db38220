//! Drift in price lists: found by the sweep and by runs that look again, since no webhook tells of it, and settled like
//! drift of base prices.

use serde_json::{Value, json};
use simulators::shopify::{JournalEntry, VariantEdit};

use crate::price_list_runs::{count, cut, fixed, plan_on};
use crate::price_lists::{ABROAD, fix, free, held, mutate, shop};
use crate::support::{Plan, Shop, TestApp};

/// Open drifts of a surface as SKU, what is wanted and what is seen; `~` where it follows the base price.
async fn open(app: &TestApp, surface: &str) -> Vec<(String, String, String)> {
    let drifts = app.viewer().all(&format!("/drifts?state=open&surface={surface}")).await;
    let told = |drift: &Value, side: &str| {
        let follows = if drift[format!("{side}_relative")] == true { "~" } else { "" };
        format!("{follows}{}", drift[side]["amount"].as_str().unwrap_or("none"))
    };
    let brief = |drift: &Value| {
        assert_eq!(drift["surface"], surface);
        (drift["sku"].as_str().expect("a SKU").to_owned(), told(drift, "expected"), told(drift, "found"))
    };
    let mut found: Vec<_> = drifts.iter().map(brief).collect();
    found.sort();
    found
}

fn row(sku: &str, expected: &str, found: &str) -> (String, String, String) {
    (sku.to_owned(), expected.to_owned(), found.to_owned())
}

/// How often rows of price lists were asked for.
fn list_readings(shop: &Shop) -> usize {
    let is_reading = |entry: &JournalEntry| entry.operation_name.as_deref() == Some("ReadListPrices");
    shop.sim.journal().iter().filter(|entry| is_reading(entry)).count()
}

async fn ids(app: &TestApp, query: &str) -> Value {
    let drifts = app.viewer().all(&format!("/drifts?state=open&{query}")).await;
    json!({ "drifts": drifts.iter().map(|drift| drift["id"].clone()).collect::<Vec<_>>() })
}

#[tokio::test]
async fn the_sweep_finds_rows_that_were_set_and_rows_that_follow_again() {
    let app = TestApp::new().await;
    let shop = shop(&app).await;
    let asked_before = list_readings(&shop);
    app.sweep(&shop).await;
    assert!(app.viewer().all("/drifts").await.is_empty(), "all is as it was read");
    assert_eq!(list_readings(&shop) - asked_before, 2, "a page of each list, and no product by itself");

    fix(&shop, "S-0-0", "16.00", "Germany");
    fix(&shop, "S-1-0", "20.47", "Germany");
    free(&shop, "S-0-1", "Abroad");
    // What follows it in Germany moves with it, and is no drift of its own.
    shop.sim.edit(&[VariantEdit::price("S-2-0", "30.00")]).expect("edited");
    app.sweep(&shop).await;
    assert_eq!(open(&app, "base").await, [row("S-2-0", "25.48", "30.00")]);
    let germany = [row("S-0-0", "15.00", "16.00"), row("S-1-0", "~20.47", "20.47")];
    assert_eq!(open(&app, "germany").await, germany);
    assert_eq!(open(&app, "abroad").await, [row("S-0-1", "9.99", "none")], "it has no price in dollars");
    let asked_before = list_readings(&shop);
    app.sweep(&shop).await;
    let told = app.audit("drift.found").await;
    assert_eq!(told.len(), 4, "found again, told once");
    assert_eq!(list_readings(&shop) - asked_before, 2, "what is known is not asked for again");
    let surfaces: Vec<&Value> = told.iter().map(|one| &one["after"]["surface"]).collect();
    assert!(surfaces.contains(&&json!("germany")) && surfaces.contains(&&Value::Null), "{surfaces:?}");
    let (exit, text) = app.viewer().cli(&["drift", "list", "--state", "open"]).await;
    assert!(exit == Some(0) && text.contains("germany") && text.contains("no price"), "{text}");

    // The same SKU may differ on two surfaces; what is put right on one ends there alone.
    shop.sim.edit(&[VariantEdit::price("S-0-0", "21.00")]).expect("edited");
    fix(&shop, "S-0-0", "15.00", "Germany");
    app.sweep(&shop).await;
    assert_eq!(open(&app, "germany").await, [row("S-1-0", "~20.47", "20.47")]);
    assert_eq!(open(&app, "base").await.len(), 2);
    app.finish().await;
}

#[tokio::test]
async fn what_a_list_shows_is_adopted() {
    let app = TestApp::new().await;
    let shop = shop(&app).await;
    fix(&shop, "S-1-0", "19.00", "Germany");
    free(&shop, "S-0-0", "Germany");
    free(&shop, "S-0-1", "Abroad");
    app.sweep(&shop).await;
    app.editor().post("/drifts/adopt", ids(&app, "").await).await.expect(200);
    let germany = held(&app, "germany").await;
    assert_eq!(germany[0], ("S-0-0".to_owned(), "EUR".to_owned(), 1800, true));
    assert_eq!(germany[2], ("S-1-0".to_owned(), "EUR".to_owned(), 1900, false));
    assert!(held(&app, "abroad").await.is_empty(), "there is nothing to compute with any more");
    assert_eq!(held(&app, "base").await[0].2, 2000, "base prices are untouched");
    app.sweep(&shop).await;
    assert!(app.viewer().all("/drifts?state=open").await.is_empty());
    app.finish().await;
}

#[tokio::test]
async fn what_a_list_shows_is_put_back_by_a_plan_of_that_list() {
    let app = TestApp::new().await;
    let shop = shop(&app).await;
    fix(&shop, "S-0-0", "16.00", "Germany");
    fix(&shop, "S-1-0", "19.00", "Germany");
    shop.sim.edit(&[VariantEdit::price("S-2-0", "30.00")]).expect("edited");
    app.sweep(&shop).await;
    let put_back = async |query: &str| {
        let ids = ids(&app, query).await;
        app.editor().post("/drifts/put-back", ids).await
    };
    put_back("").await.refused(422, "drift.several_surfaces");
    // One row followed the base price, which no rule can bring about.
    put_back("surface=germany").await.refused(422, "drift.not_plannable");
    let settled = put_back("surface=germany&q=S-0-0").await.expect(201);
    let id = settled["price_change"].as_str().expect("a price change");
    let change = app.viewer().get(&format!("/price-changes/{id}")).await.expect(200);
    assert_eq!((&change["surface"], &change["rows_to_apply"]), (&json!("germany"), &json!(1)));
    assert_eq!(
        fixed(&shop, "S-0-0").as_deref(),
        Some("16.00"),
        "nothing is written before somebody approves"
    );
    let hash = change["plan_hash"].as_str().expect("a hash").to_owned();
    app.approve_and_apply(&Plan { id: id.to_owned(), hash }).await;
    assert_eq!(fixed(&shop, "S-0-0").as_deref(), Some("15.00"));
    app.sweep(&shop).await;
    assert_eq!(open(&app, "germany").await, [row("S-1-0", "~20.47", "19.00")]);

    // Held by us, and following the base price at the very amount: a rule would find nothing to do.
    fix(&shop, "S-2-1", "24.17", "Germany");
    app.ingest(&shop).await;
    free(&shop, "S-2-1", "Germany");
    app.sweep(&shop).await;
    put_back("surface=germany&q=S-2-1").await.refused(422, "drift.not_plannable");
    app.finish().await;
}

#[tokio::test]
async fn a_policy_acts_on_lists_too() {
    let app = TestApp::new().await;
    let shop = shop(&app).await;
    app.admin().put("/drifts/policy", json!({ "policy": "put_back" })).await.expect(200);
    fix(&shop, "S-0-0", "16.00", "Germany");
    shop.sim.edit(&[VariantEdit::price("S-2-0", "30.00")]).expect("edited");
    app.sweep(&shop).await;
    let settled = app.viewer().all("/drifts?state=put_back").await;
    assert_eq!(settled.len(), 2, "a price change for each surface: {settled:?}");
    assert_ne!(settled[0]["price_change"], settled[1]["price_change"]);
    app.finish().await;
}

#[tokio::test]
async fn a_list_that_cannot_be_read_for_good_holds_up_no_other() {
    let app = TestApp::new().await;
    let shop = shop(&app).await;
    let id = format!("gid://shopify/PriceList/{ABROAD}");
    mutate(
        &shop,
        &format!("priceListUpdate(id: \"{id}\", input: {{ currency: CAD }}) {{ userErrors {{ code }} }}"),
    )
    .await;
    fix(&shop, "S-0-0", "16.00", "Germany");
    shop.sim.edit(&[VariantEdit::price("S-2-0", "30.00")]).expect("edited");
    app.sweep(&shop).await;
    assert_eq!((open(&app, "base").await.len(), open(&app, "abroad").await.len()), (1, 0));
    assert_eq!(open(&app, "germany").await, [row("S-0-0", "15.00", "16.00")]);
    let jobs = app.admin().all("/jobs?kind=drifts.sweep").await;
    assert!(jobs.iter().all(|job| job["state"] == "done"), "{jobs:?}");
    app.finish().await;
}

#[tokio::test]
async fn a_run_that_looks_again_at_a_list_notes_drift() {
    let app = TestApp::new().await;
    app.look_after_runs();
    let shop = shop(&app).await;
    let (plan, _) = plan_on(&app, "germany", cut(json!({ "all_variants": true }))).await;
    let run = app.approve_and_apply(&plan).await;
    assert_eq!(count(&run, "verified"), 6, "{run}");
    free(&shop, "S-1-0", "Germany");
    app.minutes_pass(5);
    app.jobs_done().await;
    // 22.74 less five percent of 20.47 was written; a tenth below the base price is what it follows to.
    assert_eq!(open(&app, "germany").await, [row("S-1-0", "19.45", "~20.47")]);
    let drift = &app.viewer().all("/drifts?state=open").await[0];
    assert_eq!(drift["found_by"], "run");
    let targets = app.targets(&run).await;
    let target = targets.iter().find(|target| target["sku"] == "S-1-0").expect("a target");
    assert_eq!(
        (&target["reason_code"], &target["observed"]["amount"]),
        (&json!("drift.since"), &json!("20.47"))
    );
    assert!(open(&app, "base").await.is_empty());
    app.finish().await;
}
