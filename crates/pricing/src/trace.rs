//! The explain trace: ordered steps with input, output and reason, as canonical compact JSON and as text for people.

use std::borrow::Cow;
use std::fmt::Write as _;

use kernel_core::Money;
use serde::{Deserialize, Serialize};

use crate::ENGINE_VERSION;
use crate::evaluate::{Decision, Row};
use crate::facts::VariantFacts;
use crate::guardrail::{GUARDRAIL_VERSION, Verdict};
use crate::rule_set::RuleSet;

/// Room for the JSON of most traces, so that writing one seldom moves it.
const TRACE_BYTES_USUAL: usize = 1_280;

/// How a price was decided. Amounts are decimal texts in `currency`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Trace {
    /// The contract of this document, `trace.v1`.
    pub schema: Cow<'static, str>,
    /// Version of the engine that decided.
    pub engine: Cow<'static, str>,
    /// Version of the guardrails that always hold.
    pub guardrails: Cow<'static, str>,
    /// Currency of every amount.
    pub currency: String,
    /// Label of the rule that decided; none if no rule selects the variant.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub rule: Option<String>,
    /// Content hash of that rule.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub rule_hash: Option<String>,
    /// `raise`, `cut`, `same`, `blocked`, `skipped` or `not_selected`.
    pub outcome: Cow<'static, str>,
    /// Stable code of the reason.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub reason: Option<Cow<'static, str>>,
    /// The price before.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub before: Option<String>,
    /// The price after; of a blocked row the price that may not be.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub after: Option<String>,
    /// The steps, in the order in which they happened.
    pub steps: Vec<TraceStep>,
}

/// One step of a trace.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TraceStep {
    /// `select`, `price`, a step of the rule, `rounding`, a guardrail, or `compare_at`.
    pub kind: Cow<'static, str>,
    /// Which rule, where several were asked.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub rule: Option<String>,
    /// What went in.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub input: Option<String>,
    /// What came out.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub output: Option<String>,
    /// Of a guardrail: `passed`, `limited` or `blocked`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub verdict: Option<Cow<'static, str>>,
    /// Why, for people.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub reason: Option<String>,
}

/// Where the evaluation writes its steps.
pub(crate) trait Recorder {
    /// Whether it writes at all; work that only serves the trace is left out otherwise.
    const WRITES: bool;

    /// Writes one step.
    fn note(&mut self, step: impl FnOnce() -> TraceStep);
}

/// Writes nothing.
pub(crate) struct Silent;

/// Writes everything.
#[derive(Default)]
pub(crate) struct Written(Vec<TraceStep>);

impl Recorder for Silent {
    const WRITES: bool = false;

    #[inline]
    fn note(&mut self, _: impl FnOnce() -> TraceStep) {}
}

impl Recorder for Written {
    const WRITES: bool = true;

    fn note(&mut self, step: impl FnOnce() -> TraceStep) {
        self.0.push(step());
    }
}

impl TraceStep {
    pub(crate) fn new(kind: &'static str) -> Self {
        Self { kind: Cow::Borrowed(kind), rule: None, input: None, output: None, verdict: None, reason: None }
    }

    pub(crate) fn of(self, rule: &str) -> Self {
        Self { rule: Some(rule.to_owned()), ..self }
    }

    pub(crate) fn from(self, input: String) -> Self {
        Self { input: Some(input), ..self }
    }

    pub(crate) fn to(self, output: impl Into<String>) -> Self {
        Self { output: Some(output.into()), ..self }
    }

    pub(crate) fn with(self, verdict: Verdict) -> Self {
        Self { verdict: Some(Cow::Borrowed(verdict.as_str())), ..self }
    }

    pub(crate) fn because(self, reason: String) -> Self {
        Self { reason: Some(reason), ..self }
    }
}

impl Trace {
    pub(crate) fn new(
        rules: &RuleSet,
        facts: &VariantFacts<'_>,
        decision: &Decision,
        written: Written,
    ) -> Self {
        let money = |minor: i64| Money::from_minor(minor, rules.currency).to_decimal_string();
        let row = match decision {
            Decision::Row(row) => Some(row),
            Decision::NotSelected => None,
        };
        let rule = row.and_then(|row| rules.rules.iter().find(|rule| rule.index == row.rule_index));
        Self {
            schema: Cow::Borrowed("trace.v1"),
            engine: Cow::Borrowed(ENGINE_VERSION),
            guardrails: Cow::Borrowed(GUARDRAIL_VERSION),
            currency: rules.currency.code().to_owned(),
            rule: rule.map(|rule| rule.label.clone()),
            rule_hash: rule.map(|rule| rule.hash.clone()),
            outcome: Cow::Borrowed(row.map_or("not_selected", |row| row.outcome.as_str())),
            reason: row.map(|row| Cow::Borrowed(row.reason.code())),
            before: facts.price_minor.map(money),
            after: row.and_then(|row: &Row| row.after).map(money),
            steps: written.0,
        }
    }

    /// The one way to write this trace: compact JSON, fields in a fixed order. Stored and compared byte for byte.
    #[must_use]
    pub fn canonical_json(&self) -> String {
        let mut bytes = Vec::with_capacity(TRACE_BYTES_USUAL);
        serde_json::to_writer(&mut bytes, self).expect("a trace has only texts and lists");
        String::from_utf8(bytes).expect("JSON of texts is text")
    }

    /// The trace for people, one step per line, with a final line break.
    #[must_use]
    pub fn to_text(&self) -> String {
        let mut text = String::new();
        let currency = &self.currency;
        let before = self.before.as_deref().unwrap_or("none");
        line(&mut text, "price before", before, currency);
        for step in &self.steps {
            let name = match &step.rule {
                Some(rule) => format!("{} {rule}", step.kind),
                None => step.kind.replace('_', " "),
            };
            let shown = step.verdict.as_deref().or(step.output.as_deref()).unwrap_or("");
            let shown = match (step.verdict.as_deref(), &step.output) {
                (Some("limited"), Some(output)) => output,
                _ => shown,
            };
            line(&mut text, &name, &shown.replace('_', " "), step.reason.as_deref().unwrap_or(""));
        }
        let outcome = self.outcome.replace('_', " ");
        let reason = self.reason.as_deref().unwrap_or("");
        match &self.after {
            Some(after) => line(&mut text, &format!("= {outcome}"), after, &format!("{currency}, {reason}")),
            None => line(&mut text, &format!("= {outcome}"), "", reason),
        }
        text
    }
}

fn line(text: &mut String, name: &str, value: &str, note: &str) {
    let start = text.len();
    write!(text, "{name:<28} {value:>14}   {note}").expect("writing to a text cannot fail");
    text.truncate(start.max(text.trim_end().len()));
    text.push('\n');
}
