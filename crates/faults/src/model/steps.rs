//! Everything that can happen next in a state of the model.

use super::state::{AFTER, At, BEFORE, Call, GONE_AFTER_TICKS, Job, OTHER, Row, State, Worker};
use super::{Flaw, Scenario};
use super::{bulk, bulk::OfOperation, worker};
use crate::history::{Act, Change, Entry, Price, Run, State as TargetState};

/// One thing that happens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    /// Five seconds pass.
    Tick,
    /// A worker does the next thing.
    Work(usize),
    /// A worker dies.
    Crash(usize),
    /// A call takes effect in the shop.
    Arrives(usize, Answer),
    /// A call never gets there.
    IsLost(usize),
    /// The shop did nothing, and says so.
    IsThrottled(usize),
    /// The shop refuses, and says so.
    IsRefused(usize),
    /// A worker waits no longer, but its call is still on its way.
    TimesOut(usize),
    /// Something happens to an operation.
    Operation(usize, OfOperation),
    /// The merchant sets a price.
    Edit(usize, Price),
    /// Somebody takes the run back.
    RollBack,
}

/// What becomes of the answer to a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Answer {
    Heard,
    Lost,
}

/// Everything that can happen next.
pub(super) fn successors(state: &State, scenario: &Scenario, flaw: Option<Flaw>) -> Vec<(Step, State)> {
    let mut next = Vec::new();
    for number in 0..state.workers.len() {
        if let Some(after) = worker::step(state, number, flaw) {
            next.push((Step::Work(number), after));
        }
        if state.workers[number].at != At::Idle && state.crashes_left > 0 {
            next.push((Step::Crash(number), crashed(state, number)));
        }
    }
    for number in 0..state.calls.len() {
        next.extend(of_call(state, number, flaw));
    }
    for number in 0..state.operations.len() {
        let steps = bulk::of_operation(state, number);
        next.extend(steps.into_iter().map(|(what, after)| (Step::Operation(number, what), after)));
    }
    if state.edits_left > 0 {
        let prices = [BEFORE, AFTER, OTHER].into_iter().filter(|price| *price != state.shop[0]);
        next.extend(prices.map(|price| (Step::Edit(0, price), edited(state, 0, price))));
    }
    let in_time = |call: &Call| 1 - call.sent < GONE_AFTER_TICKS;
    if !state.is_quiet() && state.calls.iter().all(in_time) {
        next.push((Step::Tick, older(state)));
    }
    if scenario.roll_back && state.run() == 0 && state.is_quiet() {
        next.extend(rolled_back(state).map(|after| (Step::RollBack, after)));
    }
    next
}

fn older(state: &State) -> State {
    let mut after = state.clone();
    let locals = after.workers.iter_mut().flat_map(|worker| &mut worker.open).map(|local| &mut local.sent);
    let sent = after.rows.iter_mut().map(|row| &mut row.sent).chain(locals).flatten();
    let until = after.job.leased_until.iter_mut();
    let calls = after.calls.iter_mut().map(|call| &mut call.sent);
    sent.chain(until).chain(calls).chain([&mut after.job.due]).for_each(|time| *time -= 1);
    after
}

fn crashed(state: &State, number: usize) -> State {
    let mut after = state.clone();
    after.crashes_left -= 1;
    after.workers[number] = Worker::idle();
    for call in &mut after.calls {
        if call.worker == Some(number) {
            call.worker = None;
        }
    }
    bulk::nobody_waits(&mut after, number);
    after
}

fn of_call(state: &State, number: usize, flaw: Option<Flaw>) -> Vec<(Step, State)> {
    let Some(waiting) = state.calls[number].worker else {
        let mut next = vec![(Step::Arrives(number, Answer::Lost), arrived(state, number))];
        if let Some(mishaps_left) = state.mishaps_left.checked_sub(1) {
            next.push((Step::IsLost(number), State { mishaps_left, ..without_call(state, number) }));
        }
        return next;
    };
    let mut next = Vec::new();
    let mut heard = arrived(state, number);
    if state.bulk {
        bulk::started(&mut heard, waiting);
    } else {
        worker::heard(&mut heard, waiting);
    }
    next.push((Step::Arrives(number, Answer::Heard), heard));
    if state.mishaps_left == 0 {
        return next;
    }
    let mut unsure = |step, mut after: State| {
        after.mishaps_left -= 1;
        worker::unsure(&mut after, waiting, flaw);
        next.push((step, after));
    };
    unsure(Step::Arrives(number, Answer::Lost), arrived(state, number));
    unsure(Step::IsLost(number), without_call(state, number));
    let mut on_its_way = state.clone();
    on_its_way.calls[number].worker = None;
    unsure(Step::TimesOut(number), on_its_way);
    for (step, refused) in [(Step::IsThrottled(number), false), (Step::IsRefused(number), true)] {
        let mut after = without_call(state, number);
        after.mishaps_left -= 1;
        worker::not_written(&mut after, waiting, refused);
        next.push((step, after));
    }
    next
}

fn without_call(state: &State, number: usize) -> State {
    let mut after = state.clone();
    after.calls.remove(number);
    after
}

/// The write takes effect.
fn arrived(state: &State, number: usize) -> State {
    let mut after = without_call(state, number);
    let call = &state.calls[number];
    if state.bulk {
        bulk::begin(&mut after, call);
        return after;
    }
    let mut changes = Vec::new();
    for (variant, to) in &call.writes {
        let from = std::mem::replace(&mut after.shop[*variant], *to);
        changes.push(Change { variant: *variant, from, to: *to });
    }
    after.history.journal.push(Entry {
        arrived: call.arrived,
        by: call.by,
        at_ms: call.arrived as i64,
        act: Act::Write(changes),
    });
    after
}

fn edited(state: &State, variant: usize, price: Price) -> State {
    let mut after = state.clone();
    after.edits_left -= 1;
    let from = std::mem::replace(&mut after.shop[variant], price);
    after.enter(0, Act::Edit(vec![Change { variant, from, to: price }]));
    after
}

/// Starts the run of the way back, if there is anything to take back.
fn rolled_back(state: &State) -> Option<State> {
    let may_be_ours = |row: &&Row| match row.state {
        TargetState::Applied => true,
        TargetState::Failed | TargetState::Conflict => row.sent.is_some(),
        _ => false,
    };
    let way_back = |row: &Row| Row {
        variant: row.variant,
        before: row.after,
        after: row.before,
        state: TargetState::Open,
        fence: 0,
        sent: None,
        sent_in: None,
    };
    let rows: Vec<Row> = state.rows.iter().filter(may_be_ours).map(way_back).collect();
    if rows.is_empty() {
        return None;
    }
    let mut after = state.clone();
    after.history.targets.extend(state.targets());
    after.history.runs.push(Run { is_roll_back: true, is_settled: false });
    after.rows = rows;
    after.job = Job::new(0);
    Some(after)
}
