//! What was gathered, put together variant by variant and packed, on all cores.

use std::thread;

use kernel_core::Currency;
use pricing::{MoreFacts, PricePoint, Snapshot, SnapshotBuilder, Tags, VariantFacts};

use super::gathered::{Following, Gathered, REFERENCES, Running, Text, Variant};

/// So many variants are worth a thread.
const PART: usize = 16_384;

/// The snapshot of what was gathered. It computes for long.
pub(super) fn packed(mut gathered: Gathered) -> Snapshot {
    gathered.sort();
    let threads = thread::available_parallelism().map_or(1, usize::from);
    let part = gathered.variants.len().div_ceil(threads).max(PART);
    packed_in_parts(&gathered, part)
}

/// The same, `part` variants on each thread.
fn packed_in_parts(gathered: &Gathered, part: usize) -> Snapshot {
    thread::scope(|scope| {
        let parts = gathered
            .order
            .all()
            .chunks(part)
            .map(|order| scope.spawn(|| Packing::of(gathered, order).packed()));
        let parts: Vec<_> = parts.collect();
        parts.into_iter().fold(Snapshot::default(), |mut whole, part| {
            whole.append(part.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
            whole
        })
    })
}

/// Some of the variants, with what follows of everything else.
struct Packing<'a> {
    gathered: &'a Gathered,
    order: &'a [(u128, usize)],
    now: Following<'a, PricePoint>,
    currencies: Following<'a, Currency>,
    running: Following<'a, Running>,
    past: Following<'a, (i64, PricePoint)>,
    elsewhere: Following<'a, (Text, i64)>,
    references: Following<'a, (usize, i64)>,
    channels: Following<'a, usize>,
}

/// Room for what a variant has several of, used again for the next.
#[derive(Default)]
struct Room<'a> {
    title: String,
    channels: String,
    history: Vec<PricePoint>,
    surfaces: Vec<(&'a str, i64)>,
}

impl<'a> Packing<'a> {
    fn of(gathered: &'a Gathered, order: &'a [(u128, usize)]) -> Self {
        let first = order.first().map_or(0, |(key, _)| *key);
        Self {
            gathered,
            order,
            now: gathered.now.from(first),
            currencies: gathered.currencies.from(first),
            running: gathered.running.from(first),
            past: gathered.past.from(first),
            elsewhere: gathered.elsewhere.from(first),
            references: gathered.references.from(first),
            channels: gathered.channels.from(first),
        }
    }

    fn packed(mut self) -> Snapshot {
        let mut builder = SnapshotBuilder::default();
        let mut room = Room::default();
        for (key, place) in self.order {
            self.put(*key, &self.gathered.variants[*place], &mut room, &mut builder);
        }
        builder.finish()
    }

    /// Adds the next variant with everything that belongs to it.
    fn put(&mut self, key: u128, variant: &Variant, room: &mut Room<'a>, builder: &mut SnapshotBuilder) {
        let text = |text: &Text| self.gathered.texts.get(text);
        let product = &self.gathered.products[variant.product];
        let now = self.now.of(key).first().map(|(_, now)| *now);
        let other_currency = self.currencies.of(key).first().map(|(_, currency)| *currency);
        let running = self.running.of(key).first().map(|(_, running)| running);
        room.title.clear();
        room.title.push_str(text(&product.title));
        if !variant.title.is_empty() {
            room.title.push_str(" – ");
            room.title.push_str(text(&variant.title));
        }
        room.history.clear();
        // Without a price now there is nothing that its history would lead to.
        let past = self.past.of(key).iter().filter(|_| now.is_some());
        room.history.extend(past.map(|(_, (_, point))| *point));
        room.history.extend(now.filter(|_| other_currency.is_none()));
        room.surfaces.clear();
        room.surfaces.extend(self.elsewhere.of(key).iter().map(|(_, (name, minor))| (text(name), *minor)));
        room.channels.clear();
        for (place, (_, name)) in self.channels.of(key).iter().enumerate() {
            room.channels.push_str(if place > 0 { "\n" } else { "" });
            room.channels.push_str(&self.gathered.names[*name]);
        }
        let mut references = [None; REFERENCES.len()];
        for (_, (place, minor)) in self.references.of(key) {
            references[*place] = Some(*minor);
        }
        let [competitor_minor, msrp_minor, map_minor] = references;
        let more = MoreFacts {
            collections: Tags::Lines(text(&product.collections)),
            channels: Tags::Lines(&room.channels),
            custom: Tags::Lines(text(&variant.custom)),
            inventory: variant.inventory,
            created_at: product.created_at,
            updated_at: Some(product.updated_at),
            competitor_minor,
            msrp_minor,
            map_minor,
            surfaces: &room.surfaces,
            units_sold_30d: variant.units_sold_30d,
            base_minor: running.and_then(|running| running.base_minor),
            base_compare_at_minor: running.and_then(|running| running.base_compare_at_minor),
            running_sales: Tags::Lines(running.map_or("", |running| text(&running.sales))),
            other_currency,
            history: &room.history,
        };
        builder.push(&VariantFacts {
            key,
            sku: text(&variant.sku),
            title: &room.title,
            vendor: text(&product.vendor),
            product_type: text(&product.product_type),
            tags: Tags::Lines(text(&product.tags)),
            price_minor: now.map(|now| now.price_minor),
            compare_at_minor: now.and_then(|now| now.compare_at_minor),
            cost_minor: variant.cost_minor,
            more: &more,
        });
    }
}

