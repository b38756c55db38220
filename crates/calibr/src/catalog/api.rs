//! The catalogue over HTTP.

use std::io::{Seek, SeekFrom};

use axum::Extension;
use axum::Json;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use connector_shopify::csv::{DecimalMark, ExportColumns};
use jiff::Timestamp;
use kernel_auth::{Permission, authorize};
use kernel_core::{Ctx, Error, Role};
use kernel_http::{
    ApiPath, ApiResult, Begin, Caller, Kernel, ListQuery, NoFilter, PageBody, PageParams, Problem,
    ProblemBody, ProjectParam, begin,
};
use serde::{Deserialize, Serialize};
use tokio_util::io::ReaderStream;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::dto::{Facets, ImportReport, PriceVersion, Product, UploadReport, Variant};
use super::export::{Export, export_products};
use super::facets;
use super::files;
use super::store::{self, ProductFilter, VariantFilter};
use super::surfaces;
use super::upload::{self, Purpose, Upload};
use crate::accounts;
use crate::ids::VariantId;
use crate::state::App;

const CATALOG_READ: Permission = Permission::new("catalog:read", Role::Viewer);

/// The routes of this feature.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list_products))
        .routes(routes!(list_variants))
        .routes(routes!(get_variant))
        .routes(routes!(list_facets))
        .routes(routes!(list_variant_prices))
        .routes(routes!(import_catalog))
        .routes(routes!(export_catalog))
        .routes(routes!(import_facts))
        .routes(routes!(import_history))
        .merge(surfaces::routes())
}

/// List products, oldest first.
#[utoipa::path(get, path = "/api/v1/catalog/products", tag = "catalog",
    params(ProductFilter, PageParams, ProjectParam), responses(
    (status = 200, body = PageBody<Product>), (status = 403, body = ProblemBody)))]
async fn list_products(
    State(app): State<App>,
    Caller(ctx): Caller,
    query: ListQuery<ProductFilter>,
) -> ApiResult<Json<PageBody<Product>>> {
    authorize(&ctx.actor, CATALOG_READ)?;
    let tx = app.db.tenant_tx(ctx.tenant).await?;
    let project = accounts::resolve_project(&tx, query.project.as_deref()).await?;
    Ok(Json(store::product_list(&tx, project.id, &query.filter, &query.page).await?.into()))
}

/// List variants with their prices now, oldest first.
#[utoipa::path(get, path = "/api/v1/catalog/variants", tag = "catalog",
    params(VariantFilter, PageParams, ProjectParam), responses(
    (status = 200, body = PageBody<Variant>), (status = 403, body = ProblemBody)))]
async fn list_variants(
    State(app): State<App>,
    Caller(ctx): Caller,
    query: ListQuery<VariantFilter>,
) -> ApiResult<Json<PageBody<Variant>>> {
    authorize(&ctx.actor, CATALOG_READ)?;
    let tx = app.db.tenant_tx(ctx.tenant).await?;
    let project = accounts::resolve_project(&tx, query.project.as_deref()).await?;
    Ok(Json(store::variant_list(&tx, project.id, &query.filter, &query.page).await?.into()))
}

/// Vendors, product types and tags with how many variants have them. Each is counted under the other filters.
#[utoipa::path(get, path = "/api/v1/catalog/facets", tag = "catalog", params(VariantFilter, ProjectParam), responses(
    (status = 200, body = Facets), (status = 403, body = ProblemBody), (status = 404, body = ProblemBody)))]
async fn list_facets(
    State(app): State<App>,
    Caller(ctx): Caller,
    query: ListQuery<VariantFilter>,
) -> ApiResult<Json<Facets>> {
    authorize(&ctx.actor, CATALOG_READ)?;
    let tx = app.db.tenant_tx(ctx.tenant).await?;
    let project = accounts::resolve_project(&tx, query.project.as_deref()).await?;
    Ok(Json(facets::facets(&tx, project.id, &query.filter).await?))
}

/// A variant with its price now.
#[utoipa::path(get, path = "/api/v1/variants/{id}", tag = "catalog", params(("id" = VariantId, Path)), responses(
    (status = 200, body = Variant), (status = 403, body = ProblemBody), (status = 404, body = ProblemBody)))]
