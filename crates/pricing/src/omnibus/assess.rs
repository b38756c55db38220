//! The law of one country at one instant, ready to be asked about many rows. Asking allocates nothing.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use kernel_core::{Currency, Money};

use super::country::{Country, NewArrivals, Perishables, Progressive};
use super::reduction::began_at;
use super::settings::{Mode, Settings, Unknown};
use super::verdict::{Action, Reason, Verdict};
use super::window::{self, Known};
use crate::facts::PricePoint;

const DAY_SECONDS: i64 = 86_400;

/// The law of one country at the instant at which reductions are to be announced.
#[derive(Debug, Clone)]
pub struct Law {
    country: &'static Country,
    mode: Mode,
    unknown: Unknown,
    zones: Vec<TimeZone>,
    announced_at: i64,
    /// Where the window of a reduction that begins now starts; most rows need no other.
    window_from: i64,
}

/// A price as a plan would show it.
#[derive(Debug, Clone, Copy)]
pub struct Planned<'a> {
    /// Every known price on this surface, oldest first.
    pub history: &'a [PricePoint],
    /// The price, in minor units.
    pub price_minor: i64,
    /// The compare-at price, in minor units; above the price it announces a reduction.
    pub compare_at_minor: Option<i64>,
    /// Whether the goods perish in the sense of the country's law.
    pub perishable: bool,
    /// Since when the goods are on the market, in seconds since 1970, if that is known.
    pub on_market_since: Option<i64>,
}

/// What the law says of one row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Assessment {
    /// Why the verdict is as it is.
    pub reason: Reason,
    /// The prior price that has to be shown, in minor units; `None` if it is not known or none is needed.
    pub prior_price_minor: Option<i64>,
    /// The lowest price that is known from the window, in minor units: the prior price cannot lie above it.
    pub lowest_known_minor: Option<i64>,
    /// The reduction from the prior price in hundredths of a percent, rounded down; below zero if the price lies above.
    pub reduction_basis_points: Option<i64>,
    /// When the reduction began, in seconds since 1970.
    pub began_at: i64,
    /// Where its window starts, in seconds since 1970; it ends where the reduction begins.
    pub window_from: i64,
}

impl Settings {
    /// The law ready for reductions that are announced at an instant. Days are counted in the calendar of the country,
    /// by the zone data that the program brings along.
    #[must_use]
    pub fn law(&self, announced_at: Timestamp) -> Law {
        let country = self.country.country();
        let zones: Vec<TimeZone> =
            country.zones.iter().filter_map(|name| kernel_core::time_zone(name)).collect();
        let announced_at = announced_at.as_second();
        let window_from = window::start(&zones, announced_at, country.window_days);
        Law { country, mode: self.mode, unknown: self.unknown, zones, announced_at, window_from }
    }
}

