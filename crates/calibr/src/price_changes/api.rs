//! Price changes over HTTP. Applying and rolling back start runs and stand there.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header;
use axum::response::IntoResponse;
use kernel_auth::{Permission, authorize};
use kernel_core::{Ctx, Error, Role};
use kernel_http::{
    ApiJson, ApiPath, ApiResult, Caller, ListQuery, NoFilter, PageBody, PageParams, ProblemBody,
    ProjectParam, once,
};
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::router::{OpenApiRouter, UtoipaMethodRouterExt};
use utoipa_axum::routes;

use super::dto::{
    DecisionRequest, MarginSpread, NewPriceChange, PriceChange, PriceChangeRow, PriceChangeSummary, RowCounts,
};
use super::listing::{self, Ratio, RowFilter, Sort};
use super::margin::AgainstCosts;
use super::store::{self, ListFilter};
use super::{decide, discussion, export, model, plan, scheduling, show, trial};
use crate::accounts;
use crate::ids::{PriceChangeId, VariantId};
use crate::state::App;

pub(super) const PRICE_CHANGES_READ: Permission = Permission::new("price_changes:read", Role::Viewer);
const OUTCOMES: [&str; 5] = ["raise", "cut", "same", "blocked", "skipped"];

/// The routes of this feature.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list_price_changes))
        .routes(routes!(create_price_change).map(once))
        .routes(routes!(get_price_change))
        .routes(routes!(list_price_change_rows))
        .routes(routes!(count_price_change_rows))
        .routes(routes!(spread_price_change_margins))
        .routes(routes!(export_price_change))
        .routes(routes!(approve_price_change).map(once))
        .routes(routes!(reject_price_change).map(once))
        .merge(discussion::routes())
        .merge(scheduling::routes())
        .merge(trial::routes())
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct Filter {
    /// States to list, separated by commas.
    state: Option<String>,
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct RowsFilter {
    /// Outcomes to list, separated by commas: `raise`, `cut`, `same`, `blocked`, `skipped`.
    outcome: Option<String>,
    /// Part of a SKU or title, whatever the case.
    q: Option<String>,
    /// Only this variant's row.
    variant_id: Option<VariantId>,
    /// Only rows that this guardrail stops, nearly stops or lets pass by a waiver, such as `below_cost`.
    guardrail: Option<String>,
    /// Only changes of at least so many percent, such as `-10` or `2.5`.
    #[serde(rename = "delta_pct[gte]")]
    delta_from: Option<String>,
    /// Only changes of less than so many percent.
    #[serde(rename = "delta_pct[lt]")]
    delta_below: Option<String>,
    /// Only rows with at least this margin afterwards, in percent, without tax, by the cost and the tax that are known now.
    #[serde(rename = "margin_pct[gte]")]
    margin_from: Option<String>,
    /// Only rows with less than this margin afterwards.
    #[serde(rename = "margin_pct[lt]")]
    margin_below: Option<String>,
    /// `row` (plan order), `sku`, `delta_pct`, `margin_pct` or `after`, with `-` before it for the other way round.
    sort: Option<String>,
    /// `trace` adds the explain trace to each row.
    include: Option<String>,
}

/// List price changes, newest first.
#[utoipa::path(get, path = "/api/v1/price-changes", tag = "price-changes",
    params(Filter, PageParams, ProjectParam), responses(
    (status = 200, body = PageBody<PriceChangeSummary>), (status = 400, body = ProblemBody),
    (status = 403, body = ProblemBody)))]
async fn list_price_changes(
    State(app): State<App>,
    Caller(ctx): Caller,
    query: ListQuery<Filter>,
) -> ApiResult<Json<PageBody<PriceChangeSummary>>> {
    authorize(&ctx.actor, PRICE_CHANGES_READ)?;
    let states = words(query.filter.state.as_deref(), "state", &model::State::words())?;
    let tx = app.db.tenant_tx(ctx.tenant).await?;
    let project = accounts::resolve_project(&tx, query.project.as_deref()).await?;
    let filter = ListFilter { project: project.id, states };
    Ok(Json(store::price_change_list(&tx, &filter, &query.page).await?.into()))
}

/// Plan a price change: frozen rows, a hash, and every reason.
#[utoipa::path(post, path = "/api/v1/price-changes", tag = "price-changes", request_body = NewPriceChange,
    params(ProjectParam, ("Idempotency-Key" = String, Header)), responses(
    (status = 201, body = PriceChange), (status = 403, body = ProblemBody), (status = 404, body = ProblemBody),
    (status = 422, body = ProblemBody)))]
async fn create_price_change(
    State(app): State<App>,
    Caller(ctx): Caller,
    query: ListQuery<NoFilter>,
    ApiJson(body): ApiJson<NewPriceChange>,
) -> ApiResult<impl IntoResponse> {
    let id = plan::plan(&app, &ctx, query.project.as_deref(), body).await?;
    let location = [(header::LOCATION, format!("/api/v1/price-changes/{id}"))];
    Ok((StatusCode::CREATED, location, shown(&app, &ctx, id).await?))
}

