//! What a variant has several of: prices on other surfaces, and prices over time. Flat columns with offsets.

use super::column::Column;
use super::texts::{Shared, SharedBuilder};
use crate::facts::PricePoint;

/// Where the list of each row ends. Empty while no row has a list.
#[derive(Debug)]
struct Ends(Box<[u32]>);

#[derive(Debug, Default)]
struct EndsBuilder {
    ends: Vec<u32>,
    total: u32,
}

/// Prices on other surfaces, by row.
#[derive(Debug)]
pub(super) struct Surfaces {
    ends: Ends,
    names: Shared,
    prices: Column,
}

/// Prices over time, by row.
#[derive(Debug)]
pub(super) struct Histories {
    ends: Ends,
    from: Column,
    prices: Column,
    compare_ats: Column,
}

#[derive(Debug, Default)]
pub(super) struct SurfacesBuilder {
    ends: EndsBuilder,
    names: SharedBuilder,
    prices: Vec<Option<i64>>,
}

#[derive(Debug, Default)]
pub(super) struct HistoriesBuilder {
    ends: EndsBuilder,
    from: Vec<Option<i64>>,
    prices: Vec<Option<i64>>,
    compare_ats: Vec<Option<i64>>,
}

impl Surfaces {
    /// The prices of `row` in place of what is in `list`.
    pub(super) fn read<'s>(&'s self, row: usize, list: &mut Vec<(&'s str, i64)>) {
        list.clear();
        for place in self.ends.places(row) {
            list.push((self.names.get(place), self.prices.get(place).unwrap_or_default()));
        }
    }

    pub(super) fn heap_bytes(&self) -> usize {
        self.ends.heap_bytes() + self.names.heap_bytes() + self.prices.heap_bytes()
    }
}

impl Histories {
    /// The prices of `row` in place of what is in `list`.
    pub(super) fn read(&self, row: usize, list: &mut Vec<PricePoint>) {
        list.clear();
        for place in self.ends.places(row) {
            list.push(PricePoint {
                from: self.from.get(place).unwrap_or_default(),
                price_minor: self.prices.get(place).unwrap_or_default(),
                compare_at_minor: self.compare_ats.get(place),
            });
        }
    }

    pub(super) fn heap_bytes(&self) -> usize {
        let columns = [&self.from, &self.prices, &self.compare_ats];
        self.ends.heap_bytes() + columns.map(Column::heap_bytes).iter().sum::<usize>()
    }
}

impl SurfacesBuilder {
    pub(super) fn push(&mut self, surfaces: &[(&str, i64)]) {
        self.ends.push(surfaces.len());
        for (name, price) in surfaces {
            self.names.push(name);
            self.prices.push(Some(*price));
        }
    }

    pub(super) fn finish(&mut self) -> Surfaces {
        let prices = Column::pack(&self.prices);
        self.prices.clear();
        Surfaces { ends: self.ends.finish(), names: self.names.finish(), prices }
    }
}

impl HistoriesBuilder {
    pub(super) fn push(&mut self, history: &[PricePoint]) {
        self.ends.push(history.len());
        for point in history {
            self.from.push(Some(point.from));
            self.prices.push(Some(point.price_minor));
            self.compare_ats.push(point.compare_at_minor);
        }
    }

    pub(super) fn finish(&mut self) -> Histories {
        let columns = [&mut self.from, &mut self.prices, &mut self.compare_ats];
        let [from, prices, compare_ats] = columns.map(|values| {
            let column = Column::pack(values);
            values.clear();
            column
        });
        Histories { ends: self.ends.finish(), from, prices, compare_ats }
    }
}

impl Ends {
    fn places(&self, row: usize) -> std::ops::Range<usize> {
        let Some(end) = self.0.get(row) else { return 0..0 };
        let start = if row == 0 { 0 } else { self.0[row - 1] };
        start as usize..*end as usize
    }

    fn heap_bytes(&self) -> usize {
        size_of_val::<[u32]>(&self.0)
    }
}

impl EndsBuilder {
    fn push(&mut self, length: usize) {
        self.total += length as u32;
        self.ends.push(self.total);
    }

    fn finish(&mut self) -> Ends {
        let ends = if self.total == 0 { Box::default() } else { self.ends.as_slice().into() };
        self.ends.clear();
        self.total = 0;
        Ends(ends)
    }
}
