//! What was read of the tables of a catalogue: small rows, their texts in one piece of memory, everything that belongs to a
//! variant in the order of the variants.

use std::collections::HashMap;
use std::ops::Range;
use std::thread;

use jiff::Timestamp;
use kernel_core::{Currency, Error, Result};
use kernel_db::CopiedRow;
use pricing::PricePoint;
use uuid::Uuid;

/// The kinds of reference prices.
pub(super) const REFERENCES: [&str; 3] = ["competitor_lowest", "msrp", "map"];

/// What was read of variants, products, prices, reference prices and channels.
pub(super) struct Gathered {
    pub texts: Texts,
    pub products: Vec<Product>,
    pub variants: Vec<Variant>,
    /// Places among the variants.
    pub order: ByVariant<usize>,
    /// The price on the surface that is read.
    pub now: ByVariant<PricePoint>,
    /// The currency of that price, if it is not the project's.
    pub currencies: ByVariant<Currency>,
    /// Sales that run, with the price without them.
    pub running: ByVariant<Running>,
    /// Prices that were, with the microsecond from which they held.
    pub past: ByVariant<(i64, PricePoint)>,
    /// Prices on other surfaces.
    pub elsewhere: ByVariant<(Text, i64)>,
    /// Reference prices by their place in [`REFERENCES`].
    pub references: ByVariant<(usize, i64)>,
    /// Names of the channels that have a variant, by their place in `names`.
    pub channels: ByVariant<usize>,
    pub names: Vec<String>,
    surface: String,
    currency: Currency,
    has_costs: bool,
    places: HashMap<Uuid, usize>,
}

/// Sales that run, and both prices without them.
pub(super) struct Running {
    pub base_minor: Option<i64>,
    pub base_compare_at_minor: Option<i64>,
    pub sales: Text,
}

pub(super) struct Product {
    pub title: Text,
    pub vendor: Text,
    pub product_type: Text,
    pub tags: Text,
    pub collections: Text,
    pub created_at: Option<i64>,
    pub updated_at: i64,
}

pub(super) struct Variant {
    /// Its place among the products.
    pub product: usize,
    pub sku: Text,
    pub title: Text,
    pub custom: Text,
    pub cost_minor: Option<i64>,
    pub inventory: Option<i64>,
    pub units_sold_30d: Option<i64>,
}

impl Gathered {
    pub(super) fn new(surface: &str, currency: Currency, has_costs: bool) -> Self {
        Self {
            texts: Texts::default(),
            products: Vec::new(),
            variants: Vec::new(),
            order: ByVariant::default(),
            now: ByVariant::default(),
            currencies: ByVariant::default(),
            running: ByVariant::default(),
            past: ByVariant::default(),
            elsewhere: ByVariant::default(),
            references: ByVariant::default(),
            channels: ByVariant::default(),
            names: Vec::new(),
            surface: surface.to_owned(),
            currency,
            has_costs,
            places: HashMap::new(),
        }
    }

    pub(super) fn product(&mut self, mut row: CopiedRow<'_>) -> Result<()> {
        self.places.insert(row.take()?, self.products.len());
        let texts = &mut self.texts;
        self.products.push(Product {
            title: texts.keep(row.take()?),
            vendor: texts.keep_once(row.take()?),
            product_type: texts.keep_once(row.take()?),
            tags: texts.keep_lines_once(&row.take::<Vec<&str>>()?),
            collections: texts.keep_lines_once(&row.take::<Vec<&str>>()?),
            created_at: row.take::<Option<Timestamp>>()?.map(Timestamp::as_second),
            updated_at: row.take::<Timestamp>()?.as_second(),
        });
        Ok(())
    }

    /// To be called when all products are there.
    pub(super) fn variant(&mut self, mut row: CopiedRow<'_>) -> Result<()> {
        let (id, product): (Uuid, Uuid) = (row.take()?, row.take()?);
        let product = self.places.get(&product);
        self.order.add(id, self.variants.len());
        self.variants.push(Variant {
            product: *product.ok_or_else(|| Error::internal("a variant without its product"))?,
            sku: self.texts.keep(row.take()?),
            title: self.texts.keep(row.take()?),
            custom: self.texts.keep_lines(&row.take::<Vec<&str>>()?),
            cost_minor: row.take::<Option<i64>>()?.filter(|_| self.has_costs),
            inventory: row.take()?,
            units_sold_30d: row.take()?,
        });
        Ok(())
    }

    pub(super) fn price(&mut self, mut row: CopiedRow<'_>) -> Result<()> {
        let (id, surface, code): (Uuid, &str, &str) = (row.take()?, row.take()?, row.take()?);
        let (price_minor, compare_at_minor): (i64, Option<i64>) = (row.take()?, row.take()?);
        let (from, is_now): (Timestamp, bool) = (row.take()?, row.take()?);
        let is_ours = code == self.currency.code();
        let point = PricePoint { from: from.as_second(), price_minor, compare_at_minor };
        if surface != self.surface {
            if is_ours && is_now {
                self.elsewhere.add(id, (self.texts.keep(surface), price_minor));
            }
        } else if is_now {
            self.now.add(id, point);
            if !is_ours {
                self.currencies.add(id, code.parse().map_err(Error::internal)?);
            }
            let (base_minor, base_compare_at_minor) = (row.take()?, row.take()?);
            if let Some(sales) = row.take::<Option<Vec<&str>>>()? {
                let sales = self.texts.keep_lines(&sales);
                self.running.add(id, Running { base_minor, base_compare_at_minor, sales });
            }
        } else if is_ours {
            self.past.add(id, (from.as_microsecond(), point));
        }
        Ok(())
    }

