//! Where the evaluation writes its steps. A text is made of parts: words, which many rows share, and what differs by row.
//! The words become a template, the rest its arguments; so a million rows store a few templates and short arguments.

use std::fmt::Write as _;

use super::packed::{Arguments, MARK};

/// One part of a text in a trace.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Part<'a> {
    /// An amount in minor units, shown as a decimal in the set's currency.
    Money(i64),
    /// An amount that may be missing, shown as `none` then.
    MoneyOrNone(Option<i64>),
    /// `units / 10^scale`, with at least so many decimals.
    Number { units: i128, scale: u32, decimals_min: u32 },
    /// A text that differs by variant.
    Text(&'a str),
    /// Words that many rows share: of the engine, of a rule, of a limit.
    Word(&'a str),
}

/// Whether and where the evaluation writes its steps.
pub(crate) trait Recorder {
    /// Whether it writes at all; work that only serves the trace is left out otherwise.
    const WRITES: bool;

    /// Writes one step; `kind` names it.
    fn step(&mut self, kind: &'static str, write: impl FnOnce(&mut StepWriter<'_>));
}

/// Writes nothing.
pub(crate) struct Silent;

impl Recorder for Silent {
    const WRITES: bool = false;

    #[inline]
    fn step(&mut self, _: &'static str, _: impl FnOnce(&mut StepWriter<'_>)) {}
}

/// Writes a template and its arguments, into room that is used again for the next row.
#[derive(Debug, Default)]
pub(crate) struct Written {
    pub(super) template: String,
    pub(super) arguments: Arguments,
    minor_digits: u32,
    steps: usize,
}

impl Written {
    pub(super) fn begin(&mut self, minor_digits: u32) {
        self.template.clear();
        self.arguments.clear();
        (self.minor_digits, self.steps) = (minor_digits, 0);
    }

    /// JSON as it stands, the same for many rows.
    pub(super) fn raw(&mut self, json: &str) {
        self.template.push_str(json);
    }

    /// A field of a JSON object whose value is a text.
    pub(super) fn field(&mut self, name: &str, parts: &[Part<'_>]) {
        self.raw(",\"");
        self.raw(name);
        self.raw("\":\"");
        for part in parts {
            self.part(*part);
        }
        self.raw("\"");
    }

    fn part(&mut self, part: Part<'_>) {
        match part {
            Part::Word(words) => escape(words, &mut self.template),
            Part::Money(minor) => {
                self.mark(char::from_digit(self.minor_digits, 10).expect("a currency has few minor digits"));
                self.arguments.integer(i128::from(minor));
            }
            Part::MoneyOrNone(Some(minor)) => self.part(Part::Money(minor)),
            Part::MoneyOrNone(None) => self.raw("none"),
            Part::Number { units, scale, decimals_min } => {
                self.mark('n');
                self.arguments.integer(units);
                self.arguments.integer(i128::from(scale));
                self.arguments.integer(i128::from(decimals_min));
            }
            Part::Text(text) => {
                self.mark('t');
                self.arguments.text(text);
            }
        }
    }

    fn mark(&mut self, kind: char) {
        self.template.push(MARK);
        self.template.push(kind);
    }
}

impl Recorder for Written {
    const WRITES: bool = true;

    fn step(&mut self, kind: &'static str, write: impl FnOnce(&mut StepWriter<'_>)) {
        self.raw(if self.steps == 0 { "{\"kind\":\"" } else { ",{\"kind\":\"" });
        self.raw(kind);
        self.raw("\"");
        write(&mut StepWriter(self));
        self.raw("}");
        self.steps += 1;
    }
}

/// Writes the fields of one step, each at most once, in the order of the methods below.
pub(crate) struct StepWriter<'w>(&'w mut Written);

impl StepWriter<'_> {
    /// Which rule, where several were asked.
    pub(crate) fn rule(&mut self, label: &str) -> &mut Self {
        self.field("rule", &[Part::Word(label)])
    }

    /// What went in.
    pub(crate) fn input(&mut self, parts: &[Part<'_>]) -> &mut Self {
        self.field("input", parts)
    }

    /// What came out.
    pub(crate) fn output(&mut self, parts: &[Part<'_>]) -> &mut Self {
        self.field("output", parts)
    }

    /// Of a limit or guardrail: what it said.
    pub(crate) fn verdict(&mut self, verdict: &'static str) -> &mut Self {
        self.field("verdict", &[Part::Word(verdict)])
    }

    /// Of a limit or guardrail: what was measured.
    pub(crate) fn value(&mut self, parts: &[Part<'_>]) -> &mut Self {
        self.field("value", parts)
    }

    /// Of a limit or guardrail: what it was held against.
    pub(crate) fn limit(&mut self, parts: &[Part<'_>]) -> &mut Self {
        self.field("limit", parts)
    }

    /// Why, for people.
    pub(crate) fn reason(&mut self, parts: &[Part<'_>]) -> &mut Self {
        self.field("reason", parts)
    }

    fn field(&mut self, name: &'static str, parts: &[Part<'_>]) -> &mut Self {
        self.0.field(name, parts);
        self
    }
}

/// Writes text as it stands between the quotes of JSON; also what marks a place in a template.
pub(super) fn escape(text: &str, json: &mut String) {
    let mut plain_from = 0;
    for (at, byte) in text.bytes().enumerate() {
        let escaped = match byte {
            b'"' => "\\\"",
            b'\\' => "\\\\",
            b'\n' => "\\n",
            b'\r' => "\\r",
            b'\t' => "\\t",
            0x08 => "\\b",
            0x0c => "\\f",
            0..=0x1f => {
                json.push_str(&text[plain_from..at]);
                write!(json, "\\u{byte:04x}").expect("writing to a text cannot fail");
                plain_from = at + 1;
                continue;
            }
            _ => continue,
        };
        json.push_str(&text[plain_from..at]);
        json.push_str(escaped);
        plain_from = at + 1;
    }
    json.push_str(&text[plain_from..]);
}
