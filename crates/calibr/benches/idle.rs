//! `cargo xtask bench idle`: resident memory of the server with nothing to do, after it has answered a thousand requests.
//! Prints one line of JSON. The goal is under 80 MB.

mod support;

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

use support::{Postgres, memory_mb};

#[tokio::main]
async fn main() {
    rustls::crypto::ring::default_provider().install_default().ok();
    let postgres = Postgres::start().await;
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut server = Command::new(env!("CARGO_BIN_EXE_calibr"))
        .args(["serve", "--port", "0", "--data"])
        .arg(folder.path())
        .env("DATABASE_URL", postgres.url())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the server starts");
    let lines = BufReader::new(server.stderr.take().expect("its stderr is piped")).lines();
    let url =
        lines.map_while(Result::ok).find_map(|line| line.split_whitespace().last().map(ToOwned::to_owned));
    let url = url.filter(|url| url.starts_with("http")).expect("the server says where it answers");
    let client = reqwest::Client::new();
    for _ in 0..1000 {
        let answer = client.get(format!("{url}/api/health")).send().await.expect("the server answers");
        assert!(answer.status().is_success());
    }
    let (rss, peak) = (memory_mb(server.id(), "VmRSS"), memory_mb(server.id(), "VmHWM"));
    println!("{}", serde_json::json!({ "bench": "idle", "rss_mb": rss, "peak_rss_mb": peak, "goal_mb": 80 }));
    server.kill().expect("the server can be stopped");
    server.wait().expect("the server ends");
    postgres.stop().await;
}
