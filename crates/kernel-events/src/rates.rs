//! How fast consumers read: each keeps two places where it was, the former five to ten minutes old while it is busy.

use std::collections::HashMap;

use jiff::{SignedDuration, Timestamp};
use kernel_core::Result;
use kernel_db::TenantTx;

/// Part of the statement that moves a consumer: `$10` is the present instant, the place is still that before the batch.
/// After five minutes the mark becomes the former and a new one is set; after ten without a batch both begin anew.
pub(crate) const MARKED: &str = "
    (former_at, former_epoch, former_tx_id, former_position) = (
        select at, epoch, tx_id, position
        from (values (0, c.former_at, c.former_epoch, c.former_tx_id, c.former_position),
                (1, c.mark_at, c.mark_epoch, c.mark_tx_id, c.mark_position),
                (2, $10, c.epoch, c.tx_id, c.position)) as place (number, at, epoch, tx_id, position)
        where number = case when c.mark_at is null or c.mark_at <= $10 - interval '10 minutes' then 2
            when c.mark_at <= $10 - interval '5 minutes' then 1 else 0 end),
    (mark_at, mark_epoch, mark_tx_id, mark_position) = (
        select at, epoch, tx_id, position
        from (values (false, c.mark_at, c.mark_epoch, c.mark_tx_id, c.mark_position),
                (true, $10, c.epoch, c.tx_id, c.position)) as place (is_new, at, epoch, tx_id, position)
        where is_new = (c.mark_at is null or c.mark_at <= $10 - interval '5 minutes'))";

/// After so long without a new mark, and so five to ten minutes without a batch, a consumer reads nothing.
const IDLE_AFTER: SignedDuration = SignedDuration::from_mins(10);
/// Counting stops here.
const COUNTED: i64 = 100_000;

/// Events of this tenant a minute that each consumer passed lately, rounded up; averaged over one minute to a quarter of
/// an hour. Those that read nothing are left out.
///
/// # Errors
/// The database refused.
pub async fn rates(tx: &TenantTx, now: Timestamp) -> Result<HashMap<String, i64>> {
    let since = now.checked_sub(IDLE_AFTER).map_err(kernel_core::Error::internal)?;
    let rows = tx
        .query(
            "select c.name, passed.number, greatest(60, extract(epoch from $1::timestamptz - c.former_at)::bigint)
             from event_consumers c
             cross join lateral (
                select count(*) as number from (
                    select from event_log e
                    where (e.epoch, e.tx_id, e.position) > (c.former_epoch, c.former_tx_id, c.former_position)
                      and (e.epoch, e.tx_id, e.position) <= (c.epoch, c.tx_id, c.position)
                      and e.tenant_id = $2 limit $3) e) passed
             where c.mark_at > $4",
            &[&now, &tx.tenant().0, &COUNTED, &since],
        )
        .await?;
    let rate = |passed: i64, seconds: i64| (passed * 60 + seconds - 1) / seconds;
    Ok(rows.iter().map(|row| (row.get(0), rate(row.get(1), row.get(2)))).collect())
}
