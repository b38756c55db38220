//! Conflicts and proofs over HTTP.

use axum::Json;
use axum::extract::State;
use kernel_auth::authorize;
use kernel_http::{ApiJson, ApiResult, Caller, ListQuery, NoFilter, ProblemBody, ProjectParam};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::dto::{Conflicts, Proof, ProofRequest, RuleChoice};
use super::{conflicts, prove};
use crate::rules::api::RULES_READ;
use crate::state::App;

/// The routes of conflicts and proofs.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(find_conflicts)).routes(routes!(prove_rules))
}

/// Which rules get in one another's way, over the catalogue and for any variant.
#[utoipa::path(post, path = "/api/v1/rules/conflicts", tag = "rules", request_body = RuleChoice,
    params(ProjectParam), responses((status = 200, body = Conflicts), (status = 403, body = ProblemBody),
    (status = 404, body = ProblemBody), (status = 422, body = ProblemBody)))]
async fn find_conflicts(
    State(app): State<App>,
    Caller(ctx): Caller,
    query: ListQuery<NoFilter>,
    ApiJson(choice): ApiJson<RuleChoice>,
) -> ApiResult<Json<Conflicts>> {
    authorize(&ctx.actor, RULES_READ)?;
    Ok(Json(conflicts(&app, &ctx, query.project.as_deref(), &choice).await?))
}

/// Whether rules can ever write a price that breaks a property, for any variant.
#[utoipa::path(post, path = "/api/v1/rules/prove", tag = "rules", request_body = ProofRequest,
    params(ProjectParam), responses((status = 200, body = Proof), (status = 403, body = ProblemBody),
    (status = 404, body = ProblemBody), (status = 422, body = ProblemBody)))]
async fn prove_rules(
    State(app): State<App>,
    Caller(ctx): Caller,
    query: ListQuery<NoFilter>,
    ApiJson(request): ApiJson<ProofRequest>,
) -> ApiResult<Json<Proof>> {
    authorize(&ctx.actor, RULES_READ)?;
    Ok(Json(prove(&app, &ctx, query.project.as_deref(), request).await?))
}
