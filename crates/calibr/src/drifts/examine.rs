//! Comparing prices of a shop with those we hold: read what we hold, read the shop, and note the differences if what we
//! hold has not changed meanwhile. What a run is writing is left to the run.

use std::collections::HashMap;

use channel::{ChannelError, LivePrice, ProductRef, VariantRef};
use kernel_core::{Ctx, Result, failpoint};
use kernel_db::TenantTx;
use serde_json::Value;
use uuid::Uuid;

use super::model::{Amounts, Finding, compare};
use super::store::{self, Held, Place};
use super::{policy, tell};
use crate::accounts;
use crate::catalog::BASE;
use crate::channels::{self, LivePrices};
use crate::ids::{ChannelId, DriftId};
use crate::state::App;

/// What an examination did.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Examined {
    /// Variants compared.
    pub compared: usize,
    /// Of these, what the shop shows and we do not hold; known already or not.
    pub differing: Vec<Differing>,
    /// Drifts that are new or have another price than before.
    pub found: usize,
    /// Variants that are to be looked at again: a run has them, or what we hold changed meanwhile.
    pub undecided: usize,
}

/// A price that the shop shows and we do not hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Differing {
    /// The vendor's id of the variant.
    pub external: VariantRef,
    /// What the shop shows; `None`: it no longer has the variant, or no price in the list's currency.
    pub shown: Option<Amounts>,
}

/// Examines the base prices of one product of a shop by the vendor's id of it.
///
/// # Errors
/// The shop refuses or does not answer, or the database refused.
pub async fn examine_product(
    app: &App,
    ctx: &Ctx,
    channel: ChannelId,
    product: &str,
    found_by: &str,
) -> Result<Examined> {
    let tx = app.db.tenant_tx(ctx.tenant).await?;
    let held = store::held_of_product(&tx, (channel, BASE), product).await?;
    drop(tx);
    look(app, ctx, (channel, BASE), held, found_by).await?.map_err(channels::refused)
}

/// Examines what a run wrote to a surface of a shop, by the vendor's ids.
///
/// # Errors
/// The database refused. The inner error is the shop's: nothing is known then.
pub async fn examine_written(
    app: &App,
    ctx: &Ctx,
    place: (ChannelId, &str),
    variants: &[VariantRef],
) -> Result<Result<Examined, ChannelError>> {
    let tx = app.db.tenant_tx(ctx.tenant).await?;
    let held = store::held_of_variants(&tx, place, variants).await?;
    drop(tx);
    look(app, ctx, place, held, "run").await
}

/// Examines variants on a surface of a shop, and acts on what was found as the project's policy says.
///
/// # Errors
/// The connection cannot be opened, or the database refused. The inner error is the shop's: nothing is known then.
pub(super) async fn look(
    app: &App,
    ctx: &Ctx,
    (channel, surface): (ChannelId, &str),
    held: Vec<Held>,
    found_by: &str,
) -> Result<Result<Examined, ChannelError>> {
    if held.is_empty() {
        return Ok(Ok(Examined::default()));
    }
    failpoint("drifts.read.before").await?;
    let shop = LivePrices::of(app, ctx, channel, surface).await?;
    let asked: Vec<(VariantRef, ProductRef)> =
        held.iter().map(|one| (one.external.clone(), one.product.clone())).collect();
    let live: Live = match shop.read(&asked).await {
        Ok(live) => live.into_iter().collect(),
        Err(error) => return Ok(Err(error)),
    };
    failpoint("drifts.read.after").await?;
    let tx = app.db.tenant_tx(ctx.tenant).await?;
    let record = channels::channel_by_id(&tx, channel).await?;
    let project = accounts::project_by_id(&tx, record.project).await?;
    let currency = shop.list.map_or(project.currency, |list| list.currency);
    let place = Place { project: project.id, channel, surface, currency, found_by };
    let examined = note(ctx, &tx, &place, &held, &live).await?;
    let rule = store::policy_find(&tx, project.id).await?;
    let variants: Vec<Uuid> = held.iter().map(|one| one.variant.0).collect();
    let waiting = policy::waiting(ctx, &tx, (channel, surface), rule.as_ref(), &variants).await?;
    failpoint("drifts.note.before_commit").await?;
    tx.commit().await?;
    failpoint("drifts.note.after_commit").await?;
    policy::act(app, ctx, &project.slug, rule, &waiting).await?;
    Ok(Ok(examined))
}

type Live = HashMap<VariantRef, Option<LivePrice>>;

/// Notes what differs and ends what agrees again, if what we hold is still what it was before the shop was read.
async fn note(ctx: &Ctx, tx: &TenantTx, place: &Place<'_>, held: &[Held], live: &Live) -> Result<Examined> {
    let Place { channel, surface, currency, .. } = *place;
    let variants: Vec<Uuid> = held.iter().map(|one| one.variant.0).collect();
    let now_held = store::held_again(tx, (channel, surface), &variants).await?;
    let still: HashMap<Uuid, Held> = now_held.into_iter().map(|one| (one.variant.0, one)).collect();
    let mut examined = Examined::default();
    let (mut same, mut fresh): (Vec<Uuid>, Vec<(DriftId, Value)>) = (Vec::new(), Vec::new());
    for one in held {
        let unchanged =
            still.get(&one.variant.0).is_some_and(|now| now.amounts == one.amounts && !now.in_run);
        if one.in_run || !unchanged {
            examined.undecided += 1;
            continue;
        }
        examined.compared += 1;
        match compare(one.amounts, live.get(&one.external).and_then(Option::as_ref), currency) {
            Finding::Same => same.push(one.variant.0),
            Finding::OtherCurrency => {
                tracing::warn!(%channel, "The shop shows prices in another currency than the project's.");
            }
            Finding::Other(shown) => {
                examined.differing.push(Differing { external: one.external.clone(), shown });
                if let Some(id) = store::drift_note(ctx, tx, place, one, shown).await? {
                    let told = tell::found(place, one, shown);
                    fresh.push((id, told));
                }
            }
        }
    }
    let ended = store::drifts_end(ctx, tx, (channel, surface), &same).await?;
    let ended: Vec<_> = ended.into_iter().map(|id| (id, tell::place(channel, surface))).collect();
    tell::tell(ctx, tx, "drift.ended", &ended).await?;
    tell::tell(ctx, tx, "drift.found", &fresh).await?;
    examined.found = fresh.len();
    Ok(examined)
}
