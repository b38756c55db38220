//! All SQL over `rule_runs`.

use jiff::Timestamp;
use kernel_core::{CorrelationId, Currency, Error, ProjectId, Result};
use kernel_db::paging::{Page, PageRequest};
use kernel_db::types::ToSql;
use kernel_db::{Row, TenantTx};
use serde_json::Value;
use uuid::Uuid;

use super::dto::{Canary, Operation, Run};
use super::model::Kind;
use super::targets;
use crate::catalog::BASE;
use crate::channels::progress::parts_done;
use crate::ids::{ChannelId, PriceChangeId, RunId};

/// A run as it is stored.
#[derive(Debug, Clone)]
pub struct RunRecord {
    /// Id.
    pub id: RunId,
    /// The project.
    pub project: ProjectId,
    /// The price change.
    pub price_change: PriceChangeId,
    /// Where it writes.
    pub channel: ChannelId,
    /// `apply` or `roll_back`.
    pub kind: String,
    /// For a roll back: the run it reverses.
    pub reverses: Option<RunId>,
    /// State.
    pub state: String,
    /// All targets.
    pub total: i64,
    /// Who started it.
    pub actor: String,
    /// The intention.
    pub correlation_id: CorrelationId,
    /// When it was asked for.
    pub created_at: Timestamp,
    /// When every target was settled.
    pub finished_at: Option<Timestamp>,
    /// The price surface, by its name.
    pub surface: String,
    /// Currency of every target.
    pub currency: Currency,
    /// The price change's title.
    pub title: String,
    /// The channel's name.
    pub channel_name: String,
    /// Grows with every act that sends the jobs of before home.
    pub generation: i64,
    /// Which part is written: `all`, `canary`, `soak` (nothing, while the first wave is watched) or `rest`.
    pub stage: String,
    /// The first wave, if it was asked for.
    pub canary: Option<Canary>,
    /// Why it is paused, or was stopped.
    pub note: Option<String>,
    /// Whether its batches are large, and written in bulk operations at the vendor's.
    pub in_bulk: bool,
}

impl RunRecord {
    /// Which way the run goes.
    #[must_use]
    pub(super) fn direction(&self) -> Kind {
        if self.reverses.is_some() { Kind::RollBack } else { Kind::Apply }
    }

    /// Whether nothing changes any more without a new act.
    #[must_use]
    pub fn is_settled(&self) -> bool {
        !matches!(self.state.as_str(), "queued" | "applying" | "paused" | "stopping")
    }
}

const RUN_SELECT: &str =
    "select r.id, r.project_id, r.price_change_id, r.channel_id, r.kind, r.reverses_run_id, r.state, r.total,
        r.actor, r.correlation_id, r.created_at, r.finished_at, r.generation, r.stage, r.canary, r.note, r.in_bulk, p.currency, p.surface, \
        p.title, c.name as channel_name
     from rule_runs r
     join price_changes p on p.tenant_id = r.tenant_id and p.id = r.price_change_id
     join channels c on c.tenant_id = r.tenant_id and c.id = r.channel_id";

/// The run with this id.
///
/// # Errors
/// There is none (404).
pub async fn run_by_id(tx: &TenantTx, id: RunId) -> Result<RunRecord> {
    let sql = format!("{RUN_SELECT} where r.tenant_id = $1 and r.id = $2");
    let row = tx.query_opt(&sql, &[&tx.tenant().0, &id.0]).await?;
    read_run(&row.ok_or_else(|| Error::not_found("run", id))?)
}

/// The newest run that applied a price change.
pub(super) async fn newest_apply_run(tx: &TenantTx, id: PriceChangeId) -> Result<Option<RunId>> {
    let sql = "select id from rule_runs where tenant_id = $1 and price_change_id = $2 and kind = 'apply'
         order by id desc limit 1";
    Ok(tx.query_opt(sql, &[&tx.tenant().0, &id.0]).await?.map(|row| RunId(row.get("id"))))
}

/// The run, held until the transaction ends.
pub(super) async fn run_lock(tx: &TenantTx, id: RunId) -> Result<RunRecord> {
    let sql = format!("{RUN_SELECT} where r.tenant_id = $1 and r.id = $2 for update of r");
    let row = tx.query_opt(&sql, &[&tx.tenant().0, &id.0]).await?;
    read_run(&row.ok_or_else(|| Error::not_found("run", id))?)
}

