//! What happens to the compare-at price, the struck-through one.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What happens to the compare-at price.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "CompareAtHandling")]
pub(crate) enum CompareAt {
    /// It is taken away.
    Clear,
    /// It stays as it is.
    #[default]
    Keep,
    /// Where the price falls, it becomes the price before; elsewhere it stays.
    SetToBefore,
}

impl CompareAt {
    /// The compare-at price of a row whose price goes from `before` to `after`.
    pub(crate) fn after(self, before: i64, after: i64, compare_at: Option<i64>) -> Option<i64> {
        match self {
            Self::Clear => None,
            Self::SetToBefore if after < before => Some(before),
            Self::Keep | Self::SetToBefore => compare_at,
        }
    }

    /// What was done, for the trace.
    pub(crate) fn words(self, before: i64, after: i64) -> &'static str {
        match self {
            Self::Clear => "cleared",
            Self::SetToBefore if after < before => "set to the price before",
            Self::SetToBefore => "kept, since the price does not fall",
            Self::Keep => "kept",
        }
    }
}
