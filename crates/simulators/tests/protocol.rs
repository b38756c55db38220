//! The protocol around the data: access, versions, refusals of documents and variables, paging, unsimulated fields.

mod support;

use serde_json::{Value, json};
use simulators::shopify::{CallOutcome, Catalogue, ProductRow, VariantRow};
use support::{Shop, UPDATE, amount, http, small_catalogue, update};

fn code(answer: &Value) -> &str {
    answer["errors"][0]["extensions"]["code"].as_str().unwrap_or_default()
}

#[tokio::test]
async fn only_the_right_header_with_the_right_token_gets_in() {
    let shop = Shop::start(small_catalogue()).await;
    let answer =
        shop.send_with_token("shpat_wrong", "{ shop { name } }", json!({})).await.expect("an answer");
    assert_eq!(answer.status, 401);
    let expected = "[API] Invalid API key or access token (unrecognized login or wrong password)";
    assert_eq!(answer.json(), json!({ "errors": expected }));
    let request = http().post(&shop.handle.graphql_url).bearer_auth(&shop.handle.token);
    let response = request.json(&json!({ "query": "{ shop { name } }" })).send().await.expect("an answer");
    assert_eq!(response.status(), 401);
    shop.handle.set_revoked(true);
    let answer = shop.send("{ shop { name } }", json!({})).await.expect("an answer");
    assert_eq!(answer.status, 401);
    assert!(shop.handle.journal().iter().all(|entry| entry.outcome == CallOutcome::Unauthorized));
}

#[tokio::test]
async fn a_missing_scope_denies_its_field() {
    let shop = Shop::start(small_catalogue()).await;
    shop.control("POST", "access", json!({ "scopes": ["read_products"] })).await;
    let variants = json!([{ "id": "gid://shopify/ProductVariant/11", "price": "1.00" }]);
    let answer = shop.ask(UPDATE, update(variants)).await;
    assert_eq!(code(&answer), "ACCESS_DENIED");
    assert_eq!(answer["errors"][0]["extensions"]["requiredAccess"], "`write_products` access scope.");
    assert!(answer["data"]["productVariantsBulkUpdate"].is_null());
    assert_eq!(shop.prices(11).0, "100.00");
    let answer = shop.ask("{ productsCount { count } }", json!({})).await;
    assert_eq!(answer["data"]["productsCount"]["count"], 2);
}

#[tokio::test]
async fn answers_carry_the_version_that_served_them() {
    let shop = Shop::start(small_catalogue()).await;
    let ask = async |version: &str| {
        let url = format!("{}/admin/api/{version}/graphql.json", shop.handle.url);
        let request = http().post(url).header("X-Shopify-Access-Token", &shop.handle.token);
        let response =
            request.json(&json!({ "query": "{ shop { name } }" })).send().await.expect("an answer");
        assert!(response.headers().contains_key("x-request-id"));
        let served = response.headers()["x-shopify-api-version"].to_str().expect("text").to_owned();
        (response.status().as_u16(), served)
    };
    assert_eq!(ask("2026-10").await, (200, "2026-10".to_owned()));
    assert_eq!(ask("2026-07").await, (200, "2026-07".to_owned()));
    assert_eq!(ask("2024-01").await, (200, "2025-10".to_owned()), "an old version falls forward");
    assert_eq!(ask("2026-11").await.0, 404);
}

