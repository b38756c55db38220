//! Recorded writes of whole products, replayed in order: creating, setting and deleting them and their variants.
//!
//! The documents were kept apart from the recordings; they are rebuilt from the answers. Metafields are not simulated:
//! none are sent, and none are expected.

#[path = "support/recorded.rs"]
#[allow(dead_code, reason = "shared with the recordings of reads")]
mod recorded;
#[path = "support/replay.rs"]
#[allow(dead_code, reason = "shared with the recordings of markets")]
mod replay;
mod support;

use recorded::{catalogue_of, paged_selection_of, without};
use replay::Replay;
use serde_json::{Map, Value, json};
use simulators::shopify::Catalogue;
use support::recording;

/// An answer whose objects have no metafields; they are still asked for, so that the costs are the recorded ones.
fn emptied(value: &Value) -> Value {
    match value {
        Value::Array(items) => items.iter().map(emptied).collect(),
        Value::Object(fields) => {
            let emptied = |(name, value): (&String, &Value)| match name.as_str() {
                "metafield" => (name.clone(), Value::Null),
                "metafields" => (name.clone(), json!({ "nodes": [] })),
                _ => (name.clone(), emptied(value)),
            };
            fields.iter().map(emptied).collect()
        }
        other => other.clone(),
    }
}

/// The types of the variables of each mutation.
const DECLARED: &[(&str, &str)] = &[
    ("options", "[OptionCreateInput!]!"),
    ("product", "ProductCreateInput!"),
    ("productId", "ID!"),
    ("strategy", "ProductVariantsBulkCreateStrategy"),
    ("synchronous", "Boolean!"),
    ("input", "ProductSetInput!"),
    ("variantStrategy", "ProductOptionCreateVariantStrategy"),
    ("variants", "[ProductVariantsBulkInput!]!"),
    ("variantsIds", "[ID!]!"),
];

/// The mutation that asks for what was answered, with the variables that were sent. A variable that no argument of the
/// mutation takes was not declared.
fn write_of(root: &str, variables: &Map<String, Value>, payload: &Value, page: u32) -> String {
    let used: Vec<_> = DECLARED.iter().filter(|(name, _)| variables.contains_key(*name)).collect();
    let declared: Vec<String> = used.iter().map(|(name, ty)| format!("${name}: {ty}")).collect();
    let given: Vec<String> = used.iter().map(|(name, _)| format!("{name}: ${name}")).collect();
    let selection = match root {
        // Its errors are of the oldest kind and have no code.
        "productCreate" => paged_selection_of(payload, page).replace("field message code", "field message"),
        _ => paged_selection_of(payload, page),
    };
    format!("mutation({}) {{ {root}({}) {selection} }}", declared.join(", "), given.join(", "))
}

/// Replays a write and compares the answers.
async fn write(replay: &mut Replay, name: &str, call: &Value, page: u32) {
    let recorded = emptied(&call["response"]);
    let variables = without(&call["variables"], &["metafields"]);
    let (root, payload) = recorded["data"].as_object().and_then(|data| data.iter().next()).expect("a root");
    let document = write_of(root, variables.as_object().expect("variables"), payload, page);
    replay.compare_cost(name, &document, &call["variables"], &recorded);
    replay.call(name, &document, &variables, &recorded).await;
}

/// Replays a read of a product, and of whatever else its answer holds.
async fn read(replay: &mut Replay, name: &str, recorded: &Value, search: &str, page: u32) {
    let costed = !recorded.to_string().contains("inventoryLevels");
    let recorded = without(&emptied(recorded), &["inventoryLevels"]);
    let field = |(key, value): (&String, &Value)| {
        let fields = paged_selection_of(value, page);
        let id = &value["id"];
        match key.as_str() {
            "product" => format!("product(id: {id}) {fields}"),
            "variant" => format!("variant: productVariant(id: {id}) {fields}"),
            "stock" | "stockBackreference" => format!("{key}: inventoryItem(id: {id}) {fields}"),
            "products" => format!("products(first: {page}, query: $query) {fields}"),
            "skuCount" => format!("skuCount: productsCount(query: $query) {fields}"),
            other => panic!("nothing is known of {other}"),
        }
    };
    let data = recorded["data"].as_object().expect("data");
    let fields: Vec<String> = data.iter().map(field).collect();
    let declared = if data.contains_key("products") { "($query: String!)" } else { "" };
    let document = format!("query Read{declared} {{ {} }}", fields.join(" "));
    // What was asked of media and collections is not known: there were none.
    if costed && recorded["data"]["product"].get("media").is_none() {
        replay.compare_cost(name, &document, &json!({ "query": search }), &recorded);
    }
    let document = replay.with_our_ids(&json!(document)).as_str().expect("a text").to_owned();
    let sent = json!({ "data": recorded["data"], "extensions": recorded["extensions"] });
    replay.call(name, &document, &json!({ "query": search }), &sent).await;
}

