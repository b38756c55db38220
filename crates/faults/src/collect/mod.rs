//! Gathers the history of one project for the judge: from the shop's journal and by SQL of its own, never through the
//! product's code. All SQL over what a seed left behind.

mod apart;
mod state;

use std::collections::HashMap;

use anyhow::Context as _;
use jiff::Timestamp;
use kernel_core::TenantId;
use serde_json::Value;
use simulators::shopify::{CallOutcome, Effect, Handle, JournalEntry, ShopState, Source as Who, Variant};
use tokio_postgres::{Client, Row};
use uuid::Uuid;

pub use apart::names_of;

use crate::driver::CLIENTS;
use crate::history::{Act, Change, Delivery, Entry, Grant, History, Line, Price, Run, State, Target, Told};
use crate::real::notes;

/// Where a history is to be gathered from.
pub struct Source<'a> {
    /// Sees everything in the database.
    pub owner: &'a Client,
    /// Whose.
    pub tenant: TenantId,
    /// Slug of the project.
    pub project: &'a str,
    /// The shop.
    pub shop: &'a Handle,
    /// The shop before anything happened.
    pub before: &'a ShopState,
    /// The position in the event log before anything happened.
    pub since: i64,
}

/// Jobs that look after a run long after it has ended.
pub(crate) const AFTERCARE: &str = "kind in ('price_changes.return', 'runs.reconcile', 'runs.sweep')";

/// What names mean in one history.
struct Names {
    runs: HashMap<Uuid, usize>,
    /// The shop's variants by gid.
    gids: HashMap<String, usize>,
    /// Our variants by id.
    variants: HashMap<Uuid, usize>,
}

impl Names {
    /// Our variants as audit and events name them.
    fn entities(&self) -> Vec<String> {
        self.variants.keys().map(|id| calibr::ids::VariantId(*id).to_string()).collect()
    }

    /// The runs as jobs and as targets name them.
    fn run_texts(&self) -> Vec<String> {
        self.runs.keys().flat_map(|id| [id.to_string(), calibr::ids::RunId(*id).to_string()]).collect()
    }
}

const OF_PROJECT: &str = "(select id from projects where tenant_id = $1 and slug = $2)";

/// Everything that is left of a project's runs.
///
/// # Errors
/// The database refused, or holds something that cannot be understood.
pub async fn history(source: &Source<'_>) -> anyhow::Result<History> {
    let first = variants(source.before);
    let last: HashMap<String, Price> = variants(&source.shop.state()).into_iter().collect();
    let gids: HashMap<String, usize> =
        first.iter().enumerate().map(|(number, (gid, _))| (gid.clone(), number)).collect();
    let mut history = History {
        at_last: first.iter().map(|(gid, price)| last.get(gid).copied().unwrap_or(*price)).collect(),
        at_first: first.into_iter().map(|(_, price)| price).collect(),
        journal: journal(&source.shop.journal(), &gids)?,
        ..History::default()
    };
    let mut names = Names { runs: HashMap::new(), gids, variants: HashMap::new() };
    runs(source, &mut history, &mut names).await?;
    targets(source, &mut history, &mut names).await?;
    grants(source, &mut history, &names).await?;
    audit(source, &mut history, &names).await?;
    events(source, &mut history, &names).await?;
    versions(source, &mut history, &names).await?;
    history.jobs_left = jobs_left(source).await?;
    history.strangers = apart::strangers(source, &names).await?;
    state::drifts(source, &mut history, &names).await?;
    history.state_hashes = Some(state::state_hashes(source, &history, &names).await?);
    Ok(history)
}

/// Whether a run of the project wrote anything, or may have, and nobody took it back yet.
///
/// # Errors
/// The database refused.
pub async fn has_anything_to_take_back(source: &Source<'_>) -> anyhow::Result<bool> {
    let sql = format!(
        "select exists (select 1 from rule_targets t join rule_runs r on r.tenant_id = t.tenant_id and r.id = t.run_id
            where t.tenant_id = $1 and r.project_id = {OF_PROJECT}
              and (t.state = 'applied' or t.state in ('failed', 'conflict') and t.sent_at is not null))
         and not exists (select 1 from rule_runs
            where tenant_id = $1 and project_id = {OF_PROJECT} and kind = 'roll_back')"
    );
    Ok(source.owner.query_one(&sql, &[&source.tenant.0, &source.project]).await?.get(0))
}

