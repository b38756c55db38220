//! Price lists of a simulated shop: rows read, fixed and made relative again, with the shop's journal as judge.

use crate::support::{Shop, eur, product, shop_with, variant_ref};
use channel::{
    Channel, FixedPriceWrite, LivePrice, PriceList, PriceLists, PriceOrigin, RetryClass, WriteOutcome,
};
use kernel_core::Money;
use simulators::shopify::{Fault, FaultKind, Markets, PriceList as Simulated, VariantEdit};

fn usd(minor: i64) -> Money {
    Money::from_minor(minor, "USD".parse().expect("a currency"))
}

fn write(variant: u64, minor: i64, compare_at: Option<i64>) -> FixedPriceWrite {
    FixedPriceWrite { variant: variant_ref(variant), price: usd(minor), compare_at: compare_at.map(usd) }
}

/// A shop with two price lists, the first of them in USD and ten percent below the shop.
async fn shop(variants: u64) -> (Shop, PriceList) {
    let lists = |number: u64| -> Markets {
        let tenth = 10.into();
        Markets::default()
            .with_price_list(Simulated::decreasing(number, "Abroad", "USD", tenth))
            .with_price_list(Simulated::decreasing(number + 1, "At home", "EUR", tenth))
    };
    let shop = shop_with(2, variants, |config| config.catalogue.markets = lists(7), |_| ()).await;
    let found = lists_of(&shop).lists().await.expect("an answer");
    let names: Vec<(&str, String)> =
        found.iter().map(|list| (list.name.as_str(), list.currency.to_string())).collect();
    assert_eq!(names, [("Abroad", "USD".to_owned()), ("At home", "EUR".to_owned())]);
    (shop, found[0].clone())
}

fn lists_of(shop: &Shop) -> &dyn PriceLists {
    shop.client.price_lists().expect("Shopify has price lists")
}

async fn rows(shop: &Shop, list: &PriceList) -> Vec<LivePrice> {
    lists_of(shop).list_prices(list, &[product(0)]).await.expect("an answer")
}

/// Accepted writes to lists, as variant and new price.
fn written(shop: &Shop) -> Vec<(String, Option<String>)> {
    let entries = shop.simulator.journal().into_iter();
    let effects = entries.flat_map(|entry| entry.list_effects);
    effects.map(|effect| (effect.variant_id, effect.new_price)).collect()
}

fn all(outcomes: &[WriteOutcome], wanted: impl Fn(&WriteOutcome) -> bool) -> bool {
    !outcomes.is_empty() && outcomes.iter().all(wanted)
}

#[tokio::test]
async fn rows_are_fixed_and_relative_again() {
    let (shop, list) = shop(300).await;
    let before = rows(&shop, &list).await;
    assert_eq!(before.len(), 300, "a second page belongs to the product too");
    let relative = LivePrice {
        variant: variant_ref(0),
        product: product(0),
        origin: PriceOrigin::Relative,
        price: eur(900),
        compare_at: Some(eur(8910)),
    };
    assert_eq!(before[0], relative);
    let prices = shop.simulator.state().products;
    let writes = [write(0, 850, Some(1000)), write(1, 777, None)];
    let outcomes = lists_of(&shop).fix_list_prices(&list, &writes).await.expect("an answer");
    let fixed = rows(&shop, &list).await;
    for (outcome, row) in outcomes.iter().zip(&fixed[..2]) {
        assert_eq!(*outcome, WriteOutcome::Applied { echoed: row.clone() });
    }
    assert_eq!(outcomes.len(), 2);
    let expected = |place: usize| {
        let FixedPriceWrite { variant, price, compare_at } = writes[place].clone();
        LivePrice { variant, product: product(0), origin: PriceOrigin::Fixed, price, compare_at }
    };
    assert_eq!(fixed[..2], [expected(0), expected(1)]);
    assert_eq!(fixed[2..], before[2..]);
    let freed = lists_of(&shop).free_list_prices(&list, &[variant_ref(0), variant_ref(1)]).await;
    assert!(all(&freed.expect("an answer"), |outcome| *outcome == WriteOutcome::Freed));
    assert_eq!(rows(&shop, &list).await, before, "a row that was relative is rolled back by deleting it");
    assert_eq!(shop.simulator.state().products, prices, "the shop's own prices are untouched");
    assert_eq!(written(&shop).len(), 4);
}

#[tokio::test]
async fn an_objection_to_one_row_stops_all_and_is_told_of_that_row() {
    let (shop, list) = shop(3).await;
    shop.simulator.edit(&[VariantEdit::delete(variant_ref(1).as_str())]).expect("deleted");
    let writes: Vec<_> = (0..3).map(|variant| write(variant, 500, None)).collect();
    let outcomes = lists_of(&shop).fix_list_prices(&list, &writes).await.expect("an answer");
    let refused = |outcome: &WriteOutcome, wanted: &str| matches!(outcome, WriteOutcome::Refused { code: Some(code), .. } if code == wanted);
    assert!(refused(&outcomes[1], "VARIANT_NOT_FOUND"), "{outcomes:?}");
    for place in [0, 2] {
        assert!(matches!(outcomes[place], WriteOutcome::NotAttempted { .. }), "{outcomes:?}");
    }
    lists_of(&shop).fix_list_prices(&list, &[write(0, 500, None)]).await.expect("an answer");
    let freed =
        lists_of(&shop).free_list_prices(&list, &[variant_ref(0), variant_ref(2)]).await.expect("an answer");
    assert!(refused(&freed[1], "PRICE_NOT_FIXED"), "{freed:?}");
    assert!(matches!(freed[0], WriteOutcome::NotAttempted { .. }), "{freed:?}");
    assert_eq!(written(&shop).len(), 1);
}

