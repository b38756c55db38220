//! What a worker does, step by step: each step is one transaction or one call, so that a crash can fall between any two.

use calibr::runs::model::{Amounts, Kind, OpenTarget, Settlement, Verdict, decide, judge};
use channel::{LivePrice, PriceOrigin, WriteOutcome};
use kernel_core::{Currency, Money};

use super::state::{At, Call, Ending, LEASE_TICKS, Local, State, Worker, instant, ticks};
use super::{Flaw, bulk};
use crate::history::{Act, Entry, Grant, Line, Price, State as TargetState, Told};

/// To look again after a lost answer, and after being throttled.
pub(super) const LOOK_AGAIN_TICKS: i64 = 1;

/// A worker's next step; `None` if it can do nothing now.
pub(super) fn step(state: &State, number: usize, flaw: Option<Flaw>) -> Option<State> {
    let mut after = state.clone();
    match state.workers[number].at {
        At::Idle => claim(&mut after, number)?,
        At::Claimed => intend(&mut after, number),
        At::Asking => bulk::ask(&mut after, number, flaw),
        At::Intended => read(&mut after, number),
        At::HasRead => write(&mut after, number, flaw)?,
        At::Waiting => return None,
        At::Polling => bulk::hear(&mut after, number, flaw)?,
        At::TakingBack => take_back(&mut after, number, flaw),
        At::Settling => settle(&mut after, number, flaw),
        At::Telling => tell(&mut after, number, flaw),
        At::Finishing => finish(&mut after, number, flaw),
        At::PuttingDown => put_down(&mut after, number),
    }
    skip_empty_settling(&mut after, number);
    Some(after)
}

/// Nothing to settle is no transaction.
pub(super) fn skip_empty_settling(state: &mut State, number: usize) {
    let worker = &mut state.workers[number];
    if worker.at == At::Settling && worker.endings.is_empty() {
        worker.at = At::Finishing;
    }
}

/// The answer says that everything was written.
pub(super) fn heard(state: &mut State, number: usize) {
    let mut worker = std::mem::replace(&mut state.workers[number], Worker::idle());
    for local in worker.open.drain(..) {
        let echoed = WriteOutcome::Applied { echoed: live(local.after) };
        match judge(&open_target(&local), &echoed) {
            Some(settlement) => worker.endings.push((local.row, ending(&settlement))),
            None => worker.later = Some(LOOK_AGAIN_TICKS),
        }
    }
    worker.at = At::Settling;
    state.workers[number] = worker;
    skip_empty_settling(state, number);
}

/// There is no answer.
pub(super) fn unsure(state: &mut State, number: usize, flaw: Option<Flaw>) {
    let holds = holds_lease(state, number);
    let worker = &mut state.workers[number];
    match flaw {
        Some(Flaw::BlindRetry | Flaw::ResubmitsOperations) => {
            worker.at = At::HasRead;
            return;
        }
        Some(Flaw::TrustsUnclearAnswers) => {
            worker.endings.extend(worker.open.drain(..).map(|local| (local.row, Ending::Applied)));
        }
        Some(Flaw::LostAnswerIsConflict) => {
            worker.endings.extend(worker.open.drain(..).map(|local| (local.row, Ending::Conflict)));
        }
        Some(Flaw::ForgetsLostWrites) if holds => {
            for local in &worker.open {
                state.rows[local.row].sent = local.sent;
            }
        }
        _ => {}
    }
    let worker = &mut state.workers[number];
    if !worker.open.is_empty() {
        worker.open.clear();
        worker.later = Some(LOOK_AGAIN_TICKS);
    }
    worker.at = At::Settling;
    skip_empty_settling(state, number);
}

/// The answer says that nothing was written: refused for good, or to be tried later.
pub(super) fn not_written(state: &mut State, number: usize, refused: bool) {
    let worker = &mut state.workers[number];
    if refused {
        worker.endings.extend(worker.open.iter().map(|local| (local.row, Ending::Failed)));
    } else {
        worker.later = Some(LOOK_AGAIN_TICKS);
    }
    worker.at = At::TakingBack;
}

