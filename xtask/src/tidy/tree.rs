//! The files of the repository as the checks see them; in tests, a few lines of them.

use std::path::Path;

use anyhow::{Context as _, Result};

use super::source::Source;
use crate::repo;

/// What is read; pictures and archives are nobody's business here.
const TEXT: [&str; 12] =
    ["css", "html", "js", "json", "lock", "mjs", "npmrc", "rs", "sql", "toml", "ts", "tsx"];

/// One file.
pub struct File {
    /// From the root, with `/`.
    pub path: String,
    /// All of it.
    pub text: String,
}

impl File {
    /// The last part of the path.
    pub fn name(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or(&self.path)
    }

    /// Whether the path ends in one of these, each without its dot.
    pub fn is(&self, extensions: &[&str]) -> bool {
        self.name().rsplit_once('.').is_some_and(|(_, extension)| extensions.contains(&extension))
    }

    /// Whether it is code that is never shipped: tests, examples, benches.
    pub fn is_for_tests(&self) -> bool {
        self.path.split('/').any(|part| ["tests", "tests.rs", "examples", "benches"].contains(&part))
    }

    /// Rust, with its comments, its texts and its tests told apart.
    pub fn source(&self) -> Source {
        Source::read(&self.text)
    }
}

/// All files.
pub struct Tree(Vec<File>);

impl Tree {
    /// Reads every text of ours below `root`.
    ///
    /// # Errors
    /// A file cannot be read.
    pub fn read(root: &Path) -> Result<Self> {
        let mut files = Vec::new();
        for path in repo::files(root)? {
            let Ok(short) = path.strip_prefix(root) else { continue };
            let file = File { path: short.to_string_lossy().replace('\\', "/"), text: String::new() };
            // A migration of another kind than .sql is a fault to be seen, so that folder is listed in full.
            if file.is(&TEXT) || file.path.starts_with("migrations/") {
                let text = std::fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?;
                files.push(File { text: String::from_utf8_lossy(&text).into_owned(), ..file });
            }
        }
        Ok(Self(files))
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// All of them, by path.
    pub fn files(&self) -> impl Iterator<Item = &File> {
        self.0.iter()
    }

    /// All Rust files.
    pub fn rust(&self) -> impl Iterator<Item = &File> {
        self.files().filter(|file| file.is(&["rs"]))
    }

    /// A few files for a test, as (path, text).
    #[cfg(test)]
    pub fn of(files: &[(&str, &str)]) -> Self {
        let file = |(path, text): &(&str, &str)| File { path: (*path).to_owned(), text: (*text).to_owned() };
        Self(files.iter().map(file).collect())
    }
}
