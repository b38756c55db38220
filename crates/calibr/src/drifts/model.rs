//! What one comparison of a held price with a live one means. Pure.

use channel::LivePrice;
use kernel_core::Currency;

/// Price and compare-at price in minor units.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Amounts {
    /// The price.
    pub price_minor: i64,
    /// The compare-at price.
    pub compare_at_minor: Option<i64>,
}

/// What a comparison found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Finding {
    /// The shop shows what we hold: nothing changed, or it was our own write.
    Same,
    /// The shop shows another price; `None`: it no longer has the variant.
    Other(Option<Amounts>),
    /// The shop's currency is another; nothing can be compared.
    OtherCurrency,
}

/// Compares what we hold with what the shop shows.
pub(super) fn compare(held: Amounts, live: Option<&LivePrice>, currency: Currency) -> Finding {
    let Some(live) = live else { return Finding::Other(None) };
    let foreign = live.compare_at.is_some_and(|amount| amount.currency != currency);
    if live.price.currency != currency || foreign {
        return Finding::OtherCurrency;
    }
    let found = Amounts {
        price_minor: live.price.amount_minor,
        compare_at_minor: live.compare_at.map(|amount| amount.amount_minor),
    };
    if found == held { Finding::Same } else { Finding::Other(Some(found)) }
}

#[cfg(test)]
mod tests {
    use kernel_core::Money;

    use super::*;

    #[test]
    fn only_another_price_or_none_is_drift() {
        let eur: Currency = "EUR".parse().expect("a currency");
        let live = |price: i64, compare_at: Option<i64>| LivePrice {
            variant: "v".into(),
            product: "p".into(),
            price: Money::from_minor(price, eur),
            compare_at: compare_at.map(|minor| Money::from_minor(minor, eur)),
            origin: channel::PriceOrigin::Fixed,
        };
        let held = Amounts { price_minor: 900, compare_at_minor: Some(1200) };
        assert_eq!(compare(held, Some(&live(900, Some(1200))), eur), Finding::Same);
        let other = Amounts { price_minor: 900, compare_at_minor: None };
        assert_eq!(compare(held, Some(&live(900, None)), eur), Finding::Other(Some(other)));
        assert_eq!(compare(held, None, eur), Finding::Other(None));
        let yen: Currency = "JPY".parse().expect("a currency");
        assert_eq!(compare(held, Some(&live(900, Some(1200))), yen), Finding::OtherCurrency);
    }
}