fn claim(state: &mut State, number: usize) -> Option<()> {
    // Idle workers are alike, so it is enough to look at the first of them.
    if state.workers[..number].iter().any(|other| other.at == At::Idle) {
        return None;
    }
    let job = &mut state.job;
    let is_free = match job.leased_until {
        None => job.due <= 0,
        Some(until) => until < 0,
    };
    if job.is_done || !is_free {
        return None;
    }
    let holder = state.workers.iter().any(|other| other.at != At::Idle && other.fence == job.fence);
    if holder && job.leased_until.is_some() {
        // A worker that stops for so long is as rare as one that dies.
        state.crashes_left = state.crashes_left.checked_sub(1)?;
    }
    job.fence += 1;
    job.leased_until = Some(LEASE_TICKS);
    let (run, fence) = (state.run(), state.job.fence);
    state.workers[number] = Worker { run, fence, at: At::Claimed, ..Worker::idle() };
    state.history.grants.push(Grant::Lease { run, batch: 0, fence });
    Some(())
}

fn intend(state: &mut State, number: usize) {
    if !holds_lease(state, number) {
        return give_up(state, number);
    }
    let run = state.run();
    let worker = &mut state.workers[number];
    if state.history.runs[run].is_settled {
        worker.at = At::PuttingDown;
        return;
    }
    for (place, row) in state.rows.iter_mut().enumerate() {
        if row.state == TargetState::Open && row.fence <= worker.fence {
            row.fence = worker.fence;
            let local = Local {
                row: place,
                before: row.before,
                after: row.after,
                sent: row.sent,
                sent_when_asked: None,
                live: None,
            };
            worker.open.push(local);
        }
    }
    let has_left = worker.open.iter().any(|local| local.sent.is_some());
    worker.at = match worker.open.is_empty() {
        true => At::Finishing,
        false if state.bulk && has_left => At::Asking,
        false => At::Intended,
    };
}

fn read(state: &mut State, number: usize) {
    let variants: Vec<usize> =
        state.workers[number].open.iter().map(|local| state.rows[local.row].variant).collect();
    for (local, variant) in state.workers[number].open.iter_mut().zip(&variants) {
        local.live = Some(state.shop[*variant]);
        local.sent_when_asked = local.sent;
    }
    state.workers[number].at = At::HasRead;
    state.enter(number, Act::Read(variants));
}

/// Decides, and lets the write leave in the same step as its permission: what happens to a worker that is put to sleep
/// between the two is written down in the protocol's decision.
fn write(state: &mut State, number: usize, flaw: Option<Flaw>) -> Option<()> {
    let mut worker = state.workers[number].clone();
    let mut to_write = Vec::new();
    for local in worker.open.drain(..) {
        match verdict(worker.run, &local, flaw) {
            Verdict::Write => to_write.push(local),
            // A worker that goes on from an old reading sleeps here.
            Verdict::Wait(_) if flaw == Some(Flaw::StaleReading) => return None,
            Verdict::Wait(pause) => worker.later = worker.later.max(Some(ticks(pause))),
            Verdict::Settled(settlement) => worker.endings.push((local.row, ending(&settlement))),
        }
    }
    if to_write.is_empty() {
        worker.at = At::Settling;
        state.workers[number] = worker;
        return Some(());
    }
    if flaw == Some(Flaw::SettlesBeforeWriting) {
        worker.endings.extend(to_write.iter().map(|local| (local.row, Ending::Applied)));
        worker.open = to_write;
        state.workers[number] = worker;
        settle(state, number, flaw);
        return Some(());
    }
    if !holds_lease(state, number) && flaw != Some(Flaw::NoFenceBeforeWriting) {
        give_up(state, number);
        return Some(());
    }
    worker.open = to_write;
    state.workers[number] = worker;
    send(state, number, flaw);
    Some(())
}

