//! Taking jobs: tenants in turn, within a tenant by rank, within a limit by free slots. One statement, which looks at a
//! few rows of each line however long the lines are. What a line has behind it is passed over by its rank: while somebody
//! holds an old snapshot, Postgres clears none of it away.

use jiff::Timestamp;
use kernel_core::{CorrelationId, TenantId};
use kernel_db::{DbResult, DispatchTx, Row};
use uuid::Uuid;

use crate::{Job, JobId};

/// Of two workers that chose the same slot at once one is refused and chooses again.
const SLOT_TAKEN: &str = "jobs_slot_once";
/// Tenants that are looked at besides those that can be served: their jobs may all wait for a slot.
const TENANTS_BESIDES: i64 = 64;

/// Who takes how many, and how long they are theirs.
pub(crate) struct Claim {
    pub owner: Uuid,
    pub now: Timestamp,
    /// For a job that is due by now. One from a machine whose clock is ahead is held as long from its own instant on: its
    /// lease must not have run out when it begins.
    pub until: Timestamp,
    pub limit: i64,
    /// Nothing stood in a line before this rank a moment ago.
    pub floor: Option<Timestamp>,
}

/// `$7` and `$9`: until when, and now. `$8`: the floor. `turn`: tenants with a line, from the one after the last served on.
/// `lane`: their lines. `room`: the head and the free slots of each. `picked`: the heads of the lines, locked. `chosen`:
/// those whose tenant has had least, and among equals by turn.
const CLAIM: &str = "
with recursive turn as (
    select first.tenant_id, 1 as place, first.tenant_id as first
    from (select coalesce(
        (select tenant_id from jobs where state = 'queued' and ready and rank >= $8 and tenant_id > $1
            order by tenant_id limit 1),
        (select tenant_id from jobs where state = 'queued' and ready and rank >= $8
            order by tenant_id limit 1)) as tenant_id) first
    where first.tenant_id is not null
    union all
    select next.tenant_id, turn.place + 1, turn.first
    from turn cross join lateral (select coalesce(
        (select tenant_id from jobs where state = 'queued' and ready and rank >= $8 and tenant_id > turn.tenant_id
            order by tenant_id limit 1),
        (select tenant_id from jobs where state = 'queued' and ready and rank >= $8
            order by tenant_id limit 1)) as tenant_id) next
    where next.tenant_id <> turn.first and turn.place < $2
), lane as (
    select turn.tenant_id, turn.place, (
        select limit_key from jobs j where state = 'queued' and ready and rank >= $8 and j.tenant_id = turn.tenant_id
        order by limit_key limit 1) as limit_key
    from turn
    union all
    select lane.tenant_id, lane.place, (
        select limit_key from jobs j where state = 'queued' and ready and rank >= $8 and j.tenant_id = lane.tenant_id
            and j.limit_key > lane.limit_key
        order by limit_key limit 1)
    from lane where lane.limit_key is not null
), room as (
    select lane.*, head.rank, case when head.limit_running is not null then array(
        select slot from generate_series(1, head.limit_running) as slot
        where not exists (select 1 from jobs r where r.tenant_id = lane.tenant_id and r.limit_key = lane.limit_key
            and r.state = 'running' and r.slot = slot.slot)
        limit $3) end as slots
    from lane cross join lateral (
        select limit_running, rank from jobs j where state = 'queued' and ready and rank >= $8
            and j.tenant_id = lane.tenant_id and j.limit_key = lane.limit_key
        order by rank limit 1) head
    where lane.limit_key is not null
), picked as (
    select p.*, room.place,
        room.slots[row_number() over (partition by room.tenant_id, room.limit_key order by p.rank, p.id)] as free_slot
    from room cross join lateral (
        select tenant_id, id, rank, weight from jobs j where state = 'queued' and ready and rank >= $8
            and j.tenant_id = room.tenant_id and j.limit_key = room.limit_key
        order by rank limit coalesce(cardinality(room.slots), $3) for update skip locked) p
), chosen as (
    select picked.*, coalesce(owed.units, 0) + sum(weight) over (partition by tenant_id order by rank, id) - weight as begins
    from picked left join unnest($4::uuid[], $5::bigint[]) as owed (tenant_id, units) using (tenant_id)
    order by begins, place limit $3
), taken as (
    update jobs set state = 'running', ready = false, fence = jobs.fence + 1, attempts = jobs.attempts + 1,
        lease_owner = $6, lease_until = greatest($7::timestamptz, jobs.run_at + ($7::timestamptz - $9::timestamptz)), slot = chosen.free_slot
    from chosen where jobs.tenant_id = chosen.tenant_id and jobs.id = chosen.id
    returning jobs.tenant_id, jobs.id, kind, payload, attempts, fence, correlation_id, jobs.weight, chosen.begins::bigint,
        chosen.place
)
select looked_at.tenant_id as last, looked_at.floor, taken.*
from (select tenant_id, case when place < $2 then (select min(rank) from room) end as floor
    from turn order by place desc limit 1) looked_at left join taken on true
