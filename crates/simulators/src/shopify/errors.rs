//! Shopify's error envelopes: what a field refuses, and where in the document.

use apollo_compiler::parser::SourceMap;
use apollo_compiler::{ExecutableDocument, Name};
use serde_json::{Map, Value, json};

const ACCESS_DOCUMENTATION: &str = "https://shopify.dev/api/usage/access-scopes";

/// Why a field has no value.
#[derive(Debug)]
pub(crate) enum FieldError {
    /// What the vendor would answer.
    Refused(Refusal),
    /// The schema has it, this simulator does not: the whole request fails loudly.
    Unsupported(String),
}

/// A field error as the vendor writes it.
#[derive(Debug, Clone)]
pub(crate) struct Refusal {
    pub(crate) message: String,
    pub(crate) code: &'static str,
    pub(crate) extra: Map<String, Value>,
    /// Appended to the field's own path.
    pub(crate) below: Option<&'static str>,
}

impl Refusal {
    pub(crate) fn new(code: &'static str, message: impl Into<String>) -> Self {
        Self { message: message.into(), code, extra: Map::new(), below: None }
    }

    /// A bad paging or filter argument.
    pub(crate) fn bad_request(message: impl Into<String>) -> FieldError {
        FieldError::Refused(Self::new("BAD_REQUEST", message))
    }

    /// A gid of the wrong kind.
    pub(crate) fn invalid_id(id: &str) -> FieldError {
        FieldError::Refused(Self::new("RESOURCE_NOT_FOUND", format!("Invalid id: {id}")))
    }

    /// An argument array above the limit of 250.
    pub(crate) fn array_too_long(argument: &'static str, size: usize) -> Self {
        let message = format!("The input array size of {size} is greater than the maximum allowed of 250.");
        Self { below: Some(argument), ..Self::new("MAX_INPUT_SIZE_EXCEEDED", message) }
    }

    /// The token may not do this, and nobody is told what it lacks.
    pub(crate) fn access_denied_to(field: &str) -> FieldError {
        let mut extra = Map::new();
        extra.insert("documentation".to_owned(), ACCESS_DOCUMENTATION.into());
        let message = format!("Access denied for {field} field.");
        FieldError::Refused(Self { extra, ..Self::new("ACCESS_DENIED", message) })
    }

    /// The token lacks a scope.
    pub(crate) fn access_denied(field: &str, scope: &str) -> FieldError {
        let required = format!("`{scope}` access scope.");
        let mut extra = Map::new();
        extra.insert("documentation".to_owned(), ACCESS_DOCUMENTATION.into());
        extra.insert("requiredAccess".to_owned(), required.as_str().into());
        let message = format!("Access denied for {field} field. Required access: {required}");
        FieldError::Refused(Self { extra, ..Self::new("ACCESS_DENIED", message) })
    }

    pub(crate) fn to_json(&self, location: Value, path: &[Value]) -> Value {
        let mut extensions = self.extra.clone();
        extensions.insert("code".to_owned(), self.code.into());
        let mut path = path.to_vec();
        path.extend(self.below.map(Value::from));
        json!({ "message": self.message, "locations": [location], "extensions": extensions, "path": path })
    }
}

/// Line and column of a name in an executable document.
pub(crate) fn location_of(name: &Name, document: &ExecutableDocument) -> Value {
    location_in(name, &document.sources)
}

/// Line and column of a name.
pub(crate) fn location_in(name: &Name, sources: &SourceMap) -> Value {
    match name.location().and_then(|span| span.line_column(sources)) {
        Some(place) => json!({ "line": place.line, "column": place.column }),
        None => json!({ "line": 1, "column": 1 }),
    }
}
