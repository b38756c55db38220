//! What a seed does: drawn from its number alone, so that the same number gives the same faults.

use crate::points::POINTS;

/// What is done to a process at a failpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Hurt {
    /// It is gone, as after `kill -9`.
    Kill,
    /// It sleeps past its lease and goes on.
    Stop,
    /// What it was about to do fails.
    Error,
    /// It takes long.
    Delay,
    /// Postgres drops every connection.
    Cut,
}

impl Hurt {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Kill, Self::Stop, Self::Error, Self::Delay, Self::Cut];
}

/// A fault: at which point, at its how manieth passing, what.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fault {
    /// Where.
    pub point: &'static str,
    /// From 1.
    pub passing: usize,
    /// What.
    pub hurt: Hurt,
}

/// What the merchant does when a point is passed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Edit {
    /// When.
    pub point: &'static str,
    /// At its how manieth passing.
    pub passing: usize,
    /// Which variant, modulo how many there are.
    pub variant: usize,
    /// What it costs then.
    pub to: Set,
}

/// A price that a merchant sets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Set {
    /// Something that nobody planned.
    Other,
    /// What it cost before.
    Before,
    /// What we are about to set.
    After,
}

/// What the shop does to calls, in thousandths of them.
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
    /// Whether a write is held up, and arrives when its sender is gone.
    pub late_write: bool,
}

/// What a person does to a run that is at work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verb {
    /// Pauses it, and resumes it when nothing moves any more.
    Pause,
    /// Stops it.
    Stop,
}

/// What a person does while a worker is just at a point.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Act {
    /// What.
    pub verb: Verb,
    /// Where the worker is.
    pub point: &'static str,
    /// At its how manieth passing.
    pub passing: usize,
}

/// How a first wave fares.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wave {
    /// Well, so that the rest is written.
    Passes,
    /// A price of it is changed while it is watched, so that it is taken back.
    Fails,
    /// The shop cannot be read, so that a person decides.
    Unclear,
}

/// What becomes of prices that the merchant changes after the run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Drift {
    /// Held, adopted or put back.
    pub settle: Settle,
    /// Whether the project's policy does that, and not a person.
    pub by_policy: bool,
}

/// What is done about drift.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Settle {
    /// Nothing.
    Hold,
    /// The shop's price is taken.
    Adopt,
    /// A price change is planned.
    PutBack,
}

/// A seed spelled out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// The number.
    pub seed: u64,
    /// Products in the shop.
    pub products: usize,
    /// Variants of each.
    pub variants: usize,
    /// How long a lease lasts.
    pub lease_s: u64,
    /// Faults at failpoints.
    pub faults: Vec<Fault>,
    /// Edits by the merchant.
    pub edits: Vec<Edit>,
    /// What the shop does.
    pub weather: Weather,
    /// Whether the run is taken back.
    pub roll_back: bool,
    /// Whether the shop locks us out in the middle, so that targets fail and are retried by hand.
    pub locked_out: bool,
    /// Whether each attempt fails, until the batch is given up.
    pub hopeless: bool,
    /// Whether what was written cannot be read back.
    pub unreadable: bool,
    /// Whether the shop answers so slowly that leases must be kept alive.
    pub slow: bool,
    /// Whether the run goes in bulk operations.
    pub bulk: bool,
    /// Whether reading what the run writes takes so long that a second operation is needed.
    pub rounds: bool,
    /// What a person does to the run.
    pub act: Option<Act>,
    /// Whether the run begins with a first wave, and how that fares.
    pub wave: Option<Wave>,
    /// Whether the shop is listened to, and what becomes of prices that its merchant changes after the run.
    pub drift: Option<Drift>,
    /// Whether what comes by itself after the run is waited for, up to the first night.
    pub looks_after: bool,
    /// Whether another tenant is at work meanwhile.
    pub neighbour: bool,
    /// Drives what is drawn on the way.
    pub random: u64,
}

