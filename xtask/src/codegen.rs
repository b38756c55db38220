//! `cargo xtask codegen`: writes everything generated and checked in anew.

use anyhow::Result;

use crate::steps::shown;
use crate::{console, rust, shell, tools};

/// The tests that hold a checked-in schema against the code; told to, they write it.
const SCHEMA_TESTS: [(&str, &str); 2] = [("calibr", "schemas"), ("pricing", "schema")];

/// Writes `schemas/*.json` and the console's types.
///
/// # Errors
/// Something does not build, or npm failed.
pub fn write() -> Result<()> {
    tools::node()?;
    for (package, test) in SCHEMA_TESTS {
        shown(&format!("Writing the schemas of {package}"), || {
            let words = ["test", "--quiet", "--package", package, "--test", test];
            shell::quiet(rust::cargo(&words).env("CALIBR_UPDATE_SCHEMAS", "1"))
        })?;
    }
    shown("Writing the console's types", console::write_types)
}
