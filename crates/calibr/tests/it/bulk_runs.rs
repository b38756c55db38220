//! Large runs, whose batches the shop carries out in bulk operations: chosen by size and bucket, found out when an answer is
//! lost, refused line by line, stopped, and taken back.

use std::collections::BTreeMap;
use std::sync::Arc;

use calibr::channels::Connector;
use connector_shopify::{ShopifyClient, ShopifyConfig};
use kernel_connect::SystemTime;
use serde_json::{Value, json};
use simulators::shopify::{Catalogue, Config, Fault, FaultKind, JournalEntry, VariantEdit};

use crate::support::{Plan, Shop, TestApp, gid, goods, sim_config, writes};

const START: &str = "RunBulkMutation";
pub const OPERATION: &str = "bulk_mutation";

/// The product's connector, which takes every run for large.
pub const ALWAYS: &[(&str, Connector)] = &[("shopify", |base_url, token| connector(base_url, token, |_| ()))];

/// The same, which soon stops waiting for an operation.
const IMPATIENT: &[(&str, Connector)] =
    &[("shopify", |base_url, token| connector(base_url, token, |config| config.bulk_wait_ms_max = 1))];

/// The same, which asks for nothing twice.
const CURT: &[(&str, Connector)] =
    &[("shopify", |base_url, token| connector(base_url, token, |config| config.read_retries_max = 0))];

/// One that takes a run for large if the bucket would draw it out a quarter of a minute.
const BY_BUCKET: &[(&str, Connector)] = &[("shopify", |base_url, token| {
    connector(base_url, token, |config| config.bulk_write_after_ms = 15_000)
})];

fn connector(
    base_url: &str,
    token: kernel_connect::Credential,
    set: fn(&mut ShopifyConfig),
) -> channel::Result<Arc<dyn channel::Channel>> {
    let mut config = ShopifyConfig::new(base_url, token);
    (config.bulk_after_ms, config.bulk_write_after_ms) = (0, 0);
    set(&mut config);
    Ok(Arc::new(ShopifyClient::new(config, Arc::new(SystemTime::start()))?))
}

fn rule() -> Value {
    json!({ "schema": "rule.v1", "name": "all", "select": { "all_variants": true }, "steps": [{ "percent": "-7" }] })
}

fn is_start(entry: &JournalEntry) -> bool {
    entry.operation_name.as_deref() == Some(START)
}

pub struct Case {
    pub app: TestApp,
    pub shop: Shop,
    pub plan: Plan,
}

impl Case {
    /// An approved plan over a shop of so many products.
    pub async fn of(connectors: &'static [(&'static str, Connector)], catalogue: Catalogue) -> Self {
        Self::with(connectors, sim_config(catalogue)).await
    }

    async fn with(connectors: &'static [(&'static str, Connector)], config: Config) -> Self {
        let app = TestApp::with_connectors(connectors).await;
        let shop = app.shop_of(&app.home, config).await;
        let wide = json!({ "schema": "guardrails.v1", "blast_radius": { "rows": 10_000 } });
        app.admin().post("/guardrails", wide).await.expect(201);
        let plan = app.plan(rule()).await;
        app.approve(&plan).await;
        Self { app, shop, plan }
    }

    pub fn fault(&self, kind: FaultKind, operation: &str) {
        self.shop.sim.add_fault(Fault::once(kind, operation));
    }

    async fn applied(&self) -> Value {
        let run = self.app.apply(&self.plan).await;
        self.app.settled(&run).await
    }

    /// How many operations were started.
    fn started(&self) -> usize {
        self.shop.sim.journal().iter().filter(|entry| is_start(entry)).count()
    }

    /// How many variants were written beside operations.
    fn written_singly(&self) -> usize {
        writes(&self.shop.sim.journal()).iter().filter(|(entry, _)| entry.kind != "bulk_line").count()
    }

    /// Every applied target is what the shop has, was changed once, and stands once in the audit and in the log.
    pub async fn books_agree(&self, run: &Value, applied: usize) {
        assert_eq!(
            (&run["counts"]["applied"], &run["counts"]["verified"]),
            (&json!(applied), &json!(applied)),
            "{run}"
        );
        let targets = self.app.targets(run).await;
        let prices: BTreeMap<String, String> = self
            .shop
            .variants()
            .into_iter()
            .map(|variant| (variant.sku.clone().expect("a SKU"), variant.price.to_string()))
            .collect();
        for target in targets.iter().filter(|target| target["state"] == "applied") {
            let sku = target["sku"].as_str().expect("a SKU");
            assert_eq!(target["after"]["amount"].as_str(), prices.get(sku).map(String::as_str), "{target}");
        }
        let journal = self.shop.sim.journal();
        let mut changes: BTreeMap<&str, usize> = BTreeMap::new();
        for (_, effect) in writes(&journal) {
            *changes.entry(&effect.variant_id).or_default() += 1;
        }
        assert_eq!(changes.len(), applied);
        assert!(changes.values().all(|count| *count == 1), "a variant was written twice: {changes:?}");
        for sql in [
            "select count(distinct entity_id), count(*) from audit_records where action = 'price.applied'",
            "select count(distinct entity_id), count(*) from event_log where type = 'price.applied'",
        ] {
            let row = self.app.owner.query_one(sql, &[]).await.expect("the books");
            let counted: (i64, i64) = (row.get(0), row.get(1));
            assert_eq!(counted, (applied as i64, applied as i64), "{sql}");
        }
    }

    /// Waits until a batch waits for its time.
    async fn waits(&self) {
        let now = self.app.now();
        let kind = "kind = 'runs.apply_batch'";
        let sql = format!(
            "select exists (select from jobs where state = 'queued' and {kind} and run_at > '{now}')"
        );
        self.app.wait_until(&sql).await;
    }

    async fn is_in_bulk(&self) -> bool {
        let sql = "select in_bulk from rule_runs order by id desc limit 1";
        self.app.owner.query_one(sql, &[]).await.expect("a run").get(0)
    }
}