#[tokio::test]
async fn a_list_that_is_gone_is_told_and_refuses_every_row() {
    let (shop, list) = shop(2).await;
    let gone = PriceList { id: "gid://shopify/PriceList/99".into(), ..list };
    let error = lists_of(&shop).list_prices(&gone, &[product(0)]).await.expect_err("gone");
    assert_eq!((error.class, error.code.as_str()), (RetryClass::Never, "shopify.price_list_gone"));
    let writes = [write(0, 500, None), write(1, 500, None)];
    let outcomes = lists_of(&shop).fix_list_prices(&gone, &writes).await.expect("an answer");
    let refused = |outcome: &WriteOutcome| matches!(outcome, WriteOutcome::Refused { code: Some(code), .. } if code == "PRICE_LIST_NOT_FOUND");
    assert!(outcomes.len() == 2 && outcomes.iter().all(refused), "{outcomes:?}");
}

#[tokio::test]
async fn a_list_in_another_currency_than_told_is_not_read() {
    let (shop, list) = shop(1).await;
    let other = PriceList { currency: "CAD".parse().expect("a currency"), ..list };
    let by_product = lists_of(&shop).list_prices(&other, &[product(0)]).await.expect_err("refused");
    let by_page = lists_of(&shop).list_page(&other, None).await.expect_err("refused");
    for error in [by_product, by_page] {
        assert_eq!((error.class, error.code.as_str()), (RetryClass::Never, "shopify.price_list_currency"));
        assert!(error.message.contains("in USD now and no longer in CAD"), "{error}");
    }
}

#[tokio::test]
async fn a_whole_list_is_read_page_by_page() {
    let (shop, list) = shop(300).await;
    lists_of(&shop).fix_list_prices(&list, &[write(0, 850, None)]).await.expect("an answer");
    let (mut rows, mut cursor, mut pages) = (Vec::new(), None, 0);
    loop {
        let page = lists_of(&shop).list_page(&list, cursor).await.expect("an answer");
        rows.extend(page.rows);
        (cursor, pages) = (page.next_cursor, pages + 1);
        if cursor.is_none() {
            break;
        }
    }
    let both = lists_of(&shop).list_prices(&list, &[product(0), product(1)]).await.expect("an answer");
    assert_eq!((rows.len(), pages), (600, 3));
    assert_eq!(rows, both);
    assert_eq!(rows.iter().filter(|row| row.origin == PriceOrigin::Fixed).count(), 1);
    assert_eq!(rows[300].product, product(1));
}

#[tokio::test]
async fn a_lost_answer_is_unknown_whether_or_not_the_row_was_fixed() {
    let (shop, list) = shop(2).await;
    for (kind, fixed) in [
        (FaultKind::HttpErrorBeforeCommit { status: 502 }, 0),
        (FaultKind::HttpErrorAfterCommit { status: 502 }, 1),
        (FaultKind::InternalErrorAfterCommit, 2),
    ] {
        shop.simulator.add_fault(Fault::once(kind, "FixListPrices"));
        let error =
            lists_of(&shop).fix_list_prices(&list, &[write(0, 500, None)]).await.expect_err("no answer");
        assert_eq!((error.class, written(&shop).len()), (RetryClass::Unknown, fixed), "{error:?}");
    }
    assert_eq!(shop.calls("FixListPrices").len(), 3, "nothing is sent again by itself");
    shop.simulator.add_fault(Fault::once(FaultKind::HttpErrorAfterCommit { status: 502 }, "FreeListPrices"));
    let error = lists_of(&shop).free_list_prices(&list, &[variant_ref(0)]).await.expect_err("no answer");
    assert_eq!(error.class, RetryClass::Unknown);
    assert_eq!(rows(&shop, &list).await[0].origin, PriceOrigin::Relative, "reading tells");
}

#[tokio::test]
async fn what_must_not_be_written_is_not_even_sent() {
    let (shop, list) = shop(2).await;
    let foreign = || FixedPriceWrite { variant: "csv-variant-00".into(), ..write(0, 1, None) };
    let many: Vec<_> = (0..251).map(|variant| write(variant, 1, None)).collect();
    let cases = [
        ("shopify.invalid_write", vec![FixedPriceWrite { price: eur(1), ..write(0, 1, None) }]),
        ("shopify.invalid_write", vec![FixedPriceWrite { compare_at: Some(eur(2)), ..write(0, 1, None) }]),
        ("shopify.invalid_write", vec![write(0, -1, None)]),
        ("shopify.invalid_write", vec![write(0, 1, None), write(0, 2, None)]),
        ("shopify.invalid_write", many),
        ("shopify.foreign_id", vec![foreign()]),
    ];
    for (code, writes) in cases {
        let error = lists_of(&shop).fix_list_prices(&list, &writes).await.expect_err("refused");
        assert_eq!((error.class, error.code.as_str()), (RetryClass::Never, code));
    }
    let twice = [variant_ref(0), variant_ref(0)];
    let error = lists_of(&shop).free_list_prices(&list, &twice).await.expect_err("refused");
    assert_eq!(error.code, "shopify.invalid_write");
    assert_eq!(lists_of(&shop).fix_list_prices(&list, &[]).await, Ok(Vec::new()));
    assert_eq!(lists_of(&shop).free_list_prices(&list, &[]).await, Ok(Vec::new()));
    assert!(shop.calls("FixListPrices").is_empty() && shop.calls("FreeListPrices").is_empty());
}
