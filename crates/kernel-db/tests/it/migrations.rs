//! Migrations: what is applied, what is refused, and two processes at once.

use kernel_db::{Config, Db, DbError, Migration, MigrationError, Migrations, migrate};
use kernel_test::server;
use uuid::Uuid;

const FIRST: &str = "create table one (id int)";

/// A database of this name does not exist yet.
async fn nowhere() -> Config {
    let mut config = server().await;
    config.dbname(format!("m_{}", Uuid::now_v7().simple()));
    config
}

fn files(list: &[(&str, &str)]) -> Result<Migrations, MigrationError> {
    Migrations::new(list.iter().map(|(name, sql)| Migration::new(name, sql)).collect::<Result<_, _>>()?)
}

async fn apply(config: &Config, list: &[(&str, &str)]) -> Result<Vec<String>, MigrationError> {
    Ok(files(list)?.apply(config).await?.applied)
}

async fn has_table(config: &Config, table: &str) -> bool {
    let client = kernel_test::connect(config).await;
    let row = client.query_one("select to_regclass($1) is not null", &[&table]).await.expect("a row");
    row.get(0)
}

#[tokio::test]
async fn the_database_is_made_and_each_file_is_applied_once_in_order() {
    let config = nowhere().await;
    let list = [("kernel_0002_second.sql", "alter table one add x int"), ("kernel_0001_first.sql", FIRST)];
    let applied = apply(&config, &list).await.expect("migrations");
    assert_eq!(applied, ["kernel_0001_first.sql", "kernel_0002_second.sql"]);
    assert_eq!(apply(&config, &list).await.expect("nothing to do"), [""; 0]);
    let more = [list[0], list[1], ("pricing_0003_third.sql", "create table three (id int)")];
    assert_eq!(apply(&config, &more).await.expect("one more"), ["pricing_0003_third.sql"]);
    assert!(has_table(&config, "three").await);
}

#[tokio::test]
async fn a_file_that_fails_leaves_nothing_of_itself_and_all_before_it() {
    let config = nowhere().await;
    let list = [("a_0001_a.sql", FIRST), ("a_0002_b.sql", "create table two (id int); select 1 / 0")];
    let error = apply(&config, &list).await.expect_err("a division by zero");
    let text = error.to_string();
    assert!(text.contains("a_0002_b.sql") && text.contains("division by zero"), "{text}");
    assert!(has_table(&config, "one").await && !has_table(&config, "two").await);
    // The file itself succeeds, but its record does not.
    let unrecorded = "create table two (id int); insert into schema_migrations values (2, 'x', 'x')";
    let refused = apply(&config, &[list[0], ("a_0002_b.sql", unrecorded)]).await;
    assert!(matches!(refused, Err(MigrationError::Failed { .. })) && !has_table(&config, "two").await);
    let mended = [list[0], ("a_0002_b.sql", "create table two (id int)")];
    assert_eq!(apply(&config, &mended).await.expect("the mended file"), ["a_0002_b.sql"]);
}

#[tokio::test]
async fn a_changed_file_a_newer_database_and_a_hole_are_refused() {
    let config = nowhere().await;
    let list = [("a_0001_a.sql", FIRST), ("a_0002_b.sql", "create table two (id int)")];
    apply(&config, &list).await.expect("migrations");
    let changed = [list[0], ("a_0002_b.sql", "create table two (id bigint)")];
    let refused = apply(&config, &changed).await;
    assert!(matches!(refused, Err(MigrationError::Changed(file)) if file == "a_0002_b.sql"));
    let renamed = [list[0], ("a_0002_c.sql", list[1].1)];
    assert!(
        matches!(apply(&config, &renamed).await, Err(MigrationError::Changed(file)) if file == "a_0002_b.sql")
    );
    let older = apply(&config, &list[..1]).await;
    assert!(matches!(older, Err(MigrationError::Newer { found: 2, known: 1 })));
    let client = kernel_test::connect(&config).await;
    client.batch_execute("delete from schema_migrations where number = 1").await.expect("a hole");
    assert!(matches!(apply(&config, &list).await, Err(MigrationError::Gap(1, _))));
}

#[tokio::test]
async fn badly_named_or_numbered_files_are_refused() {
    for name in
        ["0001_a.sql", "a_001_b.sql", "a_0001.sql", "a_0001_.sql", "A_0001_b.sql", "a_0000_b.sql", "a_0001_b"]
    {
        assert!(matches!(Migration::new(name, ""), Err(MigrationError::Name(_))), "{name}");
    }
    let twice = files(&[("a_0001_a.sql", ""), ("b_0001_b.sql", "")]);
    assert!(matches!(twice, Err(MigrationError::Duplicate(..))));
    let hole = files(&[("a_0001_a.sql", ""), ("a_0003_c.sql", "")]);
    assert!(matches!(hole, Err(MigrationError::Gap(2, file)) if file == "a_0003_c.sql"));
    let late = files(&[("a_0002_a.sql", "")]);
    assert!(matches!(late, Err(MigrationError::Gap(1, _))));
}

#[tokio::test]
async fn the_embedded_files_are_well_formed_and_give_a_schema_that_is_checked() {
    let config = nowhere().await;
    let report = migrate(&config).await.expect("the product's migrations");
    assert_eq!(report.applied.len(), usize::try_from(report.latest).expect("a count"));
    let db = Db::connect(&config, 1).await.expect("a migrated database");
    db.check_schema().await.expect("the schema of this binary");
    let client = kernel_test::connect(&config).await;
    let newer = "insert into schema_migrations (number, name, sha256) values (9999, 'x', 'x')";
    client.batch_execute(newer).await.expect("a newer migration");
    assert!(matches!(db.check_schema().await, Err(DbError::Setup(text)) if text.contains("newer calibr")));
    client.batch_execute("delete from schema_migrations where number > 1").await.expect("an older schema");
    assert!(matches!(db.check_schema().await, Err(DbError::Setup(text)) if text.contains("calibr migrate")));
}

#[tokio::test]
async fn many_at_once_apply_each_file_once() {
    let config = nowhere().await;
    // Would fail if two ran it, and takes locks that overlap.
    let list =
        [("a_0001_a.sql", FIRST), ("a_0002_b.sql", "insert into one values (1); create table two (id int)")];
    let all = futures_util::future::join_all((0..6).map(|_| apply(&config, &list))).await;
    let mut applied: Vec<String> = all.into_iter().flat_map(|one| one.expect("one of many")).collect();
    applied.sort_unstable();
    assert_eq!(applied, ["a_0001_a.sql", "a_0002_b.sql"]);
}

#[tokio::test]
async fn an_unmigrated_or_missing_database_says_what_to_do() {
    let refused = Db::connect(nowhere().await, 1).await.map(|_| ());
    assert!(matches!(&refused, Err(DbError::Setup(text)) if text.contains("calibr migrate")), "{refused:?}");
    let nonsense = Db::connect("postgresql://[", 1).await.map(|_| ());
    assert!(matches!(nonsense, Err(DbError::Config(_))));
}
