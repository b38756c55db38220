//! Channels over HTTP.

use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::Redirect;
use axum::routing::get;
use axum::{Json, Router};
use kernel_auth::{Permission, authorize};
use kernel_core::{Error, Role};
use kernel_http::{
    ApiJson, ApiPath, ApiResult, Caller, ListQuery, NoFilter, PageBody, PageParams, ProblemBody,
    ProjectParam, once,
};
use utoipa_axum::router::{OpenApiRouter, UtoipaMethodRouterExt};
use utoipa_axum::routes;

use super::dto::{Channel, Consent, NewChannel, NewConsent, NewSessionExchange};
use super::{connect, consent, ingest, progress, store};
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
        .routes(routes!(ask_consent).map(once))
        .routes(routes!(exchange_session).map(once))
}

/// Where a shop's owner comes back to after consenting. Part of the vendor's protocol, not of our API.
pub fn callbacks() -> Router<App> {
    Router::new().route("/oauth/shopify/{tenant}/callback", get(take_callback))
}

async fn take_callback(
    State(app): State<App>,
    Path(tenant): Path<String>,
    Query(parameters): Query<Vec<(String, String)>>,
) -> ApiResult<Redirect> {
    let tenant = tenant.parse().map_err(|_| Error::not_found("tenant", "this"))?;
    consent::take_callback(&app, tenant, &parameters).await?;
    Ok(Redirect::to("/"))
}

/// Ask a shop's owner for consent.
#[utoipa::path(post, path = "/api/v1/integrations/shopify/consent", tag = "channels", request_body = NewConsent,
    params(ProjectParam, ("Idempotency-Key" = String, Header)), responses(
    (status = 201, body = Consent), (status = 403, body = ProblemBody), (status = 422, body = ProblemBody)))]
async fn ask_consent(
    State(app): State<App>,
    Caller(ctx): Caller,
    query: ListQuery<NoFilter>,
    ApiJson(body): ApiJson<NewConsent>,
) -> ApiResult<(StatusCode, Json<Consent>)> {
    let consent = consent::ask(&app, &ctx, query.project.as_deref(), body).await?;
    Ok((StatusCode::CREATED, Json(consent)))
}

/// Connect the shop in whose admin a page of the app is open.
#[utoipa::path(post, path = "/api/v1/integrations/shopify/token-exchange", tag = "channels",
    request_body = NewSessionExchange, params(ProjectParam, ("Idempotency-Key" = String, Header)), responses(
    (status = 201, body = Channel), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody),
    (status = 409, body = ProblemBody), (status = 422, body = ProblemBody)))]
async fn exchange_session(
    State(app): State<App>,
    Caller(ctx): Caller,
    query: ListQuery<NoFilter>,
    ApiJson(body): ApiJson<NewSessionExchange>,
) -> ApiResult<(StatusCode, Json<Channel>)> {
    let channel = consent::exchange(&app, &ctx, query.project.as_deref(), body).await?;
    Ok((StatusCode::CREATED, Json(channel)))
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
    let mut page = store::channel_list(&tx, project.id, &query.page).await?;
    for channel in &mut page.data {
        channel.reading = progress::reading(&tx, channel.id, ctx.now()).await?;
    }
    Ok(Json(page.into()))
}

/// Connect a Shopify shop, or give one that is connected another token.
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
    (status = 409, body = ProblemBody), (status = 422, body = ProblemBody)))]
async fn ingest_channel(
    State(app): State<App>,
    Caller(ctx): Caller,
    ApiPath(id): ApiPath<ChannelId>,
) -> ApiResult<Json<ImportReport>> {
    Ok(Json(ingest::ingest(&app, &ctx, id, |_| ()).await?))
}
