//! Runs over HTTP, with their progress as server-sent events.

use std::time::Duration;

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::IntoResponse;
use axum::response::sse::{KeepAlive, Sse};
use kernel_auth::{Permission, authorize};
use kernel_core::{Ctx, Role};
use kernel_http::{
    ApiJson, ApiPath, ApiResult, Caller, ListQuery, NoFilter, PageBody, PageParams, ProblemBody,
    ProjectParam, once,
};
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::router::{OpenApiRouter, UtoipaMethodRouterExt};
use utoipa_axum::routes;

use super::back_preview::BackFilter;
use super::dto::{Applied, ControlRequest, Reasons, RollBackPreview, Run, TakenBack, Target};
use super::start::Asked;
use super::store;
use super::target_list::{TargetFilter, target_list};
use super::{back_preview, control, follow, reasons, retry, roll_back, start};
use crate::accounts;
use crate::ids::{PriceChangeId, RunId};
use crate::price_changes::dto::ApplyRequest;
use crate::price_changes::{self, words};
use crate::state::App;

const RUNS_READ: Permission = Permission::new("runs:read", Role::Viewer);
const STATES: [&str; 7] = ["queued", "applying", "applied", "failed", "conflict", "skipped", "rolled_back"];

/// The routes of this feature.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list_runs))
        .routes(routes!(get_run))
        .routes(routes!(list_run_targets))
        .routes(routes!(get_run_reasons))
        .routes(routes!(follow_run))
        .routes(routes!(apply_price_change).map(once))
        .routes(routes!(roll_back_price_change).map(once))
        .routes(routes!(pause_run).map(once))
        .routes(routes!(resume_run).map(once))
        .routes(routes!(stop_run).map(once))
        .routes(routes!(retry_failed_targets).map(once))
        .routes(routes!(preview_roll_back))
        .routes(routes!(list_prices_to_roll_back))
        .routes(routes!(roll_back_run).map(once))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct TargetsFilter {
    /// States to list, separated by commas.
    state: Option<String>,
    /// Part of a SKU or title, whatever the case.
    q: Option<String>,
    /// Only those with this reason code, such as `conflict.price_moved`.
    reason_code: Option<String>,
}

/// List runs, newest first.
#[utoipa::path(get, path = "/api/v1/runs", tag = "runs", params(PageParams, ProjectParam), responses(
    (status = 200, body = PageBody<Run>), (status = 403, body = ProblemBody)))]
async fn list_runs(
    State(app): State<App>,
    Caller(ctx): Caller,
    query: ListQuery<NoFilter>,
) -> ApiResult<Json<PageBody<Run>>> {
    authorize(&ctx.actor, RUNS_READ)?;
    let tx = app.db.tenant_tx(ctx.tenant).await?;
    let project = accounts::resolve_project(&tx, query.project.as_deref()).await?;
    let page = store::run_list(&tx, project.id, &query.page).await?;
    let next_cursor = page.next_cursor.as_ref().map(|cursor| cursor.as_str().to_owned());
    let mut data = Vec::with_capacity(page.data.len());
    for run in page.data {
        data.push(store::shown(&tx, run).await?);
    }
    Ok(Json(PageBody { data, has_more: page.has_more, next_cursor }))
}

/// A run with its counts.
#[utoipa::path(get, path = "/api/v1/runs/{id}", tag = "runs", params(("id" = RunId, Path)), responses(
    (status = 200, body = Run), (status = 403, body = ProblemBody), (status = 404, body = ProblemBody)))]
async fn get_run(
    State(app): State<App>,
    Caller(ctx): Caller,
    ApiPath(id): ApiPath<RunId>,
) -> ApiResult<Json<Run>> {
    authorize(&ctx.actor, RUNS_READ)?;
    shown(&app, &ctx, id).await
}

