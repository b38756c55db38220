//! Webhooks of the simulated shop: payloads that obey the published schemas, signed deliveries
//! with everything that may go wrong on the way.

mod support;

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use base64::Engine;
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::Sha256;
use simulators::shopify::{Fault, FaultKind, ProductRow, ShopEdit, VariantEdit, VariantRow};
use support::{Shop, reference_data, small_catalogue, update};

/// A receiver that keeps what comes and answers with the statuses it was given, then with 200.
#[derive(Clone, Default)]
struct Receiver {
    seen: Arc<Mutex<Vec<(HeaderMap, Bytes)>>>,
    answers: Arc<Mutex<Vec<u16>>>,
}

impl Receiver {
    async fn start(&self) -> String {
        let router = Router::new().route("/hook", post(Self::take)).with_state(self.clone());
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let url = format!("http://{}/hook", listener.local_addr().expect("an address"));
        tokio::spawn(async move { axum::serve(listener, router).await });
        url
    }

    async fn take(State(receiver): State<Self>, headers: HeaderMap, body: Bytes) -> StatusCode {
        receiver.seen.lock().expect("whole").push((headers, body));
        let status = receiver.answers.lock().expect("whole").pop().unwrap_or(200);
        StatusCode::from_u16(status).expect("a status")
    }

    fn seen(&self) -> Vec<(HeaderMap, Bytes)> {
        self.seen.lock().expect("whole").clone()
    }

    fn prices(&self) -> Vec<String> {
        let body = |(_, body): &(HeaderMap, Bytes)| -> Value { serde_json::from_slice(body).expect("JSON") };
        let prices =
            self.seen().iter().map(|one| body(one)["variants"][0]["price"].clone()).collect::<Vec<_>>();
        prices.into_iter().filter_map(|price| price.as_str().map(str::to_owned)).collect()
    }
}

const SUBSCRIBE: &str = "mutation($topic: WebhookSubscriptionTopic!, $hook: WebhookSubscriptionInput!) {
  webhookSubscriptionCreate(topic: $topic, webhookSubscription: $hook) {
    webhookSubscription { id topic uri } userErrors { field message } } }";

async fn subscribe(shop: &Shop, topic: &str, hook: Value) -> Value {
    let answer = shop.ask(SUBSCRIBE, json!({ "topic": topic, "hook": hook })).await;
    answer["data"]["webhookSubscriptionCreate"].clone()
}

async fn listening(topics: &[&str]) -> (Shop, Receiver) {
    let shop = Shop::start(small_catalogue()).await;
    let receiver = Receiver::default();
    let uri = receiver.start().await;
    for topic in topics {
        let made = subscribe(&shop, topic, json!({ "uri": uri })).await;
        assert_eq!(made["userErrors"], json!([]), "{topic}");
    }
    (shop, receiver)
}

async fn edit(shop: &Shop, price: &str) {
    shop.handle.edit(&[VariantEdit::price("11", price)]).expect("edited");
}

fn header<'h>(headers: &'h HeaderMap, name: &str) -> &'h str {
    headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
}

fn is_signed(headers: &HeaderMap, body: &[u8], secret: &str) -> bool {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).expect("a key");
    mac.update(body);
    let expected = base64::engine::general_purpose::STANDARD.encode(mac.finalize().into_bytes());
    header(headers, "x-shopify-hmac-sha256") == expected
}

#[tokio::test]
async fn edits_and_writes_alike_are_told_with_signature_and_headers() {
    let (shop, receiver) = listening(&["PRODUCTS_UPDATE"]).await;
    edit(&shop, "90.00").await;
    let same = json!([{ "id": "gid://shopify/ProductVariant/11", "price": "90.00" }]);
    shop.ask(support::UPDATE, update(same)).await;
    let new = json!([{ "id": "gid://shopify/ProductVariant/11", "price": "80.00" }]);
    shop.ask(support::UPDATE, update(new)).await;
    shop.handle.wait_webhooks().await;
    assert_eq!(receiver.prices(), ["90.00", "80.00"], "a write that changes nothing is not told");
    let (headers, body) = &receiver.seen()[0];
    assert!(is_signed(headers, body, "shpss_simulated_0000000000000000"));
    assert_eq!(header(headers, "x-shopify-topic"), "products/update");
    assert_eq!(header(headers, "x-shopify-shop-domain"), "calibr-demo.myshopify.com");
    for name in
        ["x-shopify-webhook-id", "x-shopify-event-id", "x-shopify-triggered-at", "x-shopify-api-version"]
    {
        assert!(!header(headers, name).is_empty(), "{name}");
    }
}

