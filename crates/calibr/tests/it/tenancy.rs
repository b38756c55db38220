//! Who may do what, operation by operation of the OpenAPI document: nobody without a credential, no token beyond its
//! scopes, no one beyond their role, and nothing of another tenant, not even that it exists.

use std::collections::BTreeSet;

use kernel_core::Role;
use serde_json::{Value, json};

use crate::support::operations::{Access, operations, rule};
use crate::support::{Actor, TestApp};

/// Stands in every name of the other tenant's things, and nowhere else.
const CANARY: &str = "canary";

const ROLES: [Role; 4] = [Role::Viewer, Role::Editor, Role::Approver, Role::Admin];

#[tokio::test]
async fn without_a_credential_nothing_is_answered_but_what_is_public() {
    let app = TestApp::new().await;
    let things = app.things_of(&app.home, "mine").await;
    let before = app.dump().await;
    for operation in operations(&things) {
        for actor in [
            app.anon(),
            Actor::with_token(&app, "cal_nonsense"),
            Actor::with_cookie(&app, "calibr_session=x"),
        ] {
            let answer = operation.call(&actor).await;
            match operation.id.as_str() {
                "create_session" => {
                    answer.refused(401, "sign_in.failed");
                }
                _ if operation.access == Access::Public => assert_eq!(answer.status, 200, "{answer:?}"),
                _ => {
                    let code = answer.json()["code"].as_str().unwrap_or_default().to_owned();
                    assert!(
                        ["credential.missing", "credential.invalid"].contains(&code.as_str()),
                        "{answer:?}"
                    );
                    answer.refused(401, &code);
                }
            }
        }
    }
    app.assert_unchanged(&before, "nobody").await;
    app.finish().await;
}

#[tokio::test]
async fn a_token_without_scopes_may_do_nothing_but_say_whose_it_is() {
    let app = TestApp::new().await;
    let things = app.things_of(&app.home, "mine").await;
    let token = app.token(&[]).await;
    let before = app.dump().await;
    for operation in operations(&things) {
        let answer = operation.call(&token).await;
        match operation.access {
            Access::Public => {}
            Access::Known => assert!(matches!(answer.status, 200 | 204), "{answer:?}"),
            Access::From(_) => {
                answer.refused(403, "scope.missing");
            }
        }
    }
    app.assert_unchanged(&before, "a token without scopes").await;
    app.finish().await;
}

#[tokio::test]
async fn the_scopes_that_operations_ask_for_are_the_scopes_there_are() {
    let app = TestApp::new().await;
    let things = app.things_of(&app.home, "mine").await;
    let token = app.token(&[]).await;
    let mut asked_for = BTreeSet::new();
    for operation in operations(&things) {
        let Access::From(least) = operation.access else { continue };
        let problem = operation.call(&token).await.refused(403, "scope.missing");
        let scope =
            problem["detail"].as_str().and_then(|detail| detail.split('`').nth(1).map(ToOwned::to_owned));
        asked_for.insert((scope.expect("the scope that is missing"), least));
    }
    let rights: BTreeSet<_> =
        calibr::accounts::RIGHTS.iter().map(|right| (right.scope.to_owned(), right.role)).collect();
    assert_eq!(asked_for, rights, "scopes with the least role that has them");
    let sorted = calibr::accounts::RIGHTS.is_sorted_by_key(|right| right.scope);
    assert!(sorted, "they are read in order");
    app.finish().await;
}

#[tokio::test]
async fn every_scope_opens_some_operations_and_not_all() {
    let app = TestApp::new().await;
    let things = app.things_of(&app.home, "mine").await;
    let mut opened = 0;
    let reading = [
        "projects:read",
        "catalog:read",
        "channels:read",
        "drifts:read",
        "guardrails:read",
        "jobs:read",
        "rules:read",
        "price_changes:read",
        "runs:read",
        "audit:read",
        "events:read",
        "waivers:read",
        "webhooks:read",
        "members:read",
    ];
    for scope in reading {
        let token = app.token(&[scope]).await;
        for operation in operations(&things) {
            let Access::From(_) = operation.access else { continue };
            let answer = operation.call(&token).await;
            if answer.status == 403 {
                answer.refused(403, "scope.missing");
            } else {
                assert_eq!(
                    (answer.status, operation.access),
                    (200, Access::From(Role::Viewer)),
                    "{scope}: {answer:?}"
                );
                opened += 1;
            }
        }
    }
    let tokens = [
        "list_tokens",
        "create_token",
        "delete_token",
        "change_password",
        "list_views",
        "save_view",
        "delete_view",
    ];
    let readable =
        operations(&things).into_iter().filter(|operation| operation.access == Access::From(Role::Viewer));
    let readable = readable.filter(|operation| !tokens.contains(&operation.id.as_str())).count();
    assert_eq!(opened, readable, "each operation that reads is opened by exactly one scope");
    app.finish().await;
}

#[tokio::test]
async fn nobody_acts_beyond_their_role() {
    let app = TestApp::new().await;
    let things = app.things_of(&app.home, "mine").await;
    let before = app.dump().await;
    for operation in operations(&things) {
        let Access::From(least) = operation.access else { continue };
        for role in ROLES.into_iter().filter(|role| *role < least) {
            operation.call(&app.person(&app.home, role)).await.refused(403, "role.missing");
        }
    }
    app.assert_unchanged(&before, "people beyond their role").await;
    app.finish().await;
}

