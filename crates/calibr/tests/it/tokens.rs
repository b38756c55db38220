//! Access tokens that end while they are needed: renewed by one for all, without keeping others waiting, and without a price that
//! fails or is written twice.

use std::collections::BTreeMap;

use calibr::channels::Connector;
use futures_util::future::join_all;
use kernel_core::TenantId;
use serde_json::{Value, json};
use simulators::shopify::{Fault, FaultKind, Handle};

use crate::bulk_runs::ALWAYS;
use crate::oauth::{exchange, start};
use crate::support::operations::rule;
use crate::support::{Plan, Tenant, TestApp, goods, sim_config, writes};

const SHOP: &str = "calibr-demo.myshopify.com";
const SESSION: &str = "session-token-of-the-shop";
const WRITE: &str = "productVariantsBulkUpdate";

/// A shop that is connected with a token that ends, read in, and an approved plan over all of it.
struct Case {
    app: TestApp,
    sim: Handle,
    channel: String,
    plan: Plan,
}

impl Case {
    async fn new(products: usize) -> Self {
        Self::of(TestApp::new().await, products).await
    }

    async fn with(connectors: &'static [(&'static str, Connector)], products: usize) -> Self {
        Self::of(TestApp::with_connectors(connectors).await, products).await
    }

    async fn of(app: TestApp, products: usize) -> Self {
        let sim = start(|config| *config = sim_config(goods(products, 2))).await;
        let channel = exchange(&app, &sim, SHOP, SESSION).await.expect(201);
        let channel = channel["id"].as_str().expect("an id").to_owned();
        app.editor().post(&format!("/channels/{channel}/ingest"), json!({})).await.expect(200);
        let plan = app.plan(rule("down")).await;
        app.approve(&plan).await;
        Self { app, sim, channel, plan }
    }

    fn ends_at(&self, operation: &str, skip: u64, times: u64) {
        let fault = Fault::once(FaultKind::ExpireTokens, operation).times(times);
        self.sim.add_fault(Fault { skip, ..fault });
    }

    async fn applied(&self) -> Value {
        let run = self.app.apply(&self.plan).await;
        self.app.settled(&run).await
    }

    /// Every price of the plan is written, verified and told once.
    async fn assert_each_once(&self, run: &Value) {
        let rows = self.app.targets(run).await.len();
        let (applied, verified) = (&run["counts"]["applied"], &run["counts"]["verified"]);
        assert_eq!(
            (&run["state"], applied, verified),
            (&json!("applied"), &json!(rows), &json!(rows)),
            "{run}"
        );
        let journal = self.sim.journal();
        let mut changes: BTreeMap<&str, usize> = BTreeMap::new();
        for (_, effect) in writes(&journal) {
            *changes.entry(&effect.variant_id).or_default() += 1;
        }
        assert_eq!(changes.len(), rows);
        assert!(changes.values().all(|count| *count == 1), "a price was written twice: {changes:?}");
        assert_eq!(self.app.audit("price.applied").await.len(), rows);
    }
}

#[tokio::test]
async fn a_run_whose_token_ends_in_the_middle_renews_it_and_ends_applied_every_price_once() {
    let case = Case::new(25).await;
    case.ends_at("ReadPrices", 1, 1);
    case.ends_at(WRITE, 3, 1);
    case.ends_at(WRITE, 6, 1);
    let run = case.applied().await;
    case.assert_each_once(&run).await;
    assert_eq!((case.sim.refreshed(), case.app.audit("channel.token_renewed").await.len()), (3, 3));
    case.app.finish().await;
}

#[tokio::test]
async fn a_run_in_bulk_whose_token_ends_at_every_step_stays_in_bulk_and_ends_applied_every_price_once() {
    let case = Case::with(ALWAYS, 30).await;
    let steps = ["ReadPrices", "StageUpload", "RunBulkMutation", "ReadBulkOperation"];
    for operation in steps {
        case.ends_at(operation, 0, 1);
    }
    let run = case.applied().await;
    case.assert_each_once(&run).await;
    assert_eq!(case.sim.refreshed(), steps.len());
    let journal = case.sim.journal();
    assert!(writes(&journal).iter().all(|(entry, _)| entry.kind == "bulk_line"), "one by one");
    case.app.finish().await;
}

