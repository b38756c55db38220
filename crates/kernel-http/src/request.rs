//! One span, one id and one measurement per request.

use std::time::Instant;

use axum::Json;
use axum::extract::{MatchedPath, Request};
use axum::http::{HeaderName, HeaderValue};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use kernel_core::RequestId;
use tracing::Instrument;

use crate::ProblemBody;

/// Carries the request id on every answer.
pub const REQUEST_ID_HEADER: HeaderName = HeaderName::from_static("request-id");

/// Middleware: gives the request an id, a span and a measurement, and writes the id into problem details.
pub async fn track_request(mut request: Request, next: Next) -> Response {
    let id = RequestId::new();
    request.extensions_mut().insert(id);
    let route = request.extensions().get::<MatchedPath>().map_or("unmatched", MatchedPath::as_str).to_owned();
    let method = request.method().clone();
    let span = tracing::info_span!("request", request_id = %id, %method, route);
    let started = Instant::now();
    let response = next.run(request).instrument(span.clone()).await;
    let latency = started.elapsed();
    let status = response.status().as_u16();
    let labels = [("method", method.to_string()), ("route", route), ("status", status.to_string())];
    metrics::counter!("calibr_http_requests_total", &labels).increment(1);
    metrics::histogram!("calibr_http_request_seconds", &labels).record(latency);
    span.in_scope(|| tracing::debug!(status, latency_ms = latency.as_millis(), "A request was answered."));
    with_id(response, id)
}

fn with_id(mut response: Response, id: RequestId) -> Response {
    if let Some(mut problem) = response.extensions_mut().remove::<ProblemBody>() {
        problem.request_id = id.to_string();
        let (mut parts, _) = response.into_parts();
        parts.headers.remove(axum::http::header::CONTENT_LENGTH);
        response = Response::from_parts(parts, Json(problem).into_response().into_body());
    }
    if let Ok(value) = HeaderValue::from_str(&id.to_string()) {
        response.headers_mut().insert(REQUEST_ID_HEADER, value);
    }
    response
}
