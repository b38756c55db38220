//! Amounts as people and spreadsheets write them, read exactly: `1.234,50`, `1,234.50`, `12,5`, `1 234.5`, `50`.
//! What could mean two different amounts is refused, because a wrong guess is wrong by a factor of a thousand.

use kernel_core::{Currency, Money, MoneyError};

/// Which mark stands before the decimals.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum DecimalMark {
    /// Whichever the amount itself makes clear; unclear ones are refused.
    #[default]
    Auto,
    /// A point; commas group thousands.
    Point,
    /// A comma; points group thousands.
    Comma,
}

/// An amount and whether it was written in another form than a plain decimal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Amount {
    pub money: Money,
    pub rewritten: bool,
}

/// Why a text is not an amount: stable code, and what to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct AmountFault {
    pub code: &'static str,
    pub detail: String,
}

/// Reads an amount that is zero or more. `text` is not empty.
pub(super) fn parse(text: &str, currency: Currency, mark: DecimalMark) -> Result<Amount, AmountFault> {
    let trimmed = text.trim();
    if trimmed.starts_with(['-', '−']) {
        return Err(fault("negative", format!("`{}` is negative; write zero or more", shown(text))));
    }
    let parts = split(trimmed).ok_or_else(|| not_a_number(text, currency))?;
    let (whole_runs, fraction) = decide(&parts, currency, mark, text)?;
    if !grouped_in_threes(whole_runs) {
        return Err(not_a_number(text, currency));
    }
    let whole = whole_runs.concat();
    let plain = match fraction {
        Some(digits) => format!("{}.{digits}", if whole.is_empty() { "0" } else { &whole }),
        None => whole,
    };
    let money = Money::parse(&plain, currency).map_err(|error| match error {
        MoneyError::TooManyDecimals { .. } => fault(
            "too_precise",
            format!(
                "`{}` has more decimals than {currency} has ({}); round it",
                shown(text),
                currency.minor_digits()
            ),
        ),
        MoneyError::TooLarge(_) => {
            fault("too_large", format!("`{}` is too large to be a price", shown(text)))
        }
        MoneyError::UnknownCurrency(_) | MoneyError::NotANumber(_) => not_a_number(text, currency),
    })?;
    Ok(Amount { money, rewritten: plain != text })
}

/// Runs of digits and the separators between them.
struct Parts<'a> {
    runs: Vec<&'a str>,
    separators: Vec<Separator>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Separator {
    Point,
    Comma,
    /// A space or apostrophe, which only ever groups.
    Gap,
}

fn split(text: &str) -> Option<Parts<'_>> {
    let mut parts = Parts { runs: Vec::new(), separators: Vec::new() };
    let mut start = 0;
    for (at, character) in text.char_indices() {
        let separator = match character {
            '0'..='9' => continue,
            '.' => Separator::Point,
            ',' => Separator::Comma,
            ' ' | '\u{a0}' | '\u{202f}' | '\u{2009}' | '\'' | '’' => Separator::Gap,
            _ => return None,
        };
        parts.runs.push(&text[start..at]);
        parts.separators.push(separator);
        start = at + character.len_utf8();
    }
    parts.runs.push(&text[start..]);
    parts.runs.iter().any(|run| !run.is_empty()).then_some(parts)
}

