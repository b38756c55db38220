//! `cargo xtask bench snapshot`: what a catalogue of 1,000,000 variants takes in memory, how long it takes to read it from
//! Postgres and to pack it, and to bring it up to date after an event of 1 variant and of 1,000. Prints one line of JSON.

mod support;

use std::sync::Arc;

use calibr::app::App;
use calibr::catalog::{self, NewPrice, Origin, Snapshots, record_prices};
use calibr::ids::VariantId;
use kernel_core::{Ctx, Money, ProjectId};
use pricing::{Needs, Snapshot, SnapshotBuilder};
use support::{Catalogue, Postgres, Times, argument, memory_mb};
use uuid::Uuid;

async fn snapshot(app: &App, ctx: &Ctx, project: ProjectId) -> Arc<Snapshot> {
    let tx = app.db.repeatable_read(ctx.tenant).await.expect("a transaction");
    catalog::snapshot(app, &tx, project).await.expect("a snapshot")
}

fn packed(rows: &Snapshot) -> Snapshot {
    let mut builder = SnapshotBuilder::default();
    rows.for_each(Needs::History, |facts| builder.push(facts));
    builder.finish()
}

/// Gives `count` variants, spread over all, a new price.
async fn change(app: &App, ctx: &Ctx, snapshot: &Snapshot, count: usize, minor: i64) {
    let step = snapshot.len() / count;
    let keys =
        (0..count).filter_map(|place| snapshot.with_facts(place * step, Needs::Basics, |facts| facts.key));
    let price = |key: u128| NewPrice {
        variant: VariantId(Uuid::from_u128(key)),
        price: Money::from_minor(minor, "EUR".parse().expect("a currency")),
        compare_at: None,
        running: None,
        relative: false,
    };
    let prices: Vec<NewPrice> = keys.map(price).collect();
    let tx = app.db.tenant_tx(ctx.tenant).await.expect("a transaction");
    let origin =
        Origin { surface: catalog::BASE, source: "price_change", source_id: "bench", actor: "bench" };
    record_prices(ctx, &tx, origin, &prices).await.expect("recorded");
    tx.commit().await.expect("a commit");
}

#[tokio::main]
async fn main() {
    let (variants, rounds) = (argument(1, 1_000_000), argument(2, 7).max(7));
    let postgres = Postgres::start().await;
    let (app, ctx) = postgres.app().await;
    postgres.fill(&Catalogue::new(variants)).await;
    let tx = app.db.tenant_tx(ctx.tenant).await.expect("a transaction");
    let project = calibr::accounts::resolve_project(&tx, None).await.expect("a project").id;
    drop(tx);
    let before_mb = memory_mb(std::process::id(), "VmRSS");
    let held = snapshot(&app, &ctx, project).await;
    assert_eq!(held.len(), variants);
    let grown_mb = memory_mb(std::process::id(), "VmRSS") - before_mb;
    let (mut read, mut pack, mut unchanged, mut one, mut many) =
        <(Times, Times, Times, Times, Times)>::default();
    for round in 0..rounds {
        let empty = App { snapshots: Snapshots::new(Arc::clone(&app.clock)), ..app.clone() };
        assert_eq!(read.time_async(snapshot(&empty, &ctx, project)).await.len(), variants);
        assert_eq!(pack.time(|| packed(&held)).len(), variants);
        for (count, times) in [(1, &mut one), (1_000, &mut many)] {
            change(&app, &ctx, &held, count, 1_000 + round as i64).await;
            let now = times.time_async(snapshot(&app, &ctx, project)).await;
            let price = now.with_facts(0, Needs::Basics, |facts| facts.price_minor).flatten();
            assert_eq!(price, Some(1_000 + round as i64), "the snapshot did not follow");
        }
        unchanged.time_async(snapshot(&app, &ctx, project)).await;
    }
    let nanoseconds = 1e9 / variants as f64;
    println!(
        "{}",
        serde_json::json!({
            "bench": "snapshot", "variants": variants, "rounds": rounds, "bytes_per_variant": held.bytes_per_variant(),
            "memory_mb": held.memory_bytes() / 1_000_000, "resident_grown_mb": grown_mb.round(),
            "build_s": read.shown(1.0), "build_ns_per_variant": read.shown(nanoseconds),
            "pack_ns_per_variant": pack.shown(nanoseconds), "unchanged_ms": unchanged.shown(1e3),
            "event_of_1_ms": one.shown(1e3), "event_of_1000_ms": many.shown(1e3),
        })
    );
    drop(app);
    postgres.stop().await;
}
