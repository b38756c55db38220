//! A mirror of Shopify's cost bucket, so that requests wait here instead of being refused there. Shopify admits a
//! request on its requested cost and reports what is left with every answer; between answers the mirror assumes the
//! bucket refills at the reported rate and that everything in flight is charged in full.

use channel::Budget;

use crate::wire::envelope::ThrottleStatus;

/// Thousandths of a point: whole numbers, so that the mirror is exact and tests are too.
const MILLI: i64 = 1000;

/// The bucket before Shopify has reported: the smallest one that was ever in use.
const FIRST_MAXIMUM: i64 = 1000 * MILLI;
const FIRST_RATE_PER_S: i64 = 50;

#[derive(Debug)]
pub(crate) struct Bucket {
    maximum: i64,
    available: i64,
    rate_per_s: i64,
    as_of_ms: u64,
    in_flight: i64,
    sent: u64,
    /// The youngest request whose report was taken; reports of older ones may only lower the level.
    reported: u64,
}

/// A share of the bucket set aside for one request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Ticket {
    cost: i64,
    number: u64,
}

impl Bucket {
    pub(crate) fn new(now_ms: u64) -> Self {
        Self {
            maximum: FIRST_MAXIMUM,
            available: FIRST_MAXIMUM,
            rate_per_s: FIRST_RATE_PER_S,
            as_of_ms: now_ms,
            in_flight: 0,
            sent: 0,
            reported: 0,
        }
    }

    /// Sets `cost` points aside, or says how many milliseconds to wait before asking again.
    pub(crate) fn reserve(&mut self, cost: u64, now_ms: u64) -> Result<Ticket, u64> {
        self.refill(now_ms);
        // A request larger than the whole bucket would wait forever; let Shopify refuse it.
        let cost = points(cost).min(self.maximum);
        let missing = cost - (self.available - self.in_flight);
        if missing > 0 {
            return Err(self.time_for(missing));
        }
        self.in_flight += cost;
        self.sent += 1;
        Ok(Ticket { cost, number: self.sent })
    }

    /// Takes the level that the answer to `ticket` reported.
    pub(crate) fn settle(&mut self, ticket: Ticket, status: &ThrottleStatus, now_ms: u64) {
        self.refill(now_ms);
        self.in_flight -= ticket.cost;
        self.maximum = milli(status.maximum_available).max(MILLI);
        self.rate_per_s = milli(status.restore_rate).max(MILLI) / MILLI;
        let level = milli(status.currently_available);
        if ticket.number > self.reported {
            self.reported = ticket.number;
            self.available = level;
        } else {
            self.available = self.available.min(level);
        }
        self.available = self.available.min(self.maximum);
    }

    /// There was no report: assumes the request was charged in full.
    pub(crate) fn forfeit(&mut self, ticket: Ticket) {
        self.in_flight -= ticket.cost;
        self.available -= ticket.cost;
    }

    /// The request never left: nothing was charged.
    pub(crate) fn cancel(&mut self, ticket: Ticket) {
        self.in_flight -= ticket.cost;
    }

    /// The level, size and rate in whole points.
    pub(crate) fn budget(&mut self, now_ms: u64, per_write: u64) -> Budget {
        self.refill(now_ms);
        let whole = |milli: i64| u64::try_from(milli / MILLI).unwrap_or_default();
        let per_second = u64::try_from(self.rate_per_s).unwrap_or_default();
        let available = whole(self.available - self.in_flight);
        Budget { available, maximum: whole(self.maximum), per_second, per_write }
    }

    /// How long it takes to let through so many points, more than the bucket may hold, in milliseconds.
    pub(crate) fn time_for_points(&mut self, cost: u64, now_ms: u64) -> u64 {
        self.refill(now_ms);
        let missing = points(cost).saturating_sub(self.available - self.in_flight);
        if missing > 0 { self.time_for(missing) } else { 0 }
    }

    fn refill(&mut self, now_ms: u64) {
        let passed_ms = i64::try_from(now_ms.saturating_sub(self.as_of_ms)).unwrap_or(i64::MAX);
        // Points per second are thousandths of a point per millisecond.
        let gained = passed_ms.saturating_mul(self.rate_per_s);
        self.available = self.available.saturating_add(gained).min(self.maximum);
        self.as_of_ms = now_ms.max(self.as_of_ms);
    }

