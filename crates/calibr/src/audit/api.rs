//! The audit over HTTP.

use axum::Json;
use axum::body::Body;
use axum::extract::State;
use axum::http::header;
use axum::response::IntoResponse;
use jiff::Timestamp;
use kernel_audit::AuditFilter;
use kernel_auth::{Permission, authorize};
use kernel_core::{CorrelationId, Role};
use kernel_http::{ApiJson, ApiResult, Caller, ListQuery, PageBody, PageParams, ProblemBody};
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::chain;
use super::dto::{AuditRecord, AuditVerification, AuditVerifyRequest};
use crate::state::App;

const AUDIT_READ: Permission = Permission::new("audit:read", Role::Viewer);

/// The routes of this feature.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list_audit_records))
        .routes(routes!(verify_audit))
        .routes(routes!(export_audit))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct Filter {
    /// Who: an e-mail address, or `system:` and the name of a job.
    actor: Option<String>,
    /// What was done, such as `price_change.approved`.
    action: Option<String>,
    /// Kind of the thing, such as `price_change`.
    entity_type: Option<String>,
    /// Id of the thing.
    entity_id: Option<String>,
    /// Everything of one intention.
    #[param(value_type = Option<String>)]
    correlation_id: Option<CorrelationId>,
    /// Words in who, what, the thing's id or the reason, whatever the case.
    q: Option<String>,
    /// From this instant on.
    from: Option<Timestamp>,
    /// Before this instant.
    to: Option<Timestamp>,
}

/// List audit records, newest first.
#[utoipa::path(get, path = "/api/v1/audit", tag = "audit", params(Filter, PageParams), responses(
    (status = 200, body = PageBody<AuditRecord>), (status = 403, body = ProblemBody)))]
async fn list_audit_records(
    State(app): State<App>,
    Caller(ctx): Caller,
    query: ListQuery<Filter>,
) -> ApiResult<Json<PageBody<AuditRecord>>> {
    authorize(&ctx.actor, AUDIT_READ)?;
    let Filter { actor, action, entity_type, entity_id, correlation_id, q, from, to } = query.filter;
    let correlation_id = correlation_id.map(|id| id.0);
    let words = q.map(|q| q.trim().to_owned()).filter(|q| !q.is_empty());
    let filter = AuditFilter { actor, action, entity_type, entity_id, correlation_id, words, from, to };
    let tx = app.db.tenant_tx(ctx.tenant).await?;
    Ok(Json(kernel_audit::list(&tx, &filter, &query.page).await?.map(AuditRecord::from).into()))
}

/// Go through the whole chain of the audit: whether every record is as it was sealed. Seals what is new first.
#[utoipa::path(post, path = "/api/v1/audit/verify", tag = "audit", request_body = AuditVerifyRequest, responses(
    (status = 200, body = AuditVerification), (status = 403, body = ProblemBody), (status = 422, body = ProblemBody)))]
async fn verify_audit(
    State(app): State<App>,
    Caller(ctx): Caller,
    ApiJson(body): ApiJson<AuditVerifyRequest>,
) -> ApiResult<Json<AuditVerification>> {
    authorize(&ctx.actor, AUDIT_READ)?;
    Ok(Json(chain::verify(&app, &ctx, body.head.as_deref()).await?))
}

/// The whole audit with its seals, one JSON document per line, to be kept and checked elsewhere.
#[utoipa::path(get, path = "/api/v1/audit/export", tag = "audit", responses(
    (status = 200, content_type = "application/x-ndjson", body = super::dto::ExportLine),
    (status = 403, body = ProblemBody)))]
async fn export_audit(State(app): State<App>, Caller(ctx): Caller) -> ApiResult<impl IntoResponse> {
    authorize(&ctx.actor, AUDIT_READ)?;
    let lines = chain::export(&app, &ctx).await?;
    let disposition = "attachment; filename=\"calibr-audit.ndjson\"";
    let headers =
        [(header::CONTENT_TYPE, "application/x-ndjson"), (header::CONTENT_DISPOSITION, disposition)];
    Ok((headers, Body::from_stream(lines)))
}
