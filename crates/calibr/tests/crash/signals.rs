//! A server that is told to stop, and one that sleeps past its lease and wakes up when another has done its work.

use std::time::Duration;

use rustix::process::Signal;
use simulators::shopify::{Fault, FaultKind};

use crate::judge::{a_tenth_off, back, moved, now, recorded_once, written_once};
use crate::server::Server;
use crate::world::World;

const WRITE: &str = "productVariantsBulkUpdate";
const READ: &str = "nodes";
const LONG_LEASE_SECONDS: &str = "600";
const EXITS_WITHIN: Duration = Duration::from_secs(10);

fn hold_before(operation: &str) -> Fault {
    Fault::once(FaultKind::HoldBeforeCommit { hold_ms: None }, operation)
}

fn hold_after(operation: &str) -> Fault {
    Fault::once(FaultKind::HoldAfterCommit { hold_ms: None }, operation)
}

/// Two batches, one of them waiting for a shop that does not answer.
#[tokio::test(flavor = "multi_thread")]
async fn told_to_stop_it_ends_in_time_and_leaves_no_lease() {
    let world = World::with(40).await;
    let mut server = Server::start(&world).await;
    let plan = world.approved(&server).await;
    let moves = a_tenth_off(&world.before);
    let mark = world.shop.journal().len();
    world.shop.add_fault(Fault { skip: 5, ..hold_after(WRITE) });
    let run = world.apply(&server, &plan).await;
    world.held(1).await;

    server.signal(Signal::TERM);
    let status = tokio::time::timeout(EXITS_WITHIN, server.ended()).await;
    assert!(status.is_ok_and(|status| status.success()), "it did not end well in time: {}", server.log());
    leaves_no_lease(&world).await;
    assert_eq!(
        world.count("select count(*) from jobs where state = 'queued' and kind = 'runs.apply_batch'").await,
        1,
        "the open batch waits"
    );
    world.shop.release();

    let server = Server::start(&world).await;
    let run = server.settled(&world.editor, &run).await;
    written_once(&world.journal_since(mark), &moves);
    assert_eq!(now(&world), moved(&world.before, &moves));
    recorded_once(&world, &server, &run, "price.applied", &moves).await;
}

/// What takes the events does not answer for a minute, and would have a quarter of that.
#[tokio::test(flavor = "multi_thread")]
async fn told_to_stop_it_does_not_wait_for_a_consumer_that_hangs() {
    let world = World::with(1).await;
    let hang = "create function hang() returns trigger language plpgsql as $$ begin perform pg_sleep(60); return new; end $$;
         create trigger hangs before insert on audit_seals execute function hang()";
    world.owner.batch_execute(hang).await.expect("a trigger");
    let mut server = Server::with_lease(&world, "15").await;
    world.approved(&server).await;
    let hanging =
        "select count(*) from pg_stat_activity where wait_event = 'PgSleep' and datname = current_database()";
    world.until_any(hanging).await;

    server.signal(Signal::TERM);
    let status = tokio::time::timeout(EXITS_WITHIN, server.ended()).await;
    assert!(status.is_ok_and(|status| status.success()), "it did not end well in time: {}", server.log());
    leaves_no_lease(&world).await;
    assert_eq!(world.count("select count(*) from event_deliveries").await, 0, "nothing is blamed");
}

async fn leaves_no_lease(world: &World) {
    for (table, held) in [
        ("jobs", "state = 'running' or lease_owner is not null"),
        ("event_consumers", "lease_owner is not null or lease_until is not null"),
    ] {
        assert_eq!(world.count(&format!("select count(*) from {table} where {held}")).await, 0, "{table}");
    }
}

/// The sleeper had read the old price and was about to write. Meanwhile its work was done and even taken back, so that
/// the shop looks to it as if nothing had happened: only the fence keeps it from writing once more.
#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_slept_before_writing_writes_nothing() {
    let world = World::with(12).await;
    let sleeper = Server::with_lease(&world, LONG_LEASE_SECONDS).await;
    let plan = world.approved(&sleeper).await;
    let moves = a_tenth_off(&world.before);
    world.shop.add_fault(hold_before(READ));
    let mark = world.shop.journal().len();
    let run = world.apply(&sleeper, &plan).await;
    world.held(1).await;
    put_to_sleep_past_its_lease(&world, &sleeper).await;
    world.shop.release();

    let server = Server::start(&world).await;
    let run = server.settled(&world.editor, &run).await;
    written_once(&world.journal_since(mark), &moves);
    recorded_once(&world, &server, &run, "price.applied", &moves).await;
    let mark = world.shop.journal().len();
    let roll_back = world.roll_back(&server, &plan).await;
    let roll_back = server.settled(&world.editor, &roll_back).await;

    wake_and_stop(sleeper).await;
    written_once(&world.journal_since(mark), &back(&moves));
    assert_eq!(now(&world), serde_json::to_value(&world.before).expect("a state"));
    recorded_once(&world, &server, &roll_back, "price.rolled_back", &back(&moves)).await;
}

/// The sleeper's write has gone through and its answer is waiting: the other one finds the new price and settles it.
#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_slept_after_writing_commits_nothing() {
    let world = World::with(12).await;
    let sleeper = Server::with_lease(&world, LONG_LEASE_SECONDS).await;
    let plan = world.approved(&sleeper).await;
    let moves = a_tenth_off(&world.before);
    world.shop.add_fault(Fault { skip: 9, ..hold_after(WRITE) });
    let mark = world.shop.journal().len();
    let run = world.apply(&sleeper, &plan).await;
    world.held(1).await;
    put_to_sleep_past_its_lease(&world, &sleeper).await;
    world.shop.release();

    let server = Server::start(&world).await;
    let run = server.settled(&world.editor, &run).await;
    wake_and_stop(sleeper).await;
    written_once(&world.journal_since(mark), &moves);
    assert_eq!(now(&world), moved(&world.before, &moves));
    recorded_once(&world, &server, &run, "price.applied", &moves).await;
}

/// The database is told that the lease is over, so that nobody has to wait for it. The sleeper, whose next heartbeat is
/// far away, does not know: nothing but the fence stands in its way.
async fn put_to_sleep_past_its_lease(world: &World, sleeper: &Server) {
    sleeper.signal(Signal::STOP);
    let over = "update jobs set lease_until = now() - interval '1 second' where state = 'running'";
    assert!(world.owner.execute(over, &[]).await.expect("the lease ends") > 0, "no job was running");
}

/// It carries on with what it was about to do before it ends. After this nothing of it is under way any more.
async fn wake_and_stop(mut server: Server) {
    server.signal(Signal::CONT);
    server.signal(Signal::TERM);
    let status = tokio::time::timeout(EXITS_WITHIN, server.ended()).await;
    assert!(status.is_ok_and(|status| status.success()), "it did not end well in time: {}", server.log());
}
