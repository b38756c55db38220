//! Webhooks that come in: forged, replayed, truncated, of another shop, out of order, and those that claim too much. Each
//! has one defined answer, and none of them is believed beyond what the shop says itself.

use base64::Engine;
use hmac::{Hmac, KeyInit, Mac};
use kernel_core::Role;
use serde_json::{Value, json};
use sha2::Sha256;
use simulators::shopify::{Fault, FaultKind, ShopEdit, VariantEdit};

use crate::drift::listened;
use crate::support::{Shop, TestApp, goods, sim_config};

const SECRET: &str = "shpss_simulated_0000000000000000";

fn sign(body: &str, secret: &str) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).expect("a key");
    mac.update(body.as_bytes());
    base64::engine::general_purpose::STANDARD.encode(mac.finalize().into_bytes())
}

/// A knock at the address of a shop.
struct Knock {
    address: String,
    topic: &'static str,
    domain: String,
    id: &'static str,
    body: String,
    signature: String,
}

impl Knock {
    fn new(address: &str, body: &Value) -> Self {
        let body = body.to_string();
        Self {
            address: address.to_owned(),
            topic: "products/update",
            domain: "calibr-demo.myshopify.com".to_owned(),
            id: "wh-1",
            signature: sign(&body, SECRET),
            body,
        }
    }

    async fn send(&self) -> u16 {
        let request = reqwest::Client::builder().no_proxy().build().expect("a client").post(&self.address);
        let request = request
            .header("x-shopify-topic", self.topic)
            .header("x-shopify-shop-domain", &self.domain)
            .header("x-shopify-webhook-id", self.id)
            .header("x-shopify-hmac-sha256", &self.signature)
            .header("content-type", "application/json");
        request.body(self.body.clone()).send().await.expect("an answer").status().as_u16()
    }
}

/// The address that Calibr gave the shop.
fn address(shop: &Shop) -> String {
    shop.sim
        .journal()
        .iter()
        .find_map(|entry| Some(entry.variables["address"].as_str()?.to_owned()))
        .expect("told")
}

async fn notices(app: &TestApp) -> Vec<(String, String, String)> {
    let rows = app
        .owner
        .query("select topic, state, outcome from shop_notices order by id", &[])
        .await
        .expect("rows");
    rows.iter().map(|row| (row.get(0), row.get(1), row.get(2))).collect()
}

#[tokio::test]
async fn only_the_right_address_with_a_signature_of_this_shop_gets_in() {
    let app = TestApp::new().await;
    let shop = listened(&app).await;
    let address = address(&shop);
    let body = json!({ "id": 1 });
    let good = Knock::new(&address, &body);
    let (path, secret) = address.rsplit_once('/').expect("a secret");
    let wrong_secret = format!("{path}/{}", "0".repeat(secret.len()));
    assert_eq!(
        Knock { address: wrong_secret, ..Knock::new("", &body) }.send().await,
        404,
        "a guessed address"
    );
    let forged = Knock { signature: sign(&good.body, "guessed"), ..Knock::new(&address, &body) };
    assert_eq!(forged.send().await, 401, "forged");
    let truncated = Knock { body: good.body[..5].to_owned(), ..Knock::new(&address, &body) };
    assert_eq!(truncated.send().await, 401, "truncated");
    let other = Knock { domain: "other.myshopify.com".to_owned(), ..Knock::new(&address, &body) };
    assert_eq!(other.send().await, 401, "a captured body with another shop's name");
    let large = Value::String("x".repeat(5 * 1024 * 1024));
    assert_eq!(Knock::new(&address, &large).send().await, 413, "too large");
    assert!(notices(&app).await.is_empty(), "nothing of it is kept");
    assert_eq!(good.send().await, 200);
    app.jobs_done().await;
    assert_eq!(notices(&app).await.len(), 1);
    app.finish().await;
}

