//! The job that writes one batch: intent, then for a few products at a time read, compare, write, settle, read back.

use std::collections::HashMap;

use channel::{CREDENTIAL_RENEWED, ChannelError, ProductRef, RetryClass, WriteOutcome};
use futures_util::FutureExt;
use jiff::{SignedDuration, Timestamp};
use kernel_core::{Ctx, Error, Result, failpoint};
use kernel_db::TenantTx;
use kernel_jobs::{Job, LEASE_LOST, Outcome, hold_lease};
use serde::Deserialize;

use super::batch::{Batch, Shop};
use super::model::{OpenTarget, Settlement, Verdict, decide, judge, judge_error};
use super::settle::{Ending, settle};
use super::store;
use super::targets::{self, Sent};
use super::{finish, parked, verify};
use crate::ids::RunId;
use crate::state::App;

/// Products read at once: the time between reading and writing is the time of so many writes at most.
const PRODUCTS_READ_AT_ONCE: usize = 10;
/// How long what was read holds; a write that would come later reads again first.
const READING_HOLDS_FOR: SignedDuration = SignedDuration::from_secs(5);
/// How soon after its proof a write leaves. A server that slept in between may have been given up by others, who wait
/// for its write only so long; it looks again, and learns that its lease is gone.
pub(super) const LEAVES_WITHIN: SignedDuration = SignedDuration::from_secs(2);
/// When to look what became of a write whose answer was lost.
const LOOK_AGAIN: SignedDuration = SignedDuration::from_secs(2);
/// After so many attempts at a batch what is still open counts as refused; it can be retried by hand.
const ATTEMPTS_MAX: i32 = 12;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Payload {
    run_id: RunId,
    batch: i64,
    /// Jobs from before there were generations are of the first.
    #[serde(default = "first")]
    generation: i64,
}

fn first() -> i64 {
    1
}

/// The handler of [`super::APPLY_BATCH`].
pub fn apply_batch(
    app: App,
    ctx: Ctx,
    job: Job,
) -> futures_util::future::BoxFuture<'static, Result<Outcome>> {
    async move {
        let payload: Payload = serde_json::from_value(job.payload.clone()).map_err(Error::internal)?;
        let result = attempt(&app, &ctx, &job, &payload).await;
        match result {
            // Whoever sent it home has taken its work over.
            Err(error) if error.code == store::SENT_HOME => Ok(Outcome::Done),
            Err(error) if job.attempts >= ATTEMPTS_MAX && error.code != LEASE_LOST => {
                give_up(&app, &ctx, &job, &payload, &error).await?;
                Ok(Outcome::Done)
            }
            result => result,
        }
    }
    .boxed()
}

async fn attempt(app: &App, ctx: &Ctx, job: &Job, payload: &Payload) -> Result<Outcome> {
    let Some((batch, targets)) = open(app, ctx, job, payload).await? else { return Ok(Outcome::Done) };
    let shop = Shop::of(app, ctx, &batch.run).await?;
    Attempt { batch, shop }.work(targets).await
}

/// A fault of ours that many attempts did not mend must not hold the shop for ever: what is open counts as failed and
/// can be retried by hand.
async fn give_up(app: &App, ctx: &Ctx, job: &Job, payload: &Payload, error: &Error) -> Result<()> {
    tracing::error!(run = %payload.run_id, error = error as &dyn std::error::Error, "A batch is given up.");
    let Some((batch, targets)) = open(app, ctx, job, payload).await? else { return Ok(()) };
    let reason =
        format!("Calibr could not carry this out in many attempts: {error} Retry reads the shop first.");
    let failed = |target| Ending {
        target,
        settlement: Settlement::Failed { code: "calibr.gave_up".to_owned(), reason: reason.clone() },
    };
    settle(&batch, targets.into_iter().map(failed).collect()).await?;
    let tx = app.db.tenant_tx(ctx.tenant).await?;
    hold_lease(&tx, job).await?;
    targets::targets_leave_unverified(&tx, batch.run.id, batch.number).await?;
    finish::advance(&batch.ctx, &tx, batch.run.id).await?;
    failpoint("runs.give_up.before_commit").await?;
    tx.commit().await?;
    failpoint("runs.give_up.after_commit").await
}

