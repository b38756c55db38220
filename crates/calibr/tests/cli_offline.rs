//! What needs no server: plans from a file, checking rules, help and completions.

#[allow(dead_code)]
mod support_cli;

use std::path::{Path, PathBuf};

use serde_json::Value;
use support_cli::{Ran, calibr, run};

const RULE: &str = "schema: rule.v1
name: Winter sale
select: { all: [ { product_type: { is: Tents } } ] }
steps: [ { percent: -20 } ]
rounding: { ending: .99 }
constraints: { floor: 10 EUR }
compare_at: set_to_before
";

const CATALOG: &str = "\u{feff}Handle,Title,Vendor,Type,Tags,Option1 Name,Option1 Value,Variant SKU,Variant Price,Variant Compare At Price
fjell,\"Fjell tent, for three\",Fjell,Tents,\"outdoor, tent\",Colour,Green,T-889,249.00,
fjell,,,,,,Blue,T-890,\"12,5\",
fjell,,,,,,Red,T-891,0.02,
stove,Stove,Fjell,Stoves,,Title,Default Title,S-1,80.00,
tarp,Tarp,Fjell,Tents,,Title,Default Title,T-1,a lot,
";

struct Desk {
    folder: tempfile::TempDir,
}

impl Desk {
    fn new() -> Self {
        let desk = Self { folder: tempfile::tempdir().expect("a folder") };
        desk.write("rule.yaml", RULE);
        desk.write("products.csv", CATALOG);
        desk
    }

    fn write(&self, name: &str, text: &str) {
        std::fs::write(self.folder.path().join(name), text).expect("a file");
    }

    async fn run(&self, columns: &str, args: &[&str]) -> Ran {
        let mut command = calibr(self.folder.path(), args);
        command.current_dir(self.folder.path()).env("COLUMNS", columns);
        run(command).await
    }
}

const PLAN: [&str; 6] = ["plan", "--offline", "-f", "rule.yaml", "--catalog", "products.csv"];

#[tokio::test(flavor = "multi_thread")]
async fn a_plan_needs_no_server() {
    let desk = Desk::new();
    let wide = desk.run("120", &PLAN).await;
    assert_eq!(wide.code, Some(11), "{}", wide.stderr);
    insta::assert_snapshot!(wide.stdout, @r"
    ▼ 2 down   ▲ 0 up   ⛔ 1 blocked   = 0 same   · 1 not selected
    median −20.08 %   largest −20.08 %
    ⛔ slip: 1 stopped
    ⛔ maximum move: 1 stopped
    ⛔ maximum move day: 1 stopped
       SKU    TITLE                             OLD     NEW    CHANGE  COMPARE-AT  BY           WHY
    ▼  T-889  Fjell tent, for three – Green  249.00  198.99  −20.08 %  – → 249.00  Winter sale
    ▼  T-890  Fjell tent, for three – Blue    12.50   10.00  −20.00 %   – → 12.50  Winter sale  limited: floor
        SKU    TITLE                        OLD    NEW       CHANGE  BY           WHY            ALSO
    ⛔  T-891  Fjell tent, for three – R…  0.02  10.00  +49900.00 %  Winter sale  blocked: slip  violated: maximum move, …
    ");
    insta::assert_snapshot!(wide.stderr, @r"
    products.csv: 4 variants in 2 products.
    ! 1 row of it could not be used for this plan:
        line 6: `a lot` is not an amount; write digits and a point before the decimals, without a currency sign (EUR is assumed)
    Nothing was stored: this plan was made on this machine only.
    Next: calibr catalog import products.csv   |   calibr plan -f RULES.yaml
    ");
    insta::assert_snapshot!(desk.run("80", &PLAN).await.stdout, @r"
    ▼ 2 down   ▲ 0 up   ⛔ 1 blocked   = 0 same   · 1 not selected
    median −20.08 %   largest −20.08 %
    ⛔ slip: 1 stopped
    ⛔ maximum move: 1 stopped
    ⛔ maximum move day: 1 stopped
       SKU    TITLE         OLD     NEW    CHANGE  COMPARE-AT  BY         WHY
    ▼  T-889  Fjell te…  249.00  198.99  −20.08 %  – → 249.00  Winter s…
    ▼  T-890  Fjell te…   12.50   10.00  −20.00 %   – → 12.50  Winter s…  limited…
        SKU    TITLE       OLD    NEW       CHANGE  BY         WHY        ALSO
    ⛔  T-891  Fjell te…  0.02  10.00  +49900.00 %  Winter s…  blocked:…  violate…
    ");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_exit_code_tells_changes_only_when_asked() {
    let desk = Desk::new();
    desk.write("products.csv", "Handle,Title,Type,Variant Price\nfjell,Fjell,Tents,249.00\n");
    assert_eq!(desk.run("80", &PLAN).await.code, Some(0));
    let detailed = [&PLAN[..], &["--detailed-exitcode"]].concat();
    assert_eq!(desk.run("80", &detailed).await.code, Some(10));
    desk.write("products.csv", "Handle,Title,Type,Variant Price\nstove,Stove,Stoves,249.00\n");
    assert_eq!(desk.run("80", &detailed).await.code, Some(0));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_used_is_refused_with_its_place() {
    let desk = Desk::new();
    desk.write("rule.yaml", &RULE.replace("steps", "stepz"));
    let ran = desk.run("80", &PLAN).await;
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(1), ""));
    assert!(ran.stderr.contains("/stepz") && ran.stderr.contains("line 4"), "{}", ran.stderr);

    let desk = Desk::new();
    let ran = desk.run("80", &[&PLAN[..], &["--currency", "USD"]].concat()).await;
    assert_eq!(ran.code, Some(1));
    assert!(ran.stderr.contains("/constraints/floor"), "{}", ran.stderr);
    let ran = desk.run("80", &[&PLAN[..], &["--currency", "EURO"]].concat()).await;
    assert_eq!(ran.code, Some(2));

    desk.write("products.csv", "Name,Cost\n");
    let ran = desk.run("80", &PLAN).await;
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(1), ""));
    assert!(ran.stderr.contains("products.csv"), "{}", ran.stderr);
}

