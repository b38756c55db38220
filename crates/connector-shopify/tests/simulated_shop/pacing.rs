//! The cost bucket: used to the full, and never overdrawn. Time only passes when the client waits for it.

use std::pin::Pin;
use std::sync::Arc;

use crate::support::{Shop, eur, product, shop, shop_with, variant_ref};
use channel::{Channel, CompareAtWrite, PriceWrite, PriceWriter, RetryClass};
use connector_shopify::{ShopifyClient, ShopifyConfig};
use kernel_connect::{MonotonicTime, Secret, SystemTime};
use simulators::shopify::CallOutcome;

fn write(number: u64, minor: i64) -> PriceWrite {
    PriceWrite {
        variant: variant_ref(number),
        product: product(number),
        price: eur(minor),
        compare_at: CompareAtWrite::Keep,
    }
}

/// Share of the points that were there, bucket and refill, that the calls used.
fn utilisation_per_mille(shop: &Shop, rate: u64) -> u64 {
    let charged: u64 = shop.simulator.journal().iter().filter_map(|call| call.actual_cost).sum();
    let there = rate * 20 + rate * shop.time.now_ms() / 1000;
    charged * 1000 / there
}

fn throttled(shop: &Shop) -> usize {
    shop.simulator.journal().iter().filter(|call| call.outcome == CallOutcome::Throttled).count()
}

#[tokio::test(start_paused = true)]
async fn one_after_another_uses_the_bucket_and_is_never_throttled() {
    let shop = shop(400, 1).await;
    for number in 0..400 {
        let outcome = shop.writer().write_prices(&product(number), &[write(number, 500)]).await;
        assert_eq!(outcome.expect("an answer").len(), 1);
    }
    assert!(shop.time.now_ms() > 10_000, "the bucket alone does not hold 400 writes");
    assert_eq!(throttled(&shop), 0);
    let used = utilisation_per_mille(&shop, 100);
    assert!(used >= 970, "{used} per mille");
}

#[tokio::test(start_paused = true)]
async fn many_at_once_share_one_bucket() {
    let shop = shop_with(300, 1, |_| (), |config| config.write_wait_ms_max = 60_000).await;
    let Shop { simulator, client, time } = shop;
    client.shop().await.expect("an answer");
    let client = Arc::new(client);
    let tasks: Vec<_> = (0..300)
        .map(|number| {
            let client = Arc::clone(&client);
            tokio::spawn(async move {
                let writer: &dyn PriceWriter = client.price_writer().expect("a writer");
                writer.write_prices(&product(number), &[write(number, 500)]).await
            })
        })
        .collect();
    for task in tasks {
        assert_eq!(task.await.expect("no panic").expect("an answer").len(), 1);
    }
    let shop = Shop { simulator, client: Arc::into_inner(client).expect("all tasks have ended"), time };
    assert!(shop.time.now_ms() > 0);
    assert_eq!(throttled(&shop), 0);
    let used = utilisation_per_mille(&shop, 100);
    assert!(used >= 970, "{used} per mille");
}

#[tokio::test(start_paused = true)]
async fn a_shop_on_a_larger_plan_is_used_faster() {
    let shop = shop_with(400, 1, |config| config.rate = 1000, |_| ()).await;
    for number in 0..400 {
        let outcome = shop.writer().write_prices(&product(number), &[write(number, 500)]).await;
        assert_eq!(outcome.expect("an answer").len(), 1);
    }
    assert_eq!(throttled(&shop), 0);
    assert!(shop.time.now_ms() < 1000, "the bucket alone holds 400 writes");
}

#[tokio::test(start_paused = true)]
async fn a_larger_read_waits_for_what_a_smaller_one_tells_of_its_cost() {
    let shop = shop(400, 1).await;
    let all: Vec<_> = (0..100).map(variant_ref).collect();
    shop.reader().read_prices(&all[..10]).await.expect("an answer");
    for number in 0..400 {
        shop.writer().write_prices(&product(number), &[write(number, 500)]).await.expect("an answer");
    }
    let empty_at = shop.time.now_ms();
    shop.reader().read_prices(&all).await.expect("an answer");
    let waited = shop.time.now_ms() - empty_at;
    assert!(waited < 500, "it waited {waited} ms, as if each variant of a hundred were paid for by itself");
    assert_eq!(throttled(&shop), 0);
}

#[tokio::test(start_paused = true)]
async fn waiting_has_an_end() {
    let shop = shop_with(1, 250, |config| config.rate = 1, |config| config.pace_wait_ms_max = 1000).await;
    let all: Vec<_> = (0..250).map(variant_ref).collect();
    let error = loop {
        if let Err(error) = shop.reader().read_prices(&all).await {
            break error;
        }
    };
    assert!(matches!(error.class, RetryClass::After { ms } if ms > 0), "{error:?}");
    assert!(shop.time.now_ms() <= 2000);
}

#[tokio::test(start_paused = true)]
async fn a_write_is_given_back_unsent_before_what_was_read_grows_old() {
    let shop = shop_with(1, 250, |config| config.rate = 1, |config| config.write_wait_ms_max = 1000).await;
    shop.client.shop().await.expect("an answer");
    let mut outcome = shop.writer().write_prices(&product(0), &[write(0, 500)]).await;
    while outcome.is_ok() {
        outcome = shop.writer().write_prices(&product(0), &[write(0, 500)]).await;
    }
    let error = outcome.expect_err("the bucket is empty");
    assert_eq!(error.code, "shopify.paced");
    assert!(matches!(error.class, channel::RetryClass::After { .. }) && !error.may_have_happened());
    assert!(shop.time.now_ms() < 20_000, "it waited {} ms", shop.time.now_ms());
}

/// Whoever waits by it wakes up a minute late, as a process does that was stopped meanwhile.
struct Oversleeps(SystemTime);

impl MonotonicTime for Oversleeps {
    fn now_ms(&self) -> u64 {
        self.0.now_ms()
    }

    fn wait(&self, ms: u64) -> Pin<Box<dyn Future<Output = ()> + Send + '_>> {
        self.0.wait(ms + 60_000)
    }
}

#[tokio::test(start_paused = true)]
async fn a_write_that_overslept_its_turn_is_given_back_unsent() {
    let shop = shop_with(1, 2, |config| config.rate = 100, |_| ()).await;
    let config = ShopifyConfig::new(shop.simulator.url.clone(), Secret::new(shop.simulator.token.clone()));
    let client = ShopifyClient::new(config, Arc::new(Oversleeps(shop.time))).expect("a client");
    let mut written = 0;
    let error = loop {
        match client
            .price_writer()
            .expect("prices")
            .write_prices(&product(0), &[write(0, 500 + written)])
            .await
        {
            Ok(_) => written += 1,
            Err(error) => break error,
        }
    };
    assert_eq!((error.code.as_str(), error.may_have_happened()), ("shopify.timeout", false), "{error:?}");
    let arrived = shop.simulator.journal().iter().filter(|call| !call.effects.is_empty()).count();
    assert_eq!(arrived, usize::try_from(written).expect("a count"), "what was told is what the shop got");
    assert!(written > 0, "the first was in time");
}
