//! One error for every use case: a closed kind to answer with, a stable code for clients, places in the input.

use std::error::Error as StdError;

use serde::{Deserialize, Serialize};

/// The result of a use case.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// How an error is answered. The HTTP status and the exit code follow from it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ErrorKind {
    /// The input has the wrong shape (400).
    Invalid,
    /// Nobody, or an expired credential (401).
    Unauthenticated,
    /// Known, but not allowed (403).
    Forbidden,
    /// Not there, or another tenant's (404).
    NotFound,
    /// The state does not allow it (409).
    Conflict,
    /// Somebody changed it meanwhile (412).
    Stale,
    /// Well-formed, but breaks a rule (422).
    Unprocessable,
    /// A precondition must be sent (428).
    PreconditionRequired,
    /// Too many requests (429).
    TooMany,
    /// A part we depend on does not answer (503).
    Unavailable,
    /// Our fault (500); the detail is logged, never shown.
    Internal,
}

/// One fault in the input: where, what, and how to mend it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldError {
    /// JSON pointer into the body, or `line N` of a file.
    pub pointer: String,
    /// Stable code.
    pub code: String,
    /// What is wrong and how to mend it.
    pub detail: String,
}

/// Why a use case did not do what was asked.
#[derive(Debug, thiserror::Error)]
#[error("{detail}")]
pub struct Error {
    /// How it is answered.
    pub kind: ErrorKind,
    /// Stable code for clients, such as `price_change.not_approved`.
    pub code: &'static str,
    /// For people: what happened, what did not, what to do.
    pub detail: String,
    /// Places in the input, where there are any.
    pub fields: Vec<FieldError>,
    /// The version that there is, where the input was written over another one.
    pub current_version: Option<i64>,
    /// The cause, for the log only.
    #[source]
    pub source: Option<Box<dyn StdError + Send + Sync>>,
}

impl Error {
    /// An error of `kind` with a stable `code`.
    pub fn new(kind: ErrorKind, code: &'static str, detail: impl Into<String>) -> Self {
        Self { kind, code, detail: detail.into(), fields: Vec::new(), current_version: None, source: None }
    }

    /// There is no such thing in this tenant. Another tenant's thing gives the same answer.
    #[must_use]
    pub fn not_found(what: &str, id: impl std::fmt::Display) -> Self {
        Self::new(ErrorKind::NotFound, "not_found", format!("There is no {what} `{id}`."))
    }

    /// The input has the wrong shape.
    pub fn invalid(code: &'static str, detail: impl Into<String>) -> Self {
        Self::new(ErrorKind::Invalid, code, detail)
    }

    /// Well-formed, but breaks a rule.
    pub fn unprocessable(code: &'static str, detail: impl Into<String>) -> Self {
        Self::new(ErrorKind::Unprocessable, code, detail)
    }

    /// The state does not allow it.
    pub fn conflict(code: &'static str, detail: impl Into<String>) -> Self {
        Self::new(ErrorKind::Conflict, code, detail)
    }

    /// Our fault: the cause goes to the log, the caller sees only the request id.
    pub fn internal(source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        Self {
            source: Some(source.into()),
            ..Self::new(ErrorKind::Internal, "internal", "Calibr could not finish this request.")
        }
    }

    /// Adds one place in the input.
    #[must_use]
    pub fn at(
        mut self,
        pointer: impl Into<String>,
        code: impl Into<String>,
        detail: impl Into<String>,
    ) -> Self {
        self.fields.push(FieldError { pointer: pointer.into(), code: code.into(), detail: detail.into() });
        self
    }

    /// Adds many places in the input.
    #[must_use]
    pub fn with_fields(mut self, fields: Vec<FieldError>) -> Self {
        self.fields.extend(fields);
        self
    }

    /// Names the version that there is.
    #[must_use]
    pub fn at_version(mut self, current: i64) -> Self {
        self.current_version = Some(current);
        self
    }

    /// Adds the cause, for the log.
    #[must_use]
    pub fn caused_by(mut self, source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        self.source = Some(source.into());
        self
    }
}
