//! What must hold of the shop's journal: which writes there may be, how often, and on what grounds.

use std::collections::HashMap;

use super::Excused;
use super::case::{Case, Write};
use crate::history::{Act, Grant, State, Target};

/// The journal tells every change: each starts where the one before it ended.
pub(super) fn journal_whole(case: &Case<'_>) -> Vec<String> {
    let mut now = case.history.at_first.clone();
    let mut faults = Vec::new();
    for entry in &case.history.journal {
        let (Act::Write(changes) | Act::Edit(changes)) = &entry.act else { continue };
        for change in changes {
            if now[change.variant] != change.from {
                faults.push(format!("{change:?} does not start at {:?}", now[change.variant]));
            }
            now[change.variant] = change.to;
        }
    }
    if now != case.history.at_last {
        faults.push(format!("the shop has {:?}, its journal ends at {now:?}", case.history.at_last));
    }
    faults
}

/// Nothing is written that no run plans.
pub(super) fn planned(case: &Case<'_>) -> Vec<String> {
    let strays = case.writes.iter().filter(|write| write.target.is_none());
    strays.map(|write| format!("no run plans {:?}", write.change)).collect()
}

/// At most one visible change per target, unless the merchant took it back in between so that it looked as if it had
/// never been written.
pub(super) fn one_change_per_target(case: &Case<'_>) -> Vec<String> {
    let mut faults = Vec::new();
    for target in &case.history.targets {
        let writes = case.visible_writes(target);
        for pair in writes.windows(2) {
            if !is_undone_between(case, target, pair[0].place, pair[1].place) {
                faults.push(format!("{target:?} was changed twice"));
            }
        }
    }
    faults
}

/// What was written is not written again, unless the merchant set the same price while the write was on its way.
pub(super) fn no_blind_repeat(case: &Case<'_>) -> Vec<String> {
    let repeats = case.writes.iter().filter(|write| !write.is_visible());
    let blind = repeats.filter(|write| !was_edited_in_window(case, write));
    blind.map(|write| format!("{:?} was there already", write.change)).collect()
}

/// A write goes over the planned price of before, or over an edit that came after it was read.
pub(super) fn edit_kept(case: &Case<'_>) -> Vec<String> {
    let mut faults = Vec::new();
    for write in &case.writes {
        let Some(target) = write.target else { continue };
        if write.basis.is_none() {
            faults.push(format!("{:?} was written without a reading", write.change));
        } else if write.change.from != target.before
            && !was_edited_in_window(case, write)
            && write.is_visible()
        {
            faults.push(format!("{:?} went over something else than {:?}", write.change, target.before));
        }
    }
    faults
}

/// Each write left with a permission of its own, given under the newest fence of its batch.
pub(super) fn fenced(case: &Case<'_>) -> Vec<String> {
    let mut faults = Vec::new();
    let mut newest: HashMap<(usize, i64), i64> = HashMap::new();
    let mut permissions = Vec::new();
    for grant in &case.history.grants {
        match *grant {
            Grant::Lease { run, batch, fence } => {
                newest.insert((run, batch), fence);
            }
            Grant::Send { run, batch, fence, variant, at_ms } => {
                if newest.get(&(run, batch)) != Some(&fence) {
                    faults.push(format!("{grant:?} under an old fence"));
                }
                permissions.push((run, variant, at_ms, false));
            }
        }
    }
    for write in &case.writes {
        let Some(target) = write.target else { continue };
        let permission = permissions.iter_mut().rfind(|(run, variant, at_ms, is_used)| {
            *run == target.run && *variant == target.variant && *at_ms <= write.entry.at_ms && !is_used
        });
        match permission {
            Some((.., is_used)) => *is_used = true,
            None => faults.push(format!("nobody was allowed to write {:?}", write.change)),
        }
    }
    faults
}

/// The shop has what the newest run of a variant says it has, unless the merchant changed it since. What was not taken
/// back is reported by the run that should have.
pub(super) fn as_told(case: &Case<'_>) -> Vec<String> {
    let mut faults = Vec::new();
    for (variant, now) in case.history.at_last.iter().enumerate() {
        let Some(newest) = case.history.targets.iter().rfind(|target| target.variant == variant) else {
            continue;
        };
        let is_there = matches!(newest.state, State::Applied)
            || newest.state == State::Skipped && case.history.runs[newest.run].is_roll_back;
        if is_there && *now != newest.after && !was_edited_after(case, newest) {
            faults.push(format!("the shop has {now:?}, but {newest:?}"));
        }
        if matches!(newest.state, State::Open) {
            faults.push(format!("{newest:?} is still open"));
        }
        let earlier =
            case.history.targets.iter().find(|target| target.variant == variant && target.run != newest.run);
        if let Some(earlier) = earlier
            && is_there
            && case.history.runs[newest.run].is_roll_back
            && earlier.state != State::RolledBack
        {
            faults.push(format!("{earlier:?} was taken back by {newest:?}"));
        }
    }
    faults
}

pub(super) fn excused(case: &Case<'_>) -> Excused {
    let mut excused = Excused::default();
    for write in &case.writes {
        let Some(target) = write.target else { continue };
        let window = write.basis.map(|read| write.entry.at_ms - read.at_ms);
        excused.window_ms_max = excused.window_ms_max.max(window);
        excused.overwritten_in_window +=
            usize::from(write.change.from != target.before && was_edited_in_window(case, write));
    }
    for target in &case.history.targets {
        let ours = [target.before, target.after];
        let alike = case.edits(target.variant).iter().filter(|edit| ours.contains(&edit.change.to));
        excused.looked_like_ours += if target.may_have_left { alike.count() } else { 0 };
    }
    excused
}

fn is_undone_between(case: &Case<'_>, target: &Target, first: usize, second: usize) -> bool {
    let restores = |change: &crate::history::Change| change.to == target.before;
    case.edits(target.variant)
        .iter()
        .any(|edit| first < edit.place && edit.place < second && restores(edit.change))
}

/// Whether the merchant changed the price after it was read for this write, and before the write took effect.
fn was_edited_in_window(case: &Case<'_>, write: &Write<'_>) -> bool {
    let Some(read) = write.basis else { return false };
    let edits = case.edits(write.change.variant);
    edits.iter().any(|edit| edit.entry.arrived > read.arrived && edit.place < write.place)
}

/// Whether the merchant changed the price after our last write of it, or at all if there was none.
fn was_edited_after(case: &Case<'_>, target: &Target) -> bool {
    let last = case.visible_writes(target).last().map(|write| write.place);
    case.edits(target.variant).iter().any(|edit| last.is_none_or(|last| edit.place > last))
}