    fn time_for(&self, missing: i64) -> u64 {
        let rate = self.rate_per_s.max(1);
        u64::try_from((missing + rate - 1) / rate).unwrap_or(1).max(1)
    }
}

/// How long until a throttled request of `requested` points fits, in milliseconds, rounded up.
pub(crate) fn throttle_wait_ms(requested: f64, status: &ThrottleStatus) -> u64 {
    let missing = (milli(requested) - milli(status.currently_available)).max(0);
    let rate = (milli(status.restore_rate) / MILLI).max(1);
    u64::try_from((missing + rate - 1) / rate).unwrap_or(0)
}

fn points(cost: u64) -> i64 {
    i64::try_from(cost).unwrap_or(i64::MAX / MILLI).saturating_mul(MILLI)
}

fn milli(points: f64) -> i64 {
    // A cast from float saturates, which is right for any nonsense a report might hold.
    (points * MILLI as f64).floor() as i64
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn status(maximum: f64, available: f64, rate: f64) -> ThrottleStatus {
        ThrottleStatus { maximum_available: maximum, currently_available: available, restore_rate: rate }
    }

    #[test]
    fn the_recorded_throttle_waits_for_what_is_missing() {
        // 862 requested, 572 there, 200 a second: 1.45 seconds.
        assert_eq!(throttle_wait_ms(862.0, &status(4000.0, 572.0, 200.0)), 1450);
        assert_eq!(throttle_wait_ms(10.0, &status(2000.0, 50.0, 100.0)), 0);
    }

    #[test]
    fn requests_wait_for_what_is_in_flight_and_for_the_refill() {
        let mut bucket = Bucket::new(0);
        let first = bucket.reserve(600, 0).expect("fits");
        assert_eq!(bucket.reserve(600, 0), Err(4000), "200 missing at 50 a second");
        bucket.settle(first, &status(2000.0, 1900.0, 100.0), 0);
        let second = bucket.reserve(1900, 0).expect("the reported bucket is larger");
        assert_eq!(bucket.reserve(100, 999), Err(1), "99.9 points are back");
        let third = bucket.reserve(100, 1000).expect("100 points are back");
        bucket.cancel(third);
        bucket.forfeit(second);
        assert_eq!(bucket.reserve(101, 1000), Err(10));
    }

    #[test]
    fn an_older_report_never_raises_the_level() {
        let mut bucket = Bucket::new(0);
        let older = bucket.reserve(10, 0).expect("fits");
        let younger = bucket.reserve(10, 0).expect("fits");
        bucket.settle(younger, &status(2000.0, 40.0, 100.0), 0);
        bucket.settle(older, &status(2000.0, 500.0, 100.0), 0);
        assert_eq!(bucket.reserve(41, 0), Err(10));
    }

    #[test]
    fn a_changed_plan_is_believed_at_once() {
        let mut bucket = Bucket::new(0);
        let ticket = bucket.reserve(10, 0).expect("fits");
        bucket.settle(ticket, &status(20_000.0, 20_000.0, 1000.0), 0);
        let ticket = bucket.reserve(15_000, 0).expect("fits");
        bucket.settle(ticket, &status(2000.0, 2000.0, 100.0), 0);
        let all = bucket.reserve(15_000, 0).expect("clamped to the bucket");
        assert_eq!(bucket.reserve(1, 0), Err(10));
        bucket.forfeit(all);
    }

    proptest! {
        /// A plain token bucket plays Shopify: whatever is asked and whenever, nothing the mirror lets through is refused.
        #[test]
        fn what_the_mirror_lets_through_is_admitted(
            asks in prop::collection::vec((1_u64..400, 0_u64..3000, 0_u64..100), 1..80),
        ) {
            let (maximum, rate) = (2000_i64 * MILLI, 100_i64);
            let (mut level, mut level_ms, mut now) = (maximum, 0_u64, 0_u64);
            let mut bucket = Bucket::new(0);
            for (requested, pause, discount) in asks {
                now += pause;
                let ticket = loop {
                    match bucket.reserve(requested, now) {
                        Ok(ticket) => break ticket,
                        Err(wait) => now += wait,
                    }
                };
                level = (level + (now - level_ms) as i64 * rate).min(maximum);
                level_ms = now;
                prop_assert!(level >= points(requested), "refused {requested} with {level}");
                level -= points(requested) * (100 - discount as i64) / 100;
                let report = status(2000.0, level as f64 / 1000.0, 100.0);
                bucket.settle(ticket, &report, now);
            }
        }
    }
}
