//! How far a call is that takes long: told while it is waited for.

/// How far something is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// How many are done. It may start again from zero when the vendor does.
    pub done: u64,
    /// About how many there will be; `None` if nobody knows.
    pub expected: Option<u64>,
}

/// Hears how far a call is. Called from inside it, so it must not take long itself.
pub type Hear<'a> = &'a (dyn Fn(Progress) + Send + Sync);
