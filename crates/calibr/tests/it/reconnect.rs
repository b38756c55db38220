//! Connecting a shop again: with another token, another consent, after it shut us out, by several at once. And what is refused
//! while it is disconnected.

use futures_util::future::join_all;
use kernel_core::TenantId;
use serde_json::{Value, json};
use simulators::shopify::Handle;

use crate::drift::listened;
use crate::oauth::{callback, consent, exchange, start, visit};
use crate::support::operations::rule;
use crate::support::{Answer, Shop, TestApp, goods, sim_config};

const SHOP: &str = "calibr-demo.myshopify.com";
const SESSION: &str = "session-token-of-the-shop";

async fn connect(app: &TestApp, sim: &Handle, token: &str) -> Answer {
    let new = json!({ "shop_domain": SHOP, "access_token": token, "base_url": sim.url });
    app.admin().post("/channels", new).await
}

fn id_of(channel: &Value) -> String {
    channel["id"].as_str().expect("an id").to_owned()
}

async fn answers(app: &TestApp, id: &str) -> bool {
    app.viewer().get(&format!("/channels/{id}/health")).await.expect(200)["answers"] == true
}

/// How often a shop was connected, and connected again.
async fn told(app: &TestApp) -> (usize, usize) {
    (app.audit("channel.connected").await.len(), app.audit("channel.reconnected").await.len())
}

async fn refused(app: &TestApp, path: &str, body: Value, code: &str) {
    app.editor().post(path, body).await.refused(409, code);
}

/// A shop that shut us out and said so, with an approved plan.
async fn shut_out(app: &TestApp) -> (Shop, crate::support::Plan) {
    let shop = listened(app).await;
    let plan = app.plan(rule("down")).await;
    app.approve(&plan).await;
    shop.sim.uninstall();
    app.told(&shop).await;
    (shop, plan)
}

#[tokio::test]
async fn a_shop_whose_token_was_replaced_is_connected_again_as_what_it_was() {
    let app = TestApp::new().await;
    let shop = app.shop(goods(2, 1)).await;
    let tenant: TenantId = app.home.id;
    let other_process = app.another_process(4).await;
    let channel = shop.channel.parse().expect("an id");
    other_process.channels.open(tenant, channel).await.expect("open");
    shop.sim.replace_token("shpat_another");
    assert!(!answers(&app, &shop.channel).await, "the shop takes the old token no more");
    connect(&app, &shop.sim, "shpat_wrong").await.refused(422, "channel.refused");
    assert_eq!(told(&app).await, (1, 0));
    let again = connect(&app, &shop.sim, "shpat_another").await.expect(201);
    assert_eq!((id_of(&again), &again["state"]), (shop.channel.clone(), &json!("connected")));
    assert!(answers(&app, &shop.channel).await);
    assert_eq!((told(&app).await, app.viewer().all("/channels").await.len()), ((1, 1), 1));
    let opened = other_process.channels.open(tenant, channel).await.expect("open");
    opened.shop().await.expect("the new token, in the other process too");
    let dump = json!(app.audit("channel.reconnected").await).to_string();
    assert!(!dump.contains("shpat_"), "a secret is told");
    app.ingest(&shop).await;
    app.finish().await;
}

#[tokio::test]
async fn an_owner_whose_grant_has_ended_consents_again() {
    let app = TestApp::new().await;
    let sim = start(|_| ()).await;
    assert_eq!(visit(&callback(&consent(&app, &sim).await).await).await.0, 303);
    let id = id_of(&app.viewer().all("/channels").await[0]);
    sim.set_revoked(true);
    app.hours_pass(1);
    assert!(!answers(&app, &id).await, "nothing renews the token");
    assert_eq!(visit(&callback(&consent(&app, &sim).await).await).await.0, 303);
    let channels = app.viewer().all("/channels").await;
    assert_eq!((channels.len(), id_of(&channels[0])), (1, id.clone()));
    assert!(answers(&app, &id).await);
    assert_eq!((told(&app).await, sim.refreshed()), ((1, 1), 1), "the shop saw one vain renewal");
    // It is renewed like any other, until a token comes that does not end: what renewed the one before is not used for it.
    app.hours_pass(1);
    assert!(answers(&app, &id).await);
    assert_eq!(sim.refreshed(), 2);
    connect(&app, &sim, &sim.token).await.expect(201);
    app.hours_pass(1);
    assert!(answers(&app, &id).await);
    sim.replace_token("shpat_another");
    assert!(!answers(&app, &id).await);
    assert_eq!((told(&app).await, sim.refreshed()), ((1, 2), 2));
    app.finish().await;
}

#[tokio::test]
async fn of_several_that_connect_a_shop_at_once_one_is_first_and_the_others_come_again() {
    let app = TestApp::new().await;
    let sim = start(|_| ()).await;
    for round in 1..=2 {
        let asked = join_all((0..4).map(|_| connect(&app, &sim, &sim.token))).await;
        let asked: Vec<String> = asked.into_iter().map(|answer| id_of(&answer.expect(201))).collect();
        assert!(asked.iter().all(|id| *id == asked[0]), "{asked:?}");
        assert_eq!(told(&app).await, (1, 4 * round - 1));
        assert!(answers(&app, &asked[0]).await);
    }
    assert_eq!(app.viewer().all("/channels").await.len(), 1);
    app.finish().await;
}

