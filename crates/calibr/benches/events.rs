//! `cargo xtask bench events`: 1,000,000 events of the log delivered to a consumer, beside a bare read of the same rows by
//! key into the same sink, and beside graphile-worker and pg-boss working off as many jobs over the same Postgres. Each
//! reader must have had every event once before any time counts. Prints one line of JSON.
//! `events 1000000 5 1`: five rounds of ours, one of the peers, which take minutes each.

mod support;

use std::sync::Arc;

use support::log::{Adding, append, name, relay};
use support::{Postgres, Times, argument, bare, peers};

#[tokio::main]
async fn main() {
    let (count, rounds, rounds_peers) =
        (argument(1, 1_000_000), argument(2, 5).max(3), argument(3, 3).max(1));
    let postgres = Postgres::start().await;
    let (app, ctx) = postgres.app().await;
    kernel_events::open_log(&app.db).await.expect("the log opens");
    append(&ctx, &app.db, count).await;
    postgres.batch("vacuum analyze").await;
    // What the application wrote while it was set up is in the log too.
    let others = postgres.one("select count(*) from event_log where type <> 'price.changed'").await;
    assert_eq!(others.get::<_, i64>(0), 0, "the log holds other events");
    let (mut ours, mut keyset) = <(Times, Times)>::default();
    for round in 0..rounds {
        let sink = Arc::new(Adding::default());
        let relay = relay(&app, name(round), Arc::clone(&sink));
        ours.time_async(relay.run_due()).await.expect("the log is delivered");
        sink.expect(count);
        let sink = Adding::default();
        keyset.time_async(bare::keyset(&postgres, |event| sink.take(event))).await;
        sink.expect(count);
    }
    let words = count.to_string();
    let (mut graphile, mut boss) = <(Times, Times)>::default();
    for _ in 0..rounds_peers {
        graphile.push(peers::seconds(&peers::node(&postgres, "graphile.mjs", &["drain", &words])));
        postgres.batch("drop schema graphile_worker cascade").await;
        boss.push(peers::seconds(&peers::node(&postgres, "pg-boss.mjs", &[&words])));
        postgres.batch("drop schema pgboss cascade").await;
    }
    println!(
        "{}",
        serde_json::json!({
            "bench": "events", "unit": "s", "events": count, "rounds": rounds, "rounds_peers": rounds_peers,
            "settings": postgres.settings().await, "ours": ours.shown(1.0), "keyset": keyset.shown(1.0),
            "graphile_worker": graphile.shown(1.0), "pg_boss": boss.shown(1.0),
            "events_per_s": (count as f64 / ours.median()).round(), "speed_to_keyset": keyset.ratio(&ours),
            "speed_to_graphile_worker": graphile.ratio(&ours), "speed_to_pg_boss": boss.ratio(&ours),
        })
    );
    drop(app);
    postgres.stop().await;
}