fn send(state: &mut State, number: usize, flaw: Option<Flaw>) {
    let worker = state.workers[number].clone();
    let mut writes = Vec::new();
    for local in &worker.open {
        // The row may belong to a later run by now if nobody asked for the lease; its variant is the same.
        let variant = state.rows.get(local.row).map_or(local.row, |row| row.variant);
        writes.push((variant, local.after));
        if flaw == Some(Flaw::NoIntent) {
            continue;
        }
        if let Some(row) = state.rows.get_mut(local.row).filter(|row| row.after == local.after) {
            row.sent = Some(0);
            row.sent_in = state.bulk.then_some(worker.fence);
        }
        let at_ms = state.arrivals as i64;
        let grant = Grant::Send { run: worker.run, batch: 0, fence: worker.fence, variant, at_ms };
        state.history.grants.push(grant);
    }
    state.arrivals += 1;
    let call = Call {
        writes,
        sent: 0,
        arrived: state.arrivals,
        by: number,
        fence: if state.bulk { worker.fence } else { 0 },
        worker: Some(number),
    };
    state.calls.push(call);
    state.workers[number].at = At::Waiting;
}

fn take_back(state: &mut State, number: usize, flaw: Option<Flaw>) {
    if !holds_lease(state, number) && flaw != Some(Flaw::NoFenceBeforeWriting) {
        return give_up(state, number);
    }
    let worker = &mut state.workers[number];
    for local in worker.open.drain(..) {
        state.rows[local.row].sent = local.sent;
    }
    worker.at = At::Settling;
}

fn settle(state: &mut State, number: usize, flaw: Option<Flaw>) {
    let is_checked = flaw != Some(Flaw::NoFenceBeforeSettling);
    let worker = state.workers[number].clone();
    if worker.endings.is_empty() {
        state.workers[number].at = At::Finishing;
        return;
    }
    if worker.run != state.run() || is_checked && !holds_lease(state, number) {
        return give_up(state, number);
    }
    let mut told = Vec::new();
    for (place, ending) in &worker.endings {
        let row = &mut state.rows[*place];
        if is_checked && (row.state != TargetState::Open || row.fence != worker.fence) {
            continue;
        }
        row.state = match ending {
            Ending::Applied => TargetState::Applied,
            Ending::Conflict => TargetState::Conflict,
            Ending::Unneeded => TargetState::Skipped,
            Ending::Failed => TargetState::Failed,
        };
        let (variant, after) = (row.variant, row.after);
        if *ending == Ending::Applied {
            state.history.versions.push((worker.run, variant, after));
        }
        if matches!(ending, Ending::Applied | Ending::Unneeded) && state.is_roll_back() {
            let original = state.history.targets.iter_mut().find(|target| target.variant == variant);
            original.into_iter().for_each(|target| target.state = TargetState::RolledBack);
        }
        told.push((*place, *ending));
    }
    let outside = [Flaw::EventOutsideTheTransaction, Flaw::AuditOutsideTheTransaction];
    if flaw != Some(Flaw::AuditOutsideTheTransaction) {
        state.history.audit.extend(lines(state, worker.run, &told));
    }
    if flaw != Some(Flaw::EventOutsideTheTransaction) {
        state.history.events.extend(lines(state, worker.run, &told));
    }
    let worker = &mut state.workers[number];
    worker.endings = told;
    let is_open = flaw.is_some_and(|flaw| outside.contains(&flaw));
    let is_to_send = flaw == Some(Flaw::SettlesBeforeWriting) && !worker.open.is_empty();
    worker.at = if is_open || is_to_send { At::Telling } else { At::Finishing };
}

/// What flawed protocols do after the commit that should have held it.
fn tell(state: &mut State, number: usize, flaw: Option<Flaw>) {
    let worker = state.workers[number].clone();
    let told = lines(state, worker.run, &worker.endings);
    match flaw {
        Some(Flaw::EventOutsideTheTransaction) => state.history.events.extend(told),
        Some(Flaw::AuditOutsideTheTransaction) => state.history.audit.extend(told),
        _ => {
            state.workers[number].endings.clear();
            return send(state, number, flaw);
        }
    }
    state.workers[number].at = At::Finishing;
}

