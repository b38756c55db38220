//! Trying guardrails on price changes of the past.

use kernel_core::Role;
use serde_json::{Value, json};

use crate::support::{TestApp, goods};

fn rule(name: &str, percent: &str) -> Value {
    json!({ "schema": "rule.v1", "name": name, "select": { "all_variants": true }, "steps": [{ "percent": percent }] })
}

fn floor(price: &str) -> Value {
    json!({ "schema": "guardrails.v1", "floor": { "price": price } })
}

#[tokio::test]
async fn a_draft_says_which_of_the_last_price_changes_it_would_have_stopped() {
    let app = TestApp::new().await;
    // Prices are 20.00 and 21.37.
    let _shop = app.shop(goods(2, 1)).await;
    let steep = app.plan(rule("steep", "-7")).await;
    let mild = app.plan(rule("mild", "-3")).await;
    let viewer = app.viewer();
    let try_out =
        async |draft: Value, scope: &str| viewer.post(&format!("/guardrails/try?scope={scope}"), draft).await;
    for scope in ["project", "tenant"] {
        let tried = try_out(floor("19 EUR"), scope).await.expect(200);
        assert_eq!((&tried["stopped"], &tried["looked_at"]), (&json!(1), &json!(2)), "{tried}");
        let (newest, oldest) = (&tried["price_changes"][0], &tried["price_changes"][1]);
        assert_eq!((&newest["id"], &newest["would_stop"]), (&json!(mild.id), &json!(false)));
        assert_eq!((&oldest["id"], &oldest["would_stop"]), (&json!(steep.id), &json!(true)));
        let rows =
            ["rows_looked_at", "rows_blocked_then", "rows_blocked_now"].map(|field| oldest[field].clone());
        assert_eq!(rows, [json!(2), json!(0), json!(1)]);
    }
    assert_eq!(try_out(floor("18 EUR"), "project").await.expect(200)["stopped"], 0);
    assert_eq!(try_out(floor("50 EUR"), "project").await.expect(200)["stopped"], 2);
    let blast = json!({ "schema": "guardrails.v1", "blast_radius": { "rows": 1, "mode": "hard" } });
    let whole = try_out(blast, "project").await.expect(200);
    assert_eq!(whole["stopped"], 2, "{whole}");
    assert_eq!(whole["price_changes"][0]["stopped_by"], json!(["blast_radius"]));

    app.approve_and_apply(&steep).await;
    let later = try_out(floor("19 EUR"), "project").await.expect(200);
    assert_eq!(later["stopped"], 1, "prices are those of then: {later}");
    let theirs =
        app.person(&app.other, Role::Viewer).post("/guardrails/try", floor("19 EUR")).await.expect(200);
    assert_eq!(theirs["looked_at"], 0);
    app.finish().await;
}

#[tokio::test]
async fn what_is_no_document_is_refused_and_nothing_is_stored() {
    let app = TestApp::new().await;
    let before = app.dump().await;
    let viewer = app.viewer();
    for wrong in [json!({ "schema": "guardrails.v1", "flour": {} }), json!({}), floor("19 USD")] {
        let answer = viewer.post("/guardrails/try", wrong).await;
        assert_eq!(answer.status, 422, "{answer:?}");
    }
    viewer.post("/guardrails/try?scope=world", floor("19 EUR")).await.refused(400, "guardrails.scope");
    app.assert_unchanged(&before, "tried guardrails").await;
    app.finish().await;
}
