//! Working off the jobs of a seed with processes that die, sleep and are replaced, until nothing is left to do.
//! All SQL that looks for what is left to do.

use std::sync::Arc;
use std::time::Duration;

use anyhow::bail;
use jiff::Timestamp;
use kernel_core::Result;
use kernel_jobs::RunnerConfig;
use tokio::sync::oneshot;

use super::arena::{Arena, CLIENTS};
use super::consumer;
use super::hooks::Hooks;
use super::people::People;
use super::process::{Became, Process};
use super::world::World;
use crate::collect::AFTERCARE;

/// More lives than this mean that something never comes to an end. A paused run may hold a product whose webhook is
/// looked at every half minute for two hours: 240 of them.
const LIVES_MAX: usize = 400;
/// After so many lives nothing new goes wrong.
const HURT_LIVES_MAX: usize = 60;
type Sleeper = (Process<Result<usize>>, oneshot::Sender<()>);

/// Until when is worked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Until {
    /// No job is open but those that look after a run later.
    Settled,
    /// Those neither.
    LookedAfter,
}

/// Works off the jobs of the database.
pub(super) async fn work_off(people: &People<'_>, hooks: &mut Hooks, until: Until) -> anyhow::Result<()> {
    let (arena, world) = (people.arena, people.world);
    let mut random = fastrand::Rng::with_seed(world.plan.random);
    let mut sleepers: Vec<Sleeper> = Vec::new();
    for life in 0..LIVES_MAX {
        if life == HURT_LIVES_MAX {
            world.calm_down();
        }
        let mut lives = begin(arena, world, life)?;
        let mut found_nothing = false;
        loop {
            match lives.go_on().await {
                Became::Ended(done) => {
                    found_nothing = done.is_ok_and(|attempts| attempts == 0);
                    break;
                }
                Became::Killed => break,
                Became::Asleep(sleeper, wake) => {
                    sleepers.push((sleeper, wake));
                    break;
                }
                Became::Waits(waiting, go_on) => {
                    // Whoever sleeps may hold what the person asks for.
                    wake_all(world, &mut sleepers).await;
                    if let Some(act) = world.plan.act {
                        people.act(act.verb).await?;
                    }
                    go_on.send(()).ok();
                    lives = waiting;
                }
            }
        }
        world.note_held().await;
        if world.plan.drift.is_some() {
            hooks.deliver(&arena.api, world, &mut random).await?;
        }
        if random.bool() || world.plan.faults.iter().any(|fault| fault.point.starts_with("events")) {
            let relay = consumer::relay(arena);
            let delivers = Process::new(world, None, async move { relay.run_due().await.map(|()| 0) });
            match delivers.go_on().await {
                Became::Ended(_) | Became::Killed | Became::Waits(..) => {}
                Became::Asleep(sleeper, wake) => sleepers.push((sleeper, wake)),
            }
        }
        let Some(open) = Open::look(arena, world.time.now(), until).await? else {
            if sleepers.is_empty() && world.held() == 0 {
                return Ok(());
            }
            wake_all(world, &mut sleepers).await;
            world.let_arrive(i64::MAX).await;
            continue;
        };
        if random.u8(0..3) == 0 || open.is_stuck {
            wake_all(world, &mut sleepers).await;
        }
        if random.bool() {
            world.let_arrive(i64::MAX).await;
        }
        // What is due but waits for a slot that a dead process holds is not to be had before that one's lease ends.
        let next = if found_nothing { open.later } else { Some(open.next) };
        let next_ms = next.map_or(world.time.at_ms(), |at| at.as_millisecond()) + 1;
        world.wait(next_ms - world.time.at_ms()).await;
    }
    bail!("the work never ends: {}", Open::tell(arena).await?)
}

fn begin(arena: &Arena, world: &Arc<World>, life: usize) -> anyhow::Result<Process<Result<usize>>> {
    let app = arena.app(life % (CLIENTS.len() - 1))?;
    let lease = match world.plan.slow {
        // Heartbeats go by real time.
        true => Duration::from_millis(60),
        false => Duration::from_secs(world.plan.lease_s),
    };
    let runner = Arc::new(app.runner(RunnerConfig { lease, ..RunnerConfig::default() }));
    let dies_when_held = world.plan.weather.late_write.then_some(world.held() + 1);
    Ok(Process::new(world, dies_when_held, async move { runner.run_due().await }))
}

/// Whoever slept goes on to its end, which may be a call that is held up.
async fn wake_all(world: &World, sleepers: &mut Vec<Sleeper>) {
    for (sleeper, wake) in sleepers.drain(..) {
        wake.send(()).ok();
        drop(sleeper.come_to_its_end().await);
        world.note_held().await;
    }
}

/// What is left to do.
struct Open {
    /// When something is to be done next.
    next: Timestamp,
    /// The same of what is not due yet.
    later: Option<Timestamp>,
    /// Whether it should be under way but nobody took it.
    is_stuck: bool,
}

impl Open {
    async fn look(arena: &Arena, now: Timestamp, until: Until) -> anyhow::Result<Option<Self>> {
        let left_out = match until {
            Until::Settled => AFTERCARE,
            Until::LookedAfter => "false",
        };
        let sql = format!(
            "select min(at), min(at) filter (where at > $1)
             from (select case state when 'queued' then run_at else lease_until end as at
                   from jobs where state in ('queued', 'running') and not (state = 'queued' and {left_out})) open"
        );
        let row = arena.owner.query_one(&sql, &[&now]).await?;
        let (next, later): (Option<Timestamp>, _) = (row.get(0), row.get(1));
        Ok(next.map(|next| Self { next: next.max(now), later, is_stuck: next < now }))
    }

    async fn tell(arena: &Arena) -> anyhow::Result<String> {
        let sql = "select coalesce(string_agg(concat_ws(' ', kind, payload, state, attempts, run_at, lease_until, last_error), '; '), '')
             from jobs where state not in ('done', 'cancelled')";
        Ok(arena.owner.query_one(sql, &[]).await?.get(0))
    }
}
