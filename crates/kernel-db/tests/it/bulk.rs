//! Bulk inserts obey the same policies and constraints as single ones.

use kernel_core::TenantId;
use kernel_test::TestDb;

const COLUMNS: [&str; 4] = ["tenant_id", "id", "name", "amount_minor"];

async fn with_rows() -> TestDb {
    let test = TestDb::new().await;
    let table =
        "create table bulk_rows (tenant_id uuid not null, id int not null, name text, amount_minor bigint,
                     made_by text not null default 'default', primary key (tenant_id, id));
                 select calibr_protect('bulk_rows')";
    test.owner().await.batch_execute(table).await.expect("a table");
    test
}

#[tokio::test]
async fn rows_arrive_with_nulls_and_defaults_and_twice_in_one_transaction() {
    let test = with_rows().await;
    let tenant = TenantId::new();
    let tx = test.db.tenant_tx(tenant).await.expect("a transaction");
    for (from, to) in [(0, 1000), (1000, 1500)] {
        let mut bulk = tx.bulk_insert("bulk_rows", &COLUMNS, "").await.expect("a bulk insert");
        for id in from..to {
            let name = (id % 2 == 0).then(|| format!("row {id}"));
            bulk.row(&[&tenant.0, &id, &name, &(i64::from(id) * 100)]).await.expect("a row");
        }
        assert_eq!(bulk.finish().await.expect("an insert"), u64::try_from(to - from).expect("a count"));
    }
    let sql =
        "select count(*), count(name), sum(amount_minor)::bigint, count(*) filter (where made_by = 'default')
               from bulk_rows";
    let row = tx.query_one(sql, &[]).await.expect("a row");
    let sum: i64 = (0..1500).map(|id| id * 100).sum();
    let found: (i64, i64, i64, i64) = (row.get(0), row.get(1), row.get(2), row.get(3));
    assert_eq!(found, (1500, 750, sum, 1500));
    tx.commit().await.expect("a commit");
}

#[tokio::test]
async fn another_tenants_rows_are_refused_and_conflicts_follow_the_clause() {
    let test = with_rows().await;
    let tenant = TenantId::new();
    let tx = test.db.tenant_tx(tenant).await.expect("a transaction");
    let mut bulk = tx.bulk_insert("bulk_rows", &COLUMNS, "").await.expect("a bulk insert");
    bulk.row(&[&TenantId::new().0, &1, &"theirs", &1_i64]).await.expect("a row on its way");
    assert_eq!(bulk.finish().await.expect_err("another tenant").code(), Some("42501"));
    drop(tx);

    let tx = test.db.tenant_tx(tenant).await.expect("a transaction");
    let clause = "on conflict (tenant_id, id) do nothing";
    let mut bulk = tx.bulk_insert("bulk_rows", &COLUMNS, clause).await.expect("a bulk insert");
    for _ in 0..2 {
        bulk.row(&[&tenant.0, &7, &"ours", &1_i64]).await.expect("a row");
    }
    assert_eq!(bulk.finish().await.expect("an insert"), 1);
}

#[tokio::test]
async fn an_unfinished_one_inserts_nothing_and_the_transaction_goes_on() {
    let test = with_rows().await;
    let tenant = TenantId::new();
    let tx = test.db.tenant_tx(tenant).await.expect("a transaction");
    tx.batch_execute("savepoint before").await.expect("a savepoint");
    let mut bulk = tx.bulk_insert("bulk_rows", &COLUMNS, "").await.expect("a bulk insert");
    bulk.row(&[&tenant.0, &1, &"x", &1_i64]).await.expect("a row");
    drop(bulk);
    tx.batch_execute("rollback to before").await.expect("a way back");
    assert_eq!(tx.query("select from bulk_rows", &[]).await.expect("rows").len(), 0);
}
