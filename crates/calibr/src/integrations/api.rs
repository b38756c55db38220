//! Listening to shops and looking after their connections, over HTTP.

use axum::Json;
use axum::extract::State;
use kernel_auth::{Permission, authorize};
use kernel_core::Role;
use kernel_http::{ApiJson, ApiPath, ApiResult, Caller, ProblemBody, once};
use utoipa_axum::router::{OpenApiRouter, UtoipaMethodRouterExt};
use utoipa_axum::routes;

use super::dto::{ChannelHealth, Listening, NewListening};
use super::{health, listen};
use crate::ids::ChannelId;
use crate::state::App;

const CHANNELS_READ: Permission = Permission::new("channels:read", Role::Viewer);

/// The routes of this feature.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(get_channel_health)).routes(routes!(listen_to_channel).map(once))
}

/// How a shop's connection fares.
#[utoipa::path(get, path = "/api/v1/channels/{id}/health", tag = "channels", params(("id" = ChannelId, Path)), responses(
    (status = 200, body = ChannelHealth), (status = 403, body = ProblemBody), (status = 404, body = ProblemBody)))]
async fn get_channel_health(
    State(app): State<App>,
    Caller(ctx): Caller,
    ApiPath(id): ApiPath<ChannelId>,
) -> ApiResult<Json<ChannelHealth>> {
    authorize(&ctx.actor, CHANNELS_READ)?;
    Ok(Json(health::health(&app, &ctx, id).await?))
}

/// Listen to a shop's webhooks.
#[utoipa::path(post, path = "/api/v1/channels/{id}/webhooks", tag = "channels", request_body = NewListening,
    params(("id" = ChannelId, Path), ("Idempotency-Key" = String, Header)), responses(
    (status = 200, body = Listening), (status = 403, body = ProblemBody), (status = 404, body = ProblemBody),
    (status = 422, body = ProblemBody)))]
async fn listen_to_channel(
    State(app): State<App>,
    Caller(ctx): Caller,
    ApiPath(id): ApiPath<ChannelId>,
    ApiJson(body): ApiJson<NewListening>,
) -> ApiResult<Json<Listening>> {
    Ok(Json(listen::listen(&app, &ctx, id, body).await?))
}
