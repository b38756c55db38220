//! An explain trace for people. Read leniently: a trace stays as it was stored, whatever version wrote it.

use serde::Deserialize;

use super::format;
use super::look::{Grid, Look, Tone, one_line};

#[derive(Debug, Deserialize)]
struct Trace {
    #[serde(default)]
    steps: Vec<Step>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Step {
    kind: String,
    rule: Option<String>,
    output: Option<String>,
    verdict: Option<String>,
    limit: Option<String>,
    reason: Option<String>,
}

/// One line per step: what it was, what came out, why. A trace that is not understood comes out as it is.
#[must_use]
pub fn view(look: Look, trace: &str) -> String {
    let Ok(trace) = serde_json::from_str::<Trace>(trace) else {
        return format!("  {}\n", one_line(trace));
    };
    let mut grid = Grid::new(look, &["STEP", ">RESULT", "~WHY"]);
    for step in &trace.steps {
        let verdict = step.verdict.as_deref().unwrap_or_default();
        let tone = match verdict {
            "blocked" | "violated" => Tone::Bad,
            "limited" | "near" | "waived" => Tone::Warn,
            _ => Tone::Plain,
        };
        let result = step.output.clone().unwrap_or_default().replacen('-', "−", 1);
        let result = if result.is_empty() { format::state(verdict) } else { result };
        // Limits are worded to be followed by their amount.
        let reason =
            [step.reason.as_deref(), step.limit.as_deref()].into_iter().flatten().collect::<Vec<_>>();
        let reason = (!reason.is_empty()).then(|| reason.join(" "));
        let why =
            [step.rule.as_deref(), reason.as_deref()].into_iter().flatten().collect::<Vec<_>>().join(": ");
        grid.row([(Tone::Plain, format::state(&step.kind)), (tone, result), (tone, why)]);
    }
    grid.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLAIN: Look = Look { colour: false, width: None };

    #[test]
    fn steps_are_told_in_order_and_unknown_fields_do_not_matter() {
        let trace = r#"{"schema":"trace.v9","new":1,"steps":[
            {"kind":"select","rule":"black-week v3","reason":"tag is tents"},
            {"kind":"percent","input":"249.00","output":"161.85","reason":"−35 %"},
            {"kind":"rounding","output":"161.90","colour":"red"},
            {"kind":"floor","verdict":"passed","limit":"25.00","reason":"not below"},
            {"kind":"price_floor","verdict":"blocked","reason":"below one cent"}]}"#;
        insta::assert_snapshot!(view(PLAIN, trace), @r"
        STEP          RESULT  WHY
        select                black-week v3: tag is tents
        percent       161.85  −35 %
        rounding      161.90
        floor         passed  not below 25.00
        price floor  blocked  below one cent
        ");
    }

    #[test]
    fn what_is_no_trace_is_shown_as_it_is() {
        assert_eq!(view(PLAIN, "not\tjson"), "  not json\n");
    }
}
