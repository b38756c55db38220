//! The event log, its consumers and dead letters over HTTP.

use std::time::Duration;

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::IntoResponse;
use axum::response::sse::{KeepAlive, Sse};
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

use super::dto::{Consumer, DeadLetter, DropNote, Event, NewReplay, Replay, Retried, RetryAll};
use super::{act, stream};
use crate::price_changes::known_word;
use crate::state::App;

const EVENTS_READ: Permission = Permission::new("events:read", Role::Viewer);
const LETTER_STATES: [&str; 4] = ["dead", "retrying", "settled", "dropped"];

/// The routes of this feature.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list_events))
        .routes(routes!(list_consumers))
        .routes(routes!(forget_consumer))
        .routes(routes!(list_replays))
        .routes(routes!(create_replay).map(once))
        .routes(routes!(list_dead_letters))
        .routes(routes!(stream_events))
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

/// Forget a consumer that no server runs any more, so that the log is not kept for it. What was open of it is dropped within
/// a day. A server that runs it after all begins at the start of the log.
#[utoipa::path(delete, path = "/api/v1/events/consumers/{name}", tag = "events", params(("name" = String, Path)),
    responses(
    (status = 204, description = "Nothing is kept for it any more"), (status = 403, body = ProblemBody),
    (status = 404, body = ProblemBody),
    (status = 409, body = ProblemBody, description = "`consumer.in_use`: a server reads for it, or did within the last hour")))]
async fn forget_consumer(
    State(app): State<App>,
    Caller(ctx): Caller,
    ApiPath(name): ApiPath<String>,
) -> ApiResult<StatusCode> {
    act::forget(&app, &ctx, &name).await?;
    Ok(StatusCode::NO_CONTENT)
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
    (status = 200, body = PageBody<DeadLetter>), (status = 400, body = ProblemBody), (status = 403, body = ProblemBody)))]
async fn list_dead_letters(
    State(app): State<App>,
    Caller(ctx): Caller,
    query: ListQuery<LetterFilter>,
) -> ApiResult<Json<PageBody<DeadLetter>>> {
    authorize(&ctx.actor, EVENTS_READ)?;
    let LetterFilter { consumer, state } = query.filter;
    if let Some(state) = &state {
        known_word(state, "state", &LETTER_STATES)?;
    }
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

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct StreamFilter {
    /// What to hear of, separated by commas: kinds of things such as `price_change`, or single things such as
    /// `run:run_…`; up to 50.
    topics: String,
    /// How long to stay, in seconds, up to 600, which is also what holds unless said. 0 tells what is there and ends.
    seconds: Option<u16>,
}

/// Follow the event log: one stream for all that a page shows. `event: open` comes first, then each event under its type
/// with an `Event` as data. Ids are places in the log; who comes back with the last one as `Last-Event-ID` misses nothing.
/// If the log does not keep that place any more, `event: reset` says to read everything anew.
#[utoipa::path(get, path = "/api/v1/events/stream", tag = "events",
    params(StreamFilter, ("Last-Event-ID" = Option<i64>, Header)), responses(
    (status = 200, content_type = "text/event-stream", body = String), (status = 400, body = ProblemBody),
    (status = 403, body = ProblemBody)))]
async fn stream_events(
    State(app): State<App>,
    Caller(ctx): Caller,
    headers: HeaderMap,
    query: ListQuery<StreamFilter>,
) -> ApiResult<impl IntoResponse> {
    authorize(&ctx.actor, EVENTS_READ)?;
    let topics = stream::topics(&query.filter.topics)?;
    let stay =
        Duration::from_secs(u64::from(query.filter.seconds.unwrap_or(u16::MAX).min(stream::SECONDS_MAX)));
    let told = stream::follow(app, ctx, topics, stream::heard(&headers), stay);
    let keep_alive = KeepAlive::new().interval(Duration::from_secs(15)).text("still here");
    let headers =
        [(header::CACHE_CONTROL, "no-store"), (header::HeaderName::from_static("x-accel-buffering"), "no")];
    Ok((headers, Sse::new(told).keep_alive(keep_alive)))
}
