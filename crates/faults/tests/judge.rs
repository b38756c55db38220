//! The judge itself is judged: a good history passes, and each way to tamper with it is caught under its own name.

use std::collections::BTreeSet;

use faults::history::{
    Act, Change, Delivery, Entry, Grant, History, Line, Price, Recovery, Run, State, Target, Told,
};
use faults::judge::{invariants, judge};

const BEFORE: Price = Price::of(1000);
const AFTER: Price = Price::of(900);
const OTHER: Price = Price::of(700);

/// Two variants written, one of them edited in the middle and so a conflict on the way back, the other taken back.
fn good() -> History {
    let write = |arrived, at_ms, variant, from, to| Entry {
        arrived,
        by: 0,
        at_ms,
        act: Act::Write(vec![Change { variant, from, to }]),
    };
    let read = |arrived, at_ms| Entry { arrived, by: 0, at_ms, act: Act::Read(vec![0, 1]) };
    let edit = Act::Edit(vec![Change { variant: 1, from: AFTER, to: OTHER }]);
    let target = |run, variant, before, after, state, may_have_left| Target {
        run,
        variant,
        before,
        after,
        state,
        may_have_left,
    };
    let told = |run, variant, told| Line { run, variant, told };
    let lines = vec![
        told(0, 0, Told::Applied),
        told(0, 1, Told::Applied),
        told(1, 1, Told::NotApplied),
        told(1, 0, Told::Applied),
    ];
    let lease = |run, fence| Grant::Lease { run, batch: 0, fence };
    let send = |run, fence, variant, at_ms| Grant::Send { run, batch: 0, fence, variant, at_ms };
    History {
        at_first: vec![BEFORE, BEFORE],
        at_last: vec![BEFORE, OTHER],
        journal: vec![
            read(1, 100),
            write(2, 200, 0, BEFORE, AFTER),
            write(3, 300, 1, BEFORE, AFTER),
            Entry { arrived: 4, by: 0, at_ms: 400, act: edit },
            read(5, 500),
            write(6, 600, 0, AFTER, BEFORE),
        ],
        grants: vec![
            lease(0, 1),
            lease(0, 2),
            send(0, 2, 0, 150),
            send(0, 2, 1, 250),
            lease(1, 1),
            send(1, 1, 0, 550),
        ],
        runs: vec![
            Run { is_roll_back: false, is_settled: true },
            Run { is_roll_back: true, is_settled: true },
        ],
        targets: vec![
            target(0, 0, BEFORE, AFTER, State::RolledBack, true),
            target(0, 1, BEFORE, AFTER, State::Applied, true),
            target(1, 0, AFTER, BEFORE, State::Applied, true),
            target(1, 1, AFTER, BEFORE, State::Conflict, false),
        ],
        audit: lines.clone(),
        events: lines,
        versions: vec![(0, 0, AFTER), (0, 1, AFTER), (1, 0, BEFORE)],
        jobs_left: 0,
        held: vec![Some(BEFORE), Some(OTHER)],
        drifts: Vec::new(),
        unplanned: 0,
        strangers: Vec::new(),
        deliveries: vec![Delivery {
            committed: vec![(1, "a".to_owned()), (2, "b".to_owned()), (3, "a".to_owned())],
            consumed: vec![2, 1, 3],
        }],
        recovery: Recovery { after_ms: 60_000, lag_ms: 4_999 },
        state_hashes: Some(("same".to_owned(), "same".to_owned())),
    }
}

fn entry(by: usize, arrived: u64, at_ms: i64, act: Act) -> Entry {
    Entry { arrived, by, at_ms, act }
}

fn change(variant: usize, from: Price, to: Price) -> Vec<Change> {
    vec![Change { variant, from, to }]
}

/// The merchant takes variant 0 back, and it is written again.
fn written_again(taken_back_to: Price) -> History {
    let mut history = good();
    let mut entries = vec![entry(0, 13, 350, Act::Edit(change(0, AFTER, taken_back_to)))];
    entries.push(entry(0, 14, 360, Act::Read(vec![0, 1])));
    entries.push(entry(0, 15, 370, Act::Write(change(0, taken_back_to, AFTER))));
    history.journal.splice(3..3, entries);
    for (place, entry) in history.journal.iter_mut().enumerate() {
        entry.arrived = place as u64 + 1;
    }
    history.grants.insert(4, Grant::Send { run: 0, batch: 0, fence: 2, variant: 0, at_ms: 365 });
    history
}

type Tamper = fn(&mut History);
type Tampering = (&'static str, &'static str, Tamper);