#[tokio::test]
async fn documents_are_refused_in_shopifys_words() {
    let shop = Shop::start(small_catalogue()).await;
    let cases = [
        ("query Q { shop { colour } }", "undefinedField", "Field 'colour' doesn't exist on type 'Shop'"),
        ("{ shop(id: 1) { name } }", "argumentNotAccepted", "Field 'shop' doesn't accept argument 'id'"),
        (
            "{ product { id } }",
            "missingRequiredArguments",
            "Field 'product' is missing required arguments: id",
        ),
        (r#"{ product(id: "12") { id } }"#, "argumentLiteralsIncompatible", "Invalid global id '12'"),
        (
            "{ products(first: 1, sortKey: COLOUR) { nodes { id } } }",
            "argumentLiteralsIncompatible",
            "Argument 'sortKey' on Field 'products' has an invalid value (COLOUR). Expected type 'ProductSortKeys'.",
        ),
        (
            r#"mutation { productVariantsBulkUpdate(productId: "gid://shopify/Product/1",
                variants: [{ sku: "A" }]) { userErrors { message } } }"#,
            "argumentNotAccepted",
            "InputObject 'ProductVariantsBulkInput' doesn't accept argument 'sku'",
        ),
        ("query($x: Int) { shop { name } }", "variableNotUsed", "Variable $x is declared but not used"),
    ];
    for (document, expected, message) in cases {
        let answer = shop.ask(document, json!({})).await;
        assert_eq!((code(&answer), answer["errors"][0]["message"].as_str()), (expected, Some(message)));
        assert!(answer.get("data").is_none(), "{document}");
        assert!(answer["errors"][0]["locations"][0]["line"].is_number());
    }
    let path = shop.ask("query Q { shop { colour } }", json!({})).await["errors"][0]["path"].clone();
    assert_eq!(path, json!(["query Q", "shop", "colour"]));
    let answer = shop.ask("{ shop { name ", json!({})).await;
    assert!(answer["errors"][0]["message"].as_str().is_some_and(|text| text.starts_with("syntax error, ")));
}

#[tokio::test]
async fn variables_are_refused_with_their_problems() {
    let shop = Shop::start(small_catalogue()).await;
    let problems = async |variables: Value| {
        let answer = shop.ask(UPDATE, variables).await;
        assert_eq!(code(&answer), "INVALID_VARIABLE");
        assert!(answer.get("data").is_none());
        answer["errors"][0]["extensions"]["problems"].clone()
    };
    let explained = |path: Value, explanation: &str| json!([{ "path": path, "explanation": explanation }]);
    assert_eq!(
        problems(json!({ "productId": "gid://shopify/Product/1" })).await,
        explained(json!([]), "Expected value to not be null")
    );
    let price = update(json!([{ "price": "12,50" }]));
    assert_eq!(
        problems(price).await,
        explained(json!([0, "price"]), "Could not coerce value \"12,50\" to Money")
    );
    let policy = problems(update(json!([{ "inventoryPolicy": "MAYBE" }]))).await;
    assert_eq!(policy[0]["explanation"], "Expected \"MAYBE\" to be one of: CONTINUE, DENY");
    let id = problems(json!({ "productId": "1", "variants": [] })).await;
    assert_eq!(id[0]["message"], "Invalid global id '1'");
}

#[tokio::test]
async fn ids_of_another_kind_are_errors_and_unknown_ones_are_null() {
    let shop = Shop::start(small_catalogue()).await;
    let answer = shop.ask(r#"{ product(id: "gid://shopify/ProductVariant/11") { id } }"#, json!({})).await;
    assert_eq!(code(&answer), "RESOURCE_NOT_FOUND");
    assert_eq!(answer["errors"][0]["message"], "Invalid id: gid://shopify/ProductVariant/11");
    assert!(answer["data"]["product"].is_null());
    let document =
        "query($ids: [ID!]!) { nodes(ids: $ids) { __typename id ... on ProductVariant { price } } }";
    let ids = ["Product/2", "ProductVariant/12", "ProductVariant/999", "Collection/1"];
    let ids: Vec<String> = ids.iter().map(|id| format!("gid://shopify/{id}")).collect();
    let answer = shop.ask(document, json!({ "ids": ids })).await;
    let expected = json!([
        { "__typename": "Product", "id": ids[0] },
        { "__typename": "ProductVariant", "id": ids[1], "price": "200.00" },
        null,
        null,
    ]);
    assert_eq!(answer["data"]["nodes"], expected);
}

#[tokio::test]
async fn nested_lists_are_cut_without_a_word_and_pages_join_up() {
    let mut product = ProductRow::new("rope", "Rope");
    for number in 0..300_u64 {
        product = product.with_variant(VariantRow {
            option_values: vec![format!("{number} m")],
            ..VariantRow::new(amount("10.00"))
        });
    }
    let shop = Shop::start(Catalogue::new(vec![product])).await;
    let document = "query($after: String) { products(first: 1) { nodes { id variantsCount { count }
        variants(first: 250, after: $after) { nodes { id position } pageInfo { hasNextPage endCursor } } } } }";
    let first = shop.ask(document, json!({})).await;
    assert!(first.get("errors").is_none());
    let node = &first["data"]["products"]["nodes"][0];
    assert_eq!(node["variantsCount"]["count"], 300);
    assert_eq!(node["variants"]["nodes"].as_array().map(Vec::len), Some(250));
    let after = &node["variants"]["pageInfo"]["endCursor"];
    let second = shop.ask(document, json!({ "after": after })).await;
    let rest = &second["data"]["products"]["nodes"][0]["variants"];
    assert_eq!(rest["nodes"][0]["position"], 251);
    assert_eq!(
        (rest["nodes"].as_array().map(Vec::len), &rest["pageInfo"]["hasNextPage"]),
        (Some(50), &json!(false))
    );
    for (arguments, message) in
        [("", "you must provide one of first or last"), ("(first: 251)", "first cannot exceed 250.")]
    {
        let document = format!("{{ productVariants{arguments} {{ nodes {{ id }} }} }}");
        let answer = shop.ask(&document, json!({})).await;
        assert_eq!(code(&answer), "BAD_REQUEST");
        assert!(answer["errors"][0]["message"].as_str().is_some_and(|text| text.starts_with(message)));
        assert!(answer["data"].is_null());
        assert!(answer["extensions"]["cost"]["throttleStatus"].is_object());
    }
}