#[tokio::test]
async fn during_a_rotation_the_oldest_secret_signs_until_it_is_revoked() {
    let (shop, receiver) = listening(&["PRODUCTS_UPDATE"]).await;
    shop.handle.add_client_secret("shpss_new");
    edit(&shop, "90.00").await;
    shop.handle.wait_webhooks().await;
    shop.handle.revoke_client_secret();
    edit(&shop, "91.00").await;
    shop.handle.wait_webhooks().await;
    let seen = receiver.seen();
    assert!(is_signed(&seen[0].0, &seen[0].1, "shpss_simulated_0000000000000000"));
    assert!(is_signed(&seen[1].0, &seen[1].1, "shpss_new"));
}

#[tokio::test]
async fn a_refused_delivery_comes_again_with_the_same_body_and_ids_and_at_last_ends_the_subscription() {
    let (shop, receiver) = listening(&["PRODUCTS_UPDATE"]).await;
    *receiver.answers.lock().expect("whole") = vec![500; 9];
    edit(&shop, "90.00").await;
    shop.handle.wait_webhooks().await;
    for pause_s in [10, 50, 240, 600, 1_500, 3_000, 4_200, 4_800] {
        shop.clock.pass_ms(pause_s * 1000);
        shop.handle.wake();
        shop.handle.wait_webhooks().await;
    }
    let seen = receiver.seen();
    assert_eq!(seen.len(), 9);
    let id = |one: &(HeaderMap, Bytes)| header(&one.0, "x-shopify-webhook-id").to_owned();
    assert!(seen.iter().all(|one| one.1 == seen[0].1 && id(one) == id(&seen[0])));
    let left = shop.ask("{ webhookSubscriptionsCount { count } }", json!({})).await;
    assert_eq!(left["data"]["webhookSubscriptionsCount"]["count"], 0);
}

#[tokio::test]
async fn webhooks_are_lost_doubled_and_overtaken_by_faults() {
    let (shop, receiver) = listening(&["PRODUCTS_UPDATE"]).await;
    let fault = |kind| Fault::once(kind, "webhook");
    shop.handle.add_fault(fault(FaultKind::WebhookLost));
    edit(&shop, "1.00").await;
    shop.handle.add_fault(fault(FaultKind::WebhookTwice));
    edit(&shop, "2.00").await;
    shop.handle.wait_webhooks().await;
    shop.handle.add_fault(fault(FaultKind::WebhookLate { behind: 1 }));
    edit(&shop, "3.00").await;
    shop.handle.wait_webhooks().await;
    edit(&shop, "4.00").await;
    shop.handle.wait_webhooks().await;
    let prices = receiver.prices();
    assert_eq!(prices[..2], ["2.00", "2.00"]);
    assert_eq!(prices.len(), 4);
    assert!(prices.contains(&"3.00".to_owned()) && shop.handle.webhooks().len() == 4);
}

#[tokio::test]
async fn a_delayed_webhook_comes_when_its_time_has_passed() {
    let (shop, receiver) = listening(&["PRODUCTS_UPDATE"]).await;
    shop.handle.add_fault(Fault::once(FaultKind::WebhookDelayed { by_s: 30 }, "webhook"));
    edit(&shop, "1.00").await;
    edit(&shop, "2.00").await;
    shop.clock.pass_ms(29_000);
    shop.handle.wake();
    shop.handle.wait_webhooks().await;
    assert_eq!(receiver.prices(), ["2.00"]);
    shop.clock.pass_ms(1_000);
    shop.handle.wake();
    shop.handle.wait_webhooks().await;
    assert_eq!(receiver.prices(), ["2.00", "1.00"]);
}

#[tokio::test]
async fn a_shop_whose_calendar_is_wrong_says_when_things_happened_by_it() {
    let (shop, receiver) = listening(&["PRODUCTS_UPDATE"]).await;
    let told_s = |place: usize| {
        let seen = receiver.seen();
        let text = header(&seen[place].0, "x-shopify-triggered-at").to_owned();
        text.parse::<jiff::Timestamp>().expect("a time").as_second()
    };
    edit(&shop, "1.00").await;
    shop.handle.wait_webhooks().await;
    for (skew_s, price) in [(-600, "2.00"), (600, "3.00")] {
        shop.handle.set_clock_skew_s(skew_s);
        edit(&shop, price).await;
        shop.handle.wait_webhooks().await;
        assert_eq!(told_s(receiver.seen().len() - 1), told_s(0) + skew_s, "{price}");
    }
}

