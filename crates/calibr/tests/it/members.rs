//! People and what they may do: letting them in, changing roles, shutting them out, passwords.

use kernel_core::Role;
use serde_json::{Value, json};

use crate::support::{Actor, Answer, PASSWORD, TestApp};

async fn sign_in(app: &TestApp, email: &str, password: &str) -> Answer {
    app.anon().post("/session", json!({ "email": email, "password": password })).await
}

fn cookie(answer: &Answer) -> String {
    let cookie = answer.header("set-cookie").expect("a cookie");
    cookie.split(';').next().expect("a pair").to_owned()
}

async fn members(app: &TestApp) -> Vec<Value> {
    app.viewer().all("/members").await
}

async fn id_of(app: &TestApp, role: Role) -> String {
    let email = app.home.email(role);
    let found = members(app).await.into_iter().find(|member| member["email"] == json!(email));
    found.expect("a member")["id"].as_str().expect("an id").to_owned()
}

#[tokio::test]
async fn somebody_is_let_in_changes_the_password_and_is_shut_out() {
    let app = TestApp::new().await;
    let new = json!({ "email": " Kim@Shop.test ", "role": "editor" });
    let added = app.admin().post("/members", new).await.expect(201);
    let (id, first) = (added["id"].as_str().expect("an id"), added["password"].as_str().expect("a password"));
    assert_eq!((&added["email"], &added["password_is_temporary"]), (&json!("kim@shop.test"), &json!(true)));
    assert!(members(&app).await.iter().any(|member| member["id"] == added["id"] && member["active"] == true));

    let signed_in = sign_in(&app, "kim@shop.test", first).await;
    let (old_cookie, me) = (cookie(&signed_in), signed_in.expect(200));
    assert_eq!((&me["role"], &me["must_change_password"]), (&json!("editor"), &json!(true)));
    let elsewhere = cookie(&sign_in(&app, "kim@shop.test", first).await);
    let kim = Actor::with_cookie(&app, &old_cookie);
    let before = app.dump().await;
    let wrong = json!({ "current": "not this one", "new": "a longer password" });
    kim.post("/session/password", wrong).await.refused(422, "password.wrong");
    let short = json!({ "current": first, "new": "short" });
    kim.post("/session/password", short).await.refused(422, "password.too_short");
    app.assert_unchanged(&before, "passwords that were refused").await;
    let changed =
        kim.post("/session/password", json!({ "current": first, "new": "a longer password" })).await;
    let kim = Actor::with_cookie(&app, &cookie(&changed));
    changed.expect(204);
    assert_eq!(kim.get("/session").await.expect(200)["must_change_password"], false);
    for cookie in [old_cookie, elsewhere] {
        Actor::with_cookie(&app, &cookie).get("/session").await.refused(401, "credential.invalid");
    }
    sign_in(&app, "kim@shop.test", first).await.refused(401, "sign_in.failed");

    let out = app.admin().send(patch(&app.admin(), id, json!({ "active": false }))).await.expect(200);
    assert_eq!(out["active"], false);
    kim.get("/session").await.refused(401, "credential.invalid");
    sign_in(&app, "kim@shop.test", "a longer password").await.refused(401, "sign_in.failed");
    let told = app.viewer().all(&format!("/audit?entity_id={id}")).await;
    let actions: Vec<_> = told.iter().rev().map(|record| record["action"].clone()).collect();
    assert_eq!(actions, ["member.added", "member.password_changed", "member.updated"]);
    assert!(!format!("{told:?}").contains(first), "the audit holds a password");
    app.finish().await;
}

fn patch(actor: &Actor<'_>, id: &str, body: Value) -> reqwest::RequestBuilder {
    actor.request(reqwest::Method::PATCH, &format!("/members/{id}")).json(&body)
}

#[tokio::test]
async fn a_role_holds_from_the_next_request_and_one_admin_stays() {
    let app = TestApp::new().await;
    let (admin, viewer) = (id_of(&app, Role::Admin).await, id_of(&app, Role::Viewer).await);
    let before = app.dump().await;
    for body in [json!({ "role": "viewer" }), json!({ "active": false })] {
        app.admin().send(patch(&app.admin(), &admin, body)).await.refused(409, "member.last_admin");
    }
    app.admin().send(patch(&app.admin(), &viewer, json!({ "role": "viewer" }))).await.expect(200);
    app.assert_unchanged(&before, "the last admin, or a role that is the same").await;
    app.admin().send(patch(&app.admin(), &viewer, json!({ "role": "admin" }))).await.expect(200);
    app.viewer().send(patch(&app.viewer(), &admin, json!({ "role": "viewer" }))).await.expect(200);
    app.admin().send(patch(&app.admin(), &viewer, json!({}))).await.refused(403, "role.missing");
    app.finish().await;
}

#[tokio::test]
async fn a_lost_password_is_replaced_and_old_sessions_end() {
    let app = TestApp::new().await;
    let (email, id) = (app.home.email(Role::Editor), id_of(&app, Role::Editor).await);
    let session = cookie(&sign_in(&app, &email, PASSWORD).await);
    let path = format!("/members/{id}/password");
    let first = app.admin().post(&path, json!({})).await.expect(200)["password"].clone();
    let second = app.admin().post(&path, json!({})).await.expect(200)["password"].clone();
    assert_ne!(first, second);
    Actor::with_cookie(&app, &session).get("/session").await.refused(401, "credential.invalid");
    for password in [PASSWORD, first.as_str().expect("a password")] {
        sign_in(&app, &email, password).await.refused(401, "sign_in.failed");
    }
    let me = sign_in(&app, &email, second.as_str().expect("a password")).await.expect(200);
    assert_eq!(me["must_change_password"], true);
    app.finish().await;
}

#[tokio::test]
async fn only_addresses_that_are_free_are_let_in() {
    let app = TestApp::new().await;
    let before = app.dump().await;
    for email in
        ["", "kim", "@shop.test", "kim@", "kim @shop.test", "a@b,c@d", &format!("{}@b", "x".repeat(260))]
    {
        let problem = app.admin().post("/members", json!({ "email": email, "role": "viewer" })).await;
        assert_eq!(problem.refused(422, "member.email")["errors"][0]["pointer"], "/email");
    }
    for taken in [app.home.email(Role::Viewer), app.other.email(Role::Viewer).to_uppercase()] {
        let new = json!({ "email": taken, "role": "viewer" });
        app.admin().post("/members", new).await.refused(409, "user.email_taken");
    }
    app.admin()
        .post("/members", json!({ "email": "a@b", "role": "owner" }))
        .await
        .refused(400, "body.invalid");
    app.assert_unchanged(&before, "people who were not let in").await;
    app.finish().await;
}

#[tokio::test]
async fn roles_say_what_they_may() {
    let app = TestApp::new().await;
    let roles = app.viewer().get("/roles").await.expect(200);
    let may = |place: usize, scope: &str| {
        let rights = roles[place]["rights"].as_array().expect("rights");
        rights.iter().any(|right| right["scope"] == scope)
    };
    assert_eq!(roles.as_array().map(Vec::len), Some(4));
    for (scope, least) in
        [("rules:read", 0), ("rules:write", 1), ("price_changes:approve", 2), ("members:write", 3)]
    {
        for place in 0..4 {
            assert_eq!(may(place, scope), place >= least, "{scope} {place}");
        }
    }
    app.finish().await;
}
