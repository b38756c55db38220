//! `cargo xtask bench xmin`: jobs worked off and events delivered while somebody holds a repeatable-read transaction open, so
//! that Postgres may clear nothing away, beside the same without it. Prints one line of JSON.

mod support;

use std::sync::Arc;
use std::time::Duration;

use kernel_core::Ctx;
use kernel_db::Db;
use support::log::{Adding, append, name, relay};
use support::work::{self, AtWork};
use support::{Postgres, Times, argument};

async fn work_off(ctx: &Ctx, db: &Db, jobs: usize) {
    for _ in 0..jobs / 1_000 {
        work::ask(ctx, db, 1_000).await;
    }
    let mut at_work = AtWork::start(db, Duration::ZERO);
    at_work.next(jobs / 1_000 * 1_000).await;
    at_work.stop().await;
}

#[tokio::main]
async fn main() {
    let (count, rounds) = (argument(1, 10_000), argument(2, 7).max(5));
    let postgres = Postgres::start().await;
    let (app, ctx) = postgres.app().await;
    kernel_events::open_log(&app.db).await.expect("the log opens");
    append(&ctx, &app.db, count * 10).await;
    let (mut free, mut held) = <([Times; 2], [Times; 2])>::default();
    for round in 0..rounds * 2 {
        let is_held = round % 2 == 1;
        postgres.batch("truncate jobs").await;
        postgres.batch("vacuum analyze").await;
        let (holder, connection) = postgres.config().connect(kernel_db::NoTls).await.expect("a connection");
        tokio::spawn(connection);
        if is_held {
            let hold = "begin isolation level repeatable read; select count(*) from tenants";
            holder.batch_execute(hold).await.expect("the transaction begins");
        }
        let [jobs, events] = if is_held { &mut held } else { &mut free };
        jobs.time_async(work_off(&ctx, &app.db, count)).await;
        let sink = Arc::new(Adding::default());
        let relay = relay(&app, name(round), Arc::clone(&sink));
        events.time_async(relay.run_due()).await.expect("the log is delivered");
        sink.expect(count * 10);
    }
    let [free_jobs, free_events] = &free;
    let [held_jobs, held_events] = &held;
    println!(
        "{}",
        serde_json::json!({
            "bench": "xmin", "unit": "s", "jobs": count, "events": count * 10, "rounds": rounds,
            "settings": postgres.settings().await, "jobs_free": free_jobs.shown(1.0), "jobs_held": held_jobs.shown(1.0),
            "events_free": free_events.shown(1.0), "events_held": held_events.shown(1.0),
            "throughput_of_jobs": free_jobs.ratio(held_jobs), "throughput_of_events": free_events.ratio(held_events),
        })
    );
    drop(app);
    postgres.stop().await;
}
