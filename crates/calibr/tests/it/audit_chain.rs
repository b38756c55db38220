//! The chain of the audit: whatever is done to a record behind Calibr's back is found, on the server and in an export.

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::operations::rule;
use crate::support::{Actor, TestApp};

/// Four records under two seals.
async fn two_seals(app: &TestApp) -> Value {
    for names in [["a", "b"], ["c", "d"]] {
        for name in names {
            app.editor().post("/rules", rule(name)).await.expect(201);
        }
        app.events_delivered().await;
    }
    let found = verify(app, json!({})).await;
    assert_eq!(
        (&found["intact"], &found["seals"], &found["sealed"]),
        (&json!(true), &json!(2), &json!(4)),
        "{found}"
    );
    assert_eq!((&found["waiting"], &found["broken"]), (&json!(0), &Value::Null));
    found
}

async fn verify(app: &TestApp, body: Value) -> Value {
    app.viewer().post("/audit/verify", body).await.expect(200)
}

async fn exported(actor: &Actor<'_>) -> Vec<String> {
    let answer = actor.get("/audit/export").await;
    assert_eq!((answer.status, answer.header("content-type")), (200, Some("application/x-ndjson")));
    answer.text.lines().map(ToOwned::to_owned).collect()
}

#[tokio::test]
async fn whatever_is_done_to_sealed_records_is_found() {
    let app = TestApp::new().await;
    let head = two_seals(&app).await["head"].clone();
    let records = app.audit("rule.pushed").await;
    let id = |place: usize| records[place]["id"].as_str().expect("an id").to_owned();
    let uuid = "(select id from audit_records where tenant_id = (select id from tenants where slug = 'home') \
         order by id offset 1 limit 1)";
    let cases = [
        (format!("update audit_records set actor = 'somebody@else.test' where id = {uuid}"), "record_changed", Some(1)),
        (format!("update audit_records set after = '{{}}' where id = {uuid}"), "record_changed", Some(1)),
        (format!("delete from audit_records where id = {uuid}"), "record_missing", Some(1)),
        ("delete from audit_seals where ordinal = 1".to_owned(), "seal_missing", None),
        ("update audit_seals set leaves = overlay(leaves placing '\\x0000000000000000'::bytea from 40) where ordinal = 2".to_owned(),
            "record_changed", Some(3)),
        ("update audit_seals set root = sha256('x') where ordinal = 1".to_owned(), "seal_changed", None),
        ("update audit_seals set head = sha256('x') where ordinal = 2".to_owned(), "seal_changed", None),
    ];
    for (sql, code, record) in cases {
        app.owner.batch_execute("create table kept_records as table audit_records; create table kept_seals as table audit_seals")
            .await.expect("a copy");
        app.owner.batch_execute(&sql).await.expect("the deed");
        let found = verify(&app, json!({})).await;
        assert_eq!(
            (&found["intact"], &found["broken"]["code"]),
            (&json!(false), &json!(code)),
            "{sql}: {found}"
        );
        assert_eq!(found["broken"]["record"].as_str(), record.map(id).as_deref(), "{sql}: {found}");
        app.owner
            .batch_execute(
                "truncate audit_records, audit_seals; insert into audit_records table kept_records; \
                insert into audit_seals table kept_seals; drop table kept_records; drop table kept_seals",
            )
            .await
            .expect("as it was");
    }
    assert_eq!(verify(&app, json!({ "head": head })).await["head_known"], true);
    let cut = "delete from audit_records where id in (select unnest(record_ids) from audit_seals where ordinal = 2); \
        delete from audit_seals where ordinal = 2";
    app.owner.batch_execute(cut).await.expect("cut short");
    let cut = verify(&app, json!({ "head": head })).await;
    assert_eq!((&cut["intact"], &cut["head_known"]), (&json!(false), &json!(false)), "{cut}");
    app.viewer().post("/audit/verify", json!({ "head": "x" })).await.refused(422, "audit.head");
    app.finish().await;
}

/// Puts a copy of the oldest record beside it, under another id.
async fn put_in(app: &TestApp, id: &str) {
    let sql = format!(
        "insert into audit_records (tenant_id, id, recorded_at, actor_user_id, actor, action, entity_type, entity_id,
            before, after, reason, request_id, correlation_id)
         select tenant_id, {id}, recorded_at, actor_user_id, actor, action, entity_type, entity_id, before, after,
            reason, request_id, correlation_id
         from audit_records where tenant_id = (select id from tenants where slug = 'home') order by id limit 1"
    );
    app.owner.batch_execute(&sql).await.expect("a record");
}

