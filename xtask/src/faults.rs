//! `cargo xtask faults`: builds the fault harness with its failpoints and runs it.

use anyhow::Result;

use crate::{binary, rust, shell};

/// Runs the harness; `words` go to it.
///
/// # Errors
/// It does not build, or a seed failed.
pub fn run(words: &[String]) -> Result<()> {
    // One seed is wanted at once; many pay for a longer build.
    let is_many = words.iter().any(|word| word == "--seeds" || word == "--servers");
    let profile = if is_many { "faults" } else { "dev" };
    // The server that is hurt is a program of its own, found beside the harness.
    shell::run(&mut rust::cargo(&[
        "build",
        "--quiet",
        "--package",
        "faults",
        "--bins",
        "--profile",
        profile,
    ]))?;
    let mut command = rust::cargo(&["run", "--quiet", "--package", "faults", "--bin", "faults"]);
    command.args(["--profile", profile, "--"]).args(words);
    shell::run(binary::settle_home(&mut command))
}
