//! Exact arithmetic of a rule. Every step is linear in what it starts from, so any number of steps, and the rounding
//! behind them, fold into one multiplication, one addition and one division.

use kernel_core::{Currency, Money};

use super::exact::{Exact, shrunk};

/// `(factor × value + shift) / divisor`, in minor units; the divisor is above zero.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Formula {
    factor: i128,
    shift: i128,
    divisor: i128,
}

/// The prices that rounding may give: `step × k + offset` in minor units, and which of the two neighbours to take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Grid {
    pub(crate) step: i64,
    pub(crate) offset: i64,
    pub(crate) toward: Toward,
}

/// Which of the two neighbours on the grid.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Toward {
    Down,
    /// A tie goes up.
    Nearest,
    Up,
}

impl Grid {
    /// The rounding in words, for the trace: "nearest, to 0.99 in each 1.00".
    pub(crate) fn words(self, currency: Currency) -> String {
        let toward = match self.toward {
            Toward::Down => "down",
            Toward::Nearest => "nearest",
            Toward::Up => "up",
        };
        let [step, offset] =
            [self.step, self.offset].map(|minor| Money::from_minor(minor, currency).to_decimal_string());
        match self.offset {
            0 => format!("{toward}, to a multiple of {step}"),
            _ => format!("{toward}, to {offset} in each {step}"),
        }
    }
}

impl Grid {
    /// The price on the grid; `None` if it is too large to be kept.
    pub(crate) fn price(self, value: Exact) -> Option<i64> {
        Kernel::new(Formula { factor: 0, shift: value.units, divisor: value.over }, self)?.price(0)
    }
}

impl Formula {
    /// The value stays.
    pub(crate) const IDENTITY: Self = Self { factor: 1, shift: 0, divisor: 1 };

    /// Always `minor`.
    pub(crate) fn constant(minor: i64) -> Self {
        Self { factor: 0, shift: i128::from(minor), divisor: 1 }
    }

    /// Multiplied by `units / over`, both above zero; `None` if it cannot be kept exactly.
    pub(crate) fn times(self, units: i128, over: i128) -> Option<Self> {
        let [units, over] = shrunk([units, over]);
        let [factor, shift] = [self.factor.checked_mul(units)?, self.shift.checked_mul(units)?];
        let [factor, shift, divisor] = shrunk([factor, shift, self.divisor.checked_mul(over)?]);
        Some(Self { factor, shift, divisor })
    }

    /// With `minor` added; `None` if it cannot be kept exactly.
    pub(crate) fn plus(self, minor: i64) -> Option<Self> {
        let shift = self.shift.checked_add(self.divisor.checked_mul(i128::from(minor))?)?;
        Some(Self { shift, ..self })
    }

    /// `(factor, shift, divisor)`.
    pub(crate) fn parts(self) -> (i128, i128, i128) {
        (self.factor, self.shift, self.divisor)
    }

    /// The unrounded result for a value; `None` if it cannot be kept exactly.
    pub(crate) fn of(self, value: Exact) -> Option<Exact> {
        let units = self.factor.checked_mul(value.units)?.checked_add(self.shift.checked_mul(value.over)?)?;
        Some(Exact::new(units, self.divisor.checked_mul(value.over)?))
    }
}

/// A formula with its rounding: `floor((factor × before + shift) / divisor) × step + offset`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Kernel {
    factor: i128,
    shift: i128,
    divisor: i128,
    grid: Grid,
    small: Option<Small>,
}

/// The same in 64 bits, for prices small enough that nothing can overflow.
#[derive(Debug, Clone, Copy)]
struct Small {
    before_max: i64,
    factor: i64,
    shift: i64,
    divisor: i64,
}

impl Kernel {
    /// `None` if the numbers are too large to be kept exactly.
    pub(crate) fn new(formula: Formula, grid: Grid) -> Option<Self> {
        let divisor = formula.divisor.checked_mul(i128::from(grid.step))?;
        let offset = formula.divisor.checked_mul(i128::from(grid.offset))?;
        let bias = match grid.toward {
            Toward::Down => 0,
            Toward::Nearest => divisor / 2,
            Toward::Up => divisor - 1,
        };
        let shift = formula.shift.checked_sub(offset)?.checked_add(bias)?;
        let small = Small::new(formula.factor, shift, divisor, grid);
        Some(Self { factor: formula.factor, shift, divisor, grid, small })
    }

    /// The rounded price in minor units, exact; `None` if it does not fit 64 bits. `before` is not negative.
    #[inline]
    pub(crate) fn price(&self, before: i64) -> Option<i64> {
        match &self.small {
            Some(small) if before <= small.before_max => {
                let numerator = small.factor * before + small.shift;
                Some(numerator.div_euclid(small.divisor) * self.grid.step + self.grid.offset)
            }
            _ => self.price_wide(before),
        }
    }

    #[cold]
    fn price_wide(&self, before: i64) -> Option<i64> {
        let numerator = self.factor.checked_mul(i128::from(before))?.checked_add(self.shift)?;
        let steps = numerator.div_euclid(self.divisor);
        let price =
            steps.checked_mul(i128::from(self.grid.step))?.checked_add(i128::from(self.grid.offset))?;
        i64::try_from(price).ok()
    }
}

impl Small {
    /// The largest price before for which numerator and result both stay inside 64 bits; `None` if there is none.
    fn new(factor: i128, shift: i128, divisor: i128, grid: Grid) -> Option<Self> {
        let room = i128::from(i64::MAX) - shift.checked_abs()?;
        let room = room.min(room / 2 - i128::from(grid.step) - i128::from(grid.offset.abs()));
        let before_max = if factor == 0 { i128::from(i64::MAX) } else { room / factor };
        if room < 0 || before_max <= 0 {
            return None;
        }
        Some(Self {
            before_max: i64::try_from(before_max).unwrap_or(i64::MAX),
            factor: i64::try_from(factor).ok()?,
            shift: i64::try_from(shift).ok()?,
            divisor: i64::try_from(divisor).ok()?,
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn the_short_way_agrees_with_the_wide_one(
            units in 1_i128..200_000,
            over in 1_i128..100_000_000,
            minor in -1_000_000_i64..1_000_000,
            step in 1_i64..100_000,
            offset in 0_i64..100_000,
            toward in prop::sample::select(vec![Toward::Down, Toward::Nearest, Toward::Up]),
            before in 0..i64::MAX,
            away in -3_i64..3,
        ) {
            let formula = Formula::IDENTITY.times(units, over).and_then(|f| f.plus(minor)).expect("fits");
            let kernel = Kernel::new(formula, Grid { step, offset, toward }).expect("fits");
            let small = kernel.small.expect("prices of some size fit 64 bits");
            for before in [before, before >> 20, before >> 40, small.before_max.saturating_add(away)] {
                prop_assert_eq!(kernel.price(before), kernel.price_wide(before));
            }
        }
    }
}