impl Law {
    /// Whose law it is.
    #[must_use]
    pub fn country(&self) -> &'static Country {
        self.country
    }

    /// Whether anything is to be checked at all.
    #[must_use]
    pub fn is_on(&self) -> bool {
        self.mode != Mode::Off
    }

    /// What is to be done with a row.
    #[must_use]
    pub fn action(&self, assessment: &Assessment) -> Action {
        match (assessment.verdict(), self.mode, self.unknown) {
            (Verdict::Lawful, _, _) | (_, Mode::Off, _) => Action::Pass,
            (_, Mode::Warn, _) | (Verdict::Unknown, Mode::Block, Unknown::Warn) => Action::Warn,
            (Verdict::Unlawful, Mode::Block, _) | (Verdict::Unknown, Mode::Block, Unknown::Block) => {
                Action::Block
            }
        }
    }

    /// What the law says of a row.
    #[must_use]
    pub fn assess(&self, planned: &Planned<'_>) -> Assessment {
        let Some(compare_at) = planned.compare_at_minor.filter(|minor| *minor > planned.price_minor) else {
            return self.without_prior_price(Reason::NotAnnounced);
        };
        let perishables = if planned.perishable { self.country.perishables } else { Perishables::AsOthers };
        let progressive = match perishables {
            Perishables::Exempt => return self.without_prior_price(Reason::PerishableExempt),
            Perishables::PriceBeforeFirst => Progressive::Unlimited,
            Perishables::AsOthers | Perishables::PriceBefore => self.country.progressive,
        };
        let began_at =
            began_at(planned.history, planned.price_minor, self.announced_at, progressive, &self.zones);
        let window_from = if began_at == self.announced_at {
            self.window_from
        } else {
            window::start(&self.zones, began_at, self.country.window_days)
        };
        let mut known = window::look(planned.history, window_from, began_at);
        if perishables != Perishables::AsOthers {
            known = Known { lowest_minor: known.last_minor, since: window_from, ..known };
        }
        let missing = self.missing(known, window_from, began_at, planned.on_market_since);
        let found = known.lowest_minor.map(|prior| compared(planned.price_minor, compare_at, prior));
        let reason = match (found, missing) {
            // What is not known can only lower the prior price, so what is unlawful already stays so.
            (Some(found), _) if found.verdict() == Verdict::Unlawful => found,
            (_, Some(missing)) => missing,
            (Some(found), None) => found,
            (None, None) => Reason::NoHistory,
        };
        let prior_price_minor = known.lowest_minor.filter(|_| missing.is_none());
        Assessment {
            reason,
            prior_price_minor,
            lowest_known_minor: known.lowest_minor,
            reduction_basis_points: prior_price_minor.and_then(|p| basis_points(planned.price_minor, p)),
            began_at,
            window_from,
        }
    }

    fn without_prior_price(&self, reason: Reason) -> Assessment {
        Assessment {
            reason,
            prior_price_minor: None,
            lowest_known_minor: None,
            reduction_basis_points: None,
            began_at: self.announced_at,
            window_from: self.window_from,
        }
    }

    /// What is missing to know the prior price.
    fn missing(&self, known: Known, from: i64, began_at: i64, offered: Option<i64>) -> Option<Reason> {
        if known.lowest_minor.is_none() {
            return Some(Reason::NoHistory);
        }
        if known.since <= from {
            return None;
        }
        let Some(offered) = offered.filter(|offered| *offered > from) else {
            return Some(Reason::HistoryTooShort);
        };
        let young_enough = match self.country.new_arrivals {
            NewArrivals::NoRelief => return Some(Reason::NewArrival),
            NewArrivals::SinceOffered => true,
            NewArrivals::SinceOfferedForDays(days) => offered <= began_at - i64::from(days) * DAY_SECONDS,
        };
        if !young_enough {
            return Some(Reason::NewArrival);
        }
        // A product is often entered some hours before it gets its first price; a price from before is a contradiction.
        let fits = (offered..=offered.saturating_add(DAY_SECONDS)).contains(&known.since);
        (!fits).then_some(Reason::HistoryTooShort)
    }
}

fn compared(price: i64, compare_at: i64, prior: i64) -> Reason {
    if price >= prior {
        Reason::NotBelowPriorPrice
    } else if compare_at > prior {
        Reason::CompareAtAbovePriorPrice
    } else if compare_at < prior {
        Reason::BelowPriorPrice
    } else {
        Reason::PriorPrice
    }
}

/// Rounded down, so that no more is announced than is given.
fn basis_points(price: i64, prior: i64) -> Option<i64> {
    let reduction = (i128::from(prior) - i128::from(price)) * 10_000;
    (prior > 0).then(|| reduction.div_euclid(i128::from(prior))).and_then(|points| i64::try_from(points).ok())
}

impl Assessment {
    /// Lawful, unlawful or unknown.
    #[must_use]
    pub fn verdict(&self) -> Verdict {
        self.reason.verdict()
    }

    /// One sentence for people, with the prior price where it is known.
    #[must_use]
    pub fn words(&self, currency: Currency) -> String {
        let words = self.reason.words();
        match (self.prior_price_minor, self.lowest_known_minor) {
            (Some(prior), _) => format!("{words} (prior price {})", Money { amount_minor: prior, currency }),
            (None, Some(lowest)) => {
                format!("{words} (lowest known price {})", Money { amount_minor: lowest, currency })
            }
            (None, None) => words.to_owned(),
        }
    }
}
