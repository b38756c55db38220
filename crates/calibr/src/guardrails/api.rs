//! Guardrails and waivers over HTTP. A document comes as JSON or YAML, by its content type.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use kernel_auth::{Permission, authorize};
use kernel_core::{Error, FieldError, Result, Role};
use kernel_http::{
    ApiJson, ApiPath, ApiResult, Caller, Document, IfMatch, ListQuery, NoFilter, PageBody, PageParams,
    ProblemBody, ProjectParam, Validation, once,
};
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::router::{OpenApiRouter, UtoipaMethodRouterExt};
use utoipa_axum::routes;

use super::dto::{GuardrailVersion, Guardrails, NewWaiver, PushedGuardrails, Waiver};
use super::push::{self, Whose, invalid};
use super::store::{self, Scope};
use super::{effective::effective, waivers};
use crate::accounts;
use crate::ids::WaiverId;
use crate::state::App;

const GUARDRAILS_READ: Permission = Permission::new("guardrails:read", Role::Viewer);
const WAIVERS_READ: Permission = Permission::new("waivers:read", Role::Viewer);

/// The routes of this feature.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(get_guardrails))
        .routes(routes!(push_guardrails).map(once))
        .routes(routes!(validate_guardrails))
        .routes(routes!(list_guardrail_versions))
        .routes(routes!(list_waivers))
        .routes(routes!(request_waiver).map(once))
        .routes(routes!(approve_waiver).map(once))
        .routes(routes!(end_waiver).map(once))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct Filter {
    /// `project`, which is meant if left out, or `tenant` for what holds in all projects.
    scope: Option<String>,
}

impl Filter {
    fn whose<'q>(&self, project: Option<&'q str>) -> Result<Whose<'q>> {
        match (self.scope.as_deref(), project) {
            (None | Some("project"), slug) => Ok(Whose::Project(slug)),
            (Some("tenant"), None) => Ok(Whose::Tenant),
            (Some("tenant"), Some(_)) => {
                let detail = "What holds in all projects belongs to none; leave `project` out.";
                Err(Error::invalid("guardrails.scope", detail).at("/project", "unexpected", detail))
            }
            (Some(_), _) => {
                let detail = "The scope is `project` or `tenant`.";
                Err(Error::invalid("guardrails.scope", detail).at("/scope", "unknown_choice", detail))
            }
        }
    }
}

/// Reads a document of schema `guardrails.v1`.
///
/// # Errors
/// `guardrails.invalid` (422) with every fault.
pub fn read_document(document: &Document) -> Result<pricing::Guardrails> {
    read(document).map_err(invalid)
}

fn read(document: &Document) -> std::result::Result<pricing::Guardrails, Vec<FieldError>> {
    match document {
        Document::Json(text) => pricing::Guardrails::from_json(text),
        Document::Yaml(text) => pricing::Guardrails::from_yaml(text),
    }
}

/// The guardrails that hold in a project, and who set each.
#[utoipa::path(get, path = "/api/v1/guardrails", tag = "guardrails", params(ProjectParam), responses(
    (status = 200, body = Guardrails), (status = 403, body = ProblemBody)))]
async fn get_guardrails(
    State(app): State<App>,
    Caller(ctx): Caller,
    query: ListQuery<NoFilter>,
) -> ApiResult<Json<Guardrails>> {
    authorize(&ctx.actor, GUARDRAILS_READ)?;
    let tx = app.db.tenant_tx(ctx.tenant).await?;
    let project = accounts::resolve_project(&tx, query.project.as_deref()).await?;
    Ok(Json(effective(&tx, &project, ctx.now()).await?.shown(&project)?))
}

/// Push guardrails: a new version of the project's or the tenant's, or nothing if they are unchanged.
#[utoipa::path(post, path = "/api/v1/guardrails", tag = "guardrails",
    request_body(content((serde_json::Value = "application/json"), (String = "application/yaml")), description = "A document of schema `guardrails.v1`"),
    params(Filter, ProjectParam, ("Idempotency-Key" = String, Header), ("If-Match" = Option<String>, Header,
        description = "The version that was newest when the document was written, such as `\"v7\"`; `\"v0\"` if there was none")), responses(
    (status = 200, body = PushedGuardrails, description = "A new version, or unchanged"),
    (status = 201, body = PushedGuardrails, description = "The first version"),
    (status = 403, body = ProblemBody), (status = 412, body = ProblemBody), (status = 422, body = ProblemBody)))]
async fn push_guardrails(
    State(app): State<App>,
    Caller(ctx): Caller,
    query: ListQuery<Filter>,
    IfMatch(over): IfMatch,
    document: Document,
) -> ApiResult<(StatusCode, Json<PushedGuardrails>)> {
    let guardrails = read(&document).map_err(invalid)?;
    let whose = query.filter.whose(query.project.as_deref())?;
    let pushed = push::push(&app, &ctx, whose, &guardrails, over).await?;
    let status = if pushed.outcome == "created" { StatusCode::CREATED } else { StatusCode::OK };
    Ok((status, Json(pushed)))
}