#[tokio::test]
async fn a_token_that_is_refused_right_after_it_was_renewed_is_refused_for_good() {
    let case = Case::new(3).await;
    case.ends_at("ReadPrices", 0, 2);
    let run = case.applied().await;
    assert_eq!((&run["state"], case.sim.refreshed()), (&json!("failed"), 1), "{run}");
    let targets = case.app.targets(&run).await;
    assert!(targets.iter().all(|target| target["reason_code"] == "shopify.unauthorized"), "{targets:?}");
    assert!(writes(&case.sim.journal()).is_empty());
    case.app.finish().await;
}

#[tokio::test]
async fn a_run_waits_for_a_shop_that_cannot_renew_its_token_now() {
    let case = Case::new(5).await;
    case.ends_at(WRITE, 2, 1);
    case.sim.add_fault(Fault::once(FaultKind::HttpErrorBeforeCommit { status: 503 }, "token"));
    let run = case.applied().await;
    case.assert_each_once(&run).await;
    case.app.finish().await;
}

#[tokio::test]
async fn a_shop_that_shuts_us_out_for_good_is_not_asked_for_ever() {
    let case = Case::new(3).await;
    case.sim.set_revoked(true);
    let run = case.applied().await;
    assert_eq!((&run["state"], &run["counts"]["failed"]), (&json!("failed"), &json!(6)), "{run}");
    let asked = case.sim.journal().iter().filter(|entry| entry.kind == "token").count();
    assert_eq!(asked, 2, "for the first token, and once to renew it");
    case.app.finish().await;
}

#[tokio::test]
async fn reading_a_catalogue_goes_on_with_a_renewed_token() {
    let case = Case::new(3).await;
    case.ends_at("ReadProducts", 0, 1);
    let path = format!("/channels/{}/ingest", case.channel);
    case.app.editor().post(&path, json!({})).await.expect(200);
    assert_eq!(case.sim.refreshed(), 1);
    case.app.finish().await;
}

#[tokio::test]
async fn one_shop_whose_tokens_nobody_answers_for_keeps_no_other_waiting() {
    let app = TestApp::new().await;
    let (dead, well) = (start(|_| ()).await, start(|_| ()).await);
    let dead_channel = exchange(&app, &dead, SHOP, SESSION).await.expect(201);
    let new = json!({
        "shop_domain": SHOP, "client_id": "simulated-app", "client_secret": "shpss_simulated_0000000000000000",
        "session_token": SESSION, "base_url": well.url,
    });
    let admin = app.person(&app.other, kernel_core::Role::Admin);
    let path = format!("/integrations/shopify/token-exchange?project={}", app.other.project);
    let well_channel = admin.post(&path, new).await.expect(201);
    let id = |channel: &Value| channel["id"].as_str().expect("an id").parse().expect("an id");
    app.hours_pass(1);
    dead.add_fault(Fault::once(FaultKind::HoldBeforeCommit { hold_ms: None }, "token"));
    // Two connections to the database, and more than two who wait for the dead one.
    let small = app.another_process(2).await;
    let open = |tenant: &Tenant, channel: &Value| {
        let (small, tenant, channel): (_, TenantId, _) = (small.clone(), tenant.id, id(channel));
        tokio::spawn(async move { small.channels.open(tenant, channel).await.map(drop) })
    };
    let waiting: Vec<_> = (0..5).map(|_| open(&app.home, &dead_channel)).collect();
    dead.wait_held(1).await;
    open(&app.other, &well_channel).await.expect("it ends").expect("opened");
    assert_eq!((well.refreshed(), dead.refreshed()), (1, 0));
    assert!(waiting.iter().all(|task| !task.is_finished()), "the dead one is still waited for");
    dead.release();
    for task in waiting {
        task.await.expect("it ends").expect("opened");
    }
    assert_eq!(dead.refreshed(), 1);
    app.finish().await;
}

