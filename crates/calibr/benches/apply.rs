//! `cargo xtask bench apply`: the results of applying 1,000,000 prices recorded as a run in bulk records them (result,
//! price version, audit and event of 500 prices in one commit, two batches at once), beside a binary COPY of the same rows
//! of the same tables with the same indexes. The shop is left out. Prints one line of JSON.

mod support;

use std::sync::Arc;

use calibr::app::App;
use calibr::channels::Connector;
use calibr::runs::measured::Intended;
use futures_util::{StreamExt, TryStreamExt, stream};
use kernel_core::Ctx;
use kernel_jobs::Job;
use serde_json::json;
use support::applied::{SHOP, StillShop};
use support::served::Served;
use support::{Catalogue, Postgres, Times, argument};

/// Batches at once, as many as a run in bulk has.
const AT_ONCE: usize = 2;

const CONNECTORS: &[(&str, Connector)] = &[("shopify", |_, _| Ok(Arc::new(StillShop)))];

#[tokio::main]
async fn main() {
    let (variants, rounds) = (argument(1, 1_000_000), argument(2, 3));
    let postgres = Postgres::start().await;
    let (app, ctx) = postgres.app_with(CONNECTORS).await;
    postgres.fill(&Catalogue::new(variants)).await;
    let served = Served::start(&app, &ctx, false).await;
    served.connect(SHOP, "http://127.0.0.1:9", "none").await;
    postgres.refer_to_shop().await;
    let (mut ours, mut copy, mut our_wal, mut copy_wal) = <(Times, Times, Times, Times)>::default();
    let mut rows = json!({});
    for _ in 0..rounds {
        let rule = json!({
            "schema": "rule.v1", "name": "all", "select": { "all_variants": true }, "steps": [{ "percent": "1" }],
        });
        let run = served.apply(&served.approved(&rule).await).await;
        let jobs = postgres.lease_batches(&ctx).await;
        let mut batches = intended(&app, &jobs).await;
        postgres.batch("checkpoint").await;
        let before = postgres.wal_bytes().await;
        let settled = ours.time_async(settle(&mut batches)).await;
        our_wal.push((postgres.wal_bytes().await - before) as f64);
        for batch in batches {
            batch.rest().await.expect("the batch is laid to rest");
        }
        served.settled(&run).await;
        rows = postgres.gather(&run, &jobs).await;
        assert_eq!(rows["price_versions"], settled, "each price has a version: {rows}");
        assert_eq!(rows["audit_records"], settled, "each price has a record: {rows}");
        postgres.batch("checkpoint").await;
        let before = postgres.wal_bytes().await;
        copy.time_async(postgres.copy()).await;
        copy_wal.push((postgres.wal_bytes().await - before) as f64);
    }
    println!(
        "{}",
        json!({
            "bench": "apply", "unit": "s", "variants": variants, "rows": rows, "rounds": rounds,
            "settings": postgres.settings().await, "ours": ours.shown(1.0), "copy_binary": copy.shown(1.0),
            "ratio_to_copy": ours.ratio(&copy), "wal_mb": our_wal.shown(1e-6), "wal_mb_copy": copy_wal.shown(1e-6),
            "wal_ratio_to_copy": our_wal.ratio(&copy_wal),
        })
    );
    served.stop().await;
    drop(app);
    postgres.stop().await;
}

async fn intended<'a>(app: &'a App, jobs: &'a [Job]) -> Vec<Intended<'a>> {
    let intents = jobs.iter().map(|job| async move {
        let ctx = Ctx::for_job(job.tenant, &job.kind, job.correlation_id, Arc::clone(&app.clock));
        Intended::of(app, &ctx, job).await
    });
    stream::iter(intents).buffer_unordered(AT_ONCE).try_collect().await.expect("the intents are stored")
}

async fn settle(batches: &mut [Intended<'_>]) -> usize {
    let settling = batches.iter_mut().map(Intended::settle);
    let settled: Vec<usize> =
        stream::iter(settling).buffer_unordered(AT_ONCE).try_collect().await.expect("the results are stored");
    settled.into_iter().sum()
}
