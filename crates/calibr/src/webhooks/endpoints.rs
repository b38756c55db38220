//! Making endpoints, replacing their secrets, switching them off and on, deleting them; with audit and event.

use kernel_audit::Change;
use kernel_auth::{Permission, authorize};
use kernel_core::{Ctx, Error, Result, Role};
use kernel_db::TenantTx;
use kernel_events::Event;
use serde_json::{Value, json};

use super::dto::{NewWebhook, Webhook, WebhookWithSecret};
use super::model::{DELETED, Target, is_wish};
use super::{secrets, store};
use crate::ids::WebhookId;
use crate::state::App;

pub(super) const WEBHOOKS_WRITE: Permission = Permission::new("webhooks:write", Role::Admin);
const DESCRIPTION_CHARACTERS_MAX: usize = 200;
const TYPES_MAX: usize = 50;

/// Makes an endpoint. It gets what happens from now on.
///
/// # Errors
/// `webhook.url`, `webhook.description` or `webhook.event_types` (422).
pub(super) async fn create(app: &App, ctx: &Ctx, new: NewWebhook) -> Result<WebhookWithSecret> {
    authorize(&ctx.actor, WEBHOOKS_WRITE)?;
    Target::read(&new.url, app.webhook_reach)?;
    check(&new)?;
    let webhook = Webhook {
        id: WebhookId::new(),
        url: new.url,
        description: new.description.trim().to_owned(),
        event_types: new.event_types,
        state: "enabled".to_owned(),
        reason: None,
        failing_since: None,
        created_by: ctx.actor.label.clone(),
        created_at: ctx.now(),
    };
    let tx = app.db.tenant_tx(ctx.tenant).await?;
    store::endpoint_insert(&tx, &webhook).await?;
    let (secret, _) = secrets::replace(app, ctx, &tx, webhook.id).await?;
    tell(ctx, &tx, "webhook_endpoint.created", &webhook).await?;
    tx.commit().await?;
    Ok(WebhookWithSecret { webhook, secret: secret.expose().to_owned(), former_secret_until: None })
}

fn check(new: &NewWebhook) -> Result<()> {
    if new.description.chars().count() > DESCRIPTION_CHARACTERS_MAX {
        let detail = format!("A description has at most {DESCRIPTION_CHARACTERS_MAX} characters.");
        let error = Error::unprocessable("webhook.description", detail.clone());
        return Err(error.at("/description", "too_long", detail));
    }
    let wrong = new.event_types.iter().position(|word| !is_wish(word));
    let wrong = wrong.or((new.event_types.len() > TYPES_MAX).then_some(TYPES_MAX));
    if let Some(place) = wrong {
        let detail = format!(
            "Name at most {TYPES_MAX} types, such as `price_change.approved`, or `price.*` for several."
        );
        let error = Error::unprocessable("webhook.event_types", detail.clone());
        return Err(error.at(format!("/event_types/{place}"), "invalid_value", detail));
    }
    Ok(())
}

/// Gives an endpoint another secret; the one before it still signs for a day.
///
/// # Errors
/// There is no such endpoint (404).
pub(super) async fn rotate_secret(app: &App, ctx: &Ctx, id: WebhookId) -> Result<WebhookWithSecret> {
    authorize(&ctx.actor, WEBHOOKS_WRITE)?;
    let tx = app.db.tenant_tx(ctx.tenant).await?;
    let webhook = store::endpoint_lock(&tx, id).await?;
    let (secret, former_secret_until) = secrets::replace(app, ctx, &tx, id).await?;
    tell(ctx, &tx, "webhook_endpoint.secret_rotated", &webhook).await?;
    tx.commit().await?;
    Ok(WebhookWithSecret { webhook, secret: secret.expose().to_owned(), former_secret_until })
}

