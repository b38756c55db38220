//! A shop with a state file: what it accepted outlives the process, whenever that dies.

mod support;

use std::path::Path;

use serde_json::json;
use simulators::shopify::{Catalogue, Config, Fault, FaultKind, Simulator, Source, VariantEdit};
use support::{Shop, UPDATE, http, small_catalogue, update};

async fn open(path: &Path) -> Shop {
    Shop::start_with(small_catalogue(), |mut config| {
        config.state_file = Some(path.to_owned());
        config
    })
    .await
}

async fn write(shop: &Shop, price: &str) {
    let variants =
        json!([{ "id": "gid://shopify/ProductVariant/11", "price": price, "compareAtPrice": null }]);
    let answer = shop.ask(UPDATE, update(variants)).await;
    assert_eq!(answer["data"]["productVariantsBulkUpdate"]["userErrors"], json!([]));
}

#[tokio::test]
async fn accepted_writes_edits_and_deletions_are_there_after_a_restart() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("deep/shop.jsonl");
    let shop = open(&path).await;
    shop.clock.pass_ms(10_000);
    write(&shop, "90.00").await;
    shop.handle.edit(&[VariantEdit::price("M-1", "44.00"), VariantEdit::delete("T-2")]).expect("an edit");
    let state = shop.handle.state();
    let effects =
        |shop: &Shop| -> Vec<_> { shop.handle.journal().into_iter().map(|entry| entry.effects).collect() };
    let told = effects(&shop);
    drop(shop);

    let again = open(&path).await;
    assert_eq!(again.handle.state(), state, "ids and times included");
    assert_eq!(effects(&again), told);
    assert!(again.handle.journal().iter().all(|entry| entry.source == Source::Replayed));
    write(&again, "80.00").await;
    let third = open(&path).await;
    assert_eq!(third.prices(11), ("80.00".to_owned(), None));
}

#[tokio::test]
async fn a_line_cut_short_by_a_kill_is_forgotten_and_the_file_goes_on() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("shop.jsonl");
    write(&open(&path).await, "90.00").await;
    let whole = std::fs::read(&path).expect("the file is readable");
    let mut torn = whole.clone();
    torn.extend_from_slice(br#"{"at":1,"request_id":"x","after":[{"id":11"#);
    std::fs::write(&path, torn).expect("the file is writable");
    let shop = open(&path).await;
    assert_eq!(shop.prices(11).0, "90.00");
    write(&shop, "70.00").await;
    assert_eq!(open(&path).await.prices(11).0, "70.00");
    let text = std::fs::read(&path).expect("the file is readable");
    assert!(text.starts_with(&whole), "what was accepted stays as it was");
}

#[tokio::test]
async fn a_file_of_another_catalogue_is_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("shop.jsonl");
    drop(open(&path).await);
    let mut config = Config::new(Catalogue::default());
    config.state_file = Some(path.clone());
    let refused = Simulator::start(config).await.err().expect("a refusal");
    let text = format!("{refused:#}");
    assert!(text.contains("another shop or catalogue") && text.contains("shop.jsonl"), "{text}");
}

#[tokio::test]
async fn a_reset_of_the_shop_reaches_the_file() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("shop.jsonl");
    let shop = open(&path).await;
    write(&shop, "90.00").await;
    shop.control("POST", "reset", json!({ "shop": true })).await;
    write(&shop, "95.00").await;
    let again = open(&path).await;
    assert_eq!(again.prices(11).0, "95.00");
    assert_eq!(again.handle.journal().len(), 1);
}

#[tokio::test]
async fn a_shop_that_goes_away_neither_commits_nor_answers_what_it_holds() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("shop.jsonl");
    let Shop { handle, .. } = open(&path).await;
    handle.add_fault(Fault::once(FaultKind::HoldBeforeCommit { hold_ms: None }, "mutation"));
    let variants = json!([{ "id": "gid://shopify/ProductVariant/11", "price": "90.00" }]);
    let request = http().post(&handle.graphql_url).header("X-Shopify-Access-Token", &handle.token);
    let call = request.json(&json!({ "query": UPDATE, "variables": update(variants) })).send();
    let call = tokio::spawn(call);
    handle.wait_held(1).await;
    drop(handle);
    call.await.expect("the client lives").expect_err("no answer");
    assert_eq!(open(&path).await.prices(11).0, "100.00");
}

#[tokio::test]
async fn products_that_came_and_went_are_so_after_a_restart() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("shop.jsonl");
    let shop = open(&path).await;
    let set = "mutation($title: String!) { productSet(input: { title: $title }) { product { id } } }";
    let first =
        shop.ask(set, json!({ "title": "Rope" })).await["data"]["productSet"]["product"]["id"].clone();
    let second =
        shop.ask(set, json!({ "title": "Axe" })).await["data"]["productSet"]["product"]["id"].clone();
    let variants =
        "mutation($ids: [ID!]!) { productVariantsBulkDelete(productId: \"gid://shopify/Product/1\",
        variantsIds: $ids) { userErrors { message } } }";
    shop.ask(variants, json!({ "ids": ["gid://shopify/ProductVariant/12"] })).await;
    let delete = "mutation($id: ID!) { productDelete(input: { id: $id }) { deletedProductId } }";
    shop.ask(delete, json!({ "id": second })).await;
    assert!(shop.handle.delete_product(2).expect("deleted"));
    let state = shop.handle.state();
    drop(shop);

    let again = open(&path).await;
    assert_eq!(again.handle.state(), state);
    let found = again.ask("query($id: ID!) { product(id: $id) { title } }", json!({ "id": first })).await;
    assert_eq!(found["data"]["product"]["title"], "Rope");
    let third =
        again.ask(set, json!({ "title": "Mat" })).await["data"]["productSet"]["product"]["id"].clone();
    assert!(third != first && third != second, "no number is given twice");
}
