//! Webhooks over HTTP.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use kernel_auth::{Permission, authorize};
use kernel_core::Role;
use kernel_http::{
    ApiJson, ApiPath, ApiResult, Caller, ListQuery, NoFilter, PageBody, PageParams, ProblemBody, once,
};
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::router::{OpenApiRouter, UtoipaMethodRouterExt};
use utoipa_axum::routes;

use super::dto::{NewWebhook, Webhook, WebhookDelivery, WebhookWithSecret};
use super::{endpoints, resend, store};
use crate::ids::{WebhookDeliveryId, WebhookId};
use crate::price_changes::known_word;
use crate::state::App;

const WEBHOOKS_READ: Permission = Permission::new("webhooks:read", Role::Viewer);
const DELIVERY_STATES: [&str; 4] = ["pending", "delivered", "failed", "dropped"];

/// The routes of this feature.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list_webhooks))
        .routes(routes!(create_webhook).map(once))
        .routes(routes!(delete_webhook))
        .routes(routes!(rotate_webhook_secret).map(once))
        .routes(routes!(disable_webhook).map(once))
        .routes(routes!(enable_webhook).map(once))
        .routes(routes!(list_webhook_deliveries))
        .routes(routes!(resend_webhook_delivery).map(once))
}

/// List webhooks.
#[utoipa::path(get, path = "/api/v1/webhooks", tag = "webhooks", params(PageParams), responses(
    (status = 200, body = PageBody<Webhook>), (status = 403, body = ProblemBody)))]
async fn list_webhooks(
    State(app): State<App>,
    Caller(ctx): Caller,
    query: ListQuery<NoFilter>,
) -> ApiResult<Json<PageBody<Webhook>>> {
    authorize(&ctx.actor, WEBHOOKS_READ)?;
    let tx = app.db.tenant_tx(ctx.tenant).await?;
    Ok(Json(store::endpoint_list(&tx, &query.page).await?.into()))
}

/// Have events sent to an address. The secret is shown this once.
#[utoipa::path(post, path = "/api/v1/webhooks", tag = "webhooks", request_body = NewWebhook,
    params(("Idempotency-Key" = String, Header)), responses(
    (status = 201, body = WebhookWithSecret), (status = 403, body = ProblemBody),
    (status = 422, body = ProblemBody)))]
async fn create_webhook(
    State(app): State<App>,
    Caller(ctx): Caller,
    ApiJson(body): ApiJson<NewWebhook>,
) -> ApiResult<(StatusCode, Json<WebhookWithSecret>)> {
    Ok((StatusCode::CREATED, Json(endpoints::create(&app, &ctx, body).await?)))
}

/// Delete a webhook. What is on its way to it is dropped with a note; nothing is sent to it any more.
#[utoipa::path(delete, path = "/api/v1/webhooks/{id}", tag = "webhooks", params(("id" = WebhookId, Path)), responses(
    (status = 204, description = "Nothing is sent to it any more"), (status = 403, body = ProblemBody),
    (status = 404, body = ProblemBody)))]
async fn delete_webhook(
    State(app): State<App>,
    Caller(ctx): Caller,
    ApiPath(id): ApiPath<WebhookId>,
) -> ApiResult<StatusCode> {
    endpoints::delete(&app, &ctx, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Replace a webhook's secret. Deliveries are signed with the one before it too, for a day.
#[utoipa::path(post, path = "/api/v1/webhooks/{id}/rotate-secret", tag = "webhooks",
    params(("id" = WebhookId, Path), ("Idempotency-Key" = String, Header)), responses(
    (status = 200, body = WebhookWithSecret), (status = 403, body = ProblemBody),
    (status = 404, body = ProblemBody)))]
async fn rotate_webhook_secret(
    State(app): State<App>,
    Caller(ctx): Caller,
    ApiPath(id): ApiPath<WebhookId>,
) -> ApiResult<Json<WebhookWithSecret>> {
    Ok(Json(endpoints::rotate_secret(&app, &ctx, id).await?))
}

/// Switch a webhook off.
#[utoipa::path(post, path = "/api/v1/webhooks/{id}/disable", tag = "webhooks",
    params(("id" = WebhookId, Path), ("Idempotency-Key" = String, Header)), responses(
    (status = 200, body = Webhook), (status = 403, body = ProblemBody), (status = 404, body = ProblemBody)))]
async fn disable_webhook(
    State(app): State<App>,
    Caller(ctx): Caller,
    ApiPath(id): ApiPath<WebhookId>,
) -> ApiResult<Json<Webhook>> {
    Ok(Json(endpoints::disable(&app, &ctx, id).await?))
}

/// Switch a webhook on again.
#[utoipa::path(post, path = "/api/v1/webhooks/{id}/enable", tag = "webhooks",
    params(("id" = WebhookId, Path), ("Idempotency-Key" = String, Header)), responses(
    (status = 200, body = Webhook), (status = 403, body = ProblemBody), (status = 404, body = ProblemBody),
    (status = 422, body = ProblemBody)))]
async fn enable_webhook(
    State(app): State<App>,
    Caller(ctx): Caller,
    ApiPath(id): ApiPath<WebhookId>,
) -> ApiResult<Json<Webhook>> {
    Ok(Json(endpoints::enable(&app, &ctx, id).await?))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct Filter {
    /// `pending`, `delivered`, `failed` or `dropped`.
    state: Option<String>,
}

/// What was sent to a webhook, newest first.
#[utoipa::path(get, path = "/api/v1/webhooks/{id}/deliveries", tag = "webhooks",
    params(("id" = WebhookId, Path), Filter, PageParams), responses(
    (status = 200, body = PageBody<WebhookDelivery>), (status = 400, body = ProblemBody),
    (status = 403, body = ProblemBody), (status = 404, body = ProblemBody)))]
async fn list_webhook_deliveries(
    State(app): State<App>,
    Caller(ctx): Caller,
    ApiPath(id): ApiPath<WebhookId>,
    query: ListQuery<Filter>,
) -> ApiResult<Json<PageBody<WebhookDelivery>>> {
    authorize(&ctx.actor, WEBHOOKS_READ)?;
    if let Some(state) = &query.filter.state {
        known_word(state, "state", &DELIVERY_STATES)?;
    }
    let tx = app.db.tenant_tx(ctx.tenant).await?;
    store::endpoint_any(&tx, id).await?;
    Ok(Json(store::delivery_list(&tx, id, query.filter.state.as_deref(), &query.page).await?.into()))
}

/// Send a delivery that has ended once more.
#[utoipa::path(post, path = "/api/v1/webhook-deliveries/{id}/resend", tag = "webhooks",
    params(("id" = WebhookDeliveryId, Path), ("Idempotency-Key" = String, Header)), responses(
    (status = 200, body = WebhookDelivery), (status = 403, body = ProblemBody),
    (status = 404, body = ProblemBody),
    (status = 409, body = ProblemBody, description = "`webhook.pending`, `webhook.disabled`, `webhook.deleted`, `webhook.gone`")))]
async fn resend_webhook_delivery(
    State(app): State<App>,
    Caller(ctx): Caller,
    ApiPath(id): ApiPath<WebhookDeliveryId>,
) -> ApiResult<Json<WebhookDelivery>> {
    Ok(Json(resend::resend(&app, &ctx, id).await?))
}
