//! The cost formula against what real stores charged: recorded documents, variables and `requestedQueryCost`.

mod support;

use serde_json::{Map, Value};
use simulators::shopify::document_price;

const CONCERNED: &[&str] = &[
    "bulkOperation",
    "bulkOperationCancel",
    "bulkOperationRunMutation",
    "bulkOperationRunQuery",
    "bulkOperations",
    "catalog",
    "catalogs",
    "catalogCreate",
    "catalogDelete",
    "catalogsCount",
    "currentBulkOperation",
    "eventBridgeWebhookSubscriptionCreate",
    "eventBridgeWebhookSubscriptionUpdate",
    "inventoryItem",
    "market",
    "marketCreate",
    "marketDelete",
    "markets",
    "node",
    "nodes",
    "priceList",
    "priceListCreate",
    "priceListDelete",
    "priceListFixedPricesAdd",
    "priceListFixedPricesByProductUpdate",
    "priceListFixedPricesDelete",
    "priceListFixedPricesUpdate",
    "priceListUpdate",
    "priceLists",
    "product",
    "productCreate",
    "productDelete",
    "productOperation",
    "productOptionsCreate",
    "productSet",
    "productVariant",
    "productVariants",
    "productVariantsBulkCreate",
    "productVariantsBulkDelete",
    "productVariantsBulkUpdate",
    "productVariantsCount",
    "products",
    "productsCount",
    "pubSubWebhookSubscriptionCreate",
    "pubSubWebhookSubscriptionUpdate",
    "shop",
    "stagedUploadsCreate",
    "webhookSubscription",
    "webhookSubscriptionCreate",
    "webhookSubscriptionDelete",
    "webhookSubscriptionUpdate",
    "webhookSubscriptions",
];

/// Sums over the samples of one kind of document.
#[derive(Default)]
struct Tally {
    agree: usize,
    compared: usize,
    refused: usize,
    misses: Vec<String>,
}

#[test]
fn the_formula_agrees_with_the_recorded_costs() {
    let Some(path) = support::reference_data("shopify/query_cost_samples.jsonl.gz") else { return };
    let mut tally = Tally::default();
    for line in support::unzipped(&path).lines() {
        let sample: Value = serde_json::from_str(line).expect("a sample is JSON");
        compare(&sample, &mut tally);
    }
    let Tally { agree, compared, refused, misses } = tally;
    println!("{agree} of {compared} samples agree ({:.1} %)", 100.0 * agree as f64 / compared as f64);
    println!("{refused} samples of these roots are not valid against the 2026-10 schema and are set aside");
    misses.iter().for_each(|miss| println!("  differs: {miss}"));
    assert_eq!(compared, 505, "samples that concern the simulated fields");
    assert!(agree * 100 >= compared * 95, "{agree} of {compared}");
}

fn compare(sample: &Value, tally: &mut Tally) {
    let query = sample["query"].as_str().expect("a document");
    let variables: Map<String, Value> = sample["variables"].as_object().cloned().unwrap_or_default();
    let price = match document_price(query, &variables).expect("the schema is whole") {
        Ok(price) => price,
        Err(_) => {
            tally.refused += usize::from(CONCERNED.iter().any(|root| query.contains(&format!("  {root}("))));
            return;
        }
    };
    if !price.root_fields.iter().all(|root| CONCERNED.contains(&root.as_str())) {
        return;
    }
    tally.compared += 1;
    let recorded = sample["requested"].as_u64().expect("a recorded cost");
    if recorded == price.requested {
        tally.agree += 1;
    } else {
        let first_line = query.lines().next().unwrap_or_default();
        tally.misses.push(format!("{first_line}: {} instead of {recorded}", price.requested));
    }
}
