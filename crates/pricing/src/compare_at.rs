//! What happens to the compare-at price, the struck-through one.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::compile::Compile;
use crate::decimal::Decimal;

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
    /// It becomes so many percent more than the new price, rounded as the rule rounds.
    PercentAbove(Decimal),
    /// Where the price falls, it becomes the price before; elsewhere it stays.
    SetToBefore,
}

impl CompareAt {
    /// Notes what is wrong with it.
    pub(crate) fn check(self, compile: &mut Compile) {
        if let Self::PercentAbove(percent) = self
            && (percent.units() <= 0 || percent.exceeds(Decimal::whole(10_000)))
        {
            let detail = format!("{percent} is not above 0 and at most 10000 percent");
            compile.inside("percent_above", |c| c.fault("out_of_range", detail));
        }
    }

    /// Whether it stays as it is in any case.
    pub(crate) fn keeps(self) -> bool {
        self == Self::Keep
    }

    /// The compare-at price of a row whose price goes from the first to the second amount. `above` gives the price so many
    /// percent above; the outer `None` is its own.
    pub(crate) fn after(
        self,
        (before, after): (i64, i64),
        compare_at: Option<i64>,
        above: impl FnOnce(Decimal) -> Option<i64>,
    ) -> Option<Option<i64>> {
        match self {
            Self::Clear => Some(None),
            Self::PercentAbove(percent) => above(percent).map(Some),
            Self::SetToBefore if after < before => Some(Some(before)),
            Self::Keep | Self::SetToBefore => Some(compare_at),
        }
    }

    /// What was done, for the trace, once the compare-at price of a row is known.
    pub(crate) fn words(self, set: bool) -> &'static str {
        match self {
            Self::Clear => "cleared",
            Self::PercentAbove(_) => "set above the new price",
            Self::SetToBefore if set => "set to the price before",
            Self::SetToBefore => "kept, since the price does not fall",
            Self::Keep => "kept",
        }
    }
}
