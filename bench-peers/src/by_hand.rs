//! The same rule as a programmer would write it for this one purpose.

use pricing::{Tags, VariantFacts};

use crate::tally::Tally;

/// Prices every variant.
pub fn tally(facts: &[VariantFacts<'_>]) -> Tally {
    let mut tally = Tally::default();
    for variant in facts {
        let Tags::Lines(tags) = variant.tags else { continue };
        let Some(before) = variant.price_minor else { continue };
        let selected = tags.as_bytes().split(|byte| *byte == b'\n').any(|tag| tag == b"sale")
            && matches!(variant.vendor, "Fjell" | "Nordlys" | "Havn" | "Skog" | "Elv")
            && before >= 2_000;
        if !selected {
            continue;
        }
        // before × 0.875 − 0.50, to the nearest .99, in thousandths of a cent
        let exact = before * 875 - 50_000;
        let after = (exact - 99_000 + 50_000).div_euclid(100_000) * 100 + 99;
        let is_blocked = 2 * after >= 19 * before
            || 19 * after <= 2 * before
            || variant.cost_minor.is_none_or(|cost| after * 80 < cost * 100)
            || after < 1_800
            || after * 100 < before * 86
            || after * 100 > before * 110;
        let is_cut = !is_blocked && after < before;
        let compare_at = if is_cut { Some(before) } else { variant.compare_at_minor };
        tally.push(before, after, is_blocked, compare_at.unwrap_or(0));
    }
    tally
}
