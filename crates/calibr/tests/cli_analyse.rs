//! Conflicts and proofs of rule files on this machine, without a server.

#[allow(dead_code)]
mod support_cli;

use serde_json::Value;
use support_cli::{Ran, calibr, run};

const CATALOG: &str = "Handle,Title,Variant SKU,Variant Price\na,A,A-1,30.00\nb,B,B-1,15.00\n";

async fn ran(files: &[(&str, &str)], args: &[&str]) -> Ran {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, text) in files {
        std::fs::write(folder.path().join(name), text).expect("a file");
    }
    let mut command = calibr(folder.path(), args);
    command.current_dir(folder.path()).env("COLUMNS", "140");
    run(command).await
}

fn rule(name: &str, select: &str, rest: &str) -> String {
    format!("schema: rule.v1\nname: {name}\nselect: {select}\n{rest}\n")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_floor_that_holds_is_proved_and_one_that_does_not_is_shown() {
    let sale =
        rule("sale", "{ all_variants: true }", "steps: [{ percent: -20 }]\nconstraints: { floor: 10 EUR }");
    let files = [("sale.yaml", sale.as_str())];
    let holds = ran(&files, &["rules", "prove", "-f", "sale.yaml", "--floor", "10.00 EUR"]).await;
    assert_eq!((holds.code, holds.stdout.trim()), (Some(0), "holds"), "{}", holds.stderr);
    let args = ["rules", "prove", "-f", "sale.yaml", "--floor", "10.01 EUR", "--json"];
    let refuted = ran(&files, &args).await;
    assert_eq!(refuted.code, Some(11), "{}", refuted.stderr);
    let proof: Value = serde_json::from_str(&refuted.stdout).expect("JSON");
    assert_eq!(proof["answer"], "refuted");
    assert_eq!(proof["counterexample"]["after"]["amount"], "10.00");
    let none = ran(&files, &["rules", "prove", "-f", "sale.yaml"]).await;
    assert_eq!(none.code, Some(2), "{}", none.stderr);
}

#[tokio::test(flavor = "multi_thread")]
async fn rules_that_push_prices_to_and_fro_are_a_finding() {
    let dear = rule("dear", "{ price: { gt: 20 EUR } }", "steps: [{ set: 18 EUR }]");
    let cheap = rule("cheap", "{ price: { lte: 20 EUR } }", "steps: [{ set: 25 EUR }]");
    let files = [("dear.yaml", dear.as_str()), ("cheap.yaml", cheap.as_str()), ("products.csv", CATALOG)];
    let args = ["rules", "conflicts", "-f", "dear.yaml", "-f", "cheap.yaml", "--catalog", "products.csv"];
    let found = ran(&files, &args).await;
    assert_eq!(found.code, Some(11), "{}", found.stderr);
    assert!(found.stdout.contains("18.00 → 25.00"), "{}", found.stdout);
    let alone = ran(&files, &["rules", "conflicts", "-f", "dear.yaml", "--catalog", "products.csv"]).await;
    assert_eq!(alone.code, Some(0), "{}{}", alone.stdout, alone.stderr);
}
