//! Drift: found by webhook and by sweep, never taken for what we wrote ourselves, settled by adopting or by a price
//! change that needs approval like any other.

use serde_json::{Value, json};
use simulators::shopify::{Fault, FaultKind, VariantEdit};

use crate::support::operations::rule;
use crate::support::{Shop, TestApp, goods, writes};

/// A shop that Calibr listens to.
pub async fn listened(app: &TestApp) -> Shop {
    let shop = app.shop(goods(3, 2)).await;
    let new = json!({ "public_url": app.host, "client_secret": "shpss_simulated_0000000000000000" });
    app.admin().post(&format!("/channels/{}/webhooks", shop.channel), new).await.expect(200);
    shop
}

impl TestApp {
    /// Drifts in a state.
    async fn drifts(&self, state: &str) -> Vec<Value> {
        self.viewer().all(&format!("/drifts?state={state}")).await
    }

    /// Has every price of the shop compared.
    pub async fn sweep(&self, shop: &Shop) {
        self.editor().post(&format!("/channels/{}/sweep", shop.channel), json!({})).await.expect(202);
        self.jobs_done().await;
    }

    /// Waits until the shop's webhooks were delivered and followed.
    pub async fn told(&self, shop: &Shop) {
        shop.sim.wait_webhooks().await;
        self.jobs_done().await;
    }
}

fn edit(shop: &Shop, sku: &str, price: &str) {
    shop.sim.edit(&[VariantEdit::price(sku, price)]).expect("edited");
}

fn ids(drifts: &[Value]) -> Value {
    json!({ "drifts": drifts.iter().map(|drift| drift["id"].clone()).collect::<Vec<_>>() })
}

#[tokio::test]
async fn an_edit_in_the_shop_is_found_by_its_webhook_and_held_for_a_person() {
    let app = TestApp::new().await;
    let shop = listened(&app).await;
    edit(&shop, "S-1-0", "12.34");
    app.told(&shop).await;
    let drifts = app.drifts("open").await;
    assert_eq!(drifts.len(), 1);
    let drift = &drifts[0];
    assert_eq!((&drift["sku"], &drift["found_by"]), (&json!("S-1-0"), &json!("webhook")));
    assert_eq!(drift["found"], json!({ "amount": "12.34", "currency": "EUR" }));
    assert_eq!(drift["expected"]["amount"], "22.74");
    assert_eq!(app.audit("drift.found").await.len(), 1);
    let found = async |query: &str| app.viewer().all(&format!("/drifts?{query}")).await.len();
    assert_eq!((found("q=s-1-0").await, found("q=S-2").await), (1, 0));
    assert_eq!(found(&format!("channel={}", shop.channel)).await, 1);
    assert_eq!(found("channel=chn_01m7y4tcxwej3r97ce3p8msv9p").await, 0);
    assert_eq!(found(&format!("variant={}", drift["variant"].as_str().expect("an id"))).await, 1);
    assert_eq!(found("variant=var_01m7y4tcxwej3r97ce3p8msv9p").await, 0);
    let health = app.viewer().get(&format!("/channels/{}/health", shop.channel)).await.expect(200);
    assert_eq!((&health["answers"], &health["webhooks_waiting"]), (&json!(true), &json!(0)));
    assert!(health["last_webhook_at"].is_string() && health["missing_scopes"] == json!([]), "{health}");
    assert_eq!((&health["budget"]["per_second"], &health["budget"]["per_write"]), (&json!(2000), &json!(11)));
    app.finish().await;
}

#[tokio::test]
async fn a_lost_webhook_leaves_the_drift_to_the_sweep() {
    let app = TestApp::new().await;
    let shop = listened(&app).await;
    shop.sim.add_fault(Fault::once(FaultKind::WebhookLost, "webhook").times(2));
    edit(&shop, "S-1-0", "12.34");
    shop.sim.edit(&[VariantEdit::delete("S-2-1")]).expect("deleted");
    app.told(&shop).await;
    assert!(app.drifts("open").await.is_empty(), "nobody was told");
    app.sweep(&shop).await;
    let drifts = app.drifts("open").await;
    assert_eq!(drifts.len(), 2);
    assert!(drifts.iter().all(|drift| drift["found_by"] == "sweep"));
    let gone = drifts.iter().find(|drift| drift["sku"] == "S-2-1").expect("the deleted variant");
    assert!(gone["found"].is_null());
    app.sweep(&shop).await;
    assert_eq!(app.drifts("open").await.len(), 2, "found again, noted once");
    assert_eq!(app.audit("drift.found").await.len(), 2);
    app.finish().await;
}

