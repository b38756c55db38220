//! Words that a later version of the API may bring: codes, statuses and kinds that nobody here has heard of, and codes that
//! are null. Each has an answer that says what was told, and nothing is taken for done or for lost.

use channel::{
    BulkPriceWriter, BulkRef, Channel, CompareAtWrite, PriceList, PriceListRef, PriceWrite, ProductStatus,
    ProductWrites, RetryClass, UploadedWrites, WriteOutcome,
};
use connector_shopify::ShopifyClient;

use crate::strange_answers::{END, SHOP, Script, products, scripted, variants};
use crate::support::{eur, product, variant_ref};

fn write(variant: u64) -> PriceWrite {
    PriceWrite {
        variant: variant_ref(variant),
        product: product(0),
        price: eur(777),
        compare_at: CompareAtWrite::Keep,
    }
}

fn both() -> Vec<ProductWrites> {
    vec![ProductWrites { product: product(0), writes: vec![write(1), write(2)] }]
}

async fn shop_that_answers(more: Vec<(&'static str, &str)>) -> ShopifyClient {
    let mut script: Script = vec![("ReadShop", 200, SHOP.to_owned())];
    script.extend(more.into_iter().map(|(word, answer)| (word, 200, answer.to_owned())));
    scripted(script).await.0
}

fn bulk(client: &ShopifyClient) -> &dyn BulkPriceWriter {
    client.bulk_price_writer().expect("Shopify writes in bulk")
}

#[tokio::test]
async fn a_refusal_with_an_unknown_code_or_none_is_a_refusal_in_the_shops_own_words() {
    for (code, expected) in [(r#""BRAND_NEW""#, Some("BRAND_NEW".to_owned())), ("null", None)] {
        let answer = format!(
            r#"{{"data":{{"productVariantsBulkUpdate":{{"productVariants":null,"userErrors":[
                {{"field":["variants","0","price"],"message":"The moon is full","code":{code}}}]}}}}}}"#
        );
        let client = shop_that_answers(vec![("", &answer)]).await;
        let writer = client.price_writer().expect("a writer");
        let outcomes = writer.write_prices(&product(0), &[write(1), write(2)]).await.expect("outcomes");
        let refused = WriteOutcome::Refused { code: expected, message: "The moon is full".to_owned() };
        assert_eq!(outcomes[0], refused);
        assert!(matches!(outcomes[1], WriteOutcome::NotAttempted { .. }), "{:?}", outcomes[1]);
        assert_eq!(outcomes.len(), 2);
    }
}

#[tokio::test]
async fn an_objection_that_names_no_field_and_no_code_is_about_every_variant() {
    let answer = r#"{"data":{"productVariantsBulkUpdate":{"productVariants":null,"userErrors":[
        {"field":null,"message":"Not today","code":null}]}}}"#;
    let client = shop_that_answers(vec![("", answer)]).await;
    let writer = client.price_writer().expect("a writer");
    let outcomes = writer.write_prices(&product(0), &[write(1), write(2)]).await.expect("outcomes");
    let refused = WriteOutcome::Refused { code: None, message: "Not today".to_owned() };
    assert_eq!(outcomes, [refused.clone(), refused]);
}

#[tokio::test]
async fn an_error_with_an_unknown_code_or_none_may_have_been_a_write_and_lets_a_read_be_repeated() {
    for code in [r#""BRAND_NEW""#, "null"] {
        let answer = format!(r#"{{"errors":[{{"message":"who knows","extensions":{{"code":{code}}}}}]}}"#);
        let client = shop_that_answers(vec![("", &answer)]).await;
        let writer = client.price_writer().expect("a writer");
        let written = writer.write_prices(&product(0), &[write(1)]).await.expect_err("an error");
        assert_eq!((written.class, written.code.as_str()), (RetryClass::Unknown, "shopify.errors"));
        let reader = client.price_reader().expect("a reader");
        let read = reader.read_prices(&[variant_ref(1)]).await.expect_err("an error");
        assert_eq!((read.class, read.message.as_str()), (RetryClass::Backoff, "who knows"));
    }
}

#[tokio::test]
async fn a_bulk_operation_that_is_refused_with_an_unknown_code_or_none_did_not_start() {
    for code in [r#""BRAND_NEW""#, "null"] {
        let answer = format!(
            r#"{{"data":{{"bulkOperationRunMutation":{{"bulkOperation":null,"userErrors":[
                {{"field":null,"message":"Not on Mondays","code":{code}}}]}}}}}}"#
        );
        let client = shop_that_answers(vec![("", &answer)]).await;
        let uploaded = UploadedWrites("tmp/1/bulk/x".to_owned());
        let error = bulk(&client).start("run-1", &uploaded).await.expect_err("a refusal");
        assert_eq!((error.class, error.code.as_str()), (RetryClass::Never, "shopify.bulk_refused"));
        assert_eq!(error.message, "Not on Mondays");
    }
}

