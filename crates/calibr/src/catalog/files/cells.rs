//! What may stand in the cells and columns of an uploaded file, and what to say when something else does. Pure.

use jiff::tz::TimeZone;
use jiff::{Timestamp, civil};
use kernel_core::{Currency, FieldError, Money};

use super::table::{Row, Table, refused};
use crate::ids::VariantId;

/// The longest text in a cell, or in one of the parts of a list.
pub(super) const TEXT_MAX: usize = 255;
/// Clears a fact; an empty cell leaves it as it is.
const NONE: &str = "none";

/// How amounts and dates of a project are read.
pub(super) struct Place {
    pub currency: Currency,
    pub zone: TimeZone,
}

/// What a cell says: nothing, that the fact is gone, or what it is.
pub(super) type Told<T> = Option<Option<T>>;

/// How a row names its variant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Named {
    Sku(String),
    Id(VariantId),
}

/// One row while its cells are read; gathers what is wrong with them.
pub(super) struct Cells<'a> {
    pub row: &'a Row,
    columns: &'a [String],
    pub place: &'a Place,
    faults: Vec<FieldError>,
}

impl<'a> Cells<'a> {
    pub(super) fn of(row: &'a Row, columns: &'a [String], place: &'a Place) -> Result<Self, Vec<FieldError>> {
        let cells = Self { row, columns, place, faults: Vec::new() };
        if row.cells.len() == columns.len() {
            return Ok(cells);
        }
        let detail = format!(
            "the row has {} cells, the first line {}; put a cell that holds the separator into quotes",
            row.cells.len(),
            columns.len()
        );
        Err(vec![fault(row.line, "row.cells", detail)])
    }

    /// The text of a column; empty if the file does not have it.
    pub(super) fn text(&self, column: Option<usize>) -> &'a str {
        column.and_then(|column| self.row.cells.get(column)).map_or("", String::as_str)
    }

    /// Reads a cell that may be empty (nothing is said) or `none`.
    pub(super) fn told<T>(
        &mut self,
        column: Option<usize>,
        read: impl FnOnce(&str, &Place) -> Result<T, (&'static str, String)>,
    ) -> Told<T> {
        match self.text(column) {
            "" => None,
            text if text.eq_ignore_ascii_case(NONE) => Some(None),
            text => match read(text, self.place) {
                Ok(value) => Some(Some(value)),
                Err((code, detail)) => {
                    self.fault(column, code, detail);
                    None
                }
            },
        }
    }

    pub(super) fn fault(&mut self, column: Option<usize>, code: &str, detail: String) {
        let name = column.and_then(|column| self.columns.get(column));
        let pointer = match name {
            Some(name) => format!("line {}, column {name}", self.row.line),
            None => format!("line {}", self.row.line),
        };
        self.faults.push(FieldError { pointer, code: code.to_owned(), detail });
    }

    /// The variant that the row is about.
    pub(super) fn variant(&mut self, key: KeyColumn) -> Option<Named> {
        let (KeyColumn::Sku(column) | KeyColumn::VariantId(column)) = key;
        let text = self.text(Some(column));
        if text.is_empty() {
            self.fault(Some(column), "row.no_variant", "the row names no variant; fill this cell".to_owned());
            return None;
        }
        match key {
            KeyColumn::Sku(_) => Some(Named::Sku(text.to_owned())),
            KeyColumn::VariantId(_) => match text.parse() {
                Ok(id) => Some(Named::Id(id)),
                Err(_) => {
                    let detail = format!("`{}` is not an id of a variant, such as `var_…`", shown(text));
                    self.fault(Some(column), "cell.variant_id", detail);
                    None
                }
            },
        }
    }

    /// What was read, unless something was wrong.
    pub(super) fn finish<T>(self, read: Option<T>) -> Result<T, Vec<FieldError>> {
        match read {
            Some(read) if self.faults.is_empty() => Ok(read),
            _ => Err(self.faults),
        }
    }
}

/// The column that names the variant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum KeyColumn {
    Sku(usize),
    VariantId(usize),
}