async fn get_variant(
    State(app): State<App>,
    Caller(ctx): Caller,
    ApiPath(id): ApiPath<VariantId>,
) -> ApiResult<Json<Variant>> {
    authorize(&ctx.actor, CATALOG_READ)?;
    let tx = app.db.tenant_tx(ctx.tenant).await?;
    Ok(Json(store::variant_by_id(&tx, id).await?))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct PricesFilter {
    /// Only the price that held at this instant.
    at: Option<Timestamp>,
    /// Of this price surface instead of the base prices.
    surface: Option<String>,
}

/// The prices a variant had, newest first, each with the price change behind it.
#[utoipa::path(get, path = "/api/v1/variants/{id}/prices", tag = "catalog",
    params(("id" = VariantId, Path), PricesFilter, PageParams), responses(
    (status = 200, body = PageBody<PriceVersion>), (status = 403, body = ProblemBody),
    (status = 404, body = ProblemBody), (status = 422, body = ProblemBody)))]
async fn list_variant_prices(
    State(app): State<App>,
    Caller(ctx): Caller,
    ApiPath(id): ApiPath<VariantId>,
    query: ListQuery<PricesFilter>,
) -> ApiResult<Json<PageBody<PriceVersion>>> {
    authorize(&ctx.actor, CATALOG_READ)?;
    let tx = app.db.tenant_tx(ctx.tenant).await?;
    store::variant_by_id(&tx, id).await?;
    let surface = surfaces::surface_of_variant(&tx, id, query.filter.surface.as_deref()).await?;
    let Some(at) = query.filter.at else {
        let mut page = store::price_list(&tx, (id, surface), &query.page).await?;
        store::explain_prices(&tx, id, &mut page.data).await?;
        return Ok(Json(page.into()));
    };
    let mut data: Vec<PriceVersion> = store::price_at(&tx, (id, surface), at).await?.into_iter().collect();
    store::explain_prices(&tx, id, &mut data).await?;
    Ok(Json(PageBody { data, has_more: false, next_cursor: None }))
}

/// Which mark stands before the decimals of a file.
#[derive(Debug, Clone, Copy, Default, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum Mark {
    /// Seen from each amount; an amount that could be read both ways is refused.
    #[default]
    Auto,
    /// `1,234.50`.
    Point,
    /// `1.234,50`.
    Comma,
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct ImportParams {
    /// Which mark stands before the decimals.
    #[serde(default)]
    #[param(inline)]
    decimal_mark: Mark,
    /// Only report what would be taken, changed and refused; nothing is kept.
    #[serde(default)]
    dry_run: bool,
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct UploadParams {
    /// Only report what would be taken and refused; nothing is kept.
    #[serde(default)]
    dry_run: bool,
}

/// What an upload is for, by its `dry_run`.
const fn purpose(dry_run: bool) -> Purpose {
    if dry_run { Purpose::Try } else { Purpose::Take }
}

/// Import a Shopify product CSV of any size.
#[utoipa::path(post, path = "/api/v1/catalog/imports", tag = "catalog",
    request_body(content = String, content_type = "text/csv"),
    params(ImportParams, ProjectParam, ("Idempotency-Key" = String, Header)), responses(
    (status = 200, body = ImportReport, description = "What would be, of a dry run"),
    (status = 201, body = ImportReport, description = "What was taken, changed and refused, by line"),
    (status = 403, body = ProblemBody),
    (status = 422, body = ProblemBody, description = "The file cannot be used; nothing was taken")))]
async fn import_catalog(
    State(app): State<App>,
    Extension(kernel): Extension<Kernel>,
    Caller(ctx): Caller,
    headers: HeaderMap,
    query: ListQuery<ImportParams>,
    body: Body,
) -> ApiResult<Response> {
    let purpose = purpose(query.filter.dry_run);
    let operation = format!("import {:?} {:?} {purpose:?}", query.project, query.filter.decimal_mark);
    let mark = match query.filter.decimal_mark {
        Mark::Auto => DecimalMark::Auto,
        Mark::Point => DecimalMark::Point,
        Mark::Comma => DecimalMark::Comma,
    };
    let (caller, project) = (ctx.clone(), query.project);
    take_once(&kernel, &caller, &headers, (operation, purpose), body, move |upload| async move {
        upload::import_file(&app, &ctx, project.as_deref(), upload, mark).await
    })
    .await
}

/// Tell facts about variants that a product file does not hold, from a CSV. The first line names the columns: `sku` or
/// `variant_id`, then any of `cost`, `inventory`, `msrp`, `map`, `competitor_lowest`, `units_sold_30d`, `collections`
/// (between `;` or `|`), `created_at` and `custom.KEY`. An empty cell leaves a fact as it is, `none` clears it.
#[utoipa::path(post, path = "/api/v1/catalog/facts", tag = "catalog",
    request_body(content = String, content_type = "text/csv"),
    params(UploadParams, ProjectParam, ("Idempotency-Key" = String, Header)), responses(
    (status = 200, body = UploadReport, description = "What would be, of a dry run"),
    (status = 201, body = UploadReport, description = "What was taken and refused, by line"),
    (status = 403, body = ProblemBody),
    (status = 422, body = ProblemBody, description = "The file cannot be used; nothing was taken")))]