/// The product of an answer as it was before it got options of its own.
fn before_options(answer: &Value) -> Catalogue {
    let mut catalogue = catalogue_of(answer);
    for product in &mut catalogue.products {
        product.option_names = vec!["Title".to_owned()];
        product.unused_option_values.clear();
        product.variants.iter_mut().for_each(|one| one.option_values = vec!["Default Title".to_owned()]);
    }
    catalogue
}

#[tokio::test]
async fn the_first_variant_stays_or_goes_as_the_strategy_says() {
    for (part, calls) in [
        ("strategy-default-custom-standalone", 4),
        ("strategy-default-default-standalone", 3),
        ("strategy-remove-custom-standalone", 4),
    ] {
        let Some(file) = recording(part) else { return };
        let first =
            if file["setup"].is_object() { &file["setup"]["response"] } else { &file["preMutationRead"] };
        let mut replay = Replay::on(before_options(&first["data"])).await;
        if file["setup"].is_object() {
            write(&mut replay, &format!("{part} setup"), &file["setup"], 100).await;
        }
        read(&mut replay, &format!("{part} before"), &file["preMutationRead"], "", 100).await;
        write(&mut replay, part, &file["mutation"], 100).await;
        read(&mut replay, &format!("{part} after"), &file["downstreamRead"], "", 100).await;
        replay.close(calls);
    }
}

#[tokio::test]
async fn a_product_grows_from_nothing_as_recorded() {
    for store in ["store-a__2025-01", "store-b__2025-01"] {
        let part = format!("{store}__products__product-variants-bulk-create-inventory-read-parity");
        let Some(file) = recording(&part) else { return };
        let mut replay = Replay::on(Catalogue::default()).await;
        write(&mut replay, "product", &file["setup"]["product"], 10).await;
        write(&mut replay, "options", &file["setup"]["options"], 10).await;
        read(&mut replay, "first state", &file["setup"]["initialState"], "", 10).await;
        write(&mut replay, "variants", &file["mutation"], 10).await;
        read(&mut replay, "last state", &file["downstreamRead"], "", 10).await;
        replay.close(5);
    }
}

#[tokio::test]
async fn a_variant_with_every_field_comes_as_recorded_and_searches_do_not_see_it_yet() {
    let Some(file) = recording("products__product-variants-bulk-create-parity") else { return };
    let mut replay = Replay::on(catalogue_of(&file["upstreamCalls"][0]["response"]["body"]["data"])).await;
    write(&mut replay, "creation", &file["mutation"], 10).await;
    let after = &file["downstreamRead"];
    let search = after["requestVariables"]["query"].as_str().expect("a search");
    read(&mut replay, "read", after, search, 10).await;
    replay.shop.clock.pass_ms(10_000);
    let document = "query($query: String!) { productsCount(query: $query) { count } }";
    let found = replay.shop.ask(document, json!({ "query": search })).await;
    assert_eq!(found["data"]["productsCount"]["count"], 1, "seen after a while");
    replay.close(2);
}