#[tokio::test]
async fn a_captured_body_works_at_no_other_shops_address() {
    let app = TestApp::new().await;
    let shop = listened(&app).await;
    let mut config = sim_config(goods(1, 1));
    config.domain = "second.myshopify.com".to_owned();
    let second = app.shop_of(&app.other, config).await;
    let new = json!({ "public_url": app.host, "client_secret": SECRET });
    let path = format!("/channels/{}/webhooks", second.channel);
    app.person(&app.other, Role::Admin).post(&path, new).await.expect(200);
    let captured = Knock::new(&address(&second), &json!({ "id": 1 }));
    assert_eq!(captured.send().await, 401, "signed by the same app, for another shop");
    let as_second = Knock {
        domain: "second.myshopify.com".to_owned(),
        ..Knock::new(&address(&shop), &json!({ "id": 1 }))
    };
    assert_eq!(as_second.send().await, 401);
    assert!(notices(&app).await.is_empty());
    app.finish().await;
}

#[tokio::test]
async fn replays_are_answered_and_followed_once() {
    let app = TestApp::new().await;
    let shop = listened(&app).await;
    let knock = Knock::new(&address(&shop), &json!({ "id": 7 }));
    for _ in 0..3 {
        assert_eq!(knock.send().await, 200);
    }
    let same_body = Knock { id: "wh-2", ..Knock::new(&address(&shop), &json!({ "id": 7 })) };
    assert_eq!(same_body.send().await, 200, "the id is not signed: the body is told apart by itself");
    app.jobs_done().await;
    assert_eq!(notices(&app).await.len(), 1);
    app.finish().await;
}

#[tokio::test]
async fn doubled_and_out_of_order_webhooks_end_at_what_the_shop_shows() {
    let app = TestApp::new().await;
    let shop = listened(&app).await;
    shop.sim.add_fault(Fault::once(FaultKind::WebhookLate { behind: 1 }, "webhook"));
    shop.sim.edit(&[VariantEdit::price("S-1-0", "12.34")]).expect("edited");
    shop.sim.add_fault(Fault::once(FaultKind::WebhookTwice, "webhook"));
    shop.sim.edit(&[VariantEdit::price("S-1-0", "13.57")]).expect("edited");
    app.told(&shop).await;
    let drifts = app.viewer().all("/drifts?state=open").await;
    assert_eq!(drifts.len(), 1);
    assert_eq!(drifts[0]["found"]["amount"], "13.57", "not what the late one said");
    app.finish().await;
}

/// What the shop says of products and of itself is a hint to look; what is seen then decides.
#[tokio::test]
async fn products_that_come_and_go_and_settings_that_change_are_looked_at() {
    let app = TestApp::new().await;
    let shop = listened(&app).await;
    let mut new = goods(1, 1).products.remove(0);
    (new.id, new.handle) = (None, "tarp".to_owned());
    for variant in &mut new.variants {
        (variant.id, variant.inventory_item_id, variant.sku) = (None, None, Some("TARP".to_owned()));
    }
    shop.sim.add_product(new).expect("added");
    app.told(&shop).await;
    let products = shop.sim.state().products;
    let gone = products.iter().find(|product| product.handle == "goods-1").expect("a product").id;
    assert!(shop.sim.delete_product(gone).expect("deleted"));
    app.told(&shop).await;
    shop.sim.edit_shop(ShopEdit { name: Some("Renamed".to_owned()), ..ShopEdit::default() });
    app.told(&shop).await;
    let followed: Vec<(String, String)> =
        notices(&app).await.into_iter().map(|(topic, _, outcome)| (topic, outcome)).collect();
    let expected = [
        ("products/create", "not in our catalogue"),
        ("products/delete", "drift found"),
        ("shop/update", "the shop's currency is the project's"),
    ];
    assert_eq!(followed, expected.map(|(topic, outcome)| (topic.to_owned(), outcome.to_owned())));
    let drifts = app.viewer().all("/drifts?state=open").await;
    assert!(drifts.len() == 2 && drifts.iter().all(|drift| drift["found"].is_null()), "{drifts:?}");

    shop.sim.edit_shop(ShopEdit { currency: Some("CHF".to_owned()), ..ShopEdit::default() });
    app.told(&shop).await;
    assert_eq!(app.viewer().all("/channels").await[0]["state"], "disconnected");
    app.finish().await;
}

