//! `If-Match: "v7"`: the version that the caller had before their eyes, `"v0"` if there was none. A change over another one is refused by
//! the feature.

use axum::extract::FromRequestParts;
use axum::http::header;
use axum::http::request::Parts;
use kernel_core::{Error, Result};

use crate::Problem;

/// The version that a change was made over; empty where the caller does not say.
pub struct IfMatch(pub Option<i64>);

impl<S: Send + Sync> FromRequestParts<S> for IfMatch {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> std::result::Result<Self, Problem> {
        let Some(value) = parts.headers.get(header::IF_MATCH) else { return Ok(Self(None)) };
        Ok(Self(Some(version(value.to_str().unwrap_or_default())?)))
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
    use super::version;

    #[test]
    fn a_version_is_written_in_quotes() {
        assert_eq!(version("\"v7\"").expect("a version"), 7);
        assert_eq!(version("\"v0\"").expect("none yet"), 0);
        for text in ["", "v7", "\"7\"", "\"v-1\"", "*", "\"v7\", \"v8\"", "W/\"v7\""] {
            assert_eq!(version(text).expect_err(text).code, "if_match.invalid");
        }
    }
}
