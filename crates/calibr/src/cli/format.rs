//! How numbers, prices, instants and states read. Prices and percentages come from the API's strings; nothing is computed.

use jiff::Timestamp;
use kernel_core::Money;

/// A count with thousands separators: `18,902`.
#[must_use]
pub fn count(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A count and its noun: `1 price`, `3,202 prices`.
#[must_use]
pub fn counted(number: u64, singular: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{} {singular}{plural}", count(number))
}

/// A price without its currency, with a true minus sign; `–` where there is none.
#[must_use]
pub fn amount(money: Option<&Money>) -> String {
    money.map_or_else(|| "–".to_owned(), |m| true_minus(&m.to_decimal_string()))
}

/// A price with its currency; `–` where there is none.
#[must_use]
pub fn money(money: Option<&Money>) -> String {
    money.map_or_else(|| "–".to_owned(), |m| true_minus(&m.to_string()))
}

/// A percentage with its sign: `−35.00 %`, `+4.20 %`.
#[must_use]
pub fn percent(text: Option<&str>) -> String {
    let Some(text) = text else {
        return "–".to_owned();
    };
    let is_zero = text.trim_matches(['-', '0', '.']).is_empty();
    match text.strip_prefix('-') {
        Some(rest) => format!("−{rest} %"),
        None if is_zero => format!("{text} %"),
        None => format!("+{text} %"),
    }
}

/// An instant to the second, in UTC.
#[must_use]
pub fn instant(at: Timestamp) -> String {
    at.strftime("%Y-%m-%d %H:%M:%S UTC").to_string()
}

/// The same for a column whose header says that it is UTC.
#[must_use]
pub fn moment(at: Timestamp) -> String {
    at.strftime("%Y-%m-%d %H:%M:%S").to_string()
}

/// The time between two instants: `340ms`, `9s`, `1m24s`, `2h05m`.
#[must_use]
pub fn elapsed(from: Timestamp, to: Timestamp) -> String {
    let millis = to.as_millisecond().saturating_sub(from.as_millisecond()).max(0);
    let seconds = millis / 1000;
    match seconds {
        0 => format!("{millis}ms"),
        1..60 => format!("{seconds}s"),
        60..3600 => format!("{}m{:02}s", seconds / 60, seconds % 60),
        _ => format!("{}h{:02}m", seconds / 3600, seconds / 60 % 60),
    }
}

/// A state for people: `pending approval`.
#[must_use]
pub fn state(word: &str) -> String {
    word.replace('_', " ")
}

/// A reason for people: a stable code such as `limited.maximum_move` reads `limited: maximum move`, words stay words.
#[must_use]
pub fn reason(text: &str) -> String {
    if text.contains(' ') { text.to_owned() } else { text.replacen('.', ": ", 1).replace('_', " ") }
}

/// The glyph of an outcome or a target's state, so that nothing depends on colour.
#[must_use]
pub fn glyph(word: &str) -> &'static str {
    match word {
        "raise" => "▲",
        "cut" => "▼",
        "same" => "=",
        "blocked" | "block" => "⛔",
        "skipped" | "queued" | "wait" => "…",
        "applied" | "pass" | "approved" => "✓",
        "failed" | "rejected" => "✗",
        "conflict" | "warn" => "!",
        "rolled_back" => "↩",
        "applying" => "→",
        _ => "·",
    }
}

fn true_minus(text: &str) -> String {
    text.replacen('-', "−", 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_have_thousands_separators() {
        assert_eq!(
            [0, 7, 999, 1000, 18_902, 1_234_567].map(count),
            ["0", "7", "999", "1,000", "18,902", "1,234,567"]
        );
        assert_eq!(counted(1, "price"), "1 price");
        assert_eq!(counted(2000, "price"), "2,000 prices");
    }

    #[test]
    fn codes_read_as_words_and_words_stay() {
        assert_eq!(reason("limited.maximum_move"), "limited: maximum move");
        assert_eq!(reason("The price is 0.00."), "The price is 0.00.");
    }

    #[test]
    fn percentages_carry_their_sign() {
        assert_eq!(percent(Some("-35.00")), "−35.00 %");
        assert_eq!(percent(Some("4.20")), "+4.20 %");
        assert_eq!(percent(Some("0.00")), "0.00 %");
        assert_eq!(percent(None), "–");
    }

    #[test]
    fn prices_keep_every_digit_of_their_currency() {
        let read = |text, code: &str| Money::parse(text, code.parse().unwrap()).unwrap();
        assert_eq!(amount(Some(&read("161.90", "EUR"))), "161.90");
        assert_eq!(money(Some(&read("-0.05", "EUR"))), "−0.05 EUR");
        assert_eq!(money(Some(&read("1200", "JPY"))), "1200 JPY");
    }

    #[test]
    fn spans_of_time_read_naturally() {
        let at = |ms| Timestamp::from_millisecond(ms).unwrap();
        let spans = [340, 9_200, 84_000, 7_500_000].map(|ms| elapsed(at(0), at(ms)));
        assert_eq!(spans, ["340ms", "9s", "1m24s", "2h05m"]);
        assert_eq!(elapsed(at(5), at(0)), "0ms");
    }
}
