//! Runs that could not find out what became of a write, or could not carry on at all: none holds the shop for ever, and
//! what may have been written can be retried and taken back.

use calibr::catalog::{Import, ImportSource};
use channel::{ChannelProduct, ChannelVariant, OptionValue, ProductStatus};
use kernel_core::Money;
use serde_json::{Value, json};
use simulators::shopify::{Fault, FaultKind};

use crate::support::{Plan, Shop, TestApp, gid, goods, writes};

const WRITE: &str = "productVariantsBulkUpdate";

fn rule() -> Value {
    json!({ "schema": "rule.v1", "name": "all", "select": { "all_variants": true }, "steps": [{ "percent": "-7" }] })
}

/// A run whose only write reached the shop, but whose answer was lost, and then the shop locked us out.
async fn written_and_locked_out(app: &TestApp, shop: &Shop) -> (Plan, String) {
    let plan = app.plan(rule()).await;
    app.approve(&plan).await;
    shop.sim.add_fault(Fault::once(FaultKind::TimeoutAfterCommit { hold_ms: 0 }, WRITE));
    let run_id = app.apply(&plan).await;
    app.wait_until("select exists (select 1 from jobs where state = 'queued' and attempts = 1)").await;
    shop.sim.set_revoked(true);
    let run = app.settled(&run_id).await;
    assert_eq!((&run["state"], &run["counts"]["failed"]), (&json!("failed"), &json!(1)), "{run}");
    shop.sim.set_revoked(false);
    let shown = app.editor().get(&plan.path("")).await.expect(200);
    assert_eq!(shown["allowed"], json!(["roll_back", "retry_failed"]));
    (plan, run_id)
}

#[tokio::test]
async fn what_failed_on_a_later_attempt_can_be_retried() {
    let app = TestApp::new().await;
    let shop = app.shop(goods(1, 1)).await;
    let (_, run_id) = written_and_locked_out(&app, &shop).await;
    let run = app.retry_failed(&run_id).await;
    assert_eq!((&run["state"], &run["counts"]["verified"]), (&json!("applied"), &json!(1)), "{run}");
    assert_eq!(writes(&shop.sim.journal()).len(), 1, "it was there already");
    app.finish().await;
}

#[tokio::test]
async fn what_may_have_been_written_is_rolled_back() {
    let app = TestApp::new().await;
    let shop = app.shop(goods(1, 1)).await;
    let before = shop.sim.state().without_times();
    let (plan, run_id) = written_and_locked_out(&app, &shop).await;
    assert_ne!(shop.sim.state().without_times(), before, "the write did reach the shop");
    let back = app.roll_back(&plan).await;
    assert_eq!(back["state"], "applied", "{back}");
    assert_eq!(shop.sim.state().without_times(), before);
    let refused = app.editor().post(&format!("/runs/{run_id}/retry-failed"), json!({})).await;
    refused.refused(409, "run.rolled_back");
    app.finish().await;
}

#[tokio::test]
async fn rolling_back_what_never_arrived_writes_nothing() {
    let app = TestApp::new().await;
    let shop = app.shop(goods(1, 1)).await;
    let before = shop.sim.state().without_times();
    let plan = app.plan(rule()).await;
    app.approve(&plan).await;
    shop.sim.add_fault(Fault::once(FaultKind::TimeoutBeforeCommit { hold_ms: 0 }, WRITE));
    let run_id = app.apply(&plan).await;
    app.wait_until("select exists (select 1 from jobs where state = 'queued' and attempts = 1)").await;
    shop.sim.set_revoked(true);
    app.settled(&run_id).await;
    shop.sim.set_revoked(false);
    let back = app.roll_back(&plan).await;
    assert_eq!((&back["state"], &back["counts"]["skipped"]), (&json!("applied"), &json!(1)), "{back}");
    assert_eq!(app.state_of(&plan).await, "rolled_back");
    assert_eq!((writes(&shop.sim.journal()).len(), shop.sim.state().without_times()), (0, before));
    app.finish().await;
}

