//! What is known of a project: who may set it, what is refused, what is recorded, and that prices are computed with it.

use kernel_core::Role;
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Actor, Answer, TestApp};

async fn patch(actor: &Actor<'_>, slug: &str, body: Value) -> Answer {
    actor.send(actor.request(Method::PATCH, &format!("/projects/{slug}")).json(&body)).await
}

async fn demo(app: &TestApp) -> Value {
    app.viewer().all("/projects").await.into_iter().find(|project| project["slug"] == "demo").expect("demo")
}

#[tokio::test]
async fn a_project_starts_without_country_and_tax_and_keeps_what_is_set() {
    let app = TestApp::new().await;
    let fresh = demo(&app).await;
    assert_eq!(
        (&fresh["country"], &fresh["tax_rate_pct"], &fresh["prices_include_tax"]),
        (&Value::Null, &Value::Null, &json!(true))
    );
    let set = patch(&app.admin(), "demo", json!({ "country": "DE", "tax_rate_pct": "19" })).await.expect(200);
    assert_eq!(set, demo(&app).await);
    assert_eq!((&set["country"], &set["tax_rate_pct"]), (&json!("DE"), &json!("19")));
    // What is left out stays, null takes away, and the id is as good as the slug.
    let id = set["id"].as_str().expect("an id").to_owned();
    let changed = json!({ "tax_rate_pct": null, "prices_include_tax": false });
    let set = patch(&app.admin(), &id, changed).await.expect(200);
    assert_eq!(
        (&set["country"], &set["tax_rate_pct"], &set["prices_include_tax"]),
        (&json!("DE"), &Value::Null, &json!(false))
    );
    app.finish().await;
}

#[tokio::test]
async fn each_change_is_recorded_once_with_before_and_after() {
    let app = TestApp::new().await;
    let admin = app.admin();
    patch(&admin, "demo", json!({ "country": "AT" })).await.expect(200);
    let before = app.dump().await;
    patch(&admin, "demo", json!({ "country": "AT" })).await.expect(200);
    patch(&admin, "demo", json!({})).await.expect(200);
    app.assert_unchanged(&before, "setting what is set").await;
    patch(&admin, "demo", json!({ "country": "DE", "tax_rate_pct": "19" })).await.expect(200);
    let records = app.audit("project.updated").await;
    assert_eq!(records.len(), 2, "{records:?}");
    assert_eq!(
        (&records[1]["before"]["country"], &records[1]["after"]["country"]),
        (&json!("AT"), &json!("DE"))
    );
    assert_eq!(records[1]["actor"], app.home.email(Role::Admin).as_str());
    let sql = "select payload from event_log where type = 'project.updated' order by position desc limit 1";
    let payload: Value = app.owner.query_one(sql, &[]).await.expect("an event").get("payload");
    assert_eq!((&payload["slug"], &payload["tax_rate_pct"]), (&json!("demo"), &json!("19")));
    app.finish().await;
}

#[tokio::test]
async fn what_is_no_country_or_rate_changes_nothing() {
    let app = TestApp::new().await;
    let before = app.dump().await;
    for (body, pointer) in [
        (json!({ "country": "de" }), "/country"),
        (json!({ "country": "Germany" }), "/country"),
        (json!({ "country": "DE", "tax_rate_pct": "101" }), "/tax_rate_pct"),
        (json!({ "tax_rate_pct": "19 %" }), "/tax_rate_pct"),
    ] {
        let problem = patch(&app.admin(), "demo", body).await.refused(422, "project.settings");
        assert_eq!(problem["errors"][0]["pointer"], pointer);
    }
    for body in [json!({ "currency": "USD" }), json!({ "tax_rate_pct": 19 })] {
        let answer = patch(&app.admin(), "demo", body).await;
        assert!(matches!(answer.status, 400 | 422), "{answer:?}");
    }
    patch(&app.admin(), "nowhere", json!({ "country": "DE" })).await.refused(404, "not_found");
    patch(&app.admin(), "zweite", json!({ "country": "DE" })).await.refused(404, "not_found");
    patch(&app.approver(), "demo", json!({ "country": "DE" })).await.refused(403, "role.missing");
    app.assert_unchanged(&before, "refused settings").await;
    app.finish().await;
}
