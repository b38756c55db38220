//! A span of the log delivered once more, exactly that span, to one consumer, and once in effect.

use std::sync::Arc;

use kernel_db::paging::PageRequest;
use kernel_events::{NewReplay, Replay, replays, request_replay};

use crate::support::{Ear, World, sums};

async fn ask(world: &World, consumer: &str, from: i64, to: i64) -> Result<Replay, &'static str> {
    let tx = world.db().tenant_tx(world.ctx.tenant).await.expect("a transaction");
    let new = NewReplay { consumer: consumer.to_owned(), from_position: from, to_position: to };
    let replay = request_replay(&world.ctx, &tx, &new).await.map_err(|error| error.code)?;
    tx.commit().await.expect("a commit");
    Ok(replay)
}

#[tokio::test]
async fn exactly_the_span_of_the_own_tenant_comes_again_to_one_consumer() {
    let world = World::new().await;
    let (ear, deaf) = (Ear::default(), Ear::default());
    let relay = world.relay_of(vec![ear.consumer("ear"), deaf.consumer("deaf")], 2);
    world.tell(&["a:1", "a:2", "b:1"]).await;
    let other = world.other().await;
    crate::support::tell(world.db(), &other, &["x:1"]).await;
    world.tell(&["a:3", "b:2"]).await;
    relay.run_due().await.expect("delivered");
    assert_eq!((ear.taken().len(), deaf.taken().len()), (6, 6));
    ask(&world, "ear", 2, 5).await.expect("a replay");
    world.tell(&["c:1"]).await;
    relay.run_due().await.expect("delivered");
    let mut again = ear.taken().split_off(6);
    assert_eq!(again.remove(2), "c:1", "what is new comes beside the replay");
    assert_eq!(again, ["a:2", "b:1", "a:3"]);
    assert_eq!(deaf.taken().len(), 7);
    let tx = world.db().tenant_tx(world.ctx.tenant).await.expect("a transaction");
    let page = PageRequest::new(None, None).expect("a page");
    let told = replays(&tx, &page).await.expect("replays").data.remove(0);
    assert_eq!((told.delivered, told.finished_at.is_some()), (3, true));
}

#[tokio::test]
async fn what_fails_in_a_replay_is_tried_again_without_holding_up_what_is_new() {
    let world = World::new().await;
    let ear = Ear::default();
    let relay = world.relay(vec![ear.consumer("ear")]);
    world.tell(&["a:1", "a:2"]).await;
    relay.run_due().await.expect("delivered");
    ear.hurt(&["a:1"]);
    ask(&world, "ear", 1, 2).await.expect("a replay");
    relay.run_due().await.expect("delivered");
    world.tell(&["a:3"]).await;
    relay.run_due().await.expect("delivered");
    assert_eq!(ear.taken(), ["a:1", "a:2", "a:3"]);
    ear.heal();
    world.seconds_pass(3);
    relay.run_due().await.expect("delivered");
    assert_eq!(ear.taken(), ["a:1", "a:2", "a:3", "a:1", "a:2"]);
}

#[tokio::test]
async fn the_inbox_lets_each_event_count_once_per_replay() {
    let world = World::new().await;
    let consumer = sums(&world, Arc::default()).await;
    let relay = world.relay(vec![consumer.clone()]);
    world.tell(&["a:1", "a:10", "b:5"]).await;
    relay.run_due().await.expect("delivered");
    // As after a restore of the cursor alone: everything comes again.
    let owner = world.db.owner().await;
    owner
        .batch_execute("update event_consumers set epoch = 0, tx_id = '0', position = 0")
        .await
        .expect("reset");
    world.relay(vec![consumer]).run_due().await.expect("delivered");
    assert_eq!(world.number("select delivered from event_consumers").await, 6);
    assert_eq!(world.number("select sum(total)::bigint from sums").await, 16);
    // A rebuild from nothing.
    owner.batch_execute("delete from sums").await.expect("emptied");
    ask(&world, "sums", 1, 1_000).await.expect("a replay");
    relay.run_due().await.expect("delivered");
    assert_eq!(world.number("select sum(total)::bigint from sums").await, 16);
}

#[tokio::test]
async fn an_empty_span_and_an_unknown_consumer_are_refused() {
    let world = World::new().await;
    let ear = Ear::default();
    world.relay(vec![ear.consumer("ear")]).run_due().await.expect("nothing");
    assert_eq!(ask(&world, "ear", 5, 4).await.expect_err("empty"), "replay.span");
    assert_eq!(ask(&world, "ear", 0, 4).await.expect_err("before the first"), "replay.span");
    assert_eq!(ask(&world, "nose", 1, 4).await.expect_err("unknown"), "not_found");
}
