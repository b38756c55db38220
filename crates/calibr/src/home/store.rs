//! All SQL of the home page. It only reads.

use jiff::SignedDuration;
use kernel_core::{Ctx, Error, ProjectId, Result, Role};
use kernel_db::types::ToSql;
use kernel_db::{Row, TenantTx};
use uuid::Uuid;

use super::dto::{FirstSteps, HomeRun, NeedsYou};
use crate::catalog::BASE;
use crate::channels::dto::Channel;
use crate::ids::{ChannelId, PriceChangeId, RunId};
use crate::price_changes::dto::PriceChangeSummary;

/// How long a run that did not write everything waits for somebody.
const UNFINISHED_DAYS: i64 = 30;

const SUMMARY: &str =
    "select p.id, p.title, p.state, p.planned_at, p.author, p.rows_to_apply, p.rows_blocked, p.surface,
        count(*) over () as total
     from price_changes p
     where p.tenant_id = $1 and p.project_id = $2 and p.state = 'pending_approval'";

/// An approver's wish that no request for review has answered.
const CHANGES_ASKED: &str = "exists (select 1 from price_change_comments c
        where c.tenant_id = p.tenant_id and c.price_change_id = p.id and c.kind = 'changes_asked'
          and not exists (select 1 from price_change_comments a where a.tenant_id = c.tenant_id
            and a.price_change_id = c.price_change_id and a.kind = 'review_requested' and a.id > c.id))";

/// Prices of a run that are settled.
const SETTLED: &str =
    "(select count(*) from rule_targets t where t.tenant_id = r.tenant_id and t.run_id = r.id
        and t.state not in ('queued', 'applying'))";

const RUN_COLUMNS: &str =
    "r.id, r.kind, r.state, r.price_change_id, p.title, r.total, r.actor, r.created_at, r.finished_at";

const RUN_SOURCE: &str =
    "from rule_runs r join price_changes p on p.tenant_id = r.tenant_id and p.id = r.price_change_id
     where r.tenant_id = $1 and r.project_id = $2";

pub(super) async fn needs_you(ctx: &Ctx, tx: &TenantTx, project: ProjectId) -> Result<NeedsYou> {
    let me = ctx.actor.user().map(|user| user.0);
    let (approvals, approvals_count) = match ctx.actor.role >= Role::Approver {
        true => summaries(tx, project, me, "and p.author_id is distinct from $3").await?,
        false => (Vec::new(), 0),
    };
    let asked = format!("and p.author_id = $3 and {CHANGES_ASKED}");
    let (changes_asked, _) = summaries(tx, project, me, &asked).await?;
    let (unfinished, unfinished_count) = unfinished(ctx, tx, project).await?;
    let counts = tx
        .query_one(
            "select (select count(*) from price_drifts where tenant_id = $1 and project_id = $2 and state = 'open') as drifts,
                (select count(*) from dlq_event_log where tenant_id = $1 and state = 'dead') as dead_letters,
                (select count(*) from jobs where tenant_id = $1 and state = 'dead') as jobs_dead",
            &[&tx.tenant().0, &project.0],
        )
        .await?;
    let count = |column: &str| counts.get::<_, i64>(column).unsigned_abs();
    Ok(NeedsYou {
        approvals,
        approvals_count,
        changes_asked,
        unfinished,
        unfinished_count,
        drifts_open: count("drifts"),
        channels_down: channels_down(tx, project).await?,
        dead_letters: count("dead_letters"),
        jobs_dead: count("jobs_dead"),
    })
}

/// Plans that wait for approval, the oldest ten and the count of all.
async fn summaries(
    tx: &TenantTx,
    project: ProjectId,
    me: Option<Uuid>,
    condition: &str,
) -> Result<(Vec<PriceChangeSummary>, u64)> {
    let sql = format!("{SUMMARY} {condition} order by p.id limit 10");
    let rows = tx.query(&sql, &[&tx.tenant().0, &project.0, &me]).await?;
    let read = |row: &Row| PriceChangeSummary {
        id: PriceChangeId(row.get("id")),
        title: row.get("title"),
        surface: Some(row.get("surface")).filter(|surface| surface != BASE),
        state: row.get("state"),
        planned_at: row.get("planned_at"),
        author: row.get("author"),
        rows_to_apply: row.get::<_, i64>("rows_to_apply").unsigned_abs(),
        rows_blocked: row.get::<_, i64>("rows_blocked").unsigned_abs(),
        // What is scheduled waits for nobody.
        starts_at: None,
    };
    Ok((rows.iter().map(read).collect(), total(&rows)))
}

