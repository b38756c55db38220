//! Files of past prices: put before and between what is recorded, which never changes.

use calibr::catalog;
use pricing::Needs;
use serde_json::{Value, json};

use crate::support::{TestApp, csv_of};

const PATH: &str = "/catalog/history?project=demo";

async fn tell(app: &TestApp, csv: &str) -> Value {
    app.editor().post_text(PATH, "text/csv", csv.to_owned()).await.expect(201)
}

fn refused(report: &Value) -> Vec<String> {
    let faults = report["refused"].as_array().expect("a list");
    let text = |fault: &Value, field: &str| fault[field].as_str().expect("a text").to_owned();
    faults.iter().map(|fault| format!("{}: {}", text(fault, "pointer"), text(fault, "code"))).collect()
}

fn counts(report: &Value) -> [u64; 4] {
    ["rows", "taken", "unchanged", "refused_count"].map(|field| report[field].as_u64().expect("a number"))
}

/// An application with `things` variants, imported now (2 November 2026, 10:00 in Berlin).
async fn app_with(things: usize) -> TestApp {
    let app = TestApp::new().await;
    app.editor().post_text("/catalog/imports", "text/csv", csv_of("thing", 0, things)).await.expect(201);
    app
}

/// The prices of a variant as the API tells them, newest first: amount, compare-at, from, to, source.
async fn prices(app: &TestApp, sku: &str) -> Vec<Value> {
    let found = app.viewer().all(&format!("/catalog/variants?project=demo&sku={sku}")).await;
    let id = found[0]["id"].as_str().expect("an id").to_owned();
    let (mut rows, mut cursor) = (Vec::new(), String::new());
    // In pages of two, since prices that were told last are not the newest.
    loop {
        let page = app.viewer().get(&format!("/variants/{id}/prices?limit=2{cursor}")).await.expect(200);
        rows.extend(page["data"].as_array().expect("rows").clone());
        let Some(next) = page["next_cursor"].as_str() else { break };
        cursor = format!("&cursor={next}");
    }
    let shown = |price: &Value| {
        let amounts = [&price["price"]["amount"], &price["compare_at"]["amount"]];
        json!([amounts[0], amounts[1], price["valid_from"], price["valid_to"], price["source"]])
    };
    rows.iter().map(shown).collect()
}

#[tokio::test]
async fn past_prices_come_before_the_present_one() {
    let app = app_with(2).await;
    let csv = "sku,price,compare_at,valid_from,valid_to\n\
               thing-0,12.00,15.00,2026-09-01,\n\
               thing-0,11.00,,2026-07-01T00:00:00Z,2026-08-01T00:00:00Z\n\
               thing-1,9.99,none,2026-10-01,2026-10-15\n";
    let report = tell(&app, csv).await;
    assert_eq!((counts(&report), refused(&report)), ([3, 3, 0, 0], vec![]), "{report}");
    let now = "2026-11-02T09:00:00Z";
    assert_eq!(
        prices(&app, "thing-0").await,
        [
            json!(["10.00", null, now, null, "import"]),
            json!(["12.00", "15.00", "2026-08-31T22:00:00Z", now, "history"]),
            json!(["11.00", null, "2026-07-01T00:00:00Z", "2026-08-01T00:00:00Z", "history"]),
        ]
    );
    assert_eq!(prices(&app, "thing-1").await.len(), 2);
    // Telling the same again changes nothing.
    let before = app.dump().await;
    let again = tell(&app, csv).await;
    assert_eq!(counts(&again), [3, 0, 3, 0], "{again}");
    app.assert_unchanged_but(&before, &["audit_records", "event_log"], "the same file").await;
    app.finish().await;
}

#[tokio::test]
async fn rules_see_the_prices_of_the_last_120_days_and_the_one_before() {
    let app = app_with(1).await;
    let csv =
        "sku,price,valid_from\nthing-0,5.00,2026-01-01\nthing-0,6.00,2026-06-01\nthing-0,7.00,2026-09-01\n";
    assert_eq!(counts(&tell(&app, csv).await), [3, 3, 0, 0]);
    let tx = app.app.db.repeatable_read(app.home.id).await.expect("a transaction");
    let project = calibr::accounts::resolve_project(&tx, Some("demo")).await.expect("a project");
    let snapshot = catalog::snapshot(&app.app, &tx, project.id).await.expect("a snapshot");
    let history =
        snapshot.with_facts(0, Needs::History, |facts| facts.more.history.to_vec()).expect("a variant");
    // 120 days before the second of November is the fifth of July.
    assert_eq!(history.iter().map(|point| point.price_minor).collect::<Vec<_>>(), [600, 700, 1_000]);
    assert_eq!(history[0].from, 1_780_264_800);
    app.finish().await;
}

