//! Errors as RFC 9457 problem details, with a stable code and the request id.

use axum::Json;
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use kernel_core::{Error, ErrorKind, FieldError};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// An error on its way to the caller.
#[derive(Debug)]
pub struct Problem(pub Error);

impl<E: Into<Error>> From<E> for Problem {
    fn from(error: E) -> Self {
        Self(error.into())
    }
}

/// Problem details (RFC 9457).
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[schema(as = Problem)]
pub struct ProblemBody {
    /// Names the kind of problem; stable.
    #[serde(rename = "type")]
    pub kind: String,
    /// The HTTP status in words.
    pub title: String,
    /// The HTTP status.
    pub status: u16,
    /// Stable code, such as `not_found`.
    pub code: String,
    /// What happened, what did not, what to do.
    pub detail: String,
    /// The request, as it stands in log and audit. Filled in on the way out.
    #[serde(default)]
    pub request_id: String,
    /// Places in the input, where there are any.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<FieldError>,
    /// The version that there is, where the change was written over another one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub current_version: Option<i64>,
}

/// The HTTP status of each kind of error.
fn status(kind: ErrorKind) -> StatusCode {
    match kind {
        ErrorKind::Invalid => StatusCode::BAD_REQUEST,
        ErrorKind::Unauthenticated => StatusCode::UNAUTHORIZED,
        ErrorKind::Forbidden => StatusCode::FORBIDDEN,
        ErrorKind::NotFound => StatusCode::NOT_FOUND,
        ErrorKind::Conflict => StatusCode::CONFLICT,
        ErrorKind::Stale => StatusCode::PRECONDITION_FAILED,
        ErrorKind::Unprocessable => StatusCode::UNPROCESSABLE_ENTITY,
        ErrorKind::PreconditionRequired => StatusCode::PRECONDITION_REQUIRED,
        ErrorKind::TooMany => StatusCode::TOO_MANY_REQUESTS,
        ErrorKind::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        ErrorKind::Internal => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let Self(error) = self;
        let status = status(error.kind);
        if status.is_server_error() {
            tracing::error!(
                code = error.code,
                error = error.source.as_deref().map(|source| source as &dyn std::error::Error),
                "A request failed."
            );
        }
        answer(status, error)
    }
}

/// What a route answers to a method that it does not have.
pub async fn wrong_method(method: Method) -> Response {
    let detail = format!("There is no {method} here. The header `Allow` names the methods there are.");
    answer(StatusCode::METHOD_NOT_ALLOWED, Error::invalid("method_not_allowed", detail))
}

fn answer(status: StatusCode, error: Error) -> Response {
    let Error { code, detail, fields, current_version, .. } = error;
    let body = ProblemBody {
        kind: format!("urn:calibr:problem:{code}"),
        title: status.canonical_reason().unwrap_or("Error").to_owned(),
        status: status.as_u16(),
        code: code.to_owned(),
        detail,
        request_id: String::new(),
        errors: fields,
        current_version,
    };
    let mut response = (status, Json(&body)).into_response();
    let problem_json = HeaderValue::from_static("application/problem+json");
    response.headers_mut().insert(header::CONTENT_TYPE, problem_json);
    if matches!(status, StatusCode::SERVICE_UNAVAILABLE | StatusCode::TOO_MANY_REQUESTS) {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("2"));
    }
    response.extensions_mut().insert(body);
    response
}
