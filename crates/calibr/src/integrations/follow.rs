//! Following a notice: whatever it claims, the shop is read through the tenant's own token, and only what is there counts.

use channel::ChannelError;
use futures_util::FutureExt;
use jiff::SignedDuration;
use kernel_core::{Ctx, Error, Result, failpoint};
use kernel_jobs::{Job, Outcome, hold_lease};
use serde::Deserialize;
use serde_json::json;

use super::store::{self, Notice};
use super::tell;
use crate::channels;
use crate::drifts;
use crate::ids::{ChannelId, NoticeId};
use crate::state::App;

/// The kind of job.
pub const NOTICE: &str = "integrations.notice";

/// When to look again at a product that a run has in its hands.
const LOOK_AGAIN: SignedDuration = SignedDuration::from_secs(30);
/// After this the next sweep sees to it.
const LEFT_TO_SWEEP: SignedDuration = SignedDuration::from_hours(2);
/// How long notices are remembered, so that a repetition is known: the vendor repeats for hours, not for weeks.
const REMEMBERED: SignedDuration = SignedDuration::from_hours(24 * 30);

/// Whether anything follows from a topic.
pub(super) fn is_of_interest(topic: &str) -> bool {
    matches!(
        topic,
        "products/create"
            | "products/update"
            | "products/delete"
            | "app/scopes_update"
            | "app/uninstalled"
            | "customers/data_request"
            | "customers/redact"
            | "shop/redact"
            | "shop/update"
    )
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Payload {
    notice: NoticeId,
}

/// The handler of [`NOTICE`].
pub fn notice_job(app: App, ctx: Ctx, job: Job) -> futures_util::future::BoxFuture<'static, Result<Outcome>> {
    async move {
        let payload: Payload = serde_json::from_value(job.payload.clone()).map_err(Error::internal)?;
        let tx = app.db.tenant_tx(ctx.tenant).await?;
        let Some(notice) = store::notice_waiting(&tx, payload.notice).await? else {
            return Ok(Outcome::Done);
        };
        drop(tx);
        failpoint("integrations.follow.before").await?;
        let outcome = match follow(&app, &ctx, &notice).await? {
            Some(outcome) => outcome,
            None if ctx.now().duration_since(notice.received_at) > LEFT_TO_SWEEP => "left to the next sweep",
            None => {
                let at = ctx.now().checked_add(LOOK_AGAIN).map_err(Error::internal)?;
                let reason = "a run has the product in its hands".to_owned();
                return Ok(Outcome::Again { at, counts: false, reason });
            }
        };
        let tx = app.db.tenant_tx(ctx.tenant).await?;
        hold_lease(&tx, &job).await?;
        let forget_before = ctx.now().checked_sub(REMEMBERED).map_err(Error::internal)?;
        store::notice_end(&tx, payload.notice, notice.channel, outcome, forget_before).await?;
        failpoint("integrations.end_notice.before_commit").await?;
        tx.commit().await?;
        failpoint("integrations.end_notice.after_commit").await?;
        Ok(Outcome::Done)
    }
    .boxed()
}

/// What came of it; `None`: look again later.
async fn follow(app: &App, ctx: &Ctx, notice: &Notice) -> Result<Option<&'static str>> {
    match (notice.topic.as_str(), &notice.subject) {
        ("products/create" | "products/update" | "products/delete", Some(product)) => {
            let examined = drifts::examine_product(app, ctx, notice.channel, product, "webhook").await?;
            Ok(match (examined.undecided, examined.found, examined.compared) {
                (1.., ..) => None,
                (_, 1.., _) => Some("drift found"),
                (_, _, 0) => Some("not in our catalogue"),
                _ => Some("agrees with what we hold"),
            })
        }
        ("app/scopes_update", _) => scopes(app, ctx, notice.channel).await.map(Some),
        ("app/uninstalled", _) => uninstalled(app, ctx, notice.channel).await.map(Some),
        ("shop/redact", _) => redact(app, ctx, notice.channel).await.map(Some),
        ("customers/data_request" | "customers/redact", _) => {
            let tx = app.db.tenant_tx(ctx.tenant).await?;
            let shown = json!({ "topic": notice.topic, "answer": "Calibr holds no data about customers." });
            tell::tell(ctx, &tx, "privacy.requested", notice.channel, shown).await?;
            tx.commit().await?;
            Ok(Some("no data about customers is held"))
        }
        ("shop/update", _) => currency(app, ctx, notice.channel).await.map(Some),
        _ => Ok(Some("nothing follows from it")),
    }
}

