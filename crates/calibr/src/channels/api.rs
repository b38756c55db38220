//! Channels over HTTP.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use kernel_auth::{Permission, authorize};
use kernel_core::Role;
use kernel_http::{
    ApiJson, ApiPath, ApiResult, Caller, ListQuery, NoFilter, PageBody, PageParams, ProblemBody,
    ProjectParam, once,
};
use utoipa_axum::router::{OpenApiRouter, UtoipaMethodRouterExt};
use utoipa_axum::routes;

use super::dto::{Channel, NewChannel};
use super::{connect, ingest, store};
use crate::accounts;
use crate::catalog::dto::ImportReport;
use crate::ids::ChannelId;
use crate::state::App;

const CHANNELS_READ: Permission = Permission::new("channels:read", Role::Viewer);

/// The routes of this feature.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list_channels))
        .routes(routes!(create_channel).map(once))
        .routes(routes!(ingest_channel).map(once))
}

/// List connected shops.
#[utoipa::path(get, path = "/api/v1/channels", tag = "channels", params(PageParams, ProjectParam), responses(
    (status = 200, body = PageBody<Channel>), (status = 403, body = ProblemBody)))]
async fn list_channels(
    State(app): State<App>,
    Caller(ctx): Caller,
    query: ListQuery<NoFilter>,
) -> ApiResult<Json<PageBody<Channel>>> {
    authorize(&ctx.actor, CHANNELS_READ)?;
    let tx = app.db.tenant_tx(ctx.tenant).await?;
    let project = accounts::resolve_project(&tx, query.project.as_deref()).await?;
    Ok(Json(store::channel_list(&tx, project.id, &query.page).await?.into()))
}

/// Connect a Shopify shop.
#[utoipa::path(post, path = "/api/v1/channels", tag = "channels", request_body = NewChannel,
    params(ProjectParam, ("Idempotency-Key" = String, Header)), responses(
    (status = 201, body = Channel), (status = 403, body = ProblemBody), (status = 409, body = ProblemBody),
    (status = 422, body = ProblemBody)))]
async fn create_channel(
    State(app): State<App>,
    Caller(ctx): Caller,
    query: ListQuery<NoFilter>,
    ApiJson(body): ApiJson<NewChannel>,
) -> ApiResult<(StatusCode, Json<Channel>)> {
    let channel = connect::connect_channel(&app, &ctx, query.project.as_deref(), body).await?;
    Ok((StatusCode::CREATED, Json(channel)))
}

/// Read a shop's whole catalogue.
#[utoipa::path(post, path = "/api/v1/channels/{id}/ingest", tag = "channels",
    params(("id" = ChannelId, Path), ("Idempotency-Key" = String, Header)), responses(
    (status = 200, body = ImportReport), (status = 403, body = ProblemBody), (status = 404, body = ProblemBody),
    (status = 422, body = ProblemBody)))]
async fn ingest_channel(
    State(app): State<App>,
    Caller(ctx): Caller,
    ApiPath(id): ApiPath<ChannelId>,
) -> ApiResult<Json<ImportReport>> {
    Ok(Json(ingest::ingest(&app, &ctx, id, |_| ()).await?))
}
