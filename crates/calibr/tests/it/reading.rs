//! What people read: filters of the catalogue and the audit, previews, the progress of a run, health and the document.

use serde_json::{Value, json};
use simulators::shopify::{Fault, FaultKind};

use crate::support::{TestApp, csv_of, goods};

fn rule(percent: &str) -> Value {
    json!({
        "schema": "rule.v1", "name": "all", "select": { "product_type": { "in": ["Tents", "Mugs"] } },
        "steps": [{ "percent": percent }], "constraints": { "maximum_move": { "amount": "3 EUR" } },
    })
}

fn texts(rows: &[Value], field: &str) -> Vec<String> {
    rows.iter().map(|row| row[field].as_str().expect("a text").to_owned()).collect()
}

#[tokio::test]
async fn the_catalogue_is_found_by_words_and_by_fields() {
    let app = TestApp::new().await;
    app.shop(goods(4, 2)).await;
    let odd = "Handle,Title,Vendor,Variant SKU,Variant Price\nodd,100 % wool_x,Fjell,ODD-1,1.00\n";
    app.editor().post_text("/catalog/imports", "text/csv", odd).await.expect(201);
    let cases: [(&str, &[&str]); 12] = [
        ("q=s-1-", &["S-1-0", "S-1-1"]),
        ("q=GOODS%203", &["S-3-0", "S-3-1"]),
        ("q=nordlys", &["S-1-0", "S-1-1", "S-3-0", "S-3-1"]),
        ("q=%25", &["ODD-1"]),
        ("q=wool_", &["ODD-1"]),
        ("q=s_1", &[]),
        ("sku=S-1-0", &["S-1-0"]),
        ("sku=s-1-0", &[]),
        ("vendor=Fjell", &["S-0-0", "S-0-1", "S-2-0", "S-2-1", "ODD-1"]),
        ("product_type=Mugs", &["S-1-0", "S-1-1"]),
        ("tag=sale", &["S-0-0", "S-0-1", "S-2-0", "S-2-1"]),
        ("tag=sale&q=goods%202", &["S-2-0", "S-2-1"]),
    ];
    for (query, expected) in cases {
        let found = app.viewer().all(&format!("/catalog/variants?{query}")).await;
        assert_eq!(texts(&found, "sku"), expected, "{query}");
    }
    let found = app.viewer().all("/catalog/products?q=goods-2").await;
    assert_eq!(
        (texts(&found, "handle"), &found[0]["variants_count"]),
        (vec!["goods-2".to_owned()], &json!(2))
    );
    let one = app.viewer().all("/catalog/variants?sku=S-0-1").await.remove(0);
    let by_id =
        app.viewer().get(&format!("/variants/{}", one["id"].as_str().expect("an id"))).await.expect(200);
    assert_eq!(by_id, one);
    assert_eq!(one["cost"], json!({ "amount": "10.68", "currency": "EUR" }));
    app.finish().await;
}

#[tokio::test]
async fn the_audit_is_found_by_who_what_and_when() {
    let app = TestApp::new().await;
    let start = app.now();
    app.editor().post_text("/catalog/imports", "text/csv", csv_of("thing", 0, 1)).await.expect(201);
    app.hours_pass(1);
    let noon = app.now();
    let rule = app.push(json!({
        "schema": "rule.v1", "name": "all", "select": { "all_variants": true }, "steps": [{ "percent": "1" }],
    }));
    let rule = rule.await;
    app.admin().post("/tokens", json!({ "name": "t", "scopes": [] })).await.expect(201);
    let cases: [(String, &[&str]); 8] = [
        (String::new(), &["token.created", "rule.pushed", "catalog.imported"]),
        ("actor=editor@home.test".to_owned(), &["rule.pushed", "catalog.imported"]),
        ("action=rule.pushed".to_owned(), &["rule.pushed"]),
        ("entity_type=token".to_owned(), &["token.created"]),
        (format!("entity_id={rule}"), &["rule.pushed"]),
        (format!("from={noon}"), &["token.created", "rule.pushed"]),
        (format!("to={noon}"), &["catalog.imported"]),
        (format!("from={start}&to={noon}&actor=admin@home.test"), &[]),
    ];
    for (query, expected) in cases {
        let found = app.viewer().all(&format!("/audit?{query}")).await;
        assert_eq!(texts(&found, "action"), expected, "{query}");
    }
    let record = app.viewer().all("/audit?action=rule.pushed").await.remove(0);
    let correlated =
        app.viewer().all(&format!("/audit?correlation_id={}", texts(&[record], "correlation_id")[0])).await;
    assert_eq!(texts(&correlated, "action"), ["rule.pushed"]);
    app.viewer().get("/audit?from=yesterday").await.refused(400, "query.invalid");
    app.finish().await;
}

