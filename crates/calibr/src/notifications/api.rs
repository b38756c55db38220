//! Notifications over HTTP.

use axum::Json;
use axum::extract::State;
use kernel_auth::{Permission, authorize};
use kernel_core::{Ctx, Error, Role, UserId};
use kernel_http::{ApiJson, ApiResult, Caller, ListQuery, NoFilter, ProblemBody, ProjectParam};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::dto::{Notifications, ReadMark};
use super::store;
use crate::accounts;
use crate::state::App;

/// They tell of price changes before all else.
const NOTIFICATIONS: Permission = Permission::new("price_changes:read", Role::Viewer);

/// The routes of this feature.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list_notifications)).routes(routes!(read_notifications))
}

/// What you should know of, newest first.
#[utoipa::path(get, path = "/api/v1/notifications", tag = "home", params(ProjectParam), responses(
    (status = 200, body = Notifications), (status = 403, body = ProblemBody), (status = 404, body = ProblemBody)))]
async fn list_notifications(
    State(app): State<App>,
    Caller(ctx): Caller,
    query: ListQuery<NoFilter>,
) -> ApiResult<Json<Notifications>> {
    authorize(&ctx.actor, NOTIFICATIONS)?;
    let tx = app.db.tenant_tx(ctx.tenant).await?;
    let project = accounts::resolve_project(&tx, query.project.as_deref()).await?;
    Ok(Json(store::notifications(&ctx, &tx, project.id, reader(&ctx)?).await?))
}

/// Say up to when you have read.
#[utoipa::path(post, path = "/api/v1/notifications/read", tag = "home", request_body = ReadMark,
    params(ProjectParam), responses(
    (status = 200, body = Notifications), (status = 403, body = ProblemBody), (status = 404, body = ProblemBody)))]
async fn read_notifications(
    State(app): State<App>,
    Caller(ctx): Caller,
    query: ListQuery<NoFilter>,
    ApiJson(body): ApiJson<ReadMark>,
) -> ApiResult<Json<Notifications>> {
    authorize(&ctx.actor, NOTIFICATIONS)?;
    let (reader, tx) = (reader(&ctx)?, app.db.tenant_tx(ctx.tenant).await?);
    let project = accounts::resolve_project(&tx, query.project.as_deref()).await?;
    // What is still to come cannot have been read.
    store::mark_read(&tx, project.id, reader, body.until.min(ctx.now())).await?;
    let shown = store::notifications(&ctx, &tx, project.id, reader).await?;
    tx.commit().await?;
    Ok(Json(shown))
}

fn reader(ctx: &Ctx) -> Result<UserId, Error> {
    ctx.actor.user().ok_or_else(|| Error::internal("a job asked for its notifications"))
}