/// Pairs of point and hurt, one after the other, so that each is met again and again.
pub fn pairs() -> impl Iterator<Item = (&'static str, Hurt)> {
    POINTS.iter().flat_map(|point| Hurt::ALL.map(|hurt| (*point, hurt)))
}

impl Plan {
    /// What `seed` does.
    #[must_use]
    pub fn of(seed: u64) -> Self {
        let mut random = fastrand::Rng::with_seed(seed);
        let count = pairs().count() as u64;
        let (point, hurt) = pairs().nth((seed % count) as usize).expect("below their number");
        let first = Fault {
            point,
            passing: match point {
                _ if (seed / count).is_multiple_of(2) || is_passed_once(point) => {
                    1 + early(point, &mut random)
                }
                _ if is_everywhere(point) => random.usize(1..PASSED_EVERYWHERE),
                _ => random.usize(1..4),
            },
            hurt,
        };
        let mut faults = vec![first];
        let more = random.usize(0..if is_passed_once(point) { 2 } else { 3 });
        for _ in 0..more {
            let point = random.choice(POINTS).expect("there are points");
            faults.push(Fault {
                point,
                passing: random.usize(1..if is_everywhere(point) { PASSED_EVERYWHERE } else { 6 }),
                hurt: random.choice(Hurt::ALL).expect("there are hurts"),
            });
        }
        // An operation is asked about only if nobody saw its end.
        if point.starts_with("runs.bulk_ask") {
            faults.push(Fault { point: "runs.bulk_end.before", passing: 1, hurt: Hurt::Error });
        }
        let edits: Vec<Edit> = (0..random.usize(0..3)).map(|_| edit(&mut random)).collect();
        let bulk = point.starts_with("runs.bulk") || random.u8(0..30) == 0;
        let locked_out = point.starts_with("runs.retry") || random.u8(0..20) == 0;
        let hopeless = point.starts_with("runs.give_up");
        let is_plain = !bulk && !locked_out && !hopeless;
        let wave = wave(point, &mut random).filter(|_| is_plain);
        let mut act = act(point, bulk, &mut random);
        let rounds = bulk && act.is_some() && random.bool();
        if let Some(act) = act.as_mut().filter(|_| rounds) {
            act.point = "runs.bulk_end.after";
        }
        let (products, variants) = match (bulk, rounds) {
            // So that a round is full in the middle, and the rest still goes in bulk.
            (true, true) => (42, 12),
            // Fewer would not go in bulk.
            (true, false) => (random.usize(20..26), 1),
            // A product is never torn apart by a first wave.
            (false, _) => (random.usize(if wave.is_some() { 2..4 } else { 1..4 }), random.usize(1..4)),
        };
        Self {
            seed,
            products,
            variants,
            lease_s: random.choice([2, 4, 15]).expect("there are some"),
            faults,
            // What a person or a first wave is about to do must come to it.
            edits: if is_passed_once(point) && !point.starts_with("runs.bulk") { Vec::new() } else { edits },
            weather: weather(&mut random),
            roll_back: random.bool() || point.starts_with("runs.roll_back"),
            locked_out,
            hopeless,
            unreadable: point.starts_with("runs.unverified"),
            slow: point.starts_with("jobs.heartbeat"),
            bulk,
            rounds,
            act,
            wave,
            drift: drift(point, &mut random).filter(|_| is_plain),
            looks_after: is_plain && (is_aftercare(point) || random.u8(0..25) == 0),
            neighbour: is_plain && random.u8(0..12) == 0,
            random: random.u64(..),
        }
    }
}

fn edit(random: &mut fastrand::Rng) -> Edit {
    let points: Vec<&str> = POINTS.iter().copied().filter(|point| point.starts_with("runs.")).collect();
    Edit {
        point: points[random.usize(..points.len())],
        passing: random.usize(1..5),
        variant: random.usize(..100),
        to: random
            .choice([Set::Other, Set::Other, Set::Other, Set::Before, Set::After])
            .expect("there are some"),
    }
}