#[tokio::test]
async fn a_batch_that_cannot_be_settled_is_given_up_and_frees_the_shop() {
    let app = TestApp::new().await;
    let shop = app.shop(goods(1, 2)).await;
    let plan = app.plan(rule()).await;
    app.approve(&plan).await;
    let broken = "create function broken() returns trigger language plpgsql as 'begin raise exception ''broken''; end';
         create trigger broken before insert on audit_records for each row when (new.action = 'price.applied')
            execute function broken()";
    app.owner.batch_execute(broken).await.expect("a trigger");
    let run_id = app.apply(&plan).await;
    let run = app.settled(&run_id).await;
    assert_eq!(run["state"], "failed", "{run}");
    for words in ["A job failed.", "A batch is given up."] {
        app.expect_logged(words);
    }
    let targets = app.targets(&run).await;
    assert!(targets.iter().all(|target| target["reason_code"] == "calibr.gave_up"), "{targets:?}");
    assert_eq!(app.audit("price.failed").await.len(), 2);
    app.owner.batch_execute("drop trigger broken on audit_records").await.expect("no trigger");
    let run = app.retry_failed(&run_id).await;
    assert_eq!((&run["state"], &run["counts"]["verified"]), (&json!("applied"), &json!(2)), "{run}");
    assert_eq!(writes(&shop.sim.journal()).len(), 2, "each price was written once in all");
    app.finish().await;
}

#[tokio::test]
async fn a_shop_is_not_read_while_a_run_writes_to_it() {
    let app = TestApp::new().await;
    let shop = app.shop(goods(1, 1)).await;
    let plan = app.plan(rule()).await;
    app.approve(&plan).await;
    shop.sim.add_fault(Fault::once(FaultKind::HoldAfterCommit { hold_ms: None }, WRITE));
    let run_id = app.apply(&plan).await;
    shop.sim.wait_held(1).await;
    let refused = app.editor().post(&format!("/channels/{}/ingest", shop.channel), json!({})).await;
    refused.refused(409, "channel.busy");
    shop.sim.release();
    app.settled(&run_id).await;
    app.ingest(&shop).await;
    app.finish().await;
}

fn variant(id: &str, size: &str) -> ChannelVariant {
    ChannelVariant {
        id: id.into(),
        sku: None,
        title: size.to_owned(),
        options: vec![OptionValue { name: "Size".to_owned(), value: size.to_owned() }],
        barcode: None,
        price: Money::from_minor(2000, "EUR".parse().expect("a currency")),
        compare_at: None,
        cost: None,
        inventory_quantity: None,
    }
}

/// Takes in the one product of a shop with these variants, as a reading of the shop would.
async fn taken(app: &TestApp, shop: &Shop, variants: Vec<ChannelVariant>) {
    let product = ChannelProduct {
        id: "gid://shopify/Product/1".into(),
        handle: "goods-0".to_owned(),
        title: "Goods".to_owned(),
        vendor: String::new(),
        product_type: String::new(),
        tags: Vec::new(),
        status: ProductStatus::Active,
        variants,
        updated_at: None,
    };
    let ctx = app.home.system(&app.app);
    let tx = app.app.db.tenant_tx(ctx.tenant).await.expect("a transaction");
    let project = calibr::accounts::resolve_project(&tx, None).await.expect("the project");
    let source = ImportSource::Channel(shop.channel.parse().expect("an id"));
    let mut import = Import::begin(&ctx, tx, &project, source).await.expect("an import");
    import.take(vec![product]).await.expect("the product is taken");
    import.finish().await.expect("the import ends");
}

#[tokio::test]
async fn variants_keep_their_identity_when_their_options_change_places() {
    let app = TestApp::new().await;
    let shop = app.shop(goods(1, 2)).await;
    let [first, second] = shop.variants().try_into().expect("two variants");
    let (first, second) = (gid(&first), gid(&second));
    let ids = async || -> Vec<(String, String)> {
        let rows = app
            .owner
            .query("select external_variant_id, variant_id::text from channel_refs order by 1", &[])
            .await;
        rows.expect("the ids").iter().map(|row| (row.get(0), row.get(1))).collect()
    };
    let at_first = ids().await;
    // Swapped, then one renamed and a new one under its old name, then one gone and its name taken over.
    taken(&app, &shop, vec![variant(&first, "Size 1"), variant(&second, "Size 0")]).await;
    assert_eq!(ids().await, at_first);
    taken(
        &app,
        &shop,
        vec![variant(&first, "Size 9"), variant(&second, "Size 0"), variant("gid://new", "Size 1")],
    )
    .await;
    let with_new = ids().await;
    assert_eq!(with_new.iter().filter(|known| at_first.contains(known)).count(), 2);
    assert_eq!(with_new.len(), 3);
    taken(&app, &shop, vec![variant(&first, "Size 0"), variant("gid://new", "Size 1")]).await;
    assert_eq!(ids().await, with_new);
    app.finish().await;
}
