//! `rules/diff` against two previews read row by row: what it counts is what differs between them.

use std::collections::BTreeMap;

use kernel_core::Role;
use serde_json::{Value, json};

use crate::support::{TestApp, goods};

fn rule(percent: &str, select: Value) -> Value {
    json!({ "schema": "rule.v1", "name": "sale", "select": select, "steps": [{ "percent": percent }] })
}

/// What a document would leave each variant with: the price that it writes, or nothing.
async fn writes(app: &TestApp, document: &Value) -> BTreeMap<String, Value> {
    let preview = app.viewer().post("/rules/preview", document.clone()).await.expect(200);
    let rows = preview["sample"].as_array().expect("rows").iter();
    let written = rows.filter(|row| row["outcome"] == "raise" || row["outcome"] == "cut");
    written.map(|row| (row["sku"].as_str().expect("a SKU").to_owned(), row["after"].clone())).collect()
}

#[tokio::test]
async fn a_diff_is_the_difference_of_two_previews() {
    let app = TestApp::new().await;
    app.shop(goods(8, 4)).await;
    let before = app.dump().await;
    let all = json!({ "all_variants": true });
    let some = json!({ "sku": { "contains": "1" } });
    let others = json!({ "sku": { "contains": "2" } });
    for (old, new) in [
        (rule("-10", some.clone()), rule("-10", others.clone())),
        (rule("-10", some.clone()), rule("-12", all.clone())),
        (rule("-10", all.clone()), rule("-10", some.clone())),
        (rule("-10", all.clone()), rule("0.001", all.clone())),
    ] {
        app.push(old.clone()).await;
        let (stored, sent) = (writes(&app, &old).await, writes(&app, &new).await);
        let diff = app.viewer().post("/rules/diff", new.clone()).await.expect(200);
        let newly: Vec<_> = sent.keys().filter(|sku| !stored.contains_key(*sku)).cloned().collect();
        let no_longer: Vec<_> = stored.keys().filter(|sku| !sent.contains_key(*sku)).cloned().collect();
        let both: Vec<_> = sent.keys().filter(|sku| stored.contains_key(*sku)).cloned().collect();
        let (same, otherwise): (Vec<_>, Vec<_>) = both.into_iter().partition(|sku| stored[sku] == sent[sku]);
        let counts = json!({
            "moves_newly": newly.len(), "moves_no_longer": no_longer.len(), "moves_otherwise": otherwise.len(),
            "moves_the_same": same.len(), "stopped_newly": 0,
        });
        assert_eq!(diff["counts"], counts, "{diff}");
        assert_eq!(
            (&diff["name"], &diff["unchanged"], &diff["variants"]),
            (&json!("sale"), &json!(false), &json!(32))
        );
        let shown = diff["sample"].as_array().expect("rows");
        assert_eq!(shown.len(), newly.len() + no_longer.len() + otherwise.len());
        for row in shown {
            let sku = row["sku"].as_str().expect("a SKU").to_owned();
            let change = match row["change"].as_str() {
                Some("newly") => &newly,
                Some("no_longer") => &no_longer,
                _ => &otherwise,
            };
            assert!(change.contains(&sku), "{row}");
            assert_eq!(&row["stored"], stored.get(&sku).unwrap_or(&row["price"]), "{row}");
            assert_eq!(&row["sent"], sent.get(&sku).unwrap_or(&row["price"]), "{row}");
        }
    }
    app.assert_unchanged_but(&before, &["rules", "rule_versions", "audit_records", "event_log"], "diffs")
        .await;
    app.finish().await;
}

#[tokio::test]
async fn the_stored_rule_is_found_by_its_name_in_its_project() {
    let app = TestApp::new().await;
    app.shop(goods(2, 2)).await;
    let all = json!({ "all_variants": true });
    let document = rule("-10", all.clone());
    let first = app.viewer().post("/rules/diff", document.clone()).await.expect(200);
    assert_eq!(
        (&first["rule_id"], &first["version"], &first["unchanged"]),
        (&Value::Null, &Value::Null, &json!(false))
    );
    assert_eq!(first["counts"]["moves_newly"], 4);
    let id = app.push(document.clone()).await;
    // Somebody else's rule of that name is another rule.
    app.push_as(&app.other, rule("-20", all)).await;
    let again = app.viewer().post("/rules/diff", document.clone()).await.expect(200);
    assert_eq!(
        (&again["rule_id"], &again["version"], &again["unchanged"]),
        (&json!(id), &json!(1), &json!(true))
    );
    assert_eq!((&again["counts"]["moves_the_same"], &again["sample"]), (&json!(4), &json!([])));
    let theirs = app.person(&app.other, Role::Viewer).post("/rules/diff", document).await.expect(200);
    assert_eq!((&theirs["version"], &theirs["unchanged"]), (&json!(1), &json!(false)));
    app.finish().await;
}

#[tokio::test]
async fn the_farthest_come_first_and_what_guardrails_stop_is_counted() {
    let app = TestApp::new().await;
    app.shop(goods(4, 10)).await;
    let all = json!({ "all_variants": true });
    app.push(rule("-10", all.clone())).await;
    let diff = app.viewer().post("/rules/diff", rule("-12", all.clone())).await.expect(200);
    let worst = diff["worst"].as_array().expect("rows");
    assert_eq!(worst.len(), 20);
    let distance = |row: &Value| {
        let text = row["change_pct"].as_str().expect("a change").replace(['-', '.'], "");
        text.parse::<u64>().expect("digits")
    };
    assert!(worst.iter().map(distance).collect::<Vec<_>>().is_sorted_by(|a, b| a >= b), "{worst:?}");
    // A hundredth of the price is a slip of the point: nothing is written, and each row says why.
    let diff = app.viewer().post("/rules/diff", rule("-99", all)).await.expect(200);
    assert_eq!(
        (&diff["counts"]["stopped_newly"], &diff["counts"]["moves_no_longer"]),
        (&json!(40), &json!(40))
    );
    assert!(diff["sample"].as_array().expect("rows").iter().all(|row| row["sent_outcome"] == "blocked"
        && row["sent"] == row["price"]
        && row["reason"].as_str().is_some_and(|reason| reason.starts_with("blocked."))));
    app.finish().await;
}

#[tokio::test]
async fn a_document_that_cannot_be_used_is_refused_with_its_place() {
    let app = TestApp::new().await;
    let mut wrong = rule("-10", json!({ "all_variants": true }));
    wrong["constraints"] = json!({ "floor": "5 USD" });
    let problem = app.viewer().post("/rules/diff", wrong).await.refused(422, "rule.invalid");
    assert_eq!(problem["errors"][0]["pointer"], "/constraints/floor");
    app.finish().await;
}
