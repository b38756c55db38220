//! An event log of any length, and the sink that every reader of it feeds.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use kernel_core::Ctx;
use kernel_db::Db;
use kernel_events::{Consumer, Delivery, Event, Logged, Relay, RelayConfig, Settling, Sink, Verdict};

/// Appended in one transaction.
const AT_ONCE: usize = 1_000;
/// Things that the events are about.
const THINGS: usize = 10_000;

/// Appends `count` events about things that take turns.
pub async fn append(ctx: &Ctx, db: &Db, count: usize) {
    for from in (0..count).step_by(AT_ONCE) {
        let events: Vec<Event> = (from..count.min(from + AT_ONCE)).map(event).collect();
        let tx = db.tenant_tx(ctx.tenant).await.expect("a transaction");
        kernel_events::append(ctx, &tx, &events).await.expect("the events are taken");
        tx.commit().await.expect("a commit");
    }
}

fn event(place: usize) -> Event {
    Event {
        key: format!("bench/{place}"),
        kind: "price.changed",
        entity_type: "variant",
        entity_id: format!("var_{}", place % THINGS),
        payload: serde_json::json!({ "place": place + 1, "before": "19.90", "after": "17.90", "currency": "EUR" }),
    }
}

/// Adds up what events say, so that whoever leaves one out or repeats one is found out.
#[derive(Default)]
pub struct Adding {
    events: AtomicU64,
    places: AtomicU64,
}

impl Adding {
    /// Takes one event: its payload is read as every consumer must.
    pub fn take(&self, event: &Logged) {
        let place = event.payload()["place"].as_u64().expect("a place");
        self.events.fetch_add(1, Ordering::Relaxed);
        self.places.fetch_add(place, Ordering::Relaxed);
    }

    /// Panics unless each of `count` events came once.
    pub fn expect(&self, count: usize) {
        let count = count as u64;
        assert_eq!(self.events.load(Ordering::Relaxed), count, "not every event came once");
        assert_eq!(self.places.load(Ordering::Relaxed), count * (count + 1) / 2, "other events came");
    }
}

impl Sink for Adding {
    fn deliver<'a>(&'a self, batch: &'a [Delivery]) -> Settling<'a> {
        batch.iter().for_each(|delivery| self.take(&delivery.event));
        Box::pin(async move { Ok(vec![Verdict::Settled; batch.len()]) })
    }
}

/// A relay of one consumer of this name.
pub fn relay(app: &calibr::app::App, name: &'static str, sink: Arc<Adding>) -> Relay {
    let consumer = Consumer::new(name, sink);
    Relay::new(app.db.clone(), Arc::clone(&app.clock), vec![consumer], RelayConfig::default())
}

/// A name that no consumer had yet; names live as long as the program.
pub fn name(round: usize) -> &'static str {
    format!("bench-{round}").leak()
}
