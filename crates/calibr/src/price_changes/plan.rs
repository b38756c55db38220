//! Planning: one snapshot of the catalogue, the rules' newest versions, frozen rows, one hash over all of it.

use jiff::Timestamp;
use kernel_audit::Change;
use kernel_auth::{Permission, authorize};
use kernel_core::{Ctx, Currency, Error, Result, Role};
use kernel_db::TenantTx;
use kernel_events::Event;
use pricing::{ENGINE_VERSION, GUARDRAIL_VERSION, PlanHeader, PlanRule, PricingContext};
use serde_json::json;

use super::dto::{NewPriceChange, PlanRequest};
use super::freeze::{self, Draft, freeze};
use super::model::State;
use super::replacing;
use super::store::{self, Frozen, PriceChangeRecord};
use crate::accounts::{self, dto::Project};
use crate::catalog::{self, Surface, watermark};
use crate::guardrails::{self, Effective, Others};
use crate::ids::PriceChangeId;
use crate::rules::{self, LoadedRule, Named, ReadyRules};
use crate::state::App;

pub(super) const PRICE_CHANGES_WRITE: Permission = Permission::new("price_changes:write", Role::Editor);
const RULES_MAX: usize = 100;

/// Plans a price change over the whole project.
///
/// # Errors
/// `price_change.rules` (422): no rule, too many, or one twice; a rule is not there (404); `surface.unknown` (422) or
/// `surface.gone` (409); `price_change.surface_sale`, `price_change.replaces` (422).
pub async fn plan(app: &App, ctx: &Ctx, project: Option<&str>, new: NewPriceChange) -> Result<PriceChangeId> {
    authorize(&ctx.actor, PRICE_CHANGES_WRITE)?;
    check_request(&new)?;
    let reading = app.db.repeatable_read(ctx.tenant).await?;
    let project = accounts::resolve_project(&reading, project).await?;
    let instant = instant(ctx, new.at)?;
    let surface = catalog::surface_named(&reading, &project, new.surface.as_deref()).await?;
    let snapshot = catalog::surface_snapshot(app, &reading, project.id, &surface).await?;
    let mut loaded = rules::load_newest(&reading, project.id, &new.rules).await?;
    check_sales(&surface, &loaded)?;
    let named: Vec<Named> = loaded.iter().map(LoadedRule::named).collect();
    let running = rules::running_sales(&reading, project.id, &snapshot, &named).await?;
    check_ends(&new, &running, &loaded)?;
    let context = surface.context(&project, instant);
    let effective = guardrails::effective(&reading, &project, ctx.now()).await?;
    let ready = ReadyRules::compile(&named, &running, &new.ends, &effective.guardrails, &context);
    let ready = ready.map_err(rules::invalid)?;
    loaded.extend(running);
    let header = header(&reading, &project, &context, &effective, &loaded).await?;
    let labels: Vec<String> = loaded.iter().map(LoadedRule::label).collect();

    let replaces = new.replaces;
    let exclude = new.exclude.iter().map(|variant| variant.0.as_u128()).collect();
    let request = PlanRequest {
        rules: new.rules,
        at: new.at,
        ends: new.ends,
        exclude: new.exclude,
        surface: store::beside_base(surface.name.clone()),
    };
    let tx = app.db.tenant_tx(ctx.tenant).await?;
    let record = PriceChangeRecord {
        id: PriceChangeId::new(),
        project: project.id,
        title: new.title.trim().to_owned(),
        note: new.note.map(|note| note.trim().to_owned()).filter(|note| !note.is_empty()),
        state: State::Planned,
        plan_hash: String::new(),
        plan_header: header.canonical_json(),
        surface: surface.name.clone(),
        currency: surface.currency,
        planned_at: ctx.now(),
        author_id: ctx.actor.user().ok_or_else(|| Error::internal("a job planned a price change"))?,
        author: ctx.actor.label.clone(),
        request: Some(serde_json::to_value(&request).map_err(Error::internal)?),
        impact: serde_json::Value::Null,
        verdicts: serde_json::json!([]),
        rows_to_apply: 0,
        rows_written: 0,
        rows_blocked: 0,
        revenue_minor: 0,
        rows_without_sales: 0,
        catalogue_variants: i64::try_from(snapshot.len()).map_err(Error::internal)?,
    };
    store::price_change_insert(&tx, &record, header.catalogue_watermark).await?;
    store::rules_insert(&tx, record.id, &loaded).await?;
    let draft = Draft {
        snapshot,
        rules: ready,
        exclude,
        today: guardrails::day_totals(
            &reading,
            (project.id, &surface.name),
            ctx.now(),
            Others::ApprovedOrStarted,
        )
        .await?,
        header: record.plan_header.clone(),
    };
    let frozen = freeze(&tx, record.id, draft).await?;
    let frozen = completed(&frozen, surface.currency)?;
    store::plan_complete(&tx, record.id, &frozen).await?;
    announce(ctx, &tx, &record, &frozen, &labels).await?;
    if let Some(old) = replaces.filter(|_| frozen.state == State::PendingApproval) {
        replacing::replace(ctx, &tx, &record, old).await?;
    }
    tx.commit().await?;
    Ok(record.id)
}

