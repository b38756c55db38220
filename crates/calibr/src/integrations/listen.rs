//! Setting up a shop's webhooks: a secret address, the secret that signs, the subscriptions at the shop.

use kernel_auth::{Permission, authorize};
use kernel_connect::Secret;
use kernel_core::{Ctx, Error, Result, Role};
use serde_json::json;

use super::dto::{Listening, NewListening};
use super::{address, store, tell};
use crate::channels;
use crate::drifts;
use crate::ids::ChannelId;
use crate::state::App;

const CHANNELS_WRITE: Permission = Permission::new("channels:write", Role::Admin);

/// Names under which a channel's client secrets are sealed: the present one, and the one before.
pub(super) const SECRET_NAMES: [&str; 2] = ["client_secret", "previous_client_secret"];

/// Listens to a shop. Asked again, the address changes and the old one goes dead.
///
/// # Errors
/// There is no such channel (404), `listening.address` (422), or the shop refuses the subscriptions.
pub(super) async fn listen(app: &App, ctx: &Ctx, id: ChannelId, new: NewListening) -> Result<Listening> {
    authorize(&ctx.actor, CHANNELS_WRITE)?;
    if !new.public_url.starts_with("https://") && !new.public_url.starts_with("http://127.0.0.1:") {
        let detail = "Give the address under which shops reach this server, beginning with `https://`.";
        return Err(Error::unprocessable("listening.address", detail).at("/public_url", "scheme", detail));
    }
    if new.client_secret.trim().is_empty() {
        let detail = "The client secret of the app is missing.";
        return Err(Error::unprocessable("listening.secret", detail).at(
            "/client_secret",
            "required",
            detail,
        ));
    }
    let tx = app.db.tenant_tx(ctx.tenant).await?;
    channels::channel_by_id(&tx, id).await?;
    let secret = address::fresh_secret()?;
    store::hook_upsert(ctx, &tx, id, &address::digest(&secret)).await?;
    let previous = new.previous_secret.unwrap_or_default();
    for (name, text) in SECRET_NAMES.iter().zip([new.client_secret, previous]) {
        app.channels.seal_secret(ctx, &tx, id, name, &Secret::new(text)).await?;
    }
    drifts::sweep_nightly(ctx, &tx, id).await?;
    let address = address::address(&new.public_url, ctx.tenant, id, &secret);
    tell::tell(ctx, &tx, "channel.listening", id, json!({ "public_url": new.public_url })).await?;
    // The address must answer before the shop is told of it.
    tx.commit().await?;
    let connection = app.channels.open(ctx.tenant, id).await?;
    let topics = match connection.notices() {
        Some(notices) => notices.subscribe(&address).await.map_err(channels::refused)?,
        None => Vec::new(),
    };
    Ok(Listening { address, topics })
}