/// The newest run of the project in one of these states, as the API names it.
///
/// # Errors
/// The database refused.
pub async fn run_in(source: &Source<'_>, states: &[&str]) -> anyhow::Result<Option<String>> {
    let sql = format!(
        "select id from rule_runs where tenant_id = $1 and project_id = {OF_PROJECT} and state = any($3)
         order by id desc limit 1"
    );
    let row = source.owner.query_opt(&sql, &[&source.tenant.0, &source.project, &states]).await?;
    Ok(row.map(|row| calibr::ids::RunId(row.get(0)).to_string()))
}

/// The open drifts of the project, as the API names them.
///
/// # Errors
/// The database refused.
pub async fn open_drifts(source: &Source<'_>) -> anyhow::Result<Vec<String>> {
    let sql = format!(
        "select id from price_drifts where tenant_id = $1 and project_id = {OF_PROJECT} and state = 'open' order by id"
    );
    let rows = source.owner.query(&sql, &[&source.tenant.0, &source.project]).await?;
    Ok(rows.iter().map(|row| calibr::ids::DriftId(row.get(0)).to_string()).collect())
}

/// The run of the project with targets that failed, as the API names it.
///
/// # Errors
/// The database refused.
pub async fn failed_run(source: &Source<'_>) -> anyhow::Result<Option<String>> {
    let sql = format!(
        "select t.run_id from rule_targets t join rule_runs r on r.tenant_id = t.tenant_id and r.id = t.run_id
         where t.tenant_id = $1 and r.project_id = {OF_PROJECT} and t.state = 'failed' limit 1"
    );
    let row = source.owner.query_opt(&sql, &[&source.tenant.0, &source.project]).await?;
    Ok(row.map(|row| calibr::ids::RunId(row.get(0)).to_string()))
}

/// Shopify's id of a variant.
#[must_use]
pub fn gid(variant: &Variant) -> String {
    format!("gid://shopify/ProductVariant/{}", variant.id)
}

/// What a variant costs in the shop.
#[must_use]
pub fn price_of(variant: &Variant) -> Price {
    let minor = |amount: String| minor(&amount).expect("the shop has two decimals");
    Price {
        minor: minor(variant.price.to_string()),
        compare_at_minor: variant.compare_at.map(|amount| minor(amount.to_string())),
    }
}

fn variants(shop: &ShopState) -> Vec<(String, Price)> {
    let all = shop.products.iter().flat_map(|product| &product.variants);
    all.map(|variant| (gid(variant), price_of(variant))).collect()
}

/// An amount with up to two decimals in minor units.
fn minor(amount: &str) -> anyhow::Result<i64> {
    let (whole, rest) = amount.split_once('.').unwrap_or((amount, ""));
    Ok(format!("{whole}{rest:0<2}").parse()?)
}

fn journal(entries: &[JournalEntry], gids: &HashMap<String, usize>) -> anyhow::Result<Vec<Entry>> {
    let mut told = Vec::new();
    for entry in entries {
        let act = match (entry.source, entry.outcome) {
            (Who::Merchant, _) => Act::Edit(changes(&entry.effects, gids)?),
            _ if !entry.effects.is_empty() => Act::Write(changes(&entry.effects, gids)?),
            (_, CallOutcome::Ok) if entry.answered => match read(entry, gids) {
                Some(variants) => Act::Read(variants),
                None => continue,
            },
            _ => continue,
        };
        let client = entry.client.as_deref().unwrap_or_default();
        let by = match client.strip_prefix(notes::SERVER) {
            Some(pid) => CLIENTS.len() + 1 + pid.parse::<usize>()?,
            None => CLIENTS.iter().position(|one| *one == client).unwrap_or(CLIENTS.len()),
        };
        let at_ms = i64::try_from(entry.arrived_ms)?;
        let entry_told = Entry { arrived: entry.sequence, by, at_ms, act };
        told.push((entry.took_effect, entry_told));
    }
    told.sort_by_key(|(took_effect, _)| *took_effect);
    Ok(told.into_iter().map(|(_, entry)| entry).collect())
}

/// The variants that were read by id.
fn read(entry: &JournalEntry, gids: &HashMap<String, usize>) -> Option<Vec<usize>> {
    let ids = entry.variables["ids"].as_array()?;
    Some(ids.iter().filter_map(|id| gids.get(id.as_str()?).copied()).collect())
}

fn changes(effects: &[Effect], gids: &HashMap<String, usize>) -> anyhow::Result<Vec<Change>> {
    let price = |price: &str, compare_at: Option<&String>| -> anyhow::Result<Price> {
        let compare_at_minor = compare_at.map(|amount| minor(amount)).transpose()?;
        Ok(Price { minor: minor(price)?, compare_at_minor })
    };
    let change = |effect: &Effect| {
        Ok(Change {
            variant: *gids.get(&effect.variant_id).context("a variant that was not there at first")?,
            from: price(&effect.old_price, effect.old_compare_at.as_ref())?,
            to: price(
                effect.new_price.as_deref().context("a variant was deleted")?,
                effect.new_compare_at.as_ref(),
            )?,
        })
    };
    effects.iter().map(change).collect()
}

