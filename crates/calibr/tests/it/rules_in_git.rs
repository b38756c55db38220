//! The rules of a server as files: the real command line pulls, lays out, compares and pushes against a real server.

#[allow(dead_code)]
#[path = "../support_cli/mod.rs"]
mod support_cli;

use std::path::Path;

use kernel_core::Role;
use serde_json::{Value, json};
use support_cli::{Ran, calibr, run};

use crate::support::{TestApp, goods};

/// A folder with its files, and the application that it is about.
struct Desk {
    app: TestApp,
    folder: tempfile::TempDir,
}

impl Desk {
    async fn new() -> Self {
        Self { app: TestApp::new().await, folder: tempfile::tempdir().expect("a folder") }
    }

    async fn run(&self, args: &[&str]) -> Ran {
        let mut command = calibr(self.folder.path(), args);
        command.current_dir(self.folder.path());
        command.env("CALIBR_HOST", &self.app.host).env("CALIBR_TOKEN", self.app.home.token(Role::Editor));
        run(command).await
    }

    /// The command's answer for scripts, if it ended well.
    async fn data(&self, args: &[&str]) -> Value {
        let ran = self.run(&[args, &["--json"][..]].concat()).await;
        assert_eq!(ran.code, Some(0), "{args:?}: {}", ran.stderr);
        let document: Value = serde_json::from_str(&ran.stdout).expect("one document");
        document["data"].clone()
    }

    fn read(&self, file: &str) -> String {
        std::fs::read_to_string(self.folder.path().join(file)).expect(file)
    }

    fn write(&self, file: &str, text: &str) {
        let path = self.folder.path().join(file);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        std::fs::write(path, text).expect("a file");
    }

    fn files(&self, folder: &str) -> Vec<String> {
        let entries = std::fs::read_dir(self.folder.path().join(Path::new(folder))).expect("a folder");
        let name = |entry: std::io::Result<std::fs::DirEntry>| entry.expect("an entry").file_name();
        let mut names: Vec<_> = entries.map(|entry| name(entry).to_string_lossy().into_owned()).collect();
        names.sort();
        names
    }
}

fn rule(name: &str, percent: &str) -> Value {
    json!({
        "schema": "rule.v1", "name": name, "priority": 3, "select": { "sku": { "in": ["0012", "A-1", "x: y"] } },
        "steps": [{ "percent": percent }, { "amount": { "amount": "-1.5", "currency": "EUR" } }],
        "rounding": { "ending": ".99" }, "constraints": { "floor": "5 EUR" },
    })
}

fn outcomes(data: &Value) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    let rows = data.as_array().expect("rows").iter();
    let pair = |row: &Value| {
        let name = if row["rule"].is_string() { &row["rule"] } else { &row["rule"]["name"] };
        (text(name), text(&row["outcome"]))
    };
    let mut pairs: Vec<_> = rows.map(pair).collect();
    pairs.sort();
    pairs
}

fn all(outcome: &str) -> Vec<(String, String)> {
    [("Black week", outcome), ("black week!", outcome)].map(|(a, b)| (a.to_owned(), b.to_owned())).to_vec()
}

#[tokio::test]
async fn what_is_pulled_is_unchanged_when_pushed_and_laid_out_already() {
    let desk = Desk::new().await;
    desk.app.push(rule("Black week", "-20")).await;
    desk.app.push(rule("black week!", "-30")).await;
    assert_eq!(outcomes(&desk.data(&["rules", "pull", "rules"]).await), all("created"));
    assert_eq!(desk.files("rules").len(), 2, "each has a file of its own");
    let before = desk.app.dump().await;
    assert_eq!(outcomes(&desk.data(&["rules", "push", "-f", "rules"]).await), all("unchanged"));
    desk.app.assert_unchanged_but(&before, &["idempotency_keys"], "pushing what was pulled").await;
    assert_eq!(outcomes(&desk.data(&["rules", "pull", "rules"]).await), all("unchanged"));
    let ran = desk.run(&["rules", "fmt", "-f", "rules", "--check"]).await;
    assert_eq!(ran.code, Some(0), "{}{}", ran.stdout, desk.read("rules/black-week.yaml"));
    desk.app.finish().await;
}

#[tokio::test]
async fn what_was_changed_here_is_kept_and_what_is_only_old_is_brought_up_to_date() {
    let desk = Desk::new().await;
    desk.app.push(rule("Sale", "-20")).await;
    desk.data(&["rules", "pull", "rules"]).await;
    let first = desk.read("rules/sale.yaml");
    let ours = first.replace("steps:", "# A fifth, as agreed.\nsteps:");
    desk.write("rules/tents/ours.yaml", &ours);
    std::fs::remove_file(desk.folder.path().join("rules/sale.yaml")).expect("it was there");

    // Only old: the server went on. The file keeps its name and its comment.
    desk.app.push(rule("Sale", "-25")).await;
    let pulled = desk.data(&["rules", "pull", "rules"]).await;
    assert_eq!(outcomes(&pulled), [("Sale".to_owned(), "updated".to_owned())]);
    let text = desk.read("rules/tents/ours.yaml");
    assert!(text.contains("# A fifth, as agreed.\nsteps:") && text.contains("percent: -25"), "{text}");
    assert_eq!(desk.files("rules"), ["tents"]);

    // Changed here: nothing is written, not even what could be.
    desk.write("rules/tents/ours.yaml", &text.replace("-25", "-26"));
    desk.app.push(rule("Other", "-10")).await;
    let ran = desk.run(&["rules", "pull", "rules"]).await;
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(6), ""), "{}", ran.stderr);
    assert!(ran.stderr.contains("ours.yaml") && ran.stderr.contains("--force"), "{}", ran.stderr);
    assert_eq!(desk.files("rules"), ["tents"]);
    assert!(desk.read("rules/tents/ours.yaml").contains("-26"));
    let pulled = desk.data(&["rules", "pull", "rules", "--rule", "Other"]).await;
    assert_eq!(outcomes(&pulled), [("Other".to_owned(), "created".to_owned())]);
    desk.data(&["rules", "pull", "rules", "--force"]).await;
    assert!(desk.read("rules/tents/ours.yaml").contains("-25"));
    desk.app.finish().await;
}

