//! Access tokens that end: renewed a while before, or when the shop refuses one, by one at a time for each shop, in whatever
//! process. Nobody else waits for it, and no connection to the database is held while the shop is asked.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use connector_shopify::oauth::{self, Grant, ShopifyApp};
use jiff::{SignedDuration, Timestamp};
use kernel_connect::Secret;
use kernel_core::{Actor, Ctx, Error, ErrorKind, Result, TenantId};
use kernel_db::TenantTx;
use serde_json::json;

use super::connect::{SHOPIFY, announce_token, refused};
use super::open::Channels;
use super::store;
use crate::ids::ChannelId;

/// A token is renewed when it would end within this time. Work that takes longer renews it when it is refused.
const MARGIN: SignedDuration = SignedDuration::from_mins(10);
/// Whoever renews is waited for so long: longer than the call to the shop can take.
const CLAIM_LASTS: SignedDuration = SignedDuration::from_secs(30);
/// How often those in other processes look whether it is done, and for how long: longer than a claim lasts.
const LOOK_EVERY: Duration = Duration::from_millis(100);
const LOOKS_MAX: usize = 350;

/// Why a token is to be renewed.
#[derive(Debug, Clone)]
pub(super) enum Stale {
    /// It ends soon, unless it was renewed meanwhile.
    EndsSoon,
    /// The shop refused this one.
    Refused(Secret),
}

/// Who renews in this process, for each channel.
#[derive(Debug, Clone, Default)]
pub(super) struct Turns(Arc<Mutex<HashMap<ChannelId, Arc<Turn>>>>);

#[derive(Debug, Default)]
struct Turn {
    lock: tokio::sync::Mutex<()>,
    /// How often the shop did not answer: whoever waited for that is told so, and does not wait as long again.
    unanswered: AtomicU64,
}

impl Turns {
    fn of(&self, id: ChannelId) -> Arc<Turn> {
        let mut turns = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(turns.entry(id).or_default())
    }
}

/// What there is to do about a token.
enum Claim {
    /// Nothing: this is the one to use.
    Fresh(Secret),
    /// Nothing can be done: nothing is known that renews it.
    Impossible,
    /// Another process is at it.
    Taken,
    /// It is ours to renew.
    Ours(Claimed),
}

/// What renews a token, and until when that is ours.
struct Claimed {
    until: Timestamp,
    base_url: String,
    shopify: ShopifyApp,
    refresh_token: Secret,
}

impl Channels {
    /// Whether a token should not be used for anything new.
    pub(super) fn ends_soon(&self, ends_at: Option<Timestamp>) -> bool {
        ends_at.is_some_and(|ends_at| ends_at.duration_since(self.clock.now()) <= MARGIN)
    }

    /// Whether a token has not ended.
    pub(super) fn is_good(&self, ends_at: Option<Timestamp>) -> bool {
        ends_at.is_none_or(|ends_at| ends_at > self.clock.now())
    }

    /// Renews the token of a channel, unless another did meanwhile. Answers with the one to use; `None` if nothing renews it.
    ///
    /// # Errors
    /// The shop refuses (`channel.refused`, 422): its owner must consent anew. Or it does not answer.
    pub(super) async fn renew(
        &self,
        tenant: TenantId,
        id: ChannelId,
        stale: Stale,
    ) -> Result<Option<Secret>> {
        let channels = self.clone();
        // A refresh token that is sent must not lose its answer because whoever wanted it has gone.
        let renewal = tokio::spawn(async move { channels.renew_in_turn(tenant, id, &stale).await });
        renewal.await.map_err(Error::internal)?
    }

