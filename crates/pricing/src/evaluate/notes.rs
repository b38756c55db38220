//! What the evaluation writes down for the trace.

use super::price::{Rounded, displayed};
use super::team::Team;
use super::{Case, Reason, Row};
use crate::context::TaxFactor;
use crate::facts::VariantFacts;
use crate::guardrail::{GuardrailResults, Planned, Verdict};
use crate::limit::{self, Limited};
use crate::rule_set::RuleSet;
use crate::step::{Exact, PathStep, Source};
use crate::trace::{Part, Recorder};

/// A value of the trace; none if it cannot be kept exactly.
fn shown(value: Option<Exact>, digits: u32) -> [Part<'static>; 2] {
    value.map_or([Part::Word("too large"), Part::Word("")], |value| value.parts(digits))
}

impl RuleSet {
    pub(super) fn note_missing<R: Recorder>(
        &self,
        reason: Reason,
        facts: &VariantFacts<'_>,
        recorder: &mut R,
    ) {
        let why = match reason {
            Reason::NoCompareAt => "there is no compare-at price to start from",
            Reason::NoCompetitor => "no competitor's price is known",
            Reason::NoCost => "the cost is not known",
            Reason::NoMap => "the lowest advertised price allowed is not known",
            Reason::NoMsrp => "the suggested retail price is not known",
            Reason::NoSurfacePrice => "there is no price on that surface",
            Reason::EditedSince => {
                "the price is not what the running sales give; it was changed since and is kept"
            }
            Reason::UnknownSale => "a sale runs that is not among these rules",
            _ => "there is no price to start from",
        };
        recorder.step("price", |step| {
            step.input(&[Part::MoneyOrNone(facts.price_minor)]).reason(&[Part::Word(why)]);
        });
    }

    pub(super) fn note_arithmetic<R: Recorder>(
        &self,
        team: &Team<'_>,
        before: i64,
        facts: &VariantFacts<'_>,
        rounded: Option<Rounded>,
        recorder: &mut R,
    ) {
        let digits = self.context.currency.minor_digits();
        let mut value = Some(Exact::whole(before));
        for rule in team.iter() {
            let label = (!team.is_single()).then_some(rule.label.as_str());
            let start = value;
            for path_step in &rule.ready.program.end(before, facts).steps {
                let (kind, words) = match path_step {
                    PathStep::Computed { kind, words, .. } | PathStep::Taken { kind, words } => {
                        (*kind, words)
                    }
                };
                let mut output = None;
                let input = value;
                if let PathStep::Computed { source, formula, .. } = path_step {
                    let from = match source {
                        Source::Value => start,
                        other => other.amount(before, facts).ok().map(Exact::whole),
                    };
                    value = from.and_then(|from| formula.of(from));
                    output = Some(value);
                }
                recorder.step(kind, |step| {
                    if let Some(label) = label {
                        step.rule(label);
                    }
                    match output {
                        Some(output) => step.input(&shown(input, digits)).output(&shown(output, digits)),
                        None => step.output(&[Part::Word("taken")]),
                    };
                    step.reason(&[Part::Word(words)]);
                });
            }
        }
        self.note_rounding(team, value, rounded, recorder);
    }

    fn note_rounding<R: Recorder>(
        &self,
        team: &Team<'_>,
        value: Option<Exact>,
        rounded: Option<Rounded>,
        recorder: &mut R,
    ) {
        let digits = self.context.currency.minor_digits();
        let rounding = self.rounding_of(team);
        let net = rounding.displayed != TaxFactor::NONE;
        let target = match net {
            true => value.and_then(|value| value.times(rounding.displayed)),
            false => value,
        };
        if net {
            recorder.step("display", |step| {
                step.input(&shown(value, digits)).output(&shown(target, digits));
                step.reason(&[Part::Word("with tax, as people see it")]);
            });
        }
        recorder.step("rounding", |step| {
            step.input(&shown(target, digits));
            match rounded {
                Some(rounded) => {
                    let words = rounding.grid.words(self.context.currency);
                    step.output(&[Part::Money(rounded.wanted)]).reason(&[Part::Word(&words)])
                }
                None => step.reason(&[Part::Word("too large to be a price")]),
            };
        });
        if let (true, Some(rounded)) = (net, rounded) {
            recorder.step("net", |step| {
                step.input(&[Part::Money(rounded.wanted)]).output(&[Part::Money(rounded.price)]);
                match displayed(rounded.price, rounding.displayed) {
                    Some(shown) if rounded.unreachable => step.reason(&[
                        Part::Word("warning: no net price displays this; the nearest displays "),
                        Part::Money(shown),
                    ]),
                    _ => step.reason(&[Part::Word("the net price that displays this")]),
                };
            });
        }
    }

    pub(super) fn note_limits<R: Recorder>(
        &self,
        team: &Team<'_>,
        case: &Case<'_>,
        rounded: i64,
        limited: &Limited,
        recorder: &mut R,
    ) {
        for rule in team.iter() {
            rule.ready.limits.each(|kind, limit| {
                let verdict = limit::verdict(limit, case, rounded, limited);
                recorder.step(kind.code(), |step| {
                    if !team.is_single() {
                        step.rule(&rule.label);
                    }
                    if verdict == Verdict::Limited {
                        step.input(&[Part::Money(rounded)]).output(&[Part::Money(limited.after)]);
                    }
                    step.verdict(verdict.as_str());
                    limit.note(case, step);
                });
            });
        }
    }

    pub(super) fn note_guardrails<R: Recorder>(
        &self,
        planned: &Planned<'_>,
        results: &GuardrailResults,
        recorder: &mut R,
    ) {
        self.guardrails.each(|kind, guardrail| {
            let verdict = results.verdict(kind);
            if verdict != Verdict::NotSet {
                recorder.step(kind.code(), |step| {
                    step.verdict(verdict.as_str());
                    guardrail.note(planned, step);
                });
            }
        });
    }

    pub(super) fn note_compare_at<R: Recorder>(
        &self,
        team: &Team<'_>,
        row: &Row,
        facts: &VariantFacts<'_>,
        recorder: &mut R,
    ) {
        let rule = team.iter().find(|rule| !rule.ready.compare_at.keeps()).unwrap_or(team.first());
        let falls = row.after < facts.more.base_minor.or(facts.price_minor);
        let words = match row.reason {
            Reason::SaleEnded => "what it is without the sale",
            _ => rule.ready.compare_at.words(falls),
        };
        recorder.step("compare_at", |step| {
            if !team.is_single() {
                step.rule(&rule.label);
            }
            step.input(&[Part::MoneyOrNone(row.compare_at_before)])
                .output(&[Part::MoneyOrNone(row.compare_at_after)]);
            match row.compare_at_too_low {
                true => step
                    .reason(&[Part::Word(words), Part::Word("; warning: it does not stand above the price")]),
                false => step.reason(&[Part::Word(words)]),
            };
        });
    }
}