async fn runs(source: &Source<'_>, history: &mut History, names: &mut Names) -> anyhow::Result<()> {
    let sql = format!(
        "select id, kind, finished_at is not null and state not in ('queued', 'applying') as is_settled from rule_runs
         where tenant_id = $1 and project_id = {OF_PROJECT} order by id"
    );
    for row in source.owner.query(&sql, &[&source.tenant.0, &source.project]).await? {
        names.runs.insert(row.get("id"), history.runs.len());
        let is_roll_back = row.get::<_, &str>("kind") == "roll_back";
        history.runs.push(Run { is_roll_back, is_settled: row.get("is_settled") });
    }
    Ok(())
}

async fn targets(source: &Source<'_>, history: &mut History, names: &mut Names) -> anyhow::Result<()> {
    let sql = format!(
        "select t.* from rule_targets t join rule_runs r on r.tenant_id = t.tenant_id and r.id = t.run_id
         where t.tenant_id = $1 and r.project_id = {OF_PROJECT} order by r.id, t.row"
    );
    for row in source.owner.query(&sql, &[&source.tenant.0, &source.project]).await? {
        let gid: &str = row.get("external_variant_id");
        let variant = *names.gids.get(gid).with_context(|| format!("an unknown variant {gid}"))?;
        names.variants.insert(row.get("variant_id"), variant);
        history.targets.push(Target {
            run: names.runs[&row.get("run_id")],
            variant,
            before: stored(&row, "before_minor", "compare_at_before_minor"),
            after: stored(&row, "after_minor", "compare_at_after_minor"),
            state: match row.get::<_, &str>("state") {
                "applied" => State::Applied,
                "conflict" => State::Conflict,
                "failed" => State::Failed,
                "skipped" if row.get::<_, Option<&str>>("reason_code") == Some("run.stopped") => {
                    State::NotComeTo
                }
                "skipped" => State::Skipped,
                "rolled_back" => State::RolledBack,
                _ => State::Open,
            },
            may_have_left: row.get::<_, Option<Timestamp>>("sent_at").is_some(),
        });
    }
    Ok(())
}

fn stored(row: &Row, price: &str, compare_at: &str) -> Price {
    Price { minor: row.get(price), compare_at_minor: row.get(compare_at) }
}

async fn grants(source: &Source<'_>, history: &mut History, names: &Names) -> anyhow::Result<()> {
    let sql = "select g.*, t.variant_id from faults.grants g
         left join rule_targets t on t.tenant_id = g.tenant_id and t.run_id::text = g.run and t.row = g.row
         where g.tenant_id = $1 and g.run = any($2) order by g.place";
    for row in source.owner.query(sql, &[&source.tenant.0, &names.run_texts()]).await? {
        let run: &str = row.get("run");
        let id = run.parse::<calibr::ids::RunId>().map(|id| id.0).or_else(|_| run.parse::<Uuid>())?;
        let Some(&run) = names.runs.get(&id) else { continue };
        let (batch, fence) = (row.get("batch"), row.get("fence"));
        history.grants.push(match row.get::<_, Option<Timestamp>>("at") {
            None => Grant::Lease { run, batch, fence },
            Some(at) => {
                let variant = names.variants[&row.get("variant_id")];
                Grant::Send { run, batch, fence, variant, at_ms: at.as_millisecond() }
            }
        });
    }
    Ok(())
}

async fn audit(source: &Source<'_>, history: &mut History, names: &Names) -> anyhow::Result<()> {
    let sql = "select action, entity_id, before, after, array(select r.id from rule_runs r
            where r.tenant_id = a.tenant_id and r.correlation_id = a.correlation_id) as runs
         from audit_records a where tenant_id = $1 and entity_type = 'variant' and entity_id = any($2) and action like 'price.%' order by id";
    for row in source.owner.query(sql, &[&source.tenant.0, &names.entities()]).await? {
        let Some(told) = told(row.get("action")) else { continue };
        let Some(variant) = variant_of(&row, names)? else { continue };
        let (before, after): (Value, Value) = (row.get("before"), row.get("after"));
        let planned = if told == Told::Applied { &after } else { &after["planned"] };
        let (before, after) = (shown(&before)?, shown(planned)?);
        let is_its = |t: &&Target| t.variant == variant && t.before == before && t.after == after;
        // Two roll backs of one run plan the same; what asked for them tells them apart.
        let asked: Vec<Uuid> = row.get("runs");
        let asked: Vec<usize> = asked.iter().filter_map(|id| names.runs.get(id).copied()).collect();
        let its = history.targets.iter().filter(is_its).map(|target| target.run);
        let run = its.clone().find(|run| asked.contains(run)).or_else(|| its.clone().next());
        history.audit.push(Line { run: run.unwrap_or(usize::MAX), variant, told });
    }
    Ok(())
}

