//! The control plane `/__sim/*`: what tests and the demo do to the shop beside the vendor's protocol. JSON, no token.
//!
//! `GET state` (`?times=false` leaves `updated_at` out), `GET journal`, `GET faults`, `GET held?at_least=N` (waits);
//! `POST edit {edits}` (of variants, or of their rows in a `priceList`) or `{per_mille, seed}`, `POST faults` (one or a
//! list), `POST release {sequence?}`, `POST access {revoked?, scopes?}`, `POST plan {restore_rate}`, `POST clock {skew_s}`,
//! `POST reset {shop?}`; `DELETE faults`.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Json, Response};
use axum::routing::{get, post};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::edit::{ShopEdit, VariantEdit, random_edits};
use super::faults::Fault;
use super::simulation::Simulation;
use super::webhooks;

type Shared = State<Arc<Simulation>>;
type Refused = (StatusCode, Json<Value>);

/// The routes of the control plane.
pub(crate) fn routes() -> Router<Arc<Simulation>> {
    Router::new()
        .route("/__sim/access", post(access))
        .route("/__sim/clock", post(clock))
        .route("/__sim/edit", post(edit))
        .route("/__sim/faults", get(list_faults).post(add_faults).delete(clear_faults))
        .route("/__sim/held", get(held))
        .route("/__sim/journal", get(journal))
        .route("/__sim/plan", post(plan))
        .route("/__sim/release", post(release))
        .route("/__sim/reset", post(reset))
        .route("/__sim/shop", post(shop))
        .route("/__sim/state", get(state))
}

fn refuse(reason: impl std::fmt::Display) -> Refused {
    (StatusCode::UNPROCESSABLE_ENTITY, Json(json!({ "error": reason.to_string() })))
}

