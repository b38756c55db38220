//! Reading and writing in bulk: chosen by size and bucket, and never trusted further than the counts agree.

use std::sync::Mutex;

use channel::{
    BulkPriceWriter, CataloguePage, CatalogueSource, Channel, ChannelProduct, CompareAtWrite, PriceWrite,
    ProductWrites, Progress, RetryClass, WriteOutcome,
};
use connector_shopify::ShopifyConfig;
use simulators::shopify::{Fault, FaultKind, VariantEdit};

use crate::support::{Shop, eur, product, shop_with, variant_ref};

/// 120 products of 3 variants: page by page they cost more than the bucket holds.
async fn large(connected: impl FnOnce(&mut ShopifyConfig)) -> Shop {
    let small_pages = |config: &mut ShopifyConfig| {
        (config.products_per_page, config.bulk_after_ms) = (1, 0);
        connected(config);
    };
    shop_with(120, 3, |_| (), small_pages).await
}

async fn catalogue(shop: &Shop) -> Vec<ChannelProduct> {
    let source: &dyn CatalogueSource = shop.client.catalogue().expect("a catalogue");
    let mut products = Vec::new();
    let mut cursor = None;
    loop {
        let page: CataloguePage = source.page(cursor, &|_| ()).await.expect("a page");
        assert!(page.left_out.is_empty());
        products.extend(page.products);
        cursor = page.next_cursor;
        if cursor.is_none() {
            return products;
        }
    }
}

/// The same shop read page by page.
async fn by_pages() -> Vec<ChannelProduct> {
    catalogue(&large(|config| config.bulk_after_ms = u64::MAX).await).await
}

#[tokio::test(start_paused = true)]
async fn a_large_catalogue_read_in_bulk_is_the_same_as_page_by_page() {
    let shop = large(|_| ()).await;
    let products = catalogue(&shop).await;
    assert_eq!(products.len(), 120);
    assert!(shop.calls("ReadProducts").is_empty() && shop.calls("RunBulkQuery").len() == 1);
    let paged = by_pages().await;
    assert_eq!(products, paged);
    let spent: u64 = shop.simulator.journal().iter().filter_map(|entry| entry.actual_cost).sum();
    assert!(spent < 50, "{spent} points");
}

#[tokio::test(start_paused = true)]
async fn a_small_catalogue_or_a_full_bucket_is_read_page_by_page() {
    let shop = shop_with(3, 2, |_| (), |_| ()).await;
    assert_eq!(catalogue(&shop).await.len(), 3);
    assert!(shop.calls("RunBulkQuery").is_empty());
}

#[tokio::test(start_paused = true)]
async fn products_that_lack_variants_in_the_result_are_read_again() {
    let shop = large(|_| ()).await;
    // The first 120 of 480 rows are products, so that only variants are lost.
    shop.simulator.add_fault(Fault::once(FaultKind::BulkLosesLines { every: 200 }, "bulk"));
    let products = catalogue(&shop).await;
    assert_eq!(shop.calls("ReadProductVariants").len(), 2, "rows 200 and 400");
    assert_eq!(products, by_pages().await);
}

#[tokio::test(start_paused = true)]
async fn a_result_that_lacks_products_or_failed_makes_way_for_pages() {
    for fault in [FaultKind::BulkLosesLines { every: 50 }, FaultKind::BulkFails { after_lines: 30 }] {
        let shop = large(|_| ()).await;
        shop.simulator.add_fault(Fault::once(fault, "bulk"));
        assert_eq!(catalogue(&shop).await, by_pages().await);
        assert_eq!(shop.calls("ReadProducts").len(), 120);
    }
}

fn writes(products: u64, minor: i64) -> Vec<ProductWrites> {
    let write = |p: u64, v: u64| PriceWrite {
        variant: variant_ref(p * 3 + v),
        product: product(p),
        price: eur(minor),
        compare_at: CompareAtWrite::Keep,
    };
    let part = |p: u64| ProductWrites { product: product(p), writes: (0..3).map(|v| write(p, v)).collect() };
    (0..products).map(part).collect()
}

fn bulk(shop: &Shop) -> &dyn BulkPriceWriter {
    shop.client.bulk_price_writer().expect("Shopify writes in bulk")
}

/// Uploads, starts, and waits for the end.
async fn written(
    shop: &Shop,
    name: &str,
    writes: &[ProductWrites],
) -> channel::Result<Vec<Vec<WriteOutcome>>> {
    let uploaded = bulk(shop).upload(writes).await?;
    let operation = bulk(shop).start(name, &uploaded).await?;
    bulk(shop).outcomes(&operation, writes, &|_| ()).await
}

