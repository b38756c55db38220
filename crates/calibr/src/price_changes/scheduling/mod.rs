//! Starting an approved price change at an instant: which one is meant, who asked for it, and calling it off again.
//! Owns `price_change_starts`. Job: `price_changes.start`, whose handler is in `runs`.

mod api;
mod store;
mod wall_clock;

use jiff::Timestamp;
use kernel_auth::authorize;
use kernel_core::{Ctx, Error, Result};
use kernel_db::TenantTx;
use kernel_jobs::NewJob;
use serde_json::json;

use super::PRICE_CHANGES_APPLY;
use super::dto::{CanaryRequest, Scheduled, StartAt, UnscheduleRequest};
use super::model::State;
use super::store::{self as price_changes, PriceChangeRecord, Step};
use crate::ids::PriceChangeId;
use crate::state::App;

pub(super) use api::routes;
pub(super) use store::{end_start, open_start};
pub use wall_clock::instant_of;

/// The kind of job that starts an approved price change at its instant.
pub const START: &str = "price_changes.start";

/// When an approved plan is to be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Start {
    /// Now, because somebody asks for it.
    Now,
    /// At that instant, by itself.
    Later(Timestamp),
    /// Now, because the instant of this start has come.
    Due(i64),
}

/// What is asked for with a start.
pub struct NewStart {
    /// The instant.
    pub starts_at: Timestamp,
    /// As it was named, where somebody named it by a clock on the wall.
    pub at: Option<StartAt>,
    /// The first wave.
    pub canary: Option<CanaryRequest>,
}

/// A start that waits for its instant.
#[derive(Debug, Clone)]
pub struct OpenStart {
    /// Which start of its price change this is, from 1.
    pub ordinal: i64,
    /// The hash of the approved plan.
    pub plan_hash: String,
    /// What people see of it.
    pub scheduled: Scheduled,
}

/// Lets an approved plan start by itself.
///
/// # Errors
/// It is not approved, or the database refused.
pub async fn schedule(ctx: &Ctx, tx: &TenantTx, record: &PriceChangeRecord, new: NewStart) -> Result<()> {
    let told = json!({
        "starts_at": new.starts_at,
        "local": new.at.as_ref().map(|at| &at.local),
        "time_zone": new.at.as_ref().map(|at| &at.time_zone),
        "canary": new.canary,
    });
    let step = Step { to: State::Scheduled, reason: None, told: Some(("start", told)) };
    price_changes::transition_told(ctx, tx, record, step).await?;
    let ordinal = store::start_insert(ctx, tx, record.id, &new).await?;
    let job = NewJob {
        key: Some(format!("{START}/{}/{ordinal}", record.id)),
        ..NewJob::new(
            START,
            json!({ "price_change_id": record.id, "start": ordinal }),
            new.starts_at.max(ctx.now()),
        )
    };
    kernel_jobs::enqueue(ctx, tx, &[job]).await
}

/// The start that a price change waits for; `None` if it waits for none.
///
/// # Errors
/// There is no such price change (404), or the database refused.
pub async fn start_of(tx: &TenantTx, id: PriceChangeId) -> Result<Option<OpenStart>> {
    let record = price_changes::price_change_by_id(tx, id).await?;
    if record.state != State::Scheduled {
        return Ok(None);
    }
    let open = store::open_start(tx, id).await?;
    Ok(open.map(|(ordinal, scheduled)| OpenStart { ordinal, plan_hash: record.plan_hash, scheduled }))
}

/// Takes a start back that could not begin for another reason than a stale plan, and says why.
///
/// # Errors
/// The database refused.
pub async fn start_failed(
    app: &App,
    ctx: &Ctx,
    id: PriceChangeId,
    start: &OpenStart,
    why: &str,
) -> Result<()> {
    let tx = app.db.tenant_tx(ctx.tenant).await?;
    let record = price_changes::price_change_lock(&tx, id).await?;
    let open = store::open_start(&tx, id).await?;
    if record.state != State::Scheduled || open.map(|(ordinal, _)| ordinal) != Some(start.ordinal) {
        return Ok(());
    }
    store::end_start(ctx, &tx, id, "not_started", Some(why)).await?;
    price_changes::transition(ctx, &tx, &record, State::Approved, Some(why)).await?;
    Ok(tx.commit().await?)
}

/// Calls a scheduled start off: the price change is approved as before. One that waits for no start stays as it is.
///
/// # Errors
/// `price_change.state` (409): it is not approved, or was begun. There is no such price change (404).
async fn unschedule(app: &App, ctx: &Ctx, id: PriceChangeId, request: UnscheduleRequest) -> Result<()> {
    authorize(&ctx.actor, PRICE_CHANGES_APPLY)?;
    let tx = app.db.tenant_tx(ctx.tenant).await?;
    let record = price_changes::price_change_lock(&tx, id).await?;
    if record.state == State::Approved {
        return Ok(());
    }
    if record.state != State::Scheduled {
        let state = record.state.as_str();
        let detail = format!("This price change is {state}, so there is no start to call off.");
        return Err(Error::conflict("price_change.state", detail));
    }
    let reason = request.reason.as_deref().map(str::trim).filter(|reason| !reason.is_empty());
    price_changes::transition(ctx, &tx, &record, State::Approved, reason).await?;
    Ok(tx.commit().await?)
}

/// Refuses a start of a scheduled price change that is not the one it waits for.
///
/// # Errors
/// `price_change.scheduled` (409): it waits for another start. `price_change.not_due` (409): its instant is to come.
/// `price_change.not_approved` (409): this start was called off.
pub(super) async fn expect_start(
    ctx: &Ctx,
    tx: &TenantTx,
    record: &PriceChangeRecord,
    start: Start,
) -> Result<()> {
    let open = match record.state {
        State::Scheduled => store::open_start(tx, record.id).await?,
        _ => None,
    };
    let called_off = "This start was called off.";
    match (start, open) {
        (Start::Due(due), open) if open.as_ref().map(|(ordinal, _)| *ordinal) != Some(due) => {
            Err(Error::conflict("price_change.not_approved", called_off))
        }
        (Start::Later(_), Some((_, scheduled))) => {
            let detail = format!("It is scheduled for {} already. Unschedule it first.", scheduled.starts_at);
            Err(Error::conflict("price_change.scheduled", detail))
        }
        (Start::Now | Start::Due(_), Some((_, scheduled))) if scheduled.starts_at > ctx.now() => {
            let detail =
                format!("It is scheduled for {}. Unschedule it to apply it now.", scheduled.starts_at);
            Err(Error::conflict("price_change.not_due", detail))
        }
        _ => Ok(()),
    }
}
