//! Sending a delivery once more, because somebody asks for it.

use kernel_audit::Change;
use kernel_auth::authorize;
use kernel_core::{Ctx, Error, Result};
use kernel_db::TenantTx;
use kernel_events::Event;
use kernel_jobs::JobId;
use serde_json::json;

use super::deliver::DELIVER;
use super::dto::WebhookDelivery;
use super::endpoints::WEBHOOKS_WRITE;
use super::model::DELETED;
use super::{fan_out, store};
use crate::ids::WebhookDeliveryId;
use crate::state::App;

/// Sends a delivery that has ended once more, with all its tries anew; also one that nobody sends any more, since its job
/// gave up for a fault of ours or was cancelled.
///
/// # Errors
/// `webhook.pending` (409): it is on its way; `webhook.disabled` (409): its endpoint is switched off; `webhook.gone`
/// (409): its event is no longer kept; `webhook.deleted` (409).
pub(super) async fn resend(app: &App, ctx: &Ctx, id: WebhookDeliveryId) -> Result<WebhookDelivery> {
    authorize(&ctx.actor, WEBHOOKS_WRITE)?;
    let tx = app.db.tenant_tx(ctx.tenant).await?;
    let delivery = store::delivery_lock(&tx, id).await?;
    let before = if delivery.state == "pending" { left_lying(ctx, &tx, id).await? } else { None };
    let webhook = store::endpoint_any(&tx, delivery.webhook_id).await?;
    if webhook.state == DELETED {
        let detail = "The webhook was deleted; make another and replay the event to it.";
        return Err(Error::conflict("webhook.deleted", detail));
    }
    if webhook.state != "enabled" {
        let detail = "The webhook is switched off; switch it on first.";
        return Err(Error::conflict("webhook.disabled", detail));
    }
    if store::event_of(&tx, id).await?.is_none() {
        let detail = "The event is older than what this installation keeps, so it cannot be sent any more.";
        return Err(Error::conflict("webhook.gone", detail));
    }
    store::delivery_restart(ctx, &tx, id).await?;
    kernel_jobs::enqueue(ctx, &tx, &[fan_out::job(ctx, id, delivery.webhook_id)]).await?;
    let after = json!({ "webhook_id": delivery.webhook_id, "event_id": delivery.event_id });
    let change = Change {
        action: "webhook_delivery.resent",
        entity_type: "webhook_delivery",
        entity_id: id.to_string(),
        before: Some(json!({ "state": delivery.state, "job": before })),
        after: Some(after.clone()),
        reason: None,
    };
    kernel_audit::record(ctx, &tx, &[change]).await?;
    let event = Event {
        key: format!("webhook_delivery.resent/{id}/{}", ctx.request_id),
        kind: "webhook_delivery.resent",
        entity_type: "webhook_delivery",
        entity_id: id.to_string(),
        payload: after,
    };
    kernel_events::append(ctx, &tx, &[event]).await?;
    let delivery = store::delivery_by_id(&tx, id).await?;
    tx.commit().await?;
    Ok(delivery)
}

/// Ends the job of a delivery that is pending only in name, and says which it was, if it is still known.
async fn left_lying(ctx: &Ctx, tx: &TenantTx, id: WebhookDeliveryId) -> Result<Option<JobId>> {
    let job = kernel_jobs::job_not_done(tx, DELIVER, &fan_out::payload(id)).await?;
    match job {
        Some(job) if matches!(job.state.as_str(), "queued" | "running") => {
            let detail = "This delivery is on its way already; see when it is sent next.";
            Err(Error::conflict("webhook.pending", detail))
        }
        // Tried again by itself it would send the delivery a second time.
        Some(job) if job.state == "dead" => Ok(Some(kernel_jobs::cancel(ctx, tx, job.id).await?.id)),
        job => Ok(job.map(|job| job.id)),
    }
}
