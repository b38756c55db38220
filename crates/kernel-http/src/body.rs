//! Bodies and paths: what does not fit is refused, JSON with a pointer to the place.

use std::str::FromStr;

use axum::extract::{FromRequest, FromRequestParts, Path, Request};
use axum::http::header;
use axum::http::request::Parts;
use http_body_util::BodyExt;
use kernel_core::{Error, ErrorKind, FieldError, Result};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::Problem;

/// The largest JSON body.
const BYTES_MAX: usize = 2 * 1024 * 1024;

/// A JSON body of type `T`.
pub struct ApiJson<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for ApiJson<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &S) -> std::result::Result<Self, Problem> {
        let content_type = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
        if !content_type.is_some_and(|kind| kind.starts_with("application/json")) {
            let detail = "Send the body as `Content-Type: application/json`.";
            return Err(Error::invalid("body.content_type", detail).into());
        }
        let bytes = read_limited(request).await?;
        Ok(Self(parse(&bytes)?))
    }
}

/// The one id in the path. A text that is no such id names nothing: 404.
pub struct ApiPath<T>(pub T);

impl<T, S> FromRequestParts<S> for ApiPath<T>
where
    T: FromStr,
    S: Send + Sync,
{
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> std::result::Result<Self, Problem> {
        let Path(text) = Path::<String>::from_request_parts(parts, state).await.map_err(Error::internal)?;
        let id =
            text.parse().map_err(|_| Error::not_found("thing", text.chars().take(64).collect::<String>()))?;
        Ok(Self(id))
    }
}

/// A document that people write, as text.
pub enum Document {
    /// It came as `application/json`.
    Json(String),
    /// It came as `application/yaml`.
    Yaml(String),
}

impl<S: Send + Sync> FromRequest<S> for Document {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &S) -> std::result::Result<Self, Problem> {
        let content_type = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
        let kind = content_type.unwrap_or_default().split(';').next().unwrap_or_default().trim();
        let document = match kind {
            "application/json" => Self::Json,
            "application/yaml" | "application/x-yaml" | "text/yaml" => Self::Yaml,
            _ => {
                let detail = "Send the document as `Content-Type: application/yaml` or `application/json`.";
                return Err(Error::invalid("body.content_type", detail).into());
            }
        };
        let bytes = read_limited(request).await?;
        let text = String::from_utf8(bytes)
            .map_err(|_| Error::invalid("body.not_utf8", "The document is not UTF-8 text."))?;
        Ok(document(text))
    }
}

/// Whether a document can be used.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct Validation {
    /// Whether it can be used.
    pub valid: bool,
    /// Every fault: where, what, how to mend it.
    pub errors: Vec<FieldError>,
}

impl From<Vec<FieldError>> for Validation {
    fn from(errors: Vec<FieldError>) -> Self {
        Self { valid: errors.is_empty(), errors }
    }
}

/// Reads a whole body of at most 2 MiB.
///
/// # Errors
/// `body.unreadable` (400): cut short or too large.
async fn read_limited(request: Request) -> Result<Vec<u8>> {
    let body = http_body_util::Limited::new(request.into_body(), BYTES_MAX);
    let collected = body.collect().await.map_err(|source| {
        let detail = format!("The body did not arrive whole, or is larger than {BYTES_MAX} bytes.");
        Error::new(ErrorKind::Invalid, "body.unreadable", detail).caused_by(source)
    })?;
    Ok(collected.to_bytes().to_vec())
}

fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T> {
    let mut json = serde_json::Deserializer::from_slice(bytes);
    let value = serde_path_to_error::deserialize(&mut json).map_err(|error| {
        let pointer = pointer(error.path());
        let detail = error.inner().to_string();
        Error::invalid("body.invalid", format!("The body does not fit: {detail}."))
            .at(pointer, "json", detail)
    })?;
    json.end().map_err(|error| Error::invalid("body.invalid", format!("The body does not fit: {error}.")))?;
    Ok(value)
}

/// A JSON pointer (RFC 6901).
fn pointer(path: &serde_path_to_error::Path) -> String {
    use serde_path_to_error::Segment;
    path.iter()
        .filter_map(|segment| match segment {
            Segment::Seq { index } => Some(format!("/{index}")),
            Segment::Map { key } => Some(format!("/{}", key.replace('~', "~0").replace('/', "~1"))),
            Segment::Enum { variant } => Some(format!("/{variant}")),
            Segment::Unknown => None,
        })
        .collect()
}
