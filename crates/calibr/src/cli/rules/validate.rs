//! `rules validate`: every fault of every file with its line, before anything is sent.

use std::collections::HashMap;

use kernel_core::{Currency, FieldError};
use kernel_http::Validation;
use pricing::{Guardrails, PricingContext, RuleSet};

use super::documents::{Document, Files, read_all};
use crate::cli::app::App;
use crate::cli::catalog::shell_word;
use crate::cli::exit::{Exit, Result};
use crate::cli::format;
use crate::cli::look::{Look, Tone, one_line};

/// Longest piece of a line that is quoted.
const QUOTED_MAX: usize = 100;

/// Arguments of `rules validate`.
#[derive(Debug, clap::Args)]
pub struct ValidateArgs {
    #[command(flatten)]
    files: Files,
    /// Also check that the rules fit prices in this currency
    #[arg(long, value_name = "CODE")]
    currency: Option<Currency>,
}

/// Checks rule files on this machine.
///
/// # Errors
/// A file cannot be read.
pub fn run(app: &App, args: &ValidateArgs) -> Result {
    let documents = read_all(&args.files.files)?;
    let verdicts = verdicts(&documents, args.currency);
    if app.ui.json() {
        let all: Vec<_> = documents
            .iter()
            .zip(&verdicts)
            .map(|(d, v)| serde_json::json!({"file": d.name, "valid": v.valid, "errors": v.errors}))
            .collect();
        app.ui.document(&serde_json::json!({ "data": all }).to_string());
    } else {
        app.ui.data(&verdicts_view(app.ui.look, &documents, &verdicts));
    }
    if verdicts.iter().all(|verdict| verdict.valid) {
        let files =
            args.files.files.iter().map(|file| format!(" -f {}", shell_word(&file.display().to_string())));
        app.ui.next(&[format!("plan{}", files.collect::<String>())]);
        return Ok(Exit::Done);
    }
    Ok(Exit::Failed)
}

/// What can be said of each document, and of all together: two must not be the same rule.
fn verdicts(documents: &[Document], currency: Option<Currency>) -> Vec<Validation> {
    let mut named: HashMap<String, &str> = HashMap::new();
    let verdict = |document| {
        let mut errors = faults(document, currency);
        if let Ok(rule) = document.read()
            && let Some(other) = named.insert(rule.name().to_owned(), &document.name)
        {
            let detail = format!("{other} names the rule `{}` too; each name is one rule", rule.name());
            errors.push(FieldError { pointer: "/name".to_owned(), code: "rule.twice".to_owned(), detail });
        }
        Validation::from(errors)
    };
    documents.iter().map(verdict).collect()
}

fn faults(document: &Document, currency: Option<Currency>) -> Vec<FieldError> {
    match (document.read(), currency) {
        (Err(faults), _) => faults,
        (Ok(_), None) => Vec::new(),
        (Ok(rule), Some(currency)) => {
            let context = PricingContext::base(currency, jiff::Timestamp::now());
            let ready = RuleSet::compile(&[(rule.name(), &rule)], &Guardrails::default(), &context);
            ready.err().unwrap_or_default()
        }
    }
}

fn verdicts_view(look: Look, documents: &[Document], verdicts: &[Validation]) -> String {
    let mut text = String::new();
    for (document, verdict) in documents.iter().zip(verdicts) {
        let (glyph, tone) = if verdict.valid { ("✓", Tone::Good) } else { ("✗", Tone::Bad) };
        text.push_str(&format!("{} {}\n", look.paint(tone, glyph), document.name));
        for field in &verdict.errors {
            text.push_str(&fault_view(look, document, field));
        }
    }
    let faulty = verdicts.iter().filter(|verdict| !verdict.valid).count();
    if verdicts.len() > 1 {
        let files = format::counted(verdicts.len() as u64, "file");
        let found = if faulty == 0 { "all valid".to_owned() } else { format!("{faulty} with faults") };
        text.push_str(&format!("{files}, {found}\n"));
    }
    text
}