#[tokio::test(flavor = "multi_thread")]
async fn rules_are_checked_without_a_server() {
    let desk = Desk::new();
    desk.write("empty.yaml", &RULE.replace("{ all: [ { product_type: { is: Tents } } ] }", "{}"));
    let ran = desk.run("80", &["rules", "validate", "-f", "rule.yaml", "empty.yaml", "--json"]).await;
    assert_eq!(ran.code, Some(1), "{}", ran.stderr);
    let document: Value = serde_json::from_str(&ran.stdout).expect("one document");
    assert_eq!(document["data"][0]["valid"], true);
    assert_eq!(document["data"][1]["errors"][0]["pointer"], "/select");
    let ran = desk.run("80", &["rules", "validate", "-f", "rule.yaml"]).await;
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(0), "✓ rule.yaml\n"));
    assert_eq!(ran.stderr, "Next: calibr plan -f rule.yaml\n");
    let ran = desk.run("80", &["rules", "validate", "-f", "none.yaml"]).await;
    assert_eq!(ran.code, Some(5));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_folder_of_rules_is_checked_as_a_whole() {
    let desk = Desk::new();
    std::fs::create_dir_all(desk.folder.path().join("rules/tents")).expect("a folder");
    std::fs::create_dir_all(desk.folder.path().join("rules/.git")).expect("a folder");
    desk.write("rules/a.yaml", RULE);
    desk.write("rules/.git/b.yaml", "no rule");
    desk.write("rules/tents/b.yaml", &RULE.replace("Winter", "Summer").replace("percent", "percnt"));
    desk.write("rules/tents/c.yaml", RULE);
    let ran = desk.run("100", &["rules", "validate", "-f", "rules"]).await;
    assert_eq!((ran.code, ran.stderr.as_str()), (Some(1), ""));
    insta::assert_snapshot!(ran.stdout, @r"
    ✓ rules/a.yaml
    ✗ rules/tents/b.yaml
        /steps/0/percnt  `percnt` is not known here; did you mean `percent`? Known are `amount`, `beat`, `from`, `if`, `margin`, `markup`, `match`, `multiply`, `percent`, `set`, `tiers`
          ┌ rules/tents/b.yaml:4:12
        4 │ steps: [ { percnt: -20 } ]
          │            ^^^^^^
    ✗ rules/tents/c.yaml
        /name  rules/a.yaml names the rule `Winter sale` too; each name is one rule
    3 files, 2 with faults
    ");
}

#[tokio::test(flavor = "multi_thread")]
async fn files_are_laid_out_or_left_alone() {
    let desk = Desk::new();
    let check = ["rules", "fmt", "-f", "rule.yaml", "--check"];
    let ran = desk.run("100", &check).await;
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(10), "! rule.yaml\n"));
    assert_eq!(ran.stderr, "Next: calibr rules fmt -f rule.yaml\n");
    let read = || std::fs::read_to_string(desk.folder.path().join("rule.yaml")).expect("a file");
    assert_eq!(read(), RULE, "a check writes nothing");
    // One file that is no rule: none is written.
    desk.write("broken.yaml", "name: [");
    let ran = desk.run("100", &["rules", "fmt", "-f", "rule.yaml", "broken.yaml"]).await;
    assert_eq!((ran.code, read().as_str()), (Some(1), RULE), "{}", ran.stderr);
    let ran = desk.run("100", &["rules", "fmt", "-f", "rule.yaml"]).await;
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(0), "✓ rule.yaml\n"), "{}", ran.stderr);
    insta::assert_snapshot!(read(), @r"
    schema: rule.v1
    name: Winter sale
    select:
      all:
        - product_type: { is: Tents }
    steps:
      - percent: -20
    rounding: { ending: .99 }
    constraints: { floor: 10 EUR }
    compare_at: set_to_before
    ");
    let ran = desk.run("100", &check).await;
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(0), ""), "{}", ran.stderr);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_tests_inside_rule_files_are_run() {
    let desk = Desk::new();
    let tests = "tests:
  - name: a tent
    given: { product_type: Tents, price: 249 EUR }
    expect: { price: 198.99 EUR, outcome: cut }
  - name: a cheap tent
    given: { product_type: Tents, price: 12.50 EUR }
    expect: { price: 9.99 EUR, outcome: cut }
  - given: { product_type: Stoves, price: 80 EUR }
    expect: { outcome: not_selected }
";
    desk.write("rule.yaml", &format!("{RULE}{tests}"));
    desk.write(
        "yen.yaml",
        &RULE.replace("EUR", "JPY").replace("Winter", "Yen").replace("{ ending: .99 }", "{ step: 10 }"),
    );
    let ran = desk.run("100", &["rules", "test", "-f", "rule.yaml", "yen.yaml"]).await;
    assert_eq!((ran.code, ran.stderr.as_str()), (Some(1), "1 of 3 tests failed.\n"));
    insta::assert_snapshot!(ran.stdout, @r"
    ✗ rule.yaml  1 of 3 tests failed
        ✗ a cheap tent
          price: expected 9.99 EUR, found 10.00 EUR
          STEP          RESULT  WHY
          select      selected  Winter sale
          percent        10.00  -20 %
          rounding        9.99  nearest, to 0.99 in each 1.00
          floor          10.00  not below 10.00
          compare at     12.50  set to the price before
    · yen.yaml  no tests
    ");
    desk.write("rule.yaml", &format!("{RULE}{}", tests.replace("9.99", "10")));
    let ran = desk.run("100", &["rules", "test", "-f", "rule.yaml"]).await;
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(0), "✓ rule.yaml  3 tests\n"), "{}", ran.stderr);
    let ran = desk.run("100", &["rules", "test", "-f", "rule.yaml", "--json"]).await;
    let document: Value = serde_json::from_str(&ran.stdout).expect("one document");
    assert_eq!(document["data"][0]["tests"][1]["name"], "a cheap tent");
    assert_eq!(document["data"][0]["tests"][1]["passed"], true);
    // A stricter guardrail stops what passed before.
    desk.write("guardrails.yaml", "schema: guardrails.v1\nfloor: { mode: hard, price: 100 EUR }\n");
    let ran = desk.run("100", &["rules", "test", "-f", "rule.yaml", "--guardrails", "guardrails.yaml"]).await;
    assert_eq!((ran.code, ran.stderr.as_str()), (Some(1), "1 of 3 tests failed.\n"), "{}", ran.stdout);
    let ran = desk.run("100", &["rules", "fmt", "-f", "rule.yaml"]).await;
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    let ran = desk.run("100", &["rules", "test", "-f", "rule.yaml"]).await;
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(0), "✓ rule.yaml  3 tests\n"), "{}", ran.stderr);
}

