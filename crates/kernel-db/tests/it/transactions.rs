//! Owned transactions: what lasts, what does not, and what happens to the connection.

use kernel_core::{Error, ErrorKind, TenantId};
use kernel_db::{Db, DbError};
use kernel_test::TestDb;

async fn with_counter() -> (TestDb, Db) {
    let test = TestDb::new().await;
    let table = "create table counter (tenant_id uuid not null, n int not null constraint counter_small check (n < 100),
                     primary key (tenant_id, n));
                 select calibr_protect('counter')";
    test.owner().await.batch_execute(table).await.expect("a table");
    // With one connection the next transaction waits for the end of the one before.
    let db = Db::connect(&test.config, 1).await.expect("a pool");
    (test, db)
}

const INSERT: &str = "insert into counter values ($1, $2)";

async fn numbers(db: &Db, tenant: TenantId) -> Vec<i32> {
    let tx = db.tenant_tx(tenant).await.expect("a transaction");
    let rows = tx.query("select n from counter order by n", &[]).await.expect("rows");
    rows.iter().map(|row| row.get(0)).collect()
}

#[tokio::test]
async fn what_is_dropped_is_rolled_back_and_the_connection_is_used_again() {
    let (_test, db) = with_counter().await;
    let tenant = TenantId::new();
    let tx = db.tenant_tx(tenant).await.expect("a transaction");
    let before: i32 = tx.query_one("select pg_backend_pid()", &[]).await.expect("a row").get(0);
    tx.execute(INSERT, &[&tenant.0, &1]).await.expect("a row");
    drop(tx);
    let tx = db.tenant_tx(tenant).await.expect("a transaction");
    assert_eq!(tx.query("select from counter", &[]).await.expect("rows").len(), 0);
    let after: i32 = tx.query_one("select pg_backend_pid()", &[]).await.expect("a row").get(0);
    assert_eq!(before, after);
    tx.execute(INSERT, &[&tenant.0, &2]).await.expect("a row");
    tx.commit().await.expect("a commit");
    assert_eq!(numbers(&db, tenant).await, [2]);
}

#[tokio::test]
async fn a_cancelled_caller_leaves_nothing_behind() {
    let (test, db) = with_counter().await;
    let tenant = TenantId::new();
    let (begun, wait_begun) = tokio::sync::oneshot::channel();
    let worker = tokio::spawn({
        let db = db.clone();
        async move {
            let tx = db.tenant_tx(tenant).await.expect("a transaction");
            tx.execute(INSERT, &[&tenant.0, &1]).await.expect("a row");
            begun.send(()).expect("a listener");
            std::future::pending::<()>().await;
            tx.commit().await
        }
    });
    wait_begun.await.expect("a begun transaction");
    worker.abort();
    assert!(worker.await.expect_err("a cancelled task").is_cancelled());
    assert_eq!(numbers(&db, tenant).await, [0_i32; 0]);
    let open = "select count(*) from pg_stat_activity where datname = current_database() and state like 'idle in tr%'";
    let still_open: i64 = test.owner().await.query_one(open, &[]).await.expect("a row").get(0);
    assert_eq!(still_open, 0);
}

#[tokio::test]
async fn a_commit_after_a_failed_statement_is_an_error_not_a_silent_rollback() {
    let (_test, db) = with_counter().await;
    let tenant = TenantId::new();
    let tx = db.tenant_tx(tenant).await.expect("a transaction");
    tx.execute(INSERT, &[&tenant.0, &1]).await.expect("a row");
    let refused = tx.execute(INSERT, &[&tenant.0, &100]).await.expect_err("a broken check");
    assert_eq!((refused.constraint(), refused.code()), (Some("counter_small"), Some("23514")));
    assert_eq!(tx.commit().await.expect_err("an aborted transaction").code(), Some("25P02"));
    assert_eq!(numbers(&db, tenant).await, [0_i32; 0]);
}

