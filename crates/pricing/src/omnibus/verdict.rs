//! What can be said of a planned price: lawful, unlawful or unknown, with a stable reason.

/// What can be said of a planned price.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Nothing speaks against it.
    Lawful,
    /// It would announce a reduction that is none, or one that is larger than it is.
    Unlawful,
    /// Too little is known to say that it is lawful.
    Unknown,
}

/// What is to be done with the row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// Nothing.
    Pass,
    /// Let it through and tell.
    Warn,
    /// Stop it.
    Block,
}

/// Why the verdict is as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// No compare-at price above the price, so no reduction is announced.
    NotAnnounced,
    /// The compare-at price is the prior price.
    PriorPrice,
    /// The compare-at price lies below the prior price: the reduction is larger than is shown.
    BelowPriorPrice,
    /// The country exempts goods that perish.
    PerishableExempt,
    /// The compare-at price lies above the prior price: the reduction is smaller than is shown.
    CompareAtAbovePriorPrice,
    /// The price does not lie below the prior price: it is no reduction.
    NotBelowPriorPrice,
    /// No price from before the reduction is known.
    NoHistory,
    /// What is known does not reach back to the start of the window.
    HistoryTooShort,
    /// The goods are younger than the window, and the country does not say what holds then.
    NewArrival,
}

impl Reason {
    /// All reasons.
    pub const ALL: &[Self] = &[
        Self::NotAnnounced,
        Self::PriorPrice,
        Self::BelowPriorPrice,
        Self::PerishableExempt,
        Self::CompareAtAbovePriorPrice,
        Self::NotBelowPriorPrice,
        Self::NoHistory,
        Self::HistoryTooShort,
        Self::NewArrival,
    ];

    /// The word used in traces and the API.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::NotAnnounced => "lawful.not_announced",
            Self::PriorPrice => "lawful.prior_price",
            Self::BelowPriorPrice => "lawful.below_prior_price",
            Self::PerishableExempt => "lawful.perishable",
            Self::CompareAtAbovePriorPrice => "unlawful.compare_at_above_prior_price",
            Self::NotBelowPriorPrice => "unlawful.not_below_prior_price",
            Self::NoHistory => "unknown.no_history",
            Self::HistoryTooShort => "unknown.history_too_short",
            Self::NewArrival => "unknown.new_arrival",
        }
    }

    /// The verdict it stands for.
    #[must_use]
    pub fn verdict(self) -> Verdict {
        match self {
            Self::NotAnnounced | Self::PriorPrice | Self::BelowPriorPrice | Self::PerishableExempt => {
                Verdict::Lawful
            }
            Self::CompareAtAbovePriorPrice | Self::NotBelowPriorPrice => Verdict::Unlawful,
            Self::NoHistory | Self::HistoryTooShort | Self::NewArrival => Verdict::Unknown,
        }
    }

    /// One sentence for people.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::NotAnnounced => "no reduction is announced",
            Self::PriorPrice => "the compare-at price is the prior price",
            Self::BelowPriorPrice => {
                "the compare-at price lies below the prior price, so less is announced than is given"
            }
            Self::PerishableExempt => "the country exempts goods that perish",
            Self::CompareAtAbovePriorPrice => {
                "the compare-at price lies above the prior price, so more is announced than is given"
            }
            Self::NotBelowPriorPrice => {
                "the price does not lie below the prior price, so there is no reduction"
            }
            Self::NoHistory => "no price from before the reduction is known",
            Self::HistoryTooShort => "the known prices do not reach back far enough",
            Self::NewArrival => "the goods are new and the country does not say what holds then",
        }
    }
}

impl Verdict {
    /// The word used in traces and the API.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Lawful => "lawful",
            Self::Unlawful => "unlawful",
            Self::Unknown => "unknown",
        }
    }
}
