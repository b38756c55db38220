//! What belongs to variants, gathered from their tables, and how it becomes what rules know of a variant.

use std::collections::HashMap;

use jiff::Timestamp;
use kernel_core::{Currency, Error, Result};
use kernel_db::Row;
use pricing::{MoreFacts, PricePoint, SnapshotBuilder, Tags, VariantFacts};
use uuid::Uuid;

use crate::catalog::BASE;
use crate::catalog::facts::full_title;

/// What was read of products, prices, reference prices and channels.
pub(super) struct Gathered {
    currency: Currency,
    products: HashMap<Uuid, Row>,
    now: HashMap<Uuid, Now>,
    /// Prices that were, with the microsecond from which they held.
    past: Grouped<(i64, PricePoint)>,
    /// Prices on other surfaces.
    elsewhere: Grouped<(String, i64)>,
    references: HashMap<Uuid, [Option<i64>; REFERENCES.len()]>,
    /// Names of the channels that have a variant, by their place in `names`.
    channels: Grouped<usize>,
    names: Vec<String>,
    room: Room,
}

/// The kinds of reference prices.
const REFERENCES: [&str; 3] = ["competitor_lowest", "msrp", "map"];

/// The price on the base surface.
struct Now {
    amount_minor: i64,
    compare_at_minor: Option<i64>,
    from: i64,
    base_minor: Option<i64>,
    sales: Box<str>,
    other_currency: Option<Currency>,
}

/// Room for what a variant has several of, used again for the next.
#[derive(Default)]
struct Room {
    title: String,
    channels: String,
    history: Vec<PricePoint>,
}

impl Gathered {
    pub(super) fn new(currency: Currency) -> Self {
        Self {
            currency,
            products: HashMap::new(),
            now: HashMap::new(),
            past: Grouped::default(),
            elsewhere: Grouped::default(),
            references: HashMap::new(),
            channels: Grouped::default(),
            names: Vec::new(),
            room: Room::default(),
        }
    }

    pub(super) fn product(&mut self, row: Row) -> Result<()> {
        self.products.insert(row.get(0), row);
        Ok(())
    }

    pub(super) fn price(&mut self, row: &Row) -> Result<()> {
        let (id, surface, code): (Uuid, &str, &str) = (row.get(0), row.get(1), row.get(2));
        let (amount_minor, is_now): (i64, bool) = (row.get(3), row.get(6));
        let is_ours = code == self.currency.code();
        let from: Timestamp = row.get(5);
        if surface != BASE {
            if is_ours && is_now {
                self.elsewhere.add(id, (surface.to_owned(), amount_minor));
            }
        } else if is_now {
            let now = Now {
                amount_minor,
                compare_at_minor: row.get(4),
                from: from.as_second(),
                base_minor: row.get(7),
                sales: row.get::<_, Option<&str>>(8).unwrap_or_default().into(),
                other_currency: if is_ours { None } else { Some(code.parse().map_err(Error::internal)?) },
            };
            self.now.insert(id, now);
        } else if is_ours {
            let point = PricePoint {
                from: from.as_second(),
                price_minor: amount_minor,
                compare_at_minor: row.get(4),
            };
            self.past.add(id, (from.as_microsecond(), point));
        }
        Ok(())
    }

    pub(super) fn reference(&mut self, row: &Row) -> Result<()> {
        let (id, kind, code): (Uuid, &str, &str) = (row.get(0), row.get(1), row.get(2));
        if code == self.currency.code()
            && let Some(place) = REFERENCES.iter().position(|known| *known == kind)
        {
            self.references.entry(id).or_default()[place] = row.get(3);
        }
        Ok(())
    }

    pub(super) fn channel(&mut self, row: &Row) -> Result<()> {
        let name: &str = row.get(1);
        let place = self.names.iter().position(|known| known == name).unwrap_or_else(|| {
            self.names.push(name.to_owned());
            self.names.len() - 1
        });
        self.channels.add(row.get(0), place);
        Ok(())
    }

