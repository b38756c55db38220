//! What goes back over the wire: JSON answers, gateways' error pages, or nothing at all.

use std::io;

use axum::body::Body;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use futures_util::stream;
use serde_json::{Value, json};

const JSON: &str = "application/json; charset=utf-8";

/// The end of a call.
#[derive(Debug, Clone)]
pub(crate) enum Reply {
    Json {
        status: u16,
        body: Value,
    },
    Html {
        status: u16,
    },
    /// The connection ends after so many bytes of the body.
    Cut {
        body: String,
        after_bytes: usize,
    },
    /// The connection ends without a byte.
    Drop,
}

impl Reply {
    pub(crate) fn ok(body: Value) -> Self {
        Reply::Json { status: 200, body }
    }

    /// Only the first bytes of an answer in JSON; any other comes whole.
    pub(crate) fn cut(self, after_bytes: usize) -> Self {
        match self {
            Reply::Json { body, .. } => Reply::Cut { body: body.to_string(), after_bytes },
            other => other,
        }
    }

    /// Errors before execution: no `data`, no cost.
    pub(crate) fn refused(errors: Vec<Value>) -> Self {
        Reply::ok(json!({ "errors": errors }))
    }

    /// The token is missing, wrong or revoked.
    pub(crate) fn unauthorized() -> Self {
        let text = "[API] Invalid API key or access token (unrecognized login or wrong password)";
        Reply::Json { status: 401, body: json!({ "errors": text }) }
    }

    pub(crate) fn not_found() -> Self {
        Reply::Json { status: 404, body: json!({ "errors": "Not Found" }) }
    }

    /// The body has no document.
    pub(crate) fn bad_body() -> Self {
        Reply::Json {
            status: 400,
            body: json!({ "errors": { "query": "Required parameter missing or invalid" } }),
        }
    }

    /// An HTTP error: Shopify's own words for an unavailable shop, a gateway's page otherwise.
    pub(crate) fn http_error(status: u16) -> Self {
        match status {
            402 | 403 | 423 => Reply::Json { status, body: json!({ "errors": "Unavailable Shop" }) },
            404 => Reply::not_found(),
            _ => Reply::Html { status },
        }
    }

    /// `THROTTLED`, with HTTP 200 and without `data`.
    pub(crate) fn throttled(requested: u64, status: Value) -> Self {
        Reply::ok(json!({
            "errors": [{
                "message": "Throttled",
                "extensions": {
                    "code": "THROTTLED",
                    "documentation": "https://shopify.dev/api/usage/rate-limits",
                },
            }],
            "extensions": {
                "cost": { "requestedQueryCost": requested, "actualQueryCost": null, "throttleStatus": status },
            },
        }))
    }

    /// A single query that could never be admitted.
    pub(crate) fn max_cost_exceeded(cost: u64, max_cost: u64) -> Self {
        let message =
            format!("Query cost is {cost}, which exceeds the single query max cost limit ({max_cost}).");
        Reply::refused(vec![json!({
            "message": message,
            "extensions": {
                "code": "MAX_COST_EXCEEDED",
                "cost": cost,
                "maxCost": max_cost,
                "documentation": "https://shopify.dev/api/usage/rate-limits",
            },
        })])
    }

    /// Shopify's own failure, which comes with HTTP 200.
    pub(crate) fn internal_error(request_id: &str) -> Self {
        let message = format!(
            "Internal error. Looks like something went wrong on our end.\nRequest ID: {request_id} (include this in \
             support requests)."
        );
        let extensions = json!({ "code": "INTERNAL_SERVER_ERROR", "requestId": request_id });
        Reply::refused(vec![json!({ "message": message, "extensions": extensions })])
    }

    /// Valid against the schema, unknown to the simulator. No real shop answers 501, so no test can mistake it.
    pub(crate) fn unsupported(what: &str) -> Self {
        let message = format!("The simulator does not have {what}, though the schema does");
        let error = json!({ "message": message, "extensions": { "code": "SIMULATOR_UNSUPPORTED" } });
        Reply::Json { status: 501, body: json!({ "errors": [error] }) }
    }

    /// The HTTP answer; `None` means that the connection is to be dropped.
    pub(crate) fn into_response(self, request_id: &str, version: &str) -> Option<Response> {
        let (status, kind, body) = match self {
            Reply::Json { status, body } => (status, JSON, Body::from(body.to_string())),
            Reply::Html { status } => (status, "text/html; charset=utf-8", Body::from(error_page(status))),
            Reply::Cut { body, after_bytes } => (200, JSON, ends_after(body, after_bytes)),
            Reply::Drop => return None,
        };
        let mut response = body.into_response();
        *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
        for (name, value) in [("x-request-id", request_id), ("x-shopify-api-version", version)] {
            if let Ok(value) = HeaderValue::from_str(value) {
                headers.insert(name, value);
            }
        }
        Some(response)
    }
}

/// A body that breaks off: the server closes the connection where it meets the error.
fn ends_after(body: String, bytes: usize) -> Body {
    let mut sent = body.into_bytes();
    sent.truncate(bytes);
    Body::from_stream(stream::iter([Ok(sent), Err(io::Error::from(io::ErrorKind::ConnectionReset))]))
}

fn error_page(status: u16) -> String {
    let reason =
        StatusCode::from_u16(status).ok().and_then(|status| status.canonical_reason()).unwrap_or("Error");
    format!(
        "<!DOCTYPE html>\n<html>\n<head><title>{status} {reason}</title></head>\n<body>\n<h1>{status} {reason}</h1>\n\
         <p>Something went wrong between you and the shop.</p>\n</body>\n</html>\n"
    )
}
