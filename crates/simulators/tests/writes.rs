//! Writing prices: absent, null and value; atomic and partial; what the journal says of it.

mod support;

use serde_json::json;
use simulators::shopify::{CallOutcome, Effect, Source};
use support::{Shop, UPDATE, small_catalogue, update};

#[tokio::test]
async fn absent_keeps_null_clears_and_a_value_sets_the_compare_at_price() {
    let shop = Shop::start(small_catalogue()).await;
    let variants = json!([
        { "id": "gid://shopify/ProductVariant/11", "price": "90.5" },
        { "id": "gid://shopify/ProductVariant/12", "price": "180.00", "compareAtPrice": "200.00" },
        { "id": "gid://shopify/ProductVariant/13", "price": "299.995", "compareAtPrice": null },
    ]);
    let answer = shop.ask(UPDATE, update(variants)).await;
    let payload = &answer["data"]["productVariantsBulkUpdate"];
    assert_eq!(payload["userErrors"], json!([]));
    assert_eq!(
        payload["productVariants"],
        json!([
            { "id": "gid://shopify/ProductVariant/11", "price": "90.50", "compareAtPrice": "120.00" },
            { "id": "gid://shopify/ProductVariant/12", "price": "180.00", "compareAtPrice": "200.00" },
            { "id": "gid://shopify/ProductVariant/13", "price": "300.00", "compareAtPrice": null },
        ])
    );
    assert_eq!(shop.prices(13), ("300.00".to_owned(), None));
}

#[tokio::test]
async fn inline_literals_obey_the_same_rule() {
    let shop = Shop::start(small_catalogue()).await;
    let document = r#"mutation($none: Money) { productVariantsBulkUpdate(
        productId: "gid://shopify/Product/1"
        variants: [{ id: "gid://shopify/ProductVariant/11", price: "95.00", compareAtPrice: $none }]
    ) { userErrors { message } } }"#;
    shop.ask(document, json!({})).await;
    assert_eq!(shop.prices(11).1.as_deref(), Some("120.00"), "an absent variable leaves the field absent");
    shop.ask(document, json!({ "none": null })).await;
    assert_eq!(shop.prices(11).1, None, "a null variable is null");
}

#[tokio::test]
async fn one_wrong_variant_stops_all_unless_partial_updates_are_allowed() {
    let shop = Shop::start(small_catalogue()).await;
    let before = shop.handle.state();
    let variants = json!([
        { "id": "gid://shopify/ProductVariant/11", "price": "1.00" },
        { "id": "gid://shopify/ProductVariant/12", "price": "-1.00" },
    ]);
    let answer = shop.ask(UPDATE, update(variants.clone())).await;
    let payload = &answer["data"]["productVariantsBulkUpdate"];
    assert_eq!(payload["productVariants"][0]["price"], "100.00", "the echo shows what is stored");
    assert_eq!(payload["userErrors"][0]["field"], json!(["variants", "1", "price"]));
    assert_eq!(shop.handle.state(), before);

    let mut asked = update(variants);
    asked["partial"] = json!(true);
    let answer = shop.ask(UPDATE, asked).await;
    let payload = &answer["data"]["productVariantsBulkUpdate"];
    assert_eq!(payload["productVariants"][0]["price"], "1.00");
    assert_eq!(payload["productVariants"][1]["price"], "200.00");
    assert_eq!(shop.prices(11).0, "1.00");
    let outcomes: Vec<_> = shop.handle.journal().iter().map(|entry| entry.outcome).collect();
    assert_eq!(outcomes, [CallOutcome::UserErrors, CallOutcome::UserErrors]);
}

#[tokio::test]
async fn a_variant_of_another_product_or_none_refuses_the_batch() {
    let shop = Shop::start(small_catalogue()).await;
    for stranger in ["gid://shopify/ProductVariant/21", "gid://shopify/ProductVariant/999"] {
        let variants = json!([
            { "id": "gid://shopify/ProductVariant/11", "price": "1.00" },
            { "id": stranger, "price": "1.00" },
        ]);
        let answer = shop.ask(UPDATE, update(variants)).await;
        let payload = &answer["data"]["productVariantsBulkUpdate"];
        assert!(payload["productVariants"].is_null());
        assert_eq!(payload["userErrors"][0]["code"], "PRODUCT_VARIANT_DOES_NOT_EXIST");
        assert_eq!(payload["userErrors"][0]["field"], json!(["variants", "1", "id"]));
        assert_eq!(shop.prices(11).0, "100.00");
    }
}

