//! Somebody who calls the API, and what came back.

use reqwest::header::HeaderMap;
use reqwest::{Method, RequestBuilder, Response};
use serde_json::Value;

use super::TestApp;

/// Somebody with a credential, or nobody.
#[derive(Clone)]
pub struct Actor<'a> {
    app: &'a TestApp,
    credential: Credential,
}

#[derive(Clone)]
enum Credential {
    None,
    Token(String),
    /// The value of the `Cookie` header, sent as from Calibr's own pages.
    Cookie(String),
}

impl<'a> Actor<'a> {
    pub fn anonymous(app: &'a TestApp) -> Self {
        Self { app, credential: Credential::None }
    }

    pub fn with_token(app: &'a TestApp, token: &str) -> Self {
        Self { app, credential: Credential::Token(token.to_owned()) }
    }

    pub fn with_cookie(app: &'a TestApp, cookie: &str) -> Self {
        Self { app, credential: Credential::Cookie(cookie.to_owned()) }
    }

    /// A request with the credential; a path without `/api/` is below `/api/v1`. A POST bears a fresh key.
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let path = if path.starts_with("/api/") { path.to_owned() } else { format!("/api/v1{path}") };
        let request = self.app.http.request(method, format!("{}{path}", self.app.host));
        match &self.credential {
            Credential::None => request,
            Credential::Token(token) => request.bearer_auth(token),
            Credential::Cookie(cookie) => {
                request.header("cookie", cookie).header("sec-fetch-site", "same-origin")
            }
        }
    }

    pub async fn send(&self, request: RequestBuilder) -> Answer {
        let request = request.build().expect("a request");
        let what = format!("{} {}", request.method(), request.url());
        Answer::of(what, self.app.http.execute(request).await.expect("an answer")).await
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.send(self.request(Method::GET, path)).await
    }

    pub async fn delete(&self, path: &str) -> Answer {
        self.send(self.request(Method::DELETE, path)).await
    }

    /// Posts with a fresh `Idempotency-Key`.
    pub async fn put(&self, path: &str, body: Value) -> Answer {
        self.send(self.request(Method::PUT, path).json(&body)).await
    }

    pub async fn post(&self, path: &str, body: Value) -> Answer {
        self.post_with_key(path, body, &fresh_key()).await
    }

    pub async fn post_with_key(&self, path: &str, body: Value, key: &str) -> Answer {
        self.send(self.request(Method::POST, path).header("idempotency-key", key).json(&body)).await
    }

    /// Posts a change of the version that the caller had before their eyes.
    pub async fn post_over(&self, path: &str, body: Value, if_match: &str) -> Answer {
        let request = self.request(Method::POST, path).header("idempotency-key", fresh_key());
        self.send(request.header("if-match", if_match).json(&body)).await
    }

    /// The same for what is changed in place.
    pub async fn patch_over(&self, path: &str, body: Value, if_match: &str) -> Answer {
        self.send(self.request(Method::PATCH, path).header("if-match", if_match).json(&body)).await
    }

    /// Posts any text with a fresh `Idempotency-Key`.
    pub async fn post_text(&self, path: &str, kind: &str, body: impl Into<reqwest::Body>) -> Answer {
        let request = self.request(Method::POST, path).header("idempotency-key", fresh_key());
        self.send(request.header("content-type", kind).body(body)).await
    }

    /// Runs the command line with the credential of a token; gives its exit code and what it printed.
    pub async fn cli(&self, arguments: &[&str]) -> (Option<i32>, String) {
        let Credential::Token(token) = &self.credential else { panic!("the command line needs a token") };
        let output = tokio::process::Command::new(env!("CARGO_BIN_EXE_calibr"))
            .args(arguments)
            .env("CALIBR_HOST", &self.app.host)
            .env("CALIBR_TOKEN", token)
            .env("NO_COLOR", "1")
            .output()
            .await
            .expect("the command line runs");
        let text = [output.stdout, output.stderr].concat();
        (output.status.code(), String::from_utf8(text).expect("text"))
    }

    /// Every row of a list, page by page.
    pub async fn all(&self, path: &str) -> Vec<Value> {
        let (mut rows, mut cursor) = (Vec::new(), None::<String>);
        let join = if path.contains('?') { '&' } else { '?' };
        loop {
            let after = cursor.map(|cursor| format!("&cursor={cursor}")).unwrap_or_default();
            let page = self.get(&format!("{path}{join}limit=500{after}")).await.expect(200);
            rows.extend(page["data"].as_array().expect("rows").iter().cloned());
            let Some(next) = page["next_cursor"].as_str() else { return rows };
            cursor = Some(next.to_owned());
        }
    }
}

/// A key that was never used.
pub fn fresh_key() -> String {
    uuid::Uuid::now_v7().to_string()
}

/// What came back.
#[derive(Debug)]
pub struct Answer {
    what: String,
    pub status: u16,
    pub headers: HeaderMap,
    pub text: String,
}

impl Answer {
    async fn of(what: String, response: Response) -> Self {
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let text = response.text().await.expect("a text");
        Self { what, status, headers, text }
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().expect("a plain header"))
    }

    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|_| panic!("{} is no JSON: {}", self.what, self.text))
    }

    /// The body, if the status is this.
    pub fn expect(self, status: u16) -> Value {
        assert_eq!(self.status, status, "{}: {}", self.what, self.text);
        if self.text.is_empty() { Value::Null } else { self.json() }
    }

    /// The problem, if it is this one and told as every problem must be.
    pub fn refused(self, status: u16, code: &str) -> Value {
        let request_id = self.header("request-id").map(ToOwned::to_owned);
        assert_eq!(self.header("content-type"), Some("application/problem+json"), "{self:?}");
        let what = self.what.clone();
        let problem = self.expect(status);
        assert_eq!(problem["code"], code, "{what}: {problem}");
        assert_eq!(problem["status"], status, "{what}: {problem}");
        assert_eq!(problem["type"], format!("urn:calibr:problem:{code}"), "{what}");
        assert_eq!(problem["request_id"].as_str(), request_id.as_deref(), "{what}: {problem}");
        assert!(problem["detail"].as_str().is_some_and(|detail| detail.len() > 10), "{what}: {problem}");
        problem
    }
}
