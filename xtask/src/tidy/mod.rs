//! `cargo xtask tidy`: the house rules that no compiler knows. Each failure names the place and how to mend it.

mod crates;
mod features;
mod floats;
mod headers;
mod locks;
mod marks;
mod migrations;
mod money;
mod sizes;
mod source;
mod sql;
mod tree;

use std::fmt;

use anyhow::{Result, bail};

use crate::repo;
use tree::Tree;

/// Something that breaks a rule of the house.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Fault {
    path: String,
    /// From 1.
    line: usize,
    /// What is wrong, and after a semicolon how to mend it.
    text: String,
}

impl Fault {
    fn new(path: &str, line: usize, text: impl Into<String>) -> Self {
        Self { path: path.to_owned(), line, text: text.into() }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.path, self.line, self.text)
    }
}

type Check = fn(&Tree) -> Vec<Fault>;

/// Every rule, alphabetic.
const CHECKS: [(&str, Check); 10] = [
    ("crates know only those below them", crates::check),
    ("features form no circle", features::check),
    ("no floats near prices", floats::check),
    ("every module opens with //!", headers::check),
    ("lock files name no registry", locks::check),
    ("nothing is left to do, ignored or alone", marks::check),
    ("migrations are named and numbered", migrations::check),
    ("no money is reckoned in the browser", money::check),
    ("files are short", sizes::check),
    ("SQL stands where it belongs", sql::check),
];

/// Checks every rule and prints every fault.
///
/// # Errors
/// There are faults, or the repository cannot be read.
pub fn run() -> Result<()> {
    let tree = Tree::read(repo::root())?;
    let mut count = 0;
    for (rule, check) in CHECKS {
        let mut faults = check(&tree);
        faults.sort();
        count += faults.len();
        if !faults.is_empty() {
            eprintln!("{rule}:");
        }
        for fault in faults {
            eprintln!("  {fault}");
        }
    }
    if count > 0 {
        bail!("{count} faults against the rules of the house");
    }
    eprintln!("  {} files keep {} rules", tree.len(), CHECKS.len());
    Ok(())
}
