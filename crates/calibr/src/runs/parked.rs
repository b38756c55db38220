//! All SQL that moves many targets at once when a run is paused, resumed, stopped or tried again.

use jiff::Timestamp;
use kernel_core::Result;
use kernel_db::{Row, TenantTx};

use super::targets::{SettledTarget, read_settled};
use crate::ids::RunId;

/// Puts refused targets back in the queue and answers with their batches.
pub(super) async fn targets_requeue_failed(tx: &TenantTx, run: RunId) -> Result<Vec<i64>> {
    let rows = tx
        .query(
            // A new job starts with the first fence again.
            "update rule_targets set state = 'queued', reason_code = null, reason = null, settled_at = null, fence = 0
             where tenant_id = $1 and run_id = $2 and state = 'failed' returning batch",
            &[&tx.tenant().0, &run.0],
        )
        .await?;
    Ok(batches(&rows))
}

/// Lays down what a batch has in hand and has not sent.
pub(super) async fn targets_lay_down(tx: &TenantTx, run: RunId, batch: i64) -> Result<()> {
    let sql = "update rule_targets set state = 'queued'
         where tenant_id = $1 and run_id = $2 and batch = $3 and state = 'applying' and sent_at is null";
    tx.execute(sql, &[&tx.tenant().0, &run.0, &batch]).await?;
    Ok(())
}

/// Takes open targets out of the hands of the jobs of before, and answers with the batches in which something is to be
/// written, found out or read back; of one wave, if one is named.
pub(super) async fn targets_release(tx: &TenantTx, run: RunId, wave: Option<i64>) -> Result<Vec<i64>> {
    let sql =
        "update rule_targets set fence = 0, state = case when sent_at is null then 'queued' else state end
         where tenant_id = $1 and run_id = $2 and state in ('queued', 'applying')";
    tx.execute(sql, &[&tx.tenant().0, &run.0]).await?;
    let rows = tx
        .query(
            "select distinct batch from rule_targets
             where tenant_id = $1 and run_id = $2 and ($3::bigint is null or wave = $3)
               and (state in ('queued', 'applying') or state = 'applied' and not verified and reason_code is null)",
            &[&tx.tenant().0, &run.0, &wave],
        )
        .await?;
    Ok(batches(&rows))
}

/// Skips the open targets that have not left for the shop.
pub(super) async fn targets_skip_unsent(
    tx: &TenantTx,
    run: RunId,
    (code, reason): (&str, &str),
    now: Timestamp,
) -> Result<Vec<SettledTarget>> {
    let rows = tx
        .query(
            "update rule_targets t set state = 'skipped', reason_code = $3, reason = $4, settled_at = $5
             where tenant_id = $1 and run_id = $2 and state in ('queued', 'applying') and sent_at is null returning t.*",
            &[&tx.tenant().0, &run.0, &code, &reason, &now],
        )
        .await?;
    Ok(rows.iter().map(read_settled).collect())
}

/// Targets of a run that were left unwritten since it was stopped.
pub(super) async fn targets_stopped(tx: &TenantTx, run: RunId) -> Result<u64> {
    let sql = "select count(*) from rule_targets
         where tenant_id = $1 and run_id = $2 and state = 'skipped' and reason_code = 'run.stopped'";
    Ok(tx.query_one(sql, &[&tx.tenant().0, &run.0]).await?.get::<_, i64>(0).unsigned_abs())
}

fn batches(rows: &[Row]) -> Vec<i64> {
    let mut batches: Vec<i64> = rows.iter().map(|row| row.get("batch")).collect();
    batches.sort_unstable();
    batches.dedup();
    batches
}
