//! Reading and writing prices of a simulated shop, with the shop's own record and journal as judge.

use crate::support::{Shop, eur, product, shop, variant_ref};
use channel::{CompareAtWrite, PriceWrite, RetryClass, WriteOutcome};
use simulators::shopify::{CallOutcome, VariantEdit};

fn write(variant: u64, minor: i64, compare_at: CompareAtWrite) -> PriceWrite {
    PriceWrite { variant: variant_ref(variant), product: product(0), price: eur(minor), compare_at }
}

fn applied(outcomes: &[WriteOutcome]) -> usize {
    outcomes.iter().filter(|outcome| matches!(outcome, WriteOutcome::Applied { .. })).count()
}

async fn refused_before_sending(shop: &Shop, writes: &[PriceWrite]) -> String {
    let error = shop.writer().write_prices(&product(0), writes).await.expect_err("refused");
    assert_eq!(error.class, RetryClass::Never);
    assert!(shop.calls("WritePrices").is_empty(), "nothing was sent");
    error.code
}

#[tokio::test]
async fn prices_are_read_by_id_in_the_order_asked_and_gaps_show() {
    let shop = shop(2, 300).await;
    shop.simulator.edit(&[VariantEdit::delete(variant_ref(3).as_str())]).expect("deleted");
    let asked: Vec<_> = (0..520).rev().map(variant_ref).collect();
    let readings = shop.reader().read_prices(&asked).await.expect("an answer");
    assert_eq!(readings.len(), 520);
    for (place, (variant, live)) in readings.iter().enumerate() {
        let number = 519 - place as u64;
        assert_eq!(variant, &variant_ref(number));
        let Some(live) = live else {
            assert_eq!(number, 3);
            continue;
        };
        assert_eq!(live.price, eur(1000 + number as i64));
        assert_eq!(live.compare_at, number.is_multiple_of(2).then(|| eur(9900)));
        assert_eq!(live.product, product(number / 300));
    }
    assert_eq!(shop.calls("ReadPrices").len(), 3, "at most 250 at once");
}

#[tokio::test]
async fn a_write_changes_what_it_says_and_nothing_else() {
    let shop = shop(1, 5).await;
    let before = shop.simulator.state().without_times();
    let writes = [
        write(0, 777, CompareAtWrite::Keep),
        write(2, 888, CompareAtWrite::Clear),
        write(3, 999, CompareAtWrite::Set(eur(1500))),
    ];
    let outcomes = shop.writer().write_prices(&product(0), &writes).await.expect("an answer");
    assert_eq!(applied(&outcomes), 3);
    let WriteOutcome::Applied { echoed } = &outcomes[0] else { panic!("applied") };
    assert_eq!((echoed.price, echoed.compare_at), (eur(777), Some(eur(9900))));
    let text = |amount: &str| amount.to_owned();
    assert_eq!(shop.stored(0), Some((text("7.77"), Some(text("99.00")))));
    assert_eq!(shop.stored(2), Some((text("8.88"), None)));
    assert_eq!(shop.stored(3), Some((text("9.99"), Some(text("15.00")))));
    let mut after = shop.simulator.state().without_times();
    for place in [0, 2, 3] {
        let old = &before.products[0].variants[place];
        let new = &mut after.products[0].variants[place];
        (new.price, new.compare_at) = (old.price, old.compare_at);
    }
    assert_eq!(after, before, "nothing but price and compare-at of the three changed");
    let sent = &shop.calls("WritePrices")[0].variables["variants"];
    assert_eq!(
        sent[0].as_object().map(|fields| fields.keys().cloned().collect::<Vec<_>>()),
        Some(vec![text("id"), text("price")])
    );
    assert!(sent[1]["compareAtPrice"].is_null() && sent[1].get("compareAtPrice").is_some());
}

