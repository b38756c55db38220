//! All SQL that waits for what servers do, and that brings forward what they would do later, as nobody can move their clock.

use tokio_postgres::Client;

use crate::collect::AFTERCARE;

/// Whether no job is under way or due, but for what comes by itself after a run.
pub(super) async fn is_quiet(owner: &Client) -> anyhow::Result<bool> {
    let sql = format!(
        "select not exists (select 1 from jobs where state = 'running' or state = 'queued' and not {AFTERCARE})"
    );
    holds(owner, &sql).await
}

/// The same, and nothing comes by itself any more but what the next night brings.
pub(super) async fn is_looked_after(owner: &Client) -> anyhow::Result<bool> {
    let sql = "select not exists (select 1 from jobs where state in ('running', 'queued'))
         and not exists (select 1 from job_schedules where next_at <= now())";
    holds(owner, sql).await
}

/// Whether something is so.
pub(super) async fn holds(owner: &Client, sql: &str) -> anyhow::Result<bool> {
    Ok(owner.query_one(sql, &[]).await?.get(0))
}

/// Whether a run was begun.
pub(super) const BEGUN: &str = "select exists (select 1 from rule_runs)";
/// Whether every run has ended, and no job is due.
pub(super) const ALL_ENDED: &str = "select not exists (select 1 from rule_runs where finished_at is null)";
/// Whether a first wave is watched.
pub(super) const WATCHED: &str = "select exists (select 1 from rule_runs where stage = 'soak')";

/// Nobody waits longer for the next attempt at a batch.
pub(super) async fn hurry(owner: &Client) -> anyhow::Result<()> {
    let sql = "update jobs set run_at = now()
         where kind = 'runs.apply_batch' and state = 'queued' and not ready and run_at > now()";
    Ok(owner.batch_execute(sql).await?)
}

/// What looks after runs is due now, and so is what comes at night.
pub(super) async fn night_falls(owner: &Client) -> anyhow::Result<()> {
    let sql = format!(
        "update jobs set run_at = now() where state = 'queued' and not ready and {AFTERCARE};
         update job_schedules set next_at = now()"
    );
    Ok(owner.batch_execute(&sql).await?)
}

/// Whoever settled a drift and never came to plan for it is no longer waited for.
pub(super) async fn nobody_still_plans(owner: &Client) -> anyhow::Result<()> {
    let sql = "update price_drifts set settled_at = settled_at - interval '10 minutes'
         where state = 'put_back' and price_change_id is null";
    Ok(owner.batch_execute(sql).await?)
}

/// What is left to do, for whoever waits in vain.
pub(super) async fn left(owner: &Client) -> anyhow::Result<String> {
    let sql = "select coalesce(string_agg(concat_ws(' ', kind, payload, state, attempts, run_at, lease_until, last_error), '; '), '')
         from jobs where state not in ('done', 'cancelled')";
    Ok(owner.query_one(sql, &[]).await?.get(0))
}