/// A price change, with every reason for or against applying it.
#[utoipa::path(get, path = "/api/v1/price-changes/{id}", tag = "price-changes",
    params(("id" = PriceChangeId, Path)), responses(
    (status = 200, body = PriceChange), (status = 403, body = ProblemBody), (status = 404, body = ProblemBody)))]
async fn get_price_change(
    State(app): State<App>,
    Caller(ctx): Caller,
    ApiPath(id): ApiPath<PriceChangeId>,
) -> ApiResult<Json<PriceChange>> {
    authorize(&ctx.actor, PRICE_CHANGES_READ)?;
    shown(&app, &ctx, id).await
}

/// The frozen rows of a plan, in plan order.
#[utoipa::path(get, path = "/api/v1/price-changes/{id}/rows", tag = "price-changes",
    params(("id" = PriceChangeId, Path), RowsFilter, PageParams), responses(
    (status = 200, body = PageBody<PriceChangeRow>), (status = 400, body = ProblemBody),
    (status = 403, body = ProblemBody), (status = 404, body = ProblemBody)))]
async fn list_price_change_rows(
    State(app): State<App>,
    Caller(ctx): Caller,
    ApiPath(id): ApiPath<PriceChangeId>,
    query: ListQuery<RowsFilter>,
) -> ApiResult<Json<PageBody<PriceChangeRow>>> {
    authorize(&ctx.actor, PRICE_CHANGES_READ)?;
    let include = words(query.filter.include.as_deref(), "include", &["trace"])?;
    let filter = row_filter(id, query.filter)?;
    let tx = app.db.tenant_tx(ctx.tenant).await?;
    let record = store::price_change_by_id(&tx, id).await?;
    let rules = store::planned_rules(&tx, id).await?;
    let costs = AgainstCosts::of(&tx, &record).await?;
    let page = listing::row_list(&tx, &filter, costs, &query.page).await?;
    Ok(Json(page.map(|row| show::shown_row(&record, &rules, costs, row, include.is_some())).into()))
}

/// How many rows of a plan have which outcome, under the filters of the list; `outcome`, `sort` and `include` say nothing here.
#[utoipa::path(get, path = "/api/v1/price-changes/{id}/rows/counts", tag = "price-changes",
    params(("id" = PriceChangeId, Path), RowsFilter), responses(
    (status = 200, body = RowCounts), (status = 400, body = ProblemBody), (status = 403, body = ProblemBody),
    (status = 404, body = ProblemBody)))]
async fn count_price_change_rows(
    State(app): State<App>,
    Caller(ctx): Caller,
    ApiPath(id): ApiPath<PriceChangeId>,
    query: ListQuery<RowsFilter>,
) -> ApiResult<Json<RowCounts>> {
    authorize(&ctx.actor, PRICE_CHANGES_READ)?;
    let filter = row_filter(id, query.filter)?;
    let tx = app.db.tenant_tx(ctx.tenant).await?;
    let record = store::price_change_by_id(&tx, id).await?;
    let costs = AgainstCosts::of(&tx, &record).await?;
    Ok(Json(listing::row_counts(&tx, &filter, costs).await?))
}

/// How change and margin afterwards are spread over the rows of a plan, under the filters of the list: for pictures of more rows
/// than anybody draws one by one. `sort` and `include` say nothing here.
#[utoipa::path(get, path = "/api/v1/price-changes/{id}/rows/margins", tag = "price-changes",
    params(("id" = PriceChangeId, Path), RowsFilter), responses(
    (status = 200, body = MarginSpread), (status = 400, body = ProblemBody), (status = 403, body = ProblemBody),
    (status = 404, body = ProblemBody)))]
async fn spread_price_change_margins(
    State(app): State<App>,
    Caller(ctx): Caller,
    ApiPath(id): ApiPath<PriceChangeId>,
    query: ListQuery<RowsFilter>,
) -> ApiResult<Json<MarginSpread>> {
    authorize(&ctx.actor, PRICE_CHANGES_READ)?;
    let filter = row_filter(id, query.filter)?;
    let tx = app.db.tenant_tx(ctx.tenant).await?;
    let record = store::price_change_by_id(&tx, id).await?;
    let costs = AgainstCosts::of(&tx, &record).await?;
    Ok(Json(listing::margin_spread(&tx, &filter, costs).await?))
}

