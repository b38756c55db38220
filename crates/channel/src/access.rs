//! What a shop lets us do and how much of it: scopes, what is left of the vendor's budget, and being told of changes.

use serde::{Deserialize, Serialize};

use crate::{BoxFuture, Result};

/// What is left of the vendor's budget for calls, in its own points. Counted by this process only.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Budget {
    /// Points left now.
    pub available: u64,
    /// Points when full.
    pub maximum: u64,
    /// Points that come back per second.
    pub per_second: u64,
    /// Points that writing the prices of one product takes.
    pub per_write: u64,
}

/// Looks at what the shop grants.
pub trait Access: Send + Sync {
    /// The scopes that the shop's owner has granted.
    ///
    /// # Errors
    /// The vendor refused or did not answer.
    fn granted_scopes(&self) -> BoxFuture<'_, Result<Vec<String>>>;

    /// What our work needs and `granted` lacks.
    fn missing_scopes(&self, granted: &[String]) -> Vec<String>;

    /// What is left of the budget, as last seen.
    fn budget(&self) -> Budget;
}

/// Asks the vendor to tell of changes.
pub trait NoticeSource: Send + Sync {
    /// Has notices sent to `address`; what is set up already stays. Answers with the topics.
    ///
    /// # Errors
    /// The vendor refused or did not answer.
    fn subscribe<'a>(&'a self, address: &'a str) -> BoxFuture<'a, Result<Vec<String>>>;
}
