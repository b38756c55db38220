//! Several processes with the same consumers: one reads, another takes over, and a late one commits nothing.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use jiff::Span;
use kernel_core::Result;
use kernel_events::{Consumer, Delivery, InOrder, Relay, Settling, Sink};
use tokio_util::sync::CancellationToken;

use crate::support::{Ear, World, sums};

/// A sink behind which an hour passes and another process delivers, before it answers for the first time.
struct Sleeper {
    inner: Arc<dyn Sink>,
    other: Relay,
    clock: kernel_test::FixedClock,
    calls: AtomicUsize,
}

impl Sink for Sleeper {
    fn deliver<'a>(&'a self, batch: &'a [Delivery]) -> Settling<'a> {
        Box::pin(async move {
            let verdicts = self.inner.deliver(batch).await?;
            if self.calls.fetch_add(1, Ordering::SeqCst) == 0 {
                self.clock.advance(Span::new().hours(1));
                self.other.run_due().await?;
            }
            Ok(verdicts)
        })
    }
}

#[tokio::test]
async fn a_process_that_lost_its_lease_moves_nothing_and_nothing_counts_twice() {
    let world = World::new().await;
    let consumer = sums(&world, Arc::default()).await;
    world.tell(&["a:1", "a:2", "b:4", "c:8", "c:16", "a:32"]).await;
    let sleeper = Sleeper {
        inner: Arc::clone(&consumer.sink),
        other: world.relay(vec![consumer.clone()]),
        clock: world.clock.clone(),
        calls: AtomicUsize::new(0),
    };
    let late = world.relay_of(vec![Consumer { sink: Arc::new(sleeper), ..consumer }], 2);
    late.run_due().await.expect("given up quietly");
    assert_eq!(world.number("select sum(total)::bigint from sums").await, 63);
    assert_eq!(
        world.number("select delivered from event_consumers").await,
        6,
        "the late batch was counted too"
    );
}

#[tokio::test]
async fn while_one_process_reads_another_does_not() {
    let world = World::new().await;
    let ear = Ear::default();
    world.tell(&["a:1"]).await;
    world
        .db
        .owner()
        .await
        .batch_execute(
            "insert into event_consumers (name, lease_owner, lease_until)
             values ('ear', gen_random_uuid(), '2026-11-02T09:00:30Z')",
        )
        .await
        .expect("another process");
    let relay = world.relay(vec![ear.consumer("ear")]);
    relay.run_due().await.expect("nothing");
    assert!(ear.taken().is_empty());
    world.seconds_pass(31);
    relay.run_due().await.expect("delivered");
    assert_eq!(ear.taken(), ["a:1"]);
}

#[tokio::test]
async fn a_relay_delivers_while_it_runs_and_gives_its_leases_back() {
    let world = World::new().await;
    let taken = Arc::new(tokio::sync::Semaphore::new(0));
    let noted = Arc::clone(&taken);
    let sink = InOrder(move |_: Delivery| -> Pin<Box<dyn Future<Output = Result<()>> + Send>> {
        noted.add_permits(1);
        Box::pin(async { Ok(()) })
    });
    let shutdown = CancellationToken::new();
    let relay = world.relay(vec![Consumer::new("counter", Arc::new(sink))]);
    let running = tokio::spawn(relay.run(shutdown.clone()));
    world.tell(&["a:1", "a:2", "b:1"]).await;
    let all = tokio::time::timeout(Duration::from_secs(30), taken.acquire_many(3)).await;
    all.expect("delivered in time").expect("open").forget();
    world.tell(&["a:3"]).await;
    let last = tokio::time::timeout(Duration::from_secs(30), taken.acquire()).await;
    last.expect("delivered in time").expect("open").forget();
    shutdown.cancel();
    running.await.expect("the relay ends");
    assert_eq!(world.number("select count(*) from event_consumers where lease_until is not null").await, 0);
}