#[tokio::test]
async fn three_thousand_variants_go_in_one_operation_and_come_back_in_another() {
    let case = Case::of(ALWAYS, goods(1000, 3)).await;
    let before = case.shop.sim.state().without_times();
    let run = case.applied().await;
    assert_eq!(run["state"], "applied", "{run}");
    assert_eq!((case.started(), case.written_singly()), (1, 0));
    case.books_agree(&run, 3000).await;
    let sql = "select count(*) from event_log where type = 'run.progress'";
    let told: i64 = case.app.owner.query_one(sql, &[]).await.expect("the log").get(0);
    assert_eq!(told, 6, "the run is seen to get on");
    let back = case.app.roll_back(&case.plan).await;
    assert_eq!((&back["state"], &back["counts"]["applied"]), (&json!("applied"), &json!(3000)), "{back}");
    assert_eq!((case.started(), case.written_singly()), (2, 0));
    assert_eq!(case.shop.sim.state().without_times(), before);
    case.app.finish().await;
}

/// A run over so many products of a shop whose bucket holds 2000 points, of which each takes 11.
async fn chosen(products: usize, in_bulk: bool) {
    let case = Case::with(BY_BUCKET, Config { rate: 100, ..sim_config(goods(products, 1)) }).await;
    let run = case.applied().await;
    assert_eq!((case.is_in_bulk().await, case.started() > 0), (in_bulk, in_bulk));
    assert_eq!(run["in_bulk"], in_bulk, "the run says so: {run}");
    case.books_agree(&run, products).await;
    case.app.finish().await;
}

#[tokio::test]
async fn what_the_bucket_lets_through_soon_goes_singly() {
    chosen(40, false).await;
}

#[tokio::test]
async fn what_the_bucket_would_draw_out_goes_in_bulk() {
    chosen(400, true).await;
}

#[tokio::test]
async fn a_refused_line_fails_alone() {
    let case = Case::of(ALWAYS, goods(60, 3)).await;
    let variants = case.shop.variants();
    let (gone, refused) = (gid(&variants[0]), gid(&variants[30]));
    case.shop.sim.edit(&[VariantEdit::delete(&gone)]).expect("deleted");
    // This one goes after it was compared.
    case.fault(FaultKind::MerchantEdit { edits: vec![VariantEdit::delete(&refused)] }, "StageUpload");
    let run = case.applied().await;
    assert_eq!(run["state"], "partially_applied", "{run}");
    let targets = case.app.targets(&run).await;
    let codes: Vec<&str> = targets.iter().filter_map(|target| target["reason_code"].as_str()).collect();
    assert_eq!(codes, ["variant.gone", "shop.PRODUCT_VARIANT_DOES_NOT_EXIST"]);
    assert_eq!((case.started(), case.written_singly()), (1, 2), "the others of its product went singly");
    case.books_agree(&run, 178).await;
    case.app.finish().await;
}

#[tokio::test]
async fn a_merchants_price_stays() {
    let case = Case::of(ALWAYS, goods(100, 2)).await;
    let edited = case.shop.sim.edit_share(100, 7).expect("edits");
    let edited: BTreeMap<String, Option<String>> =
        edited.into_iter().map(|effect| (effect.variant_id, effect.new_price)).collect();
    assert!((5..60).contains(&edited.len()), "{edited:?}");
    let run = case.applied().await;
    assert_eq!(run["counts"]["conflict"], json!(edited.len()), "{run}");
    for variant in case.shop.variants() {
        if let Some(price) = edited.get(&gid(&variant)) {
            assert_eq!(Some(variant.price.to_string()), *price);
        }
    }
    assert_eq!(case.started(), 1);
    case.books_agree(&run, 200 - edited.len()).await;
    case.app.finish().await;
}

