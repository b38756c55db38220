//! Input that is refused: it says what, where and how to mend it, and changes nothing.

use reqwest::Method;
use serde_json::{Value, json};
use simulators::shopify::Simulator;

use crate::support::operations::{Access, operations, rule};
use crate::support::{CURT, TestApp, csv_of, goods, sim_config};

#[tokio::test]
async fn files_that_are_no_product_csv_are_refused_whole() {
    let app = TestApp::new().await;
    let utf16: Vec<u8> =
        [0xff, 0xfe].into_iter().chain("Handle".bytes().flat_map(|byte| [byte, 0])).collect();
    // The quote is opened after enough good rows that some were taken already.
    let unclosed = format!("{}\"{}", csv_of("good", 0, 600), "x".repeat(5 * 1024 * 1024));
    let cases: [(Vec<u8>, &str, &str, &str); 7] = [
        (Vec::new(), "catalogue.empty", "line 1", "column names"),
        (b" \n".to_vec(), "catalogue.empty", "line 1", "column names"),
        (utf16, "catalogue.encoding", "line 1", "UTF-8"),
        (b"Title,Variant Price\nA,1\n".to_vec(), "catalogue.column_missing", "line 1", "`Handle`"),
        (b"Handle,Title\na,A\n".to_vec(), "catalogue.column_missing", "line 1", "`Variant Price`"),
        (
            b"Handle,Variant Price,Price\na,1,2\n".to_vec(),
            "catalogue.column_twice",
            "line 1",
            "keep one of them",
        ),
        (unclosed.into_bytes(), "catalogue.unreadable", "line 602", "not closed"),
    ];
    let before = app.dump().await;
    for (file, code, place, mend) in cases {
        let problem = app.editor().post_text("/catalog/imports", "text/csv", file).await.refused(422, code);
        let error = &problem["errors"][0];
        assert_eq!((&error["pointer"], &error["code"]), (&json!(place), &json!(code)), "{problem}");
        assert!(error["detail"].as_str().is_some_and(|detail| detail.contains(mend)), "{problem}");
        app.assert_unchanged(&before, code).await;
    }
    let wrong =
        app.editor().post_text("/catalog/imports?project=nowhere", "text/csv", csv_of("a", 0, 1)).await;
    wrong.refused(404, "not_found");
    let wrong =
        app.editor().post_text("/catalog/imports?decimal_mark=dot", "text/csv", csv_of("a", 0, 1)).await;
    wrong.refused(400, "query.invalid");
    app.assert_unchanged(&before, "an import that names nothing").await;
    app.finish().await;
}

#[tokio::test]
async fn a_row_that_cannot_be_used_is_named_by_its_line_and_the_others_are_taken() {
    let app = TestApp::new().await;
    let csv = "Handle,Title,Variant SKU,Variant Price,Variant Compare At Price\n\
               a,A,A-1,1.00,\nb,B,B-1,cheap,\nc,C,C-1,-5,\nd,D,D-1,\"1,50\",\ne,E,E-1,2.00,often\n";
    let report = app.editor().post_text("/catalog/imports", "text/csv", csv).await.expect(201);
    let refused: Vec<&str> = report["refused"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|note| note["pointer"].as_str().expect("a text"))
        .collect();
    assert_eq!(refused.len(), 3, "{report}");
    for (line, pointer) in ["line 3", "line 4", "line 6"].iter().zip(&refused) {
        assert!(pointer.starts_with(line), "{report}");
    }
    assert_eq!(report["refused_count"], 3);
    let taken = app.viewer().all("/catalog/variants").await;
    let skus: Vec<&str> = taken.iter().map(|variant| variant["sku"].as_str().expect("a SKU")).collect();
    assert_eq!(skus, ["A-1", "D-1"]);
    assert_eq!(taken[1]["price"], json!({ "amount": "1.50", "currency": "EUR" }));
    assert!(report["changed"].to_string().contains("line 5"), "the decimal comma is told: {report}");
    app.finish().await;
}

