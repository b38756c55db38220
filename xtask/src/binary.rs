//! The binaries `calibr` and `calibr-sim`: built when their sources changed; the first is run in place of this process.

use std::path::PathBuf;
use std::process::Command;

use anyhow::Result;

use crate::{repo, rust, shell};

/// Builds it and gives its path; `more` are further words for cargo.
///
/// # Errors
/// It does not build.
pub fn build(more: &[&str]) -> Result<PathBuf> {
    built("calibr", &["--package", "calibr"], more)
}

/// Builds the simulated shop as a program of its own, and gives its path. With the server, of which it is a part: by itself it
/// would want its libraries built once more, with less in them.
///
/// # Errors
/// It does not build.
pub fn build_shop(more: &[&str]) -> Result<PathBuf> {
    built("calibr-sim", &["--package", "calibr", "--package", "simulators"], more)
}

fn built(name: &str, packages: &[&str], more: &[&str]) -> Result<PathBuf> {
    let mut command = rust::cargo(&["build", "--bin", name]);
    command.args(packages).args(more);
    rust::find(&rust::build(command)?, "bin", name)
}

/// The built binary, told where the console's packages are, wherever it is called from.
pub fn command(path: PathBuf) -> Command {
    let mut command = Command::new(path);
    settle_home(&mut command);
    command
}

/// Where the private Postgres looks for the console's packages first.
pub fn settle_home(command: &mut Command) -> &mut Command {
    command.env("CALIBR_HOME", repo::root())
}

/// `cargo xtask calibr WORDS…`.
///
/// # Errors
/// It does not build.
pub fn run(words: &[String]) -> Result<()> {
    shell::become_it(command(build(&["--quiet"])?).args(words))
}