#[tokio::test]
async fn the_echo_of_our_own_writes_is_no_drift() {
    let app = TestApp::new().await;
    let shop = listened(&app).await;
    let plan = app.plan(rule("down")).await;
    app.approve_and_apply(&plan).await;
    app.told(&shop).await;
    let told = shop.sim.webhooks().iter().filter(|sent| sent.topic == "products/update").count();
    assert_eq!(told, 3, "each product was told about");
    app.sweep(&shop).await;
    assert!(app.drifts("open,ended").await.is_empty());
    app.roll_back(&plan).await;
    app.told(&shop).await;
    app.sweep(&shop).await;
    assert!(app.drifts("open,ended").await.is_empty());
    app.finish().await;
}

/// A shop whose calendar is wrong by so much is written to and followed as any other.
async fn follows_a_shop_that_is_off_by(skew_s: i64) {
    let app = TestApp::new().await;
    let shop = listened(&app).await;
    shop.sim.set_clock_skew_s(skew_s);
    let plan = app.plan(rule("down")).await;
    let run = app.approve_and_apply(&plan).await;
    assert_eq!((&run["state"], &run["counts"]["verified"]), (&json!("applied"), &run["total"]), "{run}");
    app.told(&shop).await;
    assert!(app.drifts("open,ended").await.is_empty(), "our own writes");
    edit(&shop, "S-1-0", "12.34");
    app.told(&shop).await;
    app.sweep(&shop).await;
    let drifts = app.drifts("open").await;
    assert_eq!((drifts.len(), &drifts[0]["found_by"]), (1, &json!("webhook")));
    let health = app.viewer().get(&format!("/channels/{}/health", shop.channel)).await.expect(200);
    assert!(health["webhook_lag_ms"].as_i64().is_some_and(|lag_ms| lag_ms >= 0), "{health}");
    app.finish().await;
}

#[tokio::test]
async fn a_shop_whose_calendar_is_a_day_behind_is_followed() {
    follows_a_shop_that_is_off_by(-86_400).await;
}

#[tokio::test]
async fn a_shop_whose_calendar_is_far_ahead_is_followed() {
    // The clock of these tests stands in the past, which a day would not make up for.
    follows_a_shop_that_is_off_by(10 * 366 * 86_400).await;
}

#[tokio::test]
async fn what_is_put_right_in_the_shop_ends_its_drift() {
    let app = TestApp::new().await;
    let shop = listened(&app).await;
    edit(&shop, "S-1-0", "12.34");
    app.told(&shop).await;
    edit(&shop, "S-1-0", "22.74");
    app.told(&shop).await;
    assert!(app.drifts("open").await.is_empty());
    assert_eq!(app.drifts("ended").await.len(), 1);
    app.finish().await;
}

#[tokio::test]
async fn adopting_takes_the_shops_price_as_ours() {
    let app = TestApp::new().await;
    let shop = listened(&app).await;
    edit(&shop, "S-1-0", "12.34");
    app.told(&shop).await;
    let open = app.drifts("open").await;
    app.viewer().post("/drifts/adopt", ids(&open)).await.refused(403, "role.missing");
    app.editor().post("/drifts/adopt", ids(&open)).await.expect(200);
    app.editor().post("/drifts/adopt", ids(&open)).await.refused(409, "drift.settled");
    app.sweep(&shop).await;
    assert!(app.drifts("open").await.is_empty());
    let variant = open[0]["variant"].as_str().expect("an id");
    let shown = app.viewer().get(&format!("/variants/{variant}")).await.expect(200);
    assert_eq!(shown["price"]["amount"], "12.34");
    assert!(writes(&shop.sim.journal()).is_empty(), "nothing was written to the shop");
    app.finish().await;
}

