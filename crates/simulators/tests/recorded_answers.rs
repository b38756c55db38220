//! Real stores' recorded answers, replayed on shops seeded with the same products: same keys, types, codes, messages.

#[path = "support/recorded.rs"]
mod recorded;
mod support;

use std::collections::BTreeMap;

use recorded::{catalogue_of, differences, selection_of, without};
use serde_json::{Value, json};
use simulators::shopify::{Catalogue, ProductRow, VariantRow, document_price};
use support::{Shop, amount, recording, reference_data, unzipped};

/// What became of the recorded calls of one test.
#[derive(Default)]
struct Report {
    replayed: usize,
    differing: Vec<String>,
}

impl Report {
    fn judge(&mut self, name: &str, recorded: &Value, ours: &Value) {
        self.replayed += 1;
        let found = differences(recorded, ours);
        self.differing.extend(found.into_iter().map(|difference| format!("{name}: {difference}")));
    }

    /// All calls agree, and they are as many as there were.
    fn close(self, what: &str, expected: usize) {
        println!("{} recorded {what} replayed", self.replayed);
        assert!(
            self.differing.is_empty(),
            "{} differences:\n{}",
            self.differing.len(),
            self.differing.join("\n")
        );
        assert_eq!(self.replayed, expected, "{what}");
    }
}

