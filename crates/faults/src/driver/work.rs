//! Working off the jobs of a seed with processes that die, sleep and are replaced, until nothing is left to do.
//! All SQL that looks for what is left to do.

use std::sync::Arc;
use std::time::Duration;

use anyhow::bail;
use jiff::Timestamp;
use kernel_core::Result;
use kernel_jobs::RunnerConfig;
use simulators::shopify::CallOutcome;
use tokio::sync::oneshot;

use super::arena::{Arena, CLIENTS};
use super::consumer;
use super::hooks::Hooks;
use super::people::People;
use super::process::{Became, Process};
use super::world::World;
use crate::collect::AFTERCARE;

/// More lives than this mean that something never comes to an end.
const LIVES_MAX: usize = 150;
/// After so many lives nothing new goes wrong.
const HURT_LIVES_MAX: usize = 60;
/// A write that left so long ago has arrived or never will.
const ARRIVES_WITHIN_MS: i64 = 14_000;

/// A call that is on its way, and when it must have arrived, in milliseconds.
type Held = (u64, i64);
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
    let mut held: Vec<Held> = Vec::new();
    for life in 0..LIVES_MAX {
        if life == HURT_LIVES_MAX {
            world.calm_down();
        }
        let mut lives = begin(arena, world, life, held.len())?;
        loop {
            match lives.go_on().await {
                Became::Ended(_) | Became::Killed => break,
                Became::Asleep(sleeper, wake) => {
                    sleepers.push((sleeper, wake));
                    break;
                }
                Became::Waits(waiting, go_on) => {
                    // Whoever sleeps may hold what the person asks for.
                    wake_all(world, &mut sleepers, &mut held).await;
                    if let Some(act) = world.plan.act {
                        people.act(act.verb).await?;
                    }
                    go_on.send(()).ok();
                    lives = waiting;
                }
            }
        }
        note_held(world, &mut held).await;
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
            if sleepers.is_empty() && held.is_empty() {
                return Ok(());
            }
            wake_all(world, &mut sleepers, &mut held).await;
            release(world, &mut held, i64::MAX).await;
            continue;
        };
        if random.u8(0..3) == 0 || open.is_stuck {
            wake_all(world, &mut sleepers, &mut held).await;
        }
        if random.bool() {
            release(world, &mut held, i64::MAX).await;
        }
        let next_ms = open.next.as_millisecond() + 1;
        release(world, &mut held, next_ms).await;
        world.time.pass(next_ms - world.time.at_ms());
    }
    bail!("the work never ends: {}", Open::tell(arena).await?)
}

fn begin(
    arena: &Arena,
    world: &Arc<World>,
    life: usize,
    held: usize,
) -> anyhow::Result<Process<Result<usize>>> {
    let app = arena.app(life % (CLIENTS.len() - 1))?;
    let lease = match world.plan.slow {
        // Heartbeats go by real time.
        true => Duration::from_millis(60),
        false => Duration::from_secs(world.plan.lease_s),
    };
    let runner = Arc::new(app.runner(RunnerConfig { lease, ..RunnerConfig::default() }));
    let dies_when_held = world.plan.weather.late_write.then_some(held + 1);
    Ok(Process::new(world, dies_when_held, async move { runner.run_due().await }))
}

/// Whoever slept goes on to its end, which may be a call that is held up.
async fn wake_all(world: &World, sleepers: &mut Vec<Sleeper>, held: &mut Vec<Held>) {
    for (sleeper, wake) in sleepers.drain(..) {
        wake.send(()).ok();
        drop(sleeper.come_to_its_end().await);
        note_held(world, held).await;
    }
}

/// Notes calls that are held up since a moment ago.
async fn note_held(world: &World, held: &mut Vec<Held>) {
    let until = world.time.at_ms() + ARRIVES_WITHIN_MS;
    let calls = world.shop.wait_held(0).await.into_iter().map(|call| call.sequence);
    let new: Vec<u64> = calls.filter(|call| held.iter().all(|(known, _)| known != call)).collect();
    held.extend(new.into_iter().map(|call| (call, until)));
}

/// Lets calls arrive that would be too late otherwise.
async fn release(world: &World, held: &mut Vec<Held>, by_ms: i64) {
    if held.iter().all(|(_, until)| *until > by_ms) {
        return;
    }
    world.shop.release();
    for (sequence, _) in held.drain(..) {
        let arrived = world.shop.wait_journal(|journal| {
            let entry = journal.iter().find(|entry| entry.sequence == sequence);
            entry.is_none_or(|entry| entry.outcome != CallOutcome::InFlight).then_some(())
        });
        arrived.await;
    }
}

/// What is left to do.
struct Open {
    /// When something is to be done next.
    next: Timestamp,
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
            "select min(case state when 'queued' then run_at else lease_until end)
             from jobs where state in ('queued', 'running') and not (state = 'queued' and {left_out})"
        );
        let next: Option<Timestamp> = arena.owner.query_one(&sql, &[]).await?.get(0);
        Ok(next.map(|next| Self { next: next.max(now), is_stuck: next < now }))
    }

    async fn tell(arena: &Arena) -> anyhow::Result<String> {
        let sql = "select coalesce(string_agg(concat_ws(' ', kind, payload, state, attempts, run_at, lease_until, last_error), '; '), '')
             from jobs where state not in ('done', 'cancelled')";
        Ok(arena.owner.query_one(sql, &[]).await?.get(0))
    }
}
