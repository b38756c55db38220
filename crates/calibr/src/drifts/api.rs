//! Drift over HTTP.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use kernel_auth::{Permission, authorize};
use kernel_core::Role;
use kernel_http::{
    ApiJson, ApiPath, ApiResult, Caller, ListQuery, NoFilter, PageBody, PageParams, ProblemBody,
    ProjectParam, once,
};
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::router::{OpenApiRouter, UtoipaMethodRouterExt};
use utoipa_axum::routes;

use super::dto::{Drift, DriftIds, DriftPolicy, SettledDrifts, Sweep};
use super::store::DriftFilter;
use super::{policy, settle, store, sweep};
use crate::accounts;
use crate::ids::{ChannelId, VariantId};
use crate::price_changes::words;
use crate::state::App;

const DRIFTS_READ: Permission = Permission::new("drifts:read", Role::Viewer);
const STATES: [&str; 4] = ["open", "ended", "adopted", "put_back"];

/// The routes of this feature.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list_drifts))
        .routes(routes!(adopt_drifts).map(once))
        .routes(routes!(put_back_drifts).map(once))
        .routes(routes!(get_drift_policy, set_drift_policy))
        .routes(routes!(sweep_channel).map(once))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct DriftsFilter {
    /// States to list, separated by commas.
    state: Option<String>,
    /// Only those of this shop.
    channel: Option<ChannelId>,
    /// Only those of this variant.
    variant: Option<VariantId>,
    /// Only those on this price surface; `base`: those of base prices.
    surface: Option<String>,
    /// Part of a SKU or title, whatever the case.
    q: Option<String>,
}

/// List drifts, newest first.
#[utoipa::path(get, path = "/api/v1/drifts", tag = "drifts", params(DriftsFilter, PageParams, ProjectParam), responses(
    (status = 200, body = PageBody<Drift>), (status = 400, body = ProblemBody), (status = 403, body = ProblemBody)))]
async fn list_drifts(
    State(app): State<App>,
    Caller(ctx): Caller,
    query: ListQuery<DriftsFilter>,
) -> ApiResult<Json<PageBody<Drift>>> {
    authorize(&ctx.actor, DRIFTS_READ)?;
    let states = words(query.filter.state.as_deref(), "state", &STATES)?.unwrap_or_default();
    let tx = app.db.tenant_tx(ctx.tenant).await?;
    let project = accounts::resolve_project(&tx, query.project.as_deref()).await?;
    let DriftsFilter { channel, variant, surface, q, .. } = query.filter;
    let filter = DriftFilter { project: project.id, states, channel, variant, surface, q };
    Ok(Json(store::drift_list(&tx, &filter, &query.page).await?.into()))
}

/// Take the shop's prices as ours.
#[utoipa::path(post, path = "/api/v1/drifts/adopt", tag = "drifts", request_body = DriftIds,
    params(ProjectParam, ("Idempotency-Key" = String, Header)), responses(
    (status = 200, body = SettledDrifts), (status = 403, body = ProblemBody), (status = 404, body = ProblemBody),
    (status = 409, body = ProblemBody), (status = 422, body = ProblemBody)))]
async fn adopt_drifts(
    State(app): State<App>,
    Caller(ctx): Caller,
    query: ListQuery<NoFilter>,
    ApiJson(body): ApiJson<DriftIds>,
) -> ApiResult<Json<SettledDrifts>> {
    let count = settle::adopt(&app, &ctx, query.project.as_deref(), &body.drifts).await?;
    Ok(Json(SettledDrifts { count, price_change: None }))
}

/// Plan a price change that sets our prices again.
#[utoipa::path(post, path = "/api/v1/drifts/put-back", tag = "drifts", request_body = DriftIds,
    params(ProjectParam, ("Idempotency-Key" = String, Header)), responses(
    (status = 201, body = SettledDrifts), (status = 403, body = ProblemBody), (status = 404, body = ProblemBody),
    (status = 409, body = ProblemBody), (status = 422, body = ProblemBody)))]
async fn put_back_drifts(
    State(app): State<App>,
    Caller(ctx): Caller,
    query: ListQuery<NoFilter>,
    ApiJson(body): ApiJson<DriftIds>,
) -> ApiResult<(StatusCode, Json<SettledDrifts>)> {
    let planned = settle::put_back(&app, &ctx, query.project.as_deref(), &body.drifts).await?;
    let settled = SettledDrifts { count: body.drifts.len() as u64, price_change: Some(planned) };
    Ok((StatusCode::CREATED, Json(settled)))
}

/// What a project does about drift.
#[utoipa::path(get, path = "/api/v1/drifts/policy", tag = "drifts", params(ProjectParam), responses(
    (status = 200, body = DriftPolicy), (status = 403, body = ProblemBody)))]
async fn get_drift_policy(
    State(app): State<App>,
    Caller(ctx): Caller,
    query: ListQuery<NoFilter>,
) -> ApiResult<Json<DriftPolicy>> {
    authorize(&ctx.actor, DRIFTS_READ)?;
    let tx = app.db.tenant_tx(ctx.tenant).await?;
    let project = accounts::resolve_project(&tx, query.project.as_deref()).await?;
    let policy =
        store::policy_find(&tx, project.id).await?.map_or_else(|| "hold".to_owned(), |(policy, ..)| policy);
    Ok(Json(DriftPolicy { policy }))
}

/// Set what a project does about drift.
#[utoipa::path(put, path = "/api/v1/drifts/policy", tag = "drifts", request_body = DriftPolicy, params(ProjectParam),
    responses((status = 200, body = DriftPolicy), (status = 403, body = ProblemBody), (status = 422, body = ProblemBody)))]
async fn set_drift_policy(
    State(app): State<App>,
    Caller(ctx): Caller,
    query: ListQuery<NoFilter>,
    ApiJson(body): ApiJson<DriftPolicy>,
) -> ApiResult<Json<DriftPolicy>> {
    Ok(Json(policy::set(&app, &ctx, query.project.as_deref(), body).await?))
}

/// Compare all prices of a shop with those we hold.
#[utoipa::path(post, path = "/api/v1/channels/{id}/sweep", tag = "drifts",
    params(("id" = ChannelId, Path), ("Idempotency-Key" = String, Header)), responses(
    (status = 202, body = Sweep), (status = 403, body = ProblemBody), (status = 404, body = ProblemBody)))]
async fn sweep_channel(
    State(app): State<App>,
    Caller(ctx): Caller,
    ApiPath(id): ApiPath<ChannelId>,
) -> ApiResult<(StatusCode, Json<Sweep>)> {
    Ok((StatusCode::ACCEPTED, Json(sweep::start(&app, &ctx, id).await?)))
}
