//! Sessions, tokens and projects over HTTP.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{AppendHeaders, IntoResponse};
use kernel_audit::Change;
use kernel_auth::{
    Permission, authorize, create_token as mint_token, end_session, list_tokens as tokens_of, sign_in,
};
use kernel_core::{ActorKind, Ctx, Error, ErrorKind, Role, TenantId, TokenId, UserId};
use kernel_http::{
    ApiJson, ApiPath, ApiResult, Caller, IfMatch, ListQuery, NoFilter, PageBody, PageParams, ProblemBody,
    SESSION_COOKIE, Versioned, cookie_value,
};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::dto::{CreatedToken, Me, NewToken, Project, ProjectSettings, SignIn, Token};
use super::scopes::check_scopes;
use super::{members_api, projects, settings};
use crate::state::App;

const TOKENS: Permission = Permission::new("tokens:write", Role::Viewer);
const PROJECTS_READ: Permission = Permission::new("projects:read", Role::Viewer);
const TOKEN_DAYS: u16 = 90;

/// The routes of this feature.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(create_session, get_session, delete_session))
        .routes(routes!(list_projects))
        .routes(routes!(get_project, update_project))
        .routes(routes!(create_token, list_tokens))
        .routes(routes!(delete_token))
        .merge(members_api::routes())
}

/// Sign in with a password.
#[utoipa::path(post, path = "/api/v1/session", tag = "accounts", security(()), request_body = SignIn, responses(
    (status = 200, body = Me, description = "Signed in; the cookie is set"),
    (status = 401, body = ProblemBody, description = "`sign_in.failed`")))]
async fn create_session(
    State(app): State<App>,
    headers: HeaderMap,
    ApiJson(body): ApiJson<SignIn>,
) -> ApiResult<impl IntoResponse> {
    let session = sign_in(&app.db, app.clock.as_ref(), &body.email, &body.password).await?;
    let me = me(&app, session.tenant, session.user, Vec::new()).await?;
    Ok((AppendHeaders([(header::SET_COOKIE, session_cookie(&headers, &session.secret))]), Json(me)))
}

/// The cookie of a session, for the request with these headers.
pub(super) fn session_cookie(headers: &HeaderMap, secret: &str) -> String {
    // Behind a proxy that ends TLS the cookie must not travel in the clear.
    let secure = headers.get("x-forwarded-proto").is_some_and(|proto| proto == "https");
    let attributes = if secure { "; Secure" } else { "" };
    format!("{SESSION_COOKIE}={secret}; Path=/; HttpOnly; SameSite=Lax; Max-Age=43200{attributes}")
}

/// Who is signed in.
#[utoipa::path(get, path = "/api/v1/session", tag = "accounts", responses(
    (status = 200, body = Me), (status = 401, body = ProblemBody)))]
async fn get_session(State(app): State<App>, Caller(ctx): Caller) -> ApiResult<Json<Me>> {
    let scopes = match &ctx.actor.kind {
        ActorKind::Token { scopes, .. } => scopes.clone(),
        _ => Vec::new(),
    };
    Ok(Json(me(&app, ctx.tenant, person(&ctx)?, scopes).await?))
}

/// Sign out.
#[utoipa::path(delete, path = "/api/v1/session", tag = "accounts", responses(
    (status = 204, description = "Signed out"), (status = 401, body = ProblemBody)))]
async fn delete_session(
    State(app): State<App>,
    Caller(ctx): Caller,
    headers: HeaderMap,
) -> ApiResult<impl IntoResponse> {
    if let Some(secret) = cookie_value(&headers, SESSION_COOKIE) {
        end_session(&app.db, ctx.tenant, secret).await?;
    }
    let gone = format!("{SESSION_COOKIE}=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0");
    Ok((StatusCode::NO_CONTENT, AppendHeaders([(header::SET_COOKIE, gone)])))
}

/// List projects.
#[utoipa::path(get, path = "/api/v1/projects", tag = "accounts", params(PageParams), responses(
    (status = 200, body = PageBody<Project>), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody)))]
async fn list_projects(
    State(app): State<App>,
    Caller(ctx): Caller,
    query: ListQuery<NoFilter>,
) -> ApiResult<Json<PageBody<Project>>> {
    authorize(&ctx.actor, PROJECTS_READ)?;
    let tx = app.db.tenant_tx(ctx.tenant).await?;
    Ok(Json(projects::list_projects(&tx, &query.page).await?.into()))
}

/// A project. Its `ETag` is what a change of it sends as `If-Match`.
#[utoipa::path(get, path = "/api/v1/projects/{slug}", tag = "accounts",
    params(("slug" = String, Path, description = "Slug or id")), responses(
    (status = 200, body = Project, headers(("ETag" = String, description = "The version, such as `\"v7\"`"))),
    (status = 403, body = ProblemBody), (status = 404, body = ProblemBody)))]
async fn get_project(
    State(app): State<App>,
    Caller(ctx): Caller,
    ApiPath(slug): ApiPath<String>,
) -> ApiResult<Versioned<Project>> {
    authorize(&ctx.actor, PROJECTS_READ)?;
    let tx = app.db.tenant_tx(ctx.tenant).await?;
    let project = projects::project_by_name(&tx, &slug).await?;
    Ok(Versioned(project.version, project))
}