#[tokio::test]
async fn another_tenants_things_are_not_there() {
    let app = TestApp::new().await;
    let mine = app.things_of(&app.home, "mine").await;
    let theirs = app.things_of(&app.other, CANARY).await;
    let before = app.dump_of(&app.other).await;
    for operation in operations(&theirs) {
        // Signing in belongs to nobody yet; that wrong addresses and passwords look alike is tested with sessions.
        if operation.access == Access::Public {
            continue;
        }
        let answer = operation.call(&app.admin()).await;
        assert!(!answer.text.to_lowercase().contains(CANARY), "{} tells: {answer:?}", operation.id);
        assert!(!format!("{:?}", answer.headers).contains(CANARY), "{} tells: {answer:?}", operation.id);
        if operation.names_something {
            answer.refused(404, "not_found");
        } else {
            assert!((200..300).contains(&answer.status), "{}: {answer:?}", operation.id);
        }
    }
    assert_eq!(app.dump_of(&app.other).await, before, "something of the other tenant changed");
    drop(mine);
    app.finish().await;
}

#[tokio::test]
async fn what_is_not_there_looks_like_what_is_not_ours() {
    let app = TestApp::new().await;
    let mut theirs = app.things_of(&app.other, CANARY).await;
    let mut nowhere = app.things_of(&app.home, "mine").await;
    for id in nowhere.ids() {
        let prefix = id.split('_').next().expect("a prefix");
        *id = format!("{prefix}_01m7y4tcxwej3r97ce3p8msv9p");
    }
    nowhere.project = "nowhere".to_owned();
    let names = |things: &mut crate::support::operations::Things| {
        let mut names: Vec<String> = things.ids().into_iter().map(|id| id.clone()).collect();
        names.push(things.project.clone());
        names
    };
    let (their_names, no_names) = (names(&mut theirs), names(&mut nowhere));
    let shape = |mut problem: Value, names: &[String]| {
        problem["request_id"] = Value::Null;
        names.iter().fold(problem.to_string(), |text, name| text.replace(name.as_str(), "…"))
    };
    for (one, other) in operations(&theirs).iter().zip(operations(&nowhere)) {
        if !one.names_something {
            continue;
        }
        let (a, b) = (one.call(&app.admin()).await, other.call(&app.admin()).await);
        let (a, b) = (a.refused(404, "not_found"), b.refused(404, "not_found"));
        assert_eq!(shape(a, &their_names), shape(b, &no_names), "{}", one.id);
    }
    app.finish().await;
}

#[tokio::test]
async fn ids_of_another_tenant_find_nothing_in_filters_and_bodies() {
    let app = TestApp::new().await;
    let mine = app.things_of(&app.home, "mine").await;
    let theirs = app.things_of(&app.other, CANARY).await;
    for path in [
        format!("/audit?entity_id={}", theirs.price_change),
        format!("/audit?correlation_id={}", theirs.correlation),
        format!("/audit?actor={}", app.other.email(Role::Editor)),
        format!("/price-changes/{}/rows?variant_id={}", mine.price_change, theirs.variant),
        format!("/catalog/variants?q={CANARY}"),
        format!("/catalog/products?q={CANARY}"),
    ] {
        assert_eq!(app.admin().get(&path).await.expect(200)["data"], json!([]), "{path}");
    }
    // The same filters do find the tenant's own.
    let own = format!("/audit?correlation_id={}", mine.correlation);
    assert_ne!(app.admin().get(&own).await.expect(200)["data"], json!([]));
    let before = app.dump().await;
    for rules in [json!([theirs.rule]), json!([mine.rule, theirs.rule])] {
        let new = json!({ "title": "Theirs", "rules": rules });
        let problem = app.editor().post("/price-changes", new).await.refused(404, "not_found");
        assert!(!problem.to_string().contains(CANARY), "{problem}");
    }
    // A rule with the same name is each tenant's own.
    let pushed = app.editor().post("/rules", rule(CANARY)).await.expect(201);
    assert_ne!(pushed["rule"]["id"], theirs.rule.as_str());
    let grown = ["rules", "rule_versions", "audit_records", "event_log"];
    app.assert_unchanged_but(&before, &grown, "planning with another tenant's rule").await;
    app.finish().await;
}

#[tokio::test]
async fn tokens_belong_to_the_person_who_made_them() {
    let app = TestApp::new().await;
    let created = app.editor().post("/tokens", json!({ "name": "mine", "scopes": ["*"] })).await.expect(201);
    let id = created["id"].as_str().expect("an id").to_owned();
    app.admin().delete(&format!("/tokens/{id}")).await.refused(404, "not_found");
    assert!(app.admin().all("/tokens").await.iter().all(|token| token["id"] != id.as_str()));
    let token = Actor::with_token(&app, created["secret"].as_str().expect("a secret"));
    token.get("/rules").await.expect(200);
    app.editor().delete(&format!("/tokens/{id}")).await.expect(204);
    token.get("/rules").await.refused(401, "credential.invalid");
    app.editor().delete(&format!("/tokens/{id}")).await.refused(404, "not_found");
    // A narrow token cannot make a wider one.
    let narrow = app.token(&["tokens:write", "rules:read"]).await;
    let wide =
        narrow.post("/tokens", json!({ "name": "wide", "scopes": ["rules:read", "rules:write"] })).await;
    assert_eq!(wide.refused(422, "token.scopes")["errors"][0]["pointer"], "/scopes");
    narrow.post("/tokens", json!({ "name": "narrow", "scopes": ["rules:read"] })).await.expect(201);
    app.finish().await;
}
