//! Real stores' recorded answers, replayed on shops seeded with the same products: same keys, types, codes, messages.

#[path = "support/recorded.rs"]
mod recorded;
mod support;

use recorded::{catalogue_of, differences, selection_of};
use serde_json::{Value, json};
use simulators::shopify::{Catalogue, ProductRow, SIMULATED, VariantRow, document_price};
use support::{Shop, amount, recording, reference_data, unzipped};

/// What became of the recorded calls.
#[derive(Default)]
struct Report {
    replayed: usize,
    differing: Vec<String>,
    left_out: Vec<String>,
}

impl Report {
    fn judge(&mut self, name: &str, recorded: &Value, ours: &Value) {
        self.replayed += 1;
        let found = differences(recorded, ours);
        self.differing.extend(found.into_iter().map(|difference| format!("{name}: {difference}")));
    }

    fn close(self, what: &str) -> usize {
        println!("{} recorded {what} replayed, {} left out", self.replayed, self.left_out.len());
        self.left_out.iter().for_each(|reason| println!("  left out: {reason}"));
        assert!(
            self.differing.is_empty(),
            "{} differences:\n{}",
            self.differing.len(),
            self.differing.join("\n")
        );
        self.replayed
    }
}

/// Reads whose document is recorded: every such call in every file whose root fields are simulated.
#[tokio::test]
async fn recorded_reads_are_answered_alike() {
    let Some(folder) = reference_data("shopify/recorded") else { return };
    let mut report = Report::default();
    let mut files: Vec<_> = std::fs::read_dir(folder)
        .expect("the folder is readable")
        .map(|file| file.expect("a file").path())
        .collect();
    files.sort();
    for path in files {
        let file: Value = serde_json::from_str(&unzipped(&path)).expect("a recording is JSON");
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        for call in file["upstreamCalls"].as_array().into_iter().flatten() {
            replay_read(&name, &file["upstreamCalls"], call, &mut report).await;
        }
    }
    assert!(report.close("reads") >= 25);
}

/// Recorded answers that do not belong to the document and variables beside them, by file and operation.
const MISFILED: &[(&str, &str)] = &[
    (
        "store-b__2025-01__products__product-variants-bulk-create-inventory-read-parity",
        "ProductsHydrateNodes",
    ),
    ("store-b__2025-01__products__product-variants-bulk-delete-parity", "ProductsHydrateNodes"),
];

async fn replay_read(file: &str, all_calls: &Value, call: &Value, report: &mut Report) {
    let operation = call["operationName"].as_str().unwrap_or_default();
    let name = format!("{file} {operation}");
    let query = call["query"].as_str().unwrap_or_default();
    let variables = call["variables"].as_object().cloned().unwrap_or_default();
    let response = &call["response"];
    let recorded = response.get("body").unwrap_or(response);
    let simulated = |root: &String| SIMULATED[0].1.contains(&root.as_str());
    if query.contains("riceList") || query.contains("markets(") || query.contains("contextualPricing") {
        // `recorded_markets` replays them, on shops with price lists.
        return;
    }
    match document_price(query, &variables).expect("the schema is whole") {
        // Those need operations that ran before; `recorded_bulk` replays them in order.
        Ok(price) if price.root_fields.iter().any(|root| root.contains("ulkOperation")) => return,
        Ok(price) if price.root_fields.iter().all(simulated) => {}
        Ok(_) => return,
        Err(errors) => {
            if SIMULATED[0].1.iter().any(|root| query.contains(&format!("  {root}("))) {
                report.left_out.push(format!("{name}: not valid in 2026-10: {}", errors[0]["message"]));
            }
            return;
        }
    }
    if MISFILED.iter().any(|(part, misfiled)| file.starts_with(part) && operation == *misfiled) {
        return report.left_out.push(format!("{name}: the recorded answer is to another document"));
    }
    if let Some(what) = not_seeded(recorded) {
        return report.left_out.push(format!("{name}: the store had {what}"));
    }
    let shop = shop_of(seed_for(all_calls, recorded, &variables)).await;
    let answer = shop.send(query, Value::Object(variables)).await.expect("an answer");
    if answer.status == 501 {
        return report.left_out.push(format!("{name}: {}", answer.json()["errors"][0]["message"]));
    }
    let mut ours = answer.json();
    // Some recordings were kept without their cost.
    if recorded.get("extensions").is_none() {
        ours.as_object_mut().expect("an object").remove("extensions");
    }
    report.judge(&name, recorded, &ours);
}

