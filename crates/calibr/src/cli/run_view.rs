//! A run for people: its summary, its exit code, its targets.

use kernel_core::Money;

use super::exit::Exit;
use super::format;
use super::look::{Grid, Look, Tone, facts, one_line};
use crate::runs::dto::{Canary, Run, Target};

/// The exit code that a run deserves that is settled, or waits for somebody to resume it.
#[must_use]
pub fn verdict(run: &Run) -> Exit {
    let counts = &run.counts;
    match run.state.as_str() {
        "partially_applied" | "paused" => Exit::PartlyApplied,
        // Nothing was written because every price had moved: a conflict, not a fault.
        "failed" if counts.failed == 0 && counts.applied == 0 && counts.conflict > 0 => Exit::Conflict,
        "failed" => Exit::Failed,
        _ => Exit::Done,
    }
}

/// One sentence per fact of how a run ended.
#[must_use]
pub fn summary(run: &Run) -> String {
    let counts = &run.counts;
    let written = counts.applied + counts.rolled_back;
    let word = match (run.kind.as_str(), run.state.as_str()) {
        (_, "paused") => "Paused",
        (_, "stopping") => "Stopping",
        _ if !run.settled => "Going on",
        ("roll_back", "applied") => "Rolled back",
        ("roll_back", "partially_applied") => "Partly rolled back",
        (_, "applied") => "Applied",
        (_, "partially_applied") => "Partly applied",
        (_, "rolled_back") => "Applied, and rolled back since",
        _ => "Failed",
    };
    let time = run.finished_at.map(|end| format!(" in {}", format::elapsed(run.created_at, end)));
    let total = format::counted(run.total, "price");
    let mut text = format!("{word}: {} of {total}{}.", format::count(written), time.unwrap_or_default());
    let facts = [
        (counts.failed, "failed"),
        (counts.conflict, "changed in the shop meanwhile and left alone"),
        (counts.skipped, "with nothing to do"),
        (counts.verified, "read back and found equal"),
    ];
    for (number, what) in facts.into_iter().filter(|(number, _)| *number > 0) {
        text.push_str(&format!(" {} {what}.", format::count(number)));
    }
    text
}

/// What to type after a run.
#[must_use]
pub fn next(run: &Run) -> Vec<String> {
    let id = run.id;
    if run.state == "paused" {
        return vec![format!("run resume {id}"), format!("run stop {id}")];
    }
    if !run.settled {
        return vec![format!("run watch {id}")];
    }
    let mut commands = Vec::new();
    if run.counts.failed + run.counts.conflict > 0 {
        commands.push(format!("run results {id} --failed"));
    } else {
        commands.push(format!("run results {id}"));
    }
    if run.counts.failed > 0 {
        commands.push(format!("run retry-failed {id}"));
    }
    if run.kind == "apply" && run.counts.applied > 0 {
        commands.push(format!("rollback {id}"));
    }
    commands
}

/// Everything about one run.
#[must_use]
pub fn run_view(look: Look, run: &Run) -> String {
    let title = look.paint(Tone::Strong, &format!("{} · {}", format::state(&run.kind), one_line(&run.title)));
    let pairs = [
        ("id", run.id.to_string()),
        ("state", look.paint(Tone::of(&run.state), &format::state(&run.state))),
        ("price change", run.price_change_id.to_string()),
        ("first wave", run.canary.as_ref().map(first_wave).unwrap_or_default()),
        ("note", one_line(run.note.as_deref().unwrap_or_default())),
        ("reverses", run.reverses_run_id.map(|id| id.to_string()).unwrap_or_default()),
        ("channel", one_line(&run.channel)),
        ("price list", run.surface.clone().unwrap_or_default()),
        ("started", format!("{} by {}", format::instant(run.created_at), run.actor)),
    ];
    format!("{title}\n{}\n{}\n", facts(look, &pairs), summary(run))
}

fn first_wave(canary: &Canary) -> String {
    let size = format::counted(canary.targets, "price");
    let found = match (canary.verdict.as_deref(), canary.watched_until) {
        (Some(verdict), _) => verdict.to_owned(),
        (None, Some(until)) => format!("watched until {}", format::instant(until)),
        (None, None) => "being written".to_owned(),
    };
    match &canary.reason {
        Some(reason) => format!("{size}, {found}: {}", one_line(reason)),
        None => format!("{size}, {found}"),
    }
}

/// Runs as a table.
#[must_use]
pub fn runs_view(look: Look, runs: &[Run]) -> String {
    let mut grid = Grid::new(
        look,
        &["ID", "KIND", "STATE", ">WRITTEN", "?>FAILED", "?>CONFLICT", "?~TITLE", "?STARTED (UTC)"],
    );
    for run in runs {
        let counts = &run.counts;
        grid.row([
            (Tone::Strong, run.id.to_string()),
            (Tone::Plain, format::state(&run.kind)),
            (Tone::of(&run.state), format::state(&run.state)),
            (Tone::Plain, format::count(counts.applied + counts.rolled_back)),
            (Tone::Plain, format::count(counts.failed)),
            (Tone::Plain, format::count(counts.conflict)),
            (Tone::Plain, run.title.clone()),
            (Tone::Muted, format::moment(run.created_at)),
        ]);
    }
    grid.finish()
}

