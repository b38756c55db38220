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
        let mut after = (exact - 99_000 + 50_000).div_euclid(100_000) * 100 + 99;
        let farthest = before * 30 / 100;
        let low = (before - farthest).max(1_500);
        let high = (before + farthest).min(40_000);
        let mut is_blocked = low > high;
        if !is_blocked {
            after = after.clamp(low, high);
            is_blocked = after <= 1 || 2 * after >= 19 * before || 19 * after <= 2 * before;
        }
        let is_cut = !is_blocked && after < before;
        let compare_at = if is_cut { Some(before) } else { variant.compare_at_minor };
        tally.push(before, after, is_blocked, compare_at.unwrap_or(0));
    }
    tally
}
