//! Several workers on one database, how soon they begin, and how they stop.

use std::collections::HashSet;
use std::time::Duration;

use kernel_jobs::{Limit, NewJob, RunnerConfig};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::support::World;

fn quick() -> RunnerConfig {
    RunnerConfig { poll: Duration::from_millis(5), ..RunnerConfig::default() }
}

/// Lets `count` workers work until the jobs are done.
async fn work(world: &World, count: usize, config: &RunnerConfig) {
    let shutdown = CancellationToken::new();
    let mut workers = JoinSet::new();
    for _ in 0..count {
        workers.spawn(world.runner_with(config.clone()).run(shutdown.clone()));
    }
    world.until("select count(*) from jobs where state <> 'done'", 0).await;
    shutdown.cancel();
    workers.join_all().await;
}

#[tokio::test]
async fn workers_share_the_jobs_and_each_is_done_once() {
    let world = World::new().await;
    for _ in 0..4 {
        world.enqueue_all(&world.other().await, &vec![world.job("works"); 50]).await;
    }
    work(&world, 3, &quick()).await;
    let begun: HashSet<_> = world.begun().iter().map(|job| job.id).collect();
    assert_eq!((world.runs(), begun.len()), (200, 200));
}

#[tokio::test]
async fn workers_together_run_no_more_than_the_limit() {
    let world = World::new().await;
    let limit = Some(Limit { key: "shop".to_owned(), running: 3 });
    world.enqueue_all(&world.ctx, &vec![NewJob { limit, ..world.job("blocks") }; 30]).await;
    let shutdown = CancellationToken::new();
    let mut workers = JoinSet::new();
    for _ in 0..3 {
        workers.spawn(world.runner_with(quick()).run(shutdown.clone()));
    }
    for done in 0..30_i64 {
        let running = 3.min(30 - done);
        world.until("select count(*) from jobs where state = 'running'", running).await;
        let begun = i64::try_from(world.begun().len()).expect("few");
        assert!(begun <= done + 3, "{begun} began and {done} ended");
        world.notes.gate.add_permits(1);
        world.until("select count(*) from jobs where state = 'done'", done + 1).await;
    }
    shutdown.cancel();
    workers.join_all().await;
}

#[tokio::test]
async fn a_worker_that_sleeps_is_woken_by_a_commit() {
    let world = World::new().await;
    let shutdown = CancellationToken::new();
    let sleepy = RunnerConfig { poll: Duration::from_secs(3600), ..RunnerConfig::default() };
    let worker = tokio::spawn(world.runner_with(sleepy).run(shutdown.clone()));
    for n in 1..=3 {
        world.enqueue("works").await;
        world.until("select count(*) from jobs where state = 'done'", n).await;
    }
    shutdown.cancel();
    worker.await.expect("it stops");
}

#[tokio::test]
async fn a_worker_that_stops_leaves_no_lease() {
    let world = World::new().await;
    world.enqueue_all(&world.ctx, &vec![world.job("blocks"); 3]).await;
    let shutdown = CancellationToken::new();
    let config = RunnerConfig { grace: Duration::from_millis(50), concurrency: 2, ..quick() };
    let worker = tokio::spawn(world.runner_with(config).run(shutdown.clone()));
    world.until("select count(*) from jobs where state = 'running'", 2).await;
    shutdown.cancel();
    worker.await.expect("it stops though its jobs do not end");
    let left =
        "select count(*) from jobs where state = 'queued' and ready and attempts = 0 and lease_owner is null
        and lease_until is null and slot is null";
    assert_eq!(world.count(left, &[]).await, 3);
}
