//! Looking after a run that has ended: its prices are read again after five minutes, after an hour and every night for 30
//! days. What differs was changed by somebody since: that is drift, which `drifts` notes and tells.

use channel::{ChannelError, RetryClass};
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use jiff::{SignedDuration, Timestamp};
use kernel_core::{Ctx, Error, ProjectId, Result, failpoint};
use kernel_db::TenantTx;
use kernel_jobs::{Job, Limit, NewJob, NewSchedule, Outcome, Priority};
use serde::Deserialize;
use serde_json::json;

use super::model::{Amounts, Kind};
use super::store::{self, RunRecord};
use super::targets;
use super::tell::tell;
use crate::accounts;
use crate::catalog::BASE;
use crate::channels;
use crate::drifts;
use crate::ids::RunId;
use crate::price_changes;
use crate::state::App;

/// The kind of job that reads one run's prices again.
pub const RECONCILE: &str = "runs.reconcile";
/// The kind of job that has it done for all runs of a project that are not older than 30 days, each by a job of its own: what
/// keeps one shop from being read holds up no other run, and is no reason to read those again that were.
pub const SWEEP: &str = "runs.sweep";

/// When a run's prices are read again.
const LOOKS: [(&str, SignedDuration); 2] =
    [("5m", SignedDuration::from_mins(5)), ("1h", SignedDuration::from_hours(1))];
/// For how long after its end a run is swept.
const SWEPT_FOR: SignedDuration = SignedDuration::from_hours(30 * 24);
/// When shops are swept, by the project's clocks: at night, and not on the hour, when everybody does something.
const NIGHTLY: &str = "17 4 * * *";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OneRun {
    run_id: RunId,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WholeProject {
    project_id: ProjectId,
}

/// What reading a run's prices again found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Found {
    pub compared: u64,
    pub drifted: u64,
}

/// A run that wrote something has ended: it will be looked after, and sales that it began will end.
pub(super) async fn begin(ctx: &Ctx, tx: &TenantTx, run: &RunRecord, applied: u64) -> Result<()> {
    if applied == 0 || run.direction() == Kind::RollBack {
        return Ok(());
    }
    let looks: Vec<NewJob> = LOOKS
        .into_iter()
        .map(|(name, after)| Ok(look_at(run, name, later(ctx.now(), after)?)))
        .collect::<Result<_>>()?;
    kernel_jobs::enqueue(ctx, tx, &looks).await?;
    let project = accounts::project_by_id(tx, run.project).await?;
    let nightly = NewSchedule {
        name: sweep_name(run.project),
        kind: SWEEP,
        payload: json!({ "project_id": run.project }),
        cron: NIGHTLY.to_owned(),
        zone: project.time_zone,
    };
    kernel_jobs::schedule(ctx, tx, &nightly).await?;
    price_changes::schedule_returns(ctx, tx, run.price_change).await
}

/// The job that reads the prices of `run` again. One shop is read for one run at a time.
fn look_at(run: &RunRecord, name: &str, at: Timestamp) -> NewJob {
    NewJob {
        priority: Priority::Background,
        key: Some(format!("{RECONCILE}/{}/{name}", run.id)),
        limit: Some(Limit { key: format!("{RECONCILE}/{}", run.channel), running: 1 }),
        ..NewJob::new(RECONCILE, json!({ "run_id": run.id }), at)
    }
}

fn later(now: Timestamp, after: SignedDuration) -> Result<Timestamp> {
    now.checked_add(after).map_err(Error::internal)
}

fn sweep_name(project: ProjectId) -> String {
    format!("{SWEEP}/{project}")
}