fn finish(state: &mut State, number: usize, flaw: Option<Flaw>) {
    if !holds_lease(state, number) {
        return give_up(state, number);
    }
    let is_open = state.rows.iter().any(|row| row.state == TargetState::Open);
    if flaw == Some(Flaw::EndsTooEarly) {
        state.workers[number].later = None;
    }
    let worker = &mut state.workers[number];
    if worker.later.is_none() && (!is_open || flaw == Some(Flaw::EndsTooEarly)) {
        let run = worker.run;
        state.history.runs[run].is_settled = true;
    }
    state.workers[number].at = At::PuttingDown;
}

fn put_down(state: &mut State, number: usize) {
    if holds_lease(state, number) {
        state.job.leased_until = None;
        match state.workers[number].later {
            Some(pause) => state.job.due = pause,
            None => state.job.is_done = true,
        }
    }
    state.workers[number] = Worker::idle();
}

fn give_up(state: &mut State, number: usize) {
    state.workers[number] = Worker::idle();
}

fn holds_lease(state: &State, number: usize) -> bool {
    let worker = &state.workers[number];
    worker.run == state.run()
        && worker.fence == state.job.fence
        && state.job.leased_until.is_some()
        && !state.job.is_done
}

fn verdict(run: usize, local: &Local, flaw: Option<Flaw>) -> Verdict {
    let kind = if run > 0 { Kind::RollBack } else { Kind::Apply };
    let compares = match flaw {
        Some(Flaw::NoCompare) => false,
        Some(Flaw::RollBackWithoutCompare) => run == 0,
        _ => true,
    };
    if !compares && local.live != Some(local.after) {
        return Verdict::Write;
    }
    let now = match flaw {
        Some(Flaw::NoWaitForLateWrites) => instant(1000),
        _ => instant(0),
    };
    let by_now = Local { sent_when_asked: local.sent, ..local.clone() };
    let asks_after_reading = [Flaw::DecidesByTheTimeOfTheAnswer, Flaw::StaleReading, Flaw::BlindRetry];
    let is_late = flaw.is_some_and(|flaw| asks_after_reading.contains(&flaw));
    let local = if is_late { &by_now } else { local };
    decide(&open_target(local), local.live.map(live).as_ref(), euro(), kind, now)
}

fn open_target(local: &Local) -> OpenTarget {
    let amounts = |price: Price| Amounts::set(price.minor, price.compare_at_minor);
    OpenTarget {
        row: 0,
        variant: "v".into(),
        product: "p".into(),
        before: amounts(local.before),
        after: amounts(local.after),
        sent_at: local.sent_when_asked.map(instant),
        sent_in: None,
    }
}

fn live(price: Price) -> LivePrice {
    let money = |minor| Money::from_minor(minor, euro());
    LivePrice {
        variant: "v".into(),
        product: "p".into(),
        price: money(price.minor),
        compare_at: price.compare_at_minor.map(money),
        origin: PriceOrigin::Fixed,
    }
}

fn euro() -> Currency {
    "EUR".parse().expect("a currency")
}

fn ending(settlement: &Settlement) -> Ending {
    match settlement {
        Settlement::Applied => Ending::Applied,
        Settlement::Conflict { .. } => Ending::Conflict,
        Settlement::Unneeded => Ending::Unneeded,
        // Nobody stops a run here.
        Settlement::Failed { .. } | Settlement::Stopped => Ending::Failed,
    }
}

fn lines(state: &State, run: usize, endings: &[(usize, Ending)]) -> Vec<Line> {
    let line = |(place, ending): &(usize, Ending)| Line {
        run,
        variant: state.rows[*place].variant,
        told: if *ending == Ending::Applied { Told::Applied } else { Told::NotApplied },
    };
    endings.iter().map(line).collect()
}

impl State {
    /// Something reaches the shop and is over at once.
    pub(super) fn enter(&mut self, by: usize, act: Act) {
        self.arrivals += 1;
        let entry = Entry { arrived: self.arrivals, by, at_ms: self.arrivals as i64, act };
        self.history.journal.push(entry);
    }
}
