//! Where webhooks arrive. Each has one defined answer: not ours (404), not signed or another shop's (401), too large
//! (413), known already or not of interest (200), taken (200). What is taken is a hint, followed by a job.

use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, Path, State};
use axum::http::HeaderMap;
use axum::routing::post;
use connector_shopify::{is_signed, product_of};
use jiff::Timestamp;
use kernel_connect::Secret;
use kernel_core::{Actor, Ctx, Error, ErrorKind, TenantId, failpoint};
use kernel_http::ApiResult;
use kernel_jobs::{Limit, NewJob, enqueue};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::follow::{NOTICE, is_of_interest};
use super::store::{self, NewNotice};
use super::{address, listen};
use crate::channels;
use crate::ids::{ChannelId, NoticeId};
use crate::state::App;

/// A product of 100 variants in full and 2,048 ids stays far below.
const BODY_BYTES_MAX: usize = 4 * 1024 * 1024;
/// Hints of one shop that are followed at once, so that a flood of them leaves room for the others' work.
const FOLLOWED_AT_ONCE: u32 = 2;
/// Ids from headers are kept up to this length.
const ID_CHARS_MAX: usize = 200;

/// The routes that shops knock at. They are the vendor's protocol and no part of our API.
pub fn hooks() -> Router<App> {
    Router::new().route(address::ROUTE, post(take)).layer(DefaultBodyLimit::max(BODY_BYTES_MAX))
}

async fn take(
    State(app): State<App>,
    Path((tenant, channel, secret)): Path<(String, String, String)>,
    headers: HeaderMap,
    body: Bytes,
) -> ApiResult<()> {
    let (Ok(tenant), Ok(channel)) = (tenant.parse::<TenantId>(), channel.parse::<ChannelId>()) else {
        return Err(nobody().into());
    };
    let ctx = Ctx::new(tenant, Actor::system("webhook"), app.clock.clone());
    let tx = app.db.tenant_tx(tenant).await?;
    let hook = store::hook_find(&tx, channel).await?.ok_or_else(nobody)?;
    if !address::fits(&secret, &hook) {
        return Err(nobody().into());
    }
    let record = channels::channel_by_id(&tx, channel).await?;
    let mut secrets: Vec<Secret> = Vec::new();
    for name in listen::SECRET_NAMES {
        secrets.extend(app.channels.open_secret(&tx, channel, name).await?);
    }
    let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if !is_signed(&body, header("x-shopify-hmac-sha256"), &secrets) {
        return Err(refuse("webhook.signature", "The signature does not fit the body.").into());
    }
    if !header("x-shopify-shop-domain").eq_ignore_ascii_case(&record.channel.name) {
        return Err(refuse("webhook.other_shop", "This address belongs to another shop.").into());
    }
    let notice = notice(channel, &headers, &body);
    let waits = notice.state == "waiting";
    if store::notice_insert(&ctx, &tx, &notice).await? && waits {
        enqueue(&ctx, &tx, &[job(&ctx, channel, notice.id)]).await?;
    }
    failpoint("integrations.take.before_commit").await?;
    tx.commit().await?;
    failpoint("integrations.take.after_commit").await?;
    Ok(())
}

fn notice(channel: ChannelId, headers: &HeaderMap, body: &[u8]) -> NewNotice {
    let header = |name: &str| -> Option<String> {
        let text = headers.get(name)?.to_str().ok()?;
        Some(text.chars().take(ID_CHARS_MAX).collect())
    };
    let topic = header("x-shopify-topic").unwrap_or_default().to_lowercase();
    let parsed: Option<Value> = serde_json::from_slice(body).ok();
    let subject = parsed.as_ref().filter(|_| topic.starts_with("products/")).and_then(product_of);
    let (state, outcome) = match (&parsed, is_of_interest(&topic)) {
        (None, _) => ("ignored", "not JSON"),
        (_, false) => ("ignored", "not of interest"),
        (_, true) if topic.starts_with("products/") && subject.is_none() => ("ignored", "names no product"),
        _ => ("waiting", ""),
    };
    let body_digest = Sha256::digest(body).to_vec();
    let by_body = || body_digest.iter().map(|byte| format!("{byte:02x}")).collect();
    NewNotice {
        id: NoticeId::new(),
        channel,
        topic,
        webhook_id: header("x-shopify-webhook-id").filter(|id| !id.is_empty()).unwrap_or_else(by_body),
        event_id: header("x-shopify-event-id"),
        subject,
        triggered_at: header("x-shopify-triggered-at").and_then(|text| text.parse::<Timestamp>().ok()),
        state,
        outcome,
        body_digest,
    }
}

fn job(ctx: &Ctx, channel: ChannelId, notice: NoticeId) -> NewJob {
    let limit = Limit { key: format!("{NOTICE}/{channel}"), running: FOLLOWED_AT_ONCE };
    NewJob { limit: Some(limit), ..NewJob::new(NOTICE, json!({ "notice": notice }), ctx.now()) }
}

/// The same for a wrong tenant, channel and secret, so that nobody learns which it was.
fn nobody() -> Error {
    Error::new(ErrorKind::NotFound, "not_found", "There is nothing at this address.")
}

fn refuse(code: &'static str, detail: &str) -> Error {
    Error::new(ErrorKind::Unauthenticated, code, detail)
}
