//! What is known of a project: who may set it and over which version, what is refused, what is recorded, and that prices are computed
//! with it.

use kernel_core::Role;
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Actor, Answer, TestApp};

/// Changes a project over the version that there is.
async fn patch(actor: &Actor<'_>, slug: &str, body: Value) -> Answer {
    let shown = actor.get(&format!("/projects/{slug}")).await;
    let newest = shown.header("etag").unwrap_or("\"v1\"");
    actor.patch_over(&format!("/projects/{slug}"), body, newest).await
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

#[tokio::test]
async fn each_change_makes_a_version_that_says_whose_it_is() {
    let app = TestApp::new().await;
    let admin = app.admin();
    let fresh = admin.get("/projects/demo").await;
    assert_eq!(fresh.header("etag"), Some("\"v1\""));
    let fresh = fresh.expect(200);
    assert_eq!(fresh, demo(&app).await);
    assert_eq!((&fresh["version"], &fresh["changed_by"]), (&json!(1), &Value::Null));

    let first = admin.patch_over("/projects/demo", json!({ "country": "DE" }), "\"v1\"").await;
    assert_eq!(first.header("etag"), Some("\"v2\""));
    let first = first.expect(200);
    let now = json!(kernel_test::epoch());
    assert_eq!((&first["version"], &first["changed_at"]), (&json!(2), &now));
    assert_eq!(first["changed_by"], app.home.email(Role::Admin).as_str());

    let same = admin.patch_over("/projects/demo", json!({ "country": "DE" }), "\"v2\"").await;
    assert_eq!(same.header("etag"), Some("\"v2\""));
    assert_eq!(same.expect(200), first, "what is the same makes no version");
    app.viewer().get("/projects/nowhere").await.refused(404, "not_found");
    app.viewer().get("/projects/zweite").await.refused(404, "not_found");
    app.finish().await;
}

#[tokio::test]
async fn of_two_who_change_a_project_the_second_is_told_of_the_first() {
    let app = TestApp::new().await;
    let admin = app.admin();
    let (german, austrian) = tokio::join!(
        admin.patch_over("/projects/demo", json!({ "country": "DE", "tax_rate_pct": "19" }), "\"v1\""),
        admin.patch_over("/projects/demo", json!({ "country": "AT", "tax_rate_pct": "20" }), "\"v1\""),
    );
    let (first, second) = if german.status == 200 { (german, austrian) } else { (austrian, german) };
    let first = first.expect(200);
    let problem = second.refused(412, "project.changed");
    assert_eq!(problem["current_version"], 2);
    let told = format!("{} made v2", app.home.email(Role::Admin));
    assert!(problem["detail"].as_str().is_some_and(|detail| detail.contains(&told)), "{problem}");
    assert_eq!(demo(&app).await, first, "nothing is overwritten");
    assert_eq!(app.audit("project.updated").await.len(), 1);

    // What the first one set already is no excuse for not having seen it.
    let same = json!({ "country": first["country"] });
    admin.patch_over("/projects/demo", same, "\"v1\"").await.refused(412, "project.changed");
    let knowing = admin.patch_over("/projects/demo", json!({ "country": "CH" }), "\"v2\"").await.expect(200);
    assert_eq!((&knowing["version"], &knowing["country"]), (&json!(3), &json!("CH")));
    app.finish().await;
}

#[tokio::test]
async fn a_change_says_over_which_version_it_is() {
    let app = TestApp::new().await;
    let admin = app.admin();
    let before = app.dump().await;
    let german = || json!({ "country": "DE" });
    let unsaid = admin.send(admin.request(Method::PATCH, "/projects/demo").json(&german())).await;
    let problem = unsaid.refused(428, "precondition.missing");
    assert!(problem["detail"].as_str().is_some_and(|detail| detail.contains("If-Match")), "{problem}");
    for unknown in ["\"v0\"", "\"v7\""] {
        let problem =
            admin.patch_over("/projects/demo", german(), unknown).await.refused(412, "project.changed");
        assert_eq!(problem["current_version"], 1);
    }
    admin.patch_over("/projects/demo", german(), "v1").await.refused(400, "if_match.invalid");
    // Whoever may not change it is told that first.
    let approver = app.approver();
    let unsaid = approver.send(approver.request(Method::PATCH, "/projects/demo").json(&german())).await;
    unsaid.refused(403, "role.missing");
    app.assert_unchanged(&before, "changes over no version").await;
    app.finish().await;
}

#[tokio::test]
async fn the_command_line_changes_the_version_that_it_read() {
    let app = TestApp::new().await;
    patch(&app.admin(), "demo", json!({ "country": "AT" })).await.expect(200);
    let token = app.token(&["projects:read", "projects:write"]).await;
    let (exit, said) = token.cli(&["projects", "set", "demo", "--tax", "20"]).await;
    assert_eq!(exit, Some(0), "{said}");
    let set = demo(&app).await;
    assert_eq!(
        (&set["country"], &set["tax_rate_pct"], &set["version"]),
        (&json!("AT"), &json!("20"), &json!(3))
    );
    app.finish().await;
}