/// Stores the intents of a batch. `None` if its run has ended.
pub(super) async fn open<'a>(
    app: &'a App,
    ctx: &Ctx,
    job: &'a Job,
    payload: &Payload,
) -> Result<Option<(Batch<'a>, Vec<OpenTarget>)>> {
    let tx = app.db.tenant_tx(ctx.tenant).await?;
    hold_lease(&tx, job).await?;
    let mut run = store::run_by_id(&tx, payload.run_id).await?;
    if run.state == "queued" {
        run = store::run_lock(&tx, payload.run_id).await?;
    }
    if run.is_settled() || run.generation != payload.generation {
        return Ok(None);
    }
    if run.state == "queued" {
        store::run_set_state(&tx, &run, "applying", None).await?;
    }
    store::run_share(&tx, run.id, payload.generation).await?;
    let targets = targets::intents_store(&tx, run.id, payload.batch, job.fence, ctx.now()).await?;
    failpoint("runs.intend.before_commit").await?;
    tx.commit().await?;
    failpoint("runs.intend.after_commit").await?;
    let mut ctx = ctx.clone();
    ctx.actor.label.clone_from(&run.actor);
    Ok(Some((Batch { app, ctx, job, run, number: payload.batch }, targets)))
}

/// One attempt at a batch, with the shop to write to.
pub(super) struct Attempt<'a> {
    pub batch: Batch<'a>,
    pub shop: Shop,
}

/// Why a target stays open for now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Later {
    /// The vendor named the time; waiting for it is no failure.
    Named(SignedDuration),
    /// The vendor needs a pause.
    At(SignedDuration),
    /// As soon as possible, from reading on.
    Now,
}

