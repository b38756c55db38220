//! Keeping the log: partitions are made ahead, and dropped whole once they are old and every consumer has passed them.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp, ToSpan};
use kernel_core::{Error, Result};
use kernel_db::{Db, DispatchTx};

/// Months that have their partition before they begin.
const MONTHS_AHEAD: i32 = 2;
/// How long an event's key keeps another event with the same key out, in days.
const KEYS_DAYS: i64 = 30;
/// How long a consumer's inbox remembers, in days; longer than any delivery is tried.
const INBOX_DAYS: i64 = 30;

/// What was tidied up.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Kept {
    /// First days of the months whose events were dropped.
    pub dropped: Vec<Date>,
    /// First days of months that are old enough, but that a consumer has not passed or a dead letter stands in.
    pub needed: Vec<Date>,
}

/// Makes the partitions of this month and the next ones, forgets old keys, and drops months that ended more than
/// `months` ago; none if `months` is none. To be called about daily.
///
/// # Errors
/// The database refused, or the log was too busy to be locked for a moment; another day will do.
pub async fn keep(db: &Db, now: Timestamp, months: Option<u32>) -> Result<Kept> {
    let this_month = month_of(now);
    let tx = db.dispatch_tx().await?;
    for ahead in 0..=MONTHS_AHEAD {
        let month = this_month.checked_add(ahead.months()).map_err(Error::internal)?;
        tx.execute("select calibr_event_log_make($1)", &[&month]).await?;
    }
    forget(&tx, now).await?;
    drop_what_nobody_reads(&tx, now).await?;
    tx.commit().await?;
    let mut kept = Kept::default();
    let Some(months) = months else { return Ok(kept) };
    let span = Span::new().try_months(months).map_err(Error::internal)?;
    let oldest_kept = this_month.checked_sub(span).map_err(Error::internal)?;
    for month in partitions(db).await?.into_iter().filter(|month| *month < oldest_kept) {
        if drop_month(db, month).await? {
            tracing::info!(%month, "Dropped the events of a month.");
            kept.dropped.push(month);
        } else {
            kept.needed.push(month);
        }
    }
    Ok(kept)
}

fn month_of(now: Timestamp) -> Date {
    now.to_zoned(TimeZone::UTC).date().first_of_month()
}

async fn forget(tx: &DispatchTx, now: Timestamp) -> Result<()> {
    let days_ago = |days: i64| now.checked_sub(Span::new().hours(24 * days)).map_err(Error::internal);
    tx.execute("delete from event_keys where kept_since < $1", &[&days_ago(KEYS_DAYS)?]).await?;
    tx.execute("delete from event_inbox where taken_at < $1", &[&days_ago(INBOX_DAYS)?]).await?;
    Ok(())
}

/// Ends what is open of consumers that were forgotten, so that no month is kept for it.
async fn drop_what_nobody_reads(tx: &DispatchTx, now: Timestamp) -> Result<()> {
    const FORGOTTEN: &str = "not exists (select from event_consumers c where c.name = consumer)";
    tx.execute(&format!("delete from event_deliveries where {FORGOTTEN}"), &[]).await?;
    let sql = format!("update event_replays set finished_at = $1 where finished_at is null and {FORGOTTEN}");
    tx.execute(&sql, &[&now]).await?;
    let sql = format!(
        "update dlq_event_log set state = 'dropped', decided_by = 'system:events', decided_at = $1,
            note = 'No server runs this consumer any more, and it was forgotten.'
         where state in ('dead', 'retrying') and {FORGOTTEN}"
    );
    tx.execute(&sql, &[&now]).await?;
    Ok(())
}

/// First days of the months that have a partition, oldest first.
async fn partitions(db: &Db) -> Result<Vec<Date>> {
    let tx = db.dispatch_tx().await?;
    let sql = "select to_date(substring(c.relname from '^event_log_(\\d{4}_\\d{2})$'), 'YYYY_MM') as month
         from pg_inherits i join pg_class c on c.oid = i.inhrelid
         where i.inhparent = 'event_log'::regclass and c.relname <> 'event_log_default' order by month";
    let rows = tx.query(sql, &[]).await?;
    tx.commit().await?;
    Ok(rows.iter().map(|row| row.get(0)).collect())
}

/// Drops a month unless something still needs its events.
async fn drop_month(db: &Db, month: Date) -> Result<bool> {
    let tx = db.dispatch_tx().await?;
    tx.execute("select calibr_event_log_lock()", &[]).await?;
    let needed = tx
        .query_one(
            "select exists (
                select from event_consumers c join event_log e
                    on (e.epoch, e.tx_id, e.position) > (c.epoch, c.tx_id, c.position) and e.occurred_at < edge
                where true)
             or exists (select from event_deliveries where occurred_at < edge)
             or exists (select from dlq_event_log where state in ('dead', 'retrying') and occurred_at < edge)
             or exists (
                select from event_replays r join event_log e
                    on e.tenant_id = r.tenant_id and e.position between r.from_position and r.to_position
                where r.finished_at is null and e.occurred_at < edge)
             from (select ($1::date + interval '1 month') at time zone 'UTC' as edge) as month",
            &[&month],
        )
        .await?;
    if needed.get(0) {
        return Ok(false);
    }
    tx.execute("select calibr_event_log_drop($1)", &[&month]).await?;
    tx.commit().await?;
    Ok(true)
}
