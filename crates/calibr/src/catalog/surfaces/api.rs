//! Price surfaces over HTTP.

use axum::Json;
use axum::extract::State;
use kernel_auth::{Permission, authorize};
use kernel_core::Role;
use kernel_http::{ApiResult, Caller, ListQuery, NoFilter, PageBody, ProblemBody, ProjectParam};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::store::{self, SurfaceRecord};
use crate::accounts;
use crate::catalog::BASE;
use crate::catalog::dto::PriceSurface;
use crate::state::App;

const CATALOG_READ: Permission = Permission::new("catalog:read", Role::Viewer);

pub(in crate::catalog) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list_surfaces))
}

/// List where a project's prices are shown: the shop's base prices, then its price lists by name.
#[utoipa::path(get, path = "/api/v1/surfaces", tag = "catalog", params(ProjectParam), responses(
    (status = 200, body = PageBody<PriceSurface>, description = "All of them; there is one page"),
    (status = 403, body = ProblemBody)))]
async fn list_surfaces(
    State(app): State<App>,
    Caller(ctx): Caller,
    query: ListQuery<NoFilter>,
) -> ApiResult<Json<PageBody<PriceSurface>>> {
    authorize(&ctx.actor, CATALOG_READ)?;
    let tx = app.db.tenant_tx(ctx.tenant).await?;
    let project = accounts::resolve_project(&tx, query.project.as_deref()).await?;
    let base = PriceSurface {
        name: BASE.to_owned(),
        title: "Base prices".to_owned(),
        currency: project.currency,
        channel_id: None,
        fixed_rows: None,
        relative_rows: None,
        read_at: None,
        gone_at: None,
    };
    let lists = store::surface_list(&tx, project.id).await?;
    let data = std::iter::once(base).chain(lists.into_iter().map(shown)).collect();
    Ok(Json(PageBody { data, has_more: false, next_cursor: None }))
}

fn shown(record: SurfaceRecord) -> PriceSurface {
    PriceSurface {
        name: record.name,
        title: record.title,
        currency: record.currency,
        channel_id: Some(record.channel),
        fixed_rows: Some(record.fixed_rows.unsigned_abs()),
        relative_rows: Some(record.relative_rows.unsigned_abs()),
        read_at: Some(record.read_at),
        gone_at: record.gone_at,
    }
}
