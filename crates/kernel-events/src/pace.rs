//! How many events a sink gets at once: fewer after a batch that took too long, down to the single one that hangs, and
//! more again once the sink is quick. Kept in memory; a process that starts begins with whole batches.

use std::collections::HashSet;
use std::time::Duration;

use crate::log::EventId;
use crate::replays::ReplayId;
use crate::sink::Delivery;

/// What a pass takes its batches from. Each has a pace of its own: what goes well in one says nothing of another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Lane {
    /// What failed and is due.
    Due,
    /// A replay.
    Replay,
    /// What is new.
    New,
}

/// The paces of a consumer.
#[derive(Debug)]
pub(crate) struct Paces {
    due: Pace,
    replay: Pace,
    new: Pace,
    /// Deliveries that took too long by themselves. Each is tried alone from then on, so that it is waited for once.
    hung: HashSet<(Option<ReplayId>, EventId)>,
}

impl Paces {
    pub fn of_batches(whole: usize) -> Self {
        let pace = Pace { whole, most: whole, suspects: 0 };
        Self { due: pace, replay: pace, new: pace, hung: HashSet::new() }
    }

    /// How many to hand over at once.
    pub fn most(&self, lane: Lane) -> usize {
        match lane {
            Lane::Due => self.due.most,
            Lane::Replay => self.replay.most,
            Lane::New => self.new.most,
        }
    }

    /// How many of the deliveries that are due to hand over at once.
    pub fn most_of(&self, due: &[Delivery]) -> usize {
        let most = self.most(Lane::Due).min(due.len());
        let hung = due.iter().take(most).position(|delivery| self.hung.contains(&key(delivery)));
        hung.map_or(most, |before| before.max(1))
    }

    /// Enters that a batch took too long. Answers whether it was a single event, which is then to blame.
    pub fn took_too_long(&mut self, lane: Lane, batch: &[Delivery]) -> bool {
        self.pace(lane).took_too_long(batch.len());
        let [single] = batch else { return false };
        self.hung.insert(key(single));
        true
    }

    /// Enters that a batch was answered in time: in `took` of `limit`.
    pub fn went_through(&mut self, lane: Lane, batch: &[Delivery], took: Duration, limit: Duration) {
        // Twice as many would still be in time.
        self.pace(lane).went_through(batch.len(), took < limit / 4);
        if let [single] = batch {
            self.hung.remove(&key(single));
        }
    }

    fn pace(&mut self, lane: Lane) -> &mut Pace {
        match lane {
            Lane::Due => &mut self.due,
            Lane::Replay => &mut self.replay,
            Lane::New => &mut self.new,
        }
    }
}

fn key(delivery: &Delivery) -> (Option<ReplayId>, EventId) {
    (delivery.replay, delivery.event.id)
}

#[derive(Debug, Clone, Copy)]
struct Pace {
    whole: usize,
    most: usize,
    /// How many of the batch that took too long are still ahead. Until they are passed batches do not grow, so that as
    /// many waits find one that hangs as the whole batch can be halved.
    suspects: usize,
}

impl Pace {
    fn took_too_long(&mut self, count: usize) {
        self.most = (count / 2).max(1);
        self.suspects = if count > 1 { count } else { 0 };
    }

    fn went_through(&mut self, count: usize, quick: bool) {
        self.suspects = self.suspects.saturating_sub(count);
        if self.suspects == 0 && quick {
            self.most = self.most.saturating_mul(2).min(self.whole);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Hands events over until all are passed; the one at `hangs` takes too long, alone too. Answers how often was waited.
    fn waits(whole: usize, count: usize, hangs: usize) -> usize {
        let mut pace = Pace { whole, most: whole, suspects: 0 };
        let (mut place, mut waits) = (0, 0);
        while place < count {
            let batch = pace.most.min(count - place);
            if (place..place + batch).contains(&hangs) {
                waits += 1;
                pace.took_too_long(batch);
                if batch > 1 {
                    continue;
                }
            } else {
                pace.went_through(batch, true);
            }
            place += batch;
        }
        assert!(pace.most > 1, "it does not grow again");
        waits
    }

    #[test]
    fn one_that_hangs_is_found_by_halving() {
        for hangs in 0..1_500 {
            let waited = waits(1_000, 2_000, hangs);
            assert!(waited <= 11, "{waited} waits for the one at {hangs}");
        }
    }

    #[test]
    fn a_slow_sink_stays_at_the_size_that_it_can_take() {
        let mut pace = Pace { whole: 1_000, most: 1_000, suspects: 0 };
        pace.took_too_long(1_000);
        pace.took_too_long(500);
        for _ in 0..10 {
            pace.went_through(250, false);
        }
        assert_eq!(pace.most, 250);
        pace.went_through(250, true);
        pace.went_through(500, true);
        pace.went_through(1_000, true);
        assert_eq!(pace.most, 1_000);
    }
}
