//! Approved price changes that somebody lets start later, by a clock on the wall: which instant is meant, what is refused at
//! once, what is told when the start fails, and calling it off.

use kernel_core::Role;
use serde_json::{Value, json};
use simulators::shopify::VariantEdit;

use crate::support::{Answer, Plan, Shop, TestApp, gid, goods, sim_config, writes};

fn rule(name: &str) -> Value {
    json!({
        "schema": "rule.v1", "name": name, "select": { "all_variants": true }, "steps": [{ "percent": "-7" }],
    })
}

async fn approved(app: &TestApp, name: &str) -> Plan {
    let plan = app.plan(rule(name)).await;
    app.approve(&plan).await;
    plan
}

fn at(plan: &Plan, local: &str, zone: &str) -> Value {
    json!({ "plan_hash": plan.hash, "at": { "local": local, "time_zone": zone } })
}

/// Four hours after the tests begin, by the clocks of Paris: 13:00 in UTC.
fn at_two(plan: &Plan) -> Value {
    at(plan, "2026-11-02T14:00", "Europe/Paris")
}

async fn schedule(app: &TestApp, plan: &Plan) -> Value {
    app.editor().post(&plan.path("/apply"), at_two(plan)).await.expect(202)
}

async fn unschedule(app: &TestApp, plan: &Plan) -> Answer {
    app.editor().post(&plan.path("/unschedule"), json!({ "reason": "Not on a Monday." })).await
}

async fn runs(app: &TestApp) -> Vec<Value> {
    app.viewer().all("/runs").await
}

fn written(shop: &Shop) -> usize {
    writes(&shop.sim.journal()).len()
}

#[tokio::test]
async fn a_price_change_starts_at_the_instant_that_a_clock_on_the_wall_means() {
    let app = TestApp::new().await;
    let shop = app.shop(goods(3, 2)).await;
    let plan = approved(&app, "later").await;
    let answer = app.editor().post(&plan.path("/apply"), at_two(&plan)).await;
    assert_eq!(answer.header("location"), Some(format!("/api/v1{}", plan.path("")).as_str()));
    let change = answer.expect(202);
    assert_eq!(change["state"], "scheduled", "{change}");
    let scheduled = json!({ "starts_at": "2026-11-02T13:00:00Z", "local": "2026-11-02T14:00",
        "time_zone": "Europe/Paris", "scheduled_by": "editor@home.test", "scheduled_at": "2026-11-02T09:00:00Z" });
    assert_eq!(change["scheduled"], scheduled);
    let allowed = change["allowed"].as_array().expect("acts");
    assert!(allowed.contains(&json!("unschedule")) && !allowed.contains(&json!("apply")), "{allowed:?}");
    let listed = app.viewer().all("/price-changes").await;
    assert_eq!(listed[0]["starts_at"], "2026-11-02T13:00:00Z");
    app.minutes_pass(239);
    assert_eq!((runs(&app).await.len(), written(&shop)), (0, 0), "not a minute before");
    app.jobs_done().await;
    let runs = runs(&app).await;
    assert_eq!((runs.len(), &runs[0]["created_at"]), (1, &json!("2026-11-02T13:00:00Z")));
    assert_eq!(app.state_of(&plan).await, "applied");
    let shown = app.viewer().get(&plan.path("")).await.expect(200);
    assert_eq!(shown["scheduled"], Value::Null, "it waits for nothing any more");
    let records = app.audit("price_change.scheduled").await;
    assert_eq!((records.len(), &records[0]["actor"]), (1, &json!("editor@home.test")));
    let start = &records[0]["after"]["start"];
    assert_eq!(
        (&start["starts_at"], &start["local"]),
        (&json!("2026-11-02T13:00:00Z"), &json!("2026-11-02T14:00"))
    );
    app.log_settled().await;
    let sql = "select payload from event_log where type = 'price_change.scheduled'";
    let told: Value = app.owner.query_one(sql, &[]).await.expect("one event").get(0);
    assert_eq!(told["start"]["time_zone"], "Europe/Paris", "{told}");
    app.finish().await;
}

