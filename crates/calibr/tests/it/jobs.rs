//! Jobs over the API: what gave up and why is seen, tried again and cancelled, and a run's work is not cut from under it.

use serde_json::{Value, json};
use simulators::shopify::{Fault, FaultKind};

use crate::support::{TestApp, goods};

/// A job of the home tenant that gave up, as after an upgrade that took its handler away.
async fn dead_job(app: &TestApp) -> String {
    let id = "01930000-0000-7000-8000-000000000001";
    let insert = format!(
        "insert into jobs (tenant_id, id, kind, payload, state, run_at, rank, attempts, last_error, correlation_id, created_at, \
            finished_at)
         values ((select id from tenants where slug = 'home'), '{id}', 'gone.by', '{{\"what\": 1}}', 'dead', $1, $1, 25,
            'no handler for jobs of kind gone.by', gen_random_uuid(), $1, $1)"
    );
    app.owner.execute(&insert, &[&app.now()]).await.expect("a dead job");
    let jobs = app.viewer().all("/jobs?state=dead").await;
    jobs[0]["id"].as_str().expect("an id").to_owned()
}

#[tokio::test]
async fn a_dead_job_says_why_and_is_tried_again_or_cancelled_with_a_record() {
    let app = TestApp::new().await;
    let id = dead_job(&app).await;
    let shown = app.viewer().get(&format!("/jobs/{id}")).await.expect(200);
    assert_eq!((&shown["kind"], &shown["attempts"]), (&json!("gone.by"), &json!(25)));
    assert_eq!(shown["last_error"], "no handler for jobs of kind gone.by");

    let cancelled = app.admin().post(&format!("/jobs/{id}/cancel"), json!({})).await.expect(200);
    assert_eq!(cancelled["state"], "cancelled");
    app.admin().post(&format!("/jobs/{id}/cancel"), json!({})).await.refused(409, "job.ended");
    let retried = app.admin().post(&format!("/jobs/{id}/retry"), json!({})).await.expect(200);
    assert!(["queued", "running"].iter().any(|state| retried["state"] == **state), "{retried}");
    app.wait_until("select exists (select 1 from jobs where attempts = 1 and state = 'queued')").await;
    app.expect_logged("A job failed.");
    app.admin().post(&format!("/jobs/{id}/cancel"), json!({})).await.expect(200);

    for (action, before) in [("job.cancelled", "dead"), ("job.retried", "cancelled")] {
        let record = &app.audit(action).await[0];
        assert_eq!((&record["entity_id"], &record["before"]["state"]), (&json!(id), &json!(before)));
        let told = "select count(*) from event_log where type = $1 and entity_id = $2";
        let row = app.owner.query_one(told, &[&action, &id]).await.expect("a count");
        assert!(row.get::<_, i64>(0) > 0, "{action}");
    }
    app.owner.execute("update jobs set state = 'done'", &[]).await.expect("tidied up");
    app.finish().await;
}

#[tokio::test]
async fn the_work_of_a_run_is_shown_but_not_cancelled() {
    let app = TestApp::new().await;
    let shop = app.shop(goods(2, 2)).await;
    let plan = app
        .plan(json!({ "schema": "rule.v1", "name": "all", "select": { "all_variants": true }, "steps": [{ "percent": "-7" }] }))
        .await;
    app.approve(&plan).await;
    shop.sim.add_fault(Fault::once(
        FaultKind::HttpErrorBeforeCommit { status: 503 },
        "productVariantsBulkUpdate",
    ));
    let run = app.apply(&plan).await;
    app.wait_until("select exists (select 1 from jobs where state = 'queued' and attempts = 1)").await;
    let jobs = app.viewer().all("/jobs?state=queued&kind=runs.apply_batch").await;
    let path = |verb: &str, job: &Value| format!("/jobs/{}/{verb}", job["id"].as_str().expect("an id"));
    assert_eq!(jobs[0]["payload"]["run_id"], json!(run));
    assert_eq!(jobs[0]["limit_key"], json!(shop.channel));
    app.admin().post(&path("cancel", &jobs[0]), json!({})).await.refused(409, "job.needed");
    app.admin().post(&path("retry", &jobs[0]), json!({})).await.refused(409, "job.not_ended");
    let run = app.settled(&run).await;
    assert_eq!(run["state"], "applied");
    assert_eq!(app.viewer().all("/jobs?state=cancelled").await, Vec::<Value>::new());
    app.finish().await;
}
