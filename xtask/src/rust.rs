//! Cargo, run from inside cargo.

use std::io::{BufRead as _, BufReader};
use std::path::PathBuf;
use std::process::{Command, Stdio};

use anyhow::{Context as _, Result, bail};
use serde_json::Value;

use crate::{repo, shell};

/// Cargo in the root of the repository, without the variables that the outer cargo has set about this package: some
/// build scripts watch them and would run again each time.
pub fn cargo(words: &[&str]) -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.args(words).current_dir(repo::root());
    for (name, _) in std::env::vars_os() {
        let text = name.to_string_lossy();
        if text.starts_with("CARGO_PKG_") || text.starts_with("CARGO_MANIFEST_") || text == "CARGO_BIN_NAME" {
            command.env_remove(&name);
        }
    }
    command
}

/// One program that a build made.
#[derive(Debug, PartialEq, Eq)]
pub struct Built {
    /// Name of the target.
    pub name: String,
    /// `bin`, `example`, `test` or `lib` (its unit tests).
    pub kind: String,
    /// The program.
    pub path: PathBuf,
}

/// Builds with `command`, diagnostics and progress in sight, and gives the programs made.
///
/// # Errors
/// It does not build.
pub fn build(mut command: Command) -> Result<Vec<Built>> {
    command.arg("--message-format=json-render-diagnostics").stdout(Stdio::piped());
    let mut child = command.spawn().context("cargo could not be started")?;
    let output = child.stdout.take().context("cargo has an output")?;
    let mut built = Vec::new();
    for line in BufReader::new(output).lines() {
        built.extend(executable(&line?));
    }
    if !child.wait()?.success() {
        bail!("it does not build; the reason stands above");
    }
    Ok(built)
}

/// The program of one name and kind among `built`.
///
/// # Errors
/// It was not made.
pub fn find(built: &[Built], kind: &str, name: &str) -> Result<PathBuf> {
    let found = built.iter().find(|program| program.kind == kind && program.name == name);
    found.map(|program| program.path.clone()).with_context(|| format!("the build made no {kind} `{name}`"))
}

fn executable(message: &str) -> Option<Built> {
    let message: Value = serde_json::from_str(message).ok()?;
    let path = message["executable"].as_str()?.into();
    let text = |value: &Value| value.as_str().map(str::to_owned);
    // The unit tests of a binary bear its name and kind; they are not what somebody looks for.
    let kind = match message["profile"]["test"].as_bool() {
        Some(true) => "test".to_owned(),
        _ => text(&message["target"]["kind"][0])?,
    };
    Some(Built { name: text(&message["target"]["name"])?, kind, path })
}

/// Makes sure that `cargo fmt` and `cargo clippy` are there.
///
/// # Errors
/// They are not and cannot be added.
pub fn components() -> Result<()> {
    let missing = |word: &str| shell::quiet(&mut cargo(&[word, "--version"])).is_err();
    if !missing("fmt") && !missing("clippy") {
        return Ok(());
    }
    let mend = "install rustfmt and clippy for this toolchain (rustup component add rustfmt clippy)";
    shell::run(Command::new("rustup").args(["component", "add", "rustfmt", "clippy"])).context(mend)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn programs_are_found_by_name_and_kind_and_unit_tests_are_told_apart() {
        let message = |kind: &str, test: bool, path: &str| {
            serde_json::json!({"reason": "compiler-artifact", "target": {"name": "calibr", "kind": [kind]},
                "profile": {"test": test}, "executable": path})
            .to_string()
        };
        let lines =
            [message("bin", true, "/t/calibr-1"), message("bin", false, "/t/calibr"), "{}".to_owned()];
        let built: Vec<Built> = lines.iter().filter_map(|line| executable(line)).collect();
        assert_eq!(find(&built, "bin", "calibr").expect("it is there"), PathBuf::from("/t/calibr"));
        assert!(find(&built, "example", "calibr").is_err());
    }

    #[test]
    fn the_outer_package_is_not_told_to_the_inner_cargo() {
        let command = cargo(&["build"]);
        let removed = command.get_envs().any(|(name, value)| name == "CARGO_MANIFEST_DIR" && value.is_none());
        assert!(removed || std::env::var_os("CARGO_MANIFEST_DIR").is_none());
    }
}
