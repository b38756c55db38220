//! What a seed does to real servers: drawn from its number alone. Every failpoint is some seed's own; what the seed does
//! besides is what leads there.

use crate::driver::{Drift, Set, Settle, Verb, Wave, is_everywhere};
use crate::points::POINTS;

/// What is done at a failpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Hurt {
    /// `kill -9`.
    Kill,
    /// The process is stopped past its lease and goes on.
    Stop,
    /// What it was about to do fails.
    Error,
    /// It takes long.
    Delay,
    /// Postgres drops every connection.
    Cut,
    /// Postgres is killed and started again.
    Restart,
}

impl Hurt {
    /// All of them.
    pub const ALL: [Self; 6] = [Self::Kill, Self::Stop, Self::Error, Self::Delay, Self::Cut, Self::Restart];

    /// As a server is told of it.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Kill => "kill",
            Self::Stop => "stop",
            Self::Error => "error",
            Self::Delay => "delay",
            Self::Cut => "cut",
            Self::Restart => "restart",
        }
    }
}

/// A fault: at which point, at its how manieth passing in a server's life, what.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fault {
    /// Where.
    pub point: &'static str,
    /// From 1.
    pub passing: usize,
    /// What.
    pub hurt: Hurt,
}

/// The merchant sets a price right after a call was carried out and before its answer arrives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Edit {
    /// Which calls: readings or writes.
    pub call: &'static str,
    /// How many of them pass before.
    pub skip: u64,
    /// Which variant, modulo how many there are.
    pub variant: usize,
    /// What it costs then.
    pub to: Set,
}

/// What the shop does, each to so many calls in a thousand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Weather {
    /// Written, but the answer is lost.
    pub lost_answers: u32,
    /// Lost on the way.
    pub lost_calls: u32,
    /// Refused for lack of points.
    pub throttled: u32,
    /// Server errors.
    pub server_errors: u32,
    /// Whether a write is held up for some seconds, and arrives even if its sender is gone.
    pub late_write: bool,
}

/// What else a seed does so that its own point is reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// A run, which may be taken back.
    Plain,
    /// The run goes in bulk operations.
    Bulk,
    /// A person pauses and resumes the run, or stops it.
    Act(Verb),
    /// The run begins with a first wave.
    Wave(Wave),
    /// The shop locks us out, so that targets fail and are retried by hand.
    LockedOut,
    /// Each attempt fails, until the batch is given up.
    Hopeless,
    /// What was written cannot be read back.
    Unreadable,
    /// The shop answers so slowly that leases must be kept alive.
    Slow,
    /// The shop is listened to, and its merchant changes prices after the run.
    Drift(Drift),
    /// What comes by itself after the run is waited for, up to the first night.
    LookedAfter,
}

/// A seed spelled out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RealPlan {
    /// The number.
    pub seed: u64,
    /// The fault that the seed must meet.
    pub own: Fault,
    /// More faults for the first servers, one after the other, which they may meet.
    pub more: Vec<Option<Fault>>,
    /// What leads to its point.
    pub way: Way,
    /// Products in the shop.
    pub products: usize,
    /// Variants of each.
    pub variants: usize,
    /// Whether the catalogue is read again by a server first.
    pub ingests: bool,
    /// What the shop does.
    pub weather: Weather,
    /// What the merchant does meanwhile.
    pub edits: Vec<Edit>,
    /// Whether the run is taken back.
    pub roll_back: bool,
    /// Drives what is drawn on the way.
    pub random: u64,
}

/// Every pair of point and hurt, in the order of seeds: so many seeds as there are points meet each point, and so many as
/// there are pairs each pair.
pub fn pairs() -> impl Iterator<Item = (&'static str, Hurt)> {
    let rounds = 0..Hurt::ALL.len();
    rounds.flat_map(|round| {
        let hurt = move |place: usize| Hurt::ALL[(round + place) % Hurt::ALL.len()];
        POINTS.iter().enumerate().map(move |(place, point)| (*point, hurt(place)))
    })
}

/// Readings of live prices.
pub(super) const READ: &str = "nodes";
/// Writes of one product.
pub(super) const WRITE: &str = "productVariantsBulkUpdate";

/// What every run that writes passes, twice if it is taken back.
const HOT: [&str; 14] = [
    "events.deliver.after",
    "events.enter.before_commit",
    "jobs.claim.after_commit",
    "jobs.put_down.before_commit",
    "runs.finish.before_commit",
    "runs.intend.after_commit",
    "runs.read.after",
    "runs.read.before",
    "runs.send.after_commit",
    "runs.send.before_commit",
    "runs.settle.after_commit",
    "runs.settle.before_commit",
    "runs.write.after",
    "runs.write.before",
];