#[tokio::test]
async fn more_than_250_variants_are_refused() {
    let shop = Shop::start(small_catalogue()).await;
    let one = json!({ "id": "gid://shopify/ProductVariant/11", "price": "1.00" });
    let answer = shop.ask(UPDATE, update(json!(vec![one.clone(); 251]))).await;
    assert_eq!(answer["errors"][0]["extensions"]["code"], "MAX_INPUT_SIZE_EXCEEDED");
    assert_eq!(answer["errors"][0]["path"], json!(["productVariantsBulkUpdate", "variants"]));
    assert!(answer["data"]["productVariantsBulkUpdate"].is_null());
    let answer = shop.ask(UPDATE, update(json!(vec![one; 250]))).await;
    assert_eq!(answer["extensions"]["cost"]["requestedQueryCost"], 60);
    assert_eq!(answer["data"]["productVariantsBulkUpdate"]["userErrors"], json!([]));
}

#[tokio::test]
async fn the_journal_tells_every_accepted_write() {
    let shop = Shop::start(small_catalogue()).await;
    let same = json!([{ "id": "gid://shopify/ProductVariant/12", "price": "200.00" }]);
    shop.ask(UPDATE, update(same.clone())).await;
    let new = json!([{ "id": "gid://shopify/ProductVariant/11", "price": "99.00", "compareAtPrice": null }]);
    shop.ask(UPDATE, update(new)).await;
    let journal = shop.handle.journal();
    assert_eq!(journal.iter().map(|entry| entry.sequence).collect::<Vec<_>>(), [1, 2]);
    let first = &journal[0];
    assert_eq!((first.source, first.kind.as_str(), first.answered), (Source::Api, "mutation", true));
    assert_eq!(first.operation_name.as_deref(), Some("Update"));
    assert_eq!(first.root_fields, ["productVariantsBulkUpdate"]);
    assert_eq!(first.variables["variants"], same);
    assert!(!first.effects[0].changed, "writing what is there is a write that changes nothing");
    let expected = Effect {
        variant_id: "gid://shopify/ProductVariant/11".to_owned(),
        old_price: "100.00".to_owned(),
        new_price: Some("99.00".to_owned()),
        old_compare_at: Some("120.00".to_owned()),
        new_compare_at: None,
        changed: true,
    };
    assert_eq!(journal[1].effects, [expected]);
    let read: serde_json::Value = shop.control("GET", "journal", json!({})).await.json();
    assert_eq!(read["entries"], serde_json::to_value(&journal).expect("a journal is JSON"));
}

#[tokio::test]
async fn a_change_moves_updated_at_and_a_repeat_does_not() {
    let shop = Shop::start(small_catalogue()).await;
    let times = |shop: &Shop| {
        let state = shop.handle.state();
        (state.products[0].updated_at, state.products[0].variants[0].updated_at, state.products[1].updated_at)
    };
    let (start, _, _) = times(&shop);
    shop.clock.pass_ms(60_000);
    let variants = json!([{ "id": "gid://shopify/ProductVariant/11", "price": "99.00" }]);
    shop.ask(UPDATE, update(variants.clone())).await;
    assert_eq!(times(&shop), (start + 60, start + 60, start));
    shop.clock.pass_ms(60_000);
    shop.ask(UPDATE, update(variants)).await;
    assert_eq!(times(&shop), (start + 60, start + 60, start));
}

#[tokio::test]
async fn searches_see_a_write_later_than_reads_by_id() {
    let shop = Shop::start(small_catalogue()).await;
    let document = r#"{ product(id: "gid://shopify/Product/1") { variants(first: 1) { nodes { price } } }
        found: productsCount(query: "price:99") { count } }"#;
    let variants = json!([{ "id": "gid://shopify/ProductVariant/11", "price": "99.00" }]);
    shop.ask(UPDATE, update(variants)).await;
    let at_once = shop.ask(document, json!({})).await;
    assert_eq!(at_once["data"]["product"]["variants"]["nodes"][0]["price"], "99.00");
    assert_eq!(at_once["data"]["found"]["count"], 0);
    shop.clock.pass_ms(5_000);
    assert_eq!(shop.ask(document, json!({})).await["data"]["found"]["count"], 1);
}