    /// Brings what was gathered into the order of the variants.
    pub(super) fn sort(&mut self) {
        self.past.sort_by(|one, other| one.0.cmp(&other.0));
        self.elsewhere.sort_by(|one, other| one.0.cmp(&other.0));
        let names = &self.names;
        self.channels.sort_by(|one, other| names[*one].cmp(&names[*other]));
    }

    /// Adds the next variant with everything that belongs to it.
    pub(super) fn variant(&mut self, row: &Row, builder: &mut SnapshotBuilder) -> Result<()> {
        let (id, product): (Uuid, Uuid) = (row.get(0), row.get(1));
        let product =
            self.products.get(&product).ok_or_else(|| Error::internal("a variant without its product"))?;
        let now = self.now.get(&id);
        let ours = now.filter(|now| now.other_currency.is_none());
        let room = &mut self.room;
        room.history.clear();
        let past = self.past.of(id);
        // Without a price now there is nothing that its history would lead to.
        if now.is_some() {
            room.history.extend(past.iter().map(|(_, (_, point))| *point));
        }
        room.history.extend(ours.map(|now| PricePoint {
            from: now.from,
            price_minor: now.amount_minor,
            compare_at_minor: now.compare_at_minor,
        }));
        room.channels.clear();
        for (place, (_, name)) in self.channels.of(id).iter().enumerate() {
            room.channels.push_str(if place > 0 { "\n" } else { "" });
            room.channels.push_str(&self.names[*name]);
        }
        let elsewhere = self.elsewhere.of(id).iter();
        let surfaces: Vec<(&str, i64)> =
            elsewhere.map(|(_, (name, minor))| (name.as_str(), *minor)).collect();
        let [competitor_minor, msrp_minor, map_minor] = self.references.get(&id).copied().unwrap_or_default();
        let more = MoreFacts {
            collections: Tags::Lines(product.get(7)),
            channels: Tags::Lines(&room.channels),
            custom: Tags::Lines(row.get(7)),
            inventory: row.get(5),
            created_at: product.get::<_, Option<Timestamp>>(4).map(Timestamp::as_second),
            updated_at: Some(product.get::<_, Timestamp>(5).as_second()),
            competitor_minor,
            msrp_minor,
            map_minor,
            surfaces: &surfaces,
            units_sold_30d: row.get(6),
            base_minor: now.and_then(|now| now.base_minor),
            running_sales: Tags::Lines(now.map_or("", |now| &now.sales)),
            other_currency: now.and_then(|now| now.other_currency),
            history: &room.history,
        };
        let title = match row.get::<_, &str>(3) {
            "" => product.get(1),
            title => {
                room.title = full_title(product.get(1), title);
                room.title.as_str()
            }
        };
        builder.push(&VariantFacts {
            key: id.as_u128(),
            sku: row.get(2),
            title,
            vendor: product.get(2),
            product_type: product.get(3),
            tags: Tags::Lines(product.get(6)),
            price_minor: now.map(|now| now.amount_minor),
            compare_at_minor: now.and_then(|now| now.compare_at_minor),
            cost_minor: row.get(4),
            more: &more,
        });
        Ok(())
    }
}

/// Several things of each variant: gathered in any order, then asked for in the order of the variants.
struct Grouped<T> {
    list: Vec<(Uuid, T)>,
    /// Up to here was asked for.
    place: usize,
}

impl<T> Default for Grouped<T> {
    fn default() -> Self {
        Self { list: Vec::new(), place: 0 }
    }
}

impl<T> Grouped<T> {
    fn add(&mut self, id: Uuid, thing: T) {
        self.list.push((id, thing));
    }

    fn sort_by(&mut self, order: impl Fn(&T, &T) -> std::cmp::Ordering) {
        self.list.sort_by(|(one, a), (other, b)| one.cmp(other).then_with(|| order(a, b)));
    }

    /// The things of this variant; those of variants before it are passed over.
    fn of(&mut self, id: Uuid) -> &[(Uuid, T)] {
        let rest = &self.list[self.place..];
        let start = self.place + rest.iter().take_while(|(other, _)| *other < id).count();
        let end = start + self.list[start..].iter().take_while(|(other, _)| *other == id).count();
        self.place = end;
        &self.list[start..end]
    }
}