/// The targets of a run, in plan order.
#[utoipa::path(get, path = "/api/v1/runs/{id}/targets", tag = "runs",
    params(("id" = RunId, Path), TargetsFilter, PageParams), responses(
    (status = 200, body = PageBody<Target>), (status = 400, body = ProblemBody), (status = 403, body = ProblemBody),
    (status = 404, body = ProblemBody)))]
async fn list_run_targets(
    State(app): State<App>,
    Caller(ctx): Caller,
    ApiPath(id): ApiPath<RunId>,
    query: ListQuery<TargetsFilter>,
) -> ApiResult<Json<PageBody<Target>>> {
    authorize(&ctx.actor, RUNS_READ)?;
    let states = words(query.filter.state.as_deref(), "state", &STATES)?;
    let tx = app.db.tenant_tx(ctx.tenant).await?;
    let run = store::run_by_id(&tx, id).await?;
    let TargetsFilter { q, reason_code, .. } = query.filter;
    let filter = TargetFilter { run: id, states, q, reason_code };
    Ok(Json(target_list(&tx, run.currency, &filter, &query.page).await?.into()))
}

/// Why targets of a run ended as they did, or wait: each state and reason with its count, the most frequent first.
#[utoipa::path(get, path = "/api/v1/runs/{id}/reasons", tag = "runs", params(("id" = RunId, Path)), responses(
    (status = 200, body = Reasons), (status = 403, body = ProblemBody), (status = 404, body = ProblemBody)))]
async fn get_run_reasons(
    State(app): State<App>,
    Caller(ctx): Caller,
    ApiPath(id): ApiPath<RunId>,
) -> ApiResult<Json<Reasons>> {
    authorize(&ctx.actor, RUNS_READ)?;
    let tx = app.db.tenant_tx(ctx.tenant).await?;
    store::run_by_id(&tx, id).await?;
    Ok(Json(Reasons { data: reasons::reasons_of(&tx, id).await? }))
}

/// Follow a run: `event: run` with a `Run` on every change, `event: end` when it is settled. Ids are places in the event log;
/// who comes back with the last one as `Last-Event-ID` hears only what is new since.
#[utoipa::path(get, path = "/api/v1/runs/{id}/events", tag = "runs",
    params(("id" = RunId, Path), ("Last-Event-ID" = Option<i64>, Header)), responses(
    (status = 200, content_type = "text/event-stream", body = String), (status = 403, body = ProblemBody),
    (status = 404, body = ProblemBody)))]
async fn follow_run(
    State(app): State<App>,
    Caller(ctx): Caller,
    ApiPath(id): ApiPath<RunId>,
    headers: HeaderMap,
) -> ApiResult<impl IntoResponse> {
    authorize(&ctx.actor, RUNS_READ)?;
    let seen = follow::seen(&headers);
    store::run_by_id(&app.db.tenant_tx(ctx.tenant).await?, id).await?;
    let keep_alive = KeepAlive::new().interval(Duration::from_secs(15)).text("still here");
    let headers =
        [(header::CACHE_CONTROL, "no-store"), (header::HeaderName::from_static("x-accel-buffering"), "no")];
    Ok((headers, Sse::new(follow::changes(app, ctx, id, seen)).keep_alive(keep_alive)))
}

/// Apply an approved price change; with `at`, let it start by itself then. The answer is the run, or the scheduled price
/// change.
#[utoipa::path(post, path = "/api/v1/price-changes/{id}/apply", tag = "price-changes", request_body = ApplyRequest,
    params(("id" = PriceChangeId, Path), ("Idempotency-Key" = String, Header)), responses(
    (status = 202, body = Applied), (status = 403, body = ProblemBody), (status = 404, body = ProblemBody),
    (status = 409, body = ProblemBody), (status = 412, body = ProblemBody), (status = 422, body = ProblemBody)))]
