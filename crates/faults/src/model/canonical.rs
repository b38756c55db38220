//! What makes no difference any more is made alike, so that the model has as few states as there are different futures.

use std::collections::BTreeMap;

use super::state::{At, GONE_AFTER_TICKS, State};
use crate::history::{Act, Entry, Grant};

impl State {
    /// Brings the state to the one form that stands for all that behave as it does.
    pub fn make_canonical(&mut self) {
        self.forget_times();
        self.forget_reads();
        self.forget_leases();
        self.number_arrivals();
        self.number_fences();
    }

    fn forget_times(&mut self) {
        let locals = self.workers.iter_mut().flat_map(|worker| &mut worker.open).map(|local| &mut local.sent);
        for sent in self.rows.iter_mut().map(|row| &mut row.sent).chain(locals).flatten() {
            *sent = (*sent).max(-GONE_AFTER_TICKS);
        }
        self.job.due = self.job.due.max(0);
        self.job.leased_until = self.job.leased_until.map(|until| until.max(-1));
        if self.job.leased_until.is_some() || self.job.is_done {
            self.job.due = 0;
        }
    }

    /// A reading matters only to what its client sends before its next reading.
    fn forget_reads(&mut self) {
        let is_read = |entry: &Entry| matches!(entry.act, Act::Read(_));
        let journal = &self.history.journal;
        let reads: Vec<(usize, u64)> =
            journal.iter().filter(|e| is_read(e)).map(|e| (e.by, e.arrived)).collect();
        let written = journal.iter().filter(|e| matches!(e.act, Act::Write(_))).map(|e| (e.by, e.arrived));
        let under_way = self.calls.iter().map(|call| (call.by, call.arrived));
        let in_operations = self.operations.iter().map(|one| (one.by, one.arrived));
        let writes: Vec<(usize, u64)> = written.chain(under_way).chain(in_operations).collect();
        let may_write = self
            .workers
            .each_ref()
            .map(|worker| matches!(worker.at, At::HasRead | At::Waiting | At::Telling));
        let matters = |by: usize, read: u64| {
            let later = reads.iter().filter(|(other, arrived)| *other == by && *arrived > read);
            let next = later.map(|(_, arrived)| *arrived).min();
            next.is_none() && may_write[by]
                || writes.iter().any(|(writer, arrived)| {
                    *writer == by && read < *arrived && next.is_none_or(|next| *arrived < next)
                })
        };
        let kept: Vec<bool> = journal.iter().map(|e| !is_read(e) || matters(e.by, e.arrived)).collect();
        let mut kept = kept.into_iter();
        self.history.journal.retain(|_| kept.next().unwrap_or(true));
    }

    /// A lease matters only to what is allowed before the next lease.
    fn forget_leases(&mut self) {
        let grants = &mut self.history.grants;
        let is_lease = |grant: &Grant| matches!(grant, Grant::Lease { .. });
        let mut place = 1;
        while place < grants.len() {
            if is_lease(&grants[place - 1]) && is_lease(&grants[place]) {
                grants.remove(place - 1);
            } else {
                place += 1;
            }
        }
    }

    fn number_arrivals(&mut self) {
        let entries = self.history.journal.iter_mut().map(|entry| &mut entry.arrived);
        let calls = self.calls.iter_mut().map(|call| &mut call.arrived);
        let operations = self.operations.iter_mut().map(|one| &mut one.arrived);
        let mut arrivals: Vec<&mut u64> = entries.chain(calls).chain(operations).collect();
        arrivals.sort();
        let mut ranks = BTreeMap::new();
        for arrived in arrivals {
            // The lines of an operation arrived together.
            let next = ranks.len() as u64 + 1;
            *arrived = *ranks.entry(*arrived).or_insert(next);
        }
        self.arrivals = ranks.len() as u64;
        for entry in &mut self.history.journal {
            entry.at_ms = entry.arrived as i64;
        }
        for grant in &mut self.history.grants {
            if let Grant::Send { at_ms, .. } = grant {
                let before = ranks.range(..=at_ms.unsigned_abs()).next_back();
                *at_ms = before.map_or(0, |(_, rank)| *rank as i64);
            }
        }
    }

    fn number_fences(&mut self) {
        let of_grants = self.history.grants.iter_mut().map(|grant| match grant {
            Grant::Lease { fence, .. } | Grant::Send { fence, .. } => fence,
        });
        let of_rows =
            self.rows.iter_mut().flat_map(|row| [&mut row.fence].into_iter().chain(&mut row.sent_in));
        let of_workers = self.workers.iter_mut().map(|worker| &mut worker.fence);
        let of_calls = self.calls.iter_mut().map(|call| &mut call.fence);
        let of_operations = self.operations.iter_mut().map(|one| &mut one.name);
        let mut fences: Vec<&mut i64> = of_grants.chain(of_rows).chain(of_workers).collect();
        fences.extend(of_calls.chain(of_operations).chain([&mut self.job.fence]));
        fences.sort();
        let mut ranks = BTreeMap::from([(0, 0)]);
        for fence in fences {
            let next = ranks.len() as i64;
            *fence = *ranks.entry(*fence).or_insert(next);
        }
    }
}
