//! Why a call to a vendor failed, and whether and when it may be repeated.

use std::fmt;

/// Code of a write that was not carried out because the credential had ended, which is renewed by now: read what the vendor
/// has, then write.
pub const CREDENTIAL_RENEWED: &str = "channel.credential_renewed";

/// The result of a call to a vendor.
pub type Result<T, E = ChannelError> = std::result::Result<T, E>;

/// When a failed call may be repeated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RetryClass {
    /// Repeating gives the same answer until a person changes something (credential, scope, input).
    Never,
    /// The call was not carried out; it may be repeated after this time.
    After {
        /// Milliseconds to wait.
        ms: u64,
    },
    /// The call was not carried out; it may be repeated with growing pauses.
    Backoff,
    /// The call may have been carried out: read what the vendor has before writing again.
    Unknown,
}

/// A call as a whole failed. Refusals of single variants are [`crate::WriteOutcome`]s instead.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message} ({code}, {class})")]
pub struct ChannelError {
    /// Whether and when to repeat.
    pub class: RetryClass,
    /// Stable code: the connector's name and the reason, such as `shopify.throttled`.
    pub code: String,
    /// For people: what the vendor said and what to do. Never holds a secret.
    pub message: String,
}

impl ChannelError {
    /// An error that must not be repeated.
    pub fn never(code: impl Into<String>, message: impl Into<String>) -> Self {
        Self::new(RetryClass::Never, code, message)
    }

    /// An error of any class.
    pub fn new(class: RetryClass, code: impl Into<String>, message: impl Into<String>) -> Self {
        Self { class, code: code.into(), message: message.into() }
    }

    /// Whether the call may have been carried out, so that a blind repetition could write twice.
    #[must_use]
    pub fn may_have_happened(&self) -> bool {
        self.class == RetryClass::Unknown
    }
}

impl fmt::Display for RetryClass {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Never => f.write_str("do not repeat"),
            Self::After { ms } => write!(f, "repeat after {ms} ms"),
            Self::Backoff => f.write_str("repeat with pauses"),
            Self::Unknown => f.write_str("outcome unknown"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_an_unknown_outcome_may_have_happened() {
        for class in [RetryClass::Never, RetryClass::After { ms: 5 }, RetryClass::Backoff] {
            assert!(!ChannelError::new(class, "c", "m").may_have_happened());
        }
        assert!(ChannelError::new(RetryClass::Unknown, "c", "m").may_have_happened());
    }

    #[test]
    fn an_error_reads_as_one_sentence_with_its_code() {
        let error = ChannelError::new(RetryClass::After { ms: 1450 }, "shopify.throttled", "Throttled");
        assert_eq!(error.to_string(), "Throttled (shopify.throttled, repeat after 1450 ms)");
    }
}
