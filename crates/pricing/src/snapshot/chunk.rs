//! A few hundred variants column by column. Never changed: what changes one of them writes the chunk anew.

use std::borrow::Cow;

use kernel_core::Currency;

use super::Needs;
use super::column::Column;
use super::lists::{Histories, HistoriesBuilder, Surfaces, SurfacesBuilder};
use super::shared::SharedText;
use super::texts::{Shared, SharedBuilder, Texts, TextsBuilder};
use crate::facts::{MoreFacts, PricePoint, Tags, VariantFacts};

/// The most variants in one chunk: few enough to write anew for one change, enough to share texts.
pub(super) const CHUNK_MAX: usize = 512;

/// Numbers that every variant has, and numbers that few rules ask, in the order of [`numbers`].
const BASIC: usize = 3;
const NUMBERS: usize = 12;
/// The price without sales.
const BASE: usize = 10;
/// Texts that variants share: those of [`SharedText`], and behind them the sales that run.
const SHARED: usize = 7;
const SALES: usize = 6;

#[derive(Debug)]
pub(crate) struct Chunk {
    keys: Box<[u128]>,
    sku: Texts,
    title: Texts,
    shared: [Shared; SHARED],
    numbers: [Column; NUMBERS],
    /// Variants whose price is in another currency than the surface's.
    currencies: Box<[(u32, Currency)]>,
    surfaces: Surfaces,
    histories: Histories,
}

/// Room for the lists of one variant, used again for the next.
#[derive(Debug, Default)]
pub(super) struct Scratch<'s> {
    surfaces: Vec<(&'s str, i64)>,
    history: Vec<PricePoint>,
}

impl Chunk {
    pub(super) fn len(&self) -> usize {
        self.keys.len()
    }

    pub(super) fn keys(&self) -> &[u128] {
        &self.keys
    }

    /// Hands the variant at `row` to `use_facts`.
    #[inline]
    pub(super) fn with_facts<'s, T>(
        &'s self,
        row: usize,
        needs: Needs,
        scratch: &mut Scratch<'s>,
        use_facts: impl FnOnce(&VariantFacts<'_>) -> T,
    ) -> T {
        let mut facts = VariantFacts {
            key: self.keys[row],
            sku: self.sku.get(row),
            title: self.title.get(row),
            vendor: self.shared[0].get(row),
            product_type: self.shared[1].get(row),
            tags: Tags::Lines(self.shared[2].get(row)),
            price_minor: self.numbers[0].get(row),
            compare_at_minor: self.numbers[1].get(row),
            cost_minor: self.numbers[2].get(row),
            more: MoreFacts::NONE,
        };
        if needs == Needs::Basics {
            return use_facts(&facts);
        }
        self.surfaces.read(row, &mut scratch.surfaces);
        scratch.history.clear();
        if needs == Needs::History {
            self.histories.read(row, &mut scratch.history);
        }
        let more = self.more(row, scratch);
        facts.more = &more;
        use_facts(&facts)
    }

    fn more<'a>(&'a self, row: usize, scratch: &'a Scratch<'_>) -> MoreFacts<'a> {
        let number = |place: usize| self.numbers[BASIC + place].get(row);
        let currency = self.currencies.binary_search_by_key(&row, |(row, _)| *row as usize);
        MoreFacts {
            collections: Tags::Lines(self.shared[3].get(row)),
            channels: Tags::Lines(self.shared[4].get(row)),
            custom: Tags::Lines(self.shared[5].get(row)),
            running_sales: Tags::Lines(self.shared[SALES].get(row)),
            inventory: number(0),
            created_at: number(1),
            updated_at: number(2),
            competitor_minor: number(3),
            msrp_minor: number(4),
            map_minor: number(5),
            units_sold_30d: number(6),
            base_minor: number(7),
            base_compare_at_minor: number(8),
            other_currency: currency.ok().map(|place| self.currencies[place].1),
            surfaces: &scratch.surfaces,
            history: &scratch.history,
        }
    }

    /// Keeps those marks whose variant passes with nothing but this text of it. Each different text is asked once.
    pub(crate) fn retain(
        &self,
        text: SharedText,
        marks: &mut [bool],
        passes: impl Fn(&VariantFacts<'_>) -> bool,
    ) {
        self.shared[text as usize].retain(marks, |shared| text.with(shared, &passes));
    }

    /// Marks the variants on which a sale runs.
    pub(crate) fn mark_in_sale(&self, marks: &mut [bool]) {
        let (sales, base) = (&self.shared[SALES], &self.numbers[BASE]);
        if sales.each().next().is_none() && base.heap_bytes() == 0 && base.get(0).is_none() {
            return;
        }
        for (row, mark) in marks.iter_mut().enumerate() {
            *mark |= base.get(row).is_some() || !sales.get(row).is_empty();
        }
    }

    /// The lists of sales that run on its variants, each once.
    pub(super) fn running_sales(&self) -> impl Iterator<Item = &str> {
        self.shared[SALES].each()
    }

    /// Bytes that it takes, with itself.
    pub(super) fn bytes(&self) -> usize {
        size_of::<Self>()
            + size_of_val::<[u128]>(&self.keys)
            + self.sku.heap_bytes()
            + self.title.heap_bytes()
            + self.shared.iter().map(Shared::heap_bytes).sum::<usize>()
            + self.numbers.iter().map(Column::heap_bytes).sum::<usize>()
            + size_of_val::<[(u32, Currency)]>(&self.currencies)
            + self.surfaces.heap_bytes()
            + self.histories.heap_bytes()
    }
}

