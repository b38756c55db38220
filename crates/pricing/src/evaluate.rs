//! One variant through the rules: select → steps → rounding → limits → guardrails → compare-at → classification.
//! Preview, plan and explain run this same code; only what they write down differs.

use crate::context::PricingContext;
use crate::facts::VariantFacts;
use crate::guardrail::{GuardrailKind, GuardrailResults, Planned, Verdict};
use crate::limit::{self, LimitKind, Limited};
use crate::rule_set::{CompiledRule, RuleSet};
use crate::trace::{PackedTrace, Part, Recorder, Silent, Trace, Tracer, unpack_trace};

/// What the rules say of one variant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// No rule selects it.
    NotSelected,
    /// A rule selects it.
    Row(Row),
}

/// The row of a plan. Amounts are minor units of the surface's currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Row {
    /// How it came out.
    pub outcome: Outcome,
    /// Why.
    pub reason: Reason,
    /// The price before.
    pub before: Option<i64>,
    /// The price that the rule gives. For a blocked row the price that may not be; it is never written.
    pub after: Option<i64>,
    /// The compare-at price before.
    pub compare_at_before: Option<i64>,
    /// The compare-at price after.
    pub compare_at_after: Option<i64>,
    /// Place of the rule that decided, in the list that was compiled.
    pub rule_index: u32,
    /// What each guardrail said.
    pub guardrails: GuardrailResults,
    /// The struck-through price would not stand above the price: shops show no reduction then, some refuse it.
    pub compare_at_too_low: bool,
}

/// How a selected variant came out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// The price rises.
    Raise,
    /// The price falls.
    Cut,
    /// The price stays; the compare-at price may still change.
    Same,
    /// A guardrail stops it.
    Blocked,
    /// There is no price to start from.
    Skipped,
}

/// Why a row came out as it did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// The rule was followed to the end.
    AsRuled,
    /// The result was moved to a limit of the rule.
    Limited(LimitKind),
    /// Data is missing to tell whether a limit of the rule holds.
    LimitUnknown(LimitKind),
    /// A guardrail stops the result.
    Blocked(GuardrailKind),
    /// The limits leave no price that holds them all.
    LimitsContradict,
    /// The result is too large to be a price.
    TooLarge,
    /// The variant has no price on this surface.
    NoPrice,
    /// The variant's price is below zero.
    NegativePrice,
}

impl Outcome {
    /// The word used in the database, the API and the trace.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Raise => "raise",
            Self::Cut => "cut",
            Self::Same => "same",
            Self::Blocked => "blocked",
            Self::Skipped => "skipped",
        }
    }
}

impl Reason {
    /// Stable code, such as `limited.floor`.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::AsRuled => "as_ruled",
            Self::Limited(kind) => kind.limited_code(),
            Self::LimitUnknown(kind) => kind.unknown_code(),
            Self::Blocked(kind) => kind.blocked_code(),
            Self::LimitsContradict => "blocked.limits_contradict",
            Self::TooLarge => "blocked.too_large",
            Self::NoPrice => "skipped.no_price",
            Self::NegativePrice => "skipped.negative_price",
        }
    }
}

impl Row {
    /// Whether applying the row would write anything: the price or the compare-at price.
    #[must_use]
    pub fn writes(&self) -> bool {
        match self.outcome {
            Outcome::Raise | Outcome::Cut => true,
            Outcome::Same => self.compare_at_before != self.compare_at_after,
            Outcome::Blocked | Outcome::Skipped => false,
        }
    }
}

/// The row that limits look at.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Case<'a> {
    /// The price before, in minor units; not negative.
    pub(crate) before: i64,
    /// Everything known about the variant.
    pub(crate) facts: &'a VariantFacts<'a>,
    /// Where and when.
    pub(crate) context: &'a PricingContext,
}

impl RuleSet {
    /// What the rules say of one variant. Exact, without allocation.
    #[must_use]
    pub fn evaluate(&self, facts: &VariantFacts<'_>) -> Decision {
        self.run(facts, &mut Silent)
    }

    /// The same, with every step written down.
    #[must_use]
    pub fn explain(&self, facts: &VariantFacts<'_>) -> Trace {
        let mut tracer = Tracer::default();
        let (_, packed) = self.evaluate_and_pack(facts, &mut tracer);
        let arguments = packed.arguments.to_vec();
        let json = unpack_trace(&tracer.templates().texts()[0], &arguments).expect("packed a moment ago");
        Trace::from_json(&json).expect("a packed trace is a trace")
    }

