//! What if costs, prices or reference prices were other than they are: the same variant with some numbers shifted.

use crate::decimal::Decimal;
use crate::facts::{MoreFacts, VariantFacts};

/// Shifts in percent: of costs when a supplier raises them, of reference prices when the currency they are kept in moves,
/// of prices when both do. Each result is rounded to the nearest minor unit, a tie up; what is missing stays missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shift {
    cost: Factor,
    price: Factor,
    reference: Factor,
}

/// `(100 + percent) / 100` as a fraction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Factor {
    part: i128,
    whole: i128,
}

impl Factor {
    const ONE: Self = Self { part: 1, whole: 1 };

    fn of(percent: &str) -> Result<Self, String> {
        let parsed = Decimal::parse(percent)?;
        let whole = 100 * 10_i128.pow(parsed.scale());
        let part = whole + i128::from(parsed.units());
        if part < 0 || part > 1_000 * whole {
            return Err(format!("a shift of {percent} percent is not between -100 and 99900"));
        }
        Ok(Self { part, whole })
    }

    fn apply(self, minor: Option<i64>) -> Option<i64> {
        // At most 63 bits for the amount, 60 for the digits of the percentage and 17 beside them.
        let doubled = i128::from(minor?).checked_mul(self.part)?.checked_mul(2)?;
        i64::try_from((doubled + self.whole).div_euclid(2 * self.whole)).ok()
    }
}

impl Shift {
    /// Nothing shifted.
    pub const NONE: Self = Self { cost: Factor::ONE, price: Factor::ONE, reference: Factor::ONE };

    /// With costs shifted by so many percent.
    ///
    /// # Errors
    /// A sentence that says what is wrong with the percentage.
    pub fn cost(self, percent: &str) -> Result<Self, String> {
        Ok(Self { cost: Factor::of(percent)?, ..self })
    }

    /// With prices shifted by so many percent: the price, the compare-at price, those on other surfaces and the price
    /// without sales.
    ///
    /// # Errors
    /// A sentence that says what is wrong with the percentage.
    pub fn price(self, percent: &str) -> Result<Self, String> {
        Ok(Self { price: Factor::of(percent)?, ..self })
    }

    /// With reference prices shifted by so many percent: of competitors, and those that manufacturers suggest or allow.
    ///
    /// # Errors
    /// A sentence that says what is wrong with the percentage.
    pub fn reference(self, percent: &str) -> Result<Self, String> {
        Ok(Self { reference: Factor::of(percent)?, ..self })
    }

    /// Calls back with the variant as it would be. Histories stay as they were. A number too large to be kept is missing.
    pub fn apply<T>(&self, facts: &VariantFacts<'_>, look: impl FnOnce(&VariantFacts<'_>) -> T) -> T {
        let surfaces: Vec<(&str, i64)> = facts
            .more
            .surfaces
            .iter()
            .filter_map(|(name, minor)| Some((*name, self.price.apply(Some(*minor))?)))
            .collect();
        let more = MoreFacts {
            competitor_minor: self.reference.apply(facts.more.competitor_minor),
            msrp_minor: self.reference.apply(facts.more.msrp_minor),
            map_minor: self.reference.apply(facts.more.map_minor),
            base_minor: self.price.apply(facts.more.base_minor),
            base_compare_at_minor: self.price.apply(facts.more.base_compare_at_minor),
            surfaces: &surfaces,
            ..*facts.more
        };
        look(&VariantFacts {
            price_minor: self.price.apply(facts.price_minor),
            compare_at_minor: self.price.apply(facts.compare_at_minor),
            cost_minor: self.cost.apply(facts.cost_minor),
            more: &more,
            ..*facts
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shifted(shift: Shift, facts: &VariantFacts<'_>) -> [Option<i64>; 4] {
        shift.apply(facts, |facts| {
            [facts.price_minor, facts.compare_at_minor, facts.cost_minor, facts.more.competitor_minor]
        })
    }

    #[test]
    fn each_number_is_shifted_by_its_own_percentage_and_rounded_to_the_nearest() {
        let more = MoreFacts { competitor_minor: Some(1_000), ..MoreFacts::default() };
        let facts = VariantFacts {
            price_minor: Some(1_990),
            cost_minor: Some(105),
            more: &more,
            ..VariantFacts::default()
        };
        assert_eq!(shifted(Shift::NONE, &facts), [Some(1_990), None, Some(105), Some(1_000)]);
        let cost = Shift::NONE.cost("10").expect("a percentage");
        // 105 × 1.1 = 115.5, and the tie goes up.
        assert_eq!(shifted(cost, &facts), [Some(1_990), None, Some(116), Some(1_000)]);
        let all = cost.price("-50.05").and_then(|shift| shift.reference("0.04")).expect("percentages");
        // 1990 × 0.4995 = 994.005 and 1000 × 1.0004 = 1000.4.
        assert_eq!(shifted(all, &facts), [Some(994), None, Some(116), Some(1_000)]);
    }

    #[test]
    fn what_is_no_shift_is_refused_and_what_is_too_large_is_missing() {
        assert!(Shift::NONE.cost("-100.1").is_err());
        assert!(Shift::NONE.cost("a lot").is_err());
        assert!(Shift::NONE.price("99901").is_err());
        let facts = VariantFacts { price_minor: Some(i64::MAX), ..VariantFacts::default() };
        let doubled = Shift::NONE.price("100").expect("a percentage");
        assert_eq!(shifted(doubled, &facts)[0], None);
    }
}
