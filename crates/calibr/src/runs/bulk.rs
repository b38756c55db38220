//! Writing a large batch in bulk operations. A round: read and compare for a while, upload what is to be written, prove
//! the lease, start. What became of a round whose end nobody saw is asked of the vendor first and read then.

use std::collections::{BTreeMap, VecDeque};

use channel::{
    BulkPriceWriter, BulkRef, CREDENTIAL_RENEWED, ChannelError, ProductWrites, Progress, RetryClass,
    WriteOutcome,
};
use jiff::{SignedDuration, Timestamp};
use kernel_core::{Error, Result, failpoint};
use kernel_db::TenantTx;

use super::apply::{Attempt, LEAVES_WITHIN, Later, by_product, longest};
use super::batch::Batch;
use super::model::{OpenTarget, Settlement, Verdict, decide, may_still_arrive, write_of};
use super::settle::{Ending, settle};
use super::store::{self, RunRecord};
use super::targets::{NewTarget, Sent};
use crate::catalog::BASE;
use crate::channels::progress::{Stage, Tell, Work, followed, forget};
use crate::state::App;

/// Targets per job of a run that is written in bulk.
pub(super) const BATCH: usize = 5_000;
/// Batches of such a run at work at once: while the vendor carries one out, another is read. More would only read slower.
pub(super) const BATCHES_AT_ONCE: u32 = 2;
/// Fewer products than these are written one by one: an operation takes longer.
const PRODUCTS_MIN: usize = 20;
/// Variants read in one call.
const READ_AT_ONCE: usize = 250;
/// How long a round reads. What is not read by then comes in the next, so that no reading grows older than this before the
/// upload, however slowly the shop's bucket fills.
const READ_FOR: SignedDuration = SignedDuration::from_secs(30);
/// How old the first reading of a round may be when its operation starts; a slow upload uses this up.
const READING_HOLDS_FOR: SignedDuration = SignedDuration::from_secs(60);
/// When to ask again whether an operation is over that nobody waits for.
const ASK_AGAIN: SignedDuration = SignedDuration::from_secs(10);
/// An operation that began longer ago is over: shops end them after a day.
const OPERATIONS_LAST: SignedDuration = SignedDuration::from_hours(25);
/// Targets settled in one commit, so that a long round shows how it gets on.
pub(super) const SETTLED_AT_ONCE: usize = 500;

/// Whether a run over these targets is to be written in bulk: its shop would take minutes for the calls.
pub(super) async fn pays_off(app: &App, tx: &TenantTx, run: &RunRecord, targets: &[NewTarget]) -> bool {
    if run.surface != BASE {
        return false;
    }
    let mut products: Vec<&str> =
        targets.iter().filter_map(|target| target.external.as_ref()).map(|(_, id)| id.as_str()).collect();
    products.sort_unstable();
    products.dedup();
    if products.len() < PRODUCTS_MIN {
        return false;
    }
    match app.channels.known(tx, run.channel).await {
        Ok(shop) => shop.bulk_price_writer().is_some_and(|writer| writer.pays_off(products.len())),
        // The jobs will say what is wrong with the connection.
        Err(_) => false,
    }
}

/// What one round read and compared.
struct Round {
    /// When its first reading was asked for.
    asked_at: Timestamp,
    to_write: Vec<OpenTarget>,
    endings: Vec<Ending>,
    later: Option<Later>,
}

