//! `cargo xtask up`: installs and builds what is missing, then becomes `calibr up`.

use anyhow::Result;

use crate::steps::shown;
use crate::{binary, console, repo, shell, tools};

/// Sets up and starts everything; `words` go to `calibr up`.
///
/// # Errors
/// Something needed is missing or does not build; each text says what to do.
pub fn up(words: &[String]) -> Result<()> {
    tools::compiler()?;
    tools::node()?;
    let console = console::console();
    if console::needs_packages(&console) {
        shown("Installing the console's packages and Postgres", || console::install(&console))?;
    }
    if console::needs_build() {
        shown("Building the console", console::build)?;
    }
    let path = shown("Building Calibr (the first time takes minutes)", || binary::build(false))?;
    let mut command = binary::command(path);
    if std::env::var_os("CALIBR_DATA").is_none() {
        command.env("CALIBR_DATA", repo::root().join(".calibr"));
    }
    shell::become_it(command.arg("up").args(words))
}
