//! A handler that does not end, or a batch that takes too long, holds up nothing for ever and is blamed on nobody else.

use std::collections::BTreeSet;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use kernel_core::Result;
use kernel_events::{Consumer, Delivery, InOrder, Relay, RelayConfig};
use tokio_util::sync::CancellationToken;

use crate::support::{World, by_thing};

/// A batch may take half of it: long enough for a busy machine to take sixteen events that do nothing.
const LEASE: Duration = Duration::from_millis(600);

/// What hangs, and how long everything else takes.
#[derive(Clone, Default)]
struct Slow {
    hangs: Arc<Mutex<BTreeSet<String>>>,
    takes: Duration,
    heard: Arc<Mutex<Vec<String>>>,
    taken: Arc<Mutex<Vec<String>>>,
}

impl Slow {
    fn hanging(words: &[&str]) -> Self {
        let slow = Self::default();
        *slow.hangs.lock().expect("no panic") = words.iter().map(ToString::to_string).collect();
        slow
    }

    fn relay(&self, world: &World, batch: i64) -> Relay {
        self.relay_with(world, RelayConfig { batch, lease: LEASE, ..RelayConfig::default() })
    }

    fn relay_with(&self, world: &World, config: RelayConfig) -> Relay {
        let slow = self.clone();
        let sink = InOrder(move |delivery: Delivery| -> Pin<Box<dyn Future<Output = Result<()>> + Send>> {
            let slow = slow.clone();
            Box::pin(async move { slow.take(&delivery).await })
        });
        let consumer = Consumer { attempts_max: 3, ..Consumer::new("slow", Arc::new(sink)) };
        Relay::new(world.db().clone(), Arc::new(world.clock.clone()), vec![consumer], config)
    }

    async fn take(&self, delivery: &Delivery) -> Result<()> {
        let word = delivery.event.payload()["word"].as_str().expect("a word").to_owned();
        self.heard.lock().expect("no panic").push(word.clone());
        if self.hangs.lock().expect("no panic").contains(&word) {
            std::future::pending::<()>().await;
        }
        if !self.takes.is_zero() {
            tokio::time::sleep(self.takes).await;
        }
        self.taken.lock().expect("no panic").push(word);
        Ok(())
    }

    fn heals(&self) {
        self.hangs.lock().expect("no panic").clear();
    }

    /// What was taken, each once, in the order in which it came first.
    fn taken(&self) -> Vec<String> {
        let mut seen = BTreeSet::new();
        self.taken.lock().expect("no panic").iter().filter(|word| seen.insert(*word)).cloned().collect()
    }

    fn times_heard(&self, word: &str) -> usize {
        self.heard.lock().expect("no panic").iter().filter(|heard| *heard == word).count()
    }
}

/// Sixteen events of eight things, in turn.
const WORDS: [&str; 16] = [
    "a:1", "b:1", "c:1", "d:1", "e:1", "f:1", "g:1", "h:1", "a:2", "b:2", "c:2", "d:2", "e:2", "f:2", "g:2",
    "h:2",
];

#[tokio::test]
async fn an_event_that_hangs_is_found_and_holds_up_its_own_thing_only() {
    let world = World::new().await;
    let slow = Slow::hanging(&["f:1"]);
    let relay = slow.relay(&world, 16);
    world.tell(&WORDS).await;
    relay.run_due().await.expect("delivered");
    assert_eq!(slow.taken().len(), 14, "{:?}", slow.taken());
    assert!(!slow.taken().contains(&"f:2".to_owned()), "a later event of the thing went ahead");
    // 16, 8, 4, 2 and 1: each wait halves what may be to blame.
    assert!(slow.times_heard("f:1") <= 5, "it was waited for {} times", slow.times_heard("f:1"));
    let blamed = "select count(*) from event_deliveries where entity_id = 'f' and attempts = 1
         and reason like 'slow did not take it within %'";
    assert_eq!(world.number(blamed).await, 1);
    assert_eq!(world.number("select count(*) from event_deliveries").await, 2);
    slow.heals();
    world.seconds_pass(3);
    relay.run_due().await.expect("delivered");
    assert_eq!(slow.taken().len(), 16);
    for (thing, words) in by_thing(&slow.taken()) {
        assert_eq!(words, [format!("{thing}:1"), format!("{thing}:2")]);
    }
    assert_eq!(world.number("select count(*) from event_deliveries").await, 0);
}

#[tokio::test]
async fn an_event_that_always_hangs_becomes_a_dead_letter_that_says_so() {
    let world = World::new().await;
    let slow = Slow::hanging(&["a:1"]);
    let relay = slow.relay(&world, 4);
    world.tell(&["a:1", "b:1", "a:2"]).await;
    for _ in 0..3 {
        relay.run_due().await.expect("delivered");
        world.seconds_pass(60);
    }
    relay.run_due().await.expect("delivered");
    assert_eq!(slow.taken(), ["b:1", "a:2"]);
    let dead = "select count(*) from dlq_event_log where entity_id = 'a' and attempts = 3
         and reason like 'slow did not take it within %'";
    assert_eq!(world.number(dead).await, 1);
    assert_eq!(world.number("select count(*) from dlq_event_log").await, 1);
}

#[tokio::test]
async fn a_sink_that_is_too_slow_for_a_whole_batch_gets_smaller_ones() {
    let world = World::new().await;
    // Sixteen would take 800 ms, and 300 are allowed.
    let slow = Slow { takes: Duration::from_millis(50), ..Slow::default() };
    world.tell(&WORDS).await;
    slow.relay(&world, 16).run_due().await.expect("delivered");
    assert_eq!(slow.taken(), WORDS);
    assert_eq!(
        world.number("select count(*) + (select count(*) from dlq_event_log) from event_deliveries").await,
        0
    );
}

#[tokio::test]
async fn what_is_new_goes_on_between_events_that_hang_again() {
    let world = World::new().await;
    let slow = Slow::hanging(&["a:1", "b:1"]);
    let relay = slow.relay(&world, 4);
    world.tell(&["a:1", "b:1"]).await;
    relay.run_due().await.expect("delivered");
    world.tell(&["c:1"]).await;
    world.seconds_pass(60);
    slow.heard.lock().expect("no panic").clear();
    relay.run_due().await.expect("delivered");
    let heard = slow.heard.lock().expect("no panic").clone();
    let new = heard.iter().position(|word| word == "c:1").expect("it came");
    assert!(new + 1 < heard.len(), "it waited for all that hang: {heard:?}");
    assert_eq!(world.number("select count(*) from event_deliveries where attempts = 2").await, 2);
}

#[tokio::test]
async fn a_relay_that_is_told_to_stop_does_not_wait_for_what_hangs() {
    let world = World::new().await;
    let slow = Slow::hanging(&["a:1"]);
    world.tell(&["a:1"]).await;
    let shutdown = CancellationToken::new();
    let config = RelayConfig { grace: Duration::from_millis(20), ..RelayConfig::default() };
    let running = tokio::spawn(slow.relay_with(&world, config).run(shutdown.clone()));
    let heard = async {
        while slow.times_heard("a:1") == 0 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(30), heard).await.expect("it came in time");
    shutdown.cancel();
    tokio::time::timeout(Duration::from_secs(5), running).await.expect("it ends in time").expect("no panic");
    assert_eq!(world.number("select count(*) from event_consumers where lease_owner is not null").await, 0);
    assert_eq!(world.number("select count(*) from event_deliveries").await, 0, "nobody is blamed");
}