impl Attempt<'_> {
    /// Writes in bulk what it pays to write so. Answers with what is left to be written product by product in this attempt,
    /// and with when the rest is to be tried again.
    pub(super) async fn write_in_bulk(
        &self,
        targets: Vec<OpenTarget>,
    ) -> Result<(Vec<OpenTarget>, Option<Later>)> {
        if self.batch.run.in_bulk {
            // Whoever died over an operation left word of it.
            forget(self.batch.app, &self.batch.ctx, &self.at_the_shop()).await;
        }
        if let Some(later) = self.await_operations(&targets).await? {
            return Ok((Vec::new(), Some(later)));
        }
        let Some(writer) = self.shop.bulk_writer().filter(|_| self.batch.run.in_bulk) else {
            return Ok((targets, None));
        };
        let mut products: VecDeque<Vec<OpenTarget>> = by_product(targets).into();
        let (mut singly, mut later, mut number) = (Vec::new(), None, 0);
        while products.len() >= PRODUCTS_MIN {
            number += 1;
            // The round before may have taken long: a token that ends soon is renewed now, not in the middle of this one.
            self.batch.app.channels.open(self.batch.ctx.tenant, self.batch.run.channel).await?;
            let round = self.read_round(&mut products).await?;
            later = longest(later, round.later);
            let wrote = self.write_round(writer, number, round).await?;
            singly.extend(wrote.singly);
            later = longest(later, wrote.later);
            match wrote.then {
                Then::GoOn => {}
                Then::Pause => products.clear(),
                // What is still unread stays open.
                Then::Wait => {
                    products.clear();
                    later = later.or(Some(Later::Now));
                }
            }
        }
        singly.extend(products.into_iter().flatten());
        Ok((singly, later))
    }

    /// Answers with a pause while an operation in which targets left may still begin or is not over: until then reading
    /// says nothing. The same holds for operations that an earlier run of the shop gave up.
    async fn await_operations(&self, targets: &[OpenTarget]) -> Result<Option<Later>> {
        let Batch { app, ctx, run, .. } = &self.batch;
        let Some(writer) = self.shop.bulk_writer() else { return Ok(None) };
        let now = ctx.now();
        let since = now.checked_sub(OPERATIONS_LAST).map_err(Error::internal)?;
        let tx = app.db.tenant_tx(ctx.tenant).await?;
        let mut operations: BTreeMap<String, Timestamp> =
            store::operations_unheard_of(&tx, run, since).await?.into_iter().collect();
        drop(tx);
        for target in targets {
            if let (Some(name), Some(sent_at)) = (&target.sent_in, target.sent_at) {
                operations.insert(name.clone(), sent_at);
            }
        }
        let waits = operations.values().map(|sent_at| may_still_arrive(*sent_at, now));
        if let Some(wait) = waits.max().filter(|wait| wait.is_positive()) {
            return Ok(Some(Later::At(wait)));
        }
        for name in operations.keys() {
            failpoint("runs.bulk_ask.before").await?;
            match writer.is_under_way(name).await {
                Ok(false) => {}
                Ok(true) => return Ok(Some(Later::Named(ASK_AGAIN))),
                Err(error) => {
                    // Where nothing is left open the next attempt finds that out.
                    return Ok(self.could_not_read(targets, &error).await?.or(Some(Later::Now)));
                }
            }
        }
        Ok(None)
    }

    /// Takes products from the front, as many as can be read in a while.
    async fn read_round(&self, products: &mut VecDeque<Vec<OpenTarget>>) -> Result<Round> {
        let ctx = &self.batch.ctx;
        let asked_at = ctx.now();
        let mut round = Round { asked_at, to_write: Vec::new(), endings: Vec::new(), later: None };
        while ctx.now().duration_since(asked_at) <= READ_FOR {
            let chunk = next_chunk(products);
            if chunk.is_empty() {
                break;
            }
            let chunk_asked_at = ctx.now();
            failpoint("runs.read.before").await?;
            let live = match self.shop.read(&chunk).await {
                Ok(live) => live,
                // It may be the fault of what was asked for; the others are still read.
                Err(error) if error.class == RetryClass::Never => {
                    self.could_not_read(&chunk, &error).await?;
                    continue;
                }
                Err(error) => {
                    let unread: Vec<OpenTarget> =
                        chunk.into_iter().chain(products.drain(..).flatten()).collect();
                    round.later = self.could_not_read(&unread, &error).await?;
                    break;
                }
            };
            failpoint("runs.read.after").await?;
            for (target, (_, live)) in chunk.into_iter().zip(live) {
                let run = &self.batch.run;
                match decide(&target, live.as_ref(), run.currency, run.direction(), chunk_asked_at) {
                    Verdict::Write => round.to_write.push(target),
                    Verdict::Wait(pause) => {
                        let pause = self.later_or_give_up(target, Later::At(pause), &mut round.endings);
                        round.later = longest(round.later, pause);
                    }
                    Verdict::Settled(settlement) => round.endings.push(Ending { target, settlement }),
                }
            }
        }
        Ok(round)
    }

    /// Has what a round is to write written in one operation, and settles the round.
    async fn write_round(&self, writer: &dyn BulkPriceWriter, number: usize, round: Round) -> Result<Wrote> {
        let Round { asked_at, to_write, endings, .. } = round;
        let products = by_product(to_write);
        if products.len() < PRODUCTS_MIN {
            self.settle_in_parts(endings).await?;
            return Ok(Wrote::singly(products.into_iter().flatten().collect()));
        }
        let writes: Vec<ProductWrites> =
            products.iter().filter_map(|product| self.writes_of(product)).collect();
        let targets: Vec<OpenTarget> = products.into_iter().flatten().collect();
        let started = self.start(writer, number, &writes, &targets, asked_at).await?;
        // What was compared is told before the operation is waited for, which may take long.
        self.settle_in_parts(endings).await?;
        let mut endings = Vec::new();
        let (later, then) = match started {
            Started::Operation(operation) => {
                failpoint("runs.bulk_end.before").await?;
                let outcomes = self.outcomes(writer, &operation, &writes).await;
                failpoint("runs.bulk_end.after").await?;
                match outcomes {
                    Ok(outcomes) => {
                        let outcomes = outcomes.into_iter().flatten().collect();
                        (self.judge_all(targets, outcomes, &mut endings).await?, Then::GoOn)
                    }
                    Err(error) => (self.after_error(targets, &error, &mut endings), Then::Wait),
                }
            }
            Started::Unknown(error) => (self.after_error(targets, &error, &mut endings), Then::Wait),
            Started::Later(pause) => (Some(pause), Then::Wait),
            Started::Paused => (None, Then::Pause),
            Started::Stopped => {
                let stopped = |target| Ending { target, settlement: Settlement::Stopped };
                endings.extend(targets.into_iter().map(stopped));
                (None, Then::GoOn)
            }
            Started::Singly => return Ok(Wrote::singly(targets)),
        };
        self.settle_in_parts(endings).await?;
        Ok(Wrote { singly: Vec::new(), later, then })
    }

    /// Waits until an operation is over; meanwhile those who follow the run see how far it is.
    async fn outcomes(
        &self,
        writer: &dyn BulkPriceWriter,
        operation: &BulkRef,
        writes: &[ProductWrites],
    ) -> channel::Result<Vec<Vec<WriteOutcome>>> {
        let waiting = |tell: Tell| async move {
            let hear = |Progress { done, expected }: Progress| {
                tell.send_replace(Some(Stage { name: "writing", done, expected }));
            };
            writer.outcomes(operation, writes, &hear).await
        };
        followed(self.batch.app, &self.batch.ctx, &self.at_the_shop(), waiting).await
    }

    fn at_the_shop(&self) -> Work {
        let Batch { run, number, .. } = &self.batch;
        Work { channel: run.channel, what: run.id.to_string(), part: *number }
    }

    /// Uploads, proves the lease, and starts.
    async fn start(
        &self,
        writer: &dyn BulkPriceWriter,
        number: usize,
        writes: &[ProductWrites],
        targets: &[OpenTarget],
        asked_at: Timestamp,
    ) -> Result<Started> {
        let ctx = &self.batch.ctx;
        failpoint("runs.bulk_upload.before").await?;
        let uploaded = match writer.upload(writes).await {
            Ok(uploaded) => uploaded,
            Err(error) => return Ok(self.not_started(&error)),
        };
        failpoint("runs.bulk_upload.after").await?;
        if ctx.now().duration_since(asked_at) > READING_HOLDS_FOR {
            return Ok(Started::Singly);
        }
        // No other attempt at anything has this name: the vendor is asked by it what became of this one.
        let name = format!("{}-{}-{number}", self.batch.job.id, self.batch.job.fence);
        let proved_at = ctx.now();
        let sent = |target: &OpenTarget| Sent::now(target.row, proved_at, Some(name.clone()));
        match self.may_send(targets.iter().map(sent).collect()).await?.as_str() {
            "applying" => {}
            "stopping" => return Ok(Started::Stopped),
            _ => return Ok(Started::Paused),
        }
        failpoint("runs.bulk_start.before").await?;
        if ctx.now().duration_since(proved_at) > LEAVES_WITHIN {
            return Ok(Started::Later(Later::Named(SignedDuration::ZERO)));
        }
        let started = writer.start(&name, &uploaded).await;
        failpoint("runs.bulk_start.after").await?;
        match started {
            Ok(operation) => Ok(Started::Operation(operation)),
            Err(error) if error.may_have_happened() => Ok(Started::Unknown(error)),
            Err(error) => {
                self.set_sent(targets.iter().map(Sent::as_before).collect()).await?;
                Ok(self.not_started(&error))
            }
        }
    }

    /// Nothing was written: later if the vendor says when, or else one by one.
    fn not_started(&self, error: &ChannelError) -> Started {
        tracing::info!(run = %self.batch.run.id, error = %error, "A bulk operation was not started.");
        match error.class {
            RetryClass::After { ms } => {
                let pause = SignedDuration::from_millis(i64::try_from(ms).unwrap_or(60_000));
                Started::Later(Later::Named(pause))
            }
            _ if error.code == CREDENTIAL_RENEWED => Started::Later(Later::Now),
            RetryClass::Backoff | RetryClass::Never | RetryClass::Unknown => Started::Singly,
        }
    }

    fn writes_of(&self, product: &[OpenTarget]) -> Option<ProductWrites> {
        let writes = product.iter().map(|target| write_of(target, self.batch.run.currency)).collect();
        Some(ProductWrites { product: product.first()?.product.clone(), writes })
    }

    async fn settle_in_parts(&self, endings: Vec<Ending>) -> Result<()> {
        let mut endings = endings.into_iter();
        loop {
            let part: Vec<Ending> = endings.by_ref().take(SETTLED_AT_ONCE).collect();
            if part.is_empty() {
                return Ok(());
            }
            settle(&self.batch, part).await?;
        }
    }
}

