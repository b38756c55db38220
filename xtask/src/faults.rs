//! `cargo xtask faults`: builds the fault harness with its failpoints and runs it.

use anyhow::Result;

use crate::{binary, rust, shell};

/// Runs the harness; `words` go to it.
///
/// # Errors
/// It does not build, or a seed failed.
pub fn run(words: &[String]) -> Result<()> {
    let mut command = rust::cargo(&["run", "--quiet", "--package", "faults", "--bin", "faults"]);
    // One seed is wanted at once; many pay for a longer build.
    if words.iter().any(|word| word == "--seeds") {
        command.args(["--profile", "faults"]);
    }
    shell::run(binary::settle_home(command.arg("--").args(words)))
}
