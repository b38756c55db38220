//! `cargo xtask bench NAME`: which program measures what. Each prints one line of JSON.

use anyhow::{Result, bail};

use crate::{repo, rust, shell};

struct Bench {
    name: &'static str,
    package: &'static str,
    example: &'static str,
    what: &'static str,
}

/// Alphabetic.
const BENCHES: [Bench; 4] = [
    Bench {
        name: "idle",
        package: "calibr",
        example: "idle_bench",
        what: "resident memory of the idle server",
    },
    Bench {
        name: "import",
        package: "connector-shopify",
        example: "import_bench",
        what: "rows a second and peak memory for a product CSV of 1,000,000 variants",
    },
    Bench {
        name: "plan",
        package: "calibr",
        example: "plan_bench",
        what: "100,000 rows made durable, against INSERT … SELECT",
    },
    Bench {
        name: "preview",
        package: "pricing",
        example: "preview_bench",
        what: "a rule over 1,000,000 variants, against a hand-written loop and one SQL statement",
    },
];

/// Builds one with optimisation and runs it; `words` after the name go to it.
///
/// # Errors
/// There is none of this name, or it failed.
pub fn run(words: &[String]) -> Result<()> {
    let Some((name, rest)) = words.split_first() else {
        print!("{}", list());
        return Ok(());
    };
    let Some(bench) = BENCHES.iter().find(|bench| bench.name == name) else {
        bail!("there is no measurement `{name}`; there are:\n{}", list());
    };
    let mut command = rust::cargo(&[
        "run",
        "--quiet",
        "--release",
        "--package",
        bench.package,
        "--example",
        bench.example,
        "--",
    ]);
    shell::run(command.args(rest).env("CALIBR_HOME", repo::root()))
}

fn list() -> String {
    BENCHES.iter().map(|bench| format!("  {:<8} {}\n", bench.name, bench.what)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_name_lists_what_exists() {
        let error = run(&["nothing".to_owned()]).expect_err("there is no such thing").to_string();
        assert!(error.contains("`nothing`"), "{error}");
        for bench in &BENCHES {
            assert!(error.contains(&format!("\n  {} ", bench.name)), "{error}");
        }
    }
}