    /// The decision and its trace from one run, as a plan stores them.
    pub fn evaluate_and_pack<'t>(
        &self,
        facts: &VariantFacts<'_>,
        tracer: &'t mut Tracer,
    ) -> (Decision, PackedTrace<'t>) {
        let decision = self.run(facts, tracer.begin(self, facts));
        (decision, tracer.finish(self, &decision))
    }

    fn run<R: Recorder>(&self, facts: &VariantFacts<'_>, recorder: &mut R) -> Decision {
        for rule in &self.rules {
            let matches = rule.ready.matcher.holds(facts);
            recorder.step("select", |step| match matches {
                true => {
                    step.rule(&rule.label).output(&[Part::Word("selected")]);
                }
                false => {
                    let why = rule.ready.matcher.why_not(facts, self.context.currency);
                    step.rule(&rule.label).output(&[Part::Word("not_selected")]).reason(&[Part::Text(&why)]);
                }
            });
            if matches {
                return Decision::Row(self.row(rule, facts, recorder));
            }
        }
        Decision::NotSelected
    }

    fn row<R: Recorder>(&self, rule: &CompiledRule, facts: &VariantFacts<'_>, recorder: &mut R) -> Row {
        let unpriced = match facts.price_minor {
            Some(before) if before >= 0 => return self.priced_row(rule, before, facts, recorder),
            Some(_) => Reason::NegativePrice,
            None => Reason::NoPrice,
        };
        recorder.step("price", |step| {
            step.input(&[Part::MoneyOrNone(facts.price_minor)]);
            step.reason(&[Part::Word("there is no price to start from")]);
        });
        rule.unwritten(Outcome::Skipped, unpriced, facts)
    }

    fn priced_row<R: Recorder>(
        &self,
        rule: &CompiledRule,
        before: i64,
        facts: &VariantFacts<'_>,
        recorder: &mut R,
    ) -> Row {
        let rounded = rule.ready.kernel.price(before);
        if R::WRITES {
            self.note_arithmetic(rule, before, rounded, recorder);
        }
        let Some(rounded) = rounded else {
            return rule.unwritten(Outcome::Blocked, Reason::TooLarge, facts);
        };
        let case = Case { before, facts, context: &self.context };
        let limited = limit::limited(std::iter::once(&rule.ready.limits), &case, rounded);
        if R::WRITES {
            note_limits(rule, &case, rounded, &limited, recorder);
        }
        let after =
            mutant!("order.rounded_behind_limits", limited.after, rule.ready.rounded_again(limited.after));
        let stopped = Row { after: Some(after), ..rule.unwritten(Outcome::Blocked, limited.reason, facts) };
        if matches!(limited.reason, Reason::LimitsContradict | Reason::LimitUnknown(_)) {
            return stopped;
        }
        let compare_at_before = facts.compare_at_minor;
        let compare_at_after = rule.ready.compare_at.after(before, after, compare_at_before);
        let judged = mutant!("order.guardrails_before_limits", after, rounded);
        let planned = Planned {
            before,
            after: judged,
            compare_at_after,
            follows: rule.ready.follows,
            has_minimum: rule.ready.limits.has_minimum(),
            rule_index: rule.index,
            facts,
            context: &self.context,
        };
        let guardrails = self.guardrails.judge(&planned);
        if R::WRITES {
            self.note_guardrails(&planned, &guardrails, recorder);
        }
        if let Some(kind) = guardrails.violated() {
            return Row { reason: Reason::Blocked(kind), guardrails, ..stopped };
        }
        let compare_at_too_low = compare_at_after.is_some_and(|compare_at| compare_at <= after);
        recorder.step("compare_at", |step| {
            step.input(&[Part::MoneyOrNone(compare_at_before)])
                .output(&[Part::MoneyOrNone(compare_at_after)]);
            let words = Part::Word(rule.ready.compare_at.words(before, after));
            match compare_at_too_low {
                true => step.reason(&[words, Part::Word("; warning: it does not stand above the price")]),
                false => step.reason(&[words]),
            };
        });
        let outcome = match after.cmp(&before) {
            std::cmp::Ordering::Less => Outcome::Cut,
            std::cmp::Ordering::Equal => Outcome::Same,
            std::cmp::Ordering::Greater => Outcome::Raise,
        };
        Row { outcome, compare_at_after, guardrails, compare_at_too_low, ..stopped }
    }

    fn note_arithmetic<R: Recorder>(
        &self,
        rule: &CompiledRule,
        before: i64,
        rounded: Option<i64>,
        recorder: &mut R,
    ) {
        let digits = self.context.currency.minor_digits();
        let mut input = Part::Money(before);
        for ready in &rule.ready.steps {
            let output = ready.formula.part(before, digits);
            recorder.step(ready.kind, |step| {
                step.input(&[input]).output(&[output]).reason(&[Part::Word(&ready.words)]);
            });
            input = output;
        }
        recorder.step("rounding", |step| {
            step.input(&[input]);
            match rounded {
                Some(price) => {
                    let words = rule.ready.grid.words(self.context.currency);
                    step.output(&[Part::Money(price)]).reason(&[Part::Word(&words)])
                }
                None => step.reason(&[Part::Word("too large to be a price")]),
            };
        });
    }

    fn note_guardrails<R: Recorder>(
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
}

fn note_limits<R: Recorder>(
    rule: &CompiledRule,
    case: &Case<'_>,
    rounded: i64,
    limited: &Limited,
    recorder: &mut R,
) {
    rule.ready.limits.each(|kind, limit| {
        let verdict = limit::verdict(limit, case, rounded, limited);
        recorder.step(kind.code(), |step| {
            if verdict == Verdict::Limited {
                step.input(&[Part::Money(rounded)]).output(&[Part::Money(limited.after)]);
            }
            step.verdict(verdict.as_str());
            limit.note(case, step);
        });
    });
}

impl CompiledRule {
    fn unwritten(&self, outcome: Outcome, reason: Reason, facts: &VariantFacts<'_>) -> Row {
        Row {
            outcome,
            reason,
            before: facts.price_minor,
            after: None,
            compare_at_before: facts.compare_at_minor,
            compare_at_after: facts.compare_at_minor,
            rule_index: self.index,
            guardrails: GuardrailResults::default(),
            compare_at_too_low: false,
        }
    }
}
