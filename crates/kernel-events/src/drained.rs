//! When the last open dead letter of a consumer is settled or dropped: what became of them, to be told once. Whoever
//! drops the last one tells it; what the relay settles is found by it a little later, also after a crash.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use jiff::Timestamp;
use kernel_core::{Ctx, Result, TenantId};
use kernel_db::{DbResult, DispatchTx, TenantTx};

/// What became of the dead letters of one consumer since the last report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DrainReport {
    /// How many there were.
    pub letters: i64,
    /// How often one was delivered again.
    pub retried: i64,
    /// How many went through in the end.
    pub settled: i64,
    /// How many were given up for good.
    pub dropped: i64,
    /// Who decided so, in the order of the alphabet.
    pub decided_by: Vec<String>,
    /// When the first of them gave up.
    pub since: Timestamp,
}

/// What a relay calls for a consumer of a tenant that has no open dead letter left.
pub type Reporting = Arc<dyn Fn(TenantId, String) -> Reported + Send + Sync>;
/// The end of such a call.
pub type Reported = Pin<Box<dyn Future<Output = Result<()>> + Send>>;

/// Takes what is to be reported of a consumer, once: whoever commits has told it. `None` while a dead letter is open, and
/// if nothing is new.
///
/// # Errors
/// The database refused.
pub async fn take_drain_report(ctx: &Ctx, tx: &TenantTx, consumer: &str) -> Result<Option<DrainReport>> {
    let row = tx
        .query_one(
            "with told as (
                update dlq_event_log set reported_at = $3
                where tenant_id = $1 and consumer = $2 and state in ('settled', 'dropped') and reported_at is null
                  and not exists (
                    select from dlq_event_log open
                    where open.tenant_id = $1 and open.consumer = $2 and open.state in ('dead', 'retrying'))
                returning state, retries, decided_by, first_died_at)
             select count(*), coalesce(sum(retries), 0)::bigint, count(*) filter (where state = 'settled'),
                count(*) filter (where state = 'dropped'),
                coalesce(array_agg(distinct decided_by order by decided_by) filter (where decided_by is not null), '{}'),
                min(first_died_at)
             from told",
            &[&tx.tenant().0, &consumer, &ctx.now()],
        )
        .await?;
    let since: Option<Timestamp> = row.get(5);
    Ok(since.map(|since| DrainReport {
        letters: row.get(0),
        retried: row.get(1),
        settled: row.get(2),
        dropped: row.get(3),
        decided_by: row.get(4),
        since,
    }))
}

/// Consumers, by tenant, of which something is to be reported.
pub(crate) async fn unreported(tx: &DispatchTx) -> DbResult<Vec<(TenantId, String)>> {
    let sql = "select distinct l.tenant_id, l.consumer from dlq_event_log l
         where l.state in ('settled', 'dropped') and l.reported_at is null and not exists (
            select from dlq_event_log open
            where open.tenant_id = l.tenant_id and open.consumer = l.consumer and open.state in ('dead', 'retrying'))";
    Ok(tx.query(sql, &[]).await?.iter().map(|row| (TenantId(row.get(0)), row.get(1))).collect())
}
