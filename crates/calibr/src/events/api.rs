//! The event log, its consumers and dead letters over HTTP.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use kernel_auth::{Permission, authorize};
use kernel_core::{CorrelationId, Role};
use kernel_events::{DeadLetterFilter, DeadLetterId, EventFilter, EventId};
use kernel_http::{
    ApiJson, ApiPath, ApiResult, Caller, ListQuery, NoFilter, PageBody, PageParams, ProblemBody, once,
};
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::router::{OpenApiRouter, UtoipaMethodRouterExt};
use utoipa_axum::routes;

use super::act;
use super::dto::{Consumer, DeadLetter, DropNote, Event, NewReplay, Replay, Retried, RetryAll};
use crate::state::App;

const EVENTS_READ: Permission = Permission::new("events:read", Role::Viewer);

/// The routes of this feature.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list_events))
        .routes(routes!(list_consumers))
        .routes(routes!(list_replays))
        .routes(routes!(create_replay).map(once))
        .routes(routes!(list_dead_letters))
        .routes(routes!(retry_dead_letters).map(once))
        .routes(routes!(retry_dead_letter).map(once))
        .routes(routes!(drop_dead_letter).map(once))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct Filter {
    /// What happened, such as `price_change.approved`.
    r#type: Option<String>,
    /// Kind of the thing, such as `price_change`.
    entity_type: Option<String>,
    /// Id of the thing.
    entity_id: Option<String>,
    /// Everything of one intention.
    #[param(value_type = Option<String>)]
    correlation_id: Option<CorrelationId>,
    /// Id of an event: only those after it, oldest first. Whoever goes on after the last event misses none.
    #[param(value_type = Option<String>)]
    after: Option<EventId>,
}

/// List events: newest first, or oldest first after one.
#[utoipa::path(get, path = "/api/v1/events", tag = "events", params(Filter, PageParams), responses(
    (status = 200, body = PageBody<Event>), (status = 403, body = ProblemBody), (status = 404, body = ProblemBody)))]
async fn list_events(
    State(app): State<App>,
    Caller(ctx): Caller,
    query: ListQuery<Filter>,
) -> ApiResult<Json<PageBody<Event>>> {
    authorize(&ctx.actor, EVENTS_READ)?;
    let Filter { r#type, entity_type, entity_id, correlation_id, after } = query.filter;
    let correlation_id = correlation_id.map(|id| id.0);
    let filter = EventFilter { kind: r#type, entity_type, entity_id, correlation_id, after };
    let tx = app.db.tenant_tx(ctx.tenant).await?;
    Ok(Json(kernel_events::events(&tx, &filter, &query.page).await?.map(Event::from).into()))
}

/// How the consumers of the log fare.
#[utoipa::path(get, path = "/api/v1/events/consumers", tag = "events", responses(
    (status = 200, body = PageBody<Consumer>), (status = 403, body = ProblemBody)))]
async fn list_consumers(State(app): State<App>, Caller(ctx): Caller) -> ApiResult<Json<PageBody<Consumer>>> {
    authorize(&ctx.actor, EVENTS_READ)?;
    let tx = app.db.tenant_tx(ctx.tenant).await?;
    let data = kernel_events::statuses(&tx, ctx.now()).await.map_err(kernel_core::Error::from)?;
    let rates = kernel_events::rates(&tx, ctx.now()).await?;
    let rate = |name: &str| rates.get(name).copied().unwrap_or(0);
    let data = data.into_iter().map(|status| (rate(&status.name), status));
    let data = data.map(|(rate, status)| Consumer::new(status, rate)).collect();
    Ok(Json(PageBody { data, has_more: false, next_cursor: None }))
}

/// List replays, newest first.
#[utoipa::path(get, path = "/api/v1/events/replays", tag = "events", params(PageParams), responses(
    (status = 200, body = PageBody<Replay>), (status = 403, body = ProblemBody)))]
async fn list_replays(
    State(app): State<App>,
    Caller(ctx): Caller,
    query: ListQuery<NoFilter>,
) -> ApiResult<Json<PageBody<Replay>>> {
    authorize(&ctx.actor, EVENTS_READ)?;
    let tx = app.db.tenant_tx(ctx.tenant).await?;
    Ok(Json(kernel_events::replays(&tx, &query.page).await?.map(Replay::from).into()))
}

