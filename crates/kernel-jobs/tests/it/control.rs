//! What people see of jobs and may do with them, and how long endings are kept.

use jiff::Span;
use kernel_core::{Ctx, Result};
use kernel_db::paging::PageRequest;
use kernel_jobs::{JobFilter, JobId, JobRecord, NewJob, cancel, hold_lease, job_by_id, job_list, retry};

use crate::support::World;

impl World {
    async fn jobs(&self, ctx: &Ctx, states: &[&str]) -> Vec<JobRecord> {
        let states = (!states.is_empty()).then(|| states.iter().map(|word| (*word).to_owned()).collect());
        let filter = JobFilter { states, kind: None };
        let tx = self.db.db.tenant_tx(ctx.tenant).await.expect("a transaction");
        let page = PageRequest::new(None, None).expect("a page");
        job_list(&tx, &filter, &page).await.expect("a list").data
    }

    async fn retry(&self, ctx: &Ctx, id: JobId) -> Result<()> {
        let tx = self.db.db.tenant_tx(ctx.tenant).await.expect("a transaction");
        if let Err(refused) = retry(ctx, &tx, id).await {
            drop(tx);
            self.let_go(ctx, id).await;
            return Err(refused);
        }
        Ok(tx.commit().await?)
    }

    /// Waits until a transaction that was dropped holds the job no more, which a worker would pass over.
    async fn let_go(&self, ctx: &Ctx, id: JobId) {
        let tx = self.db.db.tenant_tx(ctx.tenant).await.expect("a transaction");
        tx.execute("select from jobs where id = $1 for update", &[&id.0]).await.expect("it is free");
        tx.commit().await.expect("nothing changed");
    }

    async fn cancel(&self, ctx: &Ctx, id: JobId) -> Result<()> {
        let tx = self.db.db.tenant_tx(ctx.tenant).await.expect("a transaction");
        cancel(ctx, &tx, id).await?;
        Ok(tx.commit().await?)
    }

    /// A job that failed until it was given up.
    async fn dead(&self, job: NewJob) -> JobId {
        self.enqueue_all(&self.ctx, &[job]).await;
        for _ in 0..25 {
            self.runner().run_due().await.expect("it is due");
            self.clock.advance(Span::new().minutes(11));
        }
        self.jobs(&self.ctx, &["dead"]).await[0].id
    }
}

#[tokio::test]
async fn a_dead_job_shows_why_and_can_be_tried_again_from_the_start() {
    let world = World::new().await;
    let id = world.dead(world.job("fails")).await;
    let tx = world.db.db.tenant_tx(world.ctx.tenant).await.expect("a transaction");
    let job = job_by_id(&tx, id).await.expect("the job");
    assert_eq!((&*job.state, job.attempts, job.finished_at.is_some()), ("dead", 25, true));
    assert!(job.last_error.expect("a reason").contains("on purpose"));
    drop(tx);

    world.retry(&world.ctx, id).await.expect("queued again");
    let error = world.retry(&world.ctx, id).await.expect_err("it is open");
    assert_eq!(error.code, "job.not_ended");
    assert_eq!(world.runner().run_due().await.expect("it is due"), 1);
    assert_eq!(world.only_job().await, ("queued".to_owned(), 1, 26), "its fence goes on");
}

#[tokio::test]
async fn what_is_done_is_not_done_again_and_nothing_is_done_twice_at_once() {
    let world = World::new().await;
    world.enqueue("works").await;
    world.runner().run_due().await.expect("it is due");
    let done = world.jobs(&world.ctx, &["done"]).await[0].id;
    assert_eq!(world.retry(&world.ctx, done).await.expect_err("refused").code, "job.done");
    assert_eq!(world.cancel(&world.ctx, done).await.expect_err("refused").code, "job.ended");

    let keyed = NewJob { key: Some("once".to_owned()), ..world.job("fails") };
    let dead = world.dead(keyed.clone()).await;
    world.enqueue_all(&world.ctx, &[keyed]).await;
    assert_eq!(world.retry(&world.ctx, dead).await.expect_err("refused").code, "job.twice");
}

#[tokio::test]
async fn a_cancelled_job_does_not_run_and_who_runs_it_commits_nothing() {
    let world = World::new().await;
    world.enqueue("waits").await;
    world.runner().run_due().await.expect("it is due");
    let held = world.begun().remove(0);
    let lease = "update jobs set state = 'running', lease_until = $1";
    let until = world.ctx.now().checked_add(Span::new().minutes(1)).expect("an instant");
    world.db.owner().await.execute(lease, &[&until]).await.expect("at work");
    world.cancel(&world.ctx, held.id).await.expect("cancelled");
    let tx = world.db.db.tenant_tx(world.ctx.tenant).await.expect("a transaction");
    assert_eq!(hold_lease(&tx, &held).await.expect_err("no lease").code, kernel_jobs::LEASE_LOST);
    drop(tx);
    world.clock.advance(Span::new().hours(1));
    assert_eq!(world.runner().run_due().await.expect("nothing is due"), 0);
    world.retry(&world.ctx, held.id).await.expect("on second thoughts");
    assert_eq!(world.runner().run_due().await.expect("it is due"), 1);
}

#[tokio::test]
async fn nobody_sees_or_touches_another_tenants_jobs() {
    let world = World::new().await;
    let other = world.other().await;
    world.enqueue("works").await;
    let id = world.jobs(&world.ctx, &[]).await[0].id;
    assert_eq!(world.jobs(&other, &[]).await, []);
    assert_eq!(world.retry(&other, id).await.expect_err("refused").code, "not_found");
    assert_eq!(world.cancel(&other, id).await.expect_err("refused").code, "not_found");
    world.runner().run_due().await.expect("it is due");
}

#[tokio::test]
async fn endings_are_cleared_away_after_a_week_and_the_dead_stay() {
    let world = World::new().await;
    world.dead(world.job("fails")).await;
    world.enqueue("works").await;
    let runner = world.runner();
    runner.run_due().await.expect("it is due");
    world.clock.advance(Span::new().hours(24 * 7 - 1));
    runner.run_due().await.expect("nothing is due");
    assert_eq!(world.jobs(&world.ctx, &["done"]).await.len(), 1);
    world.clock.advance(Span::new().hours(2));
    runner.run_due().await.expect("nothing is due");
    let left: Vec<_> = world.jobs(&world.ctx, &[]).await.into_iter().map(|job| job.state).collect();
    assert_eq!(left, ["dead"]);
}
