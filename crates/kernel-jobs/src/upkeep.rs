//! What keeps the lines in order: due jobs enter theirs, leases that ran out are given back, old endings are cleared away.

use jiff::{SignedDuration, Timestamp};
use kernel_core::{Error, Result};
use kernel_db::{DbResult, DispatchTx};

/// Rows per statement, so that none holds many locks for long.
const ROWS_MAX: i64 = 1_000;

/// Lets jobs that became due, and those whose worker died, enter their lines. Answers how many there were.
pub(crate) async fn bring_round(tx: &DispatchTx, now: Timestamp) -> DbResult<u64> {
    tx.execute(
        "with due as (
            select tenant_id, id from jobs where state = 'queued' and not ready and run_at <= $1
            order by run_at limit $2 for update skip locked),
         left_behind as (
            select tenant_id, id from jobs where state = 'running' and lease_until < $1
            order by lease_until limit $2 for update skip locked)
         update jobs set state = 'queued', ready = true, lease_owner = null, lease_until = null, slot = null
         from (select * from due union all select * from left_behind) as back
         where jobs.tenant_id = back.tenant_id and jobs.id = back.id",
        &[&now, &ROWS_MAX],
    )
    .await
}

/// Deletes jobs that were done or cancelled longer ago than `kept`. Dead jobs stay until somebody decides.
pub(crate) async fn clear_away(tx: &DispatchTx, now: Timestamp, kept: SignedDuration) -> Result<u64> {
    let before = now.checked_sub(kept).map_err(Error::internal)?;
    let deleted = tx
        .execute(
            "with old as (
                select tenant_id, id from jobs where state in ('done', 'cancelled') and finished_at < $1
                order by finished_at limit $2 for update skip locked)
             delete from jobs using old where jobs.tenant_id = old.tenant_id and jobs.id = old.id",
            &[&before, &ROWS_MAX],
        )
        .await?;
    Ok(deleted)
}