/// Rules that cannot be used, and where.
fn wrong_rules() -> Vec<(Value, &'static str)> {
    let with = |field: &str, value: Value| {
        let mut rule = rule("wrong");
        rule[field] = value;
        rule
    };
    let mut nameless = rule("wrong");
    nameless.as_object_mut().expect("an object").remove("name");
    vec![
        (with("steep", json!(1)), "/steep"),
        (with("select", json!({})), "/select"),
        (with("select", json!({ "any": [] })), "/select/any"),
        (
            with("select", json!({ "all": [{ "tag": { "is": "a" } }, { "vendr": { "is": "b" } }] })),
            "/select/all/1/vendr",
        ),
        (with("steps", json!([{ "percent": "-5" }, { "amount": "5 USD" }])), "/steps/1/amount"),
        (with("constraints", json!({ "floor": "9 JPY" })), "/constraints/floor"),
        (with("steps", json!([{ "set": "0 EUR" }])), "/steps/0/set"),
        (with("schema", json!("rule.v9")), "/schema"),
        (nameless, ""),
    ]
}

#[tokio::test]
async fn rules_that_cannot_be_used_say_where() {
    let app = TestApp::new().await;
    app.shop(goods(1, 1)).await;
    let before = app.dump().await;
    for (rule, pointer) in wrong_rules() {
        for path in ["/rules", "/rules/preview"] {
            let problem = app.editor().post(path, rule.clone()).await.refused(422, "rule.invalid");
            assert_eq!(problem["errors"][0]["pointer"], pointer, "{path} {problem}");
            assert!(problem["errors"][0]["detail"].as_str().is_some_and(|d| d.len() > 10), "{problem}");
        }
        let validation = app.viewer().post("/rules/validate", rule).await.expect(200);
        assert_eq!(validation["valid"], false);
        assert_eq!(validation["errors"][0]["pointer"], pointer, "{validation}");
    }
    let yaml = "schema: rule.v1\nname: wrong\nselect: { tag: { is: a } }\nsteps:\n  - procent: 5\n";
    let problem =
        app.editor().post_text("/rules", "application/yaml", yaml).await.refused(422, "rule.invalid");
    assert_eq!(problem["errors"][0]["pointer"], "/steps/0/procent");
    assert!(
        problem["errors"][0]["detail"].as_str().is_some_and(|detail| detail.contains("line 5")),
        "{problem}"
    );
    for (kind, body, code) in [
        ("text/plain", b"name: a".to_vec(), "body.content_type"),
        ("application/yaml", vec![0xff, 0xfe, b'a'], "body.not_utf8"),
        ("application/json", vec![b' '; 3 * 1024 * 1024], "body.unreadable"),
    ] {
        app.editor().post_text("/rules", kind, body).await.refused(400, code);
    }
    app.assert_unchanged(&before, "a rule that cannot be used").await;
    app.finish().await;
}

#[tokio::test]
async fn bodies_that_do_not_fit_say_where() {
    let app = TestApp::new().await;
    let things = app.things_of(&app.home, "mine").await;
    let id = &things.rule;
    let before = app.dump().await;
    let change = "/price-changes";
    for (body, status, code, pointer) in [
        (json!({ "title": "T", "rules": [] }), 422, "price_change.rules", "/rules"),
        (json!({ "title": "T", "rules": [id, id] }), 422, "price_change.rules", "/rules/1"),
        (json!({ "title": "  ", "rules": [id] }), 422, "price_change.title", "/title"),
        (json!({ "title": "T", "rules": [id], "force": true }), 400, "body.invalid", "/force"),
        (json!({ "title": "T", "rules": ["rul_1"] }), 400, "body.invalid", "/rules/0"),
        (json!({ "title": "T", "rules": [things.run] }), 400, "body.invalid", "/rules/0"),
        (json!({ "title": 5, "rules": [id] }), 400, "body.invalid", "/title"),
    ] {
        let problem = app.editor().post(change, body).await.refused(status, code);
        assert_eq!(problem["errors"][0]["pointer"], pointer, "{problem}");
    }
    app.editor().post_text(change, "application/json", "{").await.refused(400, "body.invalid");
    app.editor().post_text(change, "application/json", "{} {}").await.refused(400, "body.invalid");
    app.editor().post_text(change, "text/plain", "{}").await.refused(400, "body.content_type");
    let token =
        app.admin().post("/tokens", json!({ "name": "t", "scopes": [], "expires_in_days": 999 })).await;
    assert_eq!(token.refused(422, "token.lifetime")["errors"][0]["pointer"], "/expires_in_days");
    let unknown = app.admin().post("/tokens", json!({ "name": "t", "scopes": ["rules:raed"] })).await;
    assert_eq!(unknown.refused(422, "token.scopes")["errors"][0]["pointer"], "/scopes/0");
    for (path, known) in [
        ("/price-changes?state=done", "pending_approval"),
        ("/price-changes?state=applied,done", "rolled_back"),
        ("/drifts?state=done", "put_back"),
        ("/jobs?state=undone", "cancelled"),
        ("/dlq?state=done", "settled"),
        ("/dlq?state=", "dropped"),
    ] {
        let problem = app.viewer().get(path).await.refused(400, "query.invalid");
        let fault = &problem["errors"][0];
        assert_eq!(fault["pointer"], "/state");
        assert!(fault["detail"].as_str().is_some_and(|detail| detail.contains(known)), "{problem}");
    }
    app.assert_unchanged(&before, "a body that does not fit").await;
    app.finish().await;
}

