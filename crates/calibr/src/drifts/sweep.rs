//! The sweep: every price of a shop compared with what we hold, first the base prices, a page of them in each go, and then
//! list after list. What webhooks lost is found here, and all that is changed in price lists, of which no webhook tells.

use channel::RetryClass;
use futures_util::FutureExt;
use jiff::SignedDuration;
use kernel_auth::{Permission, authorize};
use kernel_core::{Ctx, Error, Result, Role, failpoint};
use kernel_db::TenantTx;
use kernel_jobs::{Job, Limit, NewJob, NewSchedule, Outcome, Priority, enqueue, schedule, unschedule};
use serde::{Deserialize, Serialize};

use super::dto::Sweep;
use super::examine::{self, Examined};
use super::store;
use super::sweep_list::sweep_list;
use crate::catalog::{BASE, list_after};
use crate::channels;
use crate::ids::{ChannelId, VariantId};
use crate::state::App;

/// The kind of job.
pub const SWEEP: &str = "drifts.sweep";

const DRIFTS_WRITE: Permission = Permission::new("drifts:write", Role::Editor);
/// Variants compared in one job.
const PAGE: i64 = 1000;
/// When to look again at what a run has in its hands.
const LOOK_AGAIN: SignedDuration = SignedDuration::from_secs(60);

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Payload {
    channel: ChannelId,
    #[serde(default = "base")]
    surface: String,
    /// The last variant of the page before, of base prices.
    #[serde(default)]
    after: Option<VariantId>,
}

fn base() -> String {
    BASE.to_owned()
}

impl Payload {
    /// The first page of a surface.
    fn first(channel: ChannelId, surface: String) -> Self {
        Self { channel, surface, after: None }
    }
}

/// Asks for a sweep of a shop.
///
/// # Errors
/// There is no such channel (404), or the actor may not.
pub(super) async fn start(app: &App, ctx: &Ctx, channel: ChannelId) -> Result<Sweep> {
    authorize(&ctx.actor, DRIFTS_WRITE)?;
    let tx = app.db.tenant_tx(ctx.tenant).await?;
    channels::channel_by_id(&tx, channel).await?;
    let variants = store::held_count(&tx, channel).await?;
    enqueue(ctx, &tx, &[job(ctx, &Payload::first(channel, base()))?]).await?;
    failpoint("drifts.ask_sweep.before_commit").await?;
    tx.commit().await?;
    failpoint("drifts.ask_sweep.after_commit").await?;
    Ok(Sweep { variants: u64::try_from(variants).unwrap_or_default() })
}

/// Has a shop swept every night, so that what webhooks lost is found within a day.
///
/// # Errors
/// The database refused.
pub async fn sweep_nightly(ctx: &Ctx, tx: &TenantTx, channel: ChannelId) -> Result<()> {
    let payload = Payload::first(channel, base());
    let new = NewSchedule {
        name: nightly(channel),
        kind: SWEEP,
        payload: serde_json::to_value(payload).map_err(Error::internal)?,
        cron: "17 3 * * *".to_owned(),
        zone: "UTC".to_owned(),
    };
    schedule(ctx, tx, &new).await
}

/// Sweeps a shop no more.
///
/// # Errors
/// The database refused.
pub async fn sweep_no_more(tx: &TenantTx, channel: ChannelId) -> Result<()> {
    unschedule(tx, &nightly(channel)).await?;
    Ok(())
}

fn nightly(channel: ChannelId) -> String {
    format!("{SWEEP}/{channel}")
}

fn job(ctx: &Ctx, payload: &Payload) -> Result<NewJob> {
    Ok(NewJob {
        kind: SWEEP,
        payload: serde_json::to_value(payload).map_err(Error::internal)?,
        run_at: ctx.now(),
        priority: Priority::Background,
        weight: 1,
        limit: Some(Limit { key: format!("{SWEEP}/{}", payload.channel), running: 1 }),
        key: None,
    })
}

/// The handler of [`SWEEP`].
pub fn sweep_job(app: App, ctx: Ctx, job: Job) -> futures_util::future::BoxFuture<'static, Result<Outcome>> {
    async move {
        let payload: Payload = serde_json::from_value(job.payload.clone()).map_err(Error::internal)?;
        sweep(&app, &ctx, &job, payload).await
    }
    .boxed()
}

async fn sweep(app: &App, ctx: &Ctx, job_now: &Job, payload: Payload) -> Result<Outcome> {
    let (channel, surface) = (payload.channel, payload.surface.as_str());
    let next_page = match surface {
        BASE => {
            let (examined, last) = sweep_base(app, ctx, &payload).await?;
            if examined.undecided > 0 && examined.compared == 0 && job_now.attempts < 3 {
                let at = ctx.now().checked_add(LOOK_AGAIN).map_err(Error::internal)?;
                return Ok(Outcome::Again {
                    at,
                    counts: true,
                    reason: "a run has these variants".to_owned(),
                });
            }
            last
        }
        _ => {
            match sweep_list(app, ctx, (channel, surface)).await? {
                Ok(()) => {}
                // It is gone, or begun anew in another currency: the next reading of the shop notes it.
                Err(error) if error.class == RetryClass::Never => {
                    tracing::info!(%channel, surface, error = %error, "A price list is not swept.");
                }
                Err(error) => return Err(channels::refused(error)),
            }
            None
        }
    };
    let tx = app.db.tenant_tx(ctx.tenant).await?;
    kernel_jobs::hold_lease(&tx, job_now).await?;
    let next = match next_page {
        Some(after) => Some(Payload { after: Some(after), ..payload }),
        None => {
            let list = list_after(&tx, channel, Some(surface).filter(|name| *name != BASE)).await?;
            list.map(|list| Payload::first(channel, list))
        }
    };
    if let Some(next) = next {
        enqueue(ctx, &tx, &[job(ctx, &next)?]).await?;
    }
    failpoint("drifts.sweep.before_commit").await?;
    tx.commit().await?;
    failpoint("drifts.sweep.after_commit").await?;
    Ok(Outcome::Done)
}

/// Sweeps a page of base prices. Answers with where the next begins, if there is one.
async fn sweep_base(app: &App, ctx: &Ctx, payload: &Payload) -> Result<(Examined, Option<VariantId>)> {
    let place = (payload.channel, BASE);
    let tx = app.db.tenant_tx(ctx.tenant).await?;
    let held = store::held_after(&tx, place, payload.after, PAGE).await?;
    drop(tx);
    let last = held.last().map(|one| one.variant);
    let full = i64::try_from(held.len()).is_ok_and(|size| size == PAGE);
    let examined = examine::look(app, ctx, place, held, "sweep").await?.map_err(channels::refused)?;
    Ok((examined, last.filter(|_| full)))
}