/// A run whose start goes unanswered. Seen from here an operation that never came looks like one that cannot be found yet.
async fn unanswered(fault: FaultKind, is_listed: bool, starts: usize) {
    let case = Case::of(CURT, goods(30, 2)).await;
    case.fault(fault, START);
    if !is_listed {
        case.fault(FaultKind::HttpErrorBeforeCommit { status: 503 }, "ListBulkMutations");
    }
    let began = case.app.now();
    let run = case.applied().await;
    assert_eq!((run["state"].as_str(), case.started()), (Some("applied"), starts), "{run}");
    assert_eq!(case.written_singly(), 0);
    let waited = case.app.now().duration_since(began).as_secs();
    assert_eq!(waited >= 22, starts == 2 || !is_listed, "{waited} s: it may still have arrived until then");
    case.books_agree(&run, 60).await;
    case.app.finish().await;
}

#[tokio::test]
async fn an_operation_whose_start_went_unanswered_is_found() {
    unanswered(FaultKind::TimeoutAfterCommit { hold_ms: 0 }, true, 1).await;
}

#[tokio::test]
async fn what_an_operation_did_that_could_not_be_found_is_read() {
    unanswered(FaultKind::TimeoutAfterCommit { hold_ms: 0 }, false, 1).await;
}

#[tokio::test]
async fn an_operation_that_never_came_is_started_again_when_it_cannot_come_any_more() {
    unanswered(FaultKind::TimeoutBeforeCommit { hold_ms: 0 }, true, 2).await;
}

#[tokio::test]
async fn answers_lost_on_the_way_to_the_end_change_nothing() {
    let case = Case::of(ALWAYS, goods(30, 2)).await;
    let lost = Fault::once(FaultKind::TimeoutAfterCommit { hold_ms: 0 }, "ReadBulkOperation").times(2);
    case.shop.sim.add_fault(lost);
    let run = case.applied().await;
    assert_eq!((run["state"].as_str(), case.started()), (Some("applied"), 1), "{run}");
    case.books_agree(&run, 60).await;
    case.app.finish().await;
}

async fn lines_missing(fault: FaultKind, starts: usize) {
    let case = Case::of(ALWAYS, goods(60, 1)).await;
    case.fault(fault, OPERATION);
    let run = case.applied().await;
    assert_eq!(run["state"], "applied", "{run}");
    assert_eq!((case.started(), case.written_singly()), (starts, 0));
    case.books_agree(&run, 60).await;
    case.app.finish().await;
}

#[tokio::test]
async fn lines_that_the_result_lacks_are_read_and_not_written_again() {
    lines_missing(FaultKind::BulkLosesLines { every: 2 }, 1).await;
}

#[tokio::test]
async fn lines_that_an_operation_did_not_come_to_go_in_the_next() {
    lines_missing(FaultKind::BulkFails { after_lines: 10 }, 2).await;
}

/// A run whose operation was started, does nothing yet, and is no longer waited for.
pub async fn stuck() -> (Case, String) {
    let case = Case::of(IMPATIENT, goods(30, 2)).await;
    case.fault(FaultKind::HoldBeforeCommit { hold_ms: None }, OPERATION);
    let run = case.app.apply(&case.plan).await;
    case.shop.sim.wait_held(1).await;
    case.app.wait_until("select exists (select from jobs where state = 'queued' and attempts = 1)").await;
    (case, run)
}

#[tokio::test]
async fn an_operation_that_takes_long_is_asked_about_and_not_repeated() {
    let (case, run) = stuck().await;
    // It stays under way far longer than a write could take to arrive.
    for _ in 0..5 {
        case.app.minutes_pass(10);
        case.waits().await;
    }
    assert_eq!((case.started(), writes(&case.shop.sim.journal()).len()), (1, 0));
    case.shop.sim.release();
    case.shop.sim.wait_bulk_over().await;
    let run = case.app.settled(&run).await;
    assert_eq!((run["state"].as_str(), case.started()), (Some("applied"), 1), "{run}");
    case.books_agree(&run, 60).await;
    case.app.finish().await;
}

