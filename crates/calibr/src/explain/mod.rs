//! Why a price is what it is, now or at a past instant: price history, plan row, trace, approvals, put together.
//! Owns nothing; reads through the other features' front doors.

use std::str::FromStr;

use axum::Json;
use axum::extract::State;
use jiff::Timestamp;
use kernel_auth::{Permission, authorize};
use kernel_core::{Ctx, Result, Role};
use kernel_db::TenantTx;
use kernel_http::{ApiPath, ApiResult, Caller, ListQuery, ProblemBody};
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::catalog::{self, dto::Explanation};
use crate::ids::{PriceChangeId, RunId, VariantId};
use crate::state::App;
use crate::{price_changes, runs};

const EXPLAIN_READ: Permission = Permission::new("catalog:read", Role::Viewer);

/// The routes of this feature.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(explain_variant))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct Params {
    /// The instant to explain; now unless said.
    at: Option<Timestamp>,
    /// The price on this price surface instead of the base price.
    surface: Option<String>,
}

/// Why a variant has, or had, its price.
#[utoipa::path(get, path = "/api/v1/variants/{id}/explain", tag = "catalog",
    params(("id" = VariantId, Path), Params), responses(
    (status = 200, body = Explanation), (status = 403, body = ProblemBody), (status = 404, body = ProblemBody),
    (status = 422, body = ProblemBody)))]
async fn explain_variant(
    State(app): State<App>,
    Caller(ctx): Caller,
    ApiPath(id): ApiPath<VariantId>,
    query: ListQuery<Params>,
) -> ApiResult<Json<Explanation>> {
    authorize(&ctx.actor, EXPLAIN_READ)?;
    let tx = app.db.tenant_tx(ctx.tenant).await?;
    let at = query.filter.at.unwrap_or_else(|| ctx.now());
    Ok(Json(explain(&ctx, &tx, (id, query.filter.surface.as_deref()), at).await?))
}

/// A price with everything that led to it. A price that no rule decided has no trace: one that was imported, that follows
/// the base price, or that a roll back put back. Its source says where it is from.
async fn explain(
    ctx: &Ctx,
    tx: &TenantTx,
    (id, surface): (VariantId, Option<&str>),
    at: Timestamp,
) -> Result<Explanation> {
    let variant = catalog::variant_by_id(tx, id).await?;
    let surface = catalog::surface_of_variant(tx, id, surface).await?;
    let price = catalog::price_at(tx, (id, surface), at).await?;
    let run_id = price.as_ref().filter(|p| p.source == "price_change" || p.source == "roll_back");
    let run_id = run_id.and_then(|p| p.source_id.as_deref()).and_then(|text| RunId::from_str(text).ok());
    let mut explanation = Explanation {
        variant,
        surface: surface.to_owned(),
        at,
        price,
        trace: None,
        price_change_id: None,
        run_id: run_id.map(|id| id.to_string()),
        rule: None,
        approved_by: Vec::new(),
    };
    if let Some(run_id) = run_id {
        let run = runs::run_by_id(tx, run_id).await?;
        explanation.price_change_id = Some(run.price_change.to_string());
        if run.reverses.is_none() {
            decided(ctx, tx, &mut explanation, run.price_change, id).await?;
        }
    }
    Ok(explanation)
}

async fn decided(
    ctx: &Ctx,
    tx: &TenantTx,
    explanation: &mut Explanation,
    price_change: PriceChangeId,
    variant: VariantId,
) -> Result<()> {
    let shown = price_changes::show(ctx, tx, price_change).await?;
    if let Some(row) = price_changes::row_of_variant(tx, price_change, variant).await? {
        let rule = usize::try_from(row.rule_ordinal).ok().and_then(|place| shown.rules.get(place));
        explanation.rule = rule.map(|rule| format!("{} v{}", rule.name, rule.version));
        explanation.trace = Some(row.trace);
    }
    let approvals = shown.decisions.into_iter().filter(|decision| decision.decision == "approved");
    explanation.approved_by = approvals.map(|decision| decision.actor).collect();
    Ok(())
}
