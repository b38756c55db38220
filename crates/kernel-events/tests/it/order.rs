//! Nothing is lost and nothing comes out of order, whatever commits when.

use kernel_db::paging::PageRequest;
use kernel_events::{Event, EventFilter, append, events, unseen};
use serde_json::json;

use crate::support::{Ear, World, by_thing, event, tell};

#[tokio::test]
async fn a_late_commit_is_waited_for() {
    let world = World::new().await;
    let ear = Ear::default();
    let relay = world.relay(vec![ear.consumer("ear")]);
    let early = world.db().tenant_tx(world.ctx.tenant).await.expect("a transaction");
    append(&world.ctx, &early, &[event("a:early")]).await.expect("appended");
    tell(world.db(), &world.ctx, &["b:late"]).await;
    relay.run_due().await.expect("delivered");
    assert!(ear.taken().is_empty(), "delivered past an open transaction: {:?}", ear.taken());
    early.commit().await.expect("a commit");
    world.db.settled().await;
    relay.run_due().await.expect("delivered");
    assert_eq!(ear.taken(), ["a:early", "b:late"]);
}

#[tokio::test]
async fn whoever_waited_for_a_thing_tells_of_it_after_the_one_it_waited_for() {
    let world = World::new().await;
    let ear = Ear::default();
    let relay = world.relay_of(vec![ear.consumer("ear")], 1);
    // Ids go up from the one that waits, over one that is still at work, to the one that holds the thing.
    let waits = world.db().tenant_tx(world.ctx.tenant).await.expect("a transaction");
    append(&world.ctx, &waits, &[event("other:1")]).await.expect("appended");
    let works = world.db().tenant_tx(world.ctx.tenant).await.expect("a transaction");
    append(&world.ctx, &works, &[event("third:1")]).await.expect("appended");
    tell(world.db(), &world.ctx, &["thing:held"]).await;
    append(&world.ctx, &waits, &[event("thing:waited"), event("other:2")]).await.expect("appended");
    waits.commit().await.expect("a commit");
    relay.run_due().await.expect("delivered");
    assert_eq!(ear.taken(), ["other:1", "other:2"], "nothing younger than the one at work is told yet");
    works.commit().await.expect("a commit");
    world.db.settled().await;
    relay.run_due().await.expect("delivered");
    assert_eq!(ear.by_thing()["thing"], ["thing:held", "thing:waited"]);
    assert_eq!(ear.taken().len(), 5);
}

#[tokio::test]
async fn what_was_written_after_a_snapshot_is_unseen_wherever_it_stands() {
    let world = World::new().await;
    let about_project = |word: &str| Event { entity_type: "project", ..event(word) };
    let waits = world.db().tenant_tx(world.ctx.tenant).await.expect("a transaction");
    append(&world.ctx, &waits, &[event("other:1")]).await.expect("appended");
    let tx = world.db().tenant_tx(world.ctx.tenant).await.expect("a transaction");
    append(&world.ctx, &tx, &[about_project("p:before")]).await.expect("appended");
    tx.commit().await.expect("a commit");
    let tx = world.db().tenant_tx(world.ctx.tenant).await.expect("a transaction");
    let seen: String =
        tx.query_one("select pg_current_snapshot()::text", &[]).await.expect("a snapshot").get(0);
    drop(tx);
    append(&world.ctx, &waits, &[about_project("p:after")]).await.expect("appended");
    waits.commit().await.expect("a commit");
    let tx = world.db().tenant_tx(world.ctx.tenant).await.expect("a transaction");
    let unseen = unseen(&tx, "word.said", "p", &seen).await.expect("events");
    assert_eq!(unseen, [json!({ "word": "p:after" })]);
}

