//! Money: a whole number of minor units of an ISO 4217 currency. Nothing here rounds; what does not fit is refused.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// An ISO 4217 currency with its number of minor digits (EUR 2, JPY 0, KWD 3).
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Currency(iso_currency::Currency);

/// Why a text is not an amount of money.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MoneyError {
    /// Not a currency of ISO 4217.
    #[error("`{0}` is not a currency code of ISO 4217; write three letters such as EUR")]
    UnknownCurrency(String),
    /// Not a plain decimal number.
    #[error("`{0}` is not an amount; write digits with a point before the decimals, such as 161.90")]
    NotANumber(String),
    /// More decimals than the currency has.
    #[error("`{text}` has more decimals than {currency} has ({digits})")]
    TooManyDecimals {
        /// What was read.
        text: String,
        /// The currency.
        currency: Currency,
        /// How many decimals it has.
        digits: u32,
    },
    /// Larger than 64 bits of minor units hold.
    #[error("`{0}` is too large to be a price")]
    TooLarge(String),
}

impl Currency {
    /// Number of digits after the decimal point; a currency without minor unit has 0.
    #[must_use]
    pub fn minor_digits(self) -> u32 {
        u32::from(self.0.exponent().unwrap_or(0))
    }

    /// Minor units in one major unit: 10 to the power of [`Self::minor_digits`].
    #[must_use]
    pub fn minor_per_major(self) -> i64 {
        10_i64.pow(self.minor_digits())
    }

    /// The three-letter code.
    #[must_use]
    pub fn code(self) -> &'static str {
        self.0.code()
    }
}

impl FromStr for Currency {
    type Err = MoneyError;

    fn from_str(code: &str) -> Result<Self, MoneyError> {
        iso_currency::Currency::from_code(code)
            .map(Self)
            .ok_or_else(|| MoneyError::UnknownCurrency(code.chars().take(16).collect()))
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl fmt::Debug for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl Serialize for Currency {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.serialize_str(self.code())
    }
}

impl<'de> Deserialize<'de> for Currency {
    fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let code = std::borrow::Cow::<'de, str>::deserialize(d)?;
        code.parse().map_err(serde::de::Error::custom)
    }
}

/// An exact amount of money. JSON: `{"amount":"161.90","currency":"EUR"}`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(into = "MoneyJson", try_from = "MoneyJson")]
pub struct Money {
    /// Whole minor units (cents for EUR, yen for JPY).
    pub amount_minor: i64,
    /// The currency.
    pub currency: Currency,
}

impl Money {
    /// `amount_minor` minor units of `currency`.
    #[must_use]
    pub fn from_minor(amount_minor: i64, currency: Currency) -> Self {
        Self { amount_minor, currency }
    }

    /// Reads a plain decimal such as `161.9`, `161.90` or `-0.05`.
    ///
    /// Zeros beyond the currency's digits are accepted (`5.000` EUR), other digits there are not: nothing rounds.
    ///
    /// # Errors
    /// Not a plain decimal, too many decimals, or too large for 64 bits of minor units.
    pub fn parse(text: &str, currency: Currency) -> Result<Self, MoneyError> {
        let not_a_number = || MoneyError::NotANumber(text.chars().take(40).collect());
        let (negative, digits) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        let plain = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
        if whole.is_empty() || !plain(whole) || !plain(fraction) || digits.ends_with('.') {
            return Err(not_a_number());
        }
        let minor_digits = currency.minor_digits();
        let kept = fraction.trim_end_matches('0');
        if kept.len() > minor_digits as usize {
            return Err(MoneyError::TooManyDecimals {
                text: text.to_owned(),
                currency,
                digits: minor_digits,
            });
        }
        let unsigned = format!("{whole}{kept:0<width$}", width = minor_digits as usize);
        let signed = if negative { format!("-{unsigned}") } else { unsigned };
        let amount_minor =
            signed.parse().map_err(|_| MoneyError::TooLarge(text.chars().take(40).collect()))?;
        Ok(Self { amount_minor, currency })
    }

    /// The amount as a plain decimal with all digits of the currency: `161.90`, `-0.05`, `1200` for JPY.
    #[must_use]
    pub fn to_decimal_string(self) -> String {
        let digits = self.currency.minor_digits() as usize;
        let sign = if self.amount_minor < 0 { "-" } else { "" };
        let magnitude = self.amount_minor.unsigned_abs();
        if digits == 0 {
            return format!("{sign}{magnitude}");
        }
        let scale = 10_u64.pow(digits as u32);
        format!("{sign}{}.{:0digits$}", magnitude / scale, magnitude % scale)
    }
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.to_decimal_string(), self.currency)
    }
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct MoneyJson {
    amount: String,
    currency: Currency,
}

impl From<Money> for MoneyJson {
    fn from(money: Money) -> Self {
        Self { amount: money.to_decimal_string(), currency: money.currency }
    }
}

impl TryFrom<MoneyJson> for Money {
    type Error = MoneyError;

    fn try_from(json: MoneyJson) -> Result<Self, MoneyError> {
        Self::parse(&json.amount, json.currency)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn currency(code: &str) -> Currency {
        code.parse().expect("a currency of the test")
    }

    #[test]
    fn minor_digits_follow_iso_4217() {
        let digits = ["EUR", "JPY", "KWD", "CLF", "USD", "VND"].map(|code| currency(code).minor_digits());
        assert_eq!(digits, [2, 0, 3, 4, 2, 0]);
    }

    #[test]
    fn amounts_are_read_exactly_or_refused() {
        let read = |text, code| Money::parse(text, currency(code)).map(|m| m.amount_minor);
        assert_eq!(read("161.9", "EUR"), Ok(16190));
        assert_eq!(read("5.000", "EUR"), Ok(500));
        assert_eq!(read("-0.05", "EUR"), Ok(-5));
        assert_eq!(read("1200", "JPY"), Ok(1200));
        assert_eq!(read("1.234", "KWD"), Ok(1234));
        assert_eq!(read("9223372036854775807", "JPY"), Ok(i64::MAX));
        for (text, code) in [
            ("1.001", "EUR"),
            ("1.5", "JPY"),
            ("", "EUR"),
            (".5", "EUR"),
            ("5.", "EUR"),
            ("1,5", "EUR"),
            ("1e3", "EUR"),
            ("+1", "EUR"),
            ("--1", "EUR"),
            (" 1", "EUR"),
            ("9223372036854775808", "JPY"),
        ] {
            assert!(read(text, code).is_err(), "{text} {code}");
        }
    }

    #[test]
    fn json_is_a_decimal_string_with_its_currency() {
        let money = Money::from_minor(16190, currency("EUR"));
        let json = serde_json::to_string(&money).expect("money is JSON");
        assert_eq!(json, r#"{"amount":"161.90","currency":"EUR"}"#);
        assert_eq!(serde_json::from_str::<Money>(&json).expect("reads back"), money);
        assert!(serde_json::from_str::<Money>(r#"{"amount":161.90,"currency":"EUR"}"#).is_err());
    }

    proptest! {
        #[test]
        fn writing_and_reading_is_the_identity(minor in any::<i64>(), code in prop::sample::select(vec!["EUR", "JPY", "KWD", "CLF"])) {
            let money = Money::from_minor(minor, currency(code));
            prop_assert_eq!(Money::parse(&money.to_decimal_string(), money.currency), Ok(money));
        }
    }
}
