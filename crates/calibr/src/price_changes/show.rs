//! A price change as people read it: what it will do, whether it can be applied, what the reader may do.

use kernel_core::{Ctx, Error, Money, Result};
use kernel_db::TenantTx;

use super::discussion;
use super::dto::{PlannedRule, PriceChange, PriceChangeRow};
use super::gate;
use super::margin::AgainstCosts;
use super::model::{Standing, State, allowed, checks};
use super::replacing;
use super::rows::StoredRow;
use super::scheduling;
use super::store::{self, PriceChangeRecord};
use crate::catalog::BASE;
use crate::ids::PriceChangeId;
use crate::rules::dto::PlanVerdict;
use crate::rules::pct_of;

/// The price change with this id, for this reader.
///
/// # Errors
/// There is none (404).
pub async fn show(ctx: &Ctx, tx: &TenantTx, id: PriceChangeId) -> Result<PriceChange> {
    let record = store::price_change_by_id(tx, id).await?;
    let decisions = store::decisions(tx, id).await?;
    let runs = store::runs_of(tx, id).await?;
    let scheduled = scheduling::open_start(tx, id).await?.map(|(_, scheduled)| scheduled);
    let discussion::Standing { review_requested, changes_asked } = discussion::standing(tx, id).await?;
    // What waits for nobody yet, and what is stale already, is looked at too: people ask why.
    let is_unwritten = record.state.awaits_apply() || matches!(record.state, State::Planned | State::Stale);
    let stale = if is_unwritten { gate::staleness(ctx, tx, &record).await? } else { None };
    let hindrances = if is_unwritten { gate::hindrances(ctx, tx, &record).await? } else { Vec::new() };
    let verdicts: Vec<PlanVerdict> =
        serde_json::from_value(record.verdicts.clone()).map_err(Error::internal)?;
    let (replaces, replaced_by) = replacing::neighbours(tx, id).await?;
    let standing = Standing {
        state: record.state,
        is_author: ctx.actor.user() == Some(record.author_id),
        actor: &ctx.actor,
        rows_to_apply: record.rows_to_apply.unsigned_abs(),
        rows_blocked: record.rows_blocked.unsigned_abs(),
        replaced_by: replaced_by.as_ref().map(|other| other.title.as_str()),
        stale,
        stopped: record.stopped()?,
        hindrances,
        approvals: decisions.iter().filter(|decision| decision.decision == "approved").count(),
        changes_asked,
        rows_failed: runs.failed,
        is_written: runs.is_written,
        is_base: record.surface == BASE,
    };
    Ok(PriceChange {
        id: record.id,
        title: record.title,
        note: record.note,
        state: record.state.as_str().to_owned(),
        plan_hash: record.plan_hash,
        surface: store::beside_base(record.surface),
        currency: record.currency,
        planned_at: record.planned_at,
        author: record.author,
        request: record.request.map(serde_json::from_value).transpose().map_err(Error::internal)?,
        rules: store::planned_rules(tx, id).await?,
        impact: serde_json::from_value(record.impact).map_err(Error::internal)?,
        verdicts,
        rows_to_apply: standing.rows_to_apply,
        checks: checks(&standing),
        allowed: allowed(&standing),
        review_requested,
        changes_asked: standing.changes_asked,
        decisions,
        runs: runs.refs,
        replaces,
        replaced_by: replaced_by.clone(),
        scheduled,
    })
}

/// A stored row as the API shows it.
pub(super) fn shown_row(
    record: &PriceChangeRecord,
    rules: &[PlannedRule],
    costs: Option<AgainstCosts>,
    row: StoredRow,
    with_trace: bool,
) -> PriceChangeRow {
    let [before, after, compare_at_before, compare_at_after] =
        row.amounts_minor.map(|minor| minor.map(|minor| Money::from_minor(minor, record.currency)));
    let rule = usize::try_from(row.rule_ordinal).ok().and_then(|place| rules.get(place));
    PriceChangeRow {
        row: row.row,
        variant_id: row.variant,
        sku: row.sku,
        title: row.title,
        outcome: row.outcome,
        change_pct: pct_of(row.amounts_minor[0], row.amounts_minor[1]),
        margin_pct: costs.and_then(|costs| costs.margin_pct(row.amounts_minor[1], row.cost_minor)),
        before,
        after,
        compare_at_before,
        compare_at_after,
        rule: rule.map(|rule| format!("{} v{}", rule.name, rule.version)).unwrap_or_default(),
        reason: row.reason,
        violated: row.violated.unwrap_or_default(),
        near: row.near.unwrap_or_default(),
        waived: row.waived.unwrap_or_default(),
        prior_price: row.prior_minor.map(|minor| Money::from_minor(minor, record.currency)),
        trace: with_trace.then_some(row.trace),
    }
}