fn row_filter(id: PriceChangeId, query: RowsFilter) -> Result<RowFilter, Error> {
    let ratio = |text: Option<String>, parameter: &str| match text {
        None => Ok(None),
        Some(text) => Ratio::parse(&text).map(Some).ok_or_else(|| {
            let detail = format!("`{parameter}` is a percentage such as -12.5, with up to four decimals.");
            Error::invalid("query.invalid", detail.clone()).at(format!("/{parameter}"), "invalid", detail)
        }),
    };
    let guardrails: Vec<_> = pricing::GuardrailKind::ALL.iter().map(|kind| kind.code()).collect();
    let guardrail = words(query.guardrail.as_deref(), "guardrail", &guardrails)?;
    Ok(RowFilter {
        id,
        outcomes: words(query.outcome.as_deref(), "outcome", &OUTCOMES)?,
        q: query.q,
        variant: query.variant_id,
        guardrail: guardrail.and_then(|mut words| words.pop()),
        delta: [ratio(query.delta_from, "delta_pct[gte]")?, ratio(query.delta_below, "delta_pct[lt]")?],
        margin: [ratio(query.margin_from, "margin_pct[gte]")?, ratio(query.margin_below, "margin_pct[lt]")?],
        sort: query.sort.as_deref().map(Sort::parse).transpose()?.unwrap_or_default(),
    })
}

/// The prices of an approved plan as a file that Shopify's importer accepts.
#[utoipa::path(get, path = "/api/v1/price-changes/{id}/export", tag = "price-changes",
    params(("id" = PriceChangeId, Path)), responses(
    (status = 200, content_type = "text/csv", body = String), (status = 403, body = ProblemBody),
    (status = 404, body = ProblemBody), (status = 409, body = ProblemBody), (status = 412, body = ProblemBody)))]
async fn export_price_change(
    State(app): State<App>,
    Caller(ctx): Caller,
    ApiPath(id): ApiPath<PriceChangeId>,
) -> ApiResult<impl IntoResponse> {
    let csv = export::export(&app, &ctx, id).await?;
    let disposition = format!("attachment; filename=\"{id}.csv\"");
    Ok((
        [
            (header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()),
            (header::CONTENT_DISPOSITION, disposition),
        ],
        csv,
    ))
}

/// Approve a plan made by somebody else.
#[utoipa::path(post, path = "/api/v1/price-changes/{id}/approve", tag = "price-changes", request_body = DecisionRequest,
    params(("id" = PriceChangeId, Path), ("Idempotency-Key" = String, Header)), responses(
    (status = 200, body = PriceChange), (status = 403, body = ProblemBody), (status = 404, body = ProblemBody),
    (status = 409, body = ProblemBody), (status = 412, body = ProblemBody)))]
async fn approve_price_change(
    State(app): State<App>,
    Caller(ctx): Caller,
    ApiPath(id): ApiPath<PriceChangeId>,
    ApiJson(body): ApiJson<DecisionRequest>,
) -> ApiResult<Json<PriceChange>> {
    decide::approve(&app, &ctx, id, body).await?;
    shown(&app, &ctx, id).await
}

/// Reject a plan, with a reason.
#[utoipa::path(post, path = "/api/v1/price-changes/{id}/reject", tag = "price-changes", request_body = DecisionRequest,
    params(("id" = PriceChangeId, Path), ("Idempotency-Key" = String, Header)), responses(
    (status = 200, body = PriceChange), (status = 403, body = ProblemBody), (status = 404, body = ProblemBody),
    (status = 409, body = ProblemBody), (status = 412, body = ProblemBody), (status = 422, body = ProblemBody)))]
async fn reject_price_change(
    State(app): State<App>,
    Caller(ctx): Caller,
    ApiPath(id): ApiPath<PriceChangeId>,
    ApiJson(body): ApiJson<DecisionRequest>,
) -> ApiResult<Json<PriceChange>> {
    decide::reject(&app, &ctx, id, body).await?;
    shown(&app, &ctx, id).await
}

/// The price change as it stands after an act.
pub(super) async fn shown(app: &App, ctx: &Ctx, id: PriceChangeId) -> ApiResult<Json<PriceChange>> {
    let tx = app.db.tenant_tx(ctx.tenant).await?;
    Ok(Json(show::show(ctx, &tx, id).await?))
}

/// Words separated by commas, each known.
pub(crate) fn words(
    list: Option<&str>,
    parameter: &str,
    known: &[&str],
) -> Result<Option<Vec<String>>, Error> {
    let Some(list) = list else { return Ok(None) };
    let words = list.split(',').map(|word| known_word(word.trim(), parameter, known).map(str::to_owned));
    words.collect::<Result<_, _>>().map(Some)
}

/// A word, if it is known.
///
/// # Errors
/// `query.invalid` (400): it is not; the detail says which ones are.
pub(crate) fn known_word<'w>(word: &'w str, parameter: &str, known: &[&str]) -> Result<&'w str, Error> {
    if known.contains(&word) {
        return Ok(word);
    }
    let detail = format!("`{word}` is not a value of `{parameter}`. Known are `{}`.", known.join("`, `"));
    Err(Error::invalid("query.invalid", detail.clone()).at(format!("/{parameter}"), "unknown", detail))
}
