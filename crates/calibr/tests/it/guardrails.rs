//! Guardrails in layers and versions, and waivers by two people, through the API.

use jiff::{SignedDuration, Timestamp};
use kernel_core::Role;
use pricing::{Decision, MoreFacts, Outcome, Rule, RuleSet, VariantFacts};
use serde_json::{Value, json};

use crate::support::{TestApp, goods};

fn document(guardrails: Value) -> Value {
    let mut document = guardrails;
    document["schema"] = json!("guardrails.v1");
    document
}

fn floor(price: &str) -> Value {
    document(json!({ "floor": { "price": price } }))
}

fn of<'v>(effective: &'v Value, code: &str) -> &'v Value {
    let list = effective["guardrails"].as_array().expect("a list");
    list.iter().find(|guardrail| guardrail["guardrail"] == code).unwrap_or(&Value::Null)
}

/// The outcome of 10.00 → `after` for a project, as planning finds it.
async fn outcome(app: &TestApp, after: &str) -> (Outcome, &'static str) {
    let tx = app.app.db.tenant_tx(app.home.id).await.expect("a transaction");
    let project = calibr::accounts::resolve_project(&tx, Some(&app.home.project)).await.expect("a project");
    let effective = calibr::guardrails::effective(&tx, &project, app.now()).await.expect("guardrails");
    let text = format!(
        "schema: rule.v1\nname: clearance\nselect: {{ all_variants: true }}\nsteps: [{{ set: {after} EUR }}]\n"
    );
    let rule = Rule::from_yaml(&text).expect("a rule");
    let context = calibr::accounts::pricing_context(&project, app.now());
    let set =
        RuleSet::compile(&[("clearance v1", &rule)], &effective.guardrails, &context).expect("compiles");
    let facts = VariantFacts { price_minor: Some(1_000), more: MoreFacts::NONE, ..VariantFacts::default() };
    let Decision::Row(row) = set.evaluate(&facts) else { panic!("everything is selected") };
    (row.outcome, row.reason.code())
}

fn waiver(app: &TestApp, guardrail: &str, hours: i64) -> Value {
    let until: Timestamp = app.now() + SignedDuration::from_hours(hours);
    json!({ "guardrail": guardrail, "reason": "Clearance of the old season.", "valid_until": until })
}

#[tokio::test]
async fn a_fresh_tenant_has_guardrails_that_nobody_set() {
    let app = TestApp::new().await;
    let effective = app.viewer().get("/guardrails").await.expect(200);
    assert_eq!((&effective["label"], &effective["tenant"]), (&json!("built in"), &Value::Null));
    for code in ["near_zero", "slip", "below_cost", "no_minimum", "currency_swap", "collapse"] {
        let guardrail = of(&effective, code);
        assert_eq!(
            (&guardrail["mode"], &guardrail["source"]),
            (&json!("hard"), &json!("built_in")),
            "{code}"
        );
    }
    for code in ["maximum_move", "maximum_move_day", "blast_radius"] {
        assert_eq!(of(&effective, code)["mode"], "soft", "{code}");
    }
    assert_eq!(outcome(&app, "1.00").await, (Outcome::Blocked, "blocked.slip"));
    assert_eq!(outcome(&app, "0.01").await, (Outcome::Blocked, "blocked.near_zero"));
    app.finish().await;
}

#[tokio::test]
async fn accidents_are_stopped_on_the_way_through_the_api() {
    let app = TestApp::new().await;
    app.shop(goods(3, 2)).await;
    for (step, expected) in [
        (json!({ "multiply": "0.01" }), "blocked.slip"),
        (json!({ "multiply": "0.001" }), "blocked."),
        (json!({ "set": "0.01 EUR" }), "blocked.near_zero"),
        (json!({ "match": "competitor" }), "skipped."),
    ] {
        let rule = json!({
            "schema": "rule.v1", "name": format!("accident {step}"), "select": { "all_variants": true }, "steps": [step],
        });
        let plan = app.plan(rule).await;
        let rows = app.viewer().all(&plan.path("/rows")).await;
        assert_eq!(rows.len(), 6);
        for row in rows {
            let reason = row["reason"].as_str().expect("a reason");
            assert!(reason.starts_with(expected), "{expected}: {row}");
        }
        assert_eq!(app.state_of(&plan).await, "planned", "there is nothing to approve");
    }
    app.finish().await;
}

