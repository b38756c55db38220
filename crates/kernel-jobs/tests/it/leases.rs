//! Jobs exist with their transaction, run under a lease that can be taken over, and give up only after many attempts.

use std::time::Duration;

use jiff::{SignedDuration, Span};
use kernel_core::Role;
use kernel_jobs::{Job, LEASE_LOST, NewJob, RunnerConfig, backoff, enqueue, hold_lease, retry};
use kernel_test::FixedClock;
use serde_json::json;
use tokio_util::sync::CancellationToken;

use crate::support::World;

#[tokio::test]
async fn a_job_exists_only_if_its_transaction_commits() {
    let world = World::new().await;
    let tx = world.db.db.tenant_tx(world.ctx.tenant).await.expect("a transaction");
    let job = NewJob::new("works", json!({}), world.ctx.now());
    enqueue(&world.ctx, &tx, &[job]).await.expect("enqueued");
    drop(tx);
    assert_eq!(world.runner().run_due().await.expect("nothing is due"), 0);
    world.enqueue("works").await;
    assert_eq!(world.runner().run_due().await.expect("one is due"), 1);
    assert_eq!((world.only_job().await, world.runs()), (("done".to_owned(), 1, 1), 1));
}

#[tokio::test]
async fn a_job_is_not_run_before_its_time() {
    let world = World::new().await;
    let tx = world.db.db.tenant_tx(world.ctx.tenant).await.expect("a transaction");
    let run_at = world.ctx.now().checked_add(Span::new().hours(1)).expect("an instant");
    enqueue(&world.ctx, &tx, &[NewJob::new("works", json!({}), run_at)]).await.expect("enqueued");
    tx.commit().await.expect("a commit");
    assert_eq!(world.runner().run_due().await.expect("nothing is due"), 0);
    world.clock.advance(Span::new().hours(1));
    assert_eq!(world.runner().run_due().await.expect("one is due"), 1);
}

#[tokio::test]
async fn a_lease_that_ran_out_is_taken_over_and_its_old_holder_commits_nothing() {
    let world = World::new().await;
    world.enqueue("works").await;
    // A worker that died while it held the job: leased, and never put down.
    let owner = world.db.owner().await;
    let lease = "update jobs set state = 'running', fence = 1, attempts = 1, lease_until = $1";
    let until = world.ctx.now().checked_add(Span::new().seconds(30)).expect("an instant");
    owner.execute(lease, &[&until]).await.expect("a lease");
    assert_eq!(world.runner().run_due().await.expect("it is leased"), 0);
    world.clock.advance(Span::new().seconds(31));
    let held_by = |fence| {
        let job = world.notes.held.lock().expect("no panic").last().cloned().expect("a job");
        Job { fence, ..job }
    };
    assert_eq!(world.runner().run_due().await.expect("it is due"), 1);
    assert_eq!(world.only_job().await, ("done".to_owned(), 2, 2));

    owner
        .execute("update jobs set state = 'running', lease_until = now()", &[])
        .await
        .expect("running again");
    let tx = world.db.db.tenant_tx(world.ctx.tenant).await.expect("a transaction");
    let refused = hold_lease(&tx, &held_by(1)).await.expect_err("the old fence");
    assert_eq!(refused.code, LEASE_LOST);
    hold_lease(&tx, &held_by(2)).await.expect("the newest fence");
}

#[tokio::test]
async fn a_failing_job_is_retried_with_pauses_and_dead_in_the_end() {
    let world = World::new().await;
    world.enqueue("fails").await;
    let runner = world.runner();
    for attempt in 1..=25 {
        assert_eq!(runner.run_due().await.expect("it is due"), 1, "attempt {attempt}");
        assert_eq!(runner.run_due().await.expect("it pauses"), 0, "attempt {attempt}");
        world.clock.advance(Span::new().minutes(11));
    }
    assert_eq!((world.only_job().await, world.runs()), (("dead".to_owned(), 25, 25), 25));
}

/// Has so many processes die at the job, one after the other, and their leases run out.
async fn die_at_it(world: &World, processes: usize) {
    for _ in 0..processes {
        let runner = world.runner();
        let begun = world.begun().len();
        let process = tokio::spawn(async move { runner.run_due().await });
        let begins = async {
            while world.begun().len() == begun {
                tokio::time::sleep(Duration::from_millis(2)).await;
            }
        };
        tokio::time::timeout(Duration::from_secs(60), begins).await.expect("it is begun");
        process.abort();
        assert!(process.await.is_err_and(|ended| ended.is_cancelled()), "it ended by itself");
        world.clock.advance(Span::new().seconds(31));
    }
}

