//! The discussion of a price change over HTTP, and all that happened to it.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use kernel_auth::authorize;
use kernel_http::{
    ApiJson, ApiPath, ApiResult, Caller, ListQuery, NoFilter, PageBody, PageParams, ProblemBody, once,
};
use utoipa_axum::router::{OpenApiRouter, UtoipaMethodRouterExt};
use utoipa_axum::routes;

use super::super::api::{PRICE_CHANGES_READ, shown};
use super::super::dto::{ChangesRequest, Comment, NewComment, PriceChange, ReviewRequest};
use super::super::store::{price_change_by_id, runs_of};
use super::store;
use crate::audit::dto::AuditRecord;
use crate::ids::PriceChangeId;
use crate::state::App;

/// The routes of the discussion.
pub(in super::super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list_price_change_comments))
        .routes(routes!(comment_price_change).map(once))
        .routes(routes!(request_price_change_review).map(once))
        .routes(routes!(ask_price_change_changes).map(once))
        .routes(routes!(list_price_change_activity))
}

/// What people said of a price change, oldest first.
#[utoipa::path(get, path = "/api/v1/price-changes/{id}/comments", tag = "price-changes",
    params(("id" = PriceChangeId, Path), PageParams), responses(
    (status = 200, body = PageBody<Comment>), (status = 403, body = ProblemBody), (status = 404, body = ProblemBody)))]
async fn list_price_change_comments(
    State(app): State<App>,
    Caller(ctx): Caller,
    ApiPath(id): ApiPath<PriceChangeId>,
    query: ListQuery<NoFilter>,
) -> ApiResult<Json<PageBody<Comment>>> {
    authorize(&ctx.actor, PRICE_CHANGES_READ)?;
    let tx = app.db.tenant_tx(ctx.tenant).await?;
    price_change_by_id(&tx, id).await?;
    Ok(Json(store::comment_list(&tx, id, &query.page).await?.into()))
}

/// Say something about a price change.
#[utoipa::path(post, path = "/api/v1/price-changes/{id}/comments", tag = "price-changes", request_body = NewComment,
    params(("id" = PriceChangeId, Path), ("Idempotency-Key" = String, Header)), responses(
    (status = 201, body = Comment), (status = 403, body = ProblemBody), (status = 404, body = ProblemBody),
    (status = 422, body = ProblemBody)))]
async fn comment_price_change(
    State(app): State<App>,
    Caller(ctx): Caller,
    ApiPath(id): ApiPath<PriceChangeId>,
    ApiJson(body): ApiJson<NewComment>,
) -> ApiResult<impl IntoResponse> {
    Ok((StatusCode::CREATED, Json(super::comment(&app, &ctx, id, body).await?)))
}

/// Ask others to decide on a plan, also after an answer to what they asked for.
#[utoipa::path(post, path = "/api/v1/price-changes/{id}/request-review", tag = "price-changes",
    request_body = ReviewRequest,
    params(("id" = PriceChangeId, Path), ("Idempotency-Key" = String, Header)), responses(
    (status = 200, body = PriceChange), (status = 403, body = ProblemBody), (status = 404, body = ProblemBody),
    (status = 409, body = ProblemBody), (status = 422, body = ProblemBody)))]
async fn request_price_change_review(
    State(app): State<App>,
    Caller(ctx): Caller,
    ApiPath(id): ApiPath<PriceChangeId>,
    ApiJson(body): ApiJson<ReviewRequest>,
) -> ApiResult<Json<PriceChange>> {
    super::request_review(&app, &ctx, id, body).await?;
    shown(&app, &ctx, id).await
}

/// Ask the author for changes, with a reason. The plan stays open.
#[utoipa::path(post, path = "/api/v1/price-changes/{id}/ask-for-changes", tag = "price-changes",
    request_body = ChangesRequest,
    params(("id" = PriceChangeId, Path), ("Idempotency-Key" = String, Header)), responses(
    (status = 200, body = PriceChange), (status = 403, body = ProblemBody), (status = 404, body = ProblemBody),
    (status = 409, body = ProblemBody), (status = 412, body = ProblemBody), (status = 422, body = ProblemBody)))]
async fn ask_price_change_changes(
    State(app): State<App>,
    Caller(ctx): Caller,
    ApiPath(id): ApiPath<PriceChangeId>,
    ApiJson(body): ApiJson<ChangesRequest>,
) -> ApiResult<Json<PriceChange>> {
    super::ask_for_changes(&app, &ctx, id, body).await?;
    shown(&app, &ctx, id).await
}

/// Who did what to a price change and its runs, newest first: its part of the audit.
#[utoipa::path(get, path = "/api/v1/price-changes/{id}/activity", tag = "price-changes",
    params(("id" = PriceChangeId, Path), PageParams), responses(
    (status = 200, body = PageBody<AuditRecord>), (status = 403, body = ProblemBody),
    (status = 404, body = ProblemBody)))]
async fn list_price_change_activity(
    State(app): State<App>,
    Caller(ctx): Caller,
    ApiPath(id): ApiPath<PriceChangeId>,
    query: ListQuery<NoFilter>,
) -> ApiResult<Json<PageBody<AuditRecord>>> {
    authorize(&ctx.actor, PRICE_CHANGES_READ)?;
    let tx = app.db.tenant_tx(ctx.tenant).await?;
    price_change_by_id(&tx, id).await?;
    let mut things = vec![("price_change", id.to_string())];
    things.extend(runs_of(&tx, id).await?.refs.into_iter().map(|run| ("run", run.id.to_string())));
    Ok(Json(kernel_audit::about(&tx, &things, &query.page).await?.map(AuditRecord::from).into()))
}