#[tokio::test]
async fn what_comes_late_is_sealed_and_what_comes_too_late_was_put_in() {
    let app = TestApp::new().await;
    two_seals(&app).await;
    // Made in the same millisecond as the oldest, by a transaction that took its time.
    put_in(&app, "overlay(id::text placing '000000000000' from 25)::uuid").await;
    let late = verify(&app, json!({})).await;
    assert_eq!(
        (&late["intact"], &late["seals"], &late["sealed"]),
        (&json!(true), &json!(3), &json!(5)),
        "{late}"
    );
    put_in(&app, "'018e0000-0000-7000-8000-000000000000'").await;
    let found = verify(&app, json!({})).await;
    assert_eq!(
        (&found["intact"], &found["broken"]["code"]),
        (&json!(false), &json!("record_added")),
        "{found}"
    );
    assert_eq!(found["seals"], 3, "it was not sealed");
    app.finish().await;
}

#[tokio::test]
async fn an_export_is_checked_without_the_server() {
    let app = TestApp::new().await;
    two_seals(&app).await;
    app.editor().post("/rules", rule("e")).await.expect(201);
    let lines = exported(&app.viewer()).await;
    let kinds: Vec<Value> =
        lines.iter().map(|line| serde_json::from_str::<Value>(line).expect("JSON")["type"].clone()).collect();
    assert_eq!(kinds, ["record", "record", "seal", "record", "record", "seal", "record", "seal", "end"]);
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("audit.ndjson");
    let path = file.to_str().expect("a path").to_owned();
    let viewer = app.viewer();
    let check = async |lines: &[String], more: &[&str]| {
        std::fs::write(&file, lines.join("\n")).expect("a file");
        viewer.cli(&[&["audit", "verify", &path], more].concat()).await
    };
    let (code, said) = check(&lines, &[]).await;
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("Every record is as it was sealed."), "{said}");
    for place in 0..lines.len() - 1 {
        let mut dropped = lines.clone();
        dropped.remove(place);
        let (code, said) = check(&dropped, &[]).await;
        assert_eq!(code, Some(15), "without line {place}: {said}");
        let swapped = {
            let mut all = lines.clone();
            all.swap(place, place + 1);
            all
        };
        let (code, said) = check(&swapped, &[]).await;
        assert!(matches!(code, Some(15)), "line {place} moved: {said}");
    }
    let flipped: Vec<String> = lines.iter().map(|line| line.replace("editor@home", "edit0r@home")).collect();
    assert_eq!(check(&flipped, &[]).await.0, Some(15));
    assert_eq!(check(&lines[..lines.len() - 1], &[]).await.0, Some(15), "cut short");
    let (code, said) = check(&["{}".to_owned()], &[]).await;
    assert_eq!(code, Some(1), "{said}");
    assert_eq!(check(&lines, &["--head", &"0".repeat(64)]).await.0, Some(15), "another head");
    let (code, said) = viewer.cli(&["audit", "verify"]).await;
    assert_eq!(code, Some(0), "{said}");
    app.finish().await;
}

#[tokio::test]
async fn the_audit_is_found_by_words() {
    let app = TestApp::new().await;
    for name in ["autumn", "winter"] {
        app.editor().post("/rules", rule(name)).await.expect(201);
    }
    let records = app.viewer().all("/audit").await;
    let winter = records[0]["entity_id"].as_str().expect("an id");
    for (words, count) in [("EDITOR@home", 2), ("rule.pushed", 2), (winter, 1), ("nowhere", 0), ("%25", 0)] {
        assert_eq!(app.viewer().all(&format!("/audit?q={words}")).await.len(), count, "{words}");
    }
    app.finish().await;
}

/// Browsers ask for it compressed, and what compresses asks for more after the end.
#[tokio::test]
async fn an_export_comes_whole_when_it_is_compressed() {
    let app = TestApp::new().await;
    two_seals(&app).await;
    let viewer = app.viewer();
    let asked = viewer.request(Method::GET, "/audit/export").header("accept-encoding", "gzip");
    let answer = asked.send().await.expect("an answer");
    assert_eq!(answer.headers()["content-encoding"], "gzip");
    let body = answer.bytes().await.expect("a body that was not cut short");
    assert_eq!(body[..2], [0x1f, 0x8b], "it is gzip");
    app.finish().await;
}