/// Whether the shop still lets us in.
async fn still_lets_us_in(app: &App, ctx: &Ctx, channel: ChannelId) -> Result<bool> {
    let connection = match app.channels.open(ctx.tenant, channel).await {
        Ok(connection) => connection,
        // It does not even renew our token.
        Err(error) if error.code == "channel.refused" => return Ok(false),
        Err(error) => return Err(error),
    };
    match connection.shop().await {
        Ok(_) => Ok(true),
        Err(error) if is_shut_out(&error) => Ok(false),
        Err(error) => Err(channels::refused(error)),
    }
}

fn is_shut_out(error: &ChannelError) -> bool {
    ["shopify.unauthorized", "shopify.forbidden", "shopify.not_found"].contains(&error.code.as_str())
}

async fn uninstalled(app: &App, ctx: &Ctx, channel: ChannelId) -> Result<&'static str> {
    if still_lets_us_in(app, ctx, channel).await? {
        return Ok("not believed: the shop still lets us in");
    }
    let tx = app.db.tenant_tx(ctx.tenant).await?;
    if channels::set_disconnected(&tx, channel).await? {
        drifts::sweep_no_more(&tx, channel).await?;
        let shown = json!({ "reason": "The app was uninstalled in the shop." });
        tell::tell(ctx, &tx, "channel.disconnected", channel, shown).await?;
    }
    tx.commit().await?;
    app.channels.forget(channel);
    Ok("disconnected")
}

/// What the shop grants is read anew; without the scope to write, no run is begun.
async fn scopes(app: &App, ctx: &Ctx, channel: ChannelId) -> Result<&'static str> {
    let connection = app.channels.open(ctx.tenant, channel).await?;
    let Some(access) = connection.access() else { return Ok("this connector has no scopes") };
    let granted = access.granted_scopes().await.map_err(channels::refused)?;
    let missing = access.missing_scopes(&granted);
    let tx = app.db.tenant_tx(ctx.tenant).await?;
    if channels::set_missing_scopes(&tx, channel, &missing).await? {
        let shown = json!({ "granted": granted, "missing": missing });
        tell::tell(ctx, &tx, "channel.scopes_changed", channel, shown).await?;
    }
    tx.commit().await?;
    Ok(if missing.is_empty() { "everything needed is granted" } else { "scopes are missing" })
}

/// Forgets the secrets of a shop that is gone. What we know of its prices is the tenant's own record.
async fn redact(app: &App, ctx: &Ctx, channel: ChannelId) -> Result<&'static str> {
    if still_lets_us_in(app, ctx, channel).await? {
        return Ok("not believed: the shop still lets us in");
    }
    let tx = app.db.tenant_tx(ctx.tenant).await?;
    channels::set_disconnected(&tx, channel).await?;
    channels::forget_secrets(&tx, channel).await?;
    store::hook_delete(&tx, channel).await?;
    drifts::sweep_no_more(&tx, channel).await?;
    tell::tell(ctx, &tx, "channel.redacted", channel, json!({ "forgotten": "credentials and secrets" }))
        .await?;
    tx.commit().await?;
    app.channels.forget(channel);
    Ok("credentials and secrets forgotten")
}

/// A shop that changes its currency changes the meaning of every price.
async fn currency(app: &App, ctx: &Ctx, channel: ChannelId) -> Result<&'static str> {
    let tx = app.db.tenant_tx(ctx.tenant).await?;
    let record = channels::channel_by_id(&tx, channel).await?;
    let project = crate::accounts::project_by_id(&tx, record.project).await?;
    drop(tx);
    let connection = app.channels.open(ctx.tenant, channel).await?;
    let shop = connection.shop().await.map_err(channels::refused)?;
    if shop.currency == project.currency {
        return Ok("the shop's currency is the project's");
    }
    let tx = app.db.tenant_tx(ctx.tenant).await?;
    if channels::set_disconnected(&tx, channel).await? {
        drifts::sweep_no_more(&tx, channel).await?;
        let reason = format!("The shop sells in {} now, the project in {}.", shop.currency, project.currency);
        tell::tell(ctx, &tx, "channel.disconnected", channel, json!({ "reason": reason })).await?;
    }
    tx.commit().await?;
    Ok("the shop changed its currency")
}
