//! Conflicts between rules and proofs about them, through the API.

use serde_json::{Value, json};

use crate::support::TestApp;

fn rule(name: &str, select: Value, step: Value) -> Value {
    json!({ "schema": "rule.v1", "name": name, "select": select, "steps": [step] })
}

async fn found(app: &TestApp, path: &str, body: Value) -> Value {
    let path = format!("{path}?project={}", app.home.project);
    app.viewer().post(&path, body).await.expect(200)
}

#[tokio::test]
async fn rules_that_get_in_one_anothers_way_are_told() {
    let app = TestApp::new().await;
    let csv = "Handle,Title,Variant SKU,Variant Price\na,A,A,30.00\nb,B,B,15.00\n";
    app.editor().post_text("/catalog/imports", "text/csv", csv).await.expect(201);
    let documents = [
        rule("dear", json!({ "price": { "gt": "20 EUR" } }), json!({ "set": "18 EUR" })),
        rule("cheap", json!({ "price": { "lte": "20 EUR" } }), json!({ "set": "25 EUR" })),
        rule("late", json!({ "price": { "gt": "22 EUR" } }), json!({ "percent": 1 })),
    ];
    let report = found(&app, "/rules/conflicts", json!({ "documents": documents })).await;
    let counted = |place: usize, field: &str| report["rules"][place][field].clone();
    assert_eq!(report["variants"], 2);
    assert_eq!([0, 1, 2].map(|place| counted(place, "selects")), [1, 1, 1]);
    assert_eq!([0, 1, 2].map(|place| counted(place, "takes_part")), [1, 1, 0]);
    assert_eq!(report["rules"][2]["can_take_part"]["answer"], "impossible");
    assert_eq!(report["rules"][2]["covered_by"], json!(["dear"]));
    let pairs = report["pairs"].as_array().expect("pairs");
    let pair = |first: &str, second: &str| {
        pairs.iter().find(|pair| pair["first"] == first && pair["second"] == second).expect("the pair")
    };
    let restless = pair("dear", "cheap");
    assert_eq!((&restless["overlap"], &restless["flip_flops"]), (&json!(0), &json!(2)));
    assert_eq!(restless["can_overlap"]["answer"], "impossible");
    let prices: Vec<&Value> = restless["flip_flop"]["prices"]
        .as_array()
        .expect("prices")
        .iter()
        .map(|one| &one["amount"])
        .collect();
    assert_eq!(prices, ["18.00", "25.00"]);
    assert_eq!(pair("dear", "late")["first_wins"], 1);
    app.finish().await;
}

#[tokio::test]
async fn a_proof_holds_under_the_guardrails_of_a_fresh_tenant_or_shows_a_variant() {
    let app = TestApp::new().await;
    let documents = [rule("cut", json!({ "all_variants": true }), json!({ "percent": -30 }))];
    let ask = |property: Value| json!({ "documents": documents, "property": property });
    let held = found(&app, "/rules/prove", ask(json!({ "not_below_cost": true }))).await;
    assert_eq!((&held["answer"], &held["counterexample"]), (&json!("holds"), &Value::Null));
    let floor = json!({ "floor": { "amount": "5.00", "currency": "EUR" } });
    let refuted = found(&app, "/rules/prove", ask(floor)).await;
    assert_eq!(refuted["answer"], "refuted");
    let counterexample = &refuted["counterexample"];
    let minor = |value: &Value| value["amount"].as_str().expect("an amount").replace('.', "").parse::<i64>();
    let before = minor(&counterexample["variant"]["amounts"]["price"]).expect("a number");
    let after = minor(&counterexample["after"]).expect("a number");
    assert_eq!(after, (before * 7 + 5).div_euclid(10));
    assert!(after < 500, "{counterexample}");
    assert_eq!(counterexample["rule"], "cut");
    app.finish().await;
}

#[tokio::test]
async fn what_cannot_be_asked_is_refused_with_its_place() {
    let app = TestApp::new().await;
    let good = rule("cut", json!({ "all_variants": true }), json!({ "percent": -30 }));
    let bad = rule("cut", json!({ "all_variants": true }), json!({ "percent": -130 }));
    let dollars = json!({ "floor": { "amount": "5.00", "currency": "USD" } });
    for (documents, property, pointer) in [
        (json!([good]), dollars, "/property/floor"),
        (json!([good]), json!({ "minimum_margin": "100" }), "/property/minimum_margin"),
        (json!([good, bad]), json!({ "not_below_cost": true }), "/documents/1/steps/0/percent"),
    ] {
        let body = json!({ "documents": documents, "property": property });
        let path = format!("/rules/prove?project={}", app.home.project);
        let refused = app.viewer().post(&path, body).await.expect(422);
        assert_eq!(refused["errors"][0]["pointer"], pointer, "{refused}");
    }
    app.finish().await;
}
