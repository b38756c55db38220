//! Secrets of endpoints: sealed at once, several valid while one replaces another.

use jiff::{SignedDuration, Timestamp};
use kernel_connect::Secret;
use kernel_core::{Ctx, Error, Result};
use kernel_db::TenantTx;

use super::{sign, store};
use crate::ids::WebhookId;
use crate::state::App;

/// How long a secret that was replaced still signs.
const FORMER_VALID: SignedDuration = SignedDuration::from_hours(24);

/// Makes the endpoint's secret, and says until when those before it still sign.
///
/// # Errors
/// The vault stays shut, or the database refused.
pub(super) async fn replace(
    app: &App,
    ctx: &Ctx,
    tx: &TenantTx,
    id: WebhookId,
) -> Result<(Secret, Option<Timestamp>)> {
    let secret = sign::fresh_secret()?;
    let key = app.channels.tenant_key(ctx, tx).await?;
    let sealed = key.seal(&name_of(id), &secret).map_err(Error::internal)?;
    let until = ctx.now().checked_add(FORMER_VALID).map_err(Error::internal)?;
    let had_one = store::secrets_end(tx, id, until).await?;
    store::secret_insert(ctx, tx, id, &sealed).await?;
    Ok((secret, had_one.then_some(until)))
}

/// The secrets to sign with now, the newest first.
///
/// # Errors
/// The vault stays shut, or the database refused.
pub(super) async fn valid(app: &App, ctx: &Ctx, tx: &TenantTx, id: WebhookId) -> Result<Vec<Secret>> {
    let key = app.channels.tenant_key(ctx, tx).await?;
    let sealed = store::secrets_valid(tx, id, ctx.now()).await?;
    sealed.iter().map(|sealed| key.open(&name_of(id), sealed).map_err(Error::internal)).collect()
}

fn name_of(id: WebhookId) -> String {
    format!("webhook/secret/{id}")
}
