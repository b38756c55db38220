//! Reading a simulated shop: who it is, and its whole catalogue, compared with the shop's own record.

use crate::support::{eur, shop, shop_with};
use channel::{CatalogueSource, Channel, ChannelProduct, ProductStatus, RetryClass};

async fn read_all(source: &dyn CatalogueSource) -> Vec<ChannelProduct> {
    let (mut products, mut cursor) = (Vec::new(), None);
    loop {
        let page = source.page(cursor, &|_| ()).await.expect("a page");
        assert!(page.left_out.is_empty());
        products.extend(page.products);
        cursor = page.next_cursor;
        if cursor.is_none() {
            return products;
        }
    }
}

#[tokio::test]
async fn the_shop_says_who_it_is() {
    let shop = shop(1, 1).await;
    let info = shop.client.shop().await.expect("an answer");
    assert_eq!((info.domain.as_str(), info.name.as_str()), ("calibr-demo.myshopify.com", "Calibr Demo"));
    assert_eq!(info.currency.code(), "EUR");
    assert_eq!(shop.client.kind(), "shopify");
}

#[tokio::test]
async fn everything_is_read_however_it_falls_into_pages() {
    let shop = shop_with(
        7,
        23,
        |_| (),
        |config| {
            (config.products_per_page, config.variants_per_page) = (3, 10);
        },
    )
    .await;
    let products = read_all(shop.client.catalogue().expect("Shopify has a catalogue")).await;
    let state = shop.simulator.state();
    assert_eq!(products.len(), 7);
    for (read, stored) in products.iter().zip(&state.products) {
        assert_eq!((&read.handle, &read.title, &read.tags), (&stored.handle, &stored.title, &stored.tags));
        assert_eq!(read.id.as_str(), format!("gid://shopify/Product/{}", stored.id));
        assert_eq!((read.status, read.updated_at.is_some()), (ProductStatus::Active, true));
        assert_eq!(read.variants.len(), 23, "variants beyond the first page are followed");
        for (variant, record) in read.variants.iter().zip(&stored.variants) {
            assert_eq!(variant.id.as_str(), format!("gid://shopify/ProductVariant/{}", record.id));
            assert_eq!(variant.price.to_decimal_string(), record.price.to_string());
            assert_eq!(
                variant.compare_at.map(|m| m.to_decimal_string()),
                record.compare_at.map(|d| d.to_string())
            );
            assert_eq!((variant.sku.as_ref(), variant.cost), (record.sku.as_ref(), Some(eur(400))));
            assert_eq!(
                (variant.options[0].name.as_str(), &variant.options[0].value),
                ("Size", &record.option_values[0])
            );
        }
    }
    assert_eq!(shop.calls("ReadProducts").len(), 3);
    assert_eq!(shop.calls("ReadProductVariants").len(), 7 * 2);
}

#[tokio::test]
async fn costs_that_the_app_may_not_see_are_left_out_only_on_request() {
    let no_inventory =
        |config: &mut simulators::shopify::Config| config.scopes = vec!["write_products".to_owned()];
    let shop = shop_with(1, 1, no_inventory, |config| config.read_cost = false).await;
    let page = shop.client.catalogue().expect("a catalogue").page(None, &|_| ()).await.expect("a page");
    assert_eq!(page.products[0].variants[0].cost, None);
}

#[tokio::test]
async fn a_token_without_the_scope_is_told_which_one() {
    let shop = shop_with(1, 1, |config| config.scopes = vec!["read_markets".to_owned()], |_| ()).await;
    let error = shop.client.catalogue().expect("a catalogue").page(None, &|_| ()).await.expect_err("denied");
    assert_eq!((error.class, error.code.as_str()), (RetryClass::Never, "shopify.access_denied"));
    assert!(error.message.contains("read_products"), "{error}");
}

#[tokio::test]
async fn a_wrong_token_is_final_and_stays_unsaid() {
    let wrong = kernel_connect::Secret::new("shpat_wrong_token");
    let shop = shop_with(1, 1, |_| (), |config| config.access_token = wrong.into()).await;
    let error = shop.client.shop().await.expect_err("unauthorized");
    assert_eq!((error.class, error.code.as_str()), (RetryClass::Never, "shopify.unauthorized"));
    assert!(!format!("{error} {error:?}").contains("shpat_wrong"));
    assert_eq!(shop.simulator.journal().len(), 1, "nobody hammers a closed door");
}

#[tokio::test]
async fn an_answer_of_another_version_is_not_trusted() {
    let shop = shop_with(1, 1, |_| (), |config| config.api_version = "2025-01".to_owned()).await;
    let error = shop.client.shop().await.expect_err("another version");
    assert_eq!((error.class, error.code.as_str()), (RetryClass::Never, "shopify.version"));
    assert!(error.message.contains("2025-01") && error.message.contains("was served"), "{error}");
}
