//! A batch reads its own targets, however many others the run has. SQL over `rule_targets`.

use kernel_core::{Ctx, Role};
use kernel_db::Row;
use kernel_test::TestDb;

use super::*;

const TARGETS: i64 = 20_000;
const BATCH: i64 = 100;

/// A run of [`TARGETS`], of which nothing else is there.
async fn large_run(db: &TestDb, ctx: &Ctx) -> RunId {
    let run = RunId::new();
    let owner = db.owner().await;
    // Only the targets matter here.
    let alone = "alter table rule_targets drop constraint rule_targets_tenant_id_run_id_fkey,
            drop constraint rule_targets_tenant_id_variant_id_fkey";
    owner.batch_execute(alone).await.expect("the right");
    let fill = "insert into rule_targets (tenant_id, run_id, row, id, batch, variant_id, external_variant_id,
            external_product_id, sku, title, state, before_minor, after_minor)
         select $1, $2, n, gen_random_uuid(), n / $3::bigint, gen_random_uuid(), 'v' || n, 'p' || n, '', '', 'queued', 1, 2
         from generate_series(0, $4::bigint - 1) as n";
    owner.execute(fill, &[&ctx.tenant.0, &run.0, &BATCH, &TARGETS]).await.expect("targets");
    run
}

/// Rows of `rule_targets` that this connection's transaction has read so far, dead ones too.
async fn rows_read(tx: &TenantTx) -> i64 {
    let sql = "select pg_stat_get_xact_tuples_returned(c.oid) + pg_stat_get_xact_tuples_fetched(c.oid) + coalesce((
            select sum(pg_stat_get_xact_tuples_returned(i.indexrelid))::bigint from pg_index i where i.indrelid = c.oid), 0)
         from pg_class c where c.oid = 'rule_targets'::regclass";
    let row: Row = tx.query_one(sql, &[]).await.expect("numbers");
    row.get(0)
}

#[tokio::test]
async fn a_batch_reads_only_its_own_targets() {
    let db = TestDb::new().await;
    let ctx = kernel_test::ctx(kernel_test::tenant(&db.db).await, Role::Admin);
    let run = large_run(&db, &ctx).await;
    let tx = db.db.tenant_tx(ctx.tenant).await.expect("a transaction");
    // As a large run does when it begins.
    tx.analyze("rule_targets").await.expect("statistics");
    tx.commit().await.expect("a commit");
    for batch in [3, 4] {
        let tx = db.db.tenant_tx(ctx.tenant).await.expect("a transaction");
        let open = intents_store(&tx, run, batch, 1, ctx.now()).await.expect("intents");
        assert_eq!(open.len(), 100);
        let sent = open.iter().map(|target| Sent::now(target.row, ctx.now(), None)).collect::<Vec<_>>();
        targets_set_sent(&tx, run, batch, 1, &sent).await.expect("they leave");
        let applied = |target: &OpenTarget| Settled {
            row: target.row,
            state: "applied",
            observed: Some(target.after),
            code: None,
            reason: None,
        };
        let settled: Vec<Settled> = open.iter().map(applied).collect();
        let told = targets_settle(&tx, run, batch, 1, &settled, ctx.now()).await.expect("they are settled");
        assert_eq!(told.len(), 100);
        let unverified = targets_unverified(&tx, run, batch).await.expect("they are read back");
        let rows: Vec<i64> = unverified.iter().map(|target| target.row).collect();
        targets_verified(&tx, run, batch, &rows, &[]).await.expect("they are equal");
        targets_leave_unverified(&tx, run, batch).await.expect("none is left");
        assert!(!has_open_targets(&tx, run, Some(batch), None).await.expect("an answer"));
        assert!(has_open_targets(&tx, run, None, None).await.expect("an answer"));
        let read = rows_read(&tx).await;
        assert!((100..6_000).contains(&read), "{read} rows were read for a batch of {BATCH}");
        tx.commit().await.expect("a commit");
    }
}
