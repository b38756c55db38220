//! The verbs of a price change, each one line in a test.

use kernel_core::Role;
use serde_json::{Value, json};

use super::{Answer, Tenant, TestApp};

/// A planned price change.
#[derive(Debug, Clone)]
pub struct Plan {
    pub id: String,
    pub hash: String,
}

impl Plan {
    /// The path of the price change, or of something below it.
    pub fn path(&self, below: &str) -> String {
        format!("/price-changes/{}{below}", self.id)
    }

    /// The body that names the plan by its hash.
    pub fn signed(&self) -> Value {
        json!({ "plan_hash": self.hash })
    }
}

impl TestApp {
    /// Pushes a rule and gives its id.
    pub async fn push(&self, rule: Value) -> String {
        self.push_as(&self.home, rule).await
    }

    pub async fn push_as(&self, tenant: &Tenant, rule: Value) -> String {
        let path = format!("/rules?project={}", tenant.project);
        let answer = self.person(tenant, Role::Editor).post(&path, rule).await;
        assert!(answer.status == 200 || answer.status == 201, "{answer:?}");
        answer.json()["rule"]["id"].as_str().expect("an id").to_owned()
    }

    /// Pushes a rule and plans it; the editor is the author.
    pub async fn plan(&self, rule: Value) -> Plan {
        self.plan_as(&self.home, rule).await
    }

    pub async fn plan_as(&self, tenant: &Tenant, rule: Value) -> Plan {
        let rule = self.push_as(tenant, rule).await;
        let path = format!("/price-changes?project={}", tenant.project);
        let new = json!({ "title": "Test", "rules": [rule] });
        let planned = self.person(tenant, Role::Editor).post(&path, new).await.expect(201);
        let text = |field: &str| planned[field].as_str().expect("a text").to_owned();
        Plan { id: text("id"), hash: text("plan_hash") }
    }

    /// The approver approves.
    pub async fn approve(&self, plan: &Plan) {
        self.approver().post(&plan.path("/approve"), plan.signed()).await.expect(200);
    }

    /// The editor asks to apply; gives the run's id.
    pub async fn apply(&self, plan: &Plan) -> String {
        run_id(self.editor().post(&plan.path("/apply"), plan.signed()).await)
    }

    /// Approved, applied, settled: the run.
    pub async fn approve_and_apply(&self, plan: &Plan) -> Value {
        self.approve(plan).await;
        let run = self.apply(plan).await;
        self.settled(&run).await
    }

    /// Takes a price change back and waits: the run of the way back.
    pub async fn roll_back(&self, plan: &Plan) -> Value {
        let run = run_id(self.editor().post(&plan.path("/rollback"), json!({})).await);
        self.settled(&run).await
    }

    /// Starts another attempt at what the shop refused, and waits.
    pub async fn retry_failed(&self, run: &str) -> Value {
        let path = format!("/runs/{run}/retry-failed");
        self.settled(&run_id(self.editor().post(&path, json!({})).await)).await
    }

    /// The targets of a run, in plan order.
    pub async fn targets(&self, run: &Value) -> Vec<Value> {
        let id = run["id"].as_str().expect("an id");
        self.viewer().all(&format!("/runs/{id}/targets")).await
    }

    /// The state of a price change.
    pub async fn state_of(&self, plan: &Plan) -> String {
        let shown = self.viewer().get(&plan.path("")).await.expect(200);
        shown["state"].as_str().expect("a state").to_owned()
    }

    /// The audit records of one action, oldest first.
    pub async fn audit(&self, action: &str) -> Vec<Value> {
        let mut records = self.viewer().all(&format!("/audit?action={action}")).await;
        records.reverse();
        records
    }
}

fn run_id(answer: Answer) -> String {
    answer.expect(202)["id"].as_str().expect("an id").to_owned()
}
