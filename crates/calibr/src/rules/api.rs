//! Rules over HTTP. A document comes as JSON or YAML, by its content type.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use kernel_auth::{Permission, authorize};
use kernel_core::{Ctx, Error, FieldError, Role};
use kernel_http::{
    ApiPath, ApiResult, Caller, Document, IfMatch, ListQuery, NoFilter, PageBody, PageParams, ProblemBody,
    ProjectParam, Validation, once,
};
use utoipa_axum::router::{OpenApiRouter, UtoipaMethodRouterExt};
use utoipa_axum::routes;

use super::compile::{faults_in, of_one};
use super::dto::{Preview, PushedRule, Rule, RuleDiff, RuleTests, RuleVersion};
use super::simulate::{Supposed, simulate};
use super::{analyse, diff, invalid, preview, push, store};
use crate::accounts::{self, dto::Project};
use crate::ids::RuleId;
use crate::state::App;

pub(super) const RULES_READ: Permission = Permission::new("rules:read", Role::Viewer);

/// The routes of this feature.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list_rules))
        .routes(routes!(push_rule).map(once))
        .routes(routes!(validate_rule))
        .routes(routes!(preview_document))
        .routes(routes!(diff_document))
        .routes(routes!(simulate_document))
        .routes(routes!(test_document))
        .merge(analyse::routes())
        .routes(routes!(get_rule))
        .routes(routes!(list_rule_versions))
        .routes(routes!(preview_rule))
}

fn read(document: &Document) -> Result<pricing::Rule, Vec<FieldError>> {
    match document {
        Document::Json(text) => pricing::Rule::from_json(text),
        Document::Yaml(text) => pricing::Rule::from_yaml(text),
    }
}

/// The project that a reader of rules means. Long work begins transactions of its own.
async fn project_read(app: &App, ctx: &Ctx, slug: Option<&str>) -> kernel_core::Result<Project> {
    authorize(&ctx.actor, RULES_READ)?;
    let tx = app.db.tenant_tx(ctx.tenant).await?;
    accounts::resolve_project(&tx, slug).await
}

/// List rules.
#[utoipa::path(get, path = "/api/v1/rules", tag = "rules", params(PageParams, ProjectParam), responses(
    (status = 200, body = PageBody<Rule>), (status = 403, body = ProblemBody)))]
async fn list_rules(
    State(app): State<App>,
    Caller(ctx): Caller,
    query: ListQuery<NoFilter>,
) -> ApiResult<Json<PageBody<Rule>>> {
    authorize(&ctx.actor, RULES_READ)?;
    let tx = app.db.tenant_tx(ctx.tenant).await?;
    let project = accounts::resolve_project(&tx, query.project.as_deref()).await?;
    Ok(Json(store::rule_list(&tx, project.id, &query.page).await?.into()))
}

/// Push a rule: a new rule, a new version, or nothing if it is unchanged.
#[utoipa::path(post, path = "/api/v1/rules", tag = "rules",
    request_body(content((serde_json::Value = "application/json"), (String = "application/yaml")), description = "A document of schema `rule.v1`"),
    params(ProjectParam, ("Idempotency-Key" = String, Header), ("If-Match" = Option<String>, Header,
        description = "The version that was newest when the document was written, such as `\"v7\"`")), responses(
    (status = 200, body = PushedRule, description = "A new version, or unchanged"),
    (status = 201, body = PushedRule, description = "A new rule"),
    (status = 403, body = ProblemBody), (status = 412, body = ProblemBody), (status = 422, body = ProblemBody)))]
async fn push_rule(
    State(app): State<App>,
    Caller(ctx): Caller,
    query: ListQuery<NoFilter>,
    IfMatch(over): IfMatch,
    document: Document,
) -> ApiResult<(StatusCode, Json<PushedRule>)> {
    let rule = read(&document).map_err(invalid)?;
    let pushed = push::push_rule_over(&app, &ctx, query.project.as_deref(), &rule, over).await?;
    let status = if pushed.outcome == "created" { StatusCode::CREATED } else { StatusCode::OK };
    Ok((status, Json(pushed)))
}

/// Check a rule without storing it.
#[utoipa::path(post, path = "/api/v1/rules/validate", tag = "rules",
    request_body(content((serde_json::Value = "application/json"), (String = "application/yaml")), description = "A document of schema `rule.v1`"),
    params(ProjectParam), responses((status = 200, body = Validation), (status = 403, body = ProblemBody)))]
async fn validate_rule(
    State(app): State<App>,
    Caller(ctx): Caller,
    query: ListQuery<NoFilter>,
    document: Document,
) -> ApiResult<Json<Validation>> {
    let project = project_read(&app, &ctx, query.project.as_deref()).await?;
    let errors = match read(&document) {
        Ok(rule) => faults_in(&rule, &accounts::pricing_context(&project, ctx.now())),
        Err(faults) => faults,
    };
    Ok(Json(errors.into()))
}

/// What a rule would do now, without storing it.
#[utoipa::path(post, path = "/api/v1/rules/preview", tag = "rules",
    request_body(content((serde_json::Value = "application/json"), (String = "application/yaml")), description = "A document of schema `rule.v1`"),
    params(ProjectParam), responses((status = 200, body = Preview), (status = 403, body = ProblemBody),
    (status = 422, body = ProblemBody)))]
