//! A file of past prices: which columns it has, what a row says, and where the prices fit between those recorded. Pure.

use jiff::Timestamp;
use kernel_core::{FieldError, Result};
use uuid::Uuid;

use super::cells::{self, Cells, KeyColumn, Named, Place, fault, shown};
use super::table::{Row, Table, refused};
use crate::catalog::BASE;

const COLUMNS: [&str; 5] = ["price", "compare_at", "valid_from", "valid_to", "surface"];

/// What a file of past prices has, by place.
#[derive(Debug)]
pub(super) struct Columns {
    key: KeyColumn,
    known: [Option<usize>; COLUMNS.len()],
}

/// What one row says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Said {
    pub line: u64,
    pub variant: Named,
    pub surface: String,
    pub price: PastPrice,
}

/// A price and when it held.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct PastPrice {
    pub amount_minor: i64,
    pub compare_at_minor: Option<i64>,
    pub from: Timestamp,
    /// Empty: until the next price; of one that is recorded: it holds now.
    pub to: Option<Timestamp>,
}

/// A row with the variant it means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Told {
    pub line: u64,
    pub variant: Uuid,
    pub surface: String,
    pub price: PastPrice,
}

/// What becomes of a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Fit {
    /// It is new, and held until then; on another surface than the base it may hold now.
    New { to: Option<Timestamp> },
    /// It is recorded already.
    Recorded,
    /// It cannot be.
    Refused(FieldError),
}

impl Columns {
    /// Reads the names in the first line.
    ///
    /// # Errors
    /// One is unknown, stands twice or is missing (422).
    pub(super) fn of(table: &Table) -> Result<Self> {
        let (key, known) = cells::positions(table, COLUMNS, |_| false, "")?;
        for (place, name) in [(0, "price"), (2, "valid_from")] {
            if known[place].is_none() {
                let detail = format!("there is no column `{name}`; a past price needs it");
                return Err(refused("file.column_missing", 1, detail));
            }
        }
        Ok(Self { key, known })
    }

    /// What a row says.
    ///
    /// # Errors
    /// Everything that is wrong with it.
    pub(super) fn read(
        &self,
        row: &Row,
        names: &[String],
        place: &Place,
        now: Timestamp,
    ) -> Result<Said, Vec<FieldError>> {
        let mut cells = Cells::of(row, names, place)?;
        let [price, compare_at, valid_from, valid_to, surface] = self.known;
        let variant = cells.variant(self.key);
        let amount = needed(&mut cells, price, cells::amount);
        let compare_at_minor = cells.told(compare_at, cells::amount).flatten();
        let from = needed(&mut cells, valid_from, cells::instant);
        let to = cells.told(valid_to, cells::instant).flatten();
        let surface = surface_name(&mut cells, surface);
        if from.is_some_and(|from| from >= now) {
            let detail =
                "a past price began in the past; new prices come from the shop, or by a price change";
            cells.fault(valid_from, "history.not_past", detail.to_owned());
        }
        if let (Some(from), Some(to)) = (from, to)
            && to <= from
        {
            cells.fault(valid_to, "history.span", "the price would end before it begins".to_owned());
        }
        if to.is_some_and(|to| to > now) {
            cells.fault(valid_to, "history.not_past", "a past price ended in the past".to_owned());
        }
        let line = row.line;
        let said = match (variant, amount, from, surface) {
            (Some(variant), Some(amount_minor), Some(from), Some(surface)) => {
                let price = PastPrice { amount_minor, compare_at_minor, from, to };
                Some(Said { line, variant, surface, price })
            }
            _ => None,
        };
        cells.finish(said)
    }
}

