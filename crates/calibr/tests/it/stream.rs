//! One stream for all that a page shows: of its topics only, from where it was left, and honest when that is gone.

use serde_json::{Value, json};

use crate::support::operations::rule;
use crate::support::{Actor, TestApp};

/// What a stream told: event, id, data.
async fn told(actor: &Actor<'_>, topics: &str, heard: Option<&str>) -> Vec<(String, String, Value)> {
    let path = format!("/events/stream?topics={topics}&seconds=0");
    let request = actor.request(reqwest::Method::GET, &path);
    let request = match heard {
        Some(heard) => request.header("last-event-id", heard),
        None => request,
    };
    let answer = actor.send(request).await;
    assert_eq!(
        (answer.status, answer.header("content-type")),
        (200, Some("text/event-stream")),
        "{answer:?}"
    );
    let field = |block: &str, name: &str| {
        let line = block.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "));
        line.unwrap_or_default().to_owned()
    };
    let blocks = answer.text.split("\n\n").filter(|block| block.contains("event: "));
    let read = |block: &str| {
        let data = serde_json::from_str(&field(block, "data")).expect("JSON");
        (field(block, "event"), field(block, "id"), data)
    };
    blocks.map(read).collect()
}

fn kinds(told: &[(String, String, Value)]) -> Vec<&str> {
    told.iter().map(|(kind, _, _)| kind.as_str()).collect()
}

#[tokio::test]
async fn a_stream_goes_on_where_it_was_left() {
    let app = TestApp::new().await;
    let viewer = app.viewer();
    app.log_settled().await;
    let first = told(&viewer, "rule,run:run_1", None).await;
    assert_eq!(kinds(&first), ["open"]);
    let mut left = first[0].1.clone();
    let mut pushed = Vec::new();
    for name in ["a", "b"] {
        let made = app.editor().post("/rules", rule(name)).await.expect(201);
        pushed.push(made["rule"]["id"].clone());
        let words = json!({ "email": format!("{name}@people.test"), "role": "viewer" });
        app.admin().post("/members", words).await.expect(201);
        app.log_settled().await;
        let news = told(&viewer, "rule,run:run_1", Some(&left)).await;
        assert_eq!(kinds(&news), ["open", "rule.pushed"], "{news:?}");
        let (_, id, event) = &news[1];
        assert_eq!(
            (&event["entity_id"], event["position"].to_string()),
            (pushed.last().expect("one"), id.clone())
        );
        left.clone_from(id);
    }
    let one = format!("rule:{}", pushed[0].as_str().expect("an id"));
    let of_one = told(&viewer, &one, Some("0")).await;
    assert_eq!((kinds(&of_one), &of_one[1].2["entity_id"]), (vec!["open", "rule.pushed"], &pushed[0]));
    assert_eq!(kinds(&told(&viewer, "rule", Some("0")).await), ["open", "rule.pushed", "rule.pushed"]);
    let elsewhere = app.person(&app.other, kernel_core::Role::Admin);
    assert_eq!(kinds(&told(&elsewhere, "rule", Some("0")).await), ["open"]);
    app.finish().await;
}

#[tokio::test]
async fn a_place_that_is_gone_starts_anew() {
    let app = TestApp::new().await;
    app.editor().post("/rules", rule("a")).await.expect(201);
    app.log_settled().await;
    for gone in ["999999", "-7", "yesterday"] {
        let news = told(&app.viewer(), "rule", Some(gone)).await;
        assert_eq!(kinds(&news), ["reset"], "{gone}");
        assert_eq!(kinds(&told(&app.viewer(), "rule", Some(&news[0].1)).await), ["open"]);
    }
    let viewer = app.viewer();
    for wrong in ["", "topics=", "topics=Rule", "topics=rule&seconds=x"] {
        viewer.get(&format!("/events/stream?{wrong}")).await.refused(400, "query.invalid");
    }
    app.finish().await;
}