fn read<T: DeserializeOwned>(body: &Bytes) -> Result<T, Refused> {
    let body: &[u8] = if body.is_empty() { b"{}" } else { body };
    serde_json::from_slice(body).map_err(refuse)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct StateQuery {
    #[serde(default = "yes")]
    times: bool,
}

fn yes() -> bool {
    true
}

async fn state(State(simulation): Shared, Query(query): Query<StateQuery>) -> Response {
    let snapshot = simulation.state().snapshot();
    Json(if query.times { snapshot } else { snapshot.without_times() }).into_response()
}

async fn journal(State(simulation): Shared) -> Response {
    let entries = simulation.state().journal.entries().to_vec();
    Json(json!({ "entries": entries })).into_response()
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct EditBody {
    #[serde(default)]
    edits: Vec<VariantEdit>,
    /// Edit this share of all variants instead.
    per_mille: Option<u32>,
    #[serde(default)]
    seed: u64,
}

async fn edit(State(simulation): Shared, body: Bytes) -> Result<Response, Refused> {
    let body: EditBody = read(&body)?;
    let mut edits = body.edits;
    if let Some(per_mille) = body.per_mille {
        edits.extend(random_edits(&simulation.state().shop, per_mille, body.seed));
    }
    let effects = simulation.edit(&edits).map_err(refuse)?;
    Ok(Json(json!({ "effects": effects })).into_response())
}

async fn list_faults(State(simulation): Shared) -> Response {
    let faults = simulation.state().faults.list();
    Json(json!({ "faults": faults })).into_response()
}

async fn add_faults(State(simulation): Shared, body: Bytes) -> Result<Response, Refused> {
    let given: Value = read(&body)?;
    let given = match given {
        Value::Array(many) => many,
        one => vec![one],
    };
    let faults: Vec<Fault> = given.iter().map(fault_of).collect::<Result<_, _>>()?;
    let mut state = simulation.state();
    faults.into_iter().for_each(|fault| state.faults.add(fault));
    Ok(Json(json!({ "faults": state.faults.list() })).into_response())
}

/// Reads one fault and refuses what it does not know; a flattened struct cannot do that by itself.
fn fault_of(given: &Value) -> Result<Fault, Refused> {
    let fault: Fault = serde_json::from_value(given.clone()).map_err(refuse)?;
    let known = serde_json::to_value(&fault).map_err(refuse)?;
    let unknown =
        given.as_object().into_iter().flatten().find(|(name, _)| known.get(name.as_str()).is_none());
    match unknown {
        Some((name, _)) => Err(refuse(format!("unknown field {name:?} of a fault"))),
        None => Ok(fault),
    }
}

async fn clear_faults(State(simulation): Shared) -> Response {
    simulation.state().faults.clear();
    Json(json!({ "faults": [] })).into_response()
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct HeldQuery {
    /// Waits until so many calls are held.
    #[serde(default)]
    at_least: usize,
}

async fn held(State(simulation): Shared, Query(query): Query<HeldQuery>) -> Response {
    let held =
        simulation.wait_for(|state| Some(state.held()).filter(|held| held.len() >= query.at_least)).await;
    Json(json!({ "held": held })).into_response()
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ReleaseBody {
    sequence: Option<u64>,
}

async fn release(State(simulation): Shared, body: Bytes) -> Result<Response, Refused> {
    let body: ReleaseBody = read(&body)?;
    let released = simulation.state().release(body.sequence);
    Ok(Json(json!({ "released": released })).into_response())
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AccessBody {
    revoked: Option<bool>,
    scopes: Option<Vec<String>>,
}

async fn access(State(simulation): Shared, body: Bytes) -> Result<Response, Refused> {
    let body: AccessBody = read(&body)?;
    let now_s = simulation.clock.epoch_s();
    let mut state = simulation.state();
    if let Some(scopes) = body.scopes {
        webhooks::grant(&mut state, scopes, now_s);
    }
    let settings = &mut state.settings;
    settings.revoked = body.revoked.unwrap_or(settings.revoked);
    simulation.announce();
    Ok(Json(json!({ "revoked": settings.revoked, "scopes": settings.scopes })).into_response())
}

async fn shop(State(simulation): Shared, body: Bytes) -> Result<Response, Refused> {
    let edit: ShopEdit = read(&body)?;
    let now_s = simulation.clock.epoch_s();
    let mut state = simulation.state();
    state.edit_shop(edit, now_s);
    let settings = &state.settings;
    simulation.announce();
    Ok(Json(json!({ "name": settings.name, "currency": settings.currency })).into_response())
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ClockBody {
    /// Seconds by which the shop's calendar runs ahead; negative where it is behind.
    skew_s: i64,
}

async fn clock(State(simulation): Shared, body: Bytes) -> Result<Response, Refused> {
    let body: ClockBody = read(&body)?;
    simulation.skew_s.store(body.skew_s, Ordering::Relaxed);
    simulation.announce();
    Ok(Json(json!({ "epoch_s": simulation.clock.epoch_s() })).into_response())
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PlanBody {
    /// Points per second; the bucket is twenty times as large.
    restore_rate: u64,
}

async fn plan(State(simulation): Shared, body: Bytes) -> Result<Response, Refused> {
    let body: PlanBody = read(&body)?;
    let now_ms = simulation.clock.monotonic_ms();
    let bucket = &mut simulation.state().bucket;
    bucket.set_rate(body.restore_rate, now_ms);
    Ok(Json(bucket.status()).into_response())
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ResetBody {
    /// Also puts every product back to what it was in the beginning.
    #[serde(default)]
    shop: bool,
}

async fn reset(State(simulation): Shared, body: Bytes) -> Result<Response, Refused> {
    let body: ResetBody = read(&body)?;
    let now_ms = simulation.clock.monotonic_ms();
    let mut state = simulation.state();
    state.reset(now_ms);
    if body.shop {
        state.reset_shop().map_err(|error| refuse(format!("{error:#}")))?;
    }
    Ok(Json(json!({ "reset": true })).into_response())
}
