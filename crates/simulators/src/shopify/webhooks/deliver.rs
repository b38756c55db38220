//! Delivering webhooks one after another, signed over their raw body.

use std::sync::Arc;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use super::super::objects::date_time;
use super::super::schema::API_VERSION;
use super::super::simulation::{Simulation, State};
use super::Sent;
use super::post::post;

/// The receiver has so long for everything.
const TOTAL: Duration = Duration::from_secs(5);
/// How often deliveries that were put off are looked at when nothing else happens.
const LOOK: Duration = Duration::from_secs(1);

/// Delivers until aborted.
pub(crate) async fn deliver(simulation: Arc<Simulation>) {
    loop {
        let now_s = simulation.clock.epoch_s();
        let next = {
            let state = simulation.state();
            let place = state.outbox.next(now_s);
            place.and_then(|place| Some((place, state.outbox.get(place)?, headers(&state, place)?)))
        };
        let Some((place, sent, headers)) = next else {
            let clock = &simulation.clock;
            let work = simulation.wait_for(|state| state.outbox.next(clock.epoch_s()).map(|_| ()));
            // Time passes without a word on a clock of its own, so that there is a look now and then.
            drop(tokio::time::timeout(LOOK, work).await);
            continue;
        };
        let answer = tokio::time::timeout(TOTAL, post(&sent.uri, &headers, sent.body.as_bytes())).await;
        let status = answer.ok().and_then(Result::ok);
        {
            let mut state = simulation.state();
            let gone = state.outbox.note(place, status, simulation.clock.epoch_s());
            if let Some(id) = gone {
                state.registry.subscriptions.all.retain(|one| one.id != id);
            }
        }
        simulation.announce();
    }
}

/// The headers of a webhook, by its place; the signature is made anew each time.
pub(crate) fn headers(state: &State, place: usize) -> Option<Vec<(&'static str, String)>> {
    let sent: Sent = state.outbox.get(place)?;
    let secret = state.settings.client_secrets.first()?;
    let mut headers = vec![
        ("content-type", "application/json".to_owned()),
        ("x-shopify-topic", sent.topic.clone()),
        ("x-shopify-hmac-sha256", signature(secret, sent.body.as_bytes())),
        ("x-shopify-shop-domain", state.settings.domain.clone()),
        ("x-shopify-api-version", API_VERSION.to_owned()),
        ("x-shopify-webhook-id", sent.webhook_id.clone()),
        ("x-shopify-event-id", sent.event_id.clone()),
        ("x-shopify-triggered-at", date_time(sent.triggered_at)),
    ];
    headers.extend(sent.name.map(|name| ("x-shopify-name", name)));
    Some(headers)
}

/// Base64 of HMAC-SHA256 over the raw body.
fn signature(secret: &str, body: &[u8]) -> String {
    // A key of any length is taken, so that this branch is never met.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret.as_bytes()) else { return String::new() };
    mac.update(body);
    STANDARD.encode(mac.finalize().into_bytes())
}
