//! What people do about deliveries: retry, drop, replay; with audit and event.

use kernel_audit::Change;
use kernel_auth::{Permission, authorize};
use kernel_core::{Ctx, Error, Result, Role};
use kernel_db::TenantTx;
use kernel_events::{DeadLetterId, consumer_exists};
use serde_json::{Value, json};

use super::drained;
use super::dto::{DeadLetter, NewReplay, Replay};
use crate::state::App;

const EVENTS_WRITE: Permission = Permission::new("events:write", Role::Admin);
const NOTE_CHARACTERS_MAX: usize = 500;

/// Has a dead letter delivered again.
///
/// # Errors
/// `dead_letter.settled` or `dead_letter.dropped` (409): nothing is left to retry.
pub(super) async fn retry(app: &App, ctx: &Ctx, id: DeadLetterId) -> Result<DeadLetter> {
    authorize(&ctx.actor, EVENTS_WRITE)?;
    let tx = app.db.tenant_tx(ctx.tenant).await?;
    let letter: DeadLetter = kernel_events::retry_dead_letter(ctx, &tx, id).await?.into();
    let after = json!({ "state": letter.state, "consumer": letter.consumer, "event_id": letter.event_id });
    tell(ctx, &tx, "dead_letter.retried", ("dead_letter", id.to_string()), None, after).await?;
    tx.commit().await?;
    Ok(letter)
}

/// Has all dead letters of a consumer delivered again, and says how many.
///
/// # Errors
/// There is no such consumer (404).
pub(super) async fn retry_all(app: &App, ctx: &Ctx, consumer: &str) -> Result<u64> {
    authorize(&ctx.actor, EVENTS_WRITE)?;
    let tx = app.db.tenant_tx(ctx.tenant).await?;
    if !consumer_exists(&tx, consumer).await? {
        return Err(Error::not_found("consumer", consumer));
    }
    let retried = kernel_events::retry_dead_letters(ctx, &tx, consumer).await?;
    let first = retried.first().map(ToString::to_string);
    let last = retried.last().map(ToString::to_string);
    let after = json!({ "consumer": consumer, "retried": retried.len(), "first": first, "last": last });
    tell(ctx, &tx, "dead_letters.retried", ("consumer", consumer.to_owned()), None, after).await?;
    tx.commit().await?;
    Ok(retried.len() as u64)
}

/// Gives a dead letter up for good.
///
/// # Errors
/// `dead_letter.note` (422); `dead_letter.settled`, `dead_letter.dropped` or `dead_letter.retrying` (409).
pub(super) async fn drop_letter(app: &App, ctx: &Ctx, id: DeadLetterId, note: &str) -> Result<DeadLetter> {
    authorize(&ctx.actor, EVENTS_WRITE)?;
    let note = note.trim();
    if note.is_empty() || note.chars().count() > NOTE_CHARACTERS_MAX {
        let detail = format!("Say why in 1 to {NOTE_CHARACTERS_MAX} characters, for whoever asks later.");
        return Err(Error::unprocessable("dead_letter.note", detail.clone()).at(
            "/note",
            "invalid_value",
            detail,
        ));
    }
    let tx = app.db.tenant_tx(ctx.tenant).await?;
    let letter: DeadLetter = kernel_events::drop_dead_letter(ctx, &tx, id, note).await?.into();
    let after = json!({ "state": letter.state, "consumer": letter.consumer, "event_id": letter.event_id });
    tell(ctx, &tx, "dead_letter.dropped", ("dead_letter", id.to_string()), Some(note), after).await?;
    drained::report(ctx, &tx, &letter.consumer).await?;
    tx.commit().await?;
    Ok(letter)
}

/// Forgets a consumer that no server runs any more.
///
/// # Errors
/// `consumer.in_use` (409): a server reads for it, or did within the last hour; there is no such consumer (404).
pub(super) async fn forget(app: &App, ctx: &Ctx, consumer: &str) -> Result<()> {
    authorize(&ctx.actor, EVENTS_WRITE)?;
    let tx = app.db.tenant_tx(ctx.tenant).await?;
    kernel_events::forget_consumer(&tx, consumer, ctx.now()).await?;
    let after = json!({ "consumer": consumer });
    tell(ctx, &tx, "consumer.forgotten", ("consumer", consumer.to_owned()), None, after).await?;
    tx.commit().await?;
    Ok(())
}

/// Delivers a span of events once more to one consumer.
///
/// # Errors
/// `replay.span` (422): the span is empty; there is no such consumer (404).
pub(super) async fn replay(app: &App, ctx: &Ctx, new: NewReplay) -> Result<Replay> {
    authorize(&ctx.actor, EVENTS_WRITE)?;
    let NewReplay { consumer, from_position, to_position } = new;
    let tx = app.db.tenant_tx(ctx.tenant).await?;
    let new = kernel_events::NewReplay { consumer, from_position, to_position };
    let replay: Replay = kernel_events::request_replay(ctx, &tx, &new).await?.into();
    let after =
        json!({ "consumer": replay.consumer, "from_position": from_position, "to_position": to_position });
    tell(ctx, &tx, "replay.requested", ("replay", replay.id.to_string()), None, after).await?;
    tx.commit().await?;
    Ok(replay)
}

pub(super) async fn tell(
    ctx: &Ctx,
    tx: &TenantTx,
    action: &'static str,
    (entity_type, entity_id): (&'static str, String),
    reason: Option<&str>,
    after: Value,
) -> Result<()> {
    let event = kernel_events::Event {
        key: format!("{action}/{entity_id}/{}", ctx.request_id),
        kind: action,
        entity_type,
        entity_id: entity_id.clone(),
        payload: after.clone(),
    };
    kernel_events::append(ctx, tx, &[event]).await?;
    let reason = reason.map(ToOwned::to_owned);
    let change = Change { action, entity_type, entity_id, before: None, after: Some(after), reason };
    Ok(kernel_audit::record(ctx, tx, &[change]).await?)
}
