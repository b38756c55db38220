//! Saved views over HTTP. Everybody sees their own only.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use kernel_audit::Change;
use kernel_auth::{Permission, authorize};
use kernel_core::{Ctx, Error, Result, Role, UserId};
use kernel_db::TenantTx;
use kernel_http::{
    ApiJson, ApiPath, ApiResult, Caller, ListQuery, NoFilter, PageBody, PageParams, ProblemBody, ProjectParam,
};
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::dto::{NewView, SavedView};
use super::store::{self, Shelf};
use crate::accounts;
use crate::ids::ViewId;
use crate::state::App;

const VIEWS: Permission = Permission::new("views:write", Role::Viewer);

/// The routes of this feature.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list_views, save_view)).routes(routes!(delete_view))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct Filter {
    /// Only views of this list.
    list: Option<String>,
}

/// List your views, oldest first.
#[utoipa::path(get, path = "/api/v1/views", tag = "home", params(Filter, PageParams, ProjectParam), responses(
    (status = 200, body = PageBody<SavedView>), (status = 403, body = ProblemBody), (status = 404, body = ProblemBody)))]
async fn list_views(
    State(app): State<App>,
    Caller(ctx): Caller,
    query: ListQuery<Filter>,
) -> ApiResult<Json<PageBody<SavedView>>> {
    authorize(&ctx.actor, VIEWS)?;
    let tx = app.db.tenant_tx(ctx.tenant).await?;
    let project = accounts::resolve_project(&tx, query.project.as_deref()).await?.id;
    let shelf = Shelf { project, user: person(&ctx)?, list: query.filter.list };
    Ok(Json(store::view_list(&tx, &shelf, &query.page).await?.into()))
}

/// Save a view, or another query under its name.
#[utoipa::path(post, path = "/api/v1/views", tag = "home", request_body = NewView, params(ProjectParam), responses(
    (status = 201, body = SavedView), (status = 403, body = ProblemBody), (status = 404, body = ProblemBody),
    (status = 409, body = ProblemBody), (status = 422, body = ProblemBody)))]
async fn save_view(
    State(app): State<App>,
    Caller(ctx): Caller,
    query: ListQuery<NoFilter>,
    ApiJson(body): ApiJson<NewView>,
) -> ApiResult<impl IntoResponse> {
    authorize(&ctx.actor, VIEWS)?;
    let new = checked(body)?;
    let tx = app.db.tenant_tx(ctx.tenant).await?;
    let project = accounts::resolve_project(&tx, query.project.as_deref()).await?.id;
    let shelf = Shelf { project, user: person(&ctx)?, list: None };
    let view = store::view_save(&ctx, &tx, &shelf, &new).await?;
    let shown = serde_json::json!({ "list": view.list, "name": view.name, "query": view.query });
    tell(&ctx, &tx, "view.saved", view.id, Some(shown)).await?;
    tx.commit().await?;
    Ok((StatusCode::CREATED, Json(view)))
}

/// Forget a view of yours.
#[utoipa::path(delete, path = "/api/v1/views/{id}", tag = "home", params(("id" = ViewId, Path)), responses(
    (status = 204, description = "It is gone"), (status = 403, body = ProblemBody), (status = 404, body = ProblemBody)))]
async fn delete_view(
    State(app): State<App>,
    Caller(ctx): Caller,
    ApiPath(id): ApiPath<ViewId>,
) -> ApiResult<StatusCode> {
    authorize(&ctx.actor, VIEWS)?;
    let tx = app.db.tenant_tx(ctx.tenant).await?;
    store::view_delete(&tx, person(&ctx)?, id).await?;
    tell(&ctx, &tx, "view.deleted", id, None).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn tell(
    ctx: &Ctx,
    tx: &TenantTx,
    action: &'static str,
    id: ViewId,
    after: Option<serde_json::Value>,
) -> Result<()> {
    let (entity_type, entity_id) = ("view", id.to_string());
    let change = Change { action, entity_type, entity_id, before: None, after, reason: None };
    Ok(kernel_audit::record(ctx, tx, &[change]).await?)
}

fn checked(new: NewView) -> Result<NewView> {
    let name = new.name.trim().to_owned();
    let query = new.query.trim_start_matches('?').to_owned();
    let word = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || c == '_';
    let fault = |pointer: &str, detail: &str| {
        Err(Error::unprocessable("view.invalid", detail).at(pointer, "invalid", detail))
    };
    if new.list.is_empty() || new.list.len() > 40 || !new.list.chars().all(word) {
        return fault("/list", "Name a list with lower-case letters, digits, - and _.");
    }
    if name.is_empty() || name.chars().count() > 80 || name.chars().any(char::is_control) {
        return fault("/name", "A name has 1 to 80 characters.");
    }
    if query.chars().count() > 2_000 || query.chars().any(char::is_control) {
        return fault("/query", "A query has at most 2,000 characters.");
    }
    Ok(NewView { list: new.list, name, query })
}

fn person(ctx: &Ctx) -> Result<UserId> {
    ctx.actor.user().ok_or_else(|| Error::internal("a job has views"))
}