/// The handler of [`RECONCILE`].
pub fn reconcile(app: App, ctx: Ctx, job: Job) -> BoxFuture<'static, Result<Outcome>> {
    async move {
        let OneRun { run_id } = serde_json::from_value(job.payload).map_err(Error::internal)?;
        let tx = app.db.tenant_tx(ctx.tenant).await?;
        let run = store::run_by_id(&tx, run_id).await?;
        let shop = channels::channel_by_id(&tx, run.channel).await?.channel;
        drop(tx);
        // A shop that shut us out is looked at no more until it is connected again.
        if shop.state != "connected" {
            return Ok(Outcome::Done);
        }
        look_again(&app, &ctx, &run).await?;
        Ok(Outcome::Done)
    }
    .boxed()
}

/// The handler of [`SWEEP`]. A project without a run to sweep is swept no more until its next run.
pub fn sweep(app: App, ctx: Ctx, job: Job) -> BoxFuture<'static, Result<Outcome>> {
    async move {
        let WholeProject { project_id } = serde_json::from_value(job.payload).map_err(Error::internal)?;
        let since = later(ctx.now(), -SWEPT_FOR)?;
        let tx = app.db.tenant_tx(ctx.tenant).await?;
        let runs = store::runs_since(&tx, project_id, since).await?;
        if runs.is_empty() {
            kernel_jobs::unschedule(&tx, &sweep_name(project_id)).await?;
            tx.commit().await?;
            return Ok(Outcome::Done);
        }
        failpoint("runs.sweep.before").await?;
        let tonight = job.id.to_string();
        let looks: Vec<NewJob> = runs.iter().map(|run| look_at(run, &tonight, ctx.now())).collect();
        kernel_jobs::enqueue(&ctx, &tx, &looks).await?;
        tx.commit().await?;
        Ok(Outcome::Done)
    }
    .boxed()
}

async fn look_again(app: &App, ctx: &Ctx, run: &RunRecord) -> Result<()> {
    let found = match compare(app, ctx, run).await? {
        Ok(found) => found,
        // A price list that is gone, or begun anew in another currency, has nothing of ours any more.
        Err(error) if run.surface != BASE && error.class == RetryClass::Never => {
            tracing::info!(run = %run.id, error = %error, "A price list is not looked after any more.");
            return Ok(());
        }
        Err(error) => {
            let detail = "The shop could not be read again.";
            return Err(Error::unprocessable("channel.unread", detail).caused_by(error));
        }
    };
    let tx = app.db.tenant_tx(ctx.tenant).await?;
    // Whoever tells of a run holds it, so that all readers get what is told in one order.
    let run = store::run_lock(&tx, run.id).await?;
    let shown = json!({ "compared": found.compared, "drifted": found.drifted });
    tell(ctx, &tx, "run.reconciled", &run, shown).await?;
    failpoint("runs.reconcile.before_commit").await?;
    tx.commit().await?;
    failpoint("runs.reconcile.after_commit").await
}

/// Has what a run wrote and what is still its price compared with the shop, and notes at its targets what differs.
///
/// # Errors
/// The database refused. The inner error is the shop's: nothing is known then.
pub(super) async fn compare(app: &App, ctx: &Ctx, run: &RunRecord) -> Result<Result<Found, ChannelError>> {
    let tx = app.db.tenant_tx(ctx.tenant).await?;
    let targets = targets::targets_still_ours(&tx, run).await?;
    drop(tx);
    let variants: Vec<_> = targets.iter().map(|target| target.variant.clone()).collect();
    let examined = match drifts::examine_written(app, ctx, (run.channel, &run.surface), &variants).await? {
        Ok(examined) => examined,
        Err(error) => return Ok(Err(error)),
    };
    let found = Found { compared: examined.compared as u64, drifted: examined.differing.len() as u64 };
    let row_of = |differing: &drifts::Differing| {
        let target = targets.iter().find(|target| target.variant == differing.external)?;
        Some((target.row, differing.shown))
    };
    let drifted: Vec<(i64, Option<Amounts>)> = examined.differing.iter().filter_map(row_of).collect();
    if !drifted.is_empty() {
        let tx = app.db.tenant_tx(ctx.tenant).await?;
        targets::targets_drifted(&tx, run.id, &drifted).await?;
        tx.commit().await?;
    }
    Ok(Ok(found))
}