#[tokio::test]
async fn a_preview_says_what_the_plan_will_say_and_stores_nothing() {
    let app = TestApp::new().await;
    app.shop(goods(6, 2)).await;
    let before = app.dump().await;
    let preview = app.viewer().post("/rules/preview", rule("-12")).await.expect(200);
    app.assert_unchanged(&before, "a preview").await;
    let id = app.push(rule("-12")).await;
    let again = app.viewer().post(&format!("/rules/{id}/preview"), json!({})).await.expect(200);
    assert_eq!(again, preview, "a stored rule previews like its document");
    let new = json!({ "title": "T", "rules": [id] });
    let plan = app.editor().post("/price-changes", new).await.expect(201);
    assert_eq!(plan["impact"], preview["impact"]);
    let path = format!("/price-changes/{}/rows", plan["id"].as_str().expect("an id"));
    let rows = app.viewer().all(&path).await;
    let counts = &plan["impact"]["counts"];
    for outcome in ["raise", "cut", "same", "blocked", "skipped"] {
        let of_it = app.viewer().all(&format!("{path}?outcome={outcome}")).await;
        assert_eq!(counts[outcome], of_it.len(), "{outcome}");
        assert!(of_it.iter().all(|row| row["outcome"] == outcome));
    }
    assert_eq!(counts["not_selected"], 12 - rows.len());
    for (shown, row) in preview["sample"].as_array().expect("rows").iter().zip(&rows) {
        for field in ["sku", "title", "outcome", "before", "after", "change_pct", "reason"] {
            assert_eq!(shown[field], row[field], "{field}");
        }
    }
    // Newer versions of the rule leave the plan as it was.
    app.push(rule("-1")).await;
    assert_eq!(app.viewer().all(&path).await, rows);
    app.finish().await;
}

/// The events of a stream as kind, id and data.
fn events(stream: &str) -> Vec<(String, u64, Value)> {
    let blocks = stream.split("\n\n").filter(|block| block.contains("event:"));
    let read = |block: &str| {
        let field = |name: &str| {
            let line = block.lines().find_map(|line| line.strip_prefix(name)).expect(name);
            line.trim().to_owned()
        };
        let data = serde_json::from_str(&field("data:")).expect("a run");
        (field("event:"), field("id:").parse().expect("a number"), data)
    };
    blocks.map(read).collect()
}

#[tokio::test]
async fn a_run_is_followed_from_its_start_to_its_end() {
    let app = TestApp::new().await;
    let shop = app.shop(goods(6, 2)).await;
    let plan = app.plan(rule("-5")).await;
    app.approve(&plan).await;
    shop.sim
        .add_fault(Fault::once(FaultKind::HoldBeforeCommit { hold_ms: None }, "productVariantsBulkUpdate"));
    let run = app.apply(&plan).await;
    shop.sim.wait_held(1).await;
    let viewer = app.viewer();
    let request = viewer.request(reqwest::Method::GET, &format!("/runs/{run}/events"));
    let mut response = request.send().await.expect("an answer");
    assert_eq!(response.headers()["content-type"], "text/event-stream");
    let mut stream = String::new();
    while let Some(chunk) = response.chunk().await.expect("a chunk") {
        stream.push_str(std::str::from_utf8(&chunk).expect("text"));
        shop.sim.release();
    }
    let events = events(&stream);
    // Ids are places in the event log.
    assert!(events.iter().map(|(_, id, _)| *id).is_sorted(), "{stream}");
    let newest = "select max(position) from event_log where entity_type = 'run' and entity_id = $1";
    let newest: i64 = app.owner.query_one(newest, &[&run]).await.expect("a place").get(0);
    assert_eq!(events[events.len() - 1].1, newest.unsigned_abs());
    let (first, last) = (&events[0], &events[events.len() - 1]);
    assert_eq!((first.0.as_str(), &first.2["state"]), ("run", &json!("applying")));
    assert_eq!((last.0.as_str(), &last.2["settled"]), ("end", &json!(true)));
    assert!(events[..events.len() - 1].iter().all(|(kind, ..)| kind == "run"));
    assert_eq!(last.2, app.viewer().get(&format!("/runs/{run}")).await.expect(200));
    // Following a run that has ended tells its end at once.
    let late = app.viewer().get(&format!("/runs/{run}/events")).await.text;
    assert!(late.contains("event: run") && late.contains("event: end"), "{late}");
    // Whoever heard everything hears only that; whoever missed something hears how the run stands first.
    let events_path = format!("/runs/{run}/events");
    let resumed = |place: i64| {
        let request = viewer.request(reqwest::Method::GET, &events_path);
        request.header("last-event-id", place.to_string())
    };
    let heard_all = viewer.send(resumed(newest)).await.text;
    assert!(!heard_all.contains("event: run") && heard_all.contains("event: end"), "{heard_all}");
    let missed = viewer.send(resumed(newest - 1)).await.text;
    assert!(missed.contains("event: run") && missed.contains(&format!("id: {newest}")), "{missed}");
    app.finish().await;
}

#[tokio::test]
async fn the_server_tells_how_it_is_and_what_it_can_do() {
    let app = TestApp::new().await;
    let health = app.anon().get("/api/health").await.expect(200);
    assert_eq!((&health["status"], &health["database"]), (&json!("ok"), &json!("ok")));
    let served = app.anon().get("/api/openapi.json").await.expect(200);
    assert_eq!(served, serde_json::to_value(calibr::app::openapi()).expect("JSON"));
    let metrics = app.anon().get("/api/metrics").await;
    assert_eq!(metrics.header("content-type"), Some("text/plain; version=0.0.4; charset=utf-8"));
    let projects = app.viewer().all("/projects").await;
    assert_eq!(
        (texts(&projects, "slug"), &projects[0]["currency"]),
        (vec!["demo".to_owned()], &json!("EUR"))
    );
    app.home.add_project(&app.app, "second", "EUR").await;
    let required = app.viewer().get("/rules").await.refused(400, "project.required");
    assert_eq!(required["errors"][0]["pointer"], "/project");
    app.viewer().get("/rules?project=second").await.expect(200);
    app.finish().await;
}
