//! One variant through the rules: select → steps → rounding → guardrails → compare-at → classification.
//! Preview, plan and explain run this same code; only what they write down differs.

use kernel_core::{Currency, Money};

use crate::facts::VariantFacts;
use crate::guardrail::{Guarded, GuardrailKind, GuardrailResults, Verdict};
use crate::rule_set::{CompiledRule, RuleSet};
use crate::trace::{Recorder, Silent, Trace, TraceStep, Written};

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
    /// The result was moved to a limit.
    Limited(GuardrailKind),
    /// The result may not be.
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

impl RuleSet {
    /// What the rules say of one variant. Exact, without allocation.
    #[must_use]
    pub fn evaluate(&self, facts: &VariantFacts<'_>) -> Decision {
        self.run(facts, &mut Silent)
    }

    /// The same, with every step written down.
    #[must_use]
    pub fn explain(&self, facts: &VariantFacts<'_>) -> Trace {
        self.evaluate_and_explain(facts).1
    }

    /// The decision and its trace from one run, as a plan needs them.
    #[must_use]
    pub fn evaluate_and_explain(&self, facts: &VariantFacts<'_>) -> (Decision, Trace) {
        let mut written = Written::default();
        let decision = self.run(facts, &mut written);
        let trace = Trace::new(self, facts, &decision, written);
        (decision, trace)
    }

    fn run<R: Recorder>(&self, facts: &VariantFacts<'_>, recorder: &mut R) -> Decision {
        for rule in &self.rules {
            let matches = rule.ready.matcher.holds(facts);
            recorder.note(|| select_step(rule, matches, facts, self.currency));
            if matches {
                return Decision::Row(rule.row(facts, self.currency, recorder));
            }
        }
        Decision::NotSelected
    }
}

fn select_step(
    rule: &CompiledRule,
    matches: bool,
    facts: &VariantFacts<'_>,
    currency: Currency,
) -> TraceStep {
    let step = TraceStep::new("select").of(&rule.label);
    match matches {
        true => step.to("selected"),
        false => step.to("not_selected").because(rule.ready.matcher.why_not(facts, currency)),
    }
}

impl CompiledRule {
    fn row<R: Recorder>(&self, facts: &VariantFacts<'_>, currency: Currency, recorder: &mut R) -> Row {
        let unpriced = match facts.price_minor {
            Some(before) if before >= 0 => return self.priced_row(before, facts, currency, recorder),
            Some(_) => Reason::NegativePrice,
            None => Reason::NoPrice,
        };
        recorder.note(|| {
            let step = TraceStep::new("price").from(money(facts.price_minor, currency));
            step.because("there is no price to start from".to_owned())
        });
        self.unwritten(Outcome::Skipped, unpriced, facts, None, GuardrailResults::default())
    }

    fn priced_row<R: Recorder>(
        &self,
        before: i64,
        facts: &VariantFacts<'_>,
        currency: Currency,
        recorder: &mut R,
    ) -> Row {
        let rounded = self.ready.kernel.price(before);
        if R::WRITES {
            self.note_arithmetic(before, rounded, currency, recorder);
        }
        let Some(rounded) = rounded else {
            return self.unwritten(
                Outcome::Blocked,
                Reason::TooLarge,
                facts,
                None,
                GuardrailResults::default(),
            );
        };
        let guarded = self.ready.guardrails.guard(before, rounded);
        if R::WRITES {
            self.note_guardrails(before, rounded, &guarded, currency, recorder);
        }
        let Guarded { after, reason, results } = guarded;
        if matches!(reason, Reason::Blocked(_) | Reason::LimitsContradict) {
            return self.unwritten(Outcome::Blocked, reason, facts, Some(after), results);
        }
        let compare_at_before = facts.compare_at_minor;
        let compare_at_after = self.ready.compare_at.after(before, after, compare_at_before);
        let compare_at_too_low = compare_at_after.is_some_and(|compare_at| compare_at <= after);
        recorder.note(|| {
            let step = TraceStep::new("compare_at")
                .from(money(compare_at_before, currency))
                .to(money(compare_at_after, currency));
            let words = self.ready.compare_at.words(before, after);
            match compare_at_too_low {
                true => step.because(format!("{words}; warning: it does not stand above the price")),
                false => step.because(words.to_owned()),
            }
        });
        let outcome = match after.cmp(&before) {
            std::cmp::Ordering::Less => Outcome::Cut,
            std::cmp::Ordering::Equal => Outcome::Same,
            std::cmp::Ordering::Greater => Outcome::Raise,
        };
        Row {
            outcome,
            reason,
            before: Some(before),
            after: Some(after),
            compare_at_before,
            compare_at_after,
            rule_index: self.index,
            guardrails: results,
            compare_at_too_low,
        }
    }

    fn unwritten(
        &self,
        outcome: Outcome,
        reason: Reason,
        facts: &VariantFacts<'_>,
        after: Option<i64>,
        guardrails: GuardrailResults,
    ) -> Row {
        Row {
            outcome,
            reason,
            before: facts.price_minor,
            after,
            compare_at_before: facts.compare_at_minor,
            compare_at_after: facts.compare_at_minor,
            rule_index: self.index,
            guardrails,
            compare_at_too_low: false,
        }
    }

    fn note_arithmetic<R: Recorder>(
        &self,
        before: i64,
        rounded: Option<i64>,
        currency: Currency,
        recorder: &mut R,
    ) {
        let digits = currency.minor_digits();
        let mut input = money(Some(before), currency);
        for step in &self.ready.steps {
            recorder.note(|| {
                let output = step.formula.text(before, digits).unwrap_or_else(|| "too large".to_owned());
                let input = std::mem::replace(&mut input, output.clone());
                TraceStep::new(step.kind).from(input).to(output).because(step.words.clone())
            });
        }
        recorder.note(|| {
            let step = TraceStep::new("rounding").from(input);
            match rounded {
                Some(price) => step.to(money(Some(price), currency)).because(self.ready.grid.words(currency)),
                None => step.because("too large to be a price".to_owned()),
            }
        });
    }

    fn note_guardrails<R: Recorder>(
        &self,
        before: i64,
        rounded: i64,
        guarded: &Guarded,
        currency: Currency,
        recorder: &mut R,
    ) {
        self.ready.guardrails.each(|kind, limit| {
            recorder.note(|| {
                let verdict = guarded.results.verdict(kind);
                let step = TraceStep::new(kind.code()).with(verdict).because(limit.words(before, currency));
                match verdict {
                    Verdict::Limited => {
                        step.from(money(Some(rounded), currency)).to(money(Some(guarded.after), currency))
                    }
                    Verdict::Blocked => step.from(money(Some(guarded.after), currency)),
                    Verdict::Passed | Verdict::NotSet => step,
                }
            });
        });
    }
}

fn money(minor: Option<i64>, currency: Currency) -> String {
    minor.map_or_else(|| "none".to_owned(), |minor| Money::from_minor(minor, currency).to_decimal_string())
}
