//! A server that answers as the test says and remembers what it was asked, and a way to run the real binary against it.

use std::path::Path;
use std::process::{Output, Stdio};
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request, Response, StatusCode};
use serde_json::{Value, json};

/// One request as it arrived.
#[derive(Debug, Clone)]
pub struct Asked {
    /// Method and path with its query, such as `GET /api/v1/runs`.
    pub line: String,
    pub headers: HeaderMap,
    pub body: String,
}

impl Asked {
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).expect("the body is JSON")
    }
}

/// A server for one test.
pub struct Stub {
    pub host: String,
    asked: Arc<Mutex<Vec<Asked>>>,
}

impl Stub {
    /// Starts a server whose `answer` also sees how many requests came before.
    pub async fn start(answer: impl Fn(&Asked, usize) -> Response<Body> + Send + Sync + 'static) -> Self {
        let asked = Arc::new(Mutex::new(Vec::new()));
        let (answer, seen) = (Arc::new(answer), Arc::clone(&asked));
        let app = Router::new().fallback(move |request: Request<Body>| {
            let (answer, seen) = (Arc::clone(&answer), Arc::clone(&seen));
            async move {
                let asked = read(request).await;
                let before = {
                    let mut seen = seen.lock().expect("no test panics while holding it");
                    seen.push(asked.clone());
                    seen.len() - 1
                };
                answer(&asked, before)
            }
        });
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let host = format!("http://{}", listener.local_addr().expect("an address"));
        tokio::spawn(async move { axum::serve(listener, app).await });
        Self { host, asked }
    }

    /// Everything that was asked so far.
    pub fn asked(&self) -> Vec<Asked> {
        self.asked.lock().expect("no test panics while holding it").clone()
    }

    /// The request lines only.
    pub fn lines(&self) -> Vec<String> {
        self.asked().into_iter().map(|asked| asked.line).collect()
    }
}

async fn read(request: Request<Body>) -> Asked {
    let (parts, body) = request.into_parts();
    let body = to_bytes(body, usize::MAX).await.expect("the body arrives");
    Asked {
        line: format!("{} {}", parts.method, parts.uri),
        headers: parts.headers,
        body: String::from_utf8(body.to_vec()).expect("the body is text"),
    }
}

/// An answer with a JSON body.
pub fn ok(body: Value) -> Response<Body> {
    Response::builder().body(Body::from(body.to_string())).expect("an answer")
}

/// A list that ends here.
pub fn page(items: Value) -> Response<Body> {
    ok(json!({"data": items, "has_more": false, "next_cursor": null}))
}

/// A refusal in the API's form.
pub fn problem(status: u16, code: &str, detail: &str) -> Response<Body> {
    let body = json!({"type": "about:blank", "title": "Refused", "status": status, "code": code,
        "detail": detail, "request_id": "req_1", "errors": []});
    Response::builder()
        .status(StatusCode::from_u16(status).expect("a status"))
        .header("content-type", "application/problem+json")
        .body(Body::from(body.to_string()))
        .expect("an answer")
}

/// How a command ended.
#[derive(Debug)]
pub struct Ran {
    pub code: Option<i32>,
    pub stdout: String,
    pub stderr: String,
}

/// The binary with nothing of this machine's environment: no colours, 100 columns, no keyboard.
pub fn calibr(config: &Path, args: &[&str]) -> tokio::process::Command {
    let mut command = tokio::process::Command::new(env!("CARGO_BIN_EXE_calibr"));
    command
        .args(args)
        .env_clear()
        .env("CALIBR_CONFIG_DIR", config)
        .env("NO_COLOR", "1")
        .env("COLUMNS", "100")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true);
    command
}

/// Runs a command to its end.
pub async fn run(mut command: tokio::process::Command) -> Ran {
    let Output { status, stdout, stderr } = command.output().await.expect("the binary starts");
    Ran {
        code: status.code(),
        stdout: String::from_utf8(stdout).expect("stdout is text"),
        stderr: String::from_utf8(stderr).expect("stderr is text"),
    }
}