    pub(super) fn reference(&mut self, mut row: CopiedRow<'_>) -> Result<()> {
        let (id, kind, code): (Uuid, &str, &str) = (row.take()?, row.take()?, row.take()?);
        if code == self.currency.code()
            && let Some(place) = REFERENCES.iter().position(|known| *known == kind)
        {
            self.references.add(id, (place, row.take()?));
        }
        Ok(())
    }

    pub(super) fn channel(&mut self, mut row: CopiedRow<'_>) -> Result<()> {
        let (id, name): (Uuid, &str) = (row.take()?, row.take()?);
        let place = self.names.iter().position(|known| known == name).unwrap_or_else(|| {
            self.names.push(name.to_owned());
            self.names.len() - 1
        });
        self.channels.add(id, place);
        Ok(())
    }

    /// Brings everything into the order of the variants.
    pub(super) fn sort(&mut self) {
        let (texts, names) = (&self.texts, &self.names);
        // The two long ones side by side.
        thread::scope(|scope| {
            scope.spawn(|| self.order.sort());
            self.now.sort();
        });
        self.currencies.sort();
        self.running.sort();
        self.references.sort();
        self.past.sort_by(|one, other| one.0.cmp(&other.0));
        self.elsewhere.sort_by(|one, other| texts.get(&one.0).cmp(texts.get(&other.0)));
        self.channels.sort_by(|one, other| names[*one].cmp(&names[*other]));
    }
}

/// Where a text stands in [`Texts`].
pub(super) type Text = Range<usize>;

/// Texts end to end.
#[derive(Default)]
pub(super) struct Texts {
    all: String,
    /// Where those stand that many products share: few of them stay close at hand while packing.
    once: HashMap<Box<str>, Text>,
}

impl Texts {
    pub(super) fn keep(&mut self, text: &str) -> Text {
        let start = self.all.len();
        self.all.push_str(text);
        start..self.all.len()
    }

    /// Each of them in a line of its own; a break inside one becomes a space.
    fn keep_lines(&mut self, texts: &[&str]) -> Text {
        let start = self.all.len();
        for (place, text) in texts.iter().enumerate() {
            self.all.push_str(if place > 0 { "\n" } else { "" });
            self.all.extend(
                text.split('\n').enumerate().flat_map(|(n, line)| [if n > 0 { " " } else { "" }, line]),
            );
        }
        start..self.all.len()
    }

    fn keep_once(&mut self, text: &str) -> Text {
        let text = self.keep(text);
        self.once(text)
    }

    fn keep_lines_once(&mut self, texts: &[&str]) -> Text {
        let text = self.keep_lines(texts);
        self.once(text)
    }

    /// Where the last text stands, which is taken back if an equal one was there.
    fn once(&mut self, last: Text) -> Text {
        if let Some(known) = self.once.get(self.get(&last)) {
            self.all.truncate(last.start);
            return known.clone();
        }
        self.once.insert(self.get(&last).into(), last.clone());
        last
    }

    pub(super) fn get(&self, text: &Text) -> &str {
        &self.all[text.clone()]
    }
}

/// Things of variants: gathered in any order, then looked at in the order of the variants.
pub(super) struct ByVariant<T>(Vec<(u128, T)>);

impl<T> Default for ByVariant<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T> ByVariant<T> {
    pub(super) fn add(&mut self, id: Uuid, thing: T) {
        self.0.push((id.as_u128(), thing));
    }

    fn sort(&mut self) {
        self.0.sort_by_key(|(key, _)| *key);
    }

    fn sort_by(&mut self, order: impl Fn(&T, &T) -> std::cmp::Ordering) {
        self.0.sort_by(|(one, a), (other, b)| one.cmp(other).then_with(|| order(a, b)));
    }

    pub(super) fn all(&self) -> &[(u128, T)] {
        &self.0
    }

    /// Those of the variants from `key` on.
    pub(super) fn from(&self, key: u128) -> Following<'_, T> {
        Following(&self.0[self.0.partition_point(|(other, _)| *other < key)..])
    }
}

/// Asked for one variant after another.
pub(super) struct Following<'a, T>(&'a [(u128, T)]);

impl<'a, T> Following<'a, T> {
    /// The things of this variant; those of variants before it are passed over.
    pub(super) fn of(&mut self, key: u128) -> &'a [(u128, T)] {
        let start = self.0.iter().take_while(|(other, _)| *other < key).count();
        let end = start + self.0[start..].iter().take_while(|(other, _)| *other == key).count();
        let (passed, rest) = self.0.split_at(end);
        self.0 = rest;
        &passed[start..]
    }
}
