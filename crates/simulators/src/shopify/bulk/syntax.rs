//! Parsing the document inside a bulk operation, with the parser's complaints in Shopify's words.

use apollo_compiler::ExecutableDocument;
use apollo_compiler::Schema;
use apollo_compiler::ast::{Definition, Document, OperationType};
use apollo_compiler::validation::Valid;

use super::super::validate;

/// A document of one operation, valid against the schema.
pub(super) struct Inner {
    pub(super) document: Valid<ExecutableDocument>,
    pub(super) is_mutation: bool,
}

/// Parses a document and looks at what kind of operation it is.
///
/// # Errors
/// What is wrong, as Shopify says it after its own introduction.
pub(super) fn parse(schema: &Valid<Schema>, source: &str) -> Result<Inner, String> {
    let parsed = Document::parse(source, "bulk.graphql");
    let Ok(parsed) = parsed else { return Err(syntax_error(source)) };
    let kinds: Vec<OperationType> = parsed
        .definitions
        .iter()
        .filter_map(|definition| match definition {
            Definition::OperationDefinition(operation) => Some(operation.operation_type),
            _ => None,
        })
        .collect();
    let [kind] = kinds.as_slice() else { return Err(syntax_error(source)) };
    let document = validate::validate(schema, source).map_err(|errors| {
        errors.first().and_then(|error| error["message"].as_str()).unwrap_or("invalid document").to_owned()
    })?;
    Ok(Inner { document, is_mutation: *kind == OperationType::Mutation })
}

/// Almost always the end comes too early; the place that is named is that of the last word.
fn syntax_error(source: &str) -> String {
    let mut place = None;
    for (number, line) in (1_usize..).zip(source.lines()) {
        let code = line.split('#').next().unwrap_or_default().trim_end();
        if let Some(start) = last_word(code) {
            place = Some((number, start + 1));
        }
    }
    match place {
        Some((line, column)) => format!("syntax error, unexpected end of file at [{line}, {column}]"),
        None => "syntax error, unexpected end of file".to_owned(),
    }
}

fn last_word(code: &str) -> Option<usize> {
    let last = code.chars().last()?;
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    let before = match is_word(last) {
        true => code.trim_end_matches(is_word),
        false => &code[..code.len() - last.len_utf8()],
    };
    Some(before.chars().count())
}