#[tokio::test]
async fn a_transaction_that_is_rolled_back_leaves_nothing() {
    let world = World::new().await;
    let ear = Ear::default();
    let tx = world.db().tenant_tx(world.ctx.tenant).await.expect("a transaction");
    append(&world.ctx, &tx, &[event("a:never")]).await.expect("appended");
    drop(tx);
    world.tell(&["a:1"]).await;
    world.relay(vec![ear.consumer("ear")]).run_due().await.expect("delivered");
    assert_eq!(ear.taken(), ["a:1"]);
}

#[tokio::test]
async fn every_event_comes_once_and_in_order_whatever_commits_when() {
    let world = World::new().await;
    let ear = Ear::default();
    let relay = world.relay_of(vec![ear.consumer("ear")], 3);
    let mut told = Vec::new();
    let mut random = 0x2545_F491_4F6C_DD1D_u64;
    let mut next = move |below: u64| {
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        random % below
    };
    for round in 0..40 {
        // Four writers at once, each on things of its own, commit in any order.
        let mut open = Vec::new();
        for writer in 0..4 {
            let tx = world.db().tenant_tx(world.ctx.tenant).await.expect("a transaction");
            let words: Vec<String> =
                (0..next(3) + 1).map(|n| format!("w{writer}-{}:{round}.{n}", n % 2)).collect();
            let events: Vec<_> = words.iter().map(|word| event(word)).collect();
            append(&world.ctx, &tx, &events).await.expect("appended");
            told.extend(words);
            open.push(tx);
        }
        while !open.is_empty() {
            let place = usize::try_from(next(open.len() as u64)).expect("small");
            open.swap_remove(place).commit().await.expect("a commit");
            if next(3) == 0 {
                relay.run_due().await.expect("delivered");
            }
        }
    }
    world.db.settled().await;
    relay.run_due().await.expect("delivered");
    assert_eq!(ear.taken().len(), told.len());
    assert_eq!(ear.by_thing(), by_thing(&told));
}

#[tokio::test]
async fn a_key_that_is_there_already_appends_nothing() {
    let world = World::new().await;
    let ear = Ear::default();
    world.tell(&["a:1", "a:1"]).await;
    let tx = world.db().tenant_tx(world.ctx.tenant).await.expect("a transaction");
    append(&world.ctx, &tx, &[event("a:2"), event("a:1"), event("a:2"), event("a:3")])
        .await
        .expect("appended");
    tx.commit().await.expect("a commit");
    let other = world.other().await;
    tell(world.db(), &other, &["a:1"]).await;
    world.db.settled().await;
    world.relay(vec![ear.consumer("ear")]).run_due().await.expect("delivered");
    assert_eq!(ear.taken(), ["a:1", "a:2", "a:3", "a:1"], "keys count within a tenant");
}

#[tokio::test]
async fn whoever_reads_on_after_an_event_misses_none() {
    let world = World::new().await;
    world.tell(&["a:1", "b:1"]).await;
    let early = world.db().tenant_tx(world.ctx.tenant).await.expect("a transaction");
    append(&world.ctx, &early, &[event("a:early")]).await.expect("appended");
    tell(world.db(), &world.ctx, &["b:late"]).await;
    let (mut after, mut read) = (None, Vec::new());
    let mut early = Some(early);
    for _ in 0..5 {
        let tx = world.db().tenant_tx(world.ctx.tenant).await.expect("a transaction");
        let page = PageRequest::new(Some(1), None).expect("a page");
        let after_or_first = match after {
            Some(_) => EventFilter { after, ..EventFilter::default() },
            None => EventFilter { entity_id: Some("a".to_owned()), ..EventFilter::default() },
        };
        let page = events(&tx, &after_or_first, &page).await.expect("a page");
        drop(tx);
        match page.data.into_iter().next() {
            Some(event) => {
                after = Some(event.id);
                read.push(event.payload()["word"].as_str().expect("a word").to_owned());
            }
            None => {
                if let Some(early) = early.take() {
                    early.commit().await.expect("a commit");
                    world.db.settled().await;
                }
            }
        }
    }
    assert_eq!(read, ["a:1", "b:1", "a:early", "b:late"]);
}
