//! Deliveries that gave up: a poisoned consumer is mended, retried, and ends where it would have been without the fault.

use std::sync::{Arc, Mutex};

use kernel_db::paging::PageRequest;
use kernel_events::{
    DeadLetter, DeadLetterFilter, DeadLetterId, dead_letters, drop_dead_letter, retry_dead_letter,
    retry_dead_letters,
};

use crate::support::{Ear, World, sums};

async fn letters(world: &World) -> Vec<DeadLetter> {
    let tx = world.db().tenant_tx(world.ctx.tenant).await.expect("a transaction");
    let page = PageRequest::new(Some(1000), None).expect("a page");
    dead_letters(&tx, &DeadLetterFilter::default(), &page).await.expect("dead letters").data
}

async fn retry(world: &World, id: DeadLetterId) -> Result<DeadLetter, &'static str> {
    let tx = world.db().tenant_tx(world.ctx.tenant).await.expect("a transaction");
    let letter = retry_dead_letter(&world.ctx, &tx, id).await.map_err(|error| error.code)?;
    tx.commit().await.expect("a commit");
    Ok(letter)
}

/// A world where the first event of `a` gave up.
async fn one_dead(ear: &Ear) -> World {
    let world = World::new().await;
    ear.hurt(&["a:1"]);
    world.tell(&["a:1", "a:2"]).await;
    give_up(&world, ear).await;
    world
}

async fn give_up(world: &World, ear: &Ear) {
    let relay = world.relay(vec![ear.consumer("ear")]);
    for _ in 0..3 {
        relay.run_due().await.expect("delivered");
        world.seconds_pass(10);
    }
}

#[tokio::test]
async fn after_its_attempts_an_event_is_put_aside_with_its_reason_and_the_next_goes_on() {
    let ear = Ear::default();
    let world = one_dead(&ear).await;
    let letter = letters(&world).await.remove(0);
    assert_eq!((letter.state.as_str(), letter.attempts, letter.consumer.as_str()), ("dead", 3, "ear"));
    assert_eq!(letter.reason, "Calibr could not finish this request.: a:1 hurts");
    assert_eq!((letter.entity_id.as_str(), letter.kind.as_str()), ("a", "word.said"));
    assert_eq!(ear.taken(), ["a:2"]);
}

#[tokio::test]
async fn what_makes_no_sense_is_put_aside_at_once() {
    let world = World::new().await;
    let ear = Ear::default();
    ear.absurd.lock().expect("no panic").insert("a:1".to_owned());
    world.tell(&["a:1", "a:2"]).await;
    world.relay(vec![ear.consumer("ear")]).run_due().await.expect("delivered");
    let letter = letters(&world).await.remove(0);
    assert_eq!((letter.attempts, letter.reason.as_str()), (1, "a:1 makes no sense"));
    assert_eq!(ear.taken(), ["a:2"]);
}

#[tokio::test]
async fn a_retry_delivers_and_settles_and_is_then_refused() {
    let ear = Ear::default();
    let world = one_dead(&ear).await;
    let id = letters(&world).await[0].id;
    ear.heal();
    assert_eq!(retry(&world, id).await.expect("retried").state, "retrying");
    assert_eq!(retry(&world, id).await.expect("nothing more to do").state, "retrying");
    world.relay(vec![ear.consumer("ear")]).run_due().await.expect("delivered");
    assert_eq!(ear.taken(), ["a:2", "a:1"]);
    assert_eq!(letters(&world).await[0].state, "settled");
    assert_eq!(retry(&world, id).await.expect_err("over"), "dead_letter.settled");
    world.relay(vec![ear.consumer("ear")]).run_due().await.expect("nothing");
    assert_eq!(ear.taken().len(), 2);
}

#[tokio::test]
async fn a_retry_that_fails_again_comes_back_with_all_its_attempts() {
    let ear = Ear::default();
    let world = one_dead(&ear).await;
    let id = letters(&world).await[0].id;
    retry(&world, id).await.expect("retried");
    give_up(&world, &ear).await;
    let letter = letters(&world).await.remove(0);
    assert_eq!((letter.id, letter.state.as_str(), letter.attempts), (id, "dead", 6));
}

#[tokio::test]
async fn what_was_dropped_keeps_its_note_and_is_not_delivered_any_more() {
    let ear = Ear::default();
    let world = one_dead(&ear).await;
    let id = letters(&world).await[0].id;
    let tx = world.db().tenant_tx(world.ctx.tenant).await.expect("a transaction");
    drop_dead_letter(&world.ctx, &tx, id, "It never mattered.").await.expect("dropped");
    tx.commit().await.expect("a commit");
    assert_eq!(retry(&world, id).await.expect_err("over"), "dead_letter.dropped");
    let letter = letters(&world).await.remove(0);
    assert_eq!((letter.state.as_str(), letter.note.as_deref()), ("dropped", Some("It never mattered.")));
    let tx = world.db().tenant_tx(world.ctx.tenant).await.expect("a transaction");
    let again = drop_dead_letter(&world.ctx, &tx, id, "Twice.").await.expect_err("over");
    assert_eq!(again.code, "dead_letter.dropped");
}

#[tokio::test]
async fn a_dead_letter_of_another_tenant_is_not_there() {
    let ear = Ear::default();
    let mut world = one_dead(&ear).await;
    let id = letters(&world).await[0].id;
    world.ctx = world.other().await;
    assert_eq!(retry(&world, id).await.expect_err("not there"), "not_found");
    assert!(letters(&world).await.is_empty());
}

/// Totals by tenant and thing.
async fn totals(world: &World) -> String {
    let sql = "select coalesce(string_agg(concat_ws(' ', thing, total), ', ' order by thing), '') from sums";
    world.db.owner().await.query_one(sql, &[]).await.expect("totals").get(0)
}

fn words() -> Vec<String> {
    (0..60).map(|n| format!("t{}:{n}", n % 7)).collect()
}

#[tokio::test]
async fn a_poisoned_consumer_that_is_mended_ends_where_it_would_have_been() {
    let words = words();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let sound = World::new().await;
    let healthy = sums(&sound, Arc::default()).await;
    sound.tell(&words).await;
    sound.relay(vec![healthy]).run_due().await.expect("delivered");

    let world = World::new().await;
    let poison = Arc::new(Mutex::new(false));
    let consumer = sums(&world, Arc::clone(&poison)).await;
    let relay = world.relay_of(vec![consumer], 7);
    world.tell(&words[..20]).await;
    relay.run_due().await.expect("delivered");
    *poison.lock().expect("no panic") = true;
    world.tell(&words[20..50]).await;
    // Each thing gives up one event after the other.
    for _ in 0..40 {
        relay.run_due().await.expect("delivered");
        world.seconds_pass(10);
    }
    assert_eq!(letters(&world).await.len(), 30, "every poisoned event is a dead letter");
    assert_ne!(totals(&world).await, totals(&sound).await);
    *poison.lock().expect("no panic") = false;
    world.tell(&words[50..]).await;
    let tx = world.db().tenant_tx(world.ctx.tenant).await.expect("a transaction");
    let retried = retry_dead_letters(&world.ctx, &tx, "sums").await.expect("retried");
    tx.commit().await.expect("a commit");
    assert_eq!(retried.len(), 30);
    relay.run_due().await.expect("delivered");
    assert_eq!(totals(&world).await, totals(&sound).await);
    assert!(letters(&world).await.iter().all(|letter| letter.state == "settled"));
}