#[tokio::test]
async fn a_text_that_is_no_id_names_nothing() {
    let app = TestApp::new().await;
    let mut things = app.things_of(&app.home, "mine").await;
    let before = app.dump().await;
    let rule = things.rule.clone();
    for nonsense in
        ["nonsense", "1", "%27%3B--", "rul_00000000000000000000000000", &rule.replace("rul_", "prd_")]
    {
        for id in things.ids() {
            *id = nonsense.to_owned();
        }
        // The body of a new price change names a rule, and no project that is not there.
        for operation in operations(&things).into_iter().filter(|operation| operation.has_id) {
            operation.call(&app.admin()).await.refused(404, "not_found");
        }
    }
    app.assert_unchanged(&before, "ids that are none").await;
    app.finish().await;
}

#[tokio::test]
async fn a_parameter_that_an_operation_does_not_know_is_refused() {
    let app = TestApp::new().await;
    let things = app.things_of(&app.home, "mine").await;
    let before = app.dump().await;
    for operation in operations(&things) {
        if operation.access == Access::Public {
            continue;
        }
        let problem =
            operation.with_parameter("color=red").call(&app.admin()).await.refused(400, "query.invalid");
        assert!(problem["detail"].as_str().is_some_and(|detail| detail.contains("color")), "{problem}");
    }
    app.assert_unchanged(&before, "an unknown parameter").await;
    app.finish().await;
}

#[tokio::test]
async fn a_shop_that_cannot_be_connected_is_told_in_its_own_words() {
    let app = TestApp::with_connectors(CURT).await;
    let shop = app.shop(goods(1, 1)).await;
    let yen = Simulator::start(simulators::shopify::Config {
        currency: "JPY".to_owned(),
        domain: "yen.myshopify.com".to_owned(),
        ..sim_config(goods(1, 1))
    });
    let yen = yen.await.expect("a shop");
    let before = app.dump().await;
    let new =
        |url: &str, token: &str| json!({ "shop_domain": "a shop", "access_token": token, "base_url": url });
    let connect = |body: Value| async { app.admin().post("/channels", body).await };
    let wrong_token = connect(new(&shop.sim.url, "shpat_wrong")).await.refused(422, "channel.refused");
    assert!(wrong_token["detail"].as_str().is_some_and(|d| d.contains("Invalid API key")), "{wrong_token}");
    assert!(!wrong_token.to_string().contains("shpat_wrong"), "the token is told: {wrong_token}");
    let currency = connect(new(&yen.url, &yen.token)).await.refused(422, "channel.currency");
    assert!(
        currency["detail"].as_str().is_some_and(|d| d.contains("JPY") && d.contains("EUR")),
        "{currency}"
    );
    connect(new("http://not-loopback.example", "t")).await.refused(422, "channel.refused");
    connect(new("nonsense", "t")).await.refused(422, "channel.refused");
    app.assert_unchanged(&before, "a shop that cannot be connected").await;
    let nobody = connect(new("http://127.0.0.1:9", "t")).await;
    nobody.refused(503, "channel.unavailable");
    app.expect_logged("channel.unavailable");
    app.assert_unchanged(&before, "a shop that is not there").await;
    app.finish().await;
}

#[tokio::test]
async fn what_no_route_knows_is_told_as_a_problem() {
    let app = TestApp::new().await;
    app.admin().get("/nonsense").await.refused(404, "not_found");
    let answer = app.admin().send(app.admin().request(Method::PUT, "/rules")).await;
    assert_eq!(answer.header("allow"), Some("GET,HEAD,POST"));
    answer.refused(405, "method_not_allowed");
    app.finish().await;
}
