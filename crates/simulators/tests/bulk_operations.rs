//! Bulk operations from the upload to the result: rows in no order, errors of single lines, mishaps, expiry.

mod support;

use std::collections::BTreeMap;

use serde_json::{Value, json};
use simulators::shopify::{Catalogue, Fault, FaultKind, ProductRow, VariantRow};
use support::{BULK_UPDATE, Shop, amount, small_catalogue, upload};

fn many(products: u64) -> Catalogue {
    let product = |p: u64| {
        let variant = |v: u64| VariantRow {
            id: Some(p * 10 + v),
            option_values: vec![format!("{v}")],
            ..VariantRow::new(amount("10.00"))
        };
        ProductRow { id: Some(p), ..ProductRow::new(&format!("p-{p}"), "P") }
            .with_variant(variant(1))
            .with_variant(variant(2))
    };
    Catalogue::new((1..=products).map(product).collect())
}

fn line(product: u64, price: &str) -> String {
    let variants =
        json!([{ "id": format!("gid://shopify/ProductVariant/{}", product * 10 + 1), "price": price }]);
    json!({ "productId": format!("gid://shopify/Product/{product}"), "variants": variants }).to_string()
}

fn numbers(rows: &[Value]) -> Vec<u64> {
    rows.iter().map(|row| row["__lineNumber"].as_u64().expect("a number")).collect()
}

#[tokio::test]
async fn every_line_is_a_call_of_its_own_and_answers_with_its_number() {
    let shop = Shop::start(many(120)).await;
    let mut input: Vec<String> = (1..=119).map(|p| line(p, "9.00")).collect();
    input[7] = line(8, "-1.00");
    input.push(line(999, "9.00"));
    let over = shop.run_bulk_mutation(BULK_UPDATE, input.join("\n")).await;
    assert_eq!((&over["status"], &over["objectCount"]), (&json!("COMPLETED"), &json!("120")));
    let rows = shop.rows(&over["url"]).await;
    let order = numbers(&rows);
    assert!(!order.is_sorted(), "lines come in no order");
    let by_line: BTreeMap<u64, &Value> = order.into_iter().zip(&rows).collect();
    assert_eq!(by_line.len(), 120);
    let payload = |line: u64| &by_line[&line]["data"]["productVariantsBulkUpdate"];
    assert_eq!(payload(0)["productVariants"][0]["price"], "9.00");
    assert_eq!(payload(7)["userErrors"][0]["code"], "GREATER_THAN_OR_EQUAL_TO");
    assert_eq!(payload(7)["productVariants"][0]["price"], "10.00", "the old price is echoed");
    assert_eq!(payload(119)["userErrors"][0]["code"], "PRODUCT_DOES_NOT_EXIST");
    assert_eq!((shop.prices(11).0, shop.prices(81).0), ("9.00".to_owned(), "10.00".to_owned()));
    let written = shop.handle.journal().iter().filter(|entry| entry.kind == "bulk_line").count();
    assert_eq!(written, 120);
    let text =
        support::http().get(over["url"].as_str().expect("an address")).send().await.expect("an answer");
    assert!(text.text().await.expect("text").contains("gid:\\/\\/shopify\\/"), "slashes are escaped");
}

#[tokio::test]
async fn a_result_goes_away_after_seven_days_and_belongs_to_its_signature() {
    let shop = Shop::start(many(1)).await;
    let over = shop.run_bulk_mutation(BULK_UPDATE, line(1, "9.00")).await;
    let url = over["url"].as_str().expect("an address").to_owned();
    let status =
        async |url: &str| support::http().get(url).send().await.expect("an answer").status().as_u16();
    assert_eq!(status(&url).await, 200);
    assert_eq!(status(&url.replace("Signature=", "Signature=0")).await, 403);
    shop.clock.pass_ms(7 * 86_400_000);
    assert_eq!(status(&url).await, 200);
    shop.clock.pass_ms(1000);
    assert_eq!(status(&url).await, 400);
}

#[tokio::test]
async fn a_failed_operation_leaves_what_it_did_behind_another_address() {
    let shop = Shop::start(many(60)).await;
    shop.handle.add_fault(Fault::once(FaultKind::BulkFails { after_lines: 20 }, "bulk"));
    let input: Vec<String> = (1..=60).map(|p| line(p, "9.00")).collect();
    let over = shop.run_bulk_mutation(BULK_UPDATE, input.join("\n")).await;
    assert_eq!((&over["status"], &over["errorCode"]), (&json!("FAILED"), &json!("INTERNAL_SERVER_ERROR")));
    assert!(over["url"].is_null());
    let rows = shop.rows(&over["partialDataUrl"]).await;
    assert_eq!(rows.len(), 20);
    let written: Vec<u64> = (1..=60).filter(|p| shop.prices(p * 10 + 1).0 == "9.00").collect();
    let mut reported: Vec<u64> = numbers(&rows).into_iter().map(|line| line + 1).collect();
    reported.sort_unstable();
    assert_eq!(written, reported, "what the partial data names was written, and nothing else");
}

