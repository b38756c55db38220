//! What must still hold when a plan is approved or applied: the prices it starts from, the guardrails it was held to, the
//! waivers it passed by, and what the other changes of the day leave room for.

use jiff::Timestamp;
use kernel_core::{Ctx, Error, ErrorKind, Result};
use kernel_db::TenantTx;
use pricing::{DayTotals, PlanHeader, RuleSet};

use super::dto::Check;
use super::model::{State, check, prices};
use super::rows;
use super::store::{self, PriceChangeRecord};
use crate::accounts::{self, dto::Project};
use crate::catalog::{self, Surface};
use crate::channels;
use crate::guardrails::{self, Effective, Others};
use crate::rules::{self, dto::Impact};

/// Why a plan can no longer be used; it is stale for good.
pub(super) async fn staleness(
    ctx: &Ctx,
    tx: &TenantTx,
    record: &PriceChangeRecord,
) -> Result<Option<String>> {
    let project = accounts::project_by_id(tx, record.project).await?;
    let surface = match surface_of(tx, &project, record).await? {
        Ok(surface) => surface,
        Err(why) => return Ok(Some(why)),
    };
    let moved = rows::rows_moved(tx, record).await?;
    if moved > 0 {
        return Ok(Some(format!("{moved} planned {} moved since this was planned.", prices(moved))));
    }
    let header: PlanHeader = serde_json::from_str(&record.plan_header).map_err(Error::internal)?;
    let effective = guardrails::effective(tx, &project, ctx.now()).await?;
    if effective.content_hash != header.guardrail_settings {
        return Ok(Some("The guardrails changed since this was planned.".to_owned()));
    }
    let context = surface.context(&project, header.instant);
    if context.country != header.country || context.tax.map(|tax| tax.to_string()) != header.tax {
        return Ok(Some("The project's country or tax changed since this was planned.".to_owned()));
    }
    let ended = header.waivers.iter().any(|id| !effective.waivers.iter().any(|w| w.id.to_string() == *id));
    if ended && uses_waivers(record)? {
        return Ok(Some("A waiver that this plan passes by has ended.".to_owned()));
    }
    Ok(None)
}

/// The surface of a plan as it is now, or why the plan cannot be of it any more.
pub(super) async fn surface_of(
    tx: &TenantTx,
    project: &Project,
    record: &PriceChangeRecord,
) -> Result<Result<Surface, String>> {
    Ok(match catalog::surface_named(tx, project, Some(&record.surface)).await {
        Ok(surface) if surface.currency == record.currency => Ok(surface),
        Ok(surface) => {
            let (is, was) = (surface.currency, record.currency);
            Err(format!("The prices of {} are in {is} now, no longer in {was}.", surface.name))
        }
        Err(error) if error.code == "surface.gone" => Err(error.detail),
        Err(error) => return Err(error),
    })
}

/// The plan, still fresh; one that is not becomes stale for good. `overtaken` is what [`super::overtaken`] found.
///
/// # Errors
/// `price_change.stale` (412).
pub(super) async fn expect_fresh(
    ctx: &Ctx,
    tx: TenantTx,
    record: &PriceChangeRecord,
    overtaken: Option<String>,
) -> Result<TenantTx> {
    let Some(why) = staleness(ctx, &tx, record).await?.or(overtaken) else { return Ok(tx) };
    let detail = format!("{why} Plan again.");
    store::transition(ctx, &tx, record, State::Stale, Some(&detail)).await?;
    tx.commit().await?;
    Err(Error::new(ErrorKind::Stale, "price_change.stale", detail))
}

