//! Exact fractions of minor units, for what cannot be folded beforehand and for what the trace shows.

use crate::context::TaxFactor;
use crate::trace::Part;

/// Most digits behind the point in a trace; a value that needs more ends in `…`.
const DECIMALS_MAX: u32 = 30;

/// `units / over`, in minor units; `over` is above zero.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Exact {
    pub(crate) units: i128,
    pub(crate) over: i128,
}

impl Exact {
    /// `units / over`, shrunk where the numbers have become large.
    pub(crate) fn new(units: i128, over: i128) -> Self {
        const LARGE: i128 = 1 << 62;
        let [units, over] = if over > LARGE || units.unsigned_abs() > LARGE.unsigned_abs() {
            shrunk([units, over])
        } else {
            [units, over]
        };
        Self { units, over }
    }

    /// A whole number of minor units.
    pub(crate) fn whole(minor: i64) -> Self {
        Self { units: i128::from(minor), over: 1 }
    }

    /// With a tax; `None` if it cannot be kept exactly.
    pub(crate) fn times(self, tax: TaxFactor) -> Option<Self> {
        Some(Self::new(self.units.checked_mul(tax.with)?, self.over.checked_mul(tax.without)?))
    }

    /// The value in major units for the trace, and what follows where it does not end.
    pub(crate) fn parts(self, minor_digits: u32) -> [Part<'static>; 2] {
        let [units, over] = shrunk([self.units, self.over]);
        let mut power: i128 = 1;
        for decimals in 0..=DECIMALS_MAX {
            if power % over == 0
                && let Some(units) = units.checked_mul(power / over)
            {
                return [number(units, decimals, minor_digits), Part::Word("")];
            }
            power *= 10;
        }
        // Cut to nine digits behind the minor unit: enough to follow, and marked as cut.
        let whole = units.div_euclid(over);
        let rest = units.rem_euclid(over);
        let digits = rest.checked_mul(1_000_000_000).map(|rest| rest / over);
        match whole
            .checked_mul(1_000_000_000)
            .zip(digits)
            .and_then(|(whole, digits)| whole.checked_add(digits))
        {
            Some(units) => [number(units, 9, minor_digits), Part::Word("…")],
            None => [Part::Word("too large"), Part::Word("")],
        }
    }
}

fn number(units: i128, decimals: u32, minor_digits: u32) -> Part<'static> {
    Part::Number { units, scale: decimals + minor_digits, decimals_min: minor_digits }
}

/// Divided by their greatest common divisor. The last is above zero.
pub(super) fn shrunk<const N: usize>(numbers: [i128; N]) -> [i128; N] {
    let mut common = 0_u128;
    for number in numbers {
        let (mut one, mut other) = (common, number.unsigned_abs());
        while other != 0 {
            (one, other) = (other, one % other);
        }
        common = one;
    }
    match i128::try_from(common) {
        Ok(common) if common > 1 => numbers.map(|number| number / common),
        _ => numbers,
    }
}