#[tokio::test]
async fn a_start_keeps_its_first_wave() {
    let app = TestApp::new().await;
    let shop = app.shop(goods(10, 2)).await;
    let plan = approved(&app, "waves").await;
    let mut asked = at_two(&plan);
    asked["canary"] = json!({ "percent": 10, "wait": "30m" });
    let change = app.editor().post(&plan.path("/apply"), asked).await.expect(202);
    assert_eq!(change["scheduled"]["canary"], json!({ "percent": 10, "wait": "30m" }));
    app.minutes_pass(240);
    app.wait_until("select exists (select 1 from rule_runs where stage = 'soak')").await;
    let run = runs(&app).await.remove(0);
    assert_eq!((&run["canary"]["targets"], written(&shop)), (&json!(2), 2), "{run}");
    assert_eq!(run["canary"]["watched_until"], "2026-11-02T13:30:00Z");
    app.jobs_done().await;
    assert_eq!((app.state_of(&plan).await.as_str(), written(&shop)), ("applied", 20));
    app.finish().await;
}

#[tokio::test]
async fn a_time_that_is_not_one_instant_to_come_is_refused_on_its_field() {
    let app = TestApp::new().await;
    app.shop(goods(1, 2)).await;
    let plan = approved(&app, "when").await;
    let before = app.dump().await;
    for (local, zone, pointer, code, says) in [
        (
            "2027-03-28T02:30",
            "Europe/Paris",
            "/at/local",
            "time_in_gap",
            "`earlier` for 2027-03-28T01:30+01:00",
        ),
        (
            "2027-10-31T02:30",
            "Europe/Paris",
            "/at/local",
            "time_in_overlap",
            "`later` for 2027-10-31T02:30+01:00",
        ),
        (
            "2026-11-02T10:00",
            "Europe/Paris",
            "/at/local",
            "out_of_range",
            "it is 2026-11-02T10:00 in Europe/Paris",
        ),
        ("2028-11-02T10:00", "Europe/Paris", "/at/local", "out_of_range", "within a year"),
        ("2026-11-27", "Europe/Paris", "/at/local", "not_a_time", "2026-11-27T09:00"),
        ("2026-11-27T09:00Z", "Europe/Paris", "/at/local", "not_a_time", "without an offset"),
        ("2026-11-27T09:00", "Paris", "/at/time_zone", "unknown_zone", "Europe/Paris"),
    ] {
        let problem = app.editor().post(&plan.path("/apply"), at(&plan, local, zone)).await;
        let problem = problem.refused(422, "price_change.at");
        let fault = &problem["errors"][0];
        assert_eq!(
            (&fault["pointer"], &fault["code"]),
            (&json!(pointer), &json!(code)),
            "{local}: {problem}"
        );
        assert!(fault["detail"].as_str().expect("words").contains(says), "{local}: {problem}");
    }
    let mut odd = at_two(&plan);
    odd["at"]["disambiguation"] = json!("whichever");
    assert_eq!(app.editor().post(&plan.path("/apply"), odd).await.status, 400);
    app.assert_unchanged(&before, "a refused time").await;
    assert_eq!(app.state_of(&plan).await, "approved");
    app.finish().await;
}

#[tokio::test]
async fn of_a_time_that_happens_twice_the_one_that_was_named_is_meant() {
    let app = TestApp::new().await;
    app.shop(goods(1, 2)).await;
    let plan = approved(&app, "twice").await;
    for (local, which, instant) in [
        ("2027-10-31T02:30", "earlier", "2027-10-31T00:30:00Z"),
        ("2027-10-31T02:30", "later", "2027-10-31T01:30:00Z"),
        ("2027-03-28T02:30", "earlier", "2027-03-28T00:30:00Z"),
        ("2027-03-28T02:30", "later", "2027-03-28T01:30:00Z"),
        ("2027-10-31T09:00", "reject", "2027-10-31T08:00:00Z"),
    ] {
        let mut asked = at(&plan, local, "Europe/Paris");
        asked["at"]["disambiguation"] = json!(which);
        let change = app.editor().post(&plan.path("/apply"), asked).await.expect(202);
        assert_eq!(change["scheduled"]["starts_at"], instant, "{which} {local}");
        unschedule(&app, &plan).await.expect(200);
    }
    app.finish().await;
}

