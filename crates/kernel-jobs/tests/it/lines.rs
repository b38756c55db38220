//! Who goes first: tenants in turn, priorities within a tenant, no more at once than a limit allows.

use std::collections::HashMap;

use jiff::Span;
use kernel_core::{Ctx, TenantId};
use kernel_jobs::{Limit, NewJob, Priority};
use serde_json::json;

use crate::support::World;

/// How often each tenant is among the first `n` that began.
fn shares(world: &World, n: usize) -> HashMap<TenantId, usize> {
    let mut shares = HashMap::new();
    for job in world.begun().into_iter().take(n) {
        *shares.entry(job.tenant).or_default() += 1;
    }
    shares
}

#[tokio::test]
async fn a_huge_tenant_and_many_small_ones_are_served_alike() {
    let world = World::new().await;
    world.enqueue_all(&world.ctx, &vec![world.job("works"); 600]).await;
    for _ in 0..19 {
        world.enqueue_all(&world.other().await, &vec![world.job("works"); 10]).await;
    }
    assert_eq!(world.runner().run_due().await.expect("all are due"), 600 + 19 * 10);
    for (turn, n) in [(1, 20), (4, 80), (10, 200)] {
        let shares = shares(&world, n);
        assert_eq!(shares.len(), 20, "every tenant has its turn");
        assert!(shares.values().all(|share| *share == turn), "{shares:?}");
    }
}

#[tokio::test]
async fn whoever_comes_late_waits_one_turn_and_has_saved_up_nothing() {
    let world = World::new().await;
    let (early, late) = (world.other().await, world.other().await);
    world.enqueue_all(&early, &vec![world.job("works"); 40]).await;
    let runner = world.runner();
    runner.run_due().await.expect("all are due");
    world.enqueue_all(&early, &vec![world.job("works"); 20]).await;
    world.enqueue_all(&late, &vec![world.job("works"); 20]).await;
    runner.run_due().await.expect("all are due");
    let begun = world.begun();
    for (place, job) in begun[40..80].iter().enumerate() {
        let so_far = begun[40..=40 + place].iter().filter(|other| other.tenant == job.tenant).count();
        assert!(so_far <= place / 2 + 1, "at {place} one tenant had {so_far}");
    }
}

#[tokio::test]
async fn what_weighs_more_is_paid_for_with_turns() {
    let world = World::new().await;
    let light = world.other().await;
    let heavy = NewJob { weight: 10, ..world.job("works") };
    world.enqueue_all(&world.ctx, &vec![heavy; 10]).await;
    world.enqueue_all(&light, &vec![world.job("works"); 100]).await;
    world.runner().run_due().await.expect("all are due");
    let shares = shares(&world, 55);
    assert_eq!((shares[&world.ctx.tenant], shares[&light.tenant]), (5, 50));
}

#[tokio::test]
async fn priorities_order_a_tenants_jobs_and_starve_none() {
    let world = World::new().await;
    let with = |priority, name: &str| NewJob { priority, payload: json!(name), ..world.job("works") };
    world.enqueue_all(&world.ctx, &[with(Priority::Background, "old upkeep")]).await;
    world.clock.advance(Span::new().minutes(14));
    let jobs = [
        NewJob { run_at: world.ctx.now(), ..with(Priority::Background, "new upkeep") },
        NewJob { run_at: world.ctx.now(), ..with(Priority::Normal, "asked for") },
        NewJob { run_at: world.ctx.now(), ..with(Priority::Interactive, "waited for") },
    ];
    world.enqueue_all(&world.ctx, &jobs).await;
    world.clock.advance(Span::new().minutes(1));
    let late = NewJob { run_at: world.ctx.now(), ..with(Priority::Normal, "asked for later") };
    world.enqueue_all(&world.ctx, &[late]).await;
    world.runner().run_due().await.expect("all are due");
    let order: Vec<_> = world.begun().into_iter().map(|job| job.payload).collect();
    assert_eq!(order[0], "waited for");
    // Both took their place at the same instant.
    assert!(order[1..3].contains(&json!("old upkeep")) && order[1..3].contains(&json!("asked for")));
    assert_eq!(order[3..], ["asked for later", "new upkeep"]);
}

#[tokio::test]
async fn one_open_job_per_key() {
    let world = World::new().await;
    let other = world.other().await;
    let keyed = NewJob { key: Some("sweep".to_owned()), ..world.job("works") };
    world.enqueue_all(&world.ctx, &[keyed.clone(), keyed.clone()]).await;
    world.enqueue_all(&world.ctx, std::slice::from_ref(&keyed)).await;
    world.enqueue_all(&other, std::slice::from_ref(&keyed)).await;
    assert_eq!(world.runner().run_due().await.expect("one each"), 2);
    world.enqueue_all(&world.ctx, &[keyed]).await;
    assert_eq!(world.runner().run_due().await.expect("the first has ended"), 1);
}

#[tokio::test]
async fn a_full_account_keeps_nobody_else_waiting() {
    let world = World::new().await;
    let runner = world.runner();
    let limited = |ctx: &Ctx, kind, key: &str| {
        let limit = Some(Limit { key: key.to_owned(), running: 2 });
        NewJob { limit, run_at: ctx.now(), ..world.job(kind) }
    };
    world.enqueue_all(&world.ctx, &vec![limited(&world.ctx, "works", "shop a"); 50]).await;
    let owner = world.db.owner().await;
    let fill = "update jobs set state = 'running', ready = false, slot = r.n, lease_until = $1
         from (select id, row_number() over () as n from jobs limit 2) r where jobs.id = r.id";
    let until = world.ctx.now().checked_add(Span::new().minutes(1)).expect("an instant");
    owner.execute(fill, &[&until]).await.expect("two of other workers");
    assert_eq!(runner.run_due().await.expect("the account is full"), 0);
    world.enqueue_all(&world.ctx, &[limited(&world.ctx, "works", "shop b"), world.job("works")]).await;
    world.enqueue_all(&world.other().await, &[limited(&world.ctx, "works", "shop a")]).await;
    assert_eq!(runner.run_due().await.expect("other accounts, no account, another tenant's"), 3);
    // One of the two ends: its slot goes round until all are done, the other stays taken.
    owner.execute("update jobs set state = 'done', slot = null where slot = 1", &[]).await.expect("done");
    assert_eq!(runner.run_due().await.expect("one slot is free"), 48);
}
