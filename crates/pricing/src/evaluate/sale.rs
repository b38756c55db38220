//! While a sale runs: prices are computed from the price without it, and return there when the last sale ends.
//! What the price would be is always computed anew from the rules that still hold, never remembered.

use super::team::Team;
use super::{Case, Decision, Outcome, Reason, Row};
use crate::facts::{Tags, VariantFacts};
use crate::guardrail::Planned;
use crate::limit;
use crate::rule_set::{CompiledRule, RuleSet};
use crate::trace::{Part, Recorder};

impl RuleSet {
    /// Content hashes of the sales that select a variant, the one that decides first, those on top of it next, then those
    /// that would decide if it ended: to be kept beside the price, one per line of [`crate::MoreFacts::running_sales`],
    /// together with [`Row::base`].
    #[must_use]
    pub fn sales(&self, facts: &VariantFacts<'_>) -> Vec<&str> {
        let base = facts.more.base_minor.or(facts.price_minor);
        let view = VariantFacts { price_minor: base, ..*facts };
        let team = self.team(&view, &mut crate::trace::Silent);
        let mut hashes: Vec<&str> = Vec::new();
        let taking_part = team.iter().flat_map(Team::iter);
        let waiting =
            self.rules.iter().filter(|rule| !rule.stack && rule.in_force && rule.ready.matcher.holds(&view));
        for rule in taking_part.chain(waiting).filter(|rule| rule.sale) {
            if !hashes.contains(&rule.hash.as_str()) {
                hashes.push(&rule.hash);
            }
        }
        hashes
    }

    /// The price that the sales running on a variant give it now; `None` if none runs, or they give none.
    #[must_use]
    pub fn sale_price(&self, facts: &VariantFacts<'_>) -> Option<i64> {
        let base = facts.more.base_minor.or(facts.price_minor);
        let running = Team::gathered(self.running(&facts.more.running_sales))?;
        self.price_in_sale(&running, &VariantFacts { price_minor: base, ..*facts })
    }

    pub(super) fn run_in_sale<R: Recorder>(&self, facts: &VariantFacts<'_>, recorder: &mut R) -> Decision {
        let base = facts.more.base_minor.or(facts.price_minor);
        let view = VariantFacts { price_minor: base, ..*facts };
        recorder.step("base", |step| {
            step.input(&[Part::MoneyOrNone(facts.price_minor)]).output(&[Part::MoneyOrNone(base)]);
            step.reason(&[Part::Word("the price without the sales that run")]);
        });
        let running = Team::gathered(self.running(&facts.more.running_sales));
        let known = |sale: &str| sale.is_empty() || self.rules.iter().any(|rule| rule.hash == sale);
        let team = self.team(&view, recorder);
        let Some(named) = team.or(running).map(|team| team.first()) else { return Decision::NotSelected };
        let skipped = |reason, recorder: &mut R| {
            self.note_missing(reason, facts, recorder);
            Decision::Row(named.unwritten(Outcome::Skipped, reason, facts))
        };
        if facts.more.running_sales.any(|sale| !known(sale)) {
            return skipped(Reason::UnknownSale, recorder);
        }
        if let Some(running) = &running
            && self.price_in_sale(running, &view) != facts.price_minor
        {
            return skipped(Reason::EditedSince, recorder);
        }
        Decision::Row(match (team, running) {
            (Some(team), _) => self.row(&team, &view, facts, recorder),
            (None, Some(running)) => self.row_after_sale(&running, &view, facts, recorder),
            (None, None) => return Decision::NotSelected,
        })
    }

    fn running<'r>(&'r self, sales: &'r Tags<'_>) -> impl Iterator<Item = &'r CompiledRule> + Clone {
        self.rules.iter().filter(|rule| sales.any(|sale| sale == rule.hash))
    }

    /// The price that sales give; `None` if they give none.
    fn price_in_sale(&self, team: &Team<'_>, view: &VariantFacts<'_>) -> Option<i64> {
        let before = view.price_minor?;
        let rounded = self.price(team, before, view).ok()??;
        let case = Case { before, facts: view };
        let limited = limit::limited(team.iter().map(|rule| &rule.ready.limits), &case, rounded.price);
        match limited.reason {
            Reason::LimitsContradict | Reason::LimitUnknown(_) => None,
            _ => Some(limited.after),
        }
    }

    /// No rule selects the variant any more: back to the price without sales.
    fn row_after_sale<R: Recorder>(
        &self,
        ended: &Team<'_>,
        view: &VariantFacts<'_>,
        facts: &VariantFacts<'_>,
        recorder: &mut R,
    ) -> Row {
        let rule = ended.first();
        let (Some(before), Some(after)) = (facts.price_minor, view.price_minor) else {
            return rule.unwritten(Outcome::Skipped, Reason::NoPrice, facts);
        };
        recorder.step("sale_ended", |step| {
            step.rule(&rule.label).input(&[Part::Money(before)]).output(&[Part::Money(after)]);
            step.reason(&[Part::Word("no sale holds any more")]);
        });
        let planned = Planned {
            before,
            after,
            // A struck-through price that the sale put there announces nothing any more.
            compare_at_after: facts.compare_at_minor.filter(|compare_at| *compare_at > after),
            follows: false,
            has_minimum: true,
            rule_index: rule.index,
            facts,
            context: &self.context,
        };
        let row = Row { after: Some(after), ..rule.unwritten(Outcome::Blocked, Reason::SaleEnded, facts) };
        self.judged(row, &planned, ended, recorder)
    }
}