/// Whether a seed comes to a point once, if at all.
fn is_passed_once(point: &str) -> bool {
    const BEGINNINGS: [&str; 11] = [
        "drifts.adopt",
        "drifts.ask_sweep",
        "drifts.planned",
        "drifts.put_back",
        "runs.bulk",
        "runs.canary",
        "runs.pause",
        "runs.reconcile",
        "runs.resume",
        "runs.stop",
        "runs.sweep",
    ];
    BEGINNINGS.iter().any(|beginning| point.starts_with(beginning))
}

/// Whether every transaction or every call outwards passes a point, and not only one of them.
pub(crate) fn is_everywhere(point: &str) -> bool {
    point.starts_with("db.") || point.starts_with("http.")
}

/// Every run passes those a few times, and most so many times.
fn early(point: &str, random: &mut fastrand::Rng) -> usize {
    if is_everywhere(point) { random.usize(0..4) } else { 0 }
}

const PASSED_EVERYWHERE: usize = 25;

fn is_aftercare(point: &str) -> bool {
    point.starts_with("runs.reconcile") || point.starts_with("runs.sweep")
}

/// Where a worker holds no lock that a person would wait for.
const AT: [&str; 7] = [
    "runs.read.before",
    "runs.intend.after_commit",
    "runs.read.after",
    "runs.write.before",
    "runs.write.after",
    "runs.settle.after_commit",
    "runs.verify.before_read",
];
const AT_IN_BULK: [&str; 5] = [
    "runs.read.before",
    "runs.bulk_upload.after",
    "runs.bulk_start.before",
    "runs.bulk_start.after",
    "runs.bulk_end.after",
];

fn act(point: &str, bulk: bool, random: &mut fastrand::Rng) -> Option<Act> {
    let verb = match point {
        point if point.starts_with("runs.pause") || point.starts_with("runs.resume") => Verb::Pause,
        point if point.starts_with("runs.stop") => Verb::Stop,
        _ if random.u8(0..if bulk { 4 } else { 12 }) == 0 => random.choice([Verb::Pause, Verb::Stop])?,
        _ => return None,
    };
    let at: &[&str] = if bulk { &AT_IN_BULK } else { &AT };
    Some(Act { verb, point: random.choice(at)?, passing: 1 })
}

fn wave(point: &str, random: &mut fastrand::Rng) -> Option<Wave> {
    match point.split('.').nth(1) {
        Some("canary_pass") => Some(Wave::Passes),
        Some("canary_fail") => Some(Wave::Fails),
        Some("canary_pause") => Some(Wave::Unclear),
        Some("canary_look") => random.choice([Wave::Passes, Wave::Fails, Wave::Unclear]),
        _ if random.u8(0..15) == 0 => random.choice([Wave::Passes, Wave::Fails, Wave::Unclear]),
        _ => None,
    }
}

fn drift(point: &str, random: &mut fastrand::Rng) -> Option<Drift> {
    let is_about = point.starts_with("drifts.") || point.starts_with("integrations.");
    if !is_about && random.u8(0..25) > 0 {
        return None;
    }
    let settle = match point.split('.').nth(1) {
        Some("adopt") => Settle::Adopt,
        Some("put_back" | "planned") => Settle::PutBack,
        _ => random.choice([Settle::Hold, Settle::Adopt, Settle::PutBack])?,
    };
    Some(Drift { settle, by_policy: random.bool() })
}

fn weather(random: &mut fastrand::Rng) -> Weather {
    let mut chance = |most: u32| if random.u8(0..3) == 0 { random.u32(0..most) } else { 0 };
    Weather {
        lost_answers: chance(300),
        lost_calls: chance(200),
        throttled: chance(200),
        server_errors: chance(200),
        late_write: chance(3) > 0,
    }
}