/// What becomes of a recorded read.
enum Fate {
    /// Compared, whole.
    Replayed,
    /// Compared without these fields, which are not simulated.
    Without(&'static str),
    /// Not compared here, for a reason.
    LeftOut(&'static str),
}

/// Reads that are compared less a field, and reads that are not compared here: why, and how many. A read that is lost
/// to the comparison changes one of these figures.
const WITHOUT: &[(&str, usize)] = &[("metafields", 2), (LONG_COUNT, 1)];
const LEFT_OUT: &[(&str, usize)] = &[
    (ANOTHER_DOCUMENT, 5),
    (EARLIER_OPERATIONS, 2),
    (IN_BULK, 14),
    (IN_MARKETS, 6),
    (OTHER_ROOTS, 2),
    (SHOP_SETTINGS, 3),
];
const REPLAYED: usize = 45;

const LONG_COUNT: &str = "a count above the 10,000 at which 2026-10 stops to count";
const ANOTHER_DOCUMENT: &str = "the recorded answer is not one to the document beside it";
const IN_BULK: &str = "reads of bulk operations, replayed in order by recorded_bulk";
const IN_MARKETS: &str = "reads of markets and price lists, replayed by recorded_markets";
const EARLIER_OPERATIONS: &str = "lists of bulk operations that the store had run before the recording began";
const OTHER_ROOTS: &str = "locations and inventory levels: nothing of products, prices or webhooks";
const SHOP_SETTINGS: &str =
    "address, policies and features of a shop: nothing of products, prices or webhooks";

/// Reads whose document is recorded: every such call in every file.
#[tokio::test]
async fn recorded_reads_are_answered_alike() {
    let Some(folder) = reference_data("shopify/recorded") else { return };
    let mut report = Report::default();
    let (mut without, mut left_out) = (BTreeMap::new(), BTreeMap::new());
    let mut files: Vec<_> = std::fs::read_dir(folder)
        .expect("the folder is readable")
        .map(|file| file.expect("a file").path())
        .collect();
    files.sort();
    for path in files {
        let file: Value = serde_json::from_str(&unzipped(&path)).expect("a recording is JSON");
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        for call in file["upstreamCalls"].as_array().into_iter().flatten() {
            let operation = call["operationName"].as_str().unwrap_or_default();
            match replay_read(&name, &file["upstreamCalls"], call, &mut report).await {
                Fate::Replayed => {}
                Fate::Without(field) => {
                    println!("  without {field}: {name} {operation}");
                    *without.entry(field).or_insert(0_usize) += 1;
                }
                Fate::LeftOut(reason) => {
                    println!("  left out: {name} {operation}: {reason}");
                    *left_out.entry(reason).or_insert(0_usize) += 1;
                }
            }
        }
    }
    assert_eq!(without, WITHOUT.iter().copied().collect());
    assert_eq!(left_out, LEFT_OUT.iter().copied().collect());
    report.close("reads", REPLAYED);
}

/// Recorded answers that do not belong to the document and variables beside them, by file and operation.
const MISFILED: &[(&str, &str)] = &[
    (
        "store-b__2025-01__products__product-variants-bulk-create-inventory-read-parity",
        "ProductsHydrateNodes",
    ),
    ("store-b__2025-01__products__product-variants-bulk-delete-parity", "ProductsHydrateNodes"),
    // It holds null where the schema has none: `Product.handle`.
    ("store-b__2025-01__products__product-variants-matrix", "ProductsHydrateNodes"),
    // Replayed by `recorded_products` with a document that asks for what was answered.
    ("store-b__2025-01__products__product-variants-matrix", "ProductVariantsRead"),
];

/// Root fields of reads that concern nothing which is simulated.
const NOT_SIMULATED: &[&str] = &["inventoryLevel", "location"];

async fn replay_read(file: &str, all_calls: &Value, call: &Value, report: &mut Report) -> Fate {
    let operation = call["operationName"].as_str().unwrap_or_default();
    let name = format!("{file} {operation}");
    let query = call["query"].as_str().expect("a document");
    let variables = call["variables"].as_object().cloned().unwrap_or_default();
    let response = &call["response"];
    let recorded = response.get("body").unwrap_or(response);
    if MISFILED.iter().any(|(part, misfiled)| file.starts_with(part) && operation == *misfiled) {
        return Fate::LeftOut(ANOTHER_DOCUMENT);
    }
    if query.contains("riceList") || query.contains("markets(") || query.contains("contextualPricing") {
        return Fate::LeftOut(IN_MARKETS);
    }
    if operation.starts_with("BulkOperationsBaseOverlay") {
        return Fate::LeftOut(EARLIER_OPERATIONS);
    }
    if query.contains("ulkOperation") && !query.contains("productsCount") {
        return Fate::LeftOut(IN_BULK);
    }
    if operation == "StorePropertiesShopBaselineHydrate" {
        return Fate::LeftOut(SHOP_SETTINGS);
    }
    let stripped = not_simulated(recorded);
    let document = stripped.map_or_else(|| query.to_owned(), |field| without_field(query, field));
    let recorded = &without(recorded, stripped.as_slice());
    match document_price(&document, &variables).expect("the schema is whole") {
        Ok(price) if price.root_fields.iter().any(|root| NOT_SIMULATED.contains(&root.as_str())) => {
            return Fate::LeftOut(OTHER_ROOTS);
        }
        Ok(_) => {}
        Err(errors) => panic!("{name}: not valid in 2026-10: {}", errors[0]["message"]),
    }
    let shop = shop_of(seed_for(all_calls, recorded, &variables)).await;
    let answer = shop.send(&document, Value::Object(variables)).await.expect("an answer");
    assert_ne!(answer.status, 501, "{name}: {}", answer.text);
    let mut ours = answer.json();
    // Some recordings were kept without their cost.
    if recorded.get("extensions").is_none() {
        ours.as_object_mut().expect("an object").remove("extensions");
    }
    let mut recorded = recorded.clone();
    let long_count = products_counted(&recorded).is_some_and(|count| count > COUNTED_MAX);
    if long_count {
        recorded["data"]["productsCount"]["count"] = ours["data"]["productsCount"]["count"].clone();
    }
    report.judge(&name, &recorded, &ours);
    match stripped {
        Some(field) => Fate::Without(field),
        None if long_count => Fate::Without(LONG_COUNT),
        None => Fate::Replayed,
    }
}

/// To here a count goes unless it is told otherwise.
const COUNTED_MAX: u64 = 10_000;

fn products_counted(recorded: &Value) -> Option<u64> {
    recorded["data"]["productsCount"]["count"].as_u64()
}

/// The field of a document that a simulated shop cannot answer as recorded: it has none of it.
fn not_simulated(recorded: &Value) -> Option<&'static str> {
    fn filled(answer: &Value) -> Option<&'static str> {
        match answer {
            Value::Array(items) => items.iter().find_map(filled),
            Value::Object(fields) => {
                let filled_list =
                    |name: &&str| fields.get(*name).is_some_and(|list| list["nodes"][0].is_object());
                let lists = ["metafields", "media", "collections"];
                lists.into_iter().find(filled_list).or_else(|| fields.values().find_map(filled))
            }
            _ => None,
        }
    }
    filled(recorded)
}