/// What a recorded answer holds that a simulated shop never has.
fn not_seeded(answer: &Value) -> Option<&'static str> {
    match answer {
        Value::Array(items) => items.iter().find_map(not_seeded),
        Value::Object(fields) => {
            let filled = |name: &str| fields.get(name).is_some_and(|list| list["nodes"][0].is_object());
            let lists = ["metafields", "media", "collections"];
            lists.into_iter().find(|name| filled(name)).or_else(|| fields.values().find_map(not_seeded))
        }
        _ => None,
    }
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

fn mutation(payload: &Value, more: &str) -> String {
    let selection =
        if payload.is_object() { selection_of(payload) } else { "{ userErrors { message } }".to_owned() };
    format!(
        "mutation Recorded($productId: ID!, $variants: [ProductVariantsBulkInput!]!) {{\n  \
         productVariantsBulkUpdate(productId: $productId, variants: $variants{more}) {selection}\n}}"
    )
}

/// The writes were recorded without their documents; these are rebuilt from the shape of the answers.
#[tokio::test]
async fn recorded_refusals_leave_the_shop_as_it_was() {
    let Some(file) = recording("bulk-validation-atomicity") else { return };
    let mut report = Report::default();
    for case in file["cases"].as_array().expect("cases") {
        let name = case["name"].as_str().expect("a name");
        if !name.starts_with("update-") {
            report.left_out.push(format!("{name}: productVariantsBulkCreate and -Delete are not simulated"));
            continue;
        }
        let shop = shop_of(catalogue_of(&case["before"])).await;
        let before = shop.handle.state();
        let recorded = &case["response"]["payload"];
        let document = mutation(&recorded["data"]["productVariantsBulkUpdate"], "");
        let answer = shop.send(&document, case["request"]["variables"].clone()).await.expect("an answer");
        assert_eq!(json!(answer.status), case["response"]["status"], "{name}");
        report.judge(name, recorded, &answer.json());
        assert_eq!(shop.handle.state(), before, "{name} wrote something");
        assert!(shop.handle.journal()[0].effects.is_empty() || name == "update-empty-batch", "{name}");
    }
    assert_eq!(report.close("refusals"), 10);
}

#[tokio::test]
async fn recorded_partial_update_and_error_order() {
    let Some(file) = recording("allow-partial-and-error-order") else { return };
    let mut report = Report::default();
    let hydrated = file["upstreamCalls"].as_array().and_then(|calls| calls.last()).expect("a recorded read");
    let shop = shop_of(catalogue_of(&hydrated["response"]["body"]["data"])).await;
    let partial = &file["partialUpdate"];
    let recorded = &partial["response"]["payload"];
    let document = mutation(&recorded["data"]["productVariantsBulkUpdate"], ", allowPartialUpdates: true");
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
    let document = mutation(&recorded["data"]["productVariantsBulkUpdate"], "");
    let ours = shop.ask(&document, order["request"]["variables"].clone()).await;
    report.judge("order of errors", recorded, &ours);
    assert_eq!(report.close("partial updates"), 3);
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
    report
        .left_out
        .push("metafields of the recorded update: not simulated, taken out of the request".to_owned());
    let recorded = &file["mutation"]["response"];
    let document = mutation(&recorded["data"]["productVariantsBulkUpdate"], "");
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
    assert_eq!(report.close("updates of every field"), 2);
}

#[tokio::test]
async fn recorded_price_range_after_an_update() {
    let Some(file) = recording("product-create-then-bulk-create-price-range-parity") else { return };
    let mut report = Report::default();
    let shop = shop_of(catalogue_of(&file["create"]["response"]["data"])).await;
    let asked = &file["shop"];
    let ours = shop.ask(asked["query"].as_str().expect("a document"), json!({})).await;
    report.judge("shop", &asked["response"], &ours);
    let update = &file["priceUpdate"];
    let document = mutation(&update["response"]["data"]["productVariantsBulkUpdate"], "");
    report.judge(
        "price update",
        &update["response"],
        &shop.ask(&document, update["variables"].clone()).await,
    );
    let (price, compare_at) = shop.prices(51_474_116_018_482);
    assert_eq!((amount(&price), compare_at.map(|text| amount(&text))), (amount("10"), Some(amount("15"))));
    assert_eq!(report.close("price updates"), 2);
}