#[tokio::test]
async fn layers_come_in_versions_and_say_where_each_guardrail_comes_from() {
    let app = TestApp::new().await;
    let admin = app.admin();
    let first = admin.post("/guardrails", floor("2.00 EUR")).await.expect(201);
    assert_eq!((&first["outcome"], &first["version"]["version"]), (&json!("created"), &json!(1)));
    let again = admin.post("/guardrails", floor("2.00 EUR")).await.expect(200);
    assert_eq!((&again["outcome"], &again["version"]["version"]), (&json!("unchanged"), &json!(1)));
    let yaml = "schema: guardrails.v1\nfloor: { price: 3.00 EUR }\nslip: { mode: soft }\n";
    let second = admin.post_text("/guardrails", "application/yaml", yaml).await.expect(200);
    assert_eq!((&second["outcome"], &second["version"]["version"]), (&json!("new_version"), &json!(2)));
    let tenant = document(json!({ "floor": { "price": "1.00 EUR" }, "ceiling": { "price": "90.00 EUR" } }));
    admin.post("/guardrails?scope=tenant", tenant).await.expect(201);

    let effective = app.viewer().get("/guardrails").await.expect(200);
    assert_eq!(effective["label"], "tenant v1, project v2");
    let sources =
        ["floor", "slip", "ceiling", "near_zero"].map(|code| of(&effective, code)["source"].clone());
    assert_eq!(sources, ["project", "project", "tenant", "built_in"]);
    assert_eq!(of(&effective, "floor")["settings"]["price"][0]["amount"], "3.00");
    assert_eq!(outcome(&app, "2.50").await, (Outcome::Blocked, "blocked.floor"));

    let numbers = |rows: Vec<Value>| rows.iter().map(|row| row["version"].clone()).collect::<Vec<_>>();
    assert_eq!(numbers(app.viewer().all("/guardrails/versions").await), [2, 1]);
    assert_eq!(numbers(app.viewer().all("/guardrails/versions?scope=tenant").await), [1]);
    assert_eq!(app.audit("guardrails.pushed").await.len(), 3);
    app.finish().await;
}

#[tokio::test]
async fn of_two_admins_the_second_is_told_of_the_first() {
    let app = TestApp::new().await;
    let admin = app.admin();
    admin.post_over("/guardrails", floor("2.00 EUR"), "\"v1\"").await.refused(412, "guardrails.changed");
    admin.post_over("/guardrails", floor("2.00 EUR"), "\"v0\"").await.expect(201);
    let problem =
        admin.post_over("/guardrails", floor("3.00 EUR"), "\"v0\"").await.refused(412, "guardrails.changed");
    assert!(problem["detail"].as_str().is_some_and(|detail| detail.contains("pushed v1")), "{problem}");
    assert_eq!(app.viewer().all("/guardrails/versions").await.len(), 1);
    // Those of the organisation have versions of their own.
    admin.post_over("/guardrails?scope=tenant", floor("1.00 EUR"), "\"v0\"").await.expect(201);
    let knowing = admin.post_over("/guardrails", floor("3.00 EUR"), "\"v1\"").await.expect(200);
    assert_eq!(knowing["version"]["version"], 2);
    assert_eq!(app.audit("guardrails.pushed").await.len(), 3);
    app.finish().await;
}