#[tokio::test]
async fn putting_back_is_a_price_change_that_needs_approval_like_any_other() {
    let app = TestApp::new().await;
    let shop = listened(&app).await;
    edit(&shop, "S-1-0", "21.00");
    edit(&shop, "S-2-0", "30.00");
    app.told(&shop).await;
    let open = app.drifts("open").await;
    assert_eq!(open.len(), 2);
    let settled = app.editor().post("/drifts/put-back", ids(&open)).await.expect(201);
    let id = settled["price_change"].as_str().expect("a price change");
    let change = app.viewer().get(&format!("/price-changes/{id}")).await.expect(200);
    assert_eq!((&change["state"], &change["rows_to_apply"]), (&json!("pending_approval"), &json!(2)));
    let rows = app.viewer().all(&format!("/price-changes/{id}/rows")).await;
    let after: Vec<&Value> = rows.iter().map(|row| &row["after"]["amount"]).collect();
    assert!(after.contains(&&json!("22.74")) && after.contains(&&json!("25.48")), "{after:?}");
    assert!(writes(&shop.sim.journal()).is_empty(), "nothing is written before somebody approves");
    let plan = crate::support::Plan {
        id: id.to_owned(),
        hash: change["plan_hash"].as_str().expect("a hash").to_owned(),
    };
    app.approve_and_apply(&plan).await;
    app.told(&shop).await;
    assert_eq!(shop.price_of("S-1-0").0, "22.74");
    app.sweep(&shop).await;
    assert!(app.drifts("open").await.is_empty());
    assert_eq!(app.drifts("put_back").await.len(), 2);
    app.finish().await;
}

#[tokio::test]
async fn a_shop_that_takes_a_scope_away_is_not_written_to_until_it_gives_it_back() {
    let app = TestApp::new().await;
    let shop = listened(&app).await;
    let plan = app.plan(rule("down")).await;
    app.approve(&plan).await;
    shop.sim.set_scopes(&["read_products", "read_inventory"]);
    app.told(&shop).await;
    let told = app.audit("channel.scopes_changed").await;
    assert_eq!(told[0]["after"]["missing"], json!(["write_products"]));
    let health = app.viewer().get(&format!("/channels/{}/health", shop.channel)).await.expect(200);
    assert_eq!(health["missing_scopes"], json!(["write_products"]), "{health}");
    app.editor().post(&plan.path("/apply"), plan.signed()).await.refused(409, "channel.scopes");
    assert!(writes(&shop.sim.journal()).is_empty());
    shop.sim.set_scopes(&["write_products", "read_inventory"]);
    app.told(&shop).await;
    let run = app.apply(&plan).await;
    assert_eq!(app.settled(&run).await["state"], "applied");
    shop.sim.set_scopes(&["read_products"]);
    app.told(&shop).await;
    app.editor().post(&plan.path("/rollback"), json!({})).await.refused(409, "channel.scopes");
    assert_eq!(app.audit("channel.scopes_changed").await.len(), 3);
    app.finish().await;
}

#[tokio::test]
async fn what_a_policy_was_kept_from_doing_it_does_at_the_next_look() {
    let app = TestApp::new().await;
    let shop = listened(&app).await;
    edit(&shop, "S-1-0", "12.34");
    app.told(&shop).await;
    assert_eq!(app.drifts("open").await.len(), 1, "held");
    app.admin().put("/drifts/policy", json!({ "policy": "adopt" })).await.expect(200);
    app.sweep(&shop).await;
    assert_eq!((app.drifts("open").await.len(), app.drifts("adopted").await.len()), (0, 1));
    app.finish().await;
}

#[tokio::test]
async fn a_policy_acts_by_itself_and_names_its_author() {
    let app = TestApp::new().await;
    let shop = listened(&app).await;
    let set = async |policy: &str| app.admin().put("/drifts/policy", json!({ "policy": policy })).await;
    set("sometimes").await.refused(422, "drift_policy.unknown");
    set("adopt").await.expect(200);
    edit(&shop, "S-1-0", "12.34");
    app.told(&shop).await;
    assert_eq!(app.drifts("adopted").await.len(), 1);
    set("put_back").await.expect(200);
    edit(&shop, "S-1-1", "24.00");
    app.told(&shop).await;
    let put_back = app.drifts("put_back").await;
    assert_eq!(put_back.len(), 1);
    let id = put_back[0]["price_change"].as_str().expect("a price change");
    let change = app.viewer().get(&format!("/price-changes/{id}")).await.expect(200);
    assert_eq!(change["state"], "pending_approval");
    assert_eq!(shop.price_of("S-1-1").0, "24.00", "a policy plans, it does not write");
    app.finish().await;
}
