//! `cargo xtask bench NAME`: which program measures what. Each prints one line of JSON.

use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

use crate::{binary, console, journey, repo, rust, shell, tools};

/// The benches of `crates/calibr`, alphabetic, and what each measures.
const OWN: &[(&str, &str)] = &[
    ("apply", "1,000,000 applied prices recorded with audit and events, against COPY of the same rows"),
    ("events", "1,000,000 events delivered, against a bare read, graphile-worker and pg-boss"),
    ("fairness", "turns and waits of 50 tenants, one of which has queued more than all others"),
    ("idle", "resident memory of the idle server"),
    ("import", "rows a second and peak memory for a product CSV of 1,000,000 variants"),
    ("jobs", "from asking for a job to its start, against graphile-worker and a bare commit and read"),
    ("plan", "100,000 rows made durable, against INSERT … SELECT"),
    ("preview-cold", "a rule over 1,000,000 variants with nothing in memory, against one SQL statement"),
    ("replay", "1,000,000 events delivered once more, against COPY and decoding"),
    ("shopify-bucket", "use of a shop's cost bucket by 5,000 prices, against a client that only tries again"),
    ("snapshot", "memory of a catalogue of 1,000,000 variants, and the time to read it and to follow events"),
    ("xmin", "jobs and events beside a transaction that is held open, against the same without it"),
];

/// Those of [`OWN`] that are measured beside programs of `bench-peers/node`.
const BESIDE_NODE: &[&str] = &["events", "jobs"];

const PEERS: &str = "bench-peers/Cargo.toml";

/// Those of the workspace `bench-peers`, alphabetic: what they measure against is no dependency of the product.
const BESIDE_PEERS: &[(&str, &str)] =
    &[("preview", "a rule over 1,000,000 variants, against a hand-written loop, SQL, zen-engine and CEL")];

/// Measured in a browser, beside the release binary.
const IN_BROWSER: &[(&str, &str)] = &[(
    "console",
    "pages under Lighthouse, and a plan of 50,000 rows read on a processor slowed down four times",
)];

/// Builds one with optimisation and runs it; `words` after the name go to it.
///
/// # Errors
/// There is none of this name, or it failed.
pub fn run(words: &[String]) -> Result<()> {
    let Some((name, rest)) = words.split_first() else {
        print!("{}", list());
        return Ok(());
    };
    if BESIDE_NODE.contains(&name.as_str()) {
        console::install(&repo::root().join("bench-peers/node"))?;
    }
    if IN_BROWSER.iter().any(|(known, _)| known == name) {
        return in_browser(rest);
    }
    let is_in = |benches: &[(&str, &str)]| benches.iter().any(|(known, _)| known == name);
    let mut command = if is_in(OWN) {
        rust::cargo(&["bench", "--quiet", "--package", "calibr", "--bench", &target(name), "--"])
    } else if is_in(BESIDE_PEERS) {
        beside_peers(name)
    } else {
        bail!("there is no measurement `{name}`; there are:\n{}", list());
    };
    shell::run(binary::settle_home(command.args(rest)))
}

/// Names of targets are those of files, which have `_` where people type `-`.
fn target(name: &str) -> String {
    name.replace('-', "_")
}

/// What is already built in the folder of the product serves here too.
fn beside_peers(name: &str) -> Command {
    let mut command =
        rust::cargo(&["run", "--quiet", "--release", "--locked", "--manifest-path", PEERS, "--", name]);
    if std::env::var_os("CARGO_TARGET_DIR").is_none() {
        command.env("CARGO_TARGET_DIR", repo::root().join("target"));
    }
    command
}

/// The release binary carries the console inside it, so that is built first.
fn in_browser(words: &[String]) -> Result<()> {
    let folder = repo::root().join("bench-peers/console");
    let chromium = tools::chromium()?;
    for folder in [&console::console(), &console::e2e(), &folder] {
        console::install(folder)?;
    }
    if console::needs_build() {
        console::build()?;
    }
    let program = binary::build(&["--quiet", "--release"])?;
    let mut measure = Command::new("node");
    measure.arg("measure.mjs").args(words).current_dir(folder).env("CALIBR_CHROMIUM", chromium);
    journey::beside(program, measure)
}

/// The peers' workspace has a lock file of its own, which nothing else here builds with.
///
/// # Errors
/// A dependency changed and the lock file does not say so.
pub fn check_lock() -> Result<()> {
    let words = ["metadata", "--quiet", "--locked", "--format-version", "1", "--manifest-path", PEERS];
    shell::run(rust::cargo(&words).stdout(Stdio::null()))
        .context("mend it with `cargo update --workspace --manifest-path bench-peers/Cargo.toml`")
}

fn list() -> String {
    let mut all = [OWN, BESIDE_PEERS, IN_BROWSER].concat();
    all.sort_unstable();
    all.iter().map(|(name, what)| format!("  {name:<14} {what}\n")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_and_the_benches_agree() {
        let folder = repo::root().join("crates/calibr/benches");
        let files =
            std::fs::read_dir(folder).expect("the benches").map(|entry| entry.expect("an entry").path());
        let mut names: Vec<String> = files
            .filter(|path| path.extension().is_some_and(|extension| extension == "rs"))
            .filter_map(|path| Some(path.file_stem()?.to_str()?.to_owned()))
            .collect();
        names.sort();
        let listed: Vec<String> = OWN.iter().map(|(name, _)| target(name)).collect();
        assert_eq!(names, listed);
    }

    #[test]
    fn benches_beside_peers_stand_outside_the_workspace() {
        let read = |path: &str| std::fs::read_to_string(repo::root().join(path)).expect("it is there");
        assert!(read("bench-peers/Cargo.toml").lines().any(|line| line == "[workspace]"));
        let lock = read("Cargo.lock");
        for peer in ["cel", "zen-engine", "zen-expression"] {
            assert!(!lock.contains(&format!("name = \"{peer}\"")), "{peer} is locked for the product");
        }
        let main = read("bench-peers/src/main.rs");
        for (name, _) in BESIDE_PEERS {
            assert!(main.contains(&format!("Some(\"{name}\")")), "{name} is not understood there");
        }
    }

    #[test]
    fn an_unknown_name_lists_what_exists() {
        let error = run(&["nothing".to_owned()]).expect_err("there is no such thing").to_string();
        assert!(error.contains("`nothing`"), "{error}");
        for (name, _) in [OWN, BESIDE_PEERS, IN_BROWSER].concat() {
            assert!(error.contains(&format!("\n  {name} ")), "{error}");
        }
    }
}
