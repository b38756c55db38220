//! Schedules: by the clocks of a zone, once after a sleep, never two at a time.

use jiff::{Span, Timestamp};
use kernel_db::paging::PageRequest;
use kernel_jobs::{NewSchedule, schedule, schedule_list, unschedule};
use serde_json::json;

use crate::support::World;

fn at(text: &str) -> Timestamp {
    text.parse().expect("an instant")
}

fn nightly(kind: &'static str, zone: &str) -> NewSchedule {
    let (name, cron) = ("nightly".to_owned(), "30 2 * * *".to_owned());
    NewSchedule { name, kind, payload: json!({ "what": "all" }), cron, zone: zone.to_owned() }
}

impl World {
    async fn schedule(&self, new: &NewSchedule) -> kernel_core::Result<()> {
        let tx = self.db.db.tenant_tx(self.ctx.tenant).await.expect("a transaction");
        schedule(&self.ctx, &tx, new).await?;
        tx.commit().await.expect("a commit");
        Ok(())
    }

    async fn next(&self) -> Timestamp {
        let tx = self.db.db.tenant_tx(self.ctx.tenant).await.expect("a transaction");
        let page = PageRequest::new(None, None).expect("a page");
        schedule_list(&tx, &page).await.expect("the schedules").data[0].next_at
    }

    fn is_now(&self, instant: &str) {
        let wait = at(instant).duration_since(self.ctx.now());
        self.clock.advance(Span::try_from(wait).expect("a span"));
    }
}

#[tokio::test]
async fn a_schedule_follows_the_clocks_of_its_zone_through_both_changes() {
    let world = World::new().await;
    world.schedule(&nightly("works", "Europe/Berlin")).await.expect("a schedule");
    let runner = world.runner();
    // 02:30 by the wall: winter, the night that leaves it out, summer, the night that has it twice, winter.
    let nights = [
        ("2026-11-03T01:30:00Z", "2026-11-04T01:30:00Z"),
        ("2027-03-27T01:30:00Z", "2027-03-28T01:00:00Z"),
        ("2027-03-28T01:00:00Z", "2027-03-29T00:30:00Z"),
        ("2027-10-31T00:30:00Z", "2027-11-01T01:30:00Z"),
    ];
    for (night, next) in nights {
        world.is_now(night);
        assert_eq!(runner.run_due().await.expect("one is due"), 1, "{night}");
        assert_eq!(world.next().await, at(next));
        assert_eq!(runner.run_due().await.expect("it was done"), 0, "{night}");
    }
    assert_eq!(world.begun()[0].payload, json!({ "what": "all" }));
}

#[tokio::test]
async fn who_slept_catches_up_once() {
    let world = World::new().await;
    world.schedule(&nightly("works", "UTC")).await.expect("a schedule");
    world.clock.advance(Span::new().hours(24 * 20));
    assert_eq!(world.runner().run_due().await.expect("twenty were missed"), 1);
    assert_eq!(world.next().await, at("2026-11-23T02:30:00Z"));
}

#[tokio::test]
async fn a_job_that_is_still_open_is_not_overtaken_by_its_next() {
    let world = World::new().await;
    world.schedule(&nightly("fails", "UTC")).await.expect("a schedule");
    let runner = world.runner();
    for _ in 0..3 {
        world.clock.advance(Span::new().hours(24));
        assert_eq!(runner.run_due().await.expect("the first, again"), 1);
    }
    assert_eq!(world.count("select count(*) from jobs", &[]).await, 1);
}

#[tokio::test]
async fn a_schedule_said_again_keeps_its_time_and_a_changed_one_does_not() {
    let world = World::new().await;
    world.schedule(&nightly("works", "UTC")).await.expect("a schedule");
    let first = world.next().await;
    world.clock.advance(Span::new().hours(24));
    world.schedule(&nightly("works", "UTC")).await.expect("the same");
    assert_eq!(world.next().await, first, "what is due stays due");
    world.schedule(&nightly("works", "Asia/Tokyo")).await.expect("another");
    assert_eq!(world.next().await, at("2026-11-03T17:30:00Z"));
    let tx = world.db.db.tenant_tx(world.ctx.tenant).await.expect("a transaction");
    assert!(unschedule(&tx, "nightly").await.expect("removed"));
    assert!(!unschedule(&tx, "nightly").await.expect("gone already"));
    tx.commit().await.expect("a commit");
    world.clock.advance(Span::new().hours(48));
    assert_eq!(world.runner().run_due().await.expect("nothing is scheduled"), 0);
}

#[tokio::test]
async fn what_cannot_be_read_or_never_comes_is_refused() {
    let world = World::new().await;
    let refused = [
        NewSchedule { cron: "30 25 * * *".to_owned(), ..nightly("works", "UTC") },
        NewSchedule { cron: "0 0 30 2 *".to_owned(), ..nightly("works", "UTC") },
        NewSchedule { cron: String::new(), ..nightly("works", "UTC") },
        nightly("works", "Europe/Berlijn"),
    ];
    for new in refused {
        let error = world.schedule(&new).await.expect_err("refused");
        assert_eq!(error.code, "schedule.invalid", "{new:?}");
    }
}
