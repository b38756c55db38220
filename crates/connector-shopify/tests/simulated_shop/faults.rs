//! A shop that fails on purpose: what the client makes of each failure, and what really happened in the shop.

use crate::support::{Shop, eur, product, shop, shop_with, variant_ref};
use channel::{CompareAtWrite, PriceWrite, RetryClass, WriteOutcome};
use kernel_connect::MonotonicTime;
use simulators::shopify::{CallOutcome, Fault, FaultKind, VariantEdit};

const WRITE: &str = "productVariantsBulkUpdate";

fn one_write(minor: i64) -> Vec<PriceWrite> {
    vec![PriceWrite {
        variant: variant_ref(1),
        product: product(0),
        price: eur(minor),
        compare_at: CompareAtWrite::Keep,
    }]
}

/// Writes 7.77 to variant 1 with `fault` in force: the error, and whether the shop has the new price.
async fn write_with(shop: &Shop, fault: FaultKind) -> (RetryClass, String, bool) {
    shop.simulator.edit(&[VariantEdit::price(variant_ref(1).as_str(), "10.01")]).expect("put back");
    shop.simulator.add_fault(Fault::once(fault, WRITE));
    let error = shop.writer().write_prices(&product(0), &one_write(777)).await.expect_err("the fault hits");
    let stored = shop.stored(1).expect("it is there").0;
    (error.class, error.code, stored == "7.77")
}

#[tokio::test]
async fn a_write_without_an_answer_is_unknown_whether_it_happened_or_not() {
    let shop = shop(1, 2).await;
    let cases = [
        (FaultKind::TimeoutAfterCommit { hold_ms: 0 }, "shopify.interrupted", true),
        (FaultKind::TimeoutBeforeCommit { hold_ms: 0 }, "shopify.interrupted", false),
        (FaultKind::CutAnswer { after_bytes: 0 }, "shopify.interrupted", true),
        (FaultKind::CutAnswer { after_bytes: 25 }, "shopify.interrupted", true),
        (FaultKind::HttpErrorAfterCommit { status: 504 }, "shopify.server", true),
        (FaultKind::HttpErrorBeforeCommit { status: 503 }, "shopify.server", false),
        (FaultKind::InternalErrorAfterCommit, "shopify.server", true),
        (FaultKind::InternalErrorBeforeCommit, "shopify.server", false),
    ];
    for (fault, code, happened) in cases {
        let outcome = write_with(&shop, fault.clone()).await;
        assert_eq!(outcome, (RetryClass::Unknown, code.to_owned(), happened), "{fault:?}");
    }
    assert_eq!(shop.calls("WritePrices").len(), 8, "no write was repeated behind the caller's back");
}

#[tokio::test]
async fn reading_back_tells_what_a_lost_answer_hid() {
    let shop = shop(1, 2).await;
    for (fault, expected) in [
        (FaultKind::TimeoutBeforeCommit { hold_ms: 0 }, eur(1001)),
        (FaultKind::TimeoutAfterCommit { hold_ms: 0 }, eur(777)),
    ] {
        write_with(&shop, fault).await;
        let readings = shop.reader().read_prices(&[variant_ref(1)]).await.expect("an answer");
        assert_eq!(readings[0].1.as_ref().map(|live| live.price), Some(expected));
    }
}

#[tokio::test]
async fn a_write_that_is_never_answered_ends_with_the_time_limit() {
    let shop = shop(1, 2).await;
    shop.simulator.add_fault(Fault::once(FaultKind::HoldAfterCommit { hold_ms: None }, WRITE));
    let writes = one_write(777);
    let product = product(0);
    let impatience = async {
        shop.simulator.wait_held(1).await;
        tokio::time::pause();
        tokio::time::advance(std::time::Duration::from_secs(16)).await;
        tokio::time::resume();
    };
    let (outcome, ()) = tokio::join!(shop.writer().write_prices(&product, &writes), impatience);
    let error = outcome.expect_err("no answer");
    assert_eq!((error.class, error.code.as_str()), (RetryClass::Unknown, "shopify.timeout"));
    assert!(error.message.contains("15000 ms"), "{error}");
    assert_eq!(shop.stored(1).expect("it is there").0, "7.77");
}

