//! `rules test`: runs the test cases that rule files bring along, on this machine.

use kernel_core::Currency;
use pricing::{Rule, TestResult};
use serde_json::Value;

use super::documents::{Document, Files, parse, read_all};
use super::push::{in_file, print_json};
use crate::cli::app::App;
use crate::cli::exit::{CliError, Exit, Result};
use crate::cli::look::{Look, Tone, one_line};
use crate::cli::surface::SurfaceArgs;
use crate::cli::{format, trace};

/// Arguments of `rules test`.
#[derive(Debug, clap::Args)]
pub struct TestArgs {
    #[command(flatten)]
    files: Files,
    /// Show how each price was decided, also where it is as expected
    #[arg(long)]
    trace: bool,
    #[command(flatten)]
    surface: SurfaceArgs,
}

/// A file with how its tests went.
struct Tested<'a> {
    document: &'a Document,
    results: Vec<TestResult>,
}

/// Runs the tests.
///
/// # Errors
/// A file cannot be read, is no rule, or does not fit the surface.
pub fn run(app: &App, args: &TestArgs) -> Result {
    let documents = read_all(&args.files.files)?;
    let mut tested = Vec::new();
    for document in &documents {
        tested.push(Tested { document, results: results(document, &args.surface)? });
    }
    let failed =
        |tested: &Tested<'_>| tested.results.iter().filter(|result| !result.problems.is_empty()).count();
    let total: usize = tested.iter().map(|one| one.results.len()).sum();
    let all_failed: usize = tested.iter().map(failed).sum();
    if app.ui.json() {
        print_json(app, &serde_json::json!({ "data": tested.iter().map(as_json).collect::<Vec<_>>() }))?;
    } else {
        for one in &tested {
            app.ui.data(&tested_view(app.ui.look, one, failed(one), args.trace));
        }
        let tests = format::counted(total as u64, "test");
        app.ui.words(&match (total, all_failed) {
            (0, _) => "There is no test. Write some under `tests:` in the rule file.".to_owned(),
            (_, 0) => format!("{tests} passed."),
            _ => format!("{} of {tests} failed.", format::count(all_failed as u64)),
        });
    }
    Ok(if all_failed > 0 { Exit::Failed } else { Exit::Done })
}

fn results(document: &Document, surface: &SurfaceArgs) -> Result<Vec<TestResult>> {
    let rule = parse(document)?;
    let surface = surface.surface_in(currency_of(&rule))?;
    rule.run_tests(&surface.guardrails, &surface.context).map_err(|fields| {
        let message = format!("The rule does not fit prices in {}.", surface.context.currency);
        in_file(CliError { fields, ..CliError::failed("rule.invalid", message) }, &document.name)
    })
}

/// The currency of the amounts in a rule, which keeps to one.
#[must_use]
pub fn currency_of(rule: &Rule) -> Option<Currency> {
    fn find(value: &Value) -> Option<Currency> {
        match value {
            Value::Object(fields) => {
                let own = fields.get("currency").and_then(|code| code.as_str()?.parse().ok());
                own.or_else(|| fields.values().find_map(find))
            }
            Value::Array(items) => items.iter().find_map(find),
            _ => None,
        }
    }
    find(&serde_json::from_str(&rule.canonical_json()).ok()?)
}

fn as_json(tested: &Tested<'_>) -> Value {
    let result = |result: &TestResult| {
        let trace: Value = serde_json::from_str(&result.trace.canonical_json()).unwrap_or_default();
        serde_json::json!({
            "name": result.name, "passed": result.problems.is_empty(), "problems": result.problems, "trace": trace,
        })
    };
    let tests: Vec<_> = tested.results.iter().map(result).collect();
    serde_json::json!({ "file": tested.document.name, "tests": tests })
}

fn tested_view(look: Look, tested: &Tested<'_>, failed: usize, with_traces: bool) -> String {
    let tests = format::counted(tested.results.len() as u64, "test");
    let (tone, glyph, said) = match (tested.results.len(), failed) {
        (0, _) => (Tone::Muted, "·", "no tests".to_owned()),
        (_, 0) => (Tone::Good, "✓", tests),
        _ => (Tone::Bad, "✗", format!("{failed} of {tests} failed")),
    };
    let mut text = format!("{} {}  {said}\n", look.paint(tone, glyph), tested.document.name);
    for result in &tested.results {
        let passed = result.problems.is_empty();
        if passed && !with_traces {
            continue;
        }
        let (tone, glyph) = if passed { (Tone::Good, "✓") } else { (Tone::Bad, "✗") };
        text.push_str(&format!("    {} {}\n", look.paint(tone, glyph), one_line(&result.name)));
        for problem in &result.problems {
            text.push_str(&format!("      {}\n", one_line(problem)));
        }
        let stored = result.trace.canonical_json();
        let shown = if with_traces { stored } else { without_passed(&stored) };
        for line in trace::view(look, &shown).lines() {
            text.push_str(&format!("    {line}\n"));
        }
    }
    text
}

/// A trace without the many limits and guardrails that have nothing to say.
fn without_passed(trace: &str) -> String {
    let Ok(mut trace) = serde_json::from_str::<Value>(trace) else { return trace.to_owned() };
    if let Some(steps) = trace["steps"].as_array_mut() {
        steps.retain(|step| step["verdict"] != "passed");
    }
    trace.to_string()
}
