//! The real binary as a child: started on the world's database, spoken to over HTTP, killed and stopped by signals.

use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use kernel_db::url_of;
use reqwest::StatusCode;
use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};
use tokio::sync::watch;

use crate::world::{PATIENCE, World, in_time};

/// So long after its death the work of a server is taken over; long enough for a heartbeat on a busy machine.
const LEASE_SECONDS: &str = "3";

/// A running server. Dropped, it is killed.
pub struct Server {
    child: Child,
    address: String,
    http: reqwest::Client,
    log: watch::Receiver<String>,
}

impl Server {
    /// Starts a server and waits until it answers.
    pub async fn start(world: &World) -> Self {
        Self::with_lease(world, LEASE_SECONDS).await
    }

    /// The same with leases of so many seconds; it sends a heartbeat after each third of that.
    pub async fn with_lease(world: &World, seconds: &str) -> Self {
        // Only the first test of the process installs it.
        rustls::crypto::ring::default_provider().install_default().ok();
        let mut child = Command::new(env!("CARGO_BIN_EXE_calibr"))
            .args(["serve", "--port", "0", "--lease-seconds", seconds, "--data"])
            .arg(world.data())
            .env("DATABASE_URL", url_of(&world.database))
            .env("RUST_LOG", "warn,calibr=debug,kernel_jobs=debug")
            .env_remove("CALIBR_MASTER_KEY")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .expect("the binary starts");
        let (write, log) = watch::channel(String::new());
        let mut lines = BufReader::new(child.stderr.take().expect("a pipe")).lines();
        tokio::spawn(async move {
            while let Ok(Some(line)) = lines.next_line().await {
                write.send_modify(|log| *log += &format!("{line}\n"));
            }
        });
        let http = reqwest::Client::new();
        let mut server = Self { child, address: String::new(), http, log };
        let line = server.logged("Calibr answers on ").await;
        server.address = line.rsplit(' ').next().expect("an address").to_owned();
        server
    }

    /// Waits for a line of the log that holds `words`.
    pub async fn logged(&self, words: &str) -> String {
        let mut log = self.log.clone();
        let found = |log: &String| log.lines().find(|line| line.contains(words)).map(str::to_owned);
        let seen = tokio::time::timeout(PATIENCE, log.wait_for(|log| found(log).is_some())).await;
        match seen.map(|log| log.ok().and_then(|log| found(&log))) {
            Ok(Some(line)) => line,
            _ => panic!("the server never said {words:?}:\n{}", self.log()),
        }
    }

    pub async fn get(&self, token: &str, path: &str) -> Value {
        let request = self.http.get(self.url(path)).bearer_auth(token);
        let (status, body) = answer(request).await;
        assert!(status.is_success(), "GET {path}: {status} {body}");
        serde_json::from_str(&body).unwrap_or_else(|_| panic!("GET {path}: {body}"))
    }

    /// Every item of a list.
    pub async fn list(&self, token: &str, path: &str) -> Vec<Value> {
        let mut page = self.get(token, &format!("{path}limit=1000")).await;
        assert_eq!(page["has_more"], false, "{path} has more than one page");
        page["data"].as_array_mut().map(std::mem::take).expect("a list")
    }

    /// Asks again until there is an answer that is no failure of the server.
    pub async fn until_answers(&self, token: &str, path: &str) {
        let mut ticks = tokio::time::interval(Duration::from_millis(50));
        let answered = async {
            while !answer(self.http.get(self.url(path)).bearer_auth(token)).await.0.is_success() {
                ticks.tick().await;
            }
        };
        in_time("an answer", answered).await;
    }

    pub async fn post(&self, token: &str, path: &str, body: &Value) -> Value {
        let key = uuid::Uuid::now_v7().to_string();
        let request = self.http.post(self.url(path)).bearer_auth(token).header("idempotency-key", key);
        let (status, body) = answer(request.json(body)).await;
        assert!(status.is_success(), "POST {path}: {status} {body}");
        serde_json::from_str(&body).unwrap_or_else(|_| panic!("POST {path}: {body}"))
    }

    /// Follows a run to its end.
    pub async fn settled(&self, token: &str, run: &str) -> Value {
        let request = self.http.get(self.url(&format!("runs/{run}/events"))).bearer_auth(token);
        let stream = tokio::time::timeout(PATIENCE, answer(request)).await;
        let Ok((status, body)) = stream else {
            panic!(
                "run {run} does not end: {}\n{}",
                self.get(token, &format!("runs/{run}")).await,
                self.log()
            )
        };
        assert!(status.is_success() && body.contains("event: end"), "{status} {body}\n{}", self.log());
        self.get(token, &format!("runs/{run}")).await
    }

    /// `kill -9`.
    pub async fn kill(mut self) {
        self.child.start_kill().expect("it lives");
        self.child.wait().await.expect("its end");
    }

    pub fn signal(&self, signal: Signal) {
        let pid = self.child.id().and_then(|id| i32::try_from(id).ok()).and_then(Pid::from_raw);
        kill_process(pid.expect("it lives"), signal).expect("a signal");
    }

    pub async fn ended(&mut self) -> ExitStatus {
        self.child.wait().await.expect("its end")
    }

    pub fn log(&self) -> String {
        self.log.borrow().clone()
    }

    fn url(&self, path: &str) -> String {
        format!("{}/api/v1/{path}", self.address)
    }
}

async fn answer(request: reqwest::RequestBuilder) -> (StatusCode, String) {
    let response = request.send().await.expect("an answer");
    (response.status(), response.text().await.expect("a body"))
}