#[tokio::test]
async fn an_uninstalled_app_hears_of_it_once_and_nothing_more() {
    let (shop, receiver) = listening(&["PRODUCTS_UPDATE", "APP_UNINSTALLED"]).await;
    shop.handle.uninstall();
    edit(&shop, "1.00").await;
    shop.handle.wait_webhooks().await;
    let seen = receiver.seen();
    assert_eq!(seen.len(), 1);
    assert_eq!(header(&seen[0].0, "x-shopify-topic"), "app/uninstalled");
    assert_eq!(shop.send("{ shop { name } }", json!({})).await.expect("an answer").status, 401);
}

/// What a JSON Schema of the published kind says against a value; only the words that these schemas use.
fn violations(schema: &Value, value: &Value, path: &str, found: &mut Vec<String>) {
    let kinds = match &schema["type"] {
        Value::String(one) => vec![one.clone()],
        Value::Array(many) => many.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
        _ => Vec::new(),
    };
    let is = |kind: &str| match kind {
        "null" => value.is_null(),
        "string" => value.is_string(),
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        "boolean" => value.is_boolean(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        other => panic!("the schemas do not use {other}"),
    };
    if !kinds.is_empty() && !kinds.iter().any(|kind| is(kind)) {
        // The example behind the schema of products has an image; a product without one has null.
        if !(path.ends_with("/image") && value.is_null()) {
            found.push(format!("{path}: {value} is not {kinds:?}"));
        }
        return;
    }
    if let (Some(format), Some(text)) = (schema["format"].as_str(), value.as_str()) {
        let fits = match format {
            "date-time" => text.parse::<jiff::Timestamp>().is_ok(),
            "email" => text.contains('@'),
            "hostname" => !text.is_empty() && !text.contains('/'),
            "uri" => text.contains("://"),
            other => panic!("the schemas do not use {other}"),
        };
        if !fits {
            found.push(format!("{path}: {text} is not of the format {format}"));
        }
    }
    if let Some(fields) = value.as_object() {
        for name in schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str) {
            let image = name == "image" && path.is_empty();
            if !fields.contains_key(name) && !image {
                found.push(format!("{path}/{name} is missing"));
            }
        }
        for (name, below) in schema["properties"].as_object().into_iter().flatten() {
            if let Some(value) = fields.get(name) {
                violations(below, value, &format!("{path}/{name}"), found);
            }
        }
    }
    if schema["items"].is_object() {
        for (place, item) in value.as_array().into_iter().flatten().enumerate() {
            violations(&schema["items"], item, &format!("{path}/{place}"), found);
        }
    }
}

#[tokio::test]
async fn every_payload_obeys_its_published_schema() {
    let Some(folder) = reference_data("shopify/webhooks-2026-07") else { return };
    let topics = [
        "APP_SCOPES_UPDATE",
        "APP_UNINSTALLED",
        "BULK_OPERATIONS_FINISH",
        "PRODUCTS_CREATE",
        "PRODUCTS_DELETE",
        "PRODUCTS_UPDATE",
        "SHOP_UPDATE",
    ];
    let (shop, receiver) = listening(&topics).await;
    let rope = ProductRow::new("rope", "Rope").with_variant(VariantRow::new(support::amount("9")));
    let id = shop.handle.add_product(rope).expect("added");
    edit(&shop, "90.00").await;
    assert!(shop.handle.delete_product(id).expect("deleted"));
    shop.handle.edit_shop(ShopEdit { currency: Some("CHF".to_owned()), ..ShopEdit::default() });
    shop.handle.set_scopes(&["write_products", "read_markets"]);
    shop.run_bulk_query("{ products { edges { node { id } } } }").await;
    shop.handle.uninstall();
    shop.handle.wait_webhooks().await;
    let seen = receiver.seen();
    let mut told: Vec<String> =
        seen.iter().map(|(headers, _)| header(headers, "x-shopify-topic").replace('/', "_")).collect();
    told.sort();
    assert_eq!(told, topics.map(str::to_lowercase), "every topic once");
    for (headers, body) in seen {
        let topic = header(&headers, "x-shopify-topic").replace('/', "_");
        let text = std::fs::read_to_string(folder.join(format!("{topic}.schemas.json"))).expect("a schema");
        let schema: Value = serde_json::from_str(&text).expect("JSON");
        let body: Value = serde_json::from_slice(&body).expect("JSON");
        let mut found = Vec::new();
        violations(&schema, &body, "", &mut found);
        assert!(found.is_empty(), "{topic}: {found:#?}");
        violations(&schema, &json!({ "id": "text" }), "", &mut found);
        assert!(!found.is_empty(), "the check finds what is wrong");
    }
}

