//! Calls that the shop holds up. Whoever moves the clock lets those arrive first that would be too late after it: a seed
//! may hold a write up for as long as writes are on their way, and no longer.

use std::sync::{Mutex, MutexGuard, PoisonError};

use simulators::shopify::{CallOutcome, Handle};

use super::time::SeedTime;

/// A write that left so long ago has arrived or never will.
const ARRIVES_WITHIN_MS: i64 = 14_000;

/// A call that is on its way, and when it must have arrived, in milliseconds.
type Held = (u64, i64);

/// Calls that are known to be on their way.
#[derive(Default)]
pub(super) struct HeldCalls(Mutex<Vec<Held>>);

impl HeldCalls {
    /// How many.
    pub fn count(&self) -> usize {
        self.known().len()
    }

    /// Notes calls that are held up since a moment ago.
    pub async fn note(&self, shop: &Handle, time: &SeedTime) {
        let until = time.at_ms() + ARRIVES_WITHIN_MS;
        let calls = shop.wait_held(0).await.into_iter().map(|call| call.sequence);
        let mut known = self.known();
        let new: Vec<u64> = calls.filter(|call| known.iter().all(|(seen, _)| seen != call)).collect();
        known.extend(new.into_iter().map(|call| (call, until)));
    }

    /// Lets all arrive if one of them must have by then.
    pub async fn let_arrive(&self, shop: &Handle, by_ms: i64) {
        if self.known().iter().all(|(_, until)| *until > by_ms) {
            return;
        }
        shop.release();
        let calls = std::mem::take(&mut *self.known());
        for (sequence, _) in calls {
            let arrived = shop.wait_journal(|journal| {
                let entry = journal.iter().find(|entry| entry.sequence == sequence);
                entry.is_none_or(|entry| entry.outcome != CallOutcome::InFlight).then_some(())
            });
            arrived.await;
        }
    }

    fn known(&self) -> MutexGuard<'_, Vec<Held>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
