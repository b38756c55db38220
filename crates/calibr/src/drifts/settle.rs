//! Settling drifts: taking the shop's price as ours, or planning a price change that sets ours again.

use kernel_auth::{Permission, authorize};
use kernel_core::{Ctx, Error, ProjectId, Result, Role, failpoint};
use kernel_db::TenantTx;
use serde_json::{Value, json};
use uuid::Uuid;

use super::dto::Drift;
use super::model::Amounts;
use super::policy::PUT_BACK_AT_ONCE;
use super::store::{self, DriftRecord};
use super::tell;
use crate::accounts;
use crate::catalog::{BASE, NewPrice, Origin, end_prices, record_prices};
use crate::ids::{DriftId, PriceChangeId, VariantId};
use crate::price_changes::{self, dto::NewPriceChange};
use crate::rules;
use crate::state::App;

const DRIFTS_WRITE: Permission = Permission::new("drifts:write", Role::Editor);

/// Takes the shop's prices as ours. Answers with how many.
///
/// # Errors
/// One is not there (404) or not open any more (`drift.settled`, 409).
pub(super) async fn adopt(app: &App, ctx: &Ctx, project: Option<&str>, ids: &[DriftId]) -> Result<u64> {
    authorize(&ctx.actor, DRIFTS_WRITE)?;
    let tx = app.db.tenant_tx(ctx.tenant).await?;
    let project = accounts::resolve_project(&tx, project).await?;
    let drifts = open(&tx, project.id, ids, |_| false).await?;
    take_over(ctx, &tx, &drifts, "adopted").await?;
    failpoint("drifts.adopt.before_commit").await?;
    tx.commit().await?;
    failpoint("drifts.adopt.after_commit").await?;
    Ok(drifts.len() as u64)
}

/// Plans a price change that sets our prices again; it needs approval like any other. The shop's prices are noted as
/// ours first, since a plan starts from what is there.
///
/// # Errors
/// One is not there (404) or not open any more (`drift.settled`, 409); `drift.several_surfaces`, `drift.not_plannable` (422):
/// no plan, or no rule, can say it.
pub(super) async fn put_back(
    app: &App,
    ctx: &Ctx,
    project: Option<&str>,
    ids: &[DriftId],
) -> Result<PriceChangeId> {
    authorize(&ctx.actor, DRIFTS_WRITE)?;
    let tx = app.db.tenant_tx(ctx.tenant).await?;
    // One whose plan was never made, since the process died in between, may be asked for again.
    let unplanned =
        |drift: &DriftRecord| drift.shown.state == "put_back" && drift.shown.price_change.is_none();
    let project_id = accounts::resolve_project(&tx, project).await?.id;
    let drifts = open(&tx, project_id, ids, unplanned).await?;
    let surface = one_surface(&drifts)?;
    let documents: Vec<String> = drifts.iter().map(document).collect::<Result<_>>()?;
    let skus: Vec<String> = drifts.iter().map(|drift| drift.shown.sku.clone()).collect();
    let wanted: Vec<VariantId> = drifts.iter().map(|drift| drift.shown.variant).collect();
    let mut exclude = store::variants_by_sku(&tx, project_id, &skus).await?;
    exclude.retain(|variant| !wanted.contains(variant));
    let still_open: Vec<DriftRecord> =
        drifts.iter().filter(|one| one.shown.state == "open").cloned().collect();
    let mut pushed = Vec::with_capacity(documents.len());
    for document in &documents {
        let rule = pricing::Rule::from_json(document).map_err(rules::invalid)?;
        pushed.push(rules::push_rule(app, ctx, project, &rule).await?.rule.id);
    }
    take_over(ctx, &tx, &still_open, "put_back").await?;
    failpoint("drifts.put_back.before_commit").await?;
    tx.commit().await?;
    failpoint("drifts.put_back.after_commit").await?;
    let new = NewPriceChange {
        title: title(drifts.len()),
        note: Some("The shop shows other prices than Calibr set.".to_owned()),
        rules: pushed,
        at: None,
        ends: Vec::new(),
        exclude,
        surface,
        replaces: None,
    };
    let planned = price_changes::plan(app, ctx, project, new).await?;
    let tx = app.db.tenant_tx(ctx.tenant).await?;
    let uuids: Vec<Uuid> = drifts.iter().map(|drift| drift.shown.id.0).collect();
    store::drifts_set_price_change(&tx, &uuids, planned).await?;
    failpoint("drifts.planned.before_commit").await?;
    tx.commit().await?;
    failpoint("drifts.planned.after_commit").await?;
    Ok(planned)
}

/// The price list that all drifts are of; `None`: base prices.
fn one_surface(drifts: &[DriftRecord]) -> Result<Option<String>> {
    let mut names = drifts.iter().map(|drift| drift.shown.surface.as_str());
    let Some(first) = names.next() else { return Ok(None) };
    if let Some(other) = names.find(|name| *name != first) {
        let detail = format!(
            "A price change is of one price surface. Put those of {first} and of {other} back one after the other."
        );
        return Err(
            Error::unprocessable("drift.several_surfaces", detail.clone()).at("/drifts", "several", detail)
        );
    }
    Ok((first != BASE).then(|| first.to_owned()))
}