#[tokio::test]
async fn what_apply_refuses_is_refused_before_it_is_scheduled() {
    let app = TestApp::new().await;
    let shop = app.shop(goods(2, 2)).await;
    let plan = app.plan(rule("refused")).await;
    let path = plan.path("/apply");
    app.editor().post(&path, at_two(&plan)).await.refused(409, "price_change.not_approved");
    unschedule(&app, &plan).await.refused(409, "price_change.state");
    app.approve(&plan).await;
    let before = app.dump().await;
    let mut other = at_two(&plan);
    other["plan_hash"] = json!("0".repeat(64));
    app.editor().post(&path, other).await.refused(412, "price_change.plan_mismatch");
    let mut odd = at_two(&plan);
    odd["canary"] = json!({ "percent": 100 });
    app.editor().post(&path, odd).await.refused(422, "canary.percent");
    app.viewer().post(&path, at_two(&plan)).await.refused(403, "role.missing");
    app.person(&app.other, Role::Admin).post(&path, at_two(&plan)).await.refused(404, "not_found");
    app.person(&app.other, Role::Admin)
        .post(&plan.path("/unschedule"), json!({}))
        .await
        .refused(404, "not_found");
    app.assert_unchanged(&before, "a refused start").await;
    schedule(&app, &plan).await;
    app.editor().post(&path, at_two(&plan)).await.refused(409, "price_change.scheduled");
    let problem = app.editor().post(&path, plan.signed()).await.refused(409, "price_change.not_due");
    assert!(problem["detail"].as_str().expect("words").contains("Unschedule it"), "{problem}");
    app.viewer().post(&plan.path("/unschedule"), json!({})).await.refused(403, "role.missing");
    assert_eq!(written(&shop), 0);
    app.jobs_done().await;
    unschedule(&app, &plan).await.refused(409, "price_change.state");
    app.finish().await;
}

#[tokio::test]
async fn what_will_not_hold_then_is_told_at_once_and_another_time_may_do() {
    let app = TestApp::new().await;
    let _shop = app.shop(goods(1, 2)).await;
    let freeze = json!({ "schema": "guardrails.v1", "freeze": { "windows": [
        { "when": { "zone": "UTC", "at": "2026-11-02 12:00", "until": "2026-11-02 20:00" }, "reason": "Stock count" }] } });
    app.admin().post("/guardrails", freeze).await.expect(201);
    let plan = approved(&app, "frozen").await;
    let path = plan.path("/apply");
    let problem = app.editor().post(&path, at_two(&plan)).await.refused(422, "price_change.at");
    assert_eq!(problem["errors"][0]["pointer"], "/at/local", "{problem}");
    assert!(problem["detail"].as_str().expect("why").contains("guardrail freeze"), "{problem}");
    assert_eq!(app.state_of(&plan).await, "approved", "another time may do");
    let late = at(&plan, "2026-11-02T21:00", "Europe/Paris");
    assert_eq!(
        app.editor().post(&path, late).await.expect(202)["scheduled"]["starts_at"],
        "2026-11-02T20:00:00Z"
    );
    app.jobs_done().await;
    assert_eq!(app.state_of(&plan).await, "applied");
    app.finish().await;
}

