//! Access tokens that end: renewed a while before, by one at a time for each shop, in whatever process.

use connector_shopify::oauth::{self, Grant, ShopifyApp};
use jiff::{SignedDuration, Timestamp};
use kernel_core::{Actor, Ctx, Error, Result};
use kernel_db::TenantTx;
use serde_json::json;

use super::connect::refused;
use super::open::Channels;
use super::store;
use crate::ids::ChannelId;

/// A token is renewed when it would end within this time: longer than any work with one connection takes.
const MARGIN: SignedDuration = SignedDuration::from_mins(10);

impl Channels {
    /// Whether a token should not be used for anything new.
    pub(super) fn ends_soon(&self, ends_at: Option<Timestamp>) -> bool {
        ends_at.is_some_and(|ends_at| ends_at.duration_since(self.clock.now()) <= MARGIN)
    }

    /// Renews the token of a channel, unless another did meanwhile. The channel's row is held, so that of several only
    /// one asks the shop: a refresh token is good for one renewal.
    ///
    /// # Errors
    /// The shop refuses: its owner must consent anew.
    pub(super) async fn renew(&self, tenant: kernel_core::TenantId, id: ChannelId) -> Result<()> {
        let ctx = Ctx::new(tenant, Actor::system("renew_token"), self.clock.clone());
        let tx = self.db.tenant_tx(tenant).await?;
        let token = store::token_lock(&tx, id).await?;
        if !self.ends_soon(token.ends_at) {
            return Ok(());
        }
        let missing = || Error::internal(format!("no way to renew the token of {id}"));
        let client_secret = self.open_secret(&tx, id, CLIENT_SECRET).await?.ok_or_else(missing)?;
        let refresh_token = self.open_secret(&tx, id, REFRESH_TOKEN).await?.ok_or_else(missing)?;
        let shopify = ShopifyApp { client_id: token.client_id.ok_or_else(missing)?, client_secret };
        let grant = oauth::refresh(&token.base_url, &shopify, &refresh_token).await.map_err(refused)?;
        self.seal_credential(&ctx, &tx, "shopify", id, &grant.access_token).await?;
        self.keep_grant(&ctx, &tx, id, &shopify, &grant).await?;
        super::connect::announce_token(&ctx, &tx, id, json!({ "scopes": grant.scopes })).await?;
        Ok(tx.commit().await?)
    }

    /// Keeps what renews a grant, and when it ends.
    ///
    /// # Errors
    /// The vault stays shut, or the database refused.
    pub(super) async fn keep_grant(
        &self,
        ctx: &Ctx,
        tx: &TenantTx,
        id: ChannelId,
        shopify: &ShopifyApp,
        grant: &Grant,
    ) -> Result<()> {
        self.seal_secret(ctx, tx, id, CLIENT_SECRET, &shopify.client_secret).await?;
        if let Some(refresh_token) = &grant.refresh_token {
            self.seal_secret(ctx, tx, id, REFRESH_TOKEN, refresh_token).await?;
        }
        let lives = grant.expires_in_s.map(SignedDuration::from_secs);
        let ends_at = lives.map(|lives| ctx.now().checked_add(lives)).transpose().map_err(Error::internal)?;
        store::token_set(tx, id, ends_at, &shopify.client_id).await
    }
}

/// Under these names the app's secret and the refresh token are sealed.
const CLIENT_SECRET: &str = "client_secret";
const REFRESH_TOKEN: &str = "refresh_token";
