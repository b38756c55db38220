//! Readings whose answers are lost: asked for again with growing pauses, so often and no more, and mutations never. Time
//! only passes when somebody waits for it.

use std::sync::Arc;

use channel::{
    Channel, CompareAtWrite, FixedPriceWrite, NoticeSource, PriceLists, PriceWrite, ProductWrites, RetryClass,
};
use connector_shopify::{ShopifyClient, ShopifyConfig};
use kernel_connect::{MonotonicTime, Secret, SystemTime};
use simulators::shopify::{Fault, FaultKind, Markets, PriceList};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use crate::support::{Shop, eur, product, shop_with, variant_ref};

const PASSING: [FaultKind; 6] = [
    FaultKind::TimeoutBeforeCommit { hold_ms: 0 },
    FaultKind::HttpErrorBeforeCommit { status: 500 },
    FaultKind::HttpErrorBeforeCommit { status: 502 },
    FaultKind::HttpErrorBeforeCommit { status: 503 },
    FaultKind::HttpErrorBeforeCommit { status: 504 },
    FaultKind::InternalErrorBeforeCommit,
];
const GATEWAY: FaultKind = FaultKind::HttpErrorBeforeCommit { status: 502 };
/// As the configuration has it.
const RETRIES: u64 = 4;

/// Two products of three variants, read in pages of one, with a price list.
async fn shop() -> Shop {
    let list = PriceList::decreasing(7, "Abroad", "USD", 10.into());
    let simulated = |config: &mut simulators::shopify::Config| {
        config.catalogue.markets = Markets::default().with_price_list(list);
    };
    shop_with(2, 3, simulated, |config| (config.products_per_page, config.variants_per_page) = (1, 2)).await
}

fn fails(shop: &Shop, fault: &FaultKind, operation: &str, times: u64) {
    shop.simulator.add_fault(Fault::once(fault.clone(), operation).times(times));
}

fn lists(shop: &Shop) -> &dyn PriceLists {
    shop.client.price_lists().expect("Shopify has price lists")
}

async fn products(shop: &Shop) -> channel::Result<usize> {
    let source = shop.client.catalogue().expect("a catalogue");
    let (mut count, mut cursor) = (0, None);
    loop {
        let page = source.page(cursor, &|_| ()).await?;
        count += page.products.iter().filter(|product| product.variants.len() == 3).count();
        cursor = page.next_cursor;
        if cursor.is_none() {
            return Ok(count);
        }
    }
}

