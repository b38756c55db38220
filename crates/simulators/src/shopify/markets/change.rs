//! What a call changed in the markets: kept in the state file and put in place again at the next start.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{FixedPrice, Market, MarketCatalog, Markets, PriceList};

/// Entries of one table by number; `None` when they are gone.
type Changes<T> = Vec<(u64, Option<T>)>;

/// The difference between two moments.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct MarketsChange {
    markets: Changes<Market>,
    catalogs: Changes<MarketCatalog>,
    price_lists: Changes<PriceList>,
    fixed: Vec<(u64, Changes<FixedPrice>)>,
    last_id: u64,
}

impl MarketsChange {
    /// What happened between two moments; `None` when nothing did.
    pub(crate) fn between(before: &Markets, after: &Markets) -> Option<Self> {
        if before == after {
            return None;
        }
        let empty = BTreeMap::new();
        let lists = before.fixed.keys().chain(after.fixed.keys().filter(|id| !before.fixed.contains_key(id)));
        let rows = |markets: &Markets, list: &u64| markets.fixed.get(list).unwrap_or(&empty).clone();
        let of_list = |list: &u64| (*list, changes(&rows(before, list), &rows(after, list)));
        Some(Self {
            markets: changes(&before.markets, &after.markets),
            catalogs: changes(&before.catalogs, &after.catalogs),
            price_lists: changes(&before.price_lists, &after.price_lists),
            fixed: lists.map(of_list).filter(|(_, rows)| !rows.is_empty()).collect(),
            last_id: after.last_id,
        })
    }

    /// Makes the change.
    pub(crate) fn apply(&self, markets: &mut Markets) {
        put(&self.markets, &mut markets.markets);
        put(&self.catalogs, &mut markets.catalogs);
        put(&self.price_lists, &mut markets.price_lists);
        for (list, rows) in &self.fixed {
            let fixed = markets.fixed.entry(*list).or_default();
            put(rows, fixed);
            if fixed.is_empty() {
                markets.fixed.remove(list);
            }
        }
        markets.last_id = self.last_id;
    }
}

fn changes<T: Clone + PartialEq>(before: &BTreeMap<u64, T>, after: &BTreeMap<u64, T>) -> Changes<T> {
    let set = after.iter().filter(|(id, value)| before.get(id) != Some(value));
    let gone = before.keys().filter(|id| !after.contains_key(id));
    set.map(|(id, value)| (*id, Some(value.clone()))).chain(gone.map(|id| (*id, None))).collect()
}

fn put<T: Clone>(changes: &Changes<T>, table: &mut BTreeMap<u64, T>) {
    for (id, value) in changes {
        match value {
            Some(value) => drop(table.insert(*id, value.clone())),
            None => drop(table.remove(id)),
        }
    }
}