/// The reading of the first 62 products takes half a minute, so that the other 38 come in a round of their own.
#[tokio::test]
async fn a_run_paused_between_two_rounds_goes_on_with_the_second() {
    let case = Case::of(ALWAYS, goods(100, 4)).await;
    case.fault(FaultKind::HoldBeforeCommit { hold_ms: None }, "nodes");
    case.fault(FaultKind::HoldBeforeCommit { hold_ms: None }, OPERATION);
    let run = case.app.apply(&case.plan).await;
    case.shop.sim.wait_held(1).await;
    // The job's heart beats by real time.
    let kept = "update jobs set lease_until = lease_until + interval '1 hour' where state = 'running'";
    case.app.owner.execute(kept, &[]).await.expect("a lease");
    case.app.clock.advance(jiff::Span::new().seconds(31));
    case.shop.sim.release();
    case.shop.sim.wait_journal(|journal| journal.iter().any(is_start).then_some(())).await;
    case.shop.sim.wait_held(1).await;
    case.app.editor().post(&format!("/runs/{run}/pause"), json!({})).await.expect(200);
    case.shop.sim.release();
    case.app.jobs_done().await;
    let paused = case.app.viewer().get(&format!("/runs/{run}")).await.expect(200);
    let counted = |run: &Value| (run["counts"]["applied"].as_u64(), run["counts"]["queued"].as_u64());
    assert_eq!(
        (paused["state"].as_str(), counted(&paused)),
        (Some("paused"), (Some(248), Some(152))),
        "{paused}"
    );
    assert_eq!((case.started(), case.written_singly()), (1, 0));
    case.app.editor().post(&format!("/runs/{run}/resume"), json!({})).await.expect(202);
    let run = case.app.settled(&run).await;
    assert_eq!((run["state"].as_str(), case.started()), (Some("applied"), 2), "{run}");
    case.books_agree(&run, 400).await;
    case.app.finish().await;
}

#[tokio::test]
async fn a_stopped_run_still_finds_out_what_its_operation_did() {
    let (case, run) = stuck().await;
    case.app.editor().post(&format!("/runs/{run}/stop"), json!({})).await.expect(202);
    case.shop.sim.release();
    case.shop.sim.wait_bulk_over().await;
    let run = case.app.settled(&run).await;
    assert_eq!((run["state"].as_str(), case.started()), (Some("applied"), 1), "{run}");
    case.books_agree(&run, 60).await;
    case.app.finish().await;
}

#[tokio::test]
async fn a_merchants_price_set_over_a_stuck_operation_is_kept_when_it_is_over() {
    let (case, run) = stuck().await;
    case.shop.sim.release();
    case.shop.sim.wait_bulk_over().await;
    let variant = case.shop.variants().remove(7);
    case.shop.sim.edit(&[VariantEdit::price(&gid(&variant), "77.70")]).expect("an edit");
    let run = case.app.settled(&run).await;
    assert_eq!(
        (run["counts"]["applied"].as_u64(), run["counts"]["conflict"].as_u64()),
        (Some(59), Some(1)),
        "{run}"
    );
    assert_eq!(case.shop.variants()[7].price.to_string(), "77.70");
    assert_eq!((case.started(), case.written_singly()), (1, 0));
    case.app.finish().await;
}

/// The shop locks us out while an operation is under way, so that the run ends without knowing what became of it.
#[tokio::test]
async fn a_roll_back_waits_for_an_operation_that_its_run_gave_up() {
    let case = Case::of(IMPATIENT, goods(30, 2)).await;
    let before = case.shop.sim.state().without_times();
    case.fault(FaultKind::HoldBeforeCommit { hold_ms: None }, OPERATION);
    let run = case.app.apply(&case.plan).await;
    case.shop.sim.wait_held(1).await;
    case.app.wait_until("select exists (select from jobs where state = 'queued' and attempts = 1)").await;
    case.shop.sim.set_revoked(true);
    let run = case.app.settled(&run).await;
    assert_eq!(
        (run["state"].as_str(), run["counts"]["failed"].as_u64()),
        (Some("failed"), Some(60)),
        "{run}"
    );
    case.shop.sim.set_revoked(false);
    let path = case.plan.path("/rollback");
    let back = case.app.editor().post(&path, json!({})).await.expect(202);
    case.waits().await;
    assert_eq!(case.shop.sim.state().without_times(), before, "nothing is written yet, by anybody");
    case.shop.sim.release();
    case.shop.sim.wait_bulk_over().await;
    assert_ne!(case.shop.sim.state().without_times(), before);
    let back = case.app.settled(back["id"].as_str().expect("an id")).await;
    assert_eq!(
        (back["state"].as_str(), back["counts"]["applied"].as_u64()),
        (Some("applied"), Some(60)),
        "{back}"
    );
    assert_eq!(case.shop.sim.state().without_times(), before);
    case.app.finish().await;
}

#[tokio::test]
async fn what_cannot_go_in_bulk_goes_singly() {
    let case = Case::of(ALWAYS, goods(30, 2)).await;
    case.fault(FaultKind::HttpErrorBeforeCommit { status: 403 }, START);
    let run = case.applied().await;
    assert_eq!((run["state"].as_str(), case.written_singly()), (Some("applied"), 60), "{run}");
    case.books_agree(&run, 60).await;
    case.app.finish().await;
}
