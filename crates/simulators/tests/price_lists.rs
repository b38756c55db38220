//! Price lists of the simulated shop: rows that are fixed and relative again, what outlives a restart, edits behind the
//! app's back, and what the journal tells.

mod support;

use serde_json::{Value, json};
use simulators::shopify::{Config, ListEffect, Markets, PriceList, VariantEdit};
use support::{Shop, amount, small_catalogue};

const LIST: &str = "gid://shopify/PriceList/7";
const ROWS: &str =
    "prices { price { amount currencyCode } compareAtPrice { amount } originType variant { id } }";

async fn shop_with(change: impl FnOnce(Config) -> Config) -> Shop {
    let lists = Markets::default().with_price_list(PriceList::decreasing(7, "Abroad", "USD", amount("10")));
    Shop::start_with(small_catalogue().with_markets(lists), change).await
}

fn fixed(variant: u64, price: &str, currency: &str) -> Value {
    let price = json!({ "amount": price, "currencyCode": currency });
    json!({ "variantId": format!("gid://shopify/ProductVariant/{variant}"), "price": price })
}

async fn fix(shop: &Shop, list: &str, rows: Value) -> Value {
    let document = format!(
        "mutation($list: ID!, $rows: [PriceListPriceInput!]!) {{
           priceListFixedPricesAdd(priceListId: $list, prices: $rows) {{ {ROWS} userErrors {{ field message code }} }} }}"
    );
    let answer = shop.ask(&document, json!({ "list": list, "rows": rows })).await;
    answer["data"]["priceListFixedPricesAdd"].clone()
}

async fn unfix(shop: &Shop, variant: u64) -> Value {
    let document = "mutation($list: ID!, $ids: [ID!]!) {
      priceListFixedPricesDelete(priceListId: $list, variantIds: $ids) {
        deletedFixedPriceVariantIds userErrors { field message code } } }";
    let ids = json!([format!("gid://shopify/ProductVariant/{variant}")]);
    let answer = shop.ask(document, json!({ "list": LIST, "ids": ids })).await;
    answer["data"]["priceListFixedPricesDelete"].clone()
}

/// Price, currency and origin of every row of the list.
async fn rows(shop: &Shop) -> Vec<(String, String, String)> {
    let document = "query($id: ID!) { priceList(id: $id) { prices(first: 50) { nodes { price { amount currencyCode } originType } } } }";
    let answer = shop.ask(document, json!({ "id": LIST })).await;
    let text = |value: &Value| value.as_str().expect("text").to_owned();
    let row = |row: &Value| {
        (text(&row["price"]["amount"]), text(&row["price"]["currencyCode"]), text(&row["originType"]))
    };
    answer["data"]["priceList"]["prices"]["nodes"].as_array().expect("rows").iter().map(row).collect()
}

fn row(price: &str, currency: &str, origin: &str) -> (String, String, String) {
    (price.to_owned(), currency.to_owned(), origin.to_owned())
}

#[tokio::test]
async fn a_row_is_fixed_by_adding_and_relative_again_by_deleting() {
    let shop = shop_with(|config| config).await;
    let relative = row("90.0", "EUR", "RELATIVE");
    assert_eq!(rows(&shop).await[0], relative);
    let added = fix(&shop, LIST, json!([fixed(11, "81.5", "USD"), fixed(11, "82.00", "USD")])).await;
    assert_eq!(
        added["prices"].as_array().map(Vec::len),
        Some(1),
        "of two rows for one variant the last wins"
    );
    assert_eq!(rows(&shop).await[0], row("82.0", "USD", "FIXED"));
    let new = json!([{ "id": "gid://shopify/ProductVariant/11", "price": "50.00" }]);
    shop.ask(support::UPDATE, support::update(new)).await;
    assert_eq!(rows(&shop).await[0], row("82.0", "USD", "FIXED"), "a fixed price does not follow the shop's");
    assert_eq!(unfix(&shop, 11).await["userErrors"], json!([]));
    assert_eq!(rows(&shop).await[0], row("45.0", "EUR", "RELATIVE"));
}

