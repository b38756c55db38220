//! How the outcome over the whole catalogue differs between a rule as it is stored and a document. Nothing is stored.

use std::sync::Arc;

use kernel_core::{Ctx, Error, FieldError, Money, Result};
use kernel_db::TenantTx;
use pricing::{
    Decision, Guardrails, Needs, Outcome, PricingContext, Reason, Snapshot, VariantFacts, change_basis_points,
};
use uuid::Uuid;

use super::compile::of_one;
use super::dto::{DiffCounts, DiffRow, Difference, RuleDiff};
use super::impact::percent;
use super::picked::Picked;
use super::preview::{holds_at, next_in_force};
use super::ready::{Named, ReadyRules, running_sales};
use super::{invalid, store};
use crate::accounts::{self, dto::Project};
use crate::catalog;
use crate::guardrails;
use crate::ids::VariantId;
use crate::state::App;

/// What `rule` would change about what the newest stored version of the rule of its name does: both as if in force, each
/// beside the sales that run.
///
/// # Errors
/// `rule.invalid` (422), or the database refused.
pub(super) async fn rule_diff(
    app: &App,
    ctx: &Ctx,
    project: &Project,
    rule: &pricing::Rule,
) -> Result<RuleDiff> {
    let at = next_in_force(rule, ctx.now());
    let tx = app.db.repeatable_read(ctx.tenant).await?;
    let surface = Surface {
        guardrails: guardrails::effective(&tx, project, ctx.now()).await?.guardrails,
        context: accounts::pricing_context(project, at),
        snapshot: catalog::snapshot(app, &tx, project.id).await?,
    };
    let known = store::rule_by_name(&tx, project.id, rule.name()).await?;
    let id = known.as_ref().map(|known| known.id);
    let named = Named { label: rule.name().to_owned(), rule: rule.clone(), id };
    let sent = surface.ready(&tx, project, named).await?.map_err(|faults| invalid(of_one(faults)))?;
    let loaded = match id {
        Some(id) => store::load_newest(&tx, project.id, &[id]).await?.pop(),
        None => None,
    };
    let (mut stored, mut version, mut reschedules) = (None, None, false);
    if let Some(loaded) = loaded {
        version = Some(loaded.version);
        reschedules = loaded.rule.schedule() != rule.schedule();
        let named = Named { label: loaded.label(), rule: loaded.rule, id };
        // A version that no longer fits the project, since its currency differs, does nothing.
        stored = surface.ready(&tx, project, named).await?.ok();
    }
    drop(tx);
    let snapshot = surface.snapshot;
    let comparing = tokio::task::spawn_blocking(move || difference(&snapshot, stored.as_ref(), Some(&sent)));
    Ok(RuleDiff {
        rule_id: id,
        name: rule.name().to_owned(),
        version,
        unchanged: known.is_some_and(|known| known.content_hash == rule.content_hash()),
        in_force: holds_at(rule, ctx.now()),
        at,
        reschedules,
        difference: comparing.await.map_err(Error::internal)?,
    })
}

/// Where both rules are compared.
struct Surface {
    guardrails: Guardrails,
    context: PricingContext,
    snapshot: Arc<Snapshot>,
}

impl Surface {
    /// One of them in force, beside the sales that run; or its faults.
    async fn ready(
        &self,
        tx: &TenantTx,
        project: &Project,
        named: Named,
    ) -> Result<Result<ReadyRules, Vec<FieldError>>> {
        let named = [named];
        let running = running_sales(tx, project.id, &self.snapshot, &named).await?;
        let ready = ReadyRules::compile(&named, &running, &[], &self.guardrails, &self.context);
        Ok(ready.map(|mut ready| {
            ready.begin(&named[0].rule);
            ready
        }))
    }
}

/// Compares what two rules would write; `None` writes nothing.
pub(crate) fn difference(
    snapshot: &Snapshot,
    stored: Option<&ReadyRules>,
    sent: Option<&ReadyRules>,
) -> Difference {
    let pair = Pair { stored, sent };
    let needs = [stored, sent].into_iter().flatten().map(|ready| ready.rules().needs()).max();
    let needs = needs.unwrap_or(Needs::Basics);
    let mut found = Found::default();
    let mut place = 0;
    snapshot.for_each(needs, |facts| {
        found.add(place, &pair.compare(facts));
        place += 1;
    });
    let show =
        |place: usize| snapshot.with_facts(place, needs, |facts| shown(facts, &pair.compare(facts), &pair));
    let (worst, sample) = found.picked.shown(show);
    Difference { counts: found.counts, variants: snapshot.len() as u64, worst, sample }
}