async fn preview_document(
    State(app): State<App>,
    Caller(ctx): Caller,
    query: ListQuery<NoFilter>,
    document: Document,
) -> ApiResult<Json<Preview>> {
    let project = project_read(&app, &ctx, query.project.as_deref()).await?;
    let rule = read(&document).map_err(invalid)?;
    Ok(Json(preview::preview(&app, &ctx, &project, &rule).await?))
}

/// How a document differs, over the whole catalogue, from the newest stored version of the rule of its name.
#[utoipa::path(post, path = "/api/v1/rules/diff", tag = "rules",
    request_body(content((serde_json::Value = "application/json"), (String = "application/yaml")), description = "A document of schema `rule.v1`"),
    params(ProjectParam), responses((status = 200, body = RuleDiff), (status = 403, body = ProblemBody),
    (status = 422, body = ProblemBody)))]
async fn diff_document(
    State(app): State<App>,
    Caller(ctx): Caller,
    query: ListQuery<NoFilter>,
    document: Document,
) -> ApiResult<Json<RuleDiff>> {
    let project = project_read(&app, &ctx, query.project.as_deref()).await?;
    let rule = read(&document).map_err(invalid)?;
    Ok(Json(diff::rule_diff(&app, &ctx, &project, &rule).await?))
}

/// What a rule would do to the catalogue as it was at a past instant, or with other costs or prices.
#[utoipa::path(post, path = "/api/v1/rules/simulate", tag = "rules",
    request_body(content((serde_json::Value = "application/json"), (String = "application/yaml")), description = "A document of schema `rule.v1`"),
    params(Supposed, ProjectParam), responses((status = 200, body = Preview), (status = 403, body = ProblemBody),
    (status = 422, body = ProblemBody)))]
async fn simulate_document(
    State(app): State<App>,
    Caller(ctx): Caller,
    query: ListQuery<Supposed>,
    document: Document,
) -> ApiResult<Json<Preview>> {
    let project = project_read(&app, &ctx, query.project.as_deref()).await?;
    let rule = read(&document).map_err(invalid)?;
    Ok(Json(simulate(&app, &ctx, &project, &rule, &query.filter).await?))
}

/// Run the test cases that a rule brings along: the rule alone, in force, under the built-in guardrails.
#[utoipa::path(post, path = "/api/v1/rules/test", tag = "rules",
    request_body(content((serde_json::Value = "application/json"), (String = "application/yaml")), description = "A document of schema `rule.v1`"),
    params(ProjectParam), responses((status = 200, body = RuleTests), (status = 403, body = ProblemBody),
    (status = 422, body = ProblemBody)))]
async fn test_document(
    State(app): State<App>,
    Caller(ctx): Caller,
    query: ListQuery<NoFilter>,
    document: Document,
) -> ApiResult<Json<RuleTests>> {
    let project = project_read(&app, &ctx, query.project.as_deref()).await?;
    let rule = read(&document).map_err(invalid)?;
    let context = accounts::pricing_context(&project, ctx.now());
    let results = rule.run_tests(&pricing::Guardrails::built_in(), &context);
    Ok(Json(results.map_err(|faults| invalid(of_one(faults)))?.into()))
}

/// A rule with its newest version.
#[utoipa::path(get, path = "/api/v1/rules/{id}", tag = "rules", params(("id" = RuleId, Path)), responses(
    (status = 200, body = Rule), (status = 403, body = ProblemBody), (status = 404, body = ProblemBody)))]
async fn get_rule(
    State(app): State<App>,
    Caller(ctx): Caller,
    ApiPath(id): ApiPath<RuleId>,
) -> ApiResult<Json<Rule>> {
    authorize(&ctx.actor, RULES_READ)?;
    let tx = app.db.tenant_tx(ctx.tenant).await?;
    Ok(Json(store::rule_by_id(&tx, id).await?.0))
}

/// The versions of a rule, newest first.
#[utoipa::path(get, path = "/api/v1/rules/{id}/versions", tag = "rules", params(("id" = RuleId, Path), PageParams),
    responses((status = 200, body = PageBody<RuleVersion>), (status = 403, body = ProblemBody),
    (status = 404, body = ProblemBody)))]
async fn list_rule_versions(
    State(app): State<App>,
    Caller(ctx): Caller,
    ApiPath(id): ApiPath<RuleId>,
    query: ListQuery<NoFilter>,
) -> ApiResult<Json<PageBody<RuleVersion>>> {
    authorize(&ctx.actor, RULES_READ)?;
    let tx = app.db.tenant_tx(ctx.tenant).await?;
    store::rule_by_id(&tx, id).await?;
    Ok(Json(store::version_list(&tx, id, &query.page).await?.into()))
}

/// What the newest version of a rule would do now.
#[utoipa::path(post, path = "/api/v1/rules/{id}/preview", tag = "rules", params(("id" = RuleId, Path)), responses(
    (status = 200, body = Preview), (status = 403, body = ProblemBody), (status = 404, body = ProblemBody)))]
async fn preview_rule(
    State(app): State<App>,
    Caller(ctx): Caller,
    ApiPath(id): ApiPath<RuleId>,
) -> ApiResult<Json<Preview>> {
    authorize(&ctx.actor, RULES_READ)?;
    let tx = app.db.tenant_tx(ctx.tenant).await?;
    let (_, project) = store::rule_by_id(&tx, id).await?;
    let project = accounts::project_by_id(&tx, project).await?;
    let loaded = store::load_newest(&tx, project.id, &[id]).await?;
    drop(tx);
    let loaded = loaded.first().ok_or_else(|| Error::not_found("rule", id))?;
    Ok(Json(preview::preview(&app, &ctx, &project, &loaded.rule).await?))
}
