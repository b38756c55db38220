//! How the outcome over the whole catalogue differs between a rule as it is stored and a document. Nothing is stored.

use kernel_core::{Ctx, Error, Money, Result};
use pricing::{Decision, Outcome, Reason, RuleSet, Snapshot, VariantFacts, change_basis_points};
use uuid::Uuid;

use super::compile::compiled;
use super::dto::{DiffCounts, DiffRow, Difference, RuleDiff};
use super::impact::percent;
use super::invalid;
use super::store;
use crate::accounts::{self, dto::Project};
use crate::catalog;
use crate::guardrails::{self, Effective};
use crate::ids::VariantId;
use crate::state::App;

const WORST: usize = 20;
const SAMPLE: usize = 50;

/// What `rule` would change about what the newest stored version of the rule of its name does.
///
/// # Errors
/// `rule.invalid` (422), or the database refused.
pub(super) async fn rule_diff(
    app: &App,
    ctx: &Ctx,
    project: &Project,
    rule: &pricing::Rule,
) -> Result<RuleDiff> {
    let context = accounts::pricing_context(project, ctx.now());
    let tx = app.db.repeatable_read(ctx.tenant).await?;
    let Effective { guardrails, .. } = guardrails::effective(&tx, project, ctx.now()).await?;
    let sent = compiled(rule, &guardrails, &context).map_err(invalid)?;
    let known = store::rule_by_name(&tx, project.id, rule.name()).await?;
    let (stored, version) = match &known {
        Some(known) => {
            let loaded = store::load_newest(&tx, project.id, &[known.id]).await?.remove(0);
            // A version that no longer fits the project, since its currency differs, does nothing.
            (compiled(&loaded.rule, &guardrails, &context).ok(), Some(loaded.version))
        }
        None => (None, None),
    };
    let snapshot = catalog::snapshot(app, &tx, project.id).await?;
    drop(tx);
    let comparing = tokio::task::spawn_blocking(move || difference(&snapshot, stored.as_ref(), Some(&sent)));
    Ok(RuleDiff {
        rule_id: known.as_ref().map(|known| known.id),
        name: rule.name().to_owned(),
        version,
        unchanged: known.is_some_and(|known| known.content_hash == rule.content_hash()),
        difference: comparing.await.map_err(Error::internal)?,
    })
}

/// Compares what two sets of rules would write; `None` writes nothing.
pub(crate) fn difference(
    snapshot: &Snapshot,
    stored: Option<&RuleSet>,
    sent: Option<&RuleSet>,
) -> Difference {
    let pair = Pair { stored, sent };
    let mut found = Found::default();
    let mut place = 0;
    snapshot.for_each(pricing::Needs::History, |facts| {
        found.add(place, &pair.compare(facts));
        place += 1;
    });
    let show = |place: usize| {
        snapshot.with_facts(place, pricing::Needs::History, |facts| shown(facts, &pair.compare(facts), &pair))
    };
    Difference {
        counts: found.counts,
        variants: snapshot.len() as u64,
        worst: found.worst.into_iter().filter_map(|(_, place)| show(place)).collect(),
        sample: found.sample.into_iter().filter_map(show).collect(),
    }
}

#[derive(Clone, Copy)]
struct Pair<'a> {
    stored: Option<&'a RuleSet>,
    sent: Option<&'a RuleSet>,
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
        let side = |rules: Option<&RuleSet>| match rules.map(|rules| rules.evaluate(facts)) {
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
    sample: Vec<usize>,
    /// Distance in basis points and place, the farthest first.
    worst: Vec<(u64, usize)>,
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
        if self.sample.len() < SAMPLE {
            self.sample.push(place);
        }
        let distance = compared.basis_points().map_or(0, i64::unsigned_abs);
        let full = self.worst.len() == WORST;
        if distance > 0 && !(full && self.worst.last().is_some_and(|(least, _)| distance <= *least)) {
            let at = self.worst.partition_point(|(other, _)| *other >= distance);
            self.worst.insert(at, (distance, place));
            self.worst.truncate(WORST);
        }
    }
}

fn shown(facts: &VariantFacts<'_>, compared: &Compared, pair: &Pair<'_>) -> DiffRow {
    let currency = pair.sent.or(pair.stored).map(RuleSet::currency);
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
