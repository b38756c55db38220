//! `cargo xtask up`: installs and builds what is missing, then becomes `calibr up`.
//!
//! The development profile is the default because it builds in half the time of the optimised one and the tests share
//! it; `--release` is for large catalogues.

use anyhow::Result;

use crate::steps::shown;
use crate::{binary, console, repo, shell, tools};

/// Sets up and starts everything; `words` go to `calibr up`.
///
/// # Errors
/// Something needed is missing or does not build; each text says what to do.
pub fn up(words: &[String]) -> Result<()> {
    let release = words.iter().any(|word| word == "--release");
    let profile: &[&str] = if release { &["--release"] } else { &[] };
    let words = words.iter().filter(|word| *word != "--release");
    tools::compiler()?;
    tools::node()?;
    let console = console::console();
    if console::needs_packages(&console) {
        shown("Installing the console's packages and Postgres", || console::install(&console))?;
    }
    if console::needs_build() {
        shown("Building the console", console::build)?;
    }
    // The console is embedded in an optimised binary, so it is built before.
    let path = shown("Building Calibr (the first time takes minutes)", || binary::build(profile))?;
    let mut command = binary::command(path);
    if std::env::var_os("CALIBR_DATA").is_none() {
        command.env("CALIBR_DATA", repo::root().join(".calibr"));
    }
    shell::become_it(command.arg("up").args(words))
}
