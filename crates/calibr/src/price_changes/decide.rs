//! Approving and rejecting, and the check that stands before apply: the plan that was read is the plan that is stored.

use kernel_auth::{Permission, authorize};
use kernel_core::{Ctx, Error, ErrorKind, Result, Role, UserId};
use kernel_db::TenantTx;
use pricing::PlanHeader;

use super::dto::DecisionRequest;
use super::gate::{expect_due, expect_fresh, expect_room};
use super::model::State;
use super::overtaken::overtaken;
use super::returns::Returning;
use super::rows;
use super::scheduling::{self, NewStart, Start};
use super::store::{self, PriceChangeRecord};
use crate::guardrails::Others;
use crate::ids::PriceChangeId;
use crate::state::App;

pub(super) const PRICE_CHANGES_APPROVE: Permission = Permission::new("price_changes:approve", Role::Approver);

/// Approves a plan.
///
/// # Errors
/// `price_change.own` (403) for its author, `price_change.plan_mismatch` or `price_change.stale` (412),
/// `price_change.state` or `price_change.guardrail` (409).
pub(super) async fn approve(app: &App, ctx: &Ctx, id: PriceChangeId, request: DecisionRequest) -> Result<()> {
    authorize(&ctx.actor, PRICE_CHANGES_APPROVE)?;
    let actor = decider(ctx)?;
    let overtaken = overtaken(app, ctx, id, ctx.now()).await?;
    let tx = app.db.tenant_tx(ctx.tenant).await?;
    let record = store::price_change_lock(&tx, id).await?;
    if record.author_id == actor {
        let detail = "You made this plan, so somebody else must approve it.";
        return Err(Error::new(ErrorKind::Forbidden, "price_change.own", detail));
    }
    expect_state(&record, &[State::PendingApproval])?;
    expect_plan(&record, &request.plan_hash)?;
    let tx = expect_fresh(ctx, tx, &record, overtaken).await?;
    expect_room(ctx, &tx, &record, Others::ApprovedOrStarted, ctx.now()).await?;
    store::decision_insert(ctx, &tx, &record, actor, "approved", request.comment.as_deref()).await?;
    store::transition(ctx, &tx, &record, State::Approved, request.comment.as_deref()).await?;
    if record.has_instant()? {
        schedule(ctx, &tx, record).await?;
    }
    Ok(tx.commit().await?)
}

/// An approved plan that was made for an instant starts by itself then.
async fn schedule(ctx: &Ctx, tx: &TenantTx, record: PriceChangeRecord) -> Result<()> {
    let record = PriceChangeRecord { state: State::Approved, ..record };
    let header: PlanHeader = serde_json::from_str(&record.plan_header).map_err(Error::internal)?;
    let new = NewStart { starts_at: header.instant, at: None, canary: None };
    scheduling::schedule(ctx, tx, &record, new).await
}

/// Lets the plan that ends a sale be written, since whoever approved the sale approved its end.
pub(super) async fn approve_return(
    app: &App,
    ctx: &Ctx,
    id: PriceChangeId,
    sale: PriceChangeId,
) -> Result<Returning> {
    let tx = app.db.tenant_tx(ctx.tenant).await?;
    let record = store::price_change_lock(&tx, id).await?;
    let approver = store::approver_of(&tx, sale).await?;
    let (State::PendingApproval, Some(approver)) = (record.state, approver) else {
        tracing::info!(price_change = %id, "The end of a sale has nothing to write, or waits for people.");
        return Ok(Returning::Done);
    };
    let comment = format!("Approved with {sale}, the sale that is over.");
    store::decision_insert(ctx, &tx, &record, approver, "approved", Some(&comment)).await?;
    store::transition(ctx, &tx, &record, State::Approved, Some(&comment)).await?;
    schedule(ctx, &tx, record).await?;
    tx.commit().await?;
    Ok(Returning::Begun)
}

/// Rejects a plan, or takes back its approval. Its author may do that too.
///
/// # Errors
/// `price_change.comment` (422) without a reason, else as [`approve`].
pub(super) async fn reject(app: &App, ctx: &Ctx, id: PriceChangeId, request: DecisionRequest) -> Result<()> {
    authorize(&ctx.actor, PRICE_CHANGES_APPROVE)?;
    let actor = decider(ctx)?;
    let Some(comment) = request.comment.as_deref().map(str::trim).filter(|comment| !comment.is_empty())
    else {
        let detail = "Say why, so that the author knows what to change.";
        return Err(Error::unprocessable("price_change.comment", detail).at("/comment", "required", detail));
    };
    let tx = app.db.tenant_tx(ctx.tenant).await?;
    let record = store::price_change_lock(&tx, id).await?;
    expect_state(&record, &[State::PendingApproval, State::Approved, State::Scheduled])?;
    expect_plan(&record, &request.plan_hash)?;
    store::decision_insert(ctx, &tx, &record, actor, "rejected", Some(comment)).await?;
    store::transition(ctx, &tx, &record, State::Rejected, Some(comment)).await?;
    Ok(tx.commit().await?)
}