#[tokio::test]
async fn tests_that_were_written_here_are_not_lost() {
    let desk = Desk::new().await;
    desk.app.push(rule("Sale", "-20")).await;
    desk.data(&["rules", "pull", "rules"]).await;
    let with_tests = desk.read("rules/sale.yaml")
        + "tests:\n  - given: { sku: A-1, price: 100 EUR }\n    expect: { price: 78.99 EUR }\n";
    desk.write("rules/sale.yaml", &with_tests);
    assert_eq!(
        outcomes(&desk.data(&["rules", "pull", "rules"]).await),
        [("Sale".to_owned(), "unchanged".to_owned())]
    );
    assert_eq!(desk.read("rules/sale.yaml"), with_tests);
    // The server goes on without them: taking its version would lose them.
    desk.app.push(rule("Sale", "-25")).await;
    let ran = desk.run(&["rules", "pull", "rules"]).await;
    assert_eq!((ran.code, desk.read("rules/sale.yaml")), (Some(6), with_tests), "{}", ran.stderr);
    desk.app.finish().await;
}

#[tokio::test]
async fn a_dry_run_stores_nothing_and_says_what_would_move() {
    let desk = Desk::new().await;
    desk.app.shop(goods(4, 2)).await;
    let text = "schema: rule.v1\nname: Sale\nselect: { all_variants: true }\nsteps: [ { percent: -10 } ]\n";
    desk.write("sale.yaml", text);
    desk.data(&["rules", "push", "-f", "sale.yaml"]).await;
    desk.write("sale.yaml", &text.replace("-10", "-12"));
    let before = desk.app.dump().await;
    let ran = desk.run(&["rules", "push", "-f", "sale.yaml", "--dry-run"]).await;
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    assert!(ran.stdout.contains("v2  new version"), "{}", ran.stdout);
    assert!(ran.stdout.contains("~ 8 moved to another price"), "{}", ran.stdout);
    let diff = desk.run(&["rules", "diff", "-f", "sale.yaml", "--detailed-exitcode"]).await;
    assert_eq!(diff.code, Some(10), "{}", diff.stderr);
    assert!(ran.stdout.ends_with(&diff.stdout), "{} is not the end of {}", diff.stdout, ran.stdout);
    desk.app.assert_unchanged(&before, "a dry run").await;

    // The same over the same goods on this machine.
    let csv = desk.app.viewer().get("/catalog/export").await;
    desk.write("goods.csv", &csv.text);
    let there = desk.data(&["rules", "diff", "-f", "sale.yaml"]).await;
    let here = desk.data(&["rules", "diff", "-f", "sale.yaml", "--catalog", "goods.csv"]).await;
    assert_eq!(here[0]["counts"], there[0]["counts"]);
    assert_eq!(here[0]["version"], 1);
    desk.app.finish().await;
}

#[tokio::test]
async fn a_simulation_supposes_what_was_said() {
    let desk = Desk::new().await;
    desk.app.shop(goods(2, 2)).await;
    let text = "schema: rule.v1\nname: Sale\nselect: { all_variants: true }\nsteps: [ { percent: -10 } ]\n";
    desk.write("sale.yaml", text);
    let now = desk.data(&["rules", "simulate", "-f", "sale.yaml"]).await;
    let supposed = desk.data(&["rules", "simulate", "-f", "sale.yaml", "--prices", "-1"]).await;
    let cents = |data: &Value, place: usize| -> i64 {
        let amount = data[0]["preview"]["sample"][place]["before"]["amount"].as_str().expect("an amount");
        amount.replace('.', "").parse().expect("digits")
    };
    for place in 0..4 {
        assert_eq!(cents(&supposed, place), (cents(&now, place) * 99 + 50) / 100, "{supposed}");
    }
    let ran = desk.run(&["rules", "simulate", "-f", "sale.yaml", "--at", "2020-01-01T00:00Z"]).await;
    assert_eq!(ran.code, Some(1), "{}", ran.stdout);
    assert!(ran.stderr.contains("sale.yaml: ") && ran.stderr.contains("120 days"), "{}", ran.stderr);
    let ran = desk.run(&["rules", "simulate", "-f", "sale.yaml"]).await;
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    assert!(ran.stdout.starts_with("sale.yaml over 4 variants\n  ▼ 4 down"), "{}", ran.stdout);
    desk.app.finish().await;
}