/// Where a file has which of the `known` columns, and those whose name `other` understands.
///
/// # Errors
/// A column is unknown or stands twice, or none or two name the variant (422).
pub(super) fn positions<const N: usize>(
    table: &Table,
    known: [&str; N],
    other: impl Fn(&str) -> bool,
    other_words: &str,
) -> kernel_core::Result<(KeyColumn, [Option<usize>; N])> {
    let key = |name: &str| table.columns.iter().position(|column| column.eq_ignore_ascii_case(name));
    let key = match (key("sku"), key("variant_id")) {
        (Some(sku), None) => KeyColumn::Sku(sku),
        (None, Some(id)) => KeyColumn::VariantId(id),
        (None, None) => {
            return Err(refused(
                "file.no_key",
                1,
                "there is no column `sku` or `variant_id`; add one of them",
            ));
        }
        _ => {
            return Err(refused(
                "file.two_keys",
                1,
                "both `sku` and `variant_id` name the variant; keep one",
            ));
        }
    };
    let mut seen: Vec<String> = Vec::new();
    for (place, column) in table.columns.iter().enumerate() {
        let lower = if other(column) { column.clone() } else { column.to_lowercase() };
        if column.is_empty() {
            let detail = format!("column {} has no name; name it or take it out", place + 1);
            return Err(refused("file.column_unnamed", 1, detail));
        }
        if !["sku", "variant_id"].contains(&lower.as_str())
            && !known.contains(&lower.as_str())
            && !other(column)
        {
            let words = ["sku", "variant_id"].into_iter().chain(known).chain([other_words]);
            return Err(unknown_column(column, words.filter(|word| !word.is_empty()).collect()));
        }
        if seen.contains(&lower) {
            let detail = format!("the column `{}` stands twice; keep one of them", shown(column));
            return Err(refused("file.column_twice", 1, detail));
        }
        seen.push(lower);
    }
    Ok((key, known.map(|name| seen.iter().position(|column| column == name))))
}

fn unknown_column(column: &str, words: Vec<&str>) -> kernel_core::Error {
    let lower: String = column.to_lowercase().chars().take(64).collect();
    // A word left unfinished, or with a point too, is nearer than one that happens to share letters.
    let nearest = words.iter().min_by_key(|word| {
        (
            !word.starts_with(&lower),
            word.contains('.') != lower.contains('.'),
            strsim::levenshtein(&lower, word),
        )
    });
    let nearest = nearest.copied().unwrap_or_default();
    let detail = format!(
        "there is no column `{}`; did you mean `{nearest}`? The columns are {}",
        shown(column),
        words.join(", ")
    );
    refused("file.column_unknown", 1, detail)
}

/// An amount in minor units that is not negative.
pub(super) fn amount(text: &str, place: &Place) -> Result<i64, (&'static str, String)> {
    let money = Money::parse(text, place.currency).map_err(|error| ("cell.amount", error.to_string()))?;
    if money.amount_minor < 0 {
        return Err(("cell.amount", format!("`{}` is negative; write an amount from zero up", shown(text))));
    }
    Ok(money.amount_minor)
}

/// An amount in minor units above zero.
pub(super) fn positive_amount(text: &str, place: &Place) -> Result<i64, (&'static str, String)> {
    match amount(text, place)? {
        0 => Err(("cell.amount", format!("a price of 0 is none; leave the cell empty, or write `{NONE}`"))),
        minor => Ok(minor),
    }
}

/// A whole number, which may be negative.
pub(super) fn whole_number(text: &str, _: &Place) -> Result<i64, (&'static str, String)> {
    text.parse().map_err(|_| {
        (
            "cell.whole_number",
            format!("`{}` is not a whole number; write digits only, such as 120", shown(text)),
        )
    })
}

/// A whole number from zero up.
pub(super) fn count(text: &str, place: &Place) -> Result<i64, (&'static str, String)> {
    match whole_number(text, place)? {
        number if number < 0 => {
            Err(("cell.whole_number", format!("`{number}` is below zero, which cannot be")))
        }
        number => Ok(number),
    }
}

