//! A snapshot beside a plain map of what was put into it.

use std::collections::BTreeMap;

use kernel_core::Currency;
use proptest::prelude::*;

use super::*;
use crate::facts::{MoreFacts, PricePoint, Tags};

/// A variant with texts of its own.
#[derive(Debug, Clone, Default, PartialEq)]
struct Owned {
    texts: [String; 4],
    lists: [Vec<String>; 5],
    numbers: [Option<i64>; 12],
    surfaces: Vec<(String, i64)>,
    history: Vec<PricePoint>,
    currency: Option<Currency>,
}

impl Owned {
    fn with<T>(&self, key: u128, use_facts: impl FnOnce(&VariantFacts<'_>) -> T) -> T {
        let surfaces: Vec<(&str, i64)> =
            self.surfaces.iter().map(|(name, minor)| (name.as_str(), *minor)).collect();
        let [collections, channels, custom, running_sales] =
            [1, 2, 3, 4].map(|place| Tags::List(&self.lists[place]));
        let more = MoreFacts {
            collections,
            channels,
            custom,
            running_sales,
            inventory: self.numbers[3],
            created_at: self.numbers[4],
            updated_at: self.numbers[5],
            competitor_minor: self.numbers[6],
            msrp_minor: self.numbers[7],
            map_minor: self.numbers[8],
            units_sold_30d: self.numbers[9],
            base_minor: self.numbers[10],
            base_compare_at_minor: self.numbers[11],
            surfaces: &surfaces,
            history: &self.history,
            other_currency: self.currency,
        };
        use_facts(&VariantFacts {
            key,
            sku: &self.texts[0],
            title: &self.texts[1],
            vendor: &self.texts[2],
            product_type: &self.texts[3],
            tags: Tags::List(&self.lists[0]),
            price_minor: self.numbers[0],
            compare_at_minor: self.numbers[1],
            cost_minor: self.numbers[2],
            more: &more,
        })
    }

    /// What a reader with these needs sees of it.
    fn seen_with(&self, needs: Needs) -> Self {
        let mut seen = self.clone();
        if needs < Needs::History {
            seen.history.clear();
        }
        if needs < Needs::More {
            seen.lists[1..].iter_mut().for_each(Vec::clear);
            seen.numbers[3..].fill(None);
            seen.surfaces.clear();
            seen.currency = None;
        }
        seen
    }
}

fn read(facts: &VariantFacts<'_>) -> (u128, Owned) {
    let list = |tags: Tags<'_>| match tags {
        Tags::Lines("") => Vec::new(),
        Tags::Lines(text) => text.split('\n').map(str::to_owned).collect(),
        Tags::List(_) => panic!("a snapshot gives lines"),
    };
    let more = facts.more;
    let owned = Owned {
        texts: [facts.sku, facts.title, facts.vendor, facts.product_type].map(str::to_owned),
        lists: [facts.tags, more.collections, more.channels, more.custom, more.running_sales].map(list),
        numbers: [
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
        ],
        surfaces: more.surfaces.iter().map(|(name, minor)| ((*name).to_owned(), *minor)).collect(),
        history: more.history.to_vec(),
        currency: more.other_currency,
    };
    (facts.key, owned)
}

fn all(snapshot: &Snapshot, needs: Needs) -> Vec<(u128, Owned)> {
    let mut rows = Vec::new();
    snapshot.for_each(needs, |facts| rows.push(read(facts)));
    rows
}

fn assert_same(snapshot: &Snapshot, model: &BTreeMap<u128, Owned>) {
    let seen = all(snapshot, Needs::More).into_iter().flat_map(|(_, owned)| owned.lists[4].clone());
    let mut sales: Vec<String> = Vec::new();
    for hash in seen {
        if !hash.is_empty() && !sales.contains(&hash) {
            sales.push(hash);
        }
    }
    assert_eq!(snapshot.running_sales(), sales);
    for needs in [Needs::Basics, Needs::More, Needs::History] {
        let expected: Vec<_> = model.iter().map(|(key, owned)| (*key, owned.seen_with(needs))).collect();
        assert_eq!(all(snapshot, needs), expected);
    }
    assert_eq!((snapshot.len(), snapshot.is_empty()), (model.len(), model.is_empty()));
    for (place, (key, owned)) in model.iter().enumerate() {
        assert_eq!(snapshot.place_of(*key), Some(place));
        assert_eq!(snapshot.with_facts(place, Needs::History, read), Some((*key, owned.clone())));
    }
    assert_eq!(snapshot.with_facts(model.len(), Needs::Basics, read), None);
}

fn price() -> impl Strategy<Value = i64> {
    prop_oneof![0..100_i64, 0..100_000_i64, Just(i64::MAX)]
}

