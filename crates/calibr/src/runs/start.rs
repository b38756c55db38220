//! Starting a run: the approved plan becomes targets, cut into batches, each a durable job.

use std::collections::{HashMap, HashSet};

use kernel_auth::authorize;
use kernel_core::{Ctx, Result, failpoint};
use kernel_db::TenantTx;
use kernel_jobs::{Limit, NewJob};
use serde_json::json;
use uuid::Uuid;

use super::batch::APPLY_BATCH;
use super::dto::Canary;
use super::model::Amounts;
use super::store::{self, RunRecord};
use super::targets::{self, NewTarget};
use super::tell::{tell, tell_targets};
use super::{bulk, canary, finish};
use crate::catalog::{BASE, external_refs, relative_on};
use crate::channels::dto::Channel;
use crate::channels::{default_channel, expect_writable};
use crate::ids::{PriceChangeId, RunId};
use crate::price_changes::dto::{ApplyRequest, CanaryRequest};
use crate::price_changes::{self, NewStart, OpenStart, PriceChangeRecord, RowToApply, Start, State};
use crate::state::App;

/// Targets per job. Small enough that a lost worker repeats little, large enough that the queue stays small.
const BATCH: usize = 100;
/// Runs of so many targets have the table counted, or each batch might read the whole run.
const COUNTED_FROM: usize = 2_000;
/// Batches of one shop at work at once: they share its rate limit, and other shops want to be served too.
const BATCHES_AT_ONCE: u32 = 6;

/// What came of asking to apply.
pub(super) enum Asked {
    /// A run was started.
    Begun(RunId),
    /// It will start by itself.
    Scheduled,
}

/// Applies an approved price change, or lets it start by itself at the instant that was asked for.
///
/// # Errors
/// `price_change.not_approved`, `price_change.scheduled` (409), `price_change.plan_mismatch` or `price_change.stale` (412),
/// `channel.none`, `channel.disconnected`, `channel.scopes` (409), `canary.…` or `price_change.at` (422), and `channel.busy` (409) if it is to start
/// now.
pub(super) async fn apply(app: &App, ctx: &Ctx, id: PriceChangeId, request: ApplyRequest) -> Result<Asked> {
    authorize(&ctx.actor, price_changes::PRICE_CHANGES_APPLY)?;
    let ApplyRequest { plan_hash, canary, at } = request;
    let Some(at) = at else {
        return Ok(Asked::Begun(begin_plan(app, ctx, id, &plan_hash, (Start::Now, canary)).await?));
    };
    let starts_at = price_changes::instant_of(&at, ctx.now())?;
    let start = Start::Later(starts_at);
    let (tx, plan) = price_changes::approved_plan(app, ctx, id, &plan_hash, start).await?;
    // What would keep it from starting now is told now, not when it is to start.
    prepared(&tx, &plan, canary.as_ref()).await?;
    price_changes::schedule(ctx, &tx, &plan, NewStart { starts_at, at: Some(at), canary }).await?;
    tx.commit().await?;
    Ok(Asked::Scheduled)
}

/// Starts the run of a price change whose instant has come.
///
/// # Errors
/// As [`apply`].
pub(super) async fn apply_due(app: &App, ctx: &Ctx, id: PriceChangeId, start: OpenStart) -> Result<RunId> {
    authorize(&ctx.actor, price_changes::PRICE_CHANGES_APPLY)?;
    let how = (Start::Due(start.ordinal), start.scheduled.canary);
    begin_plan(app, ctx, id, &start.plan_hash, how).await
}

async fn begin_plan(
    app: &App,
    ctx: &Ctx,
    id: PriceChangeId,
    plan_hash: &str,
    (start, canary): (Start, Option<CanaryRequest>),
) -> Result<RunId> {
    let (tx, plan) = price_changes::approved_plan(app, ctx, id, plan_hash, start).await?;
    let Prepared { channel, targets, canary } = prepared(&tx, &plan, canary.as_ref()).await?;
    let mut run = new_run(ctx, &plan, channel.id, channel.name, "apply", None);
    if canary.is_some() {
        "canary".clone_into(&mut run.stage);
        run.canary = canary;
    }
    run.in_bulk = bulk::pays_off(app, &tx, &run, &targets).await;
    price_changes::transition(ctx, &tx, &plan, State::Applying, None).await?;
    begin(ctx, &tx, run.clone(), targets).await?;
    failpoint("runs.start.before_commit").await?;
    tx.commit().await?;
    failpoint("runs.start.after_commit").await?;
    Ok(run.id)
}

/// What a run of a plan would write, where, and what of it first.
struct Prepared {
    channel: Channel,
    targets: Vec<NewTarget>,
    canary: Option<Canary>,
}

async fn prepared(
    tx: &TenantTx,
    plan: &PriceChangeRecord,
    canary: Option<&CanaryRequest>,
) -> Result<Prepared> {
    let channel = default_channel(tx, plan.project).await?.channel;
    expect_writable(tx, channel.id).await?;
    let rows = price_changes::rows_to_apply(tx, plan.id).await?;
    let variants: Vec<Uuid> = rows.iter().map(|row| row.variant.0).collect();
    let refs = external_refs(tx, channel.id, &variants).await?;
    let refs: HashMap<Uuid, (String, String)> =
        refs.into_iter().map(|r| (r.variant.0, (r.external_variant_id, r.external_product_id))).collect();
    let relative = match plan.surface.as_str() {
        BASE => HashSet::new(),
        surface => relative_on(tx, surface, &variants).await?,
    };
    let known = |row: RowToApply| {
        let (external, is_relative) = (refs.get(&row.variant.0).cloned(), relative.contains(&row.variant.0));
        target(row, external, is_relative)
    };
    let mut targets: Vec<NewTarget> = rows.into_iter().map(known).collect();
    // One call writes one product, so a product must not be torn apart without need.
    targets.sort_by(|a, b| product(a).cmp(&product(b)).then(a.row.cmp(&b.row)));
    let canary = canary.map(|canary| canary::divide(canary, &mut targets)).transpose()?;
    Ok(Prepared { channel, targets, canary })
}

