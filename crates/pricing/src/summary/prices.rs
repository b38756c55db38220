//! How many variants cost how much, before and after: bins that grow with the price, at most 40 of them.

/// Most bins of the picture.
const BINS_MAX: usize = 40;
/// Four bins for each doubling of the price, for all prices of 64 bits.
const FINE_BINS: usize = 4 * 62;

/// Variants by price: `from ≤ price < to` in minor units.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PriceBin {
    /// Lower edge.
    pub from: i64,
    /// Upper edge.
    pub to: i64,
    /// Variants before.
    pub before: u64,
    /// Variants after.
    pub after: u64,
}

/// Counts prices into fine bins, which are put together at the end.
#[derive(Debug, Clone)]
pub(super) struct Prices {
    fine: Vec<[u64; 2]>,
}

impl Default for Prices {
    fn default() -> Self {
        Self { fine: vec![[0; 2]; FINE_BINS] }
    }
}

impl Prices {
    #[inline]
    pub(super) fn push(&mut self, before: i64, after: i64) {
        self.fine[fine_bin(before)][0] += 1;
        self.fine[fine_bin(after)][1] += 1;
    }

    /// The bins from the lowest to the highest price, neighbours put together until they are few enough.
    pub(super) fn finish(&self) -> Vec<PriceBin> {
        let used = |counts: &[u64; 2]| *counts != [0; 2];
        let Some(first) = self.fine.iter().position(used) else { return Vec::new() };
        let last = self.fine.iter().rposition(used).unwrap_or(first);
        let mut wide = 1;
        while last / wide - first / wide >= BINS_MAX {
            wide *= 2;
        }
        (first / wide..=last / wide)
            .map(|bin| {
                let counted = &self.fine[bin * wide..((bin + 1) * wide).min(FINE_BINS)];
                PriceBin {
                    from: edge(bin * wide),
                    to: edge((bin + 1) * wide),
                    before: counted.iter().map(|[before, _]| before).sum(),
                    after: counted.iter().map(|[_, after]| after).sum(),
                }
            })
            .collect()
    }
}

/// The first four prices have a bin each; then the two bits below the highest say which quarter of the doubling.
#[inline]
fn fine_bin(price: i64) -> usize {
    let price = price.max(0).cast_unsigned();
    if price < 4 {
        return price as usize;
    }
    let doubling = price.ilog2();
    let quarter = (price >> (doubling - 2)) & 3;
    (4 * (doubling - 1)) as usize + quarter as usize
}

/// The lowest price of a fine bin.
fn edge(bin: usize) -> i64 {
    if bin < 4 {
        return bin as i64;
    }
    let (doubling, quarter) = (bin / 4 + 1, (bin % 4) as i64);
    if doubling > 62 { i64::MAX } else { (4 + quarter) << (doubling - 2) }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn edges_rise_and_hold_their_bin() {
        for bin in 0..FINE_BINS {
            assert!(edge(bin) < edge(bin + 1), "{bin}");
            assert_eq!(fine_bin(edge(bin)), bin);
            assert_eq!(fine_bin(edge(bin + 1) - 1), bin);
        }
        assert_eq!(fine_bin(i64::MAX), FINE_BINS - 1);
    }

    proptest! {
        #[test]
        fn the_bins_count_every_price_once(moves in prop::collection::vec((0..i64::MAX, 0..i64::MAX, 0_u32..62), 1..50)) {
            let moves: Vec<(i64, i64)> = moves.iter().map(|(b, a, small)| (b >> small, a >> small)).collect();
            let mut prices = Prices::default();
            moves.iter().for_each(|(before, after)| prices.push(*before, *after));
            let bins = prices.finish();
            prop_assert!(bins.len() <= BINS_MAX);
            for pair in bins.windows(2) {
                prop_assert_eq!(pair[0].to, pair[1].from);
            }
            for bin in &bins {
                let inside = |price: i64| bin.from <= price && (price < bin.to || bin.to == i64::MAX);
                prop_assert_eq!(bin.before, moves.iter().filter(|(before, _)| inside(*before)).count() as u64);
                prop_assert_eq!(bin.after, moves.iter().filter(|(_, after)| inside(*after)).count() as u64);
            }
        }
    }
}