fn owned() -> impl Strategy<Value = Owned> {
    let text =
        || prop::sample::select(vec!["", "a", "Fjell", "Bär, 2 l", "長い名前"]).prop_map(str::to_owned);
    let list = prop::collection::vec(prop::sample::select(vec!["sale", "eco", "größe=M"]), 0..3)
        .prop_map(|list| list.into_iter().map(str::to_owned).collect::<Vec<_>>());
    let point = (any::<i32>(), price(), prop::option::of(price())).prop_map(
        |(from, price_minor, compare_at_minor)| PricePoint {
            from: i64::from(from),
            price_minor,
            compare_at_minor,
        },
    );
    (
        prop::array::uniform4(text()),
        prop::array::uniform5(list),
        prop::array::uniform12(prop::option::of(price())),
        prop::collection::vec(
            (prop::sample::select(vec!["de", "ch"]).prop_map(str::to_owned), price()),
            0..3,
        ),
        prop::collection::vec(point, 0..4),
        prop::option::weighted(0.1, Just("JPY".parse().expect("a currency"))),
    )
        .prop_map(|(texts, lists, numbers, surfaces, history, currency)| Owned {
            texts,
            lists,
            numbers,
            surfaces,
            history,
            currency,
        })
}

/// A chunk and a half of variants, each of them told by its key.
fn many(keys: impl Iterator<Item = u128>) -> BTreeMap<u128, Owned> {
    let row = |key: u128| {
        let mut owned = Owned::default();
        owned.texts[0] = format!("SKU-{key}");
        owned.numbers[0] = Some(key as i64 % 1_000);
        owned.history =
            vec![PricePoint { from: key as i64, price_minor: 5, compare_at_minor: None }; key as usize % 3];
        (key, owned)
    };
    keys.map(row).collect()
}

fn built(model: &BTreeMap<u128, Owned>) -> Snapshot {
    let mut builder = SnapshotBuilder::default();
    model.iter().for_each(|(key, owned)| owned.with(*key, |facts| builder.push(facts)));
    builder.finish()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn a_snapshot_gives_what_was_put_into_it(
        edits in prop::collection::vec((0..40_u128, prop::option::weighted(0.8, owned())), 0..60),
        at_once in 1..20_usize,
    ) {
        let (mut snapshot, mut model) = (Snapshot::default(), BTreeMap::new());
        for edits in edits.chunks(at_once) {
            apply(&mut snapshot, &mut model, edits);
        }
        assert_same(&snapshot, &model);
        assert_same(&built(&model), &model);
    }

    #[test]
    fn chunks_are_cut_and_filled_without_losing_a_variant(
        edits in prop::collection::vec((0..6_000_u128, prop::option::weighted(0.9, Just(Owned::default()))), 1..900),
    ) {
        let mut model = many((0..2_000).map(|n| n * 2));
        let before = model.clone();
        let mut snapshot = built(&model);
        let kept = snapshot.clone();
        apply(&mut snapshot, &mut model, &edits);
        prop_assert_eq!(all(&snapshot, Needs::History), model.into_iter().collect::<Vec<_>>());
        prop_assert_eq!(all(&kept, Needs::History), before.into_iter().collect::<Vec<_>>());
    }
}

fn apply(snapshot: &mut Snapshot, model: &mut BTreeMap<u128, Owned>, edits: &[(u128, Option<Owned>)]) {
    fn put(snapshot: &mut Snapshot, edits: &[(u128, Option<Owned>)], done: &mut Vec<SnapshotChange<'_>>) {
        match edits.split_first() {
            None => snapshot.apply(done),
            Some(((key, None), rest)) => {
                done.push(SnapshotChange::Remove(*key));
                put(snapshot, rest, done);
            }
            Some(((key, Some(owned)), rest)) => owned.with(*key, |facts| {
                let mut done: Vec<SnapshotChange<'_>> = done.clone();
                done.push(SnapshotChange::Put(facts));
                put(snapshot, rest, &mut done);
            }),
        }
    }
    // Facts borrow, so a batch of them is a stack of calls.
    for edits in edits.chunks(20) {
        put(snapshot, edits, &mut Vec::new());
    }
    for (key, owned) in edits {
        match owned {
            Some(owned) => drop(model.insert(*key, owned.clone())),
            None => drop(model.remove(key)),
        }
    }
}