/// What was told, by topic and the number of the product.
fn told(receiver: &Receiver) -> Vec<(String, u64)> {
    let one = |(headers, body): &(HeaderMap, Bytes)| {
        let body: Value = serde_json::from_slice(body).expect("JSON");
        (header(headers, "x-shopify-topic").to_owned(), body["id"].as_u64().expect("a number"))
    };
    receiver.seen().iter().map(one).collect()
}

fn number_of(gid: &Value) -> u64 {
    gid.as_str().and_then(|gid| gid.rsplit('/').next()).and_then(|id| id.parse().ok()).expect("a gid")
}

#[tokio::test]
async fn products_that_an_app_creates_changes_and_deletes_are_told_once_each() {
    let (shop, receiver) = listening(&["PRODUCTS_CREATE", "PRODUCTS_UPDATE", "PRODUCTS_DELETE"]).await;
    let created = shop
        .ask(
            "mutation { productSet(input: { title: \"Rope\" }) { product { id } userErrors { message } } }",
            json!({}),
        )
        .await;
    let gid = &created["data"]["productSet"]["product"]["id"];
    let id = number_of(gid);
    let variant = "mutation($id: ID!, $name: String!) { productVariantsBulkCreate(productId: $id, variants: [
      { optionValues: [{ optionName: \"Title\", name: $name }] }]) { userErrors { message } } }";
    let named = |name: &str| json!({ "id": gid, "name": name });
    shop.ask(variant, named("10 m")).await;
    let refused = shop.ask(variant, named("10 m")).await;
    assert_ne!(refused["data"]["productVariantsBulkCreate"]["userErrors"], json!([]));
    let delete = "mutation($id: ID!) { productDelete(input: { id: $id }) { deletedProductId } }";
    shop.ask(delete, json!({ "id": gid })).await;
    shop.ask(delete, json!({ "id": gid })).await;
    shop.handle.wait_webhooks().await;
    let expected = ["products/create", "products/update", "products/delete"];
    assert_eq!(told(&receiver), expected.map(|topic| (topic.to_owned(), id)), "what is refused is not told");
}

#[tokio::test]
async fn what_the_merchant_sets_over_the_control_plane_is_told() {
    let (shop, receiver) = listening(&["APP_SCOPES_UPDATE", "SHOP_UPDATE"]).await;
    let control = |path: &str, body: Value| {
        let request = support::http().post(format!("{}/__sim/{path}", shop.handle.url)).json(&body);
        async move { request.send().await.expect("an answer").status().as_u16() }
    };
    assert_eq!(control("shop", json!({ "name": "Nordkamm", "currency": "CHF" })).await, 200);
    assert_eq!(control("access", json!({ "scopes": ["read_products"] })).await, 200);
    assert_eq!(control("shop", json!({ "owner": "somebody" })).await, 422);
    shop.handle.wait_webhooks().await;
    let bodies: Vec<Value> =
        receiver.seen().iter().map(|(_, body)| serde_json::from_slice(body).expect("JSON")).collect();
    assert_eq!((&bodies[0]["name"], &bodies[0]["currency"]), (&json!("Nordkamm"), &json!("CHF")));
    assert_eq!(bodies[1]["current"], json!(["read_products"]));
    assert_eq!(bodies[1]["previous"], json!(["write_products", "read_inventory"]));
    assert_eq!(bodies.len(), 2);
    let seen = shop.ask("{ shop { name currencyCode } }", json!({})).await;
    assert_eq!(seen["data"]["shop"], json!({ "name": "Nordkamm", "currencyCode": "CHF" }));
}

#[tokio::test]
async fn of_many_variants_a_payload_has_only_the_first_hundred_in_full() {
    let mut product = simulators::shopify::ProductRow::new("rope", "Rope");
    for number in 0..130_u64 {
        let row = simulators::shopify::VariantRow {
            id: Some(100 + number),
            option_values: vec![format!("{number} m")],
            ..simulators::shopify::VariantRow::new(support::amount("10.00"))
        };
        product = product.with_variant(row);
    }
    let shop = Shop::start(simulators::shopify::Catalogue::new(vec![product])).await;
    let receiver = Receiver::default();
    let uri = receiver.start().await;
    subscribe(&shop, "PRODUCTS_UPDATE", json!({ "uri": uri })).await;
    shop.clock.pass_ms(1000);
    shop.handle.edit(&[VariantEdit::price("229", "9.00")]).expect("edited");
    shop.handle.wait_webhooks().await;
    let body: Value = serde_json::from_slice(&receiver.seen()[0].1).expect("JSON");
    assert_eq!(body["variants"].as_array().map(Vec::len), Some(100));
    assert_eq!(body["variant_gids"].as_array().map(Vec::len), Some(130));
    assert_eq!(body["variant_gids"][0]["admin_graphql_api_id"], "gid://shopify/ProductVariant/229");
}