#[tokio::test]
async fn wrong_rows_are_refused_together_with_the_right_ones() {
    let shop = shop_with(|config| config).await;
    let sent = json!([fixed(12, "1", "USD"), fixed(11, "1", "EUR"), fixed(999, "1", "EUR")]);
    let refused = fix(&shop, LIST, sent).await;
    let currency = "The specified currency does not match the price list's currency.";
    let expected = json!([
        { "field": ["prices", "1", "price", "currencyCode"], "message": currency,
          "code": "PRICE_LIST_CURRENCY_MISMATCH" },
        { "field": ["prices", "2", "variantId"], "message": "Product variant ID does not exist.",
          "code": "VARIANT_NOT_FOUND" },
    ]);
    assert_eq!((&refused["prices"], &refused["userErrors"]), (&json!([]), &expected));
    assert!(rows(&shop).await.iter().all(|row| row.2 == "RELATIVE"));
    let nowhere = fix(&shop, "gid://shopify/PriceList/8", json!([fixed(11, "1", "USD")])).await;
    assert_eq!(
        (&nowhere["prices"], &nowhere["userErrors"][0]["code"]),
        (&Value::Null, &json!("PRICE_LIST_NOT_FOUND"))
    );
    let relative = unfix(&shop, 11).await;
    let expected = json!([{ "field": ["variantIds", "0"], "message": "Only fixed prices can be deleted.",
        "code": "PRICE_NOT_FIXED" }]);
    assert_eq!(relative, json!({ "deletedFixedPriceVariantIds": [], "userErrors": expected }));
    let many: Vec<Value> = (0..251).map(|_| fixed(11, "1", "USD")).collect();
    let document = "mutation($list: ID!, $rows: [PriceListPriceInput!]!) {
      priceListFixedPricesAdd(priceListId: $list, prices: $rows) { userErrors { code } } }";
    let answer = shop.ask(document, json!({ "list": LIST, "rows": many })).await;
    assert_eq!(answer["errors"][0]["extensions"]["code"], "MAX_INPUT_SIZE_EXCEEDED");
}

#[tokio::test]
async fn one_call_adds_and_deletes() {
    let shop = shop_with(|config| config).await;
    fix(&shop, LIST, json!([fixed(11, "80", "USD")])).await;
    let document = "mutation($list: ID!, $add: [PriceListPriceInput!]!, $delete: [ID!]!) {
      priceListFixedPricesUpdate(priceListId: $list, pricesToAdd: $add, variantIdsToDelete: $delete) {
        priceList { fixedPricesCount } pricesAdded { originType variant { id } }
        deletedFixedPriceVariantIds userErrors { field message code } } }";
    let delete = json!(["gid://shopify/ProductVariant/11"]);
    let sent = json!({ "list": LIST, "add": [fixed(21, "44.00", "USD")], "delete": delete });
    let answer = shop.ask(document, sent).await;
    let expected = json!({
        "priceList": { "fixedPricesCount": 1 },
        "pricesAdded": [{ "originType": "FIXED", "variant": { "id": "gid://shopify/ProductVariant/21" } }],
        "deletedFixedPriceVariantIds": delete,
        "userErrors": [],
    });
    assert_eq!(answer["data"]["priceListFixedPricesUpdate"], expected);
}

#[tokio::test]
async fn price_lists_outlive_a_restart_and_end_with_a_reset() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("shop.jsonl");
    let kept = |mut config: Config| {
        config.state_file = Some(file.clone());
        config
    };
    let shop = shop_with(kept).await;
    fix(&shop, LIST, json!([fixed(11, "80", "USD"), fixed(12, "160", "USD")])).await;
    unfix(&shop, 12).await;
    let create = "mutation { priceListCreate(input: { name: \"More\", currency: USD,
        parent: { adjustment: { type: PERCENTAGE_INCREASE, value: 12.5 } } }) { priceList { id } } }";
    assert!(shop.ask(create, json!({})).await["data"]["priceListCreate"]["priceList"]["id"].is_string());
    let (before, effects) = (shop.handle.state(), shop.handle.journal()[0].list_effects.clone());
    drop(shop);
    let shop = shop_with(kept).await;
    assert_eq!(shop.handle.state(), before);
    assert_eq!(rows(&shop).await[0], row("80.0", "USD", "FIXED"));
    assert_eq!(shop.handle.journal()[0].list_effects, effects);
    let read =
        "{ priceLists(first: 5, sortKey: NAME) { nodes { name parent { adjustment { type value } } } } }";
    let lists = shop.ask(read, json!({})).await["data"]["priceLists"]["nodes"].clone();
    assert_eq!(
        lists[1],
        json!({ "name": "More", "parent": { "adjustment": { "type": "PERCENTAGE_INCREASE", "value": 12.5 } } })
    );
    shop.control("POST", "reset", json!({ "shop": true })).await;
    assert!(rows(&shop).await.iter().all(|row| row.2 == "RELATIVE"));
}