#[derive(Clone, Copy)]
struct Pair<'a> {
    stored: Option<&'a ReadyRules>,
    sent: Option<&'a ReadyRules>,
}

/// One variant under both.
struct Compared {
    price: Option<i64>,
    stored: Side,
    sent: Side,
}

/// One variant under one of them.
struct Side {
    outcome: Option<Outcome>,
    reason: Option<Reason>,
    /// Price and compare-at price that would be written.
    writes: Option<(Option<i64>, Option<i64>)>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Change {
    None,
    Newly,
    NoLonger,
    Otherwise,
}

impl Pair<'_> {
    fn compare(&self, facts: &VariantFacts<'_>) -> Compared {
        let side = |rules: Option<&ReadyRules>| match rules.map(|rules| rules.decide(facts)) {
            Some(Decision::Row(row)) => Side {
                outcome: Some(row.outcome),
                reason: Some(row.reason),
                writes: row.writes().then_some((row.after, row.compare_at_after)),
            },
            Some(Decision::NotSelected) | None => Side { outcome: None, reason: None, writes: None },
        };
        Compared { price: facts.price_minor, stored: side(self.stored), sent: side(self.sent) }
    }
}

impl Compared {
    fn change(&self) -> Change {
        match (&self.stored.writes, &self.sent.writes) {
            (None, Some(_)) => Change::Newly,
            (Some(_), None) => Change::NoLonger,
            (Some(stored), Some(sent)) if stored != sent => Change::Otherwise,
            _ => Change::None,
        }
    }

    fn newly_stopped(&self) -> bool {
        self.sent.outcome == Some(Outcome::Blocked) && self.stored.outcome != Some(Outcome::Blocked)
    }

    /// The price that each would leave the variant with.
    fn prices(&self) -> (Option<i64>, Option<i64>) {
        let left = |side: &Side| side.writes.map_or(self.price, |(price, _)| price);
        (left(&self.stored), left(&self.sent))
    }

    fn basis_points(&self) -> Option<i64> {
        let (stored, sent) = self.prices();
        change_basis_points(stored?, sent?)
    }
}

#[derive(Default)]
struct Found {
    counts: DiffCounts,
    picked: Picked,
}

impl Found {
    fn add(&mut self, place: usize, compared: &Compared) {
        let change = compared.change();
        let counts = &mut self.counts;
        match change {
            Change::Newly => counts.moves_newly += 1,
            Change::NoLonger => counts.moves_no_longer += 1,
            Change::Otherwise => counts.moves_otherwise += 1,
            Change::None if compared.sent.writes.is_some() => counts.moves_the_same += 1,
            Change::None => {}
        }
        let stopped = compared.newly_stopped();
        counts.stopped_newly += u64::from(stopped);
        if change == Change::None && !stopped {
            return;
        }
        self.picked.sample(place);
        self.picked.moved(place, compared.basis_points());
    }
}

fn shown(facts: &VariantFacts<'_>, compared: &Compared, pair: &Pair<'_>) -> DiffRow {
    let currency = pair.sent.or(pair.stored).map(|ready| ready.rules().currency());
    let money = |minor: Option<i64>| Some(Money::from_minor(minor?, currency?));
    let outcome = |side: &Side| side.outcome.map_or("not_selected", Outcome::as_str).to_owned();
    let (stored, sent) = compared.prices();
    let change = match compared.change() {
        Change::Newly => "newly",
        Change::NoLonger => "no_longer",
        Change::Otherwise => "otherwise",
        Change::None => "stopped",
    };
    DiffRow {
        variant_id: VariantId(Uuid::from_u128(facts.key)),
        sku: facts.sku.to_owned(),
        title: facts.title.to_owned(),
        change: change.to_owned(),
        price: money(compared.price),
        stored: money(stored),
        sent: money(sent),
        stored_outcome: outcome(&compared.stored),
        sent_outcome: outcome(&compared.sent),
        change_pct: compared.basis_points().map(percent),
        reason: compared.sent.reason.filter(|reason| *reason != Reason::AsRuled).map(|r| r.code().to_owned()),
    }
}