order by begins, place";

/// Leases up to `limit` jobs that stand in their lines.
/// `owed`: tenants that are ahead of the others, and by how much.
pub(crate) async fn claim(
    tx: &DispatchTx,
    claim: &Claim,
    last_served: Uuid,
    (tenants, units): &(Vec<Uuid>, Vec<i64>),
) -> DbResult<Claimed> {
    let looked_at = TENANTS_BESIDES + claim.limit;
    let places = i32::try_from(looked_at).unwrap_or(i32::MAX);
    let floor = claim.floor.unwrap_or(Timestamp::UNIX_EPOCH);
    let claimed = tx
        .query(
            CLAIM,
            &[
                &last_served,
                &places,
                &claim.limit,
                tenants,
                units,
                &claim.owner,
                &claim.until,
                &floor,
                &claim.now,
            ],
        )
        .await;
    let rows = match claimed {
        Err(error) if error.constraint() == Some(SLOT_TAKEN) => return Ok(Claimed::SlotTaken),
        rows => rows?,
    };
    let Some(last) = rows.first().map(|row| row.get("last")) else { return Ok(Claimed::NothingWaits) };
    let floor = rows.first().and_then(|row| row.get("floor"));
    let jobs: Vec<Taken> = rows.iter().filter_map(read).collect();
    Ok(Claimed::Looked { last, floor, jobs })
}

/// What a look at the lines gave.
pub(crate) enum Claimed {
    /// No line has a job.
    NothingWaits,
    /// Another worker was faster; look again.
    SlotTaken,
    /// The tenants up to `last` were looked at. If that was all of them, nothing stood in a line before `floor`.
    Looked { last: Uuid, floor: Option<Timestamp>, jobs: Vec<Taken> },
}

/// A leased job and its cost.
pub(crate) struct Taken {
    pub job: Job,
    /// Units of its tenant's share.
    pub weight: i64,
    /// How far ahead of the others its tenant was when it began, in the same units.
    pub begins: i64,
}

/// `None` for the row that says only who was looked at.
fn read(row: &Row) -> Option<Taken> {
    let id: Option<Uuid> = row.get("id");
    let job = Job {
        id: JobId(id?),
        tenant: TenantId(row.get("tenant_id")),
        kind: row.get("kind"),
        payload: row.get("payload"),
        attempts: row.get("attempts"),
        fence: row.get("fence"),
        correlation_id: CorrelationId(row.get("correlation_id")),
    };
    Some(Taken { job, weight: row.get("weight"), begins: row.get("begins") })
}

#[cfg(test)]
mod tests {
    use kernel_core::Role;
    use kernel_test::TestDb;
    use serde_json::Value;

    use super::*;

    /// Rows that the nodes of a plan gave out or threw away, over all their loops.
    fn rows_touched(plan: &Value) -> u64 {
        let number = |field: &str| plan[field].as_u64().unwrap_or_default();
        let own = (number("Actual Rows") + number("Rows Removed by Filter")) * number("Actual Loops");
        let below = plan["Plans"].as_array().into_iter().flatten().map(rows_touched);
        own + below.sum::<u64>()
    }