#[tokio::test]
async fn a_variant_goes_as_recorded() {
    for (store, search) in [("store-a", None), ("store-b", Some("sku:HERMES-BULK-810153-RED"))] {
        let part = format!("{store}__2025-01__products__product-variants-bulk-delete-parity");
        let Some(file) = recording(&part) else { return };
        let mut replay = Replay::on(catalogue_of(&file["upstreamCalls"])).await;
        write(&mut replay, &part, &file["mutation"], 10).await;
        let after = &file["downstreamRead"];
        let answer = after.get("response").unwrap_or(after);
        let recorded_search = after["requestVariables"]["query"].as_str();
        read(&mut replay, "read", answer, search.or(recorded_search).expect("a search"), 10).await;
        replay.close(2);
    }
}

#[tokio::test]
async fn the_range_of_prices_follows_the_variants_as_recorded() {
    let Some(file) = recording("product-create-then-bulk-create-price-range-parity") else { return };
    let mut replay = Replay::on(Catalogue::default()).await;
    let shop = &file["shop"];
    let document = shop["query"].as_str().expect("a document");
    replay.call("shop", document, &json!({}), &shop["response"]).await;
    for name in ["create", "priceUpdate", "bulkCreate"] {
        write(&mut replay, name, &file[name], 10).await;
    }
    read(&mut replay, "read", &file["downstreamRead"], "", 10).await;
    write(&mut replay, "bulkDelete", &file["bulkDelete"], 10).await;
    read(&mut replay, "read after deletion", &file["postDeleteDownstreamRead"], "", 10).await;
    replay.close(7);
}

/// The levels of stock at locations are left aside; the variant and its inventory item are there from all sides.
#[tokio::test]
async fn a_variant_is_the_same_from_all_sides_as_recorded() {
    let Some(file) = recording("product-variants-matrix") else { return };
    let answer = &file["upstreamCalls"][0]["response"]["body"];
    assert_eq!(file["data"]["product"], answer["data"]["product"], "told twice");
    let mut replay = Replay::on(catalogue_of(&answer["data"])).await;
    read(&mut replay, "matrix", answer, "", 5).await;
    replay.close(1);
}

#[tokio::test]
async fn products_are_set_as_recorded() {
    let Some(file) = recording("product-set-parity") else { return };
    let mut replay = Replay::on_shop(Catalogue::default(), |mut config| {
        config.name = "very-big-test-store".to_owned();
        config
    })
    .await;
    let location = file["liveRequirements"]["inventoryQuantitiesLocationId"].as_str().expect("a location");
    let mut mutation = file["mutation"].clone();
    let variables = mutation["variables"].to_string().replace(location, &replay.shop.handle.location_id());
    mutation["variables"] = serde_json::from_str(&variables).expect("JSON");
    write(&mut replay, "first", &mutation, 10).await;
    let again = &file["handleParity"]["productSetCreateCollision"];
    assert_eq!(again["firstCreate"], file["mutation"]["response"], "told twice");
    mutation["response"] = again["secondCreate"].clone();
    write(&mut replay, "the same again", &mutation, 10).await;
    let explicit = &file["handleParity"]["productSetExplicitNormalization"];
    write(&mut replay, "a handle of its own", explicit, 10).await;
    read(&mut replay, "read", &file["downstreamRead"], "", 10).await;
    replay.close(4);
}

#[tokio::test]
async fn what_is_too_long_is_refused_in_the_recorded_words() {
    let Some(file) = recording("product-set-input-length-validation") else { return };
    let scenarios = file["scenarios"].as_object().expect("scenarios");
    let mut replay = Replay::on(Catalogue::default()).await;
    for (name, scenario) in scenarios {
        write(&mut replay, name, scenario, 10).await;
    }
    assert!(replay.shop.handle.state().products.is_empty());
    replay.close(4);
}

#[tokio::test]
async fn a_product_is_set_in_the_background_as_recorded() {
    let Some(file) = recording("product-set-async-operation-parity") else { return };
    let mut replay = Replay::on(Catalogue::default()).await;
    write(&mut replay, "setting", &file["mutation"], 10).await;
    let read = &file["operationRead"];
    let document =
        "query($id: ID!) { productOperation(id: $id) { __typename status product { id title handle }
        ... on ProductSetOperation { id userErrors { field message code } } } }";
    replay.call("operation", document, &read["variables"], &read["response"]).await;
    replay.close(2);
}
