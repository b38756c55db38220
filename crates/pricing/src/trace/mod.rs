//! The explain trace: ordered steps with input, output and reason, as canonical compact JSON and as text for people.

mod packed;
mod record;

use std::fmt::Write as _;

use serde::{Deserialize, Serialize};

use crate::ENGINE_VERSION;
use crate::evaluate::{Decision, Row};
use crate::facts::VariantFacts;
use crate::guardrail::GUARDRAIL_VERSION;
use crate::rule_set::RuleSet;
pub use packed::{PackedTrace, TraceError, TraceTemplates, unpack_trace};
pub(crate) use record::{Part, Recorder, Silent, StepWriter, Written};

/// How a price was decided. Amounts are decimal texts in `currency`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Trace {
    /// The contract of this document, `trace.v1`.
    pub schema: String,
    /// Version of the engine that decided.
    pub engine: String,
    /// Version of the guardrails that always hold.
    pub guardrails: String,
    /// Currency of every amount.
    pub currency: String,
    /// The price before.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub before: Option<String>,
    /// The steps, in the order in which they happened.
    pub steps: Vec<TraceStep>,
    /// Label of the rule that decided; none if no rule selects the variant.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub rule: Option<String>,
    /// Content hash of that rule.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub rule_hash: Option<String>,
    /// `raise`, `cut`, `same`, `blocked`, `skipped` or `not_selected`.
    pub outcome: String,
    /// Stable code of the reason.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub reason: Option<String>,
    /// The price after; of a blocked row the price that may not be.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub after: Option<String>,
}

/// One step of a trace.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TraceStep {
    /// `select`, `price`, a step of the rule, `rounding`, a guardrail, or `compare_at`.
    pub kind: String,
    /// Which rule, where several were asked.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub rule: Option<String>,
    /// What went in.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub input: Option<String>,
    /// What came out.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub output: Option<String>,
    /// Of a limit or guardrail: `passed`, `near`, `limited`, `violated` or `waived`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub verdict: Option<String>,
    /// Of a limit or guardrail: what was measured.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub value: Option<String>,
    /// Of a limit or guardrail: what it was held against.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub limit: Option<String>,
    /// Why, for people.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub reason: Option<String>,
}

/// Writes the traces of many rows compactly: their templates once, and of each row what fills them.
#[derive(Debug, Default)]
pub struct Tracer {
    written: Written,
    templates: TraceTemplates,
}

impl Tracer {
    /// The templates needed so far.
    #[must_use]
    pub fn templates(&self) -> &TraceTemplates {
        &self.templates
    }

    pub(crate) fn begin(&mut self, rules: &RuleSet, facts: &VariantFacts<'_>) -> &mut Written {
        let currency = rules.context.currency;
        let written = &mut self.written;
        written.begin(currency.minor_digits());
        written.raw("{\"schema\":\"trace.v1\"");
        written.field("engine", &[Part::Word(ENGINE_VERSION)]);
        written.field("guardrails", &[Part::Word(GUARDRAIL_VERSION)]);
        written.field("currency", &[Part::Word(currency.code())]);
        if let Some(before) = facts.price_minor {
            written.field("before", &[Part::Money(before)]);
        }
        written.raw(",\"steps\":[");
        written
    }

    pub(crate) fn finish(&mut self, rules: &RuleSet, decision: &Decision) -> PackedTrace<'_> {
        let written = &mut self.written;
        written.raw("]");
        match decision {
            Decision::NotSelected => written.field("outcome", &[Part::Word("not_selected")]),
            Decision::Row(row) => finish_row(written, rules, row),
        }
        written.raw("}");
        let template = self.templates.number(&written.template);
        PackedTrace { template, arguments: written.arguments.bytes() }
    }
}

fn finish_row(written: &mut Written, rules: &RuleSet, row: &Row) {
    if let Some(rule) = rules.rules.iter().find(|rule| rule.index == row.rule_index) {
        written.field("rule", &[Part::Word(&rule.label)]);
        written.field("rule_hash", &[Part::Word(&rule.hash)]);
    }
    written.field("outcome", &[Part::Word(row.outcome.as_str())]);
    written.field("reason", &[Part::Word(row.reason.code())]);
    if let Some(after) = row.after {
        written.field("after", &[Part::Money(after)]);
    }
}

impl Trace {
    /// Reads a trace from its canonical JSON.
    ///
    /// # Errors
    /// It is not a trace.
    pub fn from_json(json: &str) -> Result<Self, serde_json::Error> {
        serde_json::from_str(json)
    }

    /// The one way to write this trace: compact JSON, fields in a fixed order. Stored and compared byte for byte.
    #[must_use]
    pub fn canonical_json(&self) -> String {
        serde_json::to_string(self).expect("a trace has only texts and lists")
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
            let note: Vec<&str> =
                [&step.reason, &step.limit].into_iter().flatten().map(String::as_str).collect();
            line(&mut text, &name, &shown.replace('_', " "), &note.join(" "));
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
