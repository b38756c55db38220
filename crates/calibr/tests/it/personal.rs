//! What belongs to one person: notifications, what of them was read, and saved views.

use kernel_core::Role;
use serde_json::{Value, json};
use simulators::shopify::VariantEdit;

use crate::support::{TestApp, goods};

fn rule(percent: &str) -> Value {
    json!({ "schema": "rule.v1", "name": "all", "select": { "all_variants": true }, "steps": [{ "percent": percent }] })
}

async fn told(app: &TestApp, role: Role) -> Value {
    app.person(&app.home, role).get("/notifications").await.expect(200)
}

fn kinds(told: &Value) -> Vec<&str> {
    let rows = told["data"].as_array().expect("rows");
    rows.iter().map(|row| row["kind"].as_str().expect("a kind")).collect()
}

#[tokio::test]
async fn everybody_is_told_what_concerns_them() {
    let app = TestApp::new().await;
    let shop = app.shop(goods(2, 1)).await;
    let plan = app.plan(rule("-7")).await;
    for role in [Role::Viewer, Role::Editor, Role::Approver] {
        assert_eq!(told(&app, role).await["data"], json!([]));
    }
    app.minutes_pass(1);
    app.editor().post(&plan.path("/request-review"), json!({ "note": "Please." })).await.expect(200);
    let of_approver = told(&app, Role::Approver).await;
    assert_eq!((kinds(&of_approver), &of_approver["unread"]), (vec!["review_requested"], &json!(1)));
    let first = &of_approver["data"][0];
    assert_eq!((&first["entity_id"], &first["text"]), (&json!(plan.id), &json!("Please.")));
    assert_eq!((&first["actor"], &first["title"]), (&json!("editor@home.test"), &json!("Test")));
    for role in [Role::Viewer, Role::Editor] {
        assert_eq!(told(&app, role).await["data"], json!([]), "{role:?}");
    }
    app.minutes_pass(1);
    app.approver().post(&plan.path("/comments"), json!({ "body": "Hm." })).await.expect(201);
    app.minutes_pass(1);
    app.approve(&plan).await;
    app.minutes_pass(1);
    shop.sim.edit(&[VariantEdit::price("S-0-0", "99.00")]).expect("edited");
    let run = app.apply(&plan).await;
    assert_eq!(app.settled(&run).await["state"], "partially_applied");
    let of_editor = told(&app, Role::Editor).await;
    assert_eq!(kinds(&of_editor), ["run_partially_applied", "approved", "commented"], "{of_editor}");
    assert_eq!(of_editor["data"][0]["entity_id"], json!(run));
    app.minutes_pass(1);
    app.editor().post(&format!("/channels/{}/sweep", shop.channel), json!({})).await.expect(202);
    app.jobs_done().await;
    let of_viewer = told(&app, Role::Viewer).await;
    assert_eq!((kinds(&of_viewer), &of_viewer["data"][0]["count"]), (vec!["drift"], &json!(1)));
    assert_eq!(
        app.person(&app.other, Role::Admin).get("/notifications").await.expect(200)["data"],
        json!([])
    );
    app.hours_pass(24 * 31);
    assert_eq!(told(&app, Role::Editor).await["data"], json!([]), "nothing is told for ever");
    app.finish().await;
}

#[tokio::test]
async fn what_was_read_stays_read_for_its_reader() {
    let app = TestApp::new().await;
    app.shop(goods(1, 1)).await;
    let plan = app.plan(rule("-7")).await;
    for note in ["One.", "Two."] {
        app.minutes_pass(5);
        app.editor().post(&plan.path("/request-review"), json!({ "note": note })).await.expect(200);
    }
    let of_approver = told(&app, Role::Approver).await;
    assert_eq!(of_approver["unread"], 2);
    let read = |until: Value| async move { json!({ "until": until }) };
    let older = read(of_approver["data"][1]["at"].clone()).await;
    let newer = read(of_approver["data"][0]["at"].clone()).await;
    let after = app.approver().post("/notifications/read", older.clone()).await.expect(200);
    assert_eq!((&after["unread"], &after["data"][0]["unread"]), (&json!(1), &json!(true)));
    app.approver().post("/notifications/read", newer).await.expect(200);
    assert_eq!(
        app.approver().post("/notifications/read", older).await.expect(200)["unread"],
        0,
        "it went back"
    );
    assert_eq!(told(&app, Role::Admin).await["unread"], 2, "another reader's mark");
    let far = json!({ "until": "2999-01-01T00:00:00Z" });
    let marked = app.admin().post("/notifications/read", far).await.expect(200);
    assert_eq!(marked["read_until"], json!(app.now()), "what is to come was marked as read");
    app.finish().await;
}

#[tokio::test]
async fn a_view_is_kept_for_its_person_under_its_name() {
    let app = TestApp::new().await;
    let view = |name: &str, query: &str| json!({ "list": "catalog", "name": name, "query": query });
    let first = app.editor().post("/views", view(" Tents ", "?type=Tents&sort=-price")).await.expect(201);
    assert_eq!((&first["name"], &first["query"]), (&json!("Tents"), &json!("type=Tents&sort=-price")));
    let again = app.editor().post("/views", view("Tents", "type=Tents")).await.expect(201);
    assert_eq!(again["id"], first["id"]);
    app.editor().post("/views", json!({ "list": "rules", "name": "Tents", "query": "" })).await.expect(201);
    let listed = app.editor().all("/views?list=catalog").await;
    assert_eq!((listed.len(), &listed[0]["query"]), (1, &json!("type=Tents")));
    assert_eq!(app.editor().all("/views").await.len(), 2);
    assert!(app.approver().all("/views").await.is_empty(), "another person's views");
    let path = format!("/views/{}", first["id"].as_str().expect("an id"));
    let before = app.dump().await;
    app.approver().delete(&path).await.refused(404, "not_found");
    for (wrong, pointer) in [
        (json!({ "list": "Catalog!", "name": "x", "query": "" }), "/list"),
        (json!({ "list": "catalog", "name": " ", "query": "" }), "/name"),
        (json!({ "list": "catalog", "name": "x", "query": "q".repeat(2_001) }), "/query"),
    ] {
        let problem = app.editor().post("/views", wrong).await.refused(422, "view.invalid");
        assert_eq!(problem["errors"][0]["pointer"], pointer);
    }
    app.assert_unchanged(&before, "views that were refused").await;
    app.editor().delete(&path).await.expect(204);
    assert!(app.editor().all("/views?list=catalog").await.is_empty());
    app.finish().await;
}
