//! The shop's side of OAuth: consent that is given at once, codes that work once, tokens that end after an hour where that was
//! asked for, refresh tokens that rotate. A refresh token that was used stays good until its successor is used.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Query, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Json, Response};
use axum::routing::{get, post};
use hmac::{Hmac, KeyInit, Mac};
use serde::Deserialize;
use serde_json::{Value, json};
use sha2::Sha256;
use uuid::Uuid;

use super::faults::{CallShape, FaultKind};
use super::journal::{CallOutcome, Source};
use super::simulation::{Simulation, State as Shop};

/// An access token lives for an hour, a refresh token for ninety days.
const TOKEN_LIVES_S: i64 = 3_600;
const REFRESH_LIVES_S: i64 = 90 * 86_400;
/// A code can be exchanged for a minute.
const CODE_LIVES_S: i64 = 60;

/// What was granted to the app.
#[derive(Debug, Default)]
pub(crate) struct Grants {
    /// Codes with the second in which they end.
    codes: BTreeMap<String, i64>,
    /// Access tokens with the second in which they end; `None`: they do not.
    tokens: BTreeMap<String, Option<i64>>,
    /// The refresh tokens that may be used: the newest, and until that is used the one before.
    refresh: Vec<(String, i64)>,
    /// How often a token was renewed.
    pub(crate) refreshed: usize,
}

impl Grants {
    /// Whether an access token is good at this second.
    pub(crate) fn knows(&self, token: &str, now_s: i64) -> bool {
        self.tokens.get(token).is_some_and(|ends| ends.is_none_or(|ends| now_s < ends))
    }

    /// Ends the access tokens that would end at some time.
    pub(crate) fn expire(&mut self) {
        self.tokens.retain(|_, ends| ends.is_none());
    }

    /// A token that does not end, as apps get that do not ask for one that does.
    fn grant_for_good(&mut self, scopes: &[String]) -> Value {
        let access = format!("shpat_{}", Uuid::now_v7().simple());
        self.tokens.insert(access.clone(), None);
        json!({ "access_token": access, "scope": scopes.join(",") })
    }

    fn grant(&mut self, scopes: &[String], now_s: i64) -> Value {
        let (access, refresh) =
            (format!("shpat_{}", Uuid::now_v7().simple()), format!("shprt_{}", Uuid::now_v7().simple()));
        self.tokens.insert(access.clone(), Some(now_s + TOKEN_LIVES_S));
        self.refresh.push((refresh.clone(), now_s + REFRESH_LIVES_S));
        json!({
            "access_token": access, "scope": scopes.join(","), "expires_in": TOKEN_LIVES_S,
            "refresh_token": refresh, "refresh_token_expires_in": REFRESH_LIVES_S,
        })
    }

    /// Uses a refresh token: those before it end. `false` if it is not good.
    fn spend(&mut self, token: &str, now_s: i64) -> bool {
        let Some(place) = self.refresh.iter().position(|(known, ends)| known == token && now_s < *ends)
        else {
            return false;
        };
        // Its own successors that nobody used are taken back: the answer with them was lost.
        self.refresh.truncate(place + 1);
        self.refresh.drain(..place);
        self.refreshed += 1;
        true
    }
}

/// The routes of consent and tokens.
pub(crate) fn routes() -> Router<Arc<Simulation>> {
    Router::new()
        .route("/admin/oauth/authorize", get(authorize))
        .route("/admin/oauth/access_token", post(token))
}

#[derive(Deserialize)]
struct Asked {
    client_id: String,
    redirect_uri: String,
    #[serde(default)]
    state: String,
}

/// The owner consents at once and is sent back with a signed code.
async fn authorize(State(simulation): State<Arc<Simulation>>, Query(asked): Query<Asked>) -> Response {
    let now_s = simulation.clock.epoch_s();
    let mut shop = simulation.state();
    if asked.client_id != shop.settings.client_id {
        return (StatusCode::BAD_REQUEST, "Oauth error application_cannot_be_found").into_response();
    }
    let code = Uuid::now_v7().simple().to_string();
    shop.grants.codes.insert(code.clone(), now_s + CODE_LIVES_S);
    shop.settings.revoked = false;
    let message =
        format!("code={code}&shop={}&state={}&timestamp={now_s}", shop.settings.domain, asked.state);
    let secret = shop.settings.client_secrets.first().cloned().unwrap_or_default();
    let location = format!("{}?{message}&hmac={}", asked.redirect_uri, hex_signature(&secret, &message));
    (StatusCode::FOUND, [(header::LOCATION, location)]).into_response()
}

async fn token(State(simulation): State<Arc<Simulation>>, body: Bytes) -> Response {
    if let Some(failure) = meet_faults(&simulation).await {
        return failure;
    }
    let now_s = simulation.clock.epoch_s();
    let asked: Value = serde_json::from_slice(&body).unwrap_or_default();
    let text = |name: &str| asked[name].as_str().unwrap_or_default().to_owned();
    let mut state = simulation.state();
    let shop: &mut Shop = &mut state;
    let known = text("client_id") == shop.settings.client_id
        && shop.settings.client_secrets.contains(&text("client_secret"));
    if !known {
        return refuse("invalid_client");
    }
    let scopes = shop.settings.scopes.clone();
    let ends = text("grant_type") == "refresh_token" || asked["expiring"] == 1 || asked["expiring"] == "1";
    let good = match text("grant_type").as_str() {
        "refresh_token" => shop.grants.spend(&text("refresh_token"), now_s) && !shop.settings.revoked,
        "urn:ietf:params:oauth:grant-type:token-exchange" => {
            text("subject_token") == "session-token-of-the-shop"
        }
        _ => shop.grants.codes.remove(&text("code")).is_some_and(|ends| now_s < ends),
    };
    match (good, ends) {
        (true, true) => Json(shop.grants.grant(&scopes, now_s)).into_response(),
        (true, false) => Json(shop.grants.grant_for_good(&scopes)).into_response(),
        (false, _) => refuse("invalid_request"),
    }
}

/// Lets faults for the operation `token` happen, each call of which stands in the journal.
async fn meet_faults(simulation: &Simulation) -> Option<Response> {
    let now_ms = simulation.clock.monotonic_ms();
    let (sequence, hits) = {
        let mut state = simulation.state();
        let sequence = state.journal.open(Source::Api, now_ms, &Uuid::now_v7().to_string());
        let hits = state.faults.take(&CallShape { kind: "token", operation_name: None, root_fields: &[] });
        state.journal.note(sequence, |entry| {
            "token".clone_into(&mut entry.kind);
            entry.outcome = CallOutcome::Ok;
            entry.faults = hits.iter().map(|fault| fault.name().to_owned()).collect();
        });
        (sequence, hits)
    };
    simulation.announce();
    for fault in hits {
        match fault {
            FaultKind::HoldBeforeCommit { hold_ms } => {
                simulation.hold(sequence, "before_commit", hold_ms).await
            }
            FaultKind::HttpErrorBeforeCommit { status } => {
                let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
                return Some(status.into_response());
            }
            _ => {}
        }
    }
    None
}

fn refuse(error: &str) -> Response {
    (StatusCode::BAD_REQUEST, Json(json!({ "error": error }))).into_response()
}

fn hex_signature(secret: &str, message: &str) -> String {
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret.as_bytes()) else { return String::new() };
    mac.update(message.as_bytes());
    mac.finalize().into_bytes().iter().map(|byte| format!("{byte:02x}")).collect()
}