#[cfg(test)]
mod tests {
    use pricing::Needs;
    use uuid::Uuid;

    use super::super::gathered::Product;
    use super::*;

    fn point(from: i64) -> PricePoint {
        PricePoint { from, price_minor: 100 + from, compare_at_minor: None }
    }

    /// Every third variant has each of the lists; ids come in no order, and some belong to no variant.
    fn gathered() -> Gathered {
        let mut gathered = Gathered::new("base", "EUR".parse().expect("a currency"), true);
        gathered.names = vec!["web".to_owned(), "app".to_owned()];
        let text = gathered.texts.keep("text");
        let product = || Product {
            title: text.clone(),
            vendor: text.clone(),
            product_type: 0..0,
            tags: 0..0,
            collections: 0..0,
            created_at: None,
            updated_at: 7,
        };
        gathered.products.push(product());
        for number in 0..100_usize {
            let id = Uuid::from_u128((number * 37 % 100) as u128);
            let minor = number as i64;
            if number % 10 > 0 {
                gathered.order.add(id, gathered.variants.len());
                let variant = Variant {
                    product: 0,
                    sku: gathered.texts.keep(&format!("SKU-{number}")),
                    title: text.clone(),
                    custom: 0..0,
                    cost_minor: Some(minor),
                    inventory: None,
                    units_sold_30d: None,
                };
                gathered.variants.push(variant);
            }
            gathered.now.add(id, point(minor));
            if number % 3 == 0 {
                let name = gathered.texts.keep("de");
                gathered.past.add(id, (2, point(2)));
                gathered.past.add(id, (1, point(1)));
                gathered.elsewhere.add(id, (name, minor));
                gathered.references.add(id, (number % REFERENCES.len(), minor));
                gathered.channels.add(id, 0);
                gathered.channels.add(id, 1);
            }
        }
        gathered.sort();
        gathered
    }

    fn shown(snapshot: &Snapshot) -> Vec<String> {
        let mut rows = Vec::new();
        snapshot.for_each(Needs::History, |facts| rows.push(format!("{facts:?}")));
        rows
    }

    #[test]
    fn parts_make_the_same_whole() {
        let gathered = gathered();
        let whole = shown(&packed_in_parts(&gathered, 100));
        assert_eq!(whole.len(), 90);
        // 27 · 37 is 99 more than nine hundreds.
        let last = whole.last().expect("a variant");
        for part in
            ["key: 99,", "\"SKU-27\"", "\"text – text\"", "\"app\\nweb\"", "[(\"de\", 27)]", "from: 1,"]
        {
            assert!(last.contains(part), "{part} in {last}");
        }
        for part in [1, 7, 45, 89] {
            assert_eq!(shown(&packed_in_parts(&gathered, part)), whole, "{part} variants in each part");
        }
    }
}