/// Newest runs of price changes that stand half written or failed.
async fn unfinished(ctx: &Ctx, tx: &TenantTx, project: ProjectId) -> Result<(Vec<HomeRun>, u64)> {
    let since = before(ctx, UNFINISHED_DAYS)?;
    let sql = format!(
        "select {RUN_COLUMNS}, null::bigint as settled, count(*) over () as total_count
         from price_changes p
         cross join lateral (select * from rule_runs r where r.tenant_id = p.tenant_id and r.price_change_id = p.id
            order by r.id desc limit 1) r
         where p.tenant_id = $1 and p.project_id = $2 and p.state in ('partially_applied', 'failed')
           and r.finished_at >= $3
         order by r.id limit 10"
    );
    let rows = tx.query(&sql, &[&tx.tenant().0, &project.0, &since]).await?;
    let all = rows.first().map_or(0, |row| row.get::<_, i64>("total_count").unsigned_abs());
    Ok((rows.iter().map(read_run).collect(), all))
}

async fn channels_down(tx: &TenantTx, project: ProjectId) -> Result<Vec<Channel>> {
    let sql = "select id, connector, name, state, created_at, ingested_at from channels
         where tenant_id = $1 and project_id = $2 and state <> 'connected' order by id limit 10";
    let rows = tx.query(sql, &[&tx.tenant().0, &project.0]).await?;
    let read = |row: &Row| Channel {
        id: ChannelId(row.get("id")),
        connector: row.get("connector"),
        name: row.get("name"),
        state: row.get("state"),
        created_at: row.get("created_at"),
        ingested_at: row.get("ingested_at"),
        reading: None,
    };
    Ok(rows.iter().map(read).collect())
}

pub(super) async fn runs_now(tx: &TenantTx, project: ProjectId) -> Result<Vec<HomeRun>> {
    let sql = format!(
        "select {RUN_COLUMNS}, {SETTLED} as settled {RUN_SOURCE}
           and r.state in ('queued', 'applying', 'paused', 'stopping') order by r.id desc limit 20"
    );
    runs(tx, &sql, &[&tx.tenant().0, &project.0]).await
}

pub(super) async fn runs_of_week(ctx: &Ctx, tx: &TenantTx, project: ProjectId) -> Result<Vec<HomeRun>> {
    let sql = format!(
        "select {RUN_COLUMNS}, null::bigint as settled {RUN_SOURCE}
           and r.created_at >= $3 order by r.id desc limit 200"
    );
    runs(tx, &sql, &[&tx.tenant().0, &project.0, &before(ctx, 7)?]).await
}

async fn runs(tx: &TenantTx, sql: &str, params: &[&(dyn ToSql + Sync)]) -> Result<Vec<HomeRun>> {
    Ok(tx.query(sql, params).await?.iter().map(read_run).collect())
}

fn read_run(row: &Row) -> HomeRun {
    HomeRun {
        id: RunId(row.get("id")),
        kind: row.get("kind"),
        state: row.get("state"),
        price_change_id: PriceChangeId(row.get("price_change_id")),
        title: row.get("title"),
        total: row.get::<_, i64>("total").unsigned_abs(),
        settled: row.get::<_, Option<i64>>("settled").map(i64::unsigned_abs),
        actor: row.get("actor"),
        created_at: row.get("created_at"),
        finished_at: row.get("finished_at"),
    }
}

pub(super) async fn first_steps(tx: &TenantTx, project: ProjectId) -> Result<FirstSteps> {
    let row = tx
        .query_one(
            "select exists (select 1 from channels where tenant_id = $1 and project_id = $2) as channel,
                exists (select 1 from products where tenant_id = $1 and project_id = $2) as catalogue,
                exists (select 1 from rules where tenant_id = $1 and project_id = $2) as rule,
                exists (select 1 from price_changes where tenant_id = $1 and project_id = $2) as price_change,
                exists (select 1 from price_change_decisions d
                    join price_changes p on p.tenant_id = d.tenant_id and p.id = d.price_change_id
                    where d.tenant_id = $1 and p.project_id = $2 and d.decision = 'approved') as approval,
                exists (select 1 from rule_runs where tenant_id = $1 and project_id = $2 and kind = 'apply'
                    and state in ('applied', 'partially_applied', 'rolled_back')) as applied,
                exists (select 1 from price_changes where tenant_id = $1 and project_id = $2
                    and state = 'rolled_back') as rolled_back,
                (select count(*) > 1 from users where tenant_id = $1 and disabled_at is null) as second_person",
            &[&tx.tenant().0, &project.0],
        )
        .await?;
    Ok(FirstSteps {
        has_channel: row.get("channel"),
        has_catalogue: row.get("catalogue"),
        has_rule: row.get("rule"),
        has_price_change: row.get("price_change"),
        has_approval: row.get("approval"),
        has_applied: row.get("applied"),
        has_rolled_back: row.get("rolled_back"),
        has_second_person: row.get("second_person"),
    })
}

fn total(rows: &[Row]) -> u64 {
    rows.first().map_or(0, |row| row.get::<_, i64>("total").unsigned_abs())
}

fn before(ctx: &Ctx, days: i64) -> Result<jiff::Timestamp> {
    ctx.now().checked_sub(SignedDuration::from_hours(24 * days)).map_err(Error::internal)
}
