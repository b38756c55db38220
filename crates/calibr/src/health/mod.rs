//! Health, metrics, which build answers, and the API's own description.

use std::sync::OnceLock;

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use kernel_http::render_metrics;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::state::App;

/// Names the build that gave an answer.
const BUILD_HEADER: HeaderName = HeaderName::from_static("calibr-build");

/// The routes of this feature.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(get_health))
        .routes(routes!(get_metrics))
        .routes(routes!(get_openapi))
        .routes(routes!(get_version))
}

/// Whether the server can work.
#[derive(Serialize, Deserialize, ToSchema)]
pub struct Health {
    /// `ok`, or `degraded` while the database does not answer.
    pub status: String,
    /// `ok` or `unreachable`.
    pub database: String,
    /// Version of this binary.
    pub version: String,
}

/// Whether the server can work.
#[utoipa::path(get, path = "/api/health", tag = "operations", security(()), responses(
    (status = 200, body = Health), (status = 503, body = Health)))]
async fn get_health(State(app): State<App>) -> impl IntoResponse {
    let reachable = app.db.ping().await.is_ok();
    let (status, words) = if reachable {
        (StatusCode::OK, ("ok", "ok"))
    } else {
        (StatusCode::SERVICE_UNAVAILABLE, ("degraded", "unreachable"))
    };
    let health = Health {
        status: words.0.to_owned(),
        database: words.1.to_owned(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
    };
    (status, Json(health))
}

/// Metrics in the Prometheus text format.
#[utoipa::path(get, path = "/api/metrics", tag = "operations", security(()), responses(
    (status = 200, content_type = "text/plain", body = String)))]
async fn get_metrics() -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], render_metrics())
}

/// Which build answers.
#[derive(Serialize, Deserialize, ToSchema)]
pub struct Version {
    /// Version of this binary.
    pub version: String,
    /// Changes with the console or the API; every answer bears it as `Calibr-Build`. A page that sees another one than
    /// it was loaded with should offer to load again.
    pub build: String,
}

/// Which build answers.
#[utoipa::path(get, path = "/api/v1/version", tag = "operations", security(()), responses(
    (status = 200, body = Version)))]
async fn get_version() -> Json<Version> {
    Json(Version { version: env!("CARGO_PKG_VERSION").to_owned(), build: build().to_owned() })
}

/// Writes the build into an answer.
pub async fn name_build(mut response: Response) -> Response {
    if let Ok(value) = HeaderValue::from_str(build()) {
        response.headers_mut().insert(BUILD_HEADER, value);
    }
    response
}

/// The same on every machine that runs the same binary.
fn build() -> &'static str {
    static BUILD: OnceLock<String> = OnceLock::new();
    BUILD.get_or_init(|| {
        let mut digest = Sha256::new();
        digest.update(crate::app::openapi().to_json().unwrap_or_default());
        digest.update(crate::console_assets::fingerprint().unwrap_or_default());
        let digest = digest.finalize();
        let short: String = digest.iter().take(6).map(|byte| format!("{byte:02x}")).collect();
        format!("{}+{short}", env!("CARGO_PKG_VERSION"))
    })
}

/// This document.
#[utoipa::path(get, path = "/api/openapi.json", tag = "operations", security(()), responses(
    (status = 200, content_type = "application/json")))]
async fn get_openapi() -> impl IntoResponse {
    static DOCUMENT: OnceLock<String> = OnceLock::new();
    let document = DOCUMENT.get_or_init(|| crate::app::openapi().to_json().unwrap_or_default());
    ([(header::CONTENT_TYPE, "application/json")], document.as_str())
}
