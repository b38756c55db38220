//! Partitions by month: made ahead, filled from what came too early, dropped once everybody has passed.

use jiff::Span;
use jiff::civil::date;
use kernel_core::Clock;
use kernel_events::{NewReplay, append, forget_consumer, keep, request_replay, statuses};

use crate::support::{Ear, World, event};

const PARTS: &str = "select count(*) from pg_inherits where inhparent = 'event_log'::regclass";

/// Moves the clock to the middle of a month after that of the start.
fn months_pass(world: &World, months: i64) {
    world.clock.advance(Span::new().hours(24 * 30 * months + 24 * 5));
}

#[tokio::test]
async fn months_are_made_ahead_and_take_what_came_before_them() {
    let world = World::new().await;
    months_pass(&world, 60);
    world.tell(&["a:1", "a:2"]).await;
    let strays = "select count(*) from calibr_log.event_log_default";
    assert_eq!(world.number(strays).await, 2);
    let before = world.number(PARTS).await;
    keep(world.db(), world.clock.now(), None).await.expect("kept");
    assert_eq!(world.number(PARTS).await, before + 3);
    assert_eq!(world.number(strays).await, 0);
    let ear = Ear::default();
    world.tell(&["a:3"]).await;
    world.relay(vec![ear.consumer("ear")]).run_due().await.expect("delivered");
    assert_eq!(ear.taken(), ["a:1", "a:2", "a:3"]);
    keep(world.db(), world.clock.now(), None).await.expect("kept again");
    assert_eq!(world.number(PARTS).await, before + 3);
}

#[tokio::test]
async fn a_month_is_dropped_only_after_every_consumer_has_passed_it() {
    let world = World::new().await;
    let (ear, slow) = (Ear::default(), Ear::default());
    keep(world.db(), world.clock.now(), None).await.expect("kept");
    world.tell(&["a:1", "b:1"]).await;
    world.relay(vec![slow.consumer("slow")]).run_due().await.expect("delivered");
    world.tell(&["a:2"]).await;
    world.relay(vec![ear.consumer("ear")]).run_due().await.expect("delivered");
    months_pass(&world, 3);
    world.tell(&["a:3"]).await;
    let now = world.clock.now();

    let kept = keep(world.db(), now, Some(2)).await.expect("kept");
    assert!(kept.dropped.is_empty(), "dropped what `slow` has not seen: {kept:?}");
    assert!(kept.needed.contains(&date(2026, 11, 1)), "{kept:?}");
    world.relay(vec![slow.consumer("slow")]).run_due().await.expect("delivered");
    assert_eq!(slow.taken(), ["a:1", "b:1", "a:2", "a:3"]);

    let kept = keep(world.db(), now, Some(12)).await.expect("kept");
    assert!(kept.dropped.is_empty(), "dropped what is to be kept for a year: {kept:?}");
    let kept = keep(world.db(), now, Some(2)).await.expect("kept");
    assert!(kept.dropped.contains(&date(2026, 11, 1)), "{kept:?}");
    assert_eq!(world.number("select count(*) from event_log").await, 1);
    world.relay(vec![ear.consumer("ear")]).run_due().await.expect("delivered");
    assert_eq!(ear.taken().last().map(String::as_str), Some("a:3"));
}