pub(super) fn new_run(
    ctx: &Ctx,
    plan: &PriceChangeRecord,
    channel: crate::ids::ChannelId,
    channel_name: String,
    kind: &str,
    reverses: Option<RunId>,
) -> RunRecord {
    RunRecord {
        id: RunId::new(),
        project: plan.project,
        price_change: plan.id,
        channel,
        kind: kind.to_owned(),
        reverses,
        state: "queued".to_owned(),
        total: 0,
        actor: ctx.actor.label.clone(),
        correlation_id: ctx.correlation_id,
        created_at: ctx.now(),
        finished_at: None,
        surface: plan.surface.clone(),
        currency: plan.currency,
        title: plan.title.clone(),
        channel_name,
        generation: 1,
        stage: "all".to_owned(),
        canary: None,
        note: None,
        in_bulk: false,
    }
}

/// Stores a run with its targets and enqueues a job for each batch. A run without anything to write ends at once.
pub(super) async fn begin(
    ctx: &Ctx,
    tx: &TenantTx,
    mut run: RunRecord,
    mut targets: Vec<NewTarget>,
) -> Result<()> {
    cut_into_batches(&mut targets, Batches::of(&run).size);
    run.total = i64::try_from(targets.len()).unwrap_or(i64::MAX);
    store::channel_claim(tx, run.channel, &run.channel_name).await?;
    store::run_insert(tx, &run).await?;
    targets::targets_insert(tx, run.id, &targets, ctx.now()).await?;
    let now = targets.iter().filter(|target| wave_of(&run.stage).is_none_or(|wave| target.wave == wave));
    let mut batches: Vec<i64> = now.filter(|t| t.external.is_some()).map(|t| t.batch).collect();
    batches.dedup();
    enqueue(ctx, tx, &run, &batches).await?;
    tell(ctx, tx, "run.started", &run, json!({ "kind": run.kind, "total": run.total })).await?;
    if targets.iter().any(|target| target.external.is_none()) {
        let skipped = targets::targets_skipped(tx, run.id).await?;
        tell_targets(ctx, tx, &run, "price.skipped", &skipped).await?;
    }
    if batches.is_empty() {
        finish::advance(ctx, tx, run.id).await?;
    }
    if targets.len() >= COUNTED_FROM {
        tx.analyze("rule_targets").await?;
    }
    Ok(())
}

pub(super) async fn enqueue(ctx: &Ctx, tx: &TenantTx, run: &RunRecord, batches: &[i64]) -> Result<()> {
    let Batches { size, at_once } = Batches::of(run);
    let limit = Limit { key: run.channel.to_string(), running: at_once };
    let job = |batch: &i64| NewJob {
        weight: u32::try_from(size).unwrap_or(u32::MAX),
        limit: Some(limit.clone()),
        ..NewJob::new(
            APPLY_BATCH,
            json!({ "run_id": run.id, "batch": batch, "generation": run.generation }),
            ctx.now(),
        )
    };
    let jobs: Vec<NewJob> = batches.iter().map(job).collect();
    kernel_jobs::enqueue(ctx, tx, &jobs).await
}

/// How a run is cut up.
struct Batches {
    /// Targets in one job.
    size: usize,
    /// Jobs at work at once.
    at_once: u32,
}

impl Batches {
    fn of(run: &RunRecord) -> Self {
        match run.in_bulk {
            true => Self { size: bulk::BATCH, at_once: bulk::BATCHES_AT_ONCE },
            false => Self { size: BATCH, at_once: BATCHES_AT_ONCE },
        }
    }
}

/// A batch holds targets of one wave.
fn cut_into_batches(targets: &mut [NewTarget], full: usize) {
    targets.sort_by_key(|target| target.wave);
    let (mut batch, mut size, mut wave) = (0, 0, 0);
    for target in targets {
        if size == full || (size > 0 && target.wave != wave) {
            (batch, size) = (batch + 1, 0);
        }
        (target.batch, wave) = (batch, target.wave);
        size += 1;
    }
}

/// The wave that a stage writes; `None` for all of them.
pub(super) fn wave_of(stage: &str) -> Option<i64> {
    (stage == "canary").then_some(0)
}

fn target(row: RowToApply, external: Option<(String, String)>, relative: bool) -> NewTarget {
    NewTarget {
        row: row.row,
        batch: 0,
        wave: 0,
        variant: row.variant,
        external,
        sku: row.sku,
        title: row.title,
        before: Amounts { relative, ..Amounts::set(row.before_minor, row.compare_at_before_minor) },
        after: Amounts::set(row.after_minor, row.compare_at_after_minor),
    }
}

fn product(target: &NewTarget) -> Option<&str> {
    target.external.as_ref().map(|(_, product)| product.as_str())
}
