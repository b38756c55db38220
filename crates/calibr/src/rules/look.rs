//! One pass over a catalogue in memory: the picture, the largest changes, a sample. What preview and simulation show.

use kernel_core::Money;
use pricing::{
    DayTotals, Decision, GuardrailResults, PlanVerdicts, Row, RuleSet, Snapshot, Summary, SummaryBuilder,
    VariantFacts, Verdict, change_basis_points,
};
use uuid::Uuid;

use super::dto::{Preview, PreviewRow};
use super::impact::{impact, pct_of, plan_verdicts};
use super::picked::Picked;
use super::ready::ReadyRules;
use crate::ids::VariantId;

/// Runs the rules over the whole snapshot. `today` is what other plans of the day move already.
pub(super) fn look(snapshot: &Snapshot, ready: &ReadyRules, today: &DayTotals) -> Preview {
    let rules = ready.rules();
    let mut pass = Pass::default();
    let mut aggregate = rules.aggregate();
    let mut others = snapshot.len();
    rules.for_each_candidate(snapshot, |place, facts| {
        others -= 1;
        let decision = ready.decide(facts);
        pass.summary.push(facts, &decision);
        aggregate.push(&decision, facts);
        if let Decision::Row(row) = &decision {
            pass.pick(place, row);
        }
    });
    pass.summary.push_not_selected(others);
    let verdicts = aggregate.finish(today, snapshot.len() as u64);
    pass.shown(snapshot, ready, &verdicts)
}

#[derive(Default)]
struct Pass {
    summary: SummaryBuilder,
    picked: Picked,
}

impl Pass {
    #[inline]
    fn pick(&mut self, place: usize, row: &Row) {
        self.picked.sample(place);
        if let (true, Some(before), Some(after)) = (row.writes(), row.before, row.after) {
            self.picked.moved(place, change_basis_points(before, after));
        }
    }

    fn shown(self, snapshot: &Snapshot, ready: &ReadyRules, verdicts: &PlanVerdicts) -> Preview {
        let rules = ready.rules();
        let currency = rules.currency();
        let show = |place: usize| {
            let row = |facts: &VariantFacts<'_>| match ready.decide(facts) {
                Decision::Row(row) => Some(shown(facts, &row, rules)),
                Decision::NotSelected => None,
            };
            snapshot.with_facts(place, rules.needs(), row).flatten()
        };
        let summary: Summary = self.summary.finish(rules.context().tax);
        let (worst, sample) = self.picked.shown(show);
        Preview {
            impact: impact(&summary, currency),
            worst,
            sample,
            verdicts: plan_verdicts(verdicts),
            variants: snapshot.len() as u64,
        }
    }
}

fn shown(facts: &VariantFacts<'_>, row: &Row, rules: &RuleSet) -> PreviewRow {
    let currency = rules.currency();
    let money = |minor: Option<i64>| minor.map(|minor| Money::from_minor(minor, currency));
    let as_ruled = row.reason == pricing::Reason::AsRuled;
    PreviewRow {
        variant_id: VariantId(Uuid::from_u128(facts.key)),
        sku: facts.sku.to_owned(),
        title: facts.title.to_owned(),
        outcome: row.outcome.as_str().to_owned(),
        before: money(row.before),
        after: money(row.after),
        change_pct: pct_of(row.before, row.after),
        reason: (!as_ruled).then(|| row.reason.code().to_owned()),
        compare_at_before: money(row.compare_at_before),
        compare_at_after: money(row.compare_at_after),
        violated: that(&row.guardrails, Verdict::Violated),
        near: that(&row.guardrails, Verdict::Near),
        waived: that(&row.guardrails, Verdict::Waived),
        prior_price: money(rules.prior_price(facts, row)),
    }
}

/// The guardrails that gave this verdict.
fn that(guardrails: &GuardrailResults, verdict: Verdict) -> Vec<String> {
    guardrails.iter().filter(|(_, found)| *found == verdict).map(|(kind, _)| kind.code().to_owned()).collect()
}