async fn import_facts(
    State(app): State<App>,
    Extension(kernel): Extension<Kernel>,
    Caller(ctx): Caller,
    headers: HeaderMap,
    query: ListQuery<UploadParams>,
    body: Body,
) -> ApiResult<Response> {
    let purpose = purpose(query.filter.dry_run);
    let operation = format!("facts {:?} {purpose:?}", query.project);
    let (caller, project) = (ctx.clone(), query.project);
    take_once(&kernel, &caller, &headers, (operation, purpose), body, move |upload| async move {
        files::take_facts(&app, &ctx, project.as_deref(), upload).await
    })
    .await
}

/// Tell prices of the past, from a CSV with the columns `sku` or `variant_id`, `price`, `valid_from`, and if wanted
/// `compare_at`, `valid_to` and `surface`. Without `valid_to` a price held until the next one. What is recorded stays.
#[utoipa::path(post, path = "/api/v1/catalog/history", tag = "catalog",
    request_body(content = String, content_type = "text/csv"),
    params(UploadParams, ProjectParam, ("Idempotency-Key" = String, Header)), responses(
    (status = 200, body = UploadReport, description = "What would be, of a dry run"),
    (status = 201, body = UploadReport, description = "What was taken and refused, by line"),
    (status = 403, body = ProblemBody),
    (status = 422, body = ProblemBody, description = "The file cannot be used; nothing was taken")))]
async fn import_history(
    State(app): State<App>,
    Extension(kernel): Extension<Kernel>,
    Caller(ctx): Caller,
    headers: HeaderMap,
    query: ListQuery<UploadParams>,
    body: Body,
) -> ApiResult<Response> {
    let purpose = purpose(query.filter.dry_run);
    let operation = format!("history {:?} {purpose:?}", query.project);
    let (caller, project) = (ctx.clone(), query.project);
    take_once(&kernel, &caller, &headers, (operation, purpose), body, move |upload| async move {
        files::take_history(&app, &ctx, project.as_deref(), upload).await
    })
    .await
}

/// Lets a file arrive and be taken, or tried, once for each idempotency key, and answers with the report.
async fn take_once<R: Serialize, W>(
    kernel: &Kernel,
    ctx: &Ctx,
    headers: &HeaderMap,
    (operation, purpose): (String, Purpose),
    body: Body,
    take: impl FnOnce(Upload) -> W + Send + 'static,
) -> ApiResult<Response>
where
    W: Future<Output = kernel_core::Result<R>> + Send,
{
    let upload = upload::receive(ctx, body, purpose).await?;
    let answered = match purpose {
        Purpose::Take => StatusCode::CREATED,
        Purpose::Try => StatusCode::OK,
    };
    match begin(&kernel.db, ctx, headers, &operation, &upload.digest).await? {
        Begin::Replay(response) => Ok(response),
        Begin::New(key) => {
            let work = async move {
                match take(upload).await {
                    Ok(report) => (answered, Json(report)).into_response(),
                    Err(error) => Problem(error).into_response(),
                }
            };
            Ok(key.run(work).await?)
        }
    }
}

/// The whole catalogue as a Shopify product CSV.
#[utoipa::path(get, path = "/api/v1/catalog/export", tag = "catalog", params(ProjectParam), responses(
    (status = 200, content_type = "text/csv", body = String), (status = 403, body = ProblemBody)))]
async fn export_catalog(
    State(app): State<App>,
    Caller(ctx): Caller,
    query: ListQuery<NoFilter>,
) -> ApiResult<Response> {
    authorize(&ctx.actor, CATALOG_READ)?;
    let tx = app.db.repeatable_read(ctx.tenant).await?;
    let project = accounts::resolve_project(&tx, query.project.as_deref()).await?;
    let file = std::io::BufWriter::new(tempfile::tempfile().map_err(Error::internal)?);
    let export = Export { project: project.id, columns: ExportColumns::Catalogue, overrides: None };
    let file = export_products(&tx, export, file).await?;
    let mut file = file.into_inner().map_err(|error| Error::internal(error.into_error()))?;
    file.seek(SeekFrom::Start(0)).map_err(Error::internal)?;
    let body = Body::from_stream(ReaderStream::new(tokio::fs::File::from_std(file)));
    let disposition = format!("attachment; filename=\"{}.csv\"", project.slug);
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()),
        (header::CONTENT_DISPOSITION, disposition),
    ];
    Ok((headers, body).into_response())
}
