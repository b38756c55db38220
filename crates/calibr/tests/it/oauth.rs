//! Connecting a shop by consent: a callback counts once, only with the state, the shop and the signature that were asked
//! for; tokens end and are renewed by one at a time.

use serde_json::{Value, json};
use simulators::shopify::{Config, Handle, Simulator};

use crate::support::{Answer, TestApp, goods, sim_config};

pub async fn start(change: impl FnOnce(&mut Config)) -> Handle {
    let mut config = sim_config(goods(2, 1));
    change(&mut config);
    Simulator::start(config).await.expect("a shop")
}

pub async fn consent(app: &TestApp, sim: &Handle) -> String {
    let new = json!({
        "shop_domain": "calibr-demo.myshopify.com", "client_id": "simulated-app", "public_url": app.host,
        "client_secret": "shpss_simulated_0000000000000000", "base_url": sim.url,
    });
    let answer = app.admin().post("/integrations/shopify/consent", new).await.expect(201);
    answer["url"].as_str().expect("an address").to_owned()
}

fn browser() -> reqwest::Client {
    reqwest::Client::builder()
        .no_proxy()
        .redirect(reqwest::redirect::Policy::none())
        .build()
        .expect("a client")
}

/// What the owner's browser is sent back to after consenting.
pub async fn callback(url: &str) -> String {
    let answer = browser().get(url).send().await.expect("an answer");
    answer.headers()["location"].to_str().expect("text").to_owned()
}

pub async fn visit(url: &str) -> (u16, String) {
    let answer = browser().get(url).send().await.expect("an answer");
    let status = answer.status().as_u16();
    let body: Value = serde_json::from_str(&answer.text().await.expect("text")).unwrap_or_default();
    (status, body["code"].as_str().unwrap_or_default().to_owned())
}

#[tokio::test]
async fn a_shop_is_connected_by_its_owners_consent_and_its_token_is_renewed_once_for_all() {
    let app = TestApp::new().await;
    let sim = start(|_| ()).await;
    let back = callback(&consent(&app, &sim).await).await;
    assert_eq!(visit(&back).await.0, 303);
    assert_eq!(visit(&back).await, (401, "consent.state".to_owned()), "good once");
    let channels = app.viewer().all("/channels").await;
    assert_eq!((channels.len(), &channels[0]["name"]), (1, &json!("calibr-demo.myshopify.com")));
    let id = channels[0]["id"].as_str().expect("an id");
    let path = format!("/channels/{id}/health");
    let health = app.viewer().get(&path).await.expect(200);
    assert_eq!((&health["answers"], sim.refreshed()), (&json!(true), 0));
    app.hours_pass(1);
    let viewer = app.viewer();
    let asked = futures_util::future::join_all((0..6).map(|_| viewer.get(&path))).await;
    assert!(asked.into_iter().all(|answer| answer.expect(200)["answers"] == json!(true)));
    assert_eq!(sim.refreshed(), 1, "one at a time, and the others take what it got");
    app.hours_pass(1);
    app.viewer().get(&path).await.expect(200);
    assert_eq!((sim.refreshed(), app.audit("channel.token_renewed").await.len()), (2, 2));
    let dump = json!(app.audit("channel.connected").await).to_string();
    assert!(!dump.contains("shpat_") && !dump.contains("shpss_"), "a secret is told");
    app.finish().await;
}

#[tokio::test]
async fn a_callback_with_a_wrong_state_shop_or_signature_connects_nothing() {
    let app = TestApp::new().await;
    let sim = start(|_| ()).await;
    let back = callback(&consent(&app, &sim).await).await;
    let state = back.split("state=").nth(1).and_then(|rest| rest.split('&').next()).expect("a state");
    let other_state = back.replace(state, &"0".repeat(state.len()));
    assert_eq!(visit(&other_state).await, (401, "consent.state".to_owned()));
    let other_shop = back.replace("calibr-demo.", "other-shop.");
    assert_eq!(visit(&other_shop).await, (401, "consent.signature".to_owned()));
    let hmac = back.split("hmac=").nth(1).expect("a signature");
    let other_hmac = back.replace(hmac, &"0".repeat(hmac.len()));
    assert_eq!(visit(&other_hmac).await, (401, "consent.signature".to_owned()));
    assert!(app.viewer().all("/channels").await.is_empty());
    app.clock.advance(jiff::Span::new().minutes(11));
    assert_eq!(visit(&back).await, (401, "consent.state".to_owned()), "too old");
    // The shop signs for itself, while another was asked.
    let signed_by_other = start(|config| config.domain = "evil.myshopify.com".to_owned()).await;
    let back = callback(&consent(&app, &signed_by_other).await).await;
    assert_eq!(visit(&back).await, (401, "consent.shop".to_owned()));
    assert!(app.viewer().all("/channels").await.is_empty());
    app.finish().await;
}

/// Asks to connect `shop` by the session of a page.
pub async fn exchange(app: &TestApp, sim: &Handle, shop: &str, session_token: &str) -> Answer {
    let new = json!({
        "shop_domain": shop, "client_id": "simulated-app", "client_secret": "shpss_simulated_0000000000000000",
        "session_token": session_token, "base_url": sim.url,
    });
    app.admin().post("/integrations/shopify/token-exchange", new).await
}

#[tokio::test]
async fn a_shop_is_connected_by_the_session_of_a_page_in_its_admin() {
    let app = TestApp::new().await;
    let sim = start(|_| ()).await;
    let shop = "calibr-demo.myshopify.com";
    exchange(&app, &sim, shop, "session-token-of-another").await.refused(422, "channel.refused");
    let other = "other-shop.myshopify.com";
    exchange(&app, &sim, other, "session-token-of-the-shop").await.refused(401, "consent.shop");
    exchange(&app, &sim, "shop.example", "session-token-of-the-shop").await.refused(422, "consent.shop");
    let poor = start(|config| config.scopes = vec!["read_products".to_owned()]).await;
    exchange(&app, &poor, shop, "session-token-of-the-shop").await.refused(422, "consent.scopes");
    assert!(app.viewer().all("/channels").await.is_empty());
    assert!(app.audit("channel.connected").await.is_empty());

    let channel = exchange(&app, &sim, shop, "session-token-of-the-shop").await.expect(201);
    assert_eq!((channel["name"].as_str(), channel["state"].as_str()), (Some(shop), Some("connected")));
    let told = app.audit("channel.connected").await;
    assert_eq!((told.len(), &told[0]["actor"]), (1, &json!("admin@home.test")));
    let dump = json!(told).to_string() + &channel.to_string();
    assert!(!["shpat_", "shpss_", "session-token"].iter().any(|secret| dump.contains(secret)), "{dump}");
    // Its token ends and is renewed like any other.
    app.hours_pass(1);
    let path = format!("/channels/{}/health", channel["id"].as_str().expect("an id"));
    assert_eq!(app.viewer().get(&path).await.expect(200)["answers"], true);
    assert_eq!(sim.refreshed(), 1);
    app.finish().await;
}

#[tokio::test]
async fn too_few_scopes_connect_nothing() {
    let app = TestApp::new().await;
    let sim = start(|config| config.scopes = vec!["read_products".to_owned()]).await;
    let back = callback(&consent(&app, &sim).await).await;
    assert_eq!(visit(&back).await, (422, "consent.scopes".to_owned()));
    assert!(app.viewer().all("/channels").await.is_empty());
    app.finish().await;
}
