//! The one way to lay out a rule file: fields in the order of the contract, short values in one line, comments kept.
//! What comes out is read again and compared, so that laying out never changes what a rule means.

mod pretty;
mod read;
mod tree;
mod write;

use pricing::Rule;

use tree::{Document, Value};

/// Lays out a rule file.
///
/// # Errors
/// A sentence that says why the text is left as it is.
pub fn laid_out(text: &str) -> Result<String, String> {
    let before = Rule::from_yaml(text).map_err(|faults| faults[0].detail.clone())?;
    let mut document = read::read(text)?;
    let comments = document.comments();
    document.order_like(&read::read(&before.canonical_json())?);
    let written = write::written(&document);
    let same_rule = Rule::from_yaml(&written).is_ok_and(|after| after == before);
    let same_comments = read::read(&written).is_ok_and(|after| after.comments() == comments);
    if same_rule && same_comments {
        Ok(written)
    } else {
        Err("it cannot be laid out without changing what it says".to_owned())
    }
}

/// Writes a rule as a file for people: what goes without saying is left out. The comments of `known`, an earlier file
/// of the rule, stay with the fields they stand at.
///
/// # Errors
/// A sentence that says why there is no such text.
pub fn written_out(rule: &Rule, known: Option<&str>) -> Result<String, String> {
    let canonical = rule.canonical_json();
    let means_the_same = |document: &Document| {
        Rule::from_yaml(&write::written(document)).is_ok_and(|read| read.canonical_json() == canonical)
    };
    let quoted = read::read(&canonical)?;
    let mut document = quoted.clone();
    pretty::prettify(&mut document);
    if !means_the_same(&document) {
        document = quoted;
    }
    pretty::leave_out_what_goes_without_saying(&mut document, means_the_same);
    if let Some(known) = known {
        document.take_comments(&read::read(known)?);
    }
    if !means_the_same(&document) {
        return Err("it cannot be written as YAML".to_owned());
    }
    Ok(write::written(&document))
}

/// Whether a value is written without lines of its own.
fn is_scalar(value: &Value) -> bool {
    matches!(value, Value::Scalar(_))
}

#[cfg(test)]
mod tests;