#[tokio::test]
async fn documents_that_cannot_hold_change_nothing() {
    let app = TestApp::new().await;
    let admin = app.admin();
    admin.post("/guardrails", floor("5.00 EUR")).await.expect(201);
    let before = app.dump().await;
    let low = document(json!({ "ceiling": { "price": "4.00 EUR" } }));
    let problem = admin.post("/guardrails?scope=tenant", low).await.refused(422, "guardrails.invalid");
    assert_eq!(problem["errors"][0]["pointer"], "/floor/price");
    let yen = admin.post("/guardrails", floor("500 JPY")).await.refused(422, "guardrails.invalid");
    assert_eq!(yen["errors"][0]["code"], "currency_missing");
    let misspelt = document(json!({ "flor": { "price": "5.00 EUR" } }));
    let misspelt = admin.post("/guardrails", misspelt).await.refused(422, "guardrails.invalid");
    assert_eq!(misspelt["errors"][0]["pointer"], "/flor");
    admin.post("/guardrails?scope=all", floor("1.00 EUR")).await.refused(400, "guardrails.scope");
    let both = format!("/guardrails?scope=tenant&project={}", app.home.project);
    admin.post(&both, floor("1.00 EUR")).await.refused(400, "guardrails.scope");
    app.approver().post("/guardrails", floor("1.00 EUR")).await.refused(403, "role.missing");
    app.assert_unchanged(&before, "guardrails that cannot hold").await;
    app.finish().await;
}

#[tokio::test]
async fn checking_says_what_pushing_would_and_stores_nothing() {
    let app = TestApp::new().await;
    app.admin().post("/guardrails", floor("5.00 EUR")).await.expect(201);
    let before = app.dump().await;
    let viewer = app.viewer();
    let good = document(json!({ "ceiling": { "price": "6.00 EUR" } }));
    let verdict = viewer.post("/guardrails/validate?scope=tenant", good).await.expect(200);
    assert_eq!(verdict, json!({ "valid": true, "errors": [] }));
    let low = document(json!({ "ceiling": { "price": "4.00 EUR" } }));
    let verdict = viewer.post("/guardrails/validate?scope=tenant", low.clone()).await.expect(200);
    assert_eq!(
        (&verdict["valid"], &verdict["errors"][0]["pointer"]),
        (&json!(false), &json!("/floor/price"))
    );
    // As the project's own it would come instead of the floor, and holds.
    let own = viewer.post("/guardrails/validate", low).await.expect(200);
    assert_eq!(own["valid"], true);
    let misspelt = document(json!({ "flor": { "price": "5.00 EUR" } }));
    let verdict = viewer.post("/guardrails/validate", misspelt).await.expect(200);
    assert_eq!(verdict["errors"][0]["pointer"], "/flor");
    app.assert_unchanged(&before, "checking guardrails").await;
    app.finish().await;
}

#[tokio::test]
async fn what_holds_in_all_projects_must_hold_in_each() {
    let app = TestApp::new().await;
    app.home.add_project(&app.app, "tokyo", "JPY").await;
    let admin = app.admin();
    let one = admin.post("/guardrails?scope=tenant", floor("5.00 EUR")).await;
    let problem = one.refused(422, "guardrails.invalid");
    assert!(problem["errors"][0]["detail"].as_str().is_some_and(|detail| detail.contains("`tokyo`")));
    let both = document(json!({ "floor": { "price": ["5.00 EUR", "700 JPY"] } }));
    admin.post("/guardrails?scope=tenant", both).await.expect(201);
    assert_eq!(outcome(&app, "4.99").await, (Outcome::Blocked, "blocked.floor"));
    app.finish().await;
}

