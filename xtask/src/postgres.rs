//! One throw-away Postgres for all Rust tests of a run, instead of one per test program.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use anyhow::{Context as _, Result, bail};

use crate::repo;

/// A running throw-away server. It ends, and its files go, when this is dropped.
pub struct ThrowAway {
    child: Child,
    /// How tests connect to it.
    pub url: String,
}

impl ThrowAway {
    /// Starts the example of `kernel-test` at `program` and waits for its address.
    ///
    /// # Errors
    /// No Postgres can be started; its own words stand above.
    pub fn start(program: &Path) -> Result<Self> {
        let mut command = Command::new(program);
        command.env_remove("CALIBR_TEST_PG").current_dir(repo::root());
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
        let mut url = String::new();
        let output = child.stdout.take().context("the program has an output")?;
        BufReader::new(output).read_line(&mut url)?;
        if url.trim().is_empty() {
            let status = child.wait()?;
            bail!("the tests' Postgres did not start ({status})");
        }
        Ok(Self { child, url: url.trim().to_owned() })
    }
}

impl Drop for ThrowAway {
    /// It ends when its input closes.
    fn drop(&mut self) {
        drop(self.child.stdin.take());
        if let Err(error) = self.child.wait() {
            eprintln!("the tests' Postgres may still run: {error}");
        }
    }
}