/// A document without a field, its arguments and what hangs below it, wherever it stands.
fn without_field(document: &str, field: &str) -> String {
    let start = format!("{field}(");
    let Some((before, rest)) = document.split_once(&start) else { return document.to_owned() };
    let below = rest.find('{').expect("a selection");
    let mut depth = 0_i32;
    let end = rest[below..].find(|c| {
        depth += i32::from(c == '{') - i32::from(c == '}');
        depth == 0
    });
    let after = &rest[below + end.expect("balanced braces") + 1..];
    format!("{before}{}", without_field(after, field))
}

/// A page in the middle of a list needs the whole list around it; a search needs what it was looking for.
fn seed_for(all_calls: &Value, recorded: &Value, variables: &serde_json::Map<String, Value>) -> Catalogue {
    let page = &recorded["data"]["products"]["pageInfo"];
    if page["hasNextPage"] == true || variables.get("after").is_some_and(Value::is_string) {
        let mut catalogue = catalogue_of(all_calls);
        if all_calls.as_array().is_some_and(|calls| calls.len() == 1) {
            let unseen = ProductRow {
                id: Some(u64::MAX >> 16),
                updated_at: Some(0),
                ..ProductRow::new("unseen", "Unseen")
            };
            catalogue.products.push(unseen.with_variant(VariantRow::new(amount("1"))));
        }
        return catalogue;
    }
    let mut catalogue = catalogue_of(&recorded["data"]);
    // A count needs as many products as the store had.
    let missing = products_counted(recorded).filter(|count| *count <= COUNTED_MAX).unwrap_or_default();
    for number in catalogue.products.len() as u64..missing {
        let row = ProductRow::new(&format!("unseen-{number}"), "Unseen");
        catalogue.products.push(row.with_variant(VariantRow::new(amount("1"))));
    }
    let query = variables.get("query").and_then(Value::as_str).unwrap_or_default();
    if let (Some(sku), Some(product)) = (query.strip_prefix("sku:"), catalogue.products.first_mut()) {
        product.variants[0].sku = Some(sku.to_owned());
    }
    catalogue
}

/// The shops that were recorded have prices in CAD.
async fn shop_of(catalogue: Catalogue) -> Shop {
    Shop::start_with(catalogue, |mut config| {
        config.currency = "CAD".to_owned();
        config
    })
    .await
}

/// The writes were recorded without their documents; these are rebuilt from the shape of the answers.
fn mutation(root: &str, payload: &Value, more: &str) -> String {
    let (argument, kind) = match root {
        "productVariantsBulkDelete" => ("variantsIds", "[ID!]!"),
        _ => ("variants", "[ProductVariantsBulkInput!]!"),
    };
    let selection =
        if payload.is_object() { selection_of(payload) } else { "{ userErrors { message } }".to_owned() };
    format!(
        "mutation Recorded($productId: ID!, ${argument}: {kind}) {{\n  \
         {root}(productId: $productId, {argument}: ${argument}{more}) {selection}\n}}"
    )
}

fn update(payload: &Value, more: &str) -> String {
    mutation("productVariantsBulkUpdate", payload, more)
}

