//! Schedules: jobs to be enqueued again and again, by cron words and the clocks of a zone. All SQL over `job_schedules`.
//! Who slept through several times catches up once.

use croner::Cron;
use jiff::{SignedDuration, Timestamp};
use kernel_core::{CorrelationId, Ctx, Error, Result, time_zone};
use kernel_db::paging::{Page, PageRequest};
use kernel_db::{DispatchTx, Row, TenantTx};
use serde_json::Value;
use uuid::Uuid;

use crate::{JobId, Priority};

/// Schedules per look; the next look is a moment later.
const ROWS_MAX: i64 = 100;
/// When to look again at a schedule that cannot be read.
const UNREADABLE_PAUSE: SignedDuration = SignedDuration::from_hours(24);

/// A job to be enqueued again and again.
#[derive(Debug, Clone)]
pub struct NewSchedule {
    /// Its name in the tenant; a schedule of the same name is replaced. Also the key of its jobs, so that they never
    /// overlap.
    pub name: String,
    /// Which handler the jobs are for.
    pub kind: &'static str,
    /// What they are to do.
    pub payload: Value,
    /// Five fields of cron: minute, hour, day of the month, month, day of the week.
    pub cron: String,
    /// The IANA zone whose clocks are meant.
    pub zone: String,
}

/// A schedule as it is stored.
#[derive(Debug, Clone, PartialEq)]
pub struct ScheduleRecord {
    /// Its name in the tenant.
    pub name: String,
    /// Which handler its jobs are for.
    pub kind: String,
    /// Five fields of cron.
    pub cron: String,
    /// The IANA zone whose clocks are meant.
    pub zone: String,
    /// When it enqueues next.
    pub next_at: Timestamp,
    /// When it enqueued last.
    pub last_at: Option<Timestamp>,
}

/// Stores a schedule. One that stands unchanged under its name keeps its time, so that this can be said again and again.
///
/// # Errors
/// `schedule.invalid` (422): the zone or the cron words are not known, or the time never comes.
pub async fn schedule(ctx: &Ctx, tx: &TenantTx, new: &NewSchedule) -> Result<()> {
    let next = next_after(&new.cron, &new.zone, ctx.now())?;
    tx.execute(
        "insert into job_schedules as s (tenant_id, name, kind, payload, cron, zone, next_at, correlation_id, created_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
         on conflict (tenant_id, name) do update set kind = excluded.kind, payload = excluded.payload, cron = excluded.cron,
            zone = excluded.zone, next_at = excluded.next_at
         where (s.kind, s.payload, s.cron, s.zone) is distinct from
            (excluded.kind, excluded.payload, excluded.cron, excluded.zone)",
        &[
            &ctx.tenant.0,
            &new.name,
            &new.kind,
            &new.payload,
            &new.cron,
            &new.zone,
            &next,
            &ctx.correlation_id.0,
            &ctx.now(),
        ],
    )
    .await?;
    Ok(())
}

/// Removes a schedule. What it enqueued stays. `false` if there is none.
///
/// # Errors
/// The database refused.
pub async fn unschedule(tx: &TenantTx, name: &str) -> Result<bool> {
    let sql = "delete from job_schedules where tenant_id = $1 and name = $2";
    Ok(tx.execute(sql, &[&tx.tenant().0, &name]).await? == 1)
}

/// The tenant's schedules by name.
///
/// # Errors
/// The cursor is of another list, or the database refused.
pub async fn schedule_list(tx: &TenantTx, page: &PageRequest) -> Result<Page<ScheduleRecord>> {
    let filter = "schedules";
    let after: Option<String> = page.after(&filter)?;
    let sql = "select name, kind, cron, zone, next_at, last_at from job_schedules
         where tenant_id = $1 and ($2::text is null or name > $2) order by name limit $3";
    let rows = tx.query_list(sql, &[&tx.tenant().0, &after, &page.fetch()]).await?;
    let read = |row: &Row| ScheduleRecord {
        name: row.get("name"),
        kind: row.get("kind"),
        cron: row.get("cron"),
        zone: row.get("zone"),
        next_at: row.get("next_at"),
        last_at: row.get("last_at"),
    };
    Ok(Page::from_rows(rows.iter().map(read).collect(), page, &filter, |schedule| schedule.name.clone()))
}

/// Enqueues the jobs of schedules that are due, one each however often their time has come.
pub(crate) async fn tick(tx: &DispatchTx, now: Timestamp) -> Result<()> {
    let due = tx
        .query(
            "select tenant_id, name, kind, payload, cron, zone, next_at, correlation_id from job_schedules
             where next_at <= $1 order by next_at limit $2 for update skip locked",
            &[&now, &ROWS_MAX],
        )
        .await?;
    for row in &due {
        tick_one(tx, row, now).await?;
    }
    Ok(())
}

async fn tick_one(tx: &DispatchTx, row: &Row, now: Timestamp) -> Result<()> {
    let (tenant, name): (Uuid, &str) = (row.get("tenant_id"), row.get("name"));
    // It was read when it was stored, so only newer data about zones can refuse it; the others must go on.
    let next = next_after(row.get("cron"), row.get("zone"), now).or_else(|error| {
        tracing::error!(
            name,
            error = &error as &dyn std::error::Error,
            "A schedule cannot be read any more."
        );
        now.checked_add(UNREADABLE_PAUSE).map_err(Error::internal)
    })?;
    let correlation = CorrelationId(row.get("correlation_id"));
    tx.execute(
        "insert into jobs (tenant_id, id, kind, payload, run_at, rank, ready, priority, key, correlation_id, created_at)
         values ($1, $2, $3, $4, $5, $5, true, $6, $7, $8, $9)
         on conflict (tenant_id, key) where state in ('queued', 'running') and key is not null do nothing",
        &[
            &tenant,
            &JobId::new().0,
            &row.get::<_, &str>("kind"),
            &row.get::<_, Value>("payload"),
            &row.get::<_, Timestamp>("next_at"),
            &Priority::Background.as_str(),
            &name,
            &correlation.0,
            &now,
        ],
    )
    .await?;
    let sql = "update job_schedules set last_at = $3, next_at = $4 where tenant_id = $1 and name = $2";
    tx.execute(sql, &[&tenant, &name, &now, &next]).await?;
    Ok(())
}

/// The first time after an instant. A time that a change of the clocks leaves out comes right after the gap, one that it
/// repeats comes once; of what comes every few minutes or hours no instant is left out or repeated.
fn next_after(cron: &str, zone: &str, after: Timestamp) -> Result<Timestamp> {
    let refused = |detail: String| Error::unprocessable("schedule.invalid", detail);
    let zone = time_zone(zone)
        .ok_or_else(|| refused(format!("`{zone}` is not a time zone such as `Europe/Berlin`.")))?;
    let pattern: Cron =
        cron.parse().map_err(|error| refused(format!("`{cron}` is not a time of cron: {error}")))?;
    let next = pattern.find_next_occurrence(&after.to_zoned(zone), false);
    next.map(|next| next.timestamp()).map_err(|error| refused(format!("`{cron}` never comes: {error}")))
}
