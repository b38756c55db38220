//! `ETag: "v7"` goes out with what has versions, and comes back as `If-Match`: the version that the caller had before their eyes, `"v0"` if
//! there was none. A change over another one is refused by the feature.

use axum::Json;
use axum::extract::FromRequestParts;
use axum::http::header;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use kernel_core::{Error, ErrorKind, Result};
use serde::Serialize;

use crate::Problem;

/// An answer with the version that it shows.
pub struct Versioned<T>(pub i64, pub T);

impl<T: Serialize> IntoResponse for Versioned<T> {
    fn into_response(self) -> Response {
        let Self(version, shown) = self;
        ([(header::ETAG, format!("\"v{version}\""))], Json(shown)).into_response()
    }
}

/// The version that a change was made over; empty where the caller does not say.
pub struct IfMatch(pub Option<i64>);

impl<S: Send + Sync> FromRequestParts<S> for IfMatch {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> std::result::Result<Self, Problem> {
        let Some(value) = parts.headers.get(header::IF_MATCH) else { return Ok(Self(None)) };
        Ok(Self(Some(version(value.to_str().unwrap_or_default())?)))
    }
}

impl IfMatch {
    /// The version, where a change must say over which one it is.
    ///
    /// # Errors
    /// `precondition.missing` (428): the caller did not say.
    pub fn required(self) -> Result<i64> {
        self.0.ok_or_else(|| {
            let detail = "Say which version you change: send the `ETag` of what you read as `If-Match`, such as `If-Match: \"v7\"`. \
                Nothing was changed.";
            Error::new(ErrorKind::PreconditionRequired, "precondition.missing", detail)
        })
    }
}

fn version(text: &str) -> Result<i64> {
    let number = text.trim().strip_prefix("\"v").and_then(|rest| rest.strip_suffix('"'));
    let version = number.and_then(|digits| digits.parse().ok()).filter(|version| *version >= 0);
    version.ok_or_else(|| {
        Error::invalid("if_match.invalid", "Write the version in quotes, such as `If-Match: \"v7\"`.")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_is_written_in_quotes() {
        assert_eq!(version("\"v7\"").expect("a version"), 7);
        assert_eq!(version("\"v0\"").expect("none yet"), 0);
        for text in ["", "v7", "\"7\"", "\"v-1\"", "*", "\"v7\", \"v8\"", "W/\"v7\""] {
            assert_eq!(version(text).expect_err(text).code, "if_match.invalid");
        }
    }
    #[test]
    fn a_version_goes_out_as_it_comes_in() {
        let answer = Versioned(7, "shown").into_response();
        let tag = answer.headers()[header::ETAG].to_str().expect("a plain header");
        assert_eq!(version(tag).expect("a version"), 7);
    }

    #[test]
    fn a_version_that_must_be_there_is_asked_for() {
        assert_eq!(IfMatch(Some(7)).required().expect("a version"), 7);
        assert_eq!(IfMatch(None).required().expect_err("none").kind, ErrorKind::PreconditionRequired);
    }
}