fn count(outcomes: &[Vec<WriteOutcome>], kind: impl Fn(&WriteOutcome) -> bool) -> usize {
    outcomes.iter().flatten().filter(|outcome| kind(outcome)).count()
}

fn is_applied(outcome: &WriteOutcome) -> bool {
    matches!(outcome, WriteOutcome::Applied { .. })
}

fn is_unclear(outcome: &WriteOutcome) -> bool {
    matches!(outcome, WriteOutcome::Unclear { .. })
}

#[tokio::test(start_paused = true)]
async fn many_products_are_written_in_one_operation_with_an_outcome_each() {
    let shop = large(|_| ()).await;
    shop.simulator.edit(&[VariantEdit::delete(variant_ref(3).as_str())]).expect("deleted");
    let outcomes = written(&shop, "tgt_1", &writes(100, 555)).await.expect("an answer");
    assert_eq!((outcomes.len(), count(&outcomes, is_applied)), (100, 297));
    let code = |outcome: &WriteOutcome| match outcome {
        WriteOutcome::Refused { code, .. } => code.clone(),
        _ => None,
    };
    assert_eq!(code(&outcomes[1][0]).as_deref(), Some("PRODUCT_VARIANT_DOES_NOT_EXIST"));
    assert!(matches!(outcomes[1][1], WriteOutcome::NotAttempted { .. }));
    for (place, product) in outcomes.iter().enumerate() {
        for (v, outcome) in product.iter().enumerate().filter(|(_, outcome)| is_applied(outcome)) {
            let stored = shop.stored((place * 3 + v) as u64).expect("there").0;
            assert_eq!(stored, "5.55", "{outcome:?}");
        }
    }
    assert!(shop.calls("WritePrices").iter().all(|entry| entry.kind == "bulk_line"));
}

#[tokio::test(start_paused = true)]
async fn what_the_result_does_not_mention_is_unclear() {
    let shop = large(|_| ()).await;
    shop.simulator.add_fault(Fault::once(FaultKind::BulkLosesLines { every: 4 }, "bulk_mutation"));
    let outcomes = written(&shop, "tgt_2", &writes(20, 555)).await.expect("an answer");
    assert_eq!((count(&outcomes, is_unclear), count(&outcomes, is_applied)), (15, 45));
    shop.simulator.add_fault(Fault::once(FaultKind::BulkFails { after_lines: 8 }, "bulk_mutation"));
    let outcomes = written(&shop, "tgt_3", &writes(20, 666)).await.expect("an answer");
    assert_eq!((count(&outcomes, is_unclear), count(&outcomes, is_applied)), (36, 24));
}

#[tokio::test(start_paused = true)]
async fn an_operation_whose_start_went_unanswered_is_found_and_not_started_twice() {
    let shop = large(|_| ()).await;
    let lost = FaultKind::TimeoutAfterCommit { hold_ms: 0 };
    shop.simulator.add_fault(Fault::once(lost, "RunBulkMutation"));
    let outcomes = written(&shop, "tgt_4", &writes(10, 777)).await.expect("found again");
    assert_eq!(count(&outcomes, is_applied), 30);
    assert_eq!(shop.calls("RunBulkMutation").len(), 1);
    assert_eq!(shop.calls("WritePrices").len(), 10, "each line was carried out once");
    assert!(!bulk(&shop).is_under_way("tgt_4").await.expect("an answer"));
}

#[tokio::test(start_paused = true)]
async fn an_upload_alone_writes_nothing() {
    let shop = large(|_| ()).await;
    bulk(&shop).upload(&writes(10, 555)).await.expect("uploaded");
    assert!(shop.calls("RunBulkMutation").is_empty() && shop.calls("WritePrices").is_empty());
    let foreign = [ProductWrites { product: "gid://shopify/Order/1".into(), ..writes(1, 555).remove(0) }];
    let error = bulk(&shop).upload(&foreign).await.expect_err("no product");
    assert_eq!((error.class, shop.calls("StageUpload").len()), (RetryClass::Never, 1));
}

#[tokio::test(start_paused = true)]
async fn an_operation_that_does_not_end_may_still_write() {
    let shop = large(|config| config.bulk_wait_ms_max = 60_000).await;
    let stuck = FaultKind::HoldBeforeCommit { hold_ms: None };
    shop.simulator.add_fault(Fault::once(stuck, "bulk"));
    let error = written(&shop, "tgt_5", &writes(2, 888)).await.expect_err("no end");
    assert_eq!((error.class, error.code.as_str()), (RetryClass::Unknown, "shopify.bulk_unknown"));
    assert!(bulk(&shop).is_under_way("tgt_5").await.expect("an answer"));
    assert!(!bulk(&shop).is_under_way("tgt_50").await.expect("an answer"));
    shop.simulator.release();
    shop.simulator.wait_bulk_over().await;
    assert!(!bulk(&shop).is_under_way("tgt_5").await.expect("an answer"));
}