#[tokio::test]
async fn what_is_recorded_never_changes() {
    let app = app_with(3).await;
    app.hours_pass(48);
    let moved = csv_of("thing", 0, 3).replace("10.00", "11.00");
    app.editor().post_text("/catalog/imports", "text/csv", moved).await.expect(201);
    let before = prices(&app, "thing-0").await;
    let report = tell(
        &app,
        "sku,price,valid_from,valid_to,surface\n\
         thing-0,8.00,2026-10-01,2026-11-03,\n\
         thing-0,8.00,2026-11-03,,\n\
         thing-0,8.00,2026-11-05,,base\n\
         thing-1,8.00,2026-10-02,2026-10-09,\n\
         thing-1,7.00,2026-10-05,2026-10-12,\n\
         thing-1,,2026-10-13,2026-10-12,\n\
         thing-2,8.00,2026-10-01,2026-12-01,\n\
         thing-2,8.00,none,,De\n\
         thing-3,8.00,2026-10-01,,\n\
         thing-2,8.00,2026-10-01,,de\n",
    )
    .await;
    assert_eq!(
        refused(&report),
        [
            "line 2: history.overlap",
            "line 3: history.overlap",
            "line 4, column valid_from: history.not_past",
            "line 6: history.overlap",
            "line 7, column price: cell.empty",
            "line 7, column valid_to: history.span",
            "line 8, column valid_to: history.not_past",
            "line 9, column valid_from: cell.empty",
            "line 9, column surface: cell.surface",
            "line 10: variant.unknown",
        ],
        "{report}"
    );
    assert_eq!(counts(&report), [10, 2, 0, 8], "{report}");
    assert_eq!(prices(&app, "thing-0").await, before);
    let elsewhere = "select unit_amount_minor, valid_to is null from price_versions where surface = 'de'";
    let row = app.owner.query_one(elsewhere, &[]).await.expect("one price");
    assert_eq!((row.get::<_, i64>(0), row.get::<_, bool>(1)), (800, true));
    app.finish().await;
}

#[tokio::test]
async fn a_file_that_is_no_history_is_refused_whole() {
    let app = app_with(1).await;
    let before = app.dump().await;
    for (csv, code) in [
        ("sku,price\nthing-0,5\n", "file.column_missing"),
        ("sku,valid_from\nthing-0,2026-01-01\n", "file.column_missing"),
        ("sku,price,valid_form\nthing-0,5,2026-01-01\n", "file.column_unknown"),
    ] {
        app.editor().post_text(PATH, "text/csv", csv).await.refused(422, code);
    }
    app.assert_unchanged(&before, "a refused file").await;
    app.finish().await;
}

#[tokio::test]
async fn a_long_history_is_taken_in_any_order() {
    const THINGS: usize = 1_300;
    let app = app_with(THINGS).await;
    let mut csv = "sku,price,valid_from\n".to_owned();
    for day in [20, 5, 12] {
        for thing in (0..THINGS).rev() {
            csv.push_str(&format!("thing-{thing},{day}.00,2026-10-{day:02}\n"));
        }
    }
    let report = tell(&app, &csv).await;
    assert_eq!(counts(&report), [3 * THINGS as u64, 3 * THINGS as u64, 0, 0], "{report}");
    for thing in [0, 999, 1_000, THINGS - 1] {
        let amounts: Vec<Value> =
            prices(&app, &format!("thing-{thing}")).await.iter().map(|price| price[0].clone()).collect();
        assert_eq!(amounts[1..], [json!("20.00"), json!("12.00"), json!("5.00")]);
    }
    let gaps = "select count(*) from price_versions a where source = 'history' and not exists (select from price_versions b
        where b.variant_id = a.variant_id and b.valid_from = a.valid_to)";
    assert_eq!(app.owner.query_one(gaps, &[]).await.expect("a number").get::<_, i64>(0), 0);
    app.finish().await;
}

#[tokio::test]
async fn a_reduction_that_runs_for_long_is_still_counted_from_the_price_before_it() {
    let app = TestApp::new().await;
    let csv = "Handle,Title,Variant SKU,Variant Price,Variant Compare At Price\n\
               a,A,A-1,80.00,100.00\nb,B,B-1,80.00,\n";
    app.editor().post_text("/catalog/imports", "text/csv", csv).await.expect(201);
    let past = "sku,price,compare_at,valid_from,valid_to\n\
                A-1,50.00,,2026-01-01,2026-02-01\nA-1,100.00,,2026-02-01,2026-06-10\n\
                A-1,80.00,100.00,2026-06-10,2026-06-20\nA-1,80.00,100.00,2026-06-20,\n\
                B-1,100.00,,2026-02-01,2026-06-10\nB-1,80.00,,2026-06-10,\n";
    assert_eq!(counts(&tell(&app, past).await), [6, 6, 0, 0]);
    let tx = app.app.db.repeatable_read(app.home.id).await.expect("a transaction");
    let project = calibr::accounts::resolve_project(&tx, Some("demo")).await.expect("a project");
    let snapshot = catalog::snapshot(&app.app, &tx, project.id).await.expect("a snapshot");
    let mut histories = std::collections::BTreeMap::new();
    snapshot.for_each(Needs::History, |facts| {
        let history: Vec<i64> = facts.more.history.iter().map(|point| point.price_minor).collect();
        histories.insert(facts.sku.to_owned(), history);
    });
    // The winter price ended months before the reduction, and what is not reduced needs no older prices.
    assert_eq!(histories["A-1"], [10_000, 8_000, 8_000, 8_000]);
    assert_eq!(histories["B-1"], [8_000, 8_000]);
    drop(tx);
    let law = json!({ "schema": "guardrails.v1", "omnibus": { "country": "DE" } });
    app.admin().post("/guardrails", law).await.expect(201);
    let announce = |percent: &str| {
        json!({ "schema": "rule.v1", "name": "announce", "select": { "sku": { "is": "A-1" } },
            "steps": [{ "set": "79.00 EUR" }], "compare_at": { "percent_above": percent } })
    };
    let row = async |percent: &str| {
        let preview = app.viewer().post("/rules/preview", announce(percent)).await.expect(200);
        preview["sample"][0].clone()
    };
    // 158.00 was never asked; the reduction that runs since June is counted from 100.00.
    let unlawful = row("100").await;
    assert_eq!(unlawful["violated"], json!(["omnibus"]), "{unlawful}");
    let lawful = row("25").await;
    assert_eq!((&lawful["violated"], &lawful["prior_price"]["amount"]), (&json!([]), &json!("100.00")));
    app.finish().await;
}