#[tokio::test]
async fn two_processes_renew_a_token_once() {
    let app = TestApp::new().await;
    let sim = start(|_| ()).await;
    let channel = exchange(&app, &sim, SHOP, SESSION).await.expect(201);
    let channel = channel["id"].as_str().expect("an id").parse().expect("an id");
    let other = app.another_process(4).await;
    app.hours_pass(1);
    sim.add_fault(Fault::once(FaultKind::HoldBeforeCommit { hold_ms: None }, "token"));
    let tenant: TenantId = app.home.id;
    let released = async {
        sim.wait_held(1).await;
        // Time for the other to do what it does while the first waits for the shop.
        for _ in 0..200 {
            app.owner.query_one("select 1", &[]).await.expect("a row");
        }
        sim.release();
    };
    let first = join_all((0..3).map(|_| app.app.channels.open(tenant, channel)));
    let second = join_all((0..3).map(|_| other.channels.open(tenant, channel)));
    let (first, second, ()) = tokio::join!(first, second, released);
    for opened in first.into_iter().chain(second) {
        opened.expect("opened").shop().await.expect("its token is good");
    }
    let asked = sim.journal().iter().filter(|entry| entry.kind == "token").count();
    assert_eq!((sim.refreshed(), asked), (1, 2), "once to connect, once to renew");
    assert_eq!(app.audit("channel.token_renewed").await.len(), 1);
    app.finish().await;
}

#[tokio::test]
async fn whoever_renewed_and_died_is_waited_for_no_longer_than_a_call_takes() {
    let app = TestApp::new().await;
    let sim = start(|_| ()).await;
    let channel = exchange(&app, &sim, SHOP, SESSION).await.expect(201);
    let channel = channel["id"].as_str().expect("an id").parse().expect("an id");
    app.hours_pass(1);
    let sql = "update channels set renewing_until = $1";
    let until = app.now().checked_add(jiff::Span::new().seconds(30)).expect("an instant");
    app.owner.execute(sql, &[&until]).await.expect("claimed by somebody");
    app.clock.advance(jiff::Span::new().seconds(31));
    app.app.channels.open(app.home.id, channel).await.expect("opened");
    assert_eq!(sim.refreshed(), 1);
    app.finish().await;
}

#[tokio::test]
async fn a_token_that_cannot_be_renewed_yet_is_used_while_it_is_good() {
    let app = TestApp::new().await;
    let sim = start(|_| ()).await;
    let channel = exchange(&app, &sim, SHOP, SESSION).await.expect(201);
    let path = format!("/channels/{}/health", channel["id"].as_str().expect("an id"));
    sim.add_fault(Fault::once(FaultKind::HttpErrorBeforeCommit { status: 503 }, "token").times(2));
    app.minutes_pass(55);
    assert_eq!(app.viewer().get(&path).await.expect(200)["answers"], true);
    app.minutes_pass(6);
    assert_eq!(app.viewer().get(&path).await.expect(200)["answers"], false, "it has ended");
    assert_eq!(app.viewer().get(&path).await.expect(200)["answers"], true, "and is renewed");
    app.finish().await;
}

#[tokio::test]
async fn a_shop_can_be_listened_to_while_its_token_is_renewed() {
    let app = TestApp::new().await;
    let sim = start(|_| ()).await;
    let channel = exchange(&app, &sim, SHOP, SESSION).await.expect(201);
    app.hours_pass(1);
    let new = json!({ "public_url": app.host, "client_secret": "shpss_simulated_0000000000000000" });
    let path = format!("/channels/{}/webhooks", channel["id"].as_str().expect("an id"));
    app.admin().post(&path, new).await.expect(200);
    assert_eq!(sim.refreshed(), 1);
    app.finish().await;
}
