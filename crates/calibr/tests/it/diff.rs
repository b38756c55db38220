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

fn scheduled(percent: &str, at: &str, until: &str) -> Value {
    let mut rule = rule(percent, json!({ "all_variants": true }));
    rule["schedule"] = json!({ "zone": "Europe/Berlin", "at": at, "until": until });
    rule
}

fn rows_by_sku(diff: &Value) -> BTreeMap<&str, &Value> {
    let rows = diff["sample"].as_array().expect("rows").iter();
    rows.map(|row| (row["sku"].as_str().expect("a SKU"), row)).collect()
}

fn cents(money: &Value) -> i64 {
    money["amount"].as_str().expect("an amount").replace('.', "").parse().expect("cents")
}

#[tokio::test]
async fn a_rule_outside_its_schedule_is_compared_as_if_in_force() {
    let app = TestApp::new().await;
    app.shop(goods(4, 2)).await;
    let friday = |percent: &str| scheduled(percent, "2026-11-06 00:00", "2026-11-10 00:00");
    app.push(friday("-20")).await;
    let diff = app.viewer().post("/rules/diff", friday("-40")).await.expect(200);
    assert_eq!(
        diff["counts"],
        json!({ "moves_newly": 0, "moves_no_longer": 0, "moves_otherwise": 8, "moves_the_same": 0, "stopped_newly": 0 })
    );
    assert_eq!(
        (&diff["in_force"], &diff["at"], &diff["reschedules"]),
        (&json!(false), &json!("2026-11-05T23:00:00Z"), &json!(false))
    );
    for row in rows_by_sku(&diff).values() {
        let price = cents(&row["price"]);
        assert_eq!(
            (cents(&row["stored"]), cents(&row["sent"])),
            ((price * 8 + 5) / 10, (price * 6 + 5) / 10)
        );
    }
    // At other times the same prices: nothing differs but when.
    let later = scheduled("-20", "2026-11-07 00:00", "2026-11-10 00:00");
    let diff = app.viewer().post("/rules/diff", later).await.expect(200);
    assert_eq!(
        (&diff["counts"]["moves_the_same"], &diff["reschedules"], &diff["unchanged"]),
        (&json!(8), &json!(true), &json!(false))
    );
    // What is over is compared all the same.
    let over = |percent: &str| scheduled(percent, "2026-10-01 00:00", "2026-10-02 00:00");
    app.push(over("-20")).await;
    let diff = app.viewer().post("/rules/diff", over("-30")).await.expect(200);
    assert_eq!(
        (&diff["counts"]["moves_otherwise"], &diff["in_force"], &diff["at"]),
        (&json!(8), &json!(false), &json!(app.now()))
    );
    app.finish().await;
}

#[tokio::test]
async fn while_a_sale_runs_its_new_version_is_compared_from_the_price_without_it() {
    let app = TestApp::new().await;
    let shop = app.shop(goods(4, 2)).await;
    let november = |percent: &str| scheduled(percent, "2026-11-01 00:00", "2026-12-01 00:00");
    let base = |sku: &str| {
        let (product, variant) = sku["S-".len()..].split_once('-').expect("a SKU of the shop");
        let number = |text: &str| text.parse::<i64>().expect("a number");
        2000 + 137 * (2 * number(product) + number(variant))
    };
    let plan = app.plan(november("-20")).await;
    app.approve_and_apply(&plan).await;
    app.hours_pass(30);
    assert_eq!(shop.price_of("S-0-0").0, "16.00");
    let same = app.viewer().post("/rules/diff", november("-20")).await.expect(200);
    assert_eq!((&same["unchanged"], &same["sample"]), (&json!(true), &json!([])));
    let diff = app.viewer().post("/rules/diff", november("-40")).await.expect(200);
    assert_eq!((&diff["counts"]["moves_newly"], &diff["in_force"]), (&json!(8), &json!(true)));
    let rows = rows_by_sku(&diff);
    assert_eq!(rows.len(), 8);
    for (sku, row) in &rows {
        let prices = (cents(&row["price"]), cents(&row["stored"]), cents(&row["sent"]));
        let running = (base(sku) * 8 + 5) / 10;
        assert_eq!(prices, (running, running, (base(sku) * 6 + 5) / 10), "{row}");
    }
    // Another rule, too, starts from the price without the sale, and gives way where the sale comes first.
    let mut other = rule("-30", json!({ "all_variants": true }));
    other["name"] = json!("other");
    other["priority"] = json!(1);
    let diff = app.viewer().post("/rules/diff", other.clone()).await.expect(200);
    assert_eq!(diff["counts"]["moves_newly"], 8);
    for (sku, row) in rows_by_sku(&diff) {
        assert_eq!(cents(&row["sent"]), (base(sku) * 7 + 5) / 10, "{row}");
    }
    other["priority"] = json!(-1);
    let diff = app.viewer().post("/rules/diff", other).await.expect(200);
    assert_eq!(diff["counts"]["moves_newly"], 0, "{diff}");
    app.finish().await;
}
