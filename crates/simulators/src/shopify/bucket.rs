//! The leaky bucket of points that throttles one app on one shop.

use serde_json::{Value, json};

/// The bucket holds this many seconds' worth of points.
const BUCKET_SECONDS: u64 = 20;

/// Points that refill at a steady rate. Counted in thousandths so that a millisecond is never lost.
#[derive(Debug, Clone)]
pub(crate) struct Bucket {
    rate: u64,
    available_milli: u64,
    measured_at_ms: u64,
}

impl Bucket {
    pub(crate) fn full(rate: u64, now_ms: u64) -> Self {
        Self { rate, available_milli: rate * BUCKET_SECONDS * 1000, measured_at_ms: now_ms }
    }

    /// Lets time pass up to `now_ms`.
    fn refill(&mut self, now_ms: u64) {
        let passed_ms = now_ms.saturating_sub(self.measured_at_ms);
        self.available_milli = (self.available_milli + passed_ms * self.rate).min(self.capacity_milli());
        self.measured_at_ms = self.measured_at_ms.max(now_ms);
    }

    fn capacity_milli(&self) -> u64 {
        self.rate * BUCKET_SECONDS * 1000
    }

    /// Whether a query that asks for `requested` points is let in now. Takes nothing.
    pub(crate) fn admits(&mut self, requested: u64, now_ms: u64) -> bool {
        self.refill(now_ms);
        requested * 1000 <= self.available_milli
    }

    /// Takes what an admitted query really cost.
    pub(crate) fn charge(&mut self, actual: u64, now_ms: u64) {
        self.refill(now_ms);
        self.available_milli = self.available_milli.saturating_sub(actual * 1000);
    }

    /// Empties the bucket, as another process of the same app would.
    pub(crate) fn drain(&mut self, now_ms: u64) {
        self.refill(now_ms);
        self.available_milli = 0;
    }

    /// Fills the bucket to the brim.
    pub(crate) fn refill_fully(&mut self, now_ms: u64) {
        self.refill(now_ms);
        self.available_milli = self.capacity_milli();
    }

    /// Changes the plan; what was in the bucket stays, up to the new size.
    pub(crate) fn set_rate(&mut self, rate: u64, now_ms: u64) {
        self.refill(now_ms);
        self.rate = rate;
        self.available_milli = self.available_milli.min(self.capacity_milli());
    }

    /// `extensions.cost.throttleStatus`: size and rate as floats, the level as an integer.
    pub(crate) fn status(&self) -> Value {
        let float = |points: u64| Value::from(f64::from(u32::try_from(points).unwrap_or(u32::MAX)));
        json!({
            "maximumAvailable": float(self.rate * BUCKET_SECONDS),
            "currentlyAvailable": self.available_milli / 1000,
            "restoreRate": float(self.rate),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bucket_refills_at_its_rate_and_never_overflows() {
        let mut bucket = Bucket::full(100, 0);
        bucket.charge(1500, 0);
        assert!(bucket.admits(500, 0));
        assert!(!bucket.admits(501, 0));
        assert!(!bucket.admits(501, 9));
        assert!(bucket.admits(501, 10));
        assert!(bucket.admits(2000, 1_000_000));
        assert!(!bucket.admits(2001, 2_000_000));
        assert_eq!(bucket.status()["currentlyAvailable"], 2000);
    }

    #[test]
    fn a_smaller_plan_cuts_the_level() {
        let mut bucket = Bucket::full(200, 0);
        bucket.set_rate(100, 0);
        assert!(bucket.admits(2000, 0));
        assert!(!bucket.admits(2001, 0));
        bucket.drain(0);
        assert!(!bucket.admits(1, 9));
        assert!(bucket.admits(1, 10));
    }
}
