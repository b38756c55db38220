//! `cargo xtask test`: everything that must hold, in one run that goes on after a failure and ends with a table.

use std::path::{Path, PathBuf};

use anyhow::{Result, bail};

use crate::postgres::ThrowAway;
use crate::rust::{self, Built, cargo};
use crate::steps::Steps;
use crate::{bench, binary, console, journey, shell, tidy, tools};

/// What to run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Scope {
    quick: bool,
    browser: bool,
    /// Whether the journey is walked on the optimised binary.
    release: bool,
}

/// Runs all checks, or with `--quick` those that take no server.
///
/// # Errors
/// A word is not understood, or a step failed.
pub fn test(words: &[String]) -> Result<()> {
    let scope = scope(words)?;
    let mut steps = Steps::default();
    if scope.quick {
        quick(&mut steps);
    } else {
        full(&mut steps, &scope);
    }
    steps.close()
}

fn scope(words: &[String]) -> Result<Scope> {
    let mut scope = Scope { quick: false, browser: true, release: false };
    for word in words {
        match word.as_str() {
            "--quick" => scope.quick = true,
            "--no-browser" => scope.browser = false,
            "--release" => scope.release = true,
            other => bail!("`{other}` is not understood; there are --quick, --no-browser and --release"),
        }
    }
    Ok(scope)
}

fn quick(steps: &mut Steps) {
    style(steps);
    steps.run("clippy", clippy);
    steps.run("unit tests", || {
        shell::run(&mut cargo(&["test", "--workspace", "--locked", "--lib", "--bins"]))
    });
}

fn full(steps: &mut Steps, scope: &Scope) {
    style(steps);
    let chromium = the_console(steps, scope.browser);
    steps.run("clippy", clippy);
    steps.run("docs", docs);
    steps.run("lock file of the peers", bench::check_lock);
    let built = steps.run("building the tests", build_tests);
    let Some(built) = built else {
        steps.leave_out("Rust tests", "they do not build");
        steps.leave_out("browser journey", "the server does not build");
        return;
    };
    for wanted in tools::OF_SOME_TESTS.iter().filter(|wanted| !wanted.is_here()) {
        steps.leave_out(wanted.tests, &format!("the package {} is missing", wanted.package));
    }
    rust_tests(steps, &built);
    match (scope.browser, chromium) {
        (true, Some(chromium)) => the_journey(steps, &chromium, scope.release),
        (true, None) => steps.leave_out("browser journey", "its packages or Chromium are missing"),
        (false, _) => steps.leave_out("browser journey", "--no-browser"),
    }
}

/// It is walked on what `cargo xtask up` starts, or with `release` on the optimised binary, with the console inside it, whose
/// build takes as long as that of all tests.
fn the_journey(steps: &mut Steps, chromium: &Path, release: bool) {
    let mut how = vec!["--quiet", "--locked"];
    how.extend(release.then_some("--release"));
    let built = steps.run("server of the journey", || Ok((binary::build(&how)?, binary::build_shop(&how)?)));
    match built {
        Some((program, shop)) => walk(steps, program, &shop, chromium),
        None => steps.leave_out("browser journey", "the server does not build"),
    }
}

fn walk(steps: &mut Steps, program: PathBuf, shop: &Path, chromium: &Path) {
    steps.run("browser journey", || journey::run(program, shop, chromium));
}

fn style(steps: &mut Steps) {
    steps.run("tools", || {
        tools::compiler()?;
        rust::components()
    });
    steps.run("format", || shell::run(&mut cargo(&["fmt", "--all", "--check"])));
    steps.run("house rules", tidy::run);
}

/// Gives the browser for the journey, if there is one to be.
fn the_console(steps: &mut Steps, browser: bool) -> Option<PathBuf> {
    let packages = steps.run("npm packages", || {
        tools::node()?;
        [console::console(), console::generator(), console::e2e()]
            .iter()
            .try_for_each(|folder| console::install(folder))
    });
    if packages.is_none() {
        steps.leave_out("console", "its packages are missing");
        return None;
    }
    steps.run("console types", || console::script("typecheck"));
    steps.run("console lint", || console::script("lint"));
    steps.run("console tests", || console::script("test"));
    steps.run("console API types are up to date", console::check_types);
    steps.run("console build and sizes", || console::script("build"));
    let chromium = if browser { steps.run("Chromium", tools::chromium) } else { None };
    if let Some(path) = &chromium {
        steps.run("state gallery", || {
            console::script("gallery")?;
            journey::gallery(path)
        });
    }
    chromium
}

fn clippy() -> Result<()> {
    shell::run(&mut cargo(&[
        "clippy",
        "--workspace",
        "--all-targets",
        "--locked",
        "--",
        "--deny",
        "warnings",
    ]))
}

fn docs() -> Result<()> {
    let mut command = cargo(&["doc", "--workspace", "--no-deps", "--locked"]);
    shell::run(command.env("RUSTDOCFLAGS", "--deny warnings"))
}

fn build_tests() -> Result<Vec<Built>> {
    rust::build(cargo(&["test", "--workspace", "--locked", "--no-run"]))
}

fn rust_tests(steps: &mut Steps, built: &[Built]) {
    let server = steps.run("Postgres for the tests", || {
        ThrowAway::start(&rust::find(built, "example", "throw_away_postgres")?)
    });
    let Some(server) = server else {
        steps.leave_out("Rust tests", "there is no Postgres for them");
        return;
    };
    steps.run("Rust tests", || {
        let mut command = cargo(&["test", "--workspace", "--locked", "--no-fail-fast"]);
        shell::run(shell::without_settings(&mut command).env("CALIBR_TEST_PG", &server.url))
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unknown_words_are_refused() {
        let words = |list: &[&str]| list.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
        let all = Scope { quick: false, browser: true, release: false };
        assert_eq!(scope(&[]).expect("nothing is fine"), all);
        assert_eq!(scope(&words(&["--quick"])).expect("known"), Scope { quick: true, ..all });
        assert_eq!(scope(&words(&["--no-browser"])).expect("known"), Scope { browser: false, ..all });
        assert_eq!(scope(&words(&["--release"])).expect("known"), Scope { release: true, ..all });
        assert!(scope(&words(&["--fast"])).is_err());
    }
}
