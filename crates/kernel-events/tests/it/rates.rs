//! How fast a consumer reads, by a clock that the test moves.

use kernel_events::rates;

use crate::support::{Ear, World, tell};

async fn rate(world: &World) -> Option<i64> {
    let tx = world.db().tenant_tx(world.ctx.tenant).await.expect("a transaction");
    rates(&tx, world.ctx.now()).await.expect("rates").get("ear").copied()
}

/// So many events, delivered now.
async fn deliver(world: &World, ear: &Ear, kind: &str, count: usize) {
    let words: Vec<String> = (0..count).map(|number| format!("{kind}:{number}")).collect();
    world.tell(&words.iter().map(String::as_str).collect::<Vec<_>>()).await;
    world.relay(vec![ear.consumer("ear")]).run_due().await.expect("delivered");
}

#[tokio::test]
async fn the_rate_is_that_of_the_last_minutes_and_of_ones_own_events() {
    let (world, ear) = (World::new().await, Ear::default());
    assert_eq!(rate(&world).await, None, "nobody reads yet");
    let other = world.other().await;
    tell(world.db(), &other, &["x:1", "x:2", "x:3"]).await;
    deliver(&world, &ear, "a", 12).await;
    assert_eq!(rate(&world).await, Some(12), "less than a minute counts as one");
    world.seconds_pass(150);
    assert_eq!(rate(&world).await, Some(5), "12 in 2.5 minutes, rounded up");
    world.seconds_pass(1_200);
    assert_eq!(rate(&world).await, None, "it reads nothing");

    deliver(&world, &ear, "b", 30).await;
    assert_eq!(rate(&world).await, Some(30), "what was long ago does not count");
    world.seconds_pass(300);
    deliver(&world, &ear, "c", 10).await;
    assert_eq!(rate(&world).await, Some(8), "40 in 5 minutes");
    world.seconds_pass(300);
    deliver(&world, &ear, "d", 10).await;
    assert_eq!(rate(&world).await, Some(4), "20 in 5 minutes: the first 30 are too old");
}
