//! A real dump, restored into another server whose transaction ids are lower, loses and repeats nothing. Runs in a
//! process of its own with the system's Postgres, which unlike the one beside the console comes with `pg_dump`.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use kernel_db::{Config, Db, EmbeddedConfig, EmbeddedPostgres, url_of};
use kernel_events::{NewReplay, Relay, RelayConfig, append, open_log, request_replay, retry_dead_letters};
use kernel_test::{connect, settled};

use crate::support::{Ear, World, event, tell};

/// Names the folder of the programs to the inner process, which otherwise has nothing to do.
const PROGRAMS: &str = "CALIBR_TEST_DUMP_BIN";

#[tokio::test]
async fn a_dump_restored_elsewhere_loses_and_repeats_nothing() {
    let Some(programs) = programs() else {
        let missing =
            "there is no pg_dump beside a Postgres of 15 or newer (Debian: apt-get install postgresql)";
        assert!(std::env::var("CI").as_deref() != Ok("true"), "{missing}");
        eprintln!("not run: {missing}");
        return;
    };
    let mut inner = Command::new(std::env::current_exe().expect("this program"));
    inner.args(["--exact", "restore::with_the_system_postgres", "--nocapture"]);
    inner.env(PROGRAMS, &programs).env("CALIBR_PG_BIN", &programs).env_remove("CALIBR_TEST_PG");
    let output = inner.output().expect("the inner process");
    let told =
        format!("{}\n{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success() && told.contains("restored three times"), "{told}");
}

/// The newest folder with all the programs.
fn programs() -> Option<PathBuf> {
    let fits = |folder: &PathBuf| {
        ["pg_dump", "psql", "postgres", "initdb"].iter().all(|program| folder.join(program).is_file())
    };
    let path = std::env::var_os("PATH").unwrap_or_default();
    let versions = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let mut versions: Vec<PathBuf> = versions.map(|entry| entry.path().join("bin")).filter(fits).collect();
    versions.sort();
    versions.pop().or_else(|| std::env::split_paths(&path).find(fits))
}

#[tokio::test]
async fn with_the_system_postgres() {
    let Some(programs) = std::env::var_os(PROGRAMS).map(PathBuf::from) else { return };
    let world = World::new().await;
    let ear = Ear::default();
    burn_transactions(&world).await;
    ear.hurt(&["c:1"]);
    ear.absurd.lock().expect("no panic").insert("d:1".to_owned());
    world.tell(&["a:1", "b:1", "c:1", "d:1"]).await;
    world.relay(vec![ear.consumer("ear")]).run_due().await.expect("delivered");
    world.tell(&["a:2", "c:2", "b:2"]).await;
    // Not committed when the dump is made, so it never happened there.
    let open = world.db().tenant_tx(world.ctx.tenant).await.expect("a transaction");
    append(&world.ctx, &open, &[event("a:never")]).await.expect("appended");
    let folder = tempfile::tempdir().expect("a folder");
    let dump = folder.path().join("first.sql");
    write_dump(&programs, &world.db.config, &dump);
    drop(open);

    // Into another server.
    let elsewhere = EmbeddedPostgres::start(EmbeddedConfig {
        data_dir: folder.path().join("elsewhere"),
        throw_away: true,
    })
    .await
    .expect("another server");
    let config = read_dump(&programs, &elsewhere.config(), "restored", &dump).await;
    let db = Db::connect(&config, 4).await.expect("restored");
    let refused = {
        let tx = db.tenant_tx(world.ctx.tenant).await.expect("a transaction");
        append(&world.ctx, &tx, &[event("a:3")]).await
    };
    assert!(refused.is_err(), "appended to a log that was not opened here");
    assert_eq!(open_log(&db).await.expect("opened"), 2);
    assert_eq!(open_log(&db).await.expect("opened again"), 2);
    tell(&db, &world.ctx, &["a:3", "e:1"]).await;
    settled(&config).await;
    assert_ids_went_back(&config).await;
    ear.heal();
    ear.absurd.lock().expect("no panic").clear();
    world.seconds_pass(10);
    goes_on(&world, &db, &ear).await;

    // And from there back to the first server, whose ids are higher again.
    let dump = folder.path().join("second.sql");
    write_dump(&programs, &config, &dump);
    let config = read_dump(&programs, &world.db.config, "back", &dump).await;
    let db = Db::connect(&config, 4).await.expect("restored");
    assert_eq!(open_log(&db).await.expect("opened"), 3);
    let before = ear.taken().len();
    tell(&db, &world.ctx, &["a:4"]).await;
    settled(&config).await;
    relay(&world, &db, &ear).run_due().await.expect("delivered");
    assert_eq!(ear.taken()[before..], ["a:4"]);

    // Within one server ids go on, and so does the life of the log.
    write_dump(&programs, &config, &dump);
    let config = read_dump(&programs, &world.db.config, "beside", &dump).await;
    let db = Db::connect(&config, 4).await.expect("restored");
    assert_eq!(open_log(&db).await.expect("opened"), 3);
    tell(&db, &world.ctx, &["a:5"]).await;
    settled(&config).await;
    relay(&world, &db, &ear).run_due().await.expect("delivered");
    assert_eq!(ear.taken()[before..], ["a:4", "a:5"]);
    replay_all(&world, &db, &ear).await;
    elsewhere.stop().await.expect("stopped");
    println!("restored three times");
}

/// What was open or new when the dump was made, and what came after the restore, each once and in order.
async fn goes_on(world: &World, db: &Db, ear: &Ear) {
    let before = ear.taken().len();
    assert_eq!(before, 2, "{:?}", ear.taken());
    relay(world, db, ear).run_due().await.expect("delivered");
    let mut things: Vec<Vec<String>> = ear.by_thing().into_values().collect();
    things.sort();
    assert_eq!(things, [vec!["a:1", "a:2", "a:3"], vec!["b:1", "b:2"], vec!["c:1", "c:2"], vec!["e:1"]]);
    let tx = db.tenant_tx(world.ctx.tenant).await.expect("a transaction");
    let retried = retry_dead_letters(&world.ctx, &tx, "ear").await.expect("retried");
    tx.commit().await.expect("a commit");
    assert_eq!(retried.len(), 1);
    relay(world, db, ear).run_due().await.expect("delivered");
    assert_eq!(ear.taken().last().map(String::as_str), Some("d:1"));
}

async fn replay_all(world: &World, db: &Db, ear: &Ear) {
    let before = ear.taken().len();
    let tx = db.tenant_tx(world.ctx.tenant).await.expect("a transaction");
    let all = NewReplay { consumer: "ear".to_owned(), from_position: 1, to_position: i64::MAX };
    request_replay(&world.ctx, &tx, &all).await.expect("a replay");
    tx.commit().await.expect("a commit");
    relay(world, db, ear).run_due().await.expect("delivered");
    let told = ["a:1", "b:1", "c:1", "d:1", "a:2", "c:2", "b:2", "a:3", "e:1", "a:4", "a:5"];
    assert_eq!(ear.taken()[before..], told, "the log is not in its order");
}

fn relay(world: &World, db: &Db, ear: &Ear) -> Relay {
    let config = RelayConfig { batch: 2, ..RelayConfig::default() };
    Relay::new(db.clone(), Arc::new(world.clock.clone()), vec![ear.consumer("ear")], config)
}

/// A server that has worked for a while.
async fn burn_transactions(world: &World) {
    let sql = "do $$ begin for i in 1..50000 loop perform pg_current_xact_id(); commit; end loop; end $$";
    world.db.owner().await.batch_execute(sql).await.expect("transactions");
}

/// Without this the test would prove nothing.
async fn assert_ids_went_back(config: &Config) {
    let sql = "select (select max(tx_id::text::bigint) from event_log where epoch = 2)
             < (select min(tx_id::text::bigint) from event_log where epoch = 1)";
    let lower: bool = connect(config).await.query_one(sql, &[]).await.expect("ids").get(0);
    assert!(lower, "the other server's transaction ids are not lower");
}

fn write_dump(programs: &Path, from: &Config, file: &Path) {
    run(Command::new(programs.join("pg_dump")).arg(format!("--file={}", file.display())).arg(url_of(from)));
}

/// Restores into a new database of `server`.
async fn read_dump(programs: &Path, server: &Config, name: &str, file: &Path) -> Config {
    let mut config = server.clone();
    config.dbname("postgres");
    let owner = connect(&config).await;
    owner
        .batch_execute(
            "do $$ begin
                 if not exists (select from pg_roles where rolname = 'calibr_app') then
                     create role calibr_app noinherit;
                     create role calibr_dispatch noinherit;
                     grant calibr_dispatch to calibr_app;
                 end if;
             end $$",
        )
        .await
        .expect("the roles");
    owner.batch_execute(&format!("create database {name}")).await.expect("a database");
    config.dbname(name);
    let mut psql = Command::new(programs.join("psql"));
    psql.args(["--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1"]);
    run(psql.arg(format!("--file={}", file.display())).arg(url_of(&config)));
    config
}

fn run(command: &mut Command) {
    let output = command.output().expect("the program runs");
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
}