#[tokio::test]
async fn a_waiver_takes_two_people_and_ends_by_itself() {
    let app = TestApp::new().await;
    assert_eq!(outcome(&app, "4.00").await, (Outcome::Blocked, "blocked.maximum_move"));
    let asked = app.approver().post("/waivers", waiver(&app, "maximum_move", 48)).await.expect(201);
    assert_eq!(asked["state"], "requested");
    let path = |verb: &str| format!("/waivers/{}/{verb}", asked["id"].as_str().expect("an id"));
    assert_eq!(outcome(&app, "4.00").await.0, Outcome::Blocked, "asking alone opens nothing");
    let before = app.dump().await;
    app.approver().post(&path("approve"), json!({})).await.refused(403, "waiver.own");
    app.editor().post(&path("approve"), json!({})).await.refused(403, "role.missing");
    app.assert_unchanged(&before, "approvals by the wrong people").await;
    let approved = app.admin().post(&path("approve"), json!({})).await.expect(200);
    let admin = app.home.email(Role::Admin);
    assert_eq!((&approved["state"], &approved["approved_by"]), (&json!("approved"), &json!(admin)));
    app.admin().post(&path("approve"), json!({})).await.refused(409, "waiver.state");
    assert_eq!(
        outcome(&app, "4.00").await,
        (Outcome::Blocked, "blocked.maximum_move_day"),
        "only what was waived"
    );

    let day = app.editor().post("/waivers", waiver(&app, "maximum_move_day", 24)).await.expect(201);
    let day = format!("/waivers/{}", day["id"].as_str().expect("an id"));
    app.approver().post(&format!("{day}/approve"), json!({})).await.expect(200);
    assert_eq!(outcome(&app, "4.00").await, (Outcome::Cut, "as_ruled"));
    let holding = app.viewer().get("/guardrails").await.expect(200)["waivers"].as_array().map(Vec::len);
    assert_eq!(holding, Some(2));

    app.hours_pass(24);
    assert_eq!(outcome(&app, "4.00").await, (Outcome::Blocked, "blocked.maximum_move_day"));
    let states: Vec<Value> =
        app.viewer().all("/waivers").await.iter().map(|waiver| waiver["state"].clone()).collect();
    assert_eq!(states, ["expired", "approved"]);
    app.editor().post(&format!("{day}/end"), json!({})).await.refused(409, "waiver.state");
    let ended = app.editor().post(&path("end"), json!({})).await.expect(200);
    assert_eq!(ended["state"], "ended");
    assert_eq!(outcome(&app, "4.00").await, (Outcome::Blocked, "blocked.maximum_move"));
    assert_eq!(app.audit("waiver.approved").await.len(), 2);
    app.finish().await;
}

#[tokio::test]
async fn a_waiver_may_be_for_one_rule() {
    let app = TestApp::new().await;
    let rule = |name: &str| json!({ "schema": "rule.v1", "name": name, "select": { "all_variants": true }, "steps": [{ "percent": "-5" }] });
    for (name, expected) in [("another", Outcome::Blocked), ("clearance", Outcome::Cut)] {
        let id = app.push(rule(name)).await;
        for guardrail in ["maximum_move", "maximum_move_day"] {
            let mut new = waiver(&app, guardrail, 24);
            new["rule_id"] = json!(id);
            let asked = app.editor().post("/waivers", new).await.expect(201);
            assert_eq!(asked["rule"], name);
            let path = format!("/waivers/{}/approve", asked["id"].as_str().expect("an id"));
            app.approver().post(&path, json!({})).await.expect(200);
        }
        assert_eq!(outcome(&app, "4.00").await.0, expected, "{name}");
    }
    app.finish().await;
}

#[tokio::test]
async fn waivers_that_make_no_sense_are_refused() {
    let app = TestApp::new().await;
    let editor = app.editor();
    let rule = app.push(json!({ "schema": "rule.v1", "name": "r", "select": { "all_variants": true }, "steps": [{ "percent": "-5" }] })).await;
    let before = app.dump().await;
    let refused = |body: Value, code: &'static str, pointer: &'static str| {
        let editor = editor.clone();
        async move {
            let problem = editor.post("/waivers", body).await.refused(422, code);
            assert_eq!(problem["errors"][0]["pointer"], pointer);
        }
    };
    refused(waiver(&app, "slip", 1), "waiver.guardrail", "/guardrail").await;
    refused(waiver(&app, "floor", 1), "waiver.guardrail", "/guardrail").await;
    refused(waiver(&app, "nothing", 1), "waiver.guardrail", "/guardrail").await;
    refused(waiver(&app, "maximum_move", 0), "waiver.valid_until", "/valid_until").await;
    refused(waiver(&app, "maximum_move", 24 * 90 + 1), "waiver.valid_until", "/valid_until").await;
    let mut blank = waiver(&app, "maximum_move", 1);
    blank["reason"] = json!("  ");
    refused(blank, "waiver.reason", "/reason").await;
    let mut whole = waiver(&app, "blast_radius", 1);
    whole["rule_id"] = json!(rule);
    refused(whole, "waiver.rule", "/rule_id").await;
    app.assert_unchanged(&before, "waivers that make no sense").await;
    app.finish().await;
}
