//! The driver: plays a seed in one process, with the parts of the server as they are, a simulated shop and a clock that
//! nobody waits for. What a process loses when it dies it loses here too: everything but the database and the shop.

mod arena;
mod calls;
mod campaign;
mod consumer;
mod plan;
mod process;
mod time;
mod work;
mod world;

use std::collections::BTreeSet;
use std::sync::Arc;

use anyhow::{Context as _, bail, ensure};
use serde_json::{Value, json};
use simulators::shopify::{
    Catalogue, Config, Fault as ShopFault, FaultKind, ProductRow, ShopState, Simulator, VariantRow,
};

pub use arena::Arena;
pub(crate) use arena::{CLIENTS, Tenant, WATCH, tenant};
pub(crate) use calls::rule;
pub use campaign::{Campaign, campaign};
pub use plan::{Edit, Fault, Hurt, Plan, Set, Weather, pairs};

use crate::collect::{self, Source};
use crate::history::{History, Price, Recovery};
use calls::Caller;
use world::{Move, World};

const READ: &str = "nodes";
const WRITE: &str = "productVariantsBulkUpdate";
const BULK_WRITE: &str = "bulkOperationRunMutation";

/// What a seed left behind.
pub struct Played {
    /// Everything that the judge looks at.
    pub history: History,
    /// Pairs of point and hurt that were really met.
    pub hits: BTreeSet<(&'static str, Hurt)>,
}

/// Plays a seed.
///
/// # Errors
/// It could not be played to its end; that is a failure of the seed.
pub async fn play(arena: &Arena, plan: Plan) -> anyhow::Result<Played> {
    let tenant = &arena.tenants[usize::from(plan.random % 2 == 1)];
    let slug = format!("s{}-{}", plan.seed, uuid::Uuid::now_v7().simple());
    arena.project(tenant, &slug).await?;
    let since = arena.end_of_log().await?;
    arena::prefer_bulk(plan.bulk);
    let shop = Simulator::start(Config {
        domain: format!("{slug}.myshopify.com"),
        rate: 1000,
        bulk_pause_ms: 1,
        clock: Arc::new(arena.time.clone()),
        ..Config::new(goods(&plan))
    })
    .await?;
    let before = shop.state();
    let url = json!({ "shop_domain": format!("{slug}.myshopify.com"), "access_token": shop.token, "base_url": shop.url });
    let moves = moves(&before);
    let caller = |token| Caller { api: &arena.api, token };
    let (editor, approver, admin) = (caller(&tenant.editor), caller(&tenant.approver), caller(&tenant.admin));
    let world = Arc::new(World::new(plan.clone(), arena.time.clone(), shop, Arc::clone(&arena.owner), moves));

    let channel = admin.post(&format!("/channels?project={slug}"), &url).await?;
    let channel = text(&channel["id"])?;
    let ingested = editor.insist(&world, &format!("/channels/{channel}/ingest"), &json!({})).await?;
    ensure!(ingested.status.is_success(), "ingest: {} {}", ingested.status, ingested.body);
    let rule = editor.post(&format!("/rules?project={slug}"), &rule()).await?;
    let new = json!({ "title": "Faults", "rules": [text(&rule["rule"]["id"])?] });
    let planned = editor.post(&format!("/price-changes?project={slug}"), &new).await?;
    let (id, hash) = (text(&planned["id"])?, text(&planned["plan_hash"])?);
    approver.post(&format!("/price-changes/{id}/approve"), &json!({ "plan_hash": hash })).await?;

    arena.forget_aftercare().await?;
    let source = Source {
        owner: &arena.owner,
        tenant: tenant.id,
        project: &slug,
        shop: &world.shop,
        before: &before,
        since,
    };
    bad_weather(&world);
    started(&editor, &world, &format!("/price-changes/{id}/apply"), &json!({ "plan_hash": hash })).await?;
    work::work_off(arena, &world).await?;
    if plan.locked_out {
        world.shop.set_revoked(false);
        retry(&editor, &world, &source).await?;
        work::work_off(arena, &world).await?;
    }
    if plan.roll_back && collect::has_anything_to_take_back(&source).await? {
        started(&editor, &world, &format!("/price-changes/{id}/rollback"), &json!({})).await?;
        work::work_off(arena, &world).await?;
    }
    world.calm_down();
    let calm_ms = arena.time.at_ms();
    let lag_ms = consumer::drain(arena, since).await?;
    let mut history = collect::history(&source).await?;
    history.deliveries = vec![collect::delivery(&source).await?];
    history.recovery = Recovery { after_ms: arena.time.at_ms() - calm_ms, lag_ms };
    ensure!(!history.runs.is_empty(), "the run was never started");
    Ok(Played { history, hits: world.hits() })
}

/// Starts a run. A refusal stands where an earlier request that nobody heard the answer of has started it.
async fn started(editor: &Caller<'_>, world: &Arc<World>, path: &str, body: &Value) -> anyhow::Result<()> {
    let answer = editor.insist(world, path, body).await?;
    if answer.status.is_success() || answer.status == 409 {
        return Ok(());
    }
    bail!("POST {path}: {} {}", answer.status, answer.body)
}

/// Retries what failed, if anything did.
async fn retry(editor: &Caller<'_>, world: &Arc<World>, source: &Source<'_>) -> anyhow::Result<()> {
    match collect::failed_run(source).await? {
        Some(run) => started(editor, world, &format!("/runs/{run}/retry-failed"), &json!({})).await,
        None => Ok(()),
    }
}

fn bad_weather(world: &World) {
    let weather = world.plan.weather;
    let seed = world.plan.random;
    let often = |kind, operation, per_mille| {
        if per_mille > 0 {
            world.shop.add_fault(ShopFault::seeded(kind, operation, per_mille, seed).times(6));
        }
    };
    for write in [WRITE, BULK_WRITE] {
        often(FaultKind::TimeoutAfterCommit { hold_ms: 0 }, write, weather.lost_answers);
        often(FaultKind::TimeoutBeforeCommit { hold_ms: 0 }, write, weather.lost_calls);
        often(FaultKind::Throttle, write, weather.throttled);
        often(FaultKind::HttpErrorAfterCommit { status: 502 }, write, weather.server_errors);
    }
    if world.plan.bulk {
        often(FaultKind::BulkLosesLines { every: 3 }, "bulk_mutation", weather.lost_answers);
        often(FaultKind::BulkFails { after_lines: 5 }, "bulk_mutation", weather.lost_calls);
    }
    often(FaultKind::HttpErrorBeforeCommit { status: 503 }, READ, weather.server_errors);
    if weather.late_write && !world.plan.slow {
        let (write, skip) = match world.plan.bulk {
            true => (BULK_WRITE, 0),
            false => (WRITE, seed % world.plan.products as u64),
        };
        let hold = ShopFault::once(FaultKind::HoldBeforeCommit { hold_ms: None }, write);
        world.shop.add_fault(ShopFault { skip, ..hold });
    }
    if world.plan.slow {
        world
            .shop
            .add_fault(ShopFault::once(FaultKind::HoldBeforeCommit { hold_ms: Some(90) }, READ).times(2));
    }
}

/// Prices are whole tenths, so that a tenth off is exact; every other variant has a compare-at price.
fn goods(plan: &Plan) -> Catalogue {
    let product = |p: usize| {
        let mut row = ProductRow::new(&format!("goods-{p}"), &format!("Goods {p}"));
        row.option_names = vec!["Size".to_owned()];
        row.variants = (0..plan.variants).map(|v| variant(plan, p, v)).collect();
        row
    };
    Catalogue::new((0..plan.products).map(product).collect())
}

fn variant(plan: &Plan, product: usize, variant: usize) -> VariantRow {
    let price = 1000 + 70 * product + 310 * variant + 10 * usize::try_from(plan.seed % 50).unwrap_or(0);
    let amount = |minor: usize| format!("{}.{:02}", minor / 100, minor % 100).parse().expect("an amount");
    VariantRow {
        option_values: vec![format!("Size {variant}")],
        sku: Some(format!("S-{product}-{variant}")),
        compare_at: (variant % 2 == 1).then(|| amount(price + 1000)),
        ..VariantRow::new(amount(price))
    }
}

fn moves(shop: &ShopState) -> Vec<Move> {
    let variants = shop.products.iter().flat_map(|product| &product.variants);
    let planned = variants.map(|variant| {
        let before = collect::price_of(variant);
        let after = Price { minor: before.minor / 10 * 9, ..before };
        Move { gid: collect::gid(variant), before, after }
    });
    planned.collect()
}

fn text(value: &Value) -> anyhow::Result<String> {
    value.as_str().map(str::to_owned).with_context(|| format!("{value} is not text"))
}