/// The run and, before it, the one that it takes back, both held until the transaction ends. Everybody locks in this order,
/// or two would wait for each other.
pub(super) async fn run_lock_both(tx: &TenantTx, id: RunId) -> Result<(Option<RunRecord>, RunRecord)> {
    let original = match run_by_id(tx, id).await?.reverses {
        Some(reversed) => Some(run_lock(tx, reversed).await?),
        None => None,
    };
    Ok((original, run_lock(tx, id).await?))
}

pub(super) async fn run_insert(tx: &TenantTx, run: &RunRecord) -> Result<()> {
    tx.execute(
        "insert into rule_runs (tenant_id, id, project_id, price_change_id, channel_id, kind, reverses_run_id, state, \
            total, actor, correlation_id, created_at, stage, canary, in_bulk)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)",
        &[
            &tx.tenant().0,
            &run.id.0,
            &run.project.0,
            &run.price_change.0,
            &run.channel.0,
            &run.kind,
            &run.reverses.map(|id| id.0),
            &run.state,
            &run.total,
            &run.actor,
            &run.correlation_id.0,
            &run.created_at,
            &run.stage,
            &canary_json(run.canary.as_ref())?,
            &run.in_bulk,
        ],
    )
    .await
    .map_err(|error| busy(error, &run.channel_name))?;
    Ok(())
}

pub(super) async fn run_set_state(
    tx: &TenantTx,
    run: &RunRecord,
    state: &str,
    finished_at: Option<Timestamp>,
) -> Result<()> {
    let sql = "update rule_runs set state = $3, finished_at = $4 where tenant_id = $1 and id = $2";
    let done = tx.execute(sql, &[&tx.tenant().0, &run.id.0, &state, &finished_at]).await;
    done.map_err(|error| busy(error, &run.channel_name))?;
    Ok(())
}

/// Stores what control changes: state, generation, stage, first wave and note.
pub(super) async fn run_control(tx: &TenantTx, run: &RunRecord) -> Result<()> {
    let sql = "update rule_runs set state = $3, generation = $4, stage = $5, canary = $6, note = $7
         where tenant_id = $1 and id = $2";
    let canary = canary_json(run.canary.as_ref())?;
    let values: [&(dyn ToSql + Sync); 7] =
        [&tx.tenant().0, &run.id.0, &run.state, &run.generation, &run.stage, &canary, &run.note];
    tx.execute(sql, &values).await.map_err(|error| busy(error, &run.channel_name))?;
    Ok(())
}

fn canary_json(canary: Option<&Canary>) -> Result<Option<Value>> {
    canary.map(serde_json::to_value).transpose().map_err(Error::internal)
}

/// The state of a run, which stays until the transaction ends, if jobs of this generation may still speak for it.
///
/// # Errors
/// `run.sent_home`: somebody sent them home.
pub(super) async fn run_share(tx: &TenantTx, id: RunId, generation: i64) -> Result<String> {
    let sql = "select state from rule_runs where tenant_id = $1 and id = $2 and generation = $3 for share";
    let row = tx.query_opt(sql, &[&tx.tenant().0, &id.0, &generation]).await?;
    row.map(|row| row.get("state")).ok_or_else(sent_home)
}

/// Code of the error of a job that was sent home.
pub(super) const SENT_HOME: &str = "run.sent_home";

pub(super) fn sent_home() -> Error {
    Error::conflict(SENT_HOME, "This run goes on without this job.")
}

fn busy(error: kernel_db::DbError, channel: &str) -> Error {
    match error.constraint() {
        Some("rule_runs_one_active") => {
            let detail = format!("Another run is writing to {channel}. Wait until it has ended.");
            Error::conflict("channel.busy", detail)
        }
        _ => error.into(),
    }
}

/// Whether a later run of the same price change took over.
pub(super) async fn is_superseded(tx: &TenantTx, run: &RunRecord) -> Result<bool> {
    let sql =
        "select exists (select 1 from rule_runs where tenant_id = $1 and price_change_id = $2 and id > $3)";
    Ok(tx.query_one(sql, &[&tx.tenant().0, &run.price_change.0, &run.id.0]).await?.get(0))
}

