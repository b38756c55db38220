//! Real servers, killed by signals.

use std::path::Path;

use faults::history::State;
use faults::judge::{excused, judge};
use faults::real::RealWorld;
use simulators::shopify::{Fault, FaultKind, JournalEntry};

const BINARY: &str = env!("CARGO_BIN_EXE_calibr-hurtable");
const WRITE: &str = "productVariantsBulkUpdate";

/// Where a server kills itself, or fails, and the next one takes over.
const HURTS: [&str; 6] = [
    "runs.intend.after_commit=kill",
    "runs.send.after_commit=kill@2",
    "runs.write.after=kill@2",
    "runs.settle.after_commit=kill",
    "runs.settle.before_commit=error",
    "runs.verify.before_commit=kill",
];

#[tokio::test(flavor = "multi_thread")]
async fn what_a_killed_server_left_is_ended_by_the_next() {
    for hurt in HURTS {
        let world = RealWorld::with(3).await.expect("a world");
        let mut server = world.start(Path::new(BINARY), hurt).await.expect("a server");
        world.apply(&server).await.expect("a run");
        if hurt.contains("kill") {
            server.is_gone().await.expect("it kills itself");
            server = world.start(Path::new(BINARY), "").await.expect("a server");
        }
        world.settled().await.expect("an end");
        server.kill().await.expect("it lives");
        let history = world.history().await.expect("a history");
        assert_eq!(judge(&history), [], "{hurt}");
        assert!(history.targets.iter().all(|target| target.state == State::Applied), "{hurt}");
    }
}

/// 1,300 products of a shop whose bucket would draw them out, so that they go in one operation. Two servers die over it:
/// when the file is uploaded, and when the operation was started and nobody waits for it yet.
#[tokio::test(flavor = "multi_thread")]
async fn an_operation_is_started_once_whoever_dies_over_it() {
    let world = RealWorld::slow(1300).await.expect("a world");
    let mut server = world.start(Path::new(BINARY), "runs.bulk_upload.after=kill").await.expect("a server");
    world.apply(&server).await.expect("a run");
    server.is_gone().await.expect("it kills itself");
    server = world.start(Path::new(BINARY), "runs.bulk_start.after=kill").await.expect("a server");
    server.is_gone().await.expect("it kills itself");
    server = world.start(Path::new(BINARY), "").await.expect("a server");
    world.settled().await.expect("an end");
    server.kill().await.expect("it lives");
    let history = world.history().await.expect("a history");
    assert_eq!(judge(&history), []);
    assert!(history.targets.iter().all(|target| target.state == State::Applied));
    let journal = world.shop.journal();
    let count = |name: &str, is_line: bool| {
        let is_such = |e: &&JournalEntry| {
            e.operation_name.as_deref() == Some(name) && (e.kind == "bulk_line") == is_line
        };
        journal.iter().filter(is_such).count()
    };
    // Each product is a line of the one operation, and none was written by a call of its own.
    assert_eq!(
        (count("RunBulkMutation", false), count("WritePrices", true), count("WritePrices", false)),
        (1, 1300, 0)
    );
}

/// Lost answers 5 %, server errors 2 %, and throttling beyond what the bucket does, each with its seed.
const WEATHER: [(u64, FaultKind, u32); 4] = [
    (5, FaultKind::TimeoutAfterCommit { hold_ms: 0 }, 50),
    (6, FaultKind::HttpErrorBeforeCommit { status: 502 }, 10),
    (7, FaultKind::HttpErrorAfterCommit { status: 503 }, 10),
    (8, FaultKind::Throttle, 10),
];

/// 5,000 variants, each product by a call of its own: throttling, lost answers, server errors, a merchant who edits, and three servers killed at work.
#[tokio::test(flavor = "multi_thread")]
async fn five_thousand_variants_end_clean() {
    let world = RealWorld::of_tens(500).await.expect("a world");
    let mut server = world.start(Path::new(BINARY), "").await.expect("a server");
    // Each has a seed of its own: of one seed, the rarer would only ever hit where the commoner hits first.
    for (seed, kind, per_mille) in WEATHER {
        world.shop.add_fault(Fault::seeded(kind, WRITE, per_mille, seed));
    }
    let mark = world.shop.journal().len();
    world.apply(&server).await.expect("a run");
    for (kill, calls) in [(1, 80), (2, 220), (3, 380)] {
        world.called(mark + calls).await;
        world.shop.edit_share(4, kill).expect("the merchant edits");
        server.kill().await.expect("it lives");
        server = world.start(Path::new(BINARY), "").await.expect("a server");
    }
    world.settled().await.expect("an end");
    let history = world.history().await.expect("a history");
    assert_eq!(judge(&history), []);
    let count = |state| history.targets.iter().filter(|target| target.state == state).count();
    let (applied, conflicts) = (count(State::Applied), count(State::Conflict));
    println!("{applied} applied, {conflicts} conflicts; {:?}", excused(&history));
    assert_eq!((history.targets.len(), applied + conflicts), (5000, 5000), "applied + conflicts = planned");
    assert!(conflicts > 5, "the merchant's edits met nothing");
    let journal = world.shop.journal();
    let calls = journal
        .iter()
        .filter(|e| e.operation_name.as_deref() == Some("WritePrices") && e.kind != "bulk_line")
        .count();
    assert!(calls >= 500, "each product by a call of its own: {calls}");
    for (_, kind, per_mille) in WEATHER {
        let met = journal.iter().filter(|entry| entry.faults.iter().any(|name| name == kind.name())).count();
        println!("{}: {met} of {calls} calls", kind.name());
        let expected = calls * per_mille as usize / 1000;
        assert!(met > 0 && met * 2 >= expected, "{} hit {met} calls and not some {expected}", kind.name());
    }
}
