//! The packages of npm: the console, its generator of types, the browser journey. Installed and built only when needed.

use std::path::{Path, PathBuf};
use std::time::SystemTime;

use anyhow::{Context as _, Result, bail};

use crate::{repo, shell};

/// What the console is built from.
const SOURCES: [&str; 8] = [
    "index.html",
    "package.json",
    "package-lock.json",
    "public",
    "scripts",
    "src",
    "tsconfig.json",
    "vite.config.ts",
];

/// The console's folder.
pub fn console() -> PathBuf {
    repo::root().join("console")
}

/// The folder of the browser journey.
pub fn e2e() -> PathBuf {
    repo::root().join("e2e")
}

/// The folder of the generator of the console's types.
pub fn generator() -> PathBuf {
    console().join("tools/openapi")
}

/// The console's types of the API, generated.
pub fn types_file() -> PathBuf {
    console().join("src/api/schema.d.ts")
}

/// Whether the packages of `folder` are missing or older than what they are named in.
pub fn needs_packages(folder: &Path) -> bool {
    // npm writes this file last, so a killed installation does not count.
    let installed = modified(&folder.join("node_modules/.package-lock.json"));
    let named = modified(&folder.join("package-lock.json")).max(modified(&folder.join("package.json")));
    installed.is_none() || installed < named
}

/// Installs exactly what the lock file of `folder` says, if need be.
///
/// # Errors
/// npm failed; the text says what may be done.
pub fn install(folder: &Path) -> Result<()> {
    if !needs_packages(folder) {
        return Ok(());
    }
    let mut command = shell::npm(folder);
    // The settings of the machine may leave out what the build or the private Postgres needs.
    command.args([
        "ci",
        "--include=dev",
        "--include=optional",
        "--no-audit",
        "--no-fund",
        "--loglevel=error",
    ]);
    shell::quiet(&mut command).map(|_| ()).map_err(|error| {
        let mend = mend(&error.to_string(), folder);
        error.context(mend)
    })
}

fn mend(said: &str, folder: &Path) -> String {
    let folder = folder.display();
    let hint = if said.contains("EACCES") || said.contains("EPERM") {
        format!("files there belong to another account; remove {folder}/node_modules and try again")
    } else if said.contains("ENOSPC") {
        "the disk is full".to_owned()
    } else if said.contains("in sync") {
        format!(
            "package.json and package-lock.json disagree; run `npm install` in {folder} and commit the result"
        )
    } else {
        "is the network reachable? Behind a proxy set HTTPS_PROXY; with a registry of your own set npm's `registry`"
            .to_owned()
    };
    format!("the packages of {folder} could not be installed: {hint}")
}

/// Whether `dist/` is missing, unfinished or older than its sources.
pub fn needs_build() -> bool {
    let folder = console();
    // The compressed page is the last thing a build makes, and the first it removes.
    let built = modified(&folder.join("dist/index.html.gz"));
    let sources = SOURCES.iter().filter_map(|name| repo::changed(&folder.join(name))).max();
    built.is_none() || built < sources
}

/// Builds `dist/`, and checks the sizes of what a browser must load.
///
/// # Errors
/// npm failed.
pub fn build() -> Result<()> {
    shell::quiet(shell::npm(&console()).args(["run", "build"]))
        .map(|_| ())
        .context("the console could not be built")
}

/// Runs one of the console's own scripts in sight.
///
/// # Errors
/// It failed.
pub fn script(name: &str) -> Result<()> {
    shell::run(shell::npm(&console()).args(["run", "--silent", name]))
}

/// Writes the console's types anew from `schemas/openapi.json`.
///
/// # Errors
/// npm failed.
pub fn write_types() -> Result<()> {
    install(&generator())?;
    shell::quiet(shell::npm(&generator()).args(["run", "--silent", "generate"])).map(|_| ())
}

/// Checks that the checked-in types are what the generator makes; leaves the file as it was.
///
/// # Errors
/// They are not.
pub fn check_types() -> Result<()> {
    let path = types_file();
    let before = std::fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?;
    let written = write_types();
    let after = std::fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?;
    if after != before {
        std::fs::write(&path, &before)?;
        bail!("console/src/api/schema.d.ts is not what schemas/openapi.json gives; run: cargo xtask codegen");
    }
    written
}

fn modified(path: &Path) -> Option<SystemTime> {
    std::fs::metadata(path).and_then(|file| file.modified()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_failure_of_npm_gets_its_own_advice() {
        let advice = |said: &str| mend(said, Path::new("console"));
        assert!(advice("npm error code EACCES").contains("another account"));
        assert!(advice("npm error can only install when in sync").contains("disagree"));
        assert!(advice("npm error ENOSPC").contains("disk is full"));
        assert!(advice("npm error code ENOTFOUND").contains("network"));
    }
}