#[tokio::test]
async fn a_start_that_is_called_off_does_not_come_and_another_may_follow() {
    let app = TestApp::new().await;
    let shop = app.shop(goods(2, 2)).await;
    let plan = approved(&app, "off").await;
    schedule(&app, &plan).await;
    let change = unschedule(&app, &plan).await.expect(200);
    assert_eq!((&change["state"], &change["scheduled"]), (&json!("approved"), &Value::Null), "{change}");
    let again = unschedule(&app, &plan).await.expect(200);
    assert_eq!(again["state"], "approved", "calling off twice is calling off once");
    let records = app.audit("price_change.unscheduled").await;
    assert_eq!((records.len(), &records[0]["reason"]), (1, &json!("Not on a Monday.")));
    app.jobs_done().await;
    assert_eq!((app.state_of(&plan).await.as_str(), runs(&app).await.len()), ("approved", 0));
    // The job of the start that was called off must not begin the next one early.
    let second = at(&plan, "2026-11-02T15:00", "Europe/Paris");
    app.editor().post(&plan.path("/apply"), second.clone()).await.expect(202);
    unschedule(&app, &plan).await.expect(200);
    let third = at(&plan, "2026-11-02T16:00", "Europe/Paris");
    app.editor().post(&plan.path("/apply"), third).await.expect(202);
    app.minutes_pass(60);
    app.wait_until("select not exists (select 1 from jobs where state = 'running' or state = 'queued' and run_at <= '2026-11-02T14:00Z')").await;
    assert_eq!(app.state_of(&plan).await, "scheduled", "it is 14:00 in UTC, an hour early");
    app.jobs_done().await;
    assert_eq!(app.state_of(&plan).await, "applied");
    assert_eq!((runs(&app).await.len(), written(&shop)), (1, 4));
    assert_eq!(runs(&app).await[0]["created_at"], "2026-11-02T15:00:00Z");
    app.finish().await;
}

#[tokio::test]
async fn a_start_whose_plan_is_stale_by_then_is_told_and_does_not_come() {
    let app = TestApp::new().await;
    let shop = app.shop(goods(2, 2)).await;
    let plan = approved(&app, "moved").await;
    app.admin().post(&plan.path("/apply"), at_two(&plan)).await.expect(202);
    app.minutes_pass(60);
    shop.sim.edit(&[VariantEdit::price(&gid(&shop.variants()[0]), "12.34")]).expect("an edit");
    app.ingest(&shop).await;
    app.jobs_done().await;
    assert_eq!((app.state_of(&plan).await.as_str(), written(&shop)), ("stale", 0));
    // Whoever planned it and whoever scheduled it is told.
    for (role, knows) in [(Role::Editor, true), (Role::Admin, true), (Role::Viewer, false)] {
        let told = app.person(&app.home, role).get("/notifications").await.expect(200);
        let rows = told["data"].as_array().expect("rows");
        let about = rows.iter().find(|row| row["kind"] == "not_started");
        assert_eq!(about.is_some(), knows, "{role:?}: {told}");
        if let Some(about) = about {
            assert_eq!(
                (&about["entity_id"], &about["at"]),
                (&json!(plan.id), &json!("2026-11-02T13:00:00Z"))
            );
            assert!(about["text"].as_str().expect("why").contains("moved"), "{about}");
        }
    }
    app.finish().await;
}

#[tokio::test]
async fn a_start_that_cannot_come_at_all_is_taken_back_with_its_reason() {
    let app = TestApp::new().await;
    let shop = app.shop(goods(2, 2)).await;
    let plan = approved(&app, "two shops").await;
    schedule(&app, &plan).await;
    // A second shop makes it unclear where to write.
    let mut config = sim_config(goods(1, 1));
    config.domain = "second.myshopify.com".to_owned();
    let second = app.shop_of(&app.home, config).await;
    app.jobs_done().await;
    assert_eq!((app.state_of(&plan).await.as_str(), written(&shop), written(&second)), ("approved", 0, 0));
    let record = app.audit("price_change.unscheduled").await.remove(0);
    let why = record["reason"].as_str().expect("why");
    assert!(why.starts_with("It could not start at 2026-11-02T13:00:00Z: "), "{why}");
    assert_eq!(record["actor"], "system:price_changes.start");
    let told = app.editor().get("/notifications").await.expect(200);
    assert_eq!((&told["data"][0]["kind"], &told["data"][0]["text"]), (&json!("not_started"), &json!(why)));
    app.finish().await;
}

