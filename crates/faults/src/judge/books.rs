//! What must hold of the books: audit, events, price versions and the states of runs and targets, against the journal.

use super::case::Case;
use crate::history::{Line, State, Target, Told};

/// Nothing is left to do: every run and target has an end, no job waits, no lease is held.
pub(super) fn ended(case: &Case<'_>) -> Vec<String> {
    let mut faults = Vec::new();
    for (number, run) in case.history.runs.iter().enumerate() {
        if !run.is_settled {
            faults.push(format!("run {number} has no end"));
        }
    }
    let open = case.history.targets.iter().filter(|target| target.state == State::Open);
    faults.extend(open.map(|target| format!("{target:?} has no end")));
    if case.history.jobs_left > 0 {
        faults.push(format!("{} jobs or leases are left", case.history.jobs_left));
    }
    faults
}

/// Accepted writes, audit records, events and price versions match one to one.
pub(super) fn one_to_one(case: &Case<'_>) -> Vec<String> {
    let mut faults = Vec::new();
    for target in &case.history.targets {
        faults.extend(of_target(case, target).into_iter().map(|what| format!("{what}: {target:?}")));
    }
    for line in case.history.audit.iter().chain(&case.history.events) {
        if !case.history.targets.iter().any(|target| is_about(line, target)) {
            faults.push(format!("{line:?} is about no target"));
        }
    }
    for (run, variant, price) in &case.history.versions {
        let planned = |t: &&Target| t.run == *run && t.variant == *variant && t.after == *price;
        if !case.history.targets.iter().any(|target| planned(&target)) {
            faults.push(format!("run {run} made a version of {variant} at {price:?}, which it did not plan"));
        }
    }
    faults
}

fn of_target(case: &Case<'_>, target: &Target) -> Vec<&'static str> {
    let count = |lines: &[Line], told: Told| {
        lines.iter().filter(|line| is_about(line, target) && line.told == told).count()
    };
    let applied = count(&case.history.audit, Told::Applied);
    let not_applied = count(&case.history.audit, Told::NotApplied);
    let versions =
        case.history.versions.iter().filter(|(run, v, _)| (*run, *v) == (target.run, target.variant));
    let mut faults = Vec::new();
    if applied != count(&case.history.events, Told::Applied)
        || not_applied != count(&case.history.events, Told::NotApplied)
    {
        faults.push("audit and events differ");
    }
    if applied != versions.count() {
        faults.push("audit and price versions differ");
    }
    let fits = match target.state {
        State::Applied => applied == 1,
        State::RolledBack => applied <= 1 && applied + not_applied >= 1,
        State::Conflict | State::Failed | State::Skipped | State::NotComeTo => {
            applied == 0 && not_applied >= 1
        }
        State::Open => applied == 0,
    };
    if !fits {
        faults.push("the records do not tell its end exactly once");
    }
    let was_written = !case.visible_writes(target).is_empty();
    let looks_written = case.edits(target.variant).iter().any(|edit| edit.change.to == target.after);
    if applied == 1 && !was_written && !looks_written {
        faults.push("told as written, but the shop never took it");
    }
    if was_written && applied == 0 && !target.may_have_left {
        faults.push("written, but nobody tells of it");
    }
    // A refusal may say that nobody could find out; nothing else may while the price stands there.
    let is_found_out = matches!(target.state, State::Conflict | State::Skipped | State::NotComeTo);
    if is_found_out && applied == 0 && case.still_stands(target) {
        faults.push("written and still there, but told otherwise");
    }
    faults
}

/// Where everything was swept at the end, each price that the shop shows and we do not hold stands as one open drift, and
/// nothing else does; what was put back has a plan.
pub(super) fn drift_known(case: &Case<'_>) -> Vec<String> {
    let mut faults = Vec::new();
    for (variant, held) in case.history.held.iter().enumerate() {
        let shown = case.history.at_last[variant];
        let open: Vec<_> = case.history.drifts.iter().filter(|(of, _)| *of == variant).collect();
        let fits = match (*held == Some(shown), open.as_slice()) {
            (true, []) => true,
            (false, [(_, found)]) => *found == Some(shown),
            _ => false,
        };
        if !fits {
            faults.push(format!(
                "the shop shows {shown:?} for {variant}, we hold {held:?}, and know of {open:?}"
            ));
        }
    }
    if case.history.unplanned > 0 {
        faults.push(format!("{} drifts were put back by no plan", case.history.unplanned));
    }
    faults
}

/// No row of a tenant names anything of another.
pub(super) fn tenants_apart(case: &Case<'_>) -> Vec<String> {
    case.history.strangers.clone()
}

fn is_about(line: &Line, target: &Target) -> bool {
    (line.run, line.variant) == (target.run, target.variant)
}
