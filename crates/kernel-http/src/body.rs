//! JSON bodies: what does not fit is refused with a pointer to the place.

use axum::extract::{FromRequest, Request};
use axum::http::header;
use http_body_util::BodyExt;
use kernel_core::{Error, ErrorKind, Result};
use serde::de::DeserializeOwned;

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
