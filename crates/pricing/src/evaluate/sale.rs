//! While a sale runs: prices are computed from the price without it, and return there when the last sale ends.
//! What the price would be is always computed anew from the rules that still hold, never remembered.

use super::team::Team;
use super::{Case, Decision, Outcome, Reason, Row, Start};
use crate::facts::{Tags, VariantFacts};
use crate::guardrail::Planned;
use crate::limit;
use crate::rule_set::{CompiledRule, RuleSet};
use crate::trace::{Part, Recorder};

impl RuleSet {
    /// Content hashes of the rules that hold for a variant, in the order in which they are asked, with those that wait
    /// behind the one that decides: to be kept beside the price, one per line of [`crate::MoreFacts::running_sales`],
    /// together with [`Row::base`]. Where a sale ends, what remains is computed from these.
    #[must_use]
    pub fn sales(&self, facts: &VariantFacts<'_>) -> Vec<&str> {
        let view = facts.without_sales();
        let holding = self.in_order(facts.more.running_sales).filter(|rule| rule.holds(&view));
        let mut hashes: Vec<&str> = Vec::new();
        for rule in holding {
            if !hashes.contains(&rule.hash.as_str()) {
                hashes.push(&rule.hash);
            }
        }
        hashes
    }

    /// The price that the sales running on a variant give it now; `None` if none runs, or they give none.
    #[must_use]
    pub fn sale_price(&self, facts: &VariantFacts<'_>) -> Option<i64> {
        let running = Team::recorded(self.running(facts.more.running_sales))?;
        self.price_in_sale(&running, &facts.without_sales())
    }

    /// Whether a rule selects the variant that may begin there, be it the one that decides or not.
    #[must_use]
    pub fn selects(&self, facts: &VariantFacts<'_>) -> bool {
        let view = facts.without_sales();
        self.rules.iter().any(|rule| !rule.only_running && rule.holds(&view))
    }

    pub(super) fn run_in_sale<R: Recorder>(&self, facts: &VariantFacts<'_>, recorder: &mut R) -> Decision {
        let view = facts.without_sales();
        recorder.step("base", |step| {
            step.input(&[Part::MoneyOrNone(facts.price_minor)])
                .output(&[Part::MoneyOrNone(view.price_minor)]);
            step.reason(&[Part::Word("the price without the sales that run")]);
        });
        let sales = facts.more.running_sales;
        let running = Team::recorded(self.running(sales));
        let known = |sale: &str| sale.is_empty() || self.rules.iter().any(|rule| rule.hash == sale);
        let team = self.team_of(self.in_order(sales), &view, recorder);
        let Some(named) = team.or(running).map(|team| team.first()) else { return Decision::NotSelected };
        let skipped = |reason, recorder: &mut R| {
            self.note_missing(reason, facts, recorder);
            Decision::Row(named.unwritten(Outcome::Skipped, reason, facts))
        };
        if sales.any(|sale| !known(sale)) {
            return skipped(Reason::UnknownSale, recorder);
        }
        if let (Some(running), false) = (&running, self.prices_are_of_sales)
            && self.price_in_sale(running, &view) != facts.price_minor
        {
            return skipped(Reason::EditedSince, recorder);
        }
        let start = Start { facts, view: &view, returns_to: self.returns_to(team.as_ref(), sales, &view) };
        Decision::Row(match (team, running) {
            (Some(team), _) => self.row(&team, &start, recorder),
            (None, Some(running)) => self.row_after_sale(&running, &start, recorder),
            (None, None) => return Decision::NotSelected,
        })
    }

    /// The rules that run on a variant, in the order that stands beside its price.
    fn running<'r>(&'r self, sales: Tags<'_>) -> impl Iterator<Item = &'r CompiledRule> + Clone {
        sales.iter().filter_map(|sale| self.rules.iter().find(|rule| rule.hash == sale))
    }

    /// All rules that count for a variant, in the order in which they are asked: of equal priorities those that may begin
    /// first, then those that run already, in the order that stands beside the price.
    fn in_order<'r>(&'r self, sales: Tags<'_>) -> impl Iterator<Item = &'r CompiledRule> + Clone {
        self.rules.chunk_by(|one, other| one.priority == other.priority).flat_map(move |equals| {
            let may_begin = equals.iter().filter(|rule| !rule.only_running);
            let run = sales
                .iter()
                .filter_map(move |sale| equals.iter().find(|rule| rule.only_running && rule.hash == sale));
            may_begin.chain(run)
        })
    }

    /// The price without sales, if some that ran ended and nothing takes part that did not run.
    fn returns_to(&self, team: Option<&Team<'_>>, sales: Tags<'_>, view: &VariantFacts<'_>) -> Option<i64> {
        let ran = |rule: &CompiledRule| sales.any(|sale| sale == rule.hash);
        let begins = team.is_some_and(|team| team.iter().any(|rule| !ran(rule)));
        let ended = || self.running(sales).any(|rule| rule.sale && !rule.holds(view));
        if begins || !ended() { None } else { view.price_minor }
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

    /// No rule selects the variant any more: back to the price and the compare-at price without sales.
    fn row_after_sale<R: Recorder>(&self, ended: &Team<'_>, start: &Start<'_>, recorder: &mut R) -> Row {
        let (rule, facts, view) = (ended.first(), start.facts, start.view);
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
            compare_at_after: view.compare_at_minor,
            follows: false,
            has_minimum: true,
            rule_index: rule.index,
            returns_to: start.returns_to,
            facts,
            context: &self.context,
        };
        let row = Row { after: Some(after), ..rule.unwritten(Outcome::Blocked, Reason::SaleEnded, facts) };
        self.judged(row, &planned, ended, recorder)
    }
}
