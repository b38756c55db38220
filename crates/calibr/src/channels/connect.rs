//! Connecting a shop: the credential is tried, sealed and never shown again.

use kernel_audit::Change;
use kernel_auth::{Permission, authorize};
use kernel_connect::{Credential, Secret};
use kernel_core::{Ctx, Error, ErrorKind, Result, Role};
use kernel_db::TenantTx;
use kernel_events::Event;
use serde_json::json;

use super::dto::{Channel, NewChannel};
use super::store::{self, ChannelRecord};
use crate::accounts::{self, dto::Project};
use crate::ids::ChannelId;
use crate::state::App;

const CHANNELS_WRITE: Permission = Permission::new("channels:write", Role::Admin);
pub(super) const SHOPIFY: &str = "shopify";

/// Connects a Shopify shop to a project after asking the shop who it is. One that is connected already gets the new
/// credential in place of the old.
///
/// # Errors
/// `channel.refused` (422): the shop does not let us in; `channel.currency` (422): its currency is another than the
/// project's.
pub async fn connect_channel(
    app: &App,
    ctx: &Ctx,
    project: Option<&str>,
    new: NewChannel,
) -> Result<Channel> {
    authorize(&ctx.actor, CHANNELS_WRITE)?;
    let tx = app.db.tenant_tx(ctx.tenant).await?;
    let project = accounts::resolve_project(&tx, project).await?;
    drop(tx);
    let base_url = new.base_url.unwrap_or_else(|| format!("https://{}", new.shop_domain));
    let proved = Proved::ask(app, &project, base_url, Secret::new(new.access_token)).await?;
    let tx = app.db.tenant_tx(ctx.tenant).await?;
    let channel = connect_shop(app, ctx, &tx, &project, &proved).await?;
    tx.commit().await?;
    Ok(channel)
}

/// A token that a shop took, and the shop's name.
pub(super) struct Proved {
    pub name: String,
    base_url: String,
    secret: Secret,
}

impl Proved {
    /// Asks the shop who it is, outside of any transaction.
    ///
    /// # Errors
    /// `channel.refused`, `channel.currency` (422).
    pub async fn ask(app: &App, project: &Project, base_url: String, secret: Secret) -> Result<Self> {
        let credential = Credential::from(secret.clone());
        let shop = app.channels.connect(SHOPIFY, &base_url, credential)?.shop().await.map_err(refused)?;
        if shop.currency != project.currency {
            let detail = format!(
                "The shop {} sells in {}, the project {} in {}. Connect it to a project with its currency.",
                shop.domain, shop.currency, project.slug, project.currency
            );
            return Err(Error::unprocessable("channel.currency", detail));
        }
        Ok(Self { name: shop.domain, base_url, secret })
    }
}

/// Connects a shop, or connects it again, in the caller's transaction.
pub(super) async fn connect_shop(
    app: &App,
    ctx: &Ctx,
    tx: &TenantTx,
    project: &Project,
    proved: &Proved,
) -> Result<Channel> {
    let Proved { name, base_url, secret } = proved;
    let mut again = store::channel_reconnect(tx, project.id, SHOPIFY, name, base_url).await?;
    if again.is_none() {
        let channel = Channel {
            id: ChannelId::new(),
            connector: SHOPIFY.to_owned(),
            name: name.clone(),
            state: "connected".to_owned(),
            created_at: ctx.now(),
            ingested_at: None,
            reading: None,
        };
        let base_url = base_url.clone();
        let record = ChannelRecord { channel, project: project.id, base_url, token_ends_at: None };
        if store::channel_insert(ctx, tx, &record).await? {
            app.channels.seal_credential(ctx, tx, SHOPIFY, record.channel.id, secret).await?;
            announce(ctx, tx, "channel.connected", &record.channel, &project.slug).await?;
            return Ok(record.channel);
        }
        // Somebody else connected it at the same moment.
        again = store::channel_reconnect(tx, project.id, SHOPIFY, name, &record.base_url).await?;
    }
    let again =
        again.ok_or_else(|| Error::internal("a shop that is connected already is not there"))?.channel;
    app.channels.forget_renewal(ctx, tx, again.id).await?;
    app.channels.seal_credential(ctx, tx, SHOPIFY, again.id, secret).await?;
    announce(ctx, tx, "channel.reconnected", &again, &project.slug).await?;
    Ok(again)
}

async fn announce(
    ctx: &Ctx,
    tx: &TenantTx,
    action: &'static str,
    channel: &Channel,
    project: &str,
) -> Result<()> {
    let shown = json!({ "connector": SHOPIFY, "name": channel.name, "project": project });
    let change = Change {
        action,
        entity_type: "channel",
        entity_id: channel.id.to_string(),
        before: None,
        after: Some(shown.clone()),
        reason: None,
    };
    kernel_audit::record(ctx, tx, &[change]).await?;
    let event = Event {
        key: format!("{action}/{}/{}", channel.id, ctx.now().as_microsecond()),
        kind: action,
        entity_type: "channel",
        entity_id: channel.id.to_string(),
        payload: shown,
    };
    Ok(kernel_events::append(ctx, tx, &[event]).await?)
}

/// Records that the token of a channel was renewed.
pub(super) async fn announce_token(
    ctx: &Ctx,
    tx: &TenantTx,
    id: ChannelId,
    shown: serde_json::Value,
) -> Result<()> {
    let action = "channel.token_renewed";
    let change = Change {
        action,
        entity_type: "channel",
        entity_id: id.to_string(),
        before: None,
        after: Some(shown.clone()),
        reason: None,
    };
    kernel_audit::record(ctx, tx, &[change]).await?;
    let event = Event {
        key: format!("{action}/{id}/{}", ctx.now().as_microsecond()),
        kind: action,
        entity_type: "channel",
        entity_id: id.to_string(),
        payload: shown,
    };
    Ok(kernel_events::append(ctx, tx, &[event]).await?)
}

/// Tells the application that a shop answers at another address, as a simulated one does after a restart. `None` if no
/// shop of this name is connected.
///
/// # Errors
/// The database refused.
pub async fn move_channel(app: &App, ctx: &Ctx, name: &str, base_url: &str) -> Result<Option<Channel>> {
    authorize(&ctx.actor, CHANNELS_WRITE)?;
    let tx = app.db.tenant_tx(ctx.tenant).await?;
    let moved = store::channel_set_base_url(&tx, name, base_url).await?;
    tx.commit().await?;
    Ok(moved.map(|record| record.channel))
}

/// What a shop says in refusal, for whoever asked; connectors take secrets out of it.
pub(crate) fn refused(error: channel::ChannelError) -> Error {
    match error.class {
        channel::RetryClass::Never => Error::unprocessable("channel.refused", error.message),
        _ => Error::new(ErrorKind::Unavailable, "channel.unavailable", error.message),
    }
}