    async fn renew_in_turn(&self, tenant: TenantId, id: ChannelId, stale: &Stale) -> Result<Option<Secret>> {
        let turn = self.turns.of(id);
        let unanswered = turn.unanswered.load(Ordering::SeqCst);
        let _held = turn.lock.lock().await;
        if turn.unanswered.load(Ordering::SeqCst) != unanswered {
            return Err(not_yet());
        }
        for _ in 0..LOOKS_MAX {
            match self.claim_renewal(tenant, id, stale).await? {
                Claim::Fresh(secret) => return Ok(Some(secret)),
                Claim::Impossible => return Ok(None),
                Claim::Taken => tokio::time::sleep(LOOK_EVERY).await,
                Claim::Ours(claimed) => {
                    let grant =
                        oauth::refresh(&claimed.base_url, &claimed.shopify, &claimed.refresh_token).await;
                    let renewed = self.take_grant(tenant, id, &claimed, grant).await;
                    if renewed.as_ref().is_err_and(|error| error.kind == ErrorKind::Unavailable) {
                        turn.unanswered.fetch_add(1, Ordering::SeqCst);
                    }
                    if let Some(secret) = renewed? {
                        return Ok(Some(secret));
                    }
                }
            }
        }
        Err(not_yet())
    }

    async fn claim_renewal(&self, tenant: TenantId, id: ChannelId, stale: &Stale) -> Result<Claim> {
        let tx = self.db.tenant_tx(tenant).await?;
        let token = store::token_lock(&tx, id).await?;
        let (_, current) = self.open_credential(&tx, SHOPIFY, id).await?;
        let is_stale = match stale {
            Stale::EndsSoon => self.ends_soon(token.ends_at),
            Stale::Refused(refused) => current == *refused,
        };
        if !is_stale {
            return Ok(Claim::Fresh(current));
        }
        let refresh_token = self.open_secret(&tx, id, REFRESH_TOKEN).await?;
        let client_secret = self.open_secret(&tx, id, CLIENT_SECRET).await?;
        let (Some(client_id), Some(client_secret), Some(refresh_token)) =
            (token.client_id, client_secret, refresh_token)
        else {
            return Ok(Claim::Impossible);
        };
        let now = self.clock.now();
        if token.renewing_until.is_some_and(|until| until > now) {
            return Ok(Claim::Taken);
        }
        let until = now.checked_add(CLAIM_LASTS).map_err(Error::internal)?;
        let until = store::token_claim(&tx, id, until).await?;
        tx.commit().await?;
        let shopify = ShopifyApp { client_id, client_secret };
        Ok(Claim::Ours(Claimed { until, base_url: token.base_url, shopify, refresh_token }))
    }

    /// Keeps what the shop granted. `None` if the renewal was not ours any more: somebody connected the shop again, or took
    /// us for dead.
    async fn take_grant(
        &self,
        tenant: TenantId,
        id: ChannelId,
        claimed: &Claimed,
        grant: channel::Result<Grant>,
    ) -> Result<Option<Secret>> {
        let ctx = Ctx::new(tenant, Actor::system("renew_token"), self.clock.clone());
        let tx = self.db.tenant_tx(tenant).await?;
        if store::token_lock(&tx, id).await?.renewing_until != Some(claimed.until) {
            return Ok(None);
        }
        match grant {
            Ok(grant) => {
                self.seal_credential(&ctx, &tx, SHOPIFY, id, &grant.access_token).await?;
                self.keep_grant(&ctx, &tx, id, &claimed.shopify, &grant).await?;
                announce_token(&ctx, &tx, id, json!({ "scopes": grant.scopes })).await?;
                tx.commit().await?;
                Ok(Some(grant.access_token))
            }
            Err(error) => {
                store::token_release(&tx, id).await?;
                tx.commit().await?;
                Err(refused(error))
            }
        }
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

    /// Forgets what renewed the token of a channel, which gets another that has nothing to do with it.
    ///
    /// # Errors
    /// The database refused.
    pub(super) async fn forget_renewal(&self, ctx: &Ctx, tx: &TenantTx, id: ChannelId) -> Result<()> {
        self.seal_secret(ctx, tx, id, REFRESH_TOKEN, &Secret::new("")).await
    }
}

fn not_yet() -> Error {
    let detail = "The shop did not answer when its access token was to be renewed. Try again later.";
    Error::new(ErrorKind::Unavailable, "channel.unavailable", detail)
}

/// Under these names the app's secret and the refresh token are sealed.
const CLIENT_SECRET: &str = "client_secret";
const REFRESH_TOKEN: &str = "refresh_token";
