//! Jobs and schedules over HTTP.

use axum::Json;
use axum::extract::State;
use kernel_auth::{Permission, authorize};
use kernel_core::{Ctx, Role};
use kernel_http::{ApiPath, ApiResult, Caller, ListQuery, NoFilter, PageBody, PageParams, ProblemBody, once};
use kernel_jobs::{JobFilter, JobId, JobRecord, ScheduleRecord};
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::router::{OpenApiRouter, UtoipaMethodRouterExt};
use utoipa_axum::routes;

use super::act;
use super::dto::{Job, Schedule};
use crate::price_changes::words;
use crate::state::App;

const JOBS_READ: Permission = Permission::new("jobs:read", Role::Viewer);
const STATES: [&str; 5] = ["queued", "running", "done", "dead", "cancelled"];

/// The routes of this feature.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list_jobs))
        .routes(routes!(get_job))
        .routes(routes!(retry_job).map(once))
        .routes(routes!(cancel_job).map(once))
        .routes(routes!(list_schedules))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct Filter {
    /// States to list, separated by commas: `queued`, `running`, `done`, `dead`, `cancelled`.
    state: Option<String>,
    /// Only this kind of work, such as `runs.apply_batch`.
    kind: Option<String>,
}

/// List jobs, newest first. What was done or cancelled is kept for a week.
#[utoipa::path(get, path = "/api/v1/jobs", tag = "jobs", params(Filter, PageParams), responses(
    (status = 200, body = PageBody<Job>), (status = 400, body = ProblemBody), (status = 403, body = ProblemBody)))]
async fn list_jobs(
    State(app): State<App>,
    Caller(ctx): Caller,
    query: ListQuery<Filter>,
) -> ApiResult<Json<PageBody<Job>>> {
    authorize(&ctx.actor, JOBS_READ)?;
    let states = words(query.filter.state.as_deref(), "state", &STATES)?;
    let filter = JobFilter { states, kind: query.filter.kind };
    let tx = app.db.tenant_tx(ctx.tenant).await?;
    Ok(Json(kernel_jobs::job_list(&tx, &filter, &query.page).await?.map(shown).into()))
}

/// A job.
#[utoipa::path(get, path = "/api/v1/jobs/{id}", tag = "jobs", params(("id" = JobId, Path)), responses(
    (status = 200, body = Job), (status = 403, body = ProblemBody), (status = 404, body = ProblemBody)))]
async fn get_job(
    State(app): State<App>,
    Caller(ctx): Caller,
    ApiPath(id): ApiPath<JobId>,
) -> ApiResult<Json<Job>> {
    authorize(&ctx.actor, JOBS_READ)?;
    job(&app, &ctx, id).await
}

/// Try a dead or cancelled job again.
#[utoipa::path(post, path = "/api/v1/jobs/{id}/retry", tag = "jobs",
    params(("id" = JobId, Path), ("Idempotency-Key" = String, Header)), responses(
    (status = 200, body = Job), (status = 403, body = ProblemBody), (status = 404, body = ProblemBody),
    (status = 409, body = ProblemBody)))]
async fn retry_job(
    State(app): State<App>,
    Caller(ctx): Caller,
    ApiPath(id): ApiPath<JobId>,
) -> ApiResult<Json<Job>> {
    act::retry(&app, &ctx, id).await?;
    job(&app, &ctx, id).await
}

/// Cancel a job that has not done its work.
#[utoipa::path(post, path = "/api/v1/jobs/{id}/cancel", tag = "jobs",
    params(("id" = JobId, Path), ("Idempotency-Key" = String, Header)), responses(
    (status = 200, body = Job), (status = 403, body = ProblemBody), (status = 404, body = ProblemBody),
    (status = 409, body = ProblemBody)))]
async fn cancel_job(
    State(app): State<App>,
    Caller(ctx): Caller,
    ApiPath(id): ApiPath<JobId>,
) -> ApiResult<Json<Job>> {
    act::cancel(&app, &ctx, id).await?;
    job(&app, &ctx, id).await
}

/// List schedules by name.
#[utoipa::path(get, path = "/api/v1/schedules", tag = "jobs", params(PageParams), responses(
    (status = 200, body = PageBody<Schedule>), (status = 403, body = ProblemBody)))]
async fn list_schedules(
    State(app): State<App>,
    Caller(ctx): Caller,
    query: ListQuery<NoFilter>,
) -> ApiResult<Json<PageBody<Schedule>>> {
    authorize(&ctx.actor, JOBS_READ)?;
    let tx = app.db.tenant_tx(ctx.tenant).await?;
    let shown = |schedule: ScheduleRecord| Schedule {
        name: schedule.name,
        kind: schedule.kind,
        cron: schedule.cron,
        zone: schedule.zone,
        next_at: schedule.next_at,
        last_at: schedule.last_at,
    };
    Ok(Json(kernel_jobs::schedule_list(&tx, &query.page).await?.map(shown).into()))
}

async fn job(app: &App, ctx: &Ctx, id: JobId) -> ApiResult<Json<Job>> {
    let tx = app.db.tenant_tx(ctx.tenant).await?;
    Ok(Json(shown(kernel_jobs::job_by_id(&tx, id).await?)))
}

fn shown(job: JobRecord) -> Job {
    Job {
        id: job.id,
        kind: job.kind,
        state: job.state,
        priority: job.priority,
        payload: job.payload,
        run_at: job.run_at,
        attempts: job.attempts.unsigned_abs(),
        lease_until: job.lease_until,
        limit_key: job.limit_key,
        last_error: job.last_error,
        correlation_id: job.correlation_id,
        created_at: job.created_at,
        finished_at: job.finished_at,
    }
}