/// Deliver a span of events once more to one consumer.
#[utoipa::path(post, path = "/api/v1/events/replays", tag = "events", request_body = NewReplay,
    params(("Idempotency-Key" = String, Header)), responses(
    (status = 201, body = Replay), (status = 403, body = ProblemBody), (status = 404, body = ProblemBody),
    (status = 422, body = ProblemBody)))]
async fn create_replay(
    State(app): State<App>,
    Caller(ctx): Caller,
    ApiJson(body): ApiJson<NewReplay>,
) -> ApiResult<(StatusCode, Json<Replay>)> {
    Ok((StatusCode::CREATED, Json(act::replay(&app, &ctx, body).await?)))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct LetterFilter {
    /// Of this consumer.
    consumer: Option<String>,
    /// `dead`, `retrying`, `settled` or `dropped`.
    state: Option<String>,
}

/// List deliveries that gave up, newest first.
#[utoipa::path(get, path = "/api/v1/dlq", tag = "events", params(LetterFilter, PageParams), responses(
    (status = 200, body = PageBody<DeadLetter>), (status = 403, body = ProblemBody)))]
async fn list_dead_letters(
    State(app): State<App>,
    Caller(ctx): Caller,
    query: ListQuery<LetterFilter>,
) -> ApiResult<Json<PageBody<DeadLetter>>> {
    authorize(&ctx.actor, EVENTS_READ)?;
    let LetterFilter { consumer, state } = query.filter;
    let tx = app.db.tenant_tx(ctx.tenant).await?;
    let page = kernel_events::dead_letters(&tx, &DeadLetterFilter { consumer, state }, &query.page).await?;
    Ok(Json(page.map(DeadLetter::from).into()))
}

/// Deliver all dead letters of a consumer again, in the order of the log.
#[utoipa::path(post, path = "/api/v1/dlq/retry", tag = "events", request_body = RetryAll,
    params(("Idempotency-Key" = String, Header)), responses(
    (status = 200, body = Retried), (status = 403, body = ProblemBody), (status = 404, body = ProblemBody)))]
async fn retry_dead_letters(
    State(app): State<App>,
    Caller(ctx): Caller,
    ApiJson(body): ApiJson<RetryAll>,
) -> ApiResult<Json<Retried>> {
    Ok(Json(Retried { retried: act::retry_all(&app, &ctx, &body.consumer).await? }))
}

/// Deliver a dead letter again.
#[utoipa::path(post, path = "/api/v1/dlq/{id}/retry", tag = "events",
    params(("id" = String, Path), ("Idempotency-Key" = String, Header)), responses(
    (status = 200, body = DeadLetter), (status = 403, body = ProblemBody), (status = 404, body = ProblemBody),
    (status = 409, body = ProblemBody, description = "`dead_letter.settled`, `dead_letter.dropped`")))]
async fn retry_dead_letter(
    State(app): State<App>,
    Caller(ctx): Caller,
    ApiPath(id): ApiPath<DeadLetterId>,
) -> ApiResult<Json<DeadLetter>> {
    Ok(Json(act::retry(&app, &ctx, id).await?))
}

/// Give a dead letter up for good.
#[utoipa::path(post, path = "/api/v1/dlq/{id}/drop", tag = "events", request_body = DropNote,
    params(("id" = String, Path), ("Idempotency-Key" = String, Header)), responses(
    (status = 200, body = DeadLetter), (status = 403, body = ProblemBody), (status = 404, body = ProblemBody),
    (status = 409, body = ProblemBody), (status = 422, body = ProblemBody)))]
async fn drop_dead_letter(
    State(app): State<App>,
    Caller(ctx): Caller,
    ApiPath(id): ApiPath<DeadLetterId>,
    ApiJson(body): ApiJson<DropNote>,
) -> ApiResult<Json<DeadLetter>> {
    Ok(Json(act::drop_letter(&app, &ctx, id, &body.note).await?))
}
