//! The simulated shop's two clocks: a steady one for the cost bucket and a calendar one for `updatedAt`.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Instant;

/// Where the shop reads the time. Tests hand in their own; [`SystemClock`] is the real one.
pub trait Clock: Send + Sync {
    /// Milliseconds on a clock that never goes back; only differences matter.
    fn monotonic_ms(&self) -> u64;
    /// Seconds since 1970-01-01T00:00:00Z, for `createdAt` and `updatedAt`.
    fn epoch_s(&self) -> i64;
}

/// The machine's clocks.
#[derive(Debug)]
pub struct SystemClock {
    started: Instant,
}

impl SystemClock {
    /// A clock whose steady side starts at zero now.
    pub fn new() -> Self {
        Self { started: Instant::now() }
    }
}

impl Default for SystemClock {
    fn default() -> Self {
        Self::new()
    }
}

impl Clock for SystemClock {
    fn monotonic_ms(&self) -> u64 {
        u64::try_from(self.started.elapsed().as_millis()).unwrap_or(u64::MAX)
    }

    fn epoch_s(&self) -> i64 {
        jiff::Timestamp::now().as_second()
    }
}

/// Another clock whose calendar side is wrong by so many seconds, as a machine's may be that nobody sets.
pub(crate) struct Skewed {
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) by_s: Arc<AtomicI64>,
}

impl Clock for Skewed {
    fn monotonic_ms(&self) -> u64 {
        self.clock.monotonic_ms()
    }

    fn epoch_s(&self) -> i64 {
        self.clock.epoch_s() + self.by_s.load(Ordering::Relaxed)
    }
}