/// The invariant that is broken, how, and by what.
const TAMPERINGS: [Tampering; 31] = [
    ("as_told", "the shop lost what was restored", |h| {
        h.journal.pop();
        h.at_last[0] = AFTER;
    }),
    ("as_told", "the way back left what it took as it was", |h| h.targets[0].state = State::Applied),
    ("drift_known", "an edit that nobody knows of", |h| h.held[1] = Some(AFTER)),
    ("drift_known", "a drift that is none", |h| h.drifts.push((1, Some(OTHER)))),
    ("drift_known", "a drift at another price", |h| {
        h.held[1] = Some(AFTER);
        h.drifts.push((1, Some(BEFORE)));
    }),
    ("drift_known", "a drift that was put back by no plan", |h| h.unplanned = 1),
    ("edit_kept", "an edit from before the reading was written over", |h| {
        h.journal.insert(0, entry(0, 0, 50, Act::Edit(change(0, BEFORE, OTHER))));
        h.journal[2].act = Act::Write(change(0, OTHER, AFTER));
    }),
    ("edit_kept", "nobody read before writing", |h| {
        h.journal.retain(|entry| !matches!(entry.act, Act::Read(_)))
    }),
    ("edit_kept", "somebody else read before the writing", |h| h.journal[0].by = 1),
    ("ended", "a run goes on", |h| h.runs[1].is_settled = false),
    ("ended", "a target is open", |h| h.targets[1].state = State::Open),
    ("ended", "a lease is held", |h| h.jobs_left = 1),
    ("events_kept", "an event was lost", |h| h.deliveries[0].consumed.truncate(2)),
    ("events_kept", "an event had an effect twice", |h| h.deliveries[0].consumed.push(3)),
    ("events_kept", "an event was made up", |h| h.deliveries[0].consumed.push(4)),
    ("fenced", "an old lease let a write leave", |h| h.grants.swap(1, 2)),
    ("fenced", "nothing was noted before a write left", |h| {
        h.grants.remove(2);
    }),
    ("fenced", "what was noted came after the write", |h| {
        h.grants[5] = Grant::Send { run: 1, batch: 0, fence: 1, variant: 0, at_ms: 601 };
    }),
    ("journal_whole", "a change is missing", |h| {
        h.journal.remove(3);
    }),
    ("journal_whole", "the shop is not where its journal ends", |h| h.at_last[1] = AFTER),
    ("no_blind_repeat", "a write was sent again", |h| {
        h.journal.insert(3, entry(0, 3, 310, Act::Write(change(1, AFTER, AFTER))));
    }),
    ("one_change_per_target", "an edit was written over for the second time", |h| *h = written_again(OTHER)),
    ("one_to_one", "a record is missing", |h| {
        h.audit.remove(0);
    }),
    ("one_to_one", "an event is there twice", |h| h.events.push(h.events[0].clone())),
    ("one_to_one", "a price version is missing", |h| {
        h.versions.pop();
    }),
    ("one_to_one", "told, but never written", |h| {
        h.journal.remove(1);
        h.journal.pop();
    }),
    ("one_to_one", "written, but told as refused before it left", |h| {
        h.targets[1].state = State::Failed;
        h.targets[1].may_have_left = false;
        for lines in [&mut h.audit, &mut h.events] {
            lines[1].told = Told::NotApplied;
        }
        h.versions.remove(1);
    }),
    ("one_to_one", "written and still there, but told as a conflict", |h| {
        h.journal.remove(3);
        h.at_last[1] = AFTER;
        h.targets[1].state = State::Conflict;
        for lines in [&mut h.audit, &mut h.events] {
            lines[1].told = Told::NotApplied;
        }
        h.versions.remove(1);
    }),
    ("order_kept", "two events about one thing changed places", |h| h.deliveries[0].consumed = vec![2, 3, 1]),
    ("planned", "a price that nobody planned", |h| {
        h.journal[2].act = Act::Write(change(1, BEFORE, Price::of(901)));
        h.journal[3].act = Act::Edit(change(1, Price::of(901), OTHER));
    }),
    ("planned", "a compare-at price that nobody planned", |h| {
        let price = Price { compare_at_minor: Some(1500), ..AFTER };
        h.journal[2].act = Act::Write(change(1, BEFORE, price));
        h.journal[3].act = Act::Edit(change(1, price, OTHER));
    }),
];

#[test]
fn a_good_history_passes() {
    assert_eq!(judge(&good()), []);
}

#[test]
fn a_price_that_the_merchant_restored_may_be_written_again() {
    let violations = judge(&written_again(BEFORE));
    assert_eq!(violations, []);
}

#[test]
fn every_tampering_is_caught_by_name() {
    for (invariant, how, tamper) in TAMPERINGS {
        let mut history = good();
        tamper(&mut history);
        let violations = judge(&history);
        assert!(violations.iter().any(|found| found.invariant == invariant), "{how}: {violations:?}");
    }
}

#[test]
fn what_is_late_strange_or_not_repeatable_is_caught_too() {
    let late: [(&str, Tamper); 4] = [
        ("recovered", |h| h.recovery.after_ms = 60_001),
        ("recovered", |h| h.recovery.lag_ms = 5_000),
        ("replay_equal", |h| h.state_hashes = Some(("a".to_owned(), "b".to_owned()))),
        ("tenants_apart", |h| h.strangers.push("a run of somebody else".to_owned())),
    ];
    for (invariant, tamper) in late {
        let mut history = good();
        tamper(&mut history);
        let found: Vec<_> = judge(&history).into_iter().map(|violation| violation.invariant).collect();
        assert_eq!(found, [invariant]);
    }
}

#[test]
fn every_invariant_is_broken_here() {
    let broken: BTreeSet<&str> = TAMPERINGS.iter().map(|(invariant, ..)| *invariant).collect();
    let others = ["recovered", "replay_equal", "tenants_apart"];
    let all: BTreeSet<&str> = invariants().collect();
    assert_eq!(broken.into_iter().chain(others).collect::<BTreeSet<_>>(), all);
}
