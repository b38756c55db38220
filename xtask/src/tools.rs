//! What a machine must have: Node, a C compiler, for the browser journey Chromium, and for some tests a program of their own.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, bail};

use crate::{console, repo, shell};

/// What the console's build tool runs on: 20.19, or 22.12 and anything newer.
const NODE_NEEDED: &str = "20.19 or newer (of version 22: 22.12 or newer; not 21)";

/// The first is the one without a window: the same pages in four fifths of the time.
const CHROMIUM_NAMES: [&str; 5] =
    ["chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

/// Checks Node and npm.
///
/// # Errors
/// One is missing or too old; the text says what to do.
pub fn node() -> Result<()> {
    let mend = format!("install Node.js {NODE_NEEDED} from https://nodejs.org or your system's packages");
    let version = shell::quiet(Command::new("node").arg("--version")).with_context(|| mend.clone())?;
    if !node_serves(&version) {
        bail!("Node.js {} is too old for the console: {mend}", version.trim().trim_start_matches('v'));
    }
    shell::quiet(shell::npm(repo::root()).arg("--version"))
        .context("Node.js is here but npm is not: install npm (Debian: apt-get install npm)")?;
    Ok(())
}

fn node_serves(version: &str) -> bool {
    let mut numbers =
        version.trim().trim_start_matches('v').split('.').map(|part| part.parse::<u32>().unwrap_or(0));
    match (numbers.next().unwrap_or(0), numbers.next().unwrap_or(0)) {
        (20, minor) => minor >= 19,
        (22, minor) => minor >= 12,
        (major, _) => major > 22,
    }
}

/// Checks that C can be compiled, which two of the libraries need.
///
/// # Errors
/// There is no compiler; the text says how to get one.
pub fn compiler() -> Result<()> {
    let named = std::env::var("CC").ok().filter(|name| !name.trim().is_empty());
    // CC may hold words after the program, such as `ccache gcc`.
    let program =
        named.as_deref().and_then(|words| words.split_whitespace().next()).unwrap_or("cc").to_owned();
    shell::quiet(Command::new(&program).arg("--version")).map(|_| ()).context(
        "there is no C compiler; install one (Debian: apt-get install build-essential, Fedora: dnf install gcc, macOS: \
         xcode-select --install)",
    )
}

/// Finds Chromium; installs it where that is possible without asking anybody.
///
/// # Errors
/// There is none and none could be installed; the text says what to do.
pub fn chromium() -> Result<PathBuf> {
    if let Some(named) = std::env::var_os("CALIBR_CHROMIUM") {
        let path = PathBuf::from(named);
        if path.exists() {
            return Ok(path);
        }
        bail!("CALIBR_CHROMIUM is {}, which does not exist", path.display());
    }
    if let Some(found) = chromium_here() {
        return Ok(found);
    }
    let tried = if is_root_on_debian() {
        eprintln!("  Installing Chromium with apt-get …");
        install_package(CHROMIUM_NAMES[0]).or_else(|_| install_package(CHROMIUM_NAMES[1]))
    } else {
        install_for_this_account()
    };
    if let Err(error) = &tried {
        eprintln!("  Chromium could not be installed: {error:#}");
    }
    chromium_here().with_context(|| {
        "the browser journey needs Chromium: install the package chromium (Debian: apt-get install chromium), or set \
         CALIBR_CHROMIUM to a Chromium or Chrome; `cargo xtask test --no-browser` leaves the journey out"
    })
}

/// A program that only some tests need.
pub struct Wanted {
    /// Those tests, as the table names them.
    pub tests: &'static str,
    program: &'static str,
    /// The package of Debian that has it.
    pub package: &'static str,
    beside: &'static [&'static str],
}

/// What some tests need: without it they leave themselves out, except where `CI` is `true`.
pub const OF_SOME_TESTS: [Wanted; 2] = [
    Wanted {
        tests: "tests of NATS",
        program: "nats-server",
        package: "nats-server",
        beside: &["/usr/sbin", "/usr/local/bin"],
    },
    Wanted { tests: "test of dump and restore", program: "pg_dump", package: "postgresql", beside: &[] },
];

impl Wanted {
    /// Whether it is here; it is installed where that is possible without asking anybody.
    pub fn is_here(&self) -> bool {
        if !self.is_found() && is_root_on_debian() {
            eprintln!("  Installing {} with apt-get …", self.package);
            if let Err(error) = install_package(self.package) {
                eprintln!("  {} could not be installed: {error:#}", self.package);
            }
        }
        self.is_found()
    }

    fn is_found(&self) -> bool {
        let beside = || self.beside.iter().any(|folder| Path::new(folder).join(self.program).is_file());
        in_path(self.program).is_some() || beside()
    }
}

fn chromium_here() -> Option<PathBuf> {
    CHROMIUM_NAMES.iter().find_map(|name| in_path(name)).or_else(chromium_of_this_account)
}

/// The first `name` in PATH.
fn in_path(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|folder| folder.join(name)).find(|program| program.is_file())
}

/// Where the browser library keeps one that it has downloaded.
fn chromium_of_this_account() -> Option<PathBuf> {
    let script =
        "const { chromium } = await import('playwright-core'); console.log(chromium.executablePath());";
    let mut ask = Command::new("node");
    ask.args(["--input-type=module", "--eval", script]).current_dir(console::e2e());
    let path = PathBuf::from(shell::quiet(&mut ask).ok()?.trim());
    path.is_file().then_some(path)
}

fn is_root_on_debian() -> bool {
    let root = shell::quiet(Command::new("id").arg("-u")).is_ok_and(|id| id.trim() == "0");
    root && in_path("apt-get").is_some() && Path::new("/etc/debian_version").exists()
}

fn install_package(name: &str) -> Result<()> {
    let apt = |words: &[&str]| {
        let mut command = Command::new("apt-get");
        command.args(words).env("DEBIAN_FRONTEND", "noninteractive");
        shell::quiet(&mut command)
    };
    apt(&["update"])?;
    apt(&["install", "-y", name])?;
    Ok(())
}

fn install_for_this_account() -> Result<()> {
    eprintln!("  Downloading Chromium for this account …");
    let mut install = Command::new("node");
    install.args(["node_modules/playwright-core/cli.js", "install", "--no-shell", "chromium"]);
    shell::quiet(install.current_dir(console::e2e()))?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_versions_of_node_that_build_the_console_serve() {
        for good in ["v20.19.0", "v20.20.2\n", "v22.12.0", "v23.0.0", "v24.1.0"] {
            assert!(node_serves(good), "{good}");
        }
        for bad in ["v18.20.4", "v20.18.3", "v21.7.0", "v22.11.0", "v8.0.0", "", "nonsense"] {
            assert!(!node_serves(bad), "{bad}");
        }
    }
}