#[tokio::test(start_paused = true)]
async fn taken_slots_mean_later_and_nothing_was_written() {
    let shop = large(|config| config.bulk_wait_ms_max = 1).await;
    let stuck = FaultKind::HoldBeforeCommit { hold_ms: None };
    shop.simulator.add_fault(Fault::once(stuck, "bulk").times(5));
    for number in 0..5 {
        let name = format!("tgt_slot_{number}");
        written(&shop, &name, &writes(1, 888)).await.expect_err("no end");
    }
    let error = written(&shop, "tgt_6", &writes(1, 999)).await.expect_err("no slot");
    assert!(matches!(error.class, RetryClass::After { .. }), "{error}");
    shop.simulator.release();
    shop.simulator.wait_bulk_over().await;
    assert_eq!(shop.stored(0).expect("there").0, "8.88");
}

#[tokio::test(start_paused = true)]
async fn bulk_pays_off_once_the_bucket_would_draw_it_out() {
    let shop = shop_with(1, 1, |_| (), |_| ()).await;
    shop.client.shop().await.expect("an answer");
    assert!(!bulk(&shop).pays_off(100), "11 points each, from a bucket of 2000");
    assert!(!bulk(&shop).pays_off(1000), "11000 points at 100 a second are a minute and a half");
    assert!(bulk(&shop).pays_off(1300), "14300 points are more than two minutes");
}

/// What was heard while `waiting`, whose operation of `kind` stops after so many rows until that was heard.
async fn heard_over<T>(
    shop: &Shop,
    kind: &str,
    after_rows: usize,
    expected: u64,
    waiting: impl AsyncFnOnce(channel::Hear<'_>) -> T,
) -> (Vec<u64>, T) {
    shop.simulator.add_fault(Fault::once(FaultKind::BulkHolds { after_rows }, kind));
    let heard = Mutex::new(Vec::new());
    let hear = |progress: Progress| {
        assert_eq!(progress.expected, Some(expected));
        let mut heard = heard.lock().expect("whole");
        if heard.last() != Some(&progress.done) {
            heard.push(progress.done);
        }
        if progress.done == after_rows as u64 {
            shop.simulator.release();
        }
    };
    let outcome = waiting(&hear).await;
    let heard = heard.lock().expect("whole").clone();
    (heard, outcome)
}

#[tokio::test(start_paused = true)]
async fn how_far_a_reading_is_can_be_heard() {
    let shop = large(|_| ()).await;
    let source: &dyn CatalogueSource = shop.client.catalogue().expect("a catalogue");
    let first = async |hear: channel::Hear<'_>| source.page(None, hear).await;
    let (heard, page) = heard_over(&shop, "bulk_query", 130, 480, first).await;
    assert_eq!(page.expect("a page").products.len(), 120);
    assert!(heard.starts_with(&[0]) && heard.contains(&130) && heard.is_sorted(), "{heard:?}");
    // Page by page nothing is gathered, but how much there is can be heard.
    let shop = large(|config| config.bulk_after_ms = u64::MAX).await;
    let source: &dyn CatalogueSource = shop.client.catalogue().expect("a catalogue");
    let heard = Mutex::new(Vec::new());
    let hear = |progress: Progress| heard.lock().expect("whole").push(progress);
    let page = source.page(None, &hear).await.expect("a page");
    source.page(page.next_cursor, &hear).await.expect("a page");
    assert_eq!(*heard.lock().expect("whole"), [Progress { done: 0, expected: Some(480) }]);
}

#[tokio::test(start_paused = true)]
async fn how_far_writing_is_can_be_heard() {
    let shop = large(|_| ()).await;
    let writes = writes(100, 555);
    let uploaded = bulk(&shop).upload(&writes).await.expect("uploaded");
    let waiting = async |hear: channel::Hear<'_>| {
        let operation = bulk(&shop).start("tgt_7", &uploaded).await?;
        bulk(&shop).outcomes(&operation, &writes, hear).await
    };
    let (heard, outcomes) = heard_over(&shop, "bulk_mutation", 40, 100, waiting).await;
    assert_eq!(count(&outcomes.expect("an answer"), is_applied), 300);
    assert!(heard.starts_with(&[0]) && heard.contains(&40) && heard.is_sorted(), "{heard:?}");
}