fn needed<T>(
    cells: &mut Cells<'_>,
    column: Option<usize>,
    read: impl FnOnce(&str, &Place) -> Result<T, (&'static str, String)>,
) -> Option<T> {
    let told = cells.told(column, read);
    if cells.text(column).is_empty() || matches!(told, Some(None)) {
        cells.fault(column, "cell.empty", "a past price needs this; fill the cell".to_owned());
    }
    told.flatten()
}

fn surface_name(cells: &mut Cells<'_>, column: Option<usize>) -> Option<String> {
    let text = cells.text(column);
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "-_".contains(c);
    match text {
        "" => Some(BASE.to_owned()),
        text if text.len() <= 64 && text.chars().all(plain) => Some(text.to_owned()),
        text => {
            let detail = format!(
                "`{}` is not the name of a price surface; write small letters, digits, `-` and `_`",
                shown(text)
            );
            cells.fault(column, "cell.surface", detail);
            None
        }
    }
}

/// Where told prices of one variant on one surface fit between the recorded ones. Both come in the order of their
/// beginning; nothing that is recorded changes, and no instant gets two prices.
pub(super) fn fit(told: &[Told], recorded: &[PastPrice]) -> Vec<Fit> {
    let mut fits = Vec::with_capacity(told.len());
    // The last that was taken, with its end.
    let mut taken: Option<(u64, Option<Timestamp>)> = None;
    for (place, row) in told.iter().enumerate() {
        let from = row.price.from;
        let later = told[place + 1..].iter().map(|next| next.price.from);
        let next = later.chain(recorded.iter().map(|known| known.from)).filter(|next| *next > from).min();
        let to = row.price.to.or(next);
        let fit = match (clash(row, to, recorded), &taken) {
            (Some(fit), _) => fit,
            (None, Some((line, end))) if end.is_none_or(|end| end > from) => {
                let detail = format!(
                    "line {line} tells a price for the same time; let one end before the other begins"
                );
                Fit::Refused(fault(row.line, "history.overlap", detail))
            }
            (None, _) if to.is_none() && (row.surface == BASE || !recorded.is_empty()) => {
                let detail = "nothing tells when this price ended: no later price is known; fill `valid_to`";
                Fit::Refused(fault(row.line, "history.no_end", detail))
            }
            (None, _) => {
                taken = Some((row.line, to));
                Fit::New { to }
            }
        };
        fits.push(fit);
    }
    fits
}

/// What is recorded for the time of a row.
fn clash(row: &Told, to: Option<Timestamp>, recorded: &[PastPrice]) -> Option<Fit> {
    let price = row.price;
    let lasts = |known: &&PastPrice| known.to.is_none_or(|end| end > known.from);
    let meets = |known: &&PastPrice| {
        to.is_none_or(|to| known.from < to) && known.to.is_none_or(|end| end > price.from)
    };
    let known = recorded.iter().filter(lasts).find(meets)?;
    let same = (known.amount_minor, known.compare_at_minor, known.from)
        == (price.amount_minor, price.compare_at_minor, price.from);
    if same && (price.to.is_none() || price.to == known.to) {
        return Some(Fit::Recorded);
    }
    let until = known.to.map_or_else(|| "now".to_owned(), |end| end.to_string());
    let detail = format!(
        "a price from {} until {until} is recorded, and what is recorded is never changed; tell only prices before or between",
        known.from
    );
    Some(Fit::Refused(fault(row.line, "history.overlap", detail)))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).expect("an instant")
    }

    fn price(amount_minor: i64, from: i64, to: Option<i64>) -> PastPrice {
        PastPrice { amount_minor, compare_at_minor: None, from: at(from), to: to.map(at) }
    }

    fn told(prices: &[PastPrice], surface: &str) -> Vec<Told> {
        let row = |(place, price): (usize, &PastPrice)| Told {
            line: place as u64 + 2,
            variant: Uuid::nil(),
            surface: surface.to_owned(),
            price: *price,
        };
        prices.iter().enumerate().map(row).collect()
    }

    fn fits(prices: &[PastPrice], recorded: &[PastPrice]) -> Vec<String> {
        let shown = |fit| match fit {
            Fit::New { to } => to.map_or("now".to_owned(), |to| to.as_second().to_string()),
            Fit::Recorded => "recorded".to_owned(),
            Fit::Refused(fault) => format!("{} {}", fault.pointer, fault.code),
        };
        fit(&told(prices, BASE), recorded).into_iter().map(shown).collect()
    }

    #[test]
    fn a_price_without_an_end_lasts_until_the_next() {
        let recorded = [price(500, 100, Some(200)), price(600, 200, None)];
        assert_eq!(fits(&[price(1, 10, None), price(2, 20, None)], &recorded), ["20", "100"]);
        assert_eq!(fits(&[price(1, 10, Some(15)), price(2, 20, Some(100))], &recorded), ["15", "100"]);
        assert_eq!(fits(&[price(1, 10, None)], &[]), ["line 2 history.no_end"]);
        let elsewhere = fit(&told(&[price(1, 10, None), price(2, 20, None)], "de"), &[]);
        assert_eq!(elsewhere, [Fit::New { to: Some(at(20)) }, Fit::New { to: None }]);
    }

    #[test]
    fn what_is_recorded_is_not_told_again_otherwise() {
        let recorded = [price(500, 100, Some(200)), price(550, 200, Some(200)), price(600, 250, None)];
        assert_eq!(fits(&[price(500, 100, None)], &recorded), ["recorded"]);
        assert_eq!(fits(&[price(500, 100, Some(200)), price(600, 250, None)], &recorded), ["recorded"; 2]);
        for overlapping in [
            price(501, 100, None),
            price(500, 100, Some(199)),
            price(500, 150, Some(160)),
            price(500, 50, Some(101)),
            price(500, 199, Some(250)),
            price(500, 240, Some(251)),
            price(500, 300, None),
        ] {
            assert_eq!(fits(&[overlapping], &recorded), ["line 2 history.overlap"], "{overlapping:?}");
        }
        // Between two that are recorded there is room.
        assert_eq!(fits(&[price(1, 200, None)], &recorded), ["250"]);
        assert_eq!(fits(&[price(1, 210, Some(220)), price(2, 220, None)], &recorded), ["220", "250"]);
    }

    #[test]
    fn two_rows_for_one_time_are_one_too_many() {
        let rows =
            [price(1, 10, Some(30)), price(2, 20, Some(40)), price(3, 30, Some(35)), price(3, 30, Some(36))];
        assert_eq!(fits(&rows, &[]), ["30", "line 3 history.overlap", "35", "line 5 history.overlap"]);
    }

    proptest! {
        /// Beside painting every second by itself.
        #[test]
        fn no_second_gets_two_prices(
            spans in prop::collection::vec((0_i64..40, prop::option::of(1_i64..12)), 0..8),
            known in prop::collection::vec((0_i64..40, 0_i64..8), 0..4),
            now in prop::option::of(30_i64..50),
        ) {
            let mut recorded: Vec<PastPrice> = Vec::new();
            let mut known = known;
            known.sort_unstable();
            for (from, length) in known {
                if recorded.last().and_then(|last| last.to).is_none_or(|end| end <= at(from)) {
                    recorded.push(price(1, from, Some(from + length)));
                }
            }
            let free = recorded.last().and_then(|last| last.to).unwrap_or(at(0));
            if let Some(now) = now.filter(|now| at(*now) >= free) {
                recorded.push(price(1, now, None));
            }
            let mut spans: Vec<PastPrice> =
                spans.into_iter().map(|(from, length)| price(2, from, length.map(|l| from + l))).collect();
            spans.sort_by_key(|span| span.from);
            let rows = told(&spans, BASE);
            let mut painted = vec![0; 80];
            let paint = |painted: &mut Vec<i32>, from: Timestamp, to: Option<Timestamp>| {
                let to = to.map_or(80, |to| to.as_second() as usize);
                painted[from.as_second() as usize..to].iter_mut().for_each(|second| *second += 1);
            };
            recorded.iter().for_each(|known| paint(&mut painted, known.from, known.to));
            for (row, fit) in rows.iter().zip(fit(&rows, &recorded)) {
                match fit {
                    Fit::New { to } => {
                        paint(&mut painted, row.price.from, to);
                        prop_assert!(row.price.to.is_none() || row.price.to == to);
                    }
                    // A price with a given end is refused only if a second of it has a price already.
                    Fit::Refused(_) => if let Some(to) = row.price.to {
                        let seconds = row.price.from.as_second() as usize..to.as_second() as usize;
                        prop_assert!(painted[seconds].iter().any(|second| *second > 0));
                    },
                    Fit::Recorded => prop_assert!(false, "none has the price of a recorded one"),
                }
            }
            prop_assert!(painted.iter().all(|second| *second <= 1), "{painted:?}");
        }
    }
}
