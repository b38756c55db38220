//! `cargo xtask bench replay`: 1,000,000 events delivered once more to a consumer that asked for it, beside a binary COPY of
//! the same columns that is decoded into the same sink. Prints one line of JSON.

mod support;

use std::sync::Arc;

use kernel_events::{NewReplay, request_replay};
use support::log::{Adding, append, name, relay};
use support::{Postgres, Times, argument, bare};

#[tokio::main]
async fn main() {
    let (count, rounds) = (argument(1, 1_000_000), argument(2, 5).max(3));
    let postgres = Postgres::start().await;
    let (app, ctx) = postgres.app().await;
    kernel_events::open_log(&app.db).await.expect("the log opens");
    append(&ctx, &app.db, count).await;
    postgres.batch("vacuum analyze").await;
    let consumer = name(0);
    relay(&app, consumer, Arc::default()).run_due().await.expect("the log is delivered");
    let (mut ours, mut copy) = <(Times, Times)>::default();
    for _ in 0..rounds {
        let tx = app.db.tenant_tx(ctx.tenant).await.expect("a transaction");
        let all = NewReplay { consumer: consumer.to_owned(), from_position: 1, to_position: i64::MAX };
        request_replay(&ctx, &tx, &all).await.expect("the replay is asked for");
        tx.commit().await.expect("a commit");
        let sink = Arc::new(Adding::default());
        let relay = relay(&app, consumer, Arc::clone(&sink));
        ours.time_async(relay.run_due()).await.expect("the log is delivered");
        sink.expect(count);
        let sink = Adding::default();
        copy.time_async(bare::copied(&postgres, |event| sink.take(event))).await;
        sink.expect(count);
    }
    println!(
        "{}",
        serde_json::json!({
            "bench": "replay", "unit": "s", "events": count, "rounds": rounds, "settings": postgres.settings().await,
            "ours": ours.shown(1.0), "copy_and_decode": copy.shown(1.0), "ratio_to_copy": ours.ratio(&copy),
        })
    );
    drop(app);
    postgres.stop().await;
}