/// The approved plan with this hash, locked, and shown to be the one that was approved: its hash is computed again from
/// the stored rows, and its rules give these prices still, now and when it is to start.
///
/// # Errors
/// `price_change.not_approved`, `price_change.not_due`, `price_change.scheduled` or `price_change.guardrail` (409),
/// `price_change.plan_mismatch` or `price_change.stale` (412), `price_change.at` (422).
pub async fn approved_plan(
    app: &App,
    ctx: &Ctx,
    id: PriceChangeId,
    plan_hash: &str,
    start: Start,
) -> Result<(TenantTx, PriceChangeRecord)> {
    let (overtaken, too_late) = overtaken_by(app, ctx, id, start).await?;
    let tx = app.db.tenant_tx(ctx.tenant).await?;
    let record = store::price_change_lock(&tx, id).await?;
    if !matches!(record.state, State::Approved | State::Scheduled) {
        return Err(Error::conflict("price_change.not_approved", why_not_approved(&record)?));
    }
    expect_plan(&record, plan_hash)?;
    scheduling::expect_start(ctx, &tx, &record, start).await?;
    let at = match start {
        Start::Later(at) => at,
        Start::Now | Start::Due(_) => ctx.now(),
    };
    expect_due(&record, at)?;
    let tx = expect_fresh(ctx, tx, &record, overtaken).await?;
    if let Some(why) = too_late {
        let detail = format!("As things stand it could not start then. {why}");
        return Err(Error::unprocessable("price_change.at", detail.clone()).at(
            "/at/local",
            "overtaken",
            detail,
        ));
    }
    expect_room(ctx, &tx, &record, Others::Started, at).await?;
    if rows::plan_hash_recomputed(&tx, &record).await? != record.plan_hash {
        return Err(Error::internal(format!("the stored rows of {id} do not give its plan hash")));
    }
    Ok((tx, record))
}

/// Why the plan is overtaken now; and why it will be at the instant for which it is to be scheduled, where it is not now:
/// then another instant may do.
async fn overtaken_by(
    app: &App,
    ctx: &Ctx,
    id: PriceChangeId,
    start: Start,
) -> Result<(Option<String>, Option<String>)> {
    let Start::Later(at) = start else { return Ok((overtaken(app, ctx, id, ctx.now()).await?, None)) };
    let Some(then) = overtaken(app, ctx, id, at).await? else { return Ok((None, None)) };
    let now = overtaken(app, ctx, id, ctx.now()).await?;
    let only_then = now.is_none().then_some(then);
    Ok((now, only_then))
}

fn why_not_approved(record: &PriceChangeRecord) -> Result<String> {
    let detail = match record.state {
        State::PendingApproval => {
            "This price change waits for the approval of somebody other than its author.".to_owned()
        }
        State::Planned => planned_only(record)?,
        _ => "This price change is not waiting to be applied.".to_owned(),
    };
    Ok(format!("{detail} It is {}.", record.state.as_str()))
}

/// Why a plan goes no further than being planned.
fn planned_only(record: &PriceChangeRecord) -> Result<String> {
    let stopped = record.stopped()?;
    Ok(match stopped.first() {
        Some(verdict) => format!("A guardrail stops this plan: {}.", verdict.detail),
        None => "This price change has nothing to apply.".to_owned(),
    })
}

fn decider(ctx: &Ctx) -> Result<UserId> {
    ctx.actor.user().ok_or_else(|| Error::internal("a job decided a price change"))
}

fn expect_state(record: &PriceChangeRecord, expected: &[State]) -> Result<()> {
    if expected.contains(&record.state) {
        return Ok(());
    }
    let detail = match record.state {
        State::Planned => planned_only(record)?,
        state => format!("This price change is {}, so it can no longer be decided.", state.as_str()),
    };
    Err(Error::conflict("price_change.state", detail))
}

/// Refuses another plan than the one that was read.
pub(super) fn expect_plan(record: &PriceChangeRecord, plan_hash: &str) -> Result<()> {
    if record.plan_hash == plan_hash {
        return Ok(());
    }
    let detail = "The plan hash is not that of this price change. Read the plan again.";
    let error = Error::new(ErrorKind::Stale, "price_change.plan_mismatch", detail);
    Err(error.at("/plan_hash", "mismatch", format!("It is {}.", record.plan_hash)))
}
