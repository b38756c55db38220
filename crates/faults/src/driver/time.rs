//! One clock for everybody in a seed: Calibr's, the shop's and the connector's. It moves only when the driver moves it or
//! somebody waits for it, so that no seed waits for real.

use std::cell::RefCell;
use std::pin::Pin;

use jiff::{Span, Timestamp};
use kernel_connect::MonotonicTime;
use kernel_core::{Clock, FixedClock};

thread_local! {
    static OF_THIS_THREAD: RefCell<Option<FixedClock>> = const { RefCell::new(None) };
}

/// The clock of a seed, as the simulated shop and the connector want it.
#[derive(Clone)]
pub(super) struct SeedTime(pub FixedClock);

impl SeedTime {
    /// Makes `clock` the one that connectors of this thread go by.
    pub fn install(clock: &FixedClock) {
        OF_THIS_THREAD.set(Some(clock.clone()));
    }

    /// The clock of this thread.
    pub fn of_this_thread() -> Self {
        Self(OF_THIS_THREAD.with_borrow(Clone::clone).expect("each arena installs its clock"))
    }

    /// Moves the clock.
    pub fn pass(&self, ms: i64) {
        self.0.advance(Span::new().milliseconds(ms.max(0)));
    }

    /// Milliseconds since 1970.
    pub fn at_ms(&self) -> i64 {
        self.0.now().as_millisecond()
    }

    /// The present instant.
    pub fn now(&self) -> Timestamp {
        self.0.now()
    }
}

impl simulators::shopify::Clock for SeedTime {
    fn monotonic_ms(&self) -> u64 {
        self.at_ms().unsigned_abs()
    }

    fn epoch_s(&self) -> i64 {
        self.now().as_second()
    }
}

impl MonotonicTime for SeedTime {
    fn now_ms(&self) -> u64 {
        self.at_ms().unsigned_abs()
    }

    fn wait(&self, ms: u64) -> Pin<Box<dyn Future<Output = ()> + Send + '_>> {
        self.pass(i64::try_from(ms).unwrap_or(i64::MAX));
        Box::pin(tokio::task::yield_now())
    }
}
