//! The database dies in the middle of a run, as `pg_ctl stop -m immediate` and a killed machine end it, and comes back.

use std::path::Path;

use kernel_db::{Db, EmbeddedConfig, EmbeddedPostgres, migrate};
use kernel_test::connect;
use rustix::process::{Pid, Signal, kill_process};
use simulators::shopify::{Fault, FaultKind};

use crate::judge::{a_tenth_off, back, moved, now, recorded_once, written_once};
use crate::server::Server;
use crate::world::World;

const WRITE: &str = "productVariantsBulkUpdate";
const READ: &str = "nodes";

/// A lasting Postgres of its own.
async fn started(folder: &Path) -> EmbeddedPostgres {
    let config = EmbeddedConfig { data_dir: folder.to_owned(), throw_away: false };
    EmbeddedPostgres::start(config).await.expect("a server")
}

/// Without a checkpoint and without a word to those who are connected; what was committed is recovered at the start.
async fn dies_and_comes_back(postgres: EmbeddedPostgres, folder: &Path) -> EmbeddedPostgres {
    let pid = i32::try_from(postgres.pid()).ok().and_then(Pid::from_raw).expect("a process");
    kill_process(pid, Signal::QUIT).expect("a signal");
    drop(postgres);
    started(folder).await
}

/// It dies while a price was read and is about to be written, while a write stands in the shop and its answer is on the
/// way, and while the next is under way; then again while the run is taken back.
#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_dies_again_and_again_loses_and_repeats_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut postgres = started(folder.path()).await;
    let config = postgres.config();
    migrate(&config).await.expect("migrated");
    let db = Db::connect(&config, 4).await.expect("a pool");
    let mut world = World::in_database(12, config, db).await;
    let server = Server::start(&world).await;
    let plan = world.approved(&server).await;
    let moves = a_tenth_off(&world.before);
    let mark = world.shop.journal().len();
    let points = [
        Fault::once(FaultKind::HoldBeforeCommit { hold_ms: None }, READ),
        Fault { skip: 3, ..Fault::once(FaultKind::HoldAfterCommit { hold_ms: None }, WRITE) },
        Fault { skip: 2, ..Fault::once(FaultKind::HoldBeforeCommit { hold_ms: None }, WRITE) },
    ];
    let mut run = String::new();
    for point in points {
        world.shop.add_fault(point);
        if run.is_empty() {
            run = world.apply(&server, &plan).await;
        }
        world.held(1).await;
        postgres = dies_and_comes_back(postgres, folder.path()).await;
        world.owner = connect(&world.database).await;
        world.shop.release();
        server.until_answers(&world.editor, &format!("runs/{run}")).await;
    }
    let applied = server.settled(&world.editor, &run).await;
    written_once(&world.journal_since(mark), &moves);
    assert_eq!(now(&world), moved(&world.before, &moves));
    recorded_once(&world, &server, &applied, "price.applied", &moves).await;

    let mark = world.shop.journal().len();
    world
        .shop
        .add_fault(Fault { skip: 5, ..Fault::once(FaultKind::HoldAfterCommit { hold_ms: None }, WRITE) });
    let roll_back = world.roll_back(&server, &plan).await;
    world.held(1).await;
    postgres = dies_and_comes_back(postgres, folder.path()).await;
    world.owner = connect(&world.database).await;
    world.shop.release();
    server.until_answers(&world.editor, &format!("runs/{roll_back}")).await;
    let rolled_back = server.settled(&world.editor, &roll_back).await;
    written_once(&world.journal_since(mark), &back(&moves));
    assert_eq!(now(&world), serde_json::to_value(&world.before).expect("a state"));
    recorded_once(&world, &server, &rolled_back, "price.rolled_back", &back(&moves)).await;
    let log = std::fs::read_to_string(postgres.folder().join("server.log")).expect("a log");
    assert!(log.contains("was not properly shut down"), "the database never died: {log}");
    server.kill().await;
    postgres.stop().await.expect("stopped");
}
