//! Two people, or one person twice, at the same instant: exactly one wins, and the shop sees the work once.

use serde_json::{Value, json};

use crate::support::{Answer, TestApp, goods, writes};

fn rule() -> Value {
    json!({
        "schema": "rule.v1", "name": "all", "select": { "all_variants": true }, "steps": [{ "percent": "-7" }],
    })
}

/// The statuses of two answers, lower first.
fn statuses(answers: &(Answer, Answer)) -> [u16; 2] {
    let mut statuses = [answers.0.status, answers.1.status];
    statuses.sort_unstable();
    statuses
}

async fn runs(app: &TestApp) -> usize {
    app.viewer().all("/runs").await.len()
}

#[tokio::test]
async fn of_two_approvals_at_once_one_counts() {
    let app = TestApp::new().await;
    app.shop(goods(1, 2)).await;
    let plan = app.plan(rule()).await;
    let (approver, admin, path) = (app.approver(), app.admin(), plan.path("/approve"));
    let answers = tokio::join!(approver.post(&path, plan.signed()), admin.post(&path, plan.signed()));
    assert_eq!(statuses(&answers), [200, 409], "{answers:?}");
    let loser = if answers.0.status == 409 { answers.0 } else { answers.1 };
    loser.refused(409, "price_change.state");
    let shown = app.viewer().get(&plan.path("")).await.expect(200);
    assert_eq!(shown["decisions"].as_array().map(Vec::len), Some(1), "{shown}");
    assert_eq!(app.audit("price_change.approved").await.len(), 1);
    app.finish().await;
}

/// What was approved may still be rejected until it is applied, so the rejection counts whichever comes first.
#[tokio::test]
async fn an_approval_and_a_rejection_at_once_do_not_both_count() {
    let app = TestApp::new().await;
    app.shop(goods(1, 2)).await;
    let plan = app.plan(rule()).await;
    let (approver, admin) = (app.approver(), app.admin());
    let no = json!({ "plan_hash": plan.hash, "comment": "Not this week." });
    let (approve, reject) = (plan.path("/approve"), plan.path("/reject"));
    let (yes, no) = tokio::join!(approver.post(&approve, plan.signed()), admin.post(&reject, no));
    assert_eq!(no.status, 200, "{no:?}");
    let approved_first = yes.status == 200;
    if !approved_first {
        yes.refused(409, "price_change.state");
    }
    assert_eq!(app.state_of(&plan).await, "rejected");
    assert_eq!(app.audit("price_change.approved").await.len(), usize::from(approved_first));
    app.editor().post(&plan.path("/apply"), plan.signed()).await.refused(409, "price_change.not_approved");
    app.finish().await;
}

#[tokio::test]
async fn of_two_applies_at_once_one_starts_a_run() {
    let app = TestApp::new().await;
    let shop = app.shop(goods(1, 2)).await;
    let plan = app.plan(rule()).await;
    app.approve(&plan).await;
    let (editor, admin, path) = (app.editor(), app.admin(), plan.path("/apply"));
    let answers = tokio::join!(editor.post(&path, plan.signed()), admin.post(&path, plan.signed()));
    assert_eq!(statuses(&answers), [202, 409], "{answers:?}");
    let loser = if answers.0.status == 409 { answers.0 } else { answers.1 };
    loser.refused(409, "price_change.not_approved");
    app.jobs_done().await;
    assert_eq!((runs(&app).await, writes(&shop.sim.journal()).len()), (1, 2));
    app.finish().await;
}

#[tokio::test]
async fn the_same_apply_sent_twice_at_once_is_one_apply() {
    let app = TestApp::new().await;
    let shop = app.shop(goods(1, 2)).await;
    let plan = app.plan(rule()).await;
    app.approve(&plan).await;
    let (editor, path) = (app.editor(), plan.path("/apply"));
    let send = || editor.post_with_key(&path, plan.signed(), "the same");
    let (first, second) = tokio::join!(send(), send());
    for answer in [first, second] {
        match answer.status {
            202 => {}
            _ => {
                answer.refused(409, "idempotency.in_flight");
            }
        }
    }
    let after = send().await;
    assert_eq!((after.status, after.header("idempotency-replayed")), (202, Some("true")));
    app.jobs_done().await;
    assert_eq!((runs(&app).await, writes(&shop.sim.journal()).len()), (1, 2));
    app.finish().await;
}

#[tokio::test]
async fn of_two_roll_backs_at_once_one_starts_a_run() {
    let app = TestApp::new().await;
    let shop = app.shop(goods(1, 2)).await;
    let plan = app.plan(rule()).await;
    let run = app.approve_and_apply(&plan).await;
    let by_run = format!("/runs/{}/rollback", run["id"].as_str().expect("an id"));
    let (editor, by_change) = (app.editor(), plan.path("/rollback"));
    let answers = tokio::join!(editor.post(&by_change, json!({})), editor.post(&by_run, json!({})));
    assert_eq!(statuses(&answers), [202, 409], "{answers:?}");
    app.jobs_done().await;
    assert_eq!((runs(&app).await, writes(&shop.sim.journal()).len()), (2, 4));
    app.finish().await;
}

#[tokio::test]
async fn one_rule_pushed_twice_at_once_is_one_rule() {
    let app = TestApp::new().await;
    let editor = app.editor();
    let (first, second) = tokio::join!(editor.post("/rules", rule()), editor.post("/rules", rule()));
    assert_eq!(statuses(&(first, second)), [200, 201]);
    let rules = app.viewer().all("/rules").await;
    assert_eq!((rules.len(), &rules[0]["version"]), (1, &json!(1)));
    app.finish().await;
}
