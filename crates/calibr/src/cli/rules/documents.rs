//! Rule files and folders of them, read from disk or stdin.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use kernel_core::FieldError;
use pricing::Rule;

use crate::cli::exit::{CliError, Result};
use crate::cli::surface::unreadable;

/// How messages call a document that was piped in.
const STDIN: &str = "stdin";
/// Deepest folder that is looked into; a link in a circle ends here.
const DEPTH_MAX: usize = 16;

/// Rule files.
#[derive(Debug, Clone, clap::Args)]
pub struct Files {
    /// Rule file (YAML or JSON), a folder of them, or `-` for stdin; may be repeated
    #[arg(short = 'f', long = "file", required = true, num_args = 1.., value_name = "FILE")]
    pub files: Vec<PathBuf>,
}

/// One rule document that was read.
#[derive(Debug, Clone)]
pub struct Document {
    /// Where it came from, for messages.
    pub name: String,
    /// The text as it is.
    pub text: String,
}

impl Document {
    /// The media type to send it with.
    #[must_use]
    pub fn content_type(&self) -> &'static str {
        if self.is_json() { "application/json" } else { "application/yaml" }
    }

    /// Whether it is JSON, by its name or else by its first letter.
    #[must_use]
    pub fn is_json(&self) -> bool {
        self.name.ends_with(".json") || (self.name == STDIN && self.text.trim_start().starts_with('{'))
    }

    /// Whether it was piped in, so that there is no file to write.
    #[must_use]
    pub fn is_stdin(&self) -> bool {
        self.name == STDIN
    }

    /// Reads it with the validator that the server uses too.
    ///
    /// # Errors
    /// Every fault of the document.
    pub fn read(&self) -> std::result::Result<Rule, Vec<FieldError>> {
        if self.is_json() { Rule::from_json(&self.text) } else { Rule::from_yaml(&self.text) }
    }
}

/// Reads rule files; of a folder all YAML and JSON files in and below it in the order of their names.
///
/// # Errors
/// A file or folder cannot be read, or a folder holds no rule.
pub fn read_all(files: &[PathBuf]) -> Result<Vec<Document>> {
    let mut documents = Vec::new();
    for file in files {
        if !file.is_dir() {
            documents.push(read_document(file)?);
            continue;
        }
        let paths = rule_files(file)?;
        if paths.is_empty() {
            let message = format!("{} holds no .yaml, .yml or .json file.", file.display());
            return Err(CliError::not_found(message));
        }
        for path in paths {
            documents.push(read_document(&path)?);
        }
    }
    Ok(documents)
}

/// The YAML and JSON files in and below a folder, in the order of their names. What is hidden is left out.
///
/// # Errors
/// A folder cannot be read.
pub fn rule_files(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    collect(folder, 0, &mut found)?;
    found.sort();
    Ok(found)
}

fn collect(folder: &Path, depth: usize, found: &mut Vec<PathBuf>) -> Result<()> {
    let entries = std::fs::read_dir(folder).map_err(|e| unreadable(folder, &e))?;
    for entry in entries {
        let path = entry.map_err(|e| unreadable(folder, &e))?.path();
        let hidden = path.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.'));
        if hidden {
            continue;
        }
        if path.is_dir() {
            if depth < DEPTH_MAX {
                collect(&path, depth + 1, found)?;
            }
        } else if path.extension().is_some_and(|e| e == "yaml" || e == "yml" || e == "json") {
            found.push(path);
        }
    }
    Ok(())
}

fn read_document(path: &Path) -> Result<Document> {
    let text = if path.as_os_str() == "-" {
        std::io::read_to_string(std::io::stdin())
    } else {
        std::fs::read_to_string(path)
    };
    let text = text.map_err(|e| unreadable(path, &e))?;
    let name = if path.as_os_str() == "-" { STDIN.to_owned() } else { path.display().to_string() };
    Ok(Document { name, text })
}

/// Reads a rule.
///
/// # Errors
/// Every fault of the document.
pub fn parse(document: &Document) -> Result<Rule> {
    document.read().map_err(|faults| {
        let message = format!("{} is not a rule that can be used.", document.name);
        CliError { fields: faults, ..CliError::failed("rule.invalid", message) }
    })
}

/// Reads rules by their names.
///
/// # Errors
/// One cannot be used, or two files name the same rule.
pub fn parse_all(documents: &[Document]) -> Result<BTreeMap<String, Rule>> {
    let mut rules = BTreeMap::new();
    for document in documents {
        let rule = parse(document)?;
        let name = rule.name().to_owned();
        if rules.insert(name.clone(), rule).is_some() {
            let message = format!("{}: another file names the rule `{name}` too.", document.name);
            return Err(CliError::failed("rule.twice", message));
        }
    }
    Ok(rules)
}
