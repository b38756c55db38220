//! Shops in currencies without decimals and with three of them.

use channel::{CatalogueSource, Channel, CompareAtWrite, PriceWrite, WriteOutcome};
use kernel_core::Money;
use simulators::shopify::{Fault, FaultKind};

use crate::support::{Shop, product, shop_with, variant_ref};

async fn shop_in(currency: &str, variants: u64) -> Shop {
    shop_with(1, variants, |config| config.currency = currency.to_owned(), |_| ()).await
}

fn write(minor: i64, currency: &str) -> Vec<PriceWrite> {
    let price = Money::from_minor(minor, currency.parse().expect("a currency"));
    vec![PriceWrite { variant: variant_ref(0), product: product(0), price, compare_at: CompareAtWrite::Keep }]
}

#[tokio::test]
async fn yen_are_whole_on_both_ways_and_what_is_not_is_named() {
    let shop = shop_in("JPY", 2).await;
    let source: &dyn CatalogueSource = shop.client.catalogue().expect("a catalogue");
    let page = source.page(None, &|_| ()).await.expect("a page");
    let variant = &page.products[0].variants[0];
    let amounts =
        [Some(variant.price), variant.compare_at, variant.cost].map(|money| money.map(|m| m.amount_minor));
    assert_eq!(amounts, [Some(10), Some(99), Some(4)]);
    assert_eq!(page.left_out.len(), 1, "10.01 yen cannot be represented");
    assert_eq!(page.left_out[0].variant, variant_ref(1));
    let outcomes = shop.writer().write_prices(&product(0), &write(1250, "JPY")).await.expect("an answer");
    assert!(matches!(&outcomes[0], WriteOutcome::Applied { echoed } if echoed.price.amount_minor == 1250));
    assert_eq!(shop.calls("WritePrices")[0].variables["variants"][0]["price"], "1250");
    assert_eq!(shop.stored(0).expect("it is there").0, "1250");
}

#[tokio::test]
async fn a_price_that_the_shop_takes_for_a_thousandfold_is_not_called_applied() {
    let shop = shop_in("KWD", 1).await;
    let misstored = Fault::once(FaultKind::MisstoreThreeDecimals, "productVariantsBulkUpdate");
    shop.simulator.add_fault(misstored);
    let outcomes = shop.writer().write_prices(&product(0), &write(16_843, "KWD")).await.expect("an answer");
    let WriteOutcome::Unclear { echoed: Some(echoed), .. } = &outcomes[0] else { panic!("{outcomes:?}") };
    assert_eq!(echoed.price.to_decimal_string(), "16843.000");
}