#[tokio::test]
async fn a_consumer_that_nobody_runs_any_more_can_be_forgotten_and_holds_no_month() {
    let world = World::new().await;
    let (ear, retired) = (Ear::default(), Ear::default());
    retired.absurd.lock().expect("no panic").insert("a:1".to_owned());
    retired.hurt(&["b:1"]);
    keep(world.db(), world.clock.now(), None).await.expect("kept");
    world.tell(&["a:1", "b:1", "b:2"]).await;
    world.relay(vec![ear.consumer("ear"), retired.consumer("retired")]).run_due().await.expect("delivered");
    world.tell(&["c:1"]).await;
    let tx = world.db().tenant_tx(world.ctx.tenant).await.expect("a transaction");
    let replay = NewReplay { consumer: "retired".to_owned(), from_position: 1, to_position: 3 };
    request_replay(&world.ctx, &tx, &replay).await.expect("asked for");
    let forgotten = forget_consumer(&tx, "retired", world.clock.now()).await;
    assert_eq!(forgotten.expect_err("it was heard of just now").code, "consumer.in_use");
    assert_eq!(forget_consumer(&tx, "nobody", world.clock.now()).await.expect_err("none").code, "not_found");
    tx.commit().await.expect("a commit");

    months_pass(&world, 6);
    let now = world.clock.now();
    world.relay(vec![ear.consumer("ear")]).run_due().await.expect("delivered");
    let kept = keep(world.db(), now, Some(1)).await.expect("kept");
    assert!(kept.needed.contains(&date(2026, 11, 1)), "{kept:?}");
    let hold = "update event_consumers set lease_until = '2100-01-01' where name = 'retired'";
    world.db.owner().await.execute(hold, &[]).await.expect("held");
    let tx = world.db().tenant_tx(world.ctx.tenant).await.expect("a transaction");
    let status = statuses(&tx, now).await.expect("statuses").remove(1);
    assert_eq!((status.name.as_str(), status.silent_s), ("retired", Some(185 * 24 * 3600)));
    assert_eq!(forget_consumer(&tx, "retired", now).await.expect_err("it is held").code, "consumer.in_use");
    drop(tx);
    world.db.owner().await.execute("update event_consumers set lease_until = null", &[]).await.expect("free");
    let tx = world.db().tenant_tx(world.ctx.tenant).await.expect("a transaction");
    forget_consumer(&tx, "retired", now).await.expect("forgotten");
    tx.commit().await.expect("a commit");

    let kept = keep(world.db(), now, Some(1)).await.expect("kept");
    assert!(kept.dropped.contains(&date(2026, 11, 1)), "{kept:?}");
    let left = "select (select count(*) from event_deliveries) + (select count(*) from event_replays where finished_at is null)
            + (select count(*) from dlq_event_log where state <> 'dropped')";
    assert_eq!(world.number(left).await, 0);
    world.relay(vec![ear.consumer("ear")]).run_due().await.expect("the others go on");
    assert_eq!(ear.taken(), ["a:1", "b:1", "b:2", "c:1"]);
}

#[tokio::test]
async fn a_month_with_a_dead_letter_stays() {
    let world = World::new().await;
    let ear = Ear::default();
    ear.absurd.lock().expect("no panic").insert("a:1".to_owned());
    keep(world.db(), world.clock.now(), None).await.expect("kept");
    world.tell(&["a:1"]).await;
    months_pass(&world, 6);
    world.relay(vec![ear.consumer("ear")]).run_due().await.expect("delivered");
    let kept = keep(world.db(), world.clock.now(), Some(1)).await.expect("kept");
    assert!(kept.needed.contains(&date(2026, 11, 1)), "{kept:?}");
    assert_eq!(world.number("select count(*) from event_log").await, 1);
}

#[tokio::test]
async fn keys_are_forgotten_after_their_time_and_not_before() {
    let world = World::new().await;
    world.tell(&["a:1"]).await;
    world.clock.advance(Span::new().hours(24 * 29));
    keep(world.db(), world.clock.now(), None).await.expect("kept");
    world.tell(&["a:1"]).await;
    assert_eq!(world.number("select count(*) from event_log").await, 1);
    world.clock.advance(Span::new().hours(24 * 2));
    keep(world.db(), world.clock.now(), None).await.expect("kept");
    world.tell(&["a:1"]).await;
    assert_eq!(world.number("select count(*) from event_log").await, 2);
}

#[tokio::test]
async fn partitions_are_no_way_around_the_policies() {
    let world = World::new().await;
    world.tell(&["a:1"]).await;
    let other = world.other().await;
    let tx = world.db().tenant_tx(other.tenant).await.expect("a transaction");
    assert!(tx.query("select 1 from calibr_log.event_log_default", &[]).await.is_err());
    let tx = world.db().tenant_tx(other.tenant).await.expect("a transaction");
    assert!(tx.query("select 1 from event_log", &[]).await.expect("the log").is_empty());
    assert!(tx.execute("select calibr_event_log_drop('2026-11-01')", &[]).await.is_err());
    let tx = world.db().tenant_tx(other.tenant).await.expect("a transaction");
    append(&other, &tx, &[event("b:1")]).await.expect("appended");
}
