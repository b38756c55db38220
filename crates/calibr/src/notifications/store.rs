//! All SQL over `notification_marks`, and what notifications are made from.

use jiff::{SignedDuration, Timestamp};
use kernel_core::{Ctx, Error, ProjectId, Result, Role, UserId};
use kernel_db::{Row, TenantTx};
use uuid::Uuid;

use super::dto::{Notification, Notifications};
use crate::ids::{ChannelId, PriceChangeId, RunId};

/// How far back is told.
const DAYS: i64 = 30;

/// $1 tenant, $2 project, $3 reader, $4 the oldest instant, $5 whether the reader approves.
const MADE: &str = "
    select c.kind, c.id::text as key, c.created_at as at, c.author as actor, 'price_change' as entity_type,
        p.id as entity, p.title, left(c.body, 200) as text, null::bigint as count
    from price_change_comments c
    join price_changes p on p.tenant_id = c.tenant_id and p.id = c.price_change_id
    where c.tenant_id = $1 and p.project_id = $2 and c.author_id <> $3 and c.created_at >= $4
      and case c.kind when 'review_requested' then $5 and p.author_id <> $3 else p.author_id = $3 end
  union all
    select d.decision, p.id || '/' || d.actor_id, d.decided_at, d.actor, 'price_change', p.id, p.title,
        left(d.comment, 200), null
    from price_change_decisions d
    join price_changes p on p.tenant_id = d.tenant_id and p.id = d.price_change_id
    where d.tenant_id = $1 and p.project_id = $2 and p.author_id = $3 and d.actor_id <> $3 and d.decided_at >= $4
  union all
    select 'run_' || r.state, r.id::text, r.finished_at, null, 'run', r.id, p.title, left(r.note, 200), null
    from rule_runs r
    join price_changes p on p.tenant_id = r.tenant_id and p.id = r.price_change_id
    where r.tenant_id = $1 and r.project_id = $2 and r.state in ('partially_applied', 'failed')
      and r.finished_at >= $4
      and (p.author_id = $3 or r.actor = (select email from users where tenant_id = $1 and id = $3))
  union all
    select s.outcome, p.id || '/' || s.ordinal, s.ended_at, null, 'price_change', p.id, p.title, left(s.reason, 200), null
    from price_change_starts s
    join price_changes p on p.tenant_id = s.tenant_id and p.id = s.price_change_id
    where s.tenant_id = $1 and p.project_id = $2 and s.outcome = 'not_started' and s.ended_at >= $4
      and (p.author_id = $3 or s.scheduled_by_id = $3)
  union all
    select 'drift', c.id::text, max(d.first_seen_at), null, 'channel', c.id, c.name, null, count(*)
    from price_drifts d join channels c on c.tenant_id = d.tenant_id and c.id = d.channel_id
    where d.tenant_id = $1 and d.project_id = $2 and d.state = 'open' and d.first_seen_at >= $4
    group by c.id, c.name";

/// What a reader should know of.
pub(super) async fn notifications(
    ctx: &Ctx,
    tx: &TenantTx,
    project: ProjectId,
    reader: UserId,
) -> Result<Notifications> {
    let since = ctx.now().checked_sub(SignedDuration::from_hours(24 * DAYS)).map_err(Error::internal)?;
    let approves = ctx.actor.role >= Role::Approver;
    let sql =
        "select read_until from notification_marks where tenant_id = $1 and project_id = $2 and user_id = $3";
    let mark = tx.query_opt(sql, &[&tx.tenant().0, &project.0, &reader.0]).await?;
    let read_until: Option<Timestamp> = mark.map(|row| row.get("read_until"));
    let sql = format!("select * from ({MADE}) as made order by at desc, kind, key limit 50");
    let rows = tx.query(&sql, &[&tx.tenant().0, &project.0, &reader.0, &since, &approves]).await?;
    let data: Vec<Notification> = rows.iter().map(|row| read(row, read_until)).collect();
    let unread = data.iter().filter(|notification| notification.unread).count() as u64;
    Ok(Notifications { data, unread, read_until })
}

/// Notes up to when somebody has read. It never goes back.
pub(super) async fn mark_read(
    tx: &TenantTx,
    project: ProjectId,
    reader: UserId,
    until: Timestamp,
) -> Result<()> {
    tx.execute(
        "insert into notification_marks (tenant_id, user_id, project_id, read_until) values ($1, $2, $3, $4)
         on conflict (tenant_id, user_id, project_id) do update
            set read_until = greatest(notification_marks.read_until, excluded.read_until)",
        &[&tx.tenant().0, &reader.0, &project.0, &until],
    )
    .await?;
    Ok(())
}

fn read(row: &Row, read_until: Option<Timestamp>) -> Notification {
    let (kind, key): (String, String) = (row.get("kind"), row.get("key"));
    let (entity_type, entity): (String, Uuid) = (row.get("entity_type"), row.get("entity"));
    let entity_id = match entity_type.as_str() {
        "run" => RunId(entity).to_string(),
        "channel" => ChannelId(entity).to_string(),
        _ => PriceChangeId(entity).to_string(),
    };
    let at: Timestamp = row.get("at");
    Notification {
        id: format!("{kind}/{key}"),
        kind: if kind == "comment" { "commented".to_owned() } else { kind },
        at,
        unread: read_until.is_none_or(|until| at > until),
        actor: row.get("actor"),
        entity_type,
        entity_id,
        title: row.get("title"),
        text: row.get("text"),
        count: row.get::<_, Option<i64>>("count").map(i64::unsigned_abs),
    }
}