    #[tokio::test]
    async fn a_look_at_long_lines_touches_few_rows() {
        let db = TestDb::new().await;
        let ctx = kernel_test::ctx(kernel_test::tenant(&db.db).await, Role::Admin);
        let owner = db.owner().await;
        let fill = "insert into jobs (tenant_id, id, kind, payload, state, ready, run_at, rank, correlation_id, created_at, \
                limit_key, limit_running, slot, lease_until)
             select $1, gen_random_uuid(), 'k', '{}', s.state, s.ready, t.at, t.at, gen_random_uuid(), $2, s.key, s.running, \
                case when s.state = 'running' then n end, case when s.state = 'running' then $2::timestamptz + interval '1 hour' end
             from (values ('queued', true, '', null, 100000), ('queued', true, 'full', 2, 20000), ('running', false, 'full', 2, 2),
                    ('queued', false, '', null, 20000), ('done', false, '', null, 100000))
                as s (state, ready, key, running, count),
                generate_series(1, s.count) as n, lateral (select $2::timestamptz + n * interval '1 second' as at) as t";
        owner.execute(fill, &[&ctx.tenant.0, &ctx.now()]).await.expect("many jobs");
        // Without statistics, as after a burst, and with them.
        for analyze in ["select", "analyze jobs"] {
            owner.batch_execute(analyze).await.expect("statistics");
            let tx = db.db.dispatch_tx().await.expect("a transaction");
            let explain = format!("explain (analyze, format json) {CLAIM}");
            let (tenants, units): (Vec<Uuid>, Vec<i64>) = Default::default();
            let rows = tx
                .query(
                    &explain,
                    &[
                        &Uuid::nil(),
                        &72,
                        &8_i64,
                        &tenants,
                        &units,
                        &Uuid::now_v7(),
                        &ctx.now(),
                        &Timestamp::UNIX_EPOCH,
                        &ctx.now(),
                    ],
                )
                .await
                .expect("a plan");
            let plan: Value = rows[0].get(0);
            let touched = rows_touched(&plan[0]["Plan"]);
            assert!(
                touched < 2_000,
                "{touched} rows {}: {plan:#}",
                if analyze == "select" { "without" } else { "with" }
            );
        }
    }

    #[tokio::test]
    async fn the_floor_is_the_head_of_the_oldest_line_and_hides_what_stands_before_it() {
        let db = TestDb::new().await;
        let owner = db.owner().await;
        let start: Timestamp = "2026-01-01T00:00:00Z".parse().expect("an instant");
        let at = |second: i64| start + jiff::SignedDuration::from_secs(second);
        let put = async |tenant: TenantId, second: i64| {
            let sql = "insert into jobs (tenant_id, id, kind, payload, ready, run_at, rank, correlation_id, created_at)
                 values ($1, gen_random_uuid(), 'k', '{}', true, $2, $2, gen_random_uuid(), $2)";
            owner.execute(sql, &[&tenant.0, &at(second)]).await.expect("a job");
        };
        let (one, other) = (kernel_test::tenant(&db.db).await, kernel_test::tenant(&db.db).await);
        for second in [10, 11, 12] {
            put(one, second).await;
            put(other, second + 5).await;
        }
        let look = async |limit: i64, floor: Option<Timestamp>| {
            let tx = db.db.dispatch_tx().await.expect("a transaction");
            let wanted = Claim { owner: Uuid::now_v7(), now: at(0), until: at(60), limit, floor };
            let claimed = claim(&tx, &wanted, Uuid::nil(), &Default::default()).await.expect("a look");
            tx.commit().await.expect("a commit");
            let Claimed::Looked { floor, jobs, .. } = claimed else { panic!("somebody waits") };
            (floor, jobs.len())
        };
        assert_eq!(look(2, None).await, (Some(at(10)), 2));
        // One of each was taken.
        assert_eq!(look(2, Some(at(10))).await, (Some(at(11)), 2));
        put(one, 3).await;
        assert_eq!(look(1, Some(at(12))).await, (Some(at(12)), 1));
        assert_eq!(look(9, Some(at(13))).await, (Some(at(17)), 1), "the one of second 3 was not looked at");
        assert_eq!(look(9, None).await, (Some(at(3)), 1));
    }
}
