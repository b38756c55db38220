//! Money as Shopify writes it: `Money` strings with two decimals, `MoneyV2.amount` without trailing zeros.

use rust_decimal::{Decimal, RoundingStrategy};

/// Shopify refuses amounts from this one upwards (recorded message "must be less than 1000000000000000000").
pub(crate) const AMOUNT_LIMIT: Decimal = Decimal::from_parts(2_808_348_672, 232_830_643, 0, false, 0);

/// A `Money` scalar: always two decimals, whatever the currency.
pub(crate) fn money_string(amount: Decimal) -> String {
    let mut rounded = to_stored(amount);
    rounded.rescale(2);
    rounded.to_string()
}

/// A `MoneyV2.amount`: `25.0`, `0.0`, `25.98`.
pub(crate) fn amount_string(amount: Decimal) -> String {
    let mut short = amount.normalize();
    if short.scale() == 0 {
        short.rescale(1);
    }
    short.to_string()
}

/// What the shop stores of a submitted amount: two decimals, halves away from zero.
pub(crate) fn to_stored(amount: Decimal) -> Decimal {
    amount.round_dp_with_strategy(2, RoundingStrategy::MidpointAwayFromZero)
}

/// Reads a decimal literal as the `Money` and `Decimal` scalars accept it. `None` when it is not a number.
pub(crate) fn parse_amount(text: &str) -> Option<Decimal> {
    let text = text.trim();
    let plain = text.chars().all(|c| c.is_ascii_digit() || matches!(c, '.' | '-' | '+'));
    if plain { text.parse().ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_written_as_recorded() {
        let amount = |text| parse_amount(text).expect("a number");
        assert_eq!(money_string(amount("9.9")), "9.90");
        assert_eq!(money_string(amount("1000")), "1000.00");
        assert_eq!(money_string(amount("1.005")), "1.01");
        assert_eq!(amount_string(amount("25.00")), "25.0");
        assert_eq!(amount_string(amount("0")), "0.0");
        assert_eq!(amount_string(amount("25.98")), "25.98");
        assert_eq!(AMOUNT_LIMIT, amount("1000000000000000000"));
        assert_eq!(parse_amount("12,50"), None);
        assert_eq!(parse_amount("1e3"), None);
    }
}
