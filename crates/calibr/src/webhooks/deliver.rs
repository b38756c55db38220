//! Sending one delivery: read what to send, send it signed, note the answer. A worker that dies in between sends it
//! again; receivers know a repetition by its `webhook-id`.

use std::time::Instant;

use kernel_connect::{HttpClient, HttpLimits, HttpRequest, Secret};
use kernel_core::{Ctx, Error, Result};
use kernel_events::Logged;
use kernel_jobs::{Job, Outcome, hold_lease};
use serde::Deserialize;

use super::dto::Webhook;
use super::model::{self, DELETED, Next, Reply, Target};
use super::{endpoints, secrets, sign, store};
use crate::ids::WebhookDeliveryId;
use crate::state::App;

/// The kind of job that sends a delivery.
pub const DELIVER: &str = "webhooks.deliver";

/// A receiver should take the event in and do its work later.
const LIMITS: HttpLimits =
    HttpLimits { connect_timeout_ms: 5_000, total_timeout_ms: 15_000, response_bytes_max: 64 * 1024 };

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Payload {
    delivery: WebhookDeliveryId,
}

/// What to send, read in one transaction.
struct Message {
    webhook: Webhook,
    secrets: Vec<Secret>,
    event: Logged,
}

/// Carries out a job of kind [`DELIVER`].
pub fn deliver(
    app: App,
    ctx: Ctx,
    job: Job,
) -> std::pin::Pin<Box<dyn Future<Output = Result<Outcome>> + Send>> {
    Box::pin(async move {
        let payload: Payload = serde_json::from_value(job.payload.clone()).map_err(Error::internal)?;
        let id = payload.delivery;
        let Some(message) = read(&app, &ctx, &job, id).await? else { return Ok(Outcome::Done) };
        let started = Instant::now();
        let reply = send(&app, &ctx, &message).await;
        let duration_ms = i32::try_from(started.elapsed().as_millis()).unwrap_or(i32::MAX);
        note(&app, &ctx, &job, id, &reply, duration_ms).await
    })
}

/// `None` if there is nothing to send any more.
async fn read(app: &App, ctx: &Ctx, job: &Job, id: WebhookDeliveryId) -> Result<Option<Message>> {
    let tx = app.db.tenant_tx(ctx.tenant).await?;
    let delivery = store::delivery_by_id(&tx, id).await?;
    let webhook = store::endpoint_any(&tx, delivery.webhook_id).await?;
    let event = store::event_of(&tx, id).await?;
    if delivery.state != "pending" {
        return Ok(None);
    }
    let (Some(event), "enabled") = (event, webhook.state.as_str()) else {
        // Switched off meanwhile, or so old that the event is no longer kept.
        hold_lease(&tx, job).await?;
        match &webhook.reason {
            // Entered while somebody deleted the webhook.
            Some(reason) if webhook.state == DELETED => {
                store::deliveries_drop(&tx, webhook.id, reason, ctx.now()).await?;
            }
            _ => store::delivery_end(&tx, id, "failed", ctx.now()).await?,
        }
        tx.commit().await?;
        return Ok(None);
    };
    let secrets = secrets::valid(app, ctx, &tx, webhook.id).await?;
    tx.commit().await?;
    Ok(Some(Message { webhook, secrets, event }))
}

async fn send(app: &App, ctx: &Ctx, message: &Message) -> Reply {
    match try_send(app, ctx, message).await {
        Ok(status) => {
            let error = (!(200..300).contains(&status)).then(|| format!("answered {status}"));
            Reply { status: Some(status), error }
        }
        Err(error) => Reply { status: None, error: Some(error) },
    }
}

async fn try_send(app: &App, ctx: &Ctx, message: &Message) -> Result<u16, String> {
    let told = |error: &dyn std::fmt::Display| error.to_string();
    let target = Target::read(&message.webhook.url, app.webhook_reach).map_err(|e| told(&e))?;
    let event = &message.event;
    let body = event.envelope();
    let (id, timestamp_s) = (event.id.to_string(), ctx.now().as_second());
    let signature = sign::signatures(&message.secrets, &id, timestamp_s, &body).map_err(|e| told(&e))?;
    let request = HttpRequest::post(target.path, body)
        .header("content-type", "application/json")
        .header("user-agent", concat!("Calibr/", env!("CARGO_PKG_VERSION")))
        .value_header("webhook-id", &id)
        .and_then(|request| request.value_header("webhook-timestamp", &timestamp_s.to_string()))
        .and_then(|request| request.value_header("webhook-signature", &signature))
        .map_err(|e| told(&e))?;
    let client = HttpClient::within(target.address, LIMITS, app.webhook_reach).map_err(|e| told(&e))?;
    Ok(client.send(request).await.map_err(|e| told(&e))?.status)
}

async fn note(
    app: &App,
    ctx: &Ctx,
    job: &Job,
    id: WebhookDeliveryId,
    reply: &Reply,
    duration_ms: i32,
) -> Result<Outcome> {
    let now = ctx.now();
    let tx = app.db.tenant_tx(ctx.tenant).await?;
    hold_lease(&tx, job).await?;
    let delivery = store::delivery_by_id(&tx, id).await?;
    let webhook = store::endpoint_lock_any(&tx, delivery.webhook_id).await?;
    let tries = store::attempt_insert(&tx, id, reply, now, duration_ms).await?;
    let failing_since = webhook.failing_since.or(Some(now));
    let next = model::next(reply, tries, failing_since, now)?;
    let outcome = match next {
        // It was dropped while it was on its way, and did not arrive.
        Next::Again(_) | Next::Failed | Next::Disable(_) if webhook.state == DELETED => Outcome::Done,
        Next::Delivered => {
            store::delivery_end(&tx, id, "delivered", now).await?;
            store::endpoint_set_failing_since(&tx, webhook.id, None).await?;
            Outcome::Done
        }
        Next::Again(at) => {
            store::delivery_postpone(&tx, id, at).await?;
            store::endpoint_set_failing_since(&tx, webhook.id, failing_since).await?;
            let reason = reply.error.clone().unwrap_or_default();
            Outcome::Again { at, counts: false, reason }
        }
        Next::Failed | Next::Disable(_) => {
            store::delivery_end(&tx, id, "failed", now).await?;
            store::endpoint_set_failing_since(&tx, webhook.id, failing_since).await?;
            if let Next::Disable(reason) = next {
                endpoints::switch_off(ctx, &tx, webhook, reason).await?;
            }
            Outcome::Done
        }
    };
    tx.commit().await?;
    Ok(outcome)
}
