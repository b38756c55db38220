//! The HTTP side: the Admin API's one endpoint, and the control plane beside it.

use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{ConnectInfo, Path, State};
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use tokio::net::TcpListener;
use uuid::Uuid;

use super::call::{Arrival, answer};
use super::listener::{CuttableListener, Cutter};
use super::reply::Reply;
use super::schema::API_VERSION;
use super::simulation::Simulation;
use super::{control, oauth, storage};

/// Versions that the real API serves beside the carried one; all are validated against the carried schema, whose
/// product and price types are the same in each.
const SERVED_VERSIONS: &[&str] = &["2025-10", "2026-01", "2026-04", "2026-07", API_VERSION, "unstable"];

/// Serves until aborted.
pub(crate) async fn serve(listener: TcpListener, simulation: Arc<Simulation>) {
    let router = Router::new()
        .route("/admin/api/{version}/graphql.json", post(graphql))
        .merge(control::routes())
        .merge(oauth::routes())
        .merge(storage::routes())
        .fallback(|| async { answer_with(Reply::not_found(), API_VERSION) })
        .with_state(simulation);
    let service = router.into_make_service_with_connect_info::<Cutter>();
    if let Err(error) = axum::serve(CuttableListener(listener), service).await {
        tracing::error!(%error, "The simulated shop stopped serving");
    }
}

async fn graphql(
    State(simulation): State<Arc<Simulation>>,
    ConnectInfo(cutter): ConnectInfo<Cutter>,
    Path(version): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    if simulation.state().down {
        cutter.cut();
        return ().into_response();
    }
    let asked = version;
    let Some(version) = served_version(&asked) else { return answer_with(Reply::not_found(), API_VERSION) };
    if !is_json(&headers) {
        return answer_with(Reply::Html { status: 415 }, &version);
    }
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
    let (token, client) = (text("x-shopify-access-token"), text("user-agent"));
    let request_id = format!("{}-{}", Uuid::now_v7(), simulation.clock.epoch_s());
    let arrival =
        Arrival { request_id: request_id.clone(), token, client, version: asked, body: body.to_vec() };
    // In a task of its own, so that a call that has begun ends even when its client dies, as it would at the vendor.
    let call = tokio::spawn(answer(simulation, arrival));
    let reply = call.await.unwrap_or_else(|_| Reply::internal_error(&request_id));
    reply.into_response(&request_id, &version).unwrap_or_else(|| {
        cutter.cut();
        ().into_response()
    })
}

fn answer_with(reply: Reply, version: &str) -> Response {
    let request_id = Uuid::now_v7().to_string();
    reply.into_response(&request_id, version).unwrap_or_else(|| ().into_response())
}

/// The version under which a request is served: a too old one falls forward to the oldest that is served.
fn served_version(asked: &str) -> Option<String> {
    if SERVED_VERSIONS.contains(&asked) {
        return Some(asked.to_owned());
    }
    let (year, month) = asked.split_once('-')?;
    let dated = year.len() == 4 && year.parse::<u16>().is_ok() && matches!(month, "01" | "04" | "07" | "10");
    let old = dated && asked < SERVED_VERSIONS[0];
    old.then(|| SERVED_VERSIONS[0].to_owned())
}

fn is_json(headers: &HeaderMap) -> bool {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    kind.split(';').next().is_some_and(|kind| kind.trim().eq_ignore_ascii_case("application/json"))
}