/// A sale that ends by itself would leave a price of its own where a row followed the base price before, so price lists
/// have none: what was written is taken back instead, which makes such rows follow again.
fn check_sales(surface: &Surface, named: &[LoadedRule]) -> Result<()> {
    let returns = |loaded: &LoadedRule| {
        let timetable = loaded.rule.schedule().and_then(|schedule| schedule.timetable().ok());
        timetable.is_some_and(|timetable| timetable.returns())
    };
    let Some(place) = named.iter().position(returns).filter(|_| !surface.is_base()) else { return Ok(()) };
    let detail = "A sale that ends by itself cannot be planned on a price list. Plan its prices without `until`, and \
                  roll the run back when it is over.";
    Err(Error::unprocessable("price_change.surface_sale", detail).at(
        format!("/rules/{place}"),
        "sale",
        detail,
    ))
}

/// The instant to compute prices for.
fn instant(ctx: &Ctx, at: Option<Timestamp>) -> Result<Timestamp> {
    let now = ctx.now();
    match at {
        Some(at) if at < now => {
            let detail = format!("Prices cannot be planned for the past; it is {now}.");
            Err(Error::unprocessable("price_change.at", detail.clone()).at("/at", "out_of_range", detail))
        }
        at => Ok(at.unwrap_or(now)),
    }
}

/// What is to end must run, and not be planned anew at the same time.
fn check_ends(new: &NewPriceChange, running: &[LoadedRule], named: &[LoadedRule]) -> Result<()> {
    for (place, id) in new.ends.iter().enumerate() {
        let detail = if named.iter().any(|loaded| loaded.id == *id) {
            "This rule is named in `rules` too; it can begin or end, not both."
        } else if running.iter().all(|loaded| loaded.id != *id) {
            "No price comes from a sale of this rule now, so there is nothing to end."
        } else {
            continue;
        };
        return Err(Error::unprocessable("price_change.ends", detail).at(
            format!("/ends/{place}"),
            "ends",
            detail,
        ));
    }
    Ok(())
}

/// What the frozen rows add to the record. A plan that a guardrail of the whole stops goes no further.
fn completed(frozen: &freeze::Frozen, currency: Currency) -> Result<Frozen> {
    let rows_to_apply = frozen.rows_to_apply;
    let stopped = frozen.verdicts.stops().is_some() || frozen.verdicts.need_waivers().next().is_some();
    let verdicts = rules::plan_verdicts(&frozen.verdicts);
    Ok(Frozen {
        state: if rows_to_apply == 0 || stopped { State::Planned } else { State::PendingApproval },
        plan_hash: frozen.plan_hash,
        rows_blocked: i64::try_from(frozen.summary.counts.blocked).map_err(Error::internal)?,
        impact: serde_json::to_value(rules::impact(&frozen.summary, currency)).map_err(Error::internal)?,
        verdicts: serde_json::to_value(verdicts).map_err(Error::internal)?,
        totals: frozen.totals,
        rows_to_apply,
    })
}

fn check_request(new: &NewPriceChange) -> Result<()> {
    if new.title.trim().is_empty() {
        let detail = "Give the price change a title, so that people know it in lists.";
        return Err(Error::unprocessable("price_change.title", detail).at("/title", "required", detail));
    }
    let mut seen = std::collections::HashSet::new();
    let repeated = new.rules.iter().position(|rule| !seen.insert(*rule));
    let (pointer, detail) = match (new.rules.len(), repeated) {
        (0, _) if new.ends.is_empty() => ("/rules".to_owned(), "Name at least one rule.".to_owned()),
        (n, _) if n > RULES_MAX => ("/rules".to_owned(), format!("Name at most {RULES_MAX} rules.")),
        (_, Some(place)) => (format!("/rules/{place}"), "This rule is named twice.".to_owned()),
        _ => return Ok(()),
    };
    Err(Error::unprocessable("price_change.rules", detail.clone()).at(pointer, "rules", detail))
}

async fn header(
    tx: &TenantTx,
    project: &Project,
    context: &PricingContext,
    effective: &Effective,
    loaded: &[LoadedRule],
) -> Result<PlanHeader> {
    let rules = loaded.iter().map(|l| PlanRule { label: l.label(), content_hash: l.content_hash.clone() });
    Ok(PlanHeader {
        engine: ENGINE_VERSION.to_owned(),
        guardrails: GUARDRAIL_VERSION.to_owned(),
        guardrail_settings: effective.content_hash.clone(),
        waivers: effective.waivers.iter().map(|waiver| waiver.id.to_string()).collect(),
        project: project.id.to_string(),
        surface: context.surface.clone(),
        currency: context.currency,
        country: context.country.clone(),
        tax: context.tax.map(|tax| tax.to_string()),
        instant: context.instant,
        catalogue_watermark: watermark(tx).await?,
        rules: rules.collect(),
    })
}

async fn announce(
    ctx: &Ctx,
    tx: &TenantTx,
    record: &PriceChangeRecord,
    frozen: &Frozen,
    labels: &[String],
) -> Result<()> {
    let shown = json!({
        "state": frozen.state.as_str(), "title": record.title, "plan_hash": frozen.plan_hash.to_string(),
        "rules": labels, "rows_to_apply": frozen.rows_to_apply, "rows_blocked": frozen.rows_blocked,
    });
    let change = Change {
        action: "price_change.planned",
        entity_type: "price_change",
        entity_id: record.id.to_string(),
        before: None,
        after: Some(shown.clone()),
        reason: record.note.clone(),
    };
    kernel_audit::record(ctx, tx, &[change]).await?;
    let event = Event {
        key: format!("price_change.planned/{}", record.id),
        kind: "price_change.planned",
        entity_type: "price_change",
        entity_id: record.id.to_string(),
        payload: shown,
    };
    Ok(kernel_events::append(ctx, tx, &[event]).await?)
}