#[tokio::test]
async fn of_two_people_at_once_one_schedules() {
    let app = TestApp::new().await;
    let shop = app.shop(goods(1, 2)).await;
    let plan = approved(&app, "both").await;
    let (editor, admin, path) = (app.editor(), app.admin(), plan.path("/apply"));
    let later = at(&plan, "2026-11-02T15:00", "Europe/Paris");
    let answers = tokio::join!(editor.post(&path, at_two(&plan)), admin.post(&path, later));
    let (won, lost) = if answers.0.status == 202 { answers } else { (answers.1, answers.0) };
    let starts_at = won.expect(202)["scheduled"]["starts_at"].clone();
    lost.refused(409, "price_change.scheduled");
    app.jobs_done().await;
    assert_eq!((runs(&app).await.len(), written(&shop)), (1, 2));
    assert_eq!(runs(&app).await[0]["created_at"], starts_at);
    app.finish().await;
}

#[tokio::test]
async fn calling_off_at_the_instant_of_the_start_does_either_but_not_both() {
    let app = TestApp::new().await;
    let shop = app.shop(goods(1, 2)).await;
    let plan = approved(&app, "late").await;
    schedule(&app, &plan).await;
    app.minutes_pass(240);
    let answer = unschedule(&app, &plan).await;
    let called_off = answer.status == 200;
    if !called_off {
        answer.refused(409, "price_change.state");
    }
    app.jobs_done().await;
    let expected = if called_off { ("approved", 0) } else { ("applied", 2) };
    assert_eq!((app.state_of(&plan).await.as_str(), written(&shop)), expected);
    app.finish().await;
}

#[tokio::test]
async fn the_command_line_schedules_and_calls_off() {
    let app = TestApp::new().await;
    app.shop(goods(2, 2)).await;
    let plan = approved(&app, "typed").await;
    let clock = ["--at", "2026-11-02T14:00", "--time-zone", "Europe/Paris"];
    let arguments = [&["apply", plan.id.as_str(), "--yes"][..], &clock].concat();
    let (code, told) = app.editor().cli(&arguments).await;
    assert_eq!(code, Some(0), "{told}");
    assert!(told.contains("2026-11-02T14:00 in Europe/Paris"), "{told}");
    assert!(told.contains("2026-11-02 13:00:00 UTC"), "{told}");
    assert!(told.contains(&format!("calibr unschedule {}", plan.id)), "{told}");
    assert_eq!(app.state_of(&plan).await, "scheduled");
    let (code, told) = app.editor().cli(&["price-change", "show", &plan.id]).await;
    assert!(code == Some(0) && told.contains("by editor@home.test"), "{told}");
    let (code, told) = app.editor().cli(&["unschedule", &plan.id, "-m", "Later."]).await;
    assert!(code == Some(0) && told.contains("is approved"), "{told}");
    assert_eq!(app.audit("price_change.unscheduled").await[0]["reason"], "Later.");
    let gap = [&["apply", plan.id.as_str(), "--yes", "--at", "2027-03-28T02:30"][..], &clock[2..]].concat();
    let (code, told) = app.editor().cli(&gap).await;
    assert!(code != Some(0) && told.contains("`earlier`"), "{told}");
    let (code, _) = app.editor().cli(&[&gap[..], &["--disambiguation", "earlier"]].concat()).await;
    assert_eq!((code, app.state_of(&plan).await.as_str()), (Some(0), "scheduled"));
    unschedule(&app, &plan).await.expect(200);
    app.finish().await;
}
