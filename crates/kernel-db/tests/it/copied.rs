//! What is copied out is what an ordinary answer says, and only the tenant's.

use jiff::Timestamp;
use kernel_core::TenantId;
use kernel_db::{DbError, DbResult, TenantTx};
use kernel_test::TestDb;
use uuid::Uuid;

async fn with_rows(tenant: TenantId) -> TestDb {
    let test = TestDb::new().await;
    let table = format!(
        "create table copied_rows (tenant_id uuid not null, id bigint not null, name text not null, note text,
            flag boolean not null, at timestamptz not null, words text[] not null, primary key (tenant_id, id));
         select calibr_protect('copied_rows');
         insert into copied_rows select '{}', n, 'größe ' || n, case when n % 2 = 0 then 'note' end, n % 3 = 0,
            '1969-12-31 23:59:59.75Z'::timestamptz + n * interval '0.4 s',
            array_fill('長い'::text, array[(n % 4)::int])
         from generate_series(0, 999) n;
         insert into copied_rows values (gen_random_uuid(), 1, 'theirs', null, true, now(), '{{}}')",
        tenant.0
    );
    test.owner().await.batch_execute(&table).await.expect("a table");
    test
}

type Row = (Uuid, i64, String, Option<String>, bool, Timestamp, Vec<String>);

const ROWS: &str = "select tenant_id, id, name, note, flag, at, words from copied_rows order by id";

async fn copied(tx: &TenantTx, sql: &str) -> DbResult<Vec<Row>> {
    let mut rows = Vec::new();
    tx.copy_out(sql, |mut row| {
        let owned = |words: Vec<&str>| words.into_iter().map(str::to_owned).collect();
        let (tenant, id, name) = (row.take()?, row.take()?, row.take::<&str>()?.to_owned());
        let note = row.take::<Option<&str>>()?.map(str::to_owned);
        rows.push((tenant, id, name, note, row.take()?, row.take()?, owned(row.take()?)));
        DbResult::Ok(())
    })
    .await?;
    Ok(rows)
}

#[tokio::test]
async fn copied_rows_are_those_of_an_ordinary_answer() {
    let tenant = TenantId::new();
    let test = with_rows(tenant).await;
    let tx = test.db.tenant_tx(tenant).await.expect("a transaction");
    let rows = tx.query(ROWS, &[]).await.expect("an ordinary answer");
    let expected: Vec<Row> = rows
        .iter()
        .map(|row| (row.get(0), row.get(1), row.get(2), row.get(3), row.get(4), row.get(5), row.get(6)))
        .collect();
    assert_eq!(expected.len(), 1_000, "another tenant's row is not seen");
    assert_eq!(copied(&tx, ROWS).await.expect("a copy"), expected);
    let nothing = "select tenant_id, id, name, note, flag, at, words from copied_rows where id < 0";
    assert_eq!(copied(&tx, nothing).await.expect("an empty copy"), []);
}

#[tokio::test]
async fn a_column_read_as_what_it_is_not_is_refused_and_the_transaction_goes_on() {
    let tenant = TenantId::new();
    let test = with_rows(tenant).await;
    let tx = test.db.tenant_tx(tenant).await.expect("a transaction");
    let refused = tx.copy_out("select name from copied_rows", |mut row| row.take::<i64>().map(drop)).await;
    assert!(matches!(refused, Err(DbError::Copied)), "a text is no number");
    let refused = tx.copy_out("select note from copied_rows", |mut row| row.take::<&str>().map(drop)).await;
    assert!(matches!(refused, Err(DbError::Copied)), "NULL is no text");
    let more =
        |mut row: kernel_db::CopiedRow<'_>| row.take::<i64>().and_then(|_| row.take::<i64>()).map(drop);
    let refused = tx.copy_out("select id from copied_rows", more).await;
    assert!(matches!(refused, Err(DbError::Copied)), "there is no second column");
    for words in ["array['a', null]", "array[['a'], ['b']]"] {
        let refused =
            tx.copy_out(&format!("select {words}"), |mut row| row.take::<Vec<&str>>().map(drop)).await;
        assert!(matches!(refused, Err(DbError::Copied)), "{words}");
    }
    let refused: DbResult<()> = tx.copy_out("select 1 / id from copied_rows", |_| Ok(())).await;
    assert_eq!(refused.expect_err("a division by zero").code(), Some("22012"));
    drop(tx);
    let tx = test.db.tenant_tx(tenant).await.expect("a transaction");
    tx.copy_out("select id from copied_rows", |_| Err(DbError::Copied)).await.expect_err("given up");
    assert_eq!(copied(&tx, ROWS).await.expect("the next statement").len(), 1_000);
}
