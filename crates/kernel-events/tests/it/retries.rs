//! What fails is tried again, later each time, and holds up nothing but its own thing.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use kernel_core::{Error, ErrorKind};
use kernel_events::{Consumer, Delivery, Settling, Sink, Verdict, statuses};

use crate::support::{Ear, World};

#[tokio::test]
async fn a_failing_event_holds_up_its_own_thing_only() {
    let world = World::new().await;
    let ear = Ear::default();
    ear.hurt(&["a:1"]);
    let relay = world.relay_of(vec![ear.consumer("ear")], 2);
    world.tell(&["a:1", "b:1", "a:2", "b:2", "a:3", "c:1"]).await;
    relay.run_due().await.expect("delivered");
    assert_eq!(ear.taken(), ["b:1", "b:2", "c:1"]);
    relay.run_due().await.expect("delivered");
    assert_eq!(ear.heard.lock().expect("no panic").len(), 4, "tried again before its time");
    ear.heal();
    world.seconds_pass(3);
    relay.run_due().await.expect("delivered");
    assert_eq!(ear.taken(), ["b:1", "b:2", "c:1", "a:1", "a:2", "a:3"]);
    world.tell(&["a:4"]).await;
    relay.run_due().await.expect("delivered");
    assert_eq!(ear.taken().last().map(String::as_str), Some("a:4"));
    assert_eq!(world.number("select count(*) from event_deliveries").await, 0);
}

#[tokio::test]
async fn things_of_two_tenants_with_one_name_do_not_hold_each_other_up() {
    let world = World::new().await;
    let ear = Ear::default();
    ear.hurt(&["a:1"]);
    let other = world.other().await;
    world.tell(&["a:1", "a:2"]).await;
    crate::support::tell(world.db(), &other, &["a:7"]).await;
    world.db.settled().await;
    world.relay(vec![ear.consumer("ear")]).run_due().await.expect("delivered");
    assert_eq!(ear.taken(), ["a:7"]);
}

#[tokio::test]
async fn consumers_do_not_hold_each_other_up() {
    let world = World::new().await;
    let (left, right) = (Ear::default(), Ear::default());
    left.hurt(&["a:1"]);
    world.tell(&["a:1", "a:2"]).await;
    world.relay(vec![left.consumer("left"), right.consumer("right")]).run_due().await.expect("delivered");
    assert!(left.taken().is_empty());
    assert_eq!(right.taken(), ["a:1", "a:2"]);
}

#[tokio::test]
async fn waits_double_until_the_attempts_are_used_up() {
    let world = World::new().await;
    let ear = Ear::default();
    ear.hurt(&["a:1"]);
    let relay = world.relay(vec![Consumer { attempts_max: 12, ..ear.consumer("ear") }]);
    world.tell(&["a:1"]).await;
    relay.run_due().await.expect("delivered");
    let mut waits = Vec::new();
    for _ in 1..12 {
        let left =
            "select ceil(extract(epoch from due_at - '2026-11-02T09:00:00Z'))::bigint from event_deliveries";
        let due = world.number(left).await;
        let passed = kernel_core::Clock::now(&world.clock).duration_since(kernel_test::epoch()).as_secs();
        waits.push(due - passed);
        world.seconds_pass(due - passed);
        relay.run_due().await.expect("delivered");
    }
    for (step, wait) in waits.iter().enumerate() {
        let least = (1_i64 << step).min(300);
        assert!((least..=2 * least + 1).contains(wait), "wait {step} was {wait} s: {waits:?}");
    }
    assert_eq!(world.number("select count(*) from event_deliveries").await, 0);
    assert_eq!(world.number("select attempts::bigint from dlq_event_log").await, 12);
}

/// A sink that is away while told so.
struct Door(Arc<AtomicBool>, Ear);

impl Sink for Door {
    fn deliver<'a>(&'a self, batch: &'a [Delivery]) -> Settling<'a> {
        Box::pin(async move {
            if self.0.load(Ordering::SeqCst) {
                return Err(Error::new(ErrorKind::Unavailable, "door.shut", "The door is shut."));
            }
            for delivery in batch {
                let word = delivery.event.payload()["word"].as_str().expect("a word").to_owned();
                self.1.taken.lock().expect("no panic").push(word);
            }
            Ok(vec![Verdict::Settled; batch.len()])
        })
    }
}

#[tokio::test]
async fn a_sink_that_is_away_blames_no_event() {
    let world = World::new().await;
    let (shut, ear) = (Arc::new(AtomicBool::new(true)), Ear::default());
    let relay = world.relay(vec![Consumer::new("door", Arc::new(Door(Arc::clone(&shut), ear.clone())))]);
    world.tell(&["a:1", "b:1"]).await;
    for _ in 0..20 {
        let error = relay.run_due().await.expect_err("the door is shut");
        assert_eq!(error.code, "door.shut");
    }
    world.seconds_pass(7);
    let tx = world.db().tenant_tx(world.ctx.tenant).await.expect("a transaction");
    let status = statuses(&tx, kernel_core::Clock::now(&world.clock)).await.expect("statuses").remove(0);
    drop(tx);
    assert_eq!((status.behind, status.age_s, status.retrying, status.dead), (2, 7, 0, 0));
    assert_eq!(status.last_error.as_deref(), Some("The door is shut."));
    shut.store(false, Ordering::SeqCst);
    relay.run_due().await.expect("delivered");
    assert_eq!(ear.taken(), ["a:1", "b:1"]);
    let tx = world.db().tenant_tx(world.ctx.tenant).await.expect("a transaction");
    let status = statuses(&tx, kernel_core::Clock::now(&world.clock)).await.expect("statuses").remove(0);
    assert_eq!((status.behind, status.age_s, status.last_error), (0, 0, None));
}

#[tokio::test]
async fn a_handler_that_panics_fails_like_any_other() {
    let world = World::new().await;
    let sink = kernel_events::InOrder(|delivery: Delivery| {
        let panics = delivery.event.entity_id == "a";
        Box::pin(async move {
            assert!(!panics, "on purpose");
            Ok(())
        }) as std::pin::Pin<Box<dyn Future<Output = kernel_core::Result<()>> + Send>>
    });
    world.tell(&["a:1", "b:1"]).await;
    world.relay(vec![Consumer::new("panics", Arc::new(sink))]).run_due().await.expect("delivered");
    let open =
        "select count(*) from event_deliveries where reason = 'the handler panicked' and entity_id = 'a'";
    assert_eq!(world.number(open).await, 1);
    assert_eq!(world.number("select delivered from event_consumers").await, 1);
}
