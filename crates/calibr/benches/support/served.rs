//! The application as people use it: over HTTP, with jobs at work, and the two people that a price change needs.

use std::sync::Arc;
use std::time::Duration;

use calibr::app::App;
use kernel_auth::{NewToken, NewUser, create_token, create_user};
use kernel_core::{Actor, ActorKind, Ctx, Role};
use kernel_jobs::RunnerConfig;
use serde_json::{Value, json};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

/// How often to look whether a run is settled.
const LOOK_EVERY: Duration = Duration::from_millis(10);

/// A server of this process, until it is stopped.
pub struct Served {
    client: reqwest::Client,
    url: String,
    author: String,
    approver: String,
    shutdown: CancellationToken,
    runner: Option<JoinHandle<()>>,
}

impl Served {
    /// Serves `app`; its jobs are worked off if `works`. No guardrail limits how much one day may move.
    pub async fn start(app: &App, ctx: &Ctx, works: bool) -> Self {
        rustls::crypto::ring::default_provider().install_default().ok();
        let tx = app.db.tenant_tx(ctx.tenant).await.expect("a transaction");
        let all = || NewToken { name: "bench".into(), scopes: vec!["*".into()], expires_in_days: 1 };
        let author = create_token(ctx, &tx, all()).await.expect("a token").secret;
        let email = "approver@calibr.test";
        let person = NewUser { email, password: "only-for-the-bench", role: Role::Approver };
        let user = create_user(ctx, &tx, person).await.expect("a person");
        let actor = Actor { kind: ActorKind::User(user), role: Role::Approver, label: email.into() };
        let other = Ctx::new(ctx.tenant, actor, Arc::clone(&app.clock));
        let approver = create_token(&other, &tx, all()).await.expect("a token").secret;
        tx.commit().await.expect("a commit");
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("http://{}/api/v1", listener.local_addr().expect("an address"));
        let router = app.clone().router();
        tokio::spawn(async move { axum::serve(listener, router).await });
        let shutdown = CancellationToken::new();
        let run = |app: &App| tokio::spawn(app.runner(RunnerConfig::default()).run(shutdown.clone()));
        let runner = works.then(|| run(app));
        let client = reqwest::Client::new();
        let served = Self { client, url, author, approver, shutdown, runner };
        let anything = json!({ "schema": "guardrails.v1", "blast_radius": { "rows": 2_000_000_000 } });
        served.post(&served.author, "/guardrails", &anything).await;
        served
    }

    /// Connects a shop: the channel's id.
    pub async fn connect(&self, domain: &str, base_url: &str, token: &str) -> String {
        let new = json!({ "shop_domain": domain, "access_token": token, "base_url": base_url });
        let channel = self.post(&self.author, "/channels", &new).await;
        channel["id"].as_str().expect("an id").to_owned()
    }

    /// Reads the shop's catalogue.
    pub async fn ingest(&self, channel: &str) {
        self.post(&self.author, &format!("/channels/{channel}/ingest"), &json!({})).await;
    }

    /// Plans a rule and has it approved: the path of the price change, and the body that signs it.
    pub async fn approved(&self, rule: &Value) -> (String, Value) {
        let rule = self.post(&self.author, "/rules", rule).await;
        let new = json!({ "title": "Bench", "rules": [rule["rule"]["id"]] });
        let plan = self.post(&self.author, "/price-changes", &new).await;
        let path = format!("/price-changes/{}", plan["id"].as_str().expect("an id"));
        let signed = json!({ "plan_hash": plan["plan_hash"] });
        self.post(&self.approver, &format!("{path}/approve"), &signed).await;
        (path, signed)
    }

    /// Begins to apply what [`Self::approved`] gave: the run's id.
    pub async fn apply(&self, (path, signed): &(String, Value)) -> String {
        let run = self.post(&self.author, &format!("{path}/apply"), signed).await;
        run["id"].as_str().expect("an id").to_owned()
    }

    /// Waits for the end of a run.
    pub async fn settled(&self, run: &str) -> Value {
        loop {
            let asked = self.client.get(format!("{}/runs/{run}", self.url)).bearer_auth(&self.author);
            let run: Value = asked.send().await.expect("an answer").json().await.expect("a run");
            if run["settled"] == true {
                return run;
            }
            tokio::time::sleep(LOOK_EVERY).await;
        }
    }

    async fn post(&self, token: &str, path: &str, body: &Value) -> Value {
        let key = uuid::Uuid::now_v7().to_string();
        let request = self.client.post(format!("{}{path}", self.url)).bearer_auth(token).json(body);
        let answer = request.header("idempotency-key", key).send().await.expect("the server answers");
        let status = answer.status();
        let text = answer.text().await.expect("a text");
        assert!(status.is_success(), "{path}: {status} {text}");
        serde_json::from_str(&text).unwrap_or_default()
    }

    pub async fn stop(self) {
        self.shutdown.cancel();
        if let Some(runner) = self.runner {
            runner.await.expect("the runner ends");
        }
    }
}