async fn apply_price_change(
    State(app): State<App>,
    Caller(ctx): Caller,
    ApiPath(id): ApiPath<PriceChangeId>,
    ApiJson(body): ApiJson<ApplyRequest>,
) -> ApiResult<impl IntoResponse> {
    let tx_of = || app.db.tenant_tx(ctx.tenant);
    let (location, applied) = match start::apply(&app, &ctx, id, body).await? {
        Asked::Begun(run) => {
            let tx = tx_of().await?;
            let record = store::run_by_id(&tx, run).await?;
            (format!("/api/v1/runs/{run}"), Applied::Run(Box::new(store::shown(&tx, record).await?)))
        }
        Asked::Scheduled => {
            let change = price_changes::show(&ctx, &tx_of().await?, id).await?;
            (format!("/api/v1/price-changes/{id}"), Applied::Scheduled(Box::new(change)))
        }
    };
    Ok((StatusCode::ACCEPTED, [(header::LOCATION, location)], Json(applied)))
}

/// Take back what the newest run of a price change wrote.
#[utoipa::path(post, path = "/api/v1/price-changes/{id}/rollback", tag = "price-changes",
    params(("id" = PriceChangeId, Path), ("Idempotency-Key" = String, Header)), responses(
    (status = 202, body = Run), (status = 403, body = ProblemBody), (status = 404, body = ProblemBody),
    (status = 409, body = ProblemBody)))]
async fn roll_back_price_change(
    State(app): State<App>,
    Caller(ctx): Caller,
    ApiPath(id): ApiPath<PriceChangeId>,
) -> ApiResult<impl IntoResponse> {
    let run = roll_back::roll_back_price_change(&app, &ctx, id).await?;
    accepted(&app, &ctx, run).await
}

/// Try the targets again that the shop refused.
#[utoipa::path(post, path = "/api/v1/runs/{id}/retry-failed", tag = "runs",
    params(("id" = RunId, Path), ("Idempotency-Key" = String, Header)), responses(
    (status = 202, body = Run), (status = 403, body = ProblemBody), (status = 404, body = ProblemBody),
    (status = 409, body = ProblemBody)))]
async fn retry_failed_targets(
    State(app): State<App>,
    Caller(ctx): Caller,
    ApiPath(id): ApiPath<RunId>,
) -> ApiResult<impl IntoResponse> {
    retry::retry_failed(&app, &ctx, id).await?;
    accepted(&app, &ctx, id).await
}

/// Pause a run: it writes nothing until it is resumed, and its shop stays taken.
#[utoipa::path(post, path = "/api/v1/runs/{id}/pause", tag = "runs", request_body = ControlRequest,
    params(("id" = RunId, Path), ("Idempotency-Key" = String, Header)), responses(
    (status = 200, body = Run), (status = 403, body = ProblemBody), (status = 404, body = ProblemBody),
    (status = 409, body = ProblemBody)))]
async fn pause_run(
    State(app): State<App>,
    Caller(ctx): Caller,
    ApiPath(id): ApiPath<RunId>,
    ApiJson(body): ApiJson<ControlRequest>,
) -> ApiResult<Json<Run>> {
    control::pause(&app, &ctx, id, body).await?;
    shown(&app, &ctx, id).await
}

/// Let a paused run go on.
#[utoipa::path(post, path = "/api/v1/runs/{id}/resume", tag = "runs",
    params(("id" = RunId, Path), ("Idempotency-Key" = String, Header)), responses(
    (status = 202, body = Run), (status = 403, body = ProblemBody), (status = 404, body = ProblemBody),
    (status = 409, body = ProblemBody)))]
async fn resume_run(
    State(app): State<App>,
    Caller(ctx): Caller,
    ApiPath(id): ApiPath<RunId>,
) -> ApiResult<impl IntoResponse> {
    control::resume(&app, &ctx, id).await?;
    accepted(&app, &ctx, id).await
}

/// Stop a run: nothing more is written, and what was not written is skipped.
#[utoipa::path(post, path = "/api/v1/runs/{id}/stop", tag = "runs", request_body = ControlRequest,
    params(("id" = RunId, Path), ("Idempotency-Key" = String, Header)), responses(
    (status = 202, body = Run), (status = 403, body = ProblemBody), (status = 404, body = ProblemBody),
    (status = 409, body = ProblemBody)))]
