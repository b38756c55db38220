//! `rules/simulate`: a past catalogue gives what the preview gave then, a supposed one what it would give if it were so.

use kernel_core::Role;
use serde_json::{Value, json};

use crate::support::{TestApp, goods};

fn rule() -> Value {
    json!({
        "schema": "rule.v1", "name": "sale", "select": { "price": { "gt": "20 EUR" } },
        "steps": [{ "percent": "-10" }], "rounding": { "ending": ".99" }, "compare_at": "set_to_before",
    })
}

/// Thirty products; the price of each in cents, whole or not.
async fn import(app: &TestApp, project: &str, price: impl Fn(u32) -> u32) {
    let mut csv = "Handle,Title,Variant SKU,Variant Price,Cost per item\n".to_owned();
    for number in 0..30 {
        let cents = price(number);
        csv.push_str(&format!(
            "g-{number},Good {number},S-{number},{}.{:02},12.00\n",
            cents / 100,
            cents % 100
        ));
    }
    let path = format!("/catalog/imports?project={project}");
    app.editor().post_text(&path, "text/csv", csv).await.expect(201);
}

async fn simulate(app: &TestApp, query: &str) -> Value {
    app.viewer().post(&format!("/rules/simulate?{query}"), rule()).await.expect(200)
}

async fn preview(app: &TestApp, project: &str) -> Value {
    app.viewer().post(&format!("/rules/preview?project={project}"), rule()).await.expect(200)
}

/// Everything but the ids, which differ between two projects with the same goods.
fn without_ids(mut preview: Value) -> Value {
    for list in ["worst", "sample"] {
        for row in preview[list].as_array_mut().expect("rows") {
            row["variant_id"] = Value::Null;
        }
    }
    preview
}

#[tokio::test]
async fn the_past_gives_what_the_preview_gave_then() {
    let app = TestApp::new().await;
    import(&app, "demo", |number| 1500 + number * 137).await;
    app.hours_pass(24 * 20);
    let then = app.now();
    let first = preview(&app, "demo").await;
    assert_ne!(first["impact"]["counts"]["cut"], 0);
    app.hours_pass(24 * 30);
    import(&app, "demo", |number| 2500 + number * 11).await;
    app.hours_pass(24 * 20);
    let before = app.dump().await;
    let now = preview(&app, "demo").await;
    assert_ne!(now, first);
    assert_eq!(simulate(&app, &format!("at={then}")).await, first);
    assert_eq!(simulate(&app, &format!("at={}", app.now())).await, now);
    assert_eq!(simulate(&app, "").await, now);
    // Before the first import there was nothing to price.
    let earlier = then - jiff::SignedDuration::from_hours(24 * 21);
    assert_eq!(simulate(&app, &format!("at={earlier}")).await["variants"], 0);
    app.assert_unchanged(&before, "a simulation").await;
    app.finish().await;
}

#[tokio::test]
async fn supposed_prices_give_what_such_a_catalogue_gives() {
    let app = TestApp::new().await;
    app.home.add_project(&app.app, "dearer", "EUR").await;
    import(&app, "demo", |number| 1500 + number * 140).await;
    import(&app, "dearer", |number| (1500 + number * 140) * 11 / 10).await;
    let dearer = without_ids(preview(&app, "dearer").await);
    assert_eq!(without_ids(simulate(&app, "price_change_pct=10&project=demo").await), dearer);
    assert_ne!(without_ids(preview(&app, "demo").await), dearer);
    app.finish().await;
}

#[tokio::test]
async fn costs_and_tax_move_the_margin() {
    let app = TestApp::new().await;
    let csv = "Handle,Title,Variant SKU,Variant Price,Cost per item\na,A,A-1,100.00,60.00\n";
    app.editor().post_text("/catalog/imports", "text/csv", csv).await.expect(201);
    let rule = json!({ "schema": "rule.v1", "name": "sale", "select": { "all_variants": true }, "steps": [{ "percent": "-10" }] });
    let margin = async |path: &str| {
        let preview = app.viewer().post(path, rule.clone()).await.expect(200);
        let margin = &preview["impact"]["margin"];
        (margin["before_pct"].clone(), margin["after_pct"].clone())
    };
    // (100 − 60) / 100 and (90 − 60) / 90; with a cost of 66 (100 − 66) / 100 and (90 − 66) / 90.
    assert_eq!(margin("/rules/simulate").await, (json!("40.00"), json!("33.33")));
    assert_eq!(margin("/rules/simulate?cost_change_pct=10").await, (json!("34.00"), json!("26.67")));
    // With a fifth of tax inside, 100 is 83.333… net and 90 is 75.
    app.admin().patch_over("/projects/demo", json!({ "tax_rate_pct": "20" }), "\"v1\"").await.expect(200);
    assert_eq!(margin("/rules/simulate").await, (json!("28.00"), json!("20.00")));
    assert_eq!(margin("/rules/preview").await, (json!("28.00"), json!("20.00")));
    app.finish().await;
}