#[tokio::test]
async fn recorded_refusals_leave_the_shop_as_it_was() {
    let Some(file) = recording("bulk-validation-atomicity") else { return };
    let mut report = Report::default();
    for case in file["cases"].as_array().expect("cases") {
        let name = case["name"].as_str().expect("a name");
        let root = match name.split('-').next() {
            Some("create") => "productVariantsBulkCreate",
            Some("delete") => "productVariantsBulkDelete",
            _ => "productVariantsBulkUpdate",
        };
        let shop = shop_of(catalogue_of(&case["before"])).await;
        let before = shop.handle.state();
        let recorded = &case["response"]["payload"];
        let document = mutation(root, &recorded["data"][root], "");
        let answer = shop.send(&document, case["request"]["variables"].clone()).await.expect("an answer");
        assert_eq!(json!(answer.status), case["response"]["status"], "{name}");
        report.judge(name, recorded, &answer.json());
        assert_eq!(shop.handle.state(), before, "{name} wrote something");
        let entry = &shop.handle.journal()[0];
        assert!(entry.effects.is_empty() && entry.product_effects.is_empty(), "{name}");
    }
    report.close("refusals", 21);
}

#[tokio::test]
async fn recorded_partial_update_and_error_order() {
    let Some(file) = recording("allow-partial-and-error-order") else { return };
    let mut report = Report::default();
    let hydrated = file["upstreamCalls"].as_array().and_then(|calls| calls.last()).expect("a recorded read");
    let shop = shop_of(catalogue_of(&hydrated["response"]["body"]["data"])).await;
    let partial = &file["partialUpdate"];
    let recorded = &partial["response"]["payload"];
    let document = update(&recorded["data"]["productVariantsBulkUpdate"], ", allowPartialUpdates: true");
    let ours = shop.ask(&document, partial["request"]["variables"].clone()).await;
    report.judge("partial update", recorded, &ours);

    let read = &file["partialRead"];
    let document = "query Read($productId: ID!, $redVariantId: ID!, $blueVariantId: ID!) {
      red: productVariant(id: $redVariantId) { id sku price }
      blue: productVariant(id: $blueVariantId) { id sku price }
      product(id: $productId) { variants(first: 10) { nodes { id sku price } } }
    }";
    let ours = shop.ask(document, read["request"]["variables"].clone()).await;
    report.judge("read after partial update", &read["response"]["payload"], &ours);

    let order = &file["errorOrdering"];
    let recorded = &order["response"]["payload"];
    let document = update(&recorded["data"]["productVariantsBulkUpdate"], "");
    let ours = shop.ask(&document, order["request"]["variables"].clone()).await;
    report.judge("order of errors", recorded, &ours);
    report.close("partial updates", 3);
}

#[tokio::test]
async fn recorded_update_of_every_field() {
    let Some(file) = recording("bulk-update-parity") else { return };
    let mut report = Report::default();
    let hydrated = &file["upstreamCalls"][0]["response"]["body"]["data"];
    let shop = shop_of(catalogue_of(hydrated)).await;
    let mut variables = file["mutation"]["variables"].clone();
    let metafields =
        variables["variants"][0].as_object_mut().and_then(|variant| variant.remove("metafields"));
    assert!(metafields.is_some());
    println!("metafields of the recorded update are taken out of the request: not simulated");
    let recorded = &file["mutation"]["response"];
    let document = update(&recorded["data"]["productVariantsBulkUpdate"], "");
    report.judge("update", recorded, &shop.ask(&document, variables).await);

    let mut read = file["downstreamRead"].clone();
    let node = read["data"]["product"]["variants"]["nodes"][0].as_object_mut().expect("a variant");
    assert!(node.remove("metafield").is_some());
    let product = selection_of(&read["data"]["product"]);
    let document = format!(
        "query Read($id: ID!, $query: String!) {{
          product(id: $id) {product}
          products(first: 10, query: $query) {{ nodes {{ id }} }}
          skuCount: productsCount(query: $query) {{ count precision }}
        }}"
    );
    let ours = shop.ask(&document, read["requestVariables"].clone()).await;
    let recorded = json!({ "data": read["data"], "extensions": read["extensions"] });
    report.judge("read after update", &recorded, &ours);
    report.close("updates of every field", 2);
}