#[tokio::test]
async fn a_result_may_lack_lines_although_it_is_complete() {
    let shop = Shop::start(many(30)).await;
    shop.handle.add_fault(Fault::once(FaultKind::BulkLosesLines { every: 10 }, "bulk_mutation"));
    let input: Vec<String> = (1..=30).map(|p| line(p, "9.00")).collect();
    let over = shop.run_bulk_mutation(BULK_UPDATE, input.join("\n")).await;
    assert_eq!((&over["status"], &over["objectCount"]), (&json!("COMPLETED"), &json!("30")));
    assert_eq!(shop.rows(&over["url"]).await.len(), 27);
    assert!((1..=30).all(|p| shop.prices(p * 10 + 1).0 == "9.00"));
}

#[tokio::test]
async fn a_query_gives_whole_lists_with_children_apart_from_their_parents() {
    let shop = Shop::start(small_catalogue()).await;
    let query = "{ products { edges { node { id title variants { edges { node { id price } } } } } } }";
    let over = shop.run_bulk_query(query).await;
    assert_eq!((&over["objectCount"], &over["rootObjectCount"]), (&json!("6"), &json!("2")));
    let rows = shop.rows(&over["url"]).await;
    assert!(rows[0]["__parentId"].is_null() && rows[1]["__parentId"].is_null());
    let parents: Vec<&str> = rows[2..].iter().filter_map(|row| row["__parentId"].as_str()).collect();
    assert_eq!(parents.iter().filter(|parent| parent.ends_with("/1")).count(), 3);
    assert_ne!(parents[0], rows[0]["id"], "not grouped under the first parent");
    let nothing = shop.run_bulk_query("{ products(query: \"sku:none\") { edges { node { id } } } }").await;
    assert_eq!((&nothing["status"], &nothing["url"]), (&json!("COMPLETED"), &Value::Null));
}

#[tokio::test]
async fn counts_grow_while_an_operation_runs() {
    let shop = Shop::start(small_catalogue()).await;
    let query = "{ products { edges { node { id variants { edges { node { id } } } } } } }";
    // Two products come first, then their four variants.
    for (after_rows, counts) in [(1, ("1", "1")), (4, ("4", "2"))] {
        shop.handle.add_fault(Fault::once(FaultKind::BulkHolds { after_rows }, "bulk_query"));
        let started = shop.start_bulk_query(query).await;
        let id = started["bulkOperation"]["id"].as_str().expect("an id");
        shop.handle.wait_held(1).await;
        let held = shop.bulk(id).await;
        assert_eq!((&held["status"], &held["url"]), (&json!("RUNNING"), &Value::Null));
        assert_eq!((&held["objectCount"], &held["rootObjectCount"]), (&json!(counts.0), &json!(counts.1)));
        shop.handle.release();
        shop.handle.wait_bulk_over().await;
        let over = shop.bulk(id).await;
        assert_eq!((&over["objectCount"], &over["rootObjectCount"]), (&json!("6"), &json!("2")));
    }
    shop.handle.add_fault(Fault::once(FaultKind::BulkHolds { after_rows: 1 }, "bulk_mutation"));
    let held = async {
        shop.handle.wait_held(1).await;
        let done = shop.handle.journal().iter().filter(|entry| entry.kind == "bulk_line").count();
        shop.handle.release();
        done
    };
    let lines = format!("{}\n{}", line(1, "9.00"), line(2, "9.00"));
    let (over, done) = tokio::join!(shop.run_bulk_mutation(BULK_UPDATE, lines), held);
    assert_eq!((done, &over["objectCount"]), (1, &json!("2")));
}

#[tokio::test]
async fn storage_takes_a_file_once_and_only_with_its_signature() {
    let shop = Shop::start(many(1)).await;
    let target = shop.staged_target().await;
    let mut forged = target.clone();
    for parameter in forged["parameters"].as_array_mut().expect("parameters") {
        if parameter["name"] == "x-goog-signature" {
            parameter["value"] = "0".into();
        }
    }
    assert_eq!(upload(&forged, "{}".to_owned()).await.status, 403);
    assert_eq!(upload(&target, String::new()).await.status, 400, "the policy wants at least one byte");
    assert_eq!(upload(&target, line(1, "9.00")).await.status, 201);
    assert_eq!(upload(&target, line(1, "8.00")).await.status, 412);
}