#[tokio::test]
async fn doors_that_stay_closed_are_not_knocked_at_again() {
    let shop = shop(1, 2).await;
    for (status, code) in [(402, "frozen"), (403, "forbidden"), (404, "not_found"), (423, "locked")] {
        let outcome = write_with(&shop, FaultKind::HttpErrorBeforeCommit { status }).await;
        assert_eq!(outcome, (RetryClass::Never, format!("shopify.{code}"), false));
    }
    let (class, code, happened) = write_with(&shop, FaultKind::HttpErrorBeforeCommit { status: 429 }).await;
    assert!(matches!(class, RetryClass::After { .. }) && !happened, "{class:?}");
    assert_eq!(code, "shopify.too_many_requests");
    shop.simulator.set_revoked(true);
    let error = shop.writer().write_prices(&product(0), &one_write(777)).await.expect_err("uninstalled");
    assert_eq!((error.class, error.code.as_str()), (RetryClass::Never, "shopify.unauthorized"));
}

#[tokio::test]
async fn a_shop_that_is_not_there_was_not_written_to() {
    let Shop { simulator, client, .. } = shop(1, 2).await;
    let known = channel::Channel::shop(&client).await;
    assert!(known.is_ok());
    drop(simulator);
    let writer = channel::Channel::price_writer(&client).expect("a writer");
    let error = writer.write_prices(&product(0), &one_write(777)).await.expect_err("gone");
    assert!(matches!(error.class, RetryClass::Backoff | RetryClass::Unknown), "{error:?}");
    let error = writer.write_prices(&product(0), &one_write(777)).await.expect_err("gone");
    assert_eq!((error.class, error.code.as_str()), (RetryClass::Backoff, "shopify.unreachable"));
}

#[tokio::test(start_paused = true)]
async fn a_throttled_write_waits_and_happens_once() {
    let shop = shop(1, 2).await;
    shop.simulator.add_fault(Fault::once(FaultKind::Throttle, WRITE).times(2));
    let outcomes = shop.writer().write_prices(&product(0), &one_write(777)).await.expect("an answer");
    assert!(matches!(outcomes[0], WriteOutcome::Applied { .. }));
    let calls = shop.calls("WritePrices");
    assert_eq!(
        calls.iter().map(|c| c.outcome).collect::<Vec<_>>(),
        [CallOutcome::Throttled, CallOutcome::Throttled, CallOutcome::Ok]
    );
    assert_eq!(calls.iter().flat_map(|c| &c.effects).count(), 1);
    assert!(shop.time.now_ms() > 0, "the client waited");
}

#[tokio::test(start_paused = true)]
async fn throttling_without_end_is_given_back_with_the_time_to_wait() {
    let shop = shop_with(1, 2, |_| (), |config| config.throttled_retries_max = 1).await;
    shop.simulator.add_fault(Fault::once(FaultKind::Throttle, WRITE).times(2));
    let error = shop.writer().write_prices(&product(0), &one_write(777)).await.expect_err("throttled");
    assert!(matches!(error.class, RetryClass::After { .. }), "{error:?}");
    assert_eq!((error.code.as_str(), shop.calls("WritePrices").len()), ("shopify.throttled", 2));
}

#[tokio::test]
async fn an_edit_by_the_merchant_shows_in_the_next_reading() {
    let shop = shop(1, 2).await;
    let edits = vec![VariantEdit::price(variant_ref(1).as_str(), "55.55")];
    shop.simulator.add_fault(Fault::once(FaultKind::MerchantEdit { edits }, "nodes"));
    for expected in [eur(1001), eur(5555)] {
        let readings = shop.reader().read_prices(&[variant_ref(1)]).await.expect("an answer");
        assert_eq!(readings[0].1.as_ref().map(|live| live.price), Some(expected));
    }
}