/// Check guardrails without storing them.
#[utoipa::path(post, path = "/api/v1/guardrails/validate", tag = "guardrails",
    request_body(content((serde_json::Value = "application/json"), (String = "application/yaml")), description = "A document of schema `guardrails.v1`"),
    params(Filter, ProjectParam), responses((status = 200, body = Validation), (status = 403, body = ProblemBody)))]
async fn validate_guardrails(
    State(app): State<App>,
    Caller(ctx): Caller,
    query: ListQuery<Filter>,
    document: Document,
) -> ApiResult<Json<Validation>> {
    authorize(&ctx.actor, GUARDRAILS_READ)?;
    let whose = query.filter.whose(query.project.as_deref())?;
    let errors = match read(&document) {
        Ok(guardrails) => push::faults(&app, &ctx, whose, guardrails).await?,
        Err(faults) => faults,
    };
    Ok(Json(errors.into()))
}

/// The versions of a project's or the tenant's guardrails, newest first.
#[utoipa::path(get, path = "/api/v1/guardrails/versions", tag = "guardrails",
    params(Filter, PageParams, ProjectParam), responses(
    (status = 200, body = PageBody<GuardrailVersion>), (status = 403, body = ProblemBody)))]
async fn list_guardrail_versions(
    State(app): State<App>,
    Caller(ctx): Caller,
    query: ListQuery<Filter>,
) -> ApiResult<Json<PageBody<GuardrailVersion>>> {
    authorize(&ctx.actor, GUARDRAILS_READ)?;
    let tx = app.db.tenant_tx(ctx.tenant).await?;
    let scope = match query.filter.whose(query.project.as_deref())? {
        Whose::Tenant => Scope::Tenant,
        Whose::Project(slug) => Scope::Project(accounts::resolve_project(&tx, slug).await?.id),
    };
    Ok(Json(store::version_list(&tx, scope, &query.page).await?.into()))
}

/// List waivers, newest first.
#[utoipa::path(get, path = "/api/v1/waivers", tag = "guardrails", params(PageParams, ProjectParam), responses(
    (status = 200, body = PageBody<Waiver>), (status = 403, body = ProblemBody)))]
async fn list_waivers(
    State(app): State<App>,
    Caller(ctx): Caller,
    query: ListQuery<NoFilter>,
) -> ApiResult<Json<PageBody<Waiver>>> {
    authorize(&ctx.actor, WAIVERS_READ)?;
    let tx = app.db.tenant_tx(ctx.tenant).await?;
    let project = accounts::resolve_project(&tx, query.project.as_deref()).await?;
    Ok(Json(store::waiver_list(&tx, project.id, ctx.now(), &query.page).await?.into()))
}

/// Ask for a waiver of a soft guardrail. It holds once somebody else approves it.
#[utoipa::path(post, path = "/api/v1/waivers", tag = "guardrails", request_body = NewWaiver,
    params(ProjectParam, ("Idempotency-Key" = String, Header)), responses(
    (status = 201, body = Waiver), (status = 403, body = ProblemBody), (status = 404, body = ProblemBody),
    (status = 422, body = ProblemBody)))]
async fn request_waiver(
    State(app): State<App>,
    Caller(ctx): Caller,
    query: ListQuery<NoFilter>,
    ApiJson(body): ApiJson<NewWaiver>,
) -> ApiResult<(StatusCode, Json<Waiver>)> {
    let waiver = waivers::request(&app, &ctx, query.project.as_deref(), body).await?;
    Ok((StatusCode::CREATED, Json(waiver)))
}

/// Approve somebody else's waiver.
#[utoipa::path(post, path = "/api/v1/waivers/{id}/approve", tag = "guardrails",
    params(("id" = WaiverId, Path), ("Idempotency-Key" = String, Header)), responses(
    (status = 200, body = Waiver), (status = 403, body = ProblemBody), (status = 404, body = ProblemBody),
    (status = 409, body = ProblemBody)))]
async fn approve_waiver(
    State(app): State<App>,
    Caller(ctx): Caller,
    ApiPath(id): ApiPath<WaiverId>,
) -> ApiResult<Json<Waiver>> {
    Ok(Json(waivers::approve(&app, &ctx, id).await?))
}

/// End a waiver, or decline it.
#[utoipa::path(post, path = "/api/v1/waivers/{id}/end", tag = "guardrails",
    params(("id" = WaiverId, Path), ("Idempotency-Key" = String, Header)), responses(
    (status = 200, body = Waiver), (status = 403, body = ProblemBody), (status = 404, body = ProblemBody),
    (status = 409, body = ProblemBody)))]
async fn end_waiver(
    State(app): State<App>,
    Caller(ctx): Caller,
    ApiPath(id): ApiPath<WaiverId>,
) -> ApiResult<Json<Waiver>> {
    Ok(Json(waivers::end(&app, &ctx, id).await?))
}
