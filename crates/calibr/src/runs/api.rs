//! Runs over HTTP, with their progress as server-sent events.

use std::convert::Infallible;
use std::time::Duration;

use axum::Json;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use axum::response::sse::{Event, KeepAlive, Sse};
use futures_util::Stream;
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

use super::dto::{Run, Target};
use super::store;
use super::targets::{self, TargetFilter};
use super::{retry, roll_back, start};
use crate::accounts;
use crate::ids::{PriceChangeId, RunId};
use crate::price_changes::dto::ApplyRequest;
use crate::price_changes::words;
use crate::state::App;

const RUNS_READ: Permission = Permission::new("runs:read", Role::Viewer);
const STATES: [&str; 7] = ["queued", "applying", "applied", "failed", "conflict", "skipped", "rolled_back"];
/// How often progress is looked at.
const PROGRESS_EVERY: Duration = Duration::from_millis(400);

/// The routes of this feature.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list_runs))
        .routes(routes!(get_run))
        .routes(routes!(list_run_targets))
        .routes(routes!(follow_run))
        .routes(routes!(apply_price_change).map(once))
        .routes(routes!(roll_back_price_change).map(once))
        .routes(routes!(retry_failed_targets).map(once))
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
    let states = words(query.filter.state.as_deref(), "state", |word| STATES.contains(&word))?;
    let tx = app.db.tenant_tx(ctx.tenant).await?;
    let run = store::run_by_id(&tx, id).await?;
    let filter = TargetFilter { run: id, states, q: query.filter.q };
    Ok(Json(targets::target_list(&tx, run.currency, &filter, &query.page).await?.into()))
}

/// Follow a run: `event: run` with a `Run` on every change, `event: end` when it is settled.
#[utoipa::path(get, path = "/api/v1/runs/{id}/events", tag = "runs", params(("id" = RunId, Path)), responses(
    (status = 200, content_type = "text/event-stream", body = String), (status = 403, body = ProblemBody),
    (status = 404, body = ProblemBody)))]
async fn follow_run(
    State(app): State<App>,
    Caller(ctx): Caller,
    ApiPath(id): ApiPath<RunId>,
) -> ApiResult<impl IntoResponse> {
    authorize(&ctx.actor, RUNS_READ)?;
    store::run_by_id(&app.db.tenant_tx(ctx.tenant).await?, id).await?;
    let keep_alive = KeepAlive::new().interval(Duration::from_secs(15)).text("still here");
    let headers =
        [(header::CACHE_CONTROL, "no-store"), (header::HeaderName::from_static("x-accel-buffering"), "no")];
    Ok((headers, Sse::new(progress(app, ctx, id)).keep_alive(keep_alive)))
}

/// Changes of a run until it is settled. A database that does not answer is asked again at the next look.
fn progress(app: App, ctx: Ctx, id: RunId) -> impl Stream<Item = Result<Event, Infallible>> {
    struct Watch {
        last: Option<String>,
        number: u64,
        ended: bool,
    }
    let watch = Watch { last: None, number: 0, ended: false };
    futures_util::stream::unfold((app, ctx, watch), move |(app, ctx, mut watch)| async move {
        if watch.ended {
            return None;
        }
        loop {
            if let Ok(Json(run)) = shown(&app, &ctx, id).await
                && let Ok(json) = serde_json::to_string(&run)
                && (run.settled || watch.last.as_ref() != Some(&json))
            {
                watch.number += 1;
                let kind = if run.settled && watch.last.as_ref() == Some(&json) { "end" } else { "run" };
                watch.ended = kind == "end";
                let event = Event::default().event(kind).id(watch.number.to_string()).data(&json);
                watch.last = Some(json);
                return Some((Ok(event), (app, ctx, watch)));
            }
            tokio::time::sleep(PROGRESS_EVERY).await;
        }
    })
}

/// Apply an approved price change.
#[utoipa::path(post, path = "/api/v1/price-changes/{id}/apply", tag = "price-changes", request_body = ApplyRequest,
    params(("id" = PriceChangeId, Path), ("Idempotency-Key" = String, Header)), responses(
    (status = 202, body = Run), (status = 403, body = ProblemBody), (status = 404, body = ProblemBody),
    (status = 409, body = ProblemBody), (status = 412, body = ProblemBody)))]
async fn apply_price_change(
    State(app): State<App>,
    Caller(ctx): Caller,
    ApiPath(id): ApiPath<PriceChangeId>,
    ApiJson(body): ApiJson<ApplyRequest>,
) -> ApiResult<impl IntoResponse> {
    let run = start::apply(&app, &ctx, id, body).await?;
    accepted(&app, &ctx, run).await
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