#[tokio::test(start_paused = true)]
async fn whatever_passes_is_waited_for_with_growing_pauses() {
    for fault in PASSING {
        let shop = shop().await;
        fails(&shop, &fault, "ReadPrices", RETRIES);
        let readings = shop.reader().read_prices(&[variant_ref(1)]).await.expect("an answer in the end");
        assert_eq!(readings[0].1.as_ref().map(|live| live.price), Some(eur(1001)));
        let at: Vec<u64> = shop.calls("ReadPrices").iter().map(|call| call.arrived_ms).collect();
        assert_eq!(at.len() as u64, RETRIES + 1, "{fault:?}");
        for (place, pair) in at.windows(2).enumerate() {
            let (pause, shortest) = (pair[1] - pair[0], 500 << place);
            assert!((shortest..=2 * shortest + 5).contains(&pause), "{fault:?}: {at:?}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_failure_that_stays_is_given_back_as_it_is() {
    for fault in PASSING {
        let shop = shop().await;
        fails(&shop, &fault, "ReadPrices", 100);
        let error = shop.reader().read_prices(&[variant_ref(1)]).await.expect_err("it stays");
        assert_eq!(error.class, RetryClass::Backoff, "{fault:?}");
        assert!(["shopify.server", "shopify.interrupted"].contains(&error.code.as_str()), "{error}");
        assert_eq!(shop.calls("ReadPrices").len() as u64, RETRIES + 1, "{fault:?}");
        assert!(shop.time.now_ms() < 16_000, "{} ms", shop.time.now_ms());
    }
}

#[tokio::test(start_paused = true)]
async fn every_reading_is_asked_for_again() {
    let shop = shop().await;
    let readings = [
        "ReadShop",
        "ReadSize",
        "ReadProducts",
        "ReadProductVariants",
        "ReadPriceLists",
        "ReadListPrices",
        "ReadScopes",
    ];
    for operation in readings {
        fails(&shop, &GATEWAY, operation, 2);
    }
    shop.client.shop().await.expect("who it is");
    assert_eq!(products(&shop).await, Ok(2), "with all their variants");
    let list = lists(&shop).lists().await.expect("the lists").remove(0);
    assert_eq!(lists(&shop).list_page(&list, None).await.expect("a page").rows.len(), 6);
    shop.client.access().expect("scopes").granted_scopes().await.expect("the scopes");
    for operation in readings {
        let failed = shop.calls(operation).iter().filter(|call| !call.faults.is_empty()).count();
        assert_eq!(failed, 2, "{operation}");
    }
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_does_not_come_is_asked_for_again() {
    let shop = shop().await;
    fails(&shop, &FaultKind::HoldBeforeCommit { hold_ms: None }, "ReadPrices", 1);
    assert!(shop.reader().read_prices(&[variant_ref(1)]).await.is_ok());
    assert!((15_500..16_100).contains(&shop.time.now_ms()), "{} ms", shop.time.now_ms());
    fails(&shop, &FaultKind::HoldBeforeCommit { hold_ms: None }, "ReadPrices", 100);
    let error = shop.reader().read_prices(&[variant_ref(1)]).await.expect_err("never");
    assert_eq!((error.class, error.code.as_str()), (RetryClass::Backoff, "shopify.timeout"));
    assert!(shop.time.now_ms() < 16_100 + 76_000, "a minute, and the call that began in it");
}

#[tokio::test(start_paused = true)]
async fn what_does_not_pass_is_not_asked_for_again() {
    for status in [401, 402, 403, 404, 423, 430] {
        let shop = shop().await;
        fails(&shop, &FaultKind::HttpErrorBeforeCommit { status }, "ReadPrices", 1);
        shop.reader().read_prices(&[variant_ref(1)]).await.expect_err("no");
        assert_eq!((shop.calls("ReadPrices").len(), shop.time.now_ms()), (1, 0), "{status}");
    }
}

#[tokio::test(start_paused = true)]
async fn no_mutation_is_sent_again() {
    let shop = shop().await;
    shop.client.shop().await.expect("who it is");
    let list = lists(&shop).lists().await.expect("the lists").remove(0);
    let mutations =
        ["WritePrices", "FixListPrices", "FreeListPrices", "StageUpload", "RunBulkMutation", "Subscribe"];
    for operation in mutations {
        fails(&shop, &GATEWAY, operation, 1);
    }
    let price = PriceWrite {
        variant: variant_ref(1),
        product: product(0),
        price: eur(777),
        compare_at: CompareAtWrite::Keep,
    };
    let fixed = FixedPriceWrite {
        variant: variant_ref(1),
        price: kernel_core::Money::from_minor(777, list.currency),
        compare_at: None,
    };
    let all = [ProductWrites { product: product(0), writes: vec![price.clone()] }];
    let bulk = shop.client.bulk_price_writer().expect("Shopify writes in bulk");
    shop.writer().write_prices(&product(0), &[price]).await.expect_err("lost");
    lists(&shop).fix_list_prices(&list, &[fixed]).await.expect_err("lost");
    lists(&shop).free_list_prices(&list, &[variant_ref(1)]).await.expect_err("lost");
    bulk.upload(&all).await.expect_err("lost");
    let uploaded = bulk.upload(&all).await.expect("the second is another");
    bulk.start("tgt_1", &uploaded).await.expect_err("lost, and not found");
    let notices: &dyn NoticeSource = shop.client.notices().expect("notices");
    notices.subscribe("https://calibr.example/hooks").await.expect_err("lost");
    let calls = mutations.map(|operation| shop.calls(operation).len());
    assert_eq!((calls, shop.time.now_ms()), ([1, 1, 1, 2, 1, 1], 0));
}

/// A shop that is read in bulk: page by page it costs more than the bucket holds.
async fn large() -> Shop {
    shop_with(120, 3, |_| (), |config| (config.products_per_page, config.bulk_after_ms) = (1, 0)).await
}

#[tokio::test(start_paused = true)]
async fn the_result_of_a_bulk_operation_is_fetched_again() {
    for fault in [GATEWAY, FaultKind::TimeoutBeforeCommit { hold_ms: 0 }] {
        let shop = large().await;
        shop.client.shop().await.expect("who it is");
        fails(&shop, &fault, "ReadBulkOperation", RETRIES);
        fails(&shop, &fault, "bulk_result", RETRIES);
        assert_eq!(products(&shop).await, Ok(120));
        assert_eq!((shop.calls("RunBulkQuery").len(), shop.calls("ReadProducts").len()), (1, 0), "{fault:?}");
    }
    for (fault, times) in [(GATEWAY, RETRIES + 1), (FaultKind::HttpErrorBeforeCommit { status: 410 }, 1)] {
        let shop = large().await;
        fails(&shop, &fault, "bulk_result", times);
        assert_eq!(products(&shop).await, Ok(120), "page by page instead");
        assert!(!shop.calls("ReadProducts").is_empty(), "{fault:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_bulk_query_whose_start_is_lost_makes_way_for_pages() {
    let shop = large().await;
    fails(&shop, &GATEWAY, "RunBulkQuery", 1);
    assert_eq!(products(&shop).await, Ok(120));
    assert_eq!((shop.calls("RunBulkQuery").len(), shop.calls("ReadProducts").len()), (1, 120));
}

const SHOP: &str = r#"{"data":{"shop":{"name":"S","myshopifyDomain":"s.myshopify.com","currencyCode":"EUR","ianaTimezone":"Europe/Rome"}}}"#;

/// Asks a socket who it is that answers so once, and well from then on: the outcome, and how long it took.
async fn after(status: u16, retry_after: &'static str) -> (Result<(), ChannelCode>, u64) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    let server = tokio::spawn(async move {
        let unwell = format!(
            "HTTP/1.1 {status} X\r\nretry-after: {retry_after}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n"
        );
        let well =
            format!("HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: {}\r\n\r\n{SHOP}", SHOP.len());
        for reply in [unwell, well] {
            let (mut stream, _) = listener.accept().await.expect("a connection");
            let mut seen = Vec::new();
            // The body of the request ends with the braces of its variables.
            while !seen.ends_with(b"{}}") && stream.read_buf(&mut seen).await.unwrap_or(0) > 0 {}
            stream.write_all(reply.as_bytes()).await.expect("sent");
        }
    });
    let time = SystemTime::start();
    let config = ShopifyConfig::new(url, Secret::new("shpat_secret"));
    let client = ShopifyClient::new(config, Arc::new(time)).expect("a client");
    let outcome = client.shop().await.map(|_| ()).map_err(|error| error.code);
    server.abort();
    (outcome, time.now_ms())
}

type ChannelCode = String;

#[tokio::test(start_paused = true)]
async fn a_named_pause_is_kept() {
    for status in [429, 502, 503] {
        let (outcome, waited_ms) = after(status, "7.5").await;
        assert_eq!(outcome, Ok(()), "{status}");
        assert!((7_500..7_600).contains(&waited_ms), "{status}: {waited_ms} ms");
    }
    let (outcome, waited_ms) = after(503, "0").await;
    assert!(outcome.is_ok() && (500..1_100).contains(&waited_ms), "none shorter than ours: {waited_ms} ms");
    for (status, code) in [(429, "shopify.too_many_requests"), (503, "shopify.server")] {
        let (outcome, waited_ms) = after(status, "3600").await;
        assert_eq!((outcome, waited_ms), (Err(code.to_owned()), 0), "longer than a reading waits");
    }
}
