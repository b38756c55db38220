//! The driver: plays a seed in one process, with the parts of the server as they are, a simulated shop and a clock that
//! nobody waits for. What a process loses when it dies it loses here too: everything but the database and the shop.

mod arena;
mod calls;
mod campaign;
mod consumer;
mod held;
mod hooks;
mod neighbour;
mod people;
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
pub(crate) use plan::is_everywhere;
pub use plan::{Act, Drift, Edit, Fault, Hurt, Plan, Set, Settle, Verb, Wave, Weather, pairs};

use crate::collect::{self, Source};
use crate::history::{History, Price, Recovery};
use calls::Caller;
use hooks::Hooks;
use neighbour::Neighbour;
use people::People;
use world::{Around, Move, World};

const READ: &str = "nodes";
const WRITE: &str = "productVariantsBulkUpdate";
const BULK_WRITE: &str = "bulkOperationRunMutation";

/// What a seed left behind.
pub struct Played {
    /// Everything that the judge looks at.
    pub history: History,
    /// The same of another tenant that was at work meanwhile.
    pub neighbour: Option<History>,
    /// Pairs of point and hurt that were really met.
    pub hits: BTreeSet<(&'static str, Hurt)>,
}

/// Plays a seed.
///
/// # Errors
/// It could not be played to its end; that is a failure of the seed.
pub async fn play(arena: &Arena, plan: Plan) -> anyhow::Result<Played> {
    let place = usize::from(plan.random % 2 == 1);
    let (tenant, other) = (&arena.tenants[place], &arena.tenants[1 - place]);
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
    let neighbour = match plan.neighbour {
        true => Some(Neighbour::moves_in(arena, other, &plan).await?),
        false => None,
    };
    let (their_shop, theirs) = neighbour.map_or((None, None), |one| (Some(one.shop), Some(one.work)));
    let around = Around { time: arena.time.clone(), shop, their_shop, owner: Arc::clone(&arena.owner) };
    let world = Arc::new(World::new(plan.clone(), around, moves(&before)));
    let caller = |token| Caller { api: &arena.api, token };
    let (editor, approver, admin) = (caller(&tenant.editor), caller(&tenant.approver), caller(&tenant.admin));

    let channel = admin.post(&format!("/channels?project={slug}"), &url).await?;
    let channel = text(&channel["id"])?;
    let ingested = editor.insist(&world, &format!("/channels/{channel}/ingest"), &json!({})).await?;
    ensure!(ingested.status.is_success(), "ingest: {} {}", ingested.status, ingested.body);
    let planned = approved(&editor, &approver, &slug, &rule()).await?;

    arena.forget_aftercare().await?;
    if let Some(drift) = plan.drift {
        listen(&admin, &world, &slug, &channel, drift).await?;
    }
    let source = Source {
        owner: &arena.owner,
        tenant: tenant.id,
        project: &slug,
        shop: &world.shop,
        before: &before,
        since,
    };
    let people = People { arena, world: &world, editor, project: &slug, channel: &channel, source };
    bad_weather(&world);
    if let Some(theirs) = &theirs {
        theirs.begin(arena, other).await?;
    }
    let lag_ms = played(&people, &planned).await?;
    let mut history = collect::history(&people.source).await?;
    history.deliveries = vec![collect::delivery(&people.source).await?];
    history.recovery = lag_ms;
    ensure!(!history.runs.is_empty(), "the run was never started");
    let neighbour = match (&theirs, &world.their_shop) {
        (Some(theirs), Some(shop)) => {
            let source = theirs.source(arena, other, shop, since);
            let mut told = collect::history(&source).await?;
            told.deliveries = vec![collect::delivery(&source).await?];
            told.strangers.extend(collect::names_of(&source, &people.source).await?);
            history.strangers.extend(collect::names_of(&people.source, &source).await?);
            ensure!(!told.runs.is_empty(), "the neighbour's run was never started");
            Some(told)
        }
        _ => None,
    };
    Ok(Played { history, neighbour, hits: world.hits() })
}

/// What happens to the plan, from its start to the end of everything; answers with how fast all was well again.
async fn played(people: &People<'_>, planned: &Planned) -> anyhow::Result<Recovery> {
    let People { arena, world, editor, source, .. } = people;
    let plan = &world.plan;
    let mut hooks = Hooks::default();
    let mut apply = json!({ "plan_hash": planned.hash });
    if plan.wave.is_some() {
        apply["canary"] = json!({ "percent": 50, "wait": "10m" });
    }
    let id = &planned.id;
    started(editor, world, &format!("/price-changes/{id}/apply"), &apply).await?;
    people.work_off(&mut hooks).await?;
    if plan.locked_out {
        world.shop.set_revoked(false);
        retry(editor, world, source).await?;
        people.work_off(&mut hooks).await?;
    }
    if plan.roll_back && collect::has_anything_to_take_back(source).await? {
        started(editor, world, &format!("/price-changes/{id}/rollback"), &json!({})).await?;
        people.work_off(&mut hooks).await?;
    }
    people.drift(&mut hooks).await?;
    if plan.looks_after {
        people.look_after(&mut hooks).await?;
    }
    world.calm_down();
    if plan.drift.is_some() {
        // Whoever planned to put something back and died is no longer waited for.
        world.time.pass(600_000);
    }
    let calm_ms = arena.time.at_ms();
    if plan.drift.is_some() {
        people.sweep(&mut hooks).await?;
    }
    let lag_ms = consumer::drain(arena, source.since).await?;
    Ok(Recovery { after_ms: arena.time.at_ms() - calm_ms, lag_ms })
}

/// An approved price change.
struct Planned {
    pub id: String,
    pub hash: String,
}

/// Plans a rule over everything, and has it approved.
async fn approved(
    editor: &Caller<'_>,
    approver: &Caller<'_>,
    project: &str,
    rule: &Value,
) -> anyhow::Result<Planned> {
    let rule = editor.post(&format!("/rules?project={project}"), rule).await?;
    let new = json!({ "title": "Faults", "rules": [text(&rule["rule"]["id"])?] });
    let planned = editor.post(&format!("/price-changes?project={project}"), &new).await?;
    let planned = Planned { id: text(&planned["id"])?, hash: text(&planned["plan_hash"])? };
    let signed = json!({ "plan_hash": planned.hash });
    approver.post(&format!("/price-changes/{}/approve", planned.id), &signed).await?;
    Ok(planned)
}

/// Listens to the shop, and sets what the project does about drift.
async fn listen(
    admin: &Caller<'_>,
    world: &World,
    project: &str,
    channel: &str,
    drift: Drift,
) -> anyhow::Result<()> {
    let new = json!({ "public_url": hooks::ADDRESS, "client_secret": "shpss_simulated_0000000000000000" });
    admin.post(&format!("/channels/{channel}/webhooks"), &new).await?;
    let policy = match drift.settle {
        _ if !drift.by_policy => "hold",
        Settle::Hold => "hold",
        Settle::Adopt => "adopt",
        Settle::PutBack => "put_back",
    };
    let set = json!({ "policy": policy });
    admin.put(&format!("/drifts/policy?project={project}"), &set).await?;
    ensure!(world.shop.webhooks().is_empty(), "nothing has happened yet");
    Ok(())
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
    // Each has chances of its own: of one seed, the rarer would only ever hit where the commoner hits first.
    let mut chances = seed;
    let mut often = |kind, operation, per_mille| {
        chances = chances.wrapping_add(1);
        if per_mille > 0 {
            world.shop.add_fault(ShopFault::seeded(kind, operation, per_mille, chances).times(6));
        }
    };
    for write in [WRITE, BULK_WRITE] {
        often(FaultKind::TimeoutAfterCommit { hold_ms: 0 }, write, weather.lost_answers);
        often(FaultKind::TimeoutBeforeCommit { hold_ms: 0 }, write, weather.lost_calls);
        often(FaultKind::CutAnswer { after_bytes: 30 }, write, weather.lost_answers);
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
