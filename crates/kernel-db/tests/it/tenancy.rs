//! Row-level security as the application meets it: what one tenant writes, nobody else sees or touches.

use kernel_core::TenantId;
use kernel_db::{Db, DbError, Queries};
use kernel_test::{TestDb, tenant};

const NOTES: &str = "
    create table notes (tenant_id uuid not null, id int not null, body text not null, primary key (tenant_id, id));
    select calibr_protect('notes')";

async fn with_notes() -> TestDb {
    let test = TestDb::new().await;
    test.owner().await.batch_execute(NOTES).await.expect("a table");
    test
}

async fn write(db: &Db, tenant: TenantId, id: i32) {
    let tx = db.tenant_tx(tenant).await.expect("a transaction");
    insert(&tx, tenant, id).await.expect("a row");
    tx.commit().await.expect("a commit");
}

async fn insert(tx: &Queries, tenant: TenantId, id: i32) -> Result<u64, DbError> {
    tx.execute("insert into notes (tenant_id, id, body) values ($1, $2, 'x')", &[&tenant.0, &id]).await
}

async fn ids(tx: &Queries) -> Vec<i32> {
    let rows = tx.query("select id from notes order by id", &[]).await.expect("rows");
    rows.iter().map(|row| row.get(0)).collect()
}

#[tokio::test]
async fn a_tenant_sees_its_rows_and_no_others() {
    let test = with_notes().await;
    let (ours, theirs) = (tenant(&test.db).await, tenant(&test.db).await);
    write(&test.db, ours, 1).await;
    write(&test.db, theirs, 2).await;
    assert_eq!(ids(&test.db.tenant_tx(ours).await.expect("a transaction")).await, [1]);
    assert_eq!(ids(&test.db.repeatable_read(theirs).await.expect("a transaction")).await, [2]);
    assert_eq!(ids(&test.db.tenant_tx(TenantId::new()).await.expect("a transaction")).await, [0_i32; 0]);
}