async fn events(source: &Source<'_>, history: &mut History, names: &Names) -> anyhow::Result<()> {
    let sql = "select type, entity_id, payload ->> 'run_id' as run from event_log
         where tenant_id = $1 and entity_type = 'variant' and entity_id = any($2) and type like 'price.%' order by position";
    for row in source.owner.query(sql, &[&source.tenant.0, &names.entities()]).await? {
        let Some(told) = told(row.get("type")) else { continue };
        let Some(variant) = variant_of(&row, names)? else { continue };
        let run: Option<&str> = row.get("run");
        let run = run.and_then(|run| run.parse::<calibr::ids::RunId>().ok());
        let run = run.and_then(|run| names.runs.get(&run.0)).copied();
        history.events.push(Line { run: run.unwrap_or(usize::MAX), variant, told });
    }
    Ok(())
}

/// What an action says about a target's end. Drift is found after it.
fn told(action: &str) -> Option<Told> {
    match action {
        "price.applied" | "price.rolled_back" => Some(Told::Applied),
        "price.conflict" | "price.failed" | "price.skipped" => Some(Told::NotApplied),
        _ => None,
    }
}

fn variant_of(row: &Row, names: &Names) -> anyhow::Result<Option<usize>> {
    let id: calibr::ids::VariantId = row.get::<_, &str>("entity_id").parse()?;
    Ok(names.variants.get(&id.0).copied())
}

fn shown(value: &Value) -> anyhow::Result<Price> {
    let amount = |value: &Value| minor(value["amount"].as_str().context("an amount")?);
    let compare_at = &value["compare_at"];
    Ok(Price {
        minor: amount(&value["price"])?,
        compare_at_minor: if compare_at.is_null() { None } else { Some(amount(compare_at)?) },
    })
}

async fn versions(source: &Source<'_>, history: &mut History, names: &Names) -> anyhow::Result<()> {
    let sql = "select source_id, variant_id, unit_amount_minor, compare_at_minor from price_versions
         where tenant_id = $1 and variant_id = any($2) and source in ('price_change', 'roll_back')";
    let variants: Vec<Uuid> = names.variants.keys().copied().collect();
    for row in source.owner.query(sql, &[&source.tenant.0, &variants]).await? {
        let run: Option<&str> = row.get("source_id");
        let run = run.and_then(|run| run.parse::<calibr::ids::RunId>().ok());
        let run = run.and_then(|run| names.runs.get(&run.0)).copied().unwrap_or(usize::MAX);
        let price = stored(&row, "unit_amount_minor", "compare_at_minor");
        history.versions.push((run, names.variants[&row.get("variant_id")], price));
    }
    Ok(())
}

/// The thing whose order an event keeps. Nobody holds a project to tell of it, so what is told of one stands alone.
pub(crate) const TOLD_OF: &str = "concat_ws(' ', e.entity_type, e.entity_id, \
    case when e.entity_type = 'project' then e.position end)";

/// What the harness's own consumer got of the tenant's events.
///
/// # Errors
/// The database refused.
pub async fn delivery(source: &Source<'_>) -> anyhow::Result<Delivery> {
    let params: [&(dyn tokio_postgres::types::ToSql + Sync); 2] = [&source.tenant.0, &source.since];
    let committed = format!(
        "select e.position, {TOLD_OF} from event_log e where e.tenant_id = $1 and e.position > $2 order by e.position"
    );
    let consumed = "select e.position from event_log e
         join faults.consumed c on c.tenant_id = e.tenant_id and c.event_id = e.id
         where e.tenant_id = $1 and e.position > $2 order by c.place";
    Ok(Delivery {
        committed: source
            .owner
            .query(&committed, &params)
            .await?
            .iter()
            .map(|row| (row.get(0), row.get(1)))
            .collect(),
        consumed: source.owner.query(consumed, &params).await?.iter().map(|row| row.get(0)).collect(),
    })
}

async fn jobs_left(source: &Source<'_>) -> anyhow::Result<usize> {
    let sql = format!(
        "select count(*) from jobs where tenant_id = $1 and not (state = 'queued' and {AFTERCARE})
         and (state not in ('done', 'cancelled') or lease_owner is not null)"
    );
    Ok(usize::try_from(source.owner.query_one(&sql, &[&source.tenant.0]).await?.get::<_, i64>(0))?)
}