/// Switches an endpoint off: nothing is sent to it, and what happens meanwhile is not kept for it.
///
/// # Errors
/// There is no such endpoint (404).
pub(super) async fn disable(app: &App, ctx: &Ctx, id: WebhookId) -> Result<Webhook> {
    authorize(&ctx.actor, WEBHOOKS_WRITE)?;
    let tx = app.db.tenant_tx(ctx.tenant).await?;
    let webhook = store::endpoint_lock(&tx, id).await?;
    let reason = format!("switched off by {}", ctx.actor.label);
    let webhook = switch_off(ctx, &tx, webhook, &reason).await?;
    tx.commit().await?;
    Ok(webhook)
}

/// Switches a locked endpoint off, unless it is.
pub(super) async fn switch_off(ctx: &Ctx, tx: &TenantTx, webhook: Webhook, reason: &str) -> Result<Webhook> {
    if webhook.state != "enabled" {
        return Ok(webhook);
    }
    let webhook = store::endpoint_set_state(tx, webhook.id, "disabled", Some(reason)).await?;
    tell(ctx, tx, "webhook_endpoint.disabled", &webhook).await?;
    Ok(webhook)
}

/// Switches an endpoint on again.
///
/// # Errors
/// There is no such endpoint (404), or its address may not be reached any more (`webhook.url`, 422).
pub(super) async fn enable(app: &App, ctx: &Ctx, id: WebhookId) -> Result<Webhook> {
    authorize(&ctx.actor, WEBHOOKS_WRITE)?;
    let tx = app.db.tenant_tx(ctx.tenant).await?;
    let webhook = store::endpoint_lock(&tx, id).await?;
    if webhook.state == "enabled" {
        return Ok(webhook);
    }
    Target::read(&webhook.url, app.webhook_reach)?;
    let webhook = store::endpoint_set_state(&tx, id, "enabled", None).await?;
    tell(ctx, &tx, "webhook_endpoint.enabled", &webhook).await?;
    tx.commit().await?;
    Ok(webhook)
}

/// Deletes an endpoint. Its secrets are forgotten, what is on its way to it is dropped; the log of what was sent stays.
///
/// # Errors
/// There is no such endpoint (404).
pub(super) async fn delete(app: &App, ctx: &Ctx, id: WebhookId) -> Result<()> {
    authorize(&ctx.actor, WEBHOOKS_WRITE)?;
    let tx = app.db.tenant_tx(ctx.tenant).await?;
    store::endpoint_lock(&tx, id).await?;
    let reason = format!("deleted by {}", ctx.actor.label);
    let webhook = store::endpoint_set_state(&tx, id, DELETED, Some(&reason)).await?;
    store::secrets_forget(&tx, id).await?;
    let dropped = store::deliveries_drop(&tx, id, &reason, ctx.now()).await?;
    let mut shown = shown(&webhook);
    shown["dropped"] = dropped.into();
    tell_shown(ctx, &tx, "webhook_endpoint.deleted", &webhook, shown).await?;
    Ok(tx.commit().await?)
}

async fn tell(ctx: &Ctx, tx: &TenantTx, action: &'static str, webhook: &Webhook) -> Result<()> {
    tell_shown(ctx, tx, action, webhook, shown(webhook)).await
}

fn shown(webhook: &Webhook) -> Value {
    json!({
        "url": webhook.url, "event_types": webhook.event_types, "state": webhook.state, "reason": webhook.reason,
    })
}

async fn tell_shown(
    ctx: &Ctx,
    tx: &TenantTx,
    action: &'static str,
    webhook: &Webhook,
    shown: Value,
) -> Result<()> {
    let change = Change {
        action,
        entity_type: "webhook_endpoint",
        entity_id: webhook.id.to_string(),
        before: None,
        after: Some(shown.clone()),
        reason: webhook.reason.clone(),
    };
    kernel_audit::record(ctx, tx, &[change]).await?;
    let event = Event {
        key: format!("{action}/{}/{}", webhook.id, ctx.request_id),
        kind: action,
        entity_type: "webhook_endpoint",
        entity_id: webhook.id.to_string(),
        payload: shown,
    };
    Ok(kernel_events::append(ctx, tx, &[event]).await?)
}