#[tokio::test]
async fn the_largest_write_is_one_call() {
    let shop = shop(1, 251).await;
    assert_eq!(shop.writer().max_variants_per_write(), 250);
    let writes: Vec<_> = (0..250).map(|v| write(v, 5000, CompareAtWrite::Keep)).collect();
    let outcomes = shop.writer().write_prices(&product(0), &writes).await.expect("an answer");
    assert_eq!((applied(&outcomes), shop.calls("WritePrices").len()), (250, 1));
    let too_many: Vec<_> = (0..251).map(|v| write(v, 6000, CompareAtWrite::Keep)).collect();
    let error = shop.writer().write_prices(&product(0), &too_many).await.expect_err("too many");
    assert_eq!((error.class, shop.calls("WritePrices").len()), (RetryClass::Never, 1));
}

#[tokio::test]
async fn a_deleted_variant_stops_its_batch_and_is_named() {
    let shop = shop(1, 3).await;
    shop.simulator.edit(&[VariantEdit::delete(variant_ref(1).as_str())]).expect("deleted");
    let writes: Vec<_> = (0..3).map(|v| write(v, 4242, CompareAtWrite::Keep)).collect();
    let outcomes = shop.writer().write_prices(&product(0), &writes).await.expect("an answer");
    let WriteOutcome::Refused { code, message } = &outcomes[1] else { panic!("{outcomes:?}") };
    assert_eq!(code.as_deref(), Some("PRODUCT_VARIANT_DOES_NOT_EXIST"));
    assert!(message.contains("does not exist"), "{message}");
    for place in [0, 2] {
        assert!(matches!(outcomes[place], WriteOutcome::NotAttempted { .. }), "{outcomes:?}");
        assert_ne!(shop.stored(place as u64).expect("still there").0, "42.42");
    }
    assert_eq!(shop.calls("WritePrices")[0].outcome, CallOutcome::UserErrors);
}

#[tokio::test]
async fn an_unknown_product_refuses_each_variant() {
    let shop = shop(1, 2).await;
    let nowhere = product(77);
    let writes: Vec<_> = (0..2)
        .map(|v| PriceWrite { product: nowhere.clone(), ..write(v, 1, CompareAtWrite::Keep) })
        .collect();
    let outcomes = shop.writer().write_prices(&nowhere, &writes).await.expect("an answer");
    let refused = |outcome: &WriteOutcome| matches!(outcome, WriteOutcome::Refused { code: Some(code), .. } if code == "PRODUCT_DOES_NOT_EXIST");
    assert!(outcomes.len() == 2 && outcomes.iter().all(refused), "{outcomes:?}");
}

#[tokio::test]
async fn what_must_not_be_written_is_not_even_sent() {
    let shop = shop(1, 3).await;
    let usd = kernel_core::Money::from_minor(100, "USD".parse().expect("a currency"));
    let good = write(0, 100, CompareAtWrite::Keep);
    let cases: [(&str, Vec<PriceWrite>); 7] = [
        ("shopify.invalid_write", vec![PriceWrite { price: usd, ..good.clone() }]),
        ("shopify.invalid_write", vec![write(0, 100, CompareAtWrite::Set(usd))]),
        ("shopify.invalid_write", vec![write(0, -1, CompareAtWrite::Keep)]),
        ("shopify.invalid_write", vec![good.clone(), good.clone()]),
        ("shopify.invalid_write", vec![PriceWrite { product: product(1), ..good.clone() }]),
        ("shopify.foreign_id", vec![PriceWrite { variant: "csv-variant-00".into(), ..good.clone() }]),
        ("shopify.foreign_id", vec![PriceWrite { variant: "500000".into(), ..good.clone() }]),
    ];
    for (code, writes) in cases {
        assert_eq!(refused_before_sending(&shop, &writes).await, code, "{writes:?}");
    }
    let nothing = shop.writer().write_prices(&product(0), &[]).await.expect("nothing to do");
    assert!(nothing.is_empty() && shop.calls("WritePrices").is_empty());
    let error = shop.reader().read_prices(&["csv-variant-00".into()]).await.expect_err("refused");
    assert_eq!(error.code, "shopify.foreign_id");
}