#[tokio::test]
async fn a_merchant_edits_a_list_and_the_journal_tells_who_wrote_what() {
    let shop = shop_with(|config| config).await;
    fix(&shop, LIST, json!([fixed(11, "80", "USD")])).await;
    let edit = VariantEdit::price("T-1", "77.00").in_list("Abroad");
    shop.handle.edit(&[edit]).expect("edited");
    assert_eq!(rows(&shop).await[0], row("77.0", "USD", "FIXED"));
    let body = json!({ "edits": [{ "variant": "11", "priceList": LIST, "delete": true }] });
    assert_eq!(shop.control("POST", "edit", body).await.status, 200);
    assert_eq!(rows(&shop).await[0], row("90.0", "EUR", "RELATIVE"));
    assert_eq!(shop.prices(11).0, "100.00", "the shop's own price stays");
    let effect = |old: Option<&str>, new: Option<&str>| ListEffect {
        price_list_id: LIST.to_owned(),
        variant_id: "gid://shopify/ProductVariant/11".to_owned(),
        old_price: old.map(str::to_owned),
        new_price: new.map(str::to_owned),
        old_compare_at: None,
        new_compare_at: None,
    };
    let journal = shop.handle.journal();
    let told: Vec<&ListEffect> = journal.iter().flat_map(|entry| &entry.list_effects).collect();
    let expected =
        [effect(None, Some("80.00")), effect(Some("80.00"), Some("77.00")), effect(Some("77.00"), None)];
    assert_eq!(told, expected.iter().collect::<Vec<_>>());
    assert!(journal.iter().all(|entry| entry.effects.is_empty()));
    let unknown = VariantEdit::price("11", "1").in_list("Nowhere");
    assert!(shop.handle.edit(&[unknown]).expect_err("refused").to_string().contains("Nowhere"));
}

#[tokio::test]
async fn price_lists_ask_for_their_scopes() {
    let shop = shop_with(|mut config| {
        config.scopes = vec!["read_products".to_owned()];
        config
    });
    let shop = shop.await;
    assert_eq!(rows(&shop).await.len(), 4);
    let refused = shop.ask("{ markets(first: 1) { nodes { id } } }", json!({})).await;
    assert_eq!(refused["errors"][0]["extensions"]["requiredAccess"], "`read_markets` access scope.");
    assert_eq!(fix(&shop, LIST, json!([fixed(11, "1", "USD")])).await, Value::Null);
    assert!(rows(&shop).await.iter().all(|row| row.2 == "RELATIVE"));
}

#[tokio::test]
async fn rows_are_searched_by_numbers_alone() {
    let shop = shop_with(|config| config).await;
    let document = "query($id: ID!, $query: String) { priceList(id: $id) { prices(first: 9, query: $query) {
        nodes { variant { id } } } } }";
    let found = async |query: &str| shop.ask(document, json!({ "id": LIST, "query": query })).await;
    let count = |answer: &Value| answer["data"]["priceList"]["prices"]["nodes"].as_array().map(Vec::len);
    assert_eq!(count(&found("product_id:1").await), Some(3));
    assert_eq!(count(&found("variant_id:21").await), Some(1));
    let gid = found("variant_id:gid://shopify/ProductVariant/21").await;
    assert_eq!(count(&gid), Some(0));
    assert_eq!(gid["extensions"]["search"][0]["warnings"][0]["field"], "variant_id");
}