#[tokio::test]
async fn both_secrets_hold_during_a_rotation() {
    let app = TestApp::new().await;
    let shop = listened(&app).await;
    let path = format!("/channels/{}/webhooks", shop.channel);
    let new = json!({ "public_url": app.host, "client_secret": "shpss_new", "previous_secret": SECRET });
    let old_address = address(&shop);
    let answer = app.admin().post(&path, new).await.expect(200);
    let fresh = answer["address"].as_str().expect("an address").to_owned();
    assert_eq!(Knock::new(&old_address, &json!({ "id": 1 })).send().await, 404, "the old address is dead");
    assert_eq!(Knock::new(&fresh, &json!({ "id": 1 })).send().await, 200, "signed with the secret before");
    let signed_new = |id: u64| {
        let knock = Knock { id: "wh-9", ..Knock::new(&fresh, &json!({ "id": id })) };
        Knock { signature: sign(&knock.body, "shpss_new"), ..knock }
    };
    assert_eq!(signed_new(2).send().await, 200);
    let done = json!({ "public_url": app.host, "client_secret": "shpss_new" });
    let answer = app.admin().post(&path, done).await.expect(200);
    let last = answer["address"].as_str().expect("an address");
    assert_eq!(Knock { id: "wh-3", ..Knock::new(last, &json!({ "id": 3 })) }.send().await, 401);
    app.jobs_done().await;
    app.finish().await;
}

#[tokio::test]
async fn an_uninstall_is_believed_only_when_the_shop_shuts_us_out() {
    let app = TestApp::new().await;
    let shop = listened(&app).await;
    let claim = Knock { topic: "app/uninstalled", ..Knock::new(&address(&shop), &json!({ "id": 1 })) };
    assert_eq!(claim.send().await, 200);
    app.jobs_done().await;
    let state = async || app.viewer().all("/channels").await[0]["state"].clone();
    assert_eq!(state().await, "connected");
    shop.sim.uninstall();
    app.told(&shop).await;
    assert_eq!(state().await, "disconnected");
    assert_eq!(app.audit("channel.disconnected").await.len(), 1);
    let redact =
        Knock { topic: "shop/redact", id: "wh-4", ..Knock::new(&address(&shop), &json!({ "shop_id": 1 })) };
    assert_eq!(redact.send().await, 200);
    app.jobs_done().await;
    let left = app.owner.query_one("select count(*) from credentials", &[]).await.expect("a row");
    assert_eq!(left.get::<_, i64>(0), 0, "its secrets are forgotten");
    assert_eq!(redact.send().await, 404, "and its address is dead");
    app.finish().await;
}

#[tokio::test]
async fn requests_about_customers_are_answered_and_recorded() {
    let app = TestApp::new().await;
    let shop = listened(&app).await;
    for (topic, id) in [("customers/data_request", "wh-5"), ("customers/redact", "wh-6")] {
        let body =
            json!({ "shop_id": 1, "customer": { "id": 1, "email": "john@example.com" }, "topic": topic });
        assert_eq!(Knock { topic, id, ..Knock::new(&address(&shop), &body) }.send().await, 200);
    }
    app.jobs_done().await;
    let recorded = app.audit("privacy.requested").await;
    assert_eq!(recorded.len(), 2);
    assert!(!json!(recorded).to_string().contains("john"), "nothing about the customer is kept");
    app.finish().await;
}

#[tokio::test]
async fn what_is_of_no_interest_or_unreadable_is_kept_as_such_and_nothing_follows() {
    let app = TestApp::new().await;
    let shop = listened(&app).await;
    let address = address(&shop);
    let unknown = Knock { topic: "galaxies/collide", ..Knock::new(&address, &json!({ "id": 1 })) };
    assert_eq!(unknown.send().await, 200);
    let text = "no JSON".to_owned();
    let unreadable =
        Knock { id: "wh-7", signature: sign(&text, SECRET), body: text, ..Knock::new(&address, &json!(1)) };
    assert_eq!(unreadable.send().await, 200);
    let nameless = Knock { id: "wh-8", ..Knock::new(&address, &json!({ "title": "x" })) };
    assert_eq!(nameless.send().await, 200);
    app.jobs_done().await;
    assert!(notices(&app).await.iter().all(|(_, state, _)| state == "ignored"));
    app.finish().await;
}
