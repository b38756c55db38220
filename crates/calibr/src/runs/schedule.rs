//! What the clock sets off: the start of a price change that was approved for an instant, and the return of prices when a
//! sale is over, which was approved with it.

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use jiff::SignedDuration;
use kernel_core::{Ctx, Error, ErrorKind, Result};
use kernel_jobs::{Job, Outcome};
use serde::Deserialize;

use super::start;
use crate::ids::{PriceChangeId, RuleId};
use crate::price_changes::{self, Returning};
use crate::state::App;

/// When to try again where another run, or reading the catalogue, has the shop.
const BUSY_PAUSE: SignedDuration = SignedDuration::from_mins(1);
/// When to look whether the prices of a sale have returned.
const RETURN_PAUSE: SignedDuration = SignedDuration::from_mins(1);
/// Plans that are made to end one sale; what they could not end is left to people.
const RETURNS_MAX: i32 = 5;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Start {
    price_change_id: PriceChangeId,
    /// Which of its starts; jobs from before there could be several mean the first.
    #[serde(default = "first")]
    start: i64,
}

fn first() -> i64 {
    1
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Return {
    rule_id: RuleId,
    price_change_id: PriceChangeId,
}

/// The handler of [`price_changes::START`].
pub fn start_due(app: App, ctx: Ctx, job: Job) -> BoxFuture<'static, Result<Outcome>> {
    async move {
        let Start { price_change_id: id, start } =
            serde_json::from_value(job.payload).map_err(Error::internal)?;
        let tx = app.db.tenant_tx(ctx.tenant).await?;
        let open = price_changes::start_of(&tx, id).await?;
        drop(tx);
        // It was called off, or somebody was faster.
        let Some(open) = open.filter(|open| open.ordinal == start) else { return Ok(Outcome::Done) };
        match start::apply_due(&app, &ctx, id, open.clone()).await {
            Ok(_) => Ok(Outcome::Done),
            // It is stale for good, which is recorded with its reason; or it was called off a moment ago.
            Err(error) if matches!(error.code, "price_change.stale" | "price_change.not_approved") => {
                Ok(Outcome::Done)
            }
            Err(error)
                if matches!(error.code, "channel.busy" | "channel.scopes" | "price_change.guardrail") =>
            {
                let at = ctx.now().checked_add(BUSY_PAUSE).map_err(Error::internal)?;
                Ok(Outcome::Again { at, counts: false, reason: error.detail })
            }
            // Nothing that comes by itself would change this, such as a shop that is not connected any more.
            Err(error) if matches!(error.kind, ErrorKind::Conflict | ErrorKind::Unprocessable) => {
                let why = format!("It could not start at {}: {}", open.scheduled.starts_at, error.detail);
                price_changes::start_failed(&app, &ctx, id, &open, &why).await?;
                Ok(Outcome::Done)
            }
            Err(error) => Err(error),
        }
    }
    .boxed()
}

/// The handler of [`price_changes::RETURN`].
pub fn return_sale(app: App, ctx: Ctx, job: Job) -> BoxFuture<'static, Result<Outcome>> {
    async move {
        let Return { rule_id, price_change_id } =
            serde_json::from_value(job.payload).map_err(Error::internal)?;
        let later = |counts, reason: &str| {
            let at = ctx.now().checked_add(RETURN_PAUSE).map_err(Error::internal)?;
            Ok(Outcome::Again { at, counts, reason: reason.to_owned() })
        };
        match price_changes::return_prices(&app, &ctx, price_change_id, rule_id).await? {
            Returning::Done => Ok(Outcome::Done),
            Returning::UnderWay => later(false, "the prices are returning"),
            Returning::Begun if job.attempts < RETURNS_MAX => later(true, "the prices begin to return"),
            Returning::Begun => Ok(Outcome::Done),
        }
    }
    .boxed()
}
