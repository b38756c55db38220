//! `cargo xtask bench jobs`: from asking for a job to its start, one at a time, beside graphile-worker and beside a bare
//! commit of a row and a read of it, all over the same Postgres. Prints one line of JSON.

mod support;

use std::time::{Duration, Instant};

use support::work::{self, AtWork};
use support::{Postgres, argument, peers};

/// Between two jobs, so that each meets an idle worker.
const PAUSE: Duration = Duration::from_millis(5);

#[tokio::main]
async fn main() {
    let count = argument(1, 2_000);
    let postgres = Postgres::start().await;
    let (app, ctx) = postgres.app().await;
    let mut at_work = AtWork::start(&app.db, Duration::ZERO);
    let mut ours = Vec::new();
    for _ in 0..count {
        let began = Instant::now();
        work::ask(&ctx, &app.db, 1).await;
        ours.push((at_work.next(1).await[0].at - began).as_secs_f64() * 1e3);
        tokio::time::sleep(PAUSE).await;
    }
    at_work.stop().await;
    let bare = bare(&postgres, count).await;
    let printed = peers::node(&postgres, "graphile.mjs", &["latency", &count.to_string()]);
    let graphile: Vec<f64> = serde_json::from_value(printed["waits_ms"].clone()).expect("waits");
    let ratio = |peer: &[f64], percent| {
        let ratio = work::percentile(&ours, percent) / work::percentile(peer, percent);
        (ratio * 1_000.0).round() / 1_000.0
    };
    println!(
        "{}",
        serde_json::json!({
            "bench": "jobs", "unit": "ms", "jobs": count, "settings": postgres.settings().await,
            "ours": work::shown(&ours), "bare": work::shown(&bare), "graphile_worker": work::shown(&graphile),
            "p50_ratio_to_bare": ratio(&bare, 50), "p50_ratio_to_graphile_worker": ratio(&graphile, 50),
            "p99_ratio_to_bare": ratio(&bare, 99), "p99_ratio_to_graphile_worker": ratio(&graphile, 99),
        })
    );
    drop(app);
    postgres.stop().await;
}

/// The least that any queue in a database needs: a row is committed, another connection reads it.
async fn bare(postgres: &Postgres, count: usize) -> Vec<f64> {
    postgres.batch("create table bench_queue (place bigint primary key, payload jsonb not null)").await;
    let (reader, connection) = postgres.config().connect(kernel_db::NoTls).await.expect("a connection");
    tokio::spawn(connection);
    let insert = "insert into bench_queue values ($1, '{}')";
    let insert = postgres.owner().prepare(insert).await.expect("it is understood");
    let read =
        reader.prepare("select payload from bench_queue where place = $1").await.expect("it is understood");
    let mut waits = Vec::new();
    for place in 0..count as i64 {
        let began = Instant::now();
        postgres.owner().execute(&insert, &[&place]).await.expect("a row");
        reader.query_one(&read, &[&place]).await.expect("the row");
        waits.push(began.elapsed().as_secs_f64() * 1e3);
        tokio::time::sleep(PAUSE).await;
    }
    waits
}