/// A fault as compilers show it: where, what, and the line itself.
fn fault_view(look: Look, document: &Document, field: &FieldError) -> String {
    let pointer = if field.pointer.is_empty() { "/" } else { &field.pointer };
    let (place, detail) = placed(&field.detail);
    let Some((line, column)) = place else {
        return format!("    {}  {}\n", look.paint(Tone::Strong, pointer), one_line(detail));
    };
    let column_shown = column.map(|column| format!(":{column}")).unwrap_or_default();
    let at = look.paint(Tone::Muted, &format!("{}:{line}{column_shown}", document.name));
    let mut text = format!("    {}  {}\n", look.paint(Tone::Strong, pointer), one_line(detail));
    let Some(source) = document.text.lines().nth(line.saturating_sub(1)) else { return text };
    let source: String = one_line(source).chars().take(QUOTED_MAX).collect();
    let margin = " ".repeat(line.to_string().len());
    text.push_str(&format!("    {margin} ┌ {at}\n    {line} │ {source}\n"));
    // Where nobody says the column, the name of the field tells it, or else the first word.
    let field = pointer.rsplit('/').next().filter(|name| !name.is_empty());
    let named = field.and_then(|name| Some(source[..source.find(name)?].chars().count()));
    let indent = source.chars().take_while(|c| c.is_whitespace()).count();
    let start = column.map_or(named.unwrap_or(indent), |column| column.saturating_sub(1));
    let start = start.min(source.chars().count());
    let word = |c: &char| !c.is_whitespace() && !matches!(c, ':' | ',' | '}' | ']');
    let length = source.chars().skip(start).take_while(word).count().max(1);
    let mark = look.paint(Tone::Bad, &"^".repeat(length));
    text.push_str(&format!("    {margin} │ {}{mark}\n", " ".repeat(start)));
    text
}

/// Takes `line 4, column 3: ` from the front of a fault.
fn placed(detail: &str) -> (Option<(usize, Option<usize>)>, &str) {
    let read = || {
        let (place, rest) = detail.strip_prefix("line ")?.split_once(": ")?;
        let (line, column) = match place.split_once(", column ") {
            Some((line, column)) => (line, Some(column.parse().ok()?)),
            None => (place, None),
        };
        Some(((line.parse().ok()?, column), rest))
    };
    read().map_or((None, detail), |(place, rest)| (Some(place), rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLAIN: Look = Look { colour: false, width: Some(100) };

    fn document(name: &str, text: &str) -> Document {
        Document { name: name.to_owned(), text: text.to_owned() }
    }

    const GOOD: &str =
        "schema: rule.v1\nname: a\nselect: { all_variants: true }\nsteps: [ { percent: -20 } ]\n";

    #[test]
    fn each_fault_is_shown_where_it_is() {
        let documents = [
            document("rules/a.yaml", GOOD),
            document("rules/b.yaml", &GOOD.replace("steps", "stepz")),
            document("rules/c.yaml", GOOD),
            document("rules/d.yaml", "name: [\n"),
        ];
        let verdicts = verdicts(&documents, None);
        let valid: Vec<_> = verdicts.iter().map(|verdict| verdict.valid).collect();
        assert_eq!(valid, [true, false, false, false]);
        let view = verdicts_view(PLAIN, &documents, &verdicts);
        for expected in [
            "✓ rules/a.yaml\n",
            "did you mean `steps`?",
            "4 │ stepz: [ { percent: -20 } ]\n      │ ^^^^^\n",
            "/name  rules/a.yaml names the rule `a` too",
            "4 files, 3 with faults\n",
        ] {
            assert!(view.contains(expected), "`{expected}` is not in\n{view}");
        }
    }

    #[test]
    fn places_are_read_with_and_without_a_column() {
        assert_eq!(placed("line 4: no"), (Some((4, None)), "no"));
        assert_eq!(placed("line 4, column 12: not: so"), (Some((4, Some(12))), "not: so"));
        for plain in ["no", "line x: no", "line 4", "line 4, column x: no"] {
            assert_eq!(placed(plain), (None, plain));
        }
    }
}