/// An instant, or the start of a day in the project's time zone.
pub(super) fn instant(text: &str, place: &Place) -> Result<Timestamp, (&'static str, String)> {
    // Reading a day strictly: a text with a time but no zone is refused, not cut down to its day.
    let day = || {
        let day = civil::Date::strptime("%Y-%m-%d", text).ok()?;
        Some(day.to_zoned(place.zone.clone()).ok()?.timestamp())
    };
    let read = text.parse::<Timestamp>().ok().or_else(day);
    read.ok_or_else(|| {
        let detail = format!(
            "`{}` is not an instant; write a day such as 2026-01-31, or an instant such as 2026-01-31T09:30:00Z",
            shown(text)
        );
        ("cell.instant", detail)
    })
}

/// One line of text.
pub(super) fn line_of_text(text: &str, _: &Place) -> Result<String, (&'static str, String)> {
    if text.chars().any(char::is_control) || text.chars().count() > TEXT_MAX {
        let detail = format!("write one line of at most {TEXT_MAX} letters");
        return Err(("cell.text", detail));
    }
    Ok(text.to_owned())
}

/// Texts between `;` or `|`, sorted, each once.
pub(super) fn list(text: &str, place: &Place) -> Result<Vec<String>, (&'static str, String)> {
    let parts = text.split([';', '|']).map(str::trim).filter(|part| !part.is_empty());
    let mut parts = parts.map(|part| line_of_text(part, place)).collect::<Result<Vec<_>, _>>()?;
    parts.sort();
    parts.dedup();
    Ok(parts)
}

/// A fault in a line.
pub(super) fn fault(line: u64, code: &str, detail: impl Into<String>) -> FieldError {
    FieldError { pointer: format!("line {line}"), code: code.to_owned(), detail: detail.into() }
}

/// As much of a text as an answer repeats.
pub(super) fn shown(text: &str) -> String {
    text.chars().take(40).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(currency: &str) -> Place {
        let zone = TimeZone::get("Europe/Berlin").expect("a zone");
        Place { currency: currency.parse().expect("a currency"), zone }
    }

    #[test]
    fn amounts_keep_to_the_currency() {
        assert_eq!(amount("12.5", &place("EUR")), Ok(1_250));
        assert_eq!(amount("0", &place("EUR")), Ok(0));
        assert_eq!(amount("1200", &place("JPY")), Ok(1_200));
        for (text, currency) in
            [("12,50", "EUR"), ("12.505", "EUR"), ("-1", "EUR"), ("€5", "EUR"), ("1.5", "JPY")]
        {
            assert_eq!(amount(text, &place(currency)).expect_err(text).0, "cell.amount");
        }
        assert!(positive_amount("0.00", &place("EUR")).is_err());
    }

    #[test]
    fn a_day_begins_in_the_zone_of_the_shop() {
        let read = |text| instant(text, &place("EUR")).map(|at| at.to_string()).ok();
        assert_eq!(read("2026-01-31").as_deref(), Some("2026-01-30T23:00:00Z"));
        assert_eq!(read("2026-07-01").as_deref(), Some("2026-06-30T22:00:00Z"));
        assert_eq!(read("2026-01-31T09:30:00+02:00").as_deref(), Some("2026-01-31T07:30:00Z"));
        for text in ["31.01.2026", "2026-02-30", "2026-01-31 09:30", "yesterday"] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    #[test]
    fn lists_are_sorted_and_hold_each_text_once() {
        assert_eq!(list(" b; a |b;;", &place("EUR")), Ok(vec!["a".to_owned(), "b".to_owned()]));
        assert!(list(&"x".repeat(256), &place("EUR")).is_err());
        assert!(line_of_text("a\nb", &place("EUR")).is_err());
        assert_eq!((whole_number("-3", &place("EUR")), count("-3", &place("EUR")).is_err()), (Ok(-3), true));
    }
}