#[tokio::test]
async fn what_cannot_be_supposed_is_refused_with_its_place() {
    let app = TestApp::new().await;
    let later = app.now() + jiff::SignedDuration::from_hours(1);
    let long_ago = app.now() - jiff::SignedDuration::from_hours(24 * 121);
    for (query, code, pointer) in [
        (format!("at={later}"), "simulate.at", "/at"),
        (format!("at={long_ago}"), "simulate.at", "/at"),
        ("cost_change_pct=-100.1".to_owned(), "simulate.percent", "/cost_change_pct"),
        ("reference_change_pct=a%20lot".to_owned(), "simulate.percent", "/reference_change_pct"),
        ("price_change_pct=1e3".to_owned(), "simulate.percent", "/price_change_pct"),
    ] {
        let answer = app.viewer().post(&format!("/rules/simulate?{query}"), rule()).await;
        assert_eq!(answer.refused(422, code)["errors"][0]["pointer"], pointer, "{query}");
    }
    app.viewer().post("/rules/simulate?at=yesterday", rule()).await.refused(400, "query.invalid");
    let other = app.person(&app.other, Role::Viewer);
    other.post("/rules/simulate?project=demo", rule()).await.refused(404, "not_found");
    app.finish().await;
}

fn sale(name: &str, percent: &str, schedule: Value) -> Value {
    json!({
        "schema": "rule.v1", "name": name, "select": { "all_variants": true }, "steps": [{ "percent": percent }],
        "schedule": schedule,
    })
}

#[tokio::test]
async fn a_rule_outside_its_schedule_is_simulated_as_if_in_force() {
    let app = TestApp::new().await;
    import(&app, "demo", |number| 1500 + number * 137).await;
    app.hours_pass(24 * 30);
    let schedule = |at: &str, until: &str| json!({ "zone": "Europe/Berlin", "at": at, "until": until });
    let next_week = sale("soon", "-10", schedule("2026-12-10 00:00", "2026-12-12 00:00"));
    let over = sale("over", "-10", schedule("2026-10-10 00:00", "2026-10-12 00:00"));
    let preview = app.viewer().post("/rules/preview", next_week.clone()).await.expect(200);
    assert_eq!(preview["impact"]["counts"]["cut"], 30);
    let past = app.now() - jiff::SignedDuration::from_hours(24);
    for (document, query) in [
        (&next_week, String::new()),
        (&next_week, "cost_change_pct=0".to_owned()),
        (&over, String::new()),
        (&next_week, format!("at={past}")),
    ] {
        let path = format!("/rules/simulate?{query}");
        let simulated = app.viewer().post(&path, document.clone()).await.expect(200);
        assert_eq!(simulated["impact"]["counts"]["cut"], 30, "{query} {document}");
        if query.starts_with("cost") || query.is_empty() && document == &next_week {
            assert_eq!(simulated, preview);
        }
    }
    app.finish().await;
}

#[tokio::test]
async fn variants_in_a_running_sale_are_priced_as_the_preview_prices_them() {
    let app = TestApp::new().await;
    let _shop = app.shop(goods(4, 2)).await;
    let november = json!({ "zone": "Europe/Berlin", "at": "2026-11-01 00:00", "until": "2026-12-01 00:00" });
    let running = app.plan(sale("running", "-10", november.clone())).await;
    let run = app.approve_and_apply(&running).await;
    assert_eq!(run["state"], "applied", "{run}");
    app.hours_pass(24);
    let mut deeper = sale("deeper", "-20", november.clone());
    deeper["priority"] = json!(1);
    for document in [deeper.clone(), sale("running", "-30", november)] {
        let preview = app.viewer().post("/rules/preview", document.clone()).await.expect(200);
        assert_eq!(preview["impact"]["counts"]["cut"], 8);
        for query in ["", "cost_change_pct=0", "price_change_pct=0"] {
            let path = format!("/rules/simulate?{query}");
            let simulated = app.viewer().post(&path, document.clone()).await.expect(200);
            assert_eq!(simulated, preview, "{query}");
        }
    }
    // With dearer goods the sale gives what it would give from the dearer price.
    let dearer = app.viewer().post("/rules/simulate?price_change_pct=7", deeper).await.expect(200);
    let rows = dearer["sample"].as_array().expect("rows");
    assert_eq!(rows.len(), 8);
    for row in rows {
        let sku = row["sku"].as_str().expect("a SKU");
        let (product, variant) = sku["S-".len()..].split_once('-').expect("a SKU of the shop");
        let number = |text: &str| text.parse::<i64>().expect("a number");
        let base = ((2000 + 137 * (2 * number(product) + number(variant))) * 107 + 50) / 100;
        let cents = |field: &str| {
            let amount = row[field]["amount"].as_str().expect("an amount");
            amount.replace('.', "").parse::<i64>().expect("cents")
        };
        assert_eq!((cents("before"), cents("after")), ((base * 9 + 5) / 10, (base * 8 + 5) / 10), "{row}");
    }
    app.finish().await;
}