/// What became of a round.
struct Wrote {
    /// To be written one by one in this attempt.
    singly: Vec<OpenTarget>,
    later: Option<Later>,
    then: Then,
}

impl Wrote {
    fn singly(singly: Vec<OpenTarget>) -> Self {
        Self { singly, later: None, then: Then::GoOn }
    }
}

/// What to do after a round.
enum Then {
    GoOn,
    /// Leave the rest to the next attempt.
    Wait,
    /// Leave the rest to whoever resumes the run.
    Pause,
}

/// What became of starting an operation.
enum Started {
    /// It runs.
    Operation(BulkRef),
    /// It does not, and its targets are to be written one by one.
    Singly,
    /// It does not, and is to be tried again.
    Later(Later),
    /// It does not, since the run is paused.
    Paused,
    /// It does not, since the run was stopped.
    Stopped,
    /// Nobody knows.
    Unknown(ChannelError),
}

/// The next products, with about as many variants as one call reads.
fn next_chunk(products: &mut VecDeque<Vec<OpenTarget>>) -> Vec<OpenTarget> {
    let mut chunk: Vec<OpenTarget> = Vec::new();
    while products.front().is_some_and(|next| chunk.is_empty() || chunk.len() + next.len() <= READ_AT_ONCE) {
        chunk.extend(products.pop_front().into_iter().flatten());
    }
    chunk
}
