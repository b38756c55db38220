//! Calling a scheduled start off, over HTTP. Asking for one is part of applying, which stands with the runs.

use axum::Json;
use axum::extract::State;
use kernel_http::{ApiJson, ApiPath, ApiResult, Caller, ProblemBody, once};
use utoipa_axum::router::{OpenApiRouter, UtoipaMethodRouterExt};
use utoipa_axum::routes;

use super::super::api::shown;
use super::super::dto::{PriceChange, UnscheduleRequest};
use crate::ids::PriceChangeId;
use crate::state::App;

/// The routes of scheduling.
pub(in super::super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(unschedule_price_change).map(once))
}

/// Call a scheduled start off: the price change is approved as before. One that is approved already stays as it is.
#[utoipa::path(post, path = "/api/v1/price-changes/{id}/unschedule", tag = "price-changes",
    request_body = UnscheduleRequest,
    params(("id" = PriceChangeId, Path), ("Idempotency-Key" = String, Header)), responses(
    (status = 200, body = PriceChange), (status = 403, body = ProblemBody), (status = 404, body = ProblemBody),
    (status = 409, body = ProblemBody)))]
async fn unschedule_price_change(
    State(app): State<App>,
    Caller(ctx): Caller,
    ApiPath(id): ApiPath<PriceChangeId>,
    ApiJson(body): ApiJson<UnscheduleRequest>,
) -> ApiResult<Json<PriceChange>> {
    super::unschedule(&app, &ctx, id, body).await?;
    shown(&app, &ctx, id).await
}