#[tokio::test]
async fn a_bulk_operation_that_is_named_beside_an_objection_may_run() {
    let answer = r#"{"data":{"bulkOperationRunMutation":{
        "bulkOperation":{"id":"gid://shopify/BulkOperation/1"},
        "userErrors":[{"field":null,"message":"Slowly, please","code":"BRAND_NEW"}]}}}"#;
    let client = shop_that_answers(vec![("", answer)]).await;
    let uploaded = UploadedWrites("tmp/1/bulk/x".to_owned());
    let error = bulk(&client).start("run-1", &uploaded).await.expect_err("not a clean start");
    assert_eq!((error.class, error.code.as_str()), (RetryClass::Unknown, "shopify.bulk_unknown"));
    assert!(error.message.contains("Slowly, please"), "{error}");
}

fn operation(status: &str, code: &str) -> String {
    format!(
        r#"{{"data":{{"bulkOperation":{{"status":"{status}","errorCode":{code},"objectCount":"1",
            "rootObjectCount":"1","url":null,"partialDataUrl":null}}}}}}"#
    )
}

#[tokio::test(start_paused = true)]
async fn a_bulk_operation_in_an_unknown_status_is_under_way_until_we_stop_waiting() {
    let listed = r##"{"data":{"bulkOperations":{"nodes":[
        {"id":"gid://shopify/BulkOperation/1","status":"PAUSED","query":"# calibr run-1\nmutation { x }"}]}}}"##;
    let paused = operation("PAUSED", "null");
    let client = shop_that_answers(vec![("ListBulkMutations", listed), ("ReadBulkOperation", &paused)]).await;
    assert!(bulk(&client).is_under_way("run-1").await.expect("an answer"), "no second start beside it");
    let reference = BulkRef("gid://shopify/BulkOperation/1".to_owned());
    let error = bulk(&client).outcomes(&reference, &both(), &|_| ()).await.expect_err("no end");
    assert_eq!((error.class, error.code.as_str()), (RetryClass::Unknown, "shopify.bulk_unknown"));
}

#[tokio::test]
async fn a_bulk_operation_that_failed_for_an_unknown_reason_or_none_leaves_every_write_unclear() {
    for (code, told) in [
        (r#""BRAND_NEW""#, "the bulk operation ended as FAILED BRAND_NEW"),
        ("null", "the bulk operation ended as FAILED"),
    ] {
        let failed = operation("FAILED", code);
        let client = shop_that_answers(vec![("ReadBulkOperation", &failed)]).await;
        let reference = BulkRef("gid://shopify/BulkOperation/1".to_owned());
        let outcomes = bulk(&client).outcomes(&reference, &both(), &|_| ()).await.expect("outcomes");
        let unclear = WriteOutcome::Unclear { echoed: None, reason: told.to_owned() };
        assert_eq!(outcomes, [[unclear.clone(), unclear]]);
    }
}

#[tokio::test]
async fn a_product_in_an_unknown_status_is_taken_with_its_prices() {
    let answer = products(&variants(&[1], END), END).replace("ACTIVE", "HIBERNATING");
    let client = shop_that_answers(vec![("", &answer)]).await;
    let page = client.catalogue().expect("a catalogue").page(None, &|_| ()).await.expect("a page");
    assert_eq!((page.products[0].status, page.products[0].variants.len()), (ProductStatus::Other, 1));
    assert!(page.left_out.is_empty());
}

/// Whether a price is of the list's own or follows the shop's decides what a write does to it, so nobody guesses.
#[tokio::test]
async fn a_row_of_an_unknown_kind_in_a_price_list_is_named_and_not_guessed() {
    let answer = r#"{"data":{"priceList":{"currency":"EUR","prices":{"nodes":[{"originType":"BRAND_NEW",
        "price":{"amount":"1.0","currencyCode":"EUR"},"compareAtPrice":null,
        "variant":{"id":"gid://shopify/ProductVariant/1","product":{"id":"gid://shopify/Product/1"}}}],
        "pageInfo":{"hasNextPage":false,"endCursor":null}}}}}"#;
    let client = shop_that_answers(vec![("", answer)]).await;
    let list = PriceList {
        id: PriceListRef("gid://shopify/PriceList/1".to_owned()),
        name: "Canada".to_owned(),
        currency: eur(1).currency,
    };
    let reader = client.price_lists().expect("price lists");
    let error = reader.list_page(&list, None).await.expect_err("an unknown kind");
    assert_eq!((error.class, error.code.as_str()), (RetryClass::Never, "shopify.unreadable"));
    assert!(error.message.contains("BRAND_NEW") && error.message.contains("ProductVariant/1"), "{error}");
}