#[tokio::test]
async fn a_job_that_nobody_survives_is_dead_in_the_end_and_can_be_tried_again() {
    let world = World::new().await;
    world.enqueue("blocks").await;
    die_at_it(&world, 100).await;
    let runner = world.runner();
    let next = tokio::time::timeout(Duration::from_secs(30), runner.run_due()).await;
    assert_eq!(next.expect("it is not begun once more").expect("brought round"), 0);
    assert_eq!(world.only_job().await, ("dead".to_owned(), 100, 100));
    let told = "select count(*) from jobs where last_error like '100 workers in a row died at this%'
         and finished_at is not null and lease_owner is null and not ready";
    assert_eq!(world.count(told, &[]).await, 1);

    let tx = world.db.db.tenant_tx(world.ctx.tenant).await.expect("a transaction");
    let id = world.begun().last().expect("it was begun").id;
    retry(&world.ctx, &tx, id).await.expect("it is tried again");
    tx.commit().await.expect("a commit");
    die_at_it(&world, 1).await;
    world.notes.gate.add_permits(1);
    assert_eq!(world.runner().run_due().await.expect("it is due"), 1);
    assert_eq!(world.only_job().await.0, "done");
}

#[tokio::test]
async fn whoever_ends_in_order_begins_the_count_of_deaths_anew() {
    let world = World::new().await;
    world.enqueue("blocks").await;
    die_at_it(&world, 99).await;
    let stop = CancellationToken::new();
    let config = RunnerConfig { grace: Duration::ZERO, ..RunnerConfig::default() };
    let stopping = tokio::spawn(world.runner_with(config).run(stop.clone()));
    world.until("select count(*) from jobs where state = 'running'", 1).await;
    stop.cancel();
    stopping.await.expect("it ends in order");
    die_at_it(&world, 1).await;
    world.notes.gate.add_permits(1);
    assert_eq!(world.runner().run_due().await.expect("it is due"), 1, "ordinary work died");
    assert_eq!(world.only_job().await.0, "done");
}

#[tokio::test]
async fn a_panic_and_an_unknown_kind_are_failures_like_others() {
    for kind in ["panics", "nobody knows"] {
        let world = World::new().await;
        world.enqueue(kind).await;
        assert_eq!(world.runner().run_due().await.expect("it is due"), 1);
        assert_eq!(world.only_job().await, ("queued".to_owned(), 1, 1), "{kind}");
    }
}

#[tokio::test]
async fn waiting_in_order_is_not_counted_as_an_attempt() {
    let world = World::new().await;
    world.enqueue("waits").await;
    for fence in 1..=40 {
        assert_eq!(world.runner().run_due().await.expect("it is due"), 1);
        assert_eq!(world.only_job().await, ("queued".to_owned(), 0, fence));
        world.clock.advance(Span::new().minutes(1));
    }
}

#[test]
fn pauses_grow_to_minutes() {
    let second = SignedDuration::from_secs(1);
    assert!(backoff(1) >= second && backoff(1) <= second * 2);
    assert!(backoff(5) >= second * 16);
    for attempts in [9, 25, i32::MAX] {
        assert!(backoff(attempts) >= second * 256 && backoff(attempts) <= second * 600, "{attempts}");
    }
}

#[tokio::test]
async fn a_job_from_a_clock_ahead_of_ours_is_held_as_long_as_any() {
    let world = World::new().await;
    let ahead = FixedClock::at(world.ctx.now().checked_add(Span::new().minutes(1)).expect("an instant"));
    let there = kernel_test::ctx_at(world.ctx.tenant, Role::Admin, &ahead);
    let job = NewJob::new("blocks", json!({}), there.now());
    world.enqueue_all(&there, &[job]).await;
    let runner = world.runner();
    let first = tokio::spawn(async move { runner.run_due().await });
    world.until("select count(*) from jobs where state = 'running'", 1).await;
    world.clock.advance(Span::new().minutes(1));
    assert_eq!(world.count("select count(*) from jobs where lease_until > $1", &[&world.ctx.now()]).await, 1);
    world.notes.gate.add_permits(1);
    assert_eq!(first.await.expect("it ends").expect("it ran"), 1);
    assert_eq!(world.only_job().await, ("done".to_owned(), 1, 1));
}
