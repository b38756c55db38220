//! How far work at a shop is that takes long. It is told beside the work and in commits of its own, so that others see it
//! while the work's transaction is open. All SQL over `channel_progress`.

use jiff::{SignedDuration, Timestamp};
use kernel_core::{Ctx, Error, Result};
use kernel_db::TenantTx;
use tokio::sync::watch;

use super::dto::Reading;
use crate::ids::ChannelId;
use crate::state::App;

/// The work of reading a catalogue.
pub(super) const CATALOGUE: &str = "catalogue";
/// What was told longer ago is of a server that is gone: a shop that answers at all is heard of sooner.
const HOLDS_FOR: SignedDuration = SignedDuration::from_mins(3);

/// What takes long.
#[derive(Debug, Clone)]
pub struct Work {
    /// Where.
    pub channel: ChannelId,
    /// `catalogue`, or the id of a run.
    pub what: String,
    /// A batch of the run.
    pub part: i64,
}

/// How far it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stage {
    /// `gathering` or `writing` while the shop is at it, `reading` while we are.
    pub name: &'static str,
    /// What is done in this stage.
    pub done: u64,
    /// About how much there will be.
    pub expected: Option<u64>,
}

/// Tells how far some work is; the newest counts. Nothing is told if nobody keeps it.
pub type Tell = watch::Sender<Option<Stage>>;

/// Carries out `work`, keeps what it tells where others see it, and forgets that when it has ended. What cannot be kept is
/// missed by those who look, and harms nothing.
pub async fn followed<T, Working: Future<Output = T>>(
    app: &App,
    ctx: &Ctx,
    work: &Work,
    working: impl FnOnce(Tell) -> Working,
) -> T {
    let (tell, mut told) = watch::channel(None);
    let keeping = async {
        while told.changed().await.is_ok() {
            let stage = *told.borrow_and_update();
            if let Some(stage) = stage
                && let Err(error) = keep(app, ctx, work, stage).await
            {
                tracing::info!(%error, "How far the shop is could not be kept.");
            }
        }
        std::future::pending().await
    };
    let done = tokio::select! {
        biased;
        done = working(tell) => done,
        never = keeping => never,
    };
    forget(app, ctx, work).await;
    done
}

/// Forgets what was told of some work.
pub async fn forget(app: &App, ctx: &Ctx, work: &Work) {
    if let Err(error) = remove(app, ctx, work).await {
        tracing::info!(%error, "How far the shop was could not be forgotten.");
    }
}

async fn keep(app: &App, ctx: &Ctx, work: &Work, stage: Stage) -> Result<()> {
    let count = |count: u64| i64::try_from(count).unwrap_or(i64::MAX);
    let tx = app.db.tenant_tx(ctx.tenant).await?;
    tx.execute(
        "insert into channel_progress (tenant_id, channel_id, work, part, stage, done, expected, noted_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8)
         on conflict (tenant_id, channel_id, work, part) do update set
            stage = excluded.stage, done = excluded.done, expected = excluded.expected, noted_at = excluded.noted_at",
        &[
            &tx.tenant().0,
            &work.channel.0,
            &work.what,
            &work.part,
            &stage.name,
            &count(stage.done),
            &stage.expected.map(count),
            &ctx.now(),
        ],
    )
    .await?;
    Ok(tx.commit().await?)
}

async fn remove(app: &App, ctx: &Ctx, work: &Work) -> Result<()> {
    let tx = app.db.tenant_tx(ctx.tenant).await?;
    let sql =
        "delete from channel_progress where tenant_id = $1 and channel_id = $2 and work = $3 and part = $4";
    tx.execute(sql, &[&tx.tenant().0, &work.channel.0, &work.what, &work.part]).await?;
    Ok(tx.commit().await?)
}

/// How far the reading of a channel's catalogue is, if one is under way.
pub(super) async fn reading(tx: &TenantTx, id: ChannelId, now: Timestamp) -> Result<Option<Reading>> {
    let sql = "select stage, done, expected from channel_progress
         where tenant_id = $1 and channel_id = $2 and work = $3 and noted_at > $4";
    let since = now.checked_sub(HOLDS_FOR).map_err(Error::internal)?;
    let row = tx.query_opt(sql, &[&tx.tenant().0, &id.0, &CATALOGUE, &since]).await?;
    Ok(row.map(|row| Reading {
        stage: row.get("stage"),
        done: row.get::<_, i64>("done").unsigned_abs(),
        expected: row.get::<_, Option<i64>>("expected").map(i64::unsigned_abs),
    }))
}

/// How much of a run's work the shop has done and has been given, over all parts under way; `None` if none is.
///
/// # Errors
/// The database refused.
pub async fn parts_done(tx: &TenantTx, id: ChannelId, what: &str) -> Result<Option<(u64, u64)>> {
    let sql = "select sum(done)::bigint as done, sum(expected)::bigint as expected from channel_progress
         where tenant_id = $1 and channel_id = $2 and work = $3";
    let row = tx.query_one(sql, &[&tx.tenant().0, &id.0, &what]).await?;
    let count = |name: &str| row.get::<_, Option<i64>>(name).map(i64::unsigned_abs);
    Ok(count("done").zip(count("expected")))
}