impl RealPlan {
    /// What `seed` does.
    #[must_use]
    pub fn of(seed: u64) -> Self {
        let mut random = fastrand::Rng::with_seed(seed);
        let count = pairs().count() as u64;
        let (point, hurt) = pairs().nth((seed % count) as usize).expect("below their number");
        let way = way(point, &mut random);
        let is_plain = way == Way::Plain;
        let twice = is_plain && HOT.contains(&point) && (seed / count) % 2 == 1;
        let passing = match point {
            _ if point.starts_with("http.") => random.usize(1..6),
            // Beyond what a server does while it starts.
            _ if is_everywhere(point) => random.usize(12..30),
            _ if twice => 2,
            _ => 1,
        };
        let own = Fault { point, passing, hurt };
        // Where the shop counts calls, or time is short, nothing else goes wrong.
        let is_exact = matches!(way, Way::Bulk | Way::LockedOut | Way::Hopeless | Way::Unreadable);
        let mut more: Vec<Option<Fault>> =
            (0..2).map(|_| another(&mut random).filter(|_| !is_exact)).collect();
        if point.starts_with("runs.bulk_ask") {
            // An operation is asked about only if nobody saw its end.
            more[0] = Some(Fault { point: "runs.bulk_end.before", passing: 1, hurt: Hurt::Error });
        }
        let (products, variants) = match way {
            // Fewer do not go in bulk.
            Way::Bulk => (BULK_PRODUCTS, 1),
            // A product is never torn apart by a first wave.
            _ => (random.usize(2..5), random.usize(1..4)),
        };
        Self {
            seed,
            own,
            more,
            way,
            products,
            variants,
            ingests: point.starts_with("ingest.")
                || point.starts_with("catalog.")
                || way != Way::Bulk && random.u8(0..10) == 0,
            weather: if is_plain { weather(&mut random) } else { Weather::default() },
            edits: match is_plain && !twice {
                true => (0..random.usize(0..3)).map(|_| edit(&mut random)).collect(),
                false => Vec::new(),
            },
            roll_back: twice
                || point.starts_with("runs.roll_back")
                || way != Way::Bulk && random.u8(0..3) == 0,
            random: random.u64(..),
        }
    }
}

/// So many products of one variant each draw a small bucket out so far that they go in an operation.
const BULK_PRODUCTS: usize = 1_300;
/// Points per second of that bucket, which a server that has not read the shop yet takes for granted.
pub(super) const BULK_RATE: u64 = 100;

fn way(point: &str, random: &mut fastrand::Rng) -> Way {
    let waves = [Wave::Passes, Wave::Fails, Wave::Unclear];
    let (feature, rest) = point.split_once('.').expect("a point has a feature");
    let step = rest.split('.').next().expect("a point has a step");
    match (feature, step) {
        ("drifts" | "integrations", _) => Way::Drift(drift(step, random)),
        ("jobs", "heartbeat") => Way::Slow,
        ("runs", step) if step.starts_with("bulk") => Way::Bulk,
        ("runs", "canary_pass") => Way::Wave(Wave::Passes),
        ("runs", "canary_fail") => Way::Wave(Wave::Fails),
        ("runs", "canary_pause") => Way::Wave(Wave::Unclear),
        ("runs", "canary_look") => Way::Wave(random.choice(waves).expect("there are some")),
        ("runs", "pause" | "resume") => Way::Act(Verb::Pause),
        ("runs", "stop") => Way::Act(Verb::Stop),
        ("runs", "retry") => Way::LockedOut,
        ("runs", "give_up") => Way::Hopeless,
        ("runs", "unverified") => Way::Unreadable,
        ("runs", "reconcile" | "sweep") => Way::LookedAfter,
        _ => Way::Plain,
    }
}

fn drift(step: &str, random: &mut fastrand::Rng) -> Drift {
    let settle = match step {
        "adopt" => Settle::Adopt,
        "put_back" | "planned" => Settle::PutBack,
        _ => random.choice([Settle::Hold, Settle::Adopt, Settle::PutBack]).expect("there are some"),
    };
    let by_person = ["adopt", "put_back", "planned"].contains(&step);
    Drift { settle, by_policy: !by_person && random.bool() }
}

fn another(random: &mut fastrand::Rng) -> Option<Fault> {
    let hurts = [Hurt::Kill, Hurt::Stop, Hurt::Error, Hurt::Delay, Hurt::Cut];
    if random.bool() {
        return None;
    }
    Some(Fault { point: random.choice(HOT)?, passing: random.usize(1..4), hurt: random.choice(hurts)? })
}

fn edit(random: &mut fastrand::Rng) -> Edit {
    Edit {
        call: random.choice([READ, WRITE]).expect("there are some"),
        skip: random.u64(0..3),
        variant: random.usize(..100),
        to: random.choice([Set::Other, Set::Other, Set::Before, Set::After]).expect("there are some"),
    }
}

fn weather(random: &mut fastrand::Rng) -> Weather {
    let mut chance = |most: u32| if random.u8(0..3) == 0 { random.u32(50..most) } else { 0 };
    Weather {
        lost_answers: chance(500),
        lost_calls: chance(200),
        throttled: chance(400),
        server_errors: chance(400),
        late_write: random.u8(0..5) == 0,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn as_many_seeds_as_there_are_points_meet_each_of_them_and_as_many_as_pairs_each_pair() {
        let seeds = |range: std::ops::Range<usize>| range.map(|seed| RealPlan::of(seed as u64).own);
        let (points, pairs) = (POINTS.len(), POINTS.len() * Hurt::ALL.len());
        for first in [0, 5 * points] {
            let met: BTreeSet<&str> = seeds(first..first + points).map(|fault| fault.point).collect();
            assert_eq!(met.len(), points);
        }
        let met: BTreeSet<_> = seeds(pairs..2 * pairs).map(|fault| (fault.point, fault.hurt)).collect();
        assert_eq!(met.len(), pairs);
    }
}