/// Targets as a table.
#[must_use]
pub fn targets_view(look: Look, targets: &[Target]) -> String {
    let with_why = targets.iter().any(|target| target.reason.is_some() || target.reason_code.is_some());
    let mut columns = vec!["", "~SKU", "~TITLE", "STATE", ">OLD", ">NEW", ">IN SHOP"];
    columns.extend(with_why.then_some("~WHY"));
    let mut grid = Grid::new(look, &columns);
    for target in targets {
        let tone = Tone::of(&target.state);
        let sku = if target.sku.is_empty() { target.variant_id.to_string() } else { target.sku.clone() };
        let why = target.reason.as_deref().or(target.reason_code.as_deref()).unwrap_or_default();
        let mut cells = vec![
            (tone, format::glyph(&target.state).to_owned()),
            (Tone::Strong, sku),
            (Tone::Plain, target.title.clone()),
            (tone, format::state(&target.state)),
            (Tone::Plain, format::amount(Some(&target.before))),
            (Tone::Plain, format::amount(Some(&target.after))),
            (Tone::Plain, in_shop(target.observed.as_ref(), target.verified)),
        ];
        if with_why {
            cells.push((tone, one_line(why)));
        }
        grid.row(cells);
    }
    grid.finish()
}

fn in_shop(observed: Option<&Money>, verified: bool) -> String {
    let mark = if verified { " ✓" } else { "" };
    format!("{}{mark}", format::amount(observed))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const WIDE: Look = Look { colour: false, width: Some(120) };

    fn run(kind: &str, state: &str, [applied, failed, conflict]: [u64; 3]) -> Run {
        let run = json!({"id": "run_00000000000000000000000001", "kind": kind, "state": state,
            "price_change_id": "pch_00000000000000000000000001", "title": "Summer\u{1b}[2J", "reverses_run_id": null,
            "channel": "demo.myshopify.com", "channel_id": "chn_00000000000000000000000001", "total": 3202, "counts": {"queued": 0, "applying": 0, "applied": applied,
                "failed": failed, "conflict": conflict, "skipped": 0, "rolled_back": 0, "verified": applied},
            "actor": "approver@demo.test", "created_at": "2026-11-21T03:00:00Z",
            "finished_at": "2026-11-21T03:01:24Z", "settled": true});
        serde_json::from_value(run).expect("the run of the test is one")
    }

    #[test]
    fn a_run_ends_with_the_code_that_fits() {
        let exit = |state, counts| verdict(&run("apply", state, counts));
        assert_eq!(exit("applied", [3202, 0, 0]), Exit::Done);
        assert_eq!(exit("partially_applied", [3195, 7, 0]), Exit::PartlyApplied);
        assert_eq!(exit("failed", [0, 3200, 2]), Exit::Failed);
        assert_eq!(exit("failed", [0, 0, 3202]), Exit::Conflict);
        assert_eq!(verdict(&run("roll_back", "partially_applied", [1, 0, 1])), Exit::PartlyApplied);
        assert_eq!(exit("rolled_back", [0, 0, 0]), Exit::Done);
    }

    #[test]
    fn a_run_is_told_with_what_to_do_next() {
        let partly = run("apply", "partially_applied", [3193, 7, 2]);
        insta::assert_snapshot!(run_view(WIDE, &partly), @r"
        apply · Summer [2J
          id            run_00000000000000000000000001
          state         partially applied
          price change  pch_00000000000000000000000001
          channel       demo.myshopify.com
          started       2026-11-21 03:00:00 UTC by approver@demo.test

        Partly applied: 3,193 of 3,202 prices in 1m24s. 7 failed. 2 changed in the shop meanwhile and left alone. 3,193 read back and found equal.
        ");
        let id = partly.id;
        assert_eq!(
            next(&partly),
            [
                format!("run results {id} --failed"),
                format!("run retry-failed {id}"),
                format!("rollback {id}")
            ]
        );
        assert_eq!(next(&run("roll_back", "applied", [1, 0, 0])), [format!("run results {id}")]);
        assert_eq!(next(&Run { settled: false, ..partly }), [format!("run watch {id}")]);
    }

    #[test]
    fn runs_fit_narrow_and_wide_screens() {
        let runs =
            [run("apply", "partially_applied", [3193, 7, 2]), run("roll_back", "applied", [3193, 0, 0])];
        insta::assert_snapshot!(runs_view(WIDE, &runs), @r"
        ID                              KIND       STATE              WRITTEN  FAILED  CONFLICT  TITLE     STARTED (UTC)
        run_00000000000000000000000001  apply      partially applied    3,193       7         2  Summer …  2026-11-21 03:00:00
        run_00000000000000000000000001  roll back  applied              3,193       0         0  Summer …  2026-11-21 03:00:00
        ");
        insta::assert_snapshot!(runs_view(Look { width: Some(80), ..WIDE }, &runs), @r"
        ID                              KIND       STATE              WRITTEN  FAILED
        run_00000000000000000000000001  apply      partially applied    3,193       7
        run_00000000000000000000000001  roll back  applied              3,193       0
        ");
    }
}