/// Splits the runs into those of the whole part and the fraction.
fn decide<'a>(
    parts: &'a Parts<'a>,
    currency: Currency,
    mark: DecimalMark,
    text: &str,
) -> Result<(&'a [&'a str], Option<&'a str>), AmountFault> {
    let runs = parts.runs.as_slice();
    let (Some((last_run, before)), Some((last, others))) = (runs.split_last(), parts.separators.split_last())
    else {
        return Ok((runs, None));
    };
    let uniform = others.iter().all(|separator| Some(separator) == others.first());
    let repeated = others.contains(last);
    if !uniform || (repeated && others.first() != Some(last)) {
        return Err(not_a_number(text, currency));
    }
    let decimal = match (*last, mark) {
        (Separator::Gap, _) => false,
        _ if repeated => false,
        (Separator::Point, DecimalMark::Point) | (Separator::Comma, DecimalMark::Comma) => true,
        (_, DecimalMark::Point | DecimalMark::Comma) if others.is_empty() => false,
        (_, DecimalMark::Point | DecimalMark::Comma) => return Err(not_a_number(text, currency)),
        (_, DecimalMark::Auto) if !others.is_empty() => true,
        (separator, DecimalMark::Auto) => {
            lone_separator_is_decimal(separator, before, last_run, currency, text)?
        }
    };
    if !decimal {
        return Ok((runs, None));
    }
    if last_run.is_empty() {
        return Err(not_a_number(text, currency));
    }
    Ok((before, Some(last_run)))
}

/// One separator and nothing else to go by: clear unless three digits follow it, as in `1.234`.
fn lone_separator_is_decimal(
    separator: Separator,
    before: &[&str],
    after: &str,
    currency: Currency,
    text: &str,
) -> Result<bool, AmountFault> {
    let whole = before.first().copied().unwrap_or_default();
    let could_group = after.len() == 3 && (1..=3).contains(&whole.len()) && !whole.starts_with('0');
    if !could_group {
        return Ok(true);
    }
    match (currency.minor_digits(), separator) {
        // Three decimals after a point is how Shopify itself writes such a currency.
        (3, Separator::Point) => Ok(true),
        // A currency without decimals has nothing that could stand after a comma.
        (0, Separator::Comma) => Ok(false),
        _ => Err(fault(
            "ambiguous",
            format!(
                "`{}` can mean {whole}{after} or {whole}.{after}; write it without thousands separators and with at most {} decimals, or say which decimal mark the file uses",
                shown(text),
                currency.minor_digits()
            ),
        )),
    }
}

fn grouped_in_threes(runs: &[&str]) -> bool {
    match runs {
        [_] => true,
        [first, rest @ ..] => (1..=3).contains(&first.len()) && rest.iter().all(|run| run.len() == 3),
        [] => false,
    }
}

fn not_a_number(text: &str, currency: Currency) -> AmountFault {
    let detail = format!(
        "`{}` is not an amount; write digits and a point before the decimals, without a currency sign ({currency} is assumed)",
        shown(text)
    );
    fault("not_a_number", detail)
}

fn fault(code: &'static str, detail: String) -> AmountFault {
    AmountFault { code, detail }
}