impl Attempt<'_> {
    async fn work(self, targets: Vec<OpenTarget>) -> Result<Outcome> {
        let (targets, mut later) = self.write_in_bulk(targets).await?;
        for chunk in chunks_of_products(targets, PRODUCTS_READ_AT_ONCE) {
            later = longest(later, self.write_chunk(chunk).await?);
        }
        let Batch { app, ctx, job, run, .. } = &self.batch;
        let pause = match later {
            Some(pause) => Some(pause),
            None => verify::read_back(&self.batch, &self.shop).await?.map(Later::At),
        };
        let Some(pause) = pause else {
            let tx = app.db.tenant_tx(ctx.tenant).await?;
            hold_lease(&tx, job).await?;
            self.lay_down(&tx).await?;
            finish::advance(ctx, &tx, run.id).await?;
            failpoint("runs.finish.before_commit").await?;
            tx.commit().await?;
            failpoint("runs.finish.after_commit").await?;
            return Ok(Outcome::Done);
        };
        let (pause, counts, reason) = match pause {
            Later::Named(pause) => (pause, false, "the shop named the time"),
            Later::At(pause) => (pause, true, "the shop needs a pause"),
            Later::Now => (SignedDuration::ZERO, true, "some targets are open"),
        };
        Ok(Outcome::Again { at: later_by(ctx.now(), pause)?, counts, reason: reason.to_owned() })
    }

    /// What is still open at the end of a batch is so because the run was paused: whoever resumes it enqueues it again.
    async fn lay_down(&self, tx: &TenantTx) -> Result<()> {
        let Batch { run, number, .. } = &self.batch;
        if !targets::has_open_targets(tx, run.id, Some(*number), None).await? {
            return Ok(());
        }
        let (_, now) = store::run_lock_both(tx, run.id).await?;
        if now.generation != run.generation {
            return Err(store::sent_home());
        }
        if now.state != "paused" {
            return Err(Error::internal(format!("batch {number} of {} is at its end, yet open", run.id)));
        }
        parked::targets_lay_down(tx, run.id, *number).await
    }

    /// Reads, compares, writes and settles the targets of a few products. Answers when the rest is to be tried again.
    async fn write_chunk(&self, targets: Vec<OpenTarget>) -> Result<Option<Later>> {
        // A write that arrives while the answer to the reading is on its way is not in it, so its age is that of now.
        let asked_at = self.batch.ctx.now();
        failpoint("runs.read.before").await?;
        let live = match self.shop.read(&targets).await {
            Ok(live) => live,
            Err(error) => return self.could_not_read(&targets, &error).await,
        };
        failpoint("runs.read.after").await?;
        let mut endings = Vec::with_capacity(targets.len());
        let mut to_write = Vec::new();
        let mut later = None;
        let Batch { ctx, run, .. } = &self.batch;
        for (target, (_, live)) in targets.into_iter().zip(live) {
            match decide(&target, live.as_ref(), run.currency, run.direction(), asked_at) {
                Verdict::Write => to_write.push(target),
                Verdict::Wait(pause) => {
                    later = self.later_or_give_up(target, Later::At(pause), &mut endings).or(later)
                }
                Verdict::Settled(settlement) => endings.push(Ending { target, settlement }),
            }
        }
        let read_at = ctx.now();
        for product in by_product(to_write).into_iter().flat_map(set_and_freed) {
            let pause = if ctx.now().duration_since(read_at) > READING_HOLDS_FOR {
                Some(Later::Named(SignedDuration::ZERO))
            } else {
                self.write_product(product, &mut endings).await?
            };
            later = longest(later, pause);
        }
        settle(&self.batch, endings).await?;
        Ok(later)
    }

    /// Writes targets of one product in one call.
    async fn write_product(
        &self,
        targets: Vec<OpenTarget>,
        endings: &mut Vec<Ending>,
    ) -> Result<Option<Later>> {
        let Some(product) = targets.first().map(|target| target.product.clone()) else { return Ok(None) };
        let now = self.batch.ctx.now();
        let sent = targets.iter().map(|target| Sent::now(target.row, now, None)).collect();
        match self.may_send(sent).await?.as_str() {
            "applying" => {}
            "stopping" => {
                let stopped = |target| Ending { target, settlement: Settlement::Stopped };
                endings.extend(targets.into_iter().map(stopped));
                return Ok(None);
            }
            // Paused: it stays open, and is not sent.
            _ => return Ok(None),
        }
        failpoint("runs.write.before").await?;
        if self.batch.ctx.now().duration_since(now) > LEAVES_WITHIN {
            return Ok(Some(Later::Named(SignedDuration::ZERO)));
        }
        let outcomes = self.shop.write(&product, &targets, self.batch.run.currency).await;
        failpoint("runs.write.after").await?;
        let outcomes = match outcomes {
            Ok(outcomes) => outcomes,
            Err(error) => {
                tracing::info!(run = %self.batch.run.id, product = %product, error = %error, "A write did not go through.");
                if !error.may_have_happened() {
                    self.set_sent(targets.iter().map(Sent::as_before).collect()).await?;
                }
                return Ok(self.after_error(targets, &error, endings));
            }
        };
        self.judge_all(targets, outcomes, endings).await
    }

    /// Takes what the shop says of each target.
    pub(super) async fn judge_all(
        &self,
        targets: Vec<OpenTarget>,
        outcomes: Vec<WriteOutcome>,
        endings: &mut Vec<Ending>,
    ) -> Result<Option<Later>> {
        let not_written = targets.iter().zip(&outcomes).filter(|(_, outcome)| {
            matches!(outcome, WriteOutcome::Refused { .. } | WriteOutcome::NotAttempted { .. })
        });
        self.set_sent(not_written.map(|(target, _)| Sent::as_before(target)).collect()).await?;
        let mut later = None;
        for (target, outcome) in targets.into_iter().zip(&outcomes) {
            match judge(&target, outcome) {
                Some(settlement) => endings.push(Ending { target, settlement }),
                None => later = self.later_or_give_up(target, Later::Now, endings).or(later),
            }
        }
        Ok(later)
    }

    /// Notes when targets leave for the shop, unless the run does not write now. Answers with the run's state.
    pub(super) async fn may_send(&self, sent: Vec<Sent>) -> Result<String> {
        let tx = self.batch.app.db.tenant_tx(self.batch.ctx.tenant).await?;
        let state = self.batch.hold(&tx).await?;
        if state != "applying" {
            return Ok(state);
        }
        targets::targets_set_sent(&tx, self.batch.run.id, self.batch.number, self.batch.job.fence, &sent)
            .await?;
        failpoint("runs.send.before_commit").await?;
        tx.commit().await?;
        failpoint("runs.send.after_commit").await?;
        Ok(state)
    }

    /// Notes, in a commit of its own, when targets may have left for the shop: before they do, and corrected when the
    /// shop says that it wrote nothing. A worker whose lease was taken over gets no further than here.
    pub(super) async fn set_sent(&self, sent: Vec<Sent>) -> Result<()> {
        if sent.is_empty() {
            return Ok(());
        }
        let tx = self.batch.app.db.tenant_tx(self.batch.ctx.tenant).await?;
        self.batch.hold(&tx).await?;
        targets::targets_set_sent(&tx, self.batch.run.id, self.batch.number, self.batch.job.fence, &sent)
            .await?;
        tx.commit().await?;
        Ok(())
    }

    /// A read that failed has changed nothing: later, or refused for good.
    pub(super) async fn could_not_read(
        &self,
        targets: &[OpenTarget],
        error: &ChannelError,
    ) -> Result<Option<Later>> {
        tracing::info!(run = %self.batch.run.id, error = %error, "The shop could not be read.");
        let mut endings = Vec::new();
        let later = self.after_error(targets.to_vec(), error, &mut endings);
        settle(&self.batch, endings).await?;
        Ok(later)
    }

    pub(super) fn after_error(
        &self,
        targets: Vec<OpenTarget>,
        error: &ChannelError,
        endings: &mut Vec<Ending>,
    ) -> Option<Later> {
        let mut later = None;
        for target in targets {
            match judge_error(error) {
                Some(settlement) => endings.push(Ending { target, settlement }),
                None => {
                    later = self
                        .later_or_give_up(target, pause_after(error, self.batch.job.attempts), endings)
                        .or(later)
                }
            }
        }
        later
    }

    /// Leaves a target open, unless the batch was tried often enough.
    pub(super) fn later_or_give_up(
        &self,
        target: OpenTarget,
        pause: Later,
        endings: &mut Vec<Ending>,
    ) -> Option<Later> {
        if self.batch.job.attempts < ATTEMPTS_MAX || matches!(pause, Later::Named(_)) {
            return Some(pause);
        }
        let settlement = Settlement::Failed {
            code: "shop.no_answer".to_owned(),
            reason: "The shop gave no usable answer in many attempts, so this price may or may not have been written. \
                     Check the shop, then retry: that reads before it writes."
                .to_owned(),
        };
        endings.push(Ending { target, settlement });
        None
    }
}