#[tokio::test(flavor = "multi_thread")]
async fn two_states_of_the_rules_are_compared_without_a_server() {
    let desk = Desk::new();
    std::fs::create_dir_all(desk.folder.path().join("old")).expect("a folder");
    desk.write("old/rule.yaml", &RULE.replace("-20", "-15"));
    desk.write("old/gone.yaml", &RULE.replace("Winter sale", "Stoves").replace("Tents", "Stoves"));
    let diff = ["rules", "diff", "-f", "rule.yaml", "--catalog", "products.csv", "--against", "old"];
    let ran = desk.run("120", &diff).await;
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    insta::assert_snapshot!(ran.stdout, @r"
    Stoves
      - 1 no longer moved
         SKU  TITLE  PRICE NOW  OLD RULE  NEW RULE    CHANGE
      -  S-1  Stove      80.00     63.99     80.00  +25.02 %
    Winter sale
      ~ 2 moved to another price
         SKU    TITLE                          PRICE NOW  OLD RULE  NEW RULE   CHANGE  WHY
      ~  T-890  Fjell tent, for three – Blue       12.50     10.99     10.00  −9.01 %  limited: floor
      ~  T-889  Fjell tent, for three – Green     249.00    211.99    198.99  −6.13 %
    ");
    let ran = desk.run("120", &[&diff[..], &["--detailed-exitcode"]].concat()).await;
    assert_eq!(ran.code, Some(10));
    desk.write("old/rule.yaml", RULE);
    desk.write("old/gone.yaml", RULE);
    let ran = desk.run("120", &diff).await;
    assert_eq!(ran.code, Some(1), "two files are the same rule");
    std::fs::remove_file(desk.folder.path().join("old/gone.yaml")).expect("it was there");
    let ran = desk.run("120", &[&diff[..], &["--detailed-exitcode"]].concat()).await;
    assert_eq!(ran.code, Some(0), "{}", ran.stdout);
    insta::assert_snapshot!(ran.stdout, @r"
    Winter sale
      = no difference: 2 variants moved as before
    ");
}

/// The prices Shopify published for its demo shops, each cut by a fifth: compared with plain integer arithmetic.
#[tokio::test(flavor = "multi_thread")]
async fn published_catalogues_are_priced_row_by_row() {
    let Some(catalogs) = shared_catalogs() else { return };
    let desk = Desk::new();
    desk.write(
        "rule.yaml",
        "schema: rule.v1\nname: fifth\nselect: { all_variants: true }\nsteps: [ { percent: -20 } ]\n",
    );
    for (path, variants_known) in catalogs {
        let packed = std::fs::File::open(&path).expect("the catalogue is there");
        let text = std::io::read_to_string(flate2::read::GzDecoder::new(packed)).expect("it is text");
        desk.write("products.csv", &text);
        let ran = desk.run("80", &[&PLAN[..], &["--json"]].concat()).await;
        let plan: Value = serde_json::from_str(&ran.stdout).expect("one document");
        let rows = plan["rows"].as_array().expect("rows");
        assert_eq!(rows.len(), variants_known, "{}", path.display());
        for row in rows {
            let (before, after) = (cents(&row["before"]), cents(&row["after"]));
            assert_eq!(after, (before * 8 + 5) / 10, "{row}");
            assert_eq!(row["outcome"], "cut");
        }
    }
}

fn cents(money: &Value) -> i64 {
    let amount = money["amount"].as_str().expect("an amount");
    assert_eq!(amount.rsplit('.').next().map(str::len), Some(2), "{amount}");
    amount.replace('.', "").parse().expect("digits")
}

fn shared_catalogs() -> Option<Vec<(PathBuf, usize)>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/catalogs");
    if !folder.is_dir() {
        assert!(std::env::var("CI").as_deref() != Ok("true"), "{} is missing", folder.display());
        eprintln!("skipped: {} is not here", folder.display());
        return None;
    }
    // Counted by hand: rows with a price.
    let known = [("apparel", 22), ("home-and-garden", 21), ("jewelery", 23)];
    Some(known.map(|(name, n)| (folder.join(format!("shopifypartners_{name}.csv.gz")), n)).to_vec())
}

#[tokio::test(flavor = "multi_thread")]
async fn every_shell_gets_a_completion_script() {
    let desk = Desk::new();
    for shell in ["bash", "elvish", "fish", "pwsh", "zsh"] {
        let ran = desk.run("80", &["completion", shell]).await;
        assert_eq!(ran.code, Some(0), "{}", ran.stderr);
        assert!(ran.stdout.contains("retry-failed") && ran.stdout.contains("price-change"), "{shell}");
    }
    assert_eq!(desk.run("80", &["completion", "cmd"]).await.code, Some(2));
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_usage_ends_with_2_and_help_with_0() {
    let desk = Desk::new();
    for args in
        [&["run", "wat"][..], &["plan"], &["help", "nothing"], &["audit", "ls", "--since", "yesterday"]]
    {
        assert_eq!(desk.run("80", args).await.code, Some(2), "{args:?}");
    }
    for args in [
        &["help"][..],
        &["help", "exit-codes"],
        &["help", "environment"],
        &["help", "json"],
        &["help", "run", "watch"],
    ] {
        let ran = desk.run("80", args).await;
        assert_eq!((ran.code, ran.stderr.as_str()), (Some(0), ""), "{args:?}");
        assert!(!ran.stdout.is_empty());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn colours_follow_the_flag_and_the_environment() {
    let desk = Desk::new();
    let coloured = |args: &[&str], force: bool| {
        let mut command = calibr(desk.folder.path(), &[&PLAN[..], args].concat());
        command.current_dir(desk.folder.path()).env_remove("NO_COLOR");
        if force {
            command.env("CLICOLOR_FORCE", "1");
        }
        async move { run(command).await.stdout.contains('\x1b') }
    };
    assert!(!coloured(&[], false).await, "a pipe gets none");
    assert!(coloured(&["--color", "always"], false).await);
    assert!(coloured(&[], true).await);
    assert!(!coloured(&["--color", "never"], true).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn guardrails_are_checked_without_a_server() {
    let desk = Desk::new();
    desk.write("good.yaml", "schema: guardrails.v1\nfloor: { price: 5.00 EUR }\n");
    desk.write(
        "bad.json",
        r#"{"schema":"guardrails.v1","floor":{"price":"5 EUR"},"ceiling":{"price":"4 EUR"}}"#,
    );
    let good = desk.run("120", &["guardrails", "validate", "-f", "good.yaml"]).await;
    assert_eq!((good.code, good.stdout.as_str()), (Some(0), "✓ good.yaml\n"), "{}", good.stderr);
    let bad = desk.run("120", &["guardrails", "validate", "-f", "bad.json"]).await;
    assert_eq!(bad.code, Some(1));
    insta::assert_snapshot!(bad.stdout, @r"
    ✗ bad.json
        /floor/price  line 1, column 44: the floor 5.00 EUR lies above the ceiling 4.00 EUR; no price can hold both
    ");
    let json = desk.run("120", &["guardrails", "validate", "-f", "bad.json", "--json"]).await;
    let verdict: Value = serde_json::from_str(&json.stdout).expect("JSON");
    assert_eq!(
        (&verdict["valid"], &verdict["errors"][0]["pointer"]),
        (&false.into(), &"/floor/price".into())
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn rules_outside_their_schedule_are_compared_as_if_in_force() {
    let desk = Desk::new();
    std::fs::create_dir_all(desk.folder.path().join("old")).expect("a folder");
    let once = |from: &str, until: &str| {
        format!("{RULE}schedule: {{ zone: Europe/Berlin, at: \"{from} 00:00\", until: \"{until} 00:00\" }}\n")
    };
    let over = once("2020-11-01", "2020-12-01");
    desk.write("rule.yaml", &over);
    desk.write("old/rule.yaml", &over.replace("-20", "-15"));
    let diff = ["rules", "diff", "-f", "rule.yaml", "--catalog", "products.csv", "--against", "old"];
    let diff = [&diff[..], &["--detailed-exitcode"]].concat();
    let ran = desk.run("120", &diff).await;
    assert_eq!(ran.code, Some(10), "{} {}", ran.stdout, ran.stderr);
    let lines: Vec<&str> = ran.stdout.lines().collect();
    assert_eq!(lines[1], "  ~ 2 moved to another price");
    assert!(lines[2].starts_with("  not in force now: compared as if it held at 20"), "{}", ran.stdout);
    // One that begins is compared as of then, and one that only begins later differs in nothing else.
    desk.write("old/rule.yaml", &once("2099-11-01", "2099-12-01"));
    desk.write("rule.yaml", &once("2099-11-08", "2099-12-01"));
    let ran = desk.run("120", &diff).await;
    assert_eq!(ran.code, Some(10), "{} {}", ran.stdout, ran.stderr);
    insta::assert_snapshot!(ran.stdout, @r"
    Winter sale
      = no difference: 2 variants moved as before
      ~ at other times than the stored version
      not in force now: compared as if it held at 2099-11-07 23:00:00 UTC
    ");
}