/// The vendor's operations in which ended runs of a channel left targets whose end nobody saw, and when the last of each left:
/// those of other runs that ended after `since`.
pub(super) async fn operations_unheard_of(
    tx: &TenantTx,
    run: &RunRecord,
    since: Timestamp,
) -> Result<Vec<(String, Timestamp)>> {
    let sql = "select t.sent_in, max(t.sent_at) from rule_runs r
         join rule_targets t on t.tenant_id = r.tenant_id and t.run_id = r.id
         where r.tenant_id = $1 and r.channel_id = $2 and r.id <> $3 and r.in_bulk and r.finished_at > $4
           and t.state in ('failed', 'conflict') and t.sent_in is not null and t.sent_at is not null
         group by t.sent_in";
    let rows = tx.query(sql, &[&tx.tenant().0, &run.channel.0, &run.id.0, &since]).await?;
    Ok(rows.iter().map(|row| (row.get(0), row.get(1))).collect())
}

/// Keeps a shop's catalogue from being read while a run starts, and the other way round.
pub(super) async fn channel_claim(tx: &TenantTx, channel: ChannelId, name: &str) -> Result<()> {
    if crate::channels::claim(tx, channel).await? {
        return Ok(());
    }
    let detail = format!("The catalogue of {name} is being read. Wait until that has ended.");
    Err(Error::conflict("channel.busy", detail))
}

pub(super) async fn shown(tx: &TenantTx, run: RunRecord) -> Result<Run> {
    let operation = match run.in_bulk && !run.is_settled() {
        true => parts_done(tx, run.channel, &run.id.to_string()).await?,
        false => None,
    };
    Ok(Run {
        operation: operation.map(|(products_done, products)| Operation { products_done, products }),
        counts: targets::counts(tx, run.id).await?,
        settled: run.is_settled(),
        id: run.id,
        kind: run.kind,
        state: run.state,
        price_change_id: run.price_change,
        title: run.title,
        reverses_run_id: run.reverses,
        channel: run.channel_name,
        channel_id: run.channel,
        in_bulk: run.in_bulk,
        surface: (run.surface != BASE).then_some(run.surface),
        total: run.total.unsigned_abs(),
        actor: run.actor,
        created_at: run.created_at,
        finished_at: run.finished_at,
        stage: run.stage,
        canary: run.canary,
        note: run.note,
    })
}

/// The runs of a project that wrote something and ended after an instant, and were not taken back.
pub(super) async fn runs_since(
    tx: &TenantTx,
    project: ProjectId,
    since: Timestamp,
) -> Result<Vec<RunRecord>> {
    let sql = format!(
        "{RUN_SELECT} where r.tenant_id = $1 and r.project_id = $2 and r.kind = 'apply'
            and r.state in ('applied', 'partially_applied') and r.finished_at > $3 order by r.id"
    );
    let rows = tx.query(&sql, &[&tx.tenant().0, &project.0, &since]).await?;
    rows.iter().map(read_run).collect()
}

pub(super) async fn run_list(
    tx: &TenantTx,
    project: ProjectId,
    page: &PageRequest,
) -> Result<Page<RunRecord>> {
    let filter = ("runs", project);
    let after: Option<Uuid> = page.after(&filter)?;
    let sql = format!(
        "{RUN_SELECT} where r.tenant_id = $1 and r.project_id = $2 and ($3::uuid is null or r.id < $3)
         order by r.id desc limit $4"
    );
    let rows = tx.query_list(&sql, &[&tx.tenant().0, &project.0, &after, &page.fetch()]).await?;
    let runs: Result<Vec<RunRecord>> = rows.iter().map(read_run).collect();
    Ok(Page::from_rows(runs?, page, &filter, |run| run.id.0))
}

fn read_run(row: &Row) -> Result<RunRecord> {
    Ok(RunRecord {
        id: RunId(row.get("id")),
        project: ProjectId(row.get("project_id")),
        price_change: PriceChangeId(row.get("price_change_id")),
        channel: ChannelId(row.get("channel_id")),
        kind: row.get("kind"),
        reverses: row.get::<_, Option<Uuid>>("reverses_run_id").map(RunId),
        state: row.get("state"),
        total: row.get("total"),
        actor: row.get("actor"),
        correlation_id: CorrelationId(row.get("correlation_id")),
        created_at: row.get("created_at"),
        finished_at: row.get("finished_at"),
        surface: row.get("surface"),
        currency: row.get::<_, &str>("currency").parse().map_err(Error::internal)?,
        title: row.get("title"),
        channel_name: row.get("channel_name"),
        generation: row.get("generation"),
        stage: row.get("stage"),
        canary: row
            .get::<_, Option<Value>>("canary")
            .map(serde_json::from_value)
            .transpose()
            .map_err(Error::internal)?,
        note: row.get("note"),
        in_bulk: row.get("in_bulk"),
    })
}
