//! What people do in a seed, over the API: repeated with the same key until it is answered, whatever happens on the way.

use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};
use axum::Router;
use axum::body::Body;
use axum::http::{Method, Request, StatusCode};
use http_body_util::BodyExt as _;
use serde_json::{Value, json};
use tower::ServiceExt as _;

use super::process::Process;
use super::world::World;

/// How long to wait for a request that is said to be under way.
const IN_FLIGHT_MS: i64 = 100_000;
/// For so long, by real time, the shop may be claimed by a request that was given up and is being rolled back.
const BUSY_FOR: Duration = Duration::from_secs(1);

/// A person's way to the API.
pub(super) struct Caller<'a> {
    pub api: &'a Router,
    pub token: &'a str,
}

/// An answer.
pub(super) struct Answer {
    pub status: StatusCode,
    pub body: Value,
}

impl Caller<'_> {
    /// Asks for something while nothing goes wrong.
    pub async fn post(&self, path: &str, body: &Value) -> anyhow::Result<Value> {
        let key = uuid::Uuid::now_v7().to_string();
        let request = request(Method::POST, self.token, path, body, &key)?;
        self.done(path, ask(self.api.clone(), request).await?)
    }

    /// Sets something while nothing goes wrong.
    pub async fn put(&self, path: &str, body: &Value) -> anyhow::Result<Value> {
        let key = uuid::Uuid::now_v7().to_string();
        let request = request(Method::PUT, self.token, path, body, &key)?;
        self.done(path, ask(self.api.clone(), request).await?)
    }

    fn done(&self, path: &str, answer: Answer) -> anyhow::Result<Value> {
        if !answer.status.is_success() {
            bail!("{path}: {} {}", answer.status, answer.body);
        }
        Ok(answer.body)
    }

    /// Asks for something that may be hurt, again and again with the same key, until there is an answer that stands.
    pub async fn insist(&self, world: &Arc<World>, path: &str, body: &Value) -> anyhow::Result<Answer> {
        let began = Instant::now();
        loop {
            let answer = self.insist_once(world, path, body).await?;
            if answer.body["code"] != "channel.busy" || began.elapsed() > BUSY_FOR {
                return Ok(answer);
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    async fn insist_once(&self, world: &Arc<World>, path: &str, body: &Value) -> anyhow::Result<Answer> {
        let key = uuid::Uuid::now_v7().to_string();
        for _ in 0..20 {
            let request = request(Method::POST, self.token, path, body, &key)?;
            let asked = Process::new(world, None, ask(self.api.clone(), request));
            let answer = asked.come_to_its_end().await;
            match answer {
                Some(Ok(answer)) if is_in_flight(&answer) => world.wait(IN_FLIGHT_MS).await,
                Some(Ok(answer)) if !answer.status.is_server_error() => return Ok(answer),
                Some(_) => world.wait(1_000).await,
                None => world.cut().await,
            }
        }
        bail!("POST {path} is never answered")
    }
}

/// The server that took the request died with it; its key is free again after some minutes.
fn is_in_flight(answer: &Answer) -> bool {
    answer.body["code"] == "idempotency.in_flight"
}

fn request(
    method: Method,
    token: &str,
    path: &str,
    body: &Value,
    key: &str,
) -> anyhow::Result<Request<Body>> {
    let request = Request::builder()
        .method(method)
        .uri(format!("/api/v1{path}"))
        .header("authorization", format!("Bearer {token}"))
        .header("content-type", "application/json")
        .header("idempotency-key", key);
    request.body(Body::from(body.to_string())).context("a request")
}

pub(super) async fn ask(api: Router, request: Request<Body>) -> anyhow::Result<Answer> {
    let response = api.oneshot(request).await?;
    let status = response.status();
    let body = response.into_body().collect().await?.to_bytes();
    Ok(Answer { status, body: serde_json::from_slice(&body).unwrap_or(Value::Null) })
}

/// A tenth off everything.
pub(crate) fn rule() -> Value {
    json!({ "schema": "rule.v1", "name": "a tenth off", "select": { "all_variants": true }, "steps": [{ "percent": "-10" }] })
}
