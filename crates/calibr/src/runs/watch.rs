//! The job that looks at a first wave after it was left alone for a while: write errors, guardrails, drift. All well: the
//! rest is written. Not well: what was written is taken back. Nobody can tell: the run pauses for a person to look.

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use kernel_core::{Ctx, Error, Result, failpoint};
use kernel_db::TenantTx;
use kernel_jobs::{Job, NewJob, Outcome, hold_lease};
use serde::Deserialize;
use serde_json::json;

use super::batch::Shop;
use super::canary::{Verdict, Watched, judge};
use super::control::{end_here, set_paused};
use super::store::{self, RunRecord};
use super::tell::tell;
use super::{aftercare, finish, parked, roll_back, start, targets};
use crate::ids::RunId;
use crate::price_changes;
use crate::state::App;

/// The kind of job.
pub const CHECK_CANARY: &str = "runs.check_canary";

/// Why the rest of a run stays unwritten.
const FAILED: (&str, &str) =
    ("canary.failed", "The first wave of the run did not go well, so this price was not written.");

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Payload {
    run_id: RunId,
    generation: i64,
}

/// Enqueues the look at a first wave for when it was watched long enough.
pub(super) async fn enqueue(ctx: &Ctx, tx: &TenantTx, run: &RunRecord) -> Result<()> {
    let until = run.canary.as_ref().and_then(|canary| canary.watched_until).unwrap_or_else(|| ctx.now());
    let payload = json!({ "run_id": run.id, "generation": run.generation });
    kernel_jobs::enqueue(ctx, tx, &[NewJob::new(CHECK_CANARY, payload, until)]).await
}

/// The handler of [`CHECK_CANARY`].
pub fn check_canary(app: App, ctx: Ctx, job: Job) -> BoxFuture<'static, Result<Outcome>> {
    async move {
        let payload: Payload = serde_json::from_value(job.payload.clone()).map_err(Error::internal)?;
        let tx = app.db.tenant_tx(ctx.tenant).await?;
        let run = store::run_by_id(&tx, payload.run_id).await?;
        drop(tx);
        if run.stage != "soak" || run.is_settled() || run.generation != payload.generation {
            return Ok(Outcome::Done);
        }
        let watched = look(&app, &ctx, &run).await?;
        act(&app, &ctx, &job, &payload, &watched).await?;
        Ok(Outcome::Done)
    }
    .boxed()
}

async fn look(app: &App, ctx: &Ctx, run: &RunRecord) -> Result<Watched> {
    failpoint("runs.canary_look.before").await?;
    let tx = app.db.tenant_tx(ctx.tenant).await?;
    let counts = targets::counts(&tx, run.id).await?;
    let waiting = targets::variants_waiting(&tx, run.id).await?;
    drop(tx);
    let shop = Shop::of(app, ctx, run).await;
    let mut watched = Watched {
        applied: counts.applied,
        failed: counts.failed,
        conflict: counts.conflict,
        guardrail: price_changes::rest_overtaken(app, ctx, run.price_change, &waiting).await?,
        ..Watched::default()
    };
    match shop {
        Ok(_) => match aftercare::compare(app, ctx, run).await? {
            Ok(found) => watched.drifted = found.drifted,
            Err(error) => watched.unread = Some(error.to_string()),
        },
        Err(error) => watched.unread = Some(error.detail),
    }
    Ok(watched)
}

async fn act(app: &App, ctx: &Ctx, job: &Job, payload: &Payload, watched: &Watched) -> Result<()> {
    let tx = app.db.tenant_tx(ctx.tenant).await?;
    hold_lease(&tx, job).await?;
    let mut run = store::run_lock(&tx, payload.run_id).await?;
    if run.stage != "soak" || run.generation != payload.generation || run.is_settled() {
        return Ok(());
    }
    let verdict = judge(watched);
    let (word, reason) = match &verdict {
        Verdict::Pass => ("pass", None),
        Verdict::Fail(why) => ("fail", Some(why.clone())),
        Verdict::Inconclusive(why) => ("inconclusive", Some(why.clone())),
    };
    if let Some(canary) = &mut run.canary {
        canary.verdict = Some(word.to_owned());
        canary.reason.clone_from(&reason);
    }
    store::run_control(&tx, &run).await?;
    let found = json!({ "verdict": word, "reason": reason, "applied": watched.applied, "failed": watched.failed,
        "conflict": watched.conflict, "drifted": watched.drifted });
    tell(ctx, &tx, "run.canary_checked", &run, found).await?;
    match verdict {
        Verdict::Pass => {
            // A pause outlasts the watching: then whoever resumes lets the rest be written.
            if run.state != "paused" {
                write_rest(ctx, &tx, run).await?;
            }
            failpoint("runs.canary_pass.before_commit").await?;
            tx.commit().await?;
            failpoint("runs.canary_pass.after_commit").await
        }
        Verdict::Fail(_) => {
            take_back(app, ctx, &tx, run, reason).await?;
            failpoint("runs.canary_fail.before_commit").await?;
            tx.commit().await?;
            failpoint("runs.canary_fail.after_commit").await
        }
        Verdict::Inconclusive(_) => {
            set_paused(ctx, &tx, run, reason).await?;
            failpoint("runs.canary_pause.before_commit").await?;
            tx.commit().await?;
            failpoint("runs.canary_pause.after_commit").await
        }
    }
}

async fn write_rest(ctx: &Ctx, tx: &TenantTx, mut run: RunRecord) -> Result<()> {
    "rest".clone_into(&mut run.stage);
    store::run_control(tx, &run).await?;
    let batches = parked::targets_release(tx, run.id, None).await?;
    start::enqueue(ctx, tx, &run, &batches).await?;
    finish::advance(ctx, tx, run.id).await
}

/// The rest is skipped, which ends the run, and what was written is taken back.
async fn take_back(
    app: &App,
    ctx: &Ctx,
    tx: &TenantTx,
    run: RunRecord,
    reason: Option<String>,
) -> Result<()> {
    let id = run.id;
    end_here(ctx, tx, run, "run.canary_failed", FAILED, reason).await?;
    if targets::targets_to_roll_back(tx, id).await?.is_empty() {
        return Ok(());
    }
    roll_back::roll_back(app, ctx, tx, id).await?;
    Ok(())
}