#[tokio::test]
async fn a_killed_connection_is_replaced_and_reported_as_unavailable() {
    let (test, db) = with_counter().await;
    let tenant = TenantId::new();
    let tx = db.tenant_tx(tenant).await.expect("a transaction");
    let pid: i32 = tx.query_one("select pg_backend_pid()", &[]).await.expect("a row").get(0);
    // Answers only when the backend is gone.
    let killed = test.owner().await.query_one("select pg_terminate_backend($1, 10000)", &[&pid]).await;
    assert!(killed.expect("a row").get::<_, bool>(0));
    let lost = tx.execute(INSERT, &[&tenant.0, &1]).await.expect_err("a dead connection");
    drop(tx);
    let error = Error::from(lost);
    assert_eq!((error.kind, error.code), (ErrorKind::Unavailable, "database.unavailable"));
    assert_eq!(numbers(&db, tenant).await, [0_i32; 0], "the pool has a new connection");
}

#[tokio::test]
async fn nobody_says_that_nothing_was_changed_when_a_commit_was_not_answered() {
    let (test, db) = with_counter().await;
    let tenant = TenantId::new();
    let tx = db.tenant_tx(tenant).await.expect("a transaction");
    tx.execute(INSERT, &[&tenant.0, &1]).await.expect("a row");
    let pid: i32 = tx.query_one("select pg_backend_pid()", &[]).await.expect("a row").get(0);
    let killed = test.owner().await.query_one("select pg_terminate_backend($1, 10000)", &[&pid]).await;
    assert!(killed.expect("a row").get::<_, bool>(0));
    let error = Error::from(tx.commit().await.expect_err("nobody answers"));
    assert_eq!((error.kind, error.code), (ErrorKind::Unavailable, "database.unsure"));
}

#[tokio::test]
async fn a_snapshot_does_not_move_and_cannot_write() {
    let (test, _one) = with_counter().await;
    let tenant = TenantId::new();
    let snapshot = test.db.repeatable_read(tenant).await.expect("a transaction");
    assert_eq!(snapshot.query("select from counter", &[]).await.expect("rows").len(), 0);
    let tx = test.db.tenant_tx(tenant).await.expect("a transaction");
    tx.execute(INSERT, &[&tenant.0, &1]).await.expect("a row");
    tx.commit().await.expect("a commit");
    assert_eq!(snapshot.query("select from counter", &[]).await.expect("rows").len(), 0);
    let refused = snapshot.execute(INSERT, &[&tenant.0, &2]).await.expect_err("a write");
    assert_eq!(refused.code(), Some("25006"));
}

#[tokio::test]
async fn callers_are_told_to_retry_or_nothing_at_all() {
    let (_test, db) = with_counter().await;
    let tx = db.tenant_tx(TenantId::new()).await.expect("a transaction");
    for (statement, kind) in [
        ("select * from no_such_table", ErrorKind::Internal),
        ("do $$ begin raise exception 'x' using errcode = '40001'; end $$", ErrorKind::Unavailable),
        ("do $$ begin raise exception 'x' using errcode = '40P01'; end $$", ErrorKind::Unavailable),
        ("do $$ begin raise exception 'x' using errcode = '55P03'; end $$", ErrorKind::Unavailable),
        ("do $$ begin raise exception 'x' using errcode = '23505'; end $$", ErrorKind::Internal),
    ] {
        tx.batch_execute("savepoint before").await.expect("a savepoint");
        let error = Error::from(tx.batch_execute(statement).await.expect_err(statement));
        assert_eq!(error.kind, kind, "{statement}");
        assert!(!format!("{error}").contains("no_such_table"), "{error}");
        assert!(error.source.is_some(), "the cause goes to the log");
        tx.batch_execute("rollback to before").await.expect("a way back");
    }
}

#[tokio::test]
async fn a_url_survives_writing_and_one_that_leads_nowhere_is_refused() {
    let (test, _one) = with_counter().await;
    let db = Db::connect(&test.url, 2).await.expect("the URL of the test database");
    db.ping().await.expect("a connection");
    let with_tls = Db::connect(&format!("{}&sslmode=require", test.url), 1).await.map(|_| ());
    assert!(matches!(with_tls, Err(DbError::Setup(text)) if text.contains("sslmode")));
    assert!(matches!(Db::connect("host=/nowhere user=x", 1).await.map(|_| ()), Err(DbError::Pool(_))));
}
