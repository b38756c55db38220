//! People, roles and passwords over HTTP.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{AppendHeaders, IntoResponse, Response};
use kernel_auth::authorize;
use kernel_core::{Role, UserId};
use kernel_http::{
    ApiJson, ApiPath, ApiResult, Caller, ListQuery, NoFilter, PageBody, PageParams, ProblemBody,
    SESSION_COOKIE, cookie_value,
};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::api::session_cookie;
use super::dto::{AddedMember, Member, MemberUpdate, NewMember, NewPassword, PasswordChange, RoleRights};
use super::members::{self, MEMBERS_READ};
use super::scopes::RIGHTS;
use crate::state::App;

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list_members, add_member))
        .routes(routes!(update_member))
        .routes(routes!(reset_member_password))
        .routes(routes!(change_password))
        .routes(routes!(list_roles))
}

/// List the people of the organisation, oldest first.
#[utoipa::path(get, path = "/api/v1/members", tag = "accounts", params(PageParams), responses(
    (status = 200, body = PageBody<Member>), (status = 403, body = ProblemBody)))]
async fn list_members(
    State(app): State<App>,
    Caller(ctx): Caller,
    query: ListQuery<NoFilter>,
) -> ApiResult<Json<PageBody<Member>>> {
    authorize(&ctx.actor, MEMBERS_READ)?;
    let tx = app.db.tenant_tx(ctx.tenant).await?;
    Ok(Json(kernel_auth::list_members(&tx, &query.page).await?.map(Member::from).into()))
}

/// Let somebody in.
#[utoipa::path(post, path = "/api/v1/members", tag = "accounts", request_body = NewMember, responses(
    (status = 201, body = AddedMember, description = "The password is shown this once"),
    (status = 403, body = ProblemBody), (status = 409, body = ProblemBody), (status = 422, body = ProblemBody)))]
async fn add_member(
    State(app): State<App>,
    Caller(ctx): Caller,
    ApiJson(body): ApiJson<NewMember>,
) -> ApiResult<impl IntoResponse> {
    Ok((StatusCode::CREATED, Json(members::add(&app, &ctx, body).await?)))
}

/// Give somebody another role, or let them sign in or not.
#[utoipa::path(patch, path = "/api/v1/members/{id}", tag = "accounts", request_body = MemberUpdate,
    params(("id" = UserId, Path)), responses(
    (status = 200, body = Member), (status = 403, body = ProblemBody), (status = 404, body = ProblemBody),
    (status = 409, body = ProblemBody)))]
async fn update_member(
    State(app): State<App>,
    Caller(ctx): Caller,
    ApiPath(id): ApiPath<UserId>,
    ApiJson(body): ApiJson<MemberUpdate>,
) -> ApiResult<Json<Member>> {
    Ok(Json(members::update(&app, &ctx, id, body).await?))
}

/// Give somebody who lost theirs another password. They are signed out.
#[utoipa::path(post, path = "/api/v1/members/{id}/password", tag = "accounts", params(("id" = UserId, Path)), responses(
    (status = 200, body = NewPassword, description = "The password is shown this once"),
    (status = 403, body = ProblemBody), (status = 404, body = ProblemBody)))]
async fn reset_member_password(
    State(app): State<App>,
    Caller(ctx): Caller,
    ApiPath(id): ApiPath<UserId>,
) -> ApiResult<Json<NewPassword>> {
    Ok(Json(members::reset(&app, &ctx, id).await?))
}

/// Change your password. You stay signed in here and are signed out elsewhere.
#[utoipa::path(post, path = "/api/v1/session/password", tag = "accounts", request_body = PasswordChange, responses(
    (status = 204, description = "Changed; a browser gets a new cookie"), (status = 403, body = ProblemBody),
    (status = 422, body = ProblemBody)))]
async fn change_password(
    State(app): State<App>,
    Caller(ctx): Caller,
    headers: HeaderMap,
    ApiJson(body): ApiJson<PasswordChange>,
) -> ApiResult<Response> {
    members::change_password(&app, &ctx, &body).await?;
    if cookie_value(&headers, SESSION_COOKIE).is_none() {
        return Ok(StatusCode::NO_CONTENT.into_response());
    }
    let email = &ctx.actor.label;
    let session = kernel_auth::sign_in(&app.db, app.clock.as_ref(), email, &body.new).await?;
    let cookie = session_cookie(&headers, &session.secret);
    Ok((StatusCode::NO_CONTENT, AppendHeaders([(header::SET_COOKIE, cookie)])).into_response())
}

/// What each role may do.
#[utoipa::path(get, path = "/api/v1/roles", tag = "accounts", responses(
    (status = 200, body = Vec<RoleRights>), (status = 403, body = ProblemBody)))]
async fn list_roles(Caller(ctx): Caller) -> ApiResult<Json<Vec<RoleRights>>> {
    authorize(&ctx.actor, MEMBERS_READ)?;
    let of_role = |role: Role, words: &str| RoleRights {
        role,
        words: words.to_owned(),
        rights: RIGHTS.iter().filter(|right| right.role <= role).map(Into::into).collect(),
    };
    Ok(Json(vec![
        of_role(Role::Viewer, "Reads everything."),
        of_role(Role::Editor, "Proposes changes, and applies them once others approved."),
        of_role(Role::Approver, "Approves what others proposed."),
        of_role(Role::Admin, "Manages people, shops and limits."),
    ]))
}
