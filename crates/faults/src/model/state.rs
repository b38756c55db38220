//! A state of the model: database, shop, calls on their way, two workers, and the history so far. Times are counted from
//! the present, so that a world that only grows older is the same world.

use jiff::Timestamp;

use super::Scenario;
use crate::history::{History, Price, Run, State as TargetState, Target};

/// The planned price of before, for every variant.
pub(super) const BEFORE: Price = Price::of(1000);
/// The planned price of after.
pub(super) const AFTER: Price = Price::of(900);
/// What the merchant may set.
pub(super) const OTHER: Price = Price::of(700);

/// A lease lasts so many steps.
pub(super) const LEASE_TICKS: i64 = 2;
/// A write that left so long ago has arrived or never will.
pub(super) const GONE_AFTER_TICKS: i64 = 2;

/// Two of them are just more than a write may be on its way; finer steps bring nothing new.
const TICK_SECONDS: i64 = 11;

/// The whole world at one moment.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct State {
    pub shop: Vec<Price>,
    pub job: Job,
    /// Targets of the run at work.
    pub rows: Vec<Row>,
    pub workers: [Worker; 2],
    pub calls: Vec<Call>,
    /// Whether a call starts an operation instead of writing.
    pub bulk: bool,
    /// Operations that are not over, or whose result somebody waits for.
    pub operations: Vec<Operation>,
    pub crashes_left: u8,
    pub edits_left: u8,
    pub mishaps_left: u8,
    /// Entries that reached the shop so far.
    pub arrivals: u64,
    pub history: History,
}

/// The one job of the run at work.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Job {
    pub fence: i64,
    /// In so many ticks; below zero it is over.
    pub leased_until: Option<i64>,
    /// In so many ticks.
    pub due: i64,
    pub is_done: bool,
}

/// A target in the database.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Row {
    pub variant: usize,
    pub before: Price,
    pub after: Price,
    pub state: TargetState,
    pub fence: i64,
    /// So many ticks ago, as a number not above zero.
    pub sent: Option<i64>,
    /// The operation in which it left: the fence of whoever started that.
    pub sent_in: Option<i64>,
}

/// A worker and what it keeps in memory.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Worker {
    /// The run whose job it took, and the fence it got.
    pub run: usize,
    pub fence: i64,
    pub at: At,
    /// Targets that this attempt has to do with: place in `rows`, when an earlier write left, and what was read.
    pub open: Vec<Local>,
    /// Targets whose end is known.
    pub endings: Vec<(usize, Ending)>,
    /// After so many ticks the job is to be run again.
    pub later: Option<i64>,
}

/// A target as a worker knows it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Local {
    pub row: usize,
    pub before: Price,
    pub after: Price,
    pub sent: Option<i64>,
    /// The same as it was when the shop was asked.
    pub sent_when_asked: Option<i64>,
    pub live: Option<Price>,
}

/// What is to be stored about a target.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Ending {
    Applied,
    Conflict,
    Unneeded,
    Failed,
}

/// Where a worker is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum At {
    Idle,
    Claimed,
    /// It asks what became of the operation in which targets left.
    Asking,
    Intended,
    HasRead,
    /// It waits for the answer of its call.
    Waiting,
    /// It waits for the end of its operation.
    Polling,
    /// It notes that its write was not carried out.
    TakingBack,
    Settling,
    /// Only where events or records are told outside the transaction.
    Telling,
    Finishing,
    PuttingDown,
}

/// A write on its way.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Call {
    /// Variants and their new prices.
    pub writes: Vec<(usize, Price)>,
    pub sent: i64,
    pub arrived: u64,
    /// Who sent it.
    pub by: usize,
    /// Under which fence.
    pub fence: i64,
    /// Who waits for the answer.
    pub worker: Option<usize>,
}

/// Writes that the shop carries out one after the other.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Operation {
    /// The fence of whoever started it.
    pub name: i64,
    /// What is still to be written.
    pub left: Vec<(usize, Price)>,
    /// Variants whose line the result has.
    pub told: Vec<usize>,
    pub is_over: bool,
    /// When its start arrived.
    pub arrived: u64,
    /// Who started it.
    pub by: usize,
    /// Who waits for its result.
    pub worker: Option<usize>,
}

impl State {
    pub fn first(scenario: &Scenario) -> Self {
        let prices = vec![BEFORE; scenario.items];
        let row = |variant| Row {
            variant,
            before: BEFORE,
            after: AFTER,
            state: TargetState::Open,
            fence: 0,
            sent: None,
            sent_in: None,
        };
        let mut state = Self {
            shop: prices.clone(),
            job: Job::new(0),
            rows: (0..scenario.items).map(row).collect(),
            workers: [Worker::idle(), Worker::idle()],
            calls: Vec::new(),
            bulk: scenario.bulk,
            operations: Vec::new(),
            crashes_left: scenario.crashes,
            edits_left: scenario.edits,
            mishaps_left: scenario.mishaps,
            arrivals: 0,
            history: History { at_first: prices, ..History::default() },
        };
        state.history.runs.push(Run { is_roll_back: false, is_settled: false });
        state
    }

    /// The number of the run at work.
    pub fn run(&self) -> usize {
        self.history.runs.len() - 1
    }

    pub fn is_roll_back(&self) -> bool {
        self.run() > 0
    }

    /// Whether nothing moves any more unless somebody starts something.
    pub fn is_quiet(&self) -> bool {
        let idle = self.workers.iter().all(|worker| worker.at == At::Idle);
        idle && self.calls.is_empty() && self.operations.is_empty() && self.job.is_done
    }

    /// The history as the judge gets it.
    pub fn told(&self) -> History {
        let mut history = self.history.clone();
        history.at_last.clone_from(&self.shop);
        history.targets.extend(self.targets());
        history.jobs_left = usize::from(!self.job.is_done);
        history
    }

    /// The targets of the run at work, as they would be told.
    pub fn targets(&self) -> impl Iterator<Item = Target> {
        self.rows.iter().map(|row| Target {
            run: self.run(),
            variant: row.variant,
            before: row.before,
            after: row.after,
            state: row.state,
            may_have_left: row.sent.is_some(),
        })
    }
}

impl Job {
    pub fn new(due: i64) -> Self {
        Self { fence: 0, leased_until: None, due, is_done: false }
    }
}

impl Worker {
    pub fn idle() -> Self {
        Self { run: 0, fence: 0, at: At::Idle, open: Vec::new(), endings: Vec::new(), later: None }
    }
}

/// An instant so many ticks from the present.
pub(super) fn instant(tick: i64) -> Timestamp {
    Timestamp::from_second(1_000_000 + tick * TICK_SECONDS).expect("within the calendar")
}

/// Ticks that a pause takes, rounded up.
pub(super) fn ticks(pause: jiff::SignedDuration) -> i64 {
    pause.as_secs().div_euclid(TICK_SECONDS) + i64::from(pause.as_secs().rem_euclid(TICK_SECONDS) > 0)
}