/// Change what is known of a project: its country and its tax.
#[utoipa::path(patch, path = "/api/v1/projects/{slug}", tag = "accounts", request_body = ProjectSettings,
    params(("slug" = String, Path, description = "Slug or id"), ("If-Match" = String, Header,
        description = "The version that the change is made over, such as `\"v7\"`")), responses(
    (status = 200, body = Project, headers(("ETag" = String, description = "The version that there is now"))),
    (status = 403, body = ProblemBody), (status = 404, body = ProblemBody),
    (status = 412, body = ProblemBody, description = "`project.changed`"), (status = 422, body = ProblemBody),
    (status = 428, body = ProblemBody, description = "`precondition.missing`")))]
async fn update_project(
    State(app): State<App>,
    Caller(ctx): Caller,
    ApiPath(slug): ApiPath<String>,
    over: IfMatch,
    ApiJson(body): ApiJson<ProjectSettings>,
) -> ApiResult<Versioned<Project>> {
    let project = settings::update_project(&app, &ctx, &slug, body, over).await?;
    Ok(Versioned(project.version, project))
}

/// Make an API token that acts for you.
#[utoipa::path(post, path = "/api/v1/tokens", tag = "accounts", request_body = NewToken, responses(
    (status = 201, body = CreatedToken, description = "The secret is shown this once"),
    (status = 403, body = ProblemBody), (status = 422, body = ProblemBody)))]
async fn create_token(
    State(app): State<App>,
    Caller(ctx): Caller,
    ApiJson(body): ApiJson<NewToken>,
) -> ApiResult<impl IntoResponse> {
    authorize(&ctx.actor, TOKENS)?;
    check_scopes(&body.scopes)?;
    let tx = app.db.tenant_tx(ctx.tenant).await?;
    let new = kernel_auth::NewToken {
        name: body.name,
        scopes: body.scopes,
        expires_in_days: body.expires_in_days.unwrap_or(TOKEN_DAYS),
    };
    let minted = mint_token(&ctx, &tx, new).await?;
    let shown = serde_json::json!({ "name": minted.record.name, "scopes": minted.record.scopes });
    kernel_audit::record(&ctx, &tx, &[token_change("token.created", minted.record.id, Some(shown))]).await?;
    tx.commit().await?;
    Ok((StatusCode::CREATED, Json(CreatedToken { token: token(minted.record), secret: minted.secret })))
}

/// List your tokens.
#[utoipa::path(get, path = "/api/v1/tokens", tag = "accounts", params(PageParams), responses(
    (status = 200, body = PageBody<Token>), (status = 403, body = ProblemBody)))]
async fn list_tokens(
    State(app): State<App>,
    Caller(ctx): Caller,
    query: ListQuery<NoFilter>,
) -> ApiResult<Json<PageBody<Token>>> {
    authorize(&ctx.actor, TOKENS)?;
    let tx = app.db.tenant_tx(ctx.tenant).await?;
    Ok(Json(tokens_of(&ctx, &tx, &query.page).await?.map(token).into()))
}

/// Make one of your tokens stop working.
#[utoipa::path(delete, path = "/api/v1/tokens/{id}", tag = "accounts", params(("id" = TokenId, Path)), responses(
    (status = 204, description = "It no longer works"), (status = 403, body = ProblemBody), (status = 404, body = ProblemBody)))]
async fn delete_token(
    State(app): State<App>,
    Caller(ctx): Caller,
    ApiPath(id): ApiPath<TokenId>,
) -> ApiResult<StatusCode> {
    authorize(&ctx.actor, TOKENS)?;
    let tx = app.db.tenant_tx(ctx.tenant).await?;
    kernel_auth::revoke_token(&ctx, &tx, id).await?;
    kernel_audit::record(&ctx, &tx, &[token_change("token.revoked", id, None)]).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn me(app: &App, tenant: TenantId, user: UserId, scopes: Vec<String>) -> ApiResult<Me> {
    let tx = app.db.tenant_tx(tenant).await?;
    let person = kernel_auth::find_user(&tx, user).await?.ok_or_else(|| Error::not_found("person", user))?;
    let tenant_name = projects::tenant_name(&tx).await?;
    Ok(Me {
        tenant_id: tenant,
        tenant_name,
        user_id: user,
        email: person.email,
        role: person.role,
        scopes,
        must_change_password: person.password_is_temporary,
    })
}

fn person(ctx: &Ctx) -> Result<UserId, Error> {
    let detail = "Only people and their tokens have a session.";
    ctx.actor.user().ok_or_else(|| Error::new(ErrorKind::Unauthenticated, "credential.missing", detail))
}

fn token(record: kernel_auth::TokenRecord) -> Token {
    Token {
        id: record.id,
        name: record.name,
        scopes: record.scopes,
        created_at: record.created_at,
        expires_at: record.expires_at,
    }
}

fn token_change(action: &'static str, id: TokenId, after: Option<serde_json::Value>) -> Change {
    Change { action, entity_type: "token", entity_id: id.to_string(), before: None, after, reason: None }
}