#[tokio::test]
async fn connecting_a_shop_again_forgets_what_it_did_not_grant() {
    let app = TestApp::new().await;
    let shop = listened(&app).await;
    let plan = app.plan(rule("down")).await;
    app.approve(&plan).await;
    shop.sim.set_scopes(&["read_products"]);
    app.told(&shop).await;
    refused(&app, &plan.path("/apply"), plan.signed(), "channel.scopes").await;
    shop.sim.set_scopes(&["write_products", "read_inventory"]);
    // The webhook of this is not waited for.
    connect(&app, &shop.sim, &shop.sim.token).await.expect(201);
    let run = app.apply(&plan).await;
    assert_eq!(app.settled(&run).await["state"], "applied");
    app.finish().await;
}

#[tokio::test]
async fn nothing_is_begun_on_a_shop_that_shut_us_out_until_it_is_connected_again() {
    let app = TestApp::new().await;
    let (shop, plan) = shut_out(&app).await;
    assert_eq!(app.viewer().all("/channels").await[0]["state"], "disconnected");
    refused(&app, &plan.path("/apply"), plan.signed(), "channel.disconnected").await;
    let at = json!({ "local": "2026-11-02T14:00", "time_zone": "Europe/Paris" });
    refused(&app, &plan.path("/apply"), json!({ "plan_hash": plan.hash, "at": at }), "channel.disconnected")
        .await;
    refused(&app, &format!("/channels/{}/ingest", shop.channel), json!({}), "channel.disconnected").await;
    assert_eq!((app.state_of(&plan).await.as_str(), app.viewer().all("/runs").await.len()), ("approved", 0));
    shop.sim.set_revoked(false);
    let again = connect(&app, &shop.sim, &shop.sim.token).await.expect(201);
    assert_eq!((id_of(&again), &again["state"]), (shop.channel.clone(), &json!("connected")));
    let run = app.apply(&plan).await;
    assert_eq!(app.settled(&run).await["state"], "applied");
    app.finish().await;
}

#[tokio::test]
async fn what_a_shop_that_shut_us_out_has_of_ours_is_not_touched() {
    let app = TestApp::new().await;
    let shop = listened(&app).await;
    let plan = app.plan(rule("down")).await;
    let run = app.approve_and_apply(&plan).await;
    shop.sim.uninstall();
    app.told(&shop).await;
    refused(&app, &plan.path("/rollback"), json!({}), "channel.disconnected").await;
    let run = id_of(&run);
    refused(&app, &format!("/runs/{run}/rollback"), json!({}), "channel.disconnected").await;
    refused(&app, &format!("/runs/{run}/retry-failed"), json!({}), "channel.disconnected").await;
    assert_eq!(app.state_of(&plan).await, "applied");
    app.finish().await;
}

#[tokio::test]
async fn an_uninstall_is_believed_of_a_shop_that_does_not_renew_our_token_any_more() {
    let app = TestApp::new().await;
    let sim = start(|_| ()).await;
    let channel = id_of(&exchange(&app, &sim, SHOP, SESSION).await.expect(201));
    let new = json!({ "public_url": app.host, "client_secret": "shpss_simulated_0000000000000000" });
    app.admin().post(&format!("/channels/{channel}/webhooks"), new).await.expect(200);
    app.hours_pass(1);
    sim.uninstall();
    sim.wait_webhooks().await;
    app.jobs_done().await;
    assert_eq!(app.viewer().all("/channels").await[0]["state"], "disconnected");
    let again = consent(&app, &sim).await;
    assert_eq!(visit(&callback(&again).await).await.0, 303);
    assert_eq!(app.viewer().all("/channels").await[0]["state"], "connected");
    assert!(answers(&app, &channel).await);
    app.finish().await;
}

#[tokio::test]
async fn another_shop_takes_the_place_of_one_that_shut_us_out() {
    let app = TestApp::new().await;
    let (shop, plan) = shut_out(&app).await;
    let mut config = sim_config(goods(3, 2));
    config.domain = "second.myshopify.com".to_owned();
    let second = app.shop_of(&app.home, config).await;
    let run = app.apply(&plan).await;
    assert_eq!(app.settled(&run).await["channel_id"], json!(second.channel));
    // Both at once are one too many.
    shop.sim.set_revoked(false);
    connect(&app, &shop.sim, &shop.sim.token).await.expect(201);
    let plan = app.plan(rule("down again")).await;
    app.approve(&plan).await;
    refused(&app, &plan.path("/apply"), plan.signed(), "channel.several").await;
    app.finish().await;
}

#[tokio::test]
async fn a_start_whose_shop_shut_us_out_meanwhile_is_told_to_have_failed() {
    let app = TestApp::new().await;
    let shop = listened(&app).await;
    let plan = app.plan(rule("later")).await;
    app.approve(&plan).await;
    let at = json!({ "local": "2026-11-02T14:00", "time_zone": "Europe/Paris" });
    app.editor().post(&plan.path("/apply"), json!({ "plan_hash": plan.hash, "at": at })).await.expect(202);
    shop.sim.uninstall();
    shop.sim.wait_webhooks().await;
    app.wait_until("select exists (select 1 from channels where state = 'disconnected')").await;
    app.jobs_done().await;
    assert_eq!(app.state_of(&plan).await, "approved");
    let record = app.audit("price_change.unscheduled").await.remove(0);
    let why = record["reason"].as_str().expect("why");
    assert!(why.starts_with("It could not start") && why.contains("Connect the shop again"), "{why}");
    assert!(app.viewer().all("/runs").await.is_empty());
    app.finish().await;
}

#[tokio::test]
async fn a_session_connects_a_shop_again() {
    let app = TestApp::new().await;
    let sim = start(|_| ()).await;
    let first = exchange(&app, &sim, SHOP, SESSION).await.expect(201);
    let again = exchange(&app, &sim, SHOP, SESSION).await.expect(201);
    assert_eq!((id_of(&first), told(&app).await), (id_of(&again), (1, 1)));
    app.finish().await;
}
