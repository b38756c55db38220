//! What must hold of the event log, its consumers and the time after the last fault.

use std::collections::{BTreeMap, BTreeSet};

use super::case::Case;
use crate::history::Delivery;

/// When the last fault is over, everything is well again within this time.
const RECOVERS_WITHIN_MS: i64 = 60_000;
/// And no event is older than this.
const LAG_MS: i64 = 5_000;

/// Every committed event has its effect at every consumer once, and nothing else has.
pub(super) fn events_kept(case: &Case<'_>) -> Vec<String> {
    let mut faults = Vec::new();
    for Delivery { committed, consumed } in &case.history.deliveries {
        let committed: BTreeSet<i64> = committed.iter().map(|(position, _)| *position).collect();
        let unique: BTreeSet<i64> = consumed.iter().copied().collect();
        if unique.len() < consumed.len() {
            faults.push(format!("{} events had an effect twice", consumed.len() - unique.len()));
        }
        let lost: Vec<&i64> = committed.difference(&unique).collect();
        let made_up: Vec<&i64> = unique.difference(&committed).collect();
        if !lost.is_empty() || !made_up.is_empty() {
            faults.push(format!("lost {lost:?}, made up {made_up:?}"));
        }
    }
    faults
}

/// Events about one thing have their effect in the order in which they were committed.
pub(super) fn order_kept(case: &Case<'_>) -> Vec<String> {
    let mut faults = Vec::new();
    for Delivery { committed, consumed } in &case.history.deliveries {
        let thing_of: BTreeMap<i64, &str> =
            committed.iter().map(|(position, thing)| (*position, thing.as_str())).collect();
        let mut last: BTreeMap<&str, i64> = BTreeMap::new();
        for position in consumed {
            let Some(thing) = thing_of.get(position) else { continue };
            if let Some(before) = last.insert(thing, *position)
                && before > *position
            {
                faults.push(format!("{thing}: {position} came after {before}"));
            }
        }
    }
    faults
}

/// When the faults stop, the work that they held up is soon done and the log soon delivered.
pub(super) fn recovered(case: &Case<'_>) -> Vec<String> {
    let recovery = &case.history.recovery;
    let mut faults = Vec::new();
    if recovery.after_ms > RECOVERS_WITHIN_MS {
        faults.push(format!("{} ms passed until the last job was done", recovery.after_ms));
    }
    if recovery.lag_ms >= LAG_MS {
        faults.push(format!("an event waits for {} ms", recovery.lag_ms));
    }
    faults
}

/// Replaying the log from empty gives the state that the database has.
pub(super) fn replay_equal(case: &Case<'_>) -> Vec<String> {
    match &case.history.state_hashes {
        Some((stored, replayed)) if stored != replayed => {
            vec![format!("the database has {stored}, the replay {replayed}")]
        }
        _ => Vec::new(),
    }
}