fn title(count: usize) -> String {
    match count {
        1 => "Put back a price that was changed in the shop".to_owned(),
        n => format!("Put back {n} prices that were changed in the shop"),
    }
}

fn none_named() -> Error {
    let detail = format!("Name 1 to {PUT_BACK_AT_ONCE} drifts, each once.");
    Error::unprocessable("drift.none", detail.clone()).at("/drifts", "size", detail)
}

/// The drifts, held, if all of them are open or `also` may be settled.
async fn open(
    tx: &TenantTx,
    project: ProjectId,
    ids: &[DriftId],
    also: impl Fn(&DriftRecord) -> bool,
) -> Result<Vec<DriftRecord>> {
    let uuids: Vec<Uuid> = ids.iter().map(|id| id.0).collect();
    let different: std::collections::HashSet<&Uuid> = uuids.iter().collect();
    if uuids.is_empty() || uuids.len() > PUT_BACK_AT_ONCE || different.len() != uuids.len() {
        return Err(none_named());
    }
    let mut drifts = store::drifts_lock(tx, &uuids).await?;
    drifts.retain(|drift| drift.project == project);
    if let Some(missing) = ids.iter().find(|id| drifts.iter().all(|drift| drift.shown.id != **id)) {
        return Err(Error::not_found("drift", missing));
    }
    if let Some(settled) = drifts.iter().find(|drift| drift.shown.state != "open" && !also(drift)) {
        let detail = format!("{} is {} already.", settled.shown.id, settled.shown.state.replace('_', " "));
        return Err(Error::conflict("drift.settled", detail));
    }
    Ok(drifts)
}

/// Notes the shop's prices as ours and settles the drifts.
async fn take_over(ctx: &Ctx, tx: &TenantTx, drifts: &[DriftRecord], state: &'static str) -> Result<()> {
    let mut told = Vec::with_capacity(drifts.len());
    for drift in drifts {
        let Drift { channel, variant, surface, .. } = &drift.shown;
        let channel = channel.to_string();
        let origin = Origin { surface, source: "ingest", source_id: &channel, actor: &ctx.actor.label };
        match (drift.found, drift.shown.found) {
            (Some(found), Some(price)) => {
                let compare_at = drift.shown.found_compare_at;
                let new = NewPrice {
                    variant: *variant,
                    price,
                    compare_at,
                    running: None,
                    relative: found.relative,
                };
                record_prices(ctx, tx, origin, &[new]).await?;
            }
            // A variant that is gone keeps its base price, with which it may come back.
            _ if surface == BASE => {}
            _ => end_prices(ctx, tx, surface, &[variant.0]).await?,
        }
        let shown: Value = json!({ "variant": drift.shown.variant, "expected": tell::shown(Some(drift.expected)),
            "found": tell::shown(drift.found) });
        told.push((drift.shown.id, shown));
    }
    let ids: Vec<Uuid> = drifts.iter().map(|drift| drift.shown.id.0).collect();
    store::drifts_settle(ctx, tx, &ids, state).await?;
    let action = if state == "adopted" { "drift.adopted" } else { "drift.put_back" };
    tell::tell(ctx, tx, action, &told).await
}

/// The rule that sets one price again.
fn document(drift: &DriftRecord) -> Result<String> {
    let shown = &drift.shown;
    let refuse = |why: &str| {
        let detail = format!("{} cannot be put back by a rule: {why}", shown.id);
        Error::unprocessable("drift.not_plannable", detail)
    };
    let found = drift.found.ok_or_else(|| match shown.surface.as_str() {
        BASE => refuse("the shop no longer has the variant."),
        _ => refuse("the price list shows no price of it any more."),
    })?;
    if drift.expected.relative {
        return Err(refuse("its row followed the base price; take the price of its own away in the shop."));
    }
    if found.relative && found.price_minor == drift.expected.price_minor {
        return Err(refuse("it shows that very price, following the base price; set it in the shop."));
    }
    if shown.sku.is_empty() {
        return Err(refuse("the variant has no SKU; set the price with a rule of your own."));
    }
    let mut document = json!({
        "schema": "rule.v1",
        "name": format!("put-back-{}", shown.id),
        "select": { "sku": { "is": shown.sku } },
    });
    if found.price_minor != drift.expected.price_minor {
        let price = format!("{} {}", shown.expected.to_decimal_string(), shown.expected.currency);
        document["steps"] = json!([{ "set": price }]);
    }
    match compare_at(found, drift.expected) {
        Some("keep") => {}
        Some(word) => document["compare_at"] = word.into(),
        None => return Err(refuse("its compare-at price is one that no rule sets; correct it in the shop.")),
    }
    Ok(document.to_string())
}

/// How a rule brings the compare-at price back, if it can.
fn compare_at(found: Amounts, expected: Amounts) -> Option<&'static str> {
    match expected.compare_at_minor {
        same if same == found.compare_at_minor => Some("keep"),
        None => Some("clear"),
        Some(amount) if amount == found.price_minor => Some("set_to_before"),
        Some(_) => None,
    }
}
