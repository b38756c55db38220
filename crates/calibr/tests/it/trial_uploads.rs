//! Files that are only tried: the report is the one that taking them gives, and nothing is there afterwards.

use serde_json::{Value, json};

use crate::support::{TestApp, csv_of};

const PRODUCTS: &str = "Handle,Title,Variant SKU,Variant Price\nthing-0,Thing,thing-0,19.90\nnew,New,N-1,5.00\nbad,Bad,B-1,cheap\n";
const FACTS: &str = "sku,cost\nthing-0,7.50\nnobody,1.00\n";
const HISTORY: &str = "sku,price,valid_from\nthing-1,12.00,2026-09-01\nthing-1,dear,2026-08-01\n";

async fn send(app: &TestApp, path: &str, csv: &str, status: u16) -> Value {
    let mut report = app.editor().post_text(path, "text/csv", csv.to_owned()).await.expect(status);
    report["id"].take();
    report
}

#[tokio::test]
async fn a_tried_file_tells_what_it_would_change_and_changes_nothing() {
    let app = TestApp::new().await;
    app.editor().post_text("/catalog/imports", "text/csv", csv_of("thing", 0, 2)).await.expect(201);
    app.log_settled().await;
    for (path, csv, of_note) in [
        ("/catalog/imports", PRODUCTS, "variants_new"),
        ("/catalog/facts", FACTS, "taken"),
        ("/catalog/history", HISTORY, "taken"),
    ] {
        let before = app.dump().await;
        let tried = send(&app, &format!("{path}?dry_run=true"), csv, 200).await;
        app.assert_unchanged(&before, path).await;
        assert_eq!((&tried[of_note], &tried["refused_count"]), (&json!(1), &json!(1)), "{path}: {tried}");
        let taken = send(&app, path, csv, 201).await;
        assert_eq!(tried, taken, "{path}");
        let again = send(&app, &format!("{path}?dry_run=true"), csv, 200).await;
        assert_eq!(again[of_note], json!(0), "{path} was taken before: {again}");
        app.log_settled().await;
    }
    app.finish().await;
}

#[tokio::test]
async fn what_cannot_be_used_at_all_is_refused_also_when_it_is_tried() {
    let app = TestApp::new().await;
    for path in ["/catalog/imports", "/catalog/facts", "/catalog/history"] {
        let path = format!("{path}?dry_run=true");
        let answer = app.editor().post_text(&path, "text/csv", "colour\nred\n").await;
        assert_eq!(answer.status, 422, "{path}: {}", answer.text);
        assert_eq!(app.viewer().post_text(&path, "text/csv", PRODUCTS).await.status, 403, "{path}");
    }
    app.finish().await;
}
