//! Programs of other makers that do the same, run over the same Postgres (`bench-peers/node`).

use std::path::Path;
use std::process::Command;

use super::Postgres;

/// Runs a script of `bench-peers/node` over `postgres`; gives what it printed.
pub fn node(postgres: &Postgres, script: &str, words: &[&str]) -> serde_json::Value {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../bench-peers/node");
    let mut command = Command::new("node");
    command.current_dir(folder).arg(script).arg(postgres.url()).args(words);
    let output = command.output().expect("Node runs");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{script} failed: {said}");
    serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{script}: {error}: {said}"))
}

/// The seconds that a script says it took.
pub fn seconds(printed: &serde_json::Value) -> f64 {
    printed["seconds"].as_f64().expect("seconds")
}