fn shown(text: &str) -> String {
    text.chars().take(40).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(text: &str, code: &str, mark: DecimalMark) -> Result<i64, &'static str> {
        let currency = code.parse().expect("a currency");
        parse(text, currency, mark).map(|a| a.money.amount_minor).map_err(|f| f.code)
    }

    #[test]
    fn clear_amounts_are_read_whatever_their_marks() {
        for (text, code, minor) in [
            ("50", "EUR", 5000),
            ("9.9", "EUR", 990),
            ("42.99", "EUR", 4299),
            ("12,5", "EUR", 1250),
            ("1.234,50", "EUR", 123_450),
            ("1,234.50", "EUR", 123_450),
            ("1.234.567", "EUR", 123_456_700),
            ("1'234.50", "CHF", 123_450),
            ("1 234,50", "EUR", 123_450),
            ("1\u{202f}234,5", "EUR", 123_450),
            (" 7.00 ", "EUR", 700),
            (".5", "EUR", 50),
            ("0.500", "EUR", 50),
            ("0,050", "KWD", 50),
            ("1234.500", "EUR", 123_450),
            ("1200", "JPY", 1200),
            ("1,200", "JPY", 1200),
            ("1200.00", "JPY", 1200),
            ("1.234", "KWD", 1234),
        ] {
            assert_eq!(read(text, code, DecimalMark::Auto), Ok(minor), "{text} {code}");
        }
    }

    #[test]
    fn what_could_be_a_thousand_times_wrong_is_refused_unless_the_mark_is_known() {
        for text in ["16.843", "1,234", "1.000", "999.999"] {
            assert_eq!(read(text, "EUR", DecimalMark::Auto), Err("ambiguous"), "{text}");
        }
        assert_eq!(read("1.200", "JPY", DecimalMark::Auto), Err("ambiguous"));
        assert_eq!(read("1,234", "KWD", DecimalMark::Auto), Err("ambiguous"));
        assert_eq!(read("1,234", "EUR", DecimalMark::Point), Ok(123_400));
        assert_eq!(read("1.234", "EUR", DecimalMark::Comma), Ok(123_400));
        assert_eq!(read("1,23", "EUR", DecimalMark::Comma), Ok(123));
        assert_eq!(read("16.843", "EUR", DecimalMark::Point), Err("too_precise"));
        assert_eq!(read("12,5", "EUR", DecimalMark::Point), Err("not_a_number"));
        assert_eq!(read("1.234,50", "EUR", DecimalMark::Point), Err("not_a_number"));
    }

    #[test]
    fn everything_else_is_refused() {
        for text in [
            "abc",
            "€ 12",
            "12 EUR",
            "$5",
            "1e3",
            "12..5",
            "1,2,3",
            "1.23.456",
            "12.345,6,7",
            "1,234.567,8",
            ".",
            ",",
            "5.",
            "1 23",
            "٣",
            "1.2345,00",
            "+5",
            "(5)",
            "1 234 56",
            "12,",
        ] {
            assert_eq!(read(text, "EUR", DecimalMark::Auto), Err("not_a_number"), "{text}");
        }
        assert_eq!(read("-5", "EUR", DecimalMark::Auto), Err("negative"));
        assert_eq!(read("1.2345", "EUR", DecimalMark::Auto), Err("too_precise"));
        assert_eq!(read("12.5", "JPY", DecimalMark::Auto), Err("too_precise"));
        assert_eq!(read("99999999999999999999", "EUR", DecimalMark::Auto), Err("too_large"));
    }

    #[test]
    fn only_another_spelling_counts_as_rewritten() {
        let rewritten =
            |text| parse(text, "EUR".parse().expect("a currency"), DecimalMark::Auto).map(|a| a.rewritten);
        assert_eq!(rewritten("50"), Ok(false));
        assert_eq!(rewritten("50.0"), Ok(false));
        assert_eq!(rewritten("50,0"), Ok(true));
        assert_eq!(rewritten("1,234.50"), Ok(true));
        assert_eq!(rewritten(" 50"), Ok(true));
    }

    proptest! {
        /// Each country's way of writing the same amount reads as that amount.
        #[test]
        fn every_style_reads_back(minor in 0_i64..100_000_000_000, style in 0_usize..5) {
            let (point, gap) = [(".", ""), (".", ","), (",", "."), (".", "'"), (",", "\u{a0}")][style];
            let digits = (minor / 100).to_string();
            let grouped = digits.as_bytes().rchunks(3).rev().map(|c| String::from_utf8_lossy(c).into_owned());
            let whole = if gap.is_empty() { digits.clone() } else { grouped.collect::<Vec<_>>().join(gap) };
            let text = format!("{whole}{point}{:02}", minor % 100);
            prop_assert_eq!(read(&text, "EUR", DecimalMark::Auto), Ok(minor), "{}", text);
        }

        #[test]
        fn no_text_makes_it_panic(text in "[0-9.,' \u{a0}€-]{0,12}", mark in 0_usize..3) {
            let mark = [DecimalMark::Auto, DecimalMark::Point, DecimalMark::Comma][mark];
            let outcome = read(&text, "EUR", mark);
            prop_assert!(outcome.is_err() || outcome >= Ok(0));
        }
    }
}
