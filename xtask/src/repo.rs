//! Where things are in this repository.

use std::path::{Path, PathBuf};
use std::time::SystemTime;

use anyhow::{Context as _, Result};

/// Folders that hold nothing of ours: built, installed or made while running.
const NOT_OURS: [&str; 8] = [
    "target",
    "node_modules",
    "dist",
    "dist-gallery",
    "test-results",
    ".git",
    ".calibr",
    "proptest-regressions",
];

/// The folder of the workspace's `Cargo.toml`.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("xtask is a folder of the repository")
}

/// All files of ours below `folder`, sorted.
///
/// # Errors
/// A folder cannot be read.
pub fn files(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    collect(folder, &mut found)?;
    found.sort();
    Ok(found)
}

fn collect(folder: &Path, found: &mut Vec<PathBuf>) -> Result<()> {
    let entries = std::fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))?;
    for entry in entries {
        let entry = entry?;
        let kind = entry.file_type()?;
        let name = entry.file_name();
        if kind.is_dir() && !is_not_ours(&name.to_string_lossy()) {
            collect(&entry.path(), found)?;
        } else if kind.is_file() {
            found.push(entry.path());
        }
    }
    Ok(())
}

fn is_not_ours(name: &str) -> bool {
    NOT_OURS.contains(&name) || name.starts_with("target-")
}

/// When `path`, or anything in it, was last changed. A folder counts too, since a deleted file changes only that.
/// `None` if it does not exist.
pub fn changed(path: &Path) -> Option<SystemTime> {
    let own = std::fs::metadata(path).ok()?;
    let inside = std::fs::read_dir(path).into_iter().flatten().flatten();
    let newest = inside.filter_map(|entry| changed(&entry.path())).max();
    own.modified().ok().max(newest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_root_holds_the_workspace() {
        let manifest = std::fs::read_to_string(root().join("Cargo.toml")).expect("a manifest");
        assert!(manifest.contains("[workspace]"));
    }

    #[test]
    fn installed_and_built_files_are_not_ours() {
        let found = files(root()).expect("the repository can be read");
        assert!(found.contains(&root().join("xtask/src/repo.rs")));
        let foreign =
            found.iter().find(|path| path.components().any(|part| part.as_os_str() == "node_modules"));
        assert_eq!(foreign, None);
    }
}
