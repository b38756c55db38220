//! An exhaustive model of the apply protocol: two workers, a shop, a database and every order in which their steps,
//! crashes, lost and late answers, and a merchant's edits can fall. What to do with a target is decided by the product's
//! own functions; what is left in each end is judged by the judge of the real runs.

mod bulk;
mod canonical;
mod explore;
mod flaw;
mod state;
mod steps;
mod worker;

pub use explore::{Explored, explore};
pub use flaw::Flaw;

/// What may happen in a model, and how often. All orders of it are visited.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Scenario {
    /// Targets, all of one product.
    pub items: usize,
    /// Whether the run is taken back once it has ended.
    pub roll_back: bool,
    /// How often a worker may die, or stop for longer than its lease.
    pub crashes: u8,
    /// How often the merchant may change a price.
    pub edits: u8,
    /// How often a call may go wrong: lost on the way, answer lost, answer late, refused, throttled; or an operation: failed,
    /// with a line missing in its result, or no longer waited for.
    pub mishaps: u8,
    /// Whether all targets are written in one operation, which the shop carries out line by line in its own time.
    pub bulk: bool,
}
