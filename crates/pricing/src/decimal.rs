//! Decimal numbers of a rule, read from their text and kept exactly.

use std::fmt;

use schemars::JsonSchema;
use serde::de::Visitor;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Most digits after the point; finer numbers have no use in a price rule and only cost headroom.
const DECIMALS_MAX: usize = 9;
/// Most digits in all, so that the units fit 64 bits.
const DIGITS_MAX: usize = 18;

/// `units / 10^scale`, without trailing zeros, so that equal numbers are equal values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Decimal {
    units: i64,
    scale: u32,
}

impl Decimal {
    /// Reads `-12.5`, `+3` or `−12.5` (the typographic minus).
    ///
    /// # Errors
    /// A sentence that says what is wrong and how to mend it.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let shown: String = text.chars().take(40).collect();
        let (negative, digits) = match text.strip_prefix(['-', '−']) {
            Some(rest) => (true, rest),
            None => (false, text.strip_prefix('+').unwrap_or(text)),
        };
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        let plain = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
        if whole.is_empty() || !plain(whole) || !plain(fraction) || digits.ends_with('.') {
            return Err(not_a_number(&shown));
        }
        let fraction = fraction.trim_end_matches('0');
        if fraction.len() > DECIMALS_MAX {
            return Err(format!("`{shown}` has more than {DECIMALS_MAX} decimals; round it yourself"));
        }
        let all = format!("{}{fraction}", whole.trim_start_matches('0'));
        if all.len() > DIGITS_MAX {
            return Err(format!("`{shown}` has more than {DIGITS_MAX} digits; write a smaller number"));
        }
        let magnitude: i64 =
            if all.is_empty() { 0 } else { all.parse().map_err(|_| not_a_number(&shown))? };
        Ok(Self { units: if negative { -magnitude } else { magnitude }, scale: fraction.len() as u32 })
    }

    /// A whole number.
    pub(crate) const fn whole(units: i32) -> Self {
        Self { units: units as i64, scale: 0 }
    }

    /// The digits as one whole number.
    pub(crate) fn units(self) -> i64 {
        self.units
    }

    /// Whether this is the larger number.
    pub(crate) fn exceeds(self, other: Self) -> bool {
        let scaled =
            |number: Self| i128::from(number.units) * 10_i128.pow(DECIMALS_MAX as u32 - number.scale);
        scaled(self) > scaled(other)
    }

    /// How many of the digits stand after the point.
    pub(crate) fn scale(self) -> u32 {
        self.scale
    }
}

fn not_a_number(shown: &str) -> String {
    let hint = match shown {
        _ if shown.ends_with('%') => "leave off the percent sign",
        _ if shown.contains(',') => "use a point before the decimals and no separator of thousands",
        _ => "write digits with a point before the decimals, such as -12.5",
    };
    format!("`{shown}` is not a decimal number; {hint}")
}

impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&decimal_text(i128::from(self.units), self.scale, 0))
    }
}

/// Writes `units / 10^scale` exactly, with at least `decimals_min` digits after the point and no other trailing zeros.
pub(crate) fn decimal_text(units: i128, scale: u32, decimals_min: u32) -> String {
    let (scale, decimals_min) = (scale as usize, decimals_min as usize);
    let sign = if units < 0 { "-" } else { "" };
    let digits = format!("{:0>width$}", units.unsigned_abs(), width = scale + 1);
    let (whole, fraction) = digits.split_at(digits.len() - scale);
    let fraction = fraction.trim_end_matches('0');
    match fraction.len().max(decimals_min) {
        0 => format!("{sign}{whole}"),
        decimals => format!("{sign}{whole}.{fraction:0<decimals$}"),
    }
}

impl Serialize for Decimal {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Decimal {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        d.deserialize_any(DecimalVisitor)
    }
}

struct DecimalVisitor;

impl Visitor<'_> for DecimalVisitor {
    type Value = Decimal;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a decimal number such as -12.5")
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Decimal, E> {
        Decimal::parse(text).map_err(E::custom)
    }

    fn visit_i64<E: serde::de::Error>(self, number: i64) -> Result<Decimal, E> {
        self.visit_str(&number.to_string())
    }

    fn visit_u64<E: serde::de::Error>(self, number: u64) -> Result<Decimal, E> {
        self.visit_str(&number.to_string())
    }

    fn visit_f64<E: serde::de::Error>(self, number: f64) -> Result<Decimal, E> {
        Err(E::custom(format!("`{number}` came as a binary fraction; write it in quotes to keep it exact")))
    }
}

impl JsonSchema for Decimal {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Decimal".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "description": "A decimal number: up to 18 digits, up to 9 of them after the point. As text it is exact everywhere.",
            "type": ["string", "number"],
            "pattern": r"^[-+−]?[0-9]+(\.[0-9]+)?$",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_from_their_text() {
        let read = |text| Decimal::parse(text).map(|d| (d.units, d.scale));
        assert_eq!(read("-12.50"), Ok((-125, 1)));
        assert_eq!(read("−12.5"), Ok((-125, 1)));
        assert_eq!(read("+007"), Ok((7, 0)));
        assert_eq!(read("0.000"), Ok((0, 0)));
        assert_eq!(read("0.000000001"), Ok((1, 9)));
        for text in [
            "",
            "-",
            ".5",
            "5.",
            "1,5",
            "12%",
            "1e3",
            "1_000",
            "0x10",
            " 1",
            "0.0000000001",
            "1234567890123456789",
        ] {
            assert!(read(text).is_err(), "{text}");
        }
    }

    #[test]
    fn text_is_exact_and_normalised() {
        assert_eq!(Decimal::parse("-0012.500").expect("a number").to_string(), "-12.5");
        assert_eq!(decimal_text(-5, 3, 0), "-0.005");
        assert_eq!(decimal_text(13_912_500, 5, 2), "139.125");
        assert_eq!(decimal_text(120, 0, 2), "120.00");
        assert_eq!(decimal_text(0, 2, 2), "0.00");
    }
}
