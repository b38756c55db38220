//! Writing in operations: a call starts one, and the shop carries it out line by line in its own time.

use calibr::runs::model::may_still_arrive;

use super::Flaw;
use super::state::{At, Call, Ending, Operation, State, instant, ticks};
use super::worker::{LOOK_AGAIN_TICKS, skip_empty_settling};
use crate::history::{Act, Change, Entry};

/// What can happen to an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum OfOperation {
    /// The next line is carried out.
    Line,
    /// It is over.
    Ends,
    /// It is over, and its result lacks the first line.
    EndsUntold,
    /// It is over, and the lines that are left are never carried out.
    Fails,
    /// Whoever waits for it waits no longer.
    TimesOut,
}

/// The start of an operation arrives.
pub(super) fn begin(state: &mut State, call: &Call) {
    state.operations.push(Operation {
        name: call.fence,
        left: call.writes.clone(),
        told: Vec::new(),
        is_over: false,
        arrived: call.arrived,
        by: call.by,
        worker: None,
    });
}

/// The answer says that the operation that arrived last runs.
pub(super) fn started(state: &mut State, number: usize) {
    if let Some(operation) = state.operations.last_mut() {
        operation.worker = Some(number);
    }
    state.workers[number].at = At::Polling;
}

/// A worker is gone.
pub(super) fn nobody_waits(state: &mut State, number: usize) {
    for operation in &mut state.operations {
        operation.worker = operation.worker.filter(|worker| *worker != number);
    }
    forget(state);
}

/// An operation that is over matters only to whoever waits for its result.
fn forget(state: &mut State) {
    state.operations.retain(|operation| !operation.is_over || operation.worker.is_some());
}

/// Everything that can happen to an operation next.
pub(super) fn of_operation(state: &State, number: usize) -> Vec<(OfOperation, State)> {
    let operation = &state.operations[number];
    let mut next = Vec::new();
    if !operation.is_over {
        if operation.left.is_empty() {
            next.push((OfOperation::Ends, over(state, number, 0)));
        } else {
            next.push((OfOperation::Line, line(state, number)));
        }
    }
    let Some(mishaps_left) = state.mishaps_left.checked_sub(1) else { return next };
    let mishap = |after: State| State { mishaps_left, ..after };
    if !operation.is_over && operation.left.is_empty() && !operation.told.is_empty() {
        next.push((OfOperation::EndsUntold, mishap(over(state, number, 1))));
    }
    if !operation.is_over && !operation.left.is_empty() {
        next.push((OfOperation::Fails, mishap(over(state, number, 0))));
    }
    if let Some(worker) = operation.worker {
        let mut after = mishap(state.clone());
        nobody_waits(&mut after, worker);
        let worker = &mut after.workers[worker];
        worker.open.clear();
        worker.later = Some(LOOK_AGAIN_TICKS);
        worker.at = At::Finishing;
        next.push((OfOperation::TimesOut, after));
    }
    next
}

fn line(state: &State, number: usize) -> State {
    let mut after = state.clone();
    let operation = &mut after.operations[number];
    let (variant, to) = operation.left.remove(0);
    operation.told.push(variant);
    let (arrived, by) = (operation.arrived, operation.by);
    let from = std::mem::replace(&mut after.shop[variant], to);
    let act = Act::Write(vec![Change { variant, from, to }]);
    after.history.journal.push(Entry { arrived, by, at_ms: arrived as i64, act });
    after
}

fn over(state: &State, number: usize, untold: usize) -> State {
    let mut after = state.clone();
    let operation = &mut after.operations[number];
    operation.left.clear();
    operation.told.drain(..untold);
    operation.is_over = true;
    forget(&mut after);
    after
}

/// A worker asks what became of the operation in which its targets left.
pub(super) fn ask(state: &mut State, number: usize, flaw: Option<Flaw>) {
    let worker = &state.workers[number];
    let waits = worker.open.iter().filter_map(|local| local.sent);
    let wait = waits.map(|sent| may_still_arrive(instant(sent), instant(0))).max();
    let names: Vec<i64> = worker.open.iter().filter_map(|local| state.rows[local.row].sent_in).collect();
    let is_under_way = state.operations.iter().any(|one| !one.is_over && names.contains(&one.name));
    let worker = &mut state.workers[number];
    worker.later = match wait.filter(|wait| wait.is_positive()) {
        Some(wait) => Some(ticks(wait)),
        None if is_under_way && flaw != Some(Flaw::ReadsDuringOperations) => Some(LOOK_AGAIN_TICKS),
        None => None,
    };
    worker.at = At::Intended;
    if worker.later.is_some() {
        worker.open.clear();
        worker.at = At::Finishing;
    }
}

/// A worker takes the result of its operation. `None`: it is not over.
pub(super) fn hear(state: &mut State, number: usize, flaw: Option<Flaw>) -> Option<()> {
    let place = state.operations.iter().position(|one| one.worker == Some(number) && one.is_over)?;
    let operation = state.operations.remove(place);
    let mut worker = std::mem::replace(&mut state.workers[number], super::state::Worker::idle());
    for local in worker.open.drain(..) {
        let is_told =
            operation.told.contains(&state.rows.get(local.row).map_or(local.row, |row| row.variant));
        if is_told || flaw == Some(Flaw::MissingLineIsWritten) {
            worker.endings.push((local.row, Ending::Applied));
            continue;
        }
        worker.later = Some(LOOK_AGAIN_TICKS);
        if flaw == Some(Flaw::MissingLineNeverLeft)
            && let Some(row) = state.rows.get_mut(local.row)
        {
            row.sent = None;
        }
    }
    worker.at = At::Settling;
    state.workers[number] = worker;
    skip_empty_settling(state, number);
    Some(())
}
