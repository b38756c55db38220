//! What one comparison of a held price with a live one means. Pure.

use channel::{LivePrice, PriceOrigin};
use kernel_core::Currency;

/// A price and its compare-at price, in minor units of the currency of its surface.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Amounts {
    /// The price.
    pub price_minor: i64,
    /// The compare-at price.
    pub compare_at_minor: Option<i64>,
    /// Whether it follows the base price, as rows of a price list may. To write such a row is to free it.
    pub relative: bool,
}

impl Amounts {
    /// A price that is set.
    #[must_use]
    pub fn set(price_minor: i64, compare_at_minor: Option<i64>) -> Self {
        Self { price_minor, compare_at_minor, relative: false }
    }

    /// What a shop shows.
    #[must_use]
    pub fn shown(live: &LivePrice) -> Self {
        Self {
            price_minor: live.price.amount_minor,
            compare_at_minor: live.compare_at.map(|compare_at| compare_at.amount_minor),
            relative: live.origin == PriceOrigin::Relative,
        }
    }
}

/// What a comparison found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Finding {
    /// The shop shows what we hold: nothing changed, or it was our own write.
    Same,
    /// The shop shows another price; `None`: it no longer has the variant, or shows no price in the list's currency.
    Other(Option<Amounts>),
    /// The shop's currency is another; nothing can be compared.
    OtherCurrency,
}

/// Compares what we hold with what the shop shows. A row that followed the base price and still does is as it was,
/// whatever the amount: that is by the base price, or by a rule of the shop, and nothing that we set.
pub(super) fn compare(held: Amounts, live: Option<&LivePrice>, currency: Currency) -> Finding {
    let Some(live) = live else { return Finding::Other(None) };
    let found = Amounts::shown(live);
    if held.relative && found.relative {
        return Finding::Same;
    }
    let foreign = live.compare_at.is_some_and(|amount| amount.currency != currency);
    if live.price.currency != currency || foreign {
        return if found.relative { Finding::Other(None) } else { Finding::OtherCurrency };
    }
    if found == held { Finding::Same } else { Finding::Other(Some(found)) }
}

/// Whether a finding is another than that of an open drift, whose price in the shop is `known`; or than all being well, where
/// there is none.
pub(super) fn is_news(finding: Finding, known: Option<&Option<Amounts>>) -> bool {
    match finding {
        Finding::Same => known.is_some(),
        Finding::Other(found) => known != Some(&found),
        Finding::OtherCurrency => false,
    }
}

#[cfg(test)]
mod tests {
    use kernel_core::Money;

    use super::*;

    fn live(price: i64, compare_at: Option<i64>) -> LivePrice {
        let eur: Currency = "EUR".parse().expect("a currency");
        LivePrice {
            variant: "v".into(),
            product: "p".into(),
            price: Money::from_minor(price, eur),
            compare_at: compare_at.map(|minor| Money::from_minor(minor, eur)),
            origin: PriceOrigin::Fixed,
        }
    }

    #[test]
    fn a_row_that_begins_or_ceases_to_follow_is_drift_and_one_that_still_follows_is_none() {
        let (eur, usd): (Currency, Currency) = ("EUR".parse().expect("one"), "USD".parse().expect("one"));
        let follows = |price| LivePrice { origin: PriceOrigin::Relative, ..live(price, None) };
        let (set, following) =
            (Amounts::set(900, None), Amounts { relative: true, ..Amounts::set(900, None) });
        assert_eq!(compare(following, Some(&follows(900)), eur), Finding::Same);
        assert_eq!(compare(following, Some(&follows(810)), eur), Finding::Same, "the base price moved");
        assert_eq!(compare(following, Some(&live(900, None)), eur), Finding::Other(Some(set)));
        assert_eq!(compare(set, Some(&follows(900)), eur), Finding::Other(Some(following)));
        assert_eq!(
            compare(set, Some(&follows(900)), usd),
            Finding::Other(None),
            "no price in the list's currency"
        );
    }

    #[test]
    fn what_is_known_is_no_news() {
        let (one, two) = (Some(Amounts::set(900, None)), Some(Amounts::set(800, None)));
        assert!(!is_news(Finding::Same, None) && is_news(Finding::Same, Some(&one)), "put right");
        assert!(is_news(Finding::Other(one), None) && is_news(Finding::Other(one), Some(&two)));
        assert!(!is_news(Finding::Other(one), Some(&one)) && !is_news(Finding::Other(None), Some(&None)));
    }

    #[test]
    fn only_another_price_or_none_is_drift() {
        let eur: Currency = "EUR".parse().expect("a currency");
        let held = Amounts::set(900, Some(1200));
        assert_eq!(compare(held, Some(&live(900, Some(1200))), eur), Finding::Same);
        let other = Amounts::set(900, None);
        assert_eq!(compare(held, Some(&live(900, None)), eur), Finding::Other(Some(other)));
        assert_eq!(compare(held, None, eur), Finding::Other(None));
        let yen: Currency = "JPY".parse().expect("a currency");
        assert_eq!(compare(held, Some(&live(900, Some(1200))), yen), Finding::OtherCurrency);
    }
}