/// Variants being gathered into a chunk.
#[derive(Debug, Default)]
pub(super) struct ChunkBuilder {
    keys: Vec<u128>,
    sku: TextsBuilder,
    title: TextsBuilder,
    shared: [SharedBuilder; SHARED],
    numbers: [Vec<Option<i64>>; NUMBERS],
    currencies: Vec<(u32, Currency)>,
    surfaces: SurfacesBuilder,
    histories: HistoriesBuilder,
}

impl ChunkBuilder {
    pub(super) fn len(&self) -> usize {
        self.keys.len()
    }

    pub(super) fn push(&mut self, facts: &VariantFacts<'_>) {
        let more = facts.more;
        if let Some(currency) = more.other_currency {
            self.currencies.push((self.keys.len() as u32, currency));
        }
        self.keys.push(facts.key);
        self.sku.push(facts.sku);
        self.title.push(facts.title);
        let [tags, collections, channels, custom, sales] =
            [facts.tags, more.collections, more.channels, more.custom, more.running_sales].map(lines);
        let texts = [facts.vendor, facts.product_type, &*tags, &*collections, &*channels, &*custom, &*sales];
        for (shared, text) in self.shared.iter_mut().zip(texts) {
            shared.push(text);
        }
        for (column, value) in self.numbers.iter_mut().zip(numbers(facts)) {
            column.push(value);
        }
        self.surfaces.push(more.surfaces);
        self.histories.push(more.history);
    }

    /// The chunk; the builder is empty again.
    pub(super) fn finish(&mut self) -> Chunk {
        let chunk = Chunk {
            keys: self.keys.as_slice().into(),
            sku: self.sku.finish(),
            title: self.title.finish(),
            shared: self.shared.each_mut().map(SharedBuilder::finish),
            numbers: self.numbers.each_ref().map(|column| Column::pack(column)),
            currencies: self.currencies.as_slice().into(),
            surfaces: self.surfaces.finish(),
            histories: self.histories.finish(),
        };
        self.keys.clear();
        self.currencies.clear();
        self.numbers.iter_mut().for_each(Vec::clear);
        chunk
    }
}

fn numbers(facts: &VariantFacts<'_>) -> [Option<i64>; NUMBERS] {
    let more = facts.more;
    [
        facts.price_minor,
        facts.compare_at_minor,
        facts.cost_minor,
        more.inventory,
        more.created_at,
        more.updated_at,
        more.competitor_minor,
        more.msrp_minor,
        more.map_minor,
        more.units_sold_30d,
        more.base_minor,
        more.base_compare_at_minor,
    ]
}

/// Tags as lines of one text. A break inside a tag would make two of it and becomes a space.
fn lines(tags: Tags<'_>) -> Cow<'_, str> {
    match tags {
        Tags::Lines(text) => Cow::Borrowed(text),
        Tags::List([]) => Cow::Borrowed(""),
        Tags::List([one]) if !one.contains('\n') => Cow::Borrowed(one),
        Tags::List(tags) => {
            let tags: Vec<Cow<'_, str>> = tags.iter().map(|tag| one_line(tag)).collect();
            Cow::Owned(tags.join("\n"))
        }
    }
}

fn one_line(tag: &str) -> Cow<'_, str> {
    if tag.contains('\n') { Cow::Owned(tag.replace('\n', " ")) } else { Cow::Borrowed(tag) }
}