fn pause_after(error: &ChannelError, attempts: i32) -> Later {
    match error.class {
        RetryClass::After { ms } => {
            Later::Named(SignedDuration::from_millis(i64::try_from(ms).unwrap_or(60_000)))
        }
        RetryClass::Unknown => Later::At(LOOK_AGAIN),
        _ if error.code == CREDENTIAL_RENEWED => Later::Now,
        RetryClass::Backoff | RetryClass::Never => Later::At(kernel_jobs::backoff(attempts)),
    }
}

/// The longer pause; it counts as soon as one of them does.
fn longer(a: Later, b: Later) -> Later {
    match (a, b) {
        (Later::Named(a), Later::Named(b)) => Later::Named(a.max(b)),
        (Later::At(a) | Later::Named(a), Later::At(b) | Later::Named(b)) => Later::At(a.max(b)),
        (Later::Now, Later::Now) => Later::Now,
        (Later::Now, Later::At(pause) | Later::Named(pause))
        | (Later::At(pause) | Later::Named(pause), Later::Now) => Later::At(pause),
    }
}

/// The longer of two pauses that may not be needed.
pub(super) fn longest(a: Option<Later>, b: Option<Later>) -> Option<Later> {
    match (a, b) {
        (Some(a), Some(b)) => Some(longer(a, b)),
        (a, b) => a.or(b),
    }
}

fn later_by(now: Timestamp, pause: SignedDuration) -> Result<Timestamp> {
    now.checked_add(pause).map_err(Error::internal)
}

/// Groups targets into lists of one product each, in the order in which products first come.
pub(super) fn by_product(targets: Vec<OpenTarget>) -> Vec<Vec<OpenTarget>> {
    let mut products: Vec<Vec<OpenTarget>> = Vec::new();
    let mut places: HashMap<ProductRef, usize> = HashMap::new();
    for target in targets {
        let place = *places.entry(target.product.clone()).or_insert(products.len());
        match products.get_mut(place) {
            Some(product) => product.push(target),
            None => products.push(vec![target]),
        }
    }
    products
}

/// A product's targets by the call that writes them: those that get a price, and rows of a price list that are to follow the
/// base price.
fn set_and_freed(product: Vec<OpenTarget>) -> impl Iterator<Item = Vec<OpenTarget>> {
    let (freed, set): (Vec<_>, Vec<_>) = product.into_iter().partition(|target| target.after.relative);
    [set, freed].into_iter().filter(|targets| !targets.is_empty())
}

fn chunks_of_products(targets: Vec<OpenTarget>, products: usize) -> Vec<Vec<OpenTarget>> {
    let mut chunks: Vec<Vec<OpenTarget>> = Vec::new();
    for (place, product) in by_product(targets).into_iter().enumerate() {
        match chunks.last_mut() {
            Some(chunk) if place % products != 0 => chunk.extend(product),
            _ => chunks.push(product),
        }
    }
    chunks
}