#[tokio::test]
async fn a_count_of_variants_ignores_its_filter_and_says_so_only_in_a_warning() {
    let shop = Shop::start(small_catalogue()).await;
    let answer = shop.ask(r#"{ productVariantsCount(query: "sku:T-1") { count } }"#, json!({})).await;
    assert_eq!(answer["data"]["productVariantsCount"]["count"], 4);
    assert_eq!(answer["extensions"]["search"][0]["path"], json!(["productVariantsCount"]));
    assert_eq!(answer["extensions"]["search"][0]["warnings"][0]["field"], "sku");
}

#[tokio::test]
async fn a_field_of_the_schema_that_is_not_simulated_fails_loudly_and_changes_nothing() {
    let shop = Shop::start(small_catalogue()).await;
    let document = "mutation Update($productId: ID!, $variants: [ProductVariantsBulkInput!]!) {
        productVariantsBulkUpdate(productId: $productId, variants: $variants) {
            product { sellingPlanGroupsCount { count } } } }";
    let variants = json!([{ "id": "gid://shopify/ProductVariant/11", "price": "1.00" }]);
    let answer = shop.send(document, update(variants)).await.expect("an answer");
    assert_eq!(answer.status, 501);
    assert!(answer.text.contains("field Product.sellingPlanGroupsCount"), "{}", answer.text);
    assert_eq!(shop.prices(11).0, "100.00");
    let twice = r#"mutation { a: productVariantsBulkUpdate(productId: "gid://shopify/Product/1",
        variants: [{ id: "gid://shopify/ProductVariant/11", price: "1.00" }]) { userErrors { message } }
      b: productVariantsBulkUpdate(productId: "gid://shopify/Product/1",
        variants: [{ id: "gid://shopify/ProductVariant/12", mediaId: "gid://shopify/MediaImage/1" }]) { userErrors { message } } }"#;
    let answer = shop.send(twice, json!({})).await.expect("an answer");
    assert_eq!(answer.status, 501);
    assert_eq!(shop.prices(11).0, "100.00", "what came before the unsimulated input is taken back");
}

#[tokio::test]
async fn bodies_that_are_no_request_are_refused() {
    let shop = Shop::start(small_catalogue()).await;
    let post = async |kind: &'static str, body: &'static str| {
        let request = http().post(&shop.handle.graphql_url).header("content-type", kind);
        let request = request.header("X-Shopify-Access-Token", &shop.handle.token).body(body);
        request.send().await.expect("an answer").status().as_u16()
    };
    assert_eq!(post("application/json", "{").await, 400);
    assert_eq!(post("application/json", r#"{"variables":{}}"#).await, 400);
    assert_eq!(post("text/plain", r#"{"query":"{ shop { name } }"}"#).await, 415);
    assert_eq!(post("application/json; charset=utf-8", r#"{"query":"{ shop { name } }"}"#).await, 200);
}