#[test]
fn merging_takes_over_what_is_newer_and_takes_out_what_is_gone() {
    let mut model = many((0..1_500).map(|n| n * 2));
    let mut snapshot = built(&model);
    let mut newer = many((0..90).map(|n| n * 31));
    newer.values_mut().for_each(|owned| owned.texts[2] = "newer".to_owned());
    // What is both gone and newer stays: whoever says it is newer has seen it.
    let removed = [0, 3, 4, 400, 402, 2_998, 9_000];
    snapshot.merge(&built(&newer), &removed);
    model.retain(|key, _| !removed.contains(key));
    model.extend(newer);
    assert_same(&snapshot, &model);
    snapshot.merge(&Snapshot::default(), &model.keys().copied().collect::<Vec<_>>());
    assert_same(&snapshot, &BTreeMap::new());
}

#[test]
fn appending_takes_over_everything_wherever_it_belongs() {
    let model = many((0..1_500).map(|n| n * 3));
    let mut whole = Snapshot::default();
    for part in [0..700, 700..1_500] {
        whole.append(built(&many(part.map(|n| n * 3))));
    }
    assert_same(&whole, &model);
    assert_eq!(whole.chunks.iter().map(|chunk| chunk.len()).collect::<Vec<_>>(), [512, 188, 512, 288]);
    whole.append(Snapshot::default());
    whole.append(built(&many((0..20).map(|n| n * 100))));
    let mut model = model;
    model.extend(many((0..20).map(|n| n * 100)));
    assert_same(&whole, &model);
}

#[test]
fn variants_that_come_out_of_order_find_their_place() {
    let model = many([5, 9, 1, 1_000, 3, 3].into_iter().chain(2_000..3_100).chain([4]));
    let mut builder = SnapshotBuilder::default();
    for key in [5, 9, 1, 1_000, 3, 3].into_iter().chain(2_000..3_100).chain([4]) {
        model[&key].with(key, |facts| builder.push(facts));
    }
    assert_same(&builder.finish(), &model);
}

#[test]
fn a_part_of_the_places_is_that_part_of_the_variants() {
    let model = many(0..1_300);
    let snapshot = built(&model);
    for places in [0..1, 500..530, 511..513, 1_024..1_400, 1_300..1_301, 7..7] {
        let mut keys = Vec::new();
        snapshot.for_each_in(places.clone(), Needs::Basics, |facts| keys.push(facts.key as usize));
        assert_eq!(keys, places.filter(|place| *place < 1_300).collect::<Vec<_>>());
    }
}

#[test]
fn a_change_shares_what_it_does_not_touch() {
    let snapshot = built(&many(0..5_000));
    let mut changed = snapshot.clone();
    changed.upsert(&VariantFacts { key: 1_500, sku: "new", ..VariantFacts::default() });
    let shared = snapshot.chunks.iter().filter(|chunk| changed.chunks.iter().any(|c| Arc::ptr_eq(c, chunk)));
    assert_eq!((shared.count(), snapshot.chunks.len()), (9, 10));
    assert_eq!(changed.with_facts(1_500, Needs::Basics, |facts| facts.sku.to_owned()), Some("new".into()));
    assert_eq!(
        snapshot.with_facts(1_500, Needs::Basics, |facts| facts.sku.to_owned()),
        Some("SKU-1500".into())
    );
}

#[test]
fn growing_at_the_end_fills_chunks() {
    let mut snapshot = Snapshot::default();
    for key in 0..1_200 {
        snapshot.upsert(&VariantFacts { key, ..VariantFacts::default() });
    }
    assert_eq!(snapshot.chunks.iter().map(|chunk| chunk.len()).collect::<Vec<_>>(), [512, 512, 176]);
}

#[test]
fn a_break_inside_a_tag_does_not_make_two_of_it() {
    let (one, two) = (["a\nb".to_owned()], ["a\nb".to_owned(), "c".to_owned()]);
    for (tags, expected) in [(&one[..], "a b"), (&two[..], "a b\nc")] {
        let mut snapshot = Snapshot::default();
        snapshot.upsert(&VariantFacts { tags: Tags::List(tags), ..VariantFacts::default() });
        let seen = snapshot.with_facts(0, Needs::Basics, |facts| match facts.tags {
            Tags::Lines(text) => text.to_owned(),
            Tags::List(_) => String::new(),
        });
        assert_eq!(seen.as_deref(), Some(expected));
    }
}

#[test]
fn memory_is_counted_and_small() {
    let snapshot = built(&many(0..100_000));
    // 16 bytes of key, 9 of SKU, 4 + 4 of where texts end, 2 of price, and what is shared by a chunk.
    assert!((40..80).contains(&snapshot.bytes_per_variant()), "{}", snapshot.bytes_per_variant());
    assert!(snapshot.memory_bytes() >= 100_000 * 40);
    assert_eq!(Snapshot::default().memory_bytes(), 0);
}
