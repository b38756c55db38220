//! The home page over HTTP.

use axum::Json;
use axum::extract::State;
use kernel_auth::{Permission, authorize};
use kernel_core::Role;
use kernel_http::{ApiResult, Caller, ListQuery, NoFilter, ProblemBody, ProjectParam};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::dto::Home;
use super::store;
use crate::accounts;
use crate::state::App;

/// The page shows price changes before all else.
const HOME_READ: Permission = Permission::new("price_changes:read", Role::Viewer);

/// The routes of this feature.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(get_home))
}

/// A project at a glance: what waits for you, what runs, the last seven days, first steps.
#[utoipa::path(get, path = "/api/v1/home", tag = "home", params(ProjectParam), responses(
    (status = 200, body = Home), (status = 403, body = ProblemBody), (status = 404, body = ProblemBody)))]
async fn get_home(
    State(app): State<App>,
    Caller(ctx): Caller,
    query: ListQuery<NoFilter>,
) -> ApiResult<Json<Home>> {
    authorize(&ctx.actor, HOME_READ)?;
    let tx = app.db.tenant_tx(ctx.tenant).await?;
    let project = accounts::resolve_project(&tx, query.project.as_deref()).await?;
    Ok(Json(Home {
        needs_you: store::needs_you(&ctx, &tx, project.id).await?,
        runs_now: store::runs_now(&tx, project.id).await?,
        runs_of_week: store::runs_of_week(&ctx, &tx, project.id).await?,
        first_steps: store::first_steps(&tx, project.id).await?,
    }))
}
