//! What keeps the lines in order: due jobs enter theirs, leases that ran out are given back
//! or, after very many, end the job; old endings are cleared away.

use jiff::{SignedDuration, Timestamp};
use kernel_core::{Error, Result};
use kernel_db::{DbResult, DispatchTx};

use crate::JobId;

/// Rows per statement, so that none holds many locks for long.
const ROWS_MAX: i64 = 1_000;

/// So many leases in a row may run out, with nobody putting the job down in between, before the job is taken for what
/// kills its workers. A server that is killed, or loses its database, costs each job that it held one, and whoever ends in
/// order begins the count anew; so ordinary work does not come near it, while one that kills its process each time gets
/// there within hours. Far above the attempts after which handlers give up by themselves, since they do so in better order.
const EXPIRIES_MAX: i32 = 100;

/// A job that came to its end because nobody lived to put it down.
pub(crate) struct Deadly {
    pub id: JobId,
    pub kind: String,
}

/// Lets jobs that became due, and those whose worker died, enter their lines; but for those that nobody survives, which
/// are dead.
pub(crate) async fn bring_round(tx: &DispatchTx, now: Timestamp) -> DbResult<Vec<Deadly>> {
    let reason = format!(
        "{EXPIRIES_MAX} workers in a row died at this, or lost it before they could say how it went. Look for what kills them, \
         then have it tried again."
    );
    let rows = tx
        .query(
            "with due as (
                select tenant_id, id, false as is_deadly, expiries from jobs
                where state = 'queued' and not ready and run_at <= $1
                order by run_at limit $2 for update skip locked),
             left_behind as (
                select tenant_id, id, expiries + 1 >= $3, expiries + 1 from jobs
                where state = 'running' and lease_until < $1
                order by lease_until limit $2 for update skip locked),
             brought as (
                update jobs set ready = not is_deadly, expiries = back.expiries, lease_owner = null, lease_until = null, slot = null,
                    state = case when is_deadly then 'dead' else 'queued' end,
                    finished_at = case when is_deadly then $1 end,
                    last_error = case when is_deadly then $4 else last_error end
                from (select * from due union all select * from left_behind) as back
                where jobs.tenant_id = back.tenant_id and jobs.id = back.id
                returning jobs.id, kind, is_deadly)
             select id, kind from brought where is_deadly",
            &[&now, &ROWS_MAX, &EXPIRIES_MAX, &reason],
        )
        .await?;
    Ok(rows.iter().map(|row| Deadly { id: JobId(row.get(0)), kind: row.get(1) }).collect())
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
