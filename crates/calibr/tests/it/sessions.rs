//! Signing in and out, what expires, and requests that a page of another site makes a browser send.

use kernel_core::Role;
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::operations::rule;
use crate::support::{Actor, Answer, PASSWORD, TestApp};

async fn sign_in(app: &TestApp, email: &str, password: &str) -> Answer {
    app.anon().post("/session", json!({ "email": email, "password": password })).await
}

/// A session of the home tenant's editor, as its cookie.
async fn session(app: &TestApp) -> String {
    let answer = sign_in(app, &app.home.email(Role::Editor), PASSWORD).await;
    let cookie = answer.header("set-cookie").expect("a cookie").to_owned();
    for attribute in ["HttpOnly", "SameSite=Lax", "Path=/", "Max-Age=43200"] {
        assert!(cookie.contains(attribute), "{cookie}");
    }
    let me = answer.expect(200);
    assert_eq!((&me["email"], &me["role"]), (&json!("editor@home.test"), &json!("editor")));
    cookie.split(';').next().expect("a pair").to_owned()
}

#[tokio::test]
async fn a_session_acts_for_its_person_until_it_ends() {
    let app = TestApp::new().await;
    let cookie = session(&app).await;
    let actor = Actor::with_cookie(&app, &cookie);
    assert_eq!(actor.get("/session").await.expect(200)["scopes"], json!([]));
    actor.post("/rules", rule("mine")).await.expect(201);
    app.hours_pass(11);
    actor.get("/rules").await.expect(200);
    app.hours_pass(2);
    let before = app.dump().await;
    actor.get("/rules").await.refused(401, "credential.invalid");
    actor.post("/rules", rule("late")).await.refused(401, "credential.invalid");
    app.assert_unchanged(&before, "an expired session").await;

    let actor = Actor::with_cookie(&app, &session(&app).await);
    let out = actor.delete("/session").await;
    assert!(out.header("set-cookie").is_some_and(|cookie| cookie.contains("Max-Age=0")), "{out:?}");
    out.expect(204);
    actor.get("/session").await.refused(401, "credential.invalid");
    app.finish().await;
}

#[tokio::test]
async fn a_token_ends_when_it_was_told_to() {
    let app = TestApp::new().await;
    let new = json!({ "name": "short", "scopes": ["rules:read", "rules:write"], "expires_in_days": 1 });
    let created = app.editor().post("/tokens", new).await.expect(201);
    let token = Actor::with_token(&app, created["secret"].as_str().expect("a secret"));
    app.hours_pass(23);
    token.get("/rules").await.expect(200);
    app.hours_pass(2);
    let before = app.dump().await;
    token.get("/rules").await.refused(401, "credential.invalid");
    token.post("/rules", rule("late")).await.refused(401, "credential.invalid");
    app.assert_unchanged(&before, "an expired token").await;
    app.finish().await;
}

#[tokio::test]
async fn whoever_is_shut_out_is_out_at_once() {
    let app = TestApp::new().await;
    let cookie = session(&app).await;
    let shut = "update users set disabled_at = now() where email = $1";
    app.owner.execute(shut, &[&app.home.email(Role::Editor)]).await.expect("an update");
    Actor::with_cookie(&app, &cookie).get("/rules").await.refused(401, "credential.invalid");
    app.editor().get("/rules").await.refused(401, "credential.invalid");
    let again = sign_in(&app, &app.home.email(Role::Editor), PASSWORD).await;
    again.refused(401, "sign_in.failed");
    app.finish().await;
}

#[tokio::test]
async fn wrong_addresses_and_wrong_passwords_look_alike() {
    let app = TestApp::new().await;
    let before = app.dump().await;
    let mut problems: Vec<Value> = Vec::new();
    for (email, password) in [
        (app.home.email(Role::Editor), "wrong password"),
        (app.other.email(Role::Editor), "wrong password"),
        ("nobody@home.test".to_owned(), PASSWORD),
        (String::new(), ""),
    ] {
        let answer = sign_in(&app, &email, password).await;
        assert_eq!(answer.header("set-cookie"), None);
        let mut problem = answer.refused(401, "sign_in.failed");
        problem["request_id"] = Value::Null;
        problems.push(problem);
    }
    problems.dedup();
    assert_eq!(problems.len(), 1, "{problems:#?}");
    app.assert_unchanged(&before, "a sign-in that failed").await;
    app.finish().await;
}

#[tokio::test]
async fn a_page_of_another_site_cannot_act_with_the_cookie() {
    let app = TestApp::new().await;
    let cookie = session(&app).await;
    let before = app.dump().await;
    let own = app.host.as_str();
    let cases: [(&[(&str, &str)], bool); 8] = [
        (&[], false),
        (&[("origin", "https://evil.example")], false),
        (&[("origin", "null")], false),
        (&[("origin", "http://127.0.0.1")], false),
        (&[("sec-fetch-site", "cross-site"), ("origin", own)], false),
        (&[("sec-fetch-site", "same-site")], false),
        (&[("origin", own)], true),
        (&[("sec-fetch-site", "same-origin")], true),
    ];
    for (headers, taken) in cases {
        let anon = app.anon();
        let mut request =
            anon.request(Method::POST, "/rules/validate").header("cookie", &cookie).json(&rule("a"));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let answer = anon.send(request).await;
        if taken {
            answer.expect(200);
        } else {
            answer.refused(403, "origin.foreign");
        }
    }
    let anon = app.anon();
    let delete = anon.request(Method::DELETE, "/session").header("cookie", &cookie);
    anon.send(delete).await.refused(403, "origin.foreign");
    // Reading changes nothing, and a page of another site cannot see the answer.
    anon.send(anon.request(Method::GET, "/rules").header("cookie", &cookie)).await.expect(200);
    app.assert_unchanged(&before, "another site").await;
    app.finish().await;
}

#[tokio::test]
async fn secrets_are_never_answered_again() {
    let app = TestApp::new().await;
    let things = app.things_of(&app.home, "mine").await;
    let created = app.admin().post("/tokens", json!({ "name": "t", "scopes": ["*"] })).await.expect(201);
    let secret = created["secret"].as_str().expect("a secret");
    let reading = ["/tokens", "/channels", "/audit?limit=1000", "/session", "/projects"];
    for path in reading {
        let text = app.admin().get(path).await.text;
        for hidden in [secret, things.shop.sim.token.as_str(), PASSWORD] {
            assert!(!text.contains(hidden), "{path} tells a secret");
        }
    }
    let kept =
        app.owner.query_one("select string_agg(c::text, '') from credentials c", &[]).await.expect("rows");
    assert!(!kept.get::<_, String>(0).contains(&things.shop.sim.token));
    app.finish().await;
}
