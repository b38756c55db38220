//! The row of a variant that rules take part in.

use super::price::Rounded;
use super::team::Team;
use super::{Case, Outcome, Reason, Row, Start};
use crate::facts::VariantFacts;
use crate::guardrail::{GuardrailResults, Planned};
use crate::limit;
use crate::rule_set::{CompiledRule, RuleSet};
use crate::trace::Recorder;

impl RuleSet {
    pub(super) fn row<R: Recorder>(&self, team: &Team<'_>, start: &Start<'_>, recorder: &mut R) -> Row {
        let (view, facts) = (start.view, start.facts);
        let skipped = |reason, recorder: &mut R| {
            self.note_missing(reason, facts, recorder);
            team.first().unwritten(Outcome::Skipped, reason, facts)
        };
        let (before, now) = match (view.price_minor, facts.price_minor) {
            (Some(before), Some(now)) if before >= 0 && now >= 0 => (before, now),
            (Some(_), Some(_)) => return skipped(Reason::NegativePrice, recorder),
            _ => return skipped(Reason::NoPrice, recorder),
        };
        let rounded = match self.price(team, before, view) {
            Ok(rounded) => rounded,
            Err(missing) => return skipped(missing, recorder),
        };
        if R::WRITES {
            self.note_arithmetic(team, before, view, rounded, recorder);
        }
        match rounded {
            Some(rounded) => self.guarded_row(team, (before, now), rounded, start, recorder),
            None => team.first().unwritten(Outcome::Blocked, Reason::TooLarge, facts),
        }
    }

    fn guarded_row<R: Recorder>(
        &self,
        team: &Team<'_>,
        (before, now): (i64, i64),
        rounded: Rounded,
        start: &Start<'_>,
        recorder: &mut R,
    ) -> Row {
        let (view, facts) = (start.view, start.facts);
        let first = team.first();
        let case = Case { before, facts: view };
        let limited = limit::limited(team.iter().map(|rule| &rule.ready.limits), &case, rounded.price);
        if R::WRITES {
            self.note_limits(team, &case, rounded.price, &limited, recorder);
        }
        let after =
            mutant!("order.rounded_behind_limits", limited.after, first.ready.rounded_again(limited.after));
        let stopped = Row {
            after: Some(after),
            display_unreachable: rounded.unreachable && after == rounded.price,
            ..first.unwritten(Outcome::Blocked, limited.reason, facts)
        };
        if matches!(limited.reason, Reason::LimitsContradict | Reason::LimitUnknown(_)) {
            return stopped;
        }
        let Some(compare_at_after) = self.compare_at(team, before, after, view) else {
            return Row { reason: Reason::TooLarge, ..stopped };
        };
        let judged = mutant!("order.guardrails_before_limits", after, rounded.price);
        let planned = Planned {
            before: now,
            after: judged,
            compare_at_after,
            follows: team.iter().any(|rule| rule.ready.follows),
            has_minimum: team.iter().any(|rule| rule.ready.limits.has_minimum()),
            rule_index: first.index,
            returns_to: start.returns_to,
            facts,
            context: &self.context,
        };
        let row = Row { base: team.iter().any(|rule| rule.sale).then_some(before), ..stopped };
        self.judged(row, &planned, team, recorder)
    }

    /// The row behind the guardrails.
    pub(super) fn judged<R: Recorder>(
        &self,
        stopped: Row,
        planned: &Planned<'_>,
        team: &Team<'_>,
        recorder: &mut R,
    ) -> Row {
        let (before, after) = (planned.before, stopped.after.unwrap_or(planned.after));
        let guardrails = self.guardrails.judge(planned);
        if R::WRITES {
            self.note_guardrails(planned, &guardrails, recorder);
        }
        if let Some(kind) = guardrails.violated() {
            return Row { reason: Reason::Blocked(kind), base: None, guardrails, ..stopped };
        }
        if after < 0 {
            return Row { reason: Reason::BelowZero, base: None, guardrails, ..stopped };
        }
        let compare_at_after = planned.compare_at_after;
        let compare_at_too_low = compare_at_after.is_some_and(|compare_at| compare_at <= after);
        let row = Row { compare_at_after, guardrails, compare_at_too_low, ..stopped };
        if R::WRITES {
            self.note_compare_at(team, &row, planned.facts, recorder);
        }
        let outcome = match after.cmp(&before) {
            std::cmp::Ordering::Less => Outcome::Cut,
            std::cmp::Ordering::Equal => Outcome::Same,
            std::cmp::Ordering::Greater => Outcome::Raise,
        };
        Row { outcome, ..row }
    }

    /// The compare-at price that the first rule with a wish for it gives; the outer `None`: too large.
    fn compare_at(
        &self,
        team: &Team<'_>,
        before: i64,
        after: i64,
        view: &VariantFacts<'_>,
    ) -> Option<Option<i64>> {
        let rule = team.iter().find(|rule| !rule.ready.compare_at.keeps()).unwrap_or(team.first());
        let rounding = self.rounding_of(team);
        rule.ready
            .compare_at
            .after((before, after), view.compare_at_minor, |percent| self.above(after, percent, rounding))
    }
}

impl CompiledRule {
    pub(super) fn unwritten(&self, outcome: Outcome, reason: Reason, facts: &VariantFacts<'_>) -> Row {
        Row {
            outcome,
            reason,
            before: facts.price_minor,
            after: None,
            compare_at_before: facts.compare_at_minor,
            compare_at_after: facts.compare_at_minor,
            rule_index: self.index,
            base: None,
            guardrails: GuardrailResults::default(),
            compare_at_too_low: false,
            display_unreachable: false,
        }
    }
}
