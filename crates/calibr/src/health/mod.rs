//! Health, metrics and the API's own description.

use std::sync::OnceLock;

use axum::Json;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use kernel_http::render_metrics;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::state::App;

/// The routes of this feature.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(get_health)).routes(routes!(get_metrics)).routes(routes!(get_openapi))
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

/// This document.
#[utoipa::path(get, path = "/api/openapi.json", tag = "operations", security(()), responses(
    (status = 200, content_type = "application/json")))]
async fn get_openapi() -> impl IntoResponse {
    static DOCUMENT: OnceLock<String> = OnceLock::new();
    let document = DOCUMENT.get_or_init(|| crate::app::openapi().to_json().unwrap_or_default());
    ([(header::CONTENT_TYPE, "application/json")], document.as_str())
}
