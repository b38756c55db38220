//! What is left of a run when it is over, in words of its own: from the shop's journal, the database and the audit. The
//! judge sees nothing else, and it does not matter to it whether a model, a process or three servers left it.

/// A variant, numbered within one history.
pub type Variant = usize;
/// A run, numbered within one history.
pub type RunNumber = usize;

/// A price and its compare-at price, in minor units.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Price {
    /// The price.
    pub minor: i64,
    /// The struck-through price.
    pub compare_at_minor: Option<i64>,
}

impl Price {
    /// A price without a compare-at price.
    #[must_use]
    pub const fn of(minor: i64) -> Self {
        Self { minor, compare_at_minor: None }
    }
}

/// One accepted change of a variant in the shop.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Change {
    /// Which variant.
    pub variant: Variant,
    /// What the shop had.
    pub from: Price,
    /// What it has.
    pub to: Price,
}

/// What happened in the shop.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Act {
    /// Prices were read, and the answer left.
    Read(Vec<Variant>),
    /// Prices were written by us.
    Write(Vec<Change>),
    /// The merchant changed prices.
    Edit(Vec<Change>),
}

/// An entry of the shop's journal.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Entry {
    /// Its place in the order of arrival, in which a write that was held up may be ahead of where it took effect.
    pub arrived: u64,
    /// Which of our clients called; each of our workers is one. Means nothing for the merchant.
    pub by: usize,
    /// When it arrived, in milliseconds of a clock that all parts of the history share.
    pub at_ms: i64,
    /// What it was.
    pub act: Act,
}

/// What the database granted, in order of commit.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Grant {
    /// The lease of a batch was given out under a fence.
    Lease {
        /// The run.
        run: RunNumber,
        /// Its batch.
        batch: i64,
        /// The fence.
        fence: i64,
    },
    /// A write may leave from now on.
    Send {
        /// The run.
        run: RunNumber,
        /// The batch whose lease was shown.
        batch: i64,
        /// The fence that was shown.
        fence: i64,
        /// What may be written.
        variant: Variant,
        /// When.
        at_ms: i64,
    },
}

/// How a target stands at the end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum State {
    /// Not settled.
    Open,
    /// The shop has the new price by our hand.
    Applied,
    /// Somebody else changed it.
    Conflict,
    /// The shop refused, or nobody could find out.
    Failed,
    /// There was nothing to do.
    Skipped,
    /// The run was stopped before it came to it.
    NotComeTo,
    /// Applied, and taken back by a later run.
    RolledBack,
}

/// A target as the database has it at the end.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Target {
    /// The run.
    pub run: RunNumber,
    /// The variant.
    pub variant: Variant,
    /// The planned price before.
    pub before: Price,
    /// The planned price after.
    pub after: Price,
    /// How it stands.
    pub state: State,
    /// Whether a write of it may have left.
    pub may_have_left: bool,
}

/// What a record, an event or a price version says about a target.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Told {
    /// Written (on the way back: restored).
    Applied,
    /// Anything else that settles it.
    NotApplied,
}

/// A line about the end of a target, in one of the three books.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Line {
    /// The run.
    pub run: RunNumber,
    /// The variant.
    pub variant: Variant,
    /// What it says.
    pub told: Told,
}

/// A run as the database has it at the end.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Run {
    /// Whether it takes another one back.
    pub is_roll_back: bool,
    /// Whether it has ended.
    pub is_settled: bool,
}

/// What one consumer got of the event log.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Delivery {
    /// Every committed event: its position and the thing that it is about, in order of position.
    pub committed: Vec<(i64, String)>,
    /// What had an effect at the consumer, in its order.
    pub consumed: Vec<i64>,
}

/// How fast everything was well again.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Recovery {
    /// From the last fault to the end of the last job, in milliseconds.
    pub after_ms: i64,
    /// Age of the oldest event that was not delivered then, in milliseconds.
    pub lag_ms: i64,
}

/// Everything that is left.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct History {
    /// What each variant cost before anything happened.
    pub at_first: Vec<Price>,
    /// What each variant costs in the shop now.
    pub at_last: Vec<Price>,
    /// The shop's journal, in the order in which entries took effect.
    pub journal: Vec<Entry>,
    /// What the database granted.
    pub grants: Vec<Grant>,
    /// The runs.
    pub runs: Vec<Run>,
    /// Their targets.
    pub targets: Vec<Target>,
    /// Audit records of settled targets.
    pub audit: Vec<Line>,
    /// Events of settled targets.
    pub events: Vec<Line>,
    /// Price versions that runs made.
    pub versions: Vec<(RunNumber, Variant, Price)>,
    /// Jobs that are neither done nor cancelled, and leases that are still held.
    pub jobs_left: usize,
    /// What we hold of each variant, in the order of `at_first`; empty where it was not asked for.
    pub held: Vec<Option<Price>>,
    /// Open drifts, and what the shop showed.
    pub drifts: Vec<(Variant, Option<Price>)>,
    /// Drifts that were put back by no plan.
    pub unplanned: usize,
    /// Rows of this tenant that name something of another, each in a sentence.
    pub strangers: Vec<String>,
    /// What each consumer got.
    pub deliveries: Vec<Delivery>,
    /// How fast everything was well again.
    pub recovery: Recovery,
    /// Hash of the state as the database has it, and as a replay of the log from empty gives it.
    pub state_hashes: Option<(String, String)>,
}