async fn stop_run(
    State(app): State<App>,
    Caller(ctx): Caller,
    ApiPath(id): ApiPath<RunId>,
    ApiJson(body): ApiJson<ControlRequest>,
) -> ApiResult<impl IntoResponse> {
    control::stop(&app, &ctx, id, body).await?;
    accepted(&app, &ctx, id).await
}

/// What taking back what a run wrote would do: how many prices go back, and which were changed since and are left alone.
#[utoipa::path(get, path = "/api/v1/runs/{id}/rollback", tag = "runs", params(("id" = RunId, Path)), responses(
    (status = 200, body = RollBackPreview), (status = 403, body = ProblemBody), (status = 404, body = ProblemBody)))]
async fn preview_roll_back(
    State(app): State<App>,
    Caller(ctx): Caller,
    ApiPath(id): ApiPath<RunId>,
) -> ApiResult<Json<RollBackPreview>> {
    authorize(&ctx.actor, RUNS_READ)?;
    let tx = app.db.tenant_tx(ctx.tenant).await?;
    let run = store::run_by_id(&tx, id).await?;
    Ok(Json(back_preview::preview(&tx, &run).await?))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct BackPricesFilter {
    /// States to list, separated by commas: `goes_back`, `changed`, `unsure`.
    state: Option<String>,
    /// Part of a SKU or title, whatever the case.
    q: Option<String>,
}

/// Every price that taking a run back would look at, in plan order, with what would become of it.
#[utoipa::path(get, path = "/api/v1/runs/{id}/rollback/prices", tag = "runs",
    params(("id" = RunId, Path), BackPricesFilter, PageParams), responses(
    (status = 200, body = PageBody<TakenBack>), (status = 400, body = ProblemBody), (status = 403, body = ProblemBody),
    (status = 404, body = ProblemBody)))]
async fn list_prices_to_roll_back(
    State(app): State<App>,
    Caller(ctx): Caller,
    ApiPath(id): ApiPath<RunId>,
    query: ListQuery<BackPricesFilter>,
) -> ApiResult<Json<PageBody<TakenBack>>> {
    authorize(&ctx.actor, RUNS_READ)?;
    let states = words(query.filter.state.as_deref(), "state", &back_preview::STATES)?;
    let tx = app.db.tenant_tx(ctx.tenant).await?;
    let run = store::run_by_id(&tx, id).await?;
    let filter = BackFilter { run: id, states, q: query.filter.q };
    Ok(Json(back_preview::prices(&tx, &run, &filter, &query.page).await?.into()))
}

/// Take back what a run wrote.
#[utoipa::path(post, path = "/api/v1/runs/{id}/rollback", tag = "runs",
    params(("id" = RunId, Path), ("Idempotency-Key" = String, Header)), responses(
    (status = 202, body = Run), (status = 403, body = ProblemBody), (status = 404, body = ProblemBody),
    (status = 409, body = ProblemBody)))]
async fn roll_back_run(
    State(app): State<App>,
    Caller(ctx): Caller,
    ApiPath(id): ApiPath<RunId>,
) -> ApiResult<impl IntoResponse> {
    let run = roll_back::roll_back_run(&app, &ctx, id).await?;
    accepted(&app, &ctx, run).await
}

async fn accepted(app: &App, ctx: &Ctx, id: RunId) -> ApiResult<impl IntoResponse + use<>> {
    let location = [(header::LOCATION, format!("/api/v1/runs/{id}"))];
    Ok((StatusCode::ACCEPTED, location, shown(app, ctx, id).await?))
}

async fn shown(app: &App, ctx: &Ctx, id: RunId) -> ApiResult<Json<Run>> {
    let tx = app.db.tenant_tx(ctx.tenant).await?;
    let run = store::run_by_id(&tx, id).await?;
    Ok(Json(store::shown(&tx, run).await?))
}