/// What would refuse to apply a fresh plan now, beside what the plan says itself: the shop, the instant it was made for, and
/// the other changes of the day. What passes by itself is waited for.
pub(super) async fn hindrances(ctx: &Ctx, tx: &TenantTx, record: &PriceChangeRecord) -> Result<Vec<Check>> {
    let mut found = Vec::new();
    match channels::expect_ready(tx, record.project).await {
        Err(error) if error.kind == ErrorKind::Conflict => {
            let status = if error.code == "channel.busy" { "wait" } else { "block" };
            found.push(check(error.code, status, error.detail));
        }
        result => result?,
    }
    let others =
        if record.state == State::PendingApproval { Others::ApprovedOrStarted } else { Others::Started };
    let has_rows = record.rows_to_apply > 0 && record.stopped()?.is_empty();
    let room = if has_rows { room(ctx, tx, record, others, ctx.now()).await } else { Ok(()) };
    for refused in [expect_due(record, ctx.now()), room] {
        match refused {
            Err(error) if error.kind == ErrorKind::Conflict => {
                found.push(check(error.code, "wait", error.detail));
            }
            result => result?,
        }
    }
    Ok(found)
}

/// The instant that the prices were computed for has come by `at`.
///
/// # Errors
/// `price_change.not_due` (409): it is still to come.
pub(super) fn expect_due(record: &PriceChangeRecord, at: Timestamp) -> Result<()> {
    let header: PlanHeader = serde_json::from_str(&record.plan_header).map_err(Error::internal)?;
    if header.instant <= at {
        return Ok(());
    }
    let detail = format!("These prices are for {}; apply them from then on.", header.instant);
    Err(Error::conflict("price_change.not_due", detail))
}

/// Room at `at` for this plan beside what moves on the same day. Held under a lock of the project, so that two at once do not both
/// find room.
///
/// # Errors
/// `price_change.guardrail` (409).
pub(super) async fn expect_room(
    ctx: &Ctx,
    tx: &TenantTx,
    record: &PriceChangeRecord,
    others: Others,
    at: Timestamp,
) -> Result<()> {
    accounts::project_hold(tx, record.project).await?;
    room(ctx, tx, record, others, at).await
}

/// See [`expect_room`]; whoever is about to act upon the answer holds the project.
async fn room(
    ctx: &Ctx,
    tx: &TenantTx,
    record: &PriceChangeRecord,
    others: Others,
    at: Timestamp,
) -> Result<()> {
    let project = accounts::project_by_id(tx, record.project).await?;
    let Effective { guardrails, .. } = guardrails::effective(tx, &project, ctx.now()).await?;
    let surface = Surface { name: record.surface.clone(), currency: record.currency };
    let context = surface.context(&project, ctx.now());
    let no_rules = RuleSet::compile(&[], &guardrails, &context).map_err(rules::invalid)?;
    let others = guardrails::day_totals(tx, (record.project, &record.surface), at, others).await?;
    let own = DayTotals {
        rows: record.rows_written.unsigned_abs(),
        revenue_minor: record.revenue_minor.into(),
        rows_without_sales: record.rows_without_sales.unsigned_abs(),
        catalogue_variants: record.catalogue_variants.unsigned_abs(),
    };
    let verdicts = no_rules.aggregate().finish(&others.plus(&own), own.catalogue_variants);
    let stopped = verdicts.stops().or_else(|| verdicts.need_waivers().next());
    match stopped {
        None => Ok(()),
        Some(verdict) => {
            let detail = format!(
                "Together with the other changes of the day: {} ({}, limit {}).",
                verdict.words, verdict.value, verdict.limit
            );
            Err(Error::conflict("price_change.guardrail", detail))
        }
    }
}

fn uses_waivers(record: &PriceChangeRecord) -> Result<bool> {
    let whole = record.verdicts.as_array().is_some_and(|all| all.iter().any(|v| v["verdict"] == "waived"));
    Ok(whole || impact(record)?.guardrails.iter().any(|guardrail| guardrail.waived > 0))
}

fn impact(record: &PriceChangeRecord) -> Result<Impact> {
    serde_json::from_value(record.impact.clone()).map_err(Error::internal)
}
